"""Applications and preliminary reviews that departments handed in by workbook, as steps (Policy 4.1, 4.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from cmreview.process.events import (
    Admitted,
    Applied,
    Draft,
    ReviewDecision,
    Reviewed,
    case_id,
)
from cmreview.process.rules import ProcessRules
from cmreview.process.stages import CaseState
from cmreview.words import say


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One person's papers of a year, as the departments' workbooks have them.

    ``replaced`` counts further applications of the year, in place of which this one stands.
    """

    manager_id: str
    application: Applied | None
    admitted_by: str | None
    reviews: tuple[Reviewed, ...]
    replaced: int = 0


@dataclass(frozen=True, slots=True)
class Aside:
    """Something that was handed in and is not taken in, or not as it stands; ``code`` names the words."""

    case: str
    code: str
    details: tuple[tuple[str, str], ...] = ()

    def text(self, lang: str = "zh") -> str:
        """One sentence on what was left aside, and why."""
        return say(f"handed_in.{self.code}", lang, case=self.case, **dict(self.details))


@dataclass(frozen=True, slots=True)
class TakeIn:
    """What is to be recorded, in the order in which it happened, and all that is not."""

    drafts: tuple[Draft, ...]
    aside: tuple[Aside, ...]
    known: int  # papers that are recorded already


def take_in(
    papers: Iterable[HandedIn],
    states: Mapping[str, CaseState],
    rules: ProcessRules,
    actor: str,
    lang: str = "zh",
) -> TakeIn:
    """The steps that bring what was handed in into the record: only what is not recorded yet.

    ``lang`` is the language of the reasons that are recorded. What is recorded otherwise than it was
    handed in is left as it is, and told: a person corrects it.
    """
    drafts: list[Draft] = []
    aside: list[Aside] = []
    known = 0
    for one in sorted(papers, key=lambda one: one.manager_id):
        case = case_id(rules.year, one.manager_id)
        state = states.get(case, CaseState(case))
        taking = _Taking(one, state, rules, actor, lang)
        taking.run()
        drafts += taking.drafts
        aside += taking.aside
        known += taking.known
    return TakeIn(tuple(drafts), tuple(aside), known)


class _Taking:
    """One person's papers while they are taken in."""

    def __init__(
        self, papers: HandedIn, state: CaseState, rules: ProcessRules, actor: str, lang: str
    ) -> None:
        self.papers = papers
        self.state = state
        self.rules = rules
        self.actor = actor
        self.lang = lang
        self.drafts: list[Draft] = []
        self.aside: list[Aside] = []
        self.known = 0

    def run(self) -> None:
        if self.papers.application is None:
            if self.papers.reviews and self.state.application is None:
                self._tell("no_application", count=str(len(self.papers.reviews)))
                return
        else:
            self._application(self.papers.application)
        if self.papers.replaced:
            self._tell("replaced", count=str(self.papers.replaced))
        self._reviews()

    def _application(self, application: Applied) -> None:
        recorded = self.state.application
        if recorded is None:
            self._draft(application)
        elif _key(recorded) == _key(application):
            self.known += 1
        else:
            self._tell(
                "other_application",
                recorded=f"{recorded.applied_on} {recorded.target_level}",
                handed_in=f"{application.applied_on} {application.target_level}",
            )
            return
        self._admission(application)

    def _admission(self, application: Applied) -> None:
        name = self.papers.admitted_by
        if name is None or self.state.admitted_by is not None:
            return
        if self.rules.is_late(application.applied_on) or not application.evidence:
            self._draft(Admitted(), say("handed_in.admitted_reason", self.lang, name=name))
        else:
            self._tell("needless_admission", name=name)

    def _reviews(self) -> None:
        recorded = {_review_key(review) for review in self.state.reviews}
        for review in sorted(self.papers.reviews, key=lambda review: review.reviewed_on):
            if _review_key(review) in recorded:
                self.known += 1
            elif self.state.reviews and review.reviewed_on < self.state.reviews[-1].reviewed_on:
                self._tell("earlier_review", day=review.reviewed_on.isoformat(), reviewer=review.reviewer)
            else:
                self._draft(review)

    def _draft(self, payload: Applied | Admitted | Reviewed, reason: str | None = None) -> None:
        self.drafts.append(Draft(self.state.case, payload, self.actor, reason))

    def _tell(self, code: str, **details: str) -> None:
        self.aside.append(Aside(self.state.case, code, tuple(sorted(details.items()))))


def _key(application: Applied) -> tuple[str, date]:
    return application.target_level, application.applied_on


def _review_key(review: Reviewed) -> tuple[ReviewDecision, str, date]:
    return review.decision, review.reviewer, review.reviewed_on
