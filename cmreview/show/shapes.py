"""What charts are drawn of, as inline SVG: words, bars, lines and marks of one look."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from cmreview.review.figures import rounded
from cmreview.show.html import Content, Html, element

INK = "#1b2a41"
SOFT = "#5c677a"
FILL = "#8fa3bf"
PAPER = "#ffffff"
WIDE_FROM = 0x2E7F


def room_for(names: Sequence[str]) -> int:
    """Width of a column of labels: a Chinese character is twice as wide as a letter."""
    widths = [sum(11 if ord(char) > WIDE_FROM else 6 for char in name) for name in names]
    return min(max(widths, default=0) + 16, 320)


def figure(chart_id: str, title: str, told: str, width: int, height: int, shapes: Sequence[Html]) -> Html:
    """A chart: an image with its title and what it tells in words, for whoever does not see it."""
    picture = element(
        "svg",
        element("title", title, id=f"{chart_id}-title"),
        element("desc", told, id=f"{chart_id}-desc"),
        *shapes,
        role="img",
        aria_labelledby=f"{chart_id}-title {chart_id}-desc",
        viewBox=f"0 0 {width} {height}",
        width=str(width),
        height=str(height),
        xmlns="http://www.w3.org/2000/svg",
        font_size="11",
        fill=INK,
    )
    return element("figure", picture)


def at(value: Fraction | int) -> str:
    """A coordinate with one decimal."""
    return f"{rounded(Fraction(value), 1):f}"


def text(
    x: Fraction | int,
    y: Fraction | int,
    words: Content,
    anchor: str = "start",
    *,
    soft: bool = False,
    strong: bool = False,
    halo: bool = False,
) -> Html:
    """Words at a place, which stay words; ``halo`` keeps them legible over a line."""
    return element(
        "text",
        words,
        x=at(x),
        y=at(y),
        text_anchor=None if anchor == "start" else anchor,
        fill=SOFT if soft else None,
        font_weight="bold" if strong else None,
        stroke=PAPER if halo else None,
        stroke_width="3" if halo else None,
        paint_order="stroke" if halo else None,
    )


def rect(
    x: Fraction | int, y: Fraction | int, width: Fraction, height: Fraction | int, *, open_: bool = False
) -> Html:
    """A bar; ``open_`` leaves it white with a dashed edge."""
    return element(
        "rect",
        x=at(x),
        y=at(y),
        width=at(width),
        height=at(height),
        fill=PAPER if open_ else FILL,
        stroke=INK,
        stroke_dasharray="3 2" if open_ else None,
    )


def line(
    x1: Fraction | int, y1: Fraction | int, x2: Fraction | int, y2: Fraction | int, *, dashed: bool = False
) -> Html:
    """A line, dashed where it is a mark and no measure."""
    dashes = "4 3" if dashed else None
    return element("line", x1=at(x1), y1=at(y1), x2=at(x2), y2=at(y2), stroke=INK, stroke_dasharray=dashes)


def dot(x: Fraction | int, y: Fraction | int) -> Html:
    """A round mark."""
    return element("circle", cx=at(x), cy=at(y), r="4", fill=INK)


def square(x: Fraction | int, y: Fraction | int) -> Html:
    """A square mark, open where a dot is filled."""
    return element("rect", x=at(x - 4), y=at(y - 4), width="8", height="8", fill=PAPER, stroke=INK)
