"""Papers of rewards and penalties rest on what people decided; a checklist is no notice (Policy 5.4)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import pytest

from cmreview.errors import FileError
from cmreview.process.committee import Person, Role
from cmreview.process.events import LegalStep, MeasureDecided, case_id
from cmreview.process.measures import LEGAL_STEPS, LawStep, Measure, Standing
from cmreview.show.papers.choice import Wanted
from cmreview.show.papers.documents import render
from cmreview.show.papers.making import make
from cmreview.show.papers.measure_making import months_later
from cmreview.terms import Outcome
from tests.review.committee.course import REVIEWER, SECRETARY, YEAR, Course, committee, policy
from tests.show.papers.archive import of_course, of_example
from tests.show.papers.word_files import lines, template

EVERYTHING = Wanted()
DAY, LATER = date(2026, 3, 6), date(2026, 4, 1)


@cache
def advised(measure, standing=Standing.DUE):
    """Those of the example of whom a measure is advised, by id."""
    found = [
        case
        for case in of_example().review.cases
        if case.consequences is not None
        and (advice := case.consequences.of(measure)) is not None
        and advice.standing is standing
    ]
    assert found
    return tuple(sorted(found, key=lambda case: case.person.manager_id))


def decide(course, case, measure, agreed=True, reason="经研究决定", **values):
    """The chair records a decision on somebody."""
    person = case.person
    advice = case.consequences.of(measure)
    said = Standing.NOT_DUE if advice is None else advice.standing
    if agreed:
        values = {"effective_on": LATER} | values
    payload = MeasureDecided(
        measure, agreed, DAY, said, person.name, person.department, person.level, **values
    )
    course.step(person.manager_id, payload, "P1", on=DAY, reason=reason)


def the(kind, course, wanted=EVERYTHING):
    (one,) = make(kind, of_course(course, of_example().review), wanted).made
    return one.paper


def only(case):
    return Wanted(cases={case_id(YEAR, case.person.manager_id)})


def text(paper, lang="zh"):
    return "\n".join(lines(render(paper, None, lang)))


# --- warning and improvement plan (Policy 5.4.e) -------------------------------------------------------


@pytest.fixture
def warned():
    """A course in which the first of those to be warned was."""
    course, case = Course(), advised(Measure.WARNING)[0]
    decide(course, case, Measure.WARNING)
    return course, case


def test_a_warning_lists_what_was_missed_with_figure_and_threshold_and_nothing_else(warned):
    course, case = warned
    paper = the("warning", course)
    missed = [verdict.criterion for verdict in case.held if verdict.outcome is Outcome.MISSED]
    assert missed
    assert [one.clause for one in paper.missed] == missed
    assert all(one.threshold and one.value and one.short for one in paper.missed)
    assert (paper.name, paper.manager_id) == (case.person.name, case.person.manager_id)
    assert (paper.decided_on, paper.reason) == (DAY, "经研究决定")
    assert len(paper.expected) == len(missed)


def test_time_to_improve_and_to_object_are_the_policys(warned):
    course, _ = warned
    paper = the("warning", course)
    assert (paper.months, paper.starts_on, paper.until) == (6, LATER, date(2026, 10, 1))
    assert paper.objection_days == 10
    said = text(paper)
    assert "改进期为6个月，自2026年4月1日起至2026年10月1日止" in said
    assert "自收到本通知之日起10个工作日内" in said


def test_what_the_policy_leaves_open_is_no_number_on_paper():
    course = Course(policy(improvement_months=None, objection_days=None))
    decide(course, advised(Measure.WARNING)[0], Measure.WARNING)
    paper = the("warning", course)
    assert (paper.months, paper.until, paper.objection_days) == (None, None, None)
    said = text(paper)
    assert "改进的期限由部门与您商定" in said
    assert "个工作日" not in said
    plan = the("improvement_plan", course)
    assert (plan.ends_on, plan.checkpoints) == (None, ())
    assert "由部门与本人商定" in text(plan)


def test_a_plan_takes_its_goals_from_the_missed_criteria_and_its_days_from_the_policy(warned):
    course, case = warned
    plan = the("improvement_plan", course)
    missed = [verdict.criterion for verdict in case.held if verdict.outcome is Outcome.MISSED]
    assert [goal.clause for goal in plan.goals] == missed
    assert (plan.starts_on, plan.ends_on) == (LATER, date(2026, 10, 1))
    assert plan.checkpoints == tuple(date(2026, month, 1) for month in range(5, 10))
    said = lines(render(plan))
    assert said.count("2026年10月1日（期满评估）") == 1
    assert "2026年5月1日" in said


@pytest.mark.parametrize(("every", "months"), [(2, (6, 8)), (4, (8,)), (6, ()), (7, ()), (None, ())], ids=str)
def test_reviews_of_progress_lie_as_far_apart_as_the_policy_says_and_before_the_end(every, months):
    course = Course(policy(improvement_check_months=None if every is None else Decimal(every)))
    decide(course, advised(Measure.WARNING)[0], Measure.WARNING)
    plan = the("improvement_plan", course)
    assert plan.checkpoints == tuple(date(2026, month, 1) for month in months)
    assert plan.ends_on == date(2026, 10, 1)


def test_a_goal_says_how_many_customers_a_share_comes_to():
    course = Course()
    case, goal = next(
        (case, goal.criterion)
        for case in advised(Measure.WARNING)
        for goal in case.consequences.of(Measure.WARNING).goals
        if goal.indicator == "long_term_share"
    )
    decide(course, case, Measure.WARNING)
    (what,) = [one.what for one in the("improvement_plan", course).goals if one.clause == goal]
    assert re.search("还差 .*个百分点，服务客户数不变时，即再有 [0-9]+ 个长期合作客户", what)


def test_a_plan_proposes_the_support_that_is_known_and_else_leaves_a_line(warned):
    course, case = warned
    assert "由部门与本人商定：＿＿" in text(the("improvement_plan", course))
    archive = replace(
        of_course(course, of_example().review), support={case.person.manager_id: ("安排工程师陪同拜访",)}
    )
    (one,) = make("improvement_plan", archive, EVERYTHING).made
    assert one.paper.support == ("安排工程师陪同拜访",)
    assert "（1）安排工程师陪同拜访" in text(one.paper)


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2025, 12, 1), 1, date(2026, 1, 1)),
        (date(2025, 1, 15), 12, date(2026, 1, 15)),
    ],
    ids=["short_month", "leap_year", "over_new_year", "a_year"],
)
def test_a_month_later_is_the_same_day_or_the_months_last(day, months, after):
    assert months_later(day, months) == after


@pytest.mark.parametrize("kind", ["warning", "improvement_plan"])
def test_a_notice_in_english_is_whole_too(kind, warned):
    course, case = warned
    archive = replace(of_course(course, of_example("en").review), lang="en")
    (one,) = make(kind, archive, EVERYTHING).made
    said = text(one.paper, "en")
    assert "1 October 2026" in said
    assert case.person.manager_id in said
    assert not re.search(r"[{}]|None", said)


def test_a_decision_against_a_warning_makes_no_paper_and_is_told():
    course, case = Course(), advised(Measure.WARNING)[0]
    decide(course, case, Measure.WARNING, agreed=False)
    making = make("warning", of_course(course, of_example().review), only(case))
    assert making.made == ()
    assert [(one.why.key, one.is_pending) for one in making.missing] == [("measure_papers.not_agreed", False)]


def test_nobody_is_warned_by_the_figures_alone():
    making = make("warning", of_course(Course(), of_example().review), EVERYTHING)
    assert making.made == ()
    asked = (*advised(Measure.WARNING), *advised(Measure.WARNING, Standing.COMMITTEE))
    assert {(one.case, one.why.key, one.is_pending) for one in making.missing} == {
        (case_id(YEAR, case.person.manager_id), "measure_papers.undecided", True) for case in asked
    }


def test_who_is_recommended_for_nothing_lacks_no_paper():
    course, case = Course(), advised(Measure.WARNING, Standing.NOT_DUE)[0]
    course.applied(case.person.manager_id)
    (one,) = make("warning", of_course(course, of_example().review), only(case)).missing
    assert (one.why.key, one.is_pending) == ("measure_papers.not_needed", False)


def test_who_is_recommended_for_the_title_is_told_while_nobody_decided():
    course, case = Course(), advised(Measure.HONOUR)[0]
    (one,) = make("commendation", of_course(course, of_example().review), only(case)).missing
    assert (one.why.key, one.is_pending) == ("measure_papers.undecided", True)


def test_papers_of_penalties_are_given_to_the_committee_and_its_secretary_alone(warned):
    course, _ = warned
    people = course.committee.people
    for kind in ("warning", "improvement_plan"):
        assert the(kind, course, Wanted(reader=people[SECRETARY]))
        archive = of_course(course, of_example().review)
        making = make(kind, archive, Wanted(reader=people[REVIEWER]))
        assert (making.made, making.missing) == ((), ())


def test_a_member_who_is_kin_is_given_no_paper_of_the_case():
    case = advised(Measure.WARNING)[0]
    kin = Person("P6", "评委P6", "部门P6", (Role.MEMBER,), relations=(case.person.manager_id,))
    course = Course(people=committee(kin))
    decide(course, case, Measure.WARNING)
    archive = of_course(course, of_example().review)
    assert make("warning", archive, Wanted(reader=kin)).made == ()


# --- demotion (Policy 5.4.f) ----------------------------------------------------------------------------


def test_a_change_of_level_tells_both_levels_from_when_and_the_years_behind_it():
    course, case = Course(), advised(Measure.DEMOTION)[0]
    to_level = case.consequences.of(Measure.DEMOTION).to_level
    decide(course, case, Measure.DEMOTION, to_level=to_level)
    paper = the("demotion", course)
    archive = of_example()
    assert (paper.level_held, paper.level_after) == (
        archive.level(case.person.level),
        archive.level(to_level),
    )
    assert paper.effective_on == LATER
    streak = case.consequences.streak
    assert [(one.year, one.outcome) for one in paper.years] == [
        (mark.year, mark.outcome.value) for mark in streak.years
    ]
    said = text(paper)
    assert f"将您的等级由{paper.level_held}调整为{paper.level_after}" in said
    assert "以书面形式确认" in said


# --- commendation (Policy 5.4.b) ------------------------------------------------------------------------


def test_a_commendation_names_the_honoured_and_no_figure():
    course = Course()
    honoured = advised(Measure.HONOUR)[:3]
    for case in honoured:
        decide(course, case, Measure.HONOUR)
    decide(course, advised(Measure.HONOUR)[3], Measure.HONOUR, agreed=False)
    paper = the("commendation", course)
    assert [person.name for person in paper.people] == [case.person.name for case in honoured]
    assert paper.dated == DAY
    said = text(paper)
    for case in honoured:
        assert case.person.manager_id not in said
    assert "得分" not in said
    assert "%" not in said
    archive = of_course(course, of_example().review)
    (turned_down,) = make("commendation", archive, only(advised(Measure.HONOUR)[3])).missing
    assert turned_down.why.key == "measure_papers.not_agreed"
    whole = the("commendation", course, Wanted(cases={case_id(YEAR, honoured[0].person.manager_id)}))
    assert whole == paper


def test_there_is_no_commendation_of_nobody():
    course = Course()
    course.applied("甲")
    making = make("commendation", of_course(course), EVERYTHING)
    assert making.made == ()
    assert [(one.case, one.why.key) for one in making.missing] == [
        ("2025/甲", "measure_papers.none_recorded")
    ]


# --- the steps of the law (Policy 5.4.g) ------------------------------------------------------------------


def checklist_of(course, case):
    (one,) = make(
        "legal_checklist",
        of_course(course, of_example().review),
        Wanted(cases={case_id(YEAR, case.person.manager_id)}),
    ).made
    return one.paper


def test_a_checklist_has_every_step_of_the_law_and_says_that_it_is_no_notice():
    case = advised(Measure.DISMISSAL, Standing.COMMITTEE)[0]
    paper = checklist_of(Course(), case)
    assert len(paper.steps) == len(LEGAL_STEPS)
    assert {step.state for step in paper.steps} == {"open"}
    assert (paper.open_steps, paper.is_complete, paper.notice_days) == (len(LEGAL_STEPS), False, 30)
    said = text(paper)
    assert "不是解除劳动合同的通知" in said
    assert "不得作出解除劳动合同的决定" in said


def test_a_step_is_on_the_checklist_with_its_day_document_and_whoever_recorded_it():
    case = advised(Measure.DISMISSAL, Standing.COMMITTEE)[0]
    course, person = Course(), case.person
    for at, step in enumerate(LawStep):
        day = DAY + timedelta(at)
        payload = LegalStep(step, day, f"文件{at}", person.name, person.department)
        course.step(person.manager_id, payload, SECRETARY, on=day)
        paper = checklist_of(course, case)
        assert paper.open_steps == len(LEGAL_STEPS) - at - 1
        assert paper.is_complete == (paper.open_steps == 0)
    assert {step.recorded_by for step in paper.steps} == {"秘书"}
    assert [step.document for step in paper.steps] == [f"文件{at}" for at in range(len(LEGAL_STEPS))]
    assert paper.dated == day
    said = text(paper)
    assert "全部步骤均已有记录" in said
    assert "不得作出" not in said
    assert "不是解除劳动合同的通知" in said


def test_who_is_not_before_the_committee_for_it_has_no_checklist():
    everybody = make("legal_checklist", of_course(Course(), of_example().review), EVERYTHING).made
    asked = advised(Measure.DISMISSAL, Standing.COMMITTEE)
    assert [one.paper.manager_id for one in everybody] == [case.person.manager_id for case in asked]


# --- templates ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["warning", "improvement_plan"])
def test_a_field_that_the_paper_does_not_have_is_told(kind, warned, tmp_path):
    course, _ = warned
    path = template(tmp_path / "a.docx", "{{ salary }}")
    with pytest.raises(FileError) as error:
        render(the(kind, course), path)
    assert error.value.code == "papers.unknown_field"
    assert error.value.values["field"] == "salary"
