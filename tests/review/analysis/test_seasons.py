"""Months and the year's end: months add up to the year, and records that stop tell of no later month."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given

from cmreview.review.analysis.material import total
from cmreview.review.analysis.seasons import seasons
from tests.review.analysis.made import PLACES, SALES, analysis_policy, material, whole_years


@given(SALES)
def test_the_months_of_a_year_add_up_to_it(sales):
    made = material(sales)
    for months in seasons(made).months:
        of_year = made.sales_by_year[months.year]
        assert sum(amount for amount in months.sales if amount is not None) == total(of_year)
        assert sum(number for number in months.contracts if number is not None) == len(of_year)


@given(SALES)
def test_the_average_shares_of_the_months_add_up_to_one(sales):
    average = seasons(material(sales)).average
    assert average is None or sum(average) == 1


@given(SALES, PLACES)
def test_the_departments_decembers_add_up_to_the_companys(sales, places):
    made = material(sales, departments=places)
    found = seasons(made).decembers
    if found:
        now = made.sales_by_year[2025]
        assert sum(each.contracts for each in found) == len(now)
        assert sum(each.december for each in found) == sum(sale.on.month == 12 for sale in now)


def test_months_before_and_after_the_records_are_unknown_and_an_empty_one_between_is_none():
    sales = [("a", "K", "2025-03-01", 5), ("a", "K", "2025-05-01", 6)]
    (months,) = seasons(material(sales)).months
    assert months.sales == (None, None, 5, 0, 6, *(None,) * 7)


@pytest.mark.parametrize(("day", "counts"), [("2025-12-17", 0), ("2025-12-18", 1), ("2025-12-31", 1)])
def test_the_last_fourteen_days_begin_on_the_eighteenth(day, counts):
    sales = [*whole_years(10, first=2024), ("a", "K", "2025-01-05", 5), ("a", "K", day, 5)]
    end = seasons(material(sales)).ends[-1]
    assert (end.year, end.contracts, end.share) == (2025, counts, Fraction(counts, 2))
    assert end.even == Fraction(14, 365)


def test_records_that_stop_in_november_have_no_last_days_and_no_decembers():
    found = seasons(material([("a", "K", "2025-01-05", 5), ("a", "K", "2025-11-30", 5)]))
    assert found.ends == ()
    assert found.decembers == ()
    assert found.average is None


def test_only_a_december_that_chance_does_not_explain_stands_out():
    sales = [(who, f"K{n}", "2025-06-01", 1) for who in "ab" for n in range(30)]
    sales += [("a", f"D{n}", "2025-12-10", 1) for n in range(20)] + [("b", "D", "2025-12-11", 1)]
    places = {"a": "一部", "b": "二部"}
    found = seasons(material(sales, departments=places)).decembers
    assert [(each.department, each.stands_out) for each in found] == [("一部", True), ("二部", False)]
    open_ = analysis_policy(year_end_p=None)
    assert {
        each.stands_out for each in seasons(material(sales, departments=places, policy=open_)).decembers
    } == {None}


def test_the_year_end_is_not_looked_at_without_a_number_of_days():
    found = seasons(material(whole_years(5, first=2025), policy=analysis_policy(year_end_days=None)))
    assert found.ends == ()
    assert "year_end_days" in found.end_reason.text()


def test_large_sums_are_exact():
    sales = [("a", "K", "2025-01-01", Decimal("99999999999999.9999"))] * 300 + [
        ("a", "K", "2025-12-31", Decimal("0.0001"))
    ]
    (months,) = seasons(material(sales)).months
    assert months.sales[0] == 300 * Fraction("99999999999999.9999")
