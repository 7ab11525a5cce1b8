"""The desk at which steps are taken: each is held against the rules, then recorded, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from cmreview.errors import ProcessError
from cmreview.process.events import Appointed, Draft, Event
from cmreview.process.setting import Setting
from cmreview.process.stages import CaseState, case_state, case_states
from cmreview.process.steps.steps import Checked, check_all

if TYPE_CHECKING:
    from cmreview.process.ledger.ledger import Ledger

Proposed = tuple[tuple[Draft, Checked | ProcessError], ...]


class Refused(ProcessError):
    """Some of several steps may not be recorded, so none was; ``proposed`` says what came of each."""

    def __init__(
        self, code: str = "process.refused", /, *, proposed: Proposed = (), **values: object
    ) -> None:
        self.proposed = proposed
        self.refused = tuple(result for _, result in proposed if isinstance(result, ProcessError))
        values |= {"count": len(self.refused), "of": len(proposed)}
        super().__init__(code, proposed=proposed, **values)

    def what(self, lang: str = "zh") -> str:
        """How many were refused, then the reason and remedy of each."""
        return "\n".join([super().what(lang), *(error.text(lang) for error in self.refused)])


class Desk:
    """A ledger together with what its steps are held against, for one review year.

    Nothing is kept between two calls but the place of the ledger: what another desk recorded meanwhile
    is seen at once, and a step that was checked against an older state is never recorded.
    """

    def __init__(self, ledger: Ledger, setting: Setting) -> None:
        self.ledger = ledger
        self.setting = setting

    @property
    def year(self) -> int:
        """The review year."""
        return self.setting.rules.year

    def states(self) -> dict[str, CaseState]:
        """Every case of the year, by case id, sorted."""
        return case_states(self.ledger.events(year=self.year), self.setting.rules)

    def state(self, case: str) -> CaseState:
        """One case; one of which nothing is recorded yet stands at the stage ``nothing``."""
        return case_state(case, self.ledger.events(case=case), self.setting.rules)

    def propose(self, drafts: Sequence[Draft], at: datetime) -> Proposed:
        """What would come of the steps, without recording any (dry run)."""
        return check_all(drafts, self._histories(drafts), self._numbered(drafts), self._moment(at))

    def record(
        self, drafts: Sequence[Draft], at: datetime, seen: Mapping[str, int] | None = None
    ) -> tuple[Event, ...]:
        """Record all the steps, or none.

        ``seen`` gives for a case the number of the last event that a person has looked at, where the
        step rests on what was seen, such as a decision on scores. Raises the ProcessError of a single
        refused step, Refused where there were several steps, LedgerConflict where a case moved on.
        """
        moment = self._moment(at)
        # looked at before the numbers in use, so that one given meanwhile by another desk is noticed
        last = self.ledger.head().number if _give_numbers(drafts) else None
        histories = self._histories(drafts)
        proposed = check_all(drafts, histories, self._numbered(drafts), moment)
        errors = [result for _, result in proposed if isinstance(result, ProcessError)]
        if errors:
            raise errors[0] if len(drafts) == 1 else Refused(proposed=proposed)
        known = {case: events[-1].number if events else 0 for case, events in histories.items()}
        return self.ledger.append(drafts, moment, expect=known | dict(seen or {}), last=last)

    def _histories(self, drafts: Sequence[Draft]) -> Mapping[str, Sequence[Event]]:
        cases = dict.fromkeys(draft.case for draft in drafts)
        if len(cases) == 1:
            return {case: self.ledger.events(case=case) for case in cases}
        found: dict[str, list[Event]] = {case: [] for case in cases}
        for event in self.ledger.events(year=self.year):
            if event.case in found:
                found[event.case].append(event)
        return found

    def _numbered(self, drafts: Sequence[Draft]) -> Setting:
        """The setting with the numbers in use, which only an appointment is held against."""
        if not _give_numbers(drafts):
            return self.setting
        taken = {
            event.payload.certificate_number
            for event in self.ledger.events()
            if isinstance(event.payload, Appointed)
        }
        return replace(self.setting, numbers=frozenset(taken))

    def _moment(self, at: datetime) -> datetime:
        if at.utcoffset() is None:  # the machine's own zone would be taken for it, unseen
            raise ValueError(f"{at.isoformat()} must say its zone")
        return at.astimezone(self.setting.committee.zone)


def _give_numbers(drafts: Sequence[Draft]) -> bool:
    return any(isinstance(draft.payload, Appointed) for draft in drafts)
