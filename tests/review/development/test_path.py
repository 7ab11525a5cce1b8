"""The earliest year of the next level on present figures. Policy 6.3."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.policy.catalogue import Outlook
from cmreview.policy.model import Compare
from cmreview.review.development.path import Reach, career_outlook, yearly_change, years_until
from tests.builders import make_policy
from tests.review.development.learning import judged

LOOK = Outlook(trend_years=5, fewest_years=2, years_ahead=10)


def ahead(level="intermediate", held="junior", history=None, outlook=LOOK, **values):
    return career_outlook(judged(level, **values), held, 2025, history or {}, outlook)


def step(found, criterion):
    return next(each for each in found.steps if each.criterion == criterion)


def test_there_is_no_way_above_the_highest_level():
    assert career_outlook((), "senior", 2025, {}, LOOK) is None


def test_who_meets_everything_now_needs_no_later_year():
    found = ahead()
    assert (found.year, found.binding) == (2025, ())
    assert "2025" in found.told.text("zh")


@pytest.mark.parametrize(
    ("tenure", "year"),
    [(Fraction(2), 2025), (2 - Fraction(1, 365), 2026), (Fraction(1), 2026), (Fraction(0), 2027)],
)
def test_a_tenure_is_reached_by_time_to_the_day(tenure, year):
    found = ahead(level_years=tenure)
    assert found.year == year
    assert step(found, "3.2.Q3").year == year


def test_the_latest_criterion_binds():
    found = ahead(service_years=Fraction(1), level_years=Fraction(1, 2))
    assert found.year == 2027
    assert [each.criterion for each in found.binding] == ["3.2.Q2", "3.2.Q3"]
    found = ahead(service_years=Fraction(2), level_years=Fraction(1, 2))
    assert [each.criterion for each in found.binding] == ["3.2.Q3"]


def test_the_tenure_of_a_level_that_is_not_held_does_not_grow():
    found = ahead(level_years=Fraction(1), held=None)
    assert found.year is None
    assert step(found, "3.2.Q3").reach is Reach.NOT_AT_THIS_RATE


@pytest.mark.parametrize("value", [0, None])
def test_an_exam_has_no_year_of_its_own_and_is_named(value):
    found = ahead(exam=value)
    assert step(found, "3.2.Q4").year is None
    assert step(found, "3.2.Q4").reach is Reach.BY_STEP
    assert (found.year, [each.criterion for each in found.binding]) == (2026, ["3.2.Q4"])


def test_what_is_missed_moves_on_by_the_own_trend():
    history = {"sales": {2022: Fraction(1_400_000), 2025: Fraction(2_000_000)}}
    found = ahead(sales=2_000_000, history=history)  # 200 000 a year, 1 000 000 short
    assert (found.year, [each.criterion for each in found.binding]) == (2030, ["3.2.P2"])
    assert "20 万元" in found.binding[0].told.text("zh")


@pytest.mark.parametrize("last", [Fraction(2_000_000), Fraction(1_900_000)])
def test_a_trend_that_does_not_rise_never_arrives(last):
    found = ahead(sales=2_000_000, history={"sales": {2023: Fraction(2_000_000), 2025: last}})
    assert found.year is None
    assert step(found, "3.2.P2").reach is Reach.NOT_AT_THIS_RATE
    assert [each.criterion for each in found.binding] == ["3.2.P2"]


def test_fewer_than_two_full_years_are_no_trend():
    found = ahead(sales=2_000_000, history={"sales": {2025: Fraction(2_000_000)}})
    assert found.year is None
    assert step(found, "3.2.P2").reach is Reach.NO_TREND


def test_what_is_known_to_fail_is_told_before_what_is_not_known():
    history = {"sales": {2023: Fraction(9), 2025: Fraction(8)}}
    found = ahead(sales=8, key_customers=0, history=history)
    assert [each.criterion for each in found.binding] == ["3.2.P2"]


def test_missing_evidence_and_a_missing_rule_leave_the_year_open():
    assert step(ahead(key_customers=None), "3.2.P5").reach is Reach.NO_EVIDENCE
    assert ahead(key_customers=None).year is None
    found = ahead(policy=make_policy(thresholds={"3.2.P5": None}))
    assert (found.year, found.binding[0].reach) == (None, Reach.NO_RULE)


def test_a_growth_is_told_as_what_must_be_reached_next_year():
    found = ahead(parts={"sales_growth": (2_000_000, 2_000_000)})
    missed = step(found, "3.2.P3")
    assert (missed.reach, missed.year, found.year) == (Reach.BY_GROWTH, None, 2026)
    assert "230 万元" in missed.told.text("zh")
    customers = step(ahead(parts={"new_customer_growth": (6, 6)}), "3.2.P1")
    assert "开发客户 7 个" in customers.told.text("zh")


def test_a_growth_that_is_met_says_that_it_must_be_met_again():
    assert "再次" in step(ahead(level_years=Fraction(1)), "3.2.P3").told.text("zh")


def test_a_year_farther_away_than_is_looked_ahead_is_not_told_as_a_year():
    history = {"sales": {2024: Fraction(1_900_000), 2025: Fraction(2_000_000)}}
    at_most = ahead(sales=2_000_000, history=history)
    assert at_most.year == 2035
    assert ahead(sales=1_999_999, history=history).year is None
    assert ahead(sales=1_999_999, history=history, outlook=Outlook(5, 2, None)).year == 2036


def test_only_the_years_looked_back_on_make_a_trend():
    figures = {2020: Fraction(100), 2021: Fraction(1), 2025: Fraction(9)}
    assert yearly_change(figures, 2025, LOOK) == 2
    assert yearly_change(figures, 2025, Outlook(6, 2, None)) == Fraction(-91, 5)
    assert yearly_change(figures | {2026: Fraction(99)}, 2025, LOOK) == 2


EXACT = st.fractions(min_value=-100, max_value=100, max_denominator=50)


@given(EXACT, EXACT, EXACT, st.sampled_from([Compare.AT_LEAST, Compare.BELOW]))
def test_the_year_told_is_the_first_that_meets_the_threshold(value, threshold, change, compare):
    def meets(years):
        then = value + change * years
        return then >= threshold if compare is Compare.AT_LEAST else then < threshold

    years = years_until(value, threshold, change, compare)
    if years is None:
        assert change <= 0 if compare is Compare.AT_LEAST else change >= 0
    else:
        assert meets(years)
        assert years == 0 or not meets(years - 1)


@given(st.lists(EXACT, min_size=2, max_size=5))
def test_an_even_change_is_its_own_average(levels):
    start, change = levels[0], levels[1]
    figures = {2021 + place: start + change * place for place in range(5)}
    assert yearly_change(figures, 2025, LOOK) == change
