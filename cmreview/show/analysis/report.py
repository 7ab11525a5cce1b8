"""The company's analysis, part by part: what the cells of its notebook display, and its workbook."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from cmreview.review.analysis.analysis import CompanyAnalysis
from cmreview.show.analysis import course, frame, requirements, service, state, trade
from cmreview.show.analysis.blocks import Block, grids, page
from cmreview.show.analysis.grid import sheet
from cmreview.show.analysis.voice import Voice
from cmreview.show.figures import Figures
from cmreview.show.html import element
from cmreview.show.packet import Part
from cmreview.show.workbook import write_book

Blocks = Callable[[Voice], list[Block]]
# Every part that holds tables, in the order of the workbook.
_WITH_TABLES: tuple[Blocks, ...] = (
    trade.trends,
    trade.customers,
    trade.concentration,
    course.seasons,
    service.service,
    requirements.passing,
    requirements.thresholds,
    course.forecast,
    state.completeness,
)


class Analysis:
    """The parts of one company's analysis in one language.

    ``source_sha256`` names the stored analysis that was read, so that the run can prove which it was.
    """

    def __init__(self, analysis: CompanyAnalysis, lang: str = "zh", source_sha256: str = "") -> None:
        self._voice = Voice(analysis, Figures(lang, analysis.currency_label))
        self._source_sha256 = source_sha256

    def __repr__(self) -> str:
        voice = self._voice
        return f"<{voice.analysis.company(voice.lang)} · {voice.analysis.year} · {voice.lang}>"

    def cover(self) -> Part:
        """Company, year, edition of the policy, purpose."""
        return Part(self._voice.say("title"), frame.cover(self._voice))

    def contents(self) -> Part:
        """The table of contents."""
        return Part(self._voice.say("heading.contents"), frame.contents(self._voice))

    def findings(self) -> Part:
        """What the figures say, on one page."""
        return self._part("findings", frame.findings)

    def trends(self) -> Part:
        """Sales by year, department, level, region and customer group."""
        return self._part("trends", trade.trends)

    def customers(self) -> Part:
        """Customers new, kept, returned and lost."""
        return self._part("customers", trade.customers)

    def concentration(self) -> Part:
        """What rests on the largest customers and managers together."""
        return self._part("concentration", trade.concentration)

    def seasons(self) -> Part:
        """Months and the year's end."""
        return self._part("seasons", course.seasons)

    def service(self) -> Part:
        """Satisfaction and complaints with their intervals."""
        return self._part("service", service.service)

    def passing(self) -> Part:
        """Pass rates by department and level."""
        return self._part("passing", requirements.passing)

    def thresholds(self) -> Part:
        """Indicators against their thresholds, and what another threshold would do."""
        return self._part("thresholds", requirements.thresholds)

    def forecast(self) -> Part:
        """Next year's totals, with the method's error on past years."""
        return self._part("forecast", course.forecast)

    def completeness(self) -> Part:
        """How complete and timely the records are."""
        return self._part("completeness", state.completeness)

    def method(self) -> Part:
        """How it was computed."""
        return self._part("method", frame.method)

    def end(self) -> Part:
        """The end mark, with what the run is checked by."""
        handed = handed_over(self._voice.analysis, self._voice.lang, self._source_sha256)
        return Part(self._voice.say("heading.method"), frame.end(self._voice), handed)

    def _part(self, name: str, blocks: Blocks) -> Part:
        heading = frame.numbered(name, self._voice)
        html = element(
            "section",
            element("h2", heading, id=f"{name}-heading"),
            page(blocks(self._voice), self._voice),
            id=name,
            class_=f"part analysis {name}",
            aria_labelledby=f"{name}-heading",
        )
        return Part(heading, html)


def handed_over(analysis: CompanyAnalysis, lang: str, source_sha256: str) -> dict[str, Any]:
    """What a run of the notebook must hand over at its end (N6)."""
    return {
        "analysis": analysis.year,
        "lang": lang,
        "findings": len(analysis.findings),
        "source_sha256": source_sha256,
        "version": analysis.version,
    }


def write_tables(analysis: CompanyAnalysis, path: Path, lang: str = "zh") -> None:
    """Write every table of the page to a workbook; the same analysis gives the same bytes."""
    voice = Voice(analysis, Figures(lang, analysis.currency_label))
    found = [frame.finding_rows(voice)]
    for blocks in _WITH_TABLES:
        found += grids(blocks(voice))
    sheets = [sheet(grid, voice.figures) for grid in found]
    write_book(sheets, path, title=voice.say("title"), year=analysis.year)
