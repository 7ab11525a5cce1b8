"""The order in which a committee takes its cases: by how much there is to discuss (Policy 4.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cmreview.process.access import entitled
from cmreview.process.committee import Committee
from cmreview.process.events import Recommendation
from cmreview.process.rules import ProcessRules
from cmreview.process.stages import Stage
from cmreview.review.committee.cases import CommitteeCase
from cmreview.review.panel.decision import ELIGIBILITY, PANEL
from cmreview.review.panel.panel import PanelResult
from cmreview.review.panel.rank_sets import Position
from cmreview.review.panel.score_sheets import listed
from cmreview.review.panel.two_way import Refused
from cmreview.review.told import Told
from cmreview.terms import Outcome


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One case to be decided, with what speaks for discussing it; ``reasons`` is empty where nothing does.

    ``scored`` of the members who may judge the case, ``of`` in number, have handed in a sheet.
    """

    case: CommitteeCase
    reasons: tuple[Told, ...]
    scored: int
    of: int


@dataclass(frozen=True, slots=True)
class _Need:
    """What puts a case forward, what weighs most first; a ``margin`` is exact, in points."""

    is_reopened: bool
    depends_on: int
    is_open_against_line: bool
    is_undecided: bool
    unsettled: int
    departs: bool
    close: int
    spread: Fraction
    missing: int
    margin: Fraction | None

    @property
    def rank(self) -> tuple[object, ...]:
        """What cases are sorted by: the need that weighs most, then the next, then how close the score is."""
        return (
            not self.is_reopened,
            not self.depends_on,
            not self.is_open_against_line,
            not self.is_undecided,
            not self.departs,
            -self.unsettled,
            -self.close,
            -self.spread,
            -self.missing,
            self.margin is None,
            self.margin or Fraction(0),
        )


def agenda(
    cases: Iterable[CommitteeCase],
    open_against_line: frozenset[str],
    committee: Committee,
    rules: ProcessRules,
    day: date,
) -> tuple[AgendaItem, ...]:
    """The cases that wait for the committee's decision, those that need discussing most first.

    The order looks, one after the other, at: an appeal that was upheld; a panel score that hangs on a
    single member; one whose interval spans the line (``open_against_line``, case ids); a recommendation
    that can't be made; one that departs from the department's review; how many criteria lack evidence
    or rule, how many are close to their threshold; how far members' totals lie apart; how many sheets
    are missing; how close the panel score is to its line. Each is a count or an exact figure of the
    review: no threshold is set here. Equal cases come in the order of their ids. Policy 4.3.
    """
    found = []
    for case in cases:
        if case.state.stage is not Stage.IN_COMMITTEE:
            continue
        may_judge = {person.id for person in entitled(case.state, committee, rules, day)}
        scored = sum(sheet.member in may_judge for _, sheet in case.state.sheets)
        need = _need(case, open_against_line, len(may_judge) - scored)
        item = AgendaItem(case, _reasons(case, need, committee), scored, len(may_judge))
        found.append((need.rank, case.state.case, item))
    return tuple(item for _, _, item in sorted(found, key=lambda each: each[:2]))


def open_against_line(results: Mapping[str, PanelResult]) -> frozenset[str]:
    """The cases whose panel score can't be told from the line, of all groups of ``results``."""
    return frozenset(
        each.candidate
        for result in results.values()
        if not isinstance(result.lines, Refused)
        for each in result.lines.intervals
        if each.position is Position.OPEN
    )


def _need(case: CommitteeCase, open_ones: frozenset[str], missing: int) -> _Need:
    overall = None if case.case is None else case.case.overall
    verdicts = () if case.case is None else case.case.verdicts
    spread = None if case.panel is None else case.panel.spread
    part = case.advice.part(PANEL)
    has_margin = part.value is not None and part.line is not None
    return _Need(
        is_reopened=bool(case.state.decision),
        depends_on=0 if case.panel is None else len(case.panel.depends_on),
        is_open_against_line=case.state.case in open_ones,
        is_undecided=_is_undecided(case),
        unsettled=0 if overall is None else overall.no_evidence + overall.no_rule,
        departs=case.advice.recommendation is Recommendation.DECLINE,
        close=sum(verdict.close for verdict in verdicts),
        spread=Fraction(0) if spread is None else spread.highest - spread.lowest,
        missing=missing,
        margin=abs(part.value - part.line) if has_margin else None,  # type: ignore[operator]
    )


def _is_undecided(case: CommitteeCase) -> bool:
    """Whether no recommendation can be made, for another reason than that scores are still closed."""
    if case.advice.recommendation is not Recommendation.UNDECIDED:
        return False
    is_eligible = case.advice.part(ELIGIBILITY).outcome is Outcome.MET
    return case.state.scores_open or not is_eligible


def _reasons(case: CommitteeCase, need: _Need, committee: Committee) -> tuple[Told, ...]:
    overall = None if case.case is None else case.case.overall
    counts = {
        "no_evidence": 0 if overall is None else overall.no_evidence,
        "no_rule": 0 if overall is None else overall.no_rule,
        "close": need.close,
        "missing": need.missing if case.state.scores_open else 0,  # before the opening the count says it
    }
    found = []
    if need.is_reopened:
        found.append(_because("reopened"))
    if case.panel is not None and case.panel.depends_on:
        names = [committee.name_of(member) for member in case.panel.depends_on]
        found.append(_because("depends_on", members=listed(names)))
    if need.is_open_against_line:
        found.append(_because("open_against_line"))
    if need.is_undecided:
        found.append(_because("undecided", why=case.advice.reason))
    if need.departs:
        found.append(_because("departs"))
    found += [_because(key, count=str(count)) for key, count in counts.items() if count]
    return tuple(found)


def _because(key: str, **values: str | Told) -> Told:
    return Told(f"session.because.{key}", tuple(values.items()))
