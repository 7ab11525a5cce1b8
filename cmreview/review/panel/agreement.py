"""How far members agree on the candidates; it is shown beside the scores and decides nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from math import inf

from cmreview.review.panel.score_sheets import Totals
from cmreview.review.panel.two_way import Refused, fit, six_places, square_root
from cmreview.review.told import Told


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure, to six decimals, with its interval where it has one.

    ``value`` None has its reason in ``remark``; so has an interval that could not be given beside a
    value. ``members`` and ``candidates`` are those behind it.
    """

    value: Fraction | None
    members: int
    candidates: int
    low: Fraction | None = None
    high: Fraction | None = None
    remark: Told | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of members on the totals of one group. Policy 4.3.

    ``single`` is ICC(2,1), of one member's total; ``average`` is ICC(2,k), of the panel's mean, both
    for absolute agreement (Shrout and Fleiss 1979); ``alpha`` is Krippendorff's, for intervals, which
    allows for missing sheets; ``order`` is Kendall's W, corrected for ties; ``rest_sd`` is in points.
    Where all candidates are about equally good the first four fall although members agree in points:
    then ``rest_sd`` tells it.
    """

    level: Fraction | None
    single: Measure
    average: Measure
    alpha: Measure
    order: Measure
    rest_sd: Measure
    remark: Told


def agreement(totals: Totals, level: Fraction | None) -> Agreement:
    """All measures of one table of totals; intervals at ``level``, none where it is not set."""
    single, average = _intraclass(totals, level)
    return Agreement(
        level=level,
        single=single,
        average=average,
        alpha=_alpha(totals),
        order=_order(totals),
        rest_sd=_rest_sd(totals),
        remark=Told("panel.remark.agreement"),
    )


def _intraclass(totals: Totals, level: Fraction | None) -> tuple[Measure, Measure]:
    missing = _not_a_whole_table(totals)
    if missing is not None:
        return missing, missing
    n, k = len(totals.candidates), len(totals.members)
    rows, columns, rest = mean_squares(totals)
    spread = rows + (k - 1) * rest + Fraction(k, n) * (columns - rest)
    spread_of_mean = rows + (columns - rest) / n
    why_not = "undefined" if rest or rows or columns else "no_variation"
    single = _measure(totals, (rows - rest) / spread if spread > 0 else None, why_not)
    average = _measure(totals, (rows - rest) / spread_of_mean if spread_of_mean > 0 else None, why_not)
    if spread <= 0:
        return single, average
    bounds = _bounds(totals, level, (rows - rest) / spread)
    if isinstance(bounds, Told):
        return _remarked(single, bounds), _remarked(average, bounds)
    low, high = bounds
    if 1 + low * (k - 1) <= 0:
        return _between(single, low, high), _remarked(average, Told("panel.refused.no_interval"))
    of_mean = (bound * k / (1 + bound * (k - 1)) for bound in bounds)
    return _between(single, low, high), _between(average, *of_mean)


def mean_squares(totals: Totals) -> tuple[Fraction, Fraction, Fraction]:
    """Mean squares of candidates, members and rest, of a complete table with two or more of either."""
    n, k = len(totals.candidates), len(totals.members)
    of_candidate = {who: sum(totals.of(who), Fraction(0)) / k for who in totals.candidates}
    of_member = {
        member: sum((totals.points[member, who] for who in totals.candidates), Fraction(0)) / n
        for member in totals.members
    }
    middle = sum(of_candidate.values(), Fraction(0)) / n
    rows = k * sum(((mean - middle) ** 2 for mean in of_candidate.values()), Fraction(0))
    columns = n * sum(((mean - middle) ** 2 for mean in of_member.values()), Fraction(0))
    rest = sum(
        (
            (points - of_candidate[who] - of_member[member] + middle) ** 2
            for (member, who), points in totals.points.items()
        ),
        Fraction(0),
    )
    return rows / (n - 1), columns / (k - 1), rest / ((n - 1) * (k - 1))


def _bounds(totals: Totals, level: Fraction | None, value: Fraction) -> tuple[float, float] | Told:
    """The interval of ICC(2,1), by the approximation of Shrout and Fleiss (1979)."""
    from scipy.stats import f

    if level is None:
        return Told("panel.refused.level_open")
    n, k = len(totals.candidates), len(totals.members)
    exact = mean_squares(totals)
    rows, columns, rest = map(float, exact)
    of_members = float(k * value * exact[1])
    of_rest = float((n * (1 + (k - 1) * value) - k * value) * exact[2])
    below = (n - 1) * of_members**2 + of_rest**2
    if below == 0:
        return Told("panel.refused.no_interval")
    freedom = (k - 1) * (n - 1) * (of_members + of_rest) ** 2 / below
    tail = float(1 + level) / 2
    upper, lower = float(f.ppf(tail, n - 1, freedom)), float(f.ppf(tail, freedom, n - 1))
    common = k * columns + (k * n - k - n) * rest
    divisors = (upper * common + n * rows, common + n * lower * rows)
    low, high = n * (rows - upper * rest) / divisors[0], n * (lower * rows - rest) / divisors[1]
    # with next to no freedom the approximation fails: it is no number, runs off, or misses the value itself
    return (low, high) if -inf < low <= value <= high < inf else Told("panel.refused.no_interval")


def _alpha(totals: Totals) -> Measure:
    """Krippendorff's alpha with squared differences; only candidates with two totals or more count."""
    units = [values for values in map(totals.of, totals.candidates) if len(values) > 1]
    if len(totals.members) < 2 or not units:
        return _measure(totals, None, "one_member")
    everything = [value for values in units for value in values]
    expected = _squared_differences(everything)
    if not expected:
        return _measure(totals, None, "no_variation")
    observed = sum((_squared_differences(values) / (len(values) - 1) for values in units), Fraction(0))
    measured = _measure(totals, 1 - (len(everything) - 1) * observed / expected, "no_variation")
    return replace(measured, candidates=len(units))


def _order(totals: Totals) -> Measure:
    """Kendall's coefficient of concordance, from the members' orders of the candidates."""
    missing = _not_a_whole_table(totals)
    if missing is not None:
        return missing
    n, k = len(totals.candidates), len(totals.members)
    sums = dict.fromkeys(totals.candidates, Fraction(0))
    ties = 0
    for member in totals.members:
        points = [totals.points[member, who] for who in totals.candidates]
        for who, value in zip(totals.candidates, points, strict=True):
            sums[who] += sum(other < value for other in points) + Fraction(points.count(value) + 1, 2)
        ties += sum(points.count(value) ** 3 - points.count(value) for value in set(points))
    middle = Fraction(k * (n + 1), 2)
    squares = sum(((each - middle) ** 2 for each in sums.values()), Fraction(0))
    most = k * k * (n**3 - n) - k * ties
    return _measure(totals, 12 * squares / most if most else None, "no_variation")


def _rest_sd(totals: Totals) -> Measure:
    fitted = fit(totals)
    value, remark = (
        (None, fitted.reason) if isinstance(fitted, Refused) else (square_root(fitted.rest_variance), None)
    )
    return Measure(value, len(totals.members), len(totals.candidates), remark=remark)


def _not_a_whole_table(totals: Totals) -> Measure | None:
    if len(totals.members) < 2:
        return _measure(totals, None, "one_member")
    if len(totals.candidates) < 2:
        return _measure(totals, None, "one_candidate")
    return None if totals.is_complete else _measure(totals, None, "incomplete")


def _measure(totals: Totals, value: Fraction | None, why_not: str) -> Measure:
    return Measure(
        value=None if value is None else six_places(float(value)),
        members=len(totals.members),
        candidates=len(totals.candidates),
        remark=Told(f"panel.refused.{why_not}") if value is None else None,
    )


def _between(measure: Measure, low: float, high: float) -> Measure:
    return measure if measure.value is None else replace(measure, low=six_places(low), high=six_places(high))


def _remarked(measure: Measure, remark: Told) -> Measure:
    return measure if measure.value is None else replace(measure, remark=remark)


def _squared_differences(values: list[Fraction]) -> Fraction:
    return sum(((one - other) ** 2 for one, other in combinations(values, 2)), Fraction(0))
