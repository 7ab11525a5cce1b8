"""Warning, demotion and dismissal: advice with its reasons, never more. Policy 5.4.e, 5.4.f, 5.4.g."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.process.measures import LEGAL_STEPS
from cmreview.review.after.model import CLAUSES, Measure, Standing
from cmreview.review.model import EarlierOutcome
from cmreview.terms import Unit
from cmreview.words import find
from tests.review.after.missed import (
    BY_OUTCOME,
    MET,
    MISSED,
    NO_EVIDENCE,
    OPEN,
    OUTCOMES,
    POLICIES,
    RULES,
    YEAR,
    advised,
    people,
    rules,
    said,
    somebody,
)
from tests.review.development.learning import held

WARNING, DEMOTION, DISMISSAL = Measure.WARNING, Measure.DEMOTION, Measure.DISMISSAL
DUE, NOT_DUE, COMMITTEE, NO_RULE = Standing.DUE, Standing.NOT_DUE, Standing.COMMITTEE, Standing.NO_RULE


def standings(found):
    return tuple(found[measure].standing for measure in (WARNING, DEMOTION, DISMISSAL))


def missed_for(years, **more):
    """Somebody who missed so many years in a row, the review year among them."""
    return somebody(dict.fromkeys(range(YEAR - years + 1, YEAR), "missed") | {YEAR - years: "met"}, **more)


# --- how far each follows


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        (1, (DUE, NOT_DUE, NOT_DUE)),
        (2, (NOT_DUE, DUE, NOT_DUE)),
        (3, (NOT_DUE, DUE, COMMITTEE)),
        (4, (NOT_DUE, DUE, COMMITTEE)),
    ],
)
def test_each_measure_comes_in_at_the_policys_number_of_years(years, expected):
    assert standings(advised(missed_for(years))) == expected


def test_other_numbers_of_the_policy_move_the_measures():
    policy = rules(warning_after=Decimal(2), demotion_after=Decimal(3), dismissal_after=Decimal(5))
    found = [standings(advised(missed_for(years), policy=policy)) for years in range(1, 6)]
    assert found == [
        (NOT_DUE, NOT_DUE, NOT_DUE),
        (DUE, NOT_DUE, NOT_DUE),
        (NOT_DUE, DUE, NOT_DUE),
        (NOT_DUE, DUE, NOT_DUE),
        (NOT_DUE, DUE, COMMITTEE),
    ]


def test_the_three_measures_come_in_the_order_of_the_clauses():
    assert [CLAUSES[measure] for measure in advised(somebody())] == ["5.4.e", "5.4.f", "5.4.g"]


# --- warning


def test_a_warning_has_a_goal_for_every_missed_requirement_and_no_other():
    verdicts = held("intermediate", sales=2_000_000, complaint_rate=Fraction(6, 100), key_customers=None)
    warning = advised(missed_for(1), verdicts)[WARNING]
    assert warning.months == 6
    assert [goal.criterion for goal in warning.goals] == ["3.2.P2", "3.2.P4"]
    sales, complaints = warning.goals
    assert (sales.unit, sales.value, sales.threshold) == (Unit.MONEY, 2_000_000, 3_000_000)
    assert sales.told.text() == "业务销售额：评审年度为 200 万元，须达到 300 万元；业务销售额还差 100 万元"
    assert "须低于 5%" in complaints.told.text()


def test_a_goal_tells_in_customers_what_a_growth_comes_to():
    verdicts = held("intermediate", parts={"new_customer_growth": (10, 10)})
    (goal,) = advised(missed_for(1), verdicts)[WARNING].goals
    assert "再开发 1 个客户" in goal.told.text()


def test_a_time_to_improve_left_open_is_left_to_the_committee_and_told():
    warning = advised(missed_for(1), policy=rules(improvement_months=None))[WARNING]
    assert (warning.standing, warning.months) == (DUE, None)
    assert "由评审委员会确定" in said(warning.because)


def test_a_demotion_takes_the_place_of_a_warning_and_says_so():
    warning = advised(missed_for(2))[WARNING]
    assert (warning.goals, warning.months) == ((), None)
    assert "按降职研究，不再单独警告" in said(warning.because)


# --- demotion


@pytest.mark.parametrize(("level", "to"), [("senior", "intermediate"), ("intermediate", "junior")])
def test_a_demotion_is_by_one_level(level, to):
    demotion = advised(missed_for(2, level=level), held(level, sales=0))[DEMOTION]
    assert (demotion.standing, demotion.to_level) == (DUE, to)
    assert "劳动合同法第三十五条" in said(demotion.because)


def test_a_junior_has_no_level_below_and_is_a_case_for_the_committee():
    found = advised(missed_for(2, level="junior"), held("junior", sales=0))
    assert (found[DEMOTION].standing, found[DEMOTION].to_level) == (COMMITTEE, None)
    assert "最低等级" in said(found[DEMOTION].because)


def test_nobody_is_demoted_to_a_level_where_none_is_due():
    assert advised(missed_for(1))[DEMOTION].to_level is None


# --- dismissal


def test_a_dismissal_is_a_recommendation_with_every_step_of_the_law():
    dismissal = advised(missed_for(3))[DISMISSAL]
    assert dismissal.steps == LEGAL_STEPS == tuple(find("penalties.step"))
    assert "须由有权的人决定" in said(dismissal.because)
    assert "提前 30 天书面通知" in said(dismissal.because)


def test_days_of_notice_left_open_are_told():
    dismissal = advised(missed_for(3), policy=rules(dismissal_notice_days=None))[DISMISSAL]
    assert "提前通知的天数办法尚未规定" in said(dismissal.because)


def test_no_steps_are_listed_where_no_dismissal_is_put_to_the_committee():
    assert advised(missed_for(2))[DISMISSAL].steps == ()


# --- what is not a miss


def test_a_year_without_evidence_is_a_case_for_the_committee_and_no_more():
    found = advised(missed_for(3), NO_EVIDENCE)
    assert standings(found) == (COMMITTEE, NOT_DUE, NOT_DUE)
    assert (found[WARNING].goals, found[WARNING].months) == ((), None)
    assert "客户投诉率（3.2.P4）缺证据" in said(found[WARNING].because)
    assert "连续未达标将达 3 年" in said(found[WARNING].because)


def test_what_a_miss_would_bring_is_only_told_where_it_is_more_than_a_warning():
    assert "连续未达标将达" not in said(advised(missed_for(1), NO_EVIDENCE)[WARNING].because)
    assert "连续未达标将达 2 年" in said(advised(missed_for(2), NO_EVIDENCE)[WARNING].because)


def test_a_year_without_a_rule_has_no_rule_for_a_warning():
    policy = rules({"3.2.P2": None})
    found = advised(missed_for(3), held("intermediate", policy=policy), policy)
    assert standings(found) == (NO_RULE, NOT_DUE, NOT_DUE)
    assert "业务销售额（3.2.P2）标准未定" in said(found[WARNING].because)


def test_no_verdict_at_all_is_a_case_for_the_committee():
    assert standings(advised(missed_for(3), ())) == (COMMITTEE, NOT_DUE, NOT_DUE)


def test_nobody_without_a_level_is_penalised():
    found = advised(somebody({2024: ("junior", "missed"), 2023: ("junior", "missed")}, level=None), ())
    assert standings(found) == (NOT_DUE,) * 3
    assert "没有等级" in said(found[WARNING].because)


def test_nobody_is_judged_for_a_year_in_which_they_were_not_there():
    found = advised(somebody({}, hired_on=date(2026, 1, 1)), ())
    assert standings(found) == (NOT_DUE,) * 3
    assert "不在岗" in said(found[DISMISSAL].because)


@pytest.mark.parametrize(
    "past",
    [
        {"leaves": [(date(2025, 3, 1), date(2025, 8, 31))]},
        {"hired_on": date(2025, 2, 1)},
    ],
    ids=["leave", "joined"],
)
def test_a_miss_that_is_set_aside_goes_to_the_committee_and_brings_nothing_by_itself(past):
    found = advised(somebody({}, **past))
    assert standings(found) == (COMMITTEE, NOT_DUE, NOT_DUE)
    assert found[WARNING].goals  # support can be agreed on all the same
    assert "不计入连续年数" in said(found[WARNING].because)


def test_misses_of_the_past_bring_nothing_anew_in_a_year_that_is_set_aside():
    person = missed_for(4, leaves=[(date(2025, 3, 1), date(2025, 8, 31))])
    assert standings(advised(person)) == (COMMITTEE, NOT_DUE, NOT_DUE)


# --- doubts


def test_a_history_that_disagrees_with_itself_leaves_all_that_is_due_to_the_committee():
    past = [EarlierOutcome(year, "intermediate", "missed", "优秀客户经理") for year in (2023, 2024)]
    found = advised(somebody(past))
    assert standings(found) == (NOT_DUE, COMMITTEE, COMMITTEE)
    assert "荣誉称号“优秀客户经理”" in said(found[DEMOTION].because)
    before = [past[0], EarlierOutcome(2024, "intermediate", "met", None)]
    assert standings(advised(somebody(before))) == (COMMITTEE, NOT_DUE, NOT_DUE)


def test_whoever_left_in_the_year_is_left_to_the_committee():
    policy = rules(streak_part_year="counts")
    found = advised(missed_for(2, left_on=date(2025, 11, 30)), policy=policy)
    assert standings(found) == (NOT_DUE, COMMITTEE, NOT_DUE)
    assert "已于2025年11月30日离职" in said(found[DEMOTION].because)
    assert standings(advised(missed_for(2, left_on=date(2026, 1, 1)))) == (NOT_DUE, DUE, NOT_DUE)


# --- rules left open


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("warning_after", (NO_RULE, DUE, COMMITTEE)),
        ("demotion_after", (DUE, NO_RULE, COMMITTEE)),
        ("dismissal_after", (NOT_DUE, DUE, NO_RULE)),
    ],
)
def test_a_number_of_years_left_open_leaves_its_measure_without_a_rule(key, expected):
    found = advised(missed_for(3), policy=rules(**{key: None}))
    if key == "warning_after":  # a demotion takes its place all the same
        assert standings(found)[1:] == expected[1:]
        found = advised(missed_for(1), policy=rules(warning_after=None))
        assert found[WARNING].standing is NO_RULE
        return
    assert standings(found) == expected


@pytest.mark.parametrize("key", OPEN)
def test_where_an_open_rule_decides_there_is_no_rule(key):
    policy = rules(**{key: None})
    found = advised(OPEN[key], policy=policy)
    assert standings(found)[:2] == (NO_RULE, NO_RULE)
    assert "取决于尚未规定的规则" in said(found[DEMOTION].because)
    assert found[DEMOTION].to_level is None


def test_where_every_reading_of_an_open_rule_agrees_it_decides_nothing():
    person = somebody({2024: "missed", 2023: "no_evidence", 2022: "met"})
    assert standings(advised(person, policy=rules(streak_no_evidence=None))) == (NOT_DUE, DUE, NOT_DUE)


def test_a_review_year_that_hangs_on_an_open_rule_has_no_rule():
    found = advised(somebody(hired_on=date(2025, 2, 1)), policy=rules(streak_part_year=None))
    assert standings(found) == (NO_RULE, NOT_DUE, NOT_DUE)


def test_misses_of_the_past_bring_nothing_due_while_it_is_open_whether_the_review_year_counts():
    person = missed_for(3, leaves=[(date(2025, 3, 1), date(2025, 3, 9))])
    assert standings(advised(person, policy=rules(streak_leave_days=None))) == (NO_RULE,) * 3


# --- what always holds

pasts = st.lists(st.sampled_from(["met", "missed", "no_evidence"]), max_size=6)


def years_of(past):
    return somebody({YEAR - 1 - back: each for back, each in enumerate(past)})


@given(people(), POLICIES)
def test_a_met_review_year_never_brings_a_penalty(person, policy):
    assert standings(advised(person, MET, policy)) == (NOT_DUE,) * 3


@given(people(), POLICIES)
def test_missing_evidence_never_warns_demotes_or_dismisses_by_itself(person, policy):
    found = advised(person, NO_EVIDENCE, policy)
    assert DUE not in standings(found)
    assert standings(found)[1:] == (NOT_DUE, NOT_DUE)
    assert all(not advice.steps and not advice.goals and advice.to_level is None for advice in found.values())


@given(people(), st.sampled_from(sorted(BY_OUTCOME)), POLICIES)
def test_a_dismissal_is_never_due(person, outcome, policy):
    assert advised(person, BY_OUTCOME[outcome], policy)[DISMISSAL].standing is not DUE


@given(people(), st.sampled_from(sorted(BY_OUTCOME)), POLICIES)
def test_no_advice_comes_without_a_reason_in_both_languages(person, outcome, policy):
    for advice in advised(person, BY_OUTCOME[outcome], policy).values():
        assert advice.because
        for told, lang in product(advice.because, ("zh", "en")):
            assert "{" not in told.text(lang)
        if advice.standing is not NOT_DUE or person.level is None:
            assert str(YEAR) in said(advice.because)


@given(people(), POLICIES, st.randoms(use_true_random=False))
def test_the_order_in_which_a_past_is_written_changes_no_advice(person, policy, random: Random):
    shuffled = list(person.outcomes)
    random.shuffle(shuffled)
    assert advised(replace(person, outcomes=tuple(shuffled)), policy=policy) == advised(person, policy=policy)


@given(pasts, st.integers(0, 5))
def test_a_recorded_miss_that_turns_out_unevidenced_never_makes_it_worse(past, place):
    if place >= len(past) or past[place] != "missed":
        return
    order = {NOT_DUE: 0, NO_RULE: 1, COMMITTEE: 2, DUE: 3}
    milder = [*past[:place], "no_evidence", *past[place + 1 :]]
    before, after = advised(years_of(past)), advised(years_of(milder))
    for measure in (DEMOTION, DISMISSAL):
        assert order[after[measure].standing] <= order[before[measure].standing]


@given(people(), OUTCOMES, POLICIES)
def test_a_goal_is_missed_and_a_demotion_goes_down(person, outcome, policy):
    found = advised(person, MISSED if outcome == "missed" else NO_EVIDENCE, policy)
    assert {goal.criterion for goal in found[WARNING].goals} <= {"3.2.P2"}
    assert found[DEMOTION].to_level in (None, "junior")
    assert RULES.level("junior").rank < RULES.level("intermediate").rank
