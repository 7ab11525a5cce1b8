"""One sheet of a workbook as typed rows, every fault of it told at once: lists of steps, score sheets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cmreview.findings import Finding, in_order
from cmreview.records.cells import shown
from cmreview.records.columns import Table
from cmreview.records.headers import HEADER_WITHIN, is_instructions
from cmreview.records.model import Expectations
from cmreview.records.raw import RawColumn, RawTable, Sheet, Unreadable
from cmreview.records.text import bare
from cmreview.records.typed import SET_ASIDE, type_table
from cmreview.records.workbooks import read_workbook
from cmreview.terms import Severity

MAX_FILE = 64 << 20  # bytes; such a list is a few dozen kilobytes
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One filled row: its number as the spreadsheet counts, its values by column, None where blank."""

    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SheetRead:
    """What was read: rows without an error, everything that must be told, and what the sheet is called.

    ``faulty`` are the filled rows with an error, what could not be read blank. ``unfilled`` counts rows that
    name something and in which nothing was filled in. ``headers`` are the
    headers as the person sees them. ``notes`` are the texts of the instructions sheet, row by row.
    """

    file: str
    sheet: str | None
    rows: tuple[SheetRow, ...]
    findings: tuple[Finding, ...]
    headers: Mapping[str, str]
    faulty: tuple[SheetRow, ...] = ()
    unfilled: int = 0
    notes: tuple[tuple[str, ...], ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether nothing in it is an error."""
        return not any(finding.severity is Severity.ERROR for finding in self.findings)

    def fault(self, code: str, row: SheetRow, column: str, **details: str) -> Finding:
        """An error in one cell of a row that was read."""
        value = row.values.get(column)
        return Finding(
            code,
            Severity.ERROR,
            self.file,
            sheet=self.sheet,
            row=row.number,
            column=self.headers.get(column),
            value=None if value is None else shown(value),
            details=tuple(sorted(details.items())),
        )


def read_sheet(data: bytes, file: str, table: Table, filled: Collection[str]) -> SheetRead:
    """The one sheet of a workbook that holds ``table``, wherever it stands and however it is called.

    ``filled`` are the columns that somebody fills in; the others only say what a row is about. A row in
    which none of them holds anything is counted as unfilled and not read further.
    """
    try:
        if len(data) > MAX_FILE:
            raise Unreadable("unpacks_too_large")
        sheets = read_workbook(data)
    except Unreadable as error:
        details = tuple(error.details.items())
        fault = Finding(f"records.{error.code}", Severity.ERROR, file, details=details)
        return SheetRead(file, None, (), (fault,), {})
    notes = tuple(
        tuple(shown(cell) for cell in cells if cell is not None)
        for sheet in sheets
        if sheet.name and is_instructions(sheet.name)
        for _, cells in sheet.rows
    )
    found = [(sheet, at) for sheet in sheets if (at := _header(sheet, table)) is not None]
    if len(found) != 1:
        needed = _names(column.label.zh for column in table.columns if column.required)
        needed_en = _names(column.label.en for column in table.columns if column.required)
        names = _names(sheet.name or "" for sheet, _ in found)
        code = "sheets.none" if not found else "sheets.several"
        told = (("needed", needed), ("needed_en", needed_en), ("names", names))
        fault = Finding(code, Severity.ERROR, file, details=told)
        return SheetRead(file, None, (), (fault,), {}, notes=notes)
    (sheet, at) = found[0]
    return _Reading(file, sheet, at, table, filled, notes).read()


def _header(sheet: Sheet, table: Table) -> int | None:
    """Where among the sheet's rows the header stands: the first row that names all required columns."""
    required = {column.name for column in table.columns if column.required}
    names = _spellings(table)
    for at, (_, cells) in enumerate(sheet.rows[:HEADER_WITHIN]):
        said = {names.get(bare(shown(cell))) for cell in cells if cell is not None}
        if required <= said:
            return at
    return None


def _spellings(table: Table) -> dict[str, str]:
    return {
        bare(word): column.name
        for column in table.columns
        for word in (column.name, column.label.zh, column.label.en, *column.also)
    }


class _Reading:
    """One sheet while it is being read."""

    def __init__(
        self,
        file: str,
        sheet: Sheet,
        at: int,
        table: Table,
        filled: Collection[str],
        notes: tuple[tuple[str, ...], ...],
    ) -> None:
        self.file = file
        self.sheet = sheet
        self.at = at
        self.table = table
        self.filled = filled
        self.notes = notes
        self.findings: list[Finding] = []

    def read(self) -> SheetRead:
        columns, headers = self._columns()
        header_row = self.sheet.rows[self.at][0]
        body = self.sheet.rows[self.at + 1 :]
        self._tell_of_sheet(header_row, {number for number, _ in body})
        rows = [
            (number, {name: _cell(cells, position) for name, position in columns.items()})
            for number, cells in body
        ]
        named = [(number, cells) for number, cells in rows if any(one is not None for one in cells.values())]
        kept = [
            (number, cells)
            for number, cells in named
            if any(cells.get(one) is not None for one in self.filled)
        ]
        raw = RawTable(
            self.file,
            self.sheet.name,
            [number for number, _ in kept],
            {name: RawColumn(headers[name], [cells[name] for _, cells in kept]) for name in columns},
            self.sheet.epoch_1904,
        )
        typed = type_table(self.table, raw, Expectations(levels={}))
        self.findings += typed.findings
        faulty = {one.row for one in self.findings if one.severity is Severity.ERROR}
        names = [column.name for column in self.table.columns]
        filled = [
            (SheetRow(row["source_row"], {name: row[name] for name in names}), row[SET_ASIDE])
            for row in typed.rows.to_pylist()
        ]
        sound = [row for row, aside in filled if not (aside or row.number in faulty or None in faulty)]
        return SheetRead(
            file=self.file,
            sheet=self.sheet.name,
            rows=tuple(sound),
            findings=in_order(self.findings),
            headers=headers,
            faulty=tuple(row for row, _ in filled if row.number in faulty),
            unfilled=len(named) - len(kept),
            notes=self.notes,
        )

    def _columns(self) -> tuple[dict[str, int], dict[str, str]]:
        """Where each column stands and how it is headed; what names none or one twice is told."""
        names = _spellings(self.table)
        columns: dict[str, int] = {}
        headers: dict[str, str] = {}
        unknown = []
        for position, cell in enumerate(self.sheet.rows[self.at][1]):
            if cell is None:
                continue
            text = " ".join(shown(cell).split())
            name = names.get(bare(text))
            if name is None:
                unknown.append(text)
            elif name in columns:
                self._add("sheets.repeated_column", Severity.ERROR, column=text)
            else:
                columns[name], headers[name] = position, text
        if unknown:
            told = {"count": str(len(unknown)), "names": _names(unknown)}
            self._add("records.unknown_columns", Severity.WARNING, **told)
        return columns, headers

    def _tell_of_sheet(self, header_row: int, body: set[int]) -> None:
        if self.sheet.too_wide:
            self._add("sheets.too_wide", Severity.ERROR)
        if self.sheet.hidden:
            self._add("records.hidden_sheet", Severity.WARNING)
        hidden = [str(number) for number in self.sheet.hidden_rows if number in body]
        if hidden:  # a row that nobody sees must not be acted upon
            self._add("sheets.hidden_rows", Severity.ERROR, count=str(len(hidden)), names=_names(hidden))
        for merge in self.sheet.merges:
            if merge.last_row > header_row:
                rows = f"{merge.first_row}–{merge.last_row}"
                self._add("sheets.merged", Severity.ERROR, rows=rows)

    def _add(self, code: str, severity: Severity, *, column: str | None = None, **details: str) -> None:
        told = tuple(sorted(details.items()))
        self.findings.append(
            Finding(code, severity, self.file, sheet=self.sheet.name, column=column, details=told)
        )


def _cell(cells: Sequence[object], position: int) -> object:
    return cells[position] if position < len(cells) else None


def _names(names: Any) -> str:
    return "、".join(one if len(one) <= LONGEST_NAME else f"{one[:LONGEST_NAME]}…" for one in names)
