"""Intervals of a share and of a count of few people, diagnostics beside exact figures (Policy 1.3.a)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist

from cmreview.review.panel.two_way import six_places


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``low`` to ``high``, to six decimals, at confidence ``level``."""

    low: Fraction
    high: Fraction
    level: Fraction


def wilson(passed: int, of: int, level: Fraction) -> Interval | None:
    """Wilson's score interval of the share ``passed`` / ``of``; None for nobody.

    It never leaves 0 to 1, and nobody of twenty does not make a share of exactly 0. ValueError for counts
    that can't be, or a level outside 0 to 1.

    >>> interval = wilson(0, 20, Fraction(95, 100))
    >>> float(interval.low), float(interval.high)
    (0.0, 0.161125)
    """
    _check(passed, level)
    if passed > of:
        raise ValueError(f"{passed} of {of}")
    if not of:
        return None
    share, z = passed / of, NormalDist().inv_cdf((1 + float(level)) / 2)
    centre = share + z * z / (2 * of)
    half = z * (share * (1 - share) / of + z * z / (4 * of * of)) ** 0.5
    scale = 1 + z * z / of
    # the ends are exact where all or nobody passed, whatever the floats say
    low = Fraction(0) if passed == 0 else six_places((centre - half) / scale)
    high = Fraction(1) if passed == of else six_places((centre + half) / scale)
    return Interval(low, high, level)


def garwood(count: int, level: Fraction) -> Interval:
    """Garwood's exact interval of the expected number behind a Poisson ``count``, such as complaints.

    Over the customers served it is one for the complaint rate, which may exceed one. ValueError as
    ``wilson``.
    """
    from scipy.stats import chi2

    _check(count, level)
    beside = (1 - float(level)) / 2
    low = 0.0 if count == 0 else chi2.ppf(beside, 2 * count) / 2
    return Interval(six_places(float(low)), six_places(float(chi2.ppf(1 - beside, 2 * count + 2) / 2)), level)


def _check(count: int, level: Fraction) -> None:
    if count < 0 or not 0 < level < 1:
        raise ValueError(f"count {count}, level {level}")
