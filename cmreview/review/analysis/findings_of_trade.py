"""Findings on sales, customers, concentration, seasons and the forecast (Policy 5.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from cmreview.review.analysis.customers import Flow
from cmreview.review.analysis.forecast import UNITS, Series
from cmreview.review.analysis.insight import Insight, Values, Weight
from cmreview.review.analysis.settings import count, counted, money, share
from cmreview.review.analysis.trends import Dimension, LineKind
from cmreview.review.figures import rounded
from cmreview.review.told import Figure, Told

if TYPE_CHECKING:
    from cmreview.review.analysis.parts import Parts


def insights(parts: Parts) -> Iterator[Insight]:
    """Every finding on the company's trade."""
    yield from _caveats(parts)
    yield from _sales(parts)
    yield from _lines(parts)
    yield from _customers(parts)
    yield from _concentration(parts)
    yield from _seasons(parts)
    yield from _forecast(parts)


def _caveats(parts: Parts) -> Iterator[Insight]:
    last = parts.completeness.last_day
    if parts.stopped:
        told = Told(
            "analysis.finding.stopped", (("departments", counted("departments", len(parts.stopped))),)
        )
        yield Insight(Weight.CAVEAT, "completeness", told, Told("analysis.basis.checks"))
    if parts.trends.now.is_part and last is not None:
        told = Told("analysis.finding.part_year", (("year", str(parts.year)), ("day", last)))
        yield Insight(Weight.CAVEAT, "completeness", told, Told("analysis.basis.last_contract"))


def _sales(parts: Parts) -> Iterator[Insight]:
    now = parts.trends.now
    if now.sales is None or now.contracts is None:
        return
    before = parts.trends.years[-2] if len(parts.trends.years) > 1 else None
    values: Values = (
        ("year", str(now.year)),
        ("sales", money(now.sales)),
    )
    basis = Told("analysis.basis.contracts", (("contracts", counted("contracts", now.contracts)),))
    if now.growth is None or before is None or before.sales is None or before.contracts is None:
        yield Insight(Weight.HEADLINE, "trends", Told("analysis.finding.sales", values), basis)
        return
    change = now.sales - before.sales
    key = "grew" if change > 0 else "fell" if change < 0 else "same"
    values += () if key == "same" else (("growth", share(abs(now.growth))), ("change", money(abs(change))))
    basis = Told(
        "analysis.basis.contracts_both",
        (
            ("contracts", counted("contracts", now.contracts)),
            ("before", counted("contracts", before.contracts)),
        ),
    )
    yield Insight(Weight.HEADLINE, "trends", Told(f"analysis.finding.sales_{key}", values), basis)


def _lines(parts: Parts) -> Iterator[Insight]:
    basis = Told("analysis.basis.sums_by_department")
    departments = [
        line for line in parts.trends.breakdown(Dimension.DEPARTMENT).lines if line.kind is LineKind.NAMED
    ]
    changed = [line for line in departments if line.change is not None]
    ordered = sorted(changed, key=lambda line: (line.change or 0, line.name))
    falling = [line for line in ordered if (line.change or 0) < 0]
    rising = [line for line in reversed(ordered) if (line.change or 0) > 0]
    for key, lines, weight in (
        ("falling", falling, Weight.ATTENTION),
        ("rising", rising, Weight.BACKGROUND),
    ):
        if not lines or lines[0].change is None:
            continue
        values: Values = (
            ("departments", counted("departments", len(lines))),
            ("of", count(len(changed))),
            ("name", lines[0].name),
            ("change", money(abs(lines[0].change))),
        )
        form = "from_nothing"
        if lines[0].growth is not None:
            form, values = "rate", (*values, ("growth", share(abs(lines[0].growth))))
        yield Insight(weight, "trends", Told(f"analysis.finding.{key}_{form}", values), basis)
    for dimension in (Dimension.REGION, Dimension.CUSTOMER_GROUP):
        named = [line for line in parts.trends.breakdown(dimension).lines if line.kind is LineKind.NAMED]
        if named and named[0].share is not None and named[0].sales[-1] is not None:
            values = (
                ("name", named[0].name),
                ("sales", money(named[0].sales[-1])),
                ("share", share(named[0].share)),
            )
            told = Told(f"analysis.finding.largest_{dimension.value}", values)
            yield Insight(Weight.BACKGROUND, "trends", told, Told("analysis.basis.sums_by_customer"))


def _customers(parts: Parts) -> Iterator[Insight]:
    now = parts.customers.now
    if now is None or now.served is None or now.new is None:
        return
    basis = Told("analysis.basis.customers", (("served", counted("customers", now.served)),))
    if now.kept is not None and now.returned is not None:
        values: Values = (
            ("served", counted("customers", now.served)),
            ("new", count(now.new)),
            ("kept", count(now.kept)),
            ("returned", count(now.returned)),
        )
        yield Insight(Weight.BACKGROUND, "customers", Told("analysis.finding.customers", values), basis)
    if now.lost is not None and now.kept_share is not None and not now.is_part:
        kept, is_lowest = _kept(now.kept_share, parts.customers.flows[:-1])
        values = (("lost", counted("customers", now.lost)), ("kept", kept), ("new", count(now.new)))
        weight = Weight.ATTENTION if now.lost > now.new or is_lowest else Weight.BACKGROUND
        key = "lost_more" if now.lost > now.new else "lost"
        told = Told(f"analysis.finding.{key}", values)
        yield Insight(weight, "customers", told, basis)
    both = (now.sales_of_new, now.sales_of_known)
    if both[0] is not None and both[1] is not None and both[0] + both[1] > 0:
        values = (("sales", money(both[0])), ("share", share(both[0] / (both[0] + both[1]))))
        yield Insight(Weight.BACKGROUND, "customers", Told("analysis.finding.sales_of_new", values), basis)


def _kept(now: Fraction, earlier: Sequence[Flow]) -> tuple[Told, bool]:
    """The part of the customers that stayed beside the year before's, and whether it never was as low."""
    known = [flow for flow in earlier if flow.kept_share is not None and not flow.is_part]
    own = ("share", share(now))
    before = known[-1].kept_share if known and known[-1] is earlier[-1] else None
    if before is None:
        return Told("analysis.kept.alone", (own,)), False
    values: Values = (own, ("before", share(before)))
    # of two years one is always the lower
    if len(known) > 1 and all(now < flow.kept_share for flow in known if flow.kept_share is not None):
        return Told("analysis.kept.lowest", (*values, ("since", str(known[0].year)))), True
    return Told("analysis.kept.before", values), False


def _concentration(parts: Parts) -> Iterator[Insight]:
    for found in parts.concentration:
        now = found.now
        if now is None or now.largest is None or now.of is None or found.together is None:
            continue
        whose = found.whose.value
        values: Values = (
            ("largest", counted(f"largest_{whose}", found.together)),
            ("share", share(now.largest)),
        )
        key = f"largest_{whose}"
        before = found.years[-2] if len(found.years) > 1 else None
        if before is not None and before.largest is not None and not before.is_part:
            key, values = f"{key}_before", (*values, ("before", share(before.largest)))
        basis = Told("analysis.basis.sales_of", (("who", counted(whose, now.of)),))
        told = Told(f"analysis.finding.{key}", values)
        yield Insight(Weight.BACKGROUND, "concentration", told, basis)


def _seasons(parts: Parts) -> Iterator[Insight]:
    found = parts.seasons
    basis = Told("analysis.basis.whole_years", (("years", counted("years", found.whole_years)),))
    if found.average is not None:
        most = max(range(12), key=lambda at: (found.average[at], -at) if found.average else (0, 0))
        least = min(range(12), key=lambda at: (found.average[at], at) if found.average else (0, 0))
        values: Values = (
            ("most", Told(f"analysis.month.m{most + 1}")),
            ("most_share", share(found.average[most])),
            ("least", Told(f"analysis.month.m{least + 1}")),
            ("least_share", share(found.average[least])),
        )
        yield Insight(Weight.BACKGROUND, "seasons", Told("analysis.finding.months", values), basis)
    end = found.ends[-1] if found.ends and found.ends[-1].year == parts.year else None
    if end is not None and (part := end.share) is not None:
        values = (
            ("days", counted("days", end.days)),
            ("share", share(part)),
            ("even", share(end.even)),
        )
        told = Told("analysis.finding.year_end", values)
        rests = Told("analysis.basis.rows", (("rows", counted("contract_rows", end.of_contracts)),))
        yield Insight(Weight.BACKGROUND, "seasons", told, rests)
    for each in found.decembers:
        if each.stands_out:
            values = (
                ("department", each.department),
                ("december", count(each.december)),
                ("contracts", counted("contract_rows", each.contracts)),
            )
            told = Told("analysis.finding.december", values)
            yield Insight(Weight.ATTENTION, "seasons", told, Told("analysis.basis.fisher"))


def _forecast(parts: Parts) -> Iterator[Insight]:
    for each in parts.forecasts:
        best = each.best
        if best is None or each.value is None or each.series is Series.CONTRACTS:
            continue  # contracts follow sales, and a page is short
        unit = UNITS[each.series]
        values: Values = (
            ("year", str(each.next_year)),
            ("value", Figure(Fraction(rounded(each.value, 0)), unit)),
            ("method", Told(f"analysis.method.{best.method.value}")),
            ("error", Figure(Fraction(rounded(best.mae, 0)), unit)),
        )
        key = f"forecast_{each.series.value}"
        if best.mape is not None:
            key, values = f"{key}_rate", (*values, ("rate", share(best.mape)))
        tested = (
            ("years", counted("years", len(each.history))),
            ("tested", counted("years", len(best.said))),
        )
        basis = Told("analysis.basis.back_test", tested)
        yield Insight(Weight.BACKGROUND, "forecast", Told(f"analysis.finding.{key}", values), basis)
