"""A department's training as a workbook: needs, seats, placements, and everybody's gaps and way ahead."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cmreview.review.development.development import Development
from cmreview.review.development.seats import DepartmentPlan
from cmreview.show import development_rows as rows
from cmreview.show.appendix_rows import Cell, Sheet
from cmreview.show.development import tell_budget, tell_outlook, tell_unserved
from cmreview.show.development_rows import Rows, Teller, Value
from cmreview.show.workbook import write_book


def write_training(plan: DepartmentPlan, people: Sequence[Development], path: Path, teller: Teller) -> None:
    """Write the workbook of one department; the same plan gives the same bytes (Policy 6.1 to 6.3).

    What people typed is written as text and never as a formula.
    """
    year = people[0].year if people else plan.year - 1
    title = teller.phrase("heading.department")
    write_book(training_sheets(plan, people, teller), path, title=title, year=year)


def training_sheets(plan: DepartmentPlan, people: Sequence[Development], teller: Teller) -> tuple[Sheet, ...]:
    """The sheets, in their order."""
    return (
        _sheet("needs", rows.need_rows(plan, teller), teller),
        _sheet("seats", rows.seat_rows(plan, teller), teller),
        _sheet("placements", rows.placement_rows(plan, teller), teller, frozen=2),
        _sheet("without", rows.without_rows(plan, teller), teller, frozen=2),
        _gaps(people, teller),
        _ahead(people, teller),
    )


def _sheet(name: str, shown: Rows, teller: Teller, frozen: int = 1) -> Sheet:
    cells = tuple(tuple(_cell(value) for value in row) for row in shown.rows)
    return Sheet(teller.phrase(f"sheet.{name}"), shown.heads, cells, frozen)


def _gaps(people: Sequence[Development], teller: Teller) -> Sheet:
    tables = [(found, rows.gap_rows(found, teller)) for found in people]
    heads = tables[0][1].heads if tables else ()
    cells = tuple(
        (Cell(teller.person(found.person.manager_id)), *(_cell(value) for value in row))
        for found, shown in tables
        for row in shown.rows
    )
    return Sheet(teller.phrase("sheet.gaps"), (teller.phrase("head.person"), *heads), cells, 2)


def _ahead(people: Sequence[Development], teller: Teller) -> Sheet:
    """One row a person: level held, the next one, its earliest year and what decides it, the plan."""
    cells = []
    for found in people:
        outlook = found.outlook
        cells.append(
            (
                Cell(teller.person(found.person.manager_id)),
                Cell(teller.level(found.person.level)),
                Cell(None if outlook is None else teller.level(outlook.level)),
                Cell(None if outlook is None or outlook.year is None else str(outlook.year)),
                Cell(tell_outlook(found, teller)),
                Cell(tell_budget(found.plan, teller)),
                Cell("".join(tell_unserved(found.plan, teller)) or None),
            )
        )
    keys = ("person", "held", "next_level", "year", "outlook", "plan", "unserved")
    heads = tuple(teller.phrase(f"head.{key}") for key in keys)
    return Sheet(teller.phrase("sheet.ahead"), heads, tuple(cells), 1)


def _cell(value: Value) -> Cell:
    return Cell(value, "whole" if isinstance(value, int) else "count")
