"""What can be recorded of a case: one frozen dataclass a kind of event (Policy 4, 5.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from cmreview.errors import ProcessError
from cmreview.process.measures import LegalStep as LegalStep
from cmreview.process.measures import MeasureDecided as MeasureDecided

_YEAR_DIGITS = 4


class Kind(StrEnum):
    """The kinds of events, in the order of the process; the value is what the ledger stores."""

    APPLIED = "applied"
    ADMITTED = "admitted"
    REVIEWED = "reviewed"
    COMPLETED = "completed"
    REFERRED = "referred"
    RECUSED = "recused"
    SCORED = "scored"
    SCORES_OPENED = "scores_opened"
    DECIDED = "decided"
    PUBLICISED = "publicised"
    APPEALED = "appealed"
    APPEAL_HEARD = "appeal_heard"
    APPEAL_SETTLED = "appeal_settled"
    APPOINTED = "appointed"
    NOT_APPOINTED = "not_appointed"
    WITHDRAWN = "withdrawn"
    MEASURE_DECIDED = "measure_decided"
    LEGAL_STEP = "legal_step"
    VOIDED = "voided"


class ReviewDecision(StrEnum):
    """What a department's preliminary review says (初审结论, Policy 4.2)."""

    PASSED = "passed"
    RETURNED = "returned"
    REFUSED = "refused"


class Recommendation(StrEnum):
    """What follows from the policy for the committee's decision (建议, Policy 4.3); it decides nothing."""

    APPROVE = "approve"
    DECLINE = "decline"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Applied:
    """An application for a level (个人申报, Policy 4.1). ``level`` is the one held, None without any."""

    name: str
    department: str
    level: str | None
    target_level: str
    applied_on: date
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Admitted:
    """A late or unevidenced application is admitted all the same, by name and with a reason (Policy 4.1)."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The department's preliminary review (部门初审, Policy 4.2). ``reviewer`` is a name or an id."""

    decision: ReviewDecision
    opinion: str | None
    reviewer: str
    reviewed_on: date


@dataclass(frozen=True, slots=True)
class Completed:
    """A returned application is handed in again, with what was missing (补充材料, Policy 4.2)."""

    completed_on: date
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Referred:
    """The case is put before the committee (报送评审委员会, Policy 4.2)."""


@dataclass(frozen=True, slots=True)
class Recused:
    """A member keeps away from the case (回避, Policy 1.3.a); why stands in the event's reason."""

    member: str


@dataclass(frozen=True, slots=True)
class ItemScore:
    """A member's points for one item; None is not scored, which is neither zero nor a failure."""

    item: str
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class Scored:
    """One member's score sheet of one case (评分表, Policy 4.3)."""

    member: str
    scores: tuple[ItemScore, ...]
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class ScoresOpened:
    """The chair opens the scores (公开评分, Policy 4.3); from here on a change needs a reason."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The committee's decision (评审决定, Policy 4.3), by the members ``present``.

    Votes are None where the committee did not vote. ``recommendation`` is what followed from the policy
    when it was decided; where the decision departs from it, the event's reason says why.
    """

    approved: bool
    decided_on: date
    present: tuple[str, ...]
    recommendation: Recommendation
    in_favour: int | None = None
    against: int | None = None
    abstained: int | None = None


@dataclass(frozen=True, slots=True)
class Publicised:
    """The result is shown in-house (公示, Policy 4.4), from ``first`` to ``last``, both inclusive.

    ``typed`` marks a last day that a person gave, where the official calendar is not published yet.
    """

    posted_on: date
    first: date
    last: date
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Appealed:
    """An objection within the days of publicity (申诉, Policy 4.4)."""

    appellant: str
    received_on: date
    grounds: str


@dataclass(frozen=True, slots=True)
class AppealHeard:
    """The appeal recorded as event ``appeal`` was heard by the members ``present`` (Policy 4.4)."""

    appeal: int
    heard_on: date
    present: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AppealSettled:
    """The appeal recorded as event ``appeal`` is upheld or refused, for the event's reason (Policy 4.4)."""

    appeal: int
    upheld: bool
    settled_on: date


@dataclass(frozen=True, slots=True)
class Appointed:
    """Appointment to the level (聘任, Policy 4.5), with the numbers of notice and certificate."""

    level: str
    effective_on: date
    document_number: str
    certificate_number: str


@dataclass(frozen=True, slots=True)
class NotAppointed:
    """The case ends without an appointment (未聘任, Policy 4.5)."""

    closed_on: date


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The applicant takes the application back (撤回申报, Policy 4.1)."""

    withdrawn_on: date


@dataclass(frozen=True, slots=True)
class Voided:
    """Event ``event`` was recorded by mistake and no longer counts; it stays readable (Policy 1.3.a)."""

    event: int


Payload = (
    Applied
    | Admitted
    | Reviewed
    | Completed
    | Referred
    | Recused
    | Scored
    | ScoresOpened
    | Decided
    | Publicised
    | Appealed
    | AppealHeard
    | AppealSettled
    | Appointed
    | NotAppointed
    | Withdrawn
    | MeasureDecided
    | LegalStep
    | Voided
)

PAYLOADS: Mapping[Kind, type[Payload]] = {
    Kind.APPLIED: Applied,
    Kind.ADMITTED: Admitted,
    Kind.REVIEWED: Reviewed,
    Kind.COMPLETED: Completed,
    Kind.REFERRED: Referred,
    Kind.RECUSED: Recused,
    Kind.SCORED: Scored,
    Kind.SCORES_OPENED: ScoresOpened,
    Kind.DECIDED: Decided,
    Kind.PUBLICISED: Publicised,
    Kind.APPEALED: Appealed,
    Kind.APPEAL_HEARD: AppealHeard,
    Kind.APPEAL_SETTLED: AppealSettled,
    Kind.APPOINTED: Appointed,
    Kind.NOT_APPOINTED: NotAppointed,
    Kind.WITHDRAWN: Withdrawn,
    Kind.MEASURE_DECIDED: MeasureDecided,
    Kind.LEGAL_STEP: LegalStep,
    Kind.VOIDED: Voided,
}
_KINDS = {payload: kind for kind, payload in PAYLOADS.items()}


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it is recorded: what, of which case, by whom, why, and which event it corrects.

    ``corrects`` names an event of the same case and kind whose place this one takes.
    """

    case: str
    payload: Payload
    actor: str
    reason: str | None = None
    corrects: int | None = None

    @property
    def kind(self) -> Kind:
        """The kind of its payload."""
        return _KINDS[type(self.payload)]


@dataclass(frozen=True, slots=True)
class Event:
    """One recorded event. ``number`` counts from 1 without gaps, over the whole ledger.

    ``at`` carries its zone. ``hash`` seals the event and, through ``previous``, all before it.
    """

    number: int
    case: str
    payload: Payload
    actor: str
    at: datetime
    reason: str | None
    corrects: int | None
    previous: str
    hash: str

    @property
    def kind(self) -> Kind:
        """The kind of its payload."""
        return _KINDS[type(self.payload)]


def case_id(year: int, manager_id: str) -> str:
    """The id of a manager's case in a review year.

    >>> case_id(2025, "00123")
    '2025/00123'
    """
    return f"{year:04d}/{manager_id}"


def case_parts(case: str) -> tuple[int, str]:
    """Review year and manager id of a case. ProcessError where ``case`` is no such id.

    >>> case_parts("2025/00123")
    (2025, '00123')
    """
    year, slash, manager_id = case.partition("/")
    # full-width digits and blanks look the same and would open a second case of the same person
    is_year = len(year) == _YEAR_DIGITS and year.isascii() and year.isdecimal()
    if not slash or not is_year or not manager_id or manager_id != manager_id.strip():
        raise ProcessError("process.no_case_id", case=case)
    return int(year), manager_id
