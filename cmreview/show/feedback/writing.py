"""What every feedback letter of a run has in common: names, the day, and how things are told (Policy 7.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cmreview.review.told import Told
from cmreview.show.development_rows import Teller
from cmreview.show.figures import NOTHING, Figures
from cmreview.show.papers.source import Archive


@dataclass(frozen=True)
class Writing:
    """What every letter of a run has in common: the company's names, the day, how figures are told."""

    archive: Archive
    dated: date

    @property
    def lang(self) -> str:
        """The letters' language."""
        return self.archive.lang

    @property
    def figures(self) -> Figures:
        """How figures are written."""
        return Figures(self.archive.lang, self.archive.currency)

    @property
    def teller(self) -> Teller:
        """What speaks of training; it knows nobody's name."""
        return Teller(self.figures, {level.id: level.label for level in self.archive.policy.levels}, {})

    def level(self, level_id: str | None) -> str:
        """A level's name; a dash where none is held."""
        return self.archive.level(level_id) or NOTHING

    def tell(self, told: Told) -> str:
        """A sentence of the review."""
        return told.text(self.archive.lang, self.archive.currency)
