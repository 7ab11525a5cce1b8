"""The company's analysis of a year, put together: every part, and what they say (Policy 5.3)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from cmreview.exact_json import canonical, encode
from cmreview.policy.model import Policy
from cmreview.review.analysis.completeness import completeness
from cmreview.review.analysis.concentration import concentration
from cmreview.review.analysis.customers import customers
from cmreview.review.analysis.findings import findings
from cmreview.review.analysis.forecast import forecasts
from cmreview.review.analysis.insight import Insight
from cmreview.review.analysis.material import material
from cmreview.review.analysis.parts import Parts
from cmreview.review.analysis.passing import passing
from cmreview.review.analysis.seasons import seasons
from cmreview.review.analysis.service import service
from cmreview.review.analysis.settings import Settings
from cmreview.review.analysis.thresholds import thresholds
from cmreview.review.analysis.trends import trends
from cmreview.terms import Label

if TYPE_CHECKING:
    import pandas as pd

    from cmreview.records.model import Records
    from cmreview.review.model import Review

_NOT_DATA = ("data_sha256", "policy_sha256", "version")


@dataclass(frozen=True)
class CompanyAnalysis:
    """A year of the company for its management: sums by department, and no person by name or id.

    ``stopped`` departments have errors in their records, so that their rows may be missing from every sum.
    """

    company: Label
    edition: str
    currency: str
    currency_label: Label
    settings: Settings
    parts: Parts
    findings: tuple[Insight, ...]
    data_sha256: str
    policy_sha256: str
    version: str

    @property
    def year(self) -> int:
        """The year that is analysed."""
        return self.parts.year

    def level(self, level_id: str | None, lang: str) -> str:
        """A level's label; a dash where none is held."""
        return next((label(lang) for known, label in self.parts.levels if known == level_id), "—")


def build_analysis(
    records: Records,
    policy: Policy,
    *,
    review: Review | None = None,
    frame: pd.DataFrame | None = None,
) -> CompanyAnalysis:
    """The analysis of the policy's year from what all departments handed in (Policy 5.3).

    ``review`` and ``frame`` (``manager_years``) are taken where they are at hand; they must come from the
    same records and policy.
    """
    from cmreview import __version__
    from cmreview.review.case import build_review
    from cmreview.review.counting.indicators import manager_years

    frame = manager_years(records, policy) if frame is None else frame
    review = build_review(records, policy, frame=frame) if review is None else review
    found = material(records, policy, frame)
    years = trends(found)
    parts = Parts(
        year=policy.year,
        years=found.years,
        levels=tuple((level.id, level.label) for level in policy.levels),
        stopped=tuple(sorted(review.stopped)),
        fewest_for_rate=found.settings.cautions.fewest_for_rate,
        trends=years,
        customers=customers(found),
        concentration=concentration(found),
        seasons=seasons(found),
        service=service(found),
        passing=passing(review.cases, policy, found.settings),
        thresholds=thresholds(review.cases, policy, found.settings, records.currency.code),
        forecasts=forecasts(found, years),
        completeness=completeness(found, records),
    )
    analysis = CompanyAnalysis(
        company=policy.company,
        edition=policy.edition,
        currency=records.currency.code,
        currency_label=records.currency.label,
        settings=found.settings,
        parts=parts,
        findings=findings(parts),
        data_sha256="",
        policy_sha256=policy.sha256,
        version=__version__,
    )
    return replace(analysis, data_sha256=data_sha256(analysis))


def data_sha256(analysis: CompanyAnalysis) -> str:
    """SHA-256 over all that an analysis holds, but for its own hashes and the program's version."""
    encoded = encode(analysis)
    return sha256(
        canonical({name: value for name, value in encoded.items() if name not in _NOT_DATA})
    ).hexdigest()
