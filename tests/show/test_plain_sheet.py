"""A plain sheet's rows: the bytes that XlsxWriter itself would write, and text that stays text."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from io import BytesIO
from unittest.mock import patch

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter.worksheet import Worksheet

from cmreview.show import plain_sheet, workbook
from cmreview.show.appendix_rows import Cell, Sheet

KINDS = ("wan", "money", "share", "count", "whole", "years")
TEXTS = ("", " ", "a", "客户", "=1+1", "<b>&\"'", " two\nlines ", "\x00", "_x0041_", "长" * 70, "<r>")
numbers = st.fractions(-(10**12), 10**12, max_denominator=10**4) | st.integers(-(10**12), 10**12)
contents = st.builds(
    Cell,
    st.none() | st.sampled_from(TEXTS) | st.dates(date(1950, 1, 1), date(2100, 1, 1)) | numbers,
    st.sampled_from(KINDS),
)
tables = st.lists(st.tuples(contents, contents, contents), max_size=40).map(tuple)


class OneByOne(Worksheet):
    """XlsxWriter's own way."""

    def fill(self, rows, look):
        widths = [0] * len(rows[0])
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                value = cell.value
                if value is None:
                    continue
                if isinstance(value, str):
                    text = plain_sheet.cut(plain_sheet.visible(value))
                    self.write_string(number, column, text, look._formats["text" if number else "head"])
                elif isinstance(value, date):
                    at = datetime(value.year, value.month, value.day)
                    self.write_datetime(number, column, at, look._formats["date"])
                else:
                    self.write_number(number, column, float(value), look._formats[cell.kind])
                widths[column] = max(widths[column], plain_sheet._width(str(value)))
        return widths


def made(*tables):
    sheets = [Sheet(f"页{place}", ("一", "Two", "三"), rows, 1) for place, rows in enumerate(tables)]
    return workbook.book_bytes(sheets, title="t", year=2025)


@settings(max_examples=25)
@given(first=tables, second=tables)
def test_the_book_is_the_one_that_xlsxwriter_writes_cell_by_cell(first, second):
    with patch.object(plain_sheet, "PlainSheet", OneByOne):
        expected = made(first, second)
    assert made(first, second) == expected


def test_spans_are_told_by_blocks_of_rows_also_where_blocks_are_empty():
    gap = ((Cell(None),) * 3,) * 40
    rows = (*gap, (Cell(None), Cell("x"), Cell(None)), *gap)
    with patch.object(plain_sheet, "PlainSheet", OneByOne):
        expected = made(rows)
    assert made(rows) == expected


def test_text_that_looks_like_a_workbooks_own_markup_is_shown_as_it_was_typed():
    typed = "<r><t>not & markup</t></r>"
    book = openpyxl.load_workbook(BytesIO(made(((Cell(typed), Cell("<r>&</r>"), Cell(Fraction(1, 2))),))))
    assert [cell.value for cell in book["页0"][2]] == [typed, "<r>&</r>", 0.5]
