"""Which step may follow, and who may take it: every step is held against this before it is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cmreview.errors import InputError, ProcessError
from cmreview.findings import Finding
from cmreview.process.access import JUDGES, grounds, is_own_department, may_not_review, same_name
from cmreview.process.committee import Person, Role
from cmreview.process.events import (
    AppealHeard,
    AppealSettled,
    Applied,
    Draft,
    Event,
    Kind,
    Voided,
    case_parts,
)
from cmreview.process.labels import label, labels
from cmreview.process.setting import Setting
from cmreview.process.stages import ENDED, CaseState, Stage, after, case_state, effective, standing
from cmreview.process.steps import checks as step_checks
from cmreview.process.steps import correction_checks, measure_checks


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of step: the stages it may follow, who may take it, and the clause that asks for it."""

    stages: frozenset[Stage]
    roles: tuple[Role, ...]
    clause: str
    needs_reason: bool = False


_RUNNING = frozenset(Stage) - ENDED - {Stage.NOTHING}
_LEADS = (Role.CHAIR, Role.DEPUTY)


def _at(*stages: Stage) -> frozenset[Stage]:
    return frozenset(stages)


STEPS: Mapping[Kind, Step] = {
    Kind.APPLIED: Step(_at(Stage.NOTHING), (Role.SECRETARY, Role.REVIEWER), "4.1"),
    Kind.ADMITTED: Step(_at(Stage.AWAITING_ADMISSION), (Role.SECRETARY, *_LEADS), "4.1", needs_reason=True),
    Kind.REVIEWED: Step(_at(Stage.APPLIED), (Role.REVIEWER, Role.SECRETARY), "4.2"),
    Kind.COMPLETED: Step(_at(Stage.RETURNED), (Role.REVIEWER, Role.SECRETARY), "4.2"),
    Kind.REFERRED: Step(_at(Stage.REVIEWED), (Role.SECRETARY, *_LEADS), "4.2"),
    Kind.RECUSED: Step(_RUNNING, (Role.MEMBER, *_LEADS, Role.SECRETARY), "1.3.a", needs_reason=True),
    Kind.SCORED: Step(_at(Stage.IN_COMMITTEE), (Role.MEMBER,), "4.3"),
    Kind.SCORES_OPENED: Step(_at(Stage.IN_COMMITTEE), _LEADS, "4.3"),
    Kind.DECIDED: Step(_at(Stage.IN_COMMITTEE), _LEADS, "4.3"),
    Kind.PUBLICISED: Step(_at(Stage.DECIDED, Stage.REFUSED), (Role.SECRETARY,), "4.4"),
    Kind.APPEALED: Step(_at(Stage.PUBLICISED, Stage.APPEALED), (Role.SECRETARY,), "4.4"),
    Kind.APPEAL_HEARD: Step(_at(Stage.APPEALED), (*_LEADS, Role.SECRETARY), "4.4"),
    Kind.APPEAL_SETTLED: Step(_at(Stage.APPEALED), _LEADS, "4.4", needs_reason=True),
    Kind.APPOINTED: Step(_at(Stage.PUBLICISED), (Role.SECRETARY,), "4.5"),
    Kind.NOT_APPOINTED: Step(_at(Stage.PUBLICISED), (Role.SECRETARY,), "4.5", needs_reason=True),
    Kind.WITHDRAWN: Step(_RUNNING, (Role.SECRETARY, Role.REVIEWER), "4.1", needs_reason=True),
    # they concern everybody, applicant or not, however far the case of the year has come
    Kind.MEASURE_DECIDED: Step(frozenset(Stage), _LEADS, "5.4"),
    Kind.LEGAL_STEP: Step(frozenset(Stage), (Role.SECRETARY,), "5.4.g"),
    Kind.VOIDED: Step(_RUNNING | ENDED, (Role.MEMBER, *_LEADS, Role.SECRETARY), "1.3.a", needs_reason=True),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A step that may be recorded: the case after it, and what the people should know of it."""

    state: CaseState
    remarks: tuple[Finding, ...]


def check(draft: Draft, history: Sequence[Event], setting: Setting, at: datetime) -> Checked:
    """Hold a step against the rules, the record of its case and the person who takes it.

    ``history`` are the case's events so far, ``at`` is the moment in the committee's zone. Raises
    ProcessError with the reason, the remedy and the clause; nothing is recorded here.
    """
    try:
        return _checked(draft, history, setting, at)
    except ProcessError:
        raise
    except InputError as error:  # of the committee's file or the calendar: one refused step as any other
        raise ProcessError(error.code, **error.values) from error


def _checked(draft: Draft, history: Sequence[Event], setting: Setting, at: datetime) -> Checked:
    year, _ = case_parts(draft.case)
    if year != setting.rules.year:
        raise ProcessError("process.other_year", case=draft.case, year=setting.rules.year)
    state = case_state(draft.case, history, setting.rules)
    person = setting.committee.person(draft.actor)
    _check_reason(draft, state)
    if draft.corrects is not None or isinstance(draft.payload, Voided):
        return _corrected(draft, history, setting, at, person)
    _check_stage(draft.kind, state)
    _check_role(STEPS[draft.kind].roles, state, person, setting, at.date(), draft)
    remarks = step_checks.check(draft, state, setting, at)
    return Checked(after(state, _pending(draft, history, at), setting.rules), remarks)


def check_all(
    drafts: Iterable[Draft], histories: Mapping[str, Sequence[Event]], setting: Setting, at: datetime
) -> tuple[tuple[Draft, Checked | ProcessError], ...]:
    """Each of several steps with what came of it, later ones of a case held against the earlier ones.

    ``histories`` are the events of the cases by case id. One refused step does not stop the others:
    whoever records them decides whether all or none. A step may only name entries that are recorded
    already: which numbers the ledger gives to its fellows nobody knows.
    """
    so_far = {case: list(events) for case, events in histories.items()}
    recorded = {case: frozenset(event.number for event in events) for case, events in histories.items()}
    found: list[tuple[Draft, Checked | ProcessError]] = []
    for draft in drafts:
        history = so_far.setdefault(draft.case, [])
        try:
            _names_recorded(draft, recorded.get(draft.case, frozenset()))
            checked = check(draft, history, setting, at)
        except ProcessError as error:
            found.append((draft, error))
            continue
        setting = setting.with_numbers_of(draft)
        history.append(_pending(draft, history, at))
        found.append((draft, checked))
    return tuple(found)


def next_steps(state: CaseState) -> tuple[Kind, ...]:
    """The kinds of steps that the stage allows, in the order of the process."""
    return tuple(kind for kind, step in STEPS.items() if state.stage in step.stages)


def faults_of(
    case: str, history: Sequence[Event], setting: Setting
) -> tuple[tuple[Event, ProcessError], ...]:
    """Recorded events that could not have been recorded where they stand; empty for a sound history.

    Only what the record itself says is held together: stages, references, days. Calendars, people and
    thresholds may have changed since.
    """
    state = CaseState(case)
    zone = setting.committee.zone
    found: list[tuple[Event, ProcessError]] = []
    for event in effective(history):
        try:
            _check_stage(event.kind, state)
            step_checks.check_references(event.payload, state, event.at.astimezone(zone).date())
        except ProcessError as error:
            found.append((event, error))
        state = after(state, event, setting.rules)
    return tuple(found)


def _corrected(
    draft: Draft, history: Sequence[Event], setting: Setting, at: datetime, person: Person
) -> Checked:
    """A correction, or a step taken back: what follows it must still be possible."""
    number = draft.payload.event if isinstance(draft.payload, Voided) else draft.corrects
    entries = standing(history)
    entry, wrong = next(
        ((entry, event) for entry, events in entries.items() for event in events if event.number == number),
        (None, None),
    )
    if entry is None or wrong is None:
        raise ProcessError("process.nothing_to_correct", case=draft.case, event=number)
    if draft.corrects is not None and wrong.kind is not draft.kind:
        raise ProcessError("process.corrects_other_kind", case=draft.case, event=number)
    whole = case_state(draft.case, history, setting.rules)
    _check_role(STEPS[wrong.kind].roles, whole, person, setting, at.date(), draft)
    # what the correction replaces is what counts now, whichever event of the chain it names
    correction_checks.check(draft, entries[entry][-1], whole, person, setting)
    remarks: tuple[Finding, ...] = ()
    if not isinstance(draft.payload, Voided):
        before = case_state(
            draft.case, [one for one in effective(history) if one.number < entry], setting.rules
        )
        remarks = step_checks.check(draft, before, setting.without_number_of(wrong), at)
    then = [*history, _pending(draft, history, at)]
    broken = faults_of(draft.case, then, setting)
    if broken:
        event, why = broken[0]
        raise ProcessError("process.correction_breaks", case=draft.case, event=event.number, why=why)
    state = case_state(draft.case, then, setting.rules)
    if wrong.kind is Kind.LEGAL_STEP:
        measure_checks.notice_stands(state, setting)
    return Checked(state, remarks)


def _names_recorded(draft: Draft, recorded: frozenset[int]) -> None:
    """That whatever entry the step names by number is in the ledger."""
    named = draft.payload.event if isinstance(draft.payload, Voided) else draft.corrects
    if isinstance(draft.payload, AppealHeard | AppealSettled) and draft.payload.appeal not in recorded:
        raise ProcessError("process.no_such_appeal", case=draft.case, appeal=draft.payload.appeal)
    if named is not None and named not in recorded:
        raise ProcessError("process.nothing_to_correct", case=draft.case, event=named)


def _check_reason(draft: Draft, state: CaseState) -> None:
    """Who must give a reason: where the step asks for one, for every correction, and for every score
    that comes after the opening; only a score that nobody else has seen is changed without.
    """
    if draft.reason is not None and draft.reason.strip():
        return
    if draft.kind is Kind.SCORED:
        is_needed = state.scores_open
    else:
        is_needed = STEPS[draft.kind].needs_reason or draft.corrects is not None
    if is_needed:
        raise ProcessError("process.reason_missing", case=draft.case, clause=STEPS[draft.kind].clause)


def _check_stage(kind: Kind, state: CaseState) -> None:
    step = STEPS[kind]
    if state.stage not in step.stages:
        raise ProcessError(
            "process.wrong_stage",
            case=state.case,
            kind=label(kind),
            stage=label(state.stage),
            allowed=labels(next_steps(state)),
            clause=step.clause,
        )


def _check_role(
    roles: Sequence[Role],
    state: CaseState,
    person: Person,
    setting: Setting,
    day: date,
    draft: Draft,
) -> None:
    """That the person holds one of ``roles`` in which nothing keeps them from the case."""
    state = measure_checks.told_of(draft, state)
    who = {"person": person.name, "id": person.id}
    if not person.acts_on(day):
        raise ProcessError("process.acts_no_more", **who)
    held = {role for role in roles if role in person.roles}
    if not held:
        raise ProcessError("process.wrong_role", kind=label(draft.kind), roles=labels(roles), **who)
    if Role.SECRETARY in held:
        return
    if Role.REVIEWER in held and _is_of(person, draft, state):
        against = may_not_review(state, person, setting.rules) if draft.kind is Kind.REVIEWED else ()
    elif not held & JUDGES:
        raise ProcessError("process.other_department", case=draft.case, **who)
    elif draft.kind is Kind.RECUSED and draft.corrects is None:
        against = ()  # who is recused already may still say so
    else:
        against = grounds(state, person, setting.rules)
    if against:
        raise ProcessError("process.recused", case=draft.case, grounds=labels(against), **who)


def _is_of(person: Person, draft: Draft, state: CaseState) -> bool:
    """Whether a reviewer's department is the case's; of a new case, the one in its application."""
    if state.application is None and isinstance(draft.payload, Applied):
        return same_name(draft.payload.department, person.department)
    return is_own_department(state, person)


def _pending(draft: Draft, history: Sequence[Event], at: datetime) -> Event:
    """The draft as the event that it would be; number and hash come from the ledger."""
    number = max((event.number for event in history), default=0) + 1
    return Event(
        number, draft.case, draft.payload, draft.actor, at, draft.reason, draft.corrects, previous="", hash=""
    )
