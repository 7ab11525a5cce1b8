"""The performance score and the ranking: they order people and never stand in for a criterion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cmreview.policy.model import Compare, Group, Policy
from cmreview.review import rules
from cmreview.review.model import Score, ScoreLine, Verdict
from cmreview.terms import Outcome


def attainment(value: Fraction, threshold: Fraction, zero_at: Fraction, cap: Fraction) -> Fraction:
    """How far ``value`` has come from ``zero_at`` to ``threshold``: at least 0, at most ``cap``.

    The goalposts are the policy's, never those of the other candidates, so that one more candidate
    reorders nobody. Where lower is better ``zero_at`` lies above the threshold. ZeroDivisionError
    where the two are the same. Policy 1.3.b.

    >>> attainment(Fraction(250), Fraction(500), Fraction(0), Fraction("1.2"))
    Fraction(1, 2)
    """
    return max(Fraction(0), min((value - zero_at) / (threshold - zero_at), cap))


def performance_score(verdicts: Sequence[Verdict], policy: Policy) -> Score:
    """The weighted mean of the attainments of one level's performance criteria (Policy 1.3.b).

    A criterion without evidence or without a rule has no attainment: it lowers the coverage and is
    never counted as zero. Without a cap or with a weight left open, there are no points at all.
    """
    cap = rules.number(policy, "score_cap")
    judged = [verdict for verdict in verdicts if verdict.group is Group.PERFORMANCE]
    weights = [rules.parameter_number(policy.criterion(verdict.criterion).weight) for verdict in judged]
    if cap is None or None in weights:
        return Score(points=None, coverage=Fraction(0), lines=(), cap=cap)
    lines = tuple(
        _line(verdict, weight, cap, policy)
        for verdict, weight in zip(judged, weights, strict=True)
        if weight is not None
    )
    reached = [(line.weight, line.attainment) for line in lines if line.attainment is not None]
    total = sum((line.weight for line in lines), Fraction(0))
    evidenced = sum((weight for weight, _ in reached), Fraction(0))
    return Score(
        points=sum((weight * part for weight, part in reached), Fraction(0)) / evidenced
        if evidenced
        else None,
        coverage=evidenced / total if total else Fraction(0),
        lines=lines,
        cap=cap,
    )


@dataclass(frozen=True, slots=True)
class Contender:
    """One applicant in a ranking; ``tie_breaks`` holds a value for each word of the policy's list."""

    manager_id: str
    points: Fraction
    tie_breaks: Mapping[str, Fraction | None]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a ranking: those who are ``tied`` share it; ``broken_by`` is what parted equal points."""

    rank: int
    tied: bool
    broken_by: str | None


def ranking(contenders: Sequence[Contender], tie_breaks: Sequence[str]) -> dict[str, Place]:
    """Every contender's place, highest points first; equal points go by the tie-breaks in their order.

    A tie-break that anyone among the equal has no evidence for parts nobody of them. Whoever stays
    equal shares the rank, and the next one counts all before it (1, 2, 2, 4). Policy 5.4.c.
    """
    places: dict[str, Place] = {}
    by_points = _highest_first(contenders, {each.manager_id: each.points for each in contenders})
    for equal in by_points:
        for group, broken_by in _parted(equal, tuple(tie_breaks), None):
            rank = len(places) + 1
            places |= {each.manager_id: Place(rank, len(group) > 1, broken_by) for each in group}
    return places


def _line(verdict: Verdict, weight: Fraction, cap: Fraction, policy: Policy) -> ScoreLine:
    zero_at = rules.parameter_number(policy.criterion(verdict.criterion).zero_at)
    part = _attained(verdict, zero_at, cap)
    return ScoreLine(
        criterion=verdict.criterion,
        indicator=verdict.fact.indicator,
        weight=weight,
        attainment=part,
        capped=part == cap and not _is_exactly(verdict, zero_at, cap),
        zero_at=zero_at,
    )


def _attained(verdict: Verdict, zero_at: Fraction | None, cap: Fraction) -> Fraction | None:
    if verdict.outcome not in (Outcome.MET, Outcome.MISSED):
        return None
    if verdict.fact.unbounded:
        return cap
    value, threshold = verdict.fact.value, verdict.threshold
    if value is None or threshold is None or zero_at is None:
        return None
    is_below = verdict.compare is Compare.BELOW
    if zero_at == threshold or (zero_at > threshold) != is_below:
        return None  # a zero on the wrong side of the threshold would reward the worse value
    return attainment(value, threshold, zero_at, cap)


def _is_exactly(verdict: Verdict, zero_at: Fraction | None, cap: Fraction) -> bool:
    value, threshold = verdict.fact.value, verdict.threshold
    if value is None or threshold is None or zero_at is None:
        return False
    return value - zero_at == cap * (threshold - zero_at)


def _parted(
    equal: Sequence[Contender], keys: tuple[str, ...], broken_by: str | None
) -> list[tuple[Sequence[Contender], str | None]]:
    if len(equal) == 1 or not keys:
        return [(equal, broken_by)]
    key, *rest = keys
    values = {each.manager_id: each.tie_breaks.get(key) for each in equal}
    known = {manager: value for manager, value in values.items() if value is not None}
    if len(known) < len(values) or len(set(known.values())) == 1:
        return _parted(equal, tuple(rest), broken_by)
    return [part for group in _highest_first(equal, known) for part in _parted(group, tuple(rest), key)]


def _highest_first(contenders: Sequence[Contender], values: Mapping[str, Fraction]) -> list[list[Contender]]:
    groups: dict[Fraction, list[Contender]] = {}
    for each in contenders:
        groups.setdefault(values[each.manager_id], []).append(each)
    return [groups[value] for value in sorted(groups, reverse=True)]
