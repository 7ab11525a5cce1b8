"""Everybody's development after a review: gaps, the way to the next level, and a training plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cmreview.policy.catalogue import Catalogue, Path
from cmreview.policy.model import Policy
from cmreview.review import people, rules
from cmreview.review.development import seats
from cmreview.review.development.gaps import Gaps, gaps
from cmreview.review.development.own_years import own_years
from cmreview.review.development.path import CareerOutlook, History, career_outlook
from cmreview.review.development.seats import DepartmentPlan
from cmreview.review.development.training import TrainingPlan, training_plan
from cmreview.review.model import Case, Person, Review

if TYPE_CHECKING:
    import pandas as pd

    from cmreview.records.model import Records


@dataclass(frozen=True)
class Development:
    """One person's gaps, plan and way ahead after the review of ``year`` (Policy 6.1 to 6.3).

    The plan is one of the year after. ``outlook`` and ``path`` are those of the next level, None at the top.
    """

    person: Person
    year: int
    gaps: Gaps
    outlook: CareerOutlook | None
    path: Path | None
    plan: TrainingPlan


def development(case: Case, policy: Policy, catalogue: Catalogue, history: History) -> Development:
    """What follows for one person, from the verdicts of the case and the own figures of earlier years."""
    person = case.person
    above = policy.next_level(person.level)
    found = gaps(case.held, case.ahead)
    budget = rules.number(policy, "training_days")
    return Development(
        person=person,
        year=policy.year,
        gaps=found,
        outlook=career_outlook(case.ahead, person.level, policy.year, history, catalogue.outlook),
        path=None if above is None else catalogue.paths[above.id],
        plan=training_plan(person.manager_id, found, catalogue, budget, policy.year + 1),
    )


def developments(
    review: Review,
    records: Records,
    policy: Policy,
    catalogue: Catalogue,
    frame: pd.DataFrame | None = None,
) -> dict[str, Development]:
    """Everybody's, by id (Policy 6.1 to 6.3): of those who were there in the year and have not left.

    A department that errors in its records stop has none, since its figures may still change.
    """
    history: Mapping[str, History] = own_years(records, policy, catalogue.outlook, frame)
    return {
        case.person.manager_id: development(case, policy, catalogue, history.get(case.person.manager_id, {}))
        for case in sorted(review.cases, key=lambda case: case.person.manager_id)
        if case.person.department not in review.stopped
        and case.person.left_on is None
        and people.was_there(case.person, policy.year)
    }


def department_plans(found: Mapping[str, Development], catalogue: Catalogue) -> dict[str, DepartmentPlan]:
    """Each department's plan; the seats are shared out once, for the whole company (Policy 6.1, 6.2)."""
    plans = [each.plan for each in found.values()]
    members: dict[str, list[str]] = {}
    for manager, each in found.items():
        members.setdefault(each.person.department, []).append(manager)
    return seats.department_plans(plans, catalogue, {name: members[name] for name in sorted(members)})
