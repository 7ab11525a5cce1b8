"""A grid is the same table on the page and in the workbook (Policy 5.3)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from io import BytesIO

import pytest
from openpyxl import load_workbook

from cmreview.show.analysis.grid import Column, Grid, Kind, html, sheet, written
from cmreview.show.figures import Figures
from cmreview.show.workbook import book_bytes
from tests.show.reading import read

ZH, EN = Figures("zh"), Figures("en")


@pytest.mark.parametrize(
    ("value", "kind", "zh", "en"),
    [
        (None, Kind.MONEY, "—", "—"),
        (0, Kind.COUNT, "0", "0"),
        (Fraction(123_456), Kind.MONEY, "12.35", "123,456"),
        (Fraction(-50_000), Kind.CHANGE, "−5.00", "−50,000"),
        (Fraction(1, 8), Kind.SHARE, "12.5%", "12.5%"),
        (Fraction(1, 8), Kind.GROWTH, "+12.5%", "+12.5%"),
        ((Fraction(1, 4), Fraction(1, 2)), Kind.RANGE, "25.0%–50.0%", "25.0%–50.0%"),
        (Fraction(1, 350), Kind.INDEX, "0.0029", "0.0029"),
        (Fraction(7001, 20), Kind.TENTH, "350.1", "350.1"),
        (Fraction(954), Kind.TENTH, "954.0", "954.0"),
        (date(2025, 3, 1), Kind.DAY, "2025-03-01", "2025-03-01"),
        ("人数少", Kind.SHARE, "人数少", "人数少"),
    ],
)
def test_each_kind_is_written_rounded_only_here(value, kind, zh, en):
    assert (written(value, kind, ZH), written(value, kind, EN)) == (zh, en)


GRID = Grid(
    "单",
    "各年",
    (Column("年"), Column("额", Kind.MONEY), Column("区间", Kind.RANGE)),
    (("2025", Fraction(123_456), (Fraction(1, 4), Fraction(1, 2))), ("2024", None, "人数少")),
    ("合计", Fraction(123_456), None),
)


def test_the_sheet_has_exact_numbers_and_both_ends_of_an_interval():
    found = sheet(GRID, EN)
    assert found.heads == ("年", "额 (yuan)", "区间 ≥", "区间 ≤")
    assert [[cell.value for cell in row] for row in found.rows] == [
        ["2025", 123_456, Fraction(1, 4), Fraction(1, 2)],
        ["2024", None, "人数少", None],
        ["合计", 123_456, None, None],
    ]
    assert sheet(GRID, ZH).rows[0][1].value == Fraction(123_456, 10_000)


@pytest.mark.parametrize(("columns", "in_caption"), [(2, False), (3, True)])
def test_the_unit_stands_in_the_caption_where_most_columns_are_money(columns, in_caption):
    grid = Grid(
        "单", "各年", (Column("部门"), *[Column("额", Kind.MONEY)] * columns), (("a", *[1] * columns),)
    )
    (table,) = read(str(html(grid, ZH))).all("table")
    assert ("万元" in table.all("caption")[0].text) == in_caption
    assert ("万元" in table.all("th")[1].text) != in_caption


def test_an_interval_under_another_head_is_a_fault_of_ours():
    grid = Grid("单", "各年", (Column("额", Kind.MONEY),), (((Fraction(0), Fraction(1)),),))
    with pytest.raises(ValueError, match="额"):
        sheet(grid, ZH)


def test_a_small_index_is_not_shown_as_zero_in_the_workbook():
    columns = (
        Column("年"),
        Column("集中度指数", Kind.INDEX),
        Column("个数", Kind.TENTH),
        Column("率", Kind.SHARE),
    )
    grid = Grid("单", "各年", columns, (("2025", Fraction(1, 350), Fraction(7001, 20), Fraction(1, 8)),))
    book = load_workbook(BytesIO(book_bytes([sheet(grid, ZH)], title="单", year=2025)))
    assert [cell.number_format for cell in book["单"][2][1:]] == ["0.0000", "#,##0.0", "0.0%"]
