"""Years missed in a row: what each year does to the run. Policy 5.4.e, 5.4.f, 5.4.g."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.review.after.model import Counted
from cmreview.review.after.streaks import at_most, streak, year_outcome
from cmreview.review.model import EarlierOutcome, Spell
from cmreview.terms import Outcome
from tests.builders import DEPARTMENT
from tests.review.after.missed import (
    CONCLUSIONS,
    JUNIOR_THEN_NOW,
    MET,
    MISSED,
    NO_EVIDENCE,
    OPEN,
    OUTCOMES,
    POLICIES,
    READINGS,
    RULES,
    YEAR,
    people,
    rules,
    run,
    said,
    somebody,
    transferred,
)
from tests.review.development.learning import judged


def counted(found):
    return {mark.year: mark.counted.value for mark in found.years}


def whys(found):
    return said([mark.why for mark in found.years if mark.why])


# --- the year's outcome


def test_one_missed_requirement_decides_whatever_is_unknown_of_the_others():
    assert year_outcome((*MISSED, *NO_EVIDENCE)) is Outcome.MISSED
    assert year_outcome(NO_EVIDENCE) is Outcome.NO_EVIDENCE
    assert year_outcome(MET) is Outcome.MET


def test_no_verdict_is_no_evidence_and_never_met():
    assert year_outcome(()) is Outcome.NO_EVIDENCE


# --- runs


@pytest.mark.parametrize("length", range(1, 6))
def test_every_missed_year_in_a_row_counts(length):
    past = dict.fromkeys(range(YEAR - length + 1, YEAR), "missed") | {YEAR - length: "met"}
    found = run(somebody(past))
    assert found.length == length
    assert [mark.year for mark in found.years] == list(range(YEAR, YEAR - length - 1, -1))


def test_a_met_year_ends_the_run_and_what_lies_before_it_is_not_listed():
    found = run(somebody({2024: "met", 2023: "missed", 2022: "missed"}))
    assert counted(found) == {2025: "extends", 2024: "breaks"}
    assert found.length == 1


def test_a_met_review_year_is_a_run_of_none():
    found = run(somebody({2024: "missed", 2023: "missed"}), MET)
    assert (found.length, counted(found)) == (0, {2025: "breaks"})


def test_only_the_review_year_is_computed_and_the_others_are_as_recorded():
    found = run(somebody({2024: "missed", 2023: "met"}))
    assert [mark.is_recorded for mark in found.years] == [False, True, True]


def test_the_run_ends_at_the_year_of_hiring():
    found = run(somebody({2024: "missed"}, hired_on=date(2024, 1, 1)))
    assert (found.length, counted(found)) == (2, {2025: "extends", 2024: "extends"})


@pytest.mark.parametrize(("reading", "length"), [("neutral", 2), ("breaks", 1)])
def test_a_year_without_evidence_never_extends_and_breaks_only_where_the_policy_says_so(reading, length):
    person = somebody({2024: "no_evidence", 2023: "missed", 2022: "met"})
    found = run(person, policy=rules(streak_no_evidence=reading))
    assert (found.length, counted(found)[2024]) == (length, reading)


@pytest.mark.parametrize(("reading", "length"), [("neutral", 2), ("breaks", 1)])
def test_a_year_without_a_recorded_conclusion_is_one_without_evidence_and_says_so(reading, length):
    found = run(somebody({2023: "missed", 2022: "met"}), policy=rules(streak_no_evidence=reading))
    mark = found.years[1]
    assert (mark.year, mark.outcome, mark.is_recorded) == (2024, Outcome.NO_EVIDENCE, False)
    assert "没有年度结论" in mark.why.text()
    assert found.length == length


def test_before_the_earliest_conclusion_one_year_is_listed_that_says_so():
    found = run(somebody({2024: "missed"}))
    assert counted(found) == {2025: "extends", 2024: "extends", 2023: "neutral"}
    assert "2023 年及以前没有年度结论" in whys(found)
    assert [mark.year for mark in run(somebody()).years] == [2025, 2024]


def test_no_year_without_a_conclusion_is_listed_from_before_the_policy():
    policy = replace(RULES, first_year=2025)
    assert [mark.year for mark in run(somebody(), policy=policy).years] == [2025]
    recorded = run(somebody({2024: "missed"}), policy=policy)
    assert recorded.length == 2  # what is recorded counts all the same


def test_a_review_year_without_a_rule_is_no_miss_and_says_so():
    policy = rules({"3.2.P2": None})
    verdicts = [verdict for verdict in judged("intermediate", policy=policy) if ".P" in verdict.criterion]
    found = run(somebody({2024: "missed", 2023: "met"}), verdicts, policy)
    assert found.years[0].outcome is Outcome.NO_RULE
    assert counted(found) == {2025: "neutral", 2024: "extends", 2023: "breaks"}
    assert "标准未定" in whys(found)


def test_a_conclusion_of_the_review_year_or_later_is_no_part_of_the_run():
    with_later = somebody({2026: "missed", 2025: "met", 2024: "missed", 2023: "met"})
    assert run(with_later) == run(somebody({2024: "missed", 2023: "met"}))


@pytest.mark.parametrize(
    "dates", [{"hired_on": date(2026, 1, 1)}, {"left_on": date(2024, 12, 31)}], ids=["joined", "left"]
)
def test_whoever_was_not_there_in_the_review_year_has_no_run(dates):
    found = run(somebody({}, **dates), ())
    assert (found.length, found.years) == (0, ())


# --- part years


@pytest.mark.parametrize(
    ("hired", "reading", "length"),
    [
        (date(2025, 1, 1), "neutral", 1),
        (date(2025, 1, 2), "neutral", 0),
        (date(2025, 1, 2), "counts", 1),
        (date(2024, 12, 31), "neutral", 1),
    ],
)
def test_a_year_of_joining_is_worked_in_full_from_the_first_of_january_only(hired, reading, length):
    found = run(somebody(hired_on=hired), policy=rules(streak_part_year=reading))
    assert found.length == length


@pytest.mark.parametrize(
    ("left", "reading", "length"),
    [
        (date(2025, 12, 31), "neutral", 1),
        (date(2025, 12, 30), "neutral", 0),
        (date(2025, 12, 30), "counts", 1),
        (date(2026, 1, 1), "neutral", 1),
    ],
)
def test_a_year_of_leaving_is_worked_in_full_to_the_last_of_december_only(left, reading, length):
    assert run(somebody(left_on=left), policy=rules(streak_part_year=reading)).length == length


def test_a_part_year_in_the_past_is_set_aside_and_says_why():
    found = run(somebody({2024: "missed"}, hired_on=date(2024, 3, 1)))
    assert counted(found) == {2025: "extends", 2024: "neutral"}
    assert "2024 年未满全年（2024年3月1日入职）" in whys(found)


def test_a_blank_day_of_hiring_is_taken_from_what_the_records_know_first():
    history = (Spell(DEPARTMENT, "intermediate", date(2025, 3, 1), None),)
    assert run(somebody(hired_on=None, history=history)).length == 0
    assert run(somebody({2024: "missed"}, hired_on=None, history=history)).length == 2
    assert run(somebody(hired_on=None, history=())).length == 1


# --- leave


@pytest.mark.parametrize(
    ("last", "length"), [(date(2025, 3, 31), 1), (date(2025, 4, 1), 0), (date(2025, 4, 2), 0)]
)
def test_days_of_leave_set_a_miss_aside_from_the_policys_number_on(last, length):
    days = (last - date(2025, 2, 1)).days + 1
    assert (days >= 60) == (length == 0)
    found = run(somebody(leaves=[(date(2025, 2, 1), last)]))
    assert found.length == length
    if not length:
        assert f"离岗 {days} 天" in whys(found)


def test_leave_is_counted_within_the_year_and_the_employment_and_each_day_once():
    across = [(date(2024, 12, 1), date(2025, 2, 28))]  # 31 days in 2024, 59 in 2025
    assert run(somebody({2024: "missed"}, leaves=across)).length == 2
    twice = [(date(2025, 2, 1), date(2025, 3, 11)), (date(2025, 2, 1), date(2025, 3, 11))]  # 39 days
    assert run(somebody(leaves=twice)).length == 1
    assert run(somebody(leaves=[(date(2025, 6, 1), None)])).length == 0
    after_leaving = somebody(left_on=date(2025, 12, 31), leaves=[(date(2025, 12, 1), None)])
    assert run(after_leaving).length == 1


def test_leave_does_not_undo_a_met_year_or_make_a_miss():
    leaves = [(date(2025, 1, 1), date(2025, 12, 31))]
    assert counted(run(somebody(leaves=leaves), MET))[2025] == "breaks"
    assert counted(run(somebody(leaves=leaves), NO_EVIDENCE))[2025] == "neutral"


# --- levels and departments


@pytest.mark.parametrize(("reading", "length"), [("continues", 3), ("restarts", 2)])
def test_a_change_of_level_counts_on_or_anew_as_the_policy_says(reading, length):
    person = somebody(
        {2024: "missed", 2023: ("junior", "missed"), 2022: ("junior", "met")}, history=JUNIOR_THEN_NOW
    )
    found = run(person, policy=rules(streak_level_change=reading))
    assert found.length == length
    assert ("重新计算" in whys(found)) == (reading == "restarts")


def test_levels_on_both_sides_of_an_unevidenced_year_are_compared():
    person = somebody(
        {2024: ("junior", "no_evidence"), 2023: ("junior", "missed")}, level="intermediate", history=()
    )
    assert run(person, policy=rules(streak_level_change="restarts")).length == 1
    gap = somebody({2023: ("junior", "missed")}, history=())  # 2024 has neither conclusion nor level
    assert run(gap, policy=rules(streak_level_change="restarts")).length == 1


@pytest.mark.parametrize(("reading", "length"), [("continues", 3), ("restarts", 2)])
@pytest.mark.parametrize("day", [date(2024, 1, 1), date(2024, 12, 31)])
def test_a_transfer_counts_on_or_anew_from_its_year_as_the_policy_says(day, reading, length):
    person = somebody({2024: "missed", 2023: "missed", 2022: "met"}, history=transferred(day))
    assert run(person, policy=rules(streak_transfer=reading)).length == length


def test_a_new_level_in_the_same_department_is_no_transfer():
    person = somebody({2024: "missed", 2023: ("junior", "missed")}, history=JUNIOR_THEN_NOW)
    assert run(person, policy=rules(streak_transfer="restarts")).length == 3


# --- rules left open


LONGEST = {"streak_level_change": 3}


@pytest.mark.parametrize("key", OPEN)
def test_what_hangs_on_a_rule_left_open_is_neutral_and_says_which(key):
    policy = rules(**{key: None})
    found = run(OPEN[key], policy=policy)
    assert found.length == 1
    assert f"办法尚未规定（{policy.parameters[key].label.zh}）" in whys(found)
    assert at_most(OPEN[key], Outcome.MISSED, policy).length == LONGEST.get(key, 2)


@pytest.mark.parametrize("key", OPEN)
def test_a_rule_left_open_that_nothing_hangs_on_changes_nothing(key):
    person = somebody({2024: "missed", 2023: "met"})
    policy = rules(**{key: None})
    assert run(person, policy=policy) == run(person) == at_most(person, Outcome.MISSED, policy)


def test_what_one_rule_settles_is_not_held_open_by_another():
    leave = [(date(2025, 6, 1), date(2025, 6, 9))]
    person = somebody(hired_on=date(2025, 3, 1), leaves=leave)
    found = run(person, policy=rules(streak_leave_days=None))
    assert "入职" in found.years[0].why.text()
    restarted = somebody({2024: ("junior", "missed")}, history=transferred(date(2025, 6, 1)))
    found = run(restarted, policy=rules(streak_transfer=None, streak_level_change="restarts"))
    assert counted(found)[2024] == "breaks"


# --- contradictions


@pytest.mark.parametrize(
    ("person", "told"),
    [
        (somebody({2024: ("junior", "missed")}), "2024 年的年度结论所记等级为初级，等级履历为中级"),
        (somebody({2024: "missed"}, hired_on=date(2025, 1, 1)), "2024 年有年度结论，但入职日期为"),
        (somebody({2024: "missed"}, left_on=date(2023, 12, 31)), "2024 年有年度结论，但离职日期为"),
        (
            somebody([EarlierOutcome(2024, "intermediate", "missed", "优秀客户经理")]),
            "荣誉称号“优秀客户经理”",
        ),
        (
            somebody([EarlierOutcome(2024, "intermediate", each, None) for each in ("missed", "met")]),
            "2024 年有不止一个年度结论",
        ),
    ],
    ids=["level", "hiring", "leaving", "honour", "two"],
)
def test_a_history_that_disagrees_with_itself_is_told(person, told):
    assert told in said(run(person).contradictions)


@pytest.mark.parametrize(
    "person",
    [
        somebody({2024: ("junior", "missed"), 2023: ("junior", "missed")}, history=()),
        somebody({2023: ("junior", "missed"), 2024: "missed"}, history=JUNIOR_THEN_NOW),
        somebody([EarlierOutcome(2024, "intermediate", "missed", "  ")]),
        somebody({2025: ("junior", "missed"), 2026: ("junior", "missed")}),
        somebody({2023: "missed"}, left_on=date(2023, 6, 30)),
        somebody({2024: "missed"}, hired_on=date(2024, 7, 1)),
        somebody([EarlierOutcome(2024, "intermediate", "met", "优秀客户经理")]),
        somebody([EarlierOutcome(2024, "intermediate", "missed", None)] * 2),
    ],
)
def test_a_history_that_agrees_with_itself_is_left_alone(person):
    assert run(person).contradictions == ()


def test_two_conclusions_that_differ_are_evidence_of_neither():
    both = somebody([EarlierOutcome(2024, "intermediate", each, None) for each in ("missed", "met")])
    assert run(both).years[1].outcome is Outcome.NO_EVIDENCE


# --- what always holds


@given(people(), OUTCOMES, POLICIES)
def test_a_run_is_never_longer_than_the_misses_there_are(person, outcome, policy):
    found = streak(person, outcome, policy)
    misses = sum(known.outcome == "missed" for known in person.outcomes) + (outcome is Outcome.MISSED)
    assert 0 <= found.length <= misses
    assert found.length == sum(mark.counted is Counted.EXTENDS for mark in found.years)
    assert all(mark.outcome is Outcome.MISSED for mark in found.years if mark.counted is Counted.EXTENDS)


@given(people(), OUTCOMES, POLICIES)
def test_a_year_that_is_not_plainly_counted_says_why(person, outcome, policy):
    for mark in streak(person, outcome, policy).years:
        assert (mark.why is None) == (mark.counted is Counted.EXTENDS or mark.outcome is Outcome.MET)


@given(people(), OUTCOMES, POLICIES)
def test_only_the_last_year_listed_may_break_and_the_years_have_no_gap(person, outcome, policy):
    years = streak(person, outcome, policy).years
    assert all(mark.counted is not Counted.BREAKS for mark in years[:-1])
    assert [mark.year for mark in years] == [YEAR - place for place in range(len(years))]


@given(people(), OUTCOMES, POLICIES, st.randoms(use_true_random=False))
def test_the_order_in_which_a_past_is_written_changes_nothing(person, outcome, policy, random: Random):
    shuffled = list(person.outcomes)
    random.shuffle(shuffled)
    history = list(person.history)
    random.shuffle(history)
    other = replace(person, outcomes=tuple(shuffled), history=tuple(history))
    assert streak(other, outcome, policy) == streak(person, outcome, policy)


@given(people(), OUTCOMES, POLICIES)
def test_the_certain_run_is_never_longer_than_the_strict_one(person, outcome, policy):
    assert streak(person, outcome, policy).length <= at_most(person, outcome, policy).length


@given(people(), OUTCOMES, POLICIES)
def test_the_length_lies_within_what_every_reading_of_the_open_rules_gives(person, outcome, policy):
    shortest = streak(person, outcome, policy).length
    longest = at_most(person, outcome, policy).length
    readings = [policy]
    for key, each in READINGS.items():
        if policy.value(key) is None:
            readings = [one.with_value(key, value) for one in readings for value in each if value is not None]
    assert {shortest <= streak(person, outcome, one).length <= longest for one in readings} == {True}


@given(st.lists(CONCLUSIONS, max_size=6), st.integers(0, 6))
def test_a_year_without_evidence_put_in_between_changes_no_length_where_it_is_neutral(past, place):
    shorter = somebody({2024 - back: each for back, each in enumerate(past)})
    place = min(place, len(past))
    longer = [*past[:place], "no_evidence", *past[place:]]
    person = somebody({2024 - back: each for back, each in enumerate(longer)})
    assert run(person).length == run(shorter).length


@given(people(), POLICIES)
def test_a_miss_that_becomes_unevidenced_never_makes_a_run_longer(person, policy):
    assert streak(person, Outcome.NO_EVIDENCE, policy).length <= streak(person, Outcome.MISSED, policy).length
