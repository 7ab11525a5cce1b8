"""What each step must fulfil beside stage and role: dates, quorum, votes, scores, windows (Policy 4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from cmreview.errors import ProcessError
from cmreview.findings import Finding
from cmreview.process import events as record
from cmreview.process.access import entitled, grounds
from cmreview.process.committee import Role
from cmreview.process.events import Draft, Payload, Recommendation
from cmreview.process.labels import labels
from cmreview.process.setting import Setting
from cmreview.process.stages import CaseState
from cmreview.process.workdays import typed_window
from cmreview.terms import Severity


def check(draft: Draft, state: CaseState, setting: Setting, at: datetime) -> tuple[Finding, ...]:
    """Hold a step's content against rules, people and calendar; what people should know of it comes back.

    Raises ProcessError for what may not be recorded.
    """
    check_references(draft.payload, state)
    today = at.date()
    match draft.payload:
        case record.Applied() as application:
            _known_level(application.target_level, setting)
            _not_later(application.applied_on, today, state)
        case record.Reviewed() as review:
            _not_later(review.reviewed_on, today, state)
            _not_before_application(review.reviewed_on, state)
        case record.Completed() as completion:
            _not_later(completion.completed_on, today, state)
            if not completion.evidence:
                raise ProcessError("process.nothing_added", case=state.case)
        case record.Recused(member=member):
            _recusal(draft, member, setting)
        case record.Scored() as sheet:
            _sheet(draft, sheet, state, setting, today)
        case record.ScoresOpened():
            return _opening(state, setting, today)
        case record.Decided() as decision:
            return _decision(draft, decision, state, setting, today)
        case record.Publicised() as publicity:
            _publicity(publicity, state, setting)
        case record.Appealed() as appeal:
            _appeal(appeal, state, today)
        case record.AppealHeard() as hearing:
            return _hearing(hearing, state, setting, today)
        case record.AppealSettled() as settled:
            _not_later(settled.settled_on, today, state)
        case record.Appointed() as appointment:
            _appointment(appointment, state, setting, today)
        case record.NotAppointed() as closing:
            _closing(closing, state, today)
        case record.Withdrawn(withdrawn_on=day):
            _not_later(day, today, state)
        case record.Admitted() | record.Referred() | record.Voided():
            pass  # stage, role and reason say all
    return ()


def check_references(payload: Payload, state: CaseState) -> None:
    """That what a step refers to is there and open: the appeal, scores that are opened, a decision."""
    match payload:
        case record.AppealHeard(appeal=number) | record.AppealSettled(appeal=number):
            appeal = next((one for one in state.appeals if one.event == number), None)
            if appeal is None or appeal.settled is not None:
                raise ProcessError("process.no_such_appeal", case=state.case, appeal=number)
            if isinstance(payload, record.AppealSettled) and appeal.heard is None:
                raise ProcessError("process.appeal_not_heard", case=state.case, appeal=number)
        case record.ScoresOpened() if state.scores_open:
            raise ProcessError("process.scores_are_open", case=state.case)
        case record.Scored(member=member) if state.sheet_of(member) is not None:
            number = state.sheet_of(member)[0]  # type: ignore[index]
            raise ProcessError("process.scored_twice", case=state.case, member=member, event=number)
        case record.Decided() if not state.scores_open:
            raise ProcessError("process.scores_not_open", case=state.case)
        case record.Appointed() if state.decision is None or not state.decision.approved:
            raise ProcessError("process.not_approved", case=state.case)
        case record.NotAppointed() if state.decision is not None and state.decision.approved:
            raise ProcessError("process.approved", case=state.case)
        case _:
            pass


def department_of(draft: Draft, state: CaseState) -> str | None:
    """The department of the case; of one that is only being applied for, the one in the application."""
    if isinstance(draft.payload, record.Applied):
        return draft.payload.department
    return None if state.application is None else state.application.department


def _known_level(level: str, setting: Setting) -> None:
    if level not in setting.rules.levels:
        raise ProcessError("process.unknown_level", level=level, known=setting.rules.levels)


def _not_later(day: date, today: date, state: CaseState) -> None:
    if day > today:
        raise ProcessError("process.in_the_future", case=state.case, day=day.isoformat())


def _not_before(day: date, earlier: date, state: CaseState) -> None:
    if day < earlier:
        raise ProcessError(
            "process.too_early", case=state.case, day=day.isoformat(), earlier=earlier.isoformat()
        )


def _not_before_application(day: date, state: CaseState) -> None:
    if state.application is not None:
        _not_before(day, state.application.applied_on, state)


def _recusal(draft: Draft, member: str, setting: Setting) -> None:
    """A member declares for themself; for somebody else the chair or a secretary does."""
    person = setting.committee.person(member)
    actor = setting.committee.person(draft.actor)
    may_name_others = {Role.CHAIR, Role.DEPUTY, Role.SECRETARY} & set(actor.roles)
    if Role.MEMBER not in person.roles and not {Role.CHAIR, Role.DEPUTY} & set(person.roles):
        raise ProcessError("process.not_a_member", member=person.name, id=member)
    if actor.id != member and not may_name_others:
        raise ProcessError("process.recusal_of_another", member=person.name)


def _sheet(draft: Draft, sheet: record.Scored, state: CaseState, setting: Setting, today: date) -> None:
    """A score sheet is its member's own, on the scale, and of items that the policy knows (Policy 4.3)."""
    rules = setting.rules
    if draft.actor != sheet.member:
        raise ProcessError("process.score_of_another", member=sheet.member)
    _judges((sheet.member,), state, setting, today)
    if not rules.items or rules.scale is None:
        raise ProcessError("process.no_items", year=rules.year)
    known = {item.id for item in rules.items}
    named = [score.item for score in sheet.scores]
    unknown = sorted(set(named) - known)
    if unknown or len(set(named)) != len(named):
        odd = tuple(unknown) or tuple(sorted({one for one in named if named.count(one) > 1}))
        raise ProcessError("process.odd_items", case=state.case, items=odd, known=tuple(sorted(known)))
    lowest, highest = rules.scale
    given = [score for score in sheet.scores if score.points is not None]
    if not given:
        raise ProcessError("process.empty_sheet", case=state.case)
    for score in given:
        if score.points is not None and not lowest <= score.points <= highest:
            raise ProcessError(
                "process.off_the_scale",
                case=state.case,
                item=score.item,
                points=score.points,
                lowest=lowest,
                highest=highest,
            )


def _judges(ids: Sequence[str], state: CaseState, setting: Setting, day: date) -> None:
    """That everybody named is a member on ``day`` and may judge the case."""
    members = {person.id for person in setting.committee.members(day)}
    for one in ids:
        person = setting.committee.person(one)
        if one not in members:
            raise ProcessError("process.not_a_member", member=person.name, id=one)
        found = grounds(state, person, setting.rules)
        if found:
            raise ProcessError(
                "process.recused", person=person.name, id=one, case=state.case, grounds=labels(found)
            )


def _opening(state: CaseState, setting: Setting, today: date) -> tuple[Finding, ...]:
    """Opening is allowed with sheets missing, and says whose."""
    scored = {sheet.member for _, sheet in state.sheets}
    waited_for = [one.name for one in entitled(state, setting.committee, setting.rules, today)]
    missing = [
        one.name for one in entitled(state, setting.committee, setting.rules, today) if one.id not in scored
    ]
    if not missing:
        return ()
    return (
        _remark(
            "process.sheets_missing", state, count=str(len(missing)), of=str(len(waited_for)), who=missing
        ),
    )


def _decision(
    draft: Draft, decision: record.Decided, state: CaseState, setting: Setting, today: date
) -> tuple[Finding, ...]:
    """Quorum after recusals, votes, and a reason wherever it departs from the recommendation (Policy 4.3)."""
    rules = setting.rules
    _not_later(decision.decided_on, today, state)
    _not_before_application(decision.decided_on, state)
    if len(set(decision.present)) != len(decision.present) or not decision.present:
        raise ProcessError("process.odd_attendance", case=state.case)
    _judges(decision.present, state, setting, decision.decided_on)
    may_judge = entitled(state, setting.committee, rules, decision.decided_on)
    remarks: list[Finding] = []
    if rules.quorum is None:
        remarks.append(_remark("process.no_quorum_rule", state))
    elif len(decision.present) < rules.quorum * len(may_judge):
        raise ProcessError(
            "process.no_quorum",
            case=state.case,
            present=len(decision.present),
            entitled=len(may_judge),
            quorum=f"{rules.quorum.numerator}/{rules.quorum.denominator}",
        )
    _votes(decision, state, setting)
    departs = decision.recommendation is not (
        Recommendation.APPROVE if decision.approved else Recommendation.DECLINE
    )
    if departs and not (draft.reason or "").strip():
        raise ProcessError("process.departure_without_reason", case=state.case)
    return tuple(remarks)


def _votes(decision: record.Decided, state: CaseState, setting: Setting) -> None:
    needed = setting.rules.votes_needed
    votes = (decision.in_favour, decision.against, decision.abstained)
    given = [vote for vote in votes if vote is not None]
    if not given:
        if needed is not None:
            raise ProcessError("process.votes_missing", case=state.case)
        return
    if len(given) != len(votes) or min(given) < 0 or sum(given) != len(decision.present):
        raise ProcessError("process.votes_odd", case=state.case, present=len(decision.present))
    if needed is None or decision.in_favour is None:
        return
    carried = decision.in_favour >= needed * len(decision.present)
    if carried is not decision.approved:
        raise ProcessError(
            "process.votes_say_yes" if carried else "process.votes_say_no",
            case=state.case,
            in_favour=decision.in_favour,
            present=len(decision.present),
            needed=f"{needed.numerator}/{needed.denominator}",
        )


def _publicity(publicity: record.Publicised, state: CaseState, setting: Setting) -> None:
    """The days of publicity are those of the official calendar, or a last day that a person typed."""
    rules = setting.rules
    decided = state.decision.decided_on if state.decision is not None else None
    reviewed = state.review.reviewed_on if state.review is not None else None
    earliest = decided or reviewed
    if earliest is not None:
        _not_before(publicity.posted_on, earliest, state)
    _not_before(publicity.first, publicity.posted_on, state)
    if rules.publicity_days is None or rules.publicity_first_day is None:
        if not publicity.typed:
            raise ProcessError("process.no_publicity_days", year=rules.year)
        _not_before(publicity.last, publicity.first, state)
        return
    if publicity.typed:
        typed_window(publicity.first, publicity.last, rules.publicity_days, setting.calendar)
        return
    due = setting.calendar.add_workdays(publicity.posted_on, rules.publicity_days, rules.publicity_first_day)
    if publicity.first != due.first or publicity.last < due.last:
        raise ProcessError(
            "process.publicity_too_short",
            case=state.case,
            days=rules.publicity_days,
            first=due.first.isoformat(),
            last=due.last.isoformat(),
        )


def _appeal(appeal: record.Appealed, state: CaseState, today: date) -> None:
    """In time is who objects from the day of posting to the last day, both included (Policy 4.4)."""
    _not_later(appeal.received_on, today, state)
    publicity = state.publicity
    if publicity is None or publicity.posted_on <= appeal.received_on <= publicity.last:
        return
    raise ProcessError(
        "process.appeal_too_late" if appeal.received_on > publicity.last else "process.appeal_too_early",
        case=state.case,
        received=appeal.received_on.isoformat(),
        first=publicity.posted_on.isoformat(),
        last=publicity.last.isoformat(),
    )


def _hearing(
    hearing: record.AppealHeard, state: CaseState, setting: Setting, today: date
) -> tuple[Finding, ...]:
    """Who hears an appeal: nobody who is recused, and by the policy nobody who decided (Policy 4.4)."""
    _not_later(hearing.heard_on, today, state)
    if not hearing.present or len(set(hearing.present)) != len(hearing.present):
        raise ProcessError("process.odd_attendance", case=state.case)
    _judges(hearing.present, state, setting, hearing.heard_on)
    decided = set() if state.decision is None else set(state.decision.present)
    same = [setting.committee.name_of(one) for one in hearing.present if one in decided]
    rule = setting.rules.appeal_hearing
    if same and rule == "others_required":
        raise ProcessError("process.heard_by_deciders", case=state.case, who=tuple(same))
    if same and rule != "same":
        return (_remark("process.heard_by_deciders", state, who=same),)
    return ()


def _appointment(appointment: record.Appointed, state: CaseState, setting: Setting, today: date) -> None:
    """After the days of publicity, without an open appeal, to the level applied for (Policy 4.5)."""
    _publicity_is_over(state, today)
    target = appointment.level if state.application is None else state.application.target_level
    if appointment.level != target:
        raise ProcessError("process.other_level", case=state.case, level=appointment.level, target=target)
    if state.decision is not None:
        _not_before(appointment.effective_on, state.decision.decided_on, state)
    if not appointment.document_number.strip() or not appointment.certificate_number.strip():
        raise ProcessError("process.number_missing", case=state.case)
    if appointment.certificate_number in setting.numbers:
        raise ProcessError("process.number_taken", case=state.case, number=appointment.certificate_number)


def _closing(closing: record.NotAppointed, state: CaseState, today: date) -> None:
    _not_later(closing.closed_on, today, state)
    _publicity_is_over(state, today)


def _publicity_is_over(state: CaseState, today: date) -> None:
    publicity = state.publicity
    if publicity is not None and today <= publicity.last:
        raise ProcessError("process.publicity_not_over", case=state.case, last=publicity.last.isoformat())


def _remark(code: str, state: CaseState, **details: object) -> Finding:
    told = {
        name: "、".join(value) if isinstance(value, list) else str(value) for name, value in details.items()
    }
    return Finding(code, Severity.WARNING, state.case, details=tuple(sorted(told.items())))
