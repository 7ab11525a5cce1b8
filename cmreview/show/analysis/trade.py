"""Trends, customers and concentration, as they are read."""

from __future__ import annotations

from fractions import Fraction

from cmreview.review.analysis.concentration import Concentration
from cmreview.review.analysis.trends import Breakdown
from cmreview.review.figures import rounded
from cmreview.show.analysis import pictures
from cmreview.show.analysis.blocks import Block, because, heading
from cmreview.show.analysis.grid import Column, Grid, Kind
from cmreview.show.analysis.voice import Voice


def trends(voice: Voice) -> list[Block]:
    """The company by year, then every dimension that the records carry."""
    found = voice.parts.trends
    if found.reason is not None:
        return because([found.reason], voice)
    blocks: list[Block] = [_picture(voice), _company(voice)]
    blocks += [voice.say("trends.note")]
    blocks += [voice.say("part_year_note")] if any(year.is_part for year in found.years) else []
    for breakdown in found.breakdowns:
        blocks.append(heading(voice.say(f"dimension.{breakdown.dimension.value}")))
        blocks += because([breakdown.reason], voice) if breakdown.reason else [_lines(breakdown, voice)]
    return blocks


def _picture(voice: Voice) -> Block:
    figures = voice.figures
    years = voice.parts.trends.years
    cols = [
        pictures.Col(
            voice.year(year.year, year.is_part),
            year.sales,
            voice.say("no_data") if year.sales is None else figures.money(year.sales, unit=False),
            open_=year.is_part,
        )
        for year in years
    ]
    title = voice.say("trends.picture", unit=figures.money_unit)
    told = voice.say("list").join(f"{col.name} {col.figure}" for col in cols)
    return pictures.columns("trends-sales", title, told, cols)


def _company(voice: Voice) -> Grid:
    names = ("sales", "growth", "contracts", "managers", "customers", "new_customers")
    kinds = (Kind.MONEY, Kind.GROWTH, Kind.COUNT, Kind.COUNT, Kind.COUNT, Kind.COUNT)
    columns = [Column(voice.say("head.year"))]
    columns += [Column(voice.say(f"head.{name}"), kind) for name, kind in zip(names, kinds, strict=True)]
    rows = tuple(
        (voice.year(year.year, year.is_part), *(getattr(year, name) for name in names))
        for year in voice.parts.trends.years
    )
    return Grid(voice.say("sheet.company"), voice.say("trends.company"), tuple(columns), rows)


def _lines(breakdown: Breakdown, voice: Voice) -> Grid:
    found = voice.parts.trends
    dimension = breakdown.dimension
    columns = [Column(voice.say(f"dimension_name.{dimension.value}"))]
    columns += [Column(voice.year(year.year, year.is_part), Kind.MONEY) for year in found.years]
    columns += [
        Column(voice.say("head.share"), Kind.SHARE),
        Column(voice.say("head.change"), Kind.CHANGE),
        Column(voice.say("head.growth"), Kind.GROWTH),
    ]
    rows = tuple(
        (voice.line(dimension, line), *line.sales, line.share, line.change, line.growth)
        for line in breakdown.lines
    )
    now = found.now
    before = found.years[-2].sales if len(found.years) > 1 else None
    is_compared = any(line.change is not None for line in breakdown.lines)
    change = now.sales - before if is_compared and now.sales is not None and before is not None else None
    whole = Fraction(1) if now.sales else None
    foot = (voice.say("sum"), *(year.sales for year in found.years), whole, change, now.growth)
    caption = voice.say(f"trends.by.{dimension.value}")
    return Grid(voice.say(f"sheet.{dimension.value}"), caption, tuple(columns), rows, foot, "wide")


def customers(voice: Voice) -> list[Block]:
    """Who came, stayed and went, and what each year's new customers became."""
    found = voice.parts.customers
    if found.reason is not None:
        return because([found.reason], voice)
    names = ("served", "new", "kept", "returned", "lost")
    columns = [Column(voice.say("head.year"))]
    columns += [Column(voice.say(f"customers.{name}"), Kind.COUNT) for name in names]
    columns += [
        Column(voice.say("customers.kept_share"), Kind.SHARE),
        Column(voice.say("customers.sales_of_new"), Kind.MONEY),
        Column(voice.say("customers.sales_of_known"), Kind.MONEY),
    ]
    rows = tuple(
        (
            voice.year(flow.year, flow.is_part),
            *(getattr(flow, name) for name in names),
            flow.kept_share,
            flow.sales_of_new,
            flow.sales_of_known,
        )
        for flow in found.flows
    )
    flows = Grid(voice.say("sheet.customers"), voice.say("customers.caption"), tuple(columns), rows)
    blocks: list[Block] = [flows, voice.say("customers.note")]
    blocks.append(heading(voice.say("customers.cohorts")))
    return [*blocks, *_cohorts(voice), voice.say("customers.cohort_note")]


def _cohorts(voice: Voice) -> list[Block]:
    parts = voice.parts
    years = parts.trends.years
    grids: list[Block] = []
    for name, kind in (("served", Kind.COUNT), ("sales", Kind.MONEY)):
        columns = [Column(voice.say("customers.first_year"))]
        columns += [Column(voice.say("customers.won"), Kind.COUNT)] if name == "served" else []
        columns += [Column(voice.year(year.year, year.is_part), kind) for year in years]
        rows = []
        for cohort in parts.customers.cohorts:
            first = voice.say("customers.or_earlier", year=cohort.first_year)
            first = first if cohort.is_earliest else str(cohort.first_year)
            won = (cohort.customers,) if name == "served" else ()
            rows.append((first, *won, *getattr(cohort, name)))
        caption = voice.say(f"customers.cohort_{name}")
        grids.append(Grid(voice.say(f"sheet.cohort_{name}"), caption, tuple(columns), tuple(rows)))
    return grids


def concentration(voice: Voice) -> list[Block]:
    """What rests on the largest customers, and on the managers with the largest sales."""
    blocks: list[Block] = []
    for found in voice.parts.concentration:
        blocks.append(heading(voice.say(f"concentration.{found.whose.value}")))
        blocks += because([found.reason], voice)
        if any(year.hhi is not None or year.largest is not None for year in found.years):
            blocks.append(_shares(found, voice))
    return [*blocks, voice.say("concentration.note")]


def _shares(found: Concentration, voice: Voice) -> Grid:
    whose = found.whose.value
    columns = [Column(voice.say("head.year")), Column(voice.say(f"concentration.of_{whose}"), Kind.COUNT)]
    is_told = found.together is not None and found.reason is None
    if is_told:
        head = voice.say(f"concentration.largest_{whose}", count=found.together)
        columns.append(Column(head, Kind.SHARE))
    columns += [
        Column(voice.say("concentration.hhi"), Kind.INDEX),
        Column(voice.say("concentration.equal"), Kind.TENTH),
    ]
    rows = []
    for year in found.years:
        equal = None if not year.hhi else Fraction(rounded(1 / year.hhi, 1))
        largest = (year.largest,) if is_told else ()
        rows.append((voice.year(year.year, year.is_part), year.of, *largest, year.hhi, equal))
    caption = voice.say(f"concentration.caption_{whose}")
    return Grid(voice.say(f"sheet.concentration_{whose}"), caption, tuple(columns), tuple(rows))
