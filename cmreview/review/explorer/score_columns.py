"""Performance scores of many people at once, as ``scoring.performance_score`` gives them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from cmreview.policy.model import Compare
from cmreview.review.explorer.exact_column import ExactColumn, Flags, Floats, Lines, Places, signs
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

    def exact(self, place: int) -> Fraction | None:
        """One attainment itself; ``place`` counts among the rows of the verdicts."""
        if np.isnan(self.attained[place]):
            return None
        if self.verdicts.facts.unbounded[place]:
            return self.cap
        value = self.verdicts.facts.values.exact(place)
        if value is None or self.zero_at is None or self.verdicts.lines is None:
            return None
        return attainment(value, self.verdicts.lines.exact(place), self.zero_at, self.cap)


@dataclass(frozen=True)
class LevelScores:
    """The scores of everybody who is judged by one level's criteria, on ``rows`` of the candidates.

    ``points`` and ``coverage`` are as in ``model.Score``, NaN for no points.
    """

    level: str
    rows: Places
    columns: tuple[ScoreColumn, ...]
    weights: tuple[Fraction, ...]
    points: Floats
    coverage: Floats

    @cached_property
    def _known(self) -> dict[int, Fraction | None]:
        return {}

    def exact(self, place: int) -> Fraction | None:
        """The points of one row themselves, None without any; ``place`` counts among ``rows``."""
        if place not in self._known:
            self._known[place] = self._exact(place)
        return self._known[place]

    def _exact(self, place: int) -> Fraction | None:
        row = int(self.rows[place])
        total = weighed = Fraction(0)
        for scored, weight in zip(self.columns, self.weights, strict=True):
            at = int(np.searchsorted(scored.verdicts.rows, row))
            part = scored.exact(at)
            if part is not None:
                total += weight * part
                weighed += weight
        return total / weighed if weighed else None


def score_column(verdicts: VerdictColumn, zero_at: Fraction | None, cap: Fraction) -> ScoreColumn:
    """How far everybody has come from ``zero_at`` to the threshold, as ``scoring.attainment`` says."""
    size, lines = len(verdicts.rows), verdicts.lines
    found = np.full(size, np.nan)
    judged = (verdicts.outcomes != NO_EVIDENCE) & (verdicts.outcomes != NO_RULE)
    judged &= ~verdicts.facts.sealed
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
        for place in np.flatnonzero(known & near).tolist():
            value = verdicts.facts.values.exact(place)
            if value is not None:
                found[place] = float(attainment(value, lines.exact(place), zero_at, cap))
    found[judged & verdicts.facts.unbounded] = float(cap)
    return ScoreColumn(verdicts, zero_at, cap, found)


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


def _zero_side(lines: Lines, zero_at: Fraction, size: int) -> Flags:
    """Whether the zero lies below (−1), at (0) or above (1) each row's threshold."""
    if lines.factors is None:
        return np.full(size, (zero_at > lines.number) - (zero_at < lines.number))
    return signs(ExactColumn.of([zero_at] * size), lines)
