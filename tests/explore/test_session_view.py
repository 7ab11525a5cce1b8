"""The page keeps what is typed, tells what came of a step, and shows each person their own forms."""

from __future__ import annotations

import pytest

from cmreview.errors import InputError
from cmreview.explore.example import Example
from cmreview.explore.opened import Opened
from cmreview.explore.session import NoteKind
from cmreview.explore.session_view import SessionView, Trouble
from cmreview.process.events import Kind
from tests.explore.sitting import MIDDLE, NOW, SENIOR, opened, review, score, session

SIX = {member: 80 + place for place, member in enumerate(("P01", "P02", "P03", "P05", "P06", "P07"))}


def view_of(desk, person="P01", tmp_path=None):
    example = None if tmp_path is None else Example(tmp_path, review(), stays=True)
    return SessionView(Opened(session(desk, person), example))


def is_shown(form) -> bool:
    box = getattr(form, "_controls", form.box)
    return box.layout.display != "none"


def typed(view, points):
    for box in view.score.points.values():
        box.value = points


def test_every_control_has_a_name(desk):
    opened(desk, SENIOR, SIX)
    view = view_of(desk)
    view.chooser.value = SENIOR
    boxes = [*view.score.points.values(), *view.decision.present.values(), *view.decision.votes.values()]
    boxes += [view.score.comment, view.score.reason, view.decision.approved, view.decision.decided_on]
    boxes += [view.chooser, view.language, view.recusal.member, view.recusal.reason, view.take_back.entry]
    boxes += [view.refresh, view.before, view.after, view.score.save, view.decision.save]
    assert all(box.description.strip() for box in boxes)


def test_what_is_typed_is_sent_whole_before_a_button_can_be_pressed(desk):
    view = view_of(desk)
    boxes = [*view.score.points.values(), *view.decision.votes.values(), view.decision.decided_on]
    boxes += [view.score.comment, view.score.reason, view.decision.reason, view.recusal.reason]
    assert not any(box.continuous_update for box in boxes)


@pytest.mark.parametrize(
    ("person", "forms"),
    [
        ("P01", {"score", "open", "recusal", "take_back"}),
        ("P05", {"score", "recusal"}),
        ("S01", {"recusal", "take_back"}),
        ("R03", set()),
    ],
)
def test_each_person_is_shown_the_forms_that_are_theirs(desk, person, forms):
    view = view_of(desk, person)
    view.chooser.value = SENIOR
    names = ("score", "open", "decision", "recusal", "take_back")
    assert {name for name in names if is_shown(getattr(view, name))} == forms


def test_the_decision_waits_for_the_opening(desk):
    view = view_of(desk)
    view.chooser.value = SENIOR
    assert not is_shown(view.decision)
    view.open.save.click()
    assert view.open.notice.last.kind is NoteKind.DONE
    assert is_shown(view.decision)


def test_a_refused_entry_stays_in_its_box(desk):
    view = view_of(desk)
    view.chooser.value = SENIOR
    typed(view, "八十")
    view.score.comment.value = "稳健"
    view.score.save.click()
    assert view.score.notice.last.kind is NoteKind.REFUSED
    assert {box.value for box in view.score.points.values()} == {"八十"}
    assert view.score.comment.value == "稳健"


def test_turning_to_another_case_and_the_other_language_loses_nothing_typed(desk):
    view = view_of(desk)
    view.chooser.value = SENIOR
    typed(view, "88")
    view.chooser.value = MIDDLE
    assert {box.value for box in view.score.points.values()} == {""}
    view.language.value = "en"
    view.chooser.value = SENIOR
    assert {box.value for box in view.score.points.values()} == {"88"}
    assert view.score.save.description == "Record my scores"


def test_what_is_recorded_stands_in_the_boxes_after_a_restart(desk):
    first = view_of(desk)
    first.chooser.value = SENIOR
    typed(first, "88")
    first.score.save.click()
    again = view_of(desk)
    again.chooser.value = SENIOR
    assert {box.value for box in again.score.points.values()} == {"88"}


def test_refreshing_keeps_what_is_typed_and_tells_what_is_new(desk):
    view = view_of(desk)
    view.chooser.value = SENIOR
    typed(view, "88")
    score(desk, MIDDLE, {"P05": 70})
    view.refresh.click()
    assert view.notice.last.kind is NoteKind.TOLD
    assert MIDDLE in view.notice.last.lines[1]
    assert {box.value for box in view.score.points.values()} == {"88"}


def test_the_case_of_a_recused_member_gives_way_to_the_next(desk):
    view = view_of(desk, "P05")
    view.chooser.value = SENIOR
    view.recusal.reason.value = "亲属"
    view.recusal.save.click()
    assert view.notice.last.kind is NoteKind.DONE
    assert view.page.case not in (None, SENIOR)
    assert SENIOR not in dict(view.chooser.options).values()


def test_the_recused_are_not_offered_as_present(desk):
    opened(desk, SENIOR, SIX)
    view = view_of(desk)
    view.chooser.value = SENIOR
    view.recusal.member.value = "P05"
    view.recusal.reason.value = "亲属"
    view.decision.present["P05"].value = True
    view.recusal.save.click()
    assert view.decision.present["P05"].layout.display == "none"
    assert "P05" not in view.decision.typed().present


def test_a_decision_is_recorded_from_the_form(desk):
    opened(desk, SENIOR, SIX)
    view = view_of(desk)
    view.chooser.value = SENIOR
    for box in view.decision.present.values():
        box.value = True
    for key, count in zip(view.decision.votes, ("7", "0", "0"), strict=True):
        view.decision.votes[key].value = count
    view.decision.approved.value = True
    view.decision.save.click()
    assert view.decision.notice.last.kind is NoteKind.DONE
    assert desk.state(SENIOR).decision.approved
    assert view.page.case == SENIOR  # decided cases leave the agenda, not the page


def test_next_and_previous_go_through_the_agenda(desk):
    view = view_of(desk)
    first = view.page.case
    view.after.click()
    assert view.page.case != first
    view.before.click()
    assert view.page.case == first


def test_what_goes_wrong_unforeseen_is_told_on_the_page(desk, monkeypatch):
    view = view_of(desk)
    view.chooser.value = SENIOR

    def broken(*_):
        raise RuntimeError("<b>disk</b>")

    monkeypatch.setattr(view.page.session, "score", broken)
    view.score.save.click()
    assert view.score.notice.last.kind is NoteKind.FAILED
    assert "RuntimeError" in view.score.notice.widget.value
    assert "<b>" not in view.score.notice.widget.value


def test_a_notice_is_read_out(desk):
    view = view_of(desk)
    view.chooser.value = SENIOR
    typed(view, "x")
    view.score.save.click()
    assert 'role="alert"' in view.score.notice.widget.value
    typed(view, "80")
    view.score.save.click()
    assert 'aria-live="polite"' in view.score.notice.widget.value


def test_nobody_takes_over_a_real_session(desk, tmp_path):
    real, example = view_of(desk), view_of(desk, tmp_path=tmp_path)
    assert real.person.layout.display == "none"
    real.person.value = "P02"
    assert real.page.session.person.id == "P01"
    assert real.notice.last.kind is NoteKind.REFUSED
    example.person.value = "P02"
    assert example.page.session.person.id == "P02"


def test_a_session_that_cannot_be_opened_says_why_and_how_to_mend_it():
    trouble = Trouble(InputError("session.odd_year", name="CMREVIEW_YEAR", year="<x>"), "en")
    bundle = trouble._repr_mimebundle_()
    assert "Write four digits" in bundle["text/html"]
    assert "<x>" not in bundle["text/html"]


def test_entries_say_when_they_were_made_in_the_committees_zone(desk):
    view = view_of(desk)
    view.chooser.value = SENIOR
    typed(view, "80")
    view.score.save.click()
    assert "10:00:00" in view.score.notice.last.lines[0]
    assert [one.at for one in desk.ledger.events(case=SENIOR) if one.kind is Kind.SCORED] == [NOW]
