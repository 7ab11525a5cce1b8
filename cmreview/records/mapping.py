"""The mapping file: how a company's own tables become ours, read strictly."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from cmreview import strict_yaml
from cmreview.errors import MappingError
from cmreview.records.columns import Kind
from cmreview.records.model import Currency
from cmreview.records.schema import TABLES
from cmreview.records.tray import FaultPolicy
from cmreview.terms import Label

Unit = Literal["currency", "ten_thousand", "fen", "fraction", "percent"]
UNITS: dict[Kind, tuple[str, ...]] = {
    Kind.MONEY: ("currency", "ten_thousand", "fen"),  # one of the company's currency, 万 or a hundredth of it
    Kind.SHARE: ("fraction", "percent"),
}
SUFFIXES = (".csv", ".parquet")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Strict):
    """A name or a remark in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    @property
    def label(self) -> Label:
        """The same as a label."""
        return Label(self.zh, self.en)


class Money(Words):
    """The company's currency: its code and its name."""

    code: str = Field(pattern="^[A-Z]{3}$")


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _as_file(value: Any) -> Any:
    return {"file": value} if isinstance(value, str | list) else value


class SourceFile(_Strict):
    """One foreign table: its file or files (one after the other), and how a CSV is written."""

    file: Annotated[tuple[str, ...], BeforeValidator(_as_list), Field(min_length=1)]
    encoding: str = "utf-8"
    delimiter: str = Field(default=",", min_length=1, max_length=1)

    @field_validator("file")
    @classmethod
    def _is_inside_and_readable(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            path = Path(name.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts or ":" in name:
                raise PydanticCustomError("file_outside", "{given}", {"given": name})
            if path.suffix.lower() not in SUFFIXES:
                raise PydanticCustomError(
                    "file_kind", "{given}", {"given": name, "known": ", ".join(SUFFIXES)}
                )
        return names

    @field_validator("encoding")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            return codecs.lookup(name).name
        except LookupError:
            raise PydanticCustomError("unknown_encoding", "{given}", {"given": name}) from None


class TableMapping(_Strict):
    """One table of ours: the select that yields its columns, and the units of its amounts and shares.

    ``rows_of`` names the foreign tables whose every row must come back from the select exactly once;
    a select that loses or doubles one of them is found out.
    """

    select: str = Field(min_length=1)
    units: dict[str, Unit] = Field(default_factory=dict)
    rows_of: tuple[str, ...] = ()


class Contradiction(_Strict):
    """A column of a foreign table that another one contradicts.

    ``select`` yields the contradicting rows: ``_file``, ``_row``, ``value`` (what stands in
    ``column``) and ``expected`` (what it is by the column ``by``, which the mapping goes by).
    """

    column: str
    by: str
    select: str = Field(min_length=1)


class Mapping(_Strict):
    """A whole mapping file.

    ``faulty_rows`` is the company's choice: ``stop`` treats a faulty row as any other intake does (an
    error that stops its department); ``set_aside`` turns it into a warning: the row is not used, it
    is counted and shown, and the department goes on. ``references`` names columns of foreign tables
    whose values must be found in another one, so that a join can lose nothing unseen.
    ``contradictions`` tells where the source says two things and which of them the mapping goes by.
    """

    name: Words
    currency: Money
    note: Words | None = None
    faulty_rows: FaultPolicy
    url: str | None = None
    files: dict[str, Annotated[SourceFile, BeforeValidator(_as_file)]] = Field(default_factory=dict)
    references: dict[str, str] = Field(default_factory=dict)
    contradictions: tuple[Contradiction, ...] = ()
    tables: dict[str, TableMapping] = Field(min_length=1)

    @property
    def money(self) -> Currency:
        """The currency as records carry it."""
        return Currency(self.currency.code, self.currency.label)


def read_mapping(path: Path) -> tuple[Mapping, strict_yaml.Document]:
    """Read one mapping file; the document tells the line of each of its parts.

    Raises FileError where it is missing or not strict YAML, MappingError with file and line where
    its content is not that of a mapping.
    """
    document = strict_yaml.read(path)
    data = document.data if isinstance(document.data, dict) else {}
    try:
        mapping = Mapping.model_validate(data)
    except ValidationError as error:
        # A mistyped key is also a missing one; the mistyped one is what to mend.
        faults = sorted(error.errors(include_url=False), key=lambda fault: fault["type"] != "extra_forbidden")
        raise _told(document, faults[0]) from error
    _check_names(document, mapping)
    return mapping, document


def _told(document: strict_yaml.Document, fault: Any) -> MappingError:
    place = tuple(part for part in fault["loc"] if part != "[key]")
    values = {
        "file": document.file,
        "line": document.line(place),
        "key": ".".join(str(part) for part in place),
        "known": "",
    }
    values |= fault.get("ctx", {})
    known = {
        "extra_forbidden": "sources.unknown_key",
        "missing": "sources.missing_key",
        "literal_error": "sources.not_a_choice",
        "enum": "sources.not_a_choice",
        "file_outside": "sources.file_outside",
        "file_kind": "sources.file_kind",
        "unknown_encoding": "sources.unknown_encoding",
    }
    code = known.get(fault["type"], "sources.wrong_value")
    if code == "sources.not_a_choice":
        values["known"] = fault["ctx"]["expected"].replace("'", "")
    given = fault["input"]
    values.setdefault("given", given if isinstance(given, str) else type(given).__name__)
    return MappingError(code, **values)


def _check_names(document: strict_yaml.Document, mapping: Mapping) -> None:
    """Names that a mapping's parts use of each other and of our tables exist."""

    def stop(code: str, *place: str, **values: object) -> None:
        line = document.line(place)
        raise MappingError(code, file=document.file, line=line, key=".".join(place), **values)

    if bool(mapping.files) == (mapping.url is not None):
        stop("sources.files_or_url")
    folded: set[str] = set()
    names: set[str] = set()
    for logical, source in mapping.files.items():
        if logical.casefold() in folded:
            stop("sources.name_twice", "files", logical, given=logical)
        folded.add(logical.casefold())
        for name in source.file:
            short = Path(name).name.casefold()
            if short in names:
                stop("sources.name_twice", "files", logical, given=Path(name).name)
            names.add(short)
    files = ", ".join(mapping.files)
    named: list[tuple[tuple[str, ...], tuple[str, str]]] = []
    named += [(("references", column), (column, target)) for column, target in mapping.references.items()]
    named += [(("contradictions",), (told.column, told.by)) for told in mapping.contradictions]
    for place, columns in named:
        for given in columns:
            if given.partition(".")[0] not in mapping.files or not given.partition(".")[2]:
                stop("sources.unknown_file", *place, given=given, known=files)
    for table, wanted in mapping.tables.items():
        if table not in TABLES:
            stop("sources.unknown_table", "tables", table, given=table, known=", ".join(TABLES))
        for given in wanted.rows_of:
            if given not in mapping.files:
                stop("sources.unknown_file", "tables", table, "rows_of", given=given, known=files)
        kinds = {column.name: column.kind for column in TABLES[table].columns}
        for name, unit in wanted.units.items():
            known = UNITS.get(kinds[name], ()) if name in kinds else ()
            if unit not in known:
                with_unit = [c for c, kind in kinds.items() if kind in UNITS]
                stop(
                    "sources.wrong_unit",
                    *("tables", table, "units", name),
                    given=f"{name}: {unit}",
                    known=", ".join(known) or ", ".join(with_unit) or "–",
                )
