"""What papers are made of: the record of a year, and how it names people, levels and days (Policy 4)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from cmreview.policy.model import Policy
from cmreview.process.access import JUDGES, is_recused, may_see, same_name
from cmreview.process.committee import Committee, Person, Role
from cmreview.process.events import Event
from cmreview.process.labels import label
from cmreview.process.rules import ProcessRules, process_rules
from cmreview.process.stages import CaseState, after, case_state, effective
from cmreview.process.workdays import Calendar
from cmreview.review.committee.cases import committee_cases
from cmreview.review.figures import YUAN
from cmreview.review.model import Case, Review
from cmreview.review.panel.decision import Advice
from cmreview.review.told import Told
from cmreview.show.papers.fields import Paper
from cmreview.show.papers.shapes import Contact
from cmreview.terms import Label
from cmreview.words import say

_TAIL = 4  # digits of an id that tell two people of one name apart, more where these are the same


@dataclass(frozen=True, slots=True)
class Moment:
    """An event that counts, and the case as it stood right after it."""

    event: Event
    state: CaseState


@dataclass(frozen=True, slots=True)
class Made:
    """A paper, the name of its file without an ending, and the cases that it speaks of."""

    stem: str
    paper: Paper
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotMade:
    """Why there is no such paper of a case. ``is_pending`` where there may be one once it has moved on."""

    case: str
    why: Told
    is_pending: bool


@dataclass(frozen=True)
class Archive:
    """The record of the policy's year with all that its papers need beside it.

    ``histories`` are all of the year's cases. ``review`` is what the records say; None where they were not
    asked, and then there is no paper that shows figures of theirs. ``lang`` is the papers' language.
    ``support`` is what an improvement plan may propose, in words, by manager id (Policy 5.4.e).
    """

    policy: Policy
    committee: Committee
    calendar: Calendar
    histories: Mapping[str, tuple[Event, ...]]
    review: Review | None = None
    currency: Label = YUAN
    lang: str = "zh"
    support: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    rules: ProcessRules = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rules", process_rules(self.policy))

    @cached_property
    def states(self) -> dict[str, CaseState]:
        """Every case as it stands, by case id, sorted."""
        found = sorted(self.histories.items())
        return {case: case_state(case, history, self.rules) for case, history in found}

    @cached_property
    def moments(self) -> dict[str, tuple[Moment, ...]]:
        """The course of every case, by case id, sorted."""
        return {case: self._course(case) for case in sorted(self.histories)}

    def _course(self, case: str) -> tuple[Moment, ...]:
        state, found = CaseState(case), []
        for event in effective(self.histories[case]):
            state = after(state, event, self.rules)
            found.append(Moment(event, state))
        return tuple(found)

    def states_at(self, number: int) -> dict[str, CaseState]:
        """Every case as it stood when event ``number`` was recorded."""
        return {
            case: case_state(case, [one for one in history if one.number <= number], self.rules)
            for case, history in sorted(self.histories.items())
            if history[0].number <= number
        }

    @cached_property
    def known(self) -> dict[str, Case]:
        """What the records say of each person, by manager id."""
        cases = () if self.review is None else self.review.cases
        return {case.person.manager_id: case for case in cases}

    def name_of(self, case: str) -> str | None:
        """Who a case is about: by the record, or by the roster where nothing is recorded of it yet."""
        state = self.states.get(case, CaseState(case))
        own = self.known.get(state.manager_id)
        return state.name or (None if own is None else own.person.name)

    def advice(self, day: date) -> Mapping[str, Advice]:
        """The policy's recommendation of every case as it stands, by case id; it needs the review."""
        if self.review is None:
            raise ValueError("there is no recommendation without the records")
        if day not in self._advice:
            found = committee_cases(self.review, self.states, self.committee, self.policy, day)
            self._advice[day] = {one.state.case: one.advice for one in found}
        return self._advice[day]

    @cached_property
    def _advice(self) -> dict[date, dict[str, Advice]]:
        return {}

    @property
    def company(self) -> str:
        """Who issues the papers."""
        return self.committee.papers.issuer(self.lang)

    @property
    def rule_title(self) -> str:
        """What the rules of the review are called."""
        return self.committee.papers.rules(self.lang)

    @property
    def appeal_body(self) -> str:
        """Who hears appeals (Policy 4.4)."""
        return self.committee.name(self.lang)

    @property
    def contact(self) -> Contact:
        """The office of the committee's file: its name ends at the first comma, how to reach it follows."""
        office, *reach = re.split(r"[，,]\s*", self.committee.papers.contact(self.lang), maxsplit=1)
        return Contact(office, reach[0] if reach else None)

    def day_of(self, event: Event) -> date:
        """The day on which an event was recorded, where the company is."""
        return event.at.astimezone(self.committee.zone).date()

    @cached_property
    def as_of(self) -> date:
        """The day of the last event, the year's last day without any: the same record is dated alike."""
        days = (self.day_of(event) for history in self.histories.values() for event in history)
        return max((date(self.policy.year, 12, 31), *days))

    def level(self, level_id: str | None) -> str | None:
        """A level's name; None where none is held."""
        if level_id is None:
            return None
        labels = {level.id: level.label for level in self.policy.levels}
        return labels.get(level_id, Label(level_id, level_id))(self.lang)

    @cached_property
    def _people(self) -> frozenset[tuple[str, str, str]]:
        """Manager id, name and department of everybody who is known."""
        recorded = {
            (state.manager_id, name, department)
            for state in self.states.values()
            for name, department in state.known_as
        }
        roster = {
            (each.person.manager_id, each.person.name, each.person.department) for each in self.known.values()
        }
        return frozenset(recorded | roster)

    def told_apart(self, state: CaseState) -> str:
        """A person's name; with the end of the id where a colleague of the department has the same."""
        if state.name is None or state.department is None:
            return state.manager_id
        others = [
            manager_id
            for manager_id, name, department in self._people
            if manager_id != state.manager_id
            and same_name(name, state.name)
            and same_name(department, state.department)
        ]
        if not others:
            return state.name
        tail = _TAIL
        while tail < len(state.manager_id) and any(one.endswith(state.manager_id[-tail:]) for one in others):
            tail += 1
        return say("paper_making.namesake", self.lang, name=state.name, tail=state.manager_id[-tail:])


def stem(*parts: object) -> str:
    """The name of a paper's file, before it is made safe."""
    return "-".join(str(part) for part in parts)


def standing_at(state: CaseState) -> Told:
    """That there is no such paper because of where the case stands."""
    return Told("paper_making.not_yet", (("stage", label(state.stage)),))


def sits_over(state: CaseState, reader: Person | None, rules: ProcessRules) -> bool:
    """Whether ``reader`` is of the committee or its secretary and nothing keeps them from the case.

    Who reads nothing closed is asked for nothing: None may see all that a paper shows.
    """
    if reader is None or Role.SECRETARY in reader.roles:
        return True
    return bool(JUDGES & set(reader.roles)) and not is_recused(state, reader, rules)


def may_read(state: CaseState, reader: Person | None, rules: ProcessRules) -> bool:
    """Whether ``reader`` may see the case at all (``access.may_see``)."""
    return reader is None or may_see(state, reader, rules)
