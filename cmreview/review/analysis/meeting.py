"""Sums of a period for the account managers' meeting; nobody's own figures can be read off (Policy 7.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cmreview.review.analysis.material import Material, Sale, total
from cmreview.review.analysis.periods import Period
from cmreview.review.model import Case


@dataclass(frozen=True, slots=True)
class Sums:
    """What a period brought the company; None is not known, and no zero. Money is that of the records."""

    sales: Fraction | None
    contracts: int | None
    new_customers: int | None
    complaints: int | None


@dataclass(frozen=True, slots=True)
class DepartmentSums:
    """What a department brought, or several together that are too small to be shown alone."""

    departments: tuple[str, ...]
    managers: int
    sales: Fraction
    contracts: int
    new_customers: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """The sums of a period, those of the same days a year before, and the departments'.

    ``departments`` is None where the policy does not say how few people are too few to be told of, or too few
    people are there at all. ``until`` is the day of the last contract where the records end before the
    period does.
    """

    period: Period
    now: Sums
    before: Sums
    departments: tuple[DepartmentSums, ...] | None
    until: date | None


def meeting(material: Material, cases: Sequence[Case], period: Period) -> Meeting:
    """The sums of ``period``. ``material`` and ``cases`` are of the records and policy of its year."""
    last = material.last_signed.get(period.year)
    ends_early = last is not None and period.year == max(material.last_signed) and last < period.last
    return Meeting(
        period=period,
        now=_sums(material, period),
        before=_sums(material, period.year_before),
        departments=_departments(material, cases, period),
        until=last if ends_early and last is not None and last.month < period.last.month else None,
    )


def _sums(material: Material, period: Period) -> Sums:
    complaints = [
        row
        for row in material.tables["complaints"]
        if row["upheld"] is not None and period.has(row["received_on"])
    ]
    # an empty table was not handed in; one with rows of other days says that there were none
    told = sum(row["upheld"] for row in complaints) if material.tables["complaints"] else None
    if material.sales is None or not _is_whole(material, period):
        return Sums(None, None, None, told if _is_whole(material, period) else None)
    sales = _within(material, period)
    begins = period.year == min(material.first_signed)  # everybody is new in the records' first year
    won = sum(period.has(day) for day in material.since.values())
    return Sums(total(sales), len({sale.contract_id for sale in sales}), None if begins else won, told)


def _is_whole(material: Material, period: Period) -> bool:
    """Whether the records cover the period from its beginning."""
    first = material.first_signed.get(period.year)
    if first is None:
        return False
    return period.year > min(material.first_signed) or first.month <= period.first.month


def _within(material: Material, period: Period) -> list[Sale]:
    return [sale for sale in material.sales_by_year.get(period.year, ()) if period.has(sale.on)]


def _departments(
    material: Material, cases: Sequence[Case], period: Period
) -> tuple[DepartmentSums, ...] | None:
    """Each department's sums; the smallest are put together until no single person shows."""
    for_rate, in_sum = material.settings.cautions.fewest_for_rate, material.settings.fewest_in_sum
    if for_rate is None or in_sum is None or material.sales is None or not material.is_covered(period.year):
        return None
    least = max(for_rate, in_sum)
    people = _people(material, cases, period)
    sales = _within(material, period)
    won = _won(material, cases, period)
    names = {*people, *(sale.department for sale in sales if sale.department is not None)}
    alone = {name: {name} for name in names}
    small = sorted((name for name in names if len(people.get(name, ())) < least), key=str)
    together = set(small)
    # one group that lacks people takes in the next smallest department, or its sum could be told apart
    for name in sorted(names - together, key=lambda one: (len(people.get(one, ())), one)):
        if not together or sum(len(people.get(one, ())) for one in together) >= least:
            break
        together.add(name)
    if together and sum(len(people.get(one, ())) for one in together) < least:
        return None
    groups = [group for name, group in sorted(alone.items()) if name not in together]
    if together:
        groups.append(together)
    return tuple(_together(group, people, sales, won) for group in groups)


def _together(
    group: Iterable[str],
    people: dict[str, set[str]],
    sales: Sequence[Sale],
    won: dict[str, int],
) -> DepartmentSums:
    names = tuple(sorted(group))
    own = [sale for sale in sales if sale.department in names]
    return DepartmentSums(
        departments=names,
        managers=len(set().union(*(people.get(name, set()) for name in names))),
        sales=total(own),
        contracts=len({sale.contract_id for sale in own}),
        new_customers=sum(won.get(name, 0) for name in names),
    )


def _people(material: Material, cases: Sequence[Case], period: Period) -> dict[str, set[str]]:
    """Who was in a department at the period's end, or on the last day before it."""
    found: dict[str, set[str]] = {}
    for case in cases:
        person = case.person
        joined, left = person.hired_on, person.left_on
        if (joined is not None and joined > period.last) or (left is not None and left < period.first):
            continue
        day = period.last if left is None else min(left, period.last)
        department, _ = material.place(person.manager_id, day)
        if department is not None:
            found.setdefault(department, set()).add(person.manager_id)
    return found


def _won(material: Material, cases: Sequence[Case], period: Period) -> dict[str, int]:
    """New customers by the department held on the day; credited as the policy says."""
    found: dict[str, int] = {}
    for case in cases:
        for row in case.sources:
            if row.indicator == "new_customers" and row.counts and row.on is not None and period.has(row.on):
                department, _ = material.place(case.person.manager_id, row.on)
                if department is not None:
                    found[department] = found.get(department, 0) + 1
    return found
