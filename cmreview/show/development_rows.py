"""What stands in the tables of training and career, before it is shown as a page, a workbook or a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cmreview.policy.catalogue import Catalogue, Course, Path, Run
from cmreview.review.criteria import shortfall
from cmreview.review.development.development import Development
from cmreview.review.development.gaps import Gap
from cmreview.review.development.path import CareerOutlook, Reach
from cmreview.review.development.seats import DepartmentPlan
from cmreview.review.development.training import PlanLine, TrainingPlan, Why
from cmreview.show.figures import NOTHING, Figures, indicator_label
from cmreview.show.voice import criterion_label
from cmreview.terms import MARKS, OUTCOMES, Label
from cmreview.words import say

Value = str | date | Fraction | int | None


@dataclass(frozen=True, slots=True)
class Rows:
    """One table: caption, heads, values.

    ``figures`` are the columns set flush right, ``widths`` the columns' shares of a page in percent (none:
    as the words need).
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    figures: frozenset[int] = frozenset()
    widths: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Teller:
    """What speaks of training: the reader's figures and language, the levels' names, people's names."""

    figures: Figures
    levels: Mapping[str, Label]
    names: Mapping[str, str]

    @property
    def lang(self) -> str:
        """The reader's language."""
        return self.figures.lang

    def phrase(self, key: str, **values: object) -> str:
        """The text ``development.<key>``."""
        return say(f"development.{key}", self.lang, **values)

    def level(self, level: str | None) -> str:
        """A level's name; a dash where none is held."""
        return NOTHING if level is None or level not in self.levels else self.levels[level](self.lang)

    def person(self, manager: str) -> str:
        """Name and id: two people may share a name."""
        return say("packet.person", self.lang, name=self.names.get(manager, manager), id=manager)

    def between(self, parts: Sequence[str]) -> str:
        """Several clauses in one cell."""
        return say("packet.semicolon", self.lang).join(parts)

    def gap(self, gap: Gap) -> str:
        """The gap behind a line of a plan: level, clause and what is lacking."""
        lacking = shortfall(gap.verdict).text(self.lang, self.figures.currency)
        return self.phrase("show.behind", level=self.level(gap.level), clause=gap.criterion, gap=lacking)

    def run(self, run: Run) -> str:
        """First and last day; a single day once."""
        first, last = self.figures.short_day(run.first), self.figures.short_day(run.last)
        return first if run.first == run.last else f"{first} – {last}"

    def course(self, course: Course) -> str:
        """Title and id."""
        return self.phrase("show.course_id", title=course.title(self.lang), id=course.id)

    def courses(self, courses: Sequence[Course]) -> str:
        """Several of them."""
        return say("packet.comma", self.lang).join(self.course(course) for course in courses)

    def why(self, why: Why) -> str:
        """Why nothing trains for a gap."""
        return self.phrase(f"why.{why.value}")


def gap_rows(found: Development, teller: Teller) -> Rows:
    """The gaps to the level held and to the next one."""
    figures = teller.figures
    rows: list[tuple[Value, ...]] = []
    for gap in (*found.gaps.held, *found.gaps.above):
        verdict = gap.verdict
        told = [gap.told.text(teller.lang, figures.currency)]
        if gap.natural is not None:
            told.append(gap.natural.text(teller.lang, figures.currency))
        rows.append(
            (
                teller.phrase(f"towards.{gap.towards.value}", level=teller.level(gap.level)),
                gap.criterion,
                criterion_label(verdict, teller.level, teller.lang),
                figures.fact(verdict.fact, verdict.threshold),
                figures.threshold(verdict, verdict.threshold),
                f"{MARKS[verdict.outcome]} {OUTCOMES[verdict.outcome](teller.lang)}",
                teller.between(told),
            )
        )
    keys = ("level", "clause", "criterion", "value", "threshold", "outcome", "gap")
    caption = teller.phrase("show.gaps_caption", name=teller.person(found.person.manager_id))
    widths = (12, 8, 20, 11, 10, 11, 28)
    return Rows(caption, _heads(keys, teller), tuple(rows), frozenset({3, 4}), widths)


def step_rows(outlook: CareerOutlook, person: str, teller: Teller) -> Rows:
    """Every criterion of the next level: how and when it comes to be met."""
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            step.criterion,
            criterion_label(step.verdict, teller.level, teller.lang),
            step.told.text(teller.lang, teller.figures.currency),
            NOTHING if step.year is None or step.reach is Reach.MET else str(step.year),
            teller.phrase("show.binding") if step in outlook.binding else None,
        )
        for step in outlook.steps
    )
    caption = teller.phrase(
        "show.path_caption", level=teller.level(outlook.level), name=teller.person(person)
    )
    keys = ("clause", "criterion", "how", "year", "decides")
    return Rows(caption, _heads(keys, teller), rows, widths=(9, 27, 42, 11, 11))


def skill_rows(path: Path, catalogue: Catalogue, teller: Teller) -> Rows:
    """The skills that a level asks for, and the courses that teach them (Policy 6.3)."""
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (skill.label(teller.lang), teller.courses(catalogue.teaching(skill.id)) or None)
        for skill in path.skills
    )
    caption = teller.phrase("show.skills_caption", level=teller.level(path.level))
    return Rows(caption, _heads(("skill", "courses"), teller), rows)


def plan_rows(plan: TrainingPlan, teller: Teller) -> Rows:
    """One person's courses, each with the gap behind it (Policy 6.1)."""
    rows = tuple((*_course_cells(line, teller), *_reason_cells(line, teller)) for line in plan.lines)
    caption = teller.phrase("show.plan_caption", year=plan.year, name=teller.person(plan.manager_id))
    keys = ("course", "topic", "method", "dates", "days", "priority", "behind")
    return Rows(caption, _heads(keys, teller), rows, frozenset({4}), (18, 10, 10, 13, 6, 13, 30))


def placement_rows(plan: DepartmentPlan, teller: Teller) -> Rows:
    """Who is in which run of which course, and why."""
    rows = tuple(
        (
            teller.person(each.manager_id),
            *_course_cells(each.line, teller),
            *_reason_cells(each.line, teller),
            teller.phrase("show.moved", planned=_planned(each.planned, teller)) if each.is_moved else None,
        )
        for each in plan.placements
    )
    keys = ("person", "course", "topic", "method", "dates", "days", "priority", "behind", "note")
    caption = teller.phrase("show.placements_caption", year=plan.year)
    widths = (10, 13, 8, 8, 13, 5, 10, 20, 13)
    return Rows(caption, _heads(keys, teller), rows, frozenset({5}), widths)


def without_rows(plan: DepartmentPlan, teller: Teller) -> Rows:
    """Who is left without a seat, and why."""
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            teller.person(each.manager_id),
            teller.course(each.planned.course),
            teller.phrase(f"priority.{int(each.planned.priority)}"),
            teller.between([teller.gap(gap) for gap in each.gaps]),
            teller.why(each.why) + (teller.phrase("show.after_equals") if each.after_equals else ""),
        )
        for each in plan.without
    )
    keys = ("person", "course", "priority", "behind", "why")
    caption = teller.phrase("show.without_caption", year=plan.year)
    return Rows(caption, _heads(keys, teller), rows, widths=(13, 20, 14, 31, 22))


def seat_rows(plan: DepartmentPlan, teller: Teller) -> Rows:
    """Seats wanted and given, run by run; they are counted over the whole company."""
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            teller.course(each.course),
            teller.run(each.run),
            teller.phrase("show.unlimited") if each.seats is None else each.seats,
            each.wanted,
            each.given,
            each.over or None,
        )
        for each in plan.seats
    )
    keys = ("course", "dates", "seats", "wanted", "given", "over")
    caption = teller.phrase("show.seats_caption", year=plan.year)
    return Rows(caption, _heads(keys, teller), rows, frozenset({2, 3, 4, 5}))


def need_rows(plan: DepartmentPlan, teller: Teller) -> Rows:
    """What the people lack, most widespread first (Policy 6.1)."""
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (indicator_label(need.indicator, teller.lang), teller.level(need.level), need.people)
        for need in plan.needs
    )
    keys = ("criterion", "level", "people")
    return Rows(teller.phrase("show.needs_caption"), _heads(keys, teller), rows, frozenset({2}))


def _course_cells(line: PlanLine, teller: Teller) -> tuple[Value, ...]:
    course = line.course
    return (
        teller.course(course),
        teller.phrase(f"topic.{course.topic.value}"),
        teller.phrase(f"method.{course.method.value}"),
        teller.run(line.run),
        course.days,
    )


def _reason_cells(line: PlanLine, teller: Teller) -> tuple[Value, ...]:
    behind = teller.between([teller.gap(gap) for gap in line.gaps])
    return teller.phrase(f"priority.{int(line.priority)}"), behind


def _planned(line: PlanLine, teller: Teller) -> str:
    return f"{line.course.id} {teller.run(line.run)}"


def _heads(keys: Sequence[str], teller: Teller) -> tuple[str, ...]:
    return tuple(teller.phrase(f"head.{key}") for key in keys)
