"""Whom a measure of the year concerns, and why there is no paper of it (Policy 5.4)."""

from __future__ import annotations

from collections.abc import Iterator

from cmreview.process.events import case_id
from cmreview.process.measures import Measure
from cmreview.process.stages import CaseState
from cmreview.review.after.model import Advice, Standing
from cmreview.review.told import Told
from cmreview.show.papers.source import Archive, NotMade

_OPEN = (Standing.DUE, Standing.COMMITTEE)
# Reasons of people whom a paper does not concern at all: told as a number, not by their names.
NOT_CONCERNED = ("measure_papers.not_needed", "measure_papers.not_advised")


def concerned(measure: Measure, archive: Archive) -> Iterator[CaseState]:
    """Every case on record, and everybody of whom the figures put the measure to people; by case id.

    Most of those who are warned never applied for anything, and the record does not know them yet.
    """
    states = dict(archive.states)
    for manager in archive.known:
        case = case_id(archive.policy.year, manager)
        if case not in states and is_asked(measure, CaseState(case), archive):
            states[case] = CaseState(case)
    return (states[case] for case in sorted(states))


def is_asked(measure: Measure, state: CaseState, archive: Archive) -> bool:
    """Whether the figures put a measure to people: recommended, or left to the committee."""
    advice = _advice(measure, state, archive)
    return advice is not None and advice.standing in _OPEN


def unmade(state: CaseState, measure: Measure, archive: Archive) -> NotMade:
    """Why there is no paper of a measure that nobody agreed to; pending where people must decide first."""
    if state.measure(measure) is not None:
        return NotMade(state.case, Told("measure_papers.not_agreed"), is_pending=False)
    if is_asked(measure, state, archive):
        return NotMade(state.case, Told("measure_papers.undecided"), is_pending=True)
    key = "none_recorded" if _advice(measure, state, archive) is None else "not_needed"
    return NotMade(state.case, Told(f"measure_papers.{key}"), is_pending=False)


def _advice(measure: Measure, state: CaseState, archive: Archive) -> Advice | None:
    case = archive.known.get(state.manager_id)
    found = None if case is None else case.consequences
    return None if found is None else found.of(measure)
