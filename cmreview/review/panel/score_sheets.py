"""The committee's score sheets of one group of candidates, and the total of each complete sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from cmreview.errors import InputError
from cmreview.policy.model import ScoreItem
from cmreview.review.told import Told


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark: what a member gave a candidate on an item, in points of the scale, exact."""

    member: str
    candidate: str
    item: str
    points: Fraction


@dataclass(frozen=True, slots=True)
class Scores:
    """The sheets of one group: the candidates for the same target level, and who was to score them.

    A mark that is not among ``marks`` is missing; it is never zero. ``recused`` are pairs of member
    and candidate; a recused member's sheet is not missing. Made by ``score_sheets``, which puts all
    in order, so that the order in which sheets came in changes nothing. Policy 4.3.
    """

    members: tuple[str, ...]
    candidates: tuple[str, ...]
    marks: tuple[Mark, ...]
    recused: tuple[tuple[str, str], ...] = ()

    def without(self, member: str) -> Scores:
        """The same sheets as if ``member`` had not sat."""
        return replace(
            self,
            members=tuple(each for each in self.members if each != member),
            marks=tuple(mark for mark in self.marks if mark.member != member),
            recused=tuple(pair for pair in self.recused if pair[0] != member),
        )

    def sheets(self, candidate: str) -> dict[str, dict[str, Fraction]]:
        """The marks of one candidate: points by item, by the member who gave them."""
        found: dict[str, dict[str, Fraction]] = {}
        for mark in self.marks:
            if mark.candidate == candidate:
                found.setdefault(mark.member, {})[mark.item] = mark.points
        return found


def score_sheets(
    members: Iterable[str],
    candidates: Iterable[str],
    marks: Mapping[tuple[str, str, str], Fraction | Decimal | int],
    recused: Iterable[tuple[str, str]] = (),
) -> Scores:
    """Sheets in order, from marks by (member, candidate, item) and pairs of (member, candidate) recused.

    InputError where a mark names somebody unknown, is not exact (a float), or comes from a member who
    is recused from that candidate. Policy 4.3.
    """
    known, asked, apart = set(members), set(candidates), set(recused)
    strangers = {
        each for member, candidate, _ in marks for each in ({member} - known) | ({candidate} - asked)
    }
    strangers |= {each for member, candidate in apart for each in ({member} - known) | ({candidate} - asked)}
    if strangers:
        raise InputError("panel.unknown_name", names=tuple(sorted(strangers)))
    inexact = {_place(key) for key, points in marks.items() if not _is_exact(points)}
    if inexact:
        raise InputError("panel.not_exact", places=tuple(sorted(inexact)))
    against = {_place(key[:2]) for key in marks if key[:2] in apart}
    if against:
        raise InputError("panel.recused_mark", places=tuple(sorted(against)))
    return Scores(
        members=tuple(sorted(known)),
        candidates=tuple(sorted(asked)),
        marks=tuple(Mark(*key, Fraction(points)) for key, points in sorted(marks.items())),
        recused=tuple(sorted(apart)),
    )


@dataclass(frozen=True, slots=True)
class Totals:
    """Weighted totals of complete sheets, in points, by (member, candidate).

    ``members`` and ``candidates`` are those with at least one total, in order: a member who scored
    nobody, and a candidate whom nobody scored, are no part of the table.
    """

    members: tuple[str, ...]
    candidates: tuple[str, ...]
    points: Mapping[tuple[str, str], Fraction]

    @property
    def is_complete(self) -> bool:
        """Whether every member of the table scored every candidate of it."""
        return len(self.points) == len(self.members) * len(self.candidates)

    def of(self, candidate: str) -> list[Fraction]:
        """The totals of one candidate, in the order of the members."""
        cells = ((member, candidate) for member in self.members)
        return [self.points[cell] for cell in cells if cell in self.points]


def tabled(points: Mapping[tuple[str, str], Fraction]) -> Totals:
    """The table of totals given by (member, candidate)."""
    members = tuple(sorted({member for member, _ in points}))
    candidates = tuple(sorted({candidate for _, candidate in points}))
    return Totals(members, candidates, dict(sorted(points.items())))


def totals(scores: Scores, items: Sequence[ScoreItem]) -> Totals:
    """The weighted total of each complete sheet; a sheet that lacks an item has none (Policy 4.3).

    The items of one sheet are not taken as several independent scores: a member's liking for a
    candidate goes through all of them.
    """
    found = {
        (member, candidate): weighted(sheet, items)
        for candidate in scores.candidates
        for member, sheet in scores.sheets(candidate).items()
        if is_whole(sheet, items)
    }
    return tabled(found)


def is_whole(sheet: Mapping[str, Fraction], items: Sequence[ScoreItem]) -> bool:
    """Whether a sheet has a mark on every item."""
    return all(item.id in sheet for item in items)


def weighted(sheet: Mapping[str, Fraction], items: Sequence[ScoreItem]) -> Fraction:
    """The total of a complete sheet; the weights add up to one."""
    return sum((Fraction(item.weight) * sheet[item.id] for item in items), Fraction(0))


def places(values: Mapping[str, Fraction]) -> dict[str, int]:
    """Places by value, highest first; equal values share one, and the next counts all before it.

    >>> places({"a": Fraction(80), "b": Fraction(90), "c": Fraction(80), "d": Fraction(70)})
    {'a': 2, 'b': 1, 'c': 2, 'd': 4}
    """
    return {name: 1 + sum(other > value for other in values.values()) for name, value in values.items()}


def listed(names: Sequence[str | Told], key: str = "panel.names") -> str | Told:
    """Names as a list in the reader's language; ``names`` must not be empty."""
    *others, last = names
    return Told(key, (("some", listed(others, key)), ("last", last))) if others else last


def _is_exact(points: object) -> bool:
    if isinstance(points, Decimal):
        return points.is_finite()
    return isinstance(points, Fraction | int) and not isinstance(points, bool)


def _place(parts: Sequence[str]) -> str:
    return " · ".join(parts)
