"""The level history after appointments and demotions, as next year reads it (Policy 4.5, 5.4.f)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from cmreview.process.measures import Measure
from cmreview.process.stages import CaseState
from cmreview.review.told import Told

if TYPE_CHECKING:
    from cmreview.records.model import Records

TABLE = "level_history"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A row of the table: department and level of one person between two days, both inclusive.

    ``level`` None is no level; ``end`` None is still so.
    """

    manager_id: str
    department: str
    level: str | None
    start: date
    end: date | None = None

    def values(self) -> dict[str, Any]:
        """The row by the columns' names, as ``records.template`` writes it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Remark:
    """What people must look at before the history is handed in: of whose case, and what."""

    case: str
    told: Told


@dataclass(frozen=True, slots=True)
class LevelHistory:
    """The whole table, by person and day, with the new levels in it.

    ``appointed`` are the rows that appointments begin, ``demoted`` those that demotions begin. ``remarks``
    tell of changes that are not in it, and of those beside rows that only people can put right.
    """

    rows: tuple[HistoryRow, ...]
    appointed: tuple[HistoryRow, ...]
    remarks: tuple[Remark, ...]
    demoted: tuple[HistoryRow, ...] = ()


@dataclass(frozen=True, slots=True)
class _Change:
    """A level that somebody holds from a day on. ``held`` is the one before as a demotion names it."""

    manager_id: str
    department: str
    level: str
    day: date
    is_demotion: bool
    held: str | None = None


def history_rows(records: Records) -> tuple[HistoryRow, ...]:
    """The rows that were handed in; one without a day to begin on can't be placed and is a finding there."""
    table = records.arrow(TABLE).to_pylist()
    return tuple(
        HistoryRow(row["manager_id"], row["department"], row["level"], row["start"], row["end"])
        for row in table
        if row["start"] is not None
    )


def level_history(rows: Iterable[HistoryRow], states: Mapping[str, CaseState]) -> LevelHistory:
    """``rows`` with the new level of everybody appointed or demoted, from its day on (Policy 4.5, 5.4.f).

    The row that covers the day ends the day before; the new one takes over its department and its end.
    A level that is held already changes nothing, and rows that begin later are left as they are: both
    are told. A demotion counts where it was agreed to.
    """
    by_person: dict[str, list[HistoryRow]] = {}
    for row in rows:
        by_person.setdefault(row.manager_id, []).append(row)
    begun: dict[bool, list[HistoryRow]] = {False: [], True: []}
    remarks: list[Remark] = []
    for case, state in sorted(states.items()):
        for change in sorted(_changes(state), key=lambda one: one.day):
            own = by_person.get(state.manager_id, [])
            changed, new, told = _with_change(own, change)
            by_person[state.manager_id] = changed
            begun[change.is_demotion] += new
            remarks += [Remark(case, one) for one in told]
    everything = (row for own in by_person.values() for row in own)
    ordered = tuple(sorted(everything, key=lambda row: (row.manager_id, row.start)))
    return LevelHistory(ordered, tuple(begun[False]), tuple(remarks), tuple(begun[True]))


def _changes(state: CaseState) -> Iterator[_Change]:
    given, applied = state.appointment, state.application
    if given is not None and applied is not None:
        yield _Change(state.manager_id, applied.department, given.level, given.effective_on, False)
    demotion = state.measure(Measure.DEMOTION)
    if demotion is None or not demotion.decided.agreed:
        return
    made = demotion.decided
    if made.to_level is not None and made.effective_on is not None:
        yield _Change(state.manager_id, made.department, made.to_level, made.effective_on, True, made.level)


def _with_change(
    own: Sequence[HistoryRow], change: _Change
) -> tuple[list[HistoryRow], list[HistoryRow], list[Told]]:
    """A person's rows with the new level, the row that it begins, and what is to be told."""
    day = change.day
    covering = next((row for row in own if row.start <= day and (row.end is None or day <= row.end)), None)
    later = [row for row in own if row.start > day]
    told = []
    if covering is not None and covering.level == change.level:
        return list(own), [], [Told("level_history.held_already", (("day", covering.start),))]
    if covering is None:
        key = "no_row_demoted" if change.is_demotion else "no_row"
        told.append(Told(f"level_history.{key}", (("department", change.department),)))
    elif change.is_demotion and covering.level != change.held:
        told.append(Told("level_history.other_level", (("day", covering.start),)))
    if later:
        told.append(Told("level_history.later_rows", (("day", later[0].start),)))
    department = change.department if covering is None else covering.department
    until = later[0].start - _DAY if covering is None and later else None
    new = HistoryRow(
        change.manager_id, department, change.level, day, until if covering is None else covering.end
    )
    kept = [row for row in own if row is not covering]
    if covering is not None and covering.start < day:
        kept.append(replace(covering, end=day - _DAY))
    return [*kept, new], [new], told
