"""The year's course: sales by month, the last days of the year, and departments' Decembers (Policy 5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from cmreview.review.analysis.material import Material, Sale, total
from cmreview.review.analysis.settings import rule_open
from cmreview.review.counting.tenure import days_in_year
from cmreview.review.told import Told
from cmreview.review.year_end import December

MONTHS = tuple(range(1, 13))


@dataclass(frozen=True, slots=True)
class Months:
    """Sales and contract rows of one year by month, January first; a month after the records' end is None."""

    year: int
    is_part: bool
    sales: tuple[Fraction | None, ...]
    contracts: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class YearEnd:
    """The last ``days`` of one year: their part of its rows and sales, and of its days (``even``)."""

    year: int
    days: int
    contracts: int
    of_contracts: int
    sales: Fraction
    of_sales: Fraction
    even: Fraction

    @property
    def share(self) -> Fraction | None:
        """The part of the year's sales that these days brought."""
        return self.sales / self.of_sales if self.of_sales > 0 else None


@dataclass(frozen=True, slots=True)
class DepartmentDecember:
    """One department's contract rows of December among all of its year, beside the other departments'.

    ``chance`` is how likely as many or more are by chance (Fisher's exact test); ``stands_out`` where it is
    below the policy's ``year_end_p``. It asks a question and blames nobody: year ends are busy everywhere.
    """

    department: str
    december: int
    contracts: int
    chance: Fraction
    stands_out: bool | None


@dataclass(frozen=True, slots=True)
class Seasons:
    """Months by year, what a month brings on average, the year's end, and Decembers by department.

    ``average`` is the mean share of each month over the whole years, None without a whole year.
    ``end_reason`` says why there is no look at the year's last days.
    """

    months: tuple[Months, ...]
    average: tuple[Fraction, ...] | None
    whole_years: int
    ends: tuple[YearEnd, ...]
    decembers: tuple[DepartmentDecember, ...]
    reason: Told | None = None
    end_reason: Told | None = None


def seasons(material: Material) -> Seasons:
    """The course of every year that the records cover."""
    if material.sales is None:
        return Seasons((), None, 0, (), (), material.sales_rule, material.sales_rule)
    covered = [year for year in material.years if material.is_covered(year)]
    months = tuple(_months(material, year) for year in covered)
    whole = [found for found in months if not found.is_part and _sum(found) > 0]
    average = None
    if whole:
        shares = [[(amount or Fraction(0)) / _sum(found) for amount in found.sales] for found in whole]
        average = tuple(sum(of_month, Fraction(0)) / len(whole) for of_month in zip(*shares, strict=True))
    end_reason = rule_open(material.policy, "year_end_days")
    days = material.settings.year_end_days
    ends = (
        () if not days else tuple(_end(material, year, days) for year in covered if _has_end(material, year))
    )
    return Seasons(
        months=months,
        average=average,
        whole_years=len(whole),
        ends=ends,
        decembers=_decembers(material) if _has_end(material, material.year) else (),
        end_reason=end_reason,
    )


def _sum(months: Months) -> Fraction:
    return sum((amount for amount in months.sales if amount is not None), Fraction(0))


def _has_end(material: Material, year: int) -> bool:
    """Whether the records go on to the year's end; where they stop before, it has no last days."""
    return material.is_covered(year) and not (
        year == max(material.first_signed) and material.last_signed[year].month < 12
    )


def _months(material: Material, year: int) -> Months:
    by_month: dict[int, list[Sale]] = {}
    for sale in material.sales_by_year.get(year, ()):
        by_month.setdefault(sale.on.month, []).append(sale)
    known = [material.is_known(year, month) for month in MONTHS]
    return Months(
        year=year,
        is_part=material.is_part(year),
        sales=tuple(
            total(by_month.get(month, ())) if is_known else None
            for month, is_known in zip(MONTHS, known, strict=True)
        ),
        contracts=tuple(
            len(by_month.get(month, ())) if is_known else None
            for month, is_known in zip(MONTHS, known, strict=True)
        ),
    )


def _end(material: Material, year: int, days: int) -> YearEnd:
    first_day = date(year, 12, 31) - timedelta(days=days - 1)
    sales = material.sales_by_year.get(year, ())
    late = [sale for sale in sales if sale.on >= first_day]
    return YearEnd(
        year=year,
        days=days,
        contracts=len(late),
        of_contracts=len(sales),
        sales=total(late),
        of_sales=total(sales),
        even=Fraction(days, days_in_year(year)),
    )


def _decembers(material: Material) -> tuple[DepartmentDecember, ...]:
    sales = material.sales_by_year.get(material.year, ())
    own: dict[str, tuple[int, int]] = {}
    for sale in sales:
        if sale.department is not None:
            late, every = own.get(sale.department, (0, 0))
            own[sale.department] = (late + (sale.on.month == 12), every + 1)
    late_all, all_ = sum(late for late, _ in own.values()), sum(every for _, every in own.values())
    limit = material.settings.year_end_p
    found = []
    for department, (late, every) in sorted(own.items()):
        chance = December(late, every, late_all - late, all_ - every).chance
        found.append(
            DepartmentDecember(department, late, every, chance, None if limit is None else chance < limit)
        )
    return tuple(found)
