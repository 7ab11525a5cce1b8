"""What the record of the process adds to a review: admissions, proceedings, and where the two differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from cmreview.policy.model import Policy
from cmreview.process.access import JUDGES
from cmreview.process.committee import Committee, Role
from cmreview.process.events import Event, case_id
from cmreview.process.labels import label
from cmreview.process.rules import process_rules
from cmreview.process.stages import CaseState, Stage, case_states
from cmreview.review import rules
from cmreview.review.committee.cases import panel_scores, recused_members
from cmreview.review.committee.course import Manner, proceedings
from cmreview.review.committee.proceedings import NOTHING_RECORDED
from cmreview.review.model import Application, Case, Preliminary
from cmreview.review.told import Told
from cmreview.terms import Label

if TYPE_CHECKING:
    from cmreview.review.panel.panel import PanelScore


@dataclass(frozen=True)
class ProcessRecord:
    """What is recorded of a review year: the events of each case, where they leave it, and the people.

    ``as_of`` is the day of the last event, so that the same record is always told alike.
    """

    histories: Mapping[str, tuple[Event, ...]]
    states: Mapping[str, CaseState]
    scores: Mapping[str, PanelScore]
    committee: Committee
    as_of: date


def process_record(events: Iterable[Event], committee: Committee, policy: Policy) -> ProcessRecord:
    """The record of the policy's year, from all of its events in their order (Policy 4)."""
    histories: dict[str, list[Event]] = {}
    last = date(policy.year, 12, 31)
    for event in events:
        histories.setdefault(event.case, []).append(event)
        last = max(last, event.at.astimezone(committee.zone).date())
    states = case_states((event for each in histories.values() for event in each), process_rules(policy))
    return ProcessRecord(
        histories={case: tuple(own) for case, own in sorted(histories.items())},
        states=states,
        scores=panel_scores(states, committee, policy, last),
        committee=committee,
        as_of=last,
    )


def admitted(application: Application, manager_id: str, year: int, record: ProcessRecord) -> Application:
    """The application of the records, admitted where the record of the process admits it (Policy 4.1).

    Only the very application that was recorded, by day and level: another one still awaits admission.
    """
    state = record.states.get(case_id(year, manager_id))
    if state is None or state.admitted_by is None or not application.awaits_admission:
        return application
    recorded = state.application
    if recorded is None or (recorded.applied_on, recorded.target_level) != (
        application.applied_on,
        application.target_level,
    ):
        return application
    return replace(application, admitted_by=_admitter(state.admitted_by, record.committee))


def reviewed(manager_id: str, year: int, record: ProcessRecord) -> Preliminary | None:
    """The preliminary review that is recorded, for records that hand in none (Policy 4.2)."""
    state = record.states.get(case_id(year, manager_id))
    review = None if state is None else state.review
    if review is None:
        return None
    reviewer = record.committee.name_of(review.reviewer)
    return Preliminary(review.decision.value, review.opinion, reviewer, review.reviewed_on)


def with_proceedings(cases: Sequence[Case], record: ProcessRecord, policy: Policy) -> tuple[Case, ...]:
    """The cases with what is recorded of each, and a question wherever records and record differ."""
    known = process_rules(policy)
    manner = Manner(
        scores=rules.word(policy, "scores_shown_to_department"),
        rules=known,
        levels={level.id: level.label for level in policy.levels},
        committee=record.committee,
    )
    found = []
    for case in cases:
        id_ = case_id(policy.year, case.person.manager_id)
        state = record.states.get(id_)
        if state is None or not state.has_applied:
            if case.application is not None:
                told = (*case.questions, Told("proceedings.differs.not_recorded"))
                case = replace(case, proceedings=NOTHING_RECORDED, questions=told)
            found.append(case)
            continue
        recused = len(recused_members(state, record.committee, known, record.as_of))
        went = proceedings(state, record.histories[id_], record.scores.get(id_), recused, manner)
        told = (*case.questions, *_differences(case, state, manner.levels))
        found.append(replace(case, proceedings=went, questions=told))
    return tuple(found)


def unmatched(cases: Sequence[Case], record: ProcessRecord) -> tuple[tuple[str, Told], ...]:
    """Recorded cases that no application of the records answers to: by department, what to tell of each.

    What is decided after the review concerns people without an application too, and is told of nobody here
    but those whom the roster does not know.

    Somebody on the roster is told to the department of the roster, anybody else to the one that stands in
    the recorded application.
    """
    people = {case.person.manager_id: case for case in cases}
    found = []
    for state in record.states.values():
        case = people.get(state.manager_id)
        if case is not None and case.application is None and state.has_applied:
            name = ("name", case.person.name)
            values = (("manager", state.manager_id), name, ("stage", label(state.stage)))
            found.append((case.person.department, Told("proceedings.differs.not_in_records", values)))
        elif case is None:
            told = Told("proceedings.differs.not_on_roster", (("manager", state.manager_id),))
            found.append((state.department or "", told))
    return tuple(found)


def _admitter(actor: str, committee: Committee) -> str:
    """Who admitted it, by name; whoever judges in the committee is named to no department."""
    person = committee.people.get(actor)
    if person is not None and JUDGES & set(person.roles) and Role.SECRETARY not in person.roles:
        return committee.name("zh")
    return committee.name_of(actor)


def _differences(case: Case, state: CaseState, levels: Mapping[str, Label]) -> Iterator[Told]:
    recorded, application = state.application, case.application
    if recorded is None or application is None:
        return
    if recorded.department != case.person.department:
        yield _differs("department", recorded.department, case.person.department)
    if recorded.target_level != application.target_level:
        pair = (recorded.target_level, application.target_level)
        yield _differs("target", *(levels.get(level, Label(level, level)) for level in pair))
    if recorded.applied_on != application.applied_on:
        yield _differs("applied_on", recorded.applied_on, application.applied_on)
    if state.stage is Stage.AWAITING_ADMISSION and not application.awaits_admission:
        yield Told("proceedings.differs.admission")
    review, preliminary = state.review, case.preliminary
    if review is not None and preliminary is not None and review.decision.value != preliminary.decision:
        said = Told(f"proceedings.review.{preliminary.decision}")
        yield _differs("review", label(review.decision), said)


def _differs(key: str, recorded: str | Label | date, records: str | Label | date | Told) -> Told:
    return Told(f"proceedings.differs.{key}", (("recorded", recorded), ("records", records)))
