"""The papers of rewards and penalties and the fields of each (Policy 5.4): one dataclass a paper.

Each stands on a decision that people recorded; only the checklist comes before one. What names figures
names one person's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from cmreview.show.papers.fields import Contact, Paper, Prose, Word

OUTCOME = Word("measure_papers.outcome")


@dataclass(frozen=True, slots=True)
class Missed:
    """A performance requirement of the level held that was missed, with how far in words (Policy 5.4.e)."""

    clause: str
    criterion: str
    threshold: str
    value: str | None
    short: str | None


@dataclass(frozen=True, slots=True)
class MissedYear:
    """One year of a run of years, latest first; ``counted`` tells what it did to the run (Policy 5.4.f).

    ``outcome``: met, missed, no_evidence, no_rule. ``counted``: extends, breaks, neutral.
    """

    year: int
    level: str | None
    outcome: Annotated[str, OUTCOME]
    counted: Annotated[str, Word("measure_papers.counted")]


@dataclass(frozen=True, slots=True)
class Warned:
    """The warning at the first miss (警告通知书, Policy 5.4.e).

    ``expected`` tells what is to be reached within ``months`` from ``starts_on`` until ``until``; the time is
    None where the policy leaves it open. ``objection_days`` are working days from receipt, None where none
    are set.
    """

    kind: ClassVar[str] = "warning"
    company: str
    dated: date
    number: str | None
    year: int
    rule_title: str
    edition: str
    name: str
    manager_id: str
    department: str
    level_held: str | None
    decided_on: date
    reason: Prose | None
    missed: tuple[Missed, ...]
    expected: tuple[str, ...]
    months: int | None
    starts_on: date
    until: date | None
    objection_days: int | None
    contact: Contact
    appeal_body: str


@dataclass(frozen=True, slots=True)
class PlanGoal:
    """A goal of an improvement plan: where the person stands, what is to be reached, what that takes."""

    clause: str
    criterion: str
    now: str | None
    target: str
    what: str


@dataclass(frozen=True, slots=True)
class ImprovementPlan:
    """What is to be reached until when, with which support (业绩改进计划, Policy 5.4.e).

    ``checkpoints`` are days between ``starts_on`` and ``ends_on``; there are none where the policy leaves
    open how often or for how long, and no end where it leaves the time open. ``support`` names courses and
    help that is proposed.
    """

    kind: ClassVar[str] = "improvement_plan"
    company: str
    dated: date
    year: int
    rule_title: str
    edition: str
    name: str
    manager_id: str
    department: str
    level_held: str | None
    months: int | None
    starts_on: date
    ends_on: date | None
    goals: tuple[PlanGoal, ...]
    checkpoints: tuple[date, ...]
    support: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Demoted:
    """The notice of a lower level (等级调整通知书, Policy 5.4.f); see ``Warned`` for the objection."""

    kind: ClassVar[str] = "demotion"
    company: str
    dated: date
    number: str | None
    year: int
    rule_title: str
    edition: str
    name: str
    manager_id: str
    department: str
    level_held: str | None
    level_after: str | None
    effective_on: date | None
    decided_on: date
    reason: Prose | None
    years: tuple[MissedYear, ...]
    missed: tuple[Missed, ...]
    objection_days: int | None
    contact: Contact
    appeal_body: str


@dataclass(frozen=True, slots=True)
class Honoured:
    """One person who is honoured: no figure, no score, no rank. Namesakes are told apart by ``name``."""

    name: str
    department: str


@dataclass(frozen=True, slots=True)
class Commendation:
    """The decision on the honorary title, one paper for the company (表彰决定, Policy 5.4.b)."""

    kind: ClassVar[str] = "commendation"
    company: str
    dated: date
    number: str | None
    year: int
    rule_title: str
    edition: str
    people: tuple[Honoured, ...]
    order: Annotated[str, Word("papers.order")]


@dataclass(frozen=True, slots=True)
class LawStep:
    """A step that the law asks for before a dismissal, and what is recorded of it (Policy 5.4.g).

    ``state``: recorded, open. A step that is not recorded is open, whatever people remember.
    """

    step: str
    state: Annotated[str, Word("measure_papers.step")]
    done_on: date | None
    document: str | None
    recorded_by: str | None


@dataclass(frozen=True, slots=True)
class LegalChecklist:
    """What must be on record before a dismissal may be decided (法定步骤核对表, Policy 5.4.g).

    It is internal, and no notice of dismissal. ``notice_days`` are those of the policy; None left open.
    """

    kind: ClassVar[str] = "legal_checklist"
    company: str
    dated: date
    year: int
    rule_title: str
    edition: str
    name: str
    manager_id: str
    department: str
    level_held: str | None
    years: tuple[MissedYear, ...]
    contradictions: tuple[str, ...]
    steps: tuple[LawStep, ...]
    open_steps: int
    is_complete: bool
    notice_days: int | None


MEASURE_PAPERS: tuple[type[Paper], ...] = (Warned, ImprovementPlan, Demoted, Commendation, LegalChecklist)
