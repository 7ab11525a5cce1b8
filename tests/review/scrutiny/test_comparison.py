"""People side by side: who is best on each indicator, and who can't be said to be. Policy 1.3.a, 3."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from cmreview.errors import InputError
from cmreview.review.scrutiny.comparison import comparison
from cmreview.terms import Outcome
from tests.review.explorer.company import company_review

CASES = {case.person.manager_id: case for case in company_review().cases}


def row(found, indicator):
    return next(each for each in found.rows if each.indicator == indicator)


def together(*names):
    return comparison([CASES[name] for name in names])


def with_fact(name, criterion, **changes):
    """A case in which one criterion's fact or outcome is otherwise."""
    outcome = changes.pop("outcome", None)
    verdicts = tuple(
        replace(each, fact=replace(each.fact, **changes), outcome=outcome or each.outcome)
        if each.criterion == criterion
        else each
        for each in CASES[name].verdicts
    )
    return replace(CASES[name], verdicts=verdicts)


def test_the_best_value_is_marked_and_the_others_distance_is_exact():
    sales = row(together("M02", "M01"), "sales")
    assert [(side.manager_id, side.is_best, side.behind) for side in sales.sides] == [
        ("M02", False, 1),
        ("M01", True, 0),
    ]
    assert not sales.is_same_outcome


def test_equals_have_no_best():
    growth = row(together("M03", "M04"), "new_customers")
    assert [side.is_best for side in growth.sides] == [False, False]
    assert growth.is_same_outcome


def test_a_lower_complaint_rate_is_the_better_one():
    low = with_fact("M01", "3.2.P4", value=Fraction(1, 100), outcome=Outcome.MET)
    high = with_fact("M02", "3.2.P4", value=Fraction(9, 100), outcome=Outcome.MISSED)
    sides = row(comparison([high, low]), "complaint_rate").sides
    assert [(side.is_best, side.behind) for side in sides] == [(False, Fraction(8, 100)), (True, 0)]


def test_missing_evidence_is_neither_best_nor_behind():
    absent = with_fact("M01", "3.2.P2", value=None, outcome=Outcome.NO_EVIDENCE)
    sides = row(comparison([absent, CASES["M02"]]), "sales").sides
    assert (sides[0].is_best, sides[0].behind) == (False, None)
    assert (sides[1].is_best, sides[1].behind) == (False, 0)  # alone with a value, it beats nobody
    assert sides[0].verdict.outcome is Outcome.NO_EVIDENCE


def test_a_growth_over_nothing_is_above_every_number():
    over_nothing = with_fact("M01", "3.2.P3", value=None, unbounded=True, outcome=Outcome.MET)
    sides = row(comparison([over_nothing, CASES["M02"]]), "sales_growth").sides
    assert [(side.is_best, side.behind) for side in sides] == [(True, None), (False, None)]


def test_different_levels_are_said_to_be_and_ask_different_things():
    found = together("M03", "M05")
    assert not found.is_one_level
    assert together("M05", "M06").is_one_level
    share = row(found, "sales_share")
    assert share.sides[0].verdict is None
    assert share.sides[1].verdict.criterion == "3.3.P3"
    assert [side.verdict.criterion for side in row(found, "sales").sides] == ["3.1.P2", "3.3.P2"]


def test_qualifications_come_first_and_scored_criteria_show_their_attainment():
    found = together("M01", "M02")
    groups = [each.sides[0].verdict.group.value for each in found.rows]
    assert groups == sorted(groups, reverse=True)
    assert row(found, "sales").sides[0].attainment == 1
    assert row(found, "degree").sides[0].attainment is None


def test_whoever_is_not_judged_is_named():
    awaiting = replace(CASES["M01"], verdicts=(), overall=None, score=None)
    found = comparison([awaiting, CASES["M02"]])
    assert found.not_judged == ("M01",)
    assert row(found, "sales").sides[0].verdict is None


@pytest.mark.parametrize(
    "names", [("M01",), ("M01", "M01"), ("M01", "M02", "M03", "M04", "M05", "M06")], ids=len
)
def test_fewer_than_two_more_than_five_or_one_twice_is_refused(names):
    with pytest.raises(InputError) as refused:
        together(*names)
    assert "2 至 5 位" in str(refused.value)


@pytest.mark.parametrize("count", [2, 5])
def test_two_and_five_are_compared(count):
    names = sorted(CASES)[:count]
    found = together(*names)
    assert [case.person.manager_id for case in found.cases] == names
    assert all(len(each.sides) == count for each in found.rows)
