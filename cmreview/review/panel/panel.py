"""The committee's scores of one group: official scores, what they depend on, and how far members agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from cmreview.review.panel.agreement import Agreement, agreement
from cmreview.review.panel.combining import Combined, Part, combined
from cmreview.review.panel.rank_sets import LineIntervals, RankSets, line_intervals, rank_sets
from cmreview.review.panel.rules import Combining, PanelRules, check_marks, combining, panel_rules, still_open
from cmreview.review.panel.score_sheets import (
    Mark,
    Scores,
    Totals,
    listed,
    places,
    score_sheets,
    tabled,
    totals,
)
from cmreview.review.panel.severity import SeverityEstimate, severity
from cmreview.review.panel.two_way import Refused, square_root
from cmreview.review.told import Told
from cmreview.terms import Outcome

__all__ = [
    "Mark",
    "PanelResult",
    "PanelRules",
    "PanelScore",
    "Places",
    "Scores",
    "Spread",
    "agreed",
    "combine",
    "panel",
    "panel_rules",
    "score_sheets",
]


@dataclass(frozen=True, slots=True)
class Spread:
    """How far the totals of one candidate's complete sheets lie apart, in points.

    ``sd`` (of a sample, to six decimals) is None with fewer than two.
    """

    count: int
    lowest: Fraction
    highest: Fraction
    sd: Fraction | None


@dataclass(frozen=True, slots=True)
class Places:
    """A candidate's place in the group by score; equal scores share it.

    ``best`` and ``worst`` are the places over leaving out each member in turn.
    """

    place: int
    best: int
    worst: int


@dataclass(frozen=True, slots=True)
class PanelScore:
    """What the committee's scores say of one candidate. Policy 4.3.

    ``score`` is exact, in points, before rounding, and so it is held against ``line``; where it is
    None, ``reason`` says why. ``counted`` is the number of scores behind it. Of the members,
    ``scored`` handed in a mark, ``missing`` did not although they were to, ``recused`` were not to;
    ``incomplete`` are those of ``scored`` who left an item out. ``depends_on`` are the members without
    any one of whom the outcome would turn, or there would be no score at all.
    """

    candidate: str
    score: Fraction | None
    line: Fraction | None
    outcome: Outcome
    reason: Told | None
    counted: int
    scored: tuple[str, ...]
    missing: tuple[str, ...]
    recused: tuple[str, ...]
    incomplete: tuple[str, ...]
    parts: tuple[Part, ...]
    spread: Spread | None
    places: Places | None
    depends_on: tuple[str, ...]
    remarks: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class PanelResult:
    """All of one group: the official scores, and beside them what decides nothing.

    ``severity``, ``rank_sets`` and ``lines`` are refused with a reason where they can't be given.
    """

    scores: tuple[PanelScore, ...]
    agreement: Agreement
    severity: SeverityEstimate | Refused
    rank_sets: RankSets | Refused
    lines: LineIntervals | Refused


def combine(scores: Scores, rules: PanelRules) -> tuple[PanelScore, ...]:
    """The official score of every candidate, in the order of their ids.

    Where the policy leaves open how to combine, there is no score and no rule; where it leaves the
    line open, there is a score and no rule. InputError for a mark on no item of the policy or outside
    its scale. Policy 4.3.
    """
    check_marks(scores, rules)
    how = combining(rules)
    if isinstance(how, Told):
        return tuple(_scored(who, scores, rules, Combined(None, 0, reason=how)) for who in scores.candidates)
    official = combined(scores, how)
    by_place = places(_points(official))
    # Whether a score hangs on one member is asked of the score alone, not of how many there must be.
    relaxed = replace(how, fewest=Fraction(1))
    without = {member: combined(scores.without(member), relaxed) for member in scores.members}
    places_without = {member: places(_points(each)) for member, each in without.items()}
    results = []
    for who in scores.candidates:
        found = _scored(who, scores, rules, official[who], how)
        if found.score is not None:
            others = [each[who] for each in places_without.values() if who in each]
            own = by_place[who]
            found = replace(found, places=Places(own, min([own, *others]), max([own, *others])))
            found = _with_dependence(found, {member: each[who] for member, each in without.items()})
        results.append(found)
    return tuple(results)


def panel(scores: Scores, rules: PanelRules) -> PanelResult:
    """The scores of one group together with spread, agreement, severity and rank sets (Policy 4.3)."""
    official = combine(scores, rules)
    table = _totals(scores, rules)
    known = {each.candidate: each.score for each in official if each.score is not None}
    return PanelResult(
        scores=official,
        agreement=agreement(table, rules.interval_level),
        severity=severity(table),
        rank_sets=rank_sets(table, rules.interval_level),
        lines=line_intervals(known, table, rules.panel_line, rules.interval_level),
    )


def agreed(scores: Scores, rules: PanelRules) -> Agreement:
    """How far the members of one group agree, where nothing else is asked: the rest takes seconds."""
    check_marks(scores, rules)
    return agreement(_totals(scores, rules), rules.interval_level)


def _totals(scores: Scores, rules: PanelRules) -> Totals:
    return tabled({}) if rules.score_items is None else totals(scores, rules.score_items)


def _scored(
    who: str, scores: Scores, rules: PanelRules, found: Combined, how: Combining | None = None
) -> PanelScore:
    sheets = scores.sheets(who)
    recused = tuple(member for member, candidate in scores.recused if candidate == who)
    missing = tuple(member for member in scores.members if member not in sheets and member not in recused)
    items = {item.id for item in rules.score_items or ()}
    outcome, reason = _outcome(found, rules, how)
    remarks = found.remarks
    if missing:
        told = (("count", str(len(missing))), ("members", listed(missing)))
        remarks += (Told("panel.remark.missing", told),)
    return PanelScore(
        candidate=who,
        score=found.points,
        line=rules.panel_line,
        outcome=outcome,
        reason=reason,
        counted=found.counted,
        scored=tuple(sheets),
        missing=missing,
        recused=recused,
        incomplete=tuple(member for member, sheet in sheets.items() if items - sheet.keys()),
        parts=found.parts,
        spread=_spread(scores, rules, who),
        places=None,
        depends_on=(),
        remarks=remarks,
    )


def _outcome(found: Combined, rules: PanelRules, how: Combining | None) -> tuple[Outcome, Told | None]:
    if how is None:
        return Outcome.NO_RULE, found.reason
    if found.points is None:
        return Outcome.NO_EVIDENCE, found.reason
    if rules.panel_line is None:
        return Outcome.NO_RULE, still_open("panel_line")
    return (Outcome.MET if found.points >= rules.panel_line else Outcome.MISSED), None


def _with_dependence(found: PanelScore, without: Mapping[str, Combined]) -> PanelScore:
    if found.score is None or found.line is None:
        return found
    passes = found.score >= found.line
    turning = []
    for member in found.scored:
        points = without[member].points
        if points is None or (points >= found.line) != passes:
            turning.append(member)
    if not turning:
        return found
    key = "panel.remark.depends_on_one" if len(turning) == 1 else "panel.remark.depends_on_any"
    remark = Told(key, (("members", listed(turning)),))
    return replace(found, depends_on=tuple(turning), remarks=(*found.remarks, remark))


def _spread(scores: Scores, rules: PanelRules, who: str) -> Spread | None:
    if rules.score_items is None:
        return None
    values = totals(replace(scores, candidates=(who,)), rules.score_items).of(who)
    if not values:
        return None
    mean = sum(values, Fraction(0)) / len(values)
    squares = sum(((value - mean) ** 2 for value in values), Fraction(0))
    sd = square_root(squares / (len(values) - 1)) if len(values) > 1 else None
    return Spread(len(values), min(values), max(values), sd)


def _points(found: Mapping[str, Combined]) -> dict[str, Fraction]:
    return {who: each.points for who, each in found.items() if each.points is not None}
