"""Forecasts: plain methods, told from earlier years only, chosen by how they did, and never too early."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.review.analysis.forecast import METHODS, Method, Series, forecasts, tried
from cmreview.review.analysis.trends import trends
from tests.review.analysis.made import analysis_policy, material, whole_years

VALUES = st.lists(st.integers(0, 10**9).map(Fraction), min_size=3, max_size=10)


def sales_forecast(*totals: int, policy=None, first: int | None = None):
    made = material(whole_years(*totals, first=first or 2026 - len(totals)), policy=policy)
    return next(each for each in forecasts(made, trends(made)) if each.series is Series.SALES)


def history(values):
    return [(2000 + at, value) for at, value in enumerate(values)]


@given(VALUES)
def test_every_method_is_judged_on_earlier_years_only(values):
    changed = [*values[:-1], values[-1] + 1]
    for method in Method:
        before, after = tried(history(values), method), tried(history(changed), method)
        assert before.said == after.said
        assert [year for year, _ in before.said] == [2000 + at for at in range(2, len(values))]


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(3, 8))
def test_a_straight_course_is_told_without_error_by_drift_and_line(start, step, count):
    values = [Fraction(start + step * at) for at in range(count)]
    for method in (Method.DRIFT, Method.LINE):
        assert METHODS[method](values) == start + step * count
        assert tried(history(values), method).mae == 0


def test_the_line_is_that_of_least_squares():
    # 1, 2, 4: slope 3/2 about the mean 7/3, so the next is 7/3 + 3/2 * 2
    assert METHODS[Method.LINE]([Fraction(1), Fraction(2), Fraction(4)]) == Fraction(16, 3)


def test_errors_are_means_over_the_years_that_were_told():
    found = tried(history([Fraction(n) for n in (10, 20, 40, 20)]), Method.NAIVE)
    assert found.said == ((2002, 20), (2003, 40))
    assert found.mae == 20
    assert found.mape == (Fraction(20, 40) + Fraction(20, 20)) / 2


def test_a_year_of_nothing_leaves_no_relative_error():
    assert tried(history([Fraction(n) for n in (1, 1, 0)]), Method.NAIVE).mape is None


def test_the_method_with_the_smallest_error_is_taken_and_the_plainest_of_equals():
    assert sales_forecast(100, 200, 300, 400).chosen is Method.DRIFT
    flat = sales_forecast(100, 100, 100, 100)
    assert (flat.chosen, flat.value) == (Method.NAIVE, 100)
    assert all(flat.best.mae <= each.mae for each in flat.tried)


def test_totals_do_not_fall_below_nothing():
    assert sales_forecast(900, 600, 300, 0).value == 0


@pytest.mark.parametrize(("years", "told"), [(3, False), (4, True), (5, True)])
def test_nothing_is_forecast_before_the_policys_number_of_years(years, told):
    found = sales_forecast(*range(100, 100 + 10 * years, 10))
    assert (found.value is not None) == told
    assert (found.reason is None) == told


def test_a_back_test_needs_a_third_year_whatever_the_policy_says():
    policy = analysis_policy(forecast_years=Decimal(1))
    assert sales_forecast(100, 110, policy=policy).value is None
    assert sales_forecast(100, 110, 120, policy=policy).value == 130


def test_an_open_number_of_years_gives_a_reason_and_no_forecast():
    found = sales_forecast(1, 2, 3, 4, 5, policy=analysis_policy(forecast_years=None))
    assert found.value is None
    assert "forecast_years" in found.reason.text()


def test_a_part_of_the_last_year_is_not_forecast_from():
    sales = [*whole_years(100, 110, 120, 130, first=2021), ("m", "K", "2025-05-06", 9)]
    made = material(sales)
    found = forecasts(made, trends(made))[0]
    assert found.value is None
    assert "2025" in found.reason.text()


def test_years_before_a_gap_do_not_count():
    sales = [*whole_years(100, first=2020), *whole_years(100, 110, 120, first=2023)]
    made = material(sales)
    found = forecasts(made, trends(made))[0]
    assert [year for year, _ in found.history] == [2023, 2024, 2025]
    assert found.value is None
