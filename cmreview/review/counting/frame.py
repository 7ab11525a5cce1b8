"""The manager-year frame: sums of the records put to people and levels, and what is missing left out.

One row per manager and calendar year (Policy 5.2); money is exact, in the currency of the records; a
missing value is missing evidence and nothing else:

- ``manager_id``, ``year``, ``department`` and ``level``: at the year's end, or on the last day employed
- ``sales``, ``previous_sales``, ``company_sales``, ``contracts`` (rows behind sales), ``sales_growth``,
  ``sales_share``; ``previous_is_part_year``: the growth is against a part year
- ``new_customers``, ``customers_served``, ``key_customers``, ``long_term_customers``, ``long_term_share``
- ``asked``, ``answers``, ``satisfied``, ``satisfaction``; ``complaints``, ``complaint_rate``
- ``projects``, ``project_benefit``; ``projects_open``: projects that only a blank cell keeps out
- ``service_years`` and ``service_days``: full years as an account manager and the days of the running one;
  ``level_years`` and ``level_days``: the same at the level held (Policy 3.1.Q2, 3.2.Q3)
- ``days_employed``, ``days_on_leave``, ``days_in_year``
- for each level but the highest ``won_at_<level>``: new customers won at that level in earlier years;
  ``days_common_at_<level>``, ``days_leap_at_<level>``: days held in those years, so that years held =
  common / 365 + leap / 366; ``average_won_at_<level>``: the one over the other;
  ``first_year_in_tenure_at_<level>``: the next is among those years
- ``first_covered_year``: the records know no earlier contract, so every customer is new in that year
- ``currency``

``sales_growth``, ``sales_share``, ``satisfaction``, ``complaint_rate``, ``long_term_share`` and the averages
are rounded (six places, 四舍五入) for reading; decisions take their numerators and denominators.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, localcontext
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from cmreview.review.counting.employment import Manager, managers
from cmreview.review.counting.tenure import days_at_level, days_in_year, months_of

if TYPE_CHECKING:
    from cmreview.policy.model import Policy
    from cmreview.records.model import Records

Row = Mapping[str, Any]

_MONEY, _RATE, _COUNT, _FLAG = pa.decimal128(38, 10), pa.decimal128(38, 6), pa.int64(), pa.bool_()

COLUMNS: Mapping[str, pa.DataType] = {
    "manager_id": pa.string(),
    "year": _COUNT,
    "department": pa.string(),
    "sales": _MONEY,
    "sales_growth": _RATE,
    "sales_share": _RATE,
    "new_customers": _COUNT,
    "customers_served": _COUNT,
    "satisfaction": _RATE,
    "complaint_rate": _RATE,
    "key_customers": _COUNT,
    "long_term_share": _RATE,
    "projects": _COUNT,
    "level": pa.string(),
    "contracts": _COUNT,
    "previous_sales": _MONEY,
    "previous_is_part_year": _FLAG,
    "company_sales": _MONEY,
    "asked": _COUNT,
    "answers": _COUNT,
    "satisfied": _COUNT,
    "complaints": _COUNT,
    "long_term_customers": _COUNT,
    "project_benefit": _MONEY,
    "projects_open": _COUNT,
    "service_years": _COUNT,
    "service_days": _COUNT,
    "level_years": _COUNT,
    "level_days": _COUNT,
    "days_employed": _COUNT,
    "days_on_leave": _COUNT,
    "days_in_year": _COUNT,
    "first_covered_year": _FLAG,
}
# Columns of each level that has one above it: new customers over its tenure (Policy 3.2.P1, 3.3.P1).
AT_LEVEL: Mapping[str, pa.DataType] = {
    "won_at": _COUNT,
    "days_common_at": _COUNT,
    "days_leap_at": _COUNT,
    "average_won_at": _RATE,
    "first_year_in_tenure_at": _FLAG,
}

# What the contracts tell: nothing in a year in which the company has none on record.
_OF_CONTRACTS = (
    "sales",
    "contracts",
    "new_customers",
    "customers_served",
    "key_customers",
    "long_term_customers",
)
# A figure is evidence only where its table was handed in.
_TABLES = {
    "key_customers": "customers",
    "asked": "surveys",
    "answers": "surveys",
    "satisfied": "surveys",
    "complaints": "complaints",
    "projects": "projects",
    "project_benefit": "projects",
    "projects_open": "projects",
}
# A figure has no rule where the policy leaves one of its parameters open.
_WON = ("cancellation", "shared_customer_credit")
_SERVED = ("cancellation", "customers_served")
_RULES = {
    "sales": ("cancellation",),
    "previous_sales": ("cancellation",),
    "company_sales": ("cancellation",),
    "contracts": ("cancellation",),
    "new_customers": _WON,
    "customers_served": _SERVED,
    "key_customers": (*_WON, "key_contract_amount"),
    "long_term_customers": (*_SERVED, "long_term_years"),
    "satisfied": ("satisfied_from",),
    "complaints": ("unjustified_complaints",),
    "projects": ("project_min_benefit",),
    "project_benefit": ("project_min_benefit",),
    "projects_open": ("project_min_benefit",),
    "won_at": (*_WON, "part_years"),
}
# What is counted from an amount of the policy on.
_BY_AMOUNTS = frozenset({"key_customers", "projects", "project_benefit", "projects_open"})


@dataclass(frozen=True)
class Sums:
    """What the queries found: sums by manager and year, new customers by level, open projects.

    ``by_year``: the rows of ``expressions.yearly`` by (manager_id, year). ``won``: new customers by
    (manager_id, level, year). ``unfinished``: projects without a completion date by manager_id.
    """

    by_year: Mapping[tuple[str, int], Row]
    won: Mapping[tuple[str, str, int], int]
    unfinished: Mapping[str, int]

    @cached_property
    def covered(self) -> frozenset[int]:
        """Years in which the company signed a contract at all, cancelled ones counted."""
        return frozenset(year for (_, year), row in self.by_year.items() if row["signed"])

    @cached_property
    def first_covered(self) -> int:
        """The first of those years; ValueError where there is none."""
        return min(self.covered)

    @cached_property
    def of_tenures(self) -> tuple[int, ...]:
        """The covered years that count for tenures, in order: not the one that the records begin within."""
        return tuple(sorted(self.covered - {self.part_year}))

    @cached_property
    def first_signed(self) -> Mapping[str, date]:
        """Day of each manager's first contract."""
        first: dict[str, date] = {}
        for (manager_id, _), row in self.by_year.items():
            day = row["first_signed_on"]
            if day is not None:
                first[manager_id] = min(day, first.get(manager_id, day))
        return first

    @cached_property
    def part_year(self) -> int | None:
        """The first covered year, where the records begin in its middle: no contract in January."""
        first = min(self.first_signed.values(), default=None)
        return None if first is None or first.month == 1 else first.year

    @cached_property
    def company_sales(self) -> Mapping[int, Decimal]:
        """Sales of all departments, by covered year."""
        totals = dict.fromkeys(self.covered, Decimal(0))
        for (_, year), row in self.by_year.items():
            if year in totals:
                totals[year] += row["sales"] or 0
        return totals


def assemble(sums: Sums, records: Records, policy: Policy) -> pd.DataFrame:
    """The frame, sorted by manager_id and year; its columns are told at the head of this module.

    A figure whose table was not handed in, or whose rule the policy leaves open, is missing.
    """
    levels = [level.id for level in policy.levels[:-1]]
    types = dict(COLUMNS)
    for level in levels:
        types |= {f"{name}_{level}": type_ for name, type_ in AT_LEVEL.items()}
    types["currency"] = pa.string()
    missing = without_evidence(records, policy)
    years = records.years
    rows: list[dict[str, Any]] = []
    with localcontext(Context(prec=60)):  # the usual 28 digits would round a very large sum
        for manager in managers(records, sums.first_signed):
            tenures = {level: _yearly_tenure(manager, level, sums, policy) for level in levels}
            for year in years:
                if not _was_there(manager, year, sums):
                    continue
                row = _figures(manager, year, sums, policy)
                for level, tenure in tenures.items():
                    row |= _tenure_before(year, level, tenure, sums)
                row |= dict.fromkeys(missing)
                rows.append(row | _rates(row, policy) | {"currency": records.currency.code})
    columns = {name: pa.array([row[name] for row in rows], type_) for name, type_ in types.items()}
    return pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)


def _was_there(manager: Manager, year: int, sums: Sums) -> bool:
    signed = sums.by_year.get((manager.manager_id, year), {}).get("signed")
    return bool(signed) or manager.was_employed(year)


def _figures(manager: Manager, year: int, sums: Sums, policy: Policy) -> dict[str, Any]:
    """One person's year as counted; None only where the company's contracts do not cover it."""
    found = sums.by_year.get((manager.manager_id, year), {})
    row: dict[str, Any] = {
        name: found.get(name) or 0 for name in (*_OF_CONTRACTS, *_TABLES) if name != "projects_open"
    }
    if year not in sums.covered:
        row |= dict.fromkeys(_OF_CONTRACTS)
    elif not _could_be_long_term(year, sums, policy):
        row["long_term_customers"] = None
    row["projects_open"] = (found.get("projects_blank") or 0) + sums.unfinished.get(manager.manager_id, 0)
    before = year - 1
    covers_before = before in sums.covered and _was_there(manager, before, sums)
    row["previous_sales"] = (
        (sums.by_year.get((manager.manager_id, before), {}).get("sales") or 0) if covers_before else None
    )
    row["previous_is_part_year"] = covers_before and (
        before == sums.part_year or not manager.worked_in_full(before)
    )
    department, level = manager.place(year)
    served, held = manager.service(year), manager.time_at(level, year)
    return row | {
        "manager_id": manager.manager_id,
        "year": year,
        "department": department,
        "level": level,
        "company_sales": sums.company_sales.get(year),
        "service_years": None if served is None else served.years,
        "service_days": None if served is None else served.days,
        "level_years": None if held is None else held.years,
        "level_days": None if held is None else held.days,
        "days_employed": manager.days_employed(year),
        "days_on_leave": manager.days_on_leave(year),
        "days_in_year": days_in_year(year),
        "first_covered_year": year == sums.first_covered,
    }


def _could_be_long_term(year: int, sums: Sums, policy: Policy) -> bool:
    """Whether the records reach back far enough to know of any long-term customer. Policy 3.3.P4.

    Records that only begin on the last day that is early enough know of none: whoever signed in their
    first months may well have signed before.
    """
    years = policy.value("long_term_years")
    latest = year * 12 + 11 - months_of(years) if isinstance(years, Decimal) else 0
    return latest // 12 >= sums.first_covered


def _yearly_tenure(manager: Manager, level: str, sums: Sums, policy: Policy) -> list[tuple[int, int, int]]:
    """(year, days at the level, new customers won on them) for each year that counts. Policy 3.2.P1.

    Years that the records cover only in part do not count, nor with ``full_years_only`` those in
    which the level was not held from the first day to the last.
    """
    found = []
    for year in sums.of_tenures:
        days = days_at_level(manager.spells, level, year)
        is_full = days == days_in_year(year)
        if days and (is_full or policy.value("part_years") != "full_years_only"):
            found.append((year, days, sums.won.get((manager.manager_id, level, year), 0)))
    return found


def _tenure_before(
    year: int, level: str, tenure: Sequence[tuple[int, int, int]], sums: Sums
) -> dict[str, Any]:
    """The columns of AT_LEVEL for one level: the years of the tenure before ``year`` together."""
    before = [line for line in tenure if line[0] < year]
    leap = sum(days for held, days, _ in before if days_in_year(held) == 366)
    return {
        f"won_at_{level}": sum(won for _, _, won in before) if before else None,
        f"days_common_at_{level}": sum(days for _, days, _ in before) - leap,
        f"days_leap_at_{level}": leap,
        f"first_year_in_tenure_at_{level}": any(held == sums.first_covered for held, _, _ in before),
    }


def _rates(row: Row, policy: Policy) -> dict[str, Decimal | None]:
    """Growth, shares and rates for reading; None where a part is missing or there is nothing to divide by."""
    min_answers = policy.value("min_answers")
    enough = isinstance(min_answers, Decimal) and (row["answers"] or 0) >= min_answers
    sales, previous = row["sales"], row["previous_sales"]
    return {
        "sales_growth": None if None in (sales, previous) else rounded(sales - previous, previous),
        "sales_share": rounded(sales, row["company_sales"]),
        "satisfaction": rounded(row["satisfied"], row["answers"]) if enough else None,
        "complaint_rate": rounded(row["complaints"], row["customers_served"]),
        "long_term_share": rounded(row["long_term_customers"], row["customers_served"]),
        **{f"average_won_at_{level.id}": _average(row, level.id) for level in policy.levels[:-1]},
    }


def _average(row: Row, level: str) -> Decimal | None:
    won = row[f"won_at_{level}"]
    # won / (common / 365 + leap / 366), with both multiplied by 365 x 366
    days = row[f"days_common_at_{level}"] * 366 + row[f"days_leap_at_{level}"] * 365
    return rounded(None if won is None else won * 365 * 366, days)


def rounded(part: Decimal | int | None, whole: Decimal | int | None) -> Decimal | None:
    """``part / whole`` to six places, 四舍五入; None where one is missing or ``whole`` is not above zero.

    >>> rounded(Decimal(690) - 600, Decimal(600)), rounded(2, 3), rounded(-1, 8_000_000), rounded(1, 0)
    (Decimal('0.150000'), Decimal('0.666667'), Decimal('0.000000'), None)
    """
    if part is None or whole is None or whole <= 0:
        return None
    # in whole numbers: fractions would take most of the time of a large company's frame
    (above, below), (under, over) = part.as_integer_ratio(), whole.as_integer_ratio()
    numerator, denominator = above * over * 10**6, below * under
    half_up = (2 * abs(numerator) + denominator) // (2 * denominator)
    return Decimal(half_up if part >= 0 else -half_up).scaleb(-6)


def without_evidence(records: Records, policy: Policy) -> frozenset[str]:
    """Columns that are missing for everybody.

    Their table was not handed in, the policy leaves their rule open, or the rule is an amount in
    another currency than that of the records.
    """
    absent = {column for column, table in _TABLES.items() if not records.holds(table)}
    for column, keys in _RULES.items():
        if any(policy.value(key) is None for key in keys):
            absent |= {f"won_at_{level.id}" for level in policy.levels} if column == "won_at" else {column}
    if records.currency.code != policy.currency:
        absent |= _BY_AMOUNTS
    return frozenset(absent)
