"""Each indicator against its threshold by level, and what another threshold would do (Policy 3, 5.3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction

from cmreview.policy.model import Compare, Criterion, Group, Policy
from cmreview.review import rules
from cmreview.review.analysis.settings import Settings
from cmreview.review.criteria import judge
from cmreview.review.model import Case, Verdict
from cmreview.terms import Outcome, Unit

_NOT_SCALED = (Unit.DEGREE, Unit.FLAG)


@dataclass(frozen=True, slots=True)
class Changed:
    """One changed threshold: how many would meet the criterion, and all of the level's requirements.

    ``step`` is the part of the threshold by which it was changed, below zero downwards; a threshold that
    counts is the next whole number that way.
    """

    step: Fraction
    threshold: Fraction
    met: int
    all_met: int


@dataclass(frozen=True, slots=True)
class Spread:
    """One performance criterion over everybody who holds its level.

    ``people`` = ``met`` + ``missed`` + ``no_evidence`` + ``no_rule``. The quartiles are values that people
    have (nearest rank) among those with a value; ``bands`` counts values by their part of the threshold
    asked of that person. ``few``: too few people, and then only ``people`` is told. ``all_met`` meet every
    requirement of the level as the policy stands.
    """

    criterion: str
    level: str
    indicator: str
    over_level: str | None
    unit: Unit
    lower_is_better: bool
    threshold: Fraction | None
    people: int
    few: bool
    met: int | None
    missed: int | None
    no_evidence: int | None
    no_rule: int | None
    all_met: int | None
    quartiles: tuple[Fraction, Fraction, Fraction] | None
    bands: tuple[int, ...] | None
    changes: tuple[Changed, ...]


def thresholds(
    cases: Iterable[Case], policy: Policy, settings: Settings, currency: str
) -> tuple[Spread, ...]:
    """Every performance criterion that somebody is held against, highest level first."""
    by_level: dict[str, list[tuple[Verdict, ...]]] = {}
    for case in cases:
        if case.held:
            by_level.setdefault(case.held[0].level, []).append(case.held)
    return tuple(
        _spread(criterion, by_level[level.id], policy, settings, currency)
        for level in reversed(policy.levels)
        if level.id in by_level
        for criterion in policy.criteria_for(level.id, Group.PERFORMANCE)
    )


def quartiles(values: Sequence[Fraction]) -> tuple[Fraction, Fraction, Fraction]:
    """The values a quarter, half and three quarters up (nearest rank); ValueError for none.

    >>> [int(value) for value in quartiles([Fraction(n) for n in (1, 2, 3, 4, 5)])]
    [2, 3, 4]
    """
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    # the smallest value that so many quarters of all do not exceed
    first, middle, last = (ordered[-(-quarter * len(ordered) // 4) - 1] for quarter in (1, 2, 3))
    return first, middle, last


def band(value: Fraction, threshold: Fraction, ends: Sequence[Fraction]) -> int:
    """In which of the bands between ``ends`` a value lies; a band begins with its lower end.

    >>> ends = (Fraction(1, 2), Fraction(1))
    >>> [band(Fraction(value), Fraction(100), ends) for value in (100, 99, 0)]
    [2, 1, 0]
    """
    return sum(value >= threshold * end for end in ends)


def tried(threshold: Decimal, step: Fraction, unit: Unit) -> Decimal:
    """A threshold changed by a part of itself; of a count the next whole number that way.

    >>> [str(tried(Decimal(5), Fraction(step, 10), Unit.COUNT)) for step in (-2, -1, 1)]
    ['4', '4', '6']
    """
    changed = threshold + threshold * step.numerator / step.denominator
    if unit is not Unit.COUNT:
        return changed
    # half a customer is nobody, so that a step of less than one would change nothing
    return changed.to_integral_value(ROUND_FLOOR if step < 0 else ROUND_CEILING)


def _spread(
    criterion: Criterion,
    people: Sequence[tuple[Verdict, ...]],
    policy: Policy,
    settings: Settings,
    currency: str,
) -> Spread:
    own = [next(v for v in verdicts if v.criterion == criterion.id) for verdicts in people]
    threshold = rules.threshold(criterion)
    least = settings.cautions.fewest_for_rate
    empty = Spread(
        criterion=criterion.id,
        level=criterion.level,
        indicator=criterion.indicator,
        over_level=criterion.over_level,
        unit=own[0].fact.unit,
        lower_is_better=criterion.compare is Compare.BELOW,
        threshold=threshold,
        people=len(people),
        few=True,
        met=None,
        missed=None,
        no_evidence=None,
        no_rule=None,
        all_met=None,
        quartiles=None,
        bands=None,
        changes=(),
    )
    if least is None or len(people) < least:
        return empty
    outcomes = [verdict.outcome for verdict in own]
    has_value = [v for v in own if v.fact.value is not None and v.outcome in (Outcome.MET, Outcome.MISSED)]
    is_enough = len(has_value) >= least
    others_met = [
        all(v.outcome is Outcome.MET for v in verdicts if v.criterion != criterion.id) for verdicts in people
    ]
    return replace(
        empty,
        few=False,
        met=outcomes.count(Outcome.MET),
        missed=outcomes.count(Outcome.MISSED),
        no_evidence=outcomes.count(Outcome.NO_EVIDENCE),
        no_rule=outcomes.count(Outcome.NO_RULE),
        all_met=sum(v.outcome is Outcome.MET and rest for v, rest in zip(own, others_met, strict=True)),
        quartiles=quartiles([v.fact.value for v in has_value if v.fact.value is not None])
        if is_enough
        else None,
        bands=_bands(has_value, settings.bands) if is_enough and settings.bands is not None else None,
        changes=_changes(criterion, own, others_met, policy, settings.tried_steps or (), currency),
    )


def _bands(verdicts: Sequence[Verdict], ends: Sequence[Fraction]) -> tuple[int, ...] | None:
    counts = [0] * (len(ends) + 1)
    for verdict in verdicts:
        if verdict.fact.value is None or not verdict.threshold or verdict.threshold <= 0:
            return None  # nothing is a part of a threshold of nothing
        counts[band(verdict.fact.value, verdict.threshold, ends)] += 1
    return tuple(counts)


def _changes(
    criterion: Criterion,
    own: Sequence[Verdict],
    others_met: Sequence[bool],
    policy: Policy,
    steps: Sequence[Fraction],
    currency: str,
) -> tuple[Changed, ...]:
    """Everybody judged again by the same rules under each of the tried thresholds."""
    known = criterion.threshold
    if known is None or not isinstance(known.value, Decimal) or own[0].fact.unit in _NOT_SCALED:
        return ()
    found = []
    for step in steps:
        value = tried(known.value, step, own[0].fact.unit)
        if value <= 0 < known.value:
            continue  # what everybody reaches asks for nothing, and is no threshold
        other = policy.with_threshold(criterion.id, value)
        changed = other.criterion(criterion.id)
        is_met = [
            judge(changed, [v.fact], other, active=_active(v), currency=currency).outcome is Outcome.MET
            for v in own
        ]
        both = sum(met and rest for met, rest in zip(is_met, others_met, strict=True))
        found.append(Changed(step, Fraction(value), sum(is_met), both))
    return tuple(found)


def _active(verdict: Verdict) -> Fraction:
    """The share of the year by which leave shortened what was asked of this person."""
    if verdict.full_threshold is None or verdict.threshold is None or not verdict.full_threshold:
        return Fraction(1)
    return verdict.threshold / verdict.full_threshold
