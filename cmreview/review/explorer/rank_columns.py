"""Ranks of many applicants at once, as ``scoring.ranking`` gives them, ties and tie-breaks included."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np

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
    departments: Sequence[str] | np.ndarray,
    keys: Sequence[str],
    tie_breaks: TieBreaks,
) -> LevelRanks:
    """Everybody's place among the ranked of one level, in the company and in their own department.

    ``is_ranked`` and ``departments`` go by the rows of the candidates. Floats order whoever is apart;
    the few whose points are too near to each other are ranked as fractions.
    """
    places = np.flatnonzero(is_ranked[scores.rows] & ~np.isnan(scores.points))
    rows = scores.rows[places]
    found = _placed(scores, places, keys, tie_breaks)
    in_company = np.array([found[int(row)].rank for row in rows], dtype=np.int64)
    in_department = np.zeros(len(rows), dtype=np.int64)
    of_department = np.zeros(len(rows), dtype=np.int64)
    own = np.asarray(departments)[rows]
    for name in sorted(set(own.tolist())):
        here = own == name
        placed = _placed(scores, places[here], keys, tie_breaks)
        in_department[here] = [placed[int(row)].rank for row in rows[here]]
        of_department[here] = int(here.sum())
    return LevelRanks(
        rows=rows,
        in_company=in_company,
        in_department=in_department,
        of_department=of_department,
        tied=np.array([found[int(row)].tied for row in rows], dtype=bool),
        broken_by={
            int(row): broken_by for row in rows if (broken_by := found[int(row)].broken_by) is not None
        },
    )


def _placed(
    scores: LevelScores, places: Places, keys: Sequence[str], tie_breaks: TieBreaks
) -> dict[int, Place]:
    points = scores.points[places]
    order = np.argsort(-points, kind="stable")
    sorted_points = points[order]
    cap = float(scores.columns[0].cap) if scores.columns else 1.0
    # a chain of neighbours too near to each other goes together; whoever is outside is truly apart
    starts = np.flatnonzero(np.diff(sorted_points, prepend=np.inf) < -APART * max(1.0, cap))
    found: dict[int, Place] = {}
    bounds = [*starts.tolist(), len(order)]
    for start, end in pairwise(bounds):
        cluster = places[order[start:end]]
        rows = [int(scores.rows[place]) for place in cluster]
        if len(rows) == 1:
            found[rows[0]] = Place(start + 1, tied=False, broken_by=None)
            continue
        entries = [
            Contender(str(row), scores.exact(int(place)) or Fraction(0), tie_breaks(row))
            for row, place in zip(rows, cluster, strict=True)
        ]
        found |= {
            int(row): Place(place.rank + start, place.tied, place.broken_by)
            for row, place in ranking(entries, keys).items()
        }
    return found
