"""From verdicts to gaps: what a person still lacks for the level held and for the next, in natural units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from fractions import Fraction
from math import ceil, floor

from cmreview.policy.model import Compare
from cmreview.review.bases import GROWTHS, scale_of
from cmreview.review.criteria import shortfall
from cmreview.review.model import Figure, Told, Verdict
from cmreview.terms import INDICATORS, Outcome, Unit


class Towards(StrEnum):
    """Which level a gap keeps a person from."""

    HELD = "held"  # 现等级
    NEXT = "next"  # 上一级


class Priority(IntEnum):
    """The order in which gaps are trained for (Policy 6.1), the most urgent first."""

    HELD_MISSED = 1
    HELD_NO_EVIDENCE = 2
    NEXT_LEVEL = 3


@dataclass(frozen=True, slots=True)
class Gap:
    """What one criterion lacks (差距). Policy 6.1, 6.3.

    ``verdict`` is missed or without evidence. ``gap`` is how much is missing in the indicator's unit, never
    negative; None where nothing is to be counted: an exam, or missing evidence. ``told`` says it in words
    and ``natural`` what it comes to where a share or growth is counted from people or money. A gap of 0 is
    a value on a line that only what lies below it passes.
    """

    verdict: Verdict
    towards: Towards
    gap: Fraction | None
    told: Told
    natural: Told | None = None

    @property
    def criterion(self) -> str:
        """The clause id."""
        return self.verdict.criterion

    @property
    def level(self) -> str:
        """The level that asks for it."""
        return self.verdict.level

    @property
    def indicator(self) -> str:
        """What is measured."""
        return self.verdict.fact.indicator

    @property
    def priority(self) -> Priority:
        """How urgent it is: what the level held asks for before what the next one does."""
        if self.towards is Towards.NEXT:
            return Priority.NEXT_LEVEL
        missed = self.verdict.outcome is Outcome.MISSED
        return Priority.HELD_MISSED if missed else Priority.HELD_NO_EVIDENCE


@dataclass(frozen=True, slots=True)
class Gaps:
    """All gaps of one person, in the order of the clauses; ``without_rule`` tells what has no rule."""

    held: tuple[Gap, ...]
    above: tuple[Gap, ...]
    without_rule: tuple[Told, ...]

    @property
    def by_priority(self) -> tuple[Gap, ...]:
        """The most urgent first; among equals in the order of the clauses."""
        return tuple(sorted((*self.held, *self.above), key=lambda gap: gap.priority))


def gaps(held: Sequence[Verdict], above: Sequence[Verdict]) -> Gaps:
    """The gaps to the level held and to the next one (Policy 6.1, 6.3).

    ``held`` are the verdicts of the level held (none without a level), ``above`` those of all criteria of
    the next one (none at the top). What is met is no gap. Missing evidence is one of its own kind: it is to
    be handed in. A criterion without a rule is no gap, and is told.
    """
    without = [verdict for verdict in (*held, *above) if verdict.outcome is Outcome.NO_RULE]
    return Gaps(
        held=tuple(_gaps(held, Towards.HELD)),
        above=tuple(_gaps(above, Towards.NEXT)),
        without_rule=tuple(dict.fromkeys(_without_rule(verdict) for verdict in without)),
    )


def in_full(verdict: Verdict) -> Verdict:
    """A miss held against a whole year's threshold: leave of the past one shortens no goal (Policy 5.4.e).

    Of 4 asked for after leave, and 5 in a whole year, who has 3 is 2 short of the goal.
    """
    full, value = verdict.full_threshold, verdict.fact.value
    if full is None or value is None or verdict.compare is not Compare.AT_LEAST:
        return verdict
    return replace(verdict, threshold=full, margin=value - full, full_threshold=None)


def _gaps(verdicts: Sequence[Verdict], towards: Towards) -> Iterator[Gap]:
    for verdict in verdicts:
        if verdict.outcome not in (Outcome.MISSED, Outcome.NO_EVIDENCE):
            continue
        is_missed = verdict.outcome is Outcome.MISSED
        yield Gap(
            verdict=verdict,
            towards=towards,
            gap=_size(verdict) if is_missed else None,
            told=shortfall(verdict) if is_missed else _to_hand_in(verdict),
            natural=_natural(verdict) if is_missed else None,
        )


def _size(verdict: Verdict) -> Fraction | None:
    if verdict.margin is None or verdict.fact.unit is Unit.FLAG:
        return None
    size = -verdict.margin
    # a threshold taken times the days present may be a fraction; customers come whole
    return Fraction(ceil(size)) if verdict.fact.unit is Unit.COUNT else size


def _to_hand_in(verdict: Verdict) -> Told:
    label = INDICATORS[verdict.fact.indicator].label
    reason = verdict.reason or Told("review.evidence.not_in_records")
    return Told("development.gap.hand_in", (("indicator", label), ("reason", reason)))


def _without_rule(verdict: Verdict) -> Told:
    label = INDICATORS[verdict.fact.indicator].label
    reason = verdict.reason or Told("review.rule.threshold_open")
    values = (("indicator", label), ("clause", verdict.criterion), ("reason", reason))
    return Told("development.gap.no_rule", values)


def _natural(verdict: Verdict) -> Told | None:
    """What the gap of a share or a growth comes to in what it is counted from, the rest as it is."""
    fact, threshold = verdict.fact, verdict.threshold
    scale = scale_of(fact)
    if scale is None or threshold is None or scale.name == fact.indicator:
        return None
    if fact.denominator == 0 or (fact.indicator == "sales_share" and threshold >= 1):
        return None
    target = scale.to(threshold)
    is_below = verdict.compare is Compare.BELOW
    if is_below != INDICATORS[fact.indicator].lower_is_better:
        return None  # a ceiling on what is better high, or a floor under what is better low
    if is_below:
        most = Fraction(ceil(target) - 1)  # complaints are what is counted here, and they come whole
        return Told(f"development.natural.{scale.name}", (("most", str(most)),))
    target = Fraction(ceil(target)) if scale.is_whole else target
    more = (("more", _written(target - scale.now, scale.unit)), ("target", _written(target, scale.unit)))
    kind = "growth" if fact.indicator in GROWTHS else "share"
    return Told(f"development.natural.{scale.name}_{kind}", more)


def _written(value: Fraction, unit: Unit) -> Figure | str:
    return Figure(value, unit) if unit is Unit.MONEY else str(floor(value))
