"""What follows from the year for everybody, put together. Policy 5.4."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from cmreview.review.after.model import Measure, Standing
from cmreview.review.case import build_review
from cmreview.terms import Outcome
from tests.builders import make_policy, make_records

YEAR = 2025
OTHER = "销售二部"
# who, department, level, sales of the year before and of the year
SOLD = (
    ("A1", "销售一部", "junior", 100_000, 200_000),
    ("A2", "销售一部", "junior", 100_000, 90_000),
    ("A3", "销售一部", None, 100_000, 150_000),
    ("B1", OTHER, "junior", 100_000, 130_000),
    ("B2", OTHER, "junior", 100_000, 100),
)


def policy(**values):
    """Juniors must sell 120,000; growth of 20 % pays 1,000 yuan, of 50 % 2,000; shares pay nothing."""
    ours = {
        "bonus_growth_scale": ((Decimal("0.2"), Decimal(1000)), (Decimal("0.5"), Decimal(2000))),
        "bonus_contribution_scale": ((Decimal(2), Decimal(1)),),
        "bonus_budget": Decimal(100_000),
    }
    thresholds = {"3.1.P1": Decimal(0), "3.1.P2": Decimal(120_000), "3.1.P3": Decimal("0.8")}
    return make_policy(YEAR, thresholds, **(ours | values))


def records(**more):
    contracts, surveys = [], []
    for manager, _, _, before, now in SOLD:
        for year, amount in ((YEAR - 1, before), (YEAR, now)):
            contracts.append(
                {
                    "contract_id": f"H{manager}{year}",
                    "manager_id": manager,
                    "customer_id": f"K{manager}{year}",
                    "amount": amount,
                    "signed_on": f"{year}-01-15",
                }
            )
        surveys += [
            {
                "customer_id": f"K{manager}{number}",
                "manager_id": manager,
                "surveyed_on": f"{YEAR}-06-01",
                "score": 5,
            }
            for number in range(10)
        ]
    tables = {
        "managers": [{"manager_id": who, "department": where} for who, where, *_ in SOLD],
        "level_history": [
            {"manager_id": who, "department": where, "level": level, "start": "2015-01-01"}
            for who, where, level, *_ in SOLD
            if level
        ],
        "contracts": contracts,
        "surveys": surveys,
    }
    return make_records(**(tables | more))


def found(review, manager):
    return next(case for case in review.cases if case.person.manager_id == manager).consequences


@pytest.fixture(scope="module")
def review():
    return build_review(records(), policy())


def test_everybody_with_a_level_is_judged_by_it_whether_they_applied_or_not(review):
    applied = [
        {"manager_id": "A2", "target_level": "intermediate", "applied_on": "2025-12-10", "evidence": "合同"}
    ]
    with_application = build_review(records(applications=applied), policy())
    for each in (review, with_application):
        assert found(each, "A2").outcome is Outcome.MISSED
        assert found(each, "A2").of(Measure.WARNING).standing is Standing.DUE
        assert found(each, "A1").outcome is Outcome.MET
        assert found(each, "A1").of(Measure.WARNING).standing is Standing.NOT_DUE


def test_who_holds_no_level_misses_nothing(review):
    without = found(review, "A3")
    assert without.outcome is Outcome.NO_RULE
    assert all(advice.standing is not Standing.DUE for advice in without.advice)


def test_goals_of_improvement_are_the_criteria_that_were_missed(review):
    (goal,) = found(review, "A2").of(Measure.WARNING).goals
    assert (goal.criterion, goal.value, goal.threshold) == ("3.1.P2", 90_000, 120_000)


def test_the_bonuses_of_the_people_add_up_to_the_companys_to_the_fen(review):
    paid = {
        case.person.manager_id: case.consequences.bonus.paid for case in review.cases if case.consequences
    }
    assert paid["A1"] == 2000
    assert paid["B1"] == 1000
    assert sum(amount for amount in paid.values() if amount is not None) == review.bonuses.paid == 3000
    assert review.bonuses.left == 97_000
    for _, department in review.by_department:
        assert department.totals.bonuses == review.bonuses


def test_a_budget_that_is_exceeded_is_never_exceeded_on_paper():
    review = build_review(records(), policy(bonus_budget=Decimal(1500), bonus_unit=Decimal("0.01")))
    paid = [case.consequences.bonus.paid or 0 for case in review.cases if case.consequences]
    assert review.bonuses.is_capped
    assert sum(paid) == review.bonuses.paid <= 1500
    bonus = found(review, "A1").bonus
    assert bonus.computed - bonus.reduction == bonus.paid == 1000


def test_nothing_is_worked_out_for_a_department_that_errors_stop():
    from cmreview.findings import Finding
    from cmreview.terms import Severity

    error = Finding("records.own", Severity.ERROR, "部门.xlsx", department=OTHER, row=3, value="x")
    review = build_review(records(findings=[error]), policy())
    assert found(review, "B1") is None
    assert found(review, "A1").bonus.paid == 2000 == review.bonuses.paid


def test_who_has_left_by_the_years_end_is_neither_warned_nor_rewarded():
    left = [
        {"manager_id": who, "department": where} | ({"left_on": "2025-10-31"} if who == "A2" else {})
        for who, where, *_ in SOLD
    ]
    assert found(build_review(records(managers=left), policy()), "A2") is None


def test_a_recorded_incident_is_put_to_the_committee_and_no_amount_is_computed():
    incidents = [
        {
            "incident_id": "S1",
            "manager_id": "A1",
            "happened_on": "2025-05-05",
            "description": "报价漏计",
            "loss": 300_000,
            "severity": "grave",
            "assessed_by": "审计部",
            "proposed_discipline": "记过",
        }
    ]
    person = found(build_review(records(incidents=incidents), policy()), "A1")
    assert person.of(Measure.LOSS).standing is Standing.COMMITTEE
    assert person.bonus.paid == 2000  # what people decide of it is theirs to record


def test_what_last_years_policy_would_have_done_is_told_by_name_and_clause():
    earlier = replace(policy().with_threshold("3.1.P2", Decimal(80_000)), year=YEAR - 1)
    review = build_review(records(), policy(), earlier=earlier)
    told = {one.measure: one for one in found(review, "A2").alternatives}
    warning = told[Measure.WARNING]
    assert (warning.here, warning.there) == (Standing.DUE, Standing.NOT_DUE)
    assert "2024" in warning.told.text("zh")
    assert "3.1.P2" in warning.told.text("zh")
    assert "3.1.P2" in warning.told.text("en")


def test_a_bonus_that_last_years_scale_would_have_paid_otherwise_is_told_with_both_amounts():
    scale = ((Decimal("0.2"), Decimal(500)),)
    earlier = replace(policy(bonus_growth_scale=scale), year=YEAR - 1)
    review = build_review(records(), policy(), earlier=earlier)
    (one,) = [each for each in found(review, "A1").alternatives if each.measure is Measure.BONUS]
    assert "500" in one.told.text("en")
    assert "2,000" in one.told.text("en")
    assert "5.4.a 的规定“bonus_growth_scale”不同" in one.told.text("zh")


def test_a_rule_that_made_the_difference_is_named_by_its_clause_and_no_other_is():
    earlier = replace(policy(warning_after=Decimal(2), demotion_after=Decimal(3)), year=YEAR - 1)
    review = build_review(records(), policy(), earlier=earlier)
    (one,) = [each for each in found(review, "A2").alternatives if each.measure is Measure.WARNING]
    said = one.told.text("zh")
    assert "5.4.e 的规定“warning_after”不同" in said
    assert "5.4.f 的规定“demotion_after”不同" in said
    assert "3.1" not in said  # the criteria came out the same


def test_a_share_of_the_budget_that_others_made_another_is_told_so():
    # A1's own growth is paid alike; by last year's threshold B1 missed the year, and the budget was enough
    held = policy(bonus_budget=Decimal(2500))
    earlier = replace(held.with_threshold("3.1.P2", Decimal(140_000)), year=YEAR - 1)
    review = build_review(records(), held, earlier=earlier)
    (one,) = [each for each in found(review, "A1").alternatives if each.measure is Measure.BONUS]
    assert "他人的结果不同" in one.told.text("zh")


def test_the_same_policy_a_year_earlier_changes_nothing():
    review = build_review(records(), policy(), earlier=replace(policy(), year=YEAR - 1))
    assert all(not case.consequences.alternatives for case in review.cases if case.consequences)


def test_missing_evidence_brings_nobody_a_penalty_and_no_zero():
    nothing_asked = build_review(records(surveys=[]), policy(bonus_for="met"))
    for manager in ("A1", "B1"):
        person = found(nothing_asked, manager)
        assert person.outcome is Outcome.NO_EVIDENCE
        assert person.of(Measure.WARNING).standing is Standing.COMMITTEE
        assert person.bonus.paid is None
    assert nothing_asked.bonuses.paid == Fraction(0)
