"""All typed rows on one tray: what was handed in, what was found of it, and what has been set aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from cmreview.findings import Finding, in_order
from cmreview.naming import safe_name
from cmreview.records.cells import LONGEST_SHOWN
from cmreview.records.columns import Kind
from cmreview.records.headers import NAME_PARTS, table_of_file
from cmreview.records.model import PROVENANCE, TableCount
from cmreview.records.numbers import plain
from cmreview.records.schema import TABLES
from cmreview.records.text import fold
from cmreview.records.typed import SET_ASIDE, TypedTable, empty_rows
from cmreview.terms import Severity

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Details = Mapping[str, str]
NO_RECORD = frozenset({"records.total_row", "records.repeated_header_row"})


class FaultPolicy(StrEnum):
    """What an error in a row does."""

    STOP = "stop"  # it stops the row's department
    SET_ASIDE = "set_aside"  # its row is set aside with a warning: for records that nobody will mend


@dataclass(frozen=True, slots=True)
class _Noted:
    """A finding and the row it speaks of, as far as there is one."""

    finding: Finding
    table: str | None = None
    index: int | None = None


class Tray:
    """Every table as a frame of all its typed rows, sorted by file, sheet and row.

    ``frames`` maps a table's name to its frame: the schema's columns and those of PROVENANCE, with
    Arrow types and index 0, 1, 2, ...; rows set aside are in it. ``rows`` leaves them out.
    """

    def __init__(self, typed: Sequence[TypedTable], fault_policy: FaultPolicy) -> None:
        self.fault_policy = fault_policy
        self.typed = typed
        self.frames: dict[str, pd.DataFrame] = {}
        self.aside: dict[str, np.ndarray[Any, np.dtype[np.bool_]]] = {}
        # rows that say nothing of their own: totals, repeated headers, repeated records
        self.idle: dict[str, set[int]] = {name: set() for name in TABLES}
        self.headers = {(part.table.name, part.file, part.sheet): part.headers for part in typed}
        self._noted: list[_Noted] = []
        for name in TABLES:
            self._load(name, [part for part in typed if part.table.name == name])

    def rows(self, table: str) -> pd.DataFrame:
        """The rows of a table that have not been set aside so far; their index is that of ``frames``."""
        frame, aside = self.frames[table], self.aside[table]
        return frame[~aside] if aside.any() else frame

    def is_empty(self, table: str) -> bool:
        """Whether nothing was handed in of a table, so that no check has anything to ask of it."""
        return self.frames[table].empty

    def legible(self, table: str) -> pd.DataFrame:
        """The rows whose own cells can be checked: those set aside too, so that all faults come at once."""
        frame = self.frames[table]
        return frame.drop(index=sorted(self.idle[table])) if self.idle[table] else frame

    def note(self, finding: Finding) -> None:
        """Take in a finding that speaks of a file, a sheet or the company."""
        self._noted.append(_Noted(finding, finding.table))

    def tell(
        self,
        table: str,
        index: Iterable[int],
        code: str,
        severity: Severity,
        *,
        column: str | None = None,
        aside: bool = False,
        details: Sequence[Details] | None = None,
    ) -> None:
        """Report the rows at ``index``, each with the details of the same place, and set them aside.

        Under FaultPolicy.SET_ASIDE an error becomes a warning that sets its row aside.
        """
        positions = [int(position) for position in index]
        if not positions:
            return
        if severity == Severity.ERROR and self.fault_policy == FaultPolicy.SET_ASIDE:
            severity, aside = Severity.WARNING, True
        chosen = self.frames[table].iloc[positions]
        cells = [None] * len(positions) if column is None else listed(chosen[column])
        percent = column is not None and TABLES[table].column(column).kind == Kind.SHARE
        files, sheets, rows = (listed(chosen[name]) for name in PROVENANCE)
        for order, position in enumerate(positions):
            file, sheet, row, cell = files[order], sheets[order], rows[order], cells[order]
            finding = Finding(
                f"records.{code}",
                severity,
                file,
                table=table,
                sheet=sheet,
                row=row,
                column=None if column is None else self._header(table, file, sheet, column),
                value=value_shown(cell, percent=percent),
                set_aside=aside,
                details=() if details is None else tuple(details[order].items()),
            )
            self._noted.append(_Noted(finding, table, position))
        if aside:
            self.aside[table][positions] = True

    def others(self, table: str, index: Iterable[int]) -> list[dict[str, str]]:
        """Where rows stand, as details of findings on other rows: ``other`` and ``other_en`` of each."""
        positions = list(index)
        if not positions:
            return []
        chosen = self.frames[table].iloc[positions]
        told = []
        for file, sheet, row in zip(*(listed(chosen[name]) for name in PROVENANCE), strict=True):
            before = "".join(f"{part} · " for part in (file, sheet) if part)
            told.append({"other": f"{before}第{row}行", "other_en": f"{before}row {row}"})
        return told

    def found(self, departments: Mapping[str, str]) -> tuple[Finding, ...]:
        """Every finding with its department, in order; ``departments`` maps files to departments.

        The department is the row's own, else that of the row's manager on the roster, else the file's.
        Every finding on a row that is not used says so, whichever of them was the reason.
        """
        roster = self.roster()
        columns: dict[str, tuple[list[object], list[object]]] = {}
        told = []
        for finding, table, index in ((noted.finding, noted.table, noted.index) for noted in self._noted):
            department: object = None
            aside = finding.set_aside
            if table is not None and index is not None:
                aside = bool(self.aside[table][index])
                if table not in columns:
                    columns[table] = (self._listed(table, "department"), self._listed(table, "manager_id"))
                own, managers = columns[table]
                department = own[index] or roster.get(str(managers[index]))
            department = department or finding.department or departments.get(finding.file)
            name = None if department is None else str(department)
            told.append(replace(finding, department=name, set_aside=aside))
        return in_order(told)

    def roster(self) -> dict[str, str]:
        """Manager -> department, of every roster row that was readable in both."""
        frame = self.frames["managers"].dropna(subset=["manager_id", "department"])
        pairs = zip(listed(frame["manager_id"]), listed(frame["department"]), strict=True)
        return dict(reversed(list(pairs)))  # the first row of a manager wins

    def file_departments(self, files: Iterable[str]) -> dict[str, str]:
        """File -> department, as far as it can be told.

        A workbook whose roster (or else level history) names one department only is that
        department's; a roster of several is nobody's, whatever its history says. Any other file is a
        known department's if that is a word of its name (合同_销售一部.csv). A file that could not be
        read has its name for a department if all workbooks that are known are named after theirs
        (销售三部.xlsx beside 销售一部.xlsx).
        """
        owned: dict[str, str] = {}
        for table in ("level_history", "managers"):
            frame = self.frames[table].dropna(subset=["department"])
            for file, names in frame.groupby("source_file")["department"].unique().items():
                owned.pop(str(file), None)
                if len(names) == 1:
                    owned[str(file)] = str(names[0])
        named_after_theirs = bool(owned) and all(
            fold(PurePosixPath(file).stem) in (fold(department), fold(safe_name(department)))
            for file, department in owned.items()
        )
        known = {fold(word): name for name in self._departments() for word in (name, safe_name(name))}
        read = {part.file for part in self.typed}
        for file in files:
            if file in owned:
                continue
            stem = PurePosixPath(file).stem
            words = [stem, *NAME_PARTS.split(stem)]
            said = next((known[fold(word)] for word in words if fold(word) in known), None)
            if said is not None:
                owned[file] = said
            elif named_after_theirs and file not in read and table_of_file(stem) is None:
                owned[file] = stem
        return owned

    def counts(self) -> tuple[TableCount, ...]:
        """Rows in, used and set aside, of every table of every sheet."""
        told = []
        for part in self.typed:
            name = part.table.name
            frame, aside = self.frames[name], self.aside[name]
            here = (frame["source_file"] == part.file).to_numpy(dtype=bool)
            if part.sheet is not None:
                here &= (frame["source_sheet"] == part.sheet).fillna(False).to_numpy(dtype=bool)
            used = int((here & ~aside).sum())
            set_aside = int((here & aside).sum()) + part.unread
            told.append(TableCount(name, part.file, part.sheet, part.rows_in, used, set_aside))
        return tuple(sorted(told, key=lambda count: (count.file, count.sheet or "", count.table)))

    def _departments(self) -> list[str]:
        names: set[str] = set()
        for table in ("managers", "level_history"):
            names.update(listed(self.frames[table]["department"].dropna()))
        return sorted(names)

    def _load(self, name: str, parts: list[TypedTable]) -> None:
        import pandas as pd
        import pyarrow as pa

        if not parts:
            self.frames[name], self.aside[name] = _nothing(name).copy(deep=False), _no_rows()
            return
        order = [(column, "ascending") for column in PROVENANCE]
        rows = pa.concat_tables([empty_rows(TABLES[name]), *(part.rows for part in parts)]).sort_by(order)
        frame = rows.drop_columns([SET_ASIDE]).to_pandas(types_mapper=pd.ArrowDtype)
        self.frames[name] = frame
        self.aside[name] = rows.column(SET_ASIDE).to_numpy(zero_copy_only=False).astype(bool)
        where: dict[tuple[object, ...], int] = {}
        for part in parts:
            for finding in part.findings:
                if finding.row is None:
                    self.note(finding)
                    continue
                where = where or self._where(frame)
                index = where.get((finding.file, finding.sheet, finding.row))  # a header row is no record
                if index is not None and finding.code in NO_RECORD:
                    self.idle[name].add(index)
                if finding.severity == Severity.ERROR and self.fault_policy == FaultPolicy.SET_ASIDE:
                    finding = replace(finding, severity=Severity.WARNING, set_aside=True)
                    if index is not None:
                        self.aside[name][index] = True
                self._noted.append(_Noted(finding, name, index))

    def _where(self, frame: pd.DataFrame) -> dict[tuple[object, ...], int]:
        places = zip(*(listed(frame[name]) for name in PROVENANCE), strict=True)
        return {place: index for index, place in enumerate(places)}

    def _listed(self, table: str, column: str) -> list[object]:
        frame = self.frames[table]
        return listed(frame[column]) if column in frame else [None] * len(frame)

    def _header(self, table: str, file: str, sheet: str | None, column: str) -> str:
        return self.headers[table, file, sheet].get(column, TABLES[table].column(column).label.zh)


@cache
def _nothing(name: str) -> pd.DataFrame:
    """The frame of a table that nobody handed in; to make one takes longer than to check ten rows."""
    import pandas as pd

    return empty_rows(TABLES[name]).drop_columns([SET_ASIDE]).to_pandas(types_mapper=pd.ArrowDtype)


def _no_rows() -> np.ndarray[Any, np.dtype[np.bool_]]:
    import numpy as np

    return np.zeros(0, dtype=bool)


def listed(column: pd.Series) -> list[Any]:
    """The values of an Arrow-backed column as Python objects, None where blank."""
    import pyarrow as pa

    values: list[Any] = pa.array(column).to_pylist()
    return values


def value_shown(cell: object, *, percent: bool = False) -> str | None:
    """A typed value as a finding shows it."""
    if cell is None:
        return None
    if isinstance(cell, Decimal):
        return f"{plain(cell * 100)}%" if percent else plain(cell)
    return str(cell)[:LONGEST_SHOWN]
