"""What one department may see of a company's review: its own people, and sums over everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from cmreview import __version__
from cmreview.findings import Finding
from cmreview.policy.model import Policy
from cmreview.policy.sentences import sentences
from cmreview.review import rules
from cmreview.review.model import (
    Case,
    DepartmentReview,
    Figure,
    PolicySentence,
    RowCount,
    Told,
    Totals,
)
from cmreview.review.questions import is_december_question
from cmreview.review.store import data_sha256
from cmreview.terms import INDICATORS, Label, Unit

if TYPE_CHECKING:
    from cmreview.records.model import Records


def department_review(
    name: str, cases: Sequence[Case], departments: Sequence[str], records: Records, policy: Policy
) -> DepartmentReview:
    """All that the packet of one department may know (Policy 1.2, 1.3.a).

    ``cases`` are the whole company's and ``departments`` all of its departments. Of other
    departments only sums go in: the company's sales, the number of people, who ranks among how many.
    """
    own = [case for case in cases if case.person.department == name]
    ranks = {level.id: level.rank for level in policy.levels}
    applicants = [case for case in own if case.application is not None]
    applicants.sort(key=lambda case: _by_level(case, ranks))
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
        applicants=tuple(applicants),
        others=tuple(case for case in own if case.application is None),
        totals=_totals(own, cases, departments, records),
        findings=findings,
        row_counts=_row_counts(name, records),
        policy_sentences=policy_sentences(policy),
        notes=tuple(_notes(own, findings, records, policy)),
        data_sha256="",
        policy_sha256=policy.sha256,
        version=__version__,
    )
    return replace(review, data_sha256=data_sha256(review))


def policy_sentences(policy: Policy) -> tuple[PolicySentence, ...]:
    """The policy as applied, a sentence or more for each clause, in both languages."""
    both = zip(sentences(policy, "zh"), sentences(policy, "en"), strict=True)
    return tuple(PolicySentence(zh.clause, Label(zh.text, en.text)) for zh, en in both)


def _by_level(case: Case, ranks: dict[str, int]) -> tuple[int, str]:
    level = case.application.target_level if case.application else ""
    return -ranks.get(level, 0), case.person.manager_id


def _totals(
    own: Sequence[Case], cases: Sequence[Case], departments: Sequence[str], records: Records
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
    )


def _findings(name: str, cases: Sequence[Case], records: Records) -> tuple[Finding, ...]:
    """The department's findings, and those of the whole company that show no row of anybody else's."""
    others = {
        text
        for case in cases
        if case.person.department != name
        for text in (case.person.manager_id, case.person.name)
    }
    return tuple(
        finding
        for finding in records.findings
        if finding.department == name or (finding.department is None and _is_plain(finding, others))
    )


def _is_plain(finding: Finding, others: set[str]) -> bool:
    if finding.value is not None or finding.row is not None:
        return False
    told = [text for _, text in finding.details]
    return not any(other in text for text in told for other in others)


def _row_counts(name: str, records: Records) -> tuple[RowCount, ...]:
    """Rows read, used and set aside, of the files that are not another department's alone."""
    foreign = _files_of_others(name, records)
    counted: Counter[tuple[str, str, str]] = Counter()
    for count in records.counts:
        if count.file not in foreign:
            for part in ("rows_in", "used", "set_aside"):
                counted[count.table, count.file, part] += getattr(count, part)
    places = sorted({(file, table) for table, file, _ in counted})
    return tuple(
        RowCount(table, file, *(counted[table, file, part] for part in ("rows_in", "used", "set_aside")))
        for file, table in places
    )


def _files_of_others(name: str, records: Records) -> set[str]:
    """Files whose roster or level history, or else whose findings, are of other departments only."""
    named: dict[str, set[str]] = {}
    for table in ("managers", "level_history"):
        frame = records.tables[table][["source_file", "department"]].dropna().drop_duplicates()
        for file, department in zip(frame["source_file"], frame["department"], strict=True):
            named.setdefault(file, set()).add(department)
    for finding in records.findings:
        if finding.department is not None and finding.file not in named:
            named.setdefault(finding.file, set()).add(finding.department)
    return {file for file, departments in named.items() if name not in departments}


def _notes(
    own: Sequence[Case], findings: Sequence[Finding], records: Records, policy: Policy
) -> Iterator[Told]:
    """What holds for the whole packet and must not be overlooked."""
    if policy.changed:
        yield _note("policy_changed")
    if not policy.status.is_recorded:
        yield _note("rules_unknown")
    if records.currency.code != policy.currency:
        yield _note("currency_differs", records=records.currency.code, policy=policy.currency)
    if policy.year not in records.years:
        yield _note("year_not_covered", year=str(policy.year))
    for criterion in policy.criteria:
        if criterion.threshold is not None and criterion.threshold.value is None:
            indicator = INDICATORS[criterion.indicator].label
            yield _note("threshold_open", indicator=indicator, clause=criterion.id)
    for parameter in policy.parameters.values():
        if parameter.value is None:
            yield _note("definition_open", parameter=parameter.label, clause=parameter.clause)
    yield from _totals_notes(findings, records)
    yield from _people_notes(own, policy)


def _totals_notes(findings: Sequence[Finding], records: Records) -> Iterator[Told]:
    if records.stopped:
        yield _note("stopped_departments", count=str(len(records.stopped)))
    set_aside = sum(count.set_aside for count in records.counts if count.table == "contracts")
    if set_aside:
        yield _note("rows_set_aside", count=str(set_aside))
    withheld = sum(finding.department is None for finding in records.findings)
    withheld -= sum(finding.department is None for finding in findings)
    if withheld:
        yield _note("findings_withheld", count=str(withheld))


def _people_notes(own: Sequence[Case], policy: Policy) -> Iterator[Told]:
    year = policy.year
    away = [
        case
        for case in own
        if any(start.year <= year and (end is None or end.year >= year) for start, end in case.person.leaves)
    ]
    if away and rules.word(policy, "leave_treatment") != "prorate_threshold":
        yield _note("leave_none", count=str(len(away)))
    limit = rules.number(policy, "year_end_p")
    applicants = [case for case in own if case.application is not None]
    if limit is not None and any(is_december_question(told) for case in own for told in case.questions):
        yield _note(
            "december_by_chance",
            limit=Figure(limit, Unit.SHARE),
            count=str(len(applicants)),
            expected=Figure(limit * len(applicants), Unit.COUNT),
        )


def _note(key: str, **values: str | Label | Figure) -> Told:
    return Told(f"review.note.{key}", tuple(values.items()))
