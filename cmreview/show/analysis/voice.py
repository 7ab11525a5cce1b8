"""What every part of the analysis speaks with: the analysis, the reader's language, and names for lines."""

from __future__ import annotations

from dataclasses import dataclass

from cmreview.review.analysis.analysis import CompanyAnalysis
from cmreview.review.analysis.parts import Parts
from cmreview.review.analysis.service import Kept
from cmreview.review.analysis.trends import Dimension, Line, LineKind
from cmreview.review.scrutiny.leniency import Comparison
from cmreview.review.told import Told
from cmreview.show.figures import Figures
from cmreview.words import say


@dataclass(frozen=True, slots=True)
class Voice:
    """What a part needs to speak."""

    analysis: CompanyAnalysis
    figures: Figures

    @property
    def lang(self) -> str:
        """The reader's language."""
        return self.figures.lang

    @property
    def parts(self) -> Parts:
        """What was counted."""
        return self.analysis.parts

    def say(self, key: str, **values: object) -> str:
        """The text ``analysis_show.<key>``."""
        return say(f"analysis_show.{key}", self.lang, **values)

    def tell(self, told: Told) -> str:
        """A sentence of the analysis."""
        return told.text(self.lang, self.figures.currency)

    def level(self, level_id: str) -> str:
        """A level's name."""
        return self.analysis.level(level_id, self.lang)

    def month(self, month: int) -> str:
        """A month's name, January is 1."""
        return say(f"analysis.month.m{month}", self.lang)

    def year(self, year: int, is_part: bool) -> str:
        """A year; one that the records cover only in part has a mark."""
        return self.say("part_year", year=year) if is_part else str(year)

    def line(self, dimension: Dimension, line: Line) -> str:
        """The name of a department, level, region or group, or of what stands in for one."""
        if line.kind is LineKind.REST:
            return self.say("trends.rest", count=line.of)
        if line.kind is LineKind.UNSTATED:
            return self.say(f"trends.unstated.{dimension.value}")
        return self.level(line.name) if dimension is Dimension.LEVEL else line.name

    def kept(self, kept: Kept | None) -> str | None:
        """Why a rate is not told, in a word or two."""
        return None if kept is None else self.say(f"kept.{kept.value}")

    def not_compared(self, comparison: Comparison) -> str | None:
        """Why groups are not compared; None where they are."""
        reason = comparison.reason
        if reason is None:
            return None
        return self.say(f"not_compared.{reason.key.rsplit('.', 1)[-1]}", **dict(reason.values))
