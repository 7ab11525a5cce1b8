"""What a department may know of how its cases went, and where records and record differ. Policy 1.3.a, 4."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmreview.exact_json import canonical, encode
from cmreview.process.committee import Person, Role
from cmreview.process.events import (
    Admitted,
    Appealed,
    AppealHeard,
    AppealSettled,
    Applied,
    Decided,
    ItemScore,
    NotAppointed,
    Publicised,
    Recommendation,
    Recused,
    ReviewDecision,
    Reviewed,
    Scored,
    ScoresOpened,
    Voided,
)
from cmreview.process.stages import Stage
from cmreview.review.case import build_review
from cmreview.review.committee.cases import panel_scores
from cmreview.review.committee.recorded import with_proceedings
from cmreview.review.counting.indicators import manager_years
from cmreview.terms import Outcome
from tests.builders import DEPARTMENT, make_records
from tests.review.committee.course import HEAD, MEMBERS, Course, committee, policy

APPLICATION = {
    "manager_id": "1",
    "target_level": "junior",
    "applied_on": "2025-12-10",
    "evidence": "业绩表.pdf",
}
OTHER = "销售二部"


def reviewed(course, *applications, people=(("1", DEPARTMENT),), **tables):
    roster = [{"manager_id": one, "department": department} for one, department in people]
    records = make_records(managers=roster, applications=applications or [APPLICATION], **tables)
    return build_review(records, course.policy, frame=frame(people), record=course.record())


@cache
def frame(people):
    """The frame of people who signed nothing: the same whatever they applied for."""
    roster = [{"manager_id": one, "department": department} for one, department in people]
    return manager_years(make_records(managers=roster), policy())


@cache
def handed_in(people=(("1", DEPARTMENT),)):
    """The cases of people who applied for junior, before anything is added from a record."""
    roster = [{"manager_id": one, "department": department} for one, department in people]
    asked_for = [{**APPLICATION, "manager_id": one} for one, _ in people]
    records = make_records(managers=roster, applications=asked_for)
    return build_review(records, policy(), frame=frame(people)).cases


def recorded(course, people=(("1", DEPARTMENT),)):
    return with_proceedings(handed_in(people), course.record(), course.policy)


def went(course):
    return recorded(course)[0].proceedings


def asked(course):
    return [told.key for told in recorded(course)[0].questions if told.key.startswith("proceedings.")]


def lines(proceedings, lang="zh"):
    return [entry.told.text(lang) for entry in proceedings.entries]


# --- what is told


def test_without_a_record_a_case_says_nothing_of_its_process():
    assert handed_in()[0].proceedings is None


def test_the_course_of_a_case_is_told_from_application_to_appointment():
    course = Course()
    course.appointed("1")
    found = went(course)
    assert found.stage is Stage.APPOINTED
    assert found.since == date(2026, 1, 28)
    assert lines(found) == [
        "申报初级",
        "部门初审：通过",
        "报送委员会",
        "公开评分",
        "评审决定：通过",
        "公示，2026年1月21日至2026年1月27日",
        "聘任为初级，2026年2月1日起生效",
    ]
    assert found.decision.recommendation is Recommendation.APPROVE
    assert (found.publicity.first, found.publicity.last) == (date(2026, 1, 21), date(2026, 1, 27))
    assert found.appointment.certificate_number == "C-2026-1"
    assert found.opinion.reviewer == HEAD


def test_a_decision_is_shown_beside_the_recommendation_with_its_reason():
    course = Course()
    course.opened("1")
    departing = Decided(True, date(2026, 1, 20), MEMBERS, Recommendation.DECLINE, 5, 0, 0)
    course.step("1", departing, "P1", reason="重大项目贡献突出")
    made = went(course).decision
    assert (made.approved, made.recommendation) == (True, Recommendation.DECLINE)
    assert made.reason == "重大项目贡献突出"


def test_an_appeal_is_shown_without_who_objected_and_what_they_said():
    course = Course()
    course.publicised("1")
    appeal = course.step("1", Appealed("李检举", date(2026, 1, 27), "合同重复计算"), on=date(2026, 1, 27))
    states = [went(course).appeals[0].state]
    course.step("1", AppealHeard(appeal.number, date(2026, 1, 27), ("P3",)), on=date(2026, 1, 27))
    states.append(went(course).appeals[0].state)
    settled = AppealSettled(appeal.number, False, date(2026, 1, 28))
    course.step("1", settled, "P1", date(2026, 1, 28), reason="李检举所述与台账不符")
    found = went(course)
    assert [*states, found.appeals[0].state] == ["open", "heard", "refused"]
    told = canonical(encode(found)).decode()
    assert "李检举" not in told
    assert "重复计算" not in told


def test_an_upheld_appeal_leads_to_another_decision_that_says_it_is_one():
    course = Course()
    course.publicised("1")
    day = date(2026, 1, 27)
    appeal = course.step("1", Appealed("某人", day, "有误"), on=day)
    course.step("1", AppealHeard(appeal.number, day, ("P3",)), on=day)
    course.step("1", AppealSettled(appeal.number, True, day), "P1", day, reason="属实")
    assert went(course).stage is Stage.IN_COMMITTEE
    course.step("1", Decided(False, day, MEMBERS, Recommendation.DECLINE, 0, 5, 0), "P1", day)
    assert went(course).decision.earlier == 1


def test_a_corrected_entry_says_so_and_a_voided_one_is_gone():
    course = Course()
    course.applied("1")
    reviewed_ = Reviewed(ReviewDecision.RETURNED, "缺合同", HEAD, date(2025, 12, 20))
    wrong = course.step("1", reviewed_)
    passed = replace(reviewed_, decision=ReviewDecision.PASSED, opinion="材料齐全")
    course.step("1", passed, reason="选错", corrects=wrong.number)
    found = went(course)
    assert [(entry.corrected, entry.told.text("en")) for entry in found.entries] == [
        (False, "applied for junior"),
        (True, "preliminary review: passed"),
    ]
    assert found.opinion.opinion == "材料齐全"
    course.step("1", Voided(wrong.number), reason="误录")
    assert lines(went(course)) == ["申报初级"]
    assert went(course).opinion is None


def test_why_a_case_ended_without_an_appointment_is_shown():
    course = Course()
    course.publicised("1", approved=False)
    course.step("1", NotAppointed(date(2026, 1, 28)), on=date(2026, 1, 28), reason="评审未通过")
    assert went(course).closing_reason == "评审未通过"


def test_an_application_of_which_nothing_is_recorded_says_so_and_is_asked_about():
    course = Course()
    assert went(course).stage is Stage.NOTHING
    assert asked(course) == ["proceedings.differs.not_recorded"]


# --- scores


def test_closed_scores_are_not_in_what_a_department_may_know():
    course = Course()
    course.referred("1")
    before = went(course)
    course.scored("1", "71", "72", "73", "74", "75")
    found = went(course)
    assert found == before  # not even that somebody has scored
    assert (found.scores, found.panel) == ("closed", None)


def test_an_opened_score_is_shown_with_the_number_of_scores_and_its_line():
    course = Course()
    course.opened("1", "60", "70", "71", "72", "100")
    panel = went(course).panel
    assert (panel.score, panel.counted, panel.line) == (Fraction(71), 5, Fraction(70))
    assert panel.outcome is Outcome.MET
    assert panel.items == ()


@pytest.mark.parametrize("word", ["none", None])
def test_where_the_policy_shows_no_scores_or_leaves_it_open_none_is_shown(word):
    course = Course(policy(scores_shown_to_department=word))
    course.opened("1")
    found = went(course)
    assert (found.scores, found.panel) == ("hidden", None)


def test_means_of_the_items_are_shown_where_the_policy_says_so():
    course = Course(policy(scores_shown_to_department="items"))
    course.opened("1", "80", "82", "84", "86", "88")
    panel = went(course).panel
    assert [(one.label.zh, one.points, one.counted) for one in panel.items] == [
        ("业绩汇报", Fraction(84), 5),
        ("答辩", Fraction(84), 5),
        ("综合评估", Fraction(84), 5),
    ]


@pytest.mark.parametrize("shown", ["total", "items"])
def test_too_few_scores_show_neither_total_nor_means_that_would_be_one_members(shown):
    course = Course(policy(scores_shown_to_department=shown))
    course.opened("1", "77", "78", None, None, None)
    panel = went(course).panel
    assert (panel.score, panel.items, panel.counted) == (None, (), 2)
    assert panel.outcome is Outcome.NO_EVIDENCE
    assert panel.reason.key == "panel.evidence.too_few"


def test_a_recused_members_sheet_counts_neither_in_the_total_nor_in_the_means():
    course = Course(policy(scores_shown_to_department="items"))
    course.referred("1")
    course.scored("1", "80", "80", "80", "80", "20")
    course.step("1", Recused("P5"), "P5", reason="曾为同学")
    course.opened("2")  # somebody else's case goes on with all five
    course.step("1", ScoresOpened(), "P1")
    found = went(course)
    assert (found.panel.score, found.panel.counted, found.recused) == (Fraction(80), 4, 1)
    assert {item.points for item in found.panel.items} == {Fraction(80)}


def test_a_correction_for_severity_that_fails_names_no_member():
    """The reason may list candidates and members of the whole company, so it stays with the committee."""
    course = Course(policy(severity_correction="on"))
    course.opened("1", "80", "82", "84", None, None)
    found = went(course)
    assert found.panel.score is None
    assert found.panel.reason is None


SECRETS = (
    "评委P",
    "秘密评语",
    "某举报人",
    "同乡关系",
    "某事",
)  # names, comment, appellant, ground, objection
SHEETS = ("245/4", "147/2", "339/4", "389/4")  # what single members gave


def test_nothing_that_stays_with_the_committee_is_in_a_departments_review():
    """Names and ids of members, single sheets, comments, who is recused and why, who objected."""
    course = Course(policy(scores_shown_to_department="items"))
    course.referred("1")
    for member, points in zip(MEMBERS[:4], ("61.25", "73.5", "84.75", "97.25"), strict=True):
        marks = tuple(ItemScore(item.id, Decimal(points)) for item in course.desk.setting.rules.items)
        course.step("1", Scored(member, marks, "秘密评语"), member)
    course.step("1", Recused("P5"), reason="同乡关系")
    course.step("1", ScoresOpened(), "P1")
    votes = Decided(True, date(2026, 1, 20), MEMBERS[:4], Recommendation.APPROVE, 3, 1, 0)
    course.step("1", votes, "P1")
    course.step("1", Publicised(date(2026, 1, 20), date(2026, 1, 21), date(2026, 1, 27)))
    course.step("1", Appealed("某举报人", date(2026, 1, 21), "某事"), on=date(2026, 1, 21))
    _, review = reviewed(course).by_department[0]
    told = canonical(encode(review)).decode()
    assert [secret for secret in (*SECRETS, *SHEETS) if secret in told] == []
    assert [member for member in MEMBERS if f'"{member}"' in told] == []
    assert review.applicants[0].proceedings.recused == 1


@settings(max_examples=20)
@given(points=st.lists(st.integers(0, 100), min_size=5, max_size=5))
def test_what_others_score_in_another_department_changes_nothing_here(points):
    course = Course()
    course.opened("1")
    course.referred("2", department=OTHER)
    people = (("1", DEPARTMENT), ("2", OTHER))
    first, second = recorded(course, people)
    course.scored("2", *(str(one) for one in points))
    course.step("2", ScoresOpened(), "P1")
    then = recorded(course, people)
    assert then[0] == first
    assert then[1] != second


# --- where records and record differ


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"on": date(2025, 12, 11)}, "applied_on"),
        ({"target": "intermediate"}, "target"),
        ({"department": OTHER}, "department"),
    ],
)
def test_an_application_recorded_otherwise_than_handed_in_is_asked_about(changed, key):
    course = Course(people=committee(Person("R2", "乙处长", OTHER, (Role.REVIEWER,))))
    course.applied("1", **changed)
    assert asked(course) == [f"proceedings.differs.{key}"]


def test_an_application_recorded_as_handed_in_raises_no_question():
    course = Course()
    course.applied("1")
    assert asked(course) == []


def test_a_preliminary_review_recorded_otherwise_is_asked_about():
    course = Course()
    course.applied("1")
    course.step("1", Reviewed(ReviewDecision.REFUSED, "学历不符", HEAD, date(2025, 12, 20)))
    handed_in = {"manager_id": "1", "year": 2025, "reviewed_on": "2025-12-20"}
    case = reviewed(course, preliminary_reviews=[handed_in]).cases[0]
    (told,) = [one for one in case.questions if one.key == "proceedings.differs.review"]
    assert told.text("zh") == "登记的初审结论为“不通过”，记录中为“通过”，请核实。"
    assert case.preliminary.decision == "passed"  # the records' own stays what it is


def test_a_recorded_preliminary_review_stands_where_the_records_hand_in_none():
    course = Course()
    course.referred("1")
    case = reviewed(course).cases[0]
    assert (case.preliminary.decision, case.preliminary.reviewer) == ("passed", HEAD)
    assert "review.question.no_preliminary" not in [told.key for told in case.questions]


def test_a_recorded_case_without_an_application_in_the_records_is_told_to_its_department():
    course = Course()
    course.applied("1")
    course.applied("2")
    _, review = reviewed(course, people=(("1", DEPARTMENT), ("2", DEPARTMENT))).by_department[0]
    (told,) = [note for note in review.notes if note.key.startswith("proceedings.")]
    assert told.text("zh") == "2（2）的个案已登记（待部门初审），部门提交的记录中没有其本年度申报，请核实。"
    assert review.others[0].proceedings.stage is Stage.APPLIED


def test_a_recorded_case_of_nobody_on_the_roster_is_told_to_the_department_it_names():
    course = Course()
    course.applied("404")
    _, review = reviewed(course).by_department[0]
    assert "proceedings.differs.not_on_roster" in [note.key for note in review.notes]


# --- admission


LATE = APPLICATION | {"applied_on": "2026-01-20"}


def late(course):
    course.step("1", Applied("1", DEPARTMENT, None, "junior", date(2026, 1, 20), ("业绩表.pdf",)))


def test_an_admission_that_is_recorded_lets_the_application_be_reviewed():
    course = Course()
    late(course)
    waiting = reviewed(course, LATE).cases[0]
    assert waiting.verdicts == ()
    course.step("1", Admitted(), reason="系统故障")
    case = reviewed(course, LATE).cases[0]
    assert case.application.admitted_by == "秘书"
    assert case.verdicts != ()


def test_a_chair_who_admits_is_not_named_to_the_department():
    course = Course()
    late(course)
    course.step("1", Admitted(), "P1", reason="系统故障")
    assert reviewed(course, LATE).cases[0].application.admitted_by == "示例"


def test_an_admission_holds_for_the_application_that_was_recorded_and_no_other():
    course = Course()
    late(course)
    course.step("1", Admitted(), reason="系统故障")
    case = reviewed(course, LATE | {"target_level": "intermediate"}).cases[0]
    assert case.application.awaits_admission
    assert case.verdicts == ()


def test_an_application_that_the_records_admit_and_the_ledger_does_not_is_asked_about():
    course = Course()
    late(course)
    case = reviewed(course, LATE | {"admitted_by": "刘敏"}).cases[0]
    assert "proceedings.differs.admission" in [told.key for told in case.questions]


# --- as of a day


def test_the_record_is_told_as_of_its_last_event():
    course = Course()
    assert course.record().as_of == date(2025, 12, 31)
    course.appointed("1")
    assert course.record().as_of == date(2026, 1, 28)
    assert course.record().scores == panel_scores(
        course.desk.states(), course.committee, course.policy, date(2026, 1, 28)
    )
