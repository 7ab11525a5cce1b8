"""params/courses.yaml read strictly: every fault of the file at once, with its line (Policy 6.2, 6.3)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path as FilePath
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from cmreview import strict_yaml
from cmreview.errors import PolicyError
from cmreview.findings import FaultyInput, Finding
from cmreview.policy.catalogue import Catalogue, Course, Method, Outlook, Path, Run, Skill, Topic
from cmreview.policy.faults import fault, unknown
from cmreview.policy.values import BLANK, Fault, iso_day
from cmreview.strict_yaml import Document, NodePath
from cmreview.terms import INDICATORS, Label

DEFAULT = FilePath("params", "courses.yaml")

_DAYS = re.compile(r"[0-9]{1,3}(?:\.[0-9])?")
_WHOLE = re.compile(r"[0-9]{1,5}")


class CatalogueFindings(FaultyInput):
    """The catalogue can't be used: ``findings`` says all that is wrong in it."""


def default_file() -> FilePath:
    """params/courses.yaml of the working folder, else of the project in which this package lies.

    Raises PolicyError where neither exists.
    """
    project = FilePath(__file__).resolve().parents[2]
    for root in (FilePath.cwd(), project):
        if (root / DEFAULT).is_file():
            return root / DEFAULT
    raise PolicyError("development.no_file", file=DEFAULT.as_posix())


def load_catalogue(path: FilePath | None, levels: Collection[str]) -> Catalogue:
    """The courses and career paths of ``path``, without it of the project's own file (Policy 6.2, 6.3).

    ``levels`` are the ids of the policy's levels: a course names no other, and each has a path. Raises
    FileError where the file is missing or no YAML, CatalogueFindings for all that is wrong in it.
    """
    return catalogue_of(strict_yaml.read(path or default_file()), levels)


def catalogue_of(document: Document, levels: Collection[str]) -> Catalogue:
    """The same from a file that is read already."""
    try:
        entry = _File.model_validate(document.data)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        found = tuple(_finding(document, one) for one in problems)
        raise CatalogueFindings("development.not_usable", findings=found) from error
    found = tuple(_across(document, entry, levels))
    if found:
        raise CatalogueFindings("development.not_usable", findings=found)
    return Catalogue(
        courses={one.id: _course(one) for one in entry.courses.offered},
        paths={
            level: Path(
                level,
                one.direction.label,
                tuple(Skill(each.id, Label(each.zh, each.en)) for each in one.skills),
            )
            for level, one in entry.paths.levels.items()
        },
        outlook=Outlook(entry.outlook.trend_years, entry.outlook.fewest_years, entry.outlook.years_ahead),
    )


def _course(one: _Course) -> Course:
    return Course(
        id=one.id,
        title=one.title.label,
        topic=one.topic,
        method=one.method,
        levels=tuple(one.levels),
        serves=tuple(one.serves),
        skills=tuple(one.skills),
        days=one.days,
        seats=one.seats,
        runs=tuple(sorted(Run(each.first, each.last) for each in one.dates)),
    )


# --- what each value must be


def _text(raw: Any) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise PydanticCustomError("development.not_a_text", "no text")
    return raw.strip()


def _day(raw: Any) -> date:
    try:
        return iso_day(raw)
    except Fault:
        raise PydanticCustomError("development.not_a_day", "not a day") from None


def _days(raw: Any) -> Fraction:
    days = Fraction(raw) if isinstance(raw, str) and _DAYS.fullmatch(raw) else Fraction(0)
    if not days:
        raise PydanticCustomError("development.not_days", "not a number of days")
    return days


def _count(raw: Any) -> int:
    number = int(raw) if isinstance(raw, str) and _WHOLE.fullmatch(raw) else 0
    if number < 1:
        raise PydanticCustomError("development.not_a_count", "not a count")
    return number


def _count_or_blank(raw: Any) -> int | None:
    return None if raw in (None, BLANK) else _count(raw)


def _topic(raw: Any) -> Topic:
    try:
        return Topic(raw)
    except ValueError:
        raise PydanticCustomError("development.not_a_topic", "not a topic") from None


def _method(raw: Any) -> Method:
    try:
        return Method(raw)
    except ValueError:
        raise PydanticCustomError("development.not_a_method", "not a method") from None


def _some(raw: Any) -> Any:
    if not isinstance(raw, list) or not raw:
        raise PydanticCustomError("development.not_a_list", "not a list")
    return raw


Text = Annotated[str, BeforeValidator(_text)]
Day = Annotated[date, BeforeValidator(_day)]
Count = Annotated[int, BeforeValidator(_count)]
Names = Annotated[list[Text], BeforeValidator(_some)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True)


class _Words(_Strict):
    zh: Text
    en: Text

    @property
    def label(self) -> Label:
        return Label(self.zh, self.en)


class _Dates(_Strict):
    first: Day
    last: Day


class _Course(_Strict):
    id: Text
    title: _Words
    topic: Annotated[Topic, BeforeValidator(_topic)]
    method: Annotated[Method, BeforeValidator(_method)]
    levels: Names
    serves: Names
    skills: list[Text] = []
    days: Annotated[Fraction, BeforeValidator(_days)]
    seats: Annotated[int | None, BeforeValidator(_count_or_blank)] = None
    dates: Annotated[list[_Dates], BeforeValidator(_some)]


class _Courses(_Strict):
    clause: Text
    offered: Annotated[list[_Course], BeforeValidator(_some)]


class _Skill(_Strict):
    id: Text
    zh: Text
    en: Text

    @property
    def skill(self) -> Skill:
        return Skill(self.id, Label(self.zh, self.en))


class _Path(_Strict):
    direction: _Words
    skills: Annotated[list[_Skill], BeforeValidator(_some)]


class _Paths(_Strict):
    clause: Text
    levels: dict[str, _Path]


class _Outlook(_Strict):
    clause: Text
    trend_years: Count
    fewest_years: Count
    years_ahead: Annotated[int | None, BeforeValidator(_count_or_blank)]


class _File(_Strict):
    courses: _Courses
    paths: _Paths
    outlook: _Outlook


# --- what is wrong, in our words

_CODES = {"missing": "development.missing_key", "extra_forbidden": "development.unknown_key"}
_KNOWN: Mapping[str, Iterable[str]] = {"development.not_a_topic": Topic, "development.not_a_method": Method}


def _finding(document: Document, problem: Any) -> Finding:
    path: NodePath = tuple(problem["loc"])
    kind = problem["type"]
    code = _CODES.get(kind, kind if kind.startswith("development.") else "development.wrong_shape")
    name = str(path[-1]) if path else document.file
    details = {"name": name, "known": ", ".join(_KNOWN.get(code, ()))}
    where = path[:-1] if code == "development.missing_key" else path
    return fault(document, where, code, problem["input"], details)


def _across(document: Document, entry: _File, levels: Collection[str]) -> Iterator[Finding]:
    """What is wrong between the entries: ids twice, names of nothing, days and dates that can't be."""
    paths = entry.paths.levels
    skills = [skill.id for path in paths.values() for skill in path.skills]
    seen: set[str] = set()
    for index, course in enumerate(entry.courses.offered):
        at: NodePath = ("courses", "offered", index)
        if course.id in seen:
            yield fault(document, (*at, "id"), "development.repeated_id", course.id)
        seen.add(course.id)
        yield from _names(document, (*at, "levels"), course.levels, "development.unknown_level", levels)
        yield from _names(
            document, (*at, "serves"), course.serves, "development.unknown_indicator", INDICATORS
        )
        yield from _names(document, (*at, "skills"), course.skills, "development.unknown_skill", skills)
        if course.seats is None and course.method is not Method.ONLINE:
            yield fault(document, at, "development.no_seats", course.id)
        yield from _of_dates(document, (*at, "dates"), course)
    above: NodePath = ("paths", "levels")
    for level, path in paths.items():
        if level not in levels:
            yield unknown(document, (*above, level), "development.unknown_level", level, levels)
        ids = [skill.id for skill in path.skills]
        for index, one in enumerate(ids):
            if one in ids[:index]:
                yield fault(document, (*above, level, "skills", index), "development.repeated_id", one)
    for level in levels:
        if level not in paths:
            yield fault(document, above, "development.no_path", None, {"level": level})
    least, most = entry.outlook.fewest_years, entry.outlook.trend_years
    if not 2 <= least <= most:  # one year shows no change
        yield fault(document, ("outlook", "fewest_years"), "development.no_trend", str(least))


def _names(
    document: Document, path: NodePath, names: Sequence[str], code: str, known: Collection[str]
) -> Iterator[Finding]:
    for index, name in enumerate(names):
        if name not in known:
            yield unknown(document, (*path, index), code, name, known)
        elif name in names[:index]:
            yield fault(document, (*path, index), "development.repeated_word", name)


def _of_dates(document: Document, path: NodePath, course: _Course) -> Iterator[Finding]:
    runs = [(each.first, each.last) for each in course.dates]
    for index, (first, last) in enumerate(runs):
        span = (last - first).days + 1
        if span < 1:
            yield fault(document, (*path, index), "development.ends_first", course.id)
        elif course.days > span:
            counts = {"days": f"{float(course.days):g}", "span": str(span)}
            yield fault(document, (*path, index), "development.too_many_days", course.id, counts)
        if (first, last) in runs[:index]:
            yield fault(document, (*path, index), "development.repeated_dates", course.id)
