"""Totals of the explorer: results by level and department, before and after a change of the policy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from cmreview.review.explorer.back_test import BackTest
from cmreview.review.explorer.exact_column import Flags
from cmreview.review.explorer.totals import Effect
from cmreview.review.explorer.verdict_column import OUTCOMES as CODES
from cmreview.review.explorer.verdict_table import VerdictTable
from cmreview.show.explorer.teller import Teller
from cmreview.show.figures import NOTHING, number
from cmreview.show.html import Content, Html, element
from cmreview.show.tables import Head, table
from cmreview.terms import OUTCOMES, RESULTS, Outcome, Result

_MOVES = ("became", "no_longer", "now_undecided", "was_undecided")


def standing(effects: Sequence[Effect], teller: Teller) -> Html:
    """One line a level: how many applied and with which result; what a change moved stands beside it."""
    rows = [_counts(each, teller, teller.level(each.after.level)) for each in effects if _is_company(each)]
    if not rows:
        return element("p", teller.say("nobody"))
    return table(teller.say("totals.caption"), _heads(teller, "level"), rows, class_="totals")


def by_criterion(table_: VerdictTable, mask: Flags, teller: Teller) -> Html:
    """Each criterion of clause 3 with how many of the chosen applicants got each outcome."""
    heads = [Head(teller.say("head.level")), Head(teller.say("head.criterion"))]
    heads += [Head(OUTCOMES[outcome](teller.lang), True) for outcome in Outcome]
    asked = mask & table_.people.is_applicant
    rows = []
    for level in reversed(table_.policy.levels):
        for each in table_.policy.criteria_for(level.id):
            column = table_.columns[each.id]
            own = column.outcomes[asked[column.rows]]
            counts = (np.count_nonzero(own == CODES.index(outcome)) for outcome in Outcome)
            rows.append(
                (teller.level(level.id), teller.criterion(each), *(number(int(count)) for count in counts))
            )
    return table(teller.say("totals.by_criterion"), heads, rows, header_column=1)


def by_department(effects: Sequence[Effect], teller: Teller) -> Html:
    """The same for each department of each level."""
    rows = [
        _counts(each, teller, each.after.department or "", teller.level(each.after.level))
        for each in effects
        if not _is_company(each)
    ]
    if not rows:
        return element("p", teller.say("nobody"))
    heads = [Head(teller.say("head.department")), *_heads(teller, "level")]
    return table(teller.say("totals.by_department"), heads, rows)


def moved(effects: Sequence[Effect], teller: Teller) -> Html:
    """Who moved between the results, in numbers; only lines on which something moved."""
    lines = [each for each in effects if any(getattr(each, name) for name in _MOVES)]
    if not lines:
        return element("p", teller.say("what_if.nothing_moved"))
    heads = [Head(teller.say("head.level")), Head(teller.say("head.department"))]
    heads += [Head(teller.say(f"what_if.{name}"), True) for name in _MOVES]
    rows = [
        (
            teller.level(each.after.level),
            each.after.department or teller.say("all_departments"),
            *(number(getattr(each, name)) for name in _MOVES),
        )
        for each in lines
    ]
    return table(teller.say("what_if.moved"), heads, rows)


def back_tests(found: Sequence[BackTest], teller: Teller, with_departments: bool) -> Html:
    """Each earlier year, level and basis: how many would have met all performance requirements."""
    lines = [each for each in found if with_departments or each.department is None]
    if not lines:
        return element("p", teller.say("back_test.none"))
    heads = [Head(teller.say(f"head.{key}")) for key in ("year", "level", "basis")]
    heads += [Head(teller.say("head.department"))] if with_departments else []
    heads += [Head(teller.say("head.people"), True)]
    heads += [Head(OUTCOMES[outcome](teller.lang), True) for outcome in Outcome]
    heads += [Head(teller.say("back_test.share"), True)]
    rows: list[tuple[Content, ...]] = []
    for each in lines:
        settled = each.met + each.missed
        share = f"{number(each.met)}／{number(settled)}" if settled else NOTHING
        place = (each.department or teller.say("all_departments"),) if with_departments else ()
        rows.append(
            (
                str(each.year),
                teller.level(each.level),
                teller.say(f"back_test.{each.basis.value}"),
                *place,
                number(each.people),
                *(number(getattr(each, outcome.value)) for outcome in Outcome),
                share,
            )
        )
    return table(teller.say("back_test.caption", count=len(rows)), heads, rows)


def _heads(teller: Teller, first: str) -> list[Head]:
    heads = [Head(teller.say(f"head.{first}")), Head(teller.say("head.applicants"), True)]
    heads += [Head(RESULTS[result](teller.lang), True) for result in Result]
    return [*heads, Head(teller.say("awaiting"), True)]


def _counts(effect: Effect, teller: Teller, *first: str) -> tuple[Content, ...]:
    names = ("eligible", "not_eligible", "undecided", "awaiting")
    pairs = [(getattr(effect.before, name), getattr(effect.after, name)) for name in names]
    return (*first, number(effect.after.applicants), *(_pair(was, now, teller) for was, now in pairs))


def _pair(was: int, now: int, teller: Teller) -> str:
    return number(now) if was == now else teller.say("totals.moved", was=number(was), now=number(now))


def _is_company(effect: Effect) -> bool:
    return effect.after.department is None
