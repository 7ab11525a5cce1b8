"""The words of the process: stages, steps, roles and grounds of recusal, in both languages."""

from __future__ import annotations

from collections.abc import Iterable

from cmreview.process.access import Ground
from cmreview.process.committee import Role
from cmreview.process.events import Kind, Recommendation, ReviewDecision
from cmreview.process.measures import LawStep, Measure, Standing
from cmreview.process.stages import Stage
from cmreview.terms import Label
from cmreview.words import say

_SUBJECTS = {
    Stage: "process.stage",
    Kind: "process.step",
    Role: "committee.role",
    Ground: "process.ground",
    ReviewDecision: "process.review",
    Recommendation: "process.recommendation",
    Measure: "measures.measure",
    Standing: "measures.advised",
    LawStep: "penalties.step",
}


Term = Stage | Kind | Role | Ground | ReviewDecision | Recommendation | Measure | Standing | LawStep


def label(term: Term) -> Label:
    """A term of the process as people read it."""
    key = f"{_SUBJECTS[type(term)]}.{term.value}"
    return Label(say(key, "zh"), say(key, "en"))


def labels(terms: Iterable[Term]) -> tuple[Label, ...]:
    """Several terms as people read them."""
    return tuple(label(term) for term in terms)
