"""What is legal in a year's policy but hardly meant: blanks, reversals, sums, ranges."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from difflib import get_close_matches
from itertools import combinations, pairwise

from cmreview.findings import Finding, in_order
from cmreview.policy.keys import KEYS, Form
from cmreview.policy.model import Compare, Criterion, Group, Parameter, Place, Policy, ScoreItem
from cmreview.policy.wording import as_written
from cmreview.terms import DEGREES, INDICATORS, Severity, Unit

# What a threshold may be, in the unit inside; growth may pass 100 % and fall to a loss of everything.
_RANGES: dict[Unit, tuple[Decimal, Decimal | None]] = {
    Unit.MONEY: (Decimal(0), None),
    Unit.COUNT: (Decimal(0), None),
    Unit.YEARS: (Decimal(0), Decimal(60)),
    Unit.SHARE: (Decimal(0), Decimal(1)),
}
_LEGAL_NOTICE_DAYS = 30  # Labour Contract Law, article 40: no policy makes it less
_GROWTH = ("sales_growth", "new_customer_growth")
_GROWTH_RANGE: tuple[Decimal, Decimal | None] = (Decimal(-1), None)


def lint(policy: Policy) -> tuple[Finding, ...]:
    """Everything odd in one year's policy, errors first.

    An error is a rule that can't be meant (an impossible threshold, weights that do not sum to one,
    a criterion that no indicator serves); a warning is a blank, or one that a company may mean.
    """
    found = [
        *_blanks(policy),
        *_unserved(policy),
        *_impossible(policy),
        *_easier_above(policy),
        *_scores(policy),
        *_levels(policy),
        *_parameters(policy),
    ]
    if not policy.status.is_recorded:
        found.append(
            _finding("policy.status_unknown", Severity.WARNING, Place("edition.yaml", 0), "adopted_on")
        )
    return in_order(found)


def _finding(
    code: str,
    severity: Severity,
    place: Place | None,
    column: str,
    value: str | None = None,
    **details: str,
) -> Finding:
    file, line = (place.file, place.line or None) if place else ("policy", None)
    return Finding(
        code, severity, file, row=line, column=column, value=value, details=tuple(sorted(details.items()))
    )


def _of(parameter: Parameter, code: str, severity: Severity = Severity.ERROR, **details: str) -> Finding:
    written = as_written(parameter)
    return _finding(code, severity, parameter.place, parameter.key, written, **details)


def _all_parameters(policy: Policy) -> Iterator[Parameter]:
    for criterion in policy.criteria:
        for parameter in (criterion.threshold, criterion.weight, criterion.zero_at):
            if parameter is not None:
                yield parameter
    yield from policy.parameters.values()


def _blanks(policy: Policy) -> Iterator[Finding]:
    for parameter in _all_parameters(policy):
        if parameter.value is None:
            yield _of(parameter, "policy.blank", Severity.WARNING)


def _unserved(policy: Policy) -> Iterator[Finding]:
    for criterion in policy.criteria:
        name = criterion.indicator
        if name in INDICATORS:
            continue
        near = get_close_matches(name, INDICATORS, n=1)
        code = "policy.no_indicator_like" if near else "policy.no_indicator"
        details = {"like": near[0]} if near else {"known": ", ".join(INDICATORS)}
        yield _finding(code, Severity.ERROR, criterion.place, criterion.id, name, **details)


def _impossible(policy: Policy) -> Iterator[Finding]:
    """Thresholds outside what the indicator can be, or held against it the wrong way round."""
    for criterion in policy.criteria:
        indicator, threshold = INDICATORS.get(criterion.indicator), criterion.threshold
        if indicator is None or threshold is None:
            continue
        if (criterion.compare is Compare.BELOW) != indicator.lower_is_better:
            yield _of(threshold, "policy.wrong_direction")
        if indicator.unit is Unit.DEGREE:
            if threshold.value is not None and threshold.value not in DEGREES:
                yield _of(threshold, "policy.not_a_degree", known="、".join(DEGREES))
        else:
            bounds = _GROWTH_RANGE if criterion.indicator in _GROWTH else _RANGES[indicator.unit]
            yield from _outside(threshold, *bounds)
        yield from _like_a_fraction(threshold)


def _outside(parameter: Parameter, lowest: Decimal | None, highest: Decimal | None) -> Iterator[Finding]:
    values = parameter.value if isinstance(parameter.value, tuple) else (parameter.value,)
    numbers = [value for value in values if isinstance(value, Decimal)]
    if lowest is not None and any(number < lowest for number in numbers):
        yield _of(parameter, "policy.too_low", bound=as_written(parameter, lowest))
    if highest is not None and any(number > highest for number in numbers):
        yield _of(parameter, "policy.too_high", bound=as_written(parameter, highest))


def _like_a_fraction(parameter: Parameter) -> Iterator[Finding]:
    value = parameter.value
    if parameter.unit == "percent" and isinstance(value, Decimal) and 0 < abs(value) < Decimal("0.01"):
        meant = format((value * 10_000).normalize(), "f")
        yield _of(parameter, "policy.like_a_fraction", Severity.WARNING, meant=meant)


def _easier_above(policy: Policy) -> Iterator[Finding]:
    """A higher level must not ask less than a lower one of the same indicator."""
    rank = {level.id: level.rank for level in policy.levels}
    by_rank = sorted(policy.criteria, key=lambda criterion: rank[criterion.level])
    for lower, higher in combinations(by_rank, 2):
        same = (lower.indicator, lower.compare) == (higher.indicator, higher.compare)
        if not same or rank[lower.level] == rank[higher.level]:
            continue
        low, high = _strictness(lower), _strictness(higher)
        if low is None or high is None or lower.threshold is None or higher.threshold is None:
            continue
        if high < low:
            yield _of(
                higher.threshold,
                "policy.easier_above",
                Severity.WARNING,
                other=lower.id,
                other_value=as_written(lower.threshold),
            )


def _strictness(criterion: Criterion) -> Decimal | None:
    """A number that grows with what the criterion asks for; None for a blank or unknown degree."""
    value = criterion.threshold.value if criterion.threshold else None
    if isinstance(value, str):
        return Decimal(list(DEGREES).index(value)) if value in DEGREES else None
    if not isinstance(value, Decimal):
        return None
    return -value if criterion.compare is Compare.BELOW else value


def _scores(policy: Policy) -> Iterator[Finding]:
    """Weights of a level sum to one; what scores nothing lies on the worse side of the threshold."""
    for level in policy.levels:
        scored = policy.criteria_for(level.id, Group.PERFORMANCE)
        weights = [criterion.weight for criterion in scored if criterion.weight is not None]
        values = [weight.value for weight in weights]
        if weights and all(isinstance(value, Decimal) for value in values):
            total = sum((value for value in values if isinstance(value, Decimal)), Decimal(0))
            if total != 1:
                written = as_written(weights[0], total)
                yield _finding(
                    "policy.weights_sum", Severity.ERROR, weights[0].place, f"weights › {level.id}", written
                )
        for weight in weights:
            yield from _outside(weight, Decimal(0), Decimal(1))
            yield from _like_a_fraction(weight)
    for criterion in policy.criteria:
        if criterion.threshold is None or criterion.zero_at is None:
            continue
        goal, zero = criterion.threshold.value, criterion.zero_at.value
        if isinstance(goal, Decimal) and isinstance(zero, Decimal):
            is_below = criterion.compare is Compare.BELOW
            if (zero <= goal) if is_below else (zero >= goal):
                yield _of(criterion.zero_at, "policy.zero_beyond", threshold=as_written(criterion.threshold))


def _levels(policy: Policy) -> Iterator[Finding]:
    rank = {level.id: level.rank for level in policy.levels}
    for level in policy.levels:
        # without criteria everybody would be eligible
        if not policy.criteria_for(level.id):
            yield _finding("policy.no_criteria", Severity.ERROR, level.place, level.id)
    for criterion in policy.criteria:
        if criterion.over_level is None:
            continue
        own, over = rank[criterion.level], rank.get(criterion.over_level)
        is_exam = criterion.compare is Compare.PASSED
        if over is None or over > own or (over == own and not is_exam):
            yield _finding(
                "policy.odd_over_level", Severity.ERROR, criterion.place, criterion.id, criterion.over_level
            )


def _parameters(policy: Policy) -> Iterator[Finding]:
    for parameter in policy.parameters.values():
        key = KEYS[parameter.key]
        value = parameter.value
        if key.form in (Form.NUMBER, Form.PAIR, Form.TWO):
            yield from _outside(parameter, key.lowest, key.highest)
            yield from _like_a_fraction(parameter)
        is_pair = key.form in (Form.PAIR, Form.TWO) and isinstance(value, tuple)
        if is_pair and not value[0] < value[1]:  # type: ignore[operator,index]
            yield _of(parameter, "policy.pair_reversed")
        if key.form is Form.WINDOW and isinstance(value, tuple) and value[0] > value[1]:  # type: ignore[operator]
            yield _of(parameter, "policy.window_reversed")
        if key.form is Form.TIERS and isinstance(value, tuple):
            yield from _tiers(parameter, value)
        if key.form is Form.ITEMS and isinstance(value, tuple):
            yield from _items(parameter, value)
    yield from _satisfied(policy)
    yield from _panel(policy)
    yield from _misses(policy)
    yield from _bonus(policy)


def _items(parameter: Parameter, value: tuple[object, ...]) -> Iterator[Finding]:
    weights = [item.weight for item in value if isinstance(item, ScoreItem)]
    total = sum(weights, Decimal(0))
    if total != 1:
        yield _finding(
            "policy.items_sum", Severity.ERROR, parameter.place, parameter.key, as_written(parameter, total)
        )
    if any(weight <= 0 for weight in weights):
        yield _of(parameter, "policy.too_low", bound="0")


def _panel(policy: Policy) -> Iterator[Finding]:
    """The committee's line lies on its scale; a trimmed mean is not asked of fewer scores than may count."""
    scale, line = policy.parameters["score_scale"], policy.parameters["panel_line"]
    if isinstance(scale.value, tuple) and isinstance(line.value, Decimal):
        lowest, highest = scale.value
        if not lowest <= line.value <= highest:  # type: ignore[operator]
            yield _of(line, "policy.outside_scale", scale=as_written(scale))


def _misses(policy: Policy) -> Iterator[Finding]:
    """Warning, demotion and dismissal come one after the other, and notice as the law has it (5.4.e to g)."""
    steps = [policy.parameters[key] for key in ("warning_after", "demotion_after", "dismissal_after")]
    decided = [step for step in steps if isinstance(step.value, Decimal)]
    for earlier, later in pairwise(decided):
        if not earlier.value < later.value:  # type: ignore[operator]
            yield _of(later, "policy.not_after", earlier=as_written(earlier), label=earlier.key)
    notice = policy.parameters["dismissal_notice_days"]
    if isinstance(notice.value, Decimal) and notice.value < _LEGAL_NOTICE_DAYS:
        yield _of(notice, "policy.short_notice", Severity.WARNING, least=str(_LEGAL_NOTICE_DAYS))


def _bonus(policy: Policy) -> Iterator[Finding]:
    """A budget that pays nobody, and a unit that no sum of fen makes up (Policy 5.4.a)."""
    budget, unit = policy.parameters["bonus_budget"], policy.parameters["bonus_unit"]
    if budget.value == 0:
        yield _of(budget, "policy.no_budget")
    if isinstance(unit.value, Decimal) and unit.value * 100 % 1:
        yield _of(unit, "policy.not_whole_fen")


def _tiers(parameter: Parameter, tiers: tuple[object, ...]) -> Iterator[Finding]:
    steps = [step for step in tiers if isinstance(step, tuple)]
    if any(lower[0] >= higher[0] for lower, higher in pairwise(steps)):
        yield _of(parameter, "policy.tiers_overlap")
    if any(lower[1] > higher[1] for lower, higher in pairwise(steps)):
        yield _of(parameter, "policy.tiers_lower")  # more growth would lower a bonus
    elif any(lower[1] == higher[1] for lower, higher in pairwise(steps)):
        yield _of(parameter, "policy.tiers_fall", Severity.WARNING)


def _satisfied(policy: Policy) -> Iterator[Finding]:
    scale, satisfied = policy.parameters["satisfaction_scale"], policy.parameters["satisfied_from"]
    if isinstance(scale.value, tuple) and isinstance(satisfied.value, Decimal):
        lowest, highest = scale.value
        if not lowest <= satisfied.value <= highest:  # type: ignore[operator]
            yield _of(satisfied, "policy.outside_scale", scale=as_written(scale))
