"""Which papers are asked for and by whom, and why a case is on none (Policy 4.2 to 4.5)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from cmreview.process import events as record
from cmreview.process.committee import Person
from cmreview.process.stages import CaseState, Stage
from cmreview.review.told import Told
from cmreview.show.papers.letters import is_refused
from cmreview.show.papers.source import Archive, Made, Moment, NotMade, may_read, standing_at, stem
from cmreview.words import say

Found = Iterator[Made | NotMade]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which papers are asked for, and by whom.

    ``cases`` are case ids, None all of the year's. A paper that speaks of several cases is whole where
    it speaks of one of them: there is no notice or minutes in part. ``on`` keeps meetings and notices of
    one day. ``reader`` is given no paper that they may not read; None may read all of them.
    """

    cases: Collection[str] | None = None
    on: date | None = None
    reader: Person | None = None

    def has(self, case: str) -> bool:
        """Whether the case is one of them."""
        return self.cases is None or case in self.cases


def chosen(archive: Archive, wanted: Wanted) -> Iterator[CaseState]:
    """The cases that are asked for and that the reader may see, as they stand."""
    for case, state in archive.states.items():
        if state.has_applied and wanted.has(case) and may_read(state, wanted.reader, archive.rules):
            yield state


def off_paper(
    archive: Archive, wanted: Wanted, on_paper: Collection[str], declined: Collection[str] = ()
) -> Iterator[NotMade]:
    """Why cases are on no paper of people who came further than they did."""
    for state in chosen(archive, wanted):
        if state.case in on_paper:
            continue
        if state.stage is Stage.WITHDRAWN:
            yield NotMade(state.case, Told("paper_making.withdrawn"), is_pending=False)
        elif state.decision is None and is_refused(state):
            yield NotMade(state.case, Told("paper_making.refused"), is_pending=False)
        elif state.case in declined or _is_declined(state):
            yield NotMade(state.case, Told("paper_making.not_approved"), is_pending=False)
        else:
            yield NotMade(state.case, standing_at(state), is_pending=True)


def _is_declined(state: CaseState) -> bool:
    is_open = state.stage is Stage.IN_COMMITTEE or bool(state.open_appeals)
    return state.decision is not None and not state.decision.approved and not is_open


def last_of(course: tuple[Moment, ...], kind: type[record.Payload]) -> Moment | None:
    """The latest moment of a case with such an event; None where there is none."""
    return next((moment for moment in reversed(course) if isinstance(moment.event.payload, kind)), None)


def named(state: CaseState, kind: str, archive: Archive) -> str:
    """The name of the file of a paper on one person."""
    name = "" if state.application is None else state.application.name
    return stem(state.manager_id, name, say(f"papers.title.{kind}", archive.lang))
