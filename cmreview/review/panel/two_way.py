"""Candidates and members apart: totals as candidate plus member, by exact least squares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from cmreview.review.panel.score_sheets import Totals, listed
from cmreview.review.told import Told


@dataclass(frozen=True, slots=True)
class Refused:
    """A figure that can't be given, and why."""

    reason: Told


@dataclass(frozen=True, slots=True)
class TwoWay:
    """Total = candidate + member + rest, in points; the members' parts add up to zero.

    ``rest_squares`` is the sum of the squared rests, ``freedom`` their degrees of freedom, at least 1.
    All is exact.
    """

    candidates: Mapping[str, Fraction]
    members: Mapping[str, Fraction]
    rest_squares: Fraction
    freedom: int

    @property
    def rest_variance(self) -> Fraction:
        """The mean square of the rests, in squared points."""
        return self.rest_squares / self.freedom


def fit(totals: Totals) -> TwoWay | Refused:
    """Least squares of the totals on candidates and members.

    Refused where there are fewer than two of either, where the panel falls into groups that share
    neither member nor candidate (then nothing tells a lenient group from an able one), and where as
    many figures are asked for as there are totals.
    """
    candidates, members = totals.candidates, totals.members
    if not totals.points:
        return Refused(Told("panel.refused.no_totals"))
    if len(members) < 2:
        return Refused(Told("panel.refused.one_member"))
    if len(candidates) < 2:
        return Refused(Told("panel.refused.one_candidate"))
    apart = connected(totals)
    if len(apart) > 1:
        groups = listed([listed(group) for group in apart], "panel.groups")
        return Refused(Told("panel.refused.disconnected", (("groups", groups),)))
    freedom = len(totals.points) - (len(candidates) + len(members) - 1)
    if freedom < 1:
        return Refused(Told("panel.refused.thin", (("count", str(len(totals.points))),)))
    of_members = _member_parts(totals)
    of_candidates = {
        candidate: _mean(
            [points - of_members[member] for (member, who), points in _cells(totals) if who == candidate]
        )
        for candidate in candidates
    }
    rests = [points - of_candidates[who] - of_members[member] for (member, who), points in _cells(totals)]
    return TwoWay(of_candidates, of_members, sum((rest * rest for rest in rests), Fraction(0)), freedom)


def connected(totals: Totals) -> tuple[tuple[str, ...], ...]:
    """The candidates in groups that share members, directly or through others; each in order."""
    groups: list[tuple[set[str], set[str]]] = []
    for candidate in totals.candidates:
        names = {candidate}
        raters = {member for member, who in totals.points if who == candidate}
        for group in [group for group in groups if group[1] & raters]:
            groups.remove(group)
            names, raters = names | group[0], raters | group[1]
        groups.append((names, raters))
    return tuple(sorted(tuple(sorted(names)) for names, _ in groups))


def six_places(value: float) -> Fraction:
    """A figure that was computed in floats, kept to six decimals so that it is the same everywhere.

    >>> six_places(2 / 3)
    Fraction(666667, 1000000)
    """
    return Fraction(str(round(value, 6)))


def square_root(value: Fraction) -> Fraction:
    """The square root to six decimals."""
    return six_places(float(value) ** 0.5)


def _member_parts(totals: Totals) -> dict[str, Fraction]:
    """The members' parts: the normal equations with the candidates eliminated, and the sum set to zero."""
    order = {member: place for place, member in enumerate(totals.members)}
    size = len(order)
    rows = [[Fraction(0)] * (size + 1) for _ in range(size)]
    for candidate in totals.candidates:
        raters = [member for member in totals.members if (member, candidate) in totals.points]
        mean = _mean([totals.points[member, candidate] for member in raters])
        for member in raters:
            row = rows[order[member]]
            row[order[member]] += 1
            row[size] += totals.points[member, candidate] - mean
            for other in raters:
                row[order[other]] -= Fraction(1, len(raters))
    rows[-1] = [Fraction(1)] * size + [Fraction(0)]  # the equations add up to nothing, so one is free
    return dict(zip(totals.members, _solved(rows), strict=True))


def _solved(rows: list[list[Fraction]]) -> list[Fraction]:
    size = len(rows)
    for column in range(size):
        pivot = next(row for row in range(column, size) if rows[row][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = [each / rows[column][column] for each in rows[column]]
        rows[column] = head
        for place, row in enumerate(rows):
            if place != column and row[column]:
                rows[place] = [each - row[column] * above for each, above in zip(row, head, strict=True)]
    return [row[size] for row in rows]


def _cells(totals: Totals) -> list[tuple[tuple[str, str], Fraction]]:
    return list(totals.points.items())


def _mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)
