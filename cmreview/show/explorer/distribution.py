"""How figures are spread, as columns with the threshold as a dashed line across them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cmreview.review.explorer.exact_column import Floats
from cmreview.show.html import Html, element
from cmreview.show.shapes import FILL, INK, PAPER

WIDTH, HEIGHT, SIDE, TOP, FLOOR, MOST = 720, 190, 30, 34, 150, 24
CLOSE = 1e-9  # of a step: floats of a chart, which decide nothing


def bins(known: Floats, line: float | None, is_whole: bool) -> Floats:
    """Edges of columns of one width, each holding its lower edge; the line is one of the edges.

    So no column holds figures of both sides: with "at least" the line's own figure stands right of it.
    """
    ends = [float(known.min()), float(known.max()), *([] if line is None else [line])]
    low, high = min(ends), max(ends)
    wanted = min(MOST, max(6, len(known)))
    step = (high - low) / wanted or 1.0
    if is_whole:
        step = float(np.ceil(step))
    start = low if line is None else line
    below = int(np.ceil((start - low) / step - CLOSE))
    above = int(np.floor((high - start) / step + CLOSE)) + 1
    return np.asarray(start + step * np.arange(-below, above + 1))


def distribution(
    values: Floats,
    line: float | None,
    title: str,
    told: str,
    chart_id: str,
    write: Callable[[float], str],
    *,
    is_whole: bool = False,
) -> Html:
    """A histogram of the known ``values``; ``line`` is drawn where it is given, ``write`` names the ends.

    ``told`` is the alternative in words. Columns touch only where values do: empty ones stay empty.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return element("p", told)
    edges = bins(known, line, is_whole)
    low, high = float(edges[0]), float(edges[-1])
    # an end that was computed may lie a rounding error inside the first or last figure
    at = np.clip(np.searchsorted(edges, known, side="right") - 1, 0, len(edges) - 2)
    counts = np.bincount(at, minlength=len(edges) - 1)
    scale = (WIDTH - 2 * SIDE) / (high - low)
    shapes: list[Html] = []
    for count, left, right in zip(counts.tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if count:
            height = count / int(counts.max()) * (FLOOR - TOP)
            x, y = SIDE + (left - low) * scale, FLOOR - height
            shapes.append(_rect(x, y, (right - left) * scale - 1, height))
            shapes.append(_text(x + (right - left) * scale / 2, y - 4, str(count)))
    shapes.append(_line(SIDE, FLOOR, WIDTH - SIDE, FLOOR))
    shapes.append(_text(SIDE, FLOOR + 16, write(float(known.min())), "start"))
    shapes.append(_text(WIDTH - SIDE, FLOOR + 16, write(float(known.max())), "end"))
    if line is not None:
        x = SIDE + (line - low) * scale
        shapes.append(_line(x, TOP - 16, x, FLOOR + 6, dashed=True))
        anchor = "start" if x < WIDTH / 4 else "end" if x > WIDTH * 3 / 4 else "middle"
        shapes.append(_text(x, FLOOR + 30, write(line), anchor, bold=True))
    picture = element(
        "svg",
        element("title", title, id=f"{chart_id}-title"),
        element("desc", told, id=f"{chart_id}-told"),
        *shapes,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        width=WIDTH,
        height=HEIGHT,
        role="img",
        aria_labelledby=f"{chart_id}-title {chart_id}-told",
        font_size="11",
    )
    return element("figure", picture, element("figcaption", title, class_="note"))


def _rect(x: float, y: float, width: float, height: float) -> Html:
    return element(
        "rect",
        x=f"{x:.1f}",
        y=f"{y:.1f}",
        width=f"{width:.1f}",
        height=f"{height:.1f}",
        fill=FILL,
        stroke=INK,
    )


def _line(x1: float, y1: float, x2: float, y2: float, *, dashed: bool = False) -> Html:
    return element(
        "line",
        x1=f"{x1:.1f}",
        y1=f"{y1:.1f}",
        x2=f"{x2:.1f}",
        y2=f"{y2:.1f}",
        stroke=INK,
        stroke_width="2" if dashed else "1",
        stroke_dasharray="5 3" if dashed else None,
    )


def _text(x: float, y: float, words: str, anchor: str = "middle", *, bold: bool = False) -> Html:
    return element(
        "text",
        words,
        x=f"{x:.1f}",
        y=f"{y:.1f}",
        text_anchor=anchor,
        font_weight="bold" if bold else None,
        stroke=PAPER,
        stroke_width="3",
        paint_order="stroke",
    )
