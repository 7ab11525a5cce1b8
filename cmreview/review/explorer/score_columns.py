"""Performance scores of many people at once, as ``scoring.performance_score`` gives them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from cmreview.policy.model import Compare
from cmreview.review.explorer.exact_column import (
    APART,
    Codes,
    ExactColumn,
    Flags,
    Floats,
    Lines,
    Places,
    signs,
)
from cmreview.review.explorer.verdict_column import NO_EVIDENCE, NO_RULE, VerdictColumn
from cmreview.review.scoring import attainment

# Where threshold and zero lie this near to each other, floats lose the digits that the quotient needs.
_NEAR = 1e-4


@dataclass(frozen=True)
class ScoreColumn:
    """One criterion's attainments, on the rows of its verdicts; NaN where there is none (Policy 1.3.b)."""

    verdicts: VerdictColumn
    zero_at: Fraction | None
    cap: Fraction
    attained: Floats
    is_capped: Flags  # surely beyond the cap, so that nothing need be divided

    @cached_property
    def _known(self) -> dict[int, Fraction | None]:
        return {}

    def exact(self, place: int) -> Fraction | None:
        """One attainment itself; ``place`` counts among the rows of the verdicts."""
        if self.is_capped[place]:
            return self.cap
        if place not in self._known:
            self._known[place] = self._exact(place)
        return self._known[place]

    def _exact(self, place: int) -> Fraction | None:
        if np.isnan(self.attained[place]):
            return None
        value = self.verdicts.facts.values.exact(place)
        if value is None or self.zero_at is None or self.verdicts.lines is None:
            return None
        return attainment(value, self.verdicts.lines.exact(place), self.zero_at, self.cap)


@dataclass(frozen=True)
class LevelScores:
    """The scores of everybody who is judged by one level's criteria, on ``rows`` of the candidates.

    ``points`` and ``coverage`` are as in ``model.Score``, NaN for no points. All ``columns`` are on the
    same rows.
    """

    level: str
    rows: Places
    columns: tuple[ScoreColumn, ...]
    weights: tuple[Fraction, ...]
    points: Floats
    coverage: Floats

    def exact(self, place: int) -> Fraction | None:
        """The points of one row themselves, None without any; ``place`` counts among ``rows``."""
        # whole numbers over one denominator, reduced once at the end: this is asked for hundreds
        total, below, weighed, weighed_below = 0, 1, 0, 1
        for scored, weight in zip(self.columns, self.weights, strict=True):
            part = scored.exact(place)
            if part is None:
                continue
            own, own_below = weight.numerator * part.numerator, weight.denominator * part.denominator
            total, below = total * own_below + own * below, below * own_below
            weighed = weighed * weight.denominator + weight.numerator * weighed_below
            weighed_below *= weight.denominator
        return Fraction(total * weighed_below, below * weighed) if weighed else None


def score_column(verdicts: VerdictColumn, zero_at: Fraction | None, cap: Fraction) -> ScoreColumn:
    """How far everybody has come from ``zero_at`` to the threshold, as ``scoring.attainment`` says."""
    size, lines = len(verdicts.rows), verdicts.lines
    found = np.full(size, np.nan)
    judged = (verdicts.outcomes != NO_EVIDENCE) & (verdicts.outcomes != NO_RULE)
    judged &= ~verdicts.facts.sealed
    beyond = np.zeros(size, dtype=bool)
    if lines is not None and zero_at is not None:
        # a zero on the wrong side of the threshold would reward the worse value
        side = _zero_side(lines, zero_at, size)
        is_right = side > 0 if verdicts.reading.compare is Compare.BELOW else side < 0
        against, zero = lines.floats(size), float(zero_at)
        known = judged & is_right & verdicts.facts.values.known
        with np.errstate(invalid="ignore", divide="ignore"):
            part = (verdicts.facts.values.floats - zero) / (against - zero)
            near = np.abs(against - zero) < _NEAR * np.maximum(np.abs(against), abs(zero))
        found[known] = np.clip(part[known], 0.0, float(cap))
        beyond = known & ~near & (part > float(cap) * (1 + APART))
        for place in np.flatnonzero(known & near).tolist():
            value = verdicts.facts.values.exact(place)
            if value is not None:
                found[place] = float(attainment(value, lines.exact(place), zero_at, cap))
    unbounded = judged & verdicts.facts.unbounded
    found[unbounded] = float(cap)
    return ScoreColumn(verdicts, zero_at, cap, found, unbounded | beyond)


def level_scores(
    level: str, rows: Places, columns: Sequence[ScoreColumn], weights: Sequence[Fraction | None]
) -> LevelScores:
    """The weighted means of one level's attainments; no points where a weight is left open."""
    known = tuple(weight for weight in weights if weight is not None)
    if len(known) < len(columns) or not columns:
        nothing = np.full(len(rows), np.nan)
        return LevelScores(level, rows, (), (), nothing, np.zeros(len(rows)))
    total, weighed = np.zeros(len(rows)), np.zeros(len(rows))
    for scored, weight in zip(columns, known, strict=True):
        has = ~np.isnan(scored.attained)
        total[has] += float(weight) * scored.attained[has]
        weighed[has] += float(weight)
    whole = float(sum(known, Fraction(0)))
    with np.errstate(invalid="ignore", divide="ignore"):
        points = np.where(weighed > 0, total / weighed, np.nan)
    coverage = weighed / whole if whole else np.zeros(len(rows))
    return LevelScores(level, rows, tuple(columns), known, points, coverage)


def nothing_scored(level: str, rows: Places) -> LevelScores:
    """What there is where the policy leaves the cap open."""
    return level_scores(level, rows, (), ())


def _zero_side(lines: Lines, zero_at: Fraction, size: int) -> Codes:
    """Whether the zero lies below (−1), at (0) or above (1) each row's threshold."""
    if lines.factors is None:
        return np.full(size, (zero_at > lines.number) - (zero_at < lines.number), dtype=np.int8)
    return signs(ExactColumn.of([zero_at] * size), lines)
