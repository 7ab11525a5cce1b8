"""Contracts at the year's end."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmreview.review.criteria import judge
from cmreview.review.model import Fact
from cmreview.review.year_end import December, decembers, lifts
from cmreview.terms import INDICATORS
from tests.builders import make_policy

POLICY = make_policy()


def signed(day, amount=None, customer="K1"):
    on = date.fromisoformat(day) if isinstance(day, str) else day
    return {"dated_on": on, "amount": None if amount is None else Decimal(amount), "customer_id": customer}


# --- December against the peers


def test_fishers_test_agrees_with_the_worked_example(shared_oracles):
    cases = json.loads((shared_oracles / "gaming.json").read_text("utf-8"))["peer_comparison_fisher"]
    assert len(cases) == 2
    for case in cases:
        chance = December(*case["own"], *case["peers"]).chance
        if case["p"] < 0.01:  # two-sided there; so far out the other side adds nothing
            assert round(float(chance), 5) == case["p"]
        else:
            assert 0.01 < chance < case["p"]


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 30), st.integers(1, 30))
@settings(max_examples=60)
def test_the_chance_is_the_sum_over_all_ways_of_dealing(own, others, peers, more_peers):
    test = December(own, own + others, peers, peers + more_peers)
    total, in_december = test.own_all + test.peers_all, own + peers
    ways = sum(
        comb(in_december, k) * comb(total - in_december, test.own_all - k)
        for k in range(own, min(test.own_all, in_december) + 1)
    )
    assert test.chance == Fraction(ways, comb(total, test.own_all))
    assert 0 < test.chance <= 1


def test_the_chance_agrees_with_scipy():
    from scipy.stats import fisher_exact

    for own, own_all, peers, peers_all in [(8, 26, 270, 2250), (3, 3, 10, 100), (1, 40, 5, 60)]:
        table = [[own, own_all - own], [peers, peers_all - peers]]
        expected = fisher_exact(table, alternative="greater").pvalue
        assert float(December(own, own_all, peers, peers_all).chance) == pytest.approx(expected, rel=1e-9)


def test_without_peers_or_contracts_nothing_is_unusual():
    assert December(5, 5, 0, 0).chance == 1
    assert December(0, 0, 5, 50).chance == 1


def test_everybody_is_held_against_everybody_else():
    rows = {"a": [signed("2025-12-01"), signed("2025-03-01")], "b": [signed("2025-12-31")], "c": []}
    assert decembers(rows) == {
        "a": December(1, 2, 1, 1),
        "b": December(1, 1, 1, 2),
        "c": December(0, 0, 2, 3),
    }


# --- the last days

LAST = date(2025, 12, 31)


def lifted(criterion, value, rows, policy=POLICY, **more):
    asked = policy.criterion(criterion)
    indicator = asked.indicator
    fact = Fact(indicator, INDICATORS[indicator].unit, value, over_level=asked.over_level, **more)
    verdicts = [judge(asked, [fact], policy)]
    return lifts(verdicts, rows, policy, active=Fraction(1), currency="CNY")


def test_a_threshold_reached_only_by_the_last_days_is_found_with_the_figure_without_them():
    rows = {"sales": [signed("2025-06-01", 900_000), signed("2025-12-20", 150_000)]}
    (lift,) = lifted("3.1.P2", Fraction(1_050_000), rows)
    assert (lift.without, lift.count, lift.by) == (900_000, 1, "contracts")
    assert lift.first_day == date(2025, 12, 18)


def test_the_last_days_are_as_many_as_the_policy_says_31_december_included():
    for days, expected in ((1, 0), (14, 0), (15, 1), (30, 1)):
        rows = {"sales": [signed(LAST - timedelta(days=14), 100_000)]}
        found = lifted("3.1.P2", Fraction(1_000_000), rows, make_policy(year_end_days=Decimal(days)))
        assert len(found) == expected
    rows = {"sales": [signed(LAST, 100_000)]}
    assert len(lifted("3.1.P2", Fraction(1_000_000), rows, make_policy(year_end_days=Decimal(1)))) == 1
    assert lifted("3.1.P2", Fraction(1_000_000), rows, make_policy(year_end_days=None)) == ()


def test_what_is_met_anyway_or_missed_anyway_is_no_question():
    rows = {"sales": [signed("2025-12-20", 150_000)]}
    assert lifted("3.1.P2", Fraction(1_150_000), rows) == ()
    assert lifted("3.1.P2", Fraction(999_999), rows) == ()


def test_growth_share_and_customers_are_looked_at_too():
    late = {"sales": [signed("2025-12-31", 60)], "new_customers": [signed("2025-12-31")] * 2}
    (growth,) = lifted("3.2.P3", Fraction(15, 100), late, numerator=Fraction(690), denominator=Fraction(600))
    assert growth.without == Fraction(5, 100)
    # without them the company would have sold less as well
    (share,) = lifted(
        "3.3.P3", Fraction(100, 6000), late, numerator=Fraction(100), denominator=Fraction(6000)
    )
    assert share.without == Fraction(40, 5940)
    (customers,) = lifted("3.1.P1", Fraction(6), late)
    assert (customers.without, customers.count, customers.by) == (4, 2, "customers")
    (over,) = lifted("3.2.P1", Fraction(1, 2), late, numerator=Fraction(6), denominator=Fraction(4))
    assert (over.without, over.by) == (0, "customers")


def test_indicators_that_contracts_do_not_make_are_left_alone():
    late = {"satisfaction": [signed("2025-12-31")] * 9}
    share = Fraction(9, 10)
    assert lifted("3.1.P3", share, late, numerator=Fraction(9), denominator=Fraction(10)) == ()
