"""What a report notebook opens: one department's prepared review, or the company's stored analysis."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from cmreview.packets.analysis_sample import ANALYSIS_SAMPLE
from cmreview.packets.sample import SAMPLE
from cmreview.review.store import load
from cmreview.show.packet import Packet

if TYPE_CHECKING:
    from cmreview.show.analysis.report import Analysis


def open_packet(review_file: str = "", lang: str = "zh") -> Packet:
    """The packet of the review stored at ``review_file``; of the shipped, made-up sample for an empty one.

    FileError where there is no such file, or it is not a prepared review.
    """
    path = Path(review_file) if review_file else SAMPLE
    review = load(path)
    return Packet(review, lang, source_sha256=sha256(path.read_bytes()).hexdigest())


def open_analysis(analysis_file: str = "", lang: str = "zh") -> Analysis:
    """The company's analysis stored at ``analysis_file``; the shipped, made-up sample for an empty one.

    FileError where there is no such file, or it is not a stored analysis. Policy 5.3.
    """
    # not at the top: the analysis brings Ibis and SciPy, a second that no packet has use for
    from cmreview.review.analysis import store as analyses
    from cmreview.show.analysis.report import Analysis

    path = Path(analysis_file) if analysis_file else ANALYSIS_SAMPLE
    analysis = analyses.load(path)
    return Analysis(analysis, lang, source_sha256=sha256(path.read_bytes()).hexdigest())
