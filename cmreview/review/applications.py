"""Which application a person is reviewed on, and whether it came in time (Policy 4.1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cmreview.policy.model import Policy
from cmreview.review.counting.tenure import add_years
from cmreview.review.dossier import Row
from cmreview.review.model import Application

_BETWEEN_DOCUMENTS = re.compile(r"[;；\n]")

Window = tuple[date, date]  # first and last day, both inclusive


@dataclass(frozen=True, slots=True)
class Applied:
    """A person's application of one year, the row that it comes from, and those it replaces."""

    application: Application
    row: Row
    replaced: tuple[Application, ...] = ()


def window(policy: Policy) -> Window | None:
    """The days on which applications for the policy's year are taken, None where they are left open."""
    value = policy.value("application_window")
    if not isinstance(value, tuple) or len(value) != 2:
        return None
    first, last = (date.fromisoformat(str(day)) for day in value)
    return first, last


def applied(rows: Sequence[Row], policy: Policy) -> Applied | None:
    """The application that a person is reviewed on in the policy's year; None without any.

    An application belongs to the year whose window is nearest, taking the windows of the years
    before and after to lie on the same days: so one that misses its window by weeks is late for
    that year, and not early for the next. Exactly between two windows it is late for the earlier
    one. Without a window, what was handed in from 1 July to the following 30 June belongs to the
    year of that 1 July.

    Of several the latest counts, on the same day the one for the highest level. One that still
    awaits admission takes the place of none that can be reviewed. The others are ``replaced``, newest
    first, to be told and never to be forgotten.
    """
    ranks = {level.id: level.rank for level in policy.levels}
    open_days = window(policy)
    own = [row for row in rows if _belongs(row["applied_on"], policy.year, open_days)]
    own.sort(key=lambda row: (row["applied_on"], ranks.get(row["target_level"], 0)), reverse=True)
    if not own:
        return None
    read = [_application(row, open_days) for row in own]
    chosen = next((at for at, each in enumerate(read) if not each.awaits_admission), 0)
    return Applied(read[chosen], own[chosen], tuple(read[:chosen] + read[chosen + 1 :]))


def _belongs(day: date, year: int, open_days: Window | None) -> bool:
    if open_days is None:
        return date(year, 7, 1) <= day <= date(year + 1, 6, 30)
    own, before, after = (
        _distance(day, (add_years(open_days[0], shift), add_years(open_days[1], shift)))
        for shift in (0, -1, 1)
    )
    return own < before and own <= after


def _distance(day: date, open_days: Window) -> timedelta:
    first, last = open_days
    return max(first - day, day - last, timedelta(0))


def _application(row: Row, open_days: Window | None) -> Application:
    documents = _BETWEEN_DOCUMENTS.split(row["evidence"] or "")
    return Application(
        target_level=row["target_level"],
        applied_on=row["applied_on"],
        evidence=tuple(document.strip() for document in documents if document.strip()),
        late=None if open_days is None else row["applied_on"] > open_days[1],
        admitted_by=(row["admitted_by"] or "").strip() or None,
    )
