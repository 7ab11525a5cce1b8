"""Conflicts of interest, and what somebody may therefore see and do (Policy 1.3.a)."""

from __future__ import annotations

import unicodedata
from datetime import date
from enum import StrEnum

from cmreview.process.committee import Committee, Person, Role
from cmreview.process.rules import ProcessRules
from cmreview.process.stages import CaseState

# The roles in which somebody judges; a department's reviewer judges in no committee.
JUDGES = frozenset({Role.CHAIR, Role.DEPUTY, Role.MEMBER})


class Ground(StrEnum):
    """Why a member keeps away from a case (回避事由)."""

    APPLICANT = "applicant"
    DECLARED = "declared"
    SAME_DEPARTMENT = "same_department"
    PRELIMINARY_REVIEWER = "preliminary_reviewer"
    NAMED_RELATION = "named_relation"


# What a department's own reviewer is kept from by no more than being its reviewer.
_OF_THE_OFFICE = frozenset({Ground.SAME_DEPARTMENT, Ground.PRELIMINARY_REVIEWER})


def grounds(state: CaseState, person: Person, rules: ProcessRules) -> tuple[Ground, ...]:
    """Why ``person`` must keep away from the case; empty where nothing speaks against them.

    The own case and what was declared always count; what is detected counts where the policy names it.
    Names and departments are compared without blanks, widths and case: typists pad them.
    """
    found = [Ground.APPLICANT] if _is_applicant(state, person) else []
    found += [Ground.DECLARED] if person.id in state.recused else []
    detected = {
        Ground.SAME_DEPARTMENT: any(
            same_name(department, person.department) for _, department in state.known_as
        ),
        Ground.PRELIMINARY_REVIEWER: any(
            same_name(one, known) for one in state.reviewers for known in (person.id, person.name)
        ),
        Ground.NAMED_RELATION: state.manager_id in person.relations,
    }
    found += [ground for ground, holds in detected.items() if holds and ground.value in rules.recusal_grounds]
    return tuple(found)


def may_not_review(state: CaseState, person: Person, rules: ProcessRules) -> tuple[Ground, ...]:
    """Why ``person`` may not do the preliminary review of their own department's case (Policy 4.2)."""
    return tuple(ground for ground in grounds(state, person, rules) if ground not in _OF_THE_OFFICE)


def _is_applicant(state: CaseState, person: Person) -> bool:
    """Whether it is the person's own case: by id, or by name within one department."""
    return person.id == state.manager_id or any(
        same_name(name, person.name) and same_name(department, person.department)
        for name, department in state.known_as
    )


def same_name(one: str, other: str) -> bool:
    """Whether two texts are one name or department, whatever blanks, widths and case they were typed in."""
    return _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


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
    if not JUDGES & set(person.roles):
        return is_own_department(state, person)
    found = grounds(state, person, rules)
    return not found or (_OF_THE_OFFICE.issuperset(found) and is_own_department(state, person))


def is_own_department(state: CaseState, person: Person) -> bool:
    """Whether ``person`` reviews the department that the case comes from (Policy 4.2)."""
    application = state.application
    return (
        Role.REVIEWER in person.roles
        and application is not None
        and same_name(application.department, person.department)
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
