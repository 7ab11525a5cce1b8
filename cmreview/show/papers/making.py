"""Papers out of the record: the fields of each paper, and why a case has none yet (Policy 4.2 to 5.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cmreview.process import events as record
from cmreview.process.certificates import code_of
from cmreview.process.committee import Role
from cmreview.process.stages import CaseState, Stage
from cmreview.process.workdays import CalendarNotPublished
from cmreview.review.told import Told
from cmreview.show.papers import letters as paper_letters
from cmreview.show.papers.choice import Found, Wanted, chosen, last_of, named, off_paper
from cmreview.show.papers.fields import Prose
from cmreview.show.papers.measure_making import MEASURE_MAKERS
from cmreview.show.papers.minutes import meetings, minutes, sitting
from cmreview.show.papers.shapes import (
    AppealReply,
    Appointed,
    Appointment,
    Certificate,
    Notice,
    Proposed,
    Shown,
)
from cmreview.show.papers.source import (
    Archive,
    Made,
    Moment,
    NotMade,
    sits_over,
    standing_at,
    stem,
)
from cmreview.words import say

# What shows figures of the records, or rests on them.
NEED_RECORDS = frozenset(
    {"opinion", "minutes", "refusal", "warning", "improvement_plan", "demotion", "legal_checklist"}
)


@dataclass(frozen=True, slots=True)
class Making:
    """The papers of one kind, and for every case asked for that is on none the reason."""

    made: tuple[Made, ...]
    missing: tuple[NotMade, ...]


def make(kind: str, archive: Archive, wanted: Wanted) -> Making:
    """The papers of ``kind`` that the record bears, as their fields; nothing is drawn from a clock.

    Raises KeyError for a kind that there is none of, ValueError for one that needs the records' figures
    where the archive has none.
    """
    if kind in NEED_RECORDS and archive.review is None:
        raise ValueError(f"{kind} shows figures of the records, and the archive has none")
    found = list(_MAKERS[kind](archive, wanted))
    made = tuple(one for one in found if isinstance(one, Made))
    on_paper = {case for one in made for case in one.cases}
    missing = [one for one in found if isinstance(one, NotMade) and one.case not in on_paper]
    return Making(made, tuple(sorted(missing, key=lambda one: one.case)))


def _opinions(archive: Archive, wanted: Wanted) -> Found:
    """The latest preliminary review of each case (Policy 4.2)."""
    for state in chosen(archive, wanted):
        reviewed = last_of(archive.moments[state.case], record.Reviewed)
        if reviewed is None:
            is_over = state.stage is Stage.WITHDRAWN
            why = Told("paper_making.withdrawn") if is_over else standing_at(state)
            yield NotMade(state.case, why, is_pending=not is_over)
        else:
            paper = paper_letters.opinion(reviewed, archive)
            yield Made(named(state, "opinion", archive), paper, (state.case,))


def _refusals(archive: Archive, wanted: Wanted) -> Found:
    """A letter to everybody whose result is out and is not the level applied for (Policy 4.3, 4.4)."""
    for state in chosen(archive, wanted):
        why = _no_refusal(state)
        if why is None:
            paper = paper_letters.refusal(state, archive)
            yield Made(named(state, "refusal", archive), paper, (state.case,))
        else:
            yield NotMade(state.case, *why)


def _no_refusal(state: CaseState) -> tuple[Told, bool] | None:
    """Why there is no letter of refusal, and whether there may be one later; None where there is one."""
    if state.stage is Stage.WITHDRAWN:
        return Told("paper_making.withdrawn"), False
    if state.stage is Stage.IN_COMMITTEE:  # also where an appeal was upheld: the decision is to be made anew
        return standing_at(state), True
    if state.decision is not None and state.decision.approved:
        return Told("paper_making.approved"), False
    if not paper_letters.is_refused(state):
        return standing_at(state), True
    return (Told("paper_making.not_publicised"), True) if state.publicity is None else None


def _minutes(archive: Archive, wanted: Wanted) -> Found:
    """One paper a day on which the committee decided (Policy 4.3)."""
    reader = wanted.reader
    recorder = reader.name if reader is not None and Role.SECRETARY in reader.roles else None
    on_paper = set()
    for meeting in meetings(archive):
        own = [case for case in meeting.cases if wanted.has(case)]
        if not own or wanted.on not in (None, meeting.day):
            continue
        on_paper |= set(own)
        if all(sits_over(state, reader, archive.rules) for state in sitting(meeting, archive)):
            yield Made(*minutes(meeting, archive, recorder), meeting.cases)
        else:
            yield NotMade(own[0], Told("paper_making.recused", (("day", meeting.day),)), is_pending=False)
    if wanted.on is None:
        yield from off_paper(archive, wanted, on_paper)


def _notices(archive: Archive, wanted: Wanted) -> Found:
    """One notice a posting, of those whom the committee approved, as it was posted (Policy 4.4)."""
    posted: dict[record.Publicised, list[Moment]] = {}
    declined: set[str] = set()
    for case, course in archive.moments.items():
        for moment in course:
            shown = moment.event.payload
            if isinstance(shown, record.Publicised):
                if moment.state.decision is not None and moment.state.decision.approved:
                    posted.setdefault(shown, []).append(moment)
                else:
                    declined.add(case)
    on_paper = set()
    for shown, moments in sorted(posted.items(), key=lambda each: (each[0].posted_on, each[0].last)):
        cases = tuple(moment.event.case for moment in moments)
        own = [case for case in cases if wanted.has(case)]
        if own and wanted.on in (None, shown.posted_on):
            on_paper |= set(own)
            name = stem(shown.posted_on.isoformat(), say("papers.title.notice", archive.lang))
            yield Made(name, _notice(shown, moments, archive), cases)
    if wanted.on is None:
        yield from off_paper(archive, wanted, on_paper, declined=declined)


def _notice(shown: record.Publicised, moments: list[Moment], archive: Archive) -> Notice:
    try:
        days = archive.calendar.workdays_between(shown.first, shown.last)
    except CalendarNotPublished:  # a person typed the last day
        days = None
    return Notice(
        company=archive.company,
        dated=shown.posted_on,
        number=None,
        year=archive.policy.year,
        rule_title=archive.rule_title,
        edition=archive.policy.edition,
        people=tuple(
            Proposed(
                archive.told_apart(moment.state),
                own.department,
                archive.level(own.level),
                archive.level(own.target_level) or "",
            )
            for moment in moments
            if (own := moment.state.application) is not None
        ),
        order="manager_id",  # moments come by case id
        working_days=days,
        first_day=shown.first,
        last_day=shown.last,
        contact=archive.contact,
        appeal_body=archive.appeal_body,
    )


def _replies(archive: Archive, wanted: Wanted) -> Found:
    """A reply to every appeal that is settled, to whoever raised it (Policy 4.4)."""
    for state in chosen(archive, wanted):
        if not sits_over(state, wanted.reader, archive.rules):
            continue  # that there was an appeal, and whose, is the committee's alone
        if not state.appeals:
            yield NotMade(state.case, Told("paper_making.no_appeal"), is_pending=False)
        elif state.open_appeals:
            yield NotMade(state.case, Told("paper_making.appeal_open"), is_pending=True)
        for appeal in state.appeals:
            settled = appeal.settled
            if settled is None:
                continue
            own, name = state.application, appeal.received.appellant
            is_own = own is not None and name == own.name
            paper = AppealReply(
                company=archive.company,
                dated=settled.settled_on,
                number=None,
                year=archive.policy.year,
                rule_title=archive.rule_title,
                name=name,
                department=own.department if is_own and own is not None else None,
                appealed_on=appeal.received.received_on,
                subject=Prose(appeal.received.grounds),
                heard_on=None if appeal.heard is None else appeal.heard.heard_on,
                heard_by=None if appeal.heard is None else len(appeal.heard.present),
                examined=(),
                outcome="upheld" if settled.upheld else "dismissed",
                reasons=Prose(appeal.why or ""),
                result=Prose(say("paper_making.heard_anew", archive.lang)) if settled.upheld else None,
                further_body=None,
                further_until=None,
                contact=archive.contact,
            )
            title = say("papers.title.appeal_reply", archive.lang)
            yield Made(stem(state.manager_id, title, appeal.event), paper, (state.case,))


def _appointments(archive: Archive, wanted: Wanted) -> Found:
    """One notice a document number, of everybody who was appointed under it (Policy 4.5)."""
    by_number: dict[str, list[Moment]] = {}
    for moment in _appointed(archive):
        by_number.setdefault(_appointment(moment).document_number, []).append(moment)
    on_paper = set()
    for number, moments in sorted(by_number.items()):
        cases = tuple(moment.event.case for moment in moments)
        own = [case for case in cases if wanted.has(case)]
        dated = max(archive.day_of(moment.event) for moment in moments)
        if not own or wanted.on not in (None, dated):
            continue
        on_paper |= set(own)
        shown = {(one.first, one.last) for moment in moments if (one := moment.state.publicity) is not None}
        paper = Appointment(
            company=archive.company,
            dated=dated,
            number=number,
            year=archive.policy.year,
            rule_title=archive.rule_title,
            edition=archive.policy.edition,
            shown=tuple(Shown(first, last) for first, last in sorted(shown)),
            people=tuple(
                Appointed(
                    archive.told_apart(moment.state),
                    own_.department,
                    archive.level(_appointment(moment).level) or "",
                    _appointment(moment).effective_on,
                )
                for moment in moments
                if (own_ := moment.state.application) is not None
            ),
        )
        yield Made(stem(number, say("papers.title.appointment", archive.lang)), paper, cases)
    if wanted.on is None:
        yield from off_paper(archive, wanted, on_paper)


def _certificates(archive: Archive, wanted: Wanted) -> Found:
    """A certificate for everybody whose appointment stands (Policy 4.5)."""
    appointed = {moment.event.case: moment for moment in _appointed(archive)}
    for state in chosen(archive, wanted):
        moment, own = appointed.get(state.case), state.application
        if moment is None or own is None:
            yield from off_paper(archive, Wanted((state.case,), reader=wanted.reader), ())
            continue
        given = _appointment(moment)
        paper = Certificate(
            company=archive.company,
            dated=archive.day_of(moment.event),
            number=given.certificate_number,
            name=own.name,
            department=own.department,
            level=say("paper_making.level_title", archive.lang, level=archive.level(given.level)),
            rule_title=archive.rule_title,
            valid_from=given.effective_on,
            valid_until=None,
            verification_code=code_of(moment.event),
        )
        yield Made(named(state, "certificate", archive), paper, (state.case,))


def _appointed(archive: Archive) -> Iterator[Moment]:
    """The appointments that stand, by case id."""
    for course in archive.moments.values():
        moment = last_of(course, record.Appointed)
        if moment is not None:
            yield moment


def _appointment(moment: Moment) -> record.Appointed:
    if not isinstance(moment.event.payload, record.Appointed):
        raise TypeError(f"event {moment.event.number} is no appointment")
    return moment.event.payload


_MAKERS: dict[str, Callable[[Archive, Wanted], Found]] = {
    "opinion": _opinions,
    "minutes": _minutes,
    "notice": _notices,
    "appeal_reply": _replies,
    "appointment": _appointments,
    "certificate": _certificates,
    "refusal": _refusals,
    **MEASURE_MAKERS,
}
# The papers that are made here; letters and briefs come by their own commands.
KINDS = tuple(_MAKERS)
