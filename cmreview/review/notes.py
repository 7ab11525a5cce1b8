"""What holds for a whole packet and must not be overlooked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from cmreview.findings import Finding
from cmreview.policy.model import Policy
from cmreview.records.schema import TABLES
from cmreview.review import rules
from cmreview.review.model import Case, Figure, Told
from cmreview.review.questions import is_december_question
from cmreview.terms import INDICATORS, Label, Unit

if TYPE_CHECKING:
    from cmreview.records.model import Records


DECEMBER = 12
# Tables with a row for each event only, so that a year without any is a year in which none happened.
_BY_EVENT = {"complaints": "received_on", "projects": "completed_on"}


def notes(
    own: Sequence[Case], findings: Sequence[Finding], records: Records, policy: Policy
) -> Iterator[Told]:
    """The notes of one department's packet: on the rules, the company's totals, and its people.

    ``own`` are its cases and ``findings`` those that it may see. Policy 1.3.a.
    """
    if policy.changed:
        yield _note("policy_changed")
    if not policy.status.is_recorded:
        yield _note("rules_unknown")
    if records.currency.code != policy.currency:
        yield _note("currency_differs", records=records.currency.code, policy=policy.currency)
    if policy.year not in records.years:
        yield _note("year_not_covered", year=str(policy.year))
    yield from _ending_early(records, policy.year)
    yield from _nothing_of(records, policy.year)
    for criterion in policy.criteria:
        if criterion.threshold is not None and criterion.threshold.value is None:
            indicator = INDICATORS[criterion.indicator].label
            yield _note("threshold_open", indicator=indicator, clause=criterion.id)
    for parameter in policy.parameters.values():
        if parameter.value is None:
            yield _note("definition_open", parameter=parameter.label, clause=parameter.clause)
    yield from _totals_notes(findings, records)
    yield from _people_notes(own, policy)


def _ending_early(records: Records, year: int) -> Iterator[Told]:
    """Whether the records of the year stop before its last month: nobody in the company signed anything."""
    last = records.last_signed.get(year)
    if last is not None and last.month < DECEMBER:
        yield _note("records_end_early", last=last)


def _nothing_of(records: Records, year: int) -> Iterator[Told]:
    """Tables that count as none of the year and may as well have been handed in without it."""
    for name, column in _BY_EVENT.items():
        days = records.tables[name][column]
        if len(days) and year in records.years and not (days.dt.year == year).any():
            yield _note("nothing_of_the_year", table=TABLES[name].label, year=str(year))


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


def _note(key: str, **values: str | Label | Figure | date) -> Told:
    return Told(f"review.note.{key}", tuple(values.items()))
