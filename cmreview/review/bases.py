"""What a figure is counted from, and how far that can move: natural units behind a share or a growth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from cmreview.review.model import Fact
from cmreview.terms import DEGREES, Unit

# What a quotient is counted from, where that moves and the other part stays; whole where people or
# customers are counted.
_COUNTED = {
    "sales_growth": ("sales", Unit.MONEY),
    "sales_share": ("sales", Unit.MONEY),
    "new_customer_growth": ("new_customers", Unit.COUNT),
    "satisfaction": ("satisfied", Unit.COUNT),
    "complaint_rate": ("complaints", Unit.COUNT),
    "long_term_share": ("long_term_customers", Unit.COUNT),
}
# Quotients over the year before, which may have no base: from nothing they have no value.
GROWTHS = ("sales_growth", "new_customer_growth")
_PARTS = ("satisfaction", "long_term_share")  # of the whole, so never more than it
_MOST = {"satisfaction": 1, "long_term_share": 1, "sales_share": 1}


@dataclass(frozen=True, slots=True)
class Scale:
    """What moves, and how it follows from the indicator: ``to`` its own figures and ``back``."""

    name: str
    unit: Unit
    now: Fraction
    least: Fraction | None
    most: Fraction | None
    is_whole: bool
    to: Callable[[Fraction], Fraction]
    back: Callable[[Fraction], Fraction | None]


def scale_of(fact: Fact) -> Scale | None:
    """What the value is counted from; None where there is none, or where it can't move the value."""
    name, unit = _COUNTED.get(fact.indicator, (fact.indicator, fact.unit))
    least, most = ends(fact)
    top, under = fact.numerator, fact.denominator
    if fact.indicator not in _COUNTED or top is None or under is None:
        if fact.value is None:
            return None
        is_whole = fact.unit in (Unit.COUNT, Unit.DEGREE, Unit.FLAG)
        return Scale(fact.indicator, fact.unit, fact.value, least, most, is_whole, _same, _same)
    none, is_whole = Fraction(0), unit is Unit.COUNT
    if fact.indicator in GROWTHS:
        return Scale(
            name,
            unit,
            top,
            none,
            None,
            is_whole,
            lambda growth: (1 + growth) * under,
            lambda count: count / under - 1 if under else None,
        )
    if not under:
        return None
    if fact.indicator == "sales_share":  # one's own sales are in the total too
        others = under - top
        if others <= 0:
            return None
        return Scale(
            name,
            unit,
            top,
            none,
            None,
            False,
            lambda share: share * others / (1 - share),
            lambda sales: sales / (sales + others),
        )
    whole = under if fact.indicator in _PARTS else None
    return Scale(
        name, unit, top, none, whole, is_whole, lambda share: share * under, lambda count: count / under
    )


def ends(fact: Fact) -> tuple[Fraction | None, Fraction | None]:
    """The least and the most that a figure of this kind can be, which no threshold goes beyond either."""
    if fact.unit is Unit.DEGREE:
        return Fraction(1), Fraction(len(DEGREES))
    if fact.unit is Unit.FLAG:
        return Fraction(0), Fraction(1)
    most = _MOST.get(fact.indicator)
    least = -1 if fact.indicator in GROWTHS else 0
    return Fraction(least), None if most is None else Fraction(most)


def _same(value: Fraction) -> Fraction:
    return value
