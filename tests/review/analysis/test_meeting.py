"""Sums of a period add up, are no zero where nothing is known, and show no single person. Policy 7.1."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

import pytest

from cmreview.review.analysis.material import material, total
from cmreview.review.analysis.meeting import meeting
from cmreview.review.analysis.periods import period
from tests.process.example import example
from tests.show.papers.archive import of_example


@cache
def the_material():
    made = example()
    return material(made.records, made.policy)


def found(written, over=None):
    return meeting(over or the_material(), of_example().review.cases, period(written))


def test_halves_and_quarters_add_up_to_the_year():
    year = found("2025")
    for parts in (("2025H1", "2025H2"), ("2025Q1", "2025Q2", "2025Q3", "2025Q4")):
        sums = [found(part).now for part in parts]
        for name in ("sales", "contracts", "new_customers", "complaints"):
            assert sum(getattr(one, name) for one in sums) == getattr(year.now, name)


def test_departments_add_up_to_the_company():
    year = found("2025")
    assert sum(one.sales for one in year.departments) == year.now.sales
    assert sum(one.contracts for one in year.departments) >= year.now.contracts  # a shared one counts in both
    names = [name for one in year.departments for name in one.departments]
    assert names == sorted(names)
    assert len(names) == len(set(names)) == 6


def test_a_contract_on_the_last_day_belongs_to_the_period_and_one_on_the_next_does_not():
    half, year = period("2025H1"), the_material()
    base = found("2025H1").now
    sale = year.sales_by_year[2025][0]
    for day, counts in ((half.last, True), (date(2025, 7, 1), False)):
        more = replace(sale, contract_id="新", on=day, amount=Decimal(1000))
        own = replace(year, sales=(*year.sales, more))
        now = meeting(own, (), half).now
        assert now.sales - base.sales == (1000 if counts else 0)
        assert now.contracts - base.contracts == (1 if counts else 0)


def test_what_the_records_do_not_cover_is_not_known_and_no_zero():
    first = min(the_material().first_signed)
    before = found(str(first)).before
    assert (before.sales, before.contracts, before.new_customers, before.complaints) == (None,) * 4
    now = found(str(first)).now
    assert now.sales is not None
    assert now.new_customers is None  # everybody is new in the records' first year


def test_a_year_whose_records_begin_within_the_period_is_compared_with_nothing():
    year = the_material()
    late = replace(year, first_signed={2024: date(2024, 3, 1), 2025: date(2025, 1, 5)})
    assert meeting(late, (), period("2025H1")).before.sales is None
    assert meeting(late, (), period("2025H2")).before.sales is not None


def test_where_nothing_counts_as_a_sale_there_is_no_sum():
    none = replace(the_material(), sales=None)
    assert (found("2025", none).now.sales, found("2025", none).departments) == (None, None)


def test_records_that_end_before_the_period_does_say_until_when():
    year = the_material()
    assert found("2025").until is None
    short = replace(year, last_signed={**year.last_signed, 2025: date(2025, 4, 30)})
    assert found("2025H1", short).until == date(2025, 4, 30)
    assert found("2025Q1", short).until is None


# --- nobody's own figures ---------------------------------------------------------------------------


def few(least, in_sum=3):
    year = the_material()
    cautions = replace(year.settings.cautions, fewest_for_rate=least)
    return replace(year, settings=replace(year.settings, cautions=cautions, fewest_in_sum=in_sum))


def people_of(one):
    return one.managers


@pytest.mark.parametrize("numbers", [(15, 3), (16, 3), (22, 3), (25, 3), (1, 16), (5, 25)])
def test_a_department_with_fewer_people_than_the_policy_says_is_shown_with_others(numbers):
    together, least = found("2025", few(*numbers)).departments, max(numbers)
    assert all(people_of(one) >= least for one in together)
    assert sum(one.sales for one in together) == found("2025").now.sales
    assert len([one for one in together if len(one.departments) > 1]) <= 1


def test_a_department_with_just_as_many_people_stands_alone_and_with_one_fewer_does_not():
    smallest = min(found("2025").departments, key=people_of)
    at = found("2025", few(smallest.managers)).departments
    assert [name for one in at for name in one.departments if len(one.departments) > 1] == []
    above = found("2025", few(smallest.managers + 1)).departments
    merged = [one for one in above if len(one.departments) > 1]
    assert len(merged) == 1
    assert smallest.departments[0] in merged[0].departments


def test_a_small_department_can_not_be_told_by_taking_the_others_off_the_sum():
    """One department alone in the group would be the company less all others: it takes in a second."""
    for one in found("2025", few(15)).departments:
        assert one.managers >= 15


def test_without_a_number_of_people_in_a_sum_no_department_is_shown():
    assert found("2025", few(5, None)).departments is None


def test_without_a_number_of_people_in_the_policy_no_department_is_shown():
    assert found("2025", few(None)).departments is None
    assert found("2025", few(1000)).departments is None


def test_never_are_fewer_than_three_shown_whatever_the_policy_says():
    cases = of_example().review.cases
    department = found("2025").departments[0].departments[0]
    two = [case for case in cases if case.person.department == department][:2]
    others = [case for case in cases if case.person.department != department]
    groups = meeting(few(1), (*two, *others), period("2025")).departments
    assert all(one.managers >= 3 for one in groups)
    assert any(department in one.departments and len(one.departments) > 1 for one in groups)


def test_sums_are_exact():
    sales = [sale for sale in the_material().sales_by_year[2025] if sale.on <= date(2025, 6, 30)]
    assert found("2025H1").now.sales == sum((Fraction(sale.amount) for sale in sales), Fraction(0))
    assert found("2025H1").now.sales == total(sales)
