"""The stage of a case from its record: events in, where it stands out (Policy 4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from cmreview.process import events as record
from cmreview.process.events import Event, ReviewDecision, case_parts
from cmreview.process.measures import LawStep, Measure
from cmreview.process.rules import ProcessRules


class Stage(StrEnum):
    """Where a case stands; labels lie in ``words/process.yaml`` under ``stage``."""

    NOTHING = "nothing"  # nothing is recorded of it yet
    AWAITING_ADMISSION = "awaiting_admission"  # late or without evidence, and admitted by nobody
    APPLIED = "applied"
    RETURNED = "returned"
    REFUSED = "refused"
    REVIEWED = "reviewed"
    IN_COMMITTEE = "in_committee"
    DECIDED = "decided"
    PUBLICISED = "publicised"
    APPEALED = "appealed"
    APPOINTED = "appointed"
    NOT_APPOINTED = "not_appointed"
    WITHDRAWN = "withdrawn"


ENDED = frozenset({Stage.APPOINTED, Stage.NOT_APPOINTED, Stage.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class Appeal:
    """One objection (申诉) and what became of it; ``event`` is the event that recorded it."""

    event: int
    received: record.Appealed
    heard: record.AppealHeard | None = None
    settled: record.AppealSettled | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class DecidedMeasure:
    """A decision on a measure (Policy 5.4) with the event that holds it, who recorded it, and the reason."""

    event: int
    decided: record.MeasureDecided
    by: str
    why: str | None


@dataclass(frozen=True, slots=True)
class TakenStep:
    """A step of the law (Policy 5.4.g) with the event that holds it, and who recorded it."""

    event: int
    taken: record.LegalStep
    by: str


@dataclass(frozen=True, slots=True)
class CaseState:
    """All that the record says of one case, as it counts today.

    ``sheets`` are the members' score sheets with the events that hold them, whoever may see them;
    ``recused`` are members who declared themselves or were declared recused. ``decision_reason`` and
    ``closing_reason`` are what was given with the events. ``measures`` and ``legal_steps`` are what was
    decided and done after the review; they concern everybody, applicant or not, and change no stage.
    ``last_event`` is the number of the case's latest event, whatever it says: what a new step is held
    against.
    """

    case: str
    stage: Stage = Stage.NOTHING
    application: record.Applied | None = None
    late: bool | None = None
    admitted_by: str | None = None
    admission_reason: str | None = None
    reviews: tuple[record.Reviewed, ...] = ()
    reviewers: frozenset[str] = frozenset()
    completed: tuple[record.Completed, ...] = ()
    recused: frozenset[str] = frozenset()
    sheets: tuple[tuple[int, record.Scored], ...] = ()
    scores_open: bool = False
    decision: record.Decided | None = None
    decision_reason: str | None = None
    decided_by: str | None = None
    earlier_decisions: tuple[record.Decided, ...] = ()
    publicity: record.Publicised | None = None
    publicity_event: int | None = None
    appeals: tuple[Appeal, ...] = ()
    appointment: record.Appointed | None = None
    appointment_hash: str | None = None
    closing_reason: str | None = None
    measures: tuple[DecidedMeasure, ...] = ()
    legal_steps: tuple[TakenStep, ...] = ()
    last_event: int = 0

    @property
    def year(self) -> int:
        """The review year."""
        return case_parts(self.case)[0]

    @property
    def manager_id(self) -> str:
        """Whose case it is."""
        return case_parts(self.case)[1]

    @property
    def has_applied(self) -> bool:
        """Whether anybody applied: what is decided after the review makes no application (Policy 4.1)."""
        return self.stage is not Stage.NOTHING

    @property
    def known_as(self) -> tuple[tuple[str, str], ...]:
        """Names and departments under which the person is on record: the application's first."""
        applied = () if self.application is None else (self.application,)
        after = (*(one.decided for one in self.measures), *(one.taken for one in self.legal_steps))
        return tuple(dict.fromkeys((one.name, one.department) for one in (*applied, *after)))

    @property
    def name(self) -> str | None:
        """The person's name; None where it is not on record."""
        return self.known_as[0][0] if self.known_as else None

    @property
    def department(self) -> str | None:
        """The person's department; None where it is not on record."""
        return self.known_as[0][1] if self.known_as else None

    @property
    def evidence(self) -> tuple[str, ...]:
        """Everything that was handed in as evidence, with the application and later (Policy 4.1)."""
        first = () if self.application is None else self.application.evidence
        return (*first, *(one for later in self.completed for one in later.evidence))

    @property
    def open_appeals(self) -> tuple[Appeal, ...]:
        """Appeals that are not settled (Policy 4.4)."""
        return tuple(appeal for appeal in self.appeals if appeal.settled is None)

    @property
    def review(self) -> record.Reviewed | None:
        """The department's latest preliminary review (Policy 4.2)."""
        return self.reviews[-1] if self.reviews else None

    def sheet_of(self, member: str) -> tuple[int, record.Scored] | None:
        """A member's score sheet and the event that holds it."""
        return next((sheet for sheet in self.sheets if sheet[1].member == member), None)

    def measure(self, measure: Measure) -> DecidedMeasure | None:
        """What was decided on a measure (Policy 5.4)."""
        return next((one for one in self.measures if one.decided.measure is measure), None)

    def legal_step(self, step: LawStep) -> TakenStep | None:
        """When and how a step of the law was taken (Policy 5.4.g)."""
        return next((one for one in self.legal_steps if one.taken.step is step), None)


def standing(history: Iterable[Event]) -> dict[int, tuple[Event, ...]]:
    """What still counts of each entry, by its number: the event and its corrections, the latest last.

    A correction that is taken back leaves what it corrected. An entry that is taken back is gone with
    all its corrections, and with those that come after.
    """
    found: dict[int, tuple[Event, ...]] = {}
    entry_of: dict[int, int] = {}
    for event in history:
        if isinstance(event.payload, record.Voided):
            number = event.payload.event
            entry = entry_of.get(number, number)
            if entry == number:
                found.pop(entry, None)
            elif entry in found:
                found[entry] = tuple(one for one in found[entry] if one.number != number)
        elif event.corrects is None:
            entry_of[event.number] = event.number
            found[event.number] = (event,)
        else:
            entry = entry_of.get(event.corrects, event.corrects)
            entry_of[event.number] = entry
            if entry in found:
                found[entry] = (*found[entry], event)
    return found


def effective(history: Iterable[Event]) -> tuple[Event, ...]:
    """A case's events as they count: corrected ones replaced in their place, voided ones left out.

    The place is the corrected event's, and so is its number, so that what refers to it still does.
    """
    return tuple(replace(events[-1], number=number) for number, events in sorted(standing(history).items()))


def case_state(case: str, history: Sequence[Event], rules: ProcessRules) -> CaseState:
    """Where ``case`` stands after its ``history`` (its events in their order).

    An event that could not have been recorded where it stands changes what it can and no more: whether
    a history is legal is told by ``steps.faults_of``.
    """
    state = CaseState(case)
    for event in effective(history):
        state = after(state, event, rules)
    return replace(state, last_event=max((event.number for event in history), default=0))


def case_states(history: Iterable[Event], rules: ProcessRules) -> dict[str, CaseState]:
    """Every case of a year's ``history``, by case id, sorted."""
    by_case: dict[str, list[Event]] = {}
    for event in history:
        by_case.setdefault(event.case, []).append(event)
    return {case: case_state(case, by_case[case], rules) for case in sorted(by_case)}


def after(state: CaseState, event: Event, rules: ProcessRules) -> CaseState:
    """``state`` after one more effective event."""
    return replace(_changed(state, event, rules), last_event=event.number)


def _changed(state: CaseState, event: Event, rules: ProcessRules) -> CaseState:
    match event.payload:
        case record.Applied() as application:
            late = rules.is_late(application.applied_on)
            awaits = bool(late) or not any(one.strip() for one in application.evidence)
            stage = Stage.AWAITING_ADMISSION if awaits else Stage.APPLIED
            return replace(state, stage=stage, application=application, late=late)
        case record.Admitted():
            return replace(state, stage=Stage.APPLIED, admitted_by=event.actor, admission_reason=event.reason)
        case record.Reviewed() as review:
            return replace(
                state,
                stage=_AFTER_REVIEW[review.decision],
                reviews=(*state.reviews, review),
                reviewers=state.reviewers | {review.reviewer, event.actor},
            )
        case record.Completed() as completion:
            return replace(state, stage=Stage.APPLIED, completed=(*state.completed, completion))
        case record.Referred():
            return replace(state, stage=Stage.IN_COMMITTEE)
        case record.Recused(member=member):
            return replace(state, recused=state.recused | {member})
        case record.Scored() as sheet:
            return replace(state, sheets=(*state.sheets, (event.number, sheet)))
        case record.ScoresOpened():
            return replace(state, scores_open=True)
        case record.Decided() as decision:
            return _decided(state, decision, event)
        case record.Publicised() as publicity:
            return replace(state, stage=Stage.PUBLICISED, publicity=publicity, publicity_event=event.number)
        case record.Appealed() as received:
            appeals = (*state.appeals, Appeal(event.number, received))
            return replace(state, stage=Stage.APPEALED, appeals=appeals)
        case record.AppealHeard() as heard:
            return replace(state, appeals=_with(state.appeals, heard.appeal, heard=heard))
        case record.AppealSettled() as settled:
            return _settled(state, settled, event.reason)
        case record.Appointed() as appointment:
            return replace(
                state,
                stage=Stage.APPOINTED,
                appointment=appointment,
                appointment_hash=event.hash,
                closing_reason=event.reason,
            )
        case record.NotAppointed():
            return replace(state, stage=Stage.NOT_APPOINTED, closing_reason=event.reason)
        case record.Withdrawn():
            return replace(state, stage=Stage.WITHDRAWN, closing_reason=event.reason)
        case record.MeasureDecided() as measure:
            decided = DecidedMeasure(event.number, measure, event.actor, event.reason)
            return replace(state, measures=(*state.measures, decided))
        case record.LegalStep() as step:
            taken = TakenStep(event.number, step, event.actor)
            return replace(state, legal_steps=(*state.legal_steps, taken))
        case record.Voided():  # never effective: ``effective`` has applied it
            return state


_AFTER_REVIEW = {
    ReviewDecision.PASSED: Stage.REVIEWED,
    ReviewDecision.RETURNED: Stage.RETURNED,
    ReviewDecision.REFUSED: Stage.REFUSED,
}


def _decided(state: CaseState, decision: record.Decided, event: Event) -> CaseState:
    earlier = state.earlier_decisions
    return replace(
        state,
        stage=Stage.DECIDED,
        decision=decision,
        decision_reason=event.reason,
        decided_by=event.actor,
        earlier_decisions=earlier if state.decision is None else (*earlier, state.decision),
        publicity=None,  # a new decision is shown anew
        publicity_event=None,
    )


def _settled(state: CaseState, settled: record.AppealSettled, why: str | None) -> CaseState:
    changed = replace(state, appeals=_with(state.appeals, settled.appeal, settled=settled, why=why))
    if changed.open_appeals:
        return changed
    # an upheld objection sends the case back to the committee, whatever else was refused beside it; those
    # against an earlier decision are told by their place in the record, for days can be the same
    of_round = [appeal.settled for appeal in changed.appeals if appeal.event > (state.publicity_event or 0)]
    is_upheld = any(one is not None and one.upheld for one in of_round)
    return replace(changed, stage=Stage.IN_COMMITTEE if is_upheld else Stage.PUBLICISED)


def _with(appeals: tuple[Appeal, ...], event: int, **changes: object) -> tuple[Appeal, ...]:
    return tuple(
        replace(appeal, **changes) if appeal.event == event else appeal  # type: ignore[arg-type]
        for appeal in appeals
    )
