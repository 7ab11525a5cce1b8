"""Next year's totals by a plain method, chosen and judged by how it did on past years (Policy 5.3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from cmreview.review.analysis.material import Material
from cmreview.review.analysis.settings import count, rule_open
from cmreview.review.analysis.trends import Trends
from cmreview.review.told import Told
from cmreview.terms import Unit

FEWEST_BEFORE = 2  # years that a straight line needs, so the third is the first that can be back-tested


class Method(StrEnum):
    """How the next value is told from those before, plainest first."""

    NAIVE = "naive"  # as last year
    DRIFT = "drift"  # last year and the average change so far
    LINE = "line"  # the straight line of least squares


class Series(StrEnum):
    """What is forecast."""

    SALES = "sales"
    CONTRACTS = "contracts"
    NEW_CUSTOMERS = "new_customers"


UNITS = {Series.SALES: Unit.MONEY, Series.CONTRACTS: Unit.COUNT, Series.NEW_CUSTOMERS: Unit.COUNT}


@dataclass(frozen=True, slots=True)
class Tried:
    """One method on past years: what it would have said of each, and how far off it was.

    ``mae`` is the mean absolute error, ``mape`` the mean absolute error as a part of the actual value, None
    where an actual value is zero.
    """

    method: Method
    said: tuple[tuple[int, Fraction], ...]
    mae: Fraction
    mape: Fraction | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """One series: its whole years, the methods tried on them, and what the best says of ``next_year``.

    ``reason`` says why nothing is forecast.
    """

    series: Series
    history: tuple[tuple[int, Fraction], ...]
    next_year: int
    tried: tuple[Tried, ...]
    chosen: Method | None
    value: Fraction | None
    reason: Told | None = None

    @property
    def best(self) -> Tried | None:
        """The method that was chosen, with its errors."""
        return next((each for each in self.tried if each.method is self.chosen), None)


def forecasts(material: Material, trends: Trends) -> tuple[Forecast, ...]:
    """A forecast of every series, or why there is none."""
    return tuple(_forecast(material, trends, series) for series in Series)


def naive(values: Sequence[Fraction]) -> Fraction:
    """The last value again."""
    return values[-1]


def drift(values: Sequence[Fraction]) -> Fraction:
    """The last value and the average change from one to the next.

    >>> drift([Fraction(1), Fraction(4), Fraction(5)])
    Fraction(7, 1)
    """
    return values[-1] + (values[-1] - values[0]) / (len(values) - 1)


def line(values: Sequence[Fraction]) -> Fraction:
    """The next point of the straight line of least squares.

    >>> line([Fraction(1), Fraction(2), Fraction(3)])
    Fraction(4, 1)
    """
    n = len(values)
    middle, mean = Fraction(n - 1, 2), sum(values, Fraction(0)) / n
    slope = sum(((at - middle) * (value - mean) for at, value in enumerate(values)), Fraction(0))
    slope /= sum(((at - middle) ** 2 for at in range(n)), Fraction(0))
    return mean + slope * (n - middle)


METHODS: dict[Method, Callable[[Sequence[Fraction]], Fraction]] = {
    Method.NAIVE: naive,
    Method.DRIFT: drift,
    Method.LINE: line,
}


def told_by(method: Method, values: Sequence[Fraction]) -> Fraction:
    """What a method says of the next value; totals do not fall below nothing."""
    return max(Fraction(0), METHODS[method](values))


def tried(history: Sequence[tuple[int, Fraction]], method: Method) -> Tried:
    """One method on every past year with enough years before it, each told from those before only.

    ValueError where no year has.
    """
    values = [value for _, value in history]
    said = tuple((history[at][0], told_by(method, values[:at])) for at in range(FEWEST_BEFORE, len(history)))
    if not said:
        raise ValueError(f"{len(history)} years are too few")
    actual = dict(history)
    errors = [(abs(value - actual[year]), actual[year]) for year, value in said]
    mape = None
    if all(was for _, was in errors):
        mape = sum((off / abs(was) for off, was in errors), Fraction(0)) / len(errors)
    return Tried(method, said, sum((off for off, _ in errors), Fraction(0)) / len(errors), mape)


def _forecast(material: Material, trends: Trends, series: Series) -> Forecast:
    year = material.year
    history: list[tuple[int, Fraction]] = []
    for total in trends.years:
        value = getattr(total, series.value)
        if value is None or total.is_part:
            history.clear()  # a gap ends what came before
        else:
            history.append((total.year, Fraction(value)))
    keys = ["cancellation", "forecast_years"]
    keys += ["shared_customer_credit"] if series is Series.NEW_CUSTOMERS else []
    reason = rule_open(material.policy, *keys) or _too_short(history, material)
    if reason is not None:
        return Forecast(series, tuple(history), year + 1, (), None, None, reason)
    found = tuple(tried(history, method) for method in Method)
    order = list(Method)
    best = min(found, key=lambda each: (each.mae, order.index(each.method)))
    value = told_by(best.method, [value for _, value in history])
    return Forecast(series, tuple(history), year + 1, found, best.method, value)


def _too_short(history: Sequence[tuple[int, Fraction]], material: Material) -> Told | None:
    if not history:
        return Told("analysis.reason.part_of_a_year", (("year", str(material.year)),))
    # a back-test needs one year more than a line does, whatever the policy says
    least = max(material.settings.forecast_years or 0, FEWEST_BEFORE + 1)
    if len(history) < least:
        numbers = (("years", count(len(history))), ("least", count(least)))
        return Told("analysis.reason.few_years", numbers)
    return None
