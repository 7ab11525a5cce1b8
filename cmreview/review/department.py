"""What one department may see of a company's review: its own people, and sums over everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from cmreview import __version__
from cmreview.findings import Finding
from cmreview.policy.model import Policy
from cmreview.policy.sentences import sentences
from cmreview.review.after.model import BonusPool
from cmreview.review.committee.recorded import unmatched
from cmreview.review.model import Case, DepartmentReview, PolicySentence, RowCount, Totals
from cmreview.review.notes import notes
from cmreview.review.store import data_sha256
from cmreview.terms import Label

if TYPE_CHECKING:
    import pandas as pd

    from cmreview.records.model import Records
    from cmreview.review.committee.recorded import ProcessRecord

# The tables that say themselves which department a row is of.
_OF_DEPARTMENTS = ("managers", "level_history")
_KEPT_BACK = "…"  # in place of a cell that names somebody of another department


def department_reviews(
    cases: Sequence[Case],
    departments: Sequence[str],
    records: Records,
    policy: Policy,
    record: ProcessRecord | None = None,
    bonuses: BonusPool | None = None,
) -> tuple[tuple[str, DepartmentReview], ...]:
    """For each department that no error stops, all that its packet may know (Policy 1.2, 1.3.a).

    ``cases`` are the whole company's and ``departments`` all of its departments. Of other
    departments only sums go in: the company's sales, the number of people, who ranks among how many.
    ``record`` is what is recorded of the process, of which ``cases`` carry their proceedings already;
    ``bonuses`` are the company's together.
    """
    odd = () if record is None else unmatched(cases, record)
    told, owners = policy_sentences(policy), file_owners(records)
    found = []
    for name in departments:
        if name in records.stopped:
            continue
        own = [case for case in cases if case.person.department == name]
        findings = _findings(name, cases, records)
        review = DepartmentReview(
            year=policy.year,
            company=policy.company,
            edition=policy.edition,
            currency=records.currency.code,
            currency_label=records.currency.label,
            policy_currency=policy.currency,
            levels=tuple((level.id, level.label) for level in policy.levels),
            department=name,
            applicants=_applicants(own, policy),
            others=tuple(case for case in own if case.application is None),
            totals=_totals(own, cases, departments, records, bonuses),
            findings=findings,
            row_counts=_row_counts(name, records, owners),
            policy_sentences=told,
            notes=(
                *notes(own, findings, records, policy),
                *(told for department, told in odd if department == name),
            ),
            data_sha256="",
            policy_sha256=policy.sha256,
            version=__version__,
        )
        found.append((name, replace(review, data_sha256=data_sha256(review))))
    return tuple(found)


def policy_sentences(policy: Policy) -> tuple[PolicySentence, ...]:
    """The policy as applied, a sentence or more for each clause, in both languages."""
    both = zip(sentences(policy, "zh"), sentences(policy, "en"), strict=True)
    return tuple(PolicySentence(zh.clause, Label(zh.text, en.text)) for zh, en in both)


def _applicants(own: Sequence[Case], policy: Policy) -> tuple[Case, ...]:
    ranks = {level.id: level.rank for level in policy.levels}

    def place(case: Case) -> tuple[int, str]:
        level = case.application.target_level if case.application else ""
        return -ranks.get(level, 0), case.person.manager_id

    return tuple(sorted((case for case in own if case.application is not None), key=place))


def _totals(
    own: Sequence[Case],
    cases: Sequence[Case],
    departments: Sequence[str],
    records: Records,
    bonuses: BonusPool | None,
) -> Totals:
    shares = [fact for case in cases for fact in case.facts if fact.indicator == "sales_share"]
    company = next((fact.denominator for fact in shares if fact.denominator is not None), None)
    sales = [case.fact("sales") for case in own]
    values = [fact.value for fact in sales if fact is not None and fact.value is not None]
    return Totals(
        company_sales=company,
        department_sales=sum(values, Fraction(0)) if values else None,
        company_managers=len(cases),
        department_managers=len(own),
        departments=len(departments),
        stopped_departments=len(records.stopped),
        bonuses=bonuses,
    )


def _findings(name: str, cases: Sequence[Case], records: Records) -> tuple[Finding, ...]:
    """The department's findings, and those of the whole company that show no row of anybody else's.

    A row of the department may be about somebody who is another's at the year's end, before or after
    a transfer: its finding keeps the place of the cell, and not the cell.
    """
    others = {
        text
        for case in cases
        if case.person.department != name
        for text in (case.person.manager_id, case.person.name)
    }
    return tuple(
        replace(finding, value=_KEPT_BACK) if finding.value in others else finding
        for finding in records.findings
        if finding.department == name or (finding.department is None and _is_plain(finding, others))
    )


def _is_plain(finding: Finding, others: set[str]) -> bool:
    if finding.value is not None or finding.row is not None:
        return False
    told = [text for _, text in finding.details]
    return not any(other in text for text in told for other in others)


def _row_counts(name: str, records: Records, owners: Mapping[str, set[str]]) -> tuple[RowCount, ...]:
    """Rows read, used and set aside, of the files that are not another department's alone."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for count in records.counts:
        if name in owners.get(count.file, (name,)):
            for part in ("rows_in", "used", "set_aside"):
                counted[count.table, count.file, part] += getattr(count, part)
    places = sorted({(file, table) for table, file, _ in counted})
    return tuple(
        RowCount(table, file, *(counted[table, file, part] for part in ("rows_in", "used", "set_aside")))
        for file, table in places
    )


def file_owners(records: Records) -> dict[str, set[str]]:
    """The departments that a file is of; a file of nobody's, such as the customers, is not in it.

    The roster in a file tells whose it is, else its level histories, else the people of its other
    rows, else its findings: the history of somebody who was transferred names the former department too.
    """
    roster = records.tables["managers"]
    home = dict(zip(roster["manager_id"], roster["department"], strict=True))
    rest = [
        (file, home.get(manager))
        for table, frame in records.tables.items()
        if table not in _OF_DEPARTMENTS and "manager_id" in frame
        for file, manager in _pairs(frame, "manager_id")
    ]
    found = [(finding.file, finding.department) for finding in records.findings]
    telling: list[Sequence[tuple[str, str | None]]] = [
        *(_pairs(records.tables[table], "department") for table in _OF_DEPARTMENTS),
        rest,
        found,
    ]
    owners: dict[str, set[str]] = {}
    for pairs in telling:
        here: dict[str, set[str]] = {}
        for file, department in pairs:
            if department is not None:
                here.setdefault(file, set()).add(department)
        owners = here | owners
    return owners


def _pairs(frame: pd.DataFrame, column: str) -> list[tuple[str, str]]:
    both = frame[["source_file", column]].dropna().drop_duplicates()
    return list(zip(both["source_file"], both[column], strict=True))
