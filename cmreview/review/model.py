"""The shapes of a review: fact, verdict, score, case, and all that one department may see.

Figures are exact: money in the records' currency (yuan), shares and rates as fractions of one,
years as completed years plus a fraction. ``None`` is missing evidence and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cmreview.findings import Finding
from cmreview.policy.model import Compare, Group
from cmreview.review.after.model import BonusPool, Consequences
from cmreview.review.committee.proceedings import Proceedings
from cmreview.review.told import Figure as Figure
from cmreview.review.told import Told as Told
from cmreview.terms import Label, Outcome, Result, Unit


@dataclass(frozen=True, slots=True)
class Fact:
    """One indicator of one person in one year (业绩指标).

    ``value`` is None where there is no evidence, and then ``remark`` says why; a remark may also warn of a
    value that stands. ``numerator`` and ``denominator`` are given where the value is a quotient; a growth
    over nothing is ``unbounded`` (Policy 3.2.P1: an average of 0 and a positive count is met). ``rows``
    counts the source rows, ``open_rows`` those that could still raise the value once their blank cells are
    filled. ``years`` and ``days`` split a tenure. ``over_level`` is the level that a tenure, an exam or a
    growth speaks of, as in the criterion. ``part_year`` marks a growth against a year not worked in full. A
    degree is its rank in ``terms.DEGREES``, counted from 1; an exam is 1 (passed) or 0 (only failed).
    """

    indicator: str
    unit: Unit
    value: Fraction | None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    unbounded: bool = False
    rows: int = 0
    open_rows: int = 0
    years: int | None = None
    days: int | None = None
    remark: Told | None = None
    over_level: str | None = None
    part_year: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one criterion says of one person (达标结论).

    ``margin`` is value minus threshold in the indicator's own unit, turned so that plus is better; None
    where either is missing. ``reason`` explains missing evidence or rule. ``full_threshold`` is the
    threshold before leave was taken into account.
    """

    criterion: str  # the clause id
    level: str
    group: Group
    compare: Compare
    outcome: Outcome
    fact: Fact
    threshold: Fraction | None
    margin: Fraction | None
    close: bool = False
    full_threshold: Fraction | None = None
    over_level: str | None = None
    reason: Told | None = None


@dataclass(frozen=True, slots=True)
class Overall:
    """All criteria of a level together: result, and the shortest reason in words."""

    result: Result
    reason: Told
    met: int
    missed: int
    no_evidence: int
    no_rule: int


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One criterion's part of the performance score: weight × capped attainment.

    ``attainment`` = (value − zero_at) / (threshold − zero_at), between 0 and the cap. None: no
    evidence or no rule, so the line lowers the coverage and nothing else.
    """

    criterion: str
    indicator: str
    weight: Fraction
    attainment: Fraction | None
    capped: bool = False
    zero_at: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """Performance score (业绩得分, Policy 1.3.b).

    ``points`` is the weighted mean of the evidenced attainments, None without any; ``coverage`` is the share
    of the weights that is evidenced. Ranks are among the applicants for the same level; the ``tied`` share
    a rank, ``tie_broken_by`` names what parted equal points (Policy 5.4.c).
    """

    points: Fraction | None
    coverage: Fraction
    lines: tuple[ScoreLine, ...]
    cap: Fraction | None
    rank_in_company: int | None = None
    of_company: int = 0
    rank_in_department: int | None = None
    of_department: int = 0
    tied: bool = False
    tie_broken_by: str | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """A declared figure beside the records' (Policy 4.2); ``agrees`` None where one is missing."""

    indicator: str
    unit: Unit
    declared: Fraction | None
    computed: Fraction | None
    difference: Fraction | None
    relative: Fraction | None
    agrees: bool | None


@dataclass(frozen=True, slots=True)
class Application:
    """A personal application (申报, Policy 4.1). A late or unevidenced one is kept and flagged."""

    target_level: str
    applied_on: date
    evidence: tuple[str, ...]
    late: bool | None  # None: the policy sets no window
    admitted_by: str | None = None

    @property
    def awaits_admission(self) -> bool:
        """Not to be reviewed until a named person admits it."""
        return (bool(self.late) or not self.evidence) and self.admitted_by is None


@dataclass(frozen=True, slots=True)
class Preliminary:
    """The department's preliminary review (部门初审, Policy 4.2)."""

    decision: str  # passed, returned, refused
    opinion: str | None
    reviewer: str
    reviewed_on: date


@dataclass(frozen=True, slots=True)
class Spell:
    """One line of a level history: department and level between two days, both inclusive."""

    department: str
    level: str | None
    start: date
    end: date | None


@dataclass(frozen=True, slots=True)
class EarlierOutcome:
    """The conclusion of an earlier year (年度结论)."""

    year: int
    level: str
    outcome: str
    honour: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """An account manager (客户经理) as the packet names them."""

    manager_id: str
    name: str
    department: str
    level: str | None
    degree: str | None
    hired_on: date | None
    account_manager_since: date | None
    left_on: date | None
    history: tuple[Spell, ...]
    leaves: tuple[tuple[date, date | None], ...]
    outcomes: tuple[EarlierOutcome, ...]


@dataclass(frozen=True, slots=True)
class YearFigures:
    """One year of a person's trend; None is no evidence, ``part_year`` was not worked in full."""

    year: int
    sales: Fraction | None
    new_customers: int | None
    customers_served: int | None
    part_year: bool


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of the records behind an indicator: a contract, survey, complaint, project or customer.

    ``amount`` is the part credited to the manager, ``customer`` the customer's name, which belongs to the
    department's own business. A row that is listed and not counted, such as a customer who did not answer,
    has ``counts`` False.
    """

    indicator: str
    id: str
    on: date | None
    customer: str | None
    amount: Fraction | None
    note: Told | None = None
    counts: bool = True


# The rows that an indicator is counted from, where they stand under another's name.
ROWS_OF = {"sales_growth": "sales", "sales_share": "sales", "new_customer_growth": "new_customers"}


@dataclass(frozen=True, slots=True)
class Case:
    """One manager in one year: an applicant's case, or with ``application`` None everybody else.

    For an applicant verdicts and score are those of the target level; for the others those of the
    performance requirements of the level held (none without a level). While an application awaits
    admission it is not reviewed: no verdicts, no result, no score (Policy 4.1). ``held`` are the verdicts on
    the performance requirements of the level held, for everybody who was there (Policy 5.4); ``ahead`` those
    on all criteria of the level above it (Policy 6.3). ``proceedings`` is None where no record of the process
    was asked, ``consequences`` where what follows was not worked out.
    """

    person: Person
    application: Application | None
    preliminary: Preliminary | None
    facts: tuple[Fact, ...]
    verdicts: tuple[Verdict, ...]
    overall: Overall | None
    score: Score | None
    declared: tuple[Declared, ...]
    questions: tuple[Told, ...]
    trend: tuple[YearFigures, ...]
    sources: tuple[SourceRow, ...]
    held: tuple[Verdict, ...] = ()
    ahead: tuple[Verdict, ...] = ()
    proceedings: Proceedings | None = None
    consequences: Consequences | None = None

    def fact(self, indicator: str) -> Fact | None:
        """The fact of one indicator, None where the case has none."""
        return next((fact for fact in self.facts if fact.indicator == indicator), None)


@dataclass(frozen=True, slots=True)
class RowCount:
    """Rows of one table handed in by or for a department: read, used, set aside."""

    table: str
    file: str
    rows_in: int
    used: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class PolicySentence:
    """One sentence of the policy as applied."""

    clause: str
    text: Label


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums that every department may see."""

    company_sales: Fraction | None
    department_sales: Fraction | None
    company_managers: int
    department_managers: int
    departments: int
    stopped_departments: int  # their rows may be missing from the company's total
    bonuses: BonusPool | None = None


@dataclass(frozen=True)
class DepartmentReview:
    """All that one department's packet may know; what is not in here can't leak.

    ``applicants`` are sorted by target level (highest first), then id; ``others`` by id.
    """

    year: int
    company: Label
    edition: str
    currency: str
    currency_label: Label
    policy_currency: str
    levels: tuple[tuple[str, Label], ...]
    department: str
    applicants: tuple[Case, ...]
    others: tuple[Case, ...]
    totals: Totals
    findings: tuple[Finding, ...]
    row_counts: tuple[RowCount, ...]
    policy_sentences: tuple[PolicySentence, ...]
    notes: tuple[Told, ...]  # what holds for the whole packet, such as rules not yet adopted
    data_sha256: str
    policy_sha256: str
    version: str

    def level(self, level_id: str | None, lang: str) -> str:
        """A level's label; a dash where none is held."""
        return next((label(lang) for known, label in self.levels if known == level_id), "—")


@dataclass(frozen=True)
class Review:
    """A year of the whole company. ``department`` cuts out what one packet may see."""

    year: int
    cases: tuple[Case, ...]
    departments: tuple[str, ...]
    stopped: frozenset[str]
    by_department: tuple[tuple[str, DepartmentReview], ...]
    bonuses: BonusPool | None = None

    def department(self, name: str) -> DepartmentReview:
        """One department's review; KeyError where it is not on the roster."""
        return dict(self.by_department)[name]

    def sources(self, manager_id: str, indicator: str) -> tuple[str, ...]:
        """Ids of the year's rows that an indicator is counted from; earlier years list their own."""
        name = ROWS_OF.get(indicator, indicator)
        for case in self.cases:
            if case.person.manager_id == manager_id:
                return tuple(row.id for row in case.sources if row.indicator == name and row.counts)
        return ()
