"""Checks of people's rows: employment, departments, level history, leaves, reviews, conclusions, scores."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from cmreview.records.date_checks import in_order, one_at_a_time, with_employment, within_employment
from cmreview.records.text import bare
from cmreview.records.tray import Tray, listed
from cmreview.terms import Severity


def employment(tray: Tray) -> None:
    """Nobody leaves before being hired, or begins as an account manager after leaving."""
    in_order(tray, "managers", "hired_on", "left_on", "ends_before_start")
    in_order(tray, "managers", "account_manager_since", "left_on", "ends_before_start")


def departments_are_spelled_alike(tray: Tray) -> None:
    """Two names that differ only in case, width or punctuation would be two departments."""
    spellings: dict[str, dict[str, tuple[str, int]]] = {}
    for table in ("managers", "level_history"):
        rows = tray.rows(table).drop_duplicates("department")
        for index, name in zip(rows.index.tolist(), listed(rows["department"]), strict=True):
            spellings.setdefault(bare(name), {}).setdefault(name, (table, index))
    for same in spellings.values():
        first, *others = sorted(same)
        for name in others:
            table, index = same[name]
            tray.tell(
                table,
                [index],
                "department_spelled_twice",
                Severity.WARNING,
                column="department",
                details=[{"other": first}],
            )


def level_history(tray: Tray) -> None:
    """A person holds one level at a time, without gaps, from hiring to leaving (Policy 1.3.c)."""
    in_order(tray, "level_history", "start", "end", "ends_before_start")
    one_at_a_time(tray, "level_history", "history_overlap", gap="history_gap")
    within_employment(tray, "level_history", "start", "history_before_hired", "history_after_left")


def leaves(tray: Tray) -> None:
    """A leave ends after it began, and no day is counted in two leaves (Policy 1.3.a)."""
    in_order(tray, "leaves", "start", "end", "ends_before_start")
    one_at_a_time(tray, "leaves", "leave_overlap")


def reviews(tray: Tray) -> None:
    """A preliminary review takes place in its year or later (Policy 4.2)."""
    rows = tray.legible("preliminary_reviews").dropna(subset=["reviewed_on", "year"])
    columns = (rows.index.tolist(), listed(rows["reviewed_on"]), listed(rows["year"]))
    early = [(index, year) for index, day, year in zip(*columns, strict=True) if day.year < year]
    tray.tell(
        "preliminary_reviews",
        [index for index, _ in early],
        "reviewed_before_year",
        Severity.WARNING,
        column="reviewed_on",
        details=[{"year": str(year)} for _, year in early],
    )


def conclusions(tray: Tray) -> None:
    """A recorded conclusion agrees with employment, level history and its own title (Policy 5.4.e to g)."""
    if tray.is_empty("outcomes"):
        return
    rows = with_employment(tray, "outcomes")
    held = _levels_held(tray)
    names = ("manager_id", "year", "level", "outcome", "honour", "hired_on", "left_on")
    columns = (listed(rows[name]) for name in names)
    found: dict[tuple[str, str], list[tuple[int, dict[str, str]]]] = {}
    for index, manager, year, level, outcome, honour, hired, left in zip(
        rows.index.tolist(), *columns, strict=True
    ):
        if year is None:
            continue
        if hired is not None and year < hired.year:
            found.setdefault(("year", "conclusion_before_hired"), []).append((index, {"date": str(hired)}))
        if left is not None and year > left.year:
            found.setdefault(("year", "conclusion_after_left"), []).append((index, {"date": str(left)}))
        last = min(date(year, 12, 31), left or date.max)
        known = {one for start, end, one in held.get(manager, ()) if start <= last <= end}
        if level is not None and known and level not in known:
            found.setdefault(("level", "conclusion_other_level"), []).append((index, {"date": str(last)}))
        if outcome == "missed" and (honour or "").strip():
            found.setdefault(("honour", "honour_of_missed"), []).append((index, {}))
    for (column, code), told in found.items():
        indices, details = [index for index, _ in told], [values for _, values in told]
        tray.tell("outcomes", indices, code, Severity.WARNING, column=column, details=details)


def _levels_held(tray: Tray) -> dict[str, list[tuple[date, date, str]]]:
    """First day, last day and level of every spell with a legible level and start, by manager."""
    rows = tray.legible("level_history").dropna(subset=["start", "level"])
    columns = (listed(rows[name]) for name in ("manager_id", "start", "end", "level"))
    found: dict[str, list[tuple[date, date, str]]] = {}
    for manager, start, end, level in zip(*columns, strict=True):
        found.setdefault(manager, []).append((start, end or date.max, level))
    return found


def scores(tray: Tray, scale: tuple[Decimal, Decimal] | None) -> None:
    """A satisfaction score outside the survey's scale is set aside (Policy 5.1.c)."""
    if scale is None:
        return
    lowest, highest = scale
    rows = tray.legible("surveys")
    off = rows.index[((rows["score"] < lowest) | (rows["score"] > highest)).fillna(False)]
    details = [{"lowest": str(lowest), "highest": str(highest)} for _ in off]
    tray.tell("surveys", off, "score_off_scale", Severity.ERROR, column="score", aside=True, details=details)
