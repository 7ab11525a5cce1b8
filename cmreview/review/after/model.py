"""The shapes of what follows from a year: runs of years, rewards, penalties (Policy 5.4).

Money is in yuan and exact. Everything here is advice: a measure happens only by a recorded decision of a
named person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from cmreview.process.measures import CLAUSES as CLAUSES
from cmreview.process.measures import Measure as Measure
from cmreview.process.measures import Standing as Standing
from cmreview.review.told import Told
from cmreview.terms import Outcome, Unit


class Counted(StrEnum):
    """What a year does to a run of years missed."""

    EXTENDS = "extends"
    BREAKS = "breaks"
    NEUTRAL = "neutral"  # neither extends nor breaks it


@dataclass(frozen=True, slots=True)
class YearMark:
    """One year of a person's run (Policy 5.4.e to 5.4.g); ``why`` tells what made it count as it does.

    ``is_recorded`` marks the recorded conclusion of an earlier year; the review year's is computed.
    """

    year: int
    level: str | None
    outcome: Outcome
    counted: Counted
    is_recorded: bool
    why: Told | None = None


@dataclass(frozen=True, slots=True)
class Streak:
    """Years missed in a row up to the review year (连续未达标年数), the latest year first.

    ``length`` counts those that extend the run. ``contradictions`` tell where the history disagrees with
    itself: people must settle it before anything is decided.
    """

    length: int
    years: tuple[YearMark, ...]
    contradictions: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal of an improvement plan (改进计划, Policy 5.4.e): a missed criterion and what it asks for."""

    criterion: str
    indicator: str
    unit: Unit
    value: Fraction | None
    threshold: Fraction | None
    told: Told


@dataclass(frozen=True, slots=True)
class Incident:
    """A recorded error at work with its assessed loss (重大损失, Policy 5.4.h).

    ``is_major``: met where the loss reaches the policy's amount, missed below it, no evidence while nobody
    has assessed it. ``severity``: minor, serious, grave.
    """

    incident_id: str
    happened_on: date
    description: str
    loss: Fraction | None
    severity: str | None
    assessed_by: str | None
    assessed_on: date | None
    proposed_discipline: str | None
    is_major: Outcome


@dataclass(frozen=True, slots=True)
class Advice:
    """One measure with how far it follows and why (Policy 5.4).

    ``to_level`` is the level after a demotion; ``months`` how long an improvement plan runs, with its
    ``goals``; ``steps`` are the steps of the law that must be recorded before a dismissal is decided;
    ``benefits`` what excellent years earn.
    """

    measure: Measure
    standing: Standing
    because: tuple[Told, ...]
    to_level: str | None = None
    months: int | None = None
    goals: tuple[Goal, ...] = ()
    steps: tuple[str, ...] = ()
    benefits: tuple[str, ...] = ()

    @property
    def clause(self) -> str:
        """The clause that the measure rests on."""
        return CLAUSES[self.measure]


@dataclass(frozen=True, slots=True)
class BonusPart:
    """The part of a bonus by one basis (``sales_growth`` or ``sales_share``), in yuan (Policy 5.4.a).

    ``reached`` is where the step begins that was reached, None below the first. ``amount`` None is left to
    the committee, or has no rule.
    """

    basis: str
    figure: Fraction | None
    reached: Fraction | None
    amount: Fraction | None
    because: Told


@dataclass(frozen=True, slots=True)
class Bonus:
    """One person's bonus in yuan, with its arithmetic (奖金, Policy 5.4.a).

    The parts, less ``dropped`` below the smallest unit, give ``computed``; less ``reduction`` for the budget
    they give ``paid``. None where it is not settled, and ``because`` says why.
    """

    parts: tuple[BonusPart, ...]
    standing: Standing
    because: Told
    dropped: Fraction = Fraction(0)
    computed: Fraction | None = None
    reduction: Fraction = Fraction(0)
    paid: Fraction | None = None


@dataclass(frozen=True, slots=True)
class BonusPool:
    """The bonuses of the company together, in yuan (Policy 5.4.a): ``paid`` never exceeds ``budget``.

    ``rule`` is the policy's word for a budget exceeded; ``is_capped`` whether it came to that. ``unsettled``
    counts people whose bonus is left to the committee: what they get must fit into what is ``left``.
    """

    budget: Fraction | None
    computed: Fraction
    paid: Fraction
    left: Fraction | None
    is_capped: bool
    rule: str | None
    people: int
    unsettled: int


@dataclass(frozen=True, slots=True)
class Alternative:
    """A measure that would have come out otherwise under another year's policy.

    ``told`` names the clause and what makes the difference.
    """

    policy_year: int
    measure: Measure
    here: Standing
    there: Standing
    told: Told


@dataclass(frozen=True, slots=True)
class RecordedMeasure:
    """What people decided on a measure, by name and with the reason (Policy 5.4).

    ``amount`` is that of a bonus, in yuan; ``to_level`` and ``effective_on`` are those of a demotion.
    """

    measure: Measure
    agreed: bool
    decided_on: date
    decided_by: str
    reason: str | None
    event: int
    amount: Fraction | None = None
    to_level: str | None = None
    effective_on: date | None = None


@dataclass(frozen=True, slots=True)
class RecordedStep:
    """A step of the law that was taken before a dismissal (Policy 5.4.g), with its document."""

    step: str
    done_on: date
    document: str
    recorded_by: str
    event: int


@dataclass(frozen=True, slots=True)
class Consequences:
    """All that follows from the year for one person (奖惩, Policy 5.4).

    ``outcome`` is that of the performance requirements of the level held. ``decided`` and ``steps`` are what
    is recorded of it.
    """

    outcome: Outcome
    streak: Streak
    advice: tuple[Advice, ...]
    bonus: Bonus | None
    incidents: tuple[Incident, ...]
    alternatives: tuple[Alternative, ...] = ()
    decided: tuple[RecordedMeasure, ...] = ()
    steps: tuple[RecordedStep, ...] = ()

    def of(self, measure: Measure) -> Advice | None:
        """The advice on one measure, None where nothing speaks of it."""
        return next((one for one in self.advice if one.measure is measure), None)

    def decision(self, measure: Measure) -> RecordedMeasure | None:
        """What people decided on one measure, None where nothing is recorded of it."""
        return next((one for one in self.decided if one.measure is measure), None)
