"""The made-up department that the stored notebook shows: a few people of the example company."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cmreview.review.model import Case, DepartmentReview

SAMPLE = Path(__file__).parent / "sample.json"
OTHERS = 3
SOURCES = 2  # rows behind each indicator that are kept; the notebook shows none of them


def make_sample() -> DepartmentReview:
    """One department of the example company, cut to an applicant of each kind and some others.

    Reviewed by the shipped policy like any other, so that the sample follows policy and program. What
    is recorded of its applicants' cases is made up too.
    """
    from cmreview.packets.sample_company import sample_company
    from cmreview.packets.sample_course import sample_record
    from cmreview.review.case import build_review
    from cmreview.review.counting.indicators import manager_years

    records, policy = sample_company()
    frame = manager_years(records, policy)
    reviews = [review for _, review in build_review(records, policy, frame=frame).by_department]
    chosen = max(reviews, key=lambda review: (len(_kinds(review.applicants)), review.department))
    record = sample_record(tuple(_kinds(chosen.applicants).values()), policy)
    review = build_review(records, policy, frame=frame, record=record).department(chosen.department)
    return _cut(review)


def _cut(review: DepartmentReview) -> DepartmentReview:
    applicants = tuple(_with_few_sources(case) for case in _kinds(review.applicants).values())
    others = tuple(_with_few_sources(case) for case in review.others[:OTHERS])
    sales = [case.fact("sales") for case in (*applicants, *others)]
    total = sum((fact.value for fact in sales if fact and fact.value is not None), Fraction(0))
    totals = replace(review.totals, department_sales=total, department_managers=len(applicants) + len(others))
    return replace(review, applicants=applicants, others=others, totals=totals)


def _kinds(cases: Iterable[Case]) -> dict[tuple[str, str], Case]:
    """The first applicant of each target level and result."""
    found: dict[tuple[str, str], Case] = {}
    for case in cases:
        if case.application is not None:
            result = case.overall.result.value if case.overall else "awaiting"
            found.setdefault((case.application.target_level, result), case)
    return found


def _with_few_sources(case: Case) -> Case:
    kept = []
    counts: dict[str, int] = {}
    for row in case.sources:
        counts[row.indicator] = counts.get(row.indicator, 0) + 1
        if counts[row.indicator] <= SOURCES:
            kept.append(row)
    return replace(case, sources=tuple(kept))
