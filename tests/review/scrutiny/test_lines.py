"""Who lies nearest to each threshold, on both sides. Policy 1.3.a, 3."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from cmreview.review.case import build_review
from cmreview.review.scrutiny.lines import lines
from cmreview.terms import Outcome
from tests.builders import make_policy
from tests.review.explorer.company import company_records, company_review

POLICY = make_policy()
REVIEW = company_review()


def line(criterion, most=5, cases=REVIEW.cases, policy=POLICY):
    return {each.criterion: each for each in lines(cases, policy, most)}[criterion]


def ids(side):
    return [near.manager_id for near in side]


def test_the_line_itself_passes_at_least_and_one_yuan_less_misses():
    sales = line("3.2.P2")
    assert (ids(sales.met_nearest), ids(sales.missed_nearest)) == (["M01"], ["M02"])
    assert (sales.met_nearest[0].margin, sales.missed_nearest[0].margin) == (0, -1)


def test_the_nearest_come_first_and_whoever_is_left_out_is_counted():
    both = line("3.3.P2")
    assert ids(both.met_nearest) == ["M05", "M06"]
    one = line("3.3.P2", most=1)
    assert (ids(one.met_nearest), one.met) == (["M05"], 2)


def test_every_threshold_has_a_line_and_an_exam_has_none():
    known = {each.criterion for each in lines(REVIEW.cases, POLICY, 3)}
    assert known == {each.id for each in POLICY.criteria if each.threshold is not None}
    assert "3.1.Q3" not in known


def test_missing_evidence_and_a_missing_rule_are_on_no_side():
    surveyed = line("3.1.P3", cases=build_review(company_records(), make_policy(min_answers=None)).cases)
    assert surveyed.no_rule == 2
    degrees = line("3.1.Q1")
    assert degrees.no_evidence == 2
    for each in (surveyed, degrees):
        assert not each.met_nearest
        assert not each.missed_nearest


def test_whoever_does_not_apply_is_on_no_line():
    assert all(
        near.manager_id not in ("M07", "M08")
        for each in lines(REVIEW.cases, POLICY, 99)
        for near in (*each.met_nearest, *each.missed_nearest)
    )


def test_a_growth_over_nothing_is_counted_and_has_no_distance():
    case = next(case for case in REVIEW.cases if case.person.manager_id == "M01")
    growth = next(verdict for verdict in case.verdicts if verdict.criterion == "3.2.P3")
    over_nothing = replace(growth.fact, value=None, unbounded=True, denominator=Fraction(0))
    verdict = replace(growth, fact=over_nothing, outcome=Outcome.MET, margin=None)
    found = line("3.2.P3", cases=(replace(case, verdicts=(verdict,)),))
    assert (found.met, found.beyond_measure, found.met_nearest) == (1, 1, ())
    from_nothing = replace(growth.fact, value=Fraction(0), denominator=Fraction(0))
    verdict = replace(growth, fact=from_nothing, outcome=Outcome.MISSED, margin=Fraction(-1))
    found = line("3.2.P3", cases=(replace(case, verdicts=(verdict,)),))
    assert (found.missed, found.beyond_measure, found.missed_nearest) == (1, 1, ())
