"""Customers new, kept, returned and lost, and what each year's customers became (Policy 5.1.b, 5.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from cmreview.review.analysis.material import Material, Sale, total
from cmreview.review.analysis.settings import rule_open
from cmreview.review.told import Told


@dataclass(frozen=True, slots=True)
class Flow:
    """The customers of one year: ``new`` + ``kept`` + ``returned`` = ``served``.

    ``new`` have their first contract in the year, ``kept`` were served the year before, ``returned`` only
    earlier. ``lost`` were served the year before and are no more: ``kept`` + ``lost`` is what was served
    then, and ``kept_share`` the part that stayed. ``sales_of_new`` and ``sales_of_known`` add up to the
    year's sales. None is unknown: in the first year that the records cover nobody tells new from old.
    """

    year: int
    is_part: bool
    served: int | None
    new: int | None
    kept: int | None
    returned: int | None
    lost: int | None
    kept_share: Fraction | None
    sales_of_new: Fraction | None
    sales_of_known: Fraction | None


@dataclass(frozen=True, slots=True)
class Cohort:
    """The customers whose first contract is of one year: how many are served and what they buy since.

    ``is_earliest``: the records begin in that year, so that they may have been customers before.
    ``served`` and ``sales`` are by year, None before the cohort begins and where the year is not covered.
    """

    first_year: int
    is_earliest: bool
    customers: int
    served: tuple[int | None, ...]
    sales: tuple[Fraction | None, ...]


@dataclass(frozen=True, slots=True)
class Customers:
    """Flows by year and cohorts by first year; ``reason`` says why there are none."""

    flows: tuple[Flow, ...]
    cohorts: tuple[Cohort, ...]
    reason: Told | None = None

    @property
    def now(self) -> Flow | None:
        """The flow of the year that is analysed."""
        return self.flows[-1] if self.flows else None


def customers(material: Material) -> Customers:
    """The company's customers year by year, by contracts that count and the policy's reading of served."""
    reason = rule_open(material.policy, "cancellation", "customers_served")
    if reason is not None or material.served is None:
        return Customers((), (), reason)
    return Customers(
        flows=tuple(_flow(material, material.served, year) for year in material.years),
        cohorts=_cohorts(material, material.served),
    )


def _flow(material: Material, served: Mapping[int, frozenset[str]], year: int) -> Flow:
    if not material.is_covered(year):
        return Flow(year, False, *(None,) * 8)
    here = served[year]
    is_part = material.is_part(year)
    if year == min(material.first_signed):
        return Flow(year, is_part, len(here), *(None,) * 7)
    new = {customer for customer in here if material.since[customer].year == year}
    sales = material.sales_by_year.get(year, ())
    of_new = total(sale for sale in sales if sale.customer_id in new)
    of_known = total(sale for sale in sales if sale.customer_id not in new)
    if not material.is_covered(year - 1):
        return Flow(year, is_part, len(here), len(new), None, None, None, None, of_new, of_known)
    before = served[year - 1]
    kept = here & before
    return Flow(
        year=year,
        is_part=is_part,
        served=len(here),
        new=len(new),
        kept=len(kept),
        returned=len(here - new - kept),
        lost=len(before - here),
        kept_share=Fraction(len(kept), len(before)) if before else None,
        sales_of_new=of_new,
        sales_of_known=of_known,
    )


def _cohorts(material: Material, served: Mapping[int, frozenset[str]]) -> tuple[Cohort, ...]:
    members: dict[int, set[str]] = {}
    for customer, day in material.since.items():
        members.setdefault(day.year, set()).add(customer)
    bought: dict[tuple[int, int], list[Sale]] = {}
    for sale in material.sales or ():
        since = material.since.get(sale.customer_id) if sale.customer_id is not None else None
        if since is not None:
            bought.setdefault((since.year, sale.on.year), []).append(sale)
    found = []
    for first_year in sorted(members):
        is_there = [year >= first_year and material.is_covered(year) for year in material.years]
        found.append(
            Cohort(
                first_year=first_year,
                is_earliest=first_year == min(material.first_signed),
                customers=len(members[first_year]),
                served=tuple(
                    len(served[year] & members[first_year]) if there else None
                    for year, there in zip(material.years, is_there, strict=True)
                ),
                sales=tuple(
                    total(bought.get((first_year, year), ())) if there else None
                    for year, there in zip(material.years, is_there, strict=True)
                ),
            )
        )
    return tuple(found)
