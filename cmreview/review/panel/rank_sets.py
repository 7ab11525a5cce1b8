"""Which candidates the panel can tell apart, and which lie safely on one side of the line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache
from itertools import combinations

from cmreview.review.panel.score_sheets import Totals
from cmreview.review.panel.two_way import Refused, TwoWay, fit, six_places
from cmreview.review.told import Told

DRAWS = 50_000  # boundary cases depend on it, so it stands in the result
SEED = 43


class Separation(StrEnum):
    """How differences between candidates are held against the members' disagreement."""

    TUKEY = "tukey"  # complete panel: studentised range, exact
    SIMULATED = "simulated"  # incomplete panel: largest of the multivariate t, drawn with a fixed seed


class Position(StrEnum):
    """Where a candidate's interval lies against the line; the line itself passes."""

    ABOVE = "above"
    BELOW = "below"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class RankSet:
    """A candidate's places that the members' scores leave open, from ``best`` to ``worst``.

    ``estimate`` is the mean total with severity taken off, in points. ``not_separated`` are those
    from whom the panel can't tell the candidate apart.
    """

    candidate: str
    estimate: Fraction
    best: int
    worst: int
    not_separated: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RankSets:
    """Rank sets of all candidates, valid together at ``level``; highest estimate first.

    ``half_width`` is the difference in points that tells two candidates apart; None where it differs
    by pair. ``draws`` and ``seed`` stand where it was simulated. ``groups`` are the longest runs of
    candidates, in order, of whom no two can be told apart; of a single one there is no group.
    ``how`` says in a sentence how they were found, ``remark`` what they mean.
    """

    level: Fraction
    separation: Separation
    members: int
    half_width: Fraction | None
    draws: int | None
    seed: int | None
    sets: tuple[RankSet, ...]
    groups: tuple[tuple[str, ...], ...]
    how: Told
    remark: Told


@dataclass(frozen=True, slots=True)
class LineInterval:
    """A candidate's score with its interval, in points, and where it lies against the line."""

    candidate: str
    low: Fraction | None
    high: Fraction | None
    position: Position


@dataclass(frozen=True, slots=True)
class LineIntervals:
    """The intervals of all who have a score, in the order of their ids; ``remark`` says what they are."""

    level: Fraction
    line: Fraction
    intervals: tuple[LineInterval, ...]
    remark: Told


def rank_sets(totals: Totals, level: Fraction | None) -> RankSets | Refused:
    """The places that each candidate can hold, given how far members disagree (Policy 4.3).

    Two candidates are separated where their difference exceeds, over all pairs at once: in a
    complete panel ``q(level; n, df) * sqrt(MSE / k)`` (Tukey); in an incomplete one the ``level``
    quantile of the largest multivariate t among the pairs, times the pair's standard error. A place
    is 1 + the number who are separately better, to n − the number who are separately worse
    (Mogstad, Romano, Shaikh and Wilhelm 2023). It expresses disagreement among members, not an
    error in a known truth. Refused without ``level`` and as ``two_way.fit`` refuses.
    """
    if level is None:
        return Refused(Told("panel.refused.level_open"))
    fitted = fit(totals)
    if isinstance(fitted, Refused):
        return fitted
    order = sorted(totals.candidates, key=lambda who: (-fitted.candidates[who], who))
    needed = _needed_differences(totals, fitted, level)
    apart = {
        (one, other): abs(fitted.candidates[one] - fitted.candidates[other]) > needed[one, other]
        for one in order
        for other in order
        if one != other
    }
    is_tukey = totals.is_complete
    return RankSets(
        level=level,
        separation=Separation.TUKEY if is_tukey else Separation.SIMULATED,
        members=len(totals.members),
        half_width=next(iter(needed.values())) if is_tukey else None,
        draws=None if is_tukey else DRAWS,
        seed=None if is_tukey else SEED,
        sets=tuple(_rank_set(who, order, fitted, apart) for who in order),
        groups=_groups(order, apart),
        how=_how(is_tukey),
        remark=Told("panel.remark.rank_sets"),
    )


def line_intervals(
    scores: Mapping[str, Fraction], totals: Totals, line: Fraction | None, level: Fraction | None
) -> LineIntervals | Refused:
    """Each candidate's official score against the line: safely above, safely below, or open.

    The interval is score ± t · sqrt(V / k): k is the number of the candidate's totals, V the
    variance of totals about each candidate's own mean, pooled over the group, and t the two-sided
    ``level`` quantile of Student's t on (members − 1) degrees of freedom. V holds severity as well as
    disagreement, since another panel would be stricter or more lenient as a whole; all candidates
    share the members, so no more degrees of freedom are claimed than members give. It holds for one
    candidate at a time. For a trimmed mean it is an approximation. A candidate without a total of
    their own has no interval and is open. Refused without level or line, and where no candidate
    has two totals. Policy 4.3.
    """
    from scipy.stats import t

    if level is None:
        return Refused(Told("panel.refused.level_open"))
    if line is None:
        return Refused(Told("panel.refused.line_open"))
    freedom = len(totals.points) - len(totals.candidates)
    if freedom < 1:
        return Refused(Told("panel.refused.one_member"))
    pooled = sum((_squares(totals.of(who)) for who in totals.candidates), Fraction(0)) / freedom
    quantile = float(t.ppf(float(1 + level) / 2, len(totals.members) - 1))
    found = []
    for who, score in sorted(scores.items()):
        count = len(totals.of(who))
        if not count:
            found.append(LineInterval(who, None, None, Position.OPEN))
            continue
        half = six_places(quantile * float(pooled / count) ** 0.5)
        found.append(LineInterval(who, score - half, score + half, _position(score, half, line)))
    return LineIntervals(level, line, tuple(found), Told("panel.remark.line_intervals"))


def _how(is_tukey: bool) -> Told:
    if is_tukey:
        return Told("panel.separation.tukey")
    return Told("panel.separation.simulated", (("draws", f"{DRAWS:,}"), ("seed", str(SEED))))


def _position(score: Fraction, half: Fraction, line: Fraction) -> Position:
    if score - half >= line:
        return Position.ABOVE
    return Position.BELOW if score + half < line else Position.OPEN


def _needed_differences(totals: Totals, fitted: TwoWay, level: Fraction) -> dict[tuple[str, str], Fraction]:
    candidates = totals.candidates
    if totals.is_complete:
        quantile = _studentised_range(level, len(candidates), fitted.freedom)
        half = six_places(quantile * float(fitted.rest_variance / len(totals.members)) ** 0.5)
        return {(one, other): half for one in candidates for other in candidates if one != other}
    quantile, variances = _largest_t(totals, fitted.freedom, level)
    scale = float(fitted.rest_variance)
    return {
        (candidates[i], candidates[j]): six_places(
            quantile * (scale * variances[min(i, j), max(i, j)]) ** 0.5
        )
        for i in range(len(candidates))
        for j in range(len(candidates))
        if i != j
    }


@cache
def _studentised_range(level: Fraction, candidates: int, freedom: int) -> float:
    from scipy.stats import studentized_range

    return float(studentized_range.ppf(float(level), candidates, freedom))


def _largest_t(totals: Totals, freedom: int, level: Fraction) -> tuple[float, dict[tuple[int, int], float]]:
    """The quantile of the largest |t| among all pairs, and each pair's variance for a rest of variance 1.

    The last candidate is held fixed: what remains has one Cholesky factor only, so the draws are the
    same on every machine.
    """
    import numpy as np
    from scipy.optimize import brentq
    from scipy.special import chdtrc

    scored = np.array(
        [[(member, who) in totals.points for member in totals.members] for who in totals.candidates], float
    )
    information = np.diag(scored.sum(axis=1)) - (scored / scored.sum(axis=0)) @ scored.T
    covariance = np.linalg.inv(information[:-1, :-1])
    random = np.random.default_rng(SEED)
    drawn = random.standard_normal((DRAWS, len(covariance))) @ np.linalg.cholesky(covariance).T
    drawn = np.column_stack([drawn, np.zeros(DRAWS)])
    full = np.pad(covariance, (0, 1))
    largest = np.zeros(DRAWS)
    variances: dict[tuple[int, int], float] = {}
    for i, j in combinations(range(len(full)), 2):
        variances[i, j] = float(full[i, i] + full[j, j] - 2 * full[i, j])
        np.maximum(largest, np.abs(drawn[:, i] - drawn[:, j]) / variances[i, j] ** 0.5, out=largest)

    def beyond(bound: float) -> float:
        # the rests' own spread is integrated, not drawn: with little freedom its draws would swing most
        return float(np.mean(chdtrc(freedom, freedom * (largest / bound) ** 2))) - float(level)

    return float(brentq(beyond, 1e-6, 1e6)), variances


def _rank_set(
    who: str, order: Sequence[str], fitted: TwoWay, apart: Mapping[tuple[str, str], bool]
) -> RankSet:
    own = fitted.candidates[who]
    separated = [other for other in order if other != who and apart[who, other]]
    better = sum(fitted.candidates[other] > own for other in separated)
    return RankSet(
        candidate=who,
        estimate=own,
        best=1 + better,
        worst=len(order) - (len(separated) - better),
        not_separated=tuple(other for other in order if other != who and other not in separated),
    )


def _groups(order: Sequence[str], apart: Mapping[tuple[str, str], bool]) -> tuple[tuple[str, ...], ...]:
    found: list[tuple[str, ...]] = []
    end = 0
    for start in range(len(order)):
        reach = start + 1
        while reach < len(order) and not any(apart[each, order[reach]] for each in order[start:reach]):
            reach += 1
        if reach > end and reach - start > 1:
            found.append(tuple(order[start:reach]))
        end = max(end, reach)
    return tuple(found)


def _squares(values: Sequence[Fraction]) -> Fraction:
    mean = sum(values, Fraction(0)) / len(values)
    return sum(((value - mean) ** 2 for value in values), Fraction(0))
