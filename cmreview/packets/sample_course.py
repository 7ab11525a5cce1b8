"""How the sample's cases went: each applicant of the made-up department at another stage of the process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from cmreview.process import events as kinds
from cmreview.process.committee import Committee, PaperSettings, Person, Role
from cmreview.process.events import Event, Recommendation, ReviewDecision, case_id
from cmreview.terms import Label, Result

if TYPE_CHECKING:
    from cmreview.policy.model import Policy
    from cmreview.review.committee.recorded import ProcessRecord
    from cmreview.review.model import Case

CHAIR, SECRETARY, RELATED, ABSENT = "P1", "S1", "P6", "P7"
PRESENT = ("P1", "P2", "P3", "P4", "P5")
SITTING, POSTED, FIRST, LAST = date(2026, 1, 22), date(2026, 1, 23), date(2026, 1, 26), date(2026, 1, 30)
SETTLED, APPOINTED = date(2026, 2, 2), date(2026, 2, 3)
_POINTS = ("78", "82", "84.5", "86", "91")
_LESS = 20  # points that somebody gets less who misses a criterion
_NAMES = {
    "P1": "周建国",
    "P2": "方慧敏",
    "P3": "宋立新",
    "P4": "许文博",
    "P5": "曾国平",
    RELATED: "邓雅茹",
    ABSENT: "沈志远",
}

Step = tuple[kinds.Payload, str, date, str | None]  # what, by whom, when, why


def sample_record(cases: Sequence[Case], policy: Policy) -> ProcessRecord:
    """The record of these applicants' cases; the same cases and policy give the same record."""
    from cmreview.review.committee.recorded import process_record

    committee = sample_committee(cases[0].person.manager_id)
    return process_record(sample_events(cases, policy, committee), committee, policy)


def sample_committee(relative: str) -> Committee:
    """Seven made-up members, one of them related to the manager ``relative``, and a secretary."""
    roles = {"P1": (Role.CHAIR, Role.MEMBER), "P2": (Role.DEPUTY, Role.MEMBER)}
    people = {
        id_: Person(
            id_,
            name,
            "公司",
            roles.get(id_, (Role.MEMBER,)),
            relations=(relative,) if id_ == RELATED else (),
        )
        for id_, name in _NAMES.items()
    }
    people[SECRETARY] = Person(SECRETARY, "刘敏", "人力资源部", (Role.SECRETARY,))
    name = Label("评审委员会", "Review Committee")
    papers = PaperSettings(name, name, "示例聘〔{year}〕{number}号", "KHJL-{year}-{number}", name)
    return Committee(name, timedelta(hours=8), papers, people)


def sample_events(cases: Sequence[Case], policy: Policy, committee: Committee) -> tuple[Event, ...]:
    """The steps of the cases one after the other, numbered as a ledger numbers them."""
    events: list[Event] = []
    seen: dict[Result | None, int] = {}
    for case in cases:
        result = None if case.overall is None else case.overall.result
        turn = seen[result] = seen.get(result, 0) + 1
        for payload, actor, day, reason in _course(case, turn, policy, len(events)):
            at = datetime.combine(day, time(10), committee.zone)
            id_ = case_id(policy.year, case.person.manager_id)
            events.append(Event(len(events) + 1, id_, payload, actor, at, reason, None, "", ""))
    return tuple(events)


def _course(case: Case, turn: int, policy: Policy, before: int) -> Iterator[Step]:
    """The steps of one case: the ``turn``-th of its result, after ``before`` events of other cases."""
    application, review, person = case.application, case.preliminary, case.person
    if application is None:
        raise ValueError("the sample's applicants have applied")
    target, day = application.target_level, application.applied_on
    name = (person.name, person.department)
    yield kinds.Applied(*name, person.level, target, day, application.evidence), SECRETARY, day, None
    if review is None or case.overall is None:
        return
    decision = ReviewDecision(review.decision)
    said = kinds.Reviewed(decision, review.opinion, review.reviewer, review.reviewed_on)
    yield said, SECRETARY, review.reviewed_on, None
    if decision is not ReviewDecision.PASSED:
        return
    yield kinds.Referred(), SECRETARY, review.reviewed_on, None
    result = case.overall.result
    yield from _sheets(policy, Decimal(_LESS if result is Result.NOT_ELIGIBLE else 0))
    if result is Result.UNDECIDED or (result is Result.ELIGIBLE and turn > 2):
        return
    yield kinds.ScoresOpened(), CHAIR, SITTING, None
    yield from _decided(result is Result.ELIGIBLE, turn, before, target)


def _sheets(policy: Policy, less: Decimal) -> Iterator[Step]:
    for member, points in zip(PRESENT, _POINTS, strict=True):
        marks = tuple(kinds.ItemScore(item, Decimal(points) - less) for item in _items(policy))
        yield kinds.Scored(member, marks), member, SITTING, None


def _items(policy: Policy) -> Iterable[str]:
    from cmreview.process.rules import process_rules

    return [item.id for item in process_rules(policy).items]


def _decided(approved: bool, turn: int, before: int, target: str) -> Iterator[Step]:
    """The decision and what follows: the first of a kind goes to its end, the second is publicised."""
    recommended = Recommendation.APPROVE if approved else Recommendation.DECLINE
    votes = (5, 0, 0) if approved else (0, 4, 1)
    yield kinds.Decided(approved, SITTING, PRESENT, recommended, *votes), CHAIR, SITTING, None
    yield kinds.Publicised(POSTED, FIRST, LAST), SECRETARY, POSTED, None
    if turn > 1:
        return
    if approved:
        numbers = ("示例聘〔2026〕1号", "KHJL-2026-1")
        yield kinds.Appointed(target, APPOINTED, *numbers), SECRETARY, APPOINTED, None
        return
    appeal = (
        before + len(PRESENT) + 7
    )  # after application, review, referral, sheets, opening, decision, notice
    yield kinds.Appealed("本人", LAST, "对客户投诉率的计算有异议"), SECRETARY, LAST, None
    yield kinds.AppealHeard(appeal, SETTLED, (ABSENT,)), SECRETARY, SETTLED, None
    yield kinds.AppealSettled(appeal, False, SETTLED), CHAIR, SETTLED, "经复核，计算无误。"
