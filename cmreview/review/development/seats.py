"""Many personal plans together: who gets which seat, what is over, and what the people need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cmreview.policy.catalogue import Catalogue, Course, Run
from cmreview.review.development.gaps import Gap, Priority
from cmreview.review.development.training import PlanLine, TrainingPlan, Why, clashes, offers_for, serves


@dataclass(frozen=True, slots=True)
class Placement:
    """A seat that a person gets: the line as placed, and the one planned where it is another.

    ``line`` and ``planned`` differ in their run (another date) or in their course (another one that
    serves the gap).
    """

    manager_id: str
    line: PlanLine
    planned: PlanLine

    @property
    def is_moved(self) -> bool:
        """Whether it is on other days, or another course, than in the personal plan."""
        return (self.line.course.id, self.line.run) != (self.planned.course.id, self.planned.run)


@dataclass(frozen=True, slots=True)
class WithoutSeat:
    """A line of a personal plan for which there was no seat, and the gaps that stay without training.

    ``after_equals``: somebody of the same priority got a seat, and only the order of the ids parted them.
    """

    manager_id: str
    planned: PlanLine
    gaps: tuple[Gap, ...]
    why: Why
    after_equals: bool


@dataclass(frozen=True, slots=True)
class SeatCount:
    """One run of a course: seats (None: no limit), how many plans ask for it, how many people got one."""

    course: Course
    run: Run
    seats: int | None
    wanted: int
    given: int

    @property
    def over(self) -> int:
        """How many more ask for it than there are seats."""
        return 0 if self.seats is None else max(0, self.wanted - self.seats)


@dataclass(frozen=True, slots=True)
class Need:
    """How many people lack one indicator for one level: what a department needs (Policy 6.1)."""

    indicator: str
    level: str
    people: int


@dataclass(frozen=True)
class DepartmentPlan:
    """Several people's training together (Policy 6.1, 6.2). Placements by person, then date."""

    year: int
    placements: tuple[Placement, ...]
    without: tuple[WithoutSeat, ...]
    seats: tuple[SeatCount, ...]
    needs: tuple[Need, ...]

    @property
    def days(self) -> Fraction:
        """The days of all placements."""
        return sum((each.line.course.days for each in self.placements), Fraction(0))


def department_plan(plans: Sequence[TrainingPlan], catalogue: Catalogue) -> DepartmentPlan:
    """Seats for everybody's plans, the most urgent line first, equals by id (Policy 6.1, 6.2).

    Where the planned run is full or clashes with what the person was given already, another run is
    taken, else another course for the same gap that the person's days allow; who can't be placed is told.
    No run is ever given to more people than it has seats, and the order of ``plans`` changes nothing.
    ValueError for two plans of one person or plans of different years.
    """
    return department_plans(plans, catalogue, {"": [plan.manager_id for plan in plans]})[""]


def department_plans(
    plans: Sequence[TrainingPlan], catalogue: Catalogue, members: Mapping[str, Collection[str]]
) -> dict[str, DepartmentPlan]:
    """The same for several departments that share the seats: ``plans`` are the whole company's.

    A department is told its own ``members``' lines and the runs that concern them. Raises as
    ``department_plan``.
    """
    ids = [plan.manager_id for plan in plans]
    if len(set(ids)) < len(ids) or len({plan.year for plan in plans}) > 1:
        raise ValueError("one plan a person, all of one year")
    desk = _Desk(plans, catalogue)
    claims = sorted(
        ((line, plan.manager_id) for plan in plans for line in plan.lines),
        key=lambda claim: (claim[0].priority, claim[1], claim[0].run, claim[0].course.id),
    )
    # whom only a later line of their own plan kept from another date is looked at again at the end
    waiting = [(line, manager) for line, manager in claims if not desk.place(manager, line)]
    for line, manager in waiting:
        if not desk.place(manager, line):
            desk.refuse(manager, line)
    return {name: _told(plans, desk, frozenset(own)) for name, own in members.items()}


class _Desk:
    """Seats as they are given out; the only thing here that changes."""

    def __init__(self, plans: Sequence[TrainingPlan], catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.plans = {plan.manager_id: plan for plan in plans}
        self.pending = {plan.manager_id: list(plan.lines) for plan in plans}
        self.placed: dict[str, list[PlanLine]] = {plan.manager_id: [] for plan in plans}
        self.slack = {plan.manager_id: plan.slack for plan in plans}
        self.holders: dict[tuple[str, Run], list[Priority]] = {}
        self.placements: list[Placement] = []
        self.without: list[WithoutSeat] = []

    def place(self, manager: str, planned: PlanLine) -> bool:
        """Give the person a seat for one line of the plan; False where there is none."""
        if planned in self.pending[manager]:
            self.pending[manager].remove(planned)
        line = next(self._ways(manager, planned), None)
        if line is None:
            return False
        self.placed[manager].append(line)
        self.holders.setdefault((line.course.id, line.run), []).append(planned.priority)
        self.placements.append(Placement(manager, line, planned))
        self._spare(manager, planned.course.days - line.course.days)
        unserved = tuple(gap for gap in planned.gaps if gap not in line.gaps)
        if unserved:
            self.without.append(self._refused(manager, planned, unserved))
        return True

    def refuse(self, manager: str, planned: PlanLine) -> None:
        """Say that there is no seat, and free the days."""
        self.without.append(self._refused(manager, planned, planned.gaps))
        self._spare(manager, planned.course.days)

    def _ways(self, manager: str, planned: PlanLine) -> Iterator[PlanLine]:
        """The planned run, the course's other runs, then the other courses that the days allow."""
        own = {line.course.id for line in self.plans[manager].lines}
        own |= {line.course.id for line in self.placed[manager]}
        slack = self.slack[manager]
        others = [
            course
            for course in offers_for(planned.gaps[0], planned.gaps, self.catalogue, self._year(manager))
            if course.id not in own and (slack is None or course.days <= planned.course.days + slack)
        ]
        kept_free = (*self.placed[manager], *self.pending[manager])
        for course in (planned.course, *others):
            served = tuple(gap for gap in planned.gaps if serves(course, gap))
            runs = course.runs_in(self._year(manager))
            for run in sorted(runs, key=lambda run: (run != planned.run, run)):
                if self._is_free(course, run) and not clashes(course, run, kept_free):
                    yield PlanLine(course, run, served)

    def _year(self, manager: str) -> int:
        return self.plans[manager].year

    def _is_free(self, course: Course, run: Run) -> bool:
        return course.seats is None or len(self.holders.get((course.id, run), ())) < course.seats

    def _spare(self, manager: str, days: Fraction) -> None:
        slack = self.slack[manager]
        self.slack[manager] = None if slack is None else slack + days

    def _refused(self, manager: str, planned: PlanLine, gaps: tuple[Gap, ...]) -> WithoutSeat:
        course, runs = planned.course, planned.course.runs_in(self._year(manager))
        is_full = any(not self._is_free(course, run) for run in runs)
        equals = any(planned.priority in self.holders.get((course.id, run), ()) for run in runs)
        return WithoutSeat(manager, planned, gaps, Why.FULL if is_full else Why.CONFLICT, is_full and equals)


def _told(plans: Sequence[TrainingPlan], desk: _Desk, told: frozenset[str]) -> DepartmentPlan:
    own = [plan for plan in plans if plan.manager_id in told]
    placements = [each for each in desk.placements if each.manager_id in told]
    return DepartmentPlan(
        year=plans[0].year if plans else 0,
        placements=tuple(
            sorted(placements, key=lambda each: (each.manager_id, each.line.run, each.line.course.id))
        ),
        without=tuple(
            sorted(
                (each for each in desk.without if each.manager_id in told),
                key=lambda each: (each.planned.priority, each.manager_id, each.planned.course.id),
            )
        ),
        seats=tuple(_counts(plans, desk.placements, own, told)),
        needs=_needs(own),
    )


def _counts(
    plans: Iterable[TrainingPlan],
    placements: Iterable[Placement],
    own: Iterable[TrainingPlan],
    told: Collection[str],
) -> Iterator[SeatCount]:
    wanted = Counter((line.course.id, line.run) for plan in plans for line in plan.lines)
    given = Counter((each.line.course.id, each.line.run) for each in placements)
    concerned = {(line.course.id, line.run): line.course for plan in own for line in plan.lines}
    for each in placements:
        if each.manager_id in told:
            concerned[each.line.course.id, each.line.run] = each.line.course
    for key in sorted(concerned):
        course = concerned[key]
        yield SeatCount(course, key[1], course.seats, wanted[key], given[key])


def _needs(plans: Iterable[TrainingPlan]) -> tuple[Need, ...]:
    found: Counter[tuple[str, str]] = Counter()
    for plan in plans:
        gaps = [gap for line in plan.lines for gap in line.gaps] + [each.gap for each in plan.unserved]
        found.update({(gap.indicator, gap.level) for gap in gaps})
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Need(indicator, level, people) for (indicator, level), people in ordered)
