"""Everybody's gaps, way ahead and plan after a year. Policy 6.1 to 6.3."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from cmreview.findings import Finding
from cmreview.policy.model import Parameter
from cmreview.review.case import build_review
from cmreview.review.development.development import department_plans, developments
from cmreview.review.development.path import Reach
from cmreview.terms import Label, Severity
from tests.builders import make_policy, make_records
from tests.review.development.learning import YEAR, catalogue, course, run

OFFERED = catalogue(
    course("A", ["sales"], seats=1, runs=[run("03-10")]),
    course("B", ["satisfaction"], seats=None, runs=[run("04-10")]),
)


def contract(manager, year, amount):
    number = f"{manager}-{year}"
    return {
        "contract_id": number,
        "customer_id": number,
        "manager_id": manager,
        "signed_on": f"{year}-01-15",
        "amount": amount,
    }


def company(**more):
    """Two juniors below their sales in two departments, one who left, one without a level."""
    people = {"M1": "销售一部", "M2": "销售二部", "M3": "销售一部", "M4": "销售一部"}
    managers = [{"manager_id": name, "department": place} for name, place in people.items()]
    managers[2]["left_on"] = "2025-06-30"
    history = [
        {"manager_id": name, "level": "junior", "start": "2020-01-01", "department": people[name]}
        for name in ("M1", "M2", "M3")
    ]
    amounts = {"M1": (400_000, 600_000), "M2": (600_000, 400_000), "M3": (9, 9), "M4": (500_000, 700_000)}
    return make_records(
        managers=managers,
        level_history=history,
        contracts=[
            contract(name, 2024 + place, amount)
            for name, both in amounts.items()
            for place, amount in enumerate(both)
        ],
        **more,
    )


def after(records, training_days=10):
    budget = None if training_days is None else Decimal(training_days)
    label = Label("天数", "days")
    days = Parameter("training_days", "6.1", "days", budget, 2021, label, label)
    policy = make_policy()
    chosen = replace(policy, parameters={**policy.parameters, "training_days": days})
    return developments(build_review(records, chosen), records, chosen, OFFERED)


@pytest.fixture(scope="module")
def found():
    return after(company())


def test_whoever_left_has_no_plan(found):
    assert list(found) == ["M1", "M2", "M4"]


def test_the_plan_is_one_of_the_year_after(found):
    assert {(each.year, each.plan.year) for each in found.values()} == {(2025, YEAR)}


def test_gaps_come_from_the_level_held_and_the_one_above(found):
    held = {gap.criterion: gap.gap for gap in found["M1"].gaps.held}
    assert held["3.1.P2"] == 400_000
    assert {gap.level for gap in found["M1"].gaps.above} == {"intermediate"}
    assert found["M4"].gaps.held == ()  # no level, so nothing is asked for yet
    assert {gap.level for gap in found["M4"].gaps.above} == {"junior"}
    assert found["M4"].path.level == "junior"


def test_the_way_ahead_rests_on_the_own_earlier_years(found):
    def reach(name):
        return {step.criterion: (step.reach, step.year) for step in found[name].outlook.steps}

    assert reach("M1")["3.2.P2"] == (Reach.BY_TREND, 2037)
    assert reach("M2")["3.2.P2"] == (Reach.NOT_AT_THIS_RATE, None)
    assert reach("M4")["3.1.P2"] == (Reach.BY_TREND, 2027)


def test_departments_share_the_seats(found):
    plans = department_plans(found, OFFERED)
    assert list(plans) == ["销售一部", "销售二部"]
    placed = {
        (name, each.manager_id, each.line.course.id)
        for name, plan in plans.items()
        for each in plan.placements
    }
    assert ("销售一部", "M1", "A") in placed
    assert ("销售二部", "M2", "A") not in placed
    assert [each.manager_id for each in plans["销售二部"].without] == ["M2"]


def test_a_department_stopped_by_errors_has_no_plan():
    wrong = Finding("records.not_a_number", Severity.ERROR, "a.xlsx", department="销售二部")
    assert "M2" not in after(company(findings=[wrong]))


def test_an_open_budget_is_no_limit_and_no_zero():
    plan = after(company(), training_days=None)["M1"].plan
    assert (plan.budget, [line.course.id for line in plan.lines]) == (None, ["A", "B"])
    none = after(company(), training_days=0)["M1"].plan
    assert (none.budget, none.lines) == (Fraction(0), ())
