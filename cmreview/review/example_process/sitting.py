"""The committee sits: sheets, corrections, opening, decisions with their reasons (Policy 4.3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from cmreview.process.events import (
    Decided,
    Draft,
    Recommendation,
    Recused,
    Scored,
    ScoresOpened,
    Withdrawn,
)
from cmreview.process.stages import CaseState, Stage
from cmreview.review.committee.cases import recommendations
from cmreview.review.example_process import story
from cmreview.review.example_process.marks import score_sheet, worth
from cmreview.review.example_process.play import Play

_FEW = 3  # sheets of the case that waits for the other members


def sessions(play: Play) -> None:
    """A session a level: everybody scores, the chair opens, the committee decides."""
    for level, day in story.SESSIONS.items():
        cases = [state.case for state in _before_it(play) if _target(state) == level]
        _sheets(play, level, cases, day)
        _before_opening(play, cases, day)
        left_closed = {play.case(story.NOT_OPENED)}
        opened = [state.case for state in _before_it(play) if state.case in set(cases) - left_closed]
        _open(play, opened, day)
        _after_opening(play, opened, day)
        put_off = play.case(story.DECIDED_LAST)
        decide(play, [case for case in opened if case != put_off], day, "16:30")


def decide(play: Play, cases: Iterable[str], day: date, clock: str) -> None:
    """The decisions on ``cases``: as recommended, but for those that the story turns."""
    states = play.course.states()
    advised = recommendations(play.review, states, play.committee, play.policy, day)
    turns = {play.case(key): turn for key, turn in story.DECIDED.items()}
    drafts = []
    for case in cases:
        advice = advised[case]
        turn = turns.get(case)
        if turn is None:
            reason = story.NOTHING_RECOMMENDED if advice is Recommendation.UNDECIDED else None
            turn = story.Turn(advice is Recommendation.APPROVE, reason)
        drafts.append(decision(play, states[case], turn, advice, day))
    play.course.take(day, clock, drafts)


def decision(play: Play, state: CaseState, turn: story.Turn, advice: Recommendation, day: date) -> Draft:
    """One decision, carried or not by the votes that the policy asks for (Policy 4.3)."""
    away = _away(play, _target(state), day)
    present = tuple(one.id for one in play.may_judge(state, day) if one.id != away)
    needed = ceil((play.course.setting.rules.votes_needed or Fraction(1, 2)) * len(present))
    rng = play.rng("votes", state.case, day.isoformat())
    doubts = rng.choice((0, 0, 0, 1))
    in_favour = len(present) - min(doubts, len(present) - needed)
    if not turn.approved:
        in_favour = min(doubts, needed - 1)
    abstained = rng.choice((0, 0, 1)) if len(present) > in_favour else 0
    votes = (in_favour, len(present) - in_favour - abstained, abstained)
    decided = Decided(turn.approved, day, present, advice, *votes)
    return Draft(state.case, decided, play.lead(state, day), turn.reason)


def _before_it(play: Play) -> tuple[CaseState, ...]:
    return play.at(Stage.IN_COMMITTEE)


def _target(state: CaseState) -> str:
    return "" if state.application is None else state.application.target_level


def _away(play: Play, level: str, day: date) -> str | None:
    """Who had left when the session on this level decided."""
    part = story.NOT_AT_DECISIONS.get(level)
    return None if part is None else play.person(part, day)


def _sheets(play: Play, level: str, cases: Sequence[str], day: date) -> None:
    """Every member's sheets of the session at once, as they hand them in."""
    mistyped, typist = _named(play, story.MISTYPED, day)
    for number, member in enumerate(play.committee.members(day)):
        drafts = []
        for place, case in enumerate(cases):
            if _scores(play, case, member.id, level, place < len(cases) / 2, day):
                sheet = _meant(play, case, member.id, number, day)
                is_mistyped = (case, member.id) == (mistyped, typist)
                drafts.append(Draft(case, _slipped(sheet) if is_mistyped else sheet, member.id))
        play.course.take(day, f"14:{number:02}", drafts)


def _named(play: Play, case_and_part: tuple[str, str], day: date) -> tuple[str, str]:
    key, part = case_and_part
    return play.case(key), play.person(part, day)


def _scores(play: Play, case: str, member: str, level: str, is_first_half: bool, day: date) -> bool:
    """Whether the member hands in a sheet of the case."""
    judges = [one.id for one in play.may_judge(play.course.state(case), day)]
    fewest = {play.case(story.TWO_SHEETS): 2, play.case(story.NOT_OPENED): _FEW}
    if member not in judges[: fewest.get(case, len(judges))]:
        return False
    left, part = story.LEFT_EARLY
    return is_first_half or left != level or member != play.person(part, day)


def _meant(play: Play, case: str, member: str, place: int, day: date) -> Scored:
    """The sheet as the member meant it; one member heard no defence and leaves that item out."""
    rules = play.course.setting.rules
    key, part, item, comment = story.NOT_HEARD
    is_unheard = (case, member) == _named(play, (key, part), day)
    convinced = {play.case(each) for each, turn in story.DECIDED.items() if turn.approved}
    sheet = score_sheet(
        member,
        place,
        worth(play.known(case), case in convinced),
        play.rng("sheet", case, member),
        rules.items,
        rules.scale or (Decimal(0), Decimal(100)),
        without=item if is_unheard else None,
    )
    return replace(sheet, comment=comment) if is_unheard else sheet


def _slipped(sheet: Scored) -> Scored:
    """The sheet with the first item's points set one digit too low."""
    first, *others = sheet.scores
    points = None if first.points is None else first.points / 10
    return replace(sheet, scores=(replace(first, points=points), *others))


def _exchanged(sheet: Scored) -> Scored:
    """The sheet with the points of its first two items exchanged."""
    first, second, *others = sheet.scores
    swapped = (replace(first, points=second.points), replace(second, points=first.points))
    return replace(sheet, scores=(*swapped, *others))


def _before_opening(play: Play, cases: Sequence[str], day: date) -> None:
    """A mistyped sheet is put right without a word, somebody declares late, somebody else withdraws."""
    case, member = _named(play, story.MISTYPED, day)
    place = [one.id for one in play.committee.members(day)].index(member)
    if case in cases:
        _correct(play, case, _meant(play, case, member, place, day), day, "15:20")
    key, part, why = story.RECUSED_LATE
    case, member = _named(play, (key, part), day)
    if case in cases:
        play.course.take(day, "15:25", [Draft(case, Recused(member), member, why)])
    key, why = story.WITHDRAWN_IN_SESSION
    if play.case(key) in cases:
        play.course.take(day, "15:30", [play.by_secretary(day, play.case(key), Withdrawn(day), why)])


def _after_opening(play: Play, cases: Sequence[str], day: date) -> None:
    key, part, why = story.CHANGED_AFTER
    case, member = _named(play, (key, part), day)
    held = play.course.state(case).sheet_of(member)
    if case in cases and held is not None:
        _correct(play, case, _exchanged(held[1]), day, "15:55", why)


def _correct(play: Play, case: str, sheet: Scored, day: date, clock: str, reason: str | None = None) -> None:
    held = play.course.state(case).sheet_of(sheet.member)
    if held is not None:
        play.course.take(day, clock, [Draft(case, sheet, sheet.member, reason, corrects=held[0])])


def _open(play: Play, cases: Sequence[str], day: date) -> None:
    drafts = [Draft(case, ScoresOpened(), play.lead(play.course.state(case), day)) for case in cases]
    play.course.take(day, "15:40", drafts)
