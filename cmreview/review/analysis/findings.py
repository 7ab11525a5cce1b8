"""What the figures say, in sentences with their numbers, most important first (Policy 5.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cmreview.review.analysis import findings_of_people, findings_of_trade
from cmreview.review.analysis.insight import Insight, Weight
from cmreview.review.analysis.parts import Parts

if TYPE_CHECKING:
    from cmreview.review.analysis.parts import Parts


def findings(parts: Parts) -> tuple[Insight, ...]:
    """Every finding that the figures give; within a weight in the order of the parts."""
    found = [*findings_of_trade.insights(parts), *findings_of_people.insights(parts)]
    return tuple(by_weight(found))


def by_weight(found: Sequence[Insight]) -> Iterator[Insight]:
    """The findings, weightiest first, otherwise in their order."""
    for weight in Weight:
        yield from (each for each in found if each.weight is weight)
