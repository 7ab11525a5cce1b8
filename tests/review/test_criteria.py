"""What one criterion, and all criteria together, say of a person. Policy 3.1.Q1 to 3.3.P5."""

from __future__ import annotations

import csv
from decimal import Decimal
from fractions import Fraction
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.policy.model import Compare, Group
from cmreview.review.criteria import all_of, any_of, judge, overall, shortfall
from cmreview.review.model import Fact, Told
from cmreview.review.rules import degree_rank
from cmreview.terms import INDICATORS, Outcome, Result, Unit
from tests.builders import make_policy

MET, MISSED, NO_EVIDENCE, NO_RULE = Outcome.MET, Outcome.MISSED, Outcome.NO_EVIDENCE, Outcome.NO_RULE
POLICY = make_policy()


def fact(indicator, value, **more):
    exact = None if value is None else Fraction(value)
    return Fact(indicator, INDICATORS[indicator].unit, exact, **more)


def growth(now, before, indicator="sales_growth", **more):
    now, before = Fraction(now), Fraction(before)
    return fact(indicator, now / before - 1, numerator=now, denominator=before, **more)


def verdict(criterion, *facts, policy=POLICY, **more):
    return judge(policy.criterion(criterion), facts, policy, **more)


def outcome(criterion, *facts, policy=POLICY, **more):
    return verdict(criterion, *facts, policy=policy, **more).outcome


# --- thresholds


@pytest.mark.parametrize(("before", "now"), [("600", "690"), ("480", "552")])
def test_growth_of_exactly_15_percent_meets_15_percent_or_more(before, now):
    assert float(now) / float(before) - 1 < 0.15  # what floating point would have decided
    told = verdict("3.2.P3", growth(now, before))
    assert (told.outcome, told.margin) == (MET, 0)


def test_at_least_passes_at_the_threshold_and_below_does_not():
    assert outcome("3.1.P2", fact("sales", 1_000_000)) == MET
    assert outcome("3.1.P2", fact("sales", Decimal("999999.99"))) == MISSED
    assert outcome("3.2.P4", fact("complaint_rate", Fraction(5, 100))) == MISSED
    assert outcome("3.2.P4", fact("complaint_rate", Fraction(4999, 100_000))) == MET


def test_a_margin_is_in_the_indicators_own_unit_and_plus_is_better():
    assert verdict("3.1.P2", fact("sales", 615_000)).margin == -385_000
    assert verdict("3.1.P1", fact("new_customers", 7)).margin == 2
    assert verdict("3.2.P4", fact("complaint_rate", Fraction(2, 100))).margin == Fraction(3, 100)
    three_quarters = fact("satisfaction", Fraction(3, 4), denominator=Fraction(8))
    assert verdict("3.1.P3", three_quarters).margin == Fraction(-1, 20)


@given(
    value=st.fractions(min_value=-10, max_value=10),
    threshold=st.decimals(min_value=-10, max_value=10, places=4),
)
def test_the_outcome_follows_the_sign_of_the_margin(value, threshold):
    policy = POLICY.with_threshold("3.2.P3", threshold)
    told = verdict("3.2.P3", fact("sales_growth", value, denominator=Fraction(1)), policy=policy)
    assert told.margin == value - Fraction(threshold)
    assert told.outcome == (MET if told.margin >= 0 else MISSED)
    policy = POLICY.with_threshold("3.2.P4", threshold)
    told = verdict("3.2.P4", fact("complaint_rate", value), policy=policy)
    assert told.outcome == (MET if told.margin > 0 else MISSED)


@pytest.mark.parametrize(
    ("held", "expected"),
    [("secondary_vocational", MISSED), ("associate", MET), ("bachelor", MET), ("doctorate", MET)],
)
def test_degrees_are_compared_by_rank(held, expected):
    assert outcome("3.1.Q1", fact("degree", degree_rank(held))) == expected


def test_an_exam_is_passed_failed_or_unknown():
    assert outcome("3.1.Q3", fact("exam", 1, over_level="junior")) == MET
    assert outcome("3.1.Q3", fact("exam", 0, over_level="junior")) == MISSED
    assert outcome("3.1.Q3", fact("exam", None, over_level="junior")) == NO_EVIDENCE
    # a pass at another level is no evidence for this one
    assert outcome("3.1.Q3", fact("exam", 1, over_level="senior")) == NO_EVIDENCE


# --- evidence


@pytest.mark.parametrize("criterion", [criterion.id for criterion in POLICY.criteria])
def test_what_is_missing_is_neither_missed_nor_met(criterion):
    told = verdict(criterion)
    assert told.outcome == NO_EVIDENCE
    assert (told.fact.value, told.margin, told.close) == (None, None, False)
    assert told.reason.text("zh")
    assert told.reason.text("en")


def test_the_reason_for_missing_evidence_is_the_facts_own():
    remark = Told("review.evidence.no_customers")
    assert verdict("3.2.P4", fact("complaint_rate", None, remark=remark)).reason == remark


def test_too_few_answers_are_no_evidence_and_the_numbers_are_told():
    two = fact("satisfaction", 1, numerator=Fraction(4), denominator=Fraction(4))
    told = verdict("3.1.P3", two)
    assert (told.outcome, told.fact.value) == (NO_EVIDENCE, 1)
    assert told.reason.text("zh") == "只有 4 份答卷，至少要 5 份。"
    assert told.reason.text("en") == "Only 4 customers answered; 5 are needed."
    five = fact("satisfaction", 1, numerator=Fraction(5), denominator=Fraction(5))
    assert outcome("3.1.P3", five) == MET


@pytest.mark.parametrize(
    ("certain", "blank", "expected"),
    [(0, 1, MISSED), (0, 2, NO_EVIDENCE), (1, 0, MISSED), (1, 1, NO_EVIDENCE), (2, 5, MET)],
)
def test_a_blank_that_could_decide_is_no_evidence_and_another_changes_nothing(certain, blank, expected):
    told = verdict("3.2.P5", fact("key_customers", certain, open_rows=blank))  # asks for 2
    assert told.outcome == expected
    assert (told.reason is not None) == (expected == NO_EVIDENCE)


def test_growth_against_a_part_year_is_no_evidence_unless_the_policy_takes_it_as_it_is():
    strong = growth(900, 100, part_year=True)
    told = verdict("3.2.P3", strong)
    assert (told.outcome, told.fact.value) == (NO_EVIDENCE, 8)  # shown, and not counted
    assert outcome("3.2.P3", strong, policy=make_policy(growth_part_year="as_is")) == MET
    assert outcome("3.2.P3", strong, policy=make_policy(growth_part_year=None)) == NO_EVIDENCE


def test_growth_from_nothing_to_something_is_met_and_from_nothing_to_nothing_is_missed():
    zero = Fraction(0)
    endless = fact("new_customer_growth", None, denominator=zero, unbounded=True, over_level="junior")
    assert outcome("3.2.P1", endless) == MET
    still = fact("new_customer_growth", 0, numerator=zero, denominator=zero, over_level="junior")
    assert outcome("3.2.P1", still) == MISSED
    # not even a threshold of 0 % is met by it
    assert outcome("3.2.P1", still, policy=make_policy(thresholds={"3.2.P1": 0})) == MISSED


# --- rules


@pytest.mark.parametrize("criterion", [c.id for c in POLICY.criteria if c.threshold is not None])
def test_a_blank_threshold_gives_no_rule_with_or_without_evidence(criterion):
    policy = POLICY.with_threshold(criterion, None)
    asked = policy.criterion(criterion)
    shown = fact(asked.indicator, 1, denominator=Fraction(9), over_level=asked.over_level)
    for told in (verdict(criterion, shown, policy=policy), verdict(criterion, policy=policy)):
        assert (told.outcome, told.margin, told.threshold) == (NO_RULE, None, None)
        assert told.reason.text() == "办法未定标准值。"
    assert verdict(criterion, shown, policy=policy).fact.value == 1


@pytest.mark.parametrize(
    ("criterion", "key"),
    [
        ("3.1.P1", "shared_customer_credit"),
        ("3.1.P2", "cancellation"),
        ("3.2.P1", "part_years"),
        ("3.2.P4", "customers_served"),
        ("3.2.P4", "unjustified_complaints"),
        ("3.1.P3", "satisfied_from"),
        ("3.1.P3", "min_answers"),
        ("3.2.P5", "key_contract_amount"),
        ("3.3.P4", "long_term_years"),
        ("3.3.P5", "project_min_benefit"),
    ],
)
def test_an_indicator_whose_definition_is_left_open_has_no_rule(criterion, key):
    policy = make_policy(**{key: None})
    told = verdict(criterion, fact(policy.criterion(criterion).indicator, 1), policy=policy)
    assert told.outcome == NO_RULE
    assert key in told.reason.text()


@pytest.mark.parametrize("criterion", ["3.1.P2", "3.2.P5", "3.3.P5"])
def test_money_of_another_currency_has_no_rule(criterion):
    indicator = POLICY.criterion(criterion).indicator
    told = verdict(criterion, fact(indicator, 10**9), currency="USD")
    assert (told.outcome, told.margin) == (NO_RULE, None)
    assert "USD" in told.reason.text()
    assert "CNY" in told.reason.text()
    assert outcome(criterion, fact(indicator, 10**9), currency="CNY") == MET


def test_shares_and_growth_do_not_depend_on_the_currency():
    assert outcome("3.2.P3", growth(2, 1), currency="USD") == MET
    assert outcome("3.3.P3", fact("sales_share", Fraction(1, 2)), currency="USD") == MET


# --- leave

HALF = Fraction(1, 2)
PRORATED = make_policy(leave_treatment="prorate_threshold")


def test_leave_leaves_thresholds_alone_unless_the_policy_prorates_them():
    told = verdict("3.1.P2", fact("sales", 500_000), active=HALF)
    assert (told.outcome, told.threshold, told.full_threshold) == (MISSED, 1_000_000, None)


def test_prorated_amounts_and_counts_are_asked_for_by_days_present():
    told = verdict("3.1.P2", fact("sales", 500_000), policy=PRORATED, active=HALF)
    assert (told.outcome, told.threshold, told.full_threshold) == (MET, 500_000, 1_000_000)
    told = verdict("3.1.P1", fact("new_customers", 2), policy=PRORATED, active=HALF)
    assert (told.outcome, told.threshold) == (MISSED, Fraction(5, 2))
    assert shortfall(told).text() == "客户开发数量还差 1 个"


def test_shares_tenures_and_qualifications_are_never_prorated():
    for criterion, value in (("3.1.P3", Fraction(1, 2)), ("3.1.Q2", HALF), ("3.3.Q5", 0)):
        indicator = POLICY.criterion(criterion).indicator
        shown = fact(indicator, value, denominator=Fraction(10))
        told = verdict(criterion, shown, policy=PRORATED, active=HALF)
        assert (told.outcome, told.full_threshold) == (MISSED, None)


def test_a_whole_year_of_leave_is_no_evidence_where_thresholds_are_prorated():
    told = verdict("3.1.P2", fact("sales", 0), policy=PRORATED, active=Fraction(0))
    assert told.outcome == NO_EVIDENCE
    assert told.reason.text("zh")


# --- close to the line


@pytest.mark.parametrize(
    ("sales", "is_close"), [(950_000, True), (949_999, False), (1_050_000, True), (1_050_001, False)]
)
def test_close_is_within_the_policys_part_of_the_threshold(sales, is_close):
    assert verdict("3.1.P2", fact("sales", sales)).close is is_close
    assert not verdict("3.1.P2", fact("sales", sales), policy=make_policy(close_to_line=None)).close


def test_only_what_was_decided_can_be_close():
    few = fact("satisfaction", Fraction(4, 5), numerator=Fraction(4), denominator=Fraction(5))
    assert verdict("3.1.P3", few).close
    assert not verdict("3.1.P3", few, policy=make_policy(min_answers=Decimal(6))).close


# --- together

KLEENE = {"MET": MET, "NOT_MET": MISSED, "NOT_EVIDENCED": NO_EVIDENCE}


def test_and_or_agree_with_kleenes_tables(shared_oracles):
    with (shared_oracles / "kleene.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 9
    for row in rows:
        pair = [KLEENE[row["a"]], KLEENE[row["b"]]]
        assert all_of(pair) == KLEENE[row["and"]]
        assert any_of(pair) == KLEENE[row["or"]]


def test_no_rule_is_unknown_too_and_farther_from_met_than_missing_evidence():
    unknown_too = {MET: MET, MISSED: MISSED, NO_RULE: NO_EVIDENCE, NO_EVIDENCE: NO_EVIDENCE}
    for a, b in product(Outcome, repeat=2):  # what holds for missing evidence holds for a missing rule
        assert unknown_too[all_of([a, b])] == all_of([unknown_too[a], unknown_too[b]])
        assert unknown_too[any_of([a, b])] == any_of([unknown_too[a], unknown_too[b]])
    assert all_of([NO_RULE, NO_EVIDENCE]) == NO_RULE
    assert any_of([NO_RULE, NO_EVIDENCE]) == NO_EVIDENCE


@given(st.lists(st.sampled_from(list(Outcome)), min_size=1, max_size=4))
def test_order_and_repetition_do_not_matter(outcomes):
    assert {all_of(order) for order in permutations(outcomes)} == {all_of(outcomes * 2)}
    assert {any_of(order) for order in permutations(outcomes)} == {any_of(outcomes * 2)}


def test_nothing_never_passes():
    for empty in (all_of, any_of, overall):
        with pytest.raises(ValueError, match="empty"):
            empty([])


JUNIOR = (
    fact("degree", degree_rank("bachelor")),
    fact("service_years", 4),
    fact("exam", 1, over_level="junior"),
    fact("new_customers", 8),
    fact("sales", 2_000_000),
    fact("satisfaction", Fraction(9, 10), numerator=Fraction(9), denominator=Fraction(10)),
)


def junior(**changes):
    facts = [changes.get(shown.indicator, shown) for shown in JUNIOR]
    policy = changes.get("policy", POLICY)
    return overall([judge(criterion, facts, policy) for criterion in policy.criteria_for("junior")])


def test_all_met_is_eligible():
    told = junior()
    assert (told.result, told.met) == (Result.ELIGIBLE, 6)
    assert told.reason.text("zh") == "6 项全部达标"
    assert told.reason.text("en") == "all 6 criteria met"


def test_one_missed_is_not_eligible_whatever_is_unknown():
    told = junior(sales=fact("sales", 615_000), satisfaction=fact("satisfaction", None))
    assert (told.result, told.met, told.missed, told.no_evidence) == (Result.NOT_ELIGIBLE, 4, 1, 1)
    assert told.reason.text("zh") == "业务销售额还差 38.5 万元"
    assert told.reason.text("en") == "sales: 385,000 yuan short"


def test_missing_evidence_is_undecided():
    told = junior(satisfaction=fact("satisfaction", None))
    assert (told.result, told.no_evidence) == (Result.UNDECIDED, 1)
    assert told.reason.text("zh") == "缺客户满意度证据"


def test_a_missing_rule_is_undecided_and_missing_evidence_is_told_first():
    policy = POLICY.with_threshold("3.1.P1", None)
    assert junior(policy=policy).reason.text() == "客户开发数量标准未定"
    told = junior(policy=policy, satisfaction=fact("satisfaction", None))
    assert (told.result, told.no_rule) == (Result.UNDECIDED, 1)
    assert told.reason.text("zh") == "缺客户满意度证据；另有 1 项未定"


def test_further_misses_are_counted():
    told = junior(new_customers=fact("new_customers", 3), sales=fact("sales", 0))
    assert told.reason.text("zh") == "客户开发数量还差 2 个；另有 1 项未达标"
    assert told.reason.text("en") == "new customers: 2 short; 1 more missed"


LACKING = {
    "degree": ("3.1.Q1", fact("degree", 1), "学历为中专，须大专及以上"),
    "tenure": ("3.1.Q2", fact("service_years", HALF), "从业年限还差 0.5 年"),
    "exam": ("3.1.Q3", fact("exam", 0, over_level="junior"), "等级考试未通过"),
    "share": (
        "3.1.P3",
        fact("satisfaction", Fraction(392, 500), denominator=Fraction(500)),
        "客户满意度还差 1.6 个百分点",
    ),
    "above": ("3.2.P4", fact("complaint_rate", Fraction(6, 100)), "客户投诉率超出 1 个百分点"),
    "at the line": ("3.2.P4", fact("complaint_rate", Fraction(5, 100)), "客户投诉率为 5%，须低于此数"),
    "a cent": ("3.1.P2", fact("sales", Decimal("999999.99")), "业务销售额还差 0.01 元"),
    "nothing": (
        "3.2.P3",
        fact("sales_growth", 0, numerator=Fraction(0), denominator=Fraction(0)),
        "销售额增长率没有增长",
    ),
}
IN_ENGLISH = {
    "degree": "education: secondary vocational, associate or higher asked for",
    "tenure": "years as account manager: 0.5 years short",
    "exam": "level exam passed: not passed",
    "share": "customer satisfaction: 1.6 percentage points short",
    "above": "complaint rate: 1 percentage point too high",
    "at the line": "complaint rate: 5%, must be below it",
    "a cent": "sales: 0.01 yuan short",
    "nothing": "sales growth: no growth",
}


@pytest.mark.parametrize("case", LACKING)
def test_what_is_lacking_is_told_in_the_criterions_own_unit(case):
    criterion, shown, zh = LACKING[case]
    told = shortfall(verdict(criterion, shown))
    assert told.text("zh") == zh
    assert told.text("en") == IN_ENGLISH[case]


def test_a_verdict_names_clause_level_group_and_comparison():
    told = verdict("3.2.P4", fact("complaint_rate", 0))
    assert (told.criterion, told.level, told.group) == ("3.2.P4", "intermediate", Group.PERFORMANCE)
    assert (told.compare, told.over_level) == (Compare.BELOW, None)
    told = verdict("3.2.Q3", fact("level_years", 2, over_level="junior"))
    assert (told.outcome, told.over_level, told.fact.unit) == (MET, "junior", Unit.YEARS)
