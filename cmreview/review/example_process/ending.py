"""The last scenes: results are shown, appeals heard, people appointed, cases closed (Policy 4.4, 4.5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cmreview.errors import ProcessError
from cmreview.process.events import (
    Appealed,
    AppealHeard,
    AppealSettled,
    Appointed,
    Draft,
    NotAppointed,
    Publicised,
)
from cmreview.process.stages import CaseState, Stage
from cmreview.review.committee.cases import recommendations
from cmreview.review.example_process import story
from cmreview.review.example_process.play import Play
from cmreview.review.example_process.sitting import decide, decision


def show_and_appoint(play: Play) -> None:
    """From the first notice to the last day, in the order of the days."""
    waiting = {play.case(story.DECIDED_LAST), play.case(story.POSTED_LAST)}
    late = [state.case for state in play.at(Stage.DECIDED) if _level(state) == story.SHOWN_LATER]
    posted = [state.case for state in play.at(Stage.DECIDED) if state.case not in {*late, *waiting}]
    _post(play, [*posted, play.case(story.REFUSED_AND_CLOSED)], story.POSTED_FIRST, "09:00")
    _settle(play, story.APPEAL_REFUSED)
    _post(play, late, story.POSTED_OVER_FESTIVAL, "09:00")
    _finish(play, story.CLOSED_FIRST, story.EFFECTIVE_ON)
    _settle(play, story.APPEAL_UPHELD)
    _anew(play, play.case(story.APPEAL_UPHELD.key))
    _received(play, *story.APPEAL_OPEN)
    _finish(play, story.CLOSED_AFTER_FESTIVAL, story.EFFECTIVE_ON)
    _post(play, [play.case(story.POSTED_LAST)], story.POSTED_LAST_ON, "09:00")
    _finish(play, story.LAST_DAY, story.EFFECTIVE_LATER)
    decide(play, [play.case(story.DECIDED_LAST)], story.LAST_DAY, "16:00")


def _level(state: CaseState) -> str | None:
    return None if state.application is None else state.application.target_level


def _post(play: Play, cases: Sequence[str], day: date, clock: str) -> None:
    """Shown for the working days that the policy asks for, by the official calendar."""
    setting = play.course.setting
    rules = setting.rules
    if rules.publicity_days is None or rules.publicity_first_day is None:
        raise ProcessError("process.no_publicity_days", year=rules.year)
    window = setting.calendar.add_workdays(day, rules.publicity_days, rules.publicity_first_day)
    shown = Publicised(day, window.first, window.last)
    play.course.take(day, clock, [play.by_secretary(day, case, shown) for case in cases])


def _received(play: Play, key: str, grounds: str, day: date) -> tuple[CaseState, int]:
    state = play.course.state(play.case(key))
    name = "" if state.application is None else state.application.name
    appeal = Appealed(name, day, grounds)
    (number,) = play.course.take(day, "10:10", [play.by_secretary(day, state.case, appeal)])
    return state, number


def _settle(play: Play, objection: story.Objection) -> None:
    """From its receipt to the reply. Whoever leads hears it too, with members who did not decide."""
    state, number = _received(play, objection.key, objection.grounds, objection.received)
    decided = () if state.decision is None else state.decision.present
    lead = play.lead(state, objection.heard)
    judges = [one.id for one in play.may_judge(state, objection.heard)]
    present = tuple(one for one in judges if one not in decided)
    if not present or objection.with_chair:
        present = (lead, *(one for one in present if one != lead))
    hearing = AppealHeard(number, objection.heard, present)
    play.course.take(objection.heard, "14:00", [Draft(state.case, hearing, lead)])
    reply = AppealSettled(number, objection.upheld, objection.settled)
    play.course.take(objection.settled, "11:00", [Draft(state.case, reply, lead, objection.why)])


def _anew(play: Play, case: str) -> None:
    """An upheld objection: decided anew, and shown anew."""
    day, reason = story.DECIDED_ANEW
    states = play.course.states()
    advice = recommendations(play.review, states, play.committee, play.policy, day)[case]
    anew = decision(play, states[case], story.Turn(True, reason), advice, day)
    play.course.take(day, "10:00", [anew])
    _post(play, [case], day, "11:00")


def _finish(play: Play, day: date, effective_on: date) -> None:
    """Whoever was shown long enough without an objection is appointed, or the case is closed."""
    over = [
        state
        for state in play.at(Stage.PUBLICISED)
        if state.publicity is not None and state.publicity.last < day
    ]
    approved = [state for state in over if state.decision is not None and state.decision.approved]
    play.course.take(day, "09:30", _appointed(play, approved, day, effective_on))
    closed = [
        play.by_secretary(
            day,
            state.case,
            NotAppointed(day),
            story.CLOSED_BY_DEPARTMENT if state.decision is None else story.CLOSED,
        )
        for state in over
        if state not in approved
    ]
    play.course.take(day, "09:50", closed)


def _appointed(play: Play, approved: Sequence[CaseState], day: date, effective_on: date) -> list[Draft]:
    """One notice for the day, one certificate a person, both counted on within the year."""
    forms = play.committee.papers
    given = [state.appointment for state in play.at(Stage.APPOINTED) if state.appointment is not None]
    notices = len({one.document_number for one in given})
    document = forms.appointment_number.format(year=day.year, number=notices + 1)
    drafts = []
    for number, state in enumerate(approved, start=len(given) + 1):
        certificate = forms.certificate_number.format(year=day.year, number=number)
        appointment = Appointed(_level(state) or "", effective_on, document, certificate)
        drafts.append(play.by_secretary(day, state.case, appointment))
    return drafts
