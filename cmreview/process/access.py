"""Conflicts of interest, and what somebody may therefore see and do (Policy 1.3.a)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from cmreview.process.committee import Committee, Person, Role
from cmreview.process.rules import ProcessRules
from cmreview.process.stages import CaseState

# The roles in which somebody judges; a department's reviewer judges in no committee.
JUDGES = frozenset({Role.CHAIR, Role.DEPUTY, Role.MEMBER})


class Ground(StrEnum):
    """Why a member keeps away from a case (回避事由)."""

    DECLARED = "declared"
    SAME_DEPARTMENT = "same_department"
    PRELIMINARY_REVIEWER = "preliminary_reviewer"
    NAMED_RELATION = "named_relation"


def grounds(state: CaseState, person: Person, rules: ProcessRules) -> tuple[Ground, ...]:
    """Why ``person`` must keep away from the case; empty where nothing speaks against them.

    What was declared always counts; what is detected counts where the policy names it.
    """
    found = [Ground.DECLARED] if person.id in state.recused else []
    detected = {
        Ground.SAME_DEPARTMENT: state.application is not None
        and state.application.department == person.department,
        Ground.PRELIMINARY_REVIEWER: bool(state.reviewers & {person.id, person.name}),
        Ground.NAMED_RELATION: state.manager_id in person.relations,
    }
    found += [ground for ground, holds in detected.items() if holds and ground.value in rules.recusal_grounds]
    return tuple(found)


def is_recused(state: CaseState, person: Person, rules: ProcessRules) -> bool:
    """Whether ``person`` keeps away from the case."""
    return bool(grounds(state, person, rules))


def entitled(state: CaseState, committee: Committee, rules: ProcessRules, day: date) -> tuple[Person, ...]:
    """The members who may judge the case on ``day``: all but the recused (Policy 4.3)."""
    return tuple(person for person in committee.members(day) if not is_recused(state, person, rules))


def may_see(state: CaseState, person: Person, rules: ProcessRules) -> bool:
    """Whether ``person`` may see the case at all.

    Secretaries see every case. Who judges sees those that nothing keeps them from. A reviewer sees
    the own department's, and so does a judge who is recused for no more than being its reviewer:
    as the reviewer they know it, and what the committee says of it stays hidden (``may_see_scores``).
    """
    if Role.SECRETARY in person.roles:
        return True
    if JUDGES & set(person.roles) and not is_recused(state, person, rules):
        return True
    return is_own_department(state, person)


def is_own_department(state: CaseState, person: Person) -> bool:
    """Whether ``person`` reviews the department that the case comes from (Policy 4.2)."""
    application = state.application
    return (
        Role.REVIEWER in person.roles
        and application is not None
        and application.department == person.department
    )


def may_see_scores(state: CaseState, person: Person, member: str, rules: ProcessRules) -> bool:
    """Whether ``person`` may see the sheet of ``member``: the own one, and all once they are opened.

    A recused member sees none, opened or not.
    """
    judges = JUDGES & set(person.roles)
    if judges and is_recused(state, person, rules):
        return False
    if person.id == member:
        return True
    return state.scores_open and bool(judges or Role.SECRETARY in person.roles)
