"""The charts of the analysis: columns, intervals and bands, told apart by form, each with its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from cmreview.show import shapes
from cmreview.show.html import Html, element

WIDTH, TOP, FLOOR = 700, 44, 165
HEAD = 18  # room for the title
SHADES = ("#5d7390", "#8fa3bf", "#c5d0df", "#e3e9f1", "#c5d0df", "#8fa3bf")


@dataclass(frozen=True, slots=True)
class Col:
    """One column: name, height, what is written over it; ``open_`` is drawn dashed. None: no data."""

    name: str
    value: Fraction | None
    figure: str
    open_: bool = False
    low: Fraction | None = None
    high: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """One interval with its point; None where nothing is told, and then ``figure`` says why."""

    name: str
    low: Fraction | None
    point: Fraction | None
    high: Fraction | None
    figure: str


@dataclass(frozen=True, slots=True)
class Bands:
    """One criterion's people by band; the first half lies below the threshold, the other at or above it."""

    name: str
    counts: tuple[int, ...]


def columns(chart_id: str, title: str, told: str, found: Sequence[Col], line: Fraction | None = None) -> Html:
    """Columns side by side; ``line`` is a level drawn across them, which the title tells."""
    ends = [line, *(end for col in found for end in (col.value, col.high))]
    top = max((end for end in ends if end is not None), default=Fraction(0)) or Fraction(1)
    step = Fraction(WIDTH, max(len(found), 1))
    width = min(step * 3 / 5, Fraction(60))
    drawn = [_title(title)]

    def y_of(value: Fraction) -> Fraction:
        return FLOOR - max(value, Fraction(0)) / top * (FLOOR - TOP)

    for place, col in enumerate(found):
        middle = step * place + step / 2
        if col.value is not None:
            y = y_of(col.value)
            drawn.append(shapes.rect(middle - width / 2, y, width, FLOOR - y, open_=col.open_))
            if col.low is not None and col.high is not None:
                y = y_of(col.high)
                drawn.append(shapes.line(middle, y, middle, y_of(col.low)))
                drawn += [shapes.line(middle - 6, at, middle + 6, at) for at in (y, y_of(col.low))]
            drawn.append(shapes.text(middle, y - 5, col.figure, "middle", halo=True))
        else:
            drawn.append(shapes.text(middle, FLOOR - 6, col.figure, "middle", soft=True))
        drawn.append(shapes.text(middle, FLOOR + 15, col.name, "middle"))
    drawn.append(shapes.line(0, FLOOR, WIDTH, FLOOR))
    if line is not None:
        y = y_of(line)
        drawn.insert(1, shapes.line(0, y, WIDTH, y, dashed=True))  # behind the columns and their figures
    return shapes.figure(chart_id, title, told, WIDTH, FLOOR + 24, drawn)


def intervals(
    chart_id: str, title: str, told: str, found: Sequence[Span], line: tuple[Fraction, str] | None = None
) -> Html:
    """One row a group: a dot with the interval around it; ``line`` is the company's own value."""
    left, right = shapes.room_for([span.name for span in found]), 190
    ends = [end for span in found for end in (span.low, span.high) if end is not None]
    ends += [line[0]] if line else []
    low, high = min(ends, default=Fraction(0)), max(ends, default=Fraction(1))
    low, high = max(Fraction(0), low - (high - low) / 20), high + (high - low) / 20
    unit = (WIDTH - left - right) / ((high - low) or Fraction(1))
    height = 22 * len(found) + 34 + HEAD
    drawn = [_title(title)]
    if line is not None:
        x = left + (line[0] - low) * unit
        drawn.append(shapes.line(x, 20 + HEAD, x, height - 8, dashed=True))
        drawn.append(shapes.text(x, 14 + HEAD, line[1], "middle"))
    for place, span in enumerate(found):
        y = 34 + HEAD + 22 * place
        drawn.append(shapes.text(left - 8, y + 4, span.name, "end"))
        if span.low is not None and span.high is not None:
            drawn.append(shapes.line(left + (span.low - low) * unit, y, left + (span.high - low) * unit, y))
        if span.point is not None:
            drawn.append(shapes.dot(left + (span.point - low) * unit, y))
        drawn.append(shapes.text(WIDTH - right + 10, y + 4, span.figure, soft=span.point is None))
    drawn.append(shapes.line(left, 22 + HEAD, left, height - 8))
    return shapes.figure(chart_id, title, told, WIDTH, height, drawn)


def bands(chart_id: str, title: str, told: str, found: Sequence[Bands], ends: tuple[str, str, str]) -> Html:
    """One row a criterion: people below the threshold left of the middle, those at or above it right."""
    left = shapes.room_for([row.name for row in found])
    half = max((sum(part) for row in found for part in _halves(row)), default=0) or 1
    unit = Fraction(WIDTH - left - 20, 2 * half)
    middle = left + half * unit
    height = 24 * len(found) + 44 + HEAD
    below, at_threshold, above = ends
    drawn = [
        _title(title),
        shapes.text(middle - 44, 15 + HEAD, below, "end", soft=True),
        shapes.text(middle, 15 + HEAD, at_threshold, "middle"),
        shapes.text(middle + 44, 15 + HEAD, above, soft=True),
    ]
    for place, row in enumerate(found):
        y = 28 + HEAD + 24 * place
        drawn.append(shapes.text(left - 8, y + 12, row.name, "end"))
        under, over = _halves(row)
        x = middle - sum(under) * unit
        for count, shade in zip((*under, *over), SHADES, strict=True):
            if count:
                drawn.append(_block(x, y, count * unit, shade))
                if count * unit >= 12:
                    light = shade != SHADES[0]
                    drawn.append(_count(x + count * unit / 2, y + 12, count, light))
            x += count * unit
    drawn.append(shapes.line(middle, 20 + HEAD, middle, height - 14, dashed=True))
    return shapes.figure(chart_id, title, told, WIDTH, height, drawn)


def _title(words: str) -> Html:
    return shapes.text(0, 12, words, strong=True)


def _halves(row: Bands) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return row.counts[: len(row.counts) // 2], row.counts[len(row.counts) // 2 :]


def _block(x: Fraction, y: int, width: Fraction, shade: str) -> Html:
    place = {"x": shapes.at(x), "y": shapes.at(y), "width": shapes.at(width), "height": "16"}
    return element("rect", **place, fill=shade, stroke=shapes.PAPER)


def _count(x: Fraction, y: int, count: int, is_light: bool) -> Html:
    fill = shapes.INK if is_light else shapes.PAPER
    return element("text", str(count), x=shapes.at(x), y=shapes.at(y), text_anchor="middle", fill=fill)
