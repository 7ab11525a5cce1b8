"""Ranks of many applicants at once, as ``scoring.ranking`` gives them, ties and tie-breaks included."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

from cmreview.review.explorer.candidates import Texts
from cmreview.review.explorer.exact_column import APART, Flags, Places
from cmreview.review.explorer.score_columns import LevelScores
from cmreview.review.scoring import Contender, Place, ranking


@dataclass(frozen=True)
class LevelRanks:
    """The places of one level's ranked applicants, on ``rows`` of the candidates (Policy 5.4.c).

    ``broken_by`` names, by row of the candidates, what parted equal points.
    """

    rows: Places
    in_company: Places
    in_department: Places
    of_department: Places
    tied: Flags
    broken_by: dict[int, str]


# The values that part equals, of one row of the candidates.
TieBreaks = Callable[[int], dict[str, Fraction | None]]


def level_ranks(
    scores: LevelScores,
    is_ranked: Flags,
    departments: Texts,
    keys: Sequence[str],
    tie_breaks: TieBreaks,
) -> LevelRanks:
    """Everybody's place among the ranked of one level, in the company and in their own department.

    ``is_ranked`` and ``departments`` go by the rows of the candidates. Floats order whoever is apart;
    the few whose points are too near to each other are ranked as fractions.
    """
    places = np.flatnonzero(is_ranked[scores.rows] & ~np.isnan(scores.points))
    groups = _equal(scores, places)
    found: dict[int, Place] = {}
    own_found: dict[int, Place] = {}
    own_before: Counter[str] = Counter()
    for group in groups:
        rows = [int(scores.rows[place]) for place in group]
        found |= _parted(rows, len(found), keys, tie_breaks)
        by_department: dict[str, list[int]] = {}
        for row in rows:
            by_department.setdefault(str(departments[row]), []).append(row)
        for name, own in by_department.items():
            # among fewer people a tie-break may part whom it can't part in the company
            own_found |= _parted(own, own_before[name], keys, tie_breaks)
            own_before[name] += len(own)
    ranked = sorted(found)
    return LevelRanks(
        rows=np.array(ranked, dtype=np.int64),
        in_company=np.array([found[row].rank for row in ranked], dtype=np.int64),
        in_department=np.array([own_found[row].rank for row in ranked], dtype=np.int64),
        of_department=np.array([own_before[str(departments[row])] for row in ranked], dtype=np.int64),
        tied=np.array([found[row].tied for row in ranked], dtype=bool),
        broken_by={row: place.broken_by for row, place in found.items() if place.broken_by is not None},
    )


def _equal(scores: LevelScores, places: Places) -> list[list[int]]:
    """Places in groups of exactly equal points, highest first."""
    points = scores.points[places]
    order = np.argsort(-points, kind="stable")
    cap = float(scores.columns[0].cap) if scores.columns else 1.0
    # a chain of neighbours too near to each other goes together; whoever is outside is truly apart
    starts = np.flatnonzero(np.diff(points[order], prepend=np.inf) < -APART * max(1.0, cap))
    found: list[list[int]] = []
    for start, end in pairwise([*starts.tolist(), len(order)]):
        cluster = places[order[start:end]].tolist()
        if len(cluster) == 1:
            found.append(cluster)
            continue
        by_points: dict[Fraction, list[int]] = {}
        for place in cluster:
            by_points.setdefault(scores.exact(place) or Fraction(0), []).append(place)
        found += [by_points[each] for each in sorted(by_points, reverse=True)]
    return found


def _parted(rows: list[int], before: int, keys: Sequence[str], tie_breaks: TieBreaks) -> dict[int, Place]:
    """The places of people with equal points, ``before`` others being ahead of them."""
    if len(rows) == 1:
        return {rows[0]: Place(before + 1, tied=False, broken_by=None)}
    entries = [Contender(str(row), Fraction(0), tie_breaks(row)) for row in rows]
    return {
        int(row): Place(place.rank + before, place.tied, place.broken_by)
        for row, place in ranking(entries, keys).items()
    }
