"""Corrections and entries taken back: what follows still stands, nothing changes unseen. Policy 1.3.a."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cmreview.process import events as record
from cmreview.process.events import ReviewDecision
from cmreview.process.stages import Stage, effective, standing
from tests.process import cases
from tests.process.cases import AFTER, DECIDED, LAST, POSTED, SCORED, on, sheet


def points(told, member="P05"):
    found = told.state.sheet_of(member)
    return None if found is None else found[1].scores[0].points


# --- scores


def test_a_member_changes_the_own_score_before_the_opening_without_a_reason():
    told = cases.scored()
    told.take(sheet(points="85"), "P05", SCORED, corrects=told.last)
    assert points(told) == Decimal(85)


@pytest.mark.parametrize("reason", [None, "", " "])
def test_after_the_opening_a_change_needs_a_reason(reason):
    told = cases.opened()
    assert told.code(sheet(points="85"), "P05", DECIDED, reason, corrects=4) == "reason_missing"
    told.take(sheet(points="85"), "P05", DECIDED, "计算有误", corrects=4)
    assert points(told) == Decimal(85)


@pytest.mark.parametrize("make", [cases.scored, cases.opened])
@pytest.mark.parametrize("actor", ["P01", "P04"])
def test_nobody_changes_or_takes_back_a_score_of_another(make, actor):
    told = make()
    assert told.code(sheet("P05", "10"), actor, DECIDED, "理由", corrects=4) == "score_of_another"
    assert told.code(sheet(actor, "10"), actor, DECIDED, "理由", corrects=4) == "score_of_another"
    assert told.code(record.Voided(4), actor, DECIDED, "理由") == "score_of_another"


def test_a_member_corrects_no_score_into_one_of_another():
    told = cases.scored()
    assert told.code(sheet("P06", "10"), "P05", SCORED, "理由", corrects=4) == "score_of_another"


def test_a_score_is_taken_back_before_the_opening_and_not_after():
    told = cases.scored()
    assert told.try_(record.Voided(4), "P05", SCORED, "误录").state.sheets == ()
    assert cases.opened().code(record.Voided(4), "P05", DECIDED, "误录") == "scores_are_open"


def test_a_corrected_score_is_held_against_the_scale_again():
    told = cases.scored()
    assert told.code(sheet(points="101"), "P05", SCORED, corrects=4) == "off_the_scale"


def test_a_recused_member_changes_no_score_any_more():
    told = cases.scored()
    told.take(record.Recused("P05"), "P01", SCORED, "亲属")
    assert told.code(sheet(points="10"), "P05", SCORED, "理由", corrects=4) == "recused"


@pytest.mark.parametrize("make", [cases.decided, cases.publicised, cases.appointed])
def test_scores_stand_once_the_case_was_decided_on_them(make):
    told = make()
    assert told.code(sheet(points="10"), "P05", AFTER, "计算有误", corrects=4) == "scores_are_settled"


def test_scores_are_corrected_again_when_an_appeal_has_sent_the_case_back():
    told = cases.settled(upheld=True)
    assert told.try_(sheet(points="85"), "P05", LAST, "申诉查明台账有误", corrects=4)


def test_opened_scores_are_not_closed_again():
    """Else scores that everybody has seen could be changed without a reason."""
    told = cases.opened()
    assert told.code(record.Voided(told.last), "P01", DECIDED, "误开") == "scores_are_open"


# --- chains


def test_a_correction_of_a_correction_stands_in_the_place_of_the_first():
    told = cases.scored()
    told.take(sheet(points="85"), "P05", SCORED, corrects=4)
    told.take(sheet(points="90"), "P05", SCORED, corrects=told.last)
    assert points(told) == Decimal(90)
    assert told.state.sheet_of("P05")[0] == 4
    assert [event.number for event in effective(told.events)] == [1, 2, 3, 4]


def test_a_correction_may_name_the_first_entry_or_the_latest_of_its_chain():
    for named in (4, 5):
        told = cases.scored()
        told.take(sheet(points="85"), "P05", SCORED, corrects=4)
        told.take(sheet(points="90"), "P05", SCORED, corrects=named)
        assert points(told) == Decimal(90)


def test_a_correction_that_is_taken_back_leaves_what_it_corrected():
    told = cases.scored()
    told.take(sheet(points="85"), "P05", SCORED, corrects=4)
    told.take(record.Voided(told.last), "P05", SCORED, "改错了")
    assert points(told) == Decimal(80)


def test_the_middle_of_a_chain_taken_back_changes_nothing_of_the_latest():
    told = cases.scored()
    told.take(sheet(points="85"), "P05", SCORED, corrects=4)
    told.take(sheet(points="90"), "P05", SCORED, corrects=5)
    told.take(record.Voided(5), "P05", SCORED, "误录")
    assert points(told) == Decimal(90)
    told.take(record.Voided(6), "P05", SCORED, "误录")
    assert points(told) == Decimal(80)


def test_an_entry_that_is_taken_back_is_gone_with_all_its_corrections():
    told = cases.scored()
    told.take(sheet(points="85"), "P05", SCORED, corrects=4)
    told.take(record.Voided(4), "P05", SCORED, "误录")
    assert points(told) is None
    for number in (4, 5):
        assert told.code(sheet(points="70"), "P05", SCORED, corrects=number) == "nothing_to_correct"
        assert told.code(record.Voided(number), "P05", SCORED, "误录") == "nothing_to_correct"
    told.take(sheet(points="70"), "P05", SCORED)
    assert points(told) == Decimal(70)


def test_a_step_taken_back_stays_readable():
    told = cases.scored()
    told.take(record.Voided(4), "P05", SCORED, "误录")
    assert told.events[3].payload == sheet()
    assert 4 not in standing(told.events)


@pytest.mark.parametrize("number", [0, -1, 99])
def test_what_is_not_there_is_neither_corrected_nor_taken_back(number):
    told = cases.scored()
    assert told.code(record.Voided(number), "S01", SCORED, "误录") == "nothing_to_correct"
    assert told.code(sheet(), "P05", SCORED, corrects=number) == "nothing_to_correct"


def test_an_entry_of_another_case_is_not_this_ones_to_correct():
    told = cases.scored(first_number=10)
    assert told.events[0].number == 10
    assert told.code(record.Voided(4), "P05", SCORED, "误录") == "nothing_to_correct"


def test_what_was_taken_back_is_not_brought_back_by_taking_back_the_taking_back():
    told = cases.scored()
    told.take(record.Voided(4), "P05", SCORED, "误录")
    assert told.code(record.Voided(told.last), "P05", SCORED, "误录") == "nothing_to_correct"
    assert told.code(record.Voided(3), "P05", SCORED, "误录", corrects=told.last) == "corrects_other_kind"


def test_an_entry_is_corrected_by_one_of_its_kind():
    told = cases.scored()
    assert told.code(sheet(), "P05", SCORED, "理由", corrects=3) == "corrects_other_kind"


# --- what follows must stand


def test_an_earlier_step_is_not_taken_back_while_later_ones_stand():
    told = cases.decided()
    for number, blocked_by in ((1, 2), (2, 3), (3, 4)):
        error = told.refusal(record.Voided(number), "S01", DECIDED, "误录")
        assert (error.code, error.values["event"]) == ("process.correction_breaks", blocked_by)
        assert "由后往前" in error.mend("zh")


def test_steps_are_taken_back_from_the_last_one_on():
    told = cases.publicised()
    for actor, stage in (("S01", Stage.DECIDED), ("P01", Stage.IN_COMMITTEE)):
        number = effective(told.events)[-1].number
        told.take(record.Voided(number), actor, POSTED, "误录")
        assert told.stage is stage
    assert told.state.decision is None


@pytest.mark.parametrize(
    ("make", "actor", "stage"),
    [
        (cases.applied, "S01", Stage.NOTHING),
        (cases.withdrawn, "S01", Stage.REVIEWED),
        (cases.appointed, "S01", Stage.PUBLICISED),
        (cases.not_appointed, "S01", Stage.PUBLICISED),
        (cases.appealed, "S01", Stage.PUBLICISED),
    ],
)
def test_the_last_step_is_taken_back_with_a_reason(make, actor, stage):
    told = make()
    told.take(record.Voided(told.last), actor, AFTER, "误录")
    assert told.stage is stage


@pytest.mark.parametrize("actor", ["P04", "R04"])
def test_a_step_is_taken_back_by_those_whose_it_is_only(actor):
    told = cases.applied()
    assert told.code(record.Voided(1), actor, AFTER, "误录") in {"wrong_role", "other_department"}
    assert told.try_(record.Voided(1), "R03", AFTER, "误录")


def test_an_application_taken_back_may_be_made_anew():
    told = cases.applied()
    told.take(record.Voided(1), "S01", cases.APPLIED, "工号录错")
    told.take(cases.application(target_level="intermediate"), "S01", cases.APPLIED)
    assert told.state.application.target_level == "intermediate"


def test_a_review_turned_into_a_refusal_does_not_pass_what_was_referred():
    told = cases.referred()
    changed = cases.review(ReviewDecision.REFUSED, "不属实")
    assert told.code(changed, "R03", AFTER, "录错", corrects=2) == "correction_breaks"
    assert told.try_(cases.review(opinion="同意上报，台账齐全"), "R03", AFTER, "补写意见", corrects=2)


def test_an_application_that_turns_out_late_is_not_past_its_review():
    told = cases.reviewed()
    late = cases.application(applied_on=on("2025-11-30"))
    assert told.code(late, "S01", AFTER, "日期录错", corrects=1) == "correction_breaks"


def test_a_longer_publicity_is_not_put_behind_an_appointment_that_came_before_its_end():
    told = cases.appointed()
    number = told.last - 1
    longer = cases.publicity(last=AFTER)
    error = told.refusal(longer, "S01", on("2026-03-02"), "日期录错", corrects=number)
    assert error.code == "process.correction_breaks"
    assert error.values["why"].code == "process.publicity_not_over"


def test_a_publicity_is_not_shortened_from_under_an_appeal():
    told = cases.decided()
    told.take(cases.publicity(last=on("2026-03-04")), "S01", POSTED)
    number = told.last
    told.take(cases.appeal(on("2026-03-03")), "S01", on("2026-03-03"))
    error = told.refusal(cases.publicity(), "S01", on("2026-03-03"), "日期录错", corrects=number)
    assert error.values["why"].code == "process.appeal_too_late"


def test_an_appeal_is_not_taken_back_after_it_was_heard():
    told = cases.heard()
    number = told.state.open_appeals[0].event
    assert told.code(record.Voided(number), "S01", LAST, "误录") == "correction_breaks"


def test_a_reply_is_not_turned_around_under_an_appointment():
    told = cases.settled(upheld=False)
    number = told.last
    appeal = told.state.appeals[0].event
    told.take(cases.appointment(), "S01", AFTER)
    turned = record.AppealSettled(appeal, True, LAST)
    assert told.code(turned, "P01", AFTER, "应予支持", corrects=number) == "correction_breaks"


# --- what others have acted on


def test_a_result_that_is_public_is_not_turned_around_by_a_correction():
    told = cases.publicised()
    number = told.last - 1
    turned = cases.decision(approved=False)
    assert told.code(turned, "P01", POSTED, "票数录错", corrects=number) == "result_is_public"
    counted = cases.decision(in_favour=6)
    assert told.try_(counted, "P01", POSTED, "票数录错", corrects=number)
    assert cases.decided().try_(turned, "P01", DECIDED, "票数录错", corrects=number).state.decision == turned


@pytest.mark.parametrize("changes", [{"target_level": "junior"}, {"department": "销售二部"}])
def test_an_application_keeps_level_and_department_once_it_was_reviewed(changes):
    changed = cases.application(**changes)
    assert cases.applied().try_(changed, "S01", AFTER, "录错", corrects=1).state.application == changed
    for make in (cases.reviewed, cases.returned, cases.decided):
        assert make().code(changed, "S01", AFTER, "录错", corrects=1) == "application_is_reviewed"
    assert cases.decided().try_(cases.application(name="王玮"), "S01", AFTER, "姓名录错", corrects=1)


def test_a_reviewer_takes_no_case_of_another_department_by_correcting_its_department():
    told = cases.applied()
    taken = cases.application(department="销售二部")
    assert told.code(taken, "R04", AFTER, "录错", corrects=1) == "other_department"


@pytest.mark.parametrize("reason", [None, " "])
def test_every_correction_but_of_an_unseen_score_gives_a_reason(reason):
    told = cases.reviewed()
    assert told.code(cases.review(opinion="同意"), "R03", AFTER, reason, corrects=2) == "reason_missing"


def test_an_appointment_is_corrected_under_its_own_certificate_number():
    told = cases.appointed()
    told.setting = cases.replace(told.setting, numbers=frozenset({"ZS-2026-1", "ZS-2026-2"}))
    better = cases.appointment(document_number="聘〔2026〕2号")
    assert told.try_(better, "S01", AFTER, "文号录错", corrects=told.last).state.appointment == better
    other = cases.appointment(certificate_number="ZS-2026-2")
    assert told.code(other, "S01", AFTER, "编号录错", corrects=told.last) == "number_taken"


# --- recusals


@pytest.mark.parametrize("actor", ["P05", "P06"])
def test_a_member_undoes_no_recusal_neither_the_own_nor_that_of_another(actor):
    told = cases.referred()
    told.take(record.Recused("P05"), "P01", SCORED, "亲属")
    for step in ((record.Voided(told.last), None), (record.Recused("P06"), told.last)):
        code = told.code(step[0], actor, SCORED, "录错", corrects=step[1])
        assert code in {"recusal_stands", "recused"}


def test_a_recused_chair_does_not_correct_the_own_recusal_into_one_of_another():
    told = cases.referred()
    told.take(record.Recused("P01"), "P01", SCORED, "亲属")
    assert told.code(record.Recused("P06"), "P01", SCORED, "录错", corrects=told.last) == "recused"
    assert told.code(record.Voided(told.last), "P01", SCORED, "录错") == "recused"


@pytest.mark.parametrize("actor", ["P01", "P02", "S01"])
def test_a_recusal_recorded_by_mistake_is_taken_back_by_chair_deputy_or_secretary(actor):
    told = cases.referred()
    told.take(record.Recused("P05"), "P05", SCORED, "亲属")
    assert told.try_(record.Voided(told.last), actor, SCORED, "录错个案").state.recused == frozenset()
