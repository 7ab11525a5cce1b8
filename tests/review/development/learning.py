"""Verdicts, courses and people by hand, for the tests of training and career."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from cmreview.policy.catalogue import Catalogue, Course, Method, Outlook, Path, Run, Skill, Topic
from cmreview.policy.model import Group, Policy
from cmreview.review.criteria import judge
from cmreview.review.development.gaps import gaps
from cmreview.review.development.training import TrainingPlan, training_plan
from cmreview.review.model import Fact, Told, Verdict
from cmreview.terms import INDICATORS, Label
from tests.builders import make_policy

POLICY = make_policy()
YEAR = 2026

# A figure of every indicator that meets every level of the policy by hand.
ENOUGH: Mapping[str, Fraction | None] = {
    "degree": Fraction(5),
    "service_years": Fraction(20),
    "level_years": Fraction(10),
    "exam": Fraction(1),
    "industry_influence": Fraction(9),
    "sales": Fraction(90_000_000),
    "sales_growth": Fraction(2),
    "sales_share": Fraction(1, 2),
    "new_customers": Fraction(99),
    "new_customer_growth": Fraction(2),
    "satisfaction": Fraction(1),
    "complaint_rate": Fraction(0),
    "key_customers": Fraction(9),
    "long_term_share": Fraction(1),
    "major_projects": Fraction(9),
}


def judged(
    level: str,
    *,
    policy: Policy = POLICY,
    group: Group | None = None,
    parts: Mapping[str, tuple[int, int]] | None = None,
    **values: Fraction | int | str | None,
) -> tuple[Verdict, ...]:
    """The verdicts of a level on figures that are ``ENOUGH`` but for ``values``; None is no evidence.

    ``parts`` gives numerator and denominator of a quotient, which is then its value (a growth: of now over
    before).
    """
    found = []
    for criterion in policy.criteria_for(level, group):
        name = criterion.indicator
        value = values.get(name, ENOUGH[name])
        exact = None if value is None else Fraction(value)
        over, under = (parts or {}).get(name, (None, None))
        if over is not None and under is not None:
            exact = Fraction(over, under) - ("growth" in name)
        elif name == "satisfaction":
            over, under = (None if exact is None else exact * 100), 100
        fact = Fact(
            name,
            INDICATORS[name].unit,
            exact,
            None if over is None else Fraction(over),
            None if under is None else Fraction(under),
            over_level=criterion.over_level,
            remark=Told("review.evidence.not_in_records") if exact is None else None,
        )
        found.append(judge(criterion, [fact], policy))
    return tuple(found)


def held(level: str, **values: Fraction | int | str | None) -> tuple[Verdict, ...]:
    """The performance verdicts of the level held."""
    return judged(level, group=Group.PERFORMANCE, **values)


def run(first: str, last: str | None = None) -> Run:
    """A run of the year, days as ``03-10``."""
    return Run(date.fromisoformat(f"{YEAR}-{first}"), date.fromisoformat(f"{YEAR}-{last or first}"))


def course(
    id_: str,
    serves: Sequence[str] = ("sales",),
    *,
    levels: Sequence[str] = ("junior", "intermediate", "senior"),
    days: int | str = 1,
    seats: int | None = 10,
    runs: Sequence[Run] | None = None,
    method: Method = Method.INTERNAL,
) -> Course:
    """A course that a test needs."""
    return Course(
        id=id_,
        title=Label(f"课程{id_}", f"course {id_}"),
        topic=Topic.SALES_SKILLS,
        method=method,
        levels=tuple(levels),
        serves=tuple(serves),
        skills=("skill",),
        days=Fraction(days),
        seats=seats,
        runs=(run("03-10"),) if runs is None else tuple(runs),
    )


def catalogue(*courses: Course) -> Catalogue:
    """A catalogue of these courses; every level asks for one skill."""
    skill = Skill("skill", Label("能力", "skill"))
    levels = ("junior", "intermediate", "senior")
    paths = {level: Path(level, Label("方向", "direction"), (skill,)) for level in levels}
    return Catalogue({each.id: each for each in courses}, paths, Outlook(5, 2, None))


def plan_of(
    manager: str,
    offered: Catalogue,
    lacking: Sequence[Verdict] = (),
    above: Sequence[Verdict] = (),
    budget: Fraction | int | None = 10,
) -> TrainingPlan:
    """A person's plan of the year for these verdicts."""
    exact = None if budget is None else Fraction(budget)
    return training_plan(manager, gaps(lacking, above), offered, exact, YEAR)
