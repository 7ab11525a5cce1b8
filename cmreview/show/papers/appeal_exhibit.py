"""A replayed correction as a piece of HTML, to be kept with the appeal (Policy 4.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from cmreview.policy.model import Policy
from cmreview.records.columns import Column
from cmreview.records.schema import TABLES, YES_NO
from cmreview.review.explorer.changes import Change, Part, parameter_of
from cmreview.review.model import Fact, Verdict
from cmreview.review.scrutiny.corrections import Cell, CellCorrection, PolicyCorrection
from cmreview.review.scrutiny.replay import CaseChange, FactChange, Replay, Standing, VerdictChange
from cmreview.show.figures import NOTHING, Figures, indicator_label, needed_places, number
from cmreview.show.html import Content, Html, element, join
from cmreview.show.tables import Head, pairs, table
from cmreview.show.voice import outcome_mark
from cmreview.terms import RESULTS, Unit
from cmreview.words import say


def exhibit_part(found: Replay, policy: Policy, figures: Figures) -> Html:
    """What was corrected and what it changes, in the reader's language; ids only, no names.

    Whoever may not see other people's cases is given ``found.for_appellant()``. ``policy`` is the one in
    force. Figures that differ are never written alike.
    """
    lang = figures.lang
    moved = [each for each in found.others if each.before != each.after]
    return element(
        "section",
        element("h2", _say("title", lang)),
        element("p", _say("note", lang), class_="note"),
        _correction(found, policy, figures),
        _changes(found, figures),
        _facts(found.own, figures),
        _verdicts(found.own, figures),
        element("p", _say("others_count", lang, count=found.others_changed, moved=found.others_moved)),
        _others(moved, figures) if moved else None,
        class_="exhibit",
        lang="en" if lang == "en" else "zh-CN",
    )


def _correction(found: Replay, policy: Policy, figures: Figures) -> Html:
    lang, correction = figures.lang, found.correction
    if isinstance(correction, CellCorrection):
        where = TABLES[correction.table]
        column = where.column(correction.column)
        key = ", ".join(correction.key)
        subject = _say("cell", lang, table=where.label(lang), column=column.label(lang), key=key)
        before, after = (_cell(value, column, policy, lang) for value in (found.replaced, correction.value))
    else:
        subject = _named(correction, policy, lang)
        before, after = (_plain(value, lang) for value in (found.replaced, correction.value))
    rows: list[tuple[Content, Content]] = [
        (_say("subject", lang), subject),
        (_say("before", lang), before),
        (_say("after", lang), after),
    ]
    if found.source:
        rows.append((_say("source", lang), _say("row", lang, source=found.source, row=found.row)))
    return pairs(_say("correction", lang), rows)


def _named(correction: PolicyCorrection, policy: Policy, lang: str) -> str:
    key = correction.key
    if correction.part is Part.PARAMETER:
        key = parameter_of(policy, Change(correction.part, key, correction.value)).label(lang)
    else:
        key = f"{key} {indicator_label(policy.criterion(key).indicator, lang)}"
    return _say(f"parts.{correction.part.value}", lang, key=key)


def _changes(found: Replay, figures: Figures) -> Html:
    lang, own = figures.lang, found.own
    was, now = found.sums_before, found.sums_after
    rows = [(_say(key, lang), *both) for key, both in _standing(own.before, own.after, figures)]
    rows.append(
        (
            _say("company_sales", lang),
            _value(figures, Unit.MONEY, was.company_sales, now.company_sales),
            _value(figures, Unit.MONEY, now.company_sales, was.company_sales),
        )
    )
    rows.append((_say("eligible", lang), number(was.eligible), number(now.eligible)))
    return table(_say("standing", lang), _heads("item", lang), rows)


def _standing(was: Standing, now: Standing, figures: Figures) -> Iterator[tuple[str, tuple[str, str]]]:
    lang = figures.lang
    results = tuple(NOTHING if each.result is None else RESULTS[each.result](lang) for each in (was, now))
    yield "result", (results[0], results[1])
    for key, before, after in (
        ("points", was.points, now.points),
        ("coverage", was.coverage, now.coverage),
    ):
        yield (
            key,
            (
                _value(figures, Unit.SHARE, before, after),
                _value(figures, Unit.SHARE, after, before),
            ),
        )
    yield "place", (_place(was, lang), _place(now, lang))


def _facts(own: CaseChange, figures: Figures) -> Html:
    lang = figures.lang
    rows = []
    for change in own.facts:
        verdicts = [each for pair in own.verdicts for each in (pair.before, pair.after) if each is not None]
        lines = [each.threshold for each in verdicts if each.fact in (change.before, change.after)]
        before = _fact(change.before, change.after, lines, figures)
        after = _fact(change.after, change.before, lines, figures)
        if before != after:
            rows.append((_indicator(change, lang), before, after))
    return _table_or_nothing("facts", "indicator", rows, lang)


def _verdicts(own: CaseChange, figures: Figures) -> Html:
    lang = figures.lang
    rows = [
        (_criterion(change, lang), _verdict(change.before, lang), _verdict(change.after, lang))
        for change in own.verdicts
        if change.is_turned
    ]
    return _table_or_nothing("verdicts", "criterion", rows, lang)


def _others(moved: Sequence[CaseChange], figures: Figures) -> Html:
    lang = figures.lang
    heads = [Head(_say("person", lang))]
    heads += [
        Head(f"{_say(key, lang)} · {_say(when, lang)}")
        for key in ("result", "points", "place")
        for when in ("before", "after")
    ]
    rows = []
    for each in moved:
        told = dict(_standing(each.before, each.after, figures))
        rows.append((each.manager_id, *told["result"], *told["points"], *told["place"]))
    return table(_say("others", lang), heads, rows)


def _table_or_nothing(caption: str, first: str, rows: Sequence[tuple[Content, ...]], lang: str) -> Html:
    if not rows:
        return join((element("h3", _say(caption, lang)), element("p", _say("nothing", lang))))
    return table(_say(caption, lang), _heads(first, lang), rows)


def _heads(first: str, lang: str) -> list[Head]:
    return [
        Head(_say(first, lang), width=40),
        Head(_say("before", lang), width=30),
        Head(_say("after", lang), width=30),
    ]


def _value(figures: Figures, unit: Unit, value: Fraction | None, other: Fraction | None) -> str:
    """With as many decimals as tell it from ``other``; the usual ones where the two are the same."""
    return figures.value(unit, value, None if value == other else other)


def _fact(fact: Fact | None, other: Fact | None, lines: Sequence[Fraction | None], figures: Figures) -> str:
    """With as many decimals as tell it from the other value and from the thresholds it is held against."""
    if fact is None:
        return NOTHING
    apart_from = [None, *lines] if other is None else [None, other.value, *lines]
    return max(
        (figures.fact(fact, each) for each in apart_from if each is None or each != fact.value), key=len
    )


def _indicator(change: FactChange, lang: str) -> str:
    return indicator_label(change.indicator, lang)


def _criterion(change: VerdictChange, lang: str) -> str:
    verdict = change.after or change.before
    name = "" if verdict is None else indicator_label(verdict.fact.indicator, lang)
    return f"{change.criterion} {name}".strip()


def _verdict(verdict: Verdict | None, lang: str) -> Content:
    return NOTHING if verdict is None else outcome_mark(verdict.outcome, lang)


def _place(standing: Standing, lang: str) -> str:
    if standing.place is None:
        return NOTHING
    return _say("place_of", lang, place=standing.place, of=standing.of)


def _cell(value: Cell, column: Column, policy: Policy, lang: str) -> str:
    """A cell as people read it: a choice or level by its name, everything else as it is stored."""
    if isinstance(value, bool):
        return YES_NO["yes" if value else "no"](lang)
    if isinstance(value, str) and value in column.choices:
        return column.choices[value](lang)
    levels = {level.id: level.label for level in policy.levels}
    if isinstance(value, str) and column.kind == "level" and value in levels:
        return levels[value](lang)
    return _plain(value, lang)


def _plain(value: Cell, lang: str) -> str:
    if value is None:
        return _say("blank", lang)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return number(Fraction(value), needed_places(value))
    return str(value)


def _say(key: str, lang: str, /, **values: object) -> str:
    return say(f"explorer_figures.exhibit.{key}", lang, **values)
