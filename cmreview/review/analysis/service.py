"""Satisfaction and complaints by department and year, with intervals (Policy 5.1.c, 5.1.d, 5.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from cmreview.review.analysis.material import Material, Row
from cmreview.review.analysis.settings import Settings, not_handed_in, rule_open
from cmreview.review.scrutiny.intervals import Interval, garwood, wilson
from cmreview.review.told import Told


class Kept(StrEnum):
    """Why a rate is not told although its table was handed in."""

    FEW_PEOPLE = "few_people"  # a rate of so few managers is a person's own
    FEW_ANSWERS = "few_answers"
    NOTHING = "nothing"  # nobody was asked, or no customer was served
    RULE_OPEN = "rule_open"


@dataclass(frozen=True, slots=True)
class Answers:
    """What customers answered. ``share`` are the satisfied among the answers, ``interval`` Wilson's.

    ``low`` and ``high`` are the share of all who were asked if nobody, or everybody, who did not answer were
    satisfied: no assumption at all. Without a share ``kept`` says why; ``satisfied`` is then None too where
    the people are few.
    """

    asked: int
    answers: int
    satisfied: int | None
    share: Fraction | None
    interval: Interval | None
    low: Fraction | None
    high: Fraction | None
    kept: Kept | None


@dataclass(frozen=True, slots=True)
class Complaints:
    """Complaints that count, over customers served (each manager's counted); the interval is Garwood's.

    ``kept`` says why there is no rate; ``complaints`` is then None too where the people are few.
    """

    complaints: int | None
    served: int
    rate: Fraction | None
    low: Fraction | None
    high: Fraction | None
    kept: Kept | None


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A department (None: the company) in one year; ``people`` are its managers of the year."""

    department: str | None
    year: int
    people: int
    answers: Answers | None
    complaints: Complaints | None


@dataclass(frozen=True, slots=True)
class Service:
    """The company by year, and its departments in the year that is analysed.

    The reasons say why nothing is known of answers, or of complaints.
    """

    years: tuple[ServiceLine, ...]
    departments: tuple[ServiceLine, ...]
    answers_reason: Told | None
    complaints_reason: Told | None

    @property
    def now(self) -> ServiceLine | None:
        """The company in the year that is analysed."""
        return self.years[-1] if self.years else None


def service(material: Material) -> Service:
    """Satisfaction and complaints, by the figures of everybody's year; a department is that of its end."""
    answers_reason = _reason(material, "surveys", "satisfied_from")
    complaints_reason = _reason(
        material, "complaints", "unjustified_complaints", "cancellation", "customers_served"
    )
    has = (answers_reason is None, complaints_reason is None)
    by_year: dict[int, list[Row]] = {}
    for row in material.frame:
        by_year.setdefault(row["year"], []).append(row)
    now = by_year.get(material.year, [])
    departments: dict[str, list[Row]] = {}
    for row in now:
        if row["department"] is not None:
            departments.setdefault(row["department"], []).append(row)
    settings = material.settings
    return Service(
        years=tuple(_line(None, year, by_year.get(year, []), settings, has) for year in material.years),
        departments=tuple(
            _line(name, material.year, rows, settings, has) for name, rows in sorted(departments.items())
        ),
        answers_reason=answers_reason,
        complaints_reason=complaints_reason,
    )


def answers_of(asked: int, answers: int, satisfied: int, people: int, settings: Settings) -> Answers:
    """The share of satisfied answers, unless people or answers are too few, or the policy is silent."""
    kept = _kept(people, settings)
    if kept is None and not asked:
        kept = Kept.NOTHING
    if kept is None and settings.min_answers is None:
        kept = Kept.RULE_OPEN
    if kept is None and answers < (settings.min_answers or 0):
        kept = Kept.FEW_ANSWERS
    told = None if kept in (Kept.FEW_PEOPLE, Kept.RULE_OPEN) else satisfied
    level = settings.cautions.level
    if kept is not None or not answers:
        return Answers(asked, answers, told, None, None, None, None, kept or Kept.FEW_ANSWERS)
    return Answers(
        asked=asked,
        answers=answers,
        satisfied=satisfied,
        share=Fraction(satisfied, answers),
        interval=None if level is None else wilson(satisfied, answers, level),
        low=Fraction(satisfied, asked),
        high=Fraction(satisfied + asked - answers, asked),
        kept=None,
    )


def complaints_of(complaints: int, served: int, people: int, settings: Settings) -> Complaints:
    """The complaint rate, unless the people are too few or nobody was served."""
    kept = _kept(people, settings)
    if kept is None and not served:
        kept = Kept.NOTHING
    if kept is not None:
        told = complaints if kept is Kept.NOTHING else None
        return Complaints(told, served, None, None, None, kept)
    level = settings.cautions.level
    interval = None if level is None else garwood(complaints, level)
    return Complaints(
        complaints=complaints,
        served=served,
        rate=Fraction(complaints, served),
        low=None if interval is None else interval.low / served,
        high=None if interval is None else interval.high / served,
        kept=None,
    )


def _kept(people: int, settings: Settings) -> Kept | None:
    least = settings.cautions.fewest_for_rate
    if least is None:
        return Kept.RULE_OPEN
    return Kept.FEW_PEOPLE if people < least else None


def _reason(material: Material, table: str, *keys: str) -> Told | None:
    return rule_open(material.policy, *keys) or (None if material.tables[table] else not_handed_in(table))


def _line(
    department: str | None, year: int, rows: Iterable[Row], settings: Settings, has: tuple[bool, bool]
) -> ServiceLine:
    found = list(rows)

    def added(name: str) -> int:
        return sum(row[name] or 0 for row in found)

    has_answers, has_complaints = has
    # customers served are unknown in a year without any contract of the company
    is_served_known = any(row["customers_served"] is not None for row in found)
    return ServiceLine(
        department=department,
        year=year,
        people=len(found),
        answers=answers_of(added("asked"), added("answers"), added("satisfied"), len(found), settings)
        if has_answers
        else None,
        complaints=complaints_of(added("complaints"), added("customers_served"), len(found), settings)
        if has_complaints and is_served_known
        else None,
    )
