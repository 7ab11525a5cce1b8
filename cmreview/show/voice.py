"""What every section speaks with: the review it is part of, the reader's language, and marks for results."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cmreview.records.schema import TABLES
from cmreview.review.model import Case, DepartmentReview, Preliminary, Told, Verdict
from cmreview.show.figures import NOTHING, Figures, indicator_label
from cmreview.show.html import Html, element
from cmreview.terms import MARKS, OUTCOMES, RESULTS, Outcome
from cmreview.words import say


@dataclass(frozen=True, slots=True)
class Voice:
    """What a section needs to speak: the review that it is part of and how figures are written."""

    review: DepartmentReview
    figures: Figures

    @property
    def lang(self) -> str:
        """The reader's language."""
        return self.figures.lang

    def say(self, key: str, **values: object) -> str:
        """The text ``packet.<key>``."""
        return say(f"packet.{key}", self.lang, **values)

    def tell(self, told: Told | None) -> str | None:
        """A sentence of the review; None where there is none."""
        return None if told is None else told.text(self.lang, self.figures.currency)

    def level(self, level_id: str | None) -> str:
        """A level's name; a dash where none is held."""
        return self.review.level(level_id, self.lang)

    def person(self, case: Case) -> str:
        """Name and id: two people may share a name."""
        return self.say("person", name=case.person.name, id=case.person.manager_id)


def outcome_mark(outcome: Outcome, lang: str) -> Html:
    """An outcome as mark and word, told apart without colour."""
    return _mark(f"outcome {outcome.value}", f"{MARKS[outcome]} {OUTCOMES[outcome](lang)}")


def result_mark(case: Case, voice: Voice) -> Html:
    """The overall result of an applicant, or that admission is awaited."""
    if case.overall is None:
        awaits = case.application is not None and case.application.awaits_admission
        return _mark("result awaiting", voice.say("case.awaiting")) if awaits else Html(NOTHING)
    result = case.overall.result
    return _mark(f"result {result.value}", RESULTS[result](voice.lang))


def _mark(class_: str, words: str) -> Html:
    return element("span", words, class_=class_)


def criterion_name(verdict: Verdict, voice: Voice) -> str:
    """What a criterion asks for, with the level that a tenure, an exam or a growth speaks of."""
    return criterion_label(verdict, voice.level, voice.lang)


def criterion_label(verdict: Verdict, level: Callable[[str | None], str], lang: str) -> str:
    """The same where there is no department's review to speak of; ``level`` names a level."""
    indicator = verdict.fact.indicator
    name = indicator_label(indicator, lang)
    if verdict.over_level is None:
        return name
    special = {
        "exam": "exam_level",
        "level_years": "tenure_level",
        "new_customer_growth": "growth_level",
    }.get(indicator, "over_level")
    return say(f"packet.criteria.{special}", lang, criterion=name, level=level(verdict.over_level))


def earlier_outcome(outcome: str, lang: str) -> str:
    """The conclusion of an earlier year, in the words of the records' own choices."""
    choices = TABLES["outcomes"].column("outcome").choices
    return choices[outcome](lang) if outcome in choices else outcome


def decision_label(preliminary: Preliminary | None, voice: Voice) -> str:
    """The department's decision on an application, or that there is none."""
    if preliminary is None:
        return voice.say("preliminary.missing")
    return voice.say(f"preliminary.{preliminary.decision}")
