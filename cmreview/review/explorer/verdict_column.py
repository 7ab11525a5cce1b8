"""One criterion over many people at once: the same verdicts as ``criteria.judge`` gives one by one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from math import ceil

import numpy as np

from cmreview.policy.model import Compare, Criterion, Group, Policy, Value
from cmreview.review import rules
from cmreview.review.bases import GROWTHS
from cmreview.review.criteria import COUNTED_BY_MONEY, DEFINED_BY
from cmreview.review.explorer.candidates import BY_ALL, BY_PERFORMANCE, Candidates, FactColumn
from cmreview.review.explorer.exact_column import Codes, ExactColumn, Flags, Lines, Places, signs
from cmreview.terms import INDICATORS, Outcome, Unit

# An outcome as a number, worst first as ``criteria.all_of`` orders them; NONE is not judged.
OUTCOMES = (Outcome.MISSED, Outcome.NO_RULE, Outcome.NO_EVIDENCE, Outcome.MET)
MISSED, NO_RULE, NO_EVIDENCE, MET = range(4)
NONE = -1


class Why(IntEnum):
    """Why there is no evidence or no rule; the sentence itself stands in the verdict of the single case."""

    SETTLED = 0
    THRESHOLD_OPEN = 1
    DEFINITION_OPEN = 2
    CURRENCY_DIFFERS = 3
    PART_YEAR = 4
    NOT_IN_RECORDS = 5
    TOO_FEW_ANSWERS = 6
    ON_LEAVE_ALL_YEAR = 7
    OPEN_ROWS = 8
    SEALED = 9


@dataclass(frozen=True)
class Reading:
    """All that one criterion's verdicts depend on besides the facts; two alike give the same verdicts.

    ``open_because`` is why there is no rule for anybody, SETTLED where there is one.
    """

    criterion: str
    level: str
    indicator: str
    over_level: str | None
    compare: Compare
    is_performance: bool
    threshold: Fraction | None
    is_prorated: bool
    open_because: Why
    part_years_count: bool
    min_answers: Fraction | None
    close_to_line: Fraction | None


@dataclass(frozen=True)
class VerdictColumn:
    """One criterion's verdicts on ``rows`` of the candidates, those whose level it belongs to.

    ``outcomes`` and ``whys`` (``Why``) go by those rows, as ``close`` does: whether the figure lies close to
    its line. ``facts`` are the facts of those rows, ``lines`` what they are held against (None: no number).
    """

    reading: Reading
    rows: Places
    facts: FactColumn
    lines: Lines | None
    outcomes: Codes
    whys: Codes
    close: Flags


def reading(criterion: Criterion, policy: Policy, currency: str | None) -> Reading:
    """What the policy makes of one criterion; ``currency`` is that of the records (Policy 3)."""
    unit = INDICATORS[criterion.indicator].unit
    is_performance = criterion.group is Group.PERFORMANCE
    return Reading(
        criterion=criterion.id,
        level=criterion.level,
        indicator=criterion.indicator,
        over_level=criterion.over_level,
        compare=criterion.compare,
        is_performance=is_performance,
        threshold=rules.threshold(criterion),
        is_prorated=is_performance
        and unit in (Unit.MONEY, Unit.COUNT)
        and rules.word(policy, "leave_treatment") == "prorate_threshold",
        open_because=_open_because(criterion, policy, currency),
        part_years_count=rules.word(policy, "growth_part_year") == "as_is",
        min_answers=rules.number(policy, "min_answers") if criterion.indicator == "satisfaction" else None,
        close_to_line=None if unit in (Unit.DEGREE, Unit.FLAG) else rules.number(policy, "close_to_line"),
    )


def rows_of(given: Reading, people: Candidates) -> Places:
    """Who is judged by a criterion: applicants for its level, and by performance those who hold it."""
    is_asked = people.scope == BY_ALL
    if given.is_performance:
        is_asked |= people.scope == BY_PERFORMANCE
    return np.flatnonzero(is_asked & (people.judged_level == given.level))


def column(
    given: Reading,
    people: Candidates,
    rows: Places,
    sealed: Codes | None = None,
    facts: FactColumn | None = None,
) -> VerdictColumn:
    """The verdicts of one criterion (Policy 3), equal to ``criteria.judge`` for every row.

    ``sealed`` are the outcomes, by row of ``people``, that stand for sealed figures; without it a sealed
    figure is no evidence, since what it says under another rule can't be told without showing it.
    ``facts`` are those of ``rows`` where they are at hand.
    """
    facts = people.fact(given.indicator, given.over_level).take(rows) if facts is None else facts
    active = people.active.take(rows)
    lines = None
    if given.threshold is not None:
        lines = Lines(given.threshold, active if given.is_prorated else None)
    size = len(rows)
    whys = np.full(size, given.open_because, dtype=np.int8)
    if given.open_because is not Why.SETTLED:
        outcomes = np.full(size, NO_RULE, dtype=np.int8)
        return VerdictColumn(given, rows, facts, lines, outcomes, whys, np.zeros(size, dtype=bool))
    side = _sides(given, facts, lines)
    whys = _without_evidence(given, facts, lines, active, side)
    met = side < 0 if given.compare is Compare.BELOW else side >= 0
    if given.indicator in GROWTHS:
        met &= ~facts.no_base
    outcomes = np.where(met | facts.unbounded, MET, MISSED).astype(np.int8)
    outcomes[whys != Why.SETTLED] = NO_EVIDENCE
    close = _close(given, facts, lines) & (whys == Why.SETTLED)
    if facts.sealed.any():
        outcomes[facts.sealed] = NO_EVIDENCE if sealed is None else sealed[rows][facts.sealed]
        whys[facts.sealed] = Why.SEALED
        close[facts.sealed] = False
    return VerdictColumn(given, rows, facts, lines, outcomes, whys, close)


def _open_because(criterion: Criterion, policy: Policy, currency: str | None) -> Why:
    if criterion.compare is not Compare.PASSED and rules.threshold(criterion) is None:
        return Why.THRESHOLD_OPEN
    if any(policy.value(key) is None for key in DEFINED_BY.get(criterion.indicator, ())):
        return Why.DEFINITION_OPEN
    is_money = INDICATORS[criterion.indicator].unit is Unit.MONEY or criterion.indicator in COUNTED_BY_MONEY
    if is_money and currency is not None and currency != policy.currency:
        return Why.CURRENCY_DIFFERS
    return Why.SETTLED


def _sides(given: Reading, facts: FactColumn, lines: Lines | None) -> Codes:
    if given.compare is Compare.PASSED:
        # passed is 1; whatever else stands there is none
        return np.where(signs(facts.values, Lines(Fraction(1))) == 0, 0, -1).astype(np.int8)
    if lines is None:
        raise ValueError(f"{given.criterion}: nothing to compare with")
    return signs(facts.values, lines)


def _without_evidence(
    given: Reading, facts: FactColumn, lines: Lines | None, active: ExactColumn, side: Codes
) -> Codes:
    """Why there is no evidence, a row; the first reason of ``criteria.judge`` is written last."""
    whys = np.zeros(len(side), dtype=np.int8)
    if lines is not None and given.compare is Compare.AT_LEAST:
        has_open = facts.open_rows > 0
        if has_open.any():
            could_be = signs(facts.values, lines, facts.open_rows) >= 0
            whys[has_open & (side < 0) & could_be] = Why.OPEN_ROWS
        if given.is_prorated:
            whys[active.floats == 0.0] = Why.ON_LEAVE_ALL_YEAR
    if given.indicator == "satisfaction":
        least = given.min_answers
        if least is None:
            raise ValueError(f"{given.criterion}: no least number of answers")
        # answers come whole, so the next whole number is the same line
        has_enough = facts.wholes.known & (facts.wholes.floats >= ceil(least))
        whys[~has_enough] = Why.TOO_FEW_ANSWERS
    whys[~facts.values.known] = Why.NOT_IN_RECORDS
    whys[facts.unbounded] = Why.SETTLED
    if not given.part_years_count:
        whys[facts.part_year] = Why.PART_YEAR
    return whys


def _close(given: Reading, facts: FactColumn, lines: Lines | None) -> Flags:
    """Whether the figure lies within the policy's distance of its line, as fractions."""
    size = len(facts.unbounded)
    within = given.close_to_line
    if within is None or lines is None or within < 0:
        return np.zeros(size, dtype=bool)
    line = Lines(abs(lines.number), lines.factors)
    values = facts.values
    against = lines.floats(size)
    with np.errstate(invalid="ignore"):
        gap = np.abs(values.floats - against)
        room = float(within) * line.floats(size)
        found = gap <= room
        unsure = np.abs(gap - room) <= 1e-9 * np.maximum(np.abs(values.floats), np.abs(against))
    for row in np.flatnonzero(unsure).tolist():
        own = values.exact(row)
        found[row] = own is not None and abs(own - lines.exact(row)) <= within * line.exact(row)
    return np.asarray(found & values.known & ~facts.unbounded)


def defined_by(indicator: str) -> tuple[str, ...]:
    """The parameters by which an indicator is counted; how many answers count only judges it."""
    return tuple(key for key in DEFINED_BY.get(indicator, ()) if key != "min_answers")


def defining_values(policy: Policy) -> dict[str, Value]:
    """The parameters that the facts themselves were counted by: another value needs the records again."""
    keys = sorted({key for indicator in DEFINED_BY for key in defined_by(indicator)})
    return {key: policy.value(key) for key in keys}


def counted_indicators(before: Policy, after: Policy) -> frozenset[str]:
    """The indicators that two policies count otherwise, and so must be taken from the records again.

    One whose definition ``after`` leaves open is none of them: it has no rule, whatever its figure is.
    """
    return frozenset(
        indicator
        for indicator in DEFINED_BY
        if all(after.value(key) is not None for key in defined_by(indicator))
        and any(before.value(key) != after.value(key) for key in defined_by(indicator))
    )
