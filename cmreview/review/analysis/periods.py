"""A span of the year that a meeting speaks of: the year itself, its halves or quarters (Policy 7.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from cmreview.errors import InputError

_WRITTEN = re.compile(r"(?P<year>[12][0-9]{3})(?:(?P<kind>[HQ])(?P<part>[1-4]))?", re.ASCII)
_MONTHS = {None: 12, "H": 6, "Q": 3}


@dataclass(frozen=True, slots=True)
class Period:
    """The days of a period, both inclusive. ``kind`` is H for a half, Q for a quarter, None for the year."""

    year: int
    kind: str | None = None
    part: int = 1

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, _MONTHS[self.kind] * (self.part - 1) + 1, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        months = _MONTHS[self.kind] * self.part
        return date(self.year + months // 12, months % 12 + 1, 1) - timedelta(1)

    @property
    def year_before(self) -> Period:
        """The same days a year before."""
        return Period(self.year - 1, self.kind, self.part)

    @property
    def preceding(self) -> Period:
        """The period right before: that of the last meeting."""
        if self.part > 1:
            return Period(self.year, self.kind, self.part - 1)
        return Period(self.year - 1, self.kind, 12 // _MONTHS[self.kind])

    def has(self, day: date | None) -> bool:
        """Whether a day lies in it."""
        return day is not None and self.first <= day <= self.last


def period(written: str) -> Period:
    """A period as people write it. Raises InputError where it is none.

    >>> period("2025H1").last, period("2025").first, period("2025Q4").last
    (datetime.date(2025, 6, 30), datetime.date(2025, 1, 1), datetime.date(2025, 12, 31))
    """
    found = _WRITTEN.fullmatch(written.strip().upper())
    if found is None:
        raise InputError("feedback.bad_period", period=written)
    kind, part = found["kind"], int(found["part"] or 1)
    if part * _MONTHS[kind] > 12:
        raise InputError("feedback.bad_period", period=written)
    return Period(int(found["year"]), kind, part)
