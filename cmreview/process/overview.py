"""Where every case stands: stage, days left, what is waiting for whom (Policy 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cmreview.errors import CmreviewError
from cmreview.process.access import entitled, grounds, is_recused
from cmreview.process.committee import Role
from cmreview.process.events import Event
from cmreview.process.setting import Setting
from cmreview.process.stages import CaseState, Stage, after, case_state, effective
from cmreview.process.workdays import CalendarNotPublished
from cmreview.words import say


@dataclass(frozen=True, slots=True)
class Note:
    """A short remark on a case; ``key`` names the words below ``case_list``."""

    key: str
    count: int = 0
    names: tuple[str, ...] = ()
    day: date | None = None

    def text(self, lang: str = "zh") -> str:
        """The remark in the reader's language."""
        names = ("、" if lang == "zh" else ", ").join(self.names)
        return say(f"case_list.{self.key}", lang, count=self.count, names=names, day=self.day)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in the list. ``since`` is the day on which it came to its stage.

    ``days_left`` are the working days left of publicity, today included; None where there is none, or
    where the calendar ends: then ``days_unknown`` says why.
    """

    state: CaseState
    since: date | None
    days_left: int | None
    days_unknown: CmreviewError | None
    waiting: Note
    flags: tuple[Note, ...]


def by_case(events: Iterable[Event]) -> dict[str, list[Event]]:
    """Events by case id, sorted, each in their order."""
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event.case, []).append(event)
    return dict(sorted(found.items()))


def overview(histories: Mapping[str, Sequence[Event]], setting: Setting, today: date) -> tuple[CaseLine, ...]:
    """A line for each case, by case id; nothing in it tells a closed score or who gave one."""
    return tuple(_line(case, history, setting, today) for case, history in sorted(histories.items()))


def _line(case: str, history: Sequence[Event], setting: Setting, today: date) -> CaseLine:
    state = case_state(case, history, setting.rules)
    left, unknown = _days_left(state, setting, today)
    waiting = _waiting(state, setting, today)
    flags = tuple(_flags(state, setting, today))
    return CaseLine(state, _since(case, history, setting), left, unknown, waiting, flags)


def _since(case: str, history: Sequence[Event], setting: Setting) -> date | None:
    state, since = CaseState(case), None
    for event in effective(history):
        then = after(state, event, setting.rules)
        if then.stage is not state.stage:
            since = event.at.astimezone(setting.committee.zone).date()
        state = then
    return since


def _days_left(
    state: CaseState, setting: Setting, today: date
) -> tuple[int | None, CalendarNotPublished | None]:
    publicity = state.publicity
    if publicity is None or state.stage not in (Stage.PUBLICISED, Stage.APPEALED):
        return None, None
    try:
        return setting.calendar.days_left(max(today, publicity.first), publicity.last), None
    except CalendarNotPublished as error:
        return None, error


def _waiting(state: CaseState, setting: Setting, today: date) -> Note:
    """For whom the case waits. Before the opening only how many members have not scored is told."""
    secretaries = _names(setting, Role.SECRETARY, today)
    match state.stage:
        case Stage.AWAITING_ADMISSION:
            return Note("waiting.admission", names=secretaries)
        case Stage.APPLIED:
            return Note("waiting.review", names=_reviewers(state, setting, today) or secretaries)
        case Stage.RETURNED:
            name = () if state.application is None else (state.application.name,)
            return Note("waiting.completion", names=name)
        case Stage.REVIEWED:
            return Note("waiting.referral", names=secretaries)
        case Stage.IN_COMMITTEE:
            return _before_committee(state, setting, today)
        case Stage.REFUSED | Stage.DECIDED:
            return Note("waiting.publicity", names=secretaries)
        case Stage.PUBLICISED:
            last = None if state.publicity is None else state.publicity.last
            if last is not None and today <= last:
                return Note("waiting.window", day=last)
            return Note("waiting.closing", names=secretaries)
        case Stage.APPEALED:
            is_heard = all(appeal.heard is not None for appeal in state.open_appeals)
            key = "waiting.reply" if is_heard else "waiting.hearing"
            return Note(key, names=leads(state, setting, today))
        case _:
            return Note("waiting.nobody")


def _before_committee(state: CaseState, setting: Setting, today: date) -> Note:
    if state.scores_open:
        return Note("waiting.decision", names=leads(state, setting, today))
    scored = {sheet.member for _, sheet in state.sheets}
    members = entitled(state, setting.committee, setting.rules, today)
    missing = sum(member.id not in scored for member in members)
    if missing:
        return Note("waiting.scores", count=missing)
    return Note("waiting.opening", names=leads(state, setting, today))


def leads(state: CaseState, setting: Setting, today: date) -> tuple[str, ...]:
    """Names of who leads the case: the chair, or a deputy where the chair is recused (Policy 4.3)."""
    for role in (Role.CHAIR, Role.DEPUTY):
        found = tuple(
            person.name
            for person in setting.committee.holders(role, today)
            if not is_recused(state, person, setting.rules)
        )
        if found:
            return found
    return ()


def _names(setting: Setting, role: Role, today: date) -> tuple[str, ...]:
    return tuple(person.name for person in setting.committee.holders(role, today))


def _reviewers(state: CaseState, setting: Setting, today: date) -> tuple[str, ...]:
    department = None if state.application is None else state.application.department
    return tuple(
        person.name
        for person in setting.committee.holders(Role.REVIEWER, today)
        if person.department == department
    )


def _flags(state: CaseState, setting: Setting, today: date) -> Iterable[Note]:
    if state.late:
        yield Note("flag.late")
    if state.application is not None and not state.evidence:
        yield Note("flag.no_evidence")
    if state.admitted_by is not None:
        yield Note("flag.admitted", names=(setting.committee.name_of(state.admitted_by),))
    members = setting.committee.members(today)
    recused = sum(bool(grounds(state, member, setting.rules)) for member in members)
    if recused:
        yield Note("flag.recused", count=recused)
    if state.open_appeals:
        yield Note("flag.appeals", count=len(state.open_appeals))
    if state.publicity is not None and state.publicity.typed:
        yield Note("flag.typed")
