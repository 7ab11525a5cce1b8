"""A personal training plan: for each gap the course that serves it, within the budget of days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from cmreview.policy.catalogue import Catalogue, Course, Run
from cmreview.review.development.gaps import Gap, Gaps, Priority


class Why(StrEnum):
    """Why nothing in the plan trains for a gap."""

    NO_COURSE = "no_course"  # the catalogue has none
    NO_RUN = "no_run"  # none begins in the year
    NO_DAYS = "no_days"  # the budget is spent
    CONFLICT = "conflict"  # every run falls on the days of a more urgent course
    FULL = "full"  # every run is taken


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One course of a plan, one of its runs, and the gaps behind it, the most urgent first (never none)."""

    course: Course
    run: Run
    gaps: tuple[Gap, ...]

    @property
    def priority(self) -> Priority:
        """That of its most urgent gap."""
        return min(gap.priority for gap in self.gaps)


@dataclass(frozen=True, slots=True)
class Unserved:
    """A gap that nothing in the plan trains for; ``courses`` are those that would have."""

    gap: Gap
    why: Why
    courses: tuple[Course, ...] = ()


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """A person's plan of one calendar year (培训计划, Policy 6.1).

    ``budget`` is the most days, None while the policy leaves it open: then every course that serves a gap
    stands in the plan. ``slack`` is what is left of it.
    """

    manager_id: str
    year: int
    budget: Fraction | None
    lines: tuple[PlanLine, ...]
    unserved: tuple[Unserved, ...]

    @property
    def days(self) -> Fraction:
        """The days of all courses."""
        return sum((line.course.days for line in self.lines), Fraction(0))

    @property
    def slack(self) -> Fraction | None:
        """Days of the budget that the courses leave; None without one."""
        return None if self.budget is None else self.budget - self.days


def training_plan(
    manager_id: str, gaps: Gaps, catalogue: Catalogue, budget: Fraction | None, year: int
) -> TrainingPlan:
    """The courses of ``year`` for a person's gaps, the most urgent gap first (Policy 6.1, 6.2).

    A course serves a gap where it names its indicator and its level. A gap that a chosen course serves needs
    no other; else the course that serves most of the gaps still open is taken, of these the one that takes
    the fewest days, then by id, as far as the budget goes and at a time that no chosen course needs.
    """
    wanted = list(gaps.by_priority)
    lines: list[PlanLine] = []
    unserved: list[Unserved] = []
    while wanted:
        offers = offers_for(wanted[0], wanted, catalogue, year)
        left = None if budget is None else budget - sum(line.course.days for line in lines)
        within = [course for course in offers if left is None or course.days <= left]
        line = next(_timed(within, wanted, lines, year), None)
        if line is None:
            why = _why(wanted[0], catalogue, offers, within)
            unserved.append(Unserved(wanted[0], why, tuple(offers)))
            wanted = wanted[1:]
        else:
            lines.append(line)
            wanted = [gap for gap in wanted if gap not in line.gaps]
    lines.sort(key=lambda line: (line.priority, line.run, line.course.id))
    return TrainingPlan(manager_id, year, budget, tuple(lines), tuple(unserved))


def serves(course: Course, gap: Gap) -> bool:
    """Whether a course is meant for what a gap lacks, at the level that asks for it."""
    return gap.indicator in course.serves and gap.level in course.levels


def offers_for(gap: Gap, wanted: Sequence[Gap], catalogue: Catalogue, year: int) -> list[Course]:
    """The courses that serve a gap and are given in ``year``: those that serve most of ``wanted`` first."""
    found = [course for course in catalogue.courses.values() if serves(course, gap) and course.runs_in(year)]
    return sorted(
        found, key=lambda course: (-sum(serves(course, each) for each in wanted), course.days, course.id)
    )


def clashes(course: Course, run: Run, lines: Iterable[PlanLine]) -> bool:
    """Whether a run falls on days that another of the person's courses needs."""
    return not course.at_own_pace and any(
        run.overlaps(line.run) for line in lines if not line.course.at_own_pace
    )


def _timed(
    offers: Sequence[Course], wanted: Sequence[Gap], lines: Sequence[PlanLine], year: int
) -> Iterator[PlanLine]:
    for course in offers:
        for run in course.runs_in(year):
            if not clashes(course, run, lines):
                yield PlanLine(course, run, tuple(gap for gap in wanted if serves(course, gap)))


def _why(gap: Gap, catalogue: Catalogue, offers: Sequence[Course], within: Sequence[Course]) -> Why:
    if offers:
        return Why.CONFLICT if within else Why.NO_DAYS
    is_known = any(serves(course, gap) for course in catalogue.courses.values())
    return Why.NO_RUN if is_known else Why.NO_COURSE
