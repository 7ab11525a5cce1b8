"""The year's cases as the committee has them before it: facts, stage, score, advice (Policy 4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from cmreview.policy.model import Policy
from cmreview.process.access import is_recused
from cmreview.process.committee import Committee
from cmreview.process.events import Recommendation
from cmreview.process.rules import ProcessRules, process_rules
from cmreview.process.stages import CaseState, Stage
from cmreview.review.model import Case, Review
from cmreview.review.panel.agreement import Agreement
from cmreview.review.panel.decision import Advice, DecisionRules, decision_rules, recommend, withheld
from cmreview.review.panel.panel import (
    PanelResult,
    PanelScore,
    Scores,
    agreed,
    combine,
    panel,
    panel_rules,
    score_sheets,
)
from cmreview.review.told import Told
from cmreview.terms import Label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class CommitteeCase:
    """One case: what the records say of it (``case``), where it stands (``state``), and what follows.

    ``case`` is None where the roster does not know the person. ``panel`` is None until the scores are
    opened, so that nobody learns a closed score from a total. ``advice`` is the policy's
    recommendation as it stands now; the one that a decision was held against stands in the decision.
    """

    case: Case | None
    state: CaseState
    panel: PanelScore | None
    advice: Advice


def committee_cases(
    review: Review, states: Mapping[str, CaseState], committee: Committee, policy: Policy, day: date
) -> tuple[CommitteeCase, ...]:
    """Every case that somebody applied in, in the order of the case ids.

    ``states`` are all of the year's (``Desk.states``), since candidates for one level are scored as one
    group. ``day`` is the day on which the committee sits: it tells who is a member and was to score a
    case that is not decided yet.
    """
    known = {case.person.manager_id: case for case in review.cases}
    scores = panel_scores(states, committee, policy, day)
    given = decision_rules(policy)
    found = []
    for case_id, state in sorted(states.items()):
        if not state.has_applied:
            continue
        case, score = known.get(state.manager_id), scores.get(case_id)
        advice = _advice(case, state, score, given, policy)
        found.append(CommitteeCase(case, state, score, advice))
    return tuple(found)


def recommendations(
    review: Review, states: Mapping[str, CaseState], committee: Committee, policy: Policy, day: date
) -> dict[str, Recommendation]:
    """The recommendation of every case, by case id: what a decision is held against (Policy 4.3)."""
    cases = committee_cases(review, states, committee, policy, day)
    return {each.state.case: each.advice.recommendation for each in cases}


def panel_scores(
    states: Mapping[str, CaseState], committee: Committee, policy: Policy, day: date
) -> dict[str, PanelScore]:
    """The panel score of every case whose scores are opened, by case id (Policy 4.3).

    Sheets of recused members are left out, also those handed in before the recusal.
    """
    found: dict[str, PanelScore] = {}
    rules, how = process_rules(policy), panel_rules(policy)
    for group in _groups(states):
        scores = combine(_sheets(group, committee, rules, day), how)
        apart = {state.case: recused_members(state, committee, rules, day) for state in group}
        found |= {each.candidate: replace(each, recused=apart[each.candidate]) for each in scores}
    return found


def panel_results(
    states: Mapping[str, CaseState], committee: Committee, policy: Policy, day: date
) -> dict[str, PanelResult]:
    """Scores, agreement, severity and rank sets of the opened cases, by target level (Policy 4.3)."""
    rules, how = process_rules(policy), panel_rules(policy)
    return {_target(group[0]): panel(_sheets(group, committee, rules, day), how) for group in _groups(states)}


def panel_agreement(
    states: Mapping[str, CaseState], committee: Committee, policy: Policy, day: date
) -> dict[str, Agreement]:
    """The agreement of ``panel_results`` alone, by target level (Policy 4.3)."""
    rules, how = process_rules(policy), panel_rules(policy)
    return {
        _target(group[0]): agreed(_sheets(group, committee, rules, day), how) for group in _groups(states)
    }


def recused_members(
    state: CaseState, committee: Committee, rules: ProcessRules, day: date
) -> tuple[str, ...]:
    """The ids of the members who keep away from the case (Policy 1.3.a).

    One whom the committee's file does not know any more keeps away only by declaration.
    """
    found = set()
    for member in _seated(state, committee, day):
        person = committee.people.get(member)
        if member in state.recused or (person is not None and is_recused(state, person, rules)):
            found.add(member)
    return tuple(sorted(found))


def _groups(states: Mapping[str, CaseState]) -> Iterator[tuple[CaseState, ...]]:
    """The cases that are scored together: opened, for the same level, and not taken back."""
    groups: dict[str, list[CaseState]] = {}
    for _, state in sorted(states.items()):
        if state.scores_open and state.application is not None and state.stage is not Stage.WITHDRAWN:
            groups.setdefault(_target(state), []).append(state)
    for _, group in sorted(groups.items()):
        yield tuple(group)


def _sheets(group: Iterable[CaseState], committee: Committee, rules: ProcessRules, day: date) -> Scores:
    cases = tuple(group)
    marks: dict[tuple[str, str, str], Fraction | Decimal | int] = {}
    apart: set[tuple[str, str]] = set()
    seated = {state.case: _seated(state, committee, day) for state in cases}
    everybody = {member for members in seated.values() for member in members}
    for state in cases:
        own = set(recused_members(state, committee, rules, day))
        # whoever sat over another case only was not to score this one, and is not missing here
        apart |= {(member, state.case) for member in own | (everybody - seated[state.case])}
        marks |= {
            (sheet.member, state.case, score.item): score.points
            for _, sheet in state.sheets
            if sheet.member not in own
            for score in sheet.scores
            if score.points is not None
        }
    return score_sheets(everybody, (state.case for state in cases), marks, apart)


def _seated(state: CaseState, committee: Committee, day: date) -> frozenset[str]:
    """The members of the day on which the case was decided, and all who scored it."""
    sat_on = day
    if state.decision is not None and state.stage is not Stage.IN_COMMITTEE:
        sat_on = state.decision.decided_on
    members = {person.id for person in committee.members(sat_on)}
    return frozenset(members | {sheet.member for _, sheet in state.sheets})


def _advice(
    case: Case | None, state: CaseState, score: PanelScore | None, given: DecisionRules, policy: Policy
) -> Advice:
    """The recommendation, or why the records don't bear one for the level that was applied for."""
    if case is None:
        return withheld(Told("decision.nobody", (("manager", state.manager_id),)))
    if case.application is None:
        return withheld(Told("decision.no_application"))
    target = _target(state)
    if target and target != case.application.target_level:
        labels = {level.id: level.label for level in policy.levels}
        levels = (("ledger", target), ("records", case.application.target_level))
        named = tuple((name, labels.get(level, Label(level, level))) for name, level in levels)
        return withheld(Told("decision.other_target", named))
    return recommend(case.overall, case.score, score, given)


def _target(state: CaseState) -> str:
    return "" if state.application is None else state.application.target_level
