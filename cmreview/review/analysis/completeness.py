"""How complete and how timely the departments' records are, month by month (Policy 5.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from cmreview.review.analysis.material import Material, Row
from cmreview.review.analysis.seasons import MONTHS
from cmreview.review.analysis.settings import not_handed_in, rule_open
from cmreview.review.told import Told
from cmreview.terms import Severity

if TYPE_CHECKING:
    from cmreview.records.model import Records

# The columns that may be blank and without which an indicator lacks evidence (Policy 3, 5.1).
NEEDED = {
    "degree": (("managers", "degree"),),
    "service_years": (("managers", "account_manager_since"),),
    "satisfaction": (("surveys", "score"),),
    "complaint_rate": (("contracts", "end_on"), ("complaints", "upheld")),
    "long_term_share": (("contracts", "end_on"),),
    "major_projects": (("projects", "completed_on"), ("projects", "benefit")),
}
# Optional columns that only this analysis reads.
OF_ANALYSIS = (("customers", "region"), ("customers", "customer_group"))


@dataclass(frozen=True, slots=True)
class Blanks:
    """Blank cells of one column in the rows of one department (None: of the company)."""

    department: str | None
    rows: int
    blank: int


@dataclass(frozen=True, slots=True)
class ColumnBlanks:
    """One column that criteria need: the company's rows, and each department's where they have one."""

    table: str
    column: str
    company: Blanks
    departments: tuple[Blanks, ...]


@dataclass(frozen=True, slots=True)
class DepartmentRecords:
    """What one department handed in of the year.

    ``contracts`` are rows signed by month, January first, cancelled ones too; None before the company's
    records begin and after they end. ``surveys`` and ``complaints`` are rows of the year by month; None where
    nobody handed in any, and of complaints where the department's people are too few to be told of.
    ``unanswered`` are customers asked who did not answer; None without surveys. ``open_late`` are complaints
    of any year so far that were still without an outcome at the year's end, after more days than the policy
    allows; None without a rule or without complaints. The last days are those of the year on which anything
    is dated.
    """

    department: str
    contracts: tuple[int | None, ...]
    surveys: tuple[int, ...] | None
    complaints: tuple[int, ...] | None
    last_contract: date | None
    last_survey: date | None
    last_complaint: date | None
    asked: int | None
    unanswered: int | None
    open_late: int | None
    errors: int
    warnings: int

    @property
    def empty_months(self) -> tuple[int, ...]:
        """The months without a single contract, among those that the company's records reach over."""
        return tuple(month for month, number in zip(MONTHS, self.contracts, strict=True) if number == 0)


@dataclass(frozen=True, slots=True)
class TableRows:
    """Rows of one table in all files: ``rows_in`` = ``used`` + ``set_aside``."""

    table: str
    rows_in: int
    used: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class Completeness:
    """Departments, columns and rows; the reasons say what can't be told."""

    departments: tuple[DepartmentRecords, ...]
    columns: tuple[ColumnBlanks, ...]
    tables: tuple[TableRows, ...]
    last_day: date | None
    open_days: int | None
    surveys_reason: Told | None
    late_reason: Told | None


def completeness(material: Material, records: Records) -> Completeness:
    """The state of the year's records, by the department that each row belongs to on its day."""
    surveys = _of_year(material, "surveys", "surveyed_on")
    late_reason = rule_open(material.policy, "complaint_open_days")
    if late_reason is None and not material.tables["complaints"]:
        late_reason = not_handed_in("complaints")
    signed = [row["signed_on"] for row in _of_year(material, "contracts", "signed_on")]
    return Completeness(
        departments=tuple(
            _department(material, records, name, late_reason is None) for name in material.departments
        ),
        columns=tuple(_columns(material)),
        tables=_tables(records),
        last_day=max(signed, default=None),
        open_days=material.settings.complaint_open_days,
        surveys_reason=None if surveys else not_handed_in("surveys"),
        late_reason=late_reason,
    )


def is_late(row: Row, year: int, days: int) -> bool:
    """Whether a complaint had no outcome at the end of the year, more than ``days`` after it came in."""
    received: date | None = row["received_on"]
    last = date(year, 12, 31)
    return received is not None and row["upheld"] is None and (last - received).days > days


def _department(material: Material, records: Records, name: str, has_late: bool) -> DepartmentRecords:
    def own(table: str, column: str) -> list[Row]:
        found = _of_year(material, table, column)
        return [row for row in found if material.place(row["manager_id"], row[column])[0] == name]

    contracts, surveys = own("contracts", "signed_on"), own("surveys", "surveyed_on")
    complaints = own("complaints", "received_on")
    severities = [finding.severity for finding in records.findings if finding.department == name]
    has_surveys = bool(_of_year(material, "surveys", "surveyed_on"))
    asked = {(row["manager_id"], row["customer_id"]) for row in surveys}
    answered = {(row["manager_id"], row["customer_id"]) for row in surveys if row["score"] is not None}
    days = material.settings.complaint_open_days or 0
    late = [
        row
        for row in material.tables["complaints"]
        if is_late(row, material.year, days)
        and material.place(row["manager_id"], row["received_on"])[0] == name
    ]
    is_few = _is_few(material, name)
    return DepartmentRecords(
        department=name,
        contracts=tuple(
            number if material.is_known(material.year, month) else None
            for month, number in zip(MONTHS, _by_month(contracts, "signed_on"), strict=True)
        ),
        surveys=_by_month(surveys, "surveyed_on") if has_surveys else None,
        complaints=None
        if is_few or not _of_year(material, "complaints", "received_on")
        else _by_month(complaints, "received_on"),
        last_contract=_last(contracts, "signed_on"),
        last_survey=_last(surveys, "surveyed_on"),
        last_complaint=_last(complaints, "received_on"),
        asked=len(asked) if has_surveys else None,
        unanswered=len(asked - answered) if has_surveys else None,
        open_late=len(late) if has_late else None,
        errors=severities.count(Severity.ERROR),
        warnings=severities.count(Severity.WARNING),
    )


def _by_month(rows: Iterable[Row], column: str) -> tuple[int, ...]:
    months = [row[column].month for row in rows]
    return tuple(months.count(month) for month in MONTHS)


def _is_few(material: Material, department: str) -> bool:
    """Whether the department's complaints are those of too few people, or nobody says how few that is."""
    least = material.settings.cautions.fewest_for_rate
    people = [
        row for row in material.frame if row["year"] == material.year and row["department"] == department
    ]
    return least is None or len(people) < least


def _last(rows: Iterable[Row], column: str) -> date | None:
    return max((row[column] for row in rows), default=None)


def _of_year(material: Material, table: str, column: str) -> list[Row]:
    return [row for row in material.tables[table] if row[column] and row[column].year == material.year]


def _columns(material: Material) -> Iterable[ColumnBlanks]:
    wanted: dict[tuple[str, str], None] = {}
    for criterion in material.policy.criteria:
        wanted |= dict.fromkeys(NEEDED.get(criterion.indicator, ()))
    for table, column in (*wanted, *OF_ANALYSIS):
        rows = _rows(material, table)
        if not rows or (table == "customers" and not any(row[column] for _, row in rows)):
            continue  # not handed in, or an optional column that nobody keeps: other parts say so
        names = sorted({name for name, _ in rows if name is not None})
        yield ColumnBlanks(
            table=table,
            column=column,
            company=_blanks(None, [row for _, row in rows], column),
            departments=tuple(
                _blanks(name, [row for own, row in rows if own == name], column) for name in names
            ),
        )


def _blanks(department: str | None, rows: list[Row], column: str) -> Blanks:
    return Blanks(department, len(rows), sum(row[column] is None for row in rows))


def _rows(material: Material, table: str) -> list[tuple[str | None, Row]]:
    """The rows of a table that bear on the year, each with its department; customers belong to none."""
    first, last = date(material.year, 1, 1), date(material.year, 12, 31)
    rows = material.tables[table]
    if table == "customers":
        return [(None, row) for row in rows]
    if table == "managers":
        here = [row for row in rows if row["left_on"] is None or row["left_on"] >= first]
        return [
            (row["department"], row) for row in here if row["hired_on"] is None or row["hired_on"] <= last
        ]
    day = {"contracts": "signed_on", "surveys": "surveyed_on", "complaints": "received_on"}
    if table in day:
        found = _of_year(material, table, day[table])
        return [(_place(material)(row, row[day[table]]), row) for row in found]
    # a project without a day of completion may be one of this year
    done = [row for row in rows if row["completed_on"] is None or first <= row["completed_on"] <= last]
    return [(_place(material)(row, row["completed_on"] or last), row) for row in done]


def _place(material: Material) -> Callable[[Row, date], str | None]:
    return lambda row, day: material.place(row["manager_id"], day)[0]


def _tables(records: Records) -> tuple[TableRows, ...]:
    found: dict[str, list[int]] = {}
    for each in records.counts:
        sums = found.setdefault(each.table, [0, 0, 0])
        for at, number in enumerate((each.rows_in, each.used, each.set_aside)):
            sums[at] += number
    return tuple(TableRows(table, *sums) for table, sums in sorted(found.items()))
