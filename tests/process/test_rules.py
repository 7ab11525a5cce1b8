"""What the policy asks of the process; a blank that is still X stays one. Policy 1.3.a, 4.1, 4.3, 4.4."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from cmreview.policy.load import load_policy
from cmreview.process.rules import STRICT_GROUNDS, process_rules
from tests.process.cases import on


@pytest.fixture(scope="module")
def policy(root):
    """The shipped example."""
    return load_policy(root / "params" / "policy", 2025)


def with_blank(policy, key):
    blank = replace(policy.parameters[key], value=None)
    return replace(policy, parameters={**policy.parameters, key: blank})


def test_the_shipped_example_is_read_as_it_is_written(policy):
    rules = process_rules(policy)
    assert (rules.year, rules.levels) == (2025, ("junior", "intermediate", "senior"))
    assert rules.window == (on("2025-12-01"), on("2026-01-15"))
    assert (rules.publicity_days, rules.publicity_first_day) == (5, "next_day")
    assert (rules.quorum, rules.votes_needed) == (Fraction(2, 3), Fraction(2, 3))
    assert [item.id for item in rules.items] == ["report", "defence", "overall_assessment"]
    assert rules.scale == (Decimal(0), Decimal(100))
    assert (rules.dismissal_notice_days, rules.bonus_budget) == (30, Decimal(800_000))


@pytest.mark.parametrize(
    ("key", "field", "blank"),
    [
        ("application_window", "window", None),
        ("publicity_days", "publicity_days", None),
        ("publicity_first_day", "publicity_first_day", None),
        ("appeal_hearing", "appeal_hearing", None),
        ("quorum", "quorum", None),
        ("votes_needed", "votes_needed", None),
        ("score_items", "items", ()),
        ("score_scale", "scale", None),
        ("recusal_grounds", "recusal_grounds", STRICT_GROUNDS),
        ("dismissal_notice_days", "dismissal_notice_days", None),
        ("bonus_budget", "bonus_budget", None),
    ],
)
def test_a_blank_of_the_policy_stays_blank_and_open_grounds_are_the_strict_ones(policy, key, field, blank):
    rules = process_rules(policy)
    assert process_rules(with_blank(policy, key)) == replace(rules, **{field: blank})


@pytest.mark.parametrize(
    ("day", "is_late"),
    [("2025-11-30", True), ("2025-12-01", False), ("2026-01-15", False), ("2026-01-16", True)],
)
def test_late_is_what_comes_outside_the_window_both_ends_included(policy, day, is_late):
    assert process_rules(policy).is_late(on(day)) is is_late


def test_without_a_window_nobody_knows_what_is_late(policy):
    assert process_rules(with_blank(policy, "application_window")).is_late(on("2025-12-12")) is None
