"""Small charts as inline SVG: text as text, told apart by form and not by colour, with a text alternative."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from cmreview.review.figures import rounded
from cmreview.review.model import YearFigures
from cmreview.show.figures import Figures, number
from cmreview.show.html import Content, Html, element
from cmreview.words import say

INK = "#1b2a41"
SOFT = "#5c677a"
FILL = "#8fa3bf"
PAPER = "#ffffff"

PANEL_WIDTH, PANEL_HEIGHT = 340, 150
TOP, BOTTOM = 34, 30
WIDE_FROM = 0x2E7F


@dataclass(frozen=True, slots=True)
class Bar:
    """One horizontal bar: its name, its length as a fraction of the mark (None: not drawn), its figure."""

    name: str
    length: Fraction | None
    figure: str


def trend(trend_years: Sequence[YearFigures], figures: Figures, chart_id: str, name: str) -> Html:
    """Sales as columns, customers as two lines, year by year (five-year trend).

    A year without evidence is written out as such, a part year has a dashed outline.
    """
    lang = figures.lang
    caption = say("packet.chart.trend", lang, name=name)
    told = [_told(entry, figures) for entry in trend_years]
    sales = _columns(trend_years, figures)
    customers = element("g", *_lines(trend_years, figures), transform=f"translate({PANEL_WIDTH + 20},0)")
    return _figure(chart_id, caption, " ".join(told), 2 * PANEL_WIDTH + 20, PANEL_HEIGHT, [*sales, customers])


def attainment(bars: Sequence[Bar], figures: Figures, chart_id: str, name: str) -> Html:
    """How far each requirement is attained: a bar each, with a mark where the threshold is."""
    lang = figures.lang
    height = 20 * len(bars) + 30
    left, right = _room_for([bar.name for bar in bars]), 110
    width = 2 * PANEL_WIDTH + 20
    longest = max([Fraction(1), *(bar.length for bar in bars if bar.length is not None)])
    unit = (width - left - right) / longest
    mark = left + unit
    shapes = [_text(mark, 14, say("packet.chart.threshold", lang), anchor="middle", soft=True)]
    for place, bar in enumerate(bars):
        y = 24 + 20 * place
        shapes.append(_text(left - 8, y + 11, bar.name, anchor="end"))
        end: Fraction = Fraction(left)
        if bar.length is not None:
            end += max(bar.length, Fraction(0)) * unit
            shapes.append(_rect(left, y, end - left, 14))
        shapes.append(_text(end + 6, y + 11, bar.figure, halo=True))
    shapes.append(_line(left, 22, left, height - 8))
    shapes.append(_line(mark, 20, mark, height - 8, dashed=True))  # last, so that no bar hides it
    separator = "；" if lang == "zh" else "; "
    told = separator.join(f"{bar.name} {bar.figure}" for bar in bars)
    return _figure(chart_id, say("packet.chart.attainment", lang, name=name), told, width, height, shapes)


def _room_for(names: Sequence[str]) -> int:
    """Width of a column of labels: a Chinese character is twice as wide as a letter."""
    widths = [sum(11 if ord(char) > WIDE_FROM else 6 for char in name) for name in names]
    return min(max(widths, default=0) + 16, 320)


def _told(entry: YearFigures, figures: Figures) -> str:
    part = say("packet.chart.part_year", figures.lang) if entry.part_year else ""
    return say(
        "packet.chart.year_told",
        figures.lang,
        year=entry.year,
        sales=_or_nothing(entry.sales, figures.money(entry.sales), figures),
        new=_or_nothing(entry.new_customers, figures.count(entry.new_customers), figures),
        served=_or_nothing(entry.customers_served, figures.count(entry.customers_served), figures),
        part=part,
    )


def _or_nothing(value: object, shown: str, figures: Figures) -> str:
    return say("packet.figure.no_data", figures.lang) if value is None else shown


def _columns(trend_years: Sequence[YearFigures], figures: Figures) -> list[Html]:
    lang = figures.lang
    top = max([Fraction(0), *(entry.sales for entry in trend_years if entry.sales is not None)])
    floor = PANEL_HEIGHT - BOTTOM
    step = Fraction(PANEL_WIDTH, max(len(trend_years), 1))
    shapes = [_text(0, 12, say("packet.chart.sales", lang, unit=figures.money_unit), strong=True)]
    for place, entry in enumerate(trend_years):
        middle = step * place + step / 2
        if entry.sales is None:
            shapes.append(_text(middle, floor - 6, say("packet.figure.no_data", lang), "middle", soft=True))
        else:
            height = max(entry.sales, Fraction(0)) / top * (floor - TOP) if top else Fraction(0)
            shapes.append(_rect(middle - 17, floor - height, Fraction(34), height, open_=entry.part_year))
            shown = figures.money(entry.sales, unit=False)
            shapes.append(_text(middle, floor - height - 5, shown, "middle"))
        shapes.append(_text(middle, floor + 15, str(entry.year) + ("*" if entry.part_year else ""), "middle"))
    return [*shapes, _line(0, floor, PANEL_WIDTH, floor)]


def _lines(trend_years: Sequence[YearFigures], figures: Figures) -> list[Html]:
    lang = figures.lang
    served = [entry.customers_served for entry in trend_years]
    new = [entry.new_customers for entry in trend_years]
    top = max([1, *(value for value in (*served, *new) if value is not None)])
    floor = PANEL_HEIGHT - BOTTOM
    step = Fraction(PANEL_WIDTH, max(len(trend_years), 1))
    shapes = [
        _text(0, 12, say("packet.chart.customers", lang), strong=True),
        _square(118, 8),
        _text(127, 12, say("packet.chart.served", lang)),
        _dot(218, 8),
        _text(227, 12, say("packet.chart.new", lang)),
    ]
    for values, dashed in ((served, True), (new, False)):
        before: tuple[Fraction, Fraction] | None = None
        for place, value in enumerate(values):
            if value is None:
                before = None
                continue
            here = (step * place + step / 2, floor - Fraction(value, top) * (floor - TOP - 8))
            if before:
                shapes.append(_line(*before, *here, dashed=dashed))
            before = here
    for place, entry in enumerate(trend_years):
        middle = step * place + step / 2
        for value, is_served in ((entry.customers_served, True), (entry.new_customers, False)):
            if value is None:
                continue
            y = floor - Fraction(value, top) * (floor - TOP - 8)
            shapes.append(_square(middle, y) if is_served else _dot(middle, y))
            below = not is_served and entry.customers_served is not None and value <= entry.customers_served
            shapes.append(
                _text(
                    middle, y + (17 if below and floor - y > 22 else -8), number(value), "middle", halo=True
                )
            )
        if entry.customers_served is None and entry.new_customers is None:
            shapes.append(_text(middle, floor - 6, say("packet.figure.no_data", lang), "middle", soft=True))
        shapes.append(_text(middle, floor + 15, str(entry.year) + ("*" if entry.part_year else ""), "middle"))
    return [*shapes, _line(0, floor, PANEL_WIDTH, floor)]


def _figure(chart_id: str, title: str, told: str, width: int, height: int, shapes: Sequence[Html]) -> Html:
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


def _at(value: Fraction | int) -> str:
    return f"{rounded(Fraction(value), 1):f}"


def _text(
    x: Fraction | int,
    y: Fraction | int,
    words: Content,
    anchor: str = "start",
    *,
    soft: bool = False,
    strong: bool = False,
    halo: bool = False,
) -> Html:
    return element(
        "text",
        words,
        x=_at(x),
        y=_at(y),
        text_anchor=None if anchor == "start" else anchor,
        fill=SOFT if soft else None,
        font_weight="bold" if strong else None,
        stroke=PAPER if halo else None,
        stroke_width="3" if halo else None,
        paint_order="stroke" if halo else None,
    )


def _rect(
    x: Fraction | int, y: Fraction | int, width: Fraction, height: Fraction | int, *, open_: bool = False
) -> Html:
    return element(
        "rect",
        x=_at(x),
        y=_at(y),
        width=_at(width),
        height=_at(height),
        fill=PAPER if open_ else FILL,
        stroke=INK,
        stroke_dasharray="3 2" if open_ else None,
    )


def _line(
    x1: Fraction | int, y1: Fraction | int, x2: Fraction | int, y2: Fraction | int, *, dashed: bool = False
) -> Html:
    dashes = "4 3" if dashed else None
    return element(
        "line", x1=_at(x1), y1=_at(y1), x2=_at(x2), y2=_at(y2), stroke=INK, stroke_dasharray=dashes
    )


def _dot(x: Fraction | int, y: Fraction | int) -> Html:
    return element("circle", cx=_at(x), cy=_at(y), r="4", fill=INK)


def _square(x: Fraction | int, y: Fraction | int) -> Html:
    return element("rect", x=_at(x - 4), y=_at(y - 4), width="8", height="8", fill=PAPER, stroke=INK)
