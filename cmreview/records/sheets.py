"""From a sheet to the raw table that it holds, with everything about the sheet that must be told."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from cmreview.findings import Finding
from cmreview.records.columns import Table
from cmreview.records.headers import Header, HeaderCell, find_header
from cmreview.records.model import Expectations
from cmreview.records.raw import Merge, RawColumn, RawTable, Sheet
from cmreview.records.sheet_xml import column_letters
from cmreview.records.typed import TypedTable, type_table, unread
from cmreview.terms import Severity

NAMES_TOLD = 20  # unknown columns, hidden rows: more are counted, not named
LONGEST_NAME = 40
MOST_FAULTS = 200_000  # of one sheet; nobody mends as many, and each takes memory
MERGE_BUDGET = 2_000_000  # rows that merged cells may cover together; a sheet that people read has few

Rows = list[tuple[int, list[object]]]


def type_sheet(table: Table, sheet: Sheet, file: str, expectations: Expectations) -> TypedTable:
    """The typed table of a sheet. All of its rows are set aside where its columns can't be told."""
    return _Reading(table, sheet, file, expectations).typed()


class _Reading:
    """One sheet while it is being read."""

    def __init__(self, table: Table, sheet: Sheet, file: str, expectations: Expectations) -> None:
        self.table = table
        self.sheet = sheet
        self.file = file
        self.expectations = expectations
        self.findings: list[Finding] = []

    def typed(self) -> TypedTable:
        if self.sheet.too_wide:
            return self._refuse("too_many_columns", len(self.sheet.rows))
        if not self.sheet.rows:
            return self._refuse("empty_sheet", 0)
        header = find_header(self.table, self.sheet)
        if header is None:
            return self._refuse("no_header", len(self.sheet.rows))
        body = self.sheet.rows[header.at + 1 :]
        columns = header.columns
        if header.repeated:
            return self._refuse("repeated_column", len(body), column=header.repeated[0])
        for name, cell in list(columns.items()):
            if cell.meaning is None or cell.meaning.unknown_unit is None:
                continue
            unit = {"unit": cell.meaning.unknown_unit}
            if self.table.column(name).required:
                return self._refuse("unknown_unit", len(body), column=cell.text, details=unit)
            self._add("unknown_unit", Severity.ERROR, column=cell.text, details=unit)
            del columns[name]
        self._tell_of_sheet(header, columns, body)
        body = self._filled(header, columns, body)
        kept, dropped = self._without_extra_cells(header, body)
        raw = self._raw(columns, kept)
        typed = type_table(self.table, raw, self.expectations, most_faults=MOST_FAULTS)
        return replace(typed, findings=(*self.findings, *typed.findings), unread=typed.unread + dropped)

    def _raw(self, columns: dict[str, HeaderCell], body: Rows) -> RawTable:
        raw = {}
        for name, (position, text, meaning) in columns.items():
            values = [cells[position] if position < len(cells) else None for _, cells in body]
            if meaning is not None:
                raw[name] = RawColumn(text, values, meaning.factor, meaning.percent)
        numbers = [number for number, _ in body]
        return RawTable(self.file, self.sheet.name, numbers, raw, self.sheet.epoch_1904)

    def _tell_of_sheet(self, header: Header, columns: dict[str, HeaderCell], body: Rows) -> None:
        if self.sheet.hidden:
            self._add("hidden_sheet", Severity.WARNING)
        hidden = set(self.sheet.hidden_rows)
        rows = [number for number, _ in body if number in hidden]
        if rows:
            self._add("hidden_rows", Severity.WARNING, row=rows[0], details=_some(map(str, rows)))
        unseen = [cell.text for cell in columns.values() if cell.position in self.sheet.hidden_columns]
        if unseen:
            self._add("hidden_columns", Severity.WARNING, details=_some(unseen))
        unknown = [cell.text for cell in header.cells if cell.meaning is None]
        if not self.sheet.ragged:
            unknown += _unnamed(header, body)
        if unknown:
            self._add("unknown_columns", Severity.WARNING, row=header.row or None, details=_some(unknown))

    def _filled(self, header: Header, columns: dict[str, HeaderCell], body: Rows) -> Rows:
        """The rows with merged cells of one column filled downward: each row holds what it shows."""
        texts = {cell.position: cell.text for cell in columns.values()}
        merges = [merge for merge in self.sheet.merges if merge.first_row > header.row]
        if sum(merge.last_row - merge.first_row for merge in merges) > MERGE_BUDGET:
            self._add("too_many_merges", Severity.ERROR)
            return body
        numbers = [number for number, _ in body]
        body = [(number, list(cells)) for number, cells in body] if merges else body
        for merge in merges:
            covered = body[bisect_left(numbers, merge.first_row) : bisect_left(numbers, merge.last_row + 1)]
            if covered and covered[0][0] == merge.first_row:
                self._fill(merge, covered, texts)
        return body

    def _fill(self, merge: Merge, covered: Rows, texts: dict[int, str]) -> None:
        position = merge.first_column
        top = covered[0][1]
        value = top[position] if position < len(top) else None
        if value is None:
            return
        rows = f"{merge.first_row}–{merge.last_row}"
        if merge.last_column > position:
            if any(at in texts for at in range(position, merge.last_column + 1)):
                self._add("merged_across", Severity.WARNING, row=merge.first_row, column=texts.get(position))
            return
        if position not in texts or len(covered) == 1:
            return
        for _, cells in covered[1:]:
            cells.extend([None] * (position + 1 - len(cells)))
            if cells[position] is None:
                cells[position] = value
        self._add(
            "merged_filled",
            Severity.WARNING,
            row=merge.first_row,
            column=texts[position],
            details={"rows": rows},
        )

    def _without_extra_cells(self, header: Header, body: Rows) -> tuple[Rows, int]:
        """The rows of a delimited file that end where its header ends, and how many do not."""
        if not self.sheet.ragged:
            return body, 0
        width = max((cell.position for cell in header.cells), default=-1) + 1
        kept = []
        for number, cells in body:
            if any(cell is not None for cell in cells[width:]):
                shown = {"cells": str(len(cells)), "columns": str(width)}
                self._add("extra_cells", Severity.ERROR, row=number, aside=True, details=shown)
            else:
                kept.append((number, cells))
        return kept, len(body) - len(kept)

    def _refuse(
        self, code: str, rows: int, *, column: str | None = None, details: dict[str, str] | None = None
    ) -> TypedTable:
        told = {"rows": str(rows), "table": self.table.label.zh, "table_en": self.table.label.en}
        self._add(code, Severity.ERROR, column=column, aside=rows > 0, details=told | (details or {}))
        return unread(self.table, self.file, self.sheet.name, rows, self.findings)

    def _add(
        self,
        code: str,
        severity: Severity,
        *,
        row: int | None = None,
        column: str | None = None,
        aside: bool = False,
        details: dict[str, str] | None = None,
    ) -> None:
        self.findings.append(
            Finding(
                f"records.{code}",
                severity,
                self.file,
                table=self.table.name,
                sheet=self.sheet.name,
                row=row,
                column=column,
                set_aside=aside,
                details=tuple((details or {}).items()),
            )
        )


def _unnamed(header: Header, body: Rows) -> list[str]:
    """Letters of columns without a header that hold something."""
    named = {cell.position for cell in header.cells}
    used = {at for _, cells in body for at in range(len(cells)) if at not in named and cells[at] is not None}
    return [column_letters(at) for at in sorted(used)]


def _some(names: Sequence[str] | map[str]) -> dict[str, str]:
    """The first names of a list, and how many there are."""
    names = list(names)
    told = [name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…" for name in names]
    more = "…" if len(names) > NAMES_TOLD else ""
    return {"count": str(len(names)), "names": ", ".join(told[:NAMES_TOLD]) + more}
