"""What each step must fulfil beside stage and role, and what its references must find (Policy 4, 5.4)."""

from __future__ import annotations

from datetime import date, datetime

from cmreview.errors import ProcessError
from cmreview.findings import Finding
from cmreview.process import events as record
from cmreview.process.events import Draft, Payload, ReviewDecision
from cmreview.process.setting import Setting
from cmreview.process.stages import CaseState
from cmreview.process.steps import committee_checks, measure_checks, publicity_checks
from cmreview.process.steps.bounds import applied_on, not_before, not_later, remark, reviewed_on


def check(draft: Draft, state: CaseState, setting: Setting, at: datetime) -> tuple[Finding, ...]:
    """Hold a step's content against rules, people and calendar; what people should know of it comes back.

    Raises ProcessError for what may not be recorded.
    """
    today = at.date()
    check_references(draft.payload, state, today)
    match draft.payload:
        case record.Applied() as application:
            return _application(application, state, setting, today)
        case record.Reviewed() as review:
            return _review(review, state, today)
        case record.Completed() as completion:
            _completion(completion, state, today)
        case record.Recused(member=member):
            return committee_checks.recusal(draft, member, state, setting)
        case record.Scored() as sheet:
            committee_checks.sheet(draft, sheet, state, setting, today)
        case record.ScoresOpened():
            return committee_checks.opening(state, setting, today)
        case record.Decided() as decision:
            return committee_checks.decision(draft, decision, state, setting, today)
        case record.Publicised() as publicity:
            return publicity_checks.publicity(publicity, state, setting, today)
        case record.Appealed(received_on=day):
            not_later(day, today, state)
        case record.AppealHeard() as hearing:
            return publicity_checks.hearing(hearing, state, setting, today)
        case record.AppealSettled() as settled:
            publicity_checks.settlement(settled, state, today)
        case record.Appointed() as appointment:
            publicity_checks.appointment(appointment, state, setting)
        case record.NotAppointed() as closing:
            publicity_checks.closing(closing, state, today)
        case record.Withdrawn(withdrawn_on=day):
            not_later(day, today, state)
            not_before(day, state, applied_on(state))
        case record.MeasureDecided() as measure:
            measure_checks.decision(draft, measure, state, setting, today)
        case record.LegalStep() as step:
            measure_checks.legal_step(draft, step, state, setting, today)
        case record.Admitted() | record.Referred() | record.Voided():
            pass  # stage, role and reason say all
    return ()


def check_references(payload: Payload, state: CaseState, day: date) -> None:
    """That a step agrees with the record before it: appeals, scores, the decision, publicity, measures.

    ``day`` is the one on which the step is taken. Rules, people and calendar are not asked.
    """
    match payload:
        case record.Appealed(received_on=received_on):
            publicity_checks.appeal_is_in_time(received_on, state)
        case record.AppealHeard(appeal=number):
            if publicity_checks.appeal_of(number, state).heard is not None:
                raise ProcessError("process.heard_twice", case=state.case, appeal=number)
        case record.AppealSettled(appeal=number):
            if publicity_checks.appeal_of(number, state).heard is None:
                raise ProcessError("process.appeal_not_heard", case=state.case, appeal=number)
        case record.ScoresOpened() if state.scores_open:
            raise ProcessError("process.scores_are_open", case=state.case)
        case record.Scored(member=member):
            given = state.sheet_of(member)
            if given is not None:
                raise ProcessError("process.scored_twice", case=state.case, member=member, event=given[0])
        case record.Decided() if not state.scores_open:
            raise ProcessError("process.scores_not_open", case=state.case)
        case record.Appointed(level=level):
            if state.decision is None or not state.decision.approved:
                raise ProcessError("process.not_approved", case=state.case)
            target = None if state.application is None else state.application.target_level
            if level != target:
                raise ProcessError("process.other_level", case=state.case, level=level, target=target)
            publicity_checks.is_over(state, day)
        case record.NotAppointed():
            if state.decision is not None and state.decision.approved:
                raise ProcessError("process.approved", case=state.case)
            publicity_checks.is_over(state, day)
        case record.MeasureDecided() as measure:
            measure_checks.decision_fits(measure, state)
        case record.LegalStep() as step:
            measure_checks.step_fits(step, state)
        case _:
            pass


def _application(
    application: record.Applied, state: CaseState, setting: Setting, today: date
) -> tuple[Finding, ...]:
    """An application is for a level of the policy; where no window is set, that is told (Policy 4.1)."""
    for level in (application.level, application.target_level):
        if level is not None and level not in setting.rules.levels:
            raise ProcessError("process.unknown_level", level=level, known=setting.rules.levels)
    not_later(application.applied_on, today, state)
    return (remark("process.no_window_rule", state),) if setting.rules.window is None else ()


def _review(review: record.Reviewed, state: CaseState, today: date) -> tuple[Finding, ...]:
    """A review names who did it; who returns or refuses a case says why (Policy 4.2)."""
    not_later(review.reviewed_on, today, state)
    not_before(review.reviewed_on, state, applied_on(state), *(one.completed_on for one in state.completed))
    if not review.reviewer.strip():
        raise ProcessError("process.reviewer_missing", case=state.case)
    if (review.opinion or "").strip():
        return ()
    if review.decision is not ReviewDecision.PASSED:
        raise ProcessError("process.opinion_missing", case=state.case)
    return (remark("process.no_opinion", state),)


def _completion(completion: record.Completed, state: CaseState, today: date) -> None:
    not_later(completion.completed_on, today, state)
    not_before(completion.completed_on, state, applied_on(state), reviewed_on(state))
    if not any(one.strip() for one in completion.evidence):
        raise ProcessError("process.nothing_added", case=state.case)
