"""From records and ledger to a prepared file for one reader: all, one department, or blind (Policy 1.3.a)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cmreview.errors import InputError, PolicyError
from cmreview.policy.load import default_folder, load_policy
from cmreview.policy.model import Policy
from cmreview.process.access import JUDGES, Ground, is_recused, may_see, same_name
from cmreview.process.calendar_file import load_calendar
from cmreview.process.committee import Person, Role
from cmreview.process.committee_file import load_committee
from cmreview.process.events import Event
from cmreview.process.ledger.ledger import Ledger
from cmreview.process.overview import by_case
from cmreview.process.rules import process_rules
from cmreview.process.setting import Setting
from cmreview.process.stages import CaseState, case_states
from cmreview.records.opening import open_records
from cmreview.review.case import build_review, expectations
from cmreview.review.explorer.discussion import discussion
from cmreview.review.explorer.policy_folder import policy_files
from cmreview.review.explorer.prepared import prepare_explorer
from cmreview.review.model import Review


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to prepare, and for whom. Places that are None are the project's own."""

    year: int
    records: Path
    ledger: str | None = None
    person: str | None = None
    department: str | None = None
    is_blind: bool = False
    mapping: Path | None = None
    policy: Path | None = None
    committee: Path | None = None


def prepare(wanted: Wanted, target: Path, review: Review | None = None) -> None:
    """Write the prepared file. ``review`` is that of the records where it is at hand.

    A person of the committee gets a file without the cases they may not see; for that the ledger is needed,
    which knows who declared a recusal. A person who only reviews for a department gets that department's
    file. InputError, PolicyError, LedgerError and the like for what can't be used.
    """
    folder = wanted.policy or default_folder()
    policy = load_policy(folder, wanted.year)
    setting = Setting(process_rules(policy), load_committee(wanted.committee), load_calendar())
    person = None if wanted.person is None else setting.committee.person(wanted.person)
    if person is not None and wanted.ledger is None:
        raise InputError("explorer.person_needs_ledger", person=person.name)
    states, histories = _recorded(wanted.ledger, setting)
    department = _department(person, wanted.department)
    records = open_records(wanted.records, wanted.mapping, expectations=expectations(policy))
    whole = build_review(records, policy) if review is None else review
    day = datetime.now(UTC).astimezone(setting.committee.zone).date()
    without = frozenset() if person is None else unseen(person, states or {}, whole, setting)
    discussed = (
        discussion(whole, states, histories, setting, policy, day, person, without)
        if states is not None and department is None and not wanted.is_blind
        else None
    )
    prepare_explorer(
        records,
        _dated(folder, policy, records.years),
        whole,
        target,
        states=states,
        committee=setting.committee,
        day=day,
        department=department,
        without=without,
        blind_key=secrets.token_bytes(32) if wanted.is_blind else None,
        policy_files=policy_files(folder),
        discussed=discussed,
    )


def unseen(
    person: Person, states: Mapping[str, CaseState], review: Review, setting: Setting
) -> frozenset[str]:
    """The managers whose cases ``person`` may not see, whoever judges none that speaks against them.

    An application that the ledger does not know yet counts by department, relation and person alone. Who did
    not apply is in the file whatever was decided after the review: none of that is in it.
    """
    judges = bool(JUDGES & set(person.roles)) and Role.SECRETARY not in person.roles
    rules = setting.rules
    found = {
        state.manager_id
        for state in states.values()
        if state.has_applied
        and (not may_see(state, person, rules) or (judges and is_recused(state, person, rules)))
    }
    known = {state.manager_id for state in states.values() if state.has_applied}
    for case in review.cases:
        own = case.person
        if not judges or case.application is None or own.manager_id in known:
            continue
        is_near = Ground.SAME_DEPARTMENT.value in rules.recusal_grounds and same_name(
            own.department, person.department
        )
        if is_near or own.manager_id == person.id or own.manager_id in person.relations:
            found.add(own.manager_id)
    return frozenset(found)


def _recorded(
    ledger: str | None, setting: Setting
) -> tuple[Mapping[str, CaseState] | None, Mapping[str, Sequence[Event]]]:
    """The year's cases and their events by case; None and none without a ledger."""
    if ledger is None:
        return None, {}
    with Ledger.open(Path(ledger) if "://" not in ledger else ledger) as opened:
        events = opened.events(year=setting.rules.year)
    return case_states(events, setting.rules), by_case(events)


def _department(person: Person | None, asked: str | None) -> str | None:
    """Whose people a file holds: a department's reviewer gets no more than the own department's."""
    if person is None or set(person.roles) - {Role.REVIEWER}:
        return asked
    if asked not in (None, person.department):
        raise InputError("explorer.other_department", person=person.name, department=person.department)
    return person.department


def _dated(folder: Path, policy: Policy, years: tuple[int, ...]) -> tuple[Policy, ...]:
    """The policies of the records' years that the folder speaks for, the one in force last."""
    found = []
    for year in years:
        if year < policy.year:
            try:
                found.append(load_policy(folder, year))
            except PolicyError:  # the folder does not speak for that year
                continue
    return (*found, policy)
