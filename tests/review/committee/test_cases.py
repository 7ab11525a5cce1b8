"""The year's cases as the committee has them before it. Policy 1.3.a, 4.3."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from cmreview.process.committee import Person, Role
from cmreview.process.events import Recommendation, Recused, ScoresOpened, Withdrawn, case_id
from cmreview.review.committee.cases import (
    committee_cases,
    panel_results,
    panel_scores,
    recommendations,
    recused_members,
)
from cmreview.review.model import Application, Case, Overall, Review, Score
from cmreview.review.model import Person as Manager
from cmreview.review.panel.decision import COMBINED, ELIGIBILITY, PANEL
from cmreview.review.told import Told
from cmreview.terms import Outcome, Result
from tests.builders import DEPARTMENT
from tests.review.committee.course import YEAR, Course, committee, policy

SITTING = date(2026, 1, 20)


def case(manager, target="junior", result=Result.ELIGIBLE, applied=True):
    """Somebody who is eligible with a performance score just on the thresholds."""
    who = Manager(manager, manager, DEPARTMENT, None, None, None, None, None, (), (), ())
    application = Application(target, date(2025, 12, 10), ("业绩表.pdf",), late=False)
    return Case(
        person=who,
        application=application if applied else None,
        preliminary=None,
        facts=(),
        verdicts=(),
        overall=Overall(result, Told("decision.all_met"), 6, 0, 0, 0),
        score=Score(Fraction(1), Fraction(1), (), None),
        declared=(),
        questions=(),
        trend=(),
        sources=(),
    )


def review(*cases):
    return Review(YEAR, cases, (DEPARTMENT,), frozenset(), ())


def before_it(course, *cases, day=SITTING):
    found = committee_cases(review(*cases), course.desk.states(), course.committee, course.policy, day)
    return {each.state.manager_id: each for each in found}


def scores(course, day=SITTING):
    found = panel_scores(course.desk.states(), course.committee, course.policy, day)
    return {case.split("/")[1]: score for case, score in found.items()}


def test_a_case_comes_with_its_facts_stage_score_and_recommendation():
    course = Course()
    course.opened("1", "80", "82", "84", "86", "88")
    found = before_it(course, case("1"))["1"]
    assert found.case == case("1")
    assert found.state == course.desk.state(case_id(YEAR, "1"))
    assert found.panel.score == 84
    assert found.advice.recommendation is Recommendation.APPROVE
    assert found.advice.part(COMBINED).value == Fraction(60, 100) + Fraction(40, 100) * Fraction(84, 100)


def test_nobody_learns_a_closed_score_from_a_total_or_a_recommendation():
    course = Course()
    course.referred("1")
    course.scored("1", "1", "1", "1", "1", "1")
    found = before_it(course, case("1"))["1"]
    assert found.panel is None
    assert found.advice.recommendation is Recommendation.UNDECIDED
    assert found.advice.part(PANEL).value is None
    course.step("1", ScoresOpened(), "P1")
    assert before_it(course, case("1"))["1"].advice.recommendation is Recommendation.DECLINE


def test_the_recommendations_are_those_of_the_cases():
    course = Course()
    course.opened("1")
    course.opened("2", "10", "10", "10", "10", "10")
    course.referred("3")
    cases = review(case("1"), case("2"), case("3"))
    found = recommendations(cases, course.desk.states(), course.committee, course.policy, SITTING)
    assert {id_: one.value for id_, one in found.items()} == {
        "2025/1": "approve",
        "2025/2": "decline",
        "2025/3": "undecided",
    }


def test_a_sheet_handed_in_before_the_recusal_is_left_out():
    course = Course()
    course.referred("1")
    course.scored("1", "80", "80", "80", "80", "0")
    course.step("1", Recused("P5"), "P5", reason="亲属")
    course.step("1", ScoresOpened(), "P1")
    found = scores(course)["1"]
    assert (found.score, found.counted, found.recused) == (80, 4, ("P5",))
    assert found.missing == ()


def test_who_is_recused_by_the_rules_is_not_missing():
    colleague = Person("P6", "同部门评委", DEPARTMENT, (Role.MEMBER,))
    course = Course(people=committee(colleague))
    course.opened("1")
    assert scores(course)["1"].recused == ("P6",)
    assert scores(course)["1"].missing == ()
    state = course.desk.state(case_id(YEAR, "1"))
    assert recused_members(state, course.committee, course.desk.setting.rules, SITTING) == ("P6",)


def test_a_member_who_did_not_score_is_missing_and_never_a_zero():
    course = Course()
    course.opened("1", "80", "80", "80", "80", None)
    found = scores(course)["1"]
    assert (found.score, found.missing) == (80, ("P5",))


def test_whoever_joins_the_committee_after_the_decision_is_not_missing_from_it():
    newcomer = Person("P6", "新评委", "法务部", (Role.MEMBER,), since=date(2026, 3, 1))
    course = Course(people=committee(newcomer))
    course.decided("1")
    course.opened("2")
    found = scores(course, day=date(2026, 3, 2))
    assert found["1"].missing == ()
    assert found["1"].recused == ()  # nor recused: it was none of theirs
    assert found["2"].missing == ("P6",)


def test_candidates_for_one_level_are_one_group_and_those_for_another_are_not():
    course = Course()
    for manager, target in (("1", "junior"), ("2", "junior"), ("3", "senior")):
        course.opened(manager, "80", "82", "84", "86", "88", target=target)
    assert [scores(course)[one].places.place for one in "123"] == [1, 1, 1]
    found = panel_results(course.desk.states(), course.committee, course.policy, SITTING)
    assert {level: [each.candidate for each in one.scores] for level, one in found.items()} == {
        "junior": ["2025/1", "2025/2"],
        "senior": ["2025/3"],
    }


def test_a_withdrawn_case_is_no_candidate_any_more():
    course = Course()
    course.opened("1")
    course.opened("2", "90", "90", "90", "90", "90")
    course.step("2", Withdrawn(SITTING), reason="本人撤回")
    assert list(scores(course)) == ["1"]
    assert set(before_it(course, case("1"), case("2"))) == {"1", "2"}  # and yet it is listed


@pytest.mark.parametrize(
    ("cases", "reason"),
    [
        ((), "decision.nobody"),
        ((case("1", applied=False),), "decision.no_application"),
        ((case("1", target="senior"),), "decision.other_target"),
    ],
    ids=["not on the roster", "no application", "another level"],
)
def test_nothing_is_recommended_where_the_records_do_not_bear_it(cases, reason):
    """Verdicts of another level than the one applied for would recommend the wrong thing."""
    course = Course()
    course.opened("1", "100", "100", "100", "100", "100")
    advice = before_it(course, *cases)["1"].advice
    assert advice.recommendation is Recommendation.UNDECIDED
    assert advice.reason.key == reason
    assert {part.outcome for part in advice.parts} == {Outcome.NO_EVIDENCE}


def test_the_recommendation_to_an_ineligible_person_is_to_decline_whatever_the_scores():
    course = Course()
    course.opened("1", "100", "100", "100", "100", "100")
    advice = before_it(course, case("1", result=Result.NOT_ELIGIBLE))["1"].advice
    assert advice.recommendation is Recommendation.DECLINE
    assert advice.part(ELIGIBILITY).outcome is Outcome.MISSED


def test_blank_rules_of_the_panel_give_no_recommendation_and_no_score():
    course = Course(policy(score_method=None))
    course.opened("1")
    found = before_it(course, case("1"))["1"]
    assert found.panel.score is None
    assert found.panel.outcome is Outcome.NO_RULE
    assert found.advice.recommendation is Recommendation.UNDECIDED


def test_an_empty_record_has_no_cases():
    assert before_it(Course(), case("1")) == {}
