"""Findings on satisfaction, complaints, pass rates, thresholds and the state of the records (Policy 5.3)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from cmreview.records.schema import TABLES
from cmreview.review.analysis.insight import Insight, Values, Weight
from cmreview.review.analysis.settings import count, counted, share
from cmreview.review.analysis.thresholds import Changed, Spread
from cmreview.review.told import Figure, Told
from cmreview.terms import INDICATORS, Label

if TYPE_CHECKING:
    from cmreview.review.analysis.parts import Parts


def insights(parts: Parts) -> Iterator[Insight]:
    """Every finding on service, requirements and records."""
    yield from _answers(parts)
    yield from _complaints(parts)
    yield from _passing(parts)
    yield from _thresholds(parts)
    yield from _completeness(parts)


def _answers(parts: Parts) -> Iterator[Insight]:
    now = parts.service.now
    found = None if now is None else now.answers
    if found is None or found.share is None or found.interval is None:
        return
    values: Values = (
        ("share", share(found.share)),
        ("low", share(found.interval.low)),
        ("high", share(found.interval.high)),
        ("level", share(found.interval.level)),
    )
    basis = Told(
        "analysis.basis.answers",
        (("answers", counted("answers", found.answers)), ("asked", count(found.asked))),
    )
    yield Insight(Weight.BACKGROUND, "service", Told("analysis.finding.satisfaction", values), basis)
    for line in parts.service.departments:
        own = line.answers
        if own is None or own.share is None or own.interval is None or own.interval.high >= found.share:
            continue
        values = (
            ("department", line.department or ""),
            ("share", share(own.share)),
            ("high", share(own.interval.high)),
            ("company", share(found.share)),
        )
        rests = Told(
            "analysis.basis.answers",
            (("answers", counted("answers", own.answers)), ("asked", count(own.asked))),
        )
        yield Insight(Weight.ATTENTION, "service", Told("analysis.finding.satisfaction_below", values), rests)


def _complaints(parts: Parts) -> Iterator[Insight]:
    now = parts.service.now
    found = None if now is None else now.complaints
    if (
        found is None
        or found.rate is None
        or found.complaints is None
        or found.low is None
        or found.high is None
    ):
        return
    values: Values = (
        ("complaints", counted("complaints", found.complaints)),
        ("rate", share(found.rate)),
        ("low", share(found.low)),
        ("high", share(found.high)),
    )
    basis = Told("analysis.basis.served", (("served", counted("relations", found.served)),))
    yield Insight(Weight.BACKGROUND, "service", Told("analysis.finding.complaints", values), basis)
    for line in parts.service.departments:
        own = line.complaints
        if own is None or own.rate is None or own.low is None or own.low <= found.rate:
            continue
        values = (
            ("department", line.department or ""),
            ("rate", share(own.rate)),
            ("low", share(own.low)),
            ("company", share(found.rate)),
        )
        rests = Told("analysis.basis.served", (("served", counted("relations", own.served)),))
        yield Insight(Weight.ATTENTION, "service", Told("analysis.finding.complaints_above", values), rests)


def _passing(parts: Parts) -> Iterator[Insight]:
    met = sum(each.eligible for each in parts.passing.held)
    missed = sum(each.not_eligible for each in parts.passing.held)
    open_ = sum(each.undecided for each in parts.passing.held)
    least = parts.fewest_for_rate
    if least is not None and met + missed >= least:
        values: Values = (
            ("people", counted("people", met + missed + open_)),
            ("met", count(met)),
            ("missed", count(missed)),
            ("open", count(open_)),
            ("share", share(Fraction(met, met + missed))),
        )
        basis = Told("analysis.basis.held", (("people", counted("people", met + missed + open_)),))
        yield Insight(Weight.BACKGROUND, "passing", Told("analysis.finding.held", values), basis)
    for key, comparison in (
        ("applicants", parts.passing.comparison),
        ("held", parts.passing.held_comparison),
    ):
        for ratio in comparison.ratios:
            if ratio.is_below and not ratio.is_reversed_by_one:
                values = (
                    ("department", ratio.group),
                    ("best", comparison.best or ""),
                    ("ratio", share(ratio.ratio)),
                )
                told = Told(f"analysis.finding.ratio_{key}", values)
                yield Insight(Weight.ATTENTION, "passing", told, Told("analysis.basis.ratio"))


def _thresholds(parts: Parts) -> Iterator[Insight]:
    """Of each level who meets everything, what fewest meet, and what an easier threshold would do."""
    for level, label in reversed(parts.levels):
        own = [each for each in parts.thresholds if each.level == level and _settled(each)]
        if not own:
            continue
        hardest = min(own, key=lambda each: (Fraction(each.met or 0, _settled(each)), each.criterion))
        key, values = "hardest", _hardest(hardest, label)
        easier = _easier(hardest)
        if easier is not None and hardest.threshold is not None:
            more = easier.met - (hardest.met or 0)
            key = "hardest_raised" if hardest.lower_is_better else "hardest_lowered"
            values = (
                *values,
                ("now", Figure(hardest.threshold, hardest.unit)),
                ("threshold", Figure(easier.threshold, hardest.unit, apart_from=hardest.threshold)),
                ("more", count(more)),
            )
        basis = Told("analysis.basis.verdicts", (("people", counted("people", hardest.people)),))
        weight = Weight.BACKGROUND if hardest.all_met else Weight.ATTENTION
        yield Insight(weight, "thresholds", Told(f"analysis.finding.{key}", values), basis)


def _hardest(spread: Spread, level: Label) -> Values:
    return (
        ("level", level),
        ("people", counted("people", spread.people)),
        ("all", count(spread.all_met or 0)),
        ("criterion", spread.criterion),
        ("indicator", INDICATORS[spread.indicator].label),
        ("met", count(spread.met or 0)),
        ("of", counted("people", _settled(spread))),
    )


def _easier(spread: Spread) -> Changed | None:
    """The smallest step that was tried towards an easier threshold."""
    steps = [each for each in spread.changes if (each.step > 0) == spread.lower_is_better]
    return min(steps, key=lambda each: abs(each.step), default=None)


def _settled(spread: Spread) -> int:
    return (spread.met or 0) + (spread.missed or 0)


def _completeness(parts: Parts) -> Iterator[Insight]:
    found = parts.completeness
    late = sum(each.open_late or 0 for each in found.departments)
    if late and found.open_days is not None:
        values: Values = (
            ("complaints", counted("complaints", late)),
            ("days", counted("days", found.open_days)),
        )
        told = Told("analysis.finding.open_late", values)
        yield Insight(Weight.ATTENTION, "completeness", told, Told("analysis.basis.complaints"))
    gaps = [each for each in found.departments if each.empty_months]
    if gaps:
        most = max(gaps, key=lambda each: (len(each.empty_months), each.department))
        values = (
            ("departments", counted("departments", len(gaps))),
            ("name", most.department),
            ("months", counted("months", len(most.empty_months))),
        )
        told = Told("analysis.finding.empty_months", values)
        yield Insight(Weight.ATTENTION, "completeness", told, Told("analysis.basis.contract_rows"))
    asked = sum(each.asked or 0 for each in found.departments)
    unanswered = sum(each.unanswered or 0 for each in found.departments)
    if asked:
        values = (
            ("unanswered", count(unanswered)),
            ("asked", counted("asked", asked)),
            ("share", share(Fraction(unanswered, asked))),
        )
        told = Told("analysis.finding.unanswered", values)
        yield Insight(Weight.BACKGROUND, "completeness", told, Told("analysis.basis.surveys"))
    # surveys are told above, customers are the analysis's own, and a column wholly blank is not kept at all
    blank = [
        each
        for each in found.columns
        if 0 < each.company.blank < each.company.rows and each.table not in ("surveys", "customers")
    ]
    if blank:
        worst = max(blank, key=lambda each: (Fraction(each.company.blank, each.company.rows), each.column))
        table = TABLES[worst.table]
        values = (
            ("table", table.label),
            ("column", table.column(worst.column).label),
            ("blank", count(worst.company.blank)),
            ("rows", counted("rows", worst.company.rows)),
            ("share", share(Fraction(worst.company.blank, worst.company.rows))),
        )
        told = Told("analysis.finding.blank", values)
        yield Insight(Weight.BACKGROUND, "completeness", told, Told("analysis.basis.needed"))
