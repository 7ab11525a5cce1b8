"""What departments hand in, built small: workbooks with every kind of cell, and the folders they lie in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from cmreview.findings import Finding
from cmreview.records.assemble import assemble
from cmreview.records.model import Expectations, Records
from cmreview.records.raw import RawColumn, RawTable
from cmreview.records.schema import TABLES
from cmreview.records.tray import FaultPolicy
from cmreview.records.typed import type_table

EXPECTATIONS = Expectations(
    levels={"junior": "junior", "初级": "junior", "intermediate": "intermediate", "中级": "intermediate"},
    satisfaction_scale=(Decimal(1), Decimal(5)),
    contract_range=(Decimal(1_000), Decimal(50_000_000)),
)


@dataclass(frozen=True)
class Cell:
    """A cell with a number format, or with a formula whose stored result is ``value``."""

    value: Any = None
    format: str = ""
    formula: str = ""


Grid = Sequence[Sequence[Any]]

MANAGERS = [["工号", "姓名", "部门", "入职日期"], ["001", "张三", "销售一部", "2020-01-01"]]
CUSTOMERS = [["客户编号", "客户名称"], ["C1", "甲公司"], ["C2", "乙公司"]]
CONTRACTS_HEADER = ["合同编号", "客户编号", "工号", "合同金额", "签订日期"]
CONTRACTS = [CONTRACTS_HEADER, ["HT1", "C1", "001", 50_000, date(2025, 3, 1)]]


def write_book(path: Path, sheets: Mapping[str, Grid], **options: Any) -> Path:
    """A workbook; ``hide_sheets``, ``hide_rows``, ``merge`` (sheet -> ranges), ``date_1904`` as options."""
    book = xlsxwriter.Workbook(str(path), {"date_1904": options.get("date_1904", False)})
    formats: dict[str, Any] = {}

    def style(code: str) -> Any:
        return formats.setdefault(code, book.add_format({"num_format": code})) if code else None

    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                shown = cell if isinstance(cell, Cell) else Cell(cell)
                if isinstance(shown.value, date) and not shown.format:
                    shown = replace(shown, format="yyyy-mm-dd")
                if shown.formula:
                    sheet.write_formula(row, column, shown.formula, style(shown.format), shown.value or 0)
                elif isinstance(shown.value, bool):
                    sheet.write_boolean(row, column, shown.value)
                elif isinstance(shown.value, date):
                    sheet.write_datetime(row, column, shown.value, style(shown.format))
                elif isinstance(shown.value, int | float):
                    sheet.write_number(row, column, shown.value, style(shown.format))
                elif isinstance(shown.value, str):
                    sheet.write_string(row, column, shown.value, style(shown.format))
        for merged in options.get("merge", {}).get(name, ()):
            first_row, first_column, last_row, last_column = merged
            value = rows[first_row][first_column]
            sheet.merge_range(first_row, first_column, last_row, last_column, value)
        for row in options.get("hide_rows", {}).get(name, ()):
            sheet.set_row(row, None, None, {"hidden": True})
        for column in options.get("hide_columns", {}).get(name, ()):
            sheet.set_column(column, column, None, None, {"hidden": True})
        if name in options.get("hide_sheets", ()):
            sheet.hide()
    book.close()
    return path


def department(folder: Path, name: str = "销售一部", **sheets: Grid) -> Path:
    """A department's workbook with one manager and two customers; sheets by table name replace or add."""
    filled: dict[str, Grid] = {"managers": MANAGERS, "customers": CUSTOMERS} | sheets
    labels = {TABLES[table].label.zh: rows for table, rows in filled.items()}
    return write_book(folder / f"{name}.xlsx", labels)


Rows = Sequence[Mapping[str, Any]]


def assembled(
    policy: FaultPolicy = FaultPolicy.STOP,
    expectations: Expectations = EXPECTATIONS,
    /,
    **files: Mapping[str, Rows],
) -> Records:
    """Records of rows as they stand in files: ``assembled(a={"managers": [{...}]})`` for file a."""
    typed = []
    for file, tables in files.items():
        for name, rows in tables.items():
            columns = {column for row in rows for column in row}
            columns |= {column.name for column in TABLES[name].columns if column.required}
            raw = {
                column: RawColumn(TABLES[name].column(column).label.zh, [row.get(column) for row in rows])
                for column in columns
            }
            numbers = range(2, len(rows) + 2)
            label = TABLES[name].label.zh
            typed.append(
                type_table(TABLES[name], RawTable(f"{file}.xlsx", label, numbers, raw), expectations)
            )
    return assemble(typed, expectations, fault_policy=policy)


def codes(found: Records | Sequence[Finding], *, beside: Sequence[str] = ()) -> list[str]:
    """The codes of findings in their order, without the room's name and those ``beside`` the point."""
    findings = found.findings if isinstance(found, Records) else found
    named = [finding.code.removeprefix("records.") for finding in findings]
    return [code for code in named if code not in beside]


def only(records: Records, code: str) -> Finding:
    """The one finding of this code."""
    found = [finding for finding in records.findings if finding.code == f"records.{code}"]
    assert len(found) == 1, f"{len(found)} findings {code} among {codes(records)}"
    return found[0]


def rewritten(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one of its parts changed."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for info in source.infolist():
            content = source.read(info)
            target.writestr(info.filename, change(content) if info.filename == part else content)
    return buffer.getvalue()
