"""What the figures say, in sentences with their numbers, most important first (Policy 5.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cmreview.review.told import Figure, Told
from cmreview.terms import Label

if TYPE_CHECKING:
    from cmreview.review.analysis.analysis import Parts


Values = tuple[tuple[str, str | Label | Figure | Told], ...]


class Weight(StrEnum):
    """How much a finding matters to whoever reads one page: what limits all others comes first."""

    CAVEAT = "caveat"
    HEADLINE = "headline"
    ATTENTION = "attention"
    BACKGROUND = "background"


@dataclass(frozen=True, slots=True)
class Insight:
    """One sentence with its numbers, what it rests on, and the ``part`` that shows the whole."""

    weight: Weight
    part: str
    told: Told
    basis: Told


def findings(parts: Parts) -> tuple[Insight, ...]:
    """Every finding that the figures give; within a weight in the order of the parts."""
    from cmreview.review.analysis import findings_of_people, findings_of_trade

    found = [*findings_of_trade.insights(parts), *findings_of_people.insights(parts)]
    return tuple(by_weight(found))


def by_weight(found: Sequence[Insight]) -> Iterator[Insight]:
    """The findings, weightiest first, otherwise in their order."""
    for weight in Weight:
        yield from (each for each in found if each.weight is weight)
