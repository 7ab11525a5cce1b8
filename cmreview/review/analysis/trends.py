"""Sales year by year: of the company, and by department, level, region and customer group (Policy 5.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from cmreview.review.analysis.material import Material, Sale, total
from cmreview.review.analysis.settings import no_column
from cmreview.review.told import Told

MOST_LINES = 24  # more than a page holds; the smallest are added up in one line


class Dimension(StrEnum):
    """What sales are broken down by."""

    DEPARTMENT = "department"
    LEVEL = "level"
    REGION = "region"
    CUSTOMER_GROUP = "customer_group"


class LineKind(StrEnum):
    """Whether a line is one with a name, that of rows without one, or the smallest lines together."""

    NAMED = "named"
    UNSTATED = "unstated"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class YearTotal:
    """The company in one year. None is no evidence: no contract of the year at all, or no rule.

    ``managers`` and ``customers`` are those with a contract signed in the year. ``growth`` is that of sales
    over the year before, None also where one of the two is only a part of a year.
    """

    year: int
    is_part: bool
    sales: Fraction | None
    contracts: int | None
    managers: int | None
    customers: int | None
    new_customers: int | None
    growth: Fraction | None


@dataclass(frozen=True, slots=True)
class Line:
    """Sales of one department, level, region or group by year.

    ``share`` is that of the last year's total; ``change`` and ``growth`` are over the year before. ``of``
    counts the lines that are added up in the rest.
    """

    kind: LineKind
    name: str
    sales: tuple[Fraction | None, ...]
    share: Fraction | None
    change: Fraction | None
    growth: Fraction | None
    of: int = 1


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The lines of one dimension, largest first; they add up to the company's sales of each year.

    ``reason`` says why there are none.
    """

    dimension: Dimension
    lines: tuple[Line, ...]
    reason: Told | None = None


@dataclass(frozen=True, slots=True)
class Trends:
    """The company's years and what they are made of."""

    years: tuple[YearTotal, ...]
    breakdowns: tuple[Breakdown, ...]
    reason: Told | None = None

    @property
    def now(self) -> YearTotal:
        """The year that is analysed."""
        return self.years[-1]

    def breakdown(self, dimension: Dimension) -> Breakdown:
        """The lines of one dimension."""
        return next(each for each in self.breakdowns if each.dimension is dimension)


def trends(material: Material) -> Trends:
    """Sales by year and by every dimension that the records carry."""
    years = tuple(_year(material, year) for year in material.years)
    return Trends(
        years=tuple(_with_growth(years, place, material) for place in range(len(years))),
        breakdowns=tuple(_breakdown(material, dimension) for dimension in Dimension),
        reason=material.sales_rule,
    )


def growth(now: Fraction | None, before: Fraction | None) -> Fraction | None:
    """Growth as a fraction of one; None where a side is unknown or there was nothing to grow from."""
    if now is None or before is None or before <= 0:
        return None
    return now / before - 1


def _year(material: Material, year: int) -> YearTotal:
    if material.sales is None or not material.is_covered(year):
        return YearTotal(year, material.is_part(year), None, None, None, None, None, None)
    sales = material.sales_by_year.get(year, ())
    won = material.won
    is_first = year == min(material.first_signed)  # nobody can tell new from old in it
    return YearTotal(
        year=year,
        is_part=material.is_part(year),
        sales=total(sales),
        contracts=len({sale.contract_id for sale in sales}),
        managers=len({sale.manager_id for sale in sales}),
        customers=len({sale.customer_id for sale in sales if sale.customer_id is not None}),
        new_customers=None
        if won is None or is_first
        else sum(count for (_, won_in), count in won.items() if won_in == year),
        growth=None,
    )


def _with_growth(years: tuple[YearTotal, ...], place: int, material: Material) -> YearTotal:
    from dataclasses import replace

    now = years[place]
    if not place or not (material.is_comparable(now.year) and material.is_comparable(now.year - 1)):
        return now
    return replace(now, growth=growth(now.sales, years[place - 1].sales))


def _breakdown(material: Material, dimension: Dimension) -> Breakdown:
    if material.sales is None:
        return Breakdown(dimension, (), material.sales_rule)
    if dimension in (Dimension.REGION, Dimension.CUSTOMER_GROUP):
        column = dimension.value
        if not any(row[column] for row in material.tables["customers"]):
            return Breakdown(dimension, (), no_column("customers", column))
    named = _namer(material, dimension)
    if dimension is Dimension.LEVEL and not any(map(named, material.sales)):
        return Breakdown(dimension, (), no_column("level_history", "level"))
    found: dict[str | None, dict[int, list[Sale]]] = {}
    for sale in material.sales:
        found.setdefault(named(sale), {}).setdefault(sale.on.year, []).append(sale)
    sums = {
        name: tuple(
            total(by_year.get(year, ())) if material.is_covered(year) else None for year in material.years
        )
        for name, by_year in found.items()
    }
    ordered = sorted(
        (name for name in sums if name is not None),
        key=lambda name: ([-(amount or 0) for amount in reversed(sums[name])], name),
    )
    kept, rest = ordered, []
    if len(ordered) > MOST_LINES:
        kept, rest = ordered[: MOST_LINES - 1], ordered[MOST_LINES - 1 :]
    lines = [_line(material, LineKind.NAMED, name, sums[name]) for name in kept]
    if rest:
        lines.append(_line(material, LineKind.REST, "", _added([sums[name] for name in rest]), len(rest)))
    if None in sums:
        lines.append(_line(material, LineKind.UNSTATED, "", sums[None]))
    return Breakdown(dimension, tuple(lines))


def _namer(material: Material, dimension: Dimension) -> Callable[[Sale], str | None]:
    if dimension is Dimension.DEPARTMENT:
        return lambda sale: sale.department
    if dimension is Dimension.LEVEL:
        return lambda sale: sale.level
    column = dimension.value
    names = {customer: row[column] for customer, row in material.customers.items()}
    return lambda sale: None if sale.customer_id is None else names.get(sale.customer_id)


def _added(sums: list[tuple[Fraction | None, ...]]) -> tuple[Fraction | None, ...]:
    return tuple(
        None if any(one is None for one in of_year) else sum((one for one in of_year if one), Fraction(0))
        for of_year in zip(*sums, strict=True)
    )


def _line(
    material: Material, kind: LineKind, name: str, sales: tuple[Fraction | None, ...], of: int = 1
) -> Line:
    now, before = sales[-1], sales[-2] if len(sales) > 1 else None
    year = material.year
    all_sales = total(material.sales_by_year.get(year, ())) if material.is_covered(year) else None
    is_comparable = material.is_comparable(year) and material.is_comparable(year - 1)
    return Line(
        kind=kind,
        name=name,
        sales=sales,
        share=now / all_sales if now is not None and all_sales else None,
        change=now - before if is_comparable and now is not None and before is not None else None,
        growth=growth(now, before) if is_comparable else None,
        of=of,
    )
