"""Thresholds and pass rates: the same rules as the review's, tried out on everybody who holds a level."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.review.analysis.passing import passing
from cmreview.review.analysis.settings import settings
from cmreview.review.analysis.thresholds import band, quartiles, thresholds, tried
from cmreview.review.case import build_review
from cmreview.terms import Unit
from tests.builders import make_records
from tests.review.analysis.made import analysis_policy

# Junior: sales from 100 万元 on, 5 new customers, 80 % satisfied (the tests' own policy).
AMOUNTS = (700_000, 900_000, 1_000_000, 1_100_000, 1_300_000, 2_000_000)


def company(amounts=AMOUNTS, department=lambda at: "一部"):
    managers = [{"manager_id": f"m{at}", "department": department(at)} for at in range(len(amounts))]
    history = [
        {"manager_id": f"m{at}", "department": department(at), "level": "junior", "start": "2020-01-01"}
        for at in range(len(amounts))
    ]
    contracts = [
        {
            "contract_id": f"HT{at}",
            "customer_id": f"K{at}",
            "manager_id": f"m{at}",
            "amount": amount,
            "signed_on": "2025-03-01",
        }
        for at, amount in enumerate(amounts)
    ]
    return make_records(managers=managers, level_history=history, contracts=contracts)


def spread(policy, criterion="3.1.P2", **options):
    cases = build_review(company(**options), policy).cases
    found = thresholds(cases, policy, settings(policy), "CNY")
    return next(each for each in found if each.criterion == criterion)


def test_each_changed_threshold_counts_whom_the_review_itself_would_pass():
    policy = analysis_policy()
    found = spread(policy)
    assert (found.people, found.met, found.missed) == (6, 4, 2)
    for change in found.changes:
        asked = 1_000_000 * (1 + change.step)
        other = policy.with_threshold("3.1.P2", Decimal(int(asked)))
        assert change.threshold == asked
        assert change.met == spread(other).met
    assert [change.met for change in found.changes] == [5, 5, 3, 2]


def test_missing_evidence_is_neither_met_nor_missed_under_any_threshold():
    found = spread(analysis_policy(), "3.1.P3")  # no surveys were handed in
    assert (found.met, found.missed, found.no_evidence) == (0, 0, 6)
    assert {change.met for change in found.changes} == {0}
    assert found.quartiles is None
    assert found.bands is None


def test_an_open_threshold_is_no_rule_and_nothing_is_tried():
    found = spread(analysis_policy(thresholds={"3.1.P2": None}))
    assert (found.no_rule, found.threshold, found.changes) == (6, None, ())


def test_all_requirements_are_met_only_together():
    found = spread(analysis_policy())
    assert found.met == 4
    assert found.all_met == 0  # nobody has the satisfaction
    assert {change.all_met for change in found.changes} == {0}


@pytest.mark.parametrize(("count", "few"), [(4, True), (5, False), (6, False)])
def test_a_level_of_few_people_is_not_broken_out(count, few):
    found = spread(analysis_policy(), amounts=AMOUNTS[:count])
    assert found.few is few
    assert found.people == count
    assert (found.met is None) == few
    assert (found.quartiles is None) == few


@given(st.lists(st.integers(0, 10**6).map(Fraction), min_size=1))
def test_quartiles_are_values_that_people_have_and_in_order(values):
    low, middle, high = quartiles(values)
    assert {low, middle, high} <= set(values)
    assert low <= middle <= high
    for quarter, value in zip((1, 2, 3), (low, middle, high), strict=True):
        assert 4 * sum(each <= value for each in values) >= quarter * len(values)


BANDS = (Fraction(1, 2), Fraction(1), Fraction(3, 2))


@pytest.mark.parametrize("end", BANDS)
def test_a_band_begins_with_its_lower_end(end):
    assert band(end * 100, Fraction(100), BANDS) == BANDS.index(end) + 1
    assert band(end * 100 - Fraction(1, 10**9), Fraction(100), BANDS) == BANDS.index(end)


@given(st.integers(1, 50), st.fractions(Fraction(1, 100), 1))
def test_a_count_is_tried_out_by_whole_numbers_and_always_by_another_one(count, step):
    low, high = (tried(Decimal(count), sign * step, Unit.COUNT) for sign in (-1, 1))
    assert low == int(low) < count < int(high) == high
    assert count * (1 - step) - 1 < low <= count * (1 - step)


@pytest.mark.parametrize(("threshold", "tried_out"), [(1, [2, 2]), (2, [1, 1, 3, 3]), (20, [16, 18, 22, 24])])
def test_a_threshold_is_not_tried_out_where_it_would_ask_for_nothing(threshold, tried_out):
    found = spread(analysis_policy(thresholds={"3.1.P1": threshold}), "3.1.P1")
    assert [change.threshold for change in found.changes] == tried_out


def test_steps_and_bands_are_those_of_the_policy_and_none_where_it_is_silent():
    third = (Decimal("0.3"), Decimal("0.6"))
    assert [change.step for change in spread(analysis_policy(tried_steps=third)).changes] == [
        Fraction(part, 10) for part in (-6, -3, 3, 6)
    ]
    silent = spread(analysis_policy(tried_steps=None, bands_above=None))
    assert (silent.changes, silent.bands, silent.met) == ((), None, 4)


def test_bands_count_everybody_with_a_value_once():
    found = spread(analysis_policy())
    assert found.bands == (0, 1, 1, 2, 1, 1)
    assert sum(found.bands[:3]) == found.missed
    assert sum(found.bands[3:]) == found.met


def test_pass_rates_count_everybody_with_a_level_by_department_and_level():
    policy = analysis_policy(thresholds={"3.1.P1": 1, "3.1.P3": None})
    records = company(department=lambda at: "一部" if at < 5 else "二部")
    found = passing(build_review(records, policy).cases, policy, settings(policy))
    counts = {each.rate.group: (each.eligible, each.not_eligible, each.undecided) for each in found.held}
    assert counts == {"一部": (0, 2, 3), "二部": (0, 0, 1)}
    by_level = {each.rate.group: each.rate.of for each in found.by_level}
    assert by_level == {"junior": 2}
    assert {each.rate.share for each in found.held} == {None}
    assert found.held_comparison.ratios == ()
    assert found.applicants == ()
