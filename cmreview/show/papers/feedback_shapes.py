"""The papers of feedback and meetings and the fields of each (Policy 7.1, 7.3): one dataclass a paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from cmreview.show.papers.fields import Contact, Paper, Prose, Word

OUTCOME = Word("feedback.outcome")


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure of the person's year beside what the level held asks for, and why it came out so.

    ``outcome`` is met, missed, no_evidence or no_rule; None without a level held.
    """

    clause: str
    criterion: str
    value: str | None
    threshold: str | None
    outcome: Annotated[str | None, OUTCOME]
    why: str


@dataclass(frozen=True, slots=True)
class TrendLine:
    """One year of the person's figures; ``note`` says that it was not worked in full."""

    year: int
    sales: str | None
    new_customers: str | None
    customers_served: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """One measure and how far it has come (Policy 5.4).

    ``state``: decided, refused, advised (follows from the figures, nobody decided), committee, no_rule.
    ``told`` gives the reasons and, of a bonus, its arithmetic.
    """

    measure: str
    clause: str
    state: Annotated[str, Word("feedback.state")]
    decided_on: date | None
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AheadLine:
    """One criterion of the next level that is not met yet, and how it comes to be met (Policy 6.3)."""

    clause: str
    criterion: str
    how: str
    year: str | None


@dataclass(frozen=True, slots=True)
class TrainingLine:
    """One course that is proposed, with what it trains for (Policy 6.1)."""

    course: str
    method: str
    days: str
    dates: str
    behind: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """One person's year as a letter to that person (业绩反馈信, Policy 7.3): nobody else's data.

    ``outcome`` is that of all requirements of the level held, None without one. ``missing`` names the
    evidence that is to be handed in. ``measures_known`` is False where nothing was worked out.
    ``level_next`` None is the top; ``earliest`` tells the first year of the next level, or what comes first
    at the top; ``ahead`` may be empty where no outlook was worked out. ``objection_days`` are working days
    from receipt, None where the policy sets none.
    """

    kind: ClassVar[str] = "feedback"
    company: str
    dated: date
    year: int
    rule_title: str
    edition: str
    name: str
    manager_id: str
    department: str
    level_held: str | None
    outcome: Annotated[str | None, OUTCOME]
    conclusion: Prose
    figures: tuple[FigureLine, ...]
    trend: tuple[TrendLine, ...]
    missing: tuple[str, ...]
    measures_known: bool
    measures: tuple[MeasureLine, ...]
    level_next: str | None
    earliest: str
    ahead: tuple[AheadLine, ...]
    training_year: int
    training: tuple[TrainingLine, ...]
    unserved: tuple[str, ...]
    objection_days: int | None
    contact: Contact
    appeal_body: str


@dataclass(frozen=True, slots=True)
class PeriodFigure:
    """One figure of the company over the period, over the same days a year before, and the change."""

    what: str
    now: str | None
    before: str | None
    change: str | None


@dataclass(frozen=True, slots=True)
class DepartmentFigures:
    """Sums of one department, or of several that are too small to be shown alone."""

    department: str
    managers: int
    sales: str | None
    contracts: str | None
    new_customers: str | None


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """One sentence on what the newer policy says otherwise."""

    clause: str
    sentence: str


@dataclass(frozen=True, slots=True)
class OpinionLine:
    """An opinion that was raised, and what was answered; ``state``: answered, open."""

    opinion_id: str
    raised_on: date
    about: str | None
    opinion: str
    state: Annotated[str, Word("feedback.opinion")]
    answer: str | None
    answered_by: str | None
    answered_on: date | None


@dataclass(frozen=True, slots=True)
class MeetingBrief:
    """What a meeting of the account managers is told (沟通会议简报, Policy 7.1): sums, nobody's own figures.

    ``merged`` names the departments that are shown together. ``changes`` are what the policy of
    ``policy_now`` says otherwise than that of ``policy_before``, which is None where there is none to compare
    with. ``late`` are opinions of earlier periods that are still open.
    """

    kind: ClassVar[str] = "meeting_brief"
    company: str
    dated: date
    period: str
    first_day: date
    last_day: date
    rule_title: str
    edition: str
    figures: tuple[PeriodFigure, ...]
    departments: tuple[DepartmentFigures, ...]
    merged: tuple[str, ...]
    remarks: tuple[str, ...]
    policy_before: int | None
    policy_now: int
    changes: tuple[PolicyChange, ...]
    opinions: tuple[OpinionLine, ...]
    late: tuple[OpinionLine, ...]
    open_opinions: int


FEEDBACK_PAPERS: tuple[type[Paper], ...] = (Feedback, MeetingBrief)
