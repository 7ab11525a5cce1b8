"""What the steps from publicity to appointment must fulfil: windows, appeals, numbers (Policy 4.4, 4.5)."""

from __future__ import annotations

from datetime import date, timedelta

from cmreview.errors import ProcessError
from cmreview.findings import Finding
from cmreview.process.events import (
    AppealHeard,
    AppealSettled,
    Appointed,
    NotAppointed,
    Publicised,
)
from cmreview.process.setting import Setting
from cmreview.process.stages import Appeal, CaseState
from cmreview.process.steps.bounds import attendance, not_before, not_later, remark, reviewed_on
from cmreview.process.workdays import typed_window

_DAY = timedelta(days=1)


def publicity(shown: Publicised, state: CaseState, setting: Setting, today: date) -> tuple[Finding, ...]:
    """The days of publicity are those of the official calendar, or a last day that a person typed.

    A window that was over when it was recorded is told: nobody could see the case in it.
    """
    rules = setting.rules
    not_later(shown.posted_on, today, state)
    not_before(
        shown.posted_on,
        state,
        state.decision.decided_on if state.decision is not None else reviewed_on(state),
    )
    remarks = [remark("process.publicity_in_arrears", state, last=shown.last)] if shown.last < today else []
    if rules.publicity_days is None or rules.publicity_first_day is None:
        if not shown.typed:
            raise ProcessError("process.no_publicity_days", year=rules.year)
        not_before(shown.first, state, shown.posted_on)
        not_before(shown.last, state, shown.first)
        return (*remarks, remark("process.no_publicity_rule", state, last=shown.last))
    if shown.typed:
        counts_from = 0 if rules.publicity_first_day == "posting_day" else 1
        not_before(shown.first, state, shown.posted_on + counts_from * _DAY)
        window = typed_window(shown.first, shown.last, rules.publicity_days, setting.calendar)
        unchecked = [remark("process.publicity_unchecked", state, last=shown.last)] if window.typed else []
        return (*remarks, *unchecked)
    due = setting.calendar.add_workdays(shown.posted_on, rules.publicity_days, rules.publicity_first_day)
    if shown.first != due.first or shown.last < due.last:
        raise ProcessError(
            "process.publicity_too_short",
            case=state.case,
            days=rules.publicity_days,
            first=due.first.isoformat(),
            last=due.last.isoformat(),
        )
    return tuple(remarks)


def appeal_is_in_time(received_on: date, state: CaseState) -> None:
    """In time is who objects from the day of posting to the last day, both included (Policy 4.4)."""
    shown = state.publicity
    if shown is None or shown.posted_on <= received_on <= shown.last:
        return
    raise ProcessError(
        "process.appeal_too_late" if received_on > shown.last else "process.appeal_too_early",
        case=state.case,
        received=received_on.isoformat(),
        first=shown.posted_on.isoformat(),
        last=shown.last.isoformat(),
    )


def appeal_of(number: int, state: CaseState) -> Appeal:
    """The open appeal that event ``number`` recorded."""
    found = next((one for one in state.open_appeals if one.event == number), None)
    if found is None:
        raise ProcessError("process.no_such_appeal", case=state.case, appeal=number)
    return found


def hearing(heard: AppealHeard, state: CaseState, setting: Setting, today: date) -> tuple[Finding, ...]:
    """Who hears an appeal: nobody who is recused, and by the policy nobody who decided (Policy 4.4)."""
    not_later(heard.heard_on, today, state)
    not_before(heard.heard_on, state, appeal_of(heard.appeal, state).received.received_on)
    attendance(heard.present, state, setting, heard.heard_on)
    decided = set() if state.decision is None else set(state.decision.present)
    same = [setting.committee.name_of(one) for one in heard.present if one in decided]
    rule = setting.rules.appeal_hearing
    if not same or rule == "same":
        return ()
    if rule == "others_required":
        raise ProcessError("process.heard_by_deciders", case=state.case, who=tuple(same))
    code = "process.no_hearing_rule" if rule is None else "process.heard_by_deciders"
    return (remark(code, state, who=same),)


def settlement(settled: AppealSettled, state: CaseState, today: date) -> None:
    """An appeal is answered after it was heard (Policy 4.4)."""
    not_later(settled.settled_on, today, state)
    heard = appeal_of(settled.appeal, state).heard
    not_before(settled.settled_on, state, None if heard is None else heard.heard_on)


def appointment(given: Appointed, state: CaseState, setting: Setting) -> None:
    """An appointment has its numbers, and no certificate has another's (Policy 4.5)."""
    if state.decision is not None:
        not_before(given.effective_on, state, state.decision.decided_on)
    if not given.document_number.strip() or not given.certificate_number.strip():
        raise ProcessError("process.number_missing", case=state.case)
    if given.certificate_number in setting.numbers:
        raise ProcessError("process.number_taken", case=state.case, number=given.certificate_number)


def closing(closed: NotAppointed, state: CaseState, today: date) -> None:
    """A case ends after its days of publicity (Policy 4.5)."""
    not_later(closed.closed_on, today, state)
    is_over(state, closed.closed_on)


def is_over(state: CaseState, day: date) -> None:
    """That the days of publicity are over on ``day``."""
    shown = state.publicity
    if shown is not None and day <= shown.last:
        raise ProcessError("process.publicity_not_over", case=state.case, last=shown.last.isoformat())
