"""The score sheets of the example's members: some strict, some mild, some unsteady, all from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from random import Random

from cmreview.policy.model import ScoreItem
from cmreview.process.events import ItemScore, Scored
from cmreview.review.model import Case
from cmreview.terms import Result

# By a member's place among the members, in hundredths of the scale: how far they lie above what a
# candidate is worth, and how far their liking for one takes the whole sheet up or down.
_LIES_ABOVE = (0, -3, 2, 4, -6, 3, -1)
_SPREAD = (2, 3, 2, 4, 3, 6, 2)
_COMMENTS = (
    "汇报条理清楚，数字与台账一致。",
    "对客户的长期需求有把握，答辩从容。",
    "业绩扎实，团队协作方面说得较少。",
    "个别数字未能当场说明来源。",
)
_MISSED = 6  # what a missed criterion costs, in the members' eyes
_CONVINCED = Fraction(81)  # whom the committee approves of against the figures has convinced it
_OF_ITEM = 3  # how far one item lies from the rest of its sheet, at most
_STEPS = 2  # members give halves of a point


def worth(case: Case | None, convinced: bool) -> Fraction:
    """What a candidate is worth to an unbiased member, in hundredths of the scale.

    ``convinced`` marks one whom the committee will approve of for reasons of its own.
    """
    points = None if case is None or case.score is None else case.score.points
    if case is None or points is None:
        return _CONVINCED if convinced else Fraction(66)
    missed = case.overall is not None and case.overall.result is Result.NOT_ELIGIBLE
    found = 78 + (points - 1) * 60 - (_MISSED if missed else 0)
    return min(max(found, _CONVINCED if convinced else Fraction(55)), Fraction(92))


def score_sheet(
    member: str,
    place: int,
    candidate: Fraction,
    rng: Random,
    items: Sequence[ScoreItem],
    scale: tuple[Decimal, Decimal],
    without: str | None = None,
) -> Scored:
    """The sheet of the member at ``place`` for a candidate of that worth, maybe ``without`` one item."""
    turn = place % len(_LIES_ABOVE)
    spread = _SPREAD[turn] * _STEPS
    liking = Fraction(rng.randint(-spread, spread), _STEPS)
    scores = []
    for item in items:
        chance = Fraction(rng.randint(-_OF_ITEM * _STEPS, _OF_ITEM * _STEPS), _STEPS)
        points = _on_scale(candidate + _LIES_ABOVE[turn] + liking + chance, scale)
        scores.append(ItemScore(item.id, None if item.id == without else points))
    comment = rng.choice(_COMMENTS) if rng.randrange(4) == 0 else None
    return Scored(member, tuple(scores), comment)


def _on_scale(hundredths: Fraction, scale: tuple[Decimal, Decimal]) -> Decimal:
    lowest, highest = scale
    inside = min(max(hundredths, Fraction(0)), Fraction(100))
    halves = round((Fraction(lowest) + (Fraction(highest) - Fraction(lowest)) * inside / 100) * _STEPS)
    return Decimal(halves) / _STEPS
