"""The made-up analysis that the stored notebook shows: sums of the example company, nobody by name."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cmreview.review.analysis.analysis import CompanyAnalysis

ANALYSIS_SAMPLE = Path(__file__).parent / "analysis_sample.json"
YEAR = 2025


def make_analysis_sample() -> CompanyAnalysis:
    """The example company's year, analysed by the shipped policy like any other."""
    from cmreview.policy.load import DEFAULT, load_sound_policy
    from cmreview.records.example.company import write_example
    from cmreview.records.opening import open_records
    from cmreview.review.analysis.analysis import build_analysis
    from cmreview.review.case import expectations

    project = Path(__file__).resolve().parents[2]  # not the working folder, whose policy may be another
    policy = load_sound_policy(project / DEFAULT, YEAR)
    with TemporaryDirectory() as folder:
        write_example(Path(folder))
        records = open_records(Path(folder), expectations=expectations(policy))
    return build_analysis(records, policy)
