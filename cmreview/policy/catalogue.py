"""What a company offers to learn: its courses, and the career path of each level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from cmreview.terms import Label


class Topic(StrEnum):
    """What a course is about (Policy 6.1)."""

    PROFESSIONAL_KNOWLEDGE = "professional_knowledge"  # 专业知识
    SALES_SKILLS = "sales_skills"  # 销售技巧
    CUSTOMER_SERVICE = "customer_service"  # 客户服务
    INDUSTRY_TRENDS = "industry_trends"  # 行业动态


class Method(StrEnum):
    """How a course is given (Policy 6.2)."""

    INTERNAL = "internal"  # 内部培训
    EXTERNAL = "external"  # 外部培训
    ONLINE = "online"  # 在线学习


@dataclass(frozen=True, slots=True, order=True)
class Run:
    """One time that a course is given, first to last day, both inclusive."""

    first: date
    last: date

    def overlaps(self, other: Run) -> bool:
        """Whether the two share a day."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Course:
    """One course of the catalogue (Policy 6.2).

    ``levels`` are those whose requirements it helps to meet, ``serves`` the indicators that it is meant
    to raise, ``skills`` the ids of skills of the paths that it teaches. ``days`` is what it takes of a
    person's budget. ``seats`` are those of every run, None for as many as want. An online course is
    learnt at one's own pace between the two days of its run, so it stands in nobody's way.
    """

    id: str
    title: Label
    topic: Topic
    method: Method
    levels: tuple[str, ...]
    serves: tuple[str, ...]
    skills: tuple[str, ...]
    days: Fraction
    seats: int | None
    runs: tuple[Run, ...]

    @property
    def at_own_pace(self) -> bool:
        """Whether it takes no fixed days."""
        return self.method is Method.ONLINE

    def runs_in(self, year: int) -> tuple[Run, ...]:
        """The runs that begin in a calendar year, the earliest first."""
        return tuple(sorted(run for run in self.runs if run.first.year == year))


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill (能力) that a level asks for."""

    id: str
    label: Label


@dataclass(frozen=True, slots=True)
class Path:
    """What a level leads to and asks for (职业发展, Policy 6.3)."""

    level: str
    direction: Label
    skills: tuple[Skill, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """How far the own past is carried forward (Policy 6.3).

    ``trend_years`` are the years looked back on, ``fewest_years`` the full ones among them that make a
    trend; what it would reach only after more than ``years_ahead`` years is not told as a year (None: no
    such limit).
    """

    trend_years: int
    fewest_years: int
    years_ahead: int | None


@dataclass(frozen=True)
class Catalogue:
    """All of ``params/courses.yaml``: courses by id, the path of each level, how an outlook is made."""

    courses: Mapping[str, Course]
    paths: Mapping[str, Path]
    outlook: Outlook

    def teaching(self, skill: str) -> tuple[Course, ...]:
        """The courses that teach a skill, in the order of the catalogue."""
        return tuple(course for course in self.courses.values() if skill in course.skills)
