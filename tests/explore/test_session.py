"""What one person at the desk does is recorded at once, or refused with a remedy and nothing changed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cmreview.explore.entries import DecisionTyped
from cmreview.explore.session import NoteKind
from cmreview.process.desk import Desk
from cmreview.process.events import Decided, Draft, Kind, Recommendation, Recused
from cmreview.process.ledger.ledger import Ledger
from cmreview.process.stages import Stage
from tests.explore.sitting import (
    HOSTILE,
    ITEMS,
    KEY,
    MIDDLE,
    NOW,
    SENIOR,
    SETTING,
    opened,
    score,
    session,
    sheet,
)

ALL = dict.fromkeys(ITEMS, "80")
SIX = {member: 80 + place for place, member in enumerate(("P01", "P02", "P03", "P05", "P06", "P07"))}
NO_DECISION = DecisionTyped(None, ("P01",), ("1", "0", "0"), "2026-02-04", "")
PRESENT = ("P01", "P02", "P03", "P05", "P06")
YES = DecisionTyped(True, PRESENT, ("5", "0", "0"), "2026-02-04", "")


def recorded(desk: Desk, case: str):
    return [event.kind for event in desk.ledger.events(case=case)]


def test_a_sheet_is_on_the_disk_before_anybody_is_told_so(desk, tmp_path):
    note = session(desk).score(SENIOR, ALL, "稳健", "")
    assert note.kind is NoteKind.DONE
    with Ledger.open(tmp_path / "ledger.db") as other:
        _, own = Desk(other, SETTING).state(SENIOR).sheet_of("P01")
    assert own == sheet("P01", 80, "稳健")


def test_a_missing_item_is_recorded_as_missing(desk):
    session(desk).score(SENIOR, {ITEMS[0]: "80", ITEMS[1]: ""}, "", "")
    _, own = desk.state(SENIOR).sheet_of("P01")
    assert [one.points for one in own.scores] == [Decimal(80), None, None]


def test_a_person_is_told_what_stands_in_the_record(desk):
    own = session(desk)
    note = own.score(SENIOR, {ITEMS[0]: "80.5", ITEMS[1]: ""}, "稳健", "")
    assert note.lines[1:3] == ("业绩汇报 80.5；答辩 —；综合评估 —", "稳健")
    opened(desk, SENIOR, {member: points for member, points in SIX.items() if member != "P01"})
    own.look()
    assert "同意 5" in " ".join(own.decide(SENIOR, YES).lines)


@pytest.mark.parametrize(("typed", "word"), [("x", "必须是数字"), ("101", "超出")])
def test_a_refused_sheet_records_nothing_and_says_how_to_mend_it(desk, typed, word):
    before = recorded(desk, SENIOR)
    note = session(desk).score(SENIOR, ALL | {ITEMS[0]: typed}, "", "")
    assert note.kind is NoteKind.REFUSED
    assert word in note.lines[0]
    assert note.lines[1]
    assert recorded(desk, SENIOR) == before


def test_a_second_sheet_corrects_the_first_and_the_same_one_is_not_recorded_again(desk):
    own = session(desk)
    own.score(SENIOR, ALL, "", "")
    assert own.score(SENIOR, ALL, "", "").kind is NoteKind.TOLD
    assert own.score(SENIOR, ALL | {ITEMS[0]: "85"}, "", "").kind is NoteKind.DONE
    first, second = (event for event in desk.ledger.events(case=SENIOR) if event.kind is Kind.SCORED)
    assert second.corrects == first.number


def test_after_the_opening_a_correction_needs_a_reason(desk):
    opened(desk, SENIOR, SIX)
    own = session(desk)
    assert own.score(SENIOR, ALL | {ITEMS[0]: "99"}, "", " ").kind is NoteKind.REFUSED
    assert own.score(SENIOR, ALL | {ITEMS[0]: "99"}, "", "抄错").kind is NoteKind.DONE


def test_opening_says_whose_sheets_are_missing(desk):
    score(desk, SENIOR, {"P01": 80, "P02": 80})
    own = session(desk, lang="en")
    own.look()
    note = own.open_scores(SENIOR)
    assert note.kind is NoteKind.DONE
    assert "宋立新" in note.lines[1]
    assert "is not zero" in note.lines[1]


def test_somebody_without_the_role_opens_and_decides_nothing(desk):
    opened(desk, SENIOR, SIX)
    own = session(desk, "P05")
    own.look()
    assert own.open_scores(MIDDLE).kind is NoteKind.REFUSED
    assert own.decide(SENIOR, YES).kind is NoteKind.REFUSED
    assert desk.state(SENIOR).decision is None


def test_a_decision_is_held_against_the_recommendation_of_this_moment(desk):
    opened(desk, SENIOR, SIX)
    own = session(desk)
    own.look()
    assert own.decide(SENIOR, YES).kind is NoteKind.DONE
    assert desk.state(SENIOR).decision.recommendation is Recommendation.APPROVE


def test_a_decision_that_departs_needs_a_reason(desk):
    opened(desk, MIDDLE, SIX)  # a criterion is missed: the recommendation is to decline
    own = session(desk)
    own.look()
    refused = own.decide(MIDDLE, YES)
    assert refused.kind is NoteKind.REFUSED
    assert "理由" in refused.lines[0]
    with_reason = DecisionTyped(True, PRESENT, ("5", "0", "0"), "2026-02-04", "开拓新行业")
    assert own.decide(MIDDLE, with_reason).kind is NoteKind.DONE


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (NO_DECISION, "尚未选择"),
        (DecisionTyped(True, PRESENT, ("5", "x", "0"), "2026-02-04", ""), "票数"),
        (DecisionTyped(True, PRESENT, ("5", "0", "0"), "4.2.2026", ""), "不是日期"),
        (DecisionTyped(True, ("P01",), ("1", "0", "0"), "2026-02-04", ""), "法定"),
    ],
)
def test_what_is_wrong_with_a_decision_is_told(desk, typed, key):
    opened(desk, SENIOR, SIX)
    own = session(desk)
    own.look()
    note = own.decide(SENIOR, typed)
    assert note.kind is NoteKind.REFUSED
    assert key in note.lines[0]


def test_nobody_decides_on_scores_that_changed_unseen(desk):
    opened(desk, SENIOR, SIX)
    own = session(desk)
    own.look()
    session(desk, "P02").score(SENIOR, dict.fromkeys(ITEMS, "20"), "", "抄错")
    note = own.decide(SENIOR, YES)
    assert note.kind is NoteKind.REFUSED
    assert "方慧敏" in note.lines[0]
    assert desk.state(SENIOR).decision is None
    own.look()
    assert own.decide(SENIOR, YES).kind is NoteKind.DONE


def test_others_closed_sheets_do_not_stop_a_member(desk):
    own = session(desk)
    own.look()
    score(desk, SENIOR, {"P05": 70})
    assert own.score(SENIOR, ALL, "", "").kind is NoteKind.DONE


def test_a_decision_is_corrected_with_a_reason(desk):
    opened(desk, SENIOR, SIX)
    own = session(desk)
    own.look()
    own.decide(SENIOR, YES)
    later = DecisionTyped(True, (*PRESENT, "P07"), ("6", "0", "0"), "2026-02-04", "")
    assert own.decide(SENIOR, later).kind is NoteKind.REFUSED
    with_reason = DecisionTyped(True, (*PRESENT, "P07"), ("6", "0", "0"), "2026-02-04", "漏记一人")
    assert own.decide(SENIOR, with_reason).kind is NoteKind.DONE
    assert len(desk.state(SENIOR).decision.present) == 6


def test_a_decision_recorded_by_mistake_is_taken_back_and_the_case_waits_again(desk):
    opened(desk, SENIOR, SIX)
    own = session(desk)
    own.look()
    own.decide(SENIOR, YES)
    entry = next(
        one for one in own.may_take_back(SENIOR, desk.ledger.events(case=SENIOR)) if one.kind is Kind.DECIDED
    )
    assert own.take_back(SENIOR, entry.number, "").kind is NoteKind.REFUSED
    assert own.take_back(SENIOR, entry.number, "记错案").kind is NoteKind.DONE
    assert desk.state(SENIOR).stage is Stage.IN_COMMITTEE


def test_nobody_is_offered_to_take_back_another_members_sheet(desk):
    score(desk, SENIOR, {"P01": 80, "P02": 80})
    offered = session(desk, "P01").may_take_back(SENIOR, desk.ledger.events(case=SENIOR))
    assert [one.actor for one in offered if one.kind is Kind.SCORED] == ["P01"]


def test_a_recusal_needs_a_reason_and_takes_the_case_out_of_sight(desk):
    own = session(desk, "P05")
    assert own.recuse(SENIOR, "P05", "").kind is NoteKind.REFUSED
    assert own.recuse(SENIOR, "P05", "亲属").kind is NoteKind.DONE
    assert SENIOR not in own.look().cases


def test_what_others_recorded_is_told_and_what_is_hidden_is_not(desk):
    own = session(desk, "P04")  # recused from the case of the own department
    before = own.look()
    score(desk, SENIOR, {"P05": 80})
    desk.record([Draft(KEY, Recused("P06"), "P06", "曾共事")], NOW)
    note = own.news(before, own.look())
    assert len(note.lines) == 2
    assert SENIOR in note.lines[1]
    assert own.news(own.look(), own.look()).lines == (own.say("note.nothing_new"),)


def test_a_ledger_that_is_gone_is_told_and_not_raised(desk, tmp_path):
    own = session(desk)
    own.look()
    desk.ledger.close()
    for file in tmp_path.glob("ledger.db*"):
        file.unlink()
    note = own.score(HOSTILE, ALL, "", "")
    assert note.kind is NoteKind.REFUSED
    assert all(note.lines)


def test_the_record_says_who_was_present_as_typed(desk):
    opened(desk, SENIOR, SIX)
    own = session(desk)
    own.look()
    own.decide(SENIOR, YES)
    (event,) = [one for one in desk.ledger.events(case=SENIOR) if one.kind is Kind.DECIDED]
    assert isinstance(event.payload, Decided)
    assert event.payload.present == PRESENT
    assert event.actor == "P01"
