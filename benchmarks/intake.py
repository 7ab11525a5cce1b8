"""What intake costs: 50,000 rows read, typed and checked, against openpyxl merely reading the cells.

Run: ``python -m benchmarks.intake [--contracts 50000] [--rounds 5]``. Both run in one process, in turn.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd  # noqa: F401 - loaded before the clock starts, as its import is not what is measured
import xlsxwriter

from benchmarks.row import Goal, Row, in_turn, ratios
from cmreview.records.intake import read_records
from cmreview.records.model import Expectations

MANAGERS, CUSTOMERS = 120, 9_000
GOAL = 2
EXPECTATIONS = Expectations(
    levels={"junior": "junior", "初级": "junior"},
    satisfaction_scale=(Decimal(1), Decimal(5)),
    contract_range=(Decimal(1_000), Decimal(50_000_000)),
)


def write_workbook(path: Path, rows: int) -> None:
    """A roster, customers, and contracts with ten columns as departments hand them in."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    percent = book.add_format({"num_format": "0.00%"})
    sheet = book.add_worksheet("花名册")
    sheet.write_row(0, 0, ["工号", "姓名", "部门", "入职日期"])
    for number in range(MANAGERS):
        sheet.write_row(number + 1, 0, [f"{number:04}", f"经理{number}", f"销售{number % 6}部", "2015-01-01"])
    sheet = book.add_worksheet("客户")
    sheet.write_row(0, 0, ["客户编号", "客户名称"])
    for number in range(CUSTOMERS):
        sheet.write_row(number + 1, 0, [f"C{number:05}", f"第{number}贸易有限公司"])
    sheet = book.add_worksheet("合同")
    header = [
        "合同编号",
        "客户编号",
        "工号",
        "业绩份额",
        "合同金额（元）",
        "签订日期",
        "到期日期",
        "取消日期",
    ]
    sheet.write_row(0, 0, [*header, "备注", "区域"])
    for number in range(rows):
        row = number + 1
        signed = date(2021, 1, 1) + timedelta(days=number % 1_800)
        sheet.write_string(row, 0, f"HT-{number:06}")
        sheet.write_string(row, 1, f"C{number * 7 % CUSTOMERS:05}")
        sheet.write_string(row, 2, f"{number % MANAGERS:04}")
        if number % 10 == 0:
            sheet.write_number(row, 3, 1, percent)
        sheet.write_number(row, 4, (100_000 + number * 7_919 % 90_000_000) / 100)
        sheet.write_datetime(row, 5, signed, day)
        sheet.write_datetime(row, 6, signed + timedelta(days=400), day)
        sheet.write_string(row, 8, f"备注{number}")
        sheet.write_string(row, 9, "华东")
    book.close()


def merely_read(path: Path) -> int:
    """The cells of all sheets through openpyxl's fast mode, values only."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    cells = sum(
        value is not None for sheet in book for row in sheet.iter_rows(values_only=True) for value in row
    )
    book.close()
    return cells


def parser() -> argparse.ArgumentParser:
    """How many rows, and how often."""
    made = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    made.add_argument("--contracts", type=int, default=50_000)
    made.add_argument("--rounds", type=int, default=5)
    return made


def rows(options: argparse.Namespace) -> list[Row]:
    """Both in turn, in one process."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name, "records.xlsx")
        write_workbook(path, options.contracts)
        records = read_records(path.parent, EXPECTATIONS)
        used = sum(count.used for count in records.counts)
        told = sorted({finding.code for finding in records.findings})
        ways = {
            "intake": lambda: read_records(path.parent, EXPECTATIONS),
            "plain": lambda: merely_read(path),
        }
        seconds = in_turn(ways, options.rounds)
    figures = ratios(seconds["intake"], seconds["plain"])
    note = f"{used} rows used; findings: {', '.join(told) or 'none'}"
    what = f"intake with all checks, {options.contracts:,} rows"
    return [Row.of(what, "openpyxl merely reading the cells", Goal("at most", GOAL, "times"), figures, note)]


def main() -> None:
    """Measure and print."""
    for row in rows(parser().parse_args()):
        print(row)


if __name__ == "__main__":
    main()
