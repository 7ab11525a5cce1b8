"""A workbook is read cell by cell as other readers read it, and with what they leave out."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import from_excel
from python_calamine import CalamineWorkbook

from cmreview.records.dates import is_date_format, serial_date
from cmreview.records.raw import ErrorCell, Formula, Merge, Number, Sheet, Unreadable
from cmreview.records.text import is_blank
from cmreview.records.workbooks import read_workbook
from tests.records.handed_in import rewritten

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=20)
NUMBERS = st.integers(-(10**14), 10**14) | st.floats(allow_nan=False, allow_infinity=False, width=32)
CELLS = st.one_of(st.none(), TEXTS, NUMBERS, st.booleans())
GRIDS = st.lists(st.lists(CELLS, max_size=6), max_size=8)


def xlsx(grid: list[list[object]]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("合同")
    for row, cells in enumerate(grid):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(row, column, cell)
            elif isinstance(cell, bool):
                sheet.write_boolean(row, column, cell)
            elif isinstance(cell, int | float):
                sheet.write_number(row, column, cell)
    book.close()
    return buffer.getvalue()


def cells_of(sheet: Sheet) -> dict[tuple[int, int], object]:
    return {
        (row, column): cell
        for row, cells in sheet.rows
        for column, cell in enumerate(cells, start=1)
        if cell is not None
    }


@settings(deadline=None, max_examples=60)
@given(GRIDS)
def test_every_cell_is_read_as_it_was_written(grid):
    """Written by XlsxWriter, read here and by openpyxl: the same cells, and nothing beside them."""
    data = xlsx(grid)
    read = cells_of(read_workbook(data)[0])
    other = {
        (cell.row, cell.column): cell.value
        for row in openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows()
        for cell in row
        if cell.value is not None
    }
    written = {
        (row, column): cell
        for row, cells in enumerate(grid, start=1)
        for column, cell in enumerate(cells, start=1)
        if cell is not None and not (isinstance(cell, str) and is_blank(cell))
    }
    assert read.keys() == written.keys() <= other.keys()
    for place, cell in read.items():
        if isinstance(cell, Number):
            assert float(cell.digits) == float(f"{written[place]:.16G}")  # as XlsxWriter writes it
            assert float(cell.digits) == other[place]
        elif isinstance(cell, bool):
            assert cell is written[place]
        else:
            # XML turns a carriage return into a line feed wherever it is written as it stands
            assert cell.replace("\r", "\n") == written[place].replace("\r", "\n")


def test_the_other_fast_reader_agrees_on_a_plain_sheet():
    grid = [["合同编号", "合同金额"], ["HT1", 12.5], ["HT2", 7], [None, None], ["  HT3 ", True]]
    data = xlsx(grid)
    other = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    for (row, column), cell in cells_of(read_workbook(data)[0]).items():
        value = float(cell.digits) if isinstance(cell, Number) else cell
        assert value == other[row - 1][column - 1]


def test_error_cells_are_seen():
    book = openpyxl.Workbook()
    book.active.append(["#N/A", "#REF!", "text"])
    buffer = io.BytesIO()
    book.save(buffer)
    (_, cells) = read_workbook(buffer.getvalue())[0].rows[0]
    assert cells == [ErrorCell("#N/A"), ErrorCell("#REF!"), "text"]


def test_a_formula_without_a_stored_result_is_told_from_one_with_it():
    book = openpyxl.Workbook()
    book.active.append(["=1+1"])
    buffer = io.BytesIO()
    book.save(buffer)
    assert read_workbook(buffer.getvalue())[0].rows[0][1] == [Formula("1+1", None, pending=True)]
    buffer = io.BytesIO()
    other = xlsxwriter.Workbook(buffer)
    sheet = other.add_worksheet()
    sheet.write_formula(0, 0, "=A2+1")
    sheet.write_formula(0, 1, "=A2+1", None, 7)
    sheet.write_formula(0, 2, "=NA()", None, "#N/A")
    sheet.write_formula(0, 3, '="a"', None, "a")
    other.close()
    assert read_workbook(buffer.getvalue())[0].rows[0][1] == [
        Formula("A2+1", Number("0"), pending=True),
        Formula("A2+1", Number("7"), pending=True),
        Formula("NA()", ErrorCell("#N/A"), pending=True),
        Formula('"a"', "a", pending=True),
    ]


def test_a_formula_that_shows_nothing_is_blank():
    """Excel stores an empty text for it: the prepared rows of a form are no records."""
    shows_nothing = b'<c r="A1" t="str"><f>IF(B1="","","x")</f><v></v></c>'
    data = rewritten(
        xlsx([["x", "y"]]),
        "xl/worksheets/sheet1.xml",
        lambda part: re.sub(rb'<c r="A1".*?</c>', shows_nothing, part),
    )
    assert read_workbook(data)[0].rows == [(1, [None, "y"])]


def test_formats_hidden_parts_and_merged_cells_are_seen():
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("一")
    sheet.write_number(0, 0, 123, book.add_format({"num_format": "000000"}))
    sheet.write_number(0, 1, 0.5, book.add_format({"num_format": 10}))
    sheet.write_number(0, 2, 45717, book.add_format({"num_format": 31}))
    sheet.merge_range(1, 0, 3, 0, "甲")
    sheet.set_row(1, None, None, {"hidden": True})
    sheet.set_column(1, 2, None, None, {"hidden": True})
    hidden = book.add_worksheet("二")
    hidden.write_string(0, 0, "乙")
    hidden.hide()
    book.add_chartsheet("图")
    book.close()
    first, second = read_workbook(buffer.getvalue())
    assert first.rows[0][1][:2] == [Number("123", "000000"), Number("0.5", "0.00%")]
    assert is_date_format(first.rows[0][1][2].format)
    assert first.merges == [Merge(2, 0, 4, 0)]
    assert first.hidden_rows == [2]
    assert first.hidden_columns == {1, 2}
    assert (first.hidden, second.hidden) == (False, True)


def test_rich_text_is_read_whole_and_its_phonetic_guide_is_not():
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write_rich_string(0, 0, "甲", book.add_format({"bold": True}), "乙", "丙")
    book.close()
    data = rewritten(
        buffer.getvalue(),
        "xl/sharedStrings.xml",
        lambda part: part.replace(b"</si>", b'<rPh sb="0" eb="1"><t>yi</t></rPh></si>'),
    )
    assert read_workbook(data)[0].rows[0][1] == ["甲乙丙"]


def test_texts_inside_the_sheet_and_cells_without_references_are_read():
    data = rewritten(
        xlsx([["x", 1]]),
        "xl/worksheets/sheet1.xml",
        lambda part: re.sub(
            rb"<sheetData>.*</sheetData>",
            b'<sheetData><row><c t="inlineStr"><is><t>A &amp; B</t></is></c><c><v> 5 </v></c></row>'
            b'<row><c t="d"><v>2025-03-01T00:00:00</v></c><c t="b"><v>1</v></c></row></sheetData>',
            part,
        ),
    )
    assert read_workbook(data)[0].rows == [
        (1, ["A & B", Number("5")]),
        (2, [datetime(2025, 3, 1), True]),
    ]


def test_a_workbook_of_another_program_with_prefixed_elements_is_read():
    def prefixed(part: bytes) -> bytes:
        text = part.decode().replace('xmlns="', 'xmlns:x="')
        return re.sub(r"<(/?)([a-zA-Z]+)(?=[\s/>])", r"<\1x:\2", text).encode()

    data = xlsx([["合同编号", 1.5], ["HT1", None, True]])
    for part in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"):
        data = rewritten(data, part, prefixed)
    assert read_workbook(data)[0].rows == [(1, ["合同编号", Number("1.5")]), (2, ["HT1", None, True])]


def test_escaped_characters_are_the_characters_that_they_stand_for():
    data = rewritten(
        xlsx([["AAAA"]]), "xl/sharedStrings.xml", lambda part: part.replace(b"AAAA", b"_x4E2D_x_x0041_")
    )
    assert read_workbook(data)[0].rows[0][1] == ["中xA"]


@given(st.integers(0, 73_000), st.booleans())
def test_serial_dates_are_those_of_the_other_reader(serial, epoch_1904):
    day = serial_date(Decimal(serial), epoch_1904)
    if not epoch_1904 and serial <= 60:
        assert day is None  # Excel counts a 29 February 1900 that never was
        return
    epoch = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 30)
    other = from_excel(serial, epoch)
    assert day == (other.date() if isinstance(other, datetime) else date(1904, 1, 1))


def test_far_cells_are_reported_and_not_made_room_for():
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    book.add_worksheet().write_string("XFD1048576", "far")
    book.close()
    sheet = read_workbook(buffer.getvalue())[0]
    assert sheet.too_wide
    assert sheet.rows == []


@pytest.mark.parametrize(
    "broken",
    [
        b'<c r="A1" t="s"><v>99</v></c>',
        b'<c r="A1" t="s"><v>-x</v></c>',
        b'<c r="AAAA1"><v>1</v></c>',
        b'<c r="1A"><v>1</v></c>',
        b"<c><v>1</c>",
    ],
)
def test_a_damaged_sheet_is_called_damaged(broken):
    data = rewritten(
        xlsx([["x"]]), "xl/worksheets/sheet1.xml", lambda part: re.sub(rb"<c .*?</c>", broken, part)
    )
    with pytest.raises(Unreadable) as raised:
        read_workbook(data)
    assert raised.value.code == "damaged"


def test_rows_that_run_backwards_are_called_damaged():
    data = rewritten(
        xlsx([["x"], ["y"]]),
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(b'<row r="2"', b'<row r="1"'),
    )
    with pytest.raises(Unreadable):
        read_workbook(data)
