"""The made-up department that the stored notebook shows: a few people of the example company."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cmreview.review.model import Case, DepartmentReview

SAMPLE = Path(__file__).parent / "sample.json"
YEAR = 2025
OTHERS = 3
SOURCES = 2  # rows behind each indicator that are kept; the notebook shows none of them


def make_sample() -> DepartmentReview:
    """One department of the example company, cut to an applicant of each kind and some others.

    Reviewed by the shipped policy like any other, so that the sample follows policy and program.
    """
    from cmreview.packets.prepare import Request, prepare
    from cmreview.policy.load import DEFAULT
    from cmreview.records.example.company import write_example

    project = Path(__file__).resolve().parents[2]  # not the working folder, whose policy may be another
    with TemporaryDirectory() as folder:
        records = Path(folder, "records")
        write_example(records)
        prepared = prepare(Request(YEAR, records, Path(folder), policy=project / DEFAULT))
    reviews = [department.review for department in prepared.departments if department.review is not None]
    return _cut(max(reviews, key=lambda review: (len(_kinds(review.applicants)), review.department)))


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
