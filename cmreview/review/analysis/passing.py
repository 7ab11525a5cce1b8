"""How many meet the requirements: applicants, and everybody at the level held (Policy 3, 5.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cmreview.policy.model import Policy
from cmreview.review.analysis.settings import Settings
from cmreview.review.criteria import overall
from cmreview.review.model import Case
from cmreview.review.scrutiny.leniency import Applicant, Comparison, Passing, leniency_of


@dataclass(frozen=True, slots=True)
class Pass:
    """Applicants by department against all requirements of the level applied for; everybody with a level
    against the performance requirements of the level held, by department and by level (highest first).

    Rates of few people are kept back, and groups compared only where each is large enough.
    """

    applicants: tuple[Passing, ...]
    comparison: Comparison
    held: tuple[Passing, ...]
    held_comparison: Comparison
    by_level: tuple[Passing, ...]


def passing(cases: Iterable[Case], policy: Policy, settings: Settings) -> Pass:
    """Pass rates with their intervals, from cases that were judged already."""
    known = list(cases)
    applied = leniency_of(
        (
            Applicant(case.person.department, None, None if case.overall is None else case.overall.result)
            for case in known
            if case.application is not None
        ),
        settings.cautions,
    )
    judged = [
        (case.person.department, case.held[0].level, overall(case.held).result) for case in known if case.held
    ]
    by_department = leniency_of(
        (Applicant(department, None, result) for department, _, result in judged), settings.cautions
    )
    by_level = leniency_of((Applicant(level, None, result) for _, level, result in judged), settings.cautions)
    return Pass(
        applicants=applied.passing,
        comparison=applied.comparison,
        held=by_department.passing,
        held_comparison=by_department.comparison,
        by_level=tuple(
            sorted(by_level.passing, key=lambda each: policy.level(each.rate.group).rank, reverse=True)
        ),
    )
