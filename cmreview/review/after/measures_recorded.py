"""What people decided after the review, as it is recorded, and what the records say for it (Policy 5.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from cmreview.process.committee import Committee
from cmreview.process.measures import LawStep
from cmreview.process.stages import CaseState
from cmreview.process.steps.measure_fields import Advised, Concerned, FromRecords
from cmreview.review.after.model import (
    Consequences,
    Measure,
    RecordedMeasure,
    RecordedStep,
    Standing,
)
from cmreview.review.model import Case, Review

Recorded = tuple[tuple[RecordedMeasure, ...], tuple[RecordedStep, ...]]


def measures_of(state: CaseState, committee: Committee) -> Recorded:
    """The decisions on a person's measures, and the steps of the law, each in the order of the clause.

    Who decided and recorded is told by name; an id that the committee does not know any more stands itself.
    """
    decided = tuple(
        RecordedMeasure(
            measure=measure,
            agreed=one.decided.agreed,
            decided_on=one.decided.decided_on,
            decided_by=committee.name_of(one.by),
            reason=one.why,
            event=one.event,
            amount=None if one.decided.amount is None else Fraction(one.decided.amount),
            to_level=one.decided.to_level,
            effective_on=one.decided.effective_on,
        )
        for measure in Measure
        if (one := state.measure(measure)) is not None
    )
    steps = tuple(
        RecordedStep(
            step=step.value,
            done_on=own.taken.done_on,
            document=own.taken.document,
            recorded_by=committee.name_of(own.by),
            event=own.event,
        )
        for step in LawStep
        if (own := state.legal_step(step)) is not None
    )
    return decided, steps


def recorded(states: Mapping[str, CaseState], committee: Committee) -> dict[str, Recorded]:
    """The same of everybody of whom something is recorded, by manager id (``consequences.Beside``)."""
    return {
        state.manager_id: measures_of(state, committee)
        for state in states.values()
        if state.measures or state.legal_steps
    }


def from_records(review: Review) -> FromRecords:
    """Who is on the roster, and what followed from the figures for each: what a decision is held against."""
    people = {
        case.person.manager_id: Concerned(case.person.name, case.person.department, case.person.level)
        for case in review.cases
    }
    advised = {
        (case.person.manager_id, measure): advice
        for case in review.cases
        if case.consequences is not None
        for measure, advice in _advised(case.consequences)
    }
    return FromRecords(people, advised)


def _advised(found: Consequences) -> Iterator[tuple[Measure, Advised]]:
    for measure in Measure:
        advice = found.of(measure)
        if measure is Measure.BONUS and found.bonus is not None:
            yield measure, Advised(found.bonus.standing, amount=_yuan(found.bonus.paid))
        elif advice is not None:
            yield measure, Advised(advice.standing, to_level=advice.to_level)
        else:  # nothing in the year speaks of it
            yield measure, Advised(Standing.NOT_DUE)


def _yuan(paid: Fraction | None) -> Decimal | None:
    """An amount of whole units as people write it; None where there is none to pay."""
    if not paid:
        return None
    return Decimal(paid.numerator) / Decimal(paid.denominator)


@dataclass(frozen=True, slots=True)
class AgreedBonuses:
    """The bonuses that people agreed to: how many, their sum in yuan, and how much of it the budget lacks.

    ``over`` is zero within the budget, None without one. Nothing is lowered by itself (Policy 5.4.a).
    """

    count: int
    total: Fraction
    over: Fraction | None


def agreed_bonuses(cases: Iterable[Case], budget: Fraction | None) -> AgreedBonuses:
    """The bonuses agreed to, held against the year's ``budget`` in yuan (Policy 5.4.a)."""
    found = [case.consequences.decision(Measure.BONUS) for case in cases if case.consequences is not None]
    amounts = [one.amount for one in found if one is not None and one.agreed and one.amount is not None]
    total = sum(amounts, Fraction(0))
    over = None if budget is None else max(total - budget, Fraction(0))
    return AgreedBonuses(len(amounts), total, over)
