"""The papers of the process and the fields of each (Policy 4.2 to 4.5): one dataclass a paper.

Those of the measures lie in ``measure_shapes``, those of feedback in ``feedback_shapes``; ``PAPERS`` knows
all. A paper to come needs one dataclass, one line in ``PAPERS``, its title in ``words/papers.yaml`` and its
text in ``show/papers/text/``. Fields hold plain values; a figure comes as text, with its unit. None is
printed as a dash.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, ClassVar

from cmreview.show.papers.feedback_shapes import FEEDBACK_PAPERS
from cmreview.show.papers.fields import Contact as Contact
from cmreview.show.papers.fields import Paper, Prose, Word
from cmreview.show.papers.measure_shapes import MEASURE_PAPERS


@dataclass(frozen=True, slots=True)
class DeclaredFigure:
    """A figure of the application beside the one that the records give (Policy 4.2).

    ``agreement``: agrees, differs, not_declared, no_record.
    """

    indicator: str
    declared: str | None
    computed: str | None
    agreement: Annotated[str, Word("papers.agreement")]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """The department's opinion on one application (部门初审意见表, Policy 4.2).

    ``verdict``: passed, returned, refused.
    """

    kind: ClassVar[str] = "opinion"
    company: str
    dated: date
    year: int
    rule_title: str
    edition: str
    name: str
    manager_id: str
    department: str
    level_held: str | None
    level_applied: str
    applied_on: date | None
    evidence: tuple[str, ...]
    figures: tuple[DeclaredFigure, ...]
    tolerance: str | None
    verdict: Annotated[str, Word("papers.verdict")]
    opinion: Prose
    reviewer: str
    reviewed_on: date


@dataclass(frozen=True, slots=True)
class Recusal:
    """A member who took no part in one candidate's case (Policy 1.3.a).

    ``scored`` where a sheet had been handed in before; it does not count.
    """

    member: str
    candidate: str
    reason: str | None = None
    scored: bool = False


@dataclass(frozen=True, slots=True)
class CandidateMinutes:
    """What the committee had before it and decided on one candidate.

    ``score`` is the panel's, over ``raters`` members, whose totals have the standard deviation ``spread``.
    The quorum is counted case by case, over the members who are ``entitled`` after recusals.

    ``eligibility``: eligible, not_eligible, undecided. ``recommendation``, which follows from the policy:
    approve, decline, undecided. ``decision`` of the committee: approved, declined, deferred. ``departs``
    where they differ; the reason is then to be given.
    """

    name: str
    manager_id: str
    department: str
    level_applied: str
    eligibility: Annotated[str, Word("papers.eligibility")]
    score: Fraction | None
    raters: int | None
    spread: Fraction | None
    present: int | None
    entitled: int | None
    quorum_needed: int | None
    votes_for: int | None
    votes_against: int | None
    votes_abstained: int | None
    recommendation: Annotated[str | None, Word("papers.recommendation")]
    decision: Annotated[str | None, Word("papers.decision")]
    departs: bool = False
    reason: Prose | None = None


@dataclass(frozen=True, slots=True)
class Minutes:
    """The record of a meeting of the committee (评审委员会会议纪要, Policy 4.3).

    ``place`` and ``recorder`` None leave a line to fill in by hand. ``quorum`` is the share of those
    entitled that must be present, as text; None where the policy leaves it open. ``agreement`` tells how
    far the raters agree. ``ledger_number`` and ``ledger_hash`` name the last entry of the record that the
    minutes rest on, so that a record that was rewritten afterwards shows.
    """

    kind: ClassVar[str] = "minutes"
    company: str
    dated: date
    year: int
    rule_title: str
    edition: str
    held_on: date
    place: str | None
    chair: str | None
    recorder: str | None
    seats: int
    present: tuple[str, ...]
    absent: tuple[str, ...]
    recusals: tuple[Recusal, ...]
    quorum: str | None
    candidates: tuple[CandidateMinutes, ...]
    ledger_number: int
    ledger_hash: str
    agreement: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposed:
    """One person of a notice: no figure, no score, no reason (Policy 4.4).

    Of two who share name and department ``name`` tells which is meant.
    """

    name: str
    department: str
    level_held: str | None
    level_proposed: str


@dataclass(frozen=True, slots=True)
class Notice:
    """The results shown in-house (公示, Policy 4.4). ``order`` of the names: pinyin, manager_id.

    ``working_days`` is None where no official calendar counts them yet.
    """

    kind: ClassVar[str] = "notice"
    company: str
    dated: date
    number: str | None
    year: int
    rule_title: str
    edition: str
    people: tuple[Proposed, ...]
    order: Annotated[str, Word("papers.order")]
    working_days: int | None
    first_day: date
    last_day: date
    contact: Contact
    appeal_body: str


@dataclass(frozen=True, slots=True)
class AppealReply:
    """The answer to one appeal (申诉答复, Policy 4.4).

    ``name`` is whoever appealed, ``department`` theirs where it is known. ``heard_on`` is the day of the
    hearing by ``heard_by`` members. ``outcome``: upheld, dismissed (the result stands), not_admitted.
    ``result`` tells what came of an appeal that was upheld.
    """

    kind: ClassVar[str] = "appeal_reply"
    company: str
    dated: date
    number: str | None
    year: int
    rule_title: str
    name: str
    department: str | None
    appealed_on: date
    subject: Prose
    heard_on: date | None
    heard_by: int | None
    examined: tuple[str, ...]
    outcome: Annotated[str, Word("papers.appeal")]
    reasons: Prose
    result: Prose | None
    further_body: str | None
    further_until: date | None
    contact: Contact


@dataclass(frozen=True, slots=True)
class Appointed:
    """One person who is appointed to a level (Policy 4.5)."""

    name: str
    department: str
    level: str
    effective_on: date


@dataclass(frozen=True, slots=True)
class Shown:
    """The days on which results were shown, both inclusive (Policy 4.4)."""

    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class Appointment:
    """The appointment document (聘任通知, Policy 4.5). ``number`` is made by ``document_number``."""

    kind: ClassVar[str] = "appointment"
    company: str
    dated: date
    number: str
    year: int
    rule_title: str
    edition: str
    shown: tuple[Shown, ...]
    people: tuple[Appointed, ...]


@dataclass(frozen=True, slots=True)
class Certificate:
    """One person's certificate (等级证书, Policy 4.5)."""

    kind: ClassVar[str] = "certificate"
    company: str
    dated: date
    number: str
    name: str
    department: str | None
    level: str
    rule_title: str
    valid_from: date
    valid_until: date | None
    verification_code: str


@dataclass(frozen=True, slots=True)
class Unmet:
    """A criterion that is not met, or not evidenced, with what the rule asks for.

    ``outcome``: missed, no_evidence, no_rule. ``wanted`` tells what evidence is missing.
    """

    clause: str
    criterion: str
    threshold: str
    value: str | None
    outcome: Annotated[str, Word("papers.outcome")]
    wanted: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """One person's result where the level applied for is not given (评审结果告知书, Policy 4.3, 4.4).

    It holds that person's own data only. ``by_committee`` is False where the department's preliminary review
    did not pass the application on; ``lacks_evidence`` where one of ``unmet`` is not evidenced.
    """

    kind: ClassVar[str] = "refusal"
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
    level_applied: str
    by_committee: bool
    unmet: tuple[Unmet, ...]
    lacks_evidence: bool
    reason: Prose | None
    appeal_until: date
    contact: Contact
    appeal_body: str


_OF_THE_PROCESS: tuple[type[Paper], ...] = (
    *(Opinion, Minutes, Notice, AppealReply),
    *(Appointment, Certificate, Refusal),
)
PAPERS: dict[str, type[Paper]] = {
    paper.kind: paper for paper in (*_OF_THE_PROCESS, *MEASURE_PAPERS, *FEEDBACK_PAPERS)
}


def document_number(issuer: str, year: int, serial: int) -> str:
    """A document's number after GB/T 9704-2012: full year in 〔〕, no 第, no leading zero (Policy 4.5).

    >>> document_number("司聘", 2026, 1)
    '司聘〔2026〕1号'
    """
    if year < 1000 or serial < 1:
        raise ValueError(f"no document has the number {serial} of the year {year}")
    return f"{issuer}〔{year}〕{serial}号"
