"""The year's course and the forecast, as they are read."""

from __future__ import annotations

from fractions import Fraction

from cmreview.review.analysis.forecast import UNITS, Forecast, Series
from cmreview.review.analysis.seasons import MONTHS, Seasons
from cmreview.show.analysis import pictures
from cmreview.show.analysis.blocks import Block, because, heading
from cmreview.show.analysis.grid import Column, Grid, Kind, Value, written
from cmreview.show.analysis.voice import Voice
from cmreview.terms import Unit
from cmreview.words import say

_EVEN = Fraction(1, len(MONTHS))
_STANDS = {None: "open", True: "ask", False: "usual"}


def seasons(voice: Voice) -> list[Block]:
    """Sales by month, the last days of each year, and departments' Decembers."""
    found = voice.parts.seasons
    if found.reason is not None:
        return because([found.reason], voice)
    blocks: list[Block] = []
    if found.average is not None:
        blocks.append(_average(found.average, voice))
    blocks += [_months(found, voice), voice.say("seasons.note")]
    blocks.append(heading(voice.say("seasons.year_end")))
    blocks += because([found.end_reason], voice)
    if found.ends:
        blocks.append(_ends(found, voice))
    if found.decembers:
        blocks += [_decembers(found, voice), voice.say("seasons.december_note")]
    elif found.end_reason is None:
        blocks.append(voice.say("seasons.no_december"))
    return blocks


def _average(average: tuple[Fraction, ...], voice: Voice) -> Block:
    cols = [
        pictures.Col(voice.month(month), share, voice.figures.percent(share))
        for month, share in zip(MONTHS, average, strict=True)
    ]
    even = voice.figures.percent(_EVEN)
    title = voice.say("seasons.picture", years=voice.parts.seasons.whole_years, even=even)
    told = voice.say("list").join(f"{col.name} {col.figure}" for col in cols)
    return pictures.columns("seasons-months", title, told, cols, _EVEN)


def _months(found: Seasons, voice: Voice) -> Grid:
    columns = [Column(voice.say("head.month"))]
    columns += [Column(voice.year(year.year, year.is_part), Kind.MONEY) for year in found.months]
    columns += [Column(voice.say("seasons.contracts", year=found.months[-1].year), Kind.COUNT)]
    columns += [Column(voice.say("seasons.average"), Kind.SHARE)] if found.average else []
    rows = []
    for place, month in enumerate(MONTHS):
        cells: list[Value] = [voice.month(month), *(year.sales[place] for year in found.months)]
        cells.append(found.months[-1].contracts[place])
        cells += [found.average[place]] if found.average else []
        rows.append(tuple(cells))
    sums = [sum((one for one in year.sales if one is not None), Fraction(0)) for year in found.months]
    rows_now = sum(one for one in found.months[-1].contracts if one is not None)
    foot = (voice.say("sum"), *sums, rows_now, *((Fraction(1),) if found.average else ()))
    return Grid(
        voice.say("sheet.months"), voice.say("seasons.caption"), tuple(columns), tuple(rows), foot, "wide"
    )


def _ends(found: Seasons, voice: Voice) -> Grid:
    columns = (
        Column(voice.say("head.year")),
        Column(voice.say("seasons.end_contracts"), Kind.COUNT),
        Column(voice.say("seasons.all_contracts"), Kind.COUNT),
        Column(voice.say("seasons.end_sales"), Kind.MONEY),
        Column(voice.say("seasons.end_share"), Kind.SHARE),
        Column(voice.say("seasons.even_share"), Kind.SHARE),
    )
    rows = tuple(
        (str(end.year), end.contracts, end.of_contracts, end.sales, end.share, end.even) for end in found.ends
    )
    caption = voice.say("seasons.end_caption", days=found.ends[-1].days)
    return Grid(voice.say("sheet.year_end"), caption, columns, rows)


def _decembers(found: Seasons, voice: Voice) -> Grid:
    columns = (
        Column(voice.say("dimension_name.department")),
        Column(voice.say("seasons.december"), Kind.COUNT),
        Column(voice.say("seasons.all_contracts"), Kind.COUNT),
        Column(voice.say("seasons.december_share"), Kind.SHARE),
        Column(voice.say("seasons.chance"), Kind.INDEX),
        Column(voice.say("seasons.stands_out")),
    )
    rows = tuple(
        (
            each.department,
            each.december,
            each.contracts,
            Fraction(each.december, each.contracts),
            each.chance,
            voice.say(f"seasons.{_STANDS[each.stands_out]}"),
        )
        for each in found.decembers
    )
    return Grid(voice.say("sheet.december"), voice.say("seasons.december_caption"), columns, rows)


def forecast(voice: Voice) -> list[Block]:
    """Each series: what was, what the methods would have said, and what the best says of next year."""
    found = voice.parts.forecasts
    reasons = {each.reason for each in found}
    if len(reasons) == 1 and None not in reasons:
        return because([*reasons], voice)
    blocks: list[Block] = [voice.say("forecast.note")]
    for each in found:
        blocks.append(heading(voice.say(f"series.{each.series.value}")))
        blocks += because([each.reason], voice) if each.reason else _forecast(each, voice)
    return blocks


def _kind(series: Series) -> Kind:
    return Kind.MONEY if UNITS[series] is Unit.MONEY else Kind.COUNT


def _forecast(each: Forecast, voice: Voice) -> list[Block]:
    best, value = each.best, each.value
    if best is None or value is None:
        raise ValueError(f"{each.series.value}: a forecast without a method")
    kind = _kind(each.series)
    said = {row.method: dict(row.said) for row in each.tried}
    columns = [Column(voice.say("head.year")), Column(voice.say("forecast.actual"), kind)]
    columns += [Column(say(f"analysis.method.{row.method.value}", voice.lang), kind) for row in each.tried]
    rows: list[tuple[Value, ...]] = [
        (str(year), actual, *(_whole(said[row.method].get(year), kind) for row in each.tried))
        for year, actual in each.history
    ]
    forward = (_whole(value if row is best else None, kind) for row in each.tried)
    rows.append((voice.say("forecast.next", year=each.next_year), None, *forward))
    rows.append((voice.say("forecast.mae"), None, *(_whole(row.mae, kind) for row in each.tried)))
    mapes = (None if row.mape is None else voice.figures.percent(row.mape) for row in each.tried)
    rows.append((voice.say("forecast.mape"), None, *mapes))
    name = voice.say(f"series.{each.series.value}")
    caption = voice.say("forecast.caption", series=name, tested=len(best.said))
    grid = Grid(voice.say(f"sheet.forecast_{each.series.value}"), caption, tuple(columns), tuple(rows))
    return [_picture(each, voice), grid]


def _whole(value: Fraction | None, kind: Kind) -> Fraction | None:
    """A count of something that comes whole, once it is written."""
    return value if value is None or kind is Kind.MONEY else Fraction(int(value + Fraction(1, 2)))


def _picture(each: Forecast, voice: Voice) -> Block:
    best, value = each.best, each.value
    if best is None or value is None:
        raise ValueError(f"{each.series.value}: a forecast without a method")
    kind = _kind(each.series)

    def figure(amount: Fraction) -> str:
        return written(_whole(amount, kind), kind, voice.figures)

    cols = [pictures.Col(str(year), actual, figure(actual)) for year, actual in each.history]
    name = voice.say("forecast.next", year=each.next_year)
    low, high = max(Fraction(0), value - best.mae), value + best.mae
    cols.append(pictures.Col(name, value, figure(value), open_=True, low=low, high=high))
    unit = voice.figures.money_unit if kind is Kind.MONEY else voice.say(f"forecast.unit.{each.series.value}")
    title = voice.say("forecast.picture", series=voice.say(f"series.{each.series.value}"), unit=unit)
    told = voice.say("list").join(f"{col.name} {col.figure}" for col in cols)
    return pictures.columns(f"forecast-{each.series.value.replace('_', '-')}", title, told, cols)
