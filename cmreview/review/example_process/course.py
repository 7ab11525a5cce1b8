"""The course of the example before it is recorded: entries in time, each held against the rules at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from cmreview.errors import ProcessError
from cmreview.process.events import Draft, Event
from cmreview.process.setting import Setting
from cmreview.process.stages import CaseState, case_state, case_states
from cmreview.process.steps.steps import check_all


@dataclass(frozen=True, slots=True)
class Entry:
    """Steps that were recorded together at the moment ``at``, all or none."""

    at: datetime
    drafts: tuple[Draft, ...]


class Course:
    """Entries one after the other, numbered as an empty ledger will number them."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.entries: list[Entry] = []
        self._events: list[Event] = []

    def take(self, day: date, clock: str, drafts: Iterable[Draft]) -> tuple[int, ...]:
        """Put steps down for ``day`` at ``clock`` (such as 09:30); returned are their events' numbers.

        Nothing is put down where there are none. ProcessError where one of them may not be recorded.
        """
        together = tuple(drafts)
        if not together:
            return ()
        at = datetime.combine(day, time.fromisoformat(clock), self.setting.committee.zone)
        cases = {draft.case for draft in together}
        histories = {case: [event for event in self._events if event.case == case] for case in cases}
        for draft, result in check_all(together, histories, self.setting, at):
            if isinstance(result, ProcessError):
                raise result
            self.setting = self.setting.with_numbers_of(draft)
        first = len(self._events) + 1
        self._events += [
            Event(number, one.case, one.payload, one.actor, at, one.reason, one.corrects, "", "")
            for number, one in enumerate(together, start=first)
        ]
        self.entries.append(Entry(at, together))
        return tuple(range(first, first + len(together)))

    def state(self, case: str) -> CaseState:
        """Where one case stands."""
        own = [event for event in self._events if event.case == case]
        return case_state(case, own, self.setting.rules)

    def states(self) -> dict[str, CaseState]:
        """Every case so far, by case id, sorted."""
        return case_states(self._events, self.setting.rules)
