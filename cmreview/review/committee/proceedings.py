"""The shapes of what a department may know of how its cases went (Policy 1.3.a, 4.1 to 4.5).

Who scored, what a single member gave, who is recused and who objected stays with the committee.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cmreview.process.events import Recommendation, ReviewDecision
from cmreview.process.stages import Stage
from cmreview.review.told import Told
from cmreview.terms import Label, Outcome


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the course of a case: when it happened, what, and the number of the event in the ledger.

    ``corrected`` marks an entry that was put right later; what it said before stays in the ledger.
    """

    on: date
    number: int
    told: Told
    corrected: bool = False


@dataclass(frozen=True, slots=True)
class Opinion:
    """The department's latest preliminary review as it was recorded (初审意见, Policy 4.2)."""

    decision: ReviewDecision
    opinion: str | None
    reviewer: str
    reviewed_on: date


@dataclass(frozen=True, slots=True)
class ItemMean:
    """The mean of the members' points for one item; ``counted`` of them gave any."""

    label: Label
    points: Fraction
    counted: int


@dataclass(frozen=True, slots=True)
class PanelShown:
    """The panel score as far as the policy shows it to a department (Policy 4.3).

    ``counted`` is the number of members' scores behind it; ``items`` is empty where the policy shows
    the total only.
    """

    score: Fraction | None
    line: Fraction | None
    outcome: Outcome
    counted: int
    items: tuple[ItemMean, ...] = ()
    reason: Told | None = None


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """The committee's decision, and beside it what the policy recommended (Policy 4.3).

    ``reason`` is what was given with it; ``earlier`` counts the decisions that it replaces.
    """

    approved: bool
    decided_on: date
    recommendation: Recommendation
    reason: str | None
    earlier: int


@dataclass(frozen=True, slots=True)
class Shown:
    """The days on which the result is shown in-house (公示, Policy 4.4), first and last inclusive."""

    posted_on: date
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Objection:
    """That there is an appeal and what became of it (申诉, Policy 4.4); not by whom, nor what it says.

    ``state`` is open, heard, upheld or refused.
    """

    received_on: date
    state: str
    settled_on: date | None


@dataclass(frozen=True, slots=True)
class Appointment:
    """The appointment and its numbers (聘任, Policy 4.5)."""

    level: str
    effective_on: date
    document_number: str
    certificate_number: str


@dataclass(frozen=True, slots=True)
class Proceedings:
    """How one case went, as far as its department may know (评审进程).

    ``since`` is the day on which it came to its ``stage``; None where nothing is recorded. ``recused``
    counts the members who keep away from it. ``scores`` is open, closed or hidden: opened by the chair,
    not opened yet, or opened and by the policy not shown to departments; ``panel`` is given for open.
    ``closing_reason`` is why a case ended without an appointment.
    """

    stage: Stage
    since: date | None
    entries: tuple[Entry, ...]
    opinion: Opinion | None
    recused: int
    scores: str
    panel: PanelShown | None
    decision: DecisionMade | None
    publicity: Shown | None
    appeals: tuple[Objection, ...]
    appointment: Appointment | None
    closing_reason: str | None


NOTHING_RECORDED = Proceedings(
    Stage.NOTHING, None, (), None, 0, "closed", None, None, None, (), None, None
)  # an application of the records of which the ledger knows nothing
