from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.errors import PolicyError
from cmreview.policy.model import Place

NUMBERED = ("3.1.P1", "3.1.P2", "3.2.P3", "3.2.P4", "3.3.P5")


@given(
    criterion=st.sampled_from(NUMBERED), value=st.decimals(0, 10**8, places=4) | st.none() | st.integers(0)
)
def test_with_threshold_leaves_the_original_alone(policy, criterion, value):
    before = policy.criterion(criterion)
    kept = repr(policy)
    changed = policy.with_threshold(criterion, value)
    assert repr(policy) == kept
    assert policy.criterion(criterion) is before
    assert not policy.changed
    assert changed.changed
    assert changed.criterion(criterion).threshold.value == value
    assert [one for one in changed.criteria if one.id != criterion] == [
        one for one in policy.criteria if one.id != criterion
    ]


def test_with_value_leaves_the_original_alone(policy):
    changed = policy.with_value("min_answers", 7)
    assert (changed.value("min_answers"), policy.value("min_answers")) == (Decimal(7), Decimal(5))
    assert changed.changed
    assert not policy.changed


def test_a_policy_can_not_be_written_to(policy):
    with pytest.raises(FrozenInstanceError):
        policy.year = 2030


@pytest.mark.parametrize(
    "value", [0.15, True, "15 %", "", Decimal("NaN"), Decimal("Infinity"), "1e400000000"]
)
def test_a_threshold_that_is_not_exact_is_refused(policy, value):
    with pytest.raises(PolicyError) as caught:
        policy.with_threshold("3.2.P3", value)
    assert caught.value.code == "policy.not_exact"


def test_a_float_parameter_is_refused(policy):
    with pytest.raises(PolicyError) as caught:
        policy.with_value("close_to_line", 0.05)
    assert caught.value.code == "policy.not_exact"


def test_a_threshold_may_be_given_as_text(policy):
    assert policy.with_threshold("3.2.P3", "0.15").criterion("3.2.P3").threshold.value == Decimal("0.15")


def test_a_degree_takes_a_degree_and_nothing_else(policy):
    assert policy.with_threshold("3.1.Q1", "master").criterion("3.1.Q1").threshold.value == "master"
    with pytest.raises(PolicyError) as caught:
        policy.with_threshold("3.1.Q1", "wizard")
    assert caught.value.code == "policy.unknown_degree"


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda policy: policy.with_threshold("3.1.Q3", 1), "policy.no_threshold"),
        (lambda policy: policy.criterion("3.1.P9"), "policy.unknown_criterion"),
        (lambda policy: policy.level("master"), "policy.unknown_level"),
        (lambda policy: policy.value("colour"), "policy.unknown_parameter"),
    ],
    ids=["no threshold", "no criterion", "no level", "no parameter"],
)
def test_a_name_that_nothing_has_is_a_clear_error(policy, ask, code):
    with pytest.raises(PolicyError) as caught:
        ask(policy)
    assert caught.value.code == code
    assert caught.value.text("zh")
    assert caught.value.text("en")


def test_levels_are_climbed_one_at_a_time(policy):
    """Policy 1.3.c, Policy 2: from none to junior, from junior to intermediate, above senior nothing."""
    climbed = [None]
    while (level := policy.next_level(climbed[-1])) is not None:
        climbed.append(level.id)
    assert climbed == [None, "junior", "intermediate", "senior"]


def test_where_a_value_stands_is_no_part_of_it(policy):
    parameter = policy.parameters["publicity_days"]
    assert replace(parameter, place=Place("elsewhere.yaml", 1)) == parameter
