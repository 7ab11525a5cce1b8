"""Preliminary reviews beside what the records give, and pass rates told with care (Policy 1.3.a, 4.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from cmreview.policy.model import Policy
from cmreview.process.events import ReviewDecision
from cmreview.review.model import Case
from cmreview.review.scrutiny.intervals import Interval, wilson
from cmreview.review.told import Told
from cmreview.terms import Label, Result


@dataclass(frozen=True, slots=True)
class Cautions:
    """When figures of few people are kept back, as the policy says (``cautions``).

    ``fewest_for_rate``: with fewer people there is no rate. ``fewest_for_ratio``: with fewer people in any
    of the groups they are not compared. ``least_ratio`` is the ratio to the best rate below which a group
    is pointed out. ``level`` is that of the intervals. None is left open by the policy, and then whatever
    needs it is not told: nothing is guessed.
    """

    fewest_for_rate: int | None
    fewest_for_ratio: int | None
    least_ratio: Fraction | None
    level: Fraction | None


@dataclass(frozen=True, slots=True)
class Applicant:
    """One applicant; ``opinion`` is None where none is recorded, ``result`` where none is judged."""

    department: str
    opinion: ReviewDecision | None
    result: Result | None


@dataclass(frozen=True, slots=True)
class Rate:
    """``passed`` of ``of`` people of a group; ``share`` and ``interval`` are None with too few of them."""

    group: str
    passed: int
    of: int
    share: Fraction | None
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Ratio:
    """A group's rate as a part of the best group's; ``is_below`` the least ratio.

    ``is_reversed_by_one``: had one person of this group passed instead of one of the best, the order of
    the two rates would be the other way round, so that nothing follows from it.
    """

    group: str
    ratio: Fraction
    is_below: bool
    is_reversed_by_one: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """All groups against the best; ``ratios`` is empty and ``reason`` given where they are not compared."""

    best: str | None
    ratios: tuple[Ratio, ...]
    reason: Told | None


@dataclass(frozen=True, slots=True)
class Opinions:
    """How a department's preliminary reviews stand to the records (初审与复核).

    ``table`` counts applicants by opinion (None: none recorded) and recomputed result (None: not judged
    while an application awaits admission). ``turned`` are opinions that the records contradict: passed and
    not eligible, or refused and eligible. ``open_`` were passed or refused while evidence or rules are
    missing, and contradict nothing. ``rate`` is the share of ``turned`` among those that could be checked.
    """

    department: str
    table: tuple[tuple[ReviewDecision | None, Result | None, int], ...]
    passed_not_eligible: int
    refused_eligible: int
    open_: int
    without_opinion: int
    rate: Rate

    @property
    def turned(self) -> int:
        """Opinions that the records contradict."""
        return self.passed_not_eligible + self.refused_eligible


@dataclass(frozen=True, slots=True)
class Passing:
    """How many of a group's applicants the criteria let pass (Policy 3).

    ``rate`` is over those whose result is settled: missing evidence is no failure. ``low`` and ``high`` are
    the rate if all or none of the undecided failed, over all who were judged; None with too few.
    """

    rate: Rate
    eligible: int
    not_eligible: int
    undecided: int
    awaiting: int
    low: Fraction | None
    high: Fraction | None


@dataclass(frozen=True, slots=True)
class Leniency:
    """Departments side by side, sorted by name. It points out questions and never changes a result."""

    opinions: tuple[Opinions, ...]
    passing: tuple[Passing, ...]
    comparison: Comparison


def cautions(policy: Policy) -> Cautions:
    """When the policy keeps figures of few people back (Policy 1.3.a, 4.3)."""
    fewest_for_rate, fewest_for_ratio = (
        _number(policy, key) for key in ("fewest_for_rate", "fewest_for_ratio")
    )
    return Cautions(
        None if fewest_for_rate is None else int(fewest_for_rate),
        None if fewest_for_ratio is None else int(fewest_for_ratio),
        _number(policy, "least_ratio"),
        _number(policy, "interval_level"),
    )


def left_open(policy: Policy) -> tuple[Label, ...]:
    """What of the cautions the policy leaves open, by name."""
    keys = ("fewest_for_rate", "fewest_for_ratio", "least_ratio", "interval_level")
    known = (policy.parameters[key] for key in keys if key in policy.parameters)
    return tuple(each.label for each in known if each.value is None)


def leniency(cases: Iterable[Case], cautions: Cautions) -> Leniency:
    """The applicants' preliminary reviews and pass rates by department, as ``leniency_of``."""
    applied = (case for case in cases if case.application is not None)
    return leniency_of(
        (
            Applicant(
                case.person.department,
                None if case.preliminary is None else ReviewDecision(case.preliminary.decision),
                None if case.overall is None else case.overall.result,
            )
            for case in applied
        ),
        cautions,
    )


def leniency_of(applicants: Iterable[Applicant], cautions: Cautions) -> Leniency:
    """The applicants' preliminary reviews and pass rates by department (Policy 1.3.a, 4.2).

    Departments are held against the records, not against one another's mean: that they differ has real
    reasons too.
    """
    by_department: dict[str, list[Applicant]] = {}
    for each in applicants:
        by_department.setdefault(each.department, []).append(each)
    departments = sorted(by_department)
    passing = tuple(_passing(name, by_department[name], cautions) for name in departments)
    counts = {each.rate.group: (each.rate.passed, each.rate.of) for each in passing}
    return Leniency(
        opinions=tuple(_opinions(name, by_department[name], cautions) for name in departments),
        passing=passing,
        comparison=compared(counts, cautions),
    )


def rate(group: str, passed: int, of: int, cautions: Cautions) -> Rate:
    """A group's rate with its interval, both None with fewer people than a rate asks for."""
    if not of or not _is_enough(of, cautions) or cautions.level is None:
        return Rate(group, passed, of, None, None)
    return Rate(group, passed, of, Fraction(passed, of), wilson(passed, of, cautions.level))


def compared(counts: Mapping[str, tuple[int, int]], cautions: Cautions) -> Comparison:
    """Every group's rate against the best one's; ``counts`` are (passed, of) by group.

    Only where every group has enough people: among several equal groups of a few, one nearly always falls
    below. It is a rule of thumb that asks a question, no test. Policy 1.3.a.
    """
    if len(counts) < 2:
        return Comparison(None, (), Told("explorer_figures.not_compared.one_group"))
    fewest, least_ratio = cautions.fewest_for_ratio, cautions.least_ratio
    if fewest is None or least_ratio is None:
        return Comparison(None, (), Told("explorer_figures.not_compared.open"))
    small = [group for group, (_, of) in counts.items() if not of or of < fewest]
    if small:
        told = (("count", str(len(small))), ("least", str(fewest)))
        return Comparison(None, (), Told("explorer_figures.not_compared.too_few", told))
    shares = {group: Fraction(*both) for group, both in counts.items()}
    best = min(shares, key=lambda group: (-shares[group], group))
    if not shares[best]:
        return Comparison(None, (), Told("explorer_figures.not_compared.nobody"))
    ratios = [
        Ratio(
            group=group,
            ratio=share / shares[best],
            is_below=share / shares[best] < least_ratio,
            is_reversed_by_one=_is_reversed(counts[group], counts[best]),
        )
        for group, share in sorted(shares.items())
        if group != best
    ]
    return Comparison(best, tuple(ratios), None)


def _number(policy: Policy, key: str) -> Fraction | None:
    value = policy.parameters[key].value if key in policy.parameters else None
    return Fraction(value) if isinstance(value, Decimal) else None


def _is_enough(of: int, cautions: Cautions) -> bool:
    return cautions.fewest_for_rate is not None and of >= cautions.fewest_for_rate


def _is_reversed(own: tuple[int, int], best: tuple[int, int]) -> bool:
    (passed, of), (best_passed, best_of) = own, best
    is_behind = passed * best_of < best_passed * of
    return is_behind and (passed + 1) * best_of > (best_passed - 1) * of


def _opinions(department: str, applicants: Iterable[Applicant], cautions: Cautions) -> Opinions:
    table: dict[tuple[ReviewDecision | None, Result | None], int] = {}
    for each in applicants:
        table[each.opinion, each.result] = table.get((each.opinion, each.result), 0) + 1

    def count(opinion: ReviewDecision | None, *results: Result | None) -> int:
        return sum(table.get((opinion, result), 0) for result in results)

    passed, refused = ReviewDecision.PASSED, ReviewDecision.REFUSED
    wrongly = (count(passed, Result.NOT_ELIGIBLE), count(refused, Result.ELIGIBLE))
    settled = (Result.ELIGIBLE, Result.NOT_ELIGIBLE)
    checked = count(passed, *settled) + count(refused, *settled)
    return Opinions(
        department=department,
        table=tuple(
            (opinion, result, table[opinion, result])
            for opinion in (*ReviewDecision, None)
            for result in (*Result, None)
            if (opinion, result) in table
        ),
        passed_not_eligible=wrongly[0],
        refused_eligible=wrongly[1],
        open_=count(passed, Result.UNDECIDED, None) + count(refused, Result.UNDECIDED, None),
        without_opinion=count(None, *Result, None),
        rate=rate(department, sum(wrongly), checked, cautions),
    )


def _passing(group: str, applicants: Iterable[Applicant], cautions: Cautions) -> Passing:
    results = [each.result for each in applicants]
    eligible, failed, open_ = (results.count(result) for result in Result)
    judged = eligible + failed + open_
    is_enough = judged > 0 and _is_enough(judged, cautions)
    return Passing(
        rate=rate(group, eligible, eligible + failed, cautions),
        eligible=eligible,
        not_eligible=failed,
        undecided=open_,
        awaiting=results.count(None),
        low=Fraction(eligible, judged) if is_enough else None,
        high=Fraction(eligible + open_, judged) if is_enough else None,
    )
