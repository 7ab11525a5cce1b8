"""A committee's session without its widgets: what one person sees, does and is told (Policy 4.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from cmreview.errors import CmreviewError, InputError, LedgerConflict
from cmreview.explore import entries
from cmreview.explore.entries import DecisionTyped
from cmreview.explore.sight import Sight, sight
from cmreview.explore.timeline import content
from cmreview.policy.model import Policy
from cmreview.process.access import entitled
from cmreview.process.committee import Person, Role
from cmreview.process.desk import Desk
from cmreview.process.events import (
    Decided,
    Draft,
    Event,
    Kind,
    Payload,
    Recused,
    Scored,
    ScoresOpened,
    Voided,
)
from cmreview.process.labels import label
from cmreview.process.stages import CaseState, Stage, effective
from cmreview.process.steps.steps import Checked
from cmreview.review.committee.cases import panel_results
from cmreview.review.model import Review
from cmreview.review.panel.panel import PanelResult
from cmreview.terms import Label
from cmreview.words import say

Clock = Callable[[], datetime]

# What a decision rests on: whoever decides must have seen the latest of these.
_RESTS_ON = frozenset({Kind.SCORED, Kind.SCORES_OPENED, Kind.RECUSED, Kind.DECIDED, Kind.VOIDED})


class NoteKind(StrEnum):
    """What became of what somebody did."""

    DONE = "done"
    REFUSED = "refused"
    TOLD = "told"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Note:
    """What a person is told after a step: what happened, then what they should know or do, line by line."""

    kind: NoteKind
    lines: tuple[str, ...]


class Session:
    """One person at the desk. Every step is recorded at once; a refused one changes nothing.

    ``look`` gives what may be seen now. Nothing is kept here but what the person last saw of each case,
    so that a decision never rests on what somebody else has changed meanwhile: whatever is recorded
    survives the end of the program. ``clock`` gives the moment, with its zone.
    """

    def __init__(
        self, desk: Desk, review: Review, policy: Policy, person: Person, clock: Clock, lang: str = "zh"
    ) -> None:
        self.desk = desk
        self.review = review
        self.policy = policy
        self.person = person
        self.lang = lang
        self.clock = clock
        self._seen: dict[str, int] = {}
        self._results: dict[str, tuple[object, Mapping[str, PanelResult]]] = {}

    @property
    def today(self) -> date:
        """The day in the committee's zone."""
        return self._now().date()

    def say(self, key: str, **values: object) -> str:
        """The text ``session.<key>``."""
        return say(f"session.{key}", self.lang, **values)

    def look(self) -> Sight:
        """What the person may see now, as the ledger has it at this moment."""
        events = self.desk.ledger.events(year=self.desk.year)
        setting, today = self.desk.setting, self.today
        found = sight(self.person, events, self.review, setting, self.policy, today, self._compared)
        self._seen = {case: one.state.last_event for case, one in found.cases.items()}
        return found

    def news(self, before: Sight, after: Sight) -> Note:
        """What others recorded between two looks, of the cases that the person may see."""
        known = {event.number for events in before.histories.values() for event in events}
        lines = [
            self._line(event)
            for events in after.histories.values()
            for event in events
            if event.number not in known and event.actor != self.person.id
        ]
        if not lines:
            return Note(NoteKind.TOLD, (self.say("note.nothing_new"),))
        return Note(NoteKind.TOLD, (self.say("note.news"), *lines))

    def judges(self, case: str) -> tuple[Person, ...]:
        """The members who may judge the case today, by id."""
        return entitled(
            self.desk.state(case), self.desk.setting.committee, self.desk.setting.rules, self.today
        )

    def score(self, case: str, typed: Mapping[str, str], comment: str, reason: str) -> Note:
        """Record the person's own score sheet, or correct it where there is one (Policy 4.3)."""

        def step() -> Note:
            items = self.desk.setting.rules.items
            sheet = Scored(self.person.id, entries.item_scores(typed, items), entries.words(comment))
            own = self.desk.state(case).sheet_of(self.person.id)
            if own is not None and own[1] == sheet:
                return Note(NoteKind.TOLD, (self.say("note.same_sheet"),))
            corrects = None if own is None else own[0]
            return self._record(case, sheet, "scored", reason, corrects=corrects)

        return self._tried(step)

    def recuse(self, case: str, member: str, reason: str) -> Note:
        """Record that ``member`` keeps away from the case (Policy 1.3.a)."""
        return self._tried(lambda: self._record(case, Recused(member), "recused", reason))

    def open_scores(self, case: str) -> Note:
        """Open the scores (Policy 4.3); whose sheets are missing is told, and holds nothing up."""

        def step() -> Note:
            seen = self._has_seen_all(case)
            return self._record(case, ScoresOpened(), "opened", seen=seen)

        return self._tried(step)

    def decide(self, case: str, typed: DecisionTyped) -> Note:
        """Record the committee's decision, or correct the one that stands (Policy 4.3).

        It is held against the recommendation as it follows at this moment from all that is recorded.
        """

        def step() -> Note:
            if typed.approved is None:
                raise InputError("session.no_choice")
            votes = entries.vote_counts(typed.votes)
            decided_on = entries.day(typed.decided_on)
            seen = self._has_seen_all(case)
            found = self.look().cases[case]
            decision = Decided(typed.approved, decided_on, typed.present, found.advice.recommendation, *votes)
            corrects = self._standing_decision(case) if found.state.stage is Stage.DECIDED else None
            return self._record(case, decision, "decided", typed.reason, corrects=corrects, seen=seen)

        return self._tried(step)

    def take_back(self, case: str, event: int, reason: str) -> Note:
        """Record that an entry was made by mistake; it stays readable (Policy 1.3.a)."""
        return self._tried(lambda: self._record(case, Voided(event), "taken_back", reason))

    def may_take_back(self, case: str, events: Sequence[Event]) -> tuple[Event, ...]:
        """The entries of a case that the person may take back: the own ones, and for who leads, others'."""
        leads = {Role.CHAIR, Role.DEPUTY, Role.SECRETARY} & set(self.person.roles)
        return tuple(
            event
            for event in effective(events)
            if event.actor == self.person.id or (leads and event.kind is not Kind.SCORED)
        )

    def _record(
        self,
        case: str,
        payload: Payload,
        done: str,
        reason: str = "",
        *,
        corrects: int | None = None,
        seen: int | None = None,
    ) -> Note:
        draft = Draft(case, payload, self.person.id, entries.words(reason), corrects)
        now = self._now()
        remarks = [
            f"{remark.reason(self.lang)}{remark.remedy(self.lang)}"
            for _, result in self.desk.propose([draft], now)
            if isinstance(result, Checked)
            for remark in result.remarks
        ]
        (event,) = self.desk.record([draft], now, None if seen is None else {case: seen})
        key = f"note.{done}" if corrects is None else "note.corrected"
        told = self.say(
            key, number=event.number, at=f"{event.at:%H:%M:%S}", kind=label(event.kind)(self.lang)
        )
        return Note(NoteKind.DONE, (told, *content(event, self.desk.setting, self.lang), *remarks))

    def _compared(self, opened: Mapping[str, CaseState]) -> Mapping[str, PanelResult]:
        """The groups of opened cases compared; a group that has not changed is not simulated again."""
        groups: dict[str, dict[str, CaseState]] = {}
        for case, state in opened.items():
            if state.application is not None:
                groups.setdefault(state.application.target_level, {})[case] = state
        committee, day = self.desk.setting.committee, self.today
        found: dict[str, tuple[object, Mapping[str, PanelResult]]] = {}
        for level, group in groups.items():
            known = self._results.get(level)
            is_known = known is not None and known[0] == (group, day)
            results = known[1] if known and is_known else panel_results(group, committee, self.policy, day)
            found[level] = ((group, day), results)
        self._results = found
        return {level: one for _, results in found.values() for level, one in results.items()}

    def _has_seen_all(self, case: str) -> int:
        """The case's last event. LedgerConflict where others recorded what a decision rests on, unseen."""
        seen = self._seen.get(case, 0)
        events = self.desk.ledger.events(case=case)
        new = [
            event
            for event in events
            if event.number > seen and event.kind in _RESTS_ON and event.actor != self.person.id
        ]
        if new:
            raise LedgerConflict("session.moved_on", steps=tuple(self._step(event) for event in new))
        return events[-1].number if events else 0

    def _standing_decision(self, case: str) -> int | None:
        decided = [one for one in effective(self.desk.ledger.events(case=case)) if one.kind is Kind.DECIDED]
        return decided[-1].number if decided else None

    def _step(self, event: Event) -> Label:
        who = self.desk.setting.committee.name_of(event.actor)
        kind = label(event.kind)
        return Label(f"{who}：{kind.zh}", f"{who}: {kind.en}")

    def _line(self, event: Event) -> str:
        at = event.at.astimezone(self.desk.setting.committee.zone)
        return self.say(
            "note.step", case=event.case, at=f"{at:%m-%d %H:%M}", step=self._step(event)(self.lang)
        )

    def _tried(self, step: Callable[[], Note]) -> Note:
        try:
            return step()
        except CmreviewError as error:
            return Note(NoteKind.REFUSED, (error.what(self.lang), error.mend(self.lang)))

    def _now(self) -> datetime:
        return self.clock().astimezone(self.desk.setting.committee.zone)
