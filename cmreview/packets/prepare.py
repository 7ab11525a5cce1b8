"""From records and policy to one private file a department: the company is reviewed once, here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmreview.errors import InputError, LedgerError
from cmreview.naming import safe_name
from cmreview.terms import Label, Severity

if TYPE_CHECKING:
    from cmreview.policy.model import Policy
    from cmreview.process.ledger.ledger import Head
    from cmreview.records.model import Records
    from cmreview.review.committee.recorded import ProcessRecord
    from cmreview.review.model import DepartmentReview, Review

RESERVED = ("index.html", "run.json", "failed")  # what else lies among the departments' folders


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: a year of a company, from where, to where, for whom.

    ``departments`` empty asks for all. ``engine`` names another papermill engine, None ours. ``ledger``
    is the file or address of the record of the process, None where packets are to show none of it;
    ``committee`` names the people who act in it, None takes the project's own. ``executor`` is the address
    of a cluster that is to make them, None makes them here by ``jobs`` processes.
    """

    year: int
    records: Path
    outputs: Path
    mapping: Path | None = None
    policy: Path | None = None
    departments: tuple[str, ...] = ()
    lang: str = "zh"
    jobs: int | None = None
    strict: bool = False
    pdf: bool = False
    engine: str | None = None
    notebook: Path | None = None
    ledger: str | None = None
    committee: Path | None = None
    executor: str | None = None

    @property
    def target(self) -> Path:
        """The folder of the year."""
        return (self.outputs / str(self.year)).absolute()


@dataclass(frozen=True, slots=True)
class Company:
    """What everybody may know of the company, for the page over all departments."""

    label: Label
    year: int
    edition: str
    currency: Label
    sales: Fraction | None  # the company's of the year; None where they are not known


@dataclass(frozen=True, slots=True)
class Department:
    """One department before its packet is made; ``review`` None where errors in its records stop it."""

    name: str
    stem: str
    review: DepartmentReview | None
    managers: int
    applicants: int
    findings: Mapping[str, int]
    is_asked_for: bool


@dataclass(frozen=True, slots=True)
class Prepared:
    """The reviewed company: its departments by name, and what run.json tells of the input.

    ``contents`` are the hashes of the files that were read.
    """

    company: Company
    departments: tuple[Department, ...]
    about: Mapping[str, Any]
    contents: frozenset[str] = frozenset()


def prepare(request: Request) -> Prepared:
    """Read, check and review the company once.

    Raises an InputError before anything is made: records or policy that can't be read, a year without
    contracts, a department that the records do not know; LedgerError for a ledger that can't be trusted.
    """
    from cmreview.policy.load import default_folder, earlier_policy, load_sound_policy
    from cmreview.records.opening import open_records, refuse_unusable
    from cmreview.review.case import build_review, expectations

    folder = request.policy or default_folder()
    policy = load_sound_policy(folder, request.year)
    records = open_records(request.records, request.mapping, expectations=expectations(policy))
    if not records.years:
        refuse_unusable(records)
    check_year(records, request.year)
    kept = None if request.ledger is None else kept_record(request.ledger, request.committee, policy)
    review = build_review(
        records,
        policy,
        record=None if kept is None else kept.record,
        earlier=earlier_policy(folder, request.year),
    )
    _check_departments(request.departments, review.departments)
    return Prepared(
        company=_company(review, policy, records),
        departments=_departments(review, records, request),
        about=_about(records, policy, request) | ({} if kept is None else _about_ledger(kept, review)),
        contents=frozenset(source.sha256 for source in records.sources),
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """What the ledger holds of the year, and where it ended when it was read."""

    record: ProcessRecord
    head: Head
    place: str


def kept_record(location: str, committee_file: Path | None, policy: Policy) -> Kept:
    """Read the ledger; one that is not whole is not shown as if it were true. LedgerError, CommitteeError."""
    from cmreview.process.committee_file import load_committee
    from cmreview.process.ledger.ledger import Ledger
    from cmreview.review.committee.recorded import process_record

    committee = load_committee(committee_file)
    with Ledger.open(location) as ledger:
        if ledger.verify():
            raise LedgerError("ledger.broken", place=ledger.place)
        head = ledger.head()
        events = [event for event in ledger.events(year=policy.year) if event.number <= head.number]
        return Kept(process_record(events, committee, policy), head, ledger.place)


def check_year(records: Records, year: int) -> None:
    """Raise InputError where no contract of the year was handed in: nothing can be said of it."""
    signed = records.tables["contracts"]["signed_on"].dropna()
    known = sorted({day.year for day in signed})
    if year not in known:
        covered = f"{known[0]}–{known[-1]}" if known else "—"
        raise InputError("cli_packets.error.no_contracts_in_year", year=year, covered=covered)


def _check_departments(asked: Sequence[str], known: Sequence[str]) -> None:
    unknown = [name for name in dict.fromkeys(asked) if name not in known]
    if unknown:
        names = {"unknown": tuple(unknown), "known": tuple(known) or "—"}
        raise InputError("cli_packets.error.unknown_department", **names)


def _company(review: Review, policy: Policy, records: Records) -> Company:
    totals = review.by_department[0][1].totals if review.by_department else None
    sales = None if totals is None else totals.company_sales
    return Company(policy.company, policy.year, policy.edition, records.currency.label, sales)


def _departments(review: Review, records: Records, request: Request) -> tuple[Department, ...]:
    reviews = dict(review.by_department)
    taken = list(RESERVED)
    found: list[Department] = []
    for name in review.departments:
        stem = safe_name(name, taken)
        taken.append(stem)
        own = [finding.severity for finding in records.findings if finding.department == name]
        counts = {severity.value: own.count(severity) for severity in Severity}
        people = [case for case in review.cases if case.person.department == name]
        found.append(
            Department(
                name=name,
                stem=stem,
                review=reviews.get(name),
                managers=len(people),
                applicants=sum(case.application is not None for case in people),
                findings=counts,
                is_asked_for=not request.departments or name in request.departments,
            )
        )
    return tuple(found)


def _about_ledger(kept: Kept, review: Review) -> dict[str, Any]:
    from cmreview.review.committee.recorded import unmatched

    known = set(review.departments)
    homeless = [told.text("zh") for name, told in unmatched(review.cases, kept.record) if name not in known]
    return {
        "ledger": {
            "place": kept.place,
            "id": kept.head.ledger_id,
            "number": kept.head.number,
            "hash": kept.head.hash,
            "cases": len(kept.record.states),
            "of_no_department": homeless,
        }
    }


def _about(records: Records, policy: Policy, request: Request) -> dict[str, Any]:
    severities = [finding.severity for finding in records.findings]
    return {
        "records": str(request.records),
        "mapping": None if request.mapping is None else str(request.mapping),
        "policy": {"edition": policy.edition, "sha256": policy.sha256},
        "sources": {source.file: source.sha256 for source in records.sources},
        "rows": [
            {
                "table": count.table,
                "file": count.file,
                "sheet": count.sheet,
                "in": count.rows_in,
                "used": count.used,
                "set_aside": count.set_aside,
            }
            for count in records.counts
        ],
        "findings": {severity.value: severities.count(severity) for severity in Severity},
    }
