"""A sheet for people to fill in: headers with notes, drop-downs and checks, text that stays text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

from cmreview.records.columns import Column, Kind, Table
from cmreview.records.guide import display_width
from cmreview.records.schema import INSTRUCTIONS
from cmreview.records.template import EARLIEST, LATEST
from cmreview.words import say

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_CREATED = datetime(2000, 1, 1)  # fixed, so that the same rows give the same bytes
_SPARE_ROWS = 500  # drop-downs and checks reach so far beyond the rows that are there
_WIDEST = 40
_LISTS_FROM = 4  # columns of the instructions sheet that hold the drop-downs' lists
# Columns of a printed page, in characters: A4 upright holds both in any font.
_NAME_WIDTH, _BOX_WIDTH = 18, 50
_LINE, _HAND = 15, 24  # heights of a line printed and of one written by hand, in points
_TITLE_LIMIT, _TEXT_LIMIT = 32, 255  # Excel's own, for the window that a wrong entry opens
_FORMATS = {Kind.DATE: "yyyy-mm-dd", Kind.COUNT: "0", Kind.SCORE: "General"}


@dataclass(frozen=True, slots=True)
class Page:
    """One printed page to write on by hand: a heading, what is known of it, and what is asked.

    ``asked`` names each box and how many lines of handwriting it holds.
    """

    heading: str
    known: Sequence[tuple[str, str | None]]
    asked: Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Form:
    """A sheet to fill in: its table and rows, and what the instructions say.

    ``filled`` names the columns that people fill in; the others are grey and say what a row is about.
    ``pairs`` and ``lines`` stand on the instructions sheet. ``scale`` bounds the columns of scores. ``pages``
    are printed from a sheet of their own, ``paged``, that nobody reads back.
    """

    table: Table
    rows: Sequence[Mapping[str, Any]]
    filled: frozenset[str]
    title: str
    pairs: Sequence[tuple[str, str]] = ()
    lines: Sequence[str] = ()
    scale: tuple[Decimal, Decimal] | None = None
    frozen: int = 2
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    pages: Sequence[Page] = ()
    paged: str = ""


def form_bytes(form: Form, lang: str) -> bytes:
    """The workbook: the sheet first, then its instructions. The same form gives the same bytes."""
    from xlsxwriter import Workbook

    stream = BytesIO()
    # in memory: XlsxWriter then stamps the parts with a time that does not depend on the time zone
    book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": form.title, "created": _CREATED})
    sheet = book.add_worksheet(form.table.label(lang))
    guide = book.add_worksheet(INSTRUCTIONS(lang))
    lists = _write_guide(book, guide, form, lang)
    _Writing(book, sheet, form, lists, lang).write()
    if form.pages:
        _write_pages(book, book.add_worksheet(form.paged), form.pages)
    book.close()
    return stream.getvalue()


class _Writing:
    """Writes the one sheet."""

    def __init__(
        self, book: Workbook, sheet: Worksheet, form: Form, lists: Mapping[str, str], lang: str
    ) -> None:
        self.sheet = sheet
        self.form = form
        self.lists = lists
        self.lang = lang
        head = {"border": 1, "text_wrap": True, "valign": "vcenter", "align": "center", "bold": True}
        self.head_filled = book.add_format({**head, "bg_color": "#1F3864", "font_color": "white"})
        self.head_given = book.add_format({**head, "bg_color": "#E7E6E6"})
        cell = {"valign": "top", "border": 1, "border_color": "#D9D9D9"}
        self.given = book.add_format({**cell, "num_format": "@", "bg_color": "#F2F2F2", "text_wrap": True})
        # below the rows that are there, where a format may still be needed but a border would mislead
        self.plain: dict[Kind, Format] = {
            kind: book.add_format({"num_format": _FORMATS.get(kind, "@"), "valign": "top"}) for kind in Kind
        }
        self.formats: dict[Kind, Format] = {
            kind: book.add_format({**cell, "num_format": _FORMATS.get(kind, "@"), "text_wrap": True})
            for kind in Kind
        }

    def write(self) -> None:
        columns = self.form.table.columns
        last = len(self.form.rows) + _SPARE_ROWS
        for index, column in enumerate(columns):
            is_filled = column.name in self.form.filled
            style = self.formats[column.kind] if is_filled else self.given
            self.sheet.set_column(index, index, self._width(column), self.plain[column.kind])
            self.sheet.write_string(
                0, index, column.label(self.lang), self.head_filled if is_filled else self.head_given
            )
            if column.note is not None:
                self.sheet.write_comment(0, index, column.note(self.lang), {"author": "", "x_scale": 2})
            check = self._check(column) if is_filled else None
            if check is not None:
                self.sheet.data_validation(1, index, last, index, check | self._complaint(column))
            for number, row in enumerate(self.form.rows, start=1):
                self._write_cell(number, index, row.get(column.name), style)
        self.sheet.set_row(0, 32)
        self.sheet.freeze_panes(1, self.form.frozen)
        self.sheet.set_landscape()
        self.sheet.set_paper(9)  # A4
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(0)

    def _write_cell(self, row: int, column: int, value: object, style: Format) -> None:
        if value is None:
            self.sheet.write_blank(row, column, None, style)
        elif isinstance(value, date):
            self.sheet.write_datetime(row, column, value, style)
        elif isinstance(value, int | Decimal):
            self.sheet.write_number(row, column, value, style)
        else:
            self.sheet.write_string(row, column, str(value), style)

    def _check(self, column: Column) -> dict[str, Any] | None:
        if column.name in self.lists:
            return {"validate": "list", "source": self.lists[column.name]}
        if column.kind is Kind.DATE:
            return {"validate": "date", "criteria": "between", "minimum": EARLIEST, "maximum": LATEST}
        if column.kind is Kind.COUNT:
            return {"validate": "integer", "criteria": ">=", "value": 0}
        if column.kind is Kind.SCORE and self.form.scale is not None:
            lowest, highest = self.form.scale
            between = {"minimum": float(lowest), "maximum": float(highest)}
            return {"validate": "decimal", "criteria": "between", **between}
        return None

    def _complaint(self, column: Column) -> dict[str, str]:
        title = say("sheets.wrong.title", self.lang, column=column.label(self.lang))
        text = say("sheets.wrong.text", self.lang)
        if column.note is not None:
            text = column.note(self.lang)
        return {"error_title": title[:_TITLE_LIMIT], "error_message": text[:_TEXT_LIMIT]}

    def _width(self, column: Column) -> float:
        shown = [column.label(self.lang), *(str(row.get(column.name) or "") for row in self.form.rows)]
        widest = max(display_width(text) for text in shown)
        least = {Kind.TEXT: 14, Kind.DATE: 12}.get(column.kind, 9)
        return min(max(widest + 3, least), _WIDEST)


def _write_pages(book: Workbook, sheet: Worksheet, pages: Sequence[Page]) -> None:
    """A page each, upright, as wide as the paper; no row names two things, so none is taken for a header."""
    heading = book.add_format({"bold": True, "font_size": 14, "valign": "vcenter"})
    cell = {"border": 1, "border_color": "#808080", "valign": "top", "text_wrap": True}
    name = book.add_format({**cell, "bold": True, "bg_color": "#F2F2F2"})
    text = book.add_format({**cell, "num_format": "@"})
    sheet.set_column(0, 0, _NAME_WIDTH)
    sheet.set_column(1, 1, _BOX_WIDTH)
    at, breaks = 0, []
    for page in pages:
        sheet.set_row(at, 30)
        sheet.write_string(at, 0, page.heading, heading)
        for label, value in page.known:
            at += 1
            lines = max(-(-display_width(label) // _NAME_WIDTH), -(-display_width(value or "") // _BOX_WIDTH))
            sheet.set_row(at, _LINE * max(lines, 1) + 3)
            sheet.write_string(at, 0, label, name)
            sheet.write_string(at, 1, value or "—", text)
        for label, lines in page.asked:
            at += 1
            sheet.set_row(at, _HAND * lines)
            sheet.write_string(at, 0, label, name)
            sheet.write_blank(at, 1, None, text)
        at += 1
        breaks.append(at)
    sheet.set_h_pagebreaks(breaks[:-1])
    sheet.set_paper(9)  # A4
    sheet.print_area(0, 0, at - 1, 1)
    sheet.set_margins(left=0.7, right=0.5)
    sheet.set_footer("&C&P / &N")


def _write_guide(book: Workbook, guide: Worksheet, form: Form, lang: str) -> dict[str, str]:
    """The instructions; returned is where each drop-down's list stands, as a formula.

    Lists stand in cells, since Excel cuts a list inside a rule at commas and at 255 characters.
    """
    from xlsxwriter.utility import xl_range_abs

    bold = book.add_format({"bold": True})
    text = book.add_format({"num_format": "@"})
    guide.set_column(0, 0, 24)
    guide.set_column(1, 1, 40)
    guide.set_paper(9)  # A4
    guide.fit_to_pages(1, 0)
    guide.write_string(0, 0, form.title, book.add_format({"bold": True, "font_size": 14}))
    at = 2
    for name, value in form.pairs:
        guide.write_string(at, 0, name, bold)
        guide.write_string(at, 1, value, text)
        at += 1
    for line in form.lines:
        at += 1
        guide.write_string(at, 0, line)
    places = {}
    for place, (name, entries) in enumerate(form.lists.items(), start=_LISTS_FROM):
        guide.write_string(0, place, form.table.column(name).label(lang), bold)
        for row, entry in enumerate(entries, start=1):
            guide.write_string(row, place, entry)
        cells = xl_range_abs(1, place, len(entries), place)
        places[name] = f"='{INSTRUCTIONS(lang)}'!{cells}"
    return places
