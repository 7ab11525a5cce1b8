"""The arithmetic of a bonus in sentences, with its figures (奖金, Policy 5.4.a)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from cmreview.policy.model import Policy
from cmreview.review.figures import WAN, written
from cmreview.review.told import Figure, Told
from cmreview.terms import INDICATORS, Label, Unit
from cmreview.words import say

_YUAN = "CNY"
_HUNDREDTH_OF_WAN = WAN // 100


def amount(value: Fraction, policy: Policy) -> Label:
    """An amount in the policy's currency, to the fen: what is paid out is not told in rounded 万元.

    >>> from types import SimpleNamespace
    >>> amount(Fraction(15_000), SimpleNamespace(currency="CNY")).zh
    '1.5 万元'
    >>> amount(Fraction("15003.57"), SimpleNamespace(currency="CNY")).zh
    '15,003.57 元'
    """
    return Label(_amount(value, policy.currency, "zh"), _amount(value, policy.currency, "en"))


@lru_cache(maxsize=1024)  # steps, budget and sum stand in everybody's sentences
def _amount(value: Fraction, currency: str, lang: str) -> str:
    number = written(value, Unit.COUNT)
    if currency != _YUAN:
        return f"{currency} {number}"
    if value % _HUNDREDTH_OF_WAN == 0:
        return written(value, Unit.MONEY, lang)
    return say("policy.unit.yuan", lang, number=number)


def named(keys: Sequence[str], policy: Policy) -> Label:
    """The labels of parameters, one after the other: what the policy leaves open."""
    labels = [policy.parameters[key].label for key in keys]
    return Label(
        *(say("policy.word_joint", lang).join(label(lang) for label in labels) for lang in ("zh", "en"))
    )


def at_step(basis: str, figure: Fraction, start: Fraction, after: Fraction | None, got: Label) -> Told:
    """A figure that reaches the step from ``start``; it is never written like the step ``after``."""
    return Told(
        "rewards.part.step",
        (
            ("indicator", INDICATORS[basis].label),
            ("figure", Figure(figure, Unit.SHARE, apart_from=start if after is None else after)),
            ("from", Figure(start, Unit.SHARE)),
            ("amount", got),
        ),
    )


def between_steps(
    basis: str, figure: Fraction, ends: tuple[Fraction, Fraction], worth: tuple[Label, Label], got: Label
) -> Told:
    """A figure between two steps, from and to, each with what it is worth; it is written like neither."""
    nearer = min(ends, key=lambda end: abs(figure - end))
    return Told(
        "rewards.part.between",
        (
            ("indicator", INDICATORS[basis].label),
            ("figure", Figure(figure, Unit.SHARE, apart_from=nearer)),
            ("from", Figure(ends[0], Unit.SHARE)),
            ("low", worth[0]),
            ("to", Figure(ends[1], Unit.SHARE)),
            ("high", worth[1]),
            ("amount", got),
        ),
    )


def below_steps(basis: str, figure: Fraction, first: Fraction) -> Told:
    """A figure below the first step."""
    return Told(
        "rewards.part.below",
        (
            ("indicator", INDICATORS[basis].label),
            ("figure", Figure(figure, Unit.SHARE, apart_from=first)),
            ("from", Figure(first, Unit.SHARE)),
        ),
    )


def summed(total: Fraction, computed: Fraction, unit: Fraction, policy: Policy) -> Told:
    """The parts together, and what is dropped below the smallest unit."""
    together = ("total", amount(total, policy))
    if total == 0:
        return Told("rewards.bonus.nothing", (together,))
    smallest = ("unit", amount(unit, policy))
    if computed == 0:
        return Told("rewards.bonus.too_small", (together, smallest))
    if computed == total:
        return Told("rewards.bonus.sum", (together,))
    rest = (("dropped", amount(total - computed, policy)), ("computed", amount(computed, policy)))
    return Told("rewards.bonus.sum_dropped", (together, smallest, *rest))


def capped(
    how: str, total: Fraction, budget: Fraction, policy: Policy, count: int = 1, **amounts: Fraction
) -> Told:
    """What became of a bonus where all of them, ``total``, exceed the budget: ``rewards.cap.<how>``."""
    told = {"all": total, "budget": budget, **amounts}
    values = tuple((name, amount(value, policy)) for name, value in told.items())
    return Told(f"rewards.cap.{how}", (*values, ("count", str(count))))


def share(value: Fraction) -> Figure:
    """A share as it stands in the policy."""
    return Figure(value, Unit.SHARE)
