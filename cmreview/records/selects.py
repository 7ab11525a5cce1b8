"""A mapping's selects: run, guarded so that no row is lost or doubled, and handed on as raw tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple, NoReturn

from cmreview.errors import MappingError
from cmreview.findings import Finding
from cmreview.records.foreign import FILE, ROW, Foreign, quoted
from cmreview.records.mapping import UNITS, Mapping, TableMapping
from cmreview.records.raw import RawColumn, RawTable
from cmreview.records.schema import TABLES
from cmreview.strict_yaml import Document
from cmreview.terms import Severity

Place = tuple[str, int]
Row = tuple[Any, ...]

# What one of a unit of writing is in the company's currency.
FACTORS = {"ten_thousand": Decimal(10_000), "fen": Decimal("0.01")}


@dataclass(frozen=True)
class Mapped:
    """What a mapping's selects gave, not typed yet.

    ``tables`` holds one raw table per table of ours and file its rows come from. ``not_used`` counts,
    per table and file, the rows that were read but can't be handed on; each is in ``findings``.
    """

    tables: tuple[tuple[str, RawTable], ...]
    findings: tuple[Finding, ...]
    not_used: Counter[tuple[str, str]]


def map_tables(mapping: Mapping, document: Document, foreign: Foreign) -> Mapped:
    """Run every select and guard its rows: none of ``rows_of`` lost, none handed on twice.

    Raises MappingError, naming the line, where a select can't be run or gives other columns than its
    table's.
    """
    tables: list[tuple[str, RawTable]] = []
    findings: list[Finding] = []
    for name, wanted in mapping.tables.items():
        select = _Select(name, wanted, document, foreign)
        for raw in select.raw_tables():
            tables.append((name, raw))
            findings += _garbled(name, raw)
        findings += select.findings
    not_used = Counter((finding.table or "", finding.file) for finding in findings if finding.set_aside)
    unread = {(finding.file, finding.row) for finding in findings if finding.set_aside}
    findings += [each for each in foreign.findings if (each.file, each.row) not in unread]
    findings += _unfound(mapping, document, foreign)
    findings += _contradictions(mapping, document, foreign)
    return Mapped(tuple(tables), tuple(findings), not_used)


class _Position(NamedTuple):
    """Where a column of ours stands in a select's rows, and its unit."""

    at: int
    unit: str | None


class _Select:
    """One table's select: its rows by their place, and what must be said of them."""

    def __init__(self, name: str, wanted: TableMapping, document: Document, foreign: Foreign) -> None:
        self.name = name
        self.table = TABLES[name]
        self.wanted = wanted
        self.document = document
        self.foreign = foreign
        self.findings: list[Finding] = []

    def raw_tables(self) -> Iterator[RawTable]:
        """One raw table per file."""
        try:
            names, rows = self.foreign.run(self.wanted.select)
        except ValueError as error:
            self._stop("select_failed", problem=str(error))
        positions = self._positions(names)
        handed: dict[str, dict[int, Row]] = defaultdict(dict)
        if ROW in names:
            for (file, number), row in self._once(self._by_place(names, rows)):
                handed[file][number] = row
        elif self.wanted.rows_of:
            self._stop("place_missing")
        else:
            # numbered in an order of their own, because a database gives them in any
            ordered = sorted(rows, key=lambda row: [(cell is not None, str(cell)) for cell in row])
            handed[self.foreign.name or self.document.file] = dict(enumerate(ordered, start=1))
        for file in sorted(handed):
            yield _raw_table(file, handed[file], positions)

    def _positions(self, names: Sequence[str]) -> dict[str, _Position]:
        known = [column.name for column in self.table.columns]
        for name, times in Counter(names).items():
            if name not in (*known, FILE, ROW):
                self._stop("unknown_column", column=name, known=", ".join(known))
            if times > 1:
                self._stop("column_twice", column=name)
        if (FILE in names) != (ROW in names):
            self._stop("place_missing")
        positions: dict[str, _Position] = {}
        for column in self.table.columns:
            if column.name in names:
                unit = self.wanted.units.get(column.name)
                if unit is None and column.kind in UNITS:
                    self._stop("unit_missing", column=column.name, known=", ".join(UNITS[column.kind]))
                positions[column.name] = _Position(names.index(column.name), unit)
            elif column.required:
                self._stop("missing_column", column=column.name)
        return positions

    def _by_place(self, names: Sequence[str], rows: Sequence[Row]) -> dict[Place, list[Row]]:
        file, number = names.index(FILE), names.index(ROW)
        found: dict[Place, list[Row]] = defaultdict(list)
        for row in rows:
            if not isinstance(row[file], str) or not isinstance(row[number], int):
                self._stop("place_missing")
            found[row[file], row[number]].append(row)
        return found

    def _once(self, found: dict[Place, list[Row]]) -> Iterator[tuple[Place, Row]]:
        """The rows that came back once; the others are findings."""
        for place, rows in found.items():
            if len(rows) == 1:
                yield place, rows[0]
            else:
                self._not_used("sources.row_twice", place, (("times", str(len(rows))),))
        unread = {(finding.file, finding.row): finding for finding in self.foreign.findings}
        wanted = frozenset[Place]().union(*(self.foreign.places[each] for each in self.wanted.rows_of))
        for place in sorted(wanted - found.keys()):
            if place in unread:
                self.findings.append(replace(unread[place], table=self.name, set_aside=True))
            else:
                self._not_used("sources.row_lost", place)

    def _not_used(self, code: str, place: Place, details: tuple[tuple[str, str], ...] = ()) -> None:
        file, number = place
        self.findings.append(
            Finding(
                code,
                Severity.ERROR,
                file,
                table=self.name,
                row=number,
                set_aside=True,
                details=details,
            )
        )

    def _stop(self, code: str, **values: object) -> NoReturn:
        line = self.document.line(("tables", self.name, "select"))
        raise MappingError(f"sources.{code}", file=self.document.file, line=line, table=self.name, **values)


def _raw_table(file: str, rows: dict[int, Row], positions: dict[str, _Position]) -> RawTable:
    numbers = sorted(rows)
    columns = {}
    for name, (at, unit) in positions.items():
        factor = FACTORS.get(unit or "", Decimal(1))
        values = [rows[number][at] for number in numbers]
        columns[name] = RawColumn(name, values, factor, percent=unit == "percent")
    return RawTable(file, None, numbers, columns)


def _garbled(table: str, raw: RawTable) -> Iterator[Finding]:
    for name, column in raw.columns.items():
        for row, value in zip(raw.rows, column.values, strict=True):
            meant = _meant(value) if isinstance(value, str) else None
            if meant is not None:
                yield Finding(
                    "sources.garbled",
                    Severity.WARNING,
                    raw.file,
                    table=table,
                    row=row,
                    column=name,
                    value=str(value)[:200],
                    details=(("meant", meant[:200]),),
                )


def _meant(text: str) -> str | None:
    """What a text was before its UTF-8 bytes were read as Western European ones; None if it wasn't so.

    >>> _meant("KÃ¶niglich Essen")
    'Königlich Essen'
    """
    if text.isascii():
        return None
    for encoding in ("cp1252", "latin-1"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return None


def _unfound(mapping: Mapping, document: Document, foreign: Foreign) -> Iterator[Finding]:
    """Values that a mapping's ``references`` do not find where they must be."""
    for column, target in mapping.references.items():
        (table, _, key), (other, _, other_key) = column.partition("."), target.partition(".")
        select = (
            f"SELECT a.{FILE}, a.{ROW}, a.{quoted(key)} AS value FROM {quoted(table)} AS a "
            f"ANTI JOIN {quoted(other)} AS b ON a.{quoted(key)} = b.{quoted(other_key)} "
            f"WHERE a.{quoted(key)} IS NOT NULL"
        )
        rows = _run_check(select, (FILE, ROW, "value"), ("references", column), document, foreign)
        for file, row, value in rows:
            details = (("target", target),)
            yield Finding(
                "sources.not_found",
                Severity.ERROR,
                file,
                row=row,
                column=key,
                value=str(value)[:200],
                details=details,
            )


def _contradictions(mapping: Mapping, document: Document, foreign: Foreign) -> Iterator[Finding]:
    """What a mapping's ``contradictions`` find; the row is used, by what the mapping goes by."""
    for index, told in enumerate(mapping.contradictions):
        wanted = (FILE, ROW, "value", "expected")
        place = ("contradictions", index, "select")
        for file, row, value, expected in _run_check(told.select, wanted, place, document, foreign):
            yield Finding(
                "sources.contradicted",
                Severity.WARNING,
                file,
                row=row,
                column=told.column.partition(".")[2],
                value=str(value)[:200],
                details=(("by", told.by), ("expected", str(expected)[:200])),
            )


def _run_check(
    select: str, wanted: tuple[str, ...], place: tuple[str | int, ...], document: Document, foreign: Foreign
) -> list[Row]:
    try:
        names, rows = foreign.run(select)
        if tuple(names) != wanted:
            raise ValueError(f"{', '.join(names)} instead of {', '.join(wanted)}")
    except ValueError as error:
        raise MappingError(
            "sources.check_failed",
            file=document.file,
            line=document.line(place),
            key=".".join(str(part) for part in place),
            problem=str(error),
        ) from error
    return rows
