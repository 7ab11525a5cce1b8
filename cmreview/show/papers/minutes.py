"""The minutes of each meeting of the committee, out of the record (评审委员会会议纪要, Policy 4.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil

from cmreview.process import events as record
from cmreview.process.access import Ground, entitled, grounds
from cmreview.process.committee import Role
from cmreview.process.events import Recommendation
from cmreview.process.labels import label
from cmreview.process.stages import CaseState, Stage, standing
from cmreview.review.committee.cases import panel_agreement, panel_scores, recused_members
from cmreview.review.panel.agreement import Agreement, Measure
from cmreview.review.panel.panel import PanelScore
from cmreview.show.figures import number
from cmreview.show.papers.fields import POINTS, Prose
from cmreview.show.papers.shapes import CandidateMinutes, Minutes, Recusal
from cmreview.show.papers.source import Archive, Moment, stem
from cmreview.terms import Result
from cmreview.words import say

_COEFFICIENT = 2  # decimals
_REVIEWED = Result.UNDECIDED.value  # of a case that the records do not know


@dataclass(frozen=True)
class Meeting:
    """A day on which the committee decided: the decisions that count, and what it had opened beside.

    ``last`` is the number of the latest of the decisions: the record up to it is what the committee had.
    """

    day: date
    decided: tuple[Moment, ...]
    opened: tuple[CaseState, ...]
    last: int

    @property
    def cases(self) -> tuple[str, ...]:
        """The ids of its cases, sorted."""
        return tuple(sorted({*(one.event.case for one in self.decided), *(one.case for one in self.opened)}))


def meetings(archive: Archive) -> tuple[Meeting, ...]:
    """Every day with a decision, in order. A case that was opened that day and not decided is on it too."""
    by_day: dict[date, list[Moment]] = {}
    opened: dict[date, set[str]] = {}
    for case, course in archive.moments.items():
        for moment in course:
            if isinstance(moment.event.payload, record.Decided):
                by_day.setdefault(moment.event.payload.decided_on, []).append(moment)
            elif isinstance(moment.event.payload, record.ScoresOpened):
                opened.setdefault(archive.day_of(moment.event), set()).add(case)
    found = []
    for day, decided in sorted(by_day.items()):
        last = max(moment.event.number for moment in decided)
        states = archive.states_at(last)
        waiting = opened.get(day, set()) - {moment.event.case for moment in decided}
        left = [states[case] for case in sorted(waiting) if case in states]
        still = tuple(one for one in left if one.stage is Stage.IN_COMMITTEE)
        found.append(Meeting(day, tuple(decided), still, last))
    return tuple(found)


def minutes(meeting: Meeting, archive: Archive, recorder: str | None) -> tuple[str, Minutes]:
    """Name of the file and minutes of one meeting; needs the records for what the criteria say."""
    states = archive.states_at(meeting.last)
    before_it = (states, archive.committee, archive.policy, meeting.day)
    scores = panel_scores(*before_it)
    people = archive.committee.name_of
    present = {one for moment in meeting.decided for one in _payload(moment).present}
    may_act = {
        member.id
        for case in meeting.cases
        for member in entitled(states[case], archive.committee, archive.rules, meeting.day)
    }
    seats = archive.committee.members(meeting.day)
    sealed = _last_entry(meeting, archive)
    quorum = archive.rules.quorum
    paper = Minutes(
        company=archive.company,
        dated=meeting.day,
        year=archive.policy.year,
        rule_title=archive.rule_title,
        edition=archive.policy.edition,
        held_on=meeting.day,
        place=None,
        chair=_chair(meeting, present, archive),
        recorder=recorder,
        seats=len(seats),
        present=tuple(people(one) for one in sorted(present)),
        # who was recused from every case was not to come
        absent=tuple(one.name for one in seats if one.id in may_act - present),
        recusals=tuple(_recusals(meeting, states, archive)),
        quorum=None if quorum is None else f"{quorum.numerator}/{quorum.denominator}",
        candidates=_candidates(meeting, states, scores, archive),
        ledger_number=sealed[0],
        ledger_hash=sealed[1],
        agreement=_agreement(meeting, states, panel_agreement(*before_it), archive),
    )
    return stem(meeting.day.isoformat(), say("papers.title.minutes", archive.lang)), paper


def _payload(moment: Moment) -> record.Decided:
    decided = moment.event.payload
    if not isinstance(decided, record.Decided):
        raise TypeError(f"event {moment.event.number} is no decision")
    return decided


def _last_entry(meeting: Meeting, archive: Archive) -> tuple[int, str]:
    """Number and hash of the last entry that the minutes rest on, corrections of decisions included."""
    behind = [
        event
        for moment in meeting.decided
        for event in standing(archive.histories[moment.event.case])[moment.event.number]
    ]
    last = max(behind, key=lambda event: event.number)
    return last.number, last.hash


def _chair(meeting: Meeting, present: set[str], archive: Archive) -> str | None:
    """Who led: the chair, else a deputy, of those present."""
    for role in (Role.CHAIR, Role.DEPUTY):
        for person in archive.committee.holders(role, meeting.day):
            if person.id in present:
                return person.name
    return None


def _recusals(meeting: Meeting, states: dict[str, CaseState], archive: Archive) -> Iterator[Recusal]:
    for case in meeting.cases:
        state = states[case]
        for member in recused_members(state, archive.committee, archive.rules, meeting.day):
            why = _why(member, state, meeting, archive)
            has_scored = state.sheet_of(member) is not None
            yield Recusal(archive.committee.name_of(member), _candidate(state, archive), why, has_scored)


def _why(member: str, state: CaseState, meeting: Meeting, archive: Archive) -> str | None:
    """What was declared in the member's own words, and what was detected."""
    said = [
        moment.event.reason
        for moment in archive.moments[state.case]
        if isinstance(moment.event.payload, record.Recused)
        and moment.event.payload.member == member
        and moment.event.number <= meeting.last
        and moment.event.reason
    ]
    person = archive.committee.people.get(member)
    detected = () if person is None else grounds(state, person, archive.rules)
    told = [label(one)(archive.lang) for one in detected if one is not Ground.DECLARED]
    lines = [*(one.rstrip("。.") for one in said), *told]
    return ("；" if archive.lang == "zh" else "; ").join(lines) or None


def _candidate(state: CaseState, archive: Archive) -> str:
    name = state.manager_id if state.application is None else state.application.name
    return say("packet.person", archive.lang, name=name, id=state.manager_id)


def _candidates(
    meeting: Meeting, states: dict[str, CaseState], scores: dict[str, PanelScore], archive: Archive
) -> tuple[CandidateMinutes, ...]:
    decided = {moment.event.case: moment for moment in meeting.decided}
    order = {level.id: -level.rank for level in archive.policy.levels}

    def place(case: str) -> tuple[int, str]:
        application = states[case].application
        return order.get("" if application is None else application.target_level, 0), case

    return tuple(
        _line(states[case], decided.get(case), scores.get(case), meeting, archive)
        for case in sorted(meeting.cases, key=place)
    )


def _line(
    state: CaseState, moment: Moment | None, score: PanelScore | None, meeting: Meeting, archive: Archive
) -> CandidateMinutes:
    own, case = state.application, archive.known.get(state.manager_id)
    made = None if moment is None else _payload(moment)
    may_act = len(entitled(state, archive.committee, archive.rules, meeting.day))
    quorum = archive.rules.quorum
    spread = None if score is None or score.spread is None else score.spread.sd
    departs = made is not None and made.recommendation is not (
        Recommendation.APPROVE if made.approved else Recommendation.DECLINE
    )
    reason = None if moment is None else moment.event.reason
    return CandidateMinutes(
        name=state.manager_id if own is None else own.name,
        manager_id=state.manager_id,
        department="" if own is None else own.department,
        level_applied="" if own is None else archive.level(own.target_level) or "",
        eligibility=_REVIEWED if case is None or case.overall is None else case.overall.result.value,
        score=None if score is None else score.score,
        raters=None if score is None else score.counted,
        spread=spread,
        present=None if made is None else len(made.present),
        entitled=None if made is None else may_act,
        quorum_needed=None if made is None or quorum is None else ceil(quorum * may_act),
        votes_for=None if made is None else made.in_favour,
        votes_against=None if made is None else made.against,
        votes_abstained=None if made is None else made.abstained,
        recommendation=None if made is None else made.recommendation.value,
        decision=None if made is None else ("approved" if made.approved else "declined"),
        departs=departs,
        reason=None if reason is None else Prose(reason),
    )


def _agreement(
    meeting: Meeting, states: dict[str, CaseState], results: dict[str, Agreement], archive: Archive
) -> tuple[str, ...]:
    """A line for each level of the meeting, then what agreement is good for."""
    levels = {own.target_level for case in meeting.cases if (own := states[case].application) is not None}
    lines = [
        _measures(archive.level(level.id) or "", results[level.id], archive)
        for level in sorted(archive.policy.levels, key=lambda level: -level.rank)
        if level.id in levels and level.id in results
    ]
    return (*lines, say("panel.remark.agreement", archive.lang)) if lines else ()


def _measures(level: str, found: Agreement, archive: Archive) -> str:
    lang = archive.lang
    said = [
        _measure("alpha", found.alpha, archive),
        _measure("single", found.single, archive, found.level),
    ]
    if found.rest_sd.value is not None:
        said.append(say("paper_making.agreement.rest", lang, points=number(found.rest_sd.value, POINTS)))
    counts = {"members": found.alpha.members, "candidates": found.alpha.candidates}
    between = "；" if lang == "zh" else "; "
    return say("paper_making.agreement.line", lang, level=level, said=between.join(said), **counts)


def _measure(name: str, measure: Measure, archive: Archive, level: Fraction | None = None) -> str:
    lang = archive.lang
    called = say(f"paper_making.agreement.{name}", lang)
    if measure.value is None:
        why = "" if measure.remark is None else measure.remark.text(lang)
        return say("paper_making.agreement.none", lang, name=called, why=why.rstrip("。."))
    value = number(measure.value, _COEFFICIENT)
    if measure.low is None or measure.high is None or level is None:
        return say("paper_making.agreement.value", lang, name=called, value=value)
    bounds = {"low": number(measure.low, _COEFFICIENT), "high": number(measure.high, _COEFFICIENT)}
    share = f"{number(level * 100)}%"
    return say("paper_making.agreement.interval", lang, name=called, value=value, share=share, **bounds)


def sitting(meeting: Meeting, archive: Archive) -> Sequence[CaseState]:
    """The cases of a meeting as they stand."""
    return [archive.states[case] for case in meeting.cases]
