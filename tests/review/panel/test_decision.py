"""What the policy recommends to the committee. Policy 4.3."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.policy.load import load_policy
from cmreview.process.events import Recommendation
from cmreview.review.model import Overall, Score
from cmreview.review.panel.decision import (
    COMBINED,
    ELIGIBILITY,
    PANEL,
    DecisionRules,
    decision_rules,
    recommend,
)
from cmreview.review.panel.panel import PanelScore
from cmreview.review.told import Told
from cmreview.terms import Outcome, Result

RULES = DecisionRules(Fraction(3, 5), Fraction(4, 5), Fraction(70), Fraction(100))
ELIGIBLE = Overall(Result.ELIGIBLE, Told("decision.all_met"), 7, 0, 0, 0)
NOT_ELIGIBLE = Overall(Result.NOT_ELIGIBLE, Told("decision.all_met"), 6, 1, 0, 0)
UNEVIDENCED = Overall(Result.UNDECIDED, Told("decision.all_met"), 6, 0, 1, 0)
UNRULED = Overall(Result.UNDECIDED, Told("decision.all_met"), 6, 0, 0, 1)

PARTS = (ELIGIBILITY, PANEL, COMBINED)


def performance(points="1", coverage="1"):
    return Score(None if points is None else Fraction(points), Fraction(coverage), (), Fraction(6, 5))


def marks(points, line=70):
    outcome, reason = Outcome.NO_EVIDENCE, Told("panel.evidence.no_scores")
    score = None if points is None else Fraction(points)
    if score is not None:
        outcome, reason = (Outcome.MET if score >= line else Outcome.MISSED), None
    return PanelScore("1", score, Fraction(line), outcome, reason, 5, (), (), (), (), (), None, None, (), ())


def outcomes(advice):
    return tuple(advice.part(name).outcome.value for name in PARTS)


def test_all_three_met_is_a_recommendation_to_approve():
    advice = recommend(ELIGIBLE, performance(), marks(80), RULES)
    assert advice.recommendation is Recommendation.APPROVE
    assert outcomes(advice) == ("met", "met", "met")
    assert advice.part(COMBINED).value == Fraction(60 + 32, 100)


def test_the_arithmetic_is_shown_with_both_weights():
    told = recommend(ELIGIBLE, performance(), marks("84.125"), RULES).arithmetic
    assert told.text("zh") == "综合得分 93.7% = 业绩得分 100% × 60% + 评委评分 84.13 ÷ 满分 100 × 40%"
    assert "93.7% = performance score 100% × 60%" in told.text("en")


@pytest.mark.parametrize(
    ("points", "recommendation"),
    [
        ("69.999999", Recommendation.DECLINE),
        ("70", Recommendation.APPROVE),
        ("70.01", Recommendation.APPROVE),
    ],
)
def test_the_panel_score_is_held_against_its_line_before_rounding(points, recommendation):
    assert recommend(ELIGIBLE, performance("1.2"), marks(points), RULES).recommendation is recommendation


@pytest.mark.parametrize(("points", "outcome"), [("0.799999", "missed"), ("0.8", "met"), ("0.800001", "met")])
def test_the_combined_score_is_held_against_its_line_before_rounding(points, outcome):
    advice = recommend(ELIGIBLE, performance(points), marks(80), RULES)
    assert advice.part(COMBINED).outcome.value == outcome
    assert (advice.recommendation is Recommendation.APPROVE) == (outcome == "met")


def test_a_figure_just_below_the_line_is_never_written_as_the_line():
    told = recommend(ELIGIBLE, performance("0.79999"), marks(80), RULES).arithmetic.text("en")
    assert told.startswith("combined score 79.999% =")


@given(
    points=st.fractions(min_value=0, max_value=Fraction(6, 5)),
    panel=st.fractions(min_value=0, max_value=100),
)
def test_nothing_makes_up_for_a_missed_criterion(points, panel):
    advice = recommend(NOT_ELIGIBLE, performance(points), marks(panel), RULES)
    assert advice.recommendation is Recommendation.DECLINE
    assert advice.part(ELIGIBILITY).outcome is Outcome.MISSED


def test_one_part_missed_declines_whatever_is_open_beside_it():
    advice = recommend(NOT_ELIGIBLE, performance(None, "0"), None, RULES)
    assert advice.recommendation is Recommendation.DECLINE
    assert outcomes(advice) == ("missed", "no_evidence", "no_evidence")
    assert advice.reason.text("zh") == "未达标：任职资格与业绩标准。"


def test_closed_scores_give_no_recommendation():
    advice = recommend(ELIGIBLE, performance(), None, RULES)
    assert advice.recommendation is Recommendation.UNDECIDED
    assert outcomes(advice) == ("met", "no_evidence", "no_evidence")
    assert advice.reason.text("en") == "Can't be told yet: the panel score, the combined score."


@pytest.mark.parametrize(("overall", "outcome"), [(UNEVIDENCED, "no_evidence"), (UNRULED, "no_rule")])
def test_missing_evidence_and_a_missing_rule_are_told_apart(overall, outcome):
    advice = recommend(overall, performance(), marks(80), RULES)
    assert advice.recommendation is Recommendation.UNDECIDED
    assert advice.part(ELIGIBILITY).outcome.value == outcome


def test_a_case_that_was_not_reviewed_is_neither_approved_nor_declined():
    advice = recommend(None, None, marks(80), RULES)
    assert advice.recommendation is Recommendation.UNDECIDED
    assert advice.part(ELIGIBILITY).reason.text("en").startswith("The criteria of the level")
    assert advice.part(COMBINED).reason == Told("decision.no_performance")


def test_a_panel_without_a_score_is_not_a_score_of_zero():
    advice = recommend(ELIGIBLE, performance("1.2"), marks(None), RULES)
    assert advice.recommendation is Recommendation.UNDECIDED
    assert advice.part(COMBINED).value is None
    assert advice.part(PANEL).reason == Told("panel.evidence.no_scores")


def test_a_performance_score_over_some_of_the_weights_settles_nothing():
    """It is shown, but neither a high nor a low one is evidence of what all criteria would give."""
    for points in ("0", "1.2"):
        part = recommend(UNEVIDENCED, performance(points, "0.7"), marks(80), RULES).part(COMBINED)
        assert part.outcome is Outcome.NO_EVIDENCE
        assert part.value is not None
        assert "70%" in part.reason.text("zh")


@pytest.mark.parametrize("blank", ["performance_weight", "decision_line", "full_marks"])
def test_a_blank_of_the_policy_is_no_rule_and_never_a_pass(blank):
    advice = recommend(ELIGIBLE, performance("1.2"), marks(100), replace(RULES, **{blank: None}))
    assert advice.recommendation is Recommendation.UNDECIDED
    assert advice.part(COMBINED).outcome is Outcome.NO_RULE
    assert "办法未定" in advice.part(COMBINED).reason.text("zh")


def test_a_panel_line_left_open_is_no_rule():
    open_line = replace(marks(80), outcome=Outcome.NO_RULE, line=None, reason=Told("decision.all_met"))
    advice = recommend(ELIGIBLE, performance(), open_line, replace(RULES, panel_line=None))
    assert advice.recommendation is Recommendation.UNDECIDED
    assert outcomes(advice) == ("met", "no_rule", "met")


def test_the_rules_come_from_the_policy_of_the_year():
    shipped = Path(__file__).parents[3] / "params" / "policy"
    policy = load_policy(shipped, 2025).with_value("performance_weight", None)
    given_rules = decision_rules(policy.with_value("decision_line", Decimal("0.75")))
    assert given_rules == DecisionRules(None, Fraction(3, 4), Fraction(70), Fraction(100))
