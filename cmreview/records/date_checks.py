"""Checks of dates against each other and against a person's employment."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from cmreview.records.schema import TABLES
from cmreview.records.tray import Tray, listed
from cmreview.terms import Severity

if TYPE_CHECKING:
    import pandas as pd

ONE_DAY = timedelta(days=1)


def in_order(tray: Tray, table: str, first: str, last: str, code: str) -> None:
    """Report an error where the date in column ``last`` lies before the one in ``first``."""
    if tray.is_empty(table):
        return
    rows = tray.legible(table)
    wrong = rows[(rows[last] < rows[first]).fillna(False)]
    label = TABLES[table].column(first).label
    details = [{"other": label.zh, "other_en": label.en, "date": str(day)} for day in listed(wrong[first])]
    tray.tell(table, wrong.index, code, Severity.ERROR, column=last, details=details)


def within_employment(tray: Tray, table: str, column: str, before: str, after: str) -> None:
    """Warn of a date before its manager was hired (code ``before``) or after he or she left (``after``)."""
    if tray.is_empty(table):
        return
    rows = with_employment(tray, table)
    early = rows[(rows[column] < rows["hired_on"]).fillna(False)]
    late = rows[(rows[column] > rows["left_on"]).fillna(False)]
    for wrong, code, against in ((early, before, "hired_on"), (late, after, "left_on")):
        details = [{"date": str(day)} for day in listed(wrong[against])]
        tray.tell(table, wrong.index, code, Severity.WARNING, column=column, details=details)


def with_employment(tray: Tray, table: str) -> pd.DataFrame:
    """The legible rows of a table, each with ``hired_on`` and ``left_on`` of its manager."""
    roster = tray.rows("managers").set_index("manager_id")[["hired_on", "left_on"]]
    return tray.legible(table).join(roster, on="manager_id")


def one_at_a_time(tray: Tray, table: str, overlap: str, gap: str | None = None) -> None:
    """Report each period that begins before an earlier one of its person has ended, or long after.

    An open end covers everything that follows. Code ``overlap`` is an error, ``gap`` a warning.
    """
    if tray.is_empty(table):
        return
    rows = tray.rows(table).sort_values(["manager_id", "start"])
    held: dict[object, tuple[date, int]] = {}  # the last day covered so far, and the row that covers it
    overlapping: list[tuple[int, int]] = []
    gaps: list[tuple[int, date, date]] = []
    columns = (listed(rows[name]) for name in ("manager_id", "start", "end"))
    for index, manager, start, end in zip(rows.index.tolist(), *columns, strict=True):
        last = date.max if end is None else end
        covered, by = held.get(manager, (None, index))
        if covered is not None and start <= covered:
            overlapping.append((index, by))
        elif covered is not None and start - covered > ONE_DAY:
            gaps.append((index, covered + ONE_DAY, start - ONE_DAY))
        if covered is None or last > covered:
            held[manager] = (last, index)
    indices = [index for index, _ in overlapping]
    places = tray.others(table, [by for _, by in overlapping])
    tray.tell(table, indices, overlap, Severity.ERROR, column="start", details=places)
    if gap is not None:
        indices = [index for index, *_ in gaps]
        spans = [{"first": str(first), "last": str(last)} for _, first, last in gaps]
        tray.tell(table, indices, gap, Severity.WARNING, column="start", details=spans)
