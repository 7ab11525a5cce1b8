"""Who was employed when, at which department and level: one ``Manager`` from the tables of people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from cmreview.review.counting.tenure import (
    Interval,
    Tenure,
    days_in_year,
    days_within,
    histories,
    leaves,
    service,
    spell_on,
    years_at_level,
)
from cmreview.review.model import Spell

if TYPE_CHECKING:
    from cmreview.records.model import Records


@dataclass(frozen=True, slots=True)
class Manager:
    """What the tables of people tell of one account manager (客户经理). Policy 1.2.

    ``joined`` is the day of hiring; where the roster leaves it blank, the first day on which the level
    history or a contract shows the manager, and None where nothing does. ``since`` is the first day as
    an account manager, here or elsewhere. ``spells`` is the level history in turn. Somebody who only
    signed contracts is not ``on_roster``, and of unknown employment.
    """

    manager_id: str
    on_roster: bool
    department: str | None
    since: date | None
    joined: date | None
    left: date | None
    spells: Sequence[Spell]
    leaves: Sequence[Interval]

    def was_employed(self, year: int) -> bool:
        """Whether any day of the year lies in the employment, as far as its bounds are known."""
        began = self.joined is None or self.joined.year <= year
        return self.on_roster and began and (self.left is None or self.left.year >= year)

    def days_employed(self, year: int) -> int | None:
        """Days of the year that lie in the employment; None where its first day is unknown."""
        if not self.on_roster or self.joined is None:
            return None
        return days_within([(self.joined, self.left)], date(year, 1, 1), date(year, 12, 31))

    def days_on_leave(self, year: int) -> int:
        """Days of the year on recorded leave (离岗), within the employment."""
        first, last = date(year, 1, 1), date(year, 12, 31)
        if self.joined is not None:
            first = max(first, self.joined)
        if self.left is not None:
            last = min(last, self.left)
        return days_within(self.leaves, first, last)

    def worked_in_full(self, year: int) -> bool:
        """Employed on every day of the year, and never on leave."""
        return self.days_employed(year) == days_in_year(year) and not self.days_on_leave(year)

    def service(self, year: int) -> Tenure | None:
        """Service as an account manager (从业年限) up to the end of the year or the last day employed."""
        return service(self.since, date(year, 12, 31), self.left)

    def time_at(self, level: str | None, year: int) -> Tenure | None:
        """Time held at ``level`` (任职年限) up to the end of the year or the last day employed."""
        last = date(year, 12, 31)
        through = last if self.left is None else min(last, self.left)
        return None if level is None else years_at_level(self.spells, level, through)

    def place(self, year: int) -> tuple[str | None, str | None]:
        """Department and level at the end of the year, or on the last day employed.

        Where the level history is silent, the roster tells the department and no level is held.
        """
        day = date(year, 12, 31)
        if self.left is not None and self.left.year == year:
            day = self.left
        spell = spell_on(self.spells, day)
        return (self.department, None) if spell is None else (spell.department, spell.level)


def managers(records: Records, first_signed: Mapping[str, date]) -> tuple[Manager, ...]:
    """Everybody on the roster, and everybody who signed a contract, by manager_id.

    ``first_signed`` gives the day of each manager's first contract.
    """
    roster = {row["manager_id"]: row for row in records.arrow("managers").to_pylist()}
    spells, absences = histories(records), leaves(records)

    def manager(manager_id: str) -> Manager:
        row = roster.get(manager_id, {})
        history = spells.get(manager_id, ())
        seen = [spell.start for spell in history[:1]]
        seen += [first_signed[manager_id]] if manager_id in first_signed else []
        return Manager(
            manager_id=manager_id,
            on_roster=manager_id in roster,
            department=row.get("department"),
            since=row.get("account_manager_since"),
            joined=row.get("hired_on") or min(seen, default=None),
            left=row.get("left_on"),
            spells=history,
            leaves=absences.get(manager_id, ()),
        )

    return tuple(manager(manager_id) for manager_id in sorted(roster.keys() | first_signed.keys()))
