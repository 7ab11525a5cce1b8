"""What one change turns a person's result, and when none does. Policy 1.3.a, 3."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from cmreview.review.criteria import judge, overall
from cmreview.review.model import Fact
from cmreview.review.scrutiny.flips import Moves
from cmreview.review.scrutiny.robustness import robustness
from cmreview.terms import INDICATORS, Outcome, Result
from tests.builders import make_policy
from tests.review.explorer.company import company_review

POLICY = make_policy()
REVIEW = company_review()
ELIGIBLE, NOT, UNDECIDED = Result.ELIGIBLE, Result.NOT_ELIGIBLE, Result.UNDECIDED


def fact(indicator, value, top=None, under=None, level=None, **more):
    numbers = [None if each is None else Fraction(each) for each in (value, top, under)]
    return Fact(indicator, INDICATORS[indicator].unit, *numbers, over_level=level, **more)


# An applicant for intermediate who meets everything, sales exactly on both their lines.
FINE = {
    "3.2.P1": fact("new_customer_growth", 1, 4, 2, "junior"),
    "3.2.P2": fact("sales", 3_000_000),
    "3.2.P3": fact("sales_growth", Fraction(1, 5), 3_000_000, 2_500_000),
    "3.2.P4": fact("complaint_rate", 0, 0, 20),
    "3.2.P5": fact("key_customers", 3),
}


def case(**changes):
    facts = FINE | {f"3.2.{name}": each for name, each in changes.items()}
    verdicts = tuple(judge(POLICY.criterion(id_), [each], POLICY) for id_, each in facts.items())
    of_nobody = next(each for each in REVIEW.cases if each.person.manager_id == "M01")
    return replace(of_nobody, verdicts=verdicts, overall=overall(verdicts))


def test_the_smallest_change_is_named_first_as_a_share_of_its_threshold():
    found = robustness(case())
    assert found.result is ELIGIBLE
    smallest = found.smallest
    assert (smallest.becomes, smallest.deciding.criterion, smallest.deciding.relative) == (NOT, "3.2.P2", 0)
    sizes = [flip.deciding.relative for flip in found.result_flips if flip.deciding.relative is not None]
    assert sizes == sorted(sizes)


def test_more_sales_lift_amount_and_growth_at_once():
    """2.6 million against lines of 3 million and of 15 % over 2.5 million: 3 million meets both."""
    low = case(P2=fact("sales", 2_600_000), P3=fact("sales_growth", Fraction(4, 100), 2_600_000, 2_500_000))
    found = robustness(low)
    assert found.result is NOT
    (only,) = found.result_flips
    assert only.becomes is ELIGIBLE
    assert [flip.criterion for flip in only.flips] == ["3.2.P3", "3.2.P2"]
    assert only.deciding.basis.by == 400_000
    assert "300 万元" in only.told.text("zh")
    assert only.told.text("zh").endswith("资格结论变为“符合条件”。")


def test_two_missed_criteria_of_different_kinds_are_turned_by_no_one_change():
    found = robustness(case(P2=fact("sales", 2_999_999), P5=fact("key_customers", 1)))
    assert (found.result, found.smallest) == (NOT, None)
    assert found.flips("3.2.P2")  # the verdicts by themselves still turn
    assert found.reason.text("zh") == "有 2 项未达标，任何单项变动都不能改变资格结论。"


def test_one_missed_criterion_beside_missing_evidence_leaves_the_result_open():
    found = robustness(case(P2=fact("sales", 2_999_999), P4=fact("complaint_rate", None)))
    assert {flip.becomes for flip in found.result_flips} == {UNDECIDED}
    assert {flip.deciding.moves for flip in found.result_flips} == {Moves.VALUE, Moves.THRESHOLD}


def test_missing_evidence_is_turned_only_against_the_candidate_by_a_number():
    found = robustness(case(P4=fact("complaint_rate", None)))
    assert found.result is UNDECIDED
    assert {flip.becomes for flip in found.result_flips} == {NOT}
    assert found.flips("3.2.P4") == ()


def test_blank_cells_can_settle_an_open_result_both_ways():
    found = robustness(case(P5=fact("key_customers", 1, open_rows=1)))
    assert found.result is UNDECIDED
    of_cells = {flip.becomes for flip in found.result_flips if flip.deciding.criterion == "3.2.P5"}
    assert of_cells == {ELIGIBLE, NOT}


def test_a_case_that_is_not_judged_has_no_robustness():
    assert robustness(replace(case(), overall=None, verdicts=())) is None


def test_every_result_flip_of_a_company_holds_when_its_outcomes_are_put_in():
    for each in REVIEW.cases:
        found = robustness(each)
        if found is None:
            continue
        for flip in found.result_flips:
            changed = {one.criterion: one.becomes for one in flip.flips}
            outcomes = [changed.get(verdict.criterion, verdict.outcome) for verdict in each.verdicts]
            if flip.becomes is ELIGIBLE:
                assert set(outcomes) == {Outcome.MET}
            else:
                assert (Outcome.MISSED in outcomes) == (flip.becomes is NOT)
            assert flip.becomes is not found.result
