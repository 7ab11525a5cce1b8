"""What one person may see of a year at one moment; what they may not see is not in it (Policy 1.3.a)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from cmreview.policy.model import Policy
from cmreview.process.access import JUDGES, is_recused, may_see, may_see_scores
from cmreview.process.committee import Committee, Person, Role
from cmreview.process.events import Event, Kind, Scored, Voided
from cmreview.process.rules import ProcessRules
from cmreview.process.setting import Setting
from cmreview.process.stages import CaseState, Stage, case_states
from cmreview.process.steps.steps import STEPS
from cmreview.review.committee.agenda import AgendaItem, agenda, open_against_line
from cmreview.review.committee.cases import CommitteeCase, committee_cases
from cmreview.review.model import Review
from cmreview.review.panel.decision import withheld
from cmreview.review.panel.panel import PanelResult
from cmreview.review.told import Told

# What the committee does among itself; a department's reviewer reads none of it.
_INSIDE = frozenset(
    {
        Kind.RECUSED,
        Kind.SCORED,
        Kind.SCORES_OPENED,
        Kind.DECIDED,
        Kind.APPEAL_HEARD,
        Kind.MEASURE_DECIDED,
        Kind.LEGAL_STEP,
    }
)


@dataclass(frozen=True)
class Sight:
    """The cases that a person may see, by case id, with their entries and what waits for a decision.

    ``results`` compare the opened cases of one target level, again only those that the person may see.
    ``inside`` are the cases of which they may know what the committee says. ``day`` is the day of the
    sitting.
    """

    person: Person
    day: date
    cases: Mapping[str, CommitteeCase]
    histories: Mapping[str, tuple[Event, ...]]
    inside: frozenset[str]
    results: Mapping[str, PanelResult]
    agenda: tuple[AgendaItem, ...]

    @property
    def order(self) -> tuple[str, ...]:
        """The case ids in the order of the agenda, then all others."""
        first = [item.case.state.case for item in self.agenda]
        return (*first, *(case for case in self.cases if case not in set(first)))

    def may_take(self, kind: Kind, case: str) -> bool:
        """Whether the person holds a role for a step that the case's stage allows."""
        step = STEPS[kind]
        return case in self.inside and self._holds(step.roles) and self._stage(case) in step.stages

    def _holds(self, roles: Sequence[Role]) -> bool:
        return bool(set(roles) & set(self.person.roles))

    def _stage(self, case: str) -> Stage:
        return self.cases[case].state.stage


# Opened cases, by case id -> scores, agreement, severity and rank sets of each group of them.
Compare = Callable[[Mapping[str, CaseState]], Mapping[str, PanelResult]]


def sight(
    person: Person,
    events: Sequence[Event],
    review: Review,
    setting: Setting,
    policy: Policy,
    day: date,
    compare: Compare,
) -> Sight:
    """What ``person`` may see on ``day``, from all the year's ``events``.

    Scores are combined over everybody first, since that is how they count; then what the person may
    not see is left out, totals and comparisons included: ``compare`` is given no more than they may see.
    """
    rules, committee = setting.rules, setting.committee
    states = case_states(events, rules)
    seen = {case for case, state in states.items() if state.has_applied and may_see(state, person, rules)}
    inside = frozenset(case for case in seen if _is_inside(states[case], person, rules))
    everything = committee_cases(review, states, committee, policy, day)
    cases = {
        one.state.case: one if one.state.case in inside else _from_outside(one)
        for one in everything
        if one.state.case in seen
    }
    results = compare({case: states[case] for case in sorted(inside) if states[case].scores_open})
    return Sight(
        person=person,
        day=day,
        cases=cases,
        histories={case: _history(case, events, inside) for case in cases},
        inside=inside,
        results=results,
        agenda=_agenda(cases, inside, results, committee, rules, day),
    )


def _agenda(
    cases: Mapping[str, CommitteeCase],
    inside: frozenset[str],
    results: Mapping[str, PanelResult],
    committee: Committee,
    rules: ProcessRules,
    day: date,
) -> tuple[AgendaItem, ...]:
    own = [case for name, case in cases.items() if name in inside]
    return agenda(own, open_against_line(results), committee, rules, day)


def _is_inside(state: CaseState, person: Person, rules: ProcessRules) -> bool:
    """Whether somebody who may see the case may also know what the committee says of it."""
    if JUDGES & set(person.roles):
        return not is_recused(state, person, rules)
    return Role.SECRETARY in person.roles


def _from_outside(case: CommitteeCase) -> CommitteeCase:
    """A case as its department's reviewer knows it: its decision counts once it is shown in-house."""
    state = replace(case.state, sheets=(), scores_open=False, recused=frozenset(), earlier_decisions=())
    if state.publicity is None:
        state = replace(state, decision=None, decided_by=None)
    state = replace(state, decision_reason=None, measures=(), legal_steps=())
    return replace(case, state=state, panel=None, advice=withheld(Told("session.not_shown")))


def _history(case: str, events: Sequence[Event], inside: frozenset[str]) -> tuple[Event, ...]:
    own = tuple(event for event in events if event.case == case)
    if case in inside:
        return own
    hidden = {event.number for event in own if event.kind in _INSIDE}
    return tuple(
        event
        for event in own
        if event.number not in hidden
        and not (isinstance(event.payload, Voided) and event.payload.event in hidden)
    )


def shows_content(event: Event, state: CaseState, person: Person, rules: ProcessRules) -> bool:
    """Whether a person may read what an entry says: of a closed score sheet, its member only."""
    if isinstance(event.payload, Scored):
        return may_see_scores(state, person, event.payload.member, rules)
    return True
