"""Small charts as inline SVG: text as text, told apart by form and not by colour, with a text alternative."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from cmreview.review.model import YearFigures
from cmreview.show import shapes
from cmreview.show.figures import Figures, number
from cmreview.show.html import Html, element
from cmreview.words import say

PANEL_WIDTH, PANEL_HEIGHT = 340, 150
TOP, BOTTOM = 34, 30


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
    return shapes.figure(
        chart_id, caption, " ".join(told), 2 * PANEL_WIDTH + 20, PANEL_HEIGHT, [*sales, customers]
    )


def attainment(bars: Sequence[Bar], figures: Figures, chart_id: str, name: str) -> Html:
    """How far each requirement is attained: a bar each, with a mark where the threshold is."""
    lang = figures.lang
    height = 20 * len(bars) + 30
    left, right = shapes.room_for([bar.name for bar in bars]), 110
    width = 2 * PANEL_WIDTH + 20
    longest = max([Fraction(1), *(bar.length for bar in bars if bar.length is not None)])
    unit = (width - left - right) / longest
    mark = left + unit
    drawn = [shapes.text(mark, 14, say("packet.chart.threshold", lang), anchor="middle", soft=True)]
    for place, bar in enumerate(bars):
        y = 24 + 20 * place
        drawn.append(shapes.text(left - 8, y + 11, bar.name, anchor="end"))
        end: Fraction = Fraction(left)
        if bar.length is not None:
            end += max(bar.length, Fraction(0)) * unit
            drawn.append(shapes.rect(left, y, end - left, 14))
        drawn.append(shapes.text(end + 6, y + 11, bar.figure, halo=True))
    drawn.append(shapes.line(left, 22, left, height - 8))
    drawn.append(shapes.line(mark, 20, mark, height - 8, dashed=True))  # last, so that no bar hides it
    separator = "；" if lang == "zh" else "; "
    told = separator.join(f"{bar.name} {bar.figure}" for bar in bars)
    return shapes.figure(
        chart_id, say("packet.chart.attainment", lang, name=name), told, width, height, drawn
    )


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
    drawn = [shapes.text(0, 12, say("packet.chart.sales", lang, unit=figures.money_unit), strong=True)]
    for place, entry in enumerate(trend_years):
        middle = step * place + step / 2
        if entry.sales is None:
            drawn.append(
                shapes.text(middle, floor - 6, say("packet.figure.no_data", lang), "middle", soft=True)
            )
        else:
            height = max(entry.sales, Fraction(0)) / top * (floor - TOP) if top else Fraction(0)
            drawn.append(
                shapes.rect(middle - 17, floor - height, Fraction(34), height, open_=entry.part_year)
            )
            shown = figures.money(entry.sales, unit=False)
            drawn.append(shapes.text(middle, floor - height - 5, shown, "middle"))
        drawn.append(
            shapes.text(middle, floor + 15, str(entry.year) + ("*" if entry.part_year else ""), "middle")
        )
    return [*drawn, shapes.line(0, floor, PANEL_WIDTH, floor)]


def _lines(trend_years: Sequence[YearFigures], figures: Figures) -> list[Html]:
    lang = figures.lang
    served = [entry.customers_served for entry in trend_years]
    new = [entry.new_customers for entry in trend_years]
    top = max([1, *(value for value in (*served, *new) if value is not None)])
    floor = PANEL_HEIGHT - BOTTOM
    step = Fraction(PANEL_WIDTH, max(len(trend_years), 1))
    drawn = [
        shapes.text(0, 12, say("packet.chart.customers", lang), strong=True),
        shapes.square(118, 8),
        shapes.text(127, 12, say("packet.chart.served", lang)),
        shapes.dot(218, 8),
        shapes.text(227, 12, say("packet.chart.new", lang)),
    ]
    for values, dashed in ((served, True), (new, False)):
        before: tuple[Fraction, Fraction] | None = None
        for place, value in enumerate(values):
            if value is None:
                before = None
                continue
            here = (step * place + step / 2, floor - Fraction(value, top) * (floor - TOP - 8))
            if before:
                drawn.append(shapes.line(*before, *here, dashed=dashed))
            before = here
    for place, entry in enumerate(trend_years):
        middle = step * place + step / 2
        for value, is_served in ((entry.customers_served, True), (entry.new_customers, False)):
            if value is None:
                continue
            y = floor - Fraction(value, top) * (floor - TOP - 8)
            drawn.append(shapes.square(middle, y) if is_served else shapes.dot(middle, y))
            below = not is_served and entry.customers_served is not None and value <= entry.customers_served
            drawn.append(
                shapes.text(
                    middle, y + (17 if below and floor - y > 22 else -8), number(value), "middle", halo=True
                )
            )
        if entry.customers_served is None and entry.new_customers is None:
            drawn.append(
                shapes.text(middle, floor - 6, say("packet.figure.no_data", lang), "middle", soft=True)
            )
        drawn.append(
            shapes.text(middle, floor + 15, str(entry.year) + ("*" if entry.part_year else ""), "middle")
        )
    return [*drawn, shapes.line(0, floor, PANEL_WIDTH, floor)]
