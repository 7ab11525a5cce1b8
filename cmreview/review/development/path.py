"""The earliest year in which the next level could be reached on present figures: arithmetic, no promise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from cmreview.policy.catalogue import Outlook
from cmreview.policy.model import Compare
from cmreview.review.bases import GROWTHS
from cmreview.review.figures import degree
from cmreview.review.model import Figure, Told, Verdict
from cmreview.terms import INDICATORS, Label, Outcome, Unit

# An indicator's own figures of full years, by year.
History = Mapping[str, Mapping[int, Fraction]]

Filling = str | Label | Figure | Told

_BY_OWN_STEP = ("degree", "exam", "industry_influence")


class Reach(StrEnum):
    """How a criterion of the next level comes to be met."""

    MET = "met"
    BY_TIME = "by_time"  # a tenure, by staying
    BY_TREND = "by_trend"  # at the own rate of the last years
    BY_STEP = "by_step"  # as soon as an exam, a degree or an achievement is there
    BY_GROWTH = "by_growth"  # a growth is won anew each year
    NOT_AT_THIS_RATE = "not_at_this_rate"
    NO_TREND = "no_trend"
    NO_EVIDENCE = "no_evidence"
    NO_RULE = "no_rule"


_NEVER = (Reach.NOT_AT_THIS_RATE,)
_UNKNOWN = (Reach.NO_EVIDENCE, Reach.NO_TREND, Reach.NO_RULE)


@dataclass(frozen=True, slots=True)
class Step:
    """One criterion of the next level: how it comes to be met, in which year, and that in words.

    ``year`` is None where nothing but the person's own step or result gives one, and where there is none.
    """

    verdict: Verdict
    reach: Reach
    year: int | None
    told: Told

    @property
    def criterion(self) -> str:
        """The clause id."""
        return self.verdict.criterion


@dataclass(frozen=True, slots=True)
class CareerOutlook:
    """The way to the next level (Policy 6.3).

    ``year`` is the earliest review year whose figures could meet every criterion, None where the present
    figures give none; ``binding`` are the criteria that decide it, ``told`` says both in words.
    """

    level: str
    steps: tuple[Step, ...]
    year: int | None
    binding: tuple[Step, ...]
    told: Told


def career_outlook(
    above: Sequence[Verdict], held: str | None, year: int, history: History, outlook: Outlook
) -> CareerOutlook | None:
    """When the next level could be reached on present figures, and what decides that (Policy 6.3).

    ``above`` are the verdicts of all criteria of the level above ``held`` in the review year ``year``;
    None where there is none above. A tenure grows by a year a year; what performance is met stays met; what
    is missed moves on by the own average yearly change over the last full years, and never where that does
    not lead to the threshold. An exam, a degree or an achievement has no year of its own, and a growth is
    told as what must be reached next year. Thresholds are those of ``year``, in full.
    """
    if not above:
        return None
    steps = tuple(_step(verdict, held, year, history, outlook) for verdict in above)
    level = above[0].level
    for kinds, key in ((_NEVER, "never"), (_UNKNOWN, "unknown")):
        binding = tuple(step for step in steps if step.reach in kinds)
        if binding:
            return CareerOutlook(level, steps, None, binding, _told(key, binding))
    open_steps = [step for step in steps if step.reach is not Reach.MET]
    if not open_steps:
        told = Told("development.path.all_met", (("year", str(year)),))
        return CareerOutlook(level, steps, year, (), told)
    earliest = max(step.year or year + 1 for step in open_steps)
    binding = tuple(step for step in open_steps if (step.year or year + 1) == earliest)
    return CareerOutlook(level, steps, earliest, binding, _told("year", binding, year=str(earliest)))


def yearly_change(figures: Mapping[int, Fraction], year: int, outlook: Outlook) -> Fraction | None:
    """The average change a year over the last years up to ``year``, None where too few full ones are known.

    That is the last figure less the first, over the years between them: a year that was not worked in full
    is left out, not taken for a low one.

    >>> yearly_change({2022: Fraction(4), 2024: Fraction(8)}, 2024, Outlook(5, 2, None))
    Fraction(2, 1)
    """
    known = sorted(each for each in figures if year - outlook.trend_years < each <= year)
    if len(known) < max(outlook.fewest_years, 2):
        return None
    first, last = known[0], known[-1]
    return (figures[last] - figures[first]) / (last - first)


def years_until(value: Fraction, threshold: Fraction, change: Fraction, compare: Compare) -> int | None:
    """Whole years until a value that changes evenly meets its threshold; None where it never does.

    >>> years_until(Fraction(6), Fraction(10), Fraction(2), Compare.AT_LEAST)
    2
    >>> years_until(Fraction(10), Fraction(6), Fraction(-2), Compare.BELOW)  # 6 itself is not below 6
    3
    """
    if compare is Compare.BELOW:
        return None if change >= 0 else max(0, floor((value - threshold) / -change) + 1)
    return None if change <= 0 else max(0, ceil((threshold - value) / change))


def _step(verdict: Verdict, held: str | None, year: int, history: History, outlook: Outlook) -> Step:
    indicator = verdict.fact.indicator
    if verdict.outcome is Outcome.MET:
        kind = "met_growth" if indicator in GROWTHS else "met"
        return _as(verdict, Reach.MET, kind, year)
    if verdict.outcome is Outcome.NO_RULE:
        return _as(verdict, Reach.NO_RULE, "no_rule")
    if indicator in _BY_OWN_STEP:
        return _by_own_step(verdict)
    if verdict.outcome is Outcome.NO_EVIDENCE:
        reason = verdict.reason or Told("review.evidence.not_in_records")
        return _as(verdict, Reach.NO_EVIDENCE, "no_evidence", reason=reason)
    if verdict.fact.unit is Unit.YEARS:
        return _by_time(verdict, held, year)
    if indicator in GROWTHS:
        return _by_growth(verdict, year)
    return _by_trend(verdict, year, history.get(indicator, {}), outlook)


def _by_own_step(verdict: Verdict) -> Step:
    indicator = verdict.fact.indicator
    threshold = verdict.threshold
    if indicator == "degree" and threshold is not None:
        return _as(verdict, Reach.BY_STEP, "by_degree", degree=degree(threshold))
    if indicator == "industry_influence" and verdict.margin is not None:
        return _as(verdict, Reach.BY_STEP, "by_achievement", count=str(ceil(-verdict.margin)))
    return _as(verdict, Reach.BY_STEP, f"by_{'exam' if indicator == 'exam' else 'evidence'}")


def _by_time(verdict: Verdict, held: str | None, year: int) -> Step:
    if verdict.over_level not in (None, held) or verdict.margin is None:
        return _as(verdict, Reach.NOT_AT_THIS_RATE, "not_by_time")
    # completed years at the year's end grow by exactly one a year, the days beyond them stay
    reached = year + ceil(-verdict.margin)
    short = Figure(-verdict.margin, Unit.YEARS, is_difference=True)
    return _as(verdict, Reach.BY_TIME, "by_time", reached, year=str(reached), gap=short)


def _by_growth(verdict: Verdict, year: int) -> Step:
    """A growth is over a base that moves on: what must be reached next year, and no year by itself."""
    fact, threshold = verdict.fact, verdict.threshold
    is_sales = fact.indicator == "sales_growth"
    base = fact.numerator if is_sales else fact.denominator  # this year's sales; the average of the tenure
    kind = "by_growth_sales" if is_sales else "by_growth_customers"
    if not base or threshold is None:
        return _as(verdict, Reach.BY_GROWTH, f"{kind}_from_nothing", year=str(year + 1))
    target = base * (1 + threshold)
    growth = Figure(threshold, Unit.SHARE)
    if is_sales:
        amount: Figure | str = Figure(target, Unit.MONEY)
    else:
        amount = str(ceil(target))
    return _as(verdict, Reach.BY_GROWTH, kind, year=str(year + 1), growth=growth, target=amount)


def _by_trend(verdict: Verdict, year: int, figures: Mapping[int, Fraction], outlook: Outlook) -> Step:
    value, unit = verdict.fact.value, verdict.fact.unit
    # a coming year is taken to be worked in full, so the threshold is not shortened by this year's leave
    threshold = verdict.full_threshold or verdict.threshold
    if value is None or threshold is None:
        return _as(verdict, Reach.NO_EVIDENCE, "no_evidence", reason=Told("review.evidence.not_in_records"))
    change = yearly_change(figures, year, outlook)
    if change is None:
        return _as(verdict, Reach.NO_TREND, "no_trend", least=str(outlook.fewest_years))
    rate = Figure(change, unit, is_difference=True)
    years = years_until(value, threshold, change, verdict.compare)
    if years is None:
        return _as(verdict, Reach.NOT_AT_THIS_RATE, "not_at_this_rate", rate=rate)
    # met in full only from the next year on, even where this year's shortened threshold is what was missed
    years = max(years, 1)
    if outlook.years_ahead is not None and years > outlook.years_ahead:
        most = str(outlook.years_ahead)
        return _as(verdict, Reach.NOT_AT_THIS_RATE, "too_far", rate=rate, years=str(years), most=most)
    reached = year + years
    return _as(verdict, Reach.BY_TREND, "by_trend", reached, year=str(reached), rate=rate)


def _as(verdict: Verdict, reach: Reach, key: str, at: int | None = None, **values: Filling) -> Step:
    told = Told(f"development.step.{key}", tuple(values.items()))
    return Step(verdict, reach, at, told)


def _told(key: str, binding: Sequence[Step], **values: str) -> Told:
    first = INDICATORS[binding[0].verdict.fact.indicator].label
    if len(binding) == 1:
        return Told(f"development.path.{key}", (*values.items(), ("first", first)))
    more = (("first", first), ("count", str(len(binding))))
    return Told(f"development.path.{key}_more", (*values.items(), *more))
