"""A table before it is written: the same grid becomes HTML on the page and a sheet in Excel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from cmreview.review.figures import WAN
from cmreview.show.appendix_rows import Cell, Sheet
from cmreview.show.figures import NOTHING, Figures, number
from cmreview.show.html import Content, Html, element
from cmreview.show.tables import Head, table
from cmreview.words import say


class Kind(StrEnum):
    """What a column holds; text may stand in any column and says why there is no figure."""

    TEXT = "text"
    MONEY = "money"
    CHANGE = "change"  # money with its sign
    SHARE = "share"
    GROWTH = "growth"  # a share with its sign
    COUNT = "count"
    MORE = "more"  # a count with its sign
    INDEX = "index"  # a number with four decimals
    TENTH = "tenth"  # a number with one
    DAY = "day"
    RANGE = "range"  # from one share to another


_MONEY = (Kind.MONEY, Kind.CHANGE)
OFTEN = 3  # columns of money from which on the caption names the unit, and no head does

Range = tuple[Fraction, Fraction]
Value = str | Fraction | int | date | Range | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, and what it holds."""

    head: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Grid:
    """One table: the name of its sheet, its caption, columns and rows, maybe with a row of sums."""

    sheet: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    foot: tuple[Value, ...] | None = None
    class_: str = ""


def html(grid: Grid, figures: Figures) -> Html:
    """The grid as a table of the page."""
    caption, heads = grid.caption, [_headed(column, figures) for column in grid.columns]
    if sum(column.kind in _MONEY for column in grid.columns) >= OFTEN:
        caption = say("analysis_show.in_unit", figures.lang, caption=caption, unit=figures.money_unit)
        heads = [column.head for column in grid.columns]

    def shown(row: tuple[Value, ...]) -> tuple[Content, ...]:
        return tuple(
            _content(value, column.kind, figures) for value, column in zip(row, grid.columns, strict=True)
        )

    foot = None if grid.foot is None else shown(grid.foot)
    sides = [
        Head(head, column.kind is not Kind.TEXT) for head, column in zip(heads, grid.columns, strict=True)
    ]
    return table(caption, sides, [shown(row) for row in grid.rows], foot=foot, class_=grid.class_)


def _content(value: Value, kind: Kind, figures: Figures) -> Content:
    words = written(value, kind, figures)
    # a hyphen or a dash is a place to break a line, in a day or an interval as well
    return element("span", words, class_="together") if isinstance(value, date | tuple) else words


def written(value: Value, kind: Kind, figures: Figures) -> str:
    """One cell in words; a dash where nothing is known."""
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return figures.short_day(value)
    if isinstance(value, tuple):
        low, high = (figures.percent(end) for end in value)
        return f"{low}–{high}"
    if kind in _MONEY:
        return figures.money(value, unit=False, sign=kind is Kind.CHANGE)
    if kind in (Kind.SHARE, Kind.GROWTH):
        return figures.percent(value, sign=kind is Kind.GROWTH)
    if kind is Kind.INDEX:
        return number(value, 4)
    if kind is Kind.TENTH:
        return number(value, 1)
    return figures.count(value, sign=kind is Kind.MORE)


def sheet(grid: Grid, figures: Figures) -> Sheet:
    """The grid as a sheet: numbers as numbers, an interval in two columns, money also as it is counted."""
    heads: list[str] = []
    for column in grid.columns:
        head = _headed(column, figures)
        heads += [f"{head} ≥", f"{head} ≤"] if column.kind is Kind.RANGE else [head]
    rows = [*grid.rows, *((grid.foot,) if grid.foot is not None else ())]
    return Sheet(grid.sheet, tuple(heads), tuple(_cells(grid, row, figures) for row in rows), 1)


_FORMATS = {Kind.SHARE: "rate", Kind.GROWTH: "rate", Kind.INDEX: "index", Kind.TENTH: "tenth"}


def _cells(grid: Grid, row: tuple[Value, ...], figures: Figures) -> tuple[Cell, ...]:
    cells: list[Cell] = []
    for value, column in zip(row, grid.columns, strict=True):
        if column.kind is Kind.RANGE:
            ends = value if isinstance(value, tuple) else (value, None)
            cells += [Cell(None if isinstance(end, tuple) else end, "rate") for end in ends]
        elif isinstance(value, tuple):
            raise ValueError(f"an interval under {column.head!r}")
        elif column.kind in _MONEY and isinstance(value, Fraction | int):
            is_wan = figures.lang == "zh"
            cells.append(Cell(Fraction(value) / WAN if is_wan else value, "wan" if is_wan else "money"))
        else:
            cells.append(Cell(value, _FORMATS.get(column.kind, "whole")))
    return tuple(cells)


def _headed(column: Column, figures: Figures) -> str:
    return _with_unit(column.head, figures) if column.kind in _MONEY else column.head


def _with_unit(words: str, figures: Figures) -> str:
    brackets = "（{}）" if figures.lang == "zh" else " ({})"
    return words + brackets.format(figures.money_unit)
