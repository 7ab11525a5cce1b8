"""What people type of a decision after the review or a step of the law, made into what is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from cmreview.errors import ProcessError
from cmreview.process.access import same_name
from cmreview.process.labels import label
from cmreview.process.measures import LawStep, LegalStep, Measure, MeasureDecided, Standing
from cmreview.process.stages import CaseState

if TYPE_CHECKING:
    from cmreview.process.steps.typed import StepFields

_T = TypeVar("_T", str, Decimal)


@dataclass(frozen=True, slots=True)
class Concerned:
    """Somebody on the roster: name, department, and the level held, None without any."""

    name: str
    department: str
    level: str | None


@dataclass(frozen=True, slots=True)
class Advised:
    """What followed from the figures for one measure: how far, and the bonus or the level that it gives."""

    standing: Standing
    amount: Decimal | None = None
    to_level: str | None = None


@dataclass(frozen=True, slots=True)
class FromRecords:
    """What the departments' records say for decisions after the review (Policy 5.4).

    ``people`` are all on the roster by manager id. ``advised`` is by manager id and measure, and holds
    nobody for whom nothing was worked out.
    """

    people: Mapping[str, Concerned]
    advised: Mapping[tuple[str, Measure], Advised]


def measure(
    state: CaseState,
    given: StepFields,
    on: date,
    levels: Mapping[str, str],
    records: FromRecords | None,
    *,
    agreed: bool,
) -> MeasureDecided:
    """A decision on a measure as it would be recorded; what the records say stands in for what is not typed.

    Raises ProcessError where they say otherwise than was typed, or where neither says it.
    """
    if given.measure is None:
        raise TypeError("a decision on a measure names its measure")
    person = _person(state, given, levels, records)
    advised = None if records is None else records.advised.get((state.manager_id, given.measure))
    standing = _standing(state, given.measure, given.advised, advised)
    to_level = None if given.to_level is None else levels.get(given.to_level, given.to_level)
    amount = None if given.amount is None else _without_idle_zeros(given.amount)
    if agreed and advised is not None:
        to_level = _worked_out(state, given, to_level, advised.to_level)
        amount = _worked_out(state, given, amount, advised.amount)
    return MeasureDecided(
        measure=given.measure,
        agreed=agreed,
        decided_on=on,
        advised=standing,
        name=person.name,
        department=person.department,
        level=person.level,
        effective_on=given.effective_on,
        to_level=to_level,
        amount=amount,
    )


def legal_step(
    state: CaseState, given: StepFields, on: date, levels: Mapping[str, str], records: FromRecords | None
) -> LegalStep:
    """A step of the law as it would be recorded."""
    person = _person(state, given, levels, records)
    step = LawStep(given.legal_step or "")
    return LegalStep(step, on, given.document or "", person.name, person.department, bool(given.in_lieu))


def _person(
    state: CaseState, given: StepFields, levels: Mapping[str, str], records: FromRecords | None
) -> Concerned:
    """Whom it concerns: by the roster; without one as typed, or as it is on record already."""
    typed = None if given.level is None else levels.get(given.level, given.level)
    if records is None:
        name, department = given.name or state.name, given.department or state.department
        if not name or not department:
            raise ProcessError("measures.nobody", case=state.case)
        return Concerned(name, department, typed if typed is not None else _level(state))
    person = records.people.get(state.manager_id)
    if person is None:
        raise ProcessError("measures.not_on_roster", case=state.case)
    for said, known in (
        (given.name, person.name),
        (given.department, person.department),
        (typed, person.level),
    ):
        if said is not None and not same_name(said, known or ""):
            raise ProcessError("measures.off_the_roster", case=state.case, typed=said, roster=known or "—")
    return person


def _level(state: CaseState) -> str | None:
    """The level held as it is on record."""
    if state.application is not None:
        return state.application.level
    return state.measures[-1].decided.level if state.measures else None


def _standing(
    state: CaseState, measure: Measure, typed: Standing | None, computed: Advised | None
) -> Standing:
    """What followed from the figures: as it is worked out, or as somebody read it in the packet."""
    if computed is None:
        if typed is None:
            raise ProcessError("measures.advice_missing", case=state.case, measure=label(measure))
        return typed
    if typed not in (None, computed.standing):
        raise ProcessError(
            "measures.other_advice",
            case=state.case,
            measure=label(measure),
            typed=label(typed or computed.standing),
            computed=label(computed.standing),
        )
    return computed.standing


def _without_idle_zeros(amount: Decimal) -> Decimal:
    """A cell's amount comes with more places than money has; what was typed counts and not its zeros."""
    return amount.normalize() if amount % 1 else amount.to_integral_value()


def _worked_out(state: CaseState, given: StepFields, typed: _T | None, computed: _T | None) -> _T | None:
    """What was typed, with a reason where it departs from what was worked out."""
    if typed is None:
        return computed
    if computed is not None and typed != computed and not (given.reason or "").strip():
        raise ProcessError(
            "measures.otherwise_without_reason",
            case=state.case,
            measure="" if given.measure is None else label(given.measure),
            typed=typed,
            computed=computed,
        )
    return typed
