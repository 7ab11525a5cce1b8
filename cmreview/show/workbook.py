"""The Excel appendix: the packet's figures, criteria and source rows, numbers as numbers, text as text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from cmreview.review.model import DepartmentReview
from cmreview.show import appendix_rows as rows
from cmreview.show import proceedings_rows
from cmreview.show.appendix_rows import Cell, Sheet
from cmreview.show.figures import Figures
from cmreview.show.payroll import department_sheets
from cmreview.show.voice import Voice

_PATTERNS = {
    "wan": "#,##0.00",
    "money": "#,##0.00##",
    "share": "0.0##%",
    "rate": "0.0%",
    "index": "0.0000",
    "tenth": "#,##0.0",
    "count": "#,##0.##",
    "whole": "#,##0",
    "years": "0.00",
    "date": "yyyy-mm-dd",
}


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
    """How each kind of cell looks, under the number that Excel knows it by."""

    def __init__(self, book: Any) -> None:
        font = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
        self._formats = {
            "head": book.add_format(
                font | {"bold": True, "bottom": 1, "bg_color": "#F3F5F9", "text_wrap": True}
            ),
            "text": book.add_format(font | {"text_wrap": True}),
        }
        for kind, pattern in _PATTERNS.items():
            self._formats[kind] = book.add_format(font | {"num_format": pattern})
        self._numbers: dict[str, int] = {}

    def __call__(self, kind: str) -> int:
        if kind not in self._numbers:  # numbered as they are used, so an unused look is not stored
            self._numbers[kind] = self._formats[kind]._get_xf_index()
        return self._numbers[kind]


def _write(book: Any, sheet: Sheet, look: _Look) -> None:
    from cmreview.show.plain_sheet import PlainSheet

    page = book.add_worksheet(sheet.name, PlainSheet)
    heads = tuple(Cell(head) for head in sheet.heads)
    for column, width in enumerate(page.fill((heads, *sheet.rows), look)):
        page.set_column(column, column, width + 2)
    page.freeze_panes(1, sheet.frozen)
    page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    if sheet.rows:
        page.autofilter(0, 0, len(sheet.rows), len(sheet.heads) - 1)
