"""Training and career as parts of a page: a person's gaps, way ahead and plan, and a department's plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cmreview.policy.catalogue import Catalogue
from cmreview.review.development.development import Development
from cmreview.review.development.seats import DepartmentPlan
from cmreview.review.development.training import TrainingPlan
from cmreview.show import development_rows as rows
from cmreview.show.development_rows import Rows, Teller, Value
from cmreview.show.figures import Figures
from cmreview.show.html import Content, Html, element, join
from cmreview.show.tables import Head, listing, table


def personal(
    found: Development,
    catalogue: Catalogue,
    teller: Teller,
    seats: DepartmentPlan | None = None,
    heading: str = "h4",
) -> Html:
    """One person's gaps, way to the next level and training plan (Policy 6.1 to 6.3).

    ``seats`` is the department's plan, where the seats are given out already; ``heading`` the level of the
    parts' headings on the page.
    """
    parts = (
        gaps_part(found, teller, heading),
        outlook_part(found, catalogue, teller, heading),
        plan_part(found, teller, seats, heading),
    )
    return join(parts)


def gaps_part(found: Development, teller: Teller, heading: str = "h4") -> Html:
    """The gaps to the level held and to the next one, and what has no rule."""
    shown = rows.gap_rows(found, teller)
    body = as_table(shown, teller.figures) if shown.rows else element("p", teller.phrase("show.no_gaps"))
    return _piece("gaps", (body, listing(tell_without_rule(found, teller))), teller, heading)


def outlook_part(found: Development, catalogue: Catalogue, teller: Teller, heading: str = "h4") -> Html:
    """When the next level could be reached on present figures, and the skills that it asks for."""
    outlook, path = found.outlook, found.path
    content: list[Content] = [element("p", element("strong", tell_outlook(found, teller)))]
    if outlook is not None:
        steps = rows.step_rows(outlook, found.person.manager_id, teller)
        content += [
            as_table(steps, teller.figures),
            element("p", teller.phrase("path.caveat", year=found.year), class_="note"),
        ]
    if path is not None:
        direction = path.direction(teller.lang)
        content += [
            element(
                "p", teller.phrase("show.direction", level=teller.level(path.level), direction=direction)
            ),
            as_table(rows.skill_rows(path, catalogue, teller), teller.figures),
        ]
    return _piece("path", content, teller, heading)


def plan_part(
    found: Development, teller: Teller, seats: DepartmentPlan | None = None, heading: str = "h4"
) -> Html:
    """The courses of the year after, each with the gap behind it, and the gaps that none serves."""
    told = tell_unserved(found.plan, teller)
    if seats is not None:
        told += tell_seats(seats, found.person.manager_id, teller)
    shown = rows.plan_rows(found.plan, teller)
    body = as_table(shown, teller.figures) if shown.rows else element("p", teller.phrase("show.no_lines"))
    budget = element("p", tell_budget(found.plan, teller))
    return _piece("plan", (budget, body, listing(told)), teller, heading)


def department_part(plan: DepartmentPlan, teller: Teller, heading: str = "h4") -> Html:
    """A department's plan: needs, seats, who is placed, and who is not with the reason (Policy 6.1, 6.2)."""
    parts = [
        (rows.need_rows(plan, teller), "no_needs"),
        (rows.seat_rows(plan, teller), None),
        (rows.placement_rows(plan, teller), "no_placements"),
        (rows.without_rows(plan, teller), "all_placed"),
    ]
    content: list[Content] = []
    for shown, without in parts:
        if shown.rows:
            content.append(as_table(shown, teller.figures))
        elif without is not None:
            content.append(element("p", teller.phrase(f"show.{without}")))
    content.append(element("p", teller.phrase("show.seats_note"), class_="note"))
    return _piece("department", content, teller, heading)


def as_table(shown: Rows, figures: Figures) -> Html:
    """Rows as a table of a page."""
    widths = shown.widths or (None,) * len(shown.heads)
    heads = [
        Head(head, place in shown.figures, width)
        for place, (head, width) in enumerate(zip(shown.heads, widths, strict=True))
    ]
    return table(shown.caption, heads, [[written(cell, figures) for cell in row] for row in shown.rows])


def written(value: Value, figures: Figures) -> str | None:
    """A value of a row as people read it; None where there is nothing."""
    if value is None or isinstance(value, str):
        return value
    return figures.short_day(value) if isinstance(value, date) else figures.count(value)


def tell_outlook(found: Development, teller: Teller) -> str:
    """The earliest year and what decides it, or that there is no level above."""
    if found.outlook is None:
        return teller.phrase("show.top_level")
    return found.outlook.told.text(teller.lang, teller.figures.currency)


def tell_budget(plan: TrainingPlan, teller: Teller) -> str:
    """The days of the plan beside the budget, or that the policy leaves it open."""
    days = teller.figures.count(plan.days)
    if plan.budget is None:
        return teller.phrase("show.no_budget", year=plan.year, days=days)
    budget = teller.figures.count(plan.budget)
    return teller.phrase("show.budget", year=plan.year, days=days, budget=budget)


def tell_unserved(plan: TrainingPlan, teller: Teller) -> list[str]:
    """Each gap that nothing in the plan trains for, and why."""
    told = []
    for each in plan.unserved:
        line = teller.phrase("show.unserved", gap=teller.gap(each.gap), why=teller.why(each.why))
        if each.courses:
            line += teller.phrase("show.would_serve", courses=teller.courses(each.courses))
        told.append(line)
    return told


def tell_seats(seats: DepartmentPlan, manager: str, teller: Teller) -> list[str]:
    """What becomes of one person's plan once the seats are given out: what is moved, what has no seat."""
    told = []
    for each in seats.placements:
        if each.manager_id == manager and each.is_moved:
            place = {"course": teller.course(each.line.course), "run": teller.run(each.line.run)}
            told.append(teller.phrase("show.moved_to", planned=teller.course(each.planned.course), **place))
    for each_without in seats.without:
        if each_without.manager_id == manager:
            gaps = teller.between([teller.gap(gap) for gap in each_without.gaps])
            course = teller.course(each_without.planned.course)
            why = teller.why(each_without.why)
            told.append(teller.phrase("show.no_seat", course=course, gaps=gaps, why=why))
    return told


def tell_without_rule(found: Development, teller: Teller) -> list[str]:
    """Each criterion that is no gap because it has no rule."""
    return [told.text(teller.lang, teller.figures.currency) for told in found.gaps.without_rule]


def _piece(name: str, content: Sequence[Content], teller: Teller, heading: str) -> Html:
    head = element(heading, teller.phrase(f"heading.{name}"))
    return element("div", head, join(content), class_=f"piece training-{name}")
