"""Calendar arithmetic over the small tables of people: service, levels held, days employed, leave."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Any

from cmreview.review.model import Spell

if TYPE_CHECKING:
    from cmreview.records.model import Records

_DAY = timedelta(days=1)

# First and last day, both inclusive; a last day None has not come yet.
Interval = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class Tenure:
    """A length of time by the calendar: full years, and the days of the year that is running.

    ``of_days`` is the length of that running year, 365 or 366 days.
    """

    years: int
    days: int
    of_days: int = 365

    @property
    def fraction(self) -> Fraction:
        """Years as one exact number; at least N exactly when N full years are done."""
        return self.years + Fraction(self.days, self.of_days)


def add_years(day: date, years: int) -> date:
    """The same day some years later; 29 February becomes the month's last day (Civil Code, article 202).

    >>> add_years(date(2024, 2, 29), 1)
    datetime.date(2025, 2, 28)
    """
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def completed(first: date, last: date) -> Tenure:
    """Time from ``first`` to ``last``, both days worked, by calendar dates and not by days over 365.

    A year is complete on the day before its anniversary. ``last`` before ``first`` is no time at all.

    >>> completed(date(2024, 1, 1), date(2026, 12, 31))
    Tenure(years=3, days=0, of_days=365)
    """
    end = last + _DAY
    if end <= first:
        return Tenure(0, 0)
    years = end.year - first.year
    if add_years(first, years) > end:
        years -= 1
    anniversary = add_years(first, years)
    return Tenure(years, (end - anniversary).days, (add_years(first, years + 1) - anniversary).days)


def service(since: date | None, through: date, left_on: date | None = None) -> Tenure | None:
    """Whole service as an account manager up to and including ``through`` (从业年限).

    ``since`` is the first day as an account manager, here or elsewhere; without it there is no
    evidence and the answer is None. Policy 3.1.Q2, 3.2.Q2, 3.3.Q2.

    >>> service(date(2023, 1, 1), date(2025, 12, 31)).years
    3
    """
    if since is None:
        return None
    return completed(since, through if left_on is None else min(through, left_on))


def years_at_level(spells: Sequence[Spell], level: str, through: date) -> Tenure | None:
    """Time held at ``level`` up to and including ``through`` (任职年限); None where it was never held.

    A change of department does not interrupt it. Of several stretches each counts its full years by
    the calendar; the days left over are added, and 365 of them make a year. Policy 3.2.Q3, 3.3.Q3.

    >>> spell = Spell("销售一部", "junior", date(2023, 7, 1), None)
    >>> years_at_level([spell], "junior", date(2025, 12, 31))
    Tenure(years=2, days=184, of_days=365)
    """
    stretches = [completed(first, last) for first, last in _stretches(spells, level, through)]
    if len(stretches) < 2:
        return stretches[0] if stretches else None
    more, days = divmod(sum(stretch.days for stretch in stretches), 365)
    return Tenure(sum(stretch.years for stretch in stretches) + more, days)


def _stretches(spells: Sequence[Spell], level: str, through: date) -> list[tuple[date, date]]:
    """First and last day of each uninterrupted time at ``level``, none after ``through``."""
    found: list[tuple[date, date]] = []
    for spell in in_turn(spells):
        first, last = spell.start, _last(spell, through)
        if spell.level != level or last < first:
            continue
        if found and found[-1][1] + _DAY == first:
            first = found.pop()[0]
        found.append((first, last))
    return found


def days_at_level(spells: Sequence[Spell], level: str, year: int) -> int:
    """Days of one calendar year on which ``level`` was held."""
    held = [(spell.start, spell.end) for spell in in_turn(spells) if spell.level == level]
    return days_within(held, date(year, 1, 1), date(year, 12, 31))


def spell_on(spells: Sequence[Spell], day: date) -> Spell | None:
    """The line of the level history that holds on ``day``; None in a gap."""
    found = None
    for spell in in_turn(spells):
        if spell.start <= day <= _last(spell, day):
            found = spell
    return found


def in_turn(spells: Iterable[Spell]) -> tuple[Spell, ...]:
    """A level history by start, each line ending at the latest on the day before the next one begins.

    So an open line that was never closed ends where the next begins, and no day counts twice.
    """
    ordered = tuple(spells)
    # asked many times over of the same people, whose lines are in turn from the first time on
    if all(line.end is not None and line.end < then.start for line, then in pairwise(ordered)):
        return ordered
    ordered = tuple(sorted(ordered, key=lambda spell: spell.start))
    nexts: list[Spell | None] = [*ordered, None][1:]
    return tuple(
        spell
        if following is None or (spell.end is not None and spell.end < following.start)
        else Spell(spell.department, spell.level, spell.start, following.start - _DAY)
        for spell, following in zip(ordered, nexts, strict=True)
    )


def days_within(intervals: Iterable[Interval], first: date, last: date) -> int:
    """Days from ``first`` to ``last`` that lie in any of the intervals; a day in two counts once.

    >>> days_within(
    ...     [(date(2025, 1, 1), date(2025, 1, 3)), (date(2025, 1, 3), None)],
    ...     date(2025, 1, 1),
    ...     date(2025, 1, 10),
    ... )
    10
    """
    days, free_from = 0, first
    for start, end in sorted(intervals, key=lambda interval: interval[0]):
        begin = max(start, free_from)
        finish = last if end is None else min(end, last)
        if begin <= finish:
            days += (finish - begin).days + 1
            free_from = finish + _DAY
    return days


@cache
def days_in_year(year: int) -> int:
    """365 or 366."""
    return 366 if calendar.isleap(year) else 365


def histories(records: Records) -> Mapping[str, tuple[Spell, ...]]:
    """Level history (等级履历) of every manager, each in turn and ending with the employment."""
    left = dict(zip(*_columns(records, "managers", "manager_id", "left_on"), strict=True))
    names = ("manager_id", "department", "level", "start", "end")
    lines: dict[str, list[Spell]] = {}
    for manager, department, level, start, end in zip(
        *_columns(records, "level_history", *names), strict=True
    ):
        last = min((day for day in (end, left.get(manager)) if day is not None), default=None)
        lines.setdefault(manager, []).append(Spell(department, level, start, last))
    return {manager: in_turn(spells) for manager, spells in lines.items()}


def leaves(records: Records) -> Mapping[str, tuple[Interval, ...]]:
    """Recorded leave (离岗) of every manager who has some."""
    found: dict[str, list[Interval]] = {}
    for manager, start, end in zip(*_columns(records, "leaves", "manager_id", "start", "end"), strict=True):
        found.setdefault(manager, []).append((start, end))
    return {manager: tuple(intervals) for manager, intervals in found.items()}


def _columns(records: Records, table: str, *names: str) -> list[list[Any]]:
    arrow = records.arrow(table)
    return [arrow.column(name).to_pylist() for name in names]


def _last(spell: Spell, through: date) -> date:
    return through if spell.end is None else min(spell.end, through)


def months_of(years: Decimal | int) -> int:
    """Whole months that are no fewer than so many years.

    >>> months_of(3), months_of(Decimal("2.5")), months_of(Decimal("0.3"))
    (36, 30, 4)
    """
    return ceil(Decimal(years) * 12)
