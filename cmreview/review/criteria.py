"""From facts to verdicts: one verdict for each criterion of clause 3, and what they say together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import ceil

from cmreview.policy.model import Compare, Criterion, Group, Policy
from cmreview.review import rules
from cmreview.review.bases import GROWTHS
from cmreview.review.figures import degree
from cmreview.review.model import Fact, Figure, Overall, Told, Verdict
from cmreview.terms import INDICATORS, Outcome, Result, Unit

# Farthest from "met" first. A criterion without a rule is farther than one without evidence: no
# document that a department could still hand in settles it.
_ORDER = (Outcome.MISSED, Outcome.NO_RULE, Outcome.NO_EVIDENCE, Outcome.MET)

_WON = ("cancellation", "shared_customer_credit")
_SERVED = ("cancellation", "customers_served")
# What an indicator's definition leaves to the policy. While any of it is left open, there is no rule; and
# whoever counts or judges in another way, column by column, must leave the same things open.
DEFINED_BY = {
    "sales": ("cancellation",),
    "sales_growth": ("cancellation",),
    "sales_share": ("cancellation",),
    "new_customers": _WON,
    "new_customer_growth": (*_WON, "part_years"),
    "satisfaction": ("satisfied_from", "min_answers"),
    "complaint_rate": (*_SERVED, "unjustified_complaints"),
    "key_customers": (*_WON, "key_contract_amount"),
    "long_term_share": (*_SERVED, "long_term_years"),
    "major_projects": ("project_min_benefit",),
}
# Indicators that are counted by an amount of money, although they are not money themselves.
COUNTED_BY_MONEY = ("key_customers", "major_projects")
_SHORT_BY = {
    Unit.MONEY: "review.short.by",
    Unit.SHARE: "review.short.by",
    Unit.COUNT: "review.short.by_count",
    Unit.YEARS: "review.short.by",
}


def all_of(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome of requirements that must all be met: the worst of them (Kleene's "and").

    One that is missed decides, whatever is unknown of the others. ValueError for no outcome at all,
    since nothing must never pass.

    >>> all_of([Outcome.MET, Outcome.NO_EVIDENCE])
    <Outcome.NO_EVIDENCE: 'no_evidence'>
    """
    return min(outcomes, key=_ORDER.index)


def any_of(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome of requirements of which one is enough: the best of them (Kleene's "or").

    >>> any_of([Outcome.MET, Outcome.NO_EVIDENCE])
    <Outcome.MET: 'met'>
    """
    return max(outcomes, key=_ORDER.index)


def judge(
    criterion: Criterion,
    facts: Iterable[Fact],
    policy: Policy,
    *,
    active: Fraction = Fraction(1),
    currency: str | None = None,
) -> Verdict:
    """What one criterion says of one person (Policy 3).

    ``active`` is the share of the year's days without recorded leave; under ``leave_treatment:
    prorate_threshold`` it shortens the amounts and counts that are asked for. ``currency`` is that of
    the records (None: the policy's): money of another currency has no rule here. Everything is
    compared as exact fractions, before any rounding: 600 to 690 is 15 %, and meets "15 % or more".
    """
    fact = _fact_for(criterion, facts)
    full = rules.threshold(criterion)
    threshold = full
    if full is not None and _is_prorated(criterion, fact, policy):
        threshold = full * active
    reason = _without_rule(criterion, fact, policy, currency)
    if reason is not None:
        outcome = Outcome.NO_RULE
    else:
        reason = _without_evidence(criterion, fact, policy, threshold, active)
        outcome = Outcome.NO_EVIDENCE if reason is not None else _compare(criterion, fact, threshold)
    margin = None if outcome is Outcome.NO_RULE else _margin(criterion, fact, threshold)
    return Verdict(
        criterion=criterion.id,
        level=criterion.level,
        group=criterion.group,
        compare=criterion.compare,
        outcome=outcome,
        fact=fact,
        threshold=threshold,
        margin=margin,
        close=outcome in (Outcome.MET, Outcome.MISSED) and _is_close(fact, threshold, margin, policy),
        full_threshold=full if full != threshold else None,
        over_level=criterion.over_level,
        reason=reason,
    )


def has_enough_answers(satisfaction: Fact, policy: Policy) -> bool:
    """Whether as many customers answered as make a satisfaction evidence (Policy 5.1.c).

    Never while the policy leaves open how many those are.
    """
    least = rules.number(policy, "min_answers")
    answers = satisfaction.denominator
    return least is not None and answers is not None and answers >= least


def overall(verdicts: Sequence[Verdict]) -> Overall:
    """All criteria of a level together, with the shortest reason in words (Policy 3).

    A missed criterion decides; without one, missing evidence or a missing rule leaves it undecided.
    ValueError for no verdict at all.
    """
    by_outcome = {outcome: [v for v in verdicts if v.outcome is outcome] for outcome in Outcome}
    worst = all_of(verdict.outcome for verdict in verdicts)
    result = {Outcome.MET: Result.ELIGIBLE, Outcome.MISSED: Result.NOT_ELIGIBLE}.get(worst, Result.UNDECIDED)
    if result is Result.ELIGIBLE:
        reason = Told("review.overall.eligible", (("count", str(len(verdicts))),))
    else:
        # evidence first: it can still be handed in
        unsettled = by_outcome[Outcome.NO_EVIDENCE] + by_outcome[Outcome.NO_RULE]
        deciding = by_outcome[Outcome.MISSED] if result is Result.NOT_ELIGIBLE else unsettled
        first = shortfall(deciding[0])
        more = (("first", first), ("more", str(len(deciding) - 1)))
        reason = first if len(deciding) == 1 else Told(f"review.overall.{result.value}_more", more)
    return Overall(
        result=result,
        reason=reason,
        met=len(by_outcome[Outcome.MET]),
        missed=len(by_outcome[Outcome.MISSED]),
        no_evidence=len(by_outcome[Outcome.NO_EVIDENCE]),
        no_rule=len(by_outcome[Outcome.NO_RULE]),
    )


def shortfall(verdict: Verdict) -> Told:
    """What a criterion that is not met lacks, in a few words: 业务销售额还差 38.5 万元."""
    fact = verdict.fact
    indicator = INDICATORS[fact.indicator].label
    subject = (("indicator", indicator),)
    if verdict.outcome in (Outcome.NO_EVIDENCE, Outcome.NO_RULE):
        return Told(f"review.short.{verdict.outcome.value}", subject)
    if fact.unit is Unit.FLAG:
        return Told("review.short.not_passed", subject)
    if fact.value is None or verdict.margin is None or verdict.threshold is None:
        return Told("review.short.missed", subject)
    if fact.unit is Unit.DEGREE:
        held, asked = degree(fact.value), degree(verdict.threshold)
        return Told("review.short.degree", (*subject, ("held", held), ("asked", asked)))
    if verdict.margin == 0 or fact.denominator == 0:
        # at the line itself where only below passes, or no growth from nothing to nothing
        value = Figure(fact.value, fact.unit)
        return Told(f"review.short.at_line_{verdict.compare.value}", (*subject, ("value", value)))
    gap = -verdict.margin
    if verdict.compare is Compare.BELOW:
        over = Figure(gap, fact.unit, is_difference=True)
        return Told("review.short.over", (*subject, ("gap", over)))
    # a threshold taken times the days present may be a fraction; customers come whole
    gap = Fraction(ceil(gap)) if fact.unit is Unit.COUNT else gap
    return Told(_SHORT_BY[fact.unit], (*subject, ("gap", Figure(gap, fact.unit, is_difference=True))))


def _fact_for(criterion: Criterion, facts: Iterable[Fact]) -> Fact:
    for fact in facts:
        if fact.indicator == criterion.indicator and fact.over_level == criterion.over_level:
            return fact
    unit = INDICATORS[criterion.indicator].unit
    remark = Told("review.evidence.not_in_records")
    return Fact(criterion.indicator, unit, None, over_level=criterion.over_level, remark=remark)


def _is_prorated(criterion: Criterion, fact: Fact, policy: Policy) -> bool:
    return (
        criterion.group is Group.PERFORMANCE
        and fact.unit in (Unit.MONEY, Unit.COUNT)
        and rules.word(policy, "leave_treatment") == "prorate_threshold"
    )


def _without_rule(criterion: Criterion, fact: Fact, policy: Policy, currency: str | None) -> Told | None:
    if criterion.compare is not Compare.PASSED and rules.threshold(criterion) is None:
        return Told("review.rule.threshold_open")
    for key in DEFINED_BY.get(fact.indicator, ()):
        if policy.value(key) is None:
            return Told("review.rule.definition_open", (("parameter", policy.parameters[key].label),))
    is_money = fact.unit is Unit.MONEY or fact.indicator in COUNTED_BY_MONEY
    if is_money and currency is not None and currency != policy.currency:
        return Told("review.rule.currency_differs", (("records", currency), ("policy", policy.currency)))
    return None


def _without_evidence(
    criterion: Criterion, fact: Fact, policy: Policy, threshold: Fraction | None, active: Fraction
) -> Told | None:
    if fact.part_year and rules.word(policy, "growth_part_year") != "as_is":
        return Told("review.evidence.part_year")
    if fact.unbounded:
        return None
    if fact.value is None:
        return fact.remark or Told("review.evidence.not_in_records")
    if fact.indicator == "satisfaction" and not has_enough_answers(fact, policy):
        numbers = (("answers", str(fact.denominator)), ("least", str(rules.number(policy, "min_answers"))))
        return Told("review.evidence.too_few_answers", numbers)
    if threshold is None or criterion.compare is not Compare.AT_LEAST:
        return None
    if active == 0 and _is_prorated(criterion, fact, policy):
        return Told("review.evidence.on_leave_all_year")
    if fact.open_rows and fact.value < threshold <= fact.value + fact.open_rows:
        counts = (("value", str(fact.value)), ("open", str(fact.open_rows)))
        return Told("review.evidence.open_rows", counts)
    return None


def _compare(criterion: Criterion, fact: Fact, threshold: Fraction | None) -> Outcome:
    if fact.unbounded:
        is_met = True
    elif fact.value is None:
        raise ValueError(f"{criterion.id}: nothing to compare")
    elif fact.indicator in GROWTHS and fact.denominator == 0:
        is_met = False  # from nothing to nothing is no growth, whatever the threshold
    elif criterion.compare is Compare.PASSED:
        is_met = fact.value == 1
    elif threshold is None:
        raise ValueError(f"{criterion.id}: nothing to compare with")
    elif criterion.compare is Compare.AT_LEAST:
        is_met = fact.value >= threshold
    else:
        is_met = fact.value < threshold
    return Outcome.MET if is_met else Outcome.MISSED


def _margin(criterion: Criterion, fact: Fact, threshold: Fraction | None) -> Fraction | None:
    if fact.value is None or threshold is None or fact.unbounded:
        return None
    margin = fact.value - threshold
    return -margin if criterion.compare is Compare.BELOW else margin


def _is_close(fact: Fact, threshold: Fraction | None, margin: Fraction | None, policy: Policy) -> bool:
    within = rules.number(policy, "close_to_line")
    if within is None or margin is None or threshold is None or fact.unit in (Unit.DEGREE, Unit.FLAG):
        return False
    return abs(margin) <= within * abs(threshold)
