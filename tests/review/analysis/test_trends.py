"""Sales by year and dimension: nothing is lost between the parts and the whole, and nothing made up."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given

from cmreview.review.analysis.trends import MOST_LINES, Dimension, LineKind, trends
from tests.review.analysis.made import PLACES, SALES, analysis_policy, material, whole_years

REGIONS = [
    {"customer_id": f"K{n}", "region": region, "customer_group": None} for n, region in enumerate("东西南", 1)
]


@given(SALES, PLACES)
def test_the_lines_of_every_dimension_add_up_to_the_company_of_each_year(sales, places):
    found = trends(material(sales, departments=places, tables={"customers": REGIONS}))
    for dimension in (Dimension.DEPARTMENT, Dimension.REGION):
        lines = found.breakdown(dimension).lines
        for at, year in enumerate(found.years):
            if year.sales is None:
                assert all(line.sales[at] is None for line in lines)
            else:
                assert sum(line.sales[at] for line in lines) == year.sales
        shares = [line.share for line in lines]
        assert sum(shares) == 1 if found.now.sales else set(shares) == {None}


@given(SALES)
def test_a_year_without_any_contract_is_unknown_and_not_zero(sales):
    made = material(sales)
    signed = {int(day[:4]) for _, _, day, _ in sales}
    for year in trends(made).years:
        assert (year.sales is None) == (year.year not in signed)


def test_growth_is_exact_and_over_the_year_before():
    found = trends(material(whole_years(600, 690, first=2024)))
    assert found.now.growth == Fraction(15, 100)
    (line,) = found.breakdown(Dimension.DEPARTMENT).lines
    assert (line.change, line.growth, line.share) == (90, Fraction(15, 100), 1)


@pytest.mark.parametrize(
    ("sales", "part_years"),
    [
        pytest.param(
            [("m", "K", "2024-03-01", 5), *whole_years(9, first=2025)], {2024}, id="begins in March"
        ),
        pytest.param(
            [*whole_years(9, first=2024), ("m", "K", "2025-11-30", 5)], {2025}, id="ends in November"
        ),
        pytest.param(whole_years(9, 8, first=2024), set(), id="both whole"),
    ],
)
def test_a_part_of_a_year_is_marked_and_never_compared(sales, part_years):
    found = trends(material(sales))
    assert {year.year for year in found.years if year.is_part} == part_years
    assert (found.now.growth is None) == bool(part_years)
    (line,) = found.breakdown(Dimension.DEPARTMENT).lines
    assert (line.change is None) == bool(part_years)


def test_where_the_policy_says_so_a_part_of_a_year_is_compared_as_it_is():
    sales = [("m", "K", "2024-03-01", 5), *whole_years(9, first=2025)]
    found = trends(material(sales, policy=analysis_policy(growth_part_year="as_is")))
    assert found.now.growth == Fraction(4, 5)


def test_nothing_grows_from_nothing():
    sales = [("a", "K", "2024-01-05", 0), ("a", "K", "2024-12-05", 0), *whole_years(7, first=2025)]
    assert trends(material(sales)).now.growth is None


def test_a_column_that_nobody_fills_in_gives_a_reason_and_no_lines():
    found = trends(material(whole_years(5, first=2025)))
    region = found.breakdown(Dimension.REGION)
    assert region.lines == ()
    assert "地区" in region.reason.text("zh")
    assert "region" in region.reason.text("en")


def test_without_any_level_there_are_no_lines_by_level():
    level = trends(material(whole_years(5, first=2025))).breakdown(Dimension.LEVEL)
    assert level.lines == ()
    assert "等级" in level.reason.text("zh")


def test_customers_without_a_region_have_a_line_of_their_own():
    rows = [("a", "K1", "2025-01-05", 3), ("a", "K9", "2025-12-05", 4)]
    lines = trends(material(rows, tables={"customers": REGIONS})).breakdown(Dimension.REGION).lines
    assert [(line.kind, line.name, line.sales[-1]) for line in lines] == [
        (LineKind.NAMED, "东", 3),
        (LineKind.UNSTATED, "", 4),
    ]


@pytest.mark.parametrize("count", [MOST_LINES - 1, MOST_LINES, MOST_LINES + 1])
def test_more_lines_than_a_page_holds_are_added_up_in_one(count):
    rows = [("a", f"C{n}", "2025-06-01", n + 1) for n in range(count)]
    customers = [{"customer_id": f"C{n}", "region": f"R{n:03}", "customer_group": None} for n in range(count)]
    lines = trends(material(rows, tables={"customers": customers})).breakdown(Dimension.REGION).lines
    rest = [line for line in lines if line.kind is LineKind.REST]
    assert len(lines) == min(count, MOST_LINES)
    assert sum(line.of for line in lines) == count
    assert bool(rest) == (count > MOST_LINES)
    assert sum(line.sales[-1] for line in lines) == sum(range(1, count + 1))


def test_in_the_first_year_on_record_nobody_tells_new_customers():
    found = trends(material(whole_years(5, 6, first=2024)))
    assert [year.new_customers for year in found.years] == [None, 1]
