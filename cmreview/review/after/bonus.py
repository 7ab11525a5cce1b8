"""From growth and share of company sales to everybody's bonus, within the budget (奖金, Policy 5.4.a)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from cmreview.policy.model import Policy
from cmreview.review import rules
from cmreview.review.after import bonus_sentences as sentences
from cmreview.review.after.model import Bonus, BonusPart, BonusPool, Standing
from cmreview.review.criteria import DEFINED_BY
from cmreview.review.model import Fact
from cmreview.review.told import Told
from cmreview.terms import INDICATORS, Outcome

SCALES = {"sales_growth": "bonus_growth_scale", "sales_share": "bonus_contribution_scale"}
_NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Claim:
    """What one person's bonus is found from: the outcome of the level held, growth, share (Policy 5.4.a)."""

    manager_id: str
    outcome: Outcome
    growth: Fact
    share: Fact


class _Step(NamedTuple):
    start: Fraction
    bonus: Fraction


class _Payment(NamedTuple):
    paid: Fraction | None
    told: Told


def bonuses(claims: Sequence[Claim], policy: Policy) -> tuple[dict[str, Bonus], BonusPool]:
    """Everybody's bonus by manager id, and all of them together, in yuan and exact (Policy 5.4.a).

    The highest step reached on each scale (or the value between two steps), growth and share added, less
    what lies below the smallest unit. Where the sum of all exceeds the budget, the policy says how they are
    lowered; without a budget nothing is. A missing figure leaves a bonus to the committee and is never zero;
    a rule left open on which it rests gives no rule. ``pool.people`` counts those who are paid something.
    """
    found = {claim.manager_id: _bonus(claim, policy) for claim in claims}
    earned = {manager: bonus.computed for manager, bonus in found.items() if bonus.computed}
    total = sum(earned.values(), _NOTHING)
    budget = rules.number(policy, "bonus_budget")
    for manager, payment in _payments(earned, total, budget, policy).items():
        found[manager] = _paid(found[manager], payment)
    paid = [bonus.paid for bonus in found.values() if bonus.paid]
    pool = BonusPool(
        budget=budget,
        computed=total,
        paid=sum(paid, _NOTHING),
        left=None if budget is None else budget - sum(paid, _NOTHING),
        is_capped=budget is not None and total > budget,
        rule=rules.word(policy, "bonus_cap"),
        people=len(paid),
        unsettled=sum(bonus.standing is Standing.COMMITTEE for bonus in found.values()),
    )
    return {manager: _with_what_is_left(bonus, pool, policy) for manager, bonus in found.items()}, pool


# --- one person, before the budget


def _bonus(claim: Claim, policy: Policy) -> Bonus:
    whose = rules.word(policy, "bonus_for")
    if whose is None:
        return _unpaid(Standing.NO_RULE, _open(("bonus_for",), policy))
    if whose == "met" and claim.outcome is Outcome.MISSED:
        because = Told("rewards.bonus.missed")
        return Bonus((), Standing.NOT_DUE, because, computed=_NOTHING, paid=_NOTHING)
    if whose == "met" and claim.outcome is Outcome.NO_RULE:
        return _unpaid(Standing.NO_RULE, Told("rewards.bonus.outcome_no_rule"))
    if whose == "met" and claim.outcome is Outcome.NO_EVIDENCE:
        return _unpaid(Standing.COMMITTEE, Told("rewards.bonus.no_evidence"))
    left_open = [key for key in _rests_on(claim) if policy.value(key) is None]
    unit = rules.number(policy, "bonus_unit")
    if left_open or unit is None:
        return _unpaid(Standing.NO_RULE, _open(left_open, policy))
    parts = tuple(_part(fact, policy) for fact in (claim.growth, claim.share))
    amounts = [part.amount for part in parts if part.amount is not None]
    if len(amounts) < len(parts):
        return Bonus(parts, Standing.COMMITTEE, Told("rewards.bonus.unsettled"))
    total = sum(amounts, _NOTHING)
    computed = _whole(total, unit)
    return Bonus(
        parts=parts,
        standing=Standing.DUE if computed else Standing.NOT_DUE,
        because=sentences.summed(total, computed, unit, policy),
        dropped=total - computed,
        computed=computed,
        paid=computed,
    )


def _rests_on(claim: Claim) -> tuple[str, ...]:
    """The parameters that must be settled before this bonus can be computed, none twice."""
    keys = ["bonus_growth_scale", "bonus_contribution_scale", "bonus_reading", "bonus_unit"]
    if claim.growth.part_year:
        keys.append("growth_part_year")
    if claim.growth.unbounded:
        keys.append("bonus_unbounded_growth")
    keys += [key for basis in SCALES for key in DEFINED_BY[basis]]
    return tuple(dict.fromkeys(keys))


def _part(fact: Fact, policy: Policy) -> BonusPart:
    basis = fact.indicator
    steps = _steps(policy, SCALES[basis])
    if fact.part_year and rules.word(policy, "growth_part_year") != "as_is":
        return _unknown(fact, Told("review.evidence.part_year"))
    if fact.unbounded:
        return _from_nothing(basis, steps[-1], policy)
    if fact.value is None:
        return _unknown(fact, fact.remark or Told("review.evidence.not_in_records"))
    if basis == "sales_growth" and fact.denominator == 0:
        # from nothing to nothing: no growth, even where the first step begins at 0 %
        return BonusPart(basis, fact.value, None, _NOTHING, Told("rewards.part.no_growth"))
    return _on_scale(basis, fact.value, steps, policy)


def _on_scale(basis: str, figure: Fraction, steps: Sequence[_Step], policy: Policy) -> BonusPart:
    if figure < steps[0].start:
        told = sentences.below_steps(basis, figure, steps[0].start)
        return BonusPart(basis, figure, None, _NOTHING, told)
    for low, high in pairwise(steps):
        if low.start <= figure < high.start:
            if rules.word(policy, "bonus_reading") == "linear" and figure > low.start:
                return _between(basis, figure, low, high, policy)
            return _at(basis, figure, low, high.start, policy)
    return _at(basis, figure, steps[-1], None, policy)


def _at(basis: str, figure: Fraction, step: _Step, after: Fraction | None, policy: Policy) -> BonusPart:
    told = sentences.at_step(basis, figure, step.start, after, sentences.amount(step.bonus, policy))
    return BonusPart(basis, figure, step.start, step.bonus, told)


def _between(basis: str, figure: Fraction, low: _Step, high: _Step, policy: Policy) -> BonusPart:
    way = (figure - low.start) / (high.start - low.start)
    got = low.bonus + (high.bonus - low.bonus) * way
    worth = (sentences.amount(low.bonus, policy), sentences.amount(high.bonus, policy))
    ends = (low.start, high.start)
    told = sentences.between_steps(basis, figure, ends, worth, sentences.amount(got, policy))
    return BonusPart(basis, figure, low.start, got, told)


def _from_nothing(basis: str, top: _Step, policy: Policy) -> BonusPart:
    if rules.word(policy, "bonus_unbounded_growth") != "top_step":
        return BonusPart(basis, None, None, None, Told("rewards.part.unbounded_committee"))
    values = (("from", sentences.share(top.start)), ("amount", sentences.amount(top.bonus, policy)))
    return BonusPart(basis, None, top.start, top.bonus, Told("rewards.part.unbounded_top", values))


def _unknown(fact: Fact, why: Told) -> BonusPart:
    values = (("indicator", INDICATORS[fact.indicator].label), ("why", why))
    return BonusPart(fact.indicator, fact.value, None, None, Told("rewards.part.no_evidence", values))


def _steps(policy: Policy, key: str) -> tuple[_Step, ...]:
    scale = policy.value(key)
    pairs = scale if isinstance(scale, tuple) else ()
    return tuple(_Step(*(Fraction(number) for number in pair)) for pair in pairs)  # type: ignore[union-attr]


def _unpaid(standing: Standing, because: Told) -> Bonus:
    return Bonus((), standing, because)


def _open(keys: Sequence[str], policy: Policy) -> Told:
    return Told("rewards.bonus.open", (("rules", sentences.named(keys, policy)),))


def _whole(value: Fraction, unit: Fraction) -> Fraction:
    return value // unit * unit


# --- everybody, within the budget


def _payments(
    earned: Mapping[str, Fraction], total: Fraction, budget: Fraction | None, policy: Policy
) -> dict[str, _Payment]:
    if budget is None or total <= budget:
        told = Told("rewards.cap.none" if budget is None else "rewards.cap.within")
        return {manager: _Payment(computed, told) for manager, computed in earned.items()}
    unit = rules.number(policy, "bonus_unit")
    rule = rules.word(policy, "bonus_cap")
    if unit is None or rule is None:
        told = sentences.capped("open", total, budget, policy)
        return dict.fromkeys(earned, _Payment(None, told))
    if rule == "in_order":
        return _in_order(earned, total, budget, unit, policy)
    paid = {}
    for manager, computed in earned.items():
        got = _whole(computed * budget / total, unit)
        told = sentences.capped(
            "proportional", total, budget, policy, unit=unit, reduction=computed - got, paid=got
        )
        paid[manager] = _Payment(got, told)
    return paid


def _in_order(
    earned: Mapping[str, Fraction], total: Fraction, budget: Fraction, unit: Fraction, policy: Policy
) -> dict[str, _Payment]:
    paid: dict[str, _Payment] = {}
    rest = budget
    for computed in sorted(set(earned.values()), reverse=True):
        equal = [manager for manager, other in earned.items() if other == computed]
        is_enough = computed * len(equal) <= rest
        got = computed if is_enough else _whole(rest / len(equal), unit)
        how = "in_order" if is_enough else _how_cut(rest, len(equal))
        told = sentences.capped(
            how,
            total,
            budget,
            policy,
            count=len(equal),
            unit=unit,
            rest=rest,
            reduction=computed - got,
            paid=got,
        )
        paid |= dict.fromkeys(equal, _Payment(got, told))
        rest = rest - computed * len(equal) if is_enough else _NOTHING  # nobody after the edge
    return paid


def _how_cut(rest: Fraction, equal: int) -> str:
    if rest == 0:
        return "in_order_spent"
    return "in_order_rest" if equal == 1 else "in_order_shared"


def _paid(bonus: Bonus, payment: _Payment) -> Bonus:
    because = Told("rewards.bonus.told", (("sum", bonus.because), ("cap", payment.told)))
    if payment.paid is None or bonus.computed is None:
        return replace(bonus, standing=Standing.NO_RULE, because=because, paid=None)
    return replace(bonus, because=because, reduction=bonus.computed - payment.paid, paid=payment.paid)


def _with_what_is_left(bonus: Bonus, pool: BonusPool, policy: Policy) -> Bonus:
    if bonus.standing is not Standing.COMMITTEE or pool.left is None:
        return bonus
    left = ("left", sentences.amount(pool.left, policy))
    told = Told("rewards.bonus.left", (("told", bonus.because), left, ("count", str(pool.unsettled))))
    return replace(bonus, because=told)
