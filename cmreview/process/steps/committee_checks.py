"""What the committee's own steps must fulfil: recusals, score sheets, opening, decisions (Policy 4.3)."""

from __future__ import annotations

from datetime import date

from cmreview.errors import ProcessError
from cmreview.findings import Finding
from cmreview.process.access import entitled
from cmreview.process.committee import Role
from cmreview.process.events import Decided, Draft, Recommendation, Scored
from cmreview.process.setting import Setting
from cmreview.process.stages import CaseState
from cmreview.process.steps.bounds import (
    applied_on,
    attendance,
    judges,
    not_before,
    not_later,
    remark,
    reviewed_on,
)


def recusal(draft: Draft, member: str, state: CaseState, setting: Setting) -> tuple[Finding, ...]:
    """A member declares for themself; for somebody else the chair or a secretary does (Policy 1.3.a).

    What the member did in the case before is told: it is for people to say what becomes of it.
    """
    person = setting.committee.person(member)
    actor = setting.committee.person(draft.actor)
    may_name_others = {Role.CHAIR, Role.DEPUTY, Role.SECRETARY} & set(actor.roles)
    if Role.MEMBER not in person.roles and not {Role.CHAIR, Role.DEPUTY} & set(person.roles):
        raise ProcessError("process.not_a_member", member=person.name, id=member)
    if actor.id != member and not may_name_others:
        raise ProcessError("process.recusal_of_another", member=person.name)
    if state.decision is not None and member in state.decision.present:
        return (remark("process.recused_after_decision", state, member=person.name),)
    if state.sheet_of(member) is not None:
        return (remark("process.recused_after_scoring", state, member=person.name),)
    return ()


def sheet(draft: Draft, given: Scored, state: CaseState, setting: Setting, today: date) -> None:
    """A score sheet is its member's own, on the scale, and of items that the policy knows (Policy 4.3)."""
    rules = setting.rules
    if draft.actor != given.member:
        raise ProcessError("process.score_of_another", member=setting.committee.name_of(given.member))
    judges((given.member,), state, setting, today)
    if not rules.items or rules.scale is None:
        raise ProcessError("process.no_items", year=rules.year)
    items = {item.id: item.label for item in rules.items}
    named = [score.item for score in given.scores]
    odd = {one for one in named if one not in items or named.count(one) > 1}
    if odd:
        raise ProcessError(
            "process.odd_items", case=state.case, items=tuple(sorted(odd)), known=tuple(sorted(items))
        )
    lowest, highest = rules.scale
    scored = [(score.item, score.points) for score in given.scores if score.points is not None]
    if not scored:
        raise ProcessError("process.empty_sheet", case=state.case)
    for item, points in scored:
        # not a number is asked for first: it can't be compared
        if not points.is_finite() or not lowest <= points <= highest:
            raise ProcessError(
                "process.off_the_scale",
                case=state.case,
                item=items[item],
                points=points,
                lowest=lowest,
                highest=highest,
            )


def opening(state: CaseState, setting: Setting, today: date) -> tuple[Finding, ...]:
    """Opening is allowed with sheets missing, and says whose."""
    scored = {given.member for _, given in state.sheets}
    waited_for = entitled(state, setting.committee, setting.rules, today)
    missing = [one.name for one in waited_for if one.id not in scored]
    if not missing:
        return ()
    return (remark("process.sheets_missing", state, count=len(missing), of=len(waited_for), who=missing),)


def decision(
    draft: Draft, decided: Decided, state: CaseState, setting: Setting, today: date
) -> tuple[Finding, ...]:
    """Quorum after recusals, votes, and a reason wherever it departs from the recommendation (Policy 4.3)."""
    rules = setting.rules
    replies = [appeal.settled.settled_on for appeal in state.appeals if appeal.settled is not None]
    not_later(decided.decided_on, today, state)
    not_before(decided.decided_on, state, applied_on(state), reviewed_on(state), *replies)
    attendance(decided.present, state, setting, decided.decided_on)
    may_judge = entitled(state, setting.committee, rules, decided.decided_on)
    remarks: list[Finding] = []
    if rules.quorum is None:
        remarks.append(remark("process.no_quorum_rule", state))
    elif len(decided.present) < rules.quorum * len(may_judge):
        raise ProcessError(
            "process.no_quorum",
            case=state.case,
            present=len(decided.present),
            entitled=len(may_judge),
            quorum=f"{rules.quorum.numerator}/{rules.quorum.denominator}",
        )
    remarks += _votes(decided, state, setting)
    departs = decided.recommendation is not (
        Recommendation.APPROVE if decided.approved else Recommendation.DECLINE
    )
    if departs and not (draft.reason or "").strip():
        raise ProcessError("process.departure_without_reason", case=state.case)
    return tuple(remarks)


def _votes(decided: Decided, state: CaseState, setting: Setting) -> tuple[Finding, ...]:
    needed = setting.rules.votes_needed
    votes = (decided.in_favour, decided.against, decided.abstained)
    given = [vote for vote in votes if vote is not None]
    if not given and needed is not None:
        raise ProcessError("process.votes_missing", case=state.case)
    is_whole = len(given) == len(votes) and min(given) >= 0 and sum(given) == len(decided.present)
    if given and not is_whole:
        raise ProcessError("process.votes_odd", case=state.case, present=len(decided.present))
    if needed is None or decided.in_favour is None:
        return (remark("process.no_votes_rule", state),)
    carried = decided.in_favour >= needed * len(decided.present)
    if carried is not decided.approved:
        raise ProcessError(
            "process.votes_say_yes" if carried else "process.votes_say_no",
            case=state.case,
            in_favour=decided.in_favour,
            present=len(decided.present),
            needed=f"{needed.numerator}/{needed.denominator}",
        )
    return ()
