"""The made-up analysis that the stored notebook shows: sums of the example company, nobody by name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cmreview.review.analysis.analysis import CompanyAnalysis

ANALYSIS_SAMPLE = Path(__file__).parent / "analysis_sample.json"


def make_analysis_sample() -> CompanyAnalysis:
    """The example company's year, analysed by the shipped policy like any other."""
    from cmreview.packets.sample_company import sample_company
    from cmreview.review.analysis.analysis import build_analysis

    return build_analysis(*sample_company())
