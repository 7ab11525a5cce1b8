"""China's official working days, counted by the notices of the State Council and never guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Literal, get_args

from cmreview.errors import InputError
from cmreview.findings import Finding
from cmreview.words import say

FirstDay = Literal["next_day", "posting_day"]

_DAY = timedelta(days=1)
_SATURDAY = 5  # of date.weekday(), Monday being 0
# A notice also moves days around the New Year that it begins with: that of 2019 gave away 29 and 31 December
# 2018. So the last seven days of a year are settled only when the next year's notice is there.
_UNSETTLED_FROM = (12, 25)


class CalendarNotPublished(InputError):
    """A day lies in a year whose notice is not in the calendar: a person must type the date."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice of the State Council's office: the ``year`` it arranges, and the day it was ``published``."""

    year: int
    title: str
    number: str
    published: date


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What a notice says of one day: working or off, for which holiday, by the notice of which ``year``."""

    is_working: bool
    name: str
    year: int


@dataclass(frozen=True, slots=True)
class Window:
    """A span of days, both ends inclusive. Policy 4.4.

    ``first`` is the first day that counts, which may lie after the day of posting. ``days`` are the
    working days in it, None where nobody can know them yet. ``typed``: the last day is a person's,
    and the calendar could not check it. ``may_change``: the next year's notice, not there yet, may
    still move it.
    """

    first: date
    last: date
    days: int | None
    typed: bool = False
    may_change: bool = False

    def remarks(self, lang: str = "zh") -> tuple[str, ...]:
        """What must be read beside the dates: a sentence for each mark that is set."""
        marks = {"typed": self.typed, "may_change": self.may_change}
        return tuple(say(f"workdays.remark.{mark}", lang) for mark, is_set in marks.items() if is_set)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of the years whose notices are known.

    ``arranged`` holds the days that a notice names; every other day of such a year is a working day
    from Monday to Friday. ``findings`` are the file's oddities that change no answer. All days are
    dates without a time (TypeError for a datetime, which equals no date).
    """

    notices: tuple[Notice, ...]
    arranged: Mapping[date, Arrangement]
    findings: tuple[Finding, ...] = ()

    @property
    def years(self) -> tuple[int, ...]:
        """The years that have a notice, in order."""
        return tuple(sorted({notice.year for notice in self.notices}))

    def is_workday(self, day: date) -> bool:
        """Whether people work on ``day``. Raises CalendarNotPublished. Policy 4.4."""
        _must_be_date(day)
        if day.year not in self.years:
            raise CalendarNotPublished("workdays.not_published", year=day.year, known=_as_text(self.years))
        arrangement = self.arranged.get(day)
        return day.weekday() < _SATURDAY if arrangement is None else arrangement.is_working

    def add_workdays(self, start: date, n: int | Decimal, first_day: FirstDay = "next_day") -> Window:
        """The window of ``n`` working days for what is posted on ``start``. Policy 4.4.

        The day of posting does not count unless ``first_day`` is ``posting_day`` (and it is a working
        day); an objection between it and ``first`` is in time all the same. Raises InputError where
        ``n`` is no whole number from 1 on and for an unknown ``first_day``; CalendarNotPublished
        where the window reaches into a year without a notice.
        """
        _must_be_whole(n)
        if first_day not in get_args(FirstDay):
            raise InputError("workdays.unknown_first_day", value=first_day, known=get_args(FirstDay))
        day = start if first_day == "posting_day" else start + _DAY
        counted: list[date] = []
        while len(counted) < n:
            if self.is_workday(day):
                counted.append(day)
            day += _DAY
        first, last = counted[0], counted[-1]
        return Window(first, last, len(counted), may_change=self.may_change(first, last))

    def workdays_between(self, first: date, last: date) -> int:
        """Working days from ``first`` to ``last``, both inclusive; 0 where ``last`` lies before ``first``.

        Raises CalendarNotPublished.
        """
        return sum(self.is_workday(day) for day in _span(first, last))

    def days_left(self, today: date, last: date) -> int:
        """Working days left of a window that ends on ``last``, today included: on a last working day 1.

        0 once it is over. Before the window has begun, ask from its first day on: days that do not
        count are not told apart here. Raises CalendarNotPublished. Policy 4.4.
        """
        return self.workdays_between(today, last)

    def may_change(self, first: date, last: date) -> bool:
        """Whether the notice of a year to come, not there yet, may still arrange a day of this span."""
        years = self.years
        last_weeks = [(date(y, *_UNSETTLED_FROM), date(y, 12, 31)) for y in years if y + 1 not in years]
        return any(first <= end and start <= last for start, end in last_weeks)

    def _could_be_workday(self, day: date) -> bool:
        return day.year not in self.years or self.may_change(day, day) or self.is_workday(day)


def typed_window(first: date, last: date, n: int | Decimal, calendar: Calendar) -> Window:
    """The window whose ``last`` day a person typed; it must hold at least ``n`` working days. Policy 4.4.

    ``first`` is the first day that counts. Raises InputError where ``last`` lies before ``first``, and
    where the window is too short: by the calendar where it knows every day; else only where it would be
    too short whatever the missing notice says. A window that the calendar can't check is ``typed``.
    """
    _must_be_whole(n)
    if last < first:
        raise InputError("workdays.last_before_first", first=first.isoformat(), last=last.isoformat())
    span = {"first": first.isoformat(), "last": last.isoformat(), "needed": n}
    try:
        days = calendar.workdays_between(first, last)
    except CalendarNotPublished:
        # no more are sought than needed: a year typed wrong may lie far ahead
        most = len(list(islice(filter(calendar._could_be_workday, _span(first, last)), int(n))))
        if most < n:
            raise InputError("workdays.surely_too_short", days=most, **span) from None
        return Window(first, last, None, typed=True, may_change=calendar.may_change(first, last))
    if days < n:
        raise InputError("workdays.too_short", days=days, **span)
    return Window(first, last, days, may_change=calendar.may_change(first, last))


def _span(first: date, last: date) -> Iterator[date]:
    _must_be_date(first)
    _must_be_date(last)
    return (first + timedelta(days=count) for count in range((last - first).days + 1))


def _must_be_date(day: date) -> None:
    # a datetime is a date to Python, but finds no entry in a table of dates: it would pass as an ordinary day
    if isinstance(day, datetime):
        raise TypeError(f"a date without a time is needed, not {day!r}")


def _must_be_whole(n: int | Decimal) -> None:
    if n < 1 or n != int(n):
        raise InputError("workdays.not_whole_days", days=n)


def _as_text(years: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(map(str, years))
