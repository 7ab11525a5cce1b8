"""Figures for people: money, percent, counts, tenures and dates in Chinese and English, 四舍五入."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from cmreview.policy.model import Compare
from cmreview.review.figures import MINUS, WAN, degree, rounded, written_date
from cmreview.review.model import Fact, Verdict
from cmreview.terms import DEGREES, INDICATORS, Label, Outcome, Unit
from cmreview.words import say

Exact = Fraction | Decimal | int

NOTHING = "—"
MOST_PLACES = 12


def number(value: Exact, places: int = 0, sign: bool = False) -> str:
    """``value`` with grouped thousands and ``places`` decimals; ``sign`` also writes a plus.

    >>> number(Fraction(-1234567, 100), 1), number(3, sign=True)
    ('−12,345.7', '+3')
    """
    shown = rounded(Fraction(value), places)
    before = MINUS if shown < 0 else "+" if sign and shown > 0 else ""
    return f"{before}{shown.copy_abs():,.{places}f}"


def needed_places(value: Exact, at_most: int = 6) -> int:
    """The fewest decimals that write ``value`` exactly, ``at_most`` where none do."""
    below = Fraction(value).denominator
    return next((n for n in range(at_most) if 10**n % below == 0), at_most)


def telling_places(value: Exact, threshold: Exact, places: int) -> int:
    """Decimals, ``places`` or more, at which the rounded ``value`` lies where the exact one does.

    14.996 % against 15 % must not be printed as 15.0 % and missed, nor 6.25 % against 6.25 % as 6.3 %.
    """
    exact, other = Fraction(value), Fraction(threshold)
    while places < MOST_PLACES:
        shown = Fraction(rounded(exact, places))
        if (shown < other, shown > other) == (exact < other, exact > other):
            break
        places += 1
    return places


@dataclass(frozen=True, slots=True)
class Figures:
    """How figures are written for one reader: language, and the money of the records.

    Chinese pages count money in 万 of the currency, English ones in the currency itself.
    """

    lang: str = "zh"
    currency: Label = Label("元", "yuan")

    @property
    def _money_scale(self) -> tuple[int, int]:
        return (WAN, 2) if self.lang == "zh" else (1, 0)

    @property
    def money_unit(self) -> str:
        """The unit that money is counted in on this page, for the head of a column."""
        return f"万{self.currency.zh}" if self.lang == "zh" else self.currency.en

    def money(self, value: Exact | None, unit: bool = True, sign: bool = False) -> str:
        """An amount, with its unit unless the column's head has it."""
        if value is None:
            return NOTHING
        scale, places = self._money_scale
        shown = number(Fraction(value) / scale, places, sign)
        return f"{shown} {self.money_unit}" if unit else shown

    def percent(self, value: Exact | None, places: int = 1, sign: bool = False) -> str:
        """A share or rate, held as a fraction of one."""
        return NOTHING if value is None else f"{number(Fraction(value) * 100, places, sign)}%"

    def count(self, value: Exact | None, sign: bool = False) -> str:
        """A whole number; an average keeps up to two decimals."""
        return NOTHING if value is None else number(value, needed_places(value, 2), sign)

    def tenure(self, years: int | None, days: int | None) -> str:
        """Completed years and the days beyond them."""
        if years is None:
            return NOTHING
        if not days:
            return self.counted("years", years)
        return f"{self.counted('years', years)} {self.counted('days', days)}"

    def counted(self, noun: str, amount: Exact) -> str:
        """``amount`` with a noun of ``packet.counted``, in singular or plural."""
        form = "one" if amount == 1 else "many"
        return say(f"packet.counted.{noun}.{form}", self.lang, n=self.count(amount))

    def day(self, value: date | None) -> str:
        """A date in prose."""
        return NOTHING if value is None else written_date(value, self.lang)

    def short_day(self, value: date | None) -> str:
        """A date in a table."""
        return NOTHING if value is None else value.isoformat()

    def degree(self, name: str | None) -> str:
        """A degree (学历) by its name in the records."""
        return DEGREES[name](self.lang) if name in DEGREES else NOTHING

    def fact(self, fact: Fact, threshold: Fraction | None = None) -> str:
        """The value of a fact, with as many decimals as tell it from ``threshold``."""
        if fact.unbounded:
            return say("packet.figure.from_nothing", self.lang)
        if fact.value is None:
            return NOTHING
        if fact.unit is Unit.YEARS and fact.years is not None:
            return self.tenure(fact.years, fact.days)
        return self.value(fact.unit, fact.value, threshold)

    def value(self, unit: Unit, value: Fraction | None, threshold: Fraction | None = None) -> str:
        """``value`` in the form of its unit, with as many decimals as tell it from ``threshold``."""
        if value is None:
            return NOTHING
        if unit is Unit.MONEY:
            scale, places = self._money_scale
            if threshold is not None:
                places = telling_places(value / scale, threshold / scale, places)
            return f"{number(value / scale, places)} {self.money_unit}"
        if unit is Unit.SHARE:
            places = 1 if threshold is None else telling_places(value * 100, threshold * 100, 1)
            return self.percent(value, places)
        if unit is Unit.YEARS:
            places = min(2, needed_places(value))
            return self._years(
                value, places if threshold is None else telling_places(value, threshold, places)
            )
        if unit is Unit.DEGREE:
            return degree(value)(self.lang)
        if unit is Unit.FLAG:
            return say("packet.figure.passed" if value else "packet.figure.not_passed", self.lang)
        return self.count(value)

    def threshold(self, verdict: Verdict, value: Fraction | None) -> str:
        """A threshold as the policy has it, without rounding, with the sense in which it is meant."""
        if verdict.compare is Compare.PASSED:
            return say("packet.figure.passed", self.lang)
        if value is None:
            return say("packet.figure.not_set", self.lang)
        unit = verdict.fact.unit
        if unit is Unit.DEGREE:
            return say("packet.figure.at_least_degree", self.lang, degree=self.value(unit, value))
        sense = "<" if verdict.compare is Compare.BELOW else "≥"
        return f"{sense} {self.exactly(unit, value)}"

    def exactly(self, unit: Unit, value: Fraction | None) -> str:
        """A figure of the policy, with as many decimals as it was written with."""
        if value is None:
            return NOTHING
        if unit is Unit.MONEY:
            scale, _ = self._money_scale
            return f"{number(value / scale, needed_places(value / scale))} {self.money_unit}"
        if unit is Unit.SHARE:
            return self.percent(value, needed_places(value * 100))
        if unit is Unit.YEARS:
            return self._years(value, needed_places(value))
        return number(value, needed_places(value))

    def _years(self, value: Fraction, places: int) -> str:
        form = "one" if value == 1 else "many"
        return say(f"packet.counted.years.{form}", self.lang, n=number(value, places))

    def margin(self, verdict: Verdict) -> str:
        """How far the value lies from the threshold, in words and in the indicator's own unit."""
        margin = verdict.margin
        unit = verdict.fact.unit
        if margin is None or unit is Unit.FLAG:
            return NOTHING
        upper = verdict.compare is Compare.BELOW
        if margin == 0:
            return say(f"packet.margin.{'at_limit' if upper else 'exactly'}", self.lang)
        kind = ("under" if margin > 0 else "over") if upper else ("above" if margin > 0 else "short")
        return say(f"packet.margin.{kind}", self.lang, amount=self._distance(verdict, abs(margin)))

    def difference(self, unit: Unit, difference: Fraction | None) -> str:
        """A difference between two figures, with its sign and its own unit."""
        if difference is None:
            return NOTHING
        scale, places = self._money_scale
        if unit is Unit.MONEY:
            return f"{self._signed(difference / scale, places)} {self.money_unit}"
        if unit is Unit.SHARE:
            return say("packet.figure.points", self.lang, n=self._signed(difference * 100, 1))
        return self.count(difference, sign=True)

    def _signed(self, size: Fraction, places: int) -> str:
        """What is not zero is not written as zero, but as less than the last decimal."""
        if size and not rounded(size, places):
            return say("packet.figure.less_than", self.lang, n=number(Fraction(1, 10**places), places))
        return number(size, places, sign=True)

    def _distance(self, verdict: Verdict, size: Fraction) -> str:
        unit = verdict.fact.unit
        if unit is Unit.MONEY:
            return self.value(unit, size, Fraction(0))
        if unit is Unit.SHARE:
            places = telling_places(size * 100, 0, 1)
            return say("packet.figure.points", self.lang, n=number(size * 100, places))
        if unit is Unit.YEARS:
            return self._years(size, telling_places(size, 0, min(2, needed_places(size))))
        if unit is Unit.COUNT and verdict.outcome is Outcome.MISSED:
            size = Fraction(ceil(size))  # of a threshold that leave made a fraction; customers come whole
        noun = "degrees" if unit is Unit.DEGREE else verdict.fact.indicator
        return self.counted(noun, size)


def indicator_label(name: str, lang: str) -> str:
    """An indicator's name for people; its own name where the terms do not know it."""
    return INDICATORS[name].label(lang) if name in INDICATORS else name
