"""The Excel appendix: the packet's figures, criteria and source rows, numbers as numbers, text as text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

from cmreview.review.model import DepartmentReview
from cmreview.show import appendix_rows as rows
from cmreview.show import proceedings_rows
from cmreview.show.appendix_rows import Cell, Sheet
from cmreview.show.figures import Figures
from cmreview.show.html import visible
from cmreview.show.payroll import department_sheets
from cmreview.show.voice import Voice

LONGEST = 32_000  # Excel holds 32,767 characters a cell; a longer text is cut and says so
WIDEST = 60
_WIDE = re.compile("[\u2e80-\U0010ffff]")  # as wide as two Latin letters


def write_appendix(review: DepartmentReview, path: Path, lang: str = "zh") -> None:
    """Write the appendix of ``review``; the same review gives the same bytes."""
    voice = Voice(review, Figures(lang, review.currency_label))
    sheets = (*rows.sheets(voice), *department_sheets(voice), *proceedings_rows.sheets(voice))
    write_book(sheets, path, title=voice.say("title"), year=review.year)


def write_book(sheets: Iterable[Sheet], path: Path, *, title: str, year: int) -> None:
    """Write a workbook of these sheets, dated by the end of ``year``: the same sheets give the same bytes."""
    path.write_bytes(book_bytes(sheets, title=title, year=year))


def book_bytes(sheets: Iterable[Sheet], *, title: str, year: int) -> bytes:
    """The bytes of such a workbook."""
    import xlsxwriter

    stream = BytesIO()

    # text stays text: no formula, no link, no number made of what people typed
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(stream, options)
    made = datetime(year, 12, 31)  # the end of the period, not the day of the run
    book.set_properties({"title": title, "author": "cmreview", "created": made})
    look = _Look(book)
    for sheet in sheets:
        _write(book, sheet, look)
    book.close()
    return stream.getvalue()


class _Look:
    def __init__(self, book: Any) -> None:
        font = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
        self.head = book.add_format(
            font | {"bold": True, "bottom": 1, "bg_color": "#F3F5F9", "text_wrap": True}
        )
        self.text = book.add_format(font | {"text_wrap": True})
        self.formats = {
            kind: book.add_format(font | {"num_format": pattern})
            for kind, pattern in {
                "wan": "#,##0.00",
                "money": "#,##0.00##",
                "share": "0.0##%",
                "count": "#,##0.##",
                "whole": "#,##0",
                "years": "0.00",
                "date": "yyyy-mm-dd",
            }.items()
        }


def _write(book: Any, sheet: Sheet, look: _Look) -> None:
    page = book.add_worksheet(sheet.name)
    widths = [_width(head) for head in sheet.heads]
    for column, head in enumerate(sheet.heads):
        page.write_string(0, column, head, look.head)
    for number, row in enumerate(sheet.rows, start=1):
        for column, cell in enumerate(row):
            if cell.value is None:
                continue
            widths[column] = max(widths[column], min(_width(cell.value), WIDEST))
            _write_cell(page, number, column, cell, look)
    for column, width in enumerate(widths):
        page.set_column(column, column, width + 2)
    page.freeze_panes(1, sheet.frozen)
    page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    if sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.heads) - 1)


def _write_cell(page: Any, row: int, column: int, cell: Cell, look: _Look) -> None:
    value = cell.value
    if isinstance(value, date):
        page.write_datetime(row, column, datetime(value.year, value.month, value.day), look.formats["date"])
    elif isinstance(value, Fraction | int):
        page.write_number(row, column, float(value), look.formats[cell.kind])
    elif value is not None:
        page.write_string(row, column, cut(visible(value)), look.text)


def cut(text: str) -> str:
    """``text`` as one cell can hold it; where it is cut the cell says so."""
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}… [{len(text) - LONGEST}]"


def _width(value: object) -> int:
    text = str(value)[:WIDEST]
    return len(text) if text.isascii() else len(text) + len(_WIDE.findall(text))
