"""Performance against panel score as a grid (九宫格): who stands on which field, and who on none."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from cmreview.review.committee.calibration import Boundaries, Share, distribution
from cmreview.review.explorer.exact_column import Flags
from cmreview.review.explorer.verdict_table import VerdictTable
from cmreview.show.explorer.teller import Teller
from cmreview.show.figures import needed_places, number
from cmreview.show.html import Content, Html, element, join
from cmreview.show.tables import Head, listing, table

MOST_NAMES = 12  # on one field, before the rest is only counted

Fields = dict[tuple[int, int], list[int]]


def fields(table_: VerdictTable, mask: Flags, limits: Boundaries) -> tuple[Fields, list[int], list[int]]:
    """Rows by (performance band, panel band), counted from 0; then those without one or the other score.

    Whoever is on a boundary is in the band above it; scores are compared exactly. A missing score is
    neither low nor high (Policy 4.3).
    """
    found: Fields = {}
    without_points: list[int] = []
    without_panel: list[int] = []
    has_points, has_panel = ~np.isnan(table_.points), table_.people.panel.known
    for row in np.flatnonzero(mask & table_.people.is_applicant).tolist():
        if not has_points[row]:
            without_points.append(row)
        elif not has_panel[row]:
            without_panel.append(row)
        else:
            points, panel = table_.exact_points(row), table_.people.panel.exact(row)
            field = (_band(limits.performance, points), _band(limits.panel, panel))
            found.setdefault(field, []).append(row)
    return found, without_points, without_panel


def grid(table_: VerdictTable, mask: Flags, limits: Boundaries, teller: Teller) -> Html:
    """The grid, highest panel band on top, with names as far as there is room; then who is on no field."""
    found, without_points, without_panel = fields(table_, mask, limits)
    across = _bands([each * 100 for each in limits.performance], teller)
    down = _bands(list(limits.panel), teller)
    heads = [
        Head(teller.say("grid.corner")),
        *(Head(teller.say("grid.performance", band=one)) for one in across),
    ]
    rows: list[tuple[Content, ...]] = []
    for panel_band in reversed(range(len(down))):
        cells = [_field(table_, found.get((band, panel_band), []), teller) for band in range(len(across))]
        rows.append((teller.say("grid.panel", band=down[panel_band]), *cells))
    count = sum(map(len, found.values()))
    missing = [
        teller.say(key, count=number(len(rows_)))
        for key, rows_ in (("grid.no_points", without_points), ("grid.no_panel", without_panel))
        if rows_
    ]
    remark = None if limits.remark is None else element("p", limits.remark.text(teller.lang), class_="note")
    return join(
        (
            table(teller.say("grid.caption", count=number(count)), heads, rows, class_="grid"),
            listing(missing),
            remark,
        )
    )


def shares(table_: VerdictTable, mask: Flags, limits: Boundaries, teller: Teller) -> Html | None:
    """How many on the grid lie in each band of the performance score, by level, beside the guideline.

    None where nobody is on the grid.
    """
    found, _, _ = fields(table_, mask, limits)
    bands: dict[str, list[int]] = {}
    for (band, _), rows_ in found.items():
        for row in rows_:
            bands.setdefault(str(table_.people.judged_level[row]), []).append(band)
    if not bands:
        return None
    across = _bands([each * 100 for each in limits.performance], teller)
    heads = [Head(teller.say("head.level"))]
    heads += [Head(teller.say("grid.performance", band=one), True) for one in across]
    rows = [
        (teller.level(level.id), *(_share(each, teller) for each in distribution(own, limits, table_.policy)))
        for level in reversed(table_.policy.levels)
        if (own := bands.get(level.id))
    ]
    return table(teller.say("grid.distribution"), heads, rows)


def _share(share: Share, teller: Teller) -> str:
    count = number(share.count)
    if share.guideline is None or share.expected is None:
        return count
    guideline = teller.figures.percent(share.guideline, needed_places(share.guideline * 100))
    expected = number(share.expected, 1)
    return teller.say("grid.beside_guideline", count=count, guideline=guideline, expected=expected)


def _band(limits: Sequence[Fraction], value: Fraction | None) -> int:
    if value is None:
        raise ValueError("a field needs both scores")
    return bisect_right(limits, value)


def _bands(limits: Sequence[object], teller: Teller) -> list[str]:
    """The bands in words, lowest first."""
    shown = [number(each, needed_places(each)) for each in limits]  # type: ignore[arg-type]
    if not shown:
        return [teller.say("grid.any")]
    between = [teller.say("grid.between", low=low, high=high) for low, high in pairwise(shown)]
    return [teller.say("grid.below", high=shown[0]), *between, teller.say("grid.from", low=shown[-1])]


def _field(table_: VerdictTable, rows: list[int], teller: Teller) -> Html:
    head = element("strong", teller.say("grid.people", count=number(len(rows))))
    names = [teller.person(table_.people, row) for row in rows[:MOST_NAMES]]
    if len(rows) > MOST_NAMES:
        names.append(teller.say("grid.more", count=number(len(rows) - MOST_NAMES)))
    return join((head, listing(names)))
