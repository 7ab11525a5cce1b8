"""Departments' preliminary reviews beside the results, and pass rates told with care (Policy 1.3.a, 4.2)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from cmreview.process.events import ReviewDecision
from cmreview.process.labels import label
from cmreview.review.explorer.exact_column import Flags
from cmreview.review.explorer.verdict_column import NONE
from cmreview.review.explorer.verdict_table import RESULTS as CODES
from cmreview.review.explorer.verdict_table import VerdictTable
from cmreview.review.scrutiny.leniency import (
    Applicant,
    Cautions,
    Comparison,
    Leniency,
    Opinions,
    Passing,
    Rate,
    cautions,
    left_open,
    leniency_of,
)
from cmreview.show.explorer.teller import Teller
from cmreview.show.figures import NOTHING, needed_places, number, telling_places
from cmreview.show.html import Content, Html, element, join
from cmreview.show.tables import Head, listing, table
from cmreview.terms import RESULTS, Result


def applicants(table_: VerdictTable, mask: Flags) -> list[Applicant]:
    """The applicants of ``mask`` with their preliminary review and the result of the table's policy."""
    people, results = table_.people, table_.results
    return [
        Applicant(
            str(people.departments[row]),
            ReviewDecision(people.preliminary[row]) if people.preliminary[row] else None,
            None if results[row] == NONE else CODES[results[row]],
        )
        for row in np.flatnonzero(mask & people.is_applicant).tolist()
    ]


def leniency_part(table_: VerdictTable, mask: Flags, teller: Teller) -> Html:
    """Opinions beside results, how often the records contradict them, pass rates, and their comparison."""
    given = cautions(table_.policy)
    found = leniency_of(applicants(table_, mask), given)
    if not found.opinions:
        return element("p", teller.say("nobody"))
    level = NOTHING if given.level is None else teller.figures.percent(given.level, _places(given.level))
    names = ("、" if teller.lang == "zh" else ", ").join(
        each(teller.lang) for each in left_open(table_.policy)
    )
    return join(
        (
            _opinions(found, teller),
            _turned(found.opinions, given, teller),
            _passing(found.passing, given, teller),
            _compared(found.comparison, given, teller),
            element("p", teller.say("departments.left_open", names=names)) if names else None,
            element("p", teller.say("departments.note", level=level), class_="note"),
        )
    )


def _opinions(found: Leniency, teller: Teller) -> Html:
    heads = [Head(teller.say("head.department")), Head(teller.say("departments.opinion"))]
    heads += [Head(RESULTS[result](teller.lang), True) for result in Result]
    heads += [Head(teller.say("awaiting"), True)]
    rows = []
    for each in found.opinions:
        counts = {(opinion, result): count for opinion, result, count in each.table}
        for opinion in dict.fromkeys(opinion for opinion, _, _ in each.table):
            name = teller.say("departments.no_opinion") if opinion is None else label(opinion)(teller.lang)
            own = (number(counts.get((opinion, result), 0)) for result in (*Result, None))
            rows.append((each.department, name, *own))
    return table(teller.say("departments.opinions"), heads, rows)


def _turned(found: tuple[Opinions, ...], given: Cautions, teller: Teller) -> Html:
    keys = ("passed_missed", "refused_met", "open", "turned_share")
    heads = [
        Head(teller.say("head.department")),
        *(Head(teller.say(f"departments.{key}"), True) for key in keys),
    ]
    rows = [
        (
            each.department,
            number(each.passed_not_eligible),
            number(each.refused_eligible),
            number(each.open_),
            _rate(each.rate, given, teller),
        )
        for each in found
    ]
    return table(teller.say("departments.turned"), heads, rows)


def _passing(found: tuple[Passing, ...], given: Cautions, teller: Teller) -> Html:
    heads = [Head(teller.say("head.department")), Head(teller.say("departments.pass_share"), True)]
    heads += [Head(RESULTS[Result.UNDECIDED](teller.lang), True), Head(teller.say("departments.range"), True)]
    percent = teller.figures.percent
    rows = [
        (
            each.rate.group,
            _rate(each.rate, given, teller),
            number(each.undecided),
            NOTHING
            if each.low is None
            else teller.say("departments.between", low=percent(each.low), high=percent(each.high)),
        )
        for each in found
    ]
    return table(teller.say("departments.passing"), heads, rows)


def _compared(found: Comparison, given: Cautions, teller: Teller) -> Html:
    """The ratios, or why there are none."""
    if found.best is None or given.least_ratio is None:
        return element("p", "" if found.reason is None else found.reason.text(teller.lang))
    heads = [Head(teller.say("head.department")), Head(teller.say("departments.ratio"), True)]
    heads += [Head(teller.say("departments.question"))]
    least = teller.figures.percent(given.least_ratio, _places(given.least_ratio))
    rows: list[tuple[Content, ...]] = []
    for each in found.ratios:
        key = "below" if each.is_below else "not_below"
        said = [teller.say(f"departments.{key}", least=least)]
        said += [teller.say("departments.one_person")] if each.is_reversed_by_one else []
        share = each.ratio * 100
        # no ratio is written as the line that it is not on
        places = telling_places(share, given.least_ratio * 100, 1)
        rows.append((each.group, f"{number(share, places)}%", listing(said)))
    return table(teller.say("departments.compared", best=found.best), heads, rows)


def _rate(rate: Rate, given: Cautions, teller: Teller) -> str:
    """A share with its interval; counts and the reason where there is none."""
    counts = {"passed": number(rate.passed), "of": number(rate.of)}
    if rate.share is None or rate.interval is None:
        if given.fewest_for_rate is None or (given.level is None and rate.of >= given.fewest_for_rate):
            return teller.say("departments.no_rate", **counts)
        return teller.say("departments.too_few", **counts, least=number(given.fewest_for_rate))
    percent = teller.figures.percent
    shares = {"share": percent(rate.share)}
    shares |= {"low": percent(rate.interval.low), "high": percent(rate.interval.high)}
    return teller.say("departments.rate", **counts, **shares)


def _places(share: Fraction) -> int:
    return needed_places(share * 100)
