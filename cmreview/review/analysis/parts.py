"""What is counted for the company's analysis, before anything is said of it (Policy 5.3)."""

from __future__ import annotations

from dataclasses import dataclass

from cmreview.review.analysis.completeness import Completeness
from cmreview.review.analysis.concentration import Concentration
from cmreview.review.analysis.customers import Customers
from cmreview.review.analysis.forecast import Forecast
from cmreview.review.analysis.passing import Pass
from cmreview.review.analysis.seasons import Seasons
from cmreview.review.analysis.service import Service
from cmreview.review.analysis.thresholds import Spread
from cmreview.review.analysis.trends import Trends
from cmreview.terms import Label


@dataclass(frozen=True)
class Parts:
    """What is counted, before anything is said of it."""

    year: int
    years: tuple[int, ...]
    levels: tuple[tuple[str, Label], ...]
    stopped: tuple[str, ...]
    fewest_for_rate: int | None
    trends: Trends
    customers: Customers
    concentration: tuple[Concentration, ...]
    seasons: Seasons
    service: Service
    passing: Pass
    thresholds: tuple[Spread, ...]
    forecasts: tuple[Forecast, ...]
    completeness: Completeness
