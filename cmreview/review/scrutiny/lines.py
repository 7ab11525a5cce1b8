"""Who lies nearest to each threshold, on both sides of it (Policy 1.3.a)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cmreview.policy.model import Compare, Policy
from cmreview.review import rules
from cmreview.review.model import Case, Verdict
from cmreview.terms import INDICATORS, Outcome, Unit


@dataclass(frozen=True, slots=True)
class Near:
    """One applicant beside a threshold, in the indicator's own unit.

    ``margin`` is turned so that plus is better. ``threshold`` is the one that this person is held to,
    which recorded leave may have shortened.
    """

    manager_id: str
    department: str
    value: Fraction
    threshold: Fraction
    margin: Fraction


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion's threshold and the applicants nearest to it, the nearest first.

    ``met`` and ``missed`` count everybody with that outcome, ``met_nearest`` and ``missed_nearest`` list
    no more than were asked for. ``beyond_measure`` of those met and missed have no distance: a growth over
    nothing. ``threshold`` is the policy's, None while it is left open.
    """

    criterion: str
    level: str
    indicator: str
    unit: Unit
    compare: Compare
    threshold: Fraction | None
    met: int
    missed: int
    no_evidence: int
    no_rule: int
    beyond_measure: int
    met_nearest: tuple[Near, ...]
    missed_nearest: tuple[Near, ...]


def lines(cases: Iterable[Case], policy: Policy, most: int) -> tuple[Line, ...]:
    """Every criterion that has a threshold, with at most ``most`` applicants on each side of it.

    The side is the verdict's: whoever lies on the line itself passes "at least" and misses "below". Equal
    distances come in the order of the ids. An application that nobody admitted yet has no verdict and is
    on no side. Policy 3.
    """
    by_criterion: dict[str, list[tuple[Case, Verdict]]] = {}
    for case in cases:
        if case.application is not None:
            for verdict in case.verdicts:
                by_criterion.setdefault(verdict.criterion, []).append((case, verdict))
    return tuple(
        _line(criterion.id, by_criterion.get(criterion.id, ()), policy, most)
        for criterion in policy.criteria
        if criterion.threshold is not None
    )


def _line(criterion_id: str, found: Sequence[tuple[Case, Verdict]], policy: Policy, most: int) -> Line:
    criterion = policy.criterion(criterion_id)
    near: dict[Outcome, list[Near]] = {outcome: [] for outcome in Outcome}
    count = dict.fromkeys(Outcome, 0)
    beyond = 0
    for case, verdict in found:
        count[verdict.outcome] += 1
        value, threshold, margin = verdict.fact.value, verdict.threshold, verdict.margin
        if (
            value is not None
            and threshold is not None
            and margin is not None
            and not _is_from_nothing(verdict)
        ):
            person = case.person
            near[verdict.outcome].append(Near(person.manager_id, person.department, value, threshold, margin))
        elif verdict.outcome in (Outcome.MET, Outcome.MISSED):
            beyond += 1
    return Line(
        criterion=criterion_id,
        level=criterion.level,
        indicator=criterion.indicator,
        unit=INDICATORS[criterion.indicator].unit,
        compare=criterion.compare,
        threshold=rules.threshold(criterion),
        met=count[Outcome.MET],
        missed=count[Outcome.MISSED],
        no_evidence=count[Outcome.NO_EVIDENCE],
        no_rule=count[Outcome.NO_RULE],
        beyond_measure=beyond,
        met_nearest=_nearest(near[Outcome.MET], most),
        missed_nearest=_nearest(near[Outcome.MISSED], most),
    )


def _is_from_nothing(verdict: Verdict) -> bool:
    """From nothing to nothing is no growth, however low the threshold, so it has no distance to it."""
    return verdict.fact.denominator == 0


def _nearest(side: Iterable[Near], most: int) -> tuple[Near, ...]:
    return tuple(sorted(side, key=lambda near: (abs(near.margin), near.manager_id))[:most])
