"""How much rests on few: the largest customers and managers together, and their index (Policy 5.3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from enum import StrEnum
from fractions import Fraction

from cmreview.review.analysis.material import Material
from cmreview.review.analysis.settings import Settings, count, rule_open
from cmreview.review.told import Told


class Whose(StrEnum):
    """Whose shares are looked at."""

    CUSTOMERS = "customers"
    MANAGERS = "managers"


@dataclass(frozen=True, slots=True)
class YearShare:
    """One year: ``of`` customers or managers with sales, what the ``largest`` hold together, and ``hhi``.

    ``hhi`` is the sum of the squared shares, between 1 / ``of`` and 1. None is unknown, or kept back
    because the people are too few.
    """

    year: int
    is_part: bool
    of: int | None
    largest: Fraction | None
    hhi: Fraction | None


@dataclass(frozen=True, slots=True)
class Concentration:
    """Shares by year; ``together`` is how many count as the largest. ``reason`` says what is not told."""

    whose: Whose
    together: int | None
    years: tuple[YearShare, ...]
    reason: Told | None = None

    @property
    def now(self) -> YearShare | None:
        """The year that is analysed."""
        return self.years[-1] if self.years else None


def concentration(material: Material) -> tuple[Concentration, ...]:
    """Customers and managers, each with the number of the largest that the policy sets."""
    return tuple(_concentration(material, whose) for whose in Whose)


def largest_share(amounts: Sequence[Decimal], together: int) -> Fraction | None:
    """What the largest hold of the sum; None where the sum is not above zero.

    >>> largest_share([Decimal(5), Decimal(3), Decimal(2)], 2)
    Fraction(4, 5)
    """
    everything = _sum(amounts)
    if everything <= 0:
        return None
    return _sum(sorted(amounts, reverse=True)[:together]) / everything


def herfindahl(amounts: Sequence[Decimal]) -> Fraction | None:
    """The sum of squared shares (HHI); None where the sum is not above zero, or a share is negative.

    >>> herfindahl([Decimal(1), Decimal(1)])
    Fraction(1, 2)
    """
    everything = _sum(amounts)
    if everything <= 0 or min(amounts) < 0:
        return None
    with localcontext(Context(prec=120)):
        squares = sum((amount * amount for amount in amounts), Decimal(0))
    return Fraction(squares) / everything**2


def _concentration(material: Material, whose: Whose) -> Concentration:
    key = f"largest_{whose.value}"
    together: int | None = getattr(material.settings, key)
    reason = rule_open(material.policy, "cancellation", key)
    if material.sales is None:
        return Concentration(whose, together, (), reason)
    years = tuple(_year(material, year, whose, together) for year in material.years)
    if reason is None and whose is Whose.MANAGERS:
        reason = _too_few(years[-1].of, together, material.settings)
    return Concentration(whose, together, years, reason)


def _year(material: Material, year: int, whose: Whose, together: int | None) -> YearShare:
    is_part = material.is_part(year)
    if not material.is_covered(year):
        return YearShare(year, is_part, None, None, None)
    amounts: dict[str, Decimal] = {}
    with localcontext(Context(prec=60)):
        for sale in material.sales_by_year.get(year, ()):
            name = sale.customer_id if whose is Whose.CUSTOMERS else sale.manager_id
            if name is not None:
                amounts[name] = amounts.get(name, Decimal(0)) + sale.amount
    found = list(amounts.values())
    if whose is Whose.MANAGERS and _too_few(len(found), together, material.settings) is not None:
        return YearShare(year, is_part, len(found), None, None)
    return YearShare(
        year=year,
        is_part=is_part,
        of=len(found),
        largest=None if together is None or not found else largest_share(found, together),
        hhi=herfindahl(found) if found else None,
    )


def _too_few(people: int | None, together: int | None, settings: Settings) -> Told | None:
    """Why shares of people are kept back: too few of them, or in a sum, or left over beside it."""
    least, in_sum = settings.cautions.fewest_for_rate, settings.fewest_in_sum
    if least is None or in_sum is None:
        return Told("analysis.reason.cautions_open")
    if (people or 0) < least:
        return Told("analysis.reason.few_people", (("people", count(people or 0)), ("least", count(least))))
    if together is None:
        return None
    if together < in_sum:
        return Told("analysis.reason.few_together", (("largest", count(together)), ("least", count(in_sum))))
    if (people or 0) - together < in_sum:  # the others' sum is the company's less this one
        return Told(
            "analysis.reason.nearly_all", (("people", count(people or 0)), ("largest", count(together)))
        )
    return None


def _sum(amounts: Iterable[Decimal]) -> Fraction:
    with localcontext(Context(prec=60)):
        return Fraction(sum(amounts, Decimal(0)))
