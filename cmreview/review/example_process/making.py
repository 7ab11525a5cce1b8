"""The example company's process: planned without a database, recorded by the desk (Policy 4, 5.4)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from cmreview.errors import LedgerError
from cmreview.policy.model import Policy
from cmreview.process.committee import Committee
from cmreview.process.desk import Desk
from cmreview.process.events import ReviewDecision, Reviewed
from cmreview.process.rules import process_rules
from cmreview.process.setting import Setting
from cmreview.review.example_process.applying import refer, take_in
from cmreview.review.example_process.course import Course, Entry
from cmreview.review.example_process.ending import show_and_appoint
from cmreview.review.example_process.measures import decide_measures
from cmreview.review.example_process.play import Play
from cmreview.review.example_process.sitting import sessions
from cmreview.review.model import Review

if TYPE_CHECKING:
    from cmreview.process.ledger.ledger import Ledger
    from cmreview.process.workdays import Calendar
    from cmreview.records.model import Records


@dataclass(frozen=True)
class Plan:
    """All entries in time, and the setting that they were held against; made for an empty ledger."""

    entries: tuple[Entry, ...]
    setting: Setting


def plan_process(
    records: Records,
    review: Review,
    policy: Policy,
    committee: Committee,
    calendar: Calendar,
    who: Mapping[str, str],
    seed: int,
) -> Plan:
    """What everybody of the example did and when, from the first application to what follows from the year.

    ``records`` and ``review`` are the example company's under ``policy``; ``who`` says who stands for
    what (``records.example.company.awkward``). Pure: the same arguments, the same plan. Raises the
    ProcessError of a step that the policy or the committee don't allow, such as under other rules than
    the shipped ones.
    """
    setting = Setting(process_rules(policy), committee, calendar)
    course = Course(setting)
    play = Play(course, review, _reviews(records, policy.year), policy, who, seed)
    take_in(play)
    refer(play)
    sessions(play)
    show_and_appoint(play)
    decide_measures(play)
    return Plan(tuple(course.entries), setting)


def example_process(plan: Plan, ledger: Ledger) -> Desk:
    """Record the plan in an empty ledger, every step checked once more by the desk, which is returned.

    LedgerError where the ledger is not empty: the plan counts its events from the first.
    """
    if ledger.head().number:
        raise LedgerError("ledger.not_empty", place=ledger.place)
    desk = Desk(ledger, plan.setting)
    for entry in plan.entries:
        desk.record(entry.drafts, entry.at)
    return desk


def drawn(seed: int) -> Callable[[], str]:
    """Salts and the id of the example's ledger: no chance in them, so that it comes out the same."""
    numbers = count()
    return lambda: hashlib.sha256(f"example/{seed}/{next(numbers)}".encode()).hexdigest()[:32]


def _reviews(records: Records, year: int) -> dict[str, tuple[Reviewed, ...]]:
    """The departments' preliminary reviews of the year by manager, in the order of their days."""
    found: dict[str, list[Reviewed]] = {}
    for row in _rows(records):
        if row["year"] == year:
            review = Reviewed(
                ReviewDecision(str(row["decision"])),
                None if row["opinion"] is None else str(row["opinion"]),
                str(row["reviewer"]),
                row["reviewed_on"],  # type: ignore[arg-type]
            )
            found.setdefault(str(row["manager_id"]), []).append(review)
    return {
        manager: tuple(sorted(own, key=lambda review: review.reviewed_on)) for manager, own in found.items()
    }


def _rows(records: Records) -> Iterable[Mapping[str, object]]:
    import pyarrow as pa

    table = pa.Table.from_pandas(records.tables["preliminary_reviews"], preserve_index=False)
    rows: list[dict[str, object]] = table.to_pylist()
    return rows
