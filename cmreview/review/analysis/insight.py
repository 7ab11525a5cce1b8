"""One finding of the company's analysis: a sentence, what it rests on, how much it matters (Policy 5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cmreview.review.told import Figure, Told
from cmreview.terms import Label

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
