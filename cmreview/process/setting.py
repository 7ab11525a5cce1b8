"""What a step is held against beside its case: the year's rules, the people, the calendar, numbers in use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cmreview.process.committee import Committee
from cmreview.process.events import Appointed, Draft, Event
from cmreview.process.rules import ProcessRules

if TYPE_CHECKING:
    from cmreview.process.workdays import Calendar


@dataclass(frozen=True)
class Setting:
    """The rules of the year, who may act, the official calendar, and numbers of papers that are taken."""

    rules: ProcessRules
    committee: Committee
    calendar: Calendar
    numbers: frozenset[str] = frozenset()

    def with_numbers_of(self, draft: Draft) -> Setting:
        """The setting after ``draft`` is recorded: the number of a certificate is given once."""
        if not isinstance(draft.payload, Appointed):
            return self
        return replace(self, numbers=self.numbers | {draft.payload.certificate_number})

    def without_number_of(self, event: Event) -> Setting:
        """The setting for a correction of ``event``: an appointment may keep its own number."""
        if not isinstance(event.payload, Appointed):
            return self
        return replace(self, numbers=self.numbers - {event.payload.certificate_number})
