"""One criterion's threshold: how figures are spread around it, and who lies nearest on both sides."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from cmreview.review.explorer.exact_column import Flags
from cmreview.review.explorer.verdict_column import MET, MISSED, OUTCOMES, VerdictColumn
from cmreview.review.explorer.verdict_table import VerdictTable
from cmreview.show.explorer.distribution import distribution
from cmreview.show.explorer.people import value_of
from cmreview.show.explorer.teller import Teller
from cmreview.show.figures import number
from cmreview.show.html import Html, element, join
from cmreview.show.tables import Head, table
from cmreview.show.voice import outcome_mark
from cmreview.terms import INDICATORS, Outcome, Unit
from cmreview.terms import OUTCOMES as LABELS

NEAREST = 10


def line_part(table_: VerdictTable, criterion_id: str, mask: Flags, teller: Teller) -> Html:
    """Counts by outcome, the spread with the threshold, and the nearest people on both sides of it."""
    criterion, column = table_.policy.criterion(criterion_id), table_.columns[criterion_id]
    asked = mask[column.rows]
    unit = INDICATORS[criterion.indicator].unit
    counts = {
        outcome: int(np.count_nonzero(column.outcomes[asked] == code))
        for code, outcome in enumerate(OUTCOMES)
    }
    told = ("，" if teller.lang == "zh" else ", ").join(
        f"{LABELS[outcome](teller.lang)} {number(counts[outcome])}" for outcome in Outcome
    )
    name = teller.criterion(criterion)
    parts = [element("p", element("strong", name), " · ", told)]
    if unit not in (Unit.FLAG, Unit.DEGREE):
        line = None if column.reading.threshold is None else float(column.reading.threshold)
        parts.append(
            distribution(
                column.facts.values.floats[asked],
                line,
                teller.say("line.spread", criterion=name),
                told,
                f"line-{criterion_id.replace('.', '-')}",
                lambda value: teller.figures.value(unit, Fraction(value).limit_denominator(1_000_000)),
                is_whole=unit is Unit.COUNT,
            )
        )
        parts.append(_nearest(table_, column, asked, teller))
    return join(parts)


def nearest(column: VerdictColumn, asked: Flags, code: int) -> list[tuple[int, Fraction]]:
    """Places among the column's rows with outcome ``code``, nearest to their line first, with the distance.

    Figures that have no distance (a growth over nothing, a sealed one) are left out.
    """
    if column.lines is None:
        return []
    lines = column.lines.floats(len(column.rows))
    gap = np.abs(column.facts.values.floats - lines)
    ranked = asked & (column.outcomes == code) & ~np.isnan(gap) & ~column.facts.unbounded
    order = np.flatnonzero(ranked)
    order = order[np.argsort(gap[order], kind="stable")][:NEAREST]
    found = []
    for place in order.tolist():
        value = column.facts.values.exact(place)
        if value is not None:
            found.append((place, abs(value - column.lines.exact(place))))
    return sorted(found, key=lambda each: each[1])


def _nearest(table_: VerdictTable, column: VerdictColumn, asked: Flags, teller: Teller) -> Html:
    heads = [Head(teller.say(f"head.{key}")) for key in ("person", "department")]
    heads += [Head(teller.say("head.value"), True), Head(teller.say("head.distance"), True)]
    heads.append(Head(teller.say("head.outcome")))
    unit = INDICATORS[column.reading.indicator].unit
    parts = []
    for code in (MET, MISSED):
        rows = [
            (
                teller.person(table_.people, int(column.rows[place])),
                str(table_.people.departments[column.rows[place]]),
                value_of(table_, column.reading.criterion, place, teller),
                teller.figures.difference(unit, gap).lstrip("+"),
                outcome_mark(OUTCOMES[code], teller.lang),
            )
            for place, gap in nearest(column, asked, code)
        ]
        side = "met" if code == MET else "missed"
        title = teller.say(f"line.nearest_{side}", count=len(rows))
        parts.append(table(title, heads, rows) if rows else element("p", title, class_="note"))
    return element("div", *parts, class_="sides")
