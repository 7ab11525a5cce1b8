"""Lists of people: result, score and rank as the table at hand has them, page by page."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from cmreview.review.explorer.verdict_column import NONE, OUTCOMES
from cmreview.review.explorer.verdict_table import VerdictTable
from cmreview.show.explorer.pages import Paged
from cmreview.show.explorer.teller import Teller
from cmreview.show.figures import NOTHING, number
from cmreview.show.html import Content, Html, element, join
from cmreview.show.tables import Head, table
from cmreview.show.voice import outcome_mark
from cmreview.terms import INDICATORS, Outcome, Unit
from cmreview.words import say


def people_table(table_: VerdictTable, page: Paged, teller: Teller) -> Html:
    """Who is shown, one line each: department, levels, stage, result, what is missing, score."""
    if not page.total:
        return element("p", teller.say("nobody"))
    keys = ("person", "department", "held", "applied", "stage", "result", "missed", "no_evidence", "points")
    heads = [Head(teller.say(f"head.{key}"), key in ("missed", "no_evidence", "points")) for key in keys]
    rows = [_person(table_, row, teller) for row in page.rows]
    return table(_caption(page, teller), heads, rows, class_="people")


def ranking(table_: VerdictTable, page: Paged, teller: Teller) -> Html:
    """Who is ranked, from the first place on: score, evidenced weight, and what parted equals."""
    if not page.total:
        return element("p", teller.say("ranking.none"))
    keys = ("rank", "person", "department", "points", "coverage", "rank_here", "panel", "result", "tie")
    figures = ("rank", "points", "coverage", "rank_here", "panel")
    heads = [Head(teller.say(f"head.{key}"), key in figures) for key in keys]
    rows = []
    for row in page.rows:
        people = table_.people
        panel = people.panel.exact(row)
        rows.append(
            (
                number(int(table_.rank_in_company[row])),
                teller.person(people, row),
                str(people.departments[row]),
                teller.points(table_.exact_points(row)),
                _percent(float(table_.coverage[row]), teller),
                number(int(table_.rank_in_department[row])),
                NOTHING if panel is None else number(panel, 2),
                teller.result(int(table_.results[row])),
                _tie(table_, row, teller),
            )
        )
    return table(_caption(page, teller), heads, rows, class_="people", header_column=1)


def comparison(table_: VerdictTable, rows: tuple[int, ...], teller: Teller) -> Html:
    """Two to five people side by side, criterion by criterion, each level's criteria by themselves."""
    parts: list[Html] = []
    levels = dict.fromkeys(str(table_.people.judged_level[row]) for row in rows)
    for level in levels:
        own = [row for row in rows if str(table_.people.judged_level[row]) == level]
        criteria = table_.policy.criteria_for(level) if level else ()
        heads = [Head(teller.say("head.criterion"))]
        heads += [Head(teller.person(table_.people, row)) for row in own]
        lines: list[tuple[Content, ...]] = [
            (teller.say("head.result"), *(teller.result(int(table_.results[row])) for row in own)),
            (
                teller.say("head.points"),
                *(teller.points(table_.exact_points(row)) for row in own),
            ),
        ]
        lines += [
            (teller.criterion(each), *(verdict_cell(table_, each.id, row, teller) for row in own))
            for each in criteria
        ]
        parts.append(table(teller.say("compare.caption", level=teller.level(level)), heads, lines))
    return join(parts)


def verdict_cell(table_: VerdictTable, criterion: str, row: int, teller: Teller) -> Html:
    """One person's figure and outcome under one criterion."""
    column = table_.columns[criterion]
    place = int(np.searchsorted(column.rows, row))
    if place >= len(column.rows) or column.rows[place] != row:
        return Html(NOTHING)
    outcome = OUTCOMES[int(column.outcomes[place])]
    return join((value_of(table_, criterion, place, teller), outcome_mark(outcome, teller.lang)), " ")


def value_of(table_: VerdictTable, criterion: str, place: int, teller: Teller) -> str:
    """The figure of one row of a criterion's column, as exact as it takes to tell it from its line."""
    column = table_.columns[criterion]
    if column.facts.unbounded[place]:
        return teller.say("from_nothing")
    value = column.facts.values.exact(place)
    unit = INDICATORS[column.reading.indicator].unit
    line = None if column.lines is None else column.lines.exact(place)
    return teller.figures.value(unit, value, None if unit in (Unit.FLAG, Unit.DEGREE) else line)


def _person(table_: VerdictTable, row: int, teller: Teller) -> tuple[Content, ...]:
    people, counts = table_.people, table_.counts[row]
    is_judged = int(counts.sum()) > 0
    applied = bool(people.is_applicant[row])
    result: Content = teller.result(int(table_.results[row])) if applied else teller.say("no_application")
    if not applied and table_.results[row] != NONE:
        result = join((teller.say("no_application"), teller.result(int(table_.results[row]))), " ")
    return (
        teller.person(people, row),
        str(people.departments[row]),
        teller.level(str(people.levels_held[row])),
        teller.level(str(people.judged_level[row])) if applied else NOTHING,
        teller.stage(str(people.stages[row])),
        result,
        number(int(counts[OUTCOMES.index(Outcome.MISSED)])) if is_judged else NOTHING,
        number(int(counts[OUTCOMES.index(Outcome.NO_EVIDENCE)])) if is_judged else NOTHING,
        teller.points(table_.exact_points(row)),
    )


def _tie(table_: VerdictTable, row: int, teller: Teller) -> str:
    level = table_.ranks[str(table_.people.judged_level[row])]
    if row in level.broken_by:
        return say(f"packet.tie_break.{level.broken_by[row]}", teller.lang)
    return teller.say("ranking.tied") if table_.tied[row] else ""


def _percent(value: float, teller: Teller) -> str:
    # a diagnostic: floats are good enough, and a share of whole percents is what the weights are
    return (
        NOTHING if np.isnan(value) else teller.figures.percent(Fraction(value).limit_denominator(10_000), 0)
    )


def _caption(page: Paged, teller: Teller) -> str:
    return teller.say(
        "paged", first=page.first, last=page.last, total=page.total, page=page.page, pages=page.pages
    )
