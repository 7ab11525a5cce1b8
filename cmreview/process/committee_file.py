"""params/committee.yaml read strictly: every fault of the file at once, with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from cmreview import strict_yaml
from cmreview.errors import CommitteeError
from cmreview.findings import FaultyInput, Finding
from cmreview.process.committee import Committee, PaperSettings, Person, Role
from cmreview.strict_yaml import Document, NodePath
from cmreview.terms import Label, Severity

DEFAULT = Path("params", "committee.yaml")

_OFFSET = re.compile(r"([+-])([01][0-9]):([0-5][0-9])")
_FILLED = re.compile(r"\{(\w*)\}")
_NUMBER_FIELDS = {"year", "number"}


class CommitteeFindings(FaultyInput, CommitteeError):
    """The file of the committee can't be used: ``findings`` says all that is wrong in it."""


def default_file() -> Path:
    """params/committee.yaml of the working folder, else of the project in which this package lies.

    Raises CommitteeError where neither exists.
    """
    project = Path(__file__).resolve().parents[2]
    for root in (Path.cwd(), project):
        if (root / DEFAULT).is_file():
            return root / DEFAULT
    raise CommitteeError("committee.no_file", file=DEFAULT.as_posix())


def load_committee(path: Path | None = None) -> Committee:
    """The committee of ``path``, without it of the project's own file.

    Raises FileError where it is missing or no YAML, CommitteeFindings for all that is wrong in it.
    """
    document = strict_yaml.read(path or default_file())
    try:
        entry = _File.model_validate(document.data)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        raise CommitteeFindings(
            "committee.not_usable", findings=tuple(_finding(document, one) for one in problems)
        ) from error
    found = tuple(_across(document, entry))
    if found:
        raise CommitteeFindings("committee.not_usable", findings=found)
    return Committee(
        name=entry.name.label,
        utc_offset=entry.time_zone,
        papers=PaperSettings(
            issuer=entry.papers.issuer.label,
            rules=entry.papers.rules.label,
            appointment_number=entry.papers.appointment_number,
            certificate_number=entry.papers.certificate_number,
            contact=entry.papers.contact.label,
        ),
        people={
            one.id: Person(
                one.id, one.name, one.department, tuple(one.roles), one.since, one.until, tuple(one.relations)
            )
            for one in entry.people
        },
    )


def _text(raw: Any) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise PydanticCustomError("committee.not_a_text", "no text")
    return raw.strip()


def _day(raw: Any) -> date:
    try:
        if isinstance(raw, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw):
            return date.fromisoformat(raw)
    except ValueError:
        pass
    raise PydanticCustomError("committee.not_a_day", "not a day")


def _offset(raw: Any) -> timedelta:
    match = _OFFSET.fullmatch(raw) if isinstance(raw, str) else None
    if match is None:
        raise PydanticCustomError("committee.not_an_offset", "not an offset")
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return -offset if match[1] == "-" else offset


def _role(raw: Any) -> Role:
    try:
        return Role(raw)
    except ValueError:
        raise PydanticCustomError("committee.not_a_role", "not a role") from None


def _numbered(form: str) -> str:
    # the number must tell papers apart, and nothing else can be filled in
    braces = {form.count(brace) for brace in "{}"}
    if set(_FILLED.findall(form)) != _NUMBER_FIELDS or braces != {len(_NUMBER_FIELDS)}:
        raise PydanticCustomError("committee.not_a_number_form", "not the form of a number")
    return form


Text = Annotated[str, BeforeValidator(_text)]
Day = Annotated[date, BeforeValidator(_day)]
NumberForm = Annotated[str, BeforeValidator(_text), AfterValidator(_numbered)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Words(_Strict):
    zh: Text
    en: Text

    @property
    def label(self) -> Label:
        return Label(self.zh, self.en)


class _Papers(_Strict):
    issuer: _Words
    rules: _Words
    appointment_number: NumberForm
    certificate_number: NumberForm
    contact: _Words


class _Person(_Strict):
    id: Text
    name: Text
    department: Text
    roles: list[Annotated[Role, BeforeValidator(_role)]]
    since: Day | None = None
    until: Day | None = None
    relations: list[Text] = []


class _File(_Strict):
    name: _Words
    time_zone: Annotated[timedelta, BeforeValidator(_offset)]
    papers: _Papers
    people: list[_Person]


# pydantic's names of what can be wrong -> ours. Our own checks carry our names already.
_CODES = {"missing": "committee.missing_key", "extra_forbidden": "committee.unknown_key"}


def _finding(document: Document, problem: Any) -> Finding:
    path: NodePath = tuple(problem["loc"])
    kind = problem["type"]
    code = _CODES.get(kind, kind if kind.startswith("committee.") else "committee.wrong_shape")
    raw = problem["input"] if isinstance(problem["input"], str) else None
    known = ", ".join(Role) if code == "committee.not_a_role" else ""
    name = str(path[-1]) if path else ""
    where = path[:-1] if code == "committee.missing_key" else path
    return _fault(document, where, code, raw, name=name, known=known)


def _fault(document: Document, path: NodePath, code: str, raw: str | None = None, **details: str) -> Finding:
    return Finding(
        code,
        Severity.ERROR,
        document.file,
        row=document.line(path),
        column=" › ".join(part for part in path if isinstance(part, str)) or None,
        value=None if raw is None else raw[:200],
        details=tuple(sorted(details.items())),
    )


def _across(document: Document, entry: _File) -> Iterator[Finding]:
    """What is wrong between the entries: ids twice, spans reversed, nobody who could decide."""
    seen: set[str] = set()
    for index, one in enumerate(entry.people):
        if one.id in seen:
            yield _fault(document, ("people", index, "id"), "committee.repeated_id", one.id)
        seen.add(one.id)
        if not one.roles:
            yield _fault(document, ("people", index, "roles"), "committee.no_role", one.name)
        if one.since is not None and one.until is not None and one.until < one.since:
            yield _fault(document, ("people", index, "until"), "committee.until_before_since", one.name)
    roles = {role for one in entry.people for role in one.roles}
    for role in (Role.CHAIR, Role.MEMBER, Role.SECRETARY):
        if role not in roles:
            yield _fault(document, ("people",), "committee.nobody", None, role=role.value)
