"""What every view of the explorer speaks with: language, levels, people by name or by number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from cmreview.policy.model import Criterion, Policy
from cmreview.process.labels import label as process_label
from cmreview.process.stages import Stage
from cmreview.review.explorer.candidates import Candidates
from cmreview.review.explorer.prepared import Explorer
from cmreview.review.explorer.verdict_column import NONE
from cmreview.review.explorer.verdict_table import RESULTS as CODES
from cmreview.review.model import DepartmentReview, Totals
from cmreview.show.figures import NOTHING, Figures, indicator_label, number
from cmreview.show.html import Html, element
from cmreview.show.voice import Voice
from cmreview.terms import RESULTS
from cmreview.words import say

_NUMBERED = "explorer_data.candidate"


@dataclass(frozen=True, slots=True)
class Teller:
    """How one reader is spoken to. ``numbers`` are shown in place of names and ids where it is given."""

    policy: Policy
    figures: Figures
    numbers: Mapping[str, str] | None = None

    @property
    def lang(self) -> str:
        """The reader's language."""
        return self.figures.lang

    def say(self, key: str, **values: object) -> str:
        """The text ``explorer.<key>``."""
        return say(f"explorer.{key}", self.lang, **values)

    def level(self, level_id: str) -> str:
        """A level's name; a dash where none is held."""
        return next((one.label(self.lang) for one in self.policy.levels if one.id == level_id), NOTHING)

    def criterion(self, criterion: Criterion) -> str:
        """A criterion by its clause and what it asks for."""
        return f"{criterion.id} {indicator_label(criterion.indicator, self.lang)}"

    def person(self, people: Candidates, row: int) -> str:
        """Name and id, or the number that stands for both."""
        manager, name = str(people.ids[row]), str(people.names[row])
        if self.numbers is not None:
            return say(_NUMBERED, self.lang, number=self.numbers[manager])
        return self.say("person", name=name, id=manager)

    def stage(self, stage: str) -> str:
        """A stage of the process by its name; a dash where nothing is recorded."""
        return process_label(Stage(stage))(self.lang) if stage else NOTHING

    def result(self, code: int) -> Html:
        """A result as a word in its frame; one that awaits admission says so."""
        if code == NONE:
            return element("span", self.say("awaiting"), class_="result awaiting")
        return element("span", RESULTS[CODES[code]](self.lang), class_=f"result {CODES[code].value}")

    def points(self, value: Fraction | None) -> str:
        """A score on paper: the threshold counts 100."""
        return NOTHING if value is None else number(value * 100, 1)


def voice_of(explorer: Explorer, figures: Figures) -> Voice:
    """A packet's voice for the cases of a prepared file; what a department sums up is not asked for here."""
    policy = explorer.policy
    nobody = DepartmentReview(
        year=explorer.year,
        company=policy.company,
        edition=policy.edition,
        currency=explorer.currency,
        currency_label=explorer.currency_label,
        policy_currency=policy.currency,
        levels=tuple((level.id, level.label) for level in policy.levels),
        department=explorer.department or "",
        applicants=(),
        others=(),
        totals=Totals(None, None, 0, 0, 0, 0),
        findings=(),
        row_counts=(),
        policy_sentences=(),
        notes=(),
        data_sha256="",
        policy_sha256=policy.sha256,
        version="",
    )
    return Voice(nobody, figures)
