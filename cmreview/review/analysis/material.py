"""What every part of the analysis counts from: contracts with their place, customers served, plain rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cmreview.policy.model import Policy
from cmreview.review.analysis.settings import Settings, rule_open, settings
from cmreview.review.counting import definitions as define
from cmreview.review.counting.tenure import histories, spell_on
from cmreview.review.model import Spell
from cmreview.review.told import Told

if TYPE_CHECKING:
    import pandas as pd

    from cmreview.records.model import Records

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sale:
    """One manager's part of one contract that counts (Policy 5.1.a), with the place held on its day."""

    contract_id: str
    manager_id: str
    customer_id: str | None
    on: date
    department: str | None
    level: str | None
    amount: Decimal


@dataclass(frozen=True)
class Material:
    """Everything that is counted from; nothing of it is stored.

    ``years`` run from the first that the contracts cover to the year of the policy; ``first_signed`` and
    ``last_signed`` also know of later ones. ``sales`` is None where
    the policy leaves open what counts, and ``served`` (customers by year) where it leaves open who is
    served. ``since`` is the day of each customer's first contract that counts. ``won`` are new customers by
    (department, year). ``frame`` are the rows of ``indicators.manager_years``.
    """

    policy: Policy
    settings: Settings
    tables: Mapping[str, tuple[Row, ...]]
    spells: Mapping[str, tuple[Spell, ...]]
    years: tuple[int, ...]
    first_signed: Mapping[int, date]
    last_signed: Mapping[int, date]
    sales: tuple[Sale, ...] | None
    served: Mapping[int, frozenset[str]] | None
    since: Mapping[str, date]
    won: Mapping[tuple[str | None, int], int] | None
    frame: tuple[Row, ...]

    @property
    def year(self) -> int:
        """The year that is analysed."""
        return self.policy.year

    def is_covered(self, year: int) -> bool:
        """Whether the company has a contract of the year at all; otherwise its sums are unknown, not zero."""
        return year in self.first_signed

    def is_part(self, year: int) -> bool:
        """Whether the records begin or end within the year: no contract in January, or none in December."""
        if not self.is_covered(year):
            return False
        begins = year == min(self.first_signed) and self.first_signed[year].month > 1
        ends = year == max(self.first_signed) and self.last_signed[year].month < 12
        return begins or ends

    def is_known(self, year: int, month: int) -> bool:
        """Whether the records reach over a month: not before they begin, nor after they end."""
        if not self.is_covered(year):
            return False
        begins = self.first_signed[year].month if year == min(self.first_signed) else 1
        ends = self.last_signed[year].month if year == max(self.first_signed) else 12
        return begins <= month <= ends

    def is_comparable(self, year: int) -> bool:
        """Whether the year may be compared with another: covered, and whole unless the policy says as is."""
        return self.is_covered(year) and (self.settings.part_years_count or not self.is_part(year))

    def place(self, manager_id: str, day: date) -> tuple[str | None, str | None]:
        """Department and level held on a day; where the history is silent, the roster's department."""
        spell = spell_on(self.spells.get(manager_id, ()), day)
        return (self.roster.get(manager_id), None) if spell is None else (spell.department, spell.level)

    @cached_property
    def roster(self) -> Mapping[str, str]:
        """Everybody's department on the roster."""
        return {row["manager_id"]: row["department"] for row in self.tables["managers"]}

    @cached_property
    def customers(self) -> Mapping[str, Row]:
        """The customers by id."""
        return {row["customer_id"]: row for row in self.tables["customers"]}

    @cached_property
    def sales_by_year(self) -> Mapping[int, tuple[Sale, ...]]:
        """The sales of each year; empty where what counts is left open."""
        found: dict[int, list[Sale]] = {}
        for sale in self.sales or ():
            found.setdefault(sale.on.year, []).append(sale)
        return {year: tuple(sales) for year, sales in found.items()}

    @cached_property
    def departments(self) -> tuple[str, ...]:
        """Every department of the year: those with sales in it, and those that somebody held a place in."""
        names = {sale.department for sale in self.sales_by_year.get(self.year, ())}
        names |= {row["department"] for row in self.frame if row["year"] == self.year}
        return tuple(sorted(name for name in names if name is not None))

    @property
    def sales_rule(self) -> Told | None:
        """Why there are no sales: what of their definition the policy leaves open."""
        return rule_open(self.policy, "cancellation")


def material(records: Records, policy: Policy, frame: pd.DataFrame | None = None) -> Material:
    """The material of a year's analysis. ``frame`` is that of ``manager_years`` where it is at hand."""
    import pyarrow as pa

    from cmreview.review.counting.indicators import manager_years

    tables = {name: tuple(records.arrow(name).to_pylist()) for name in records.tables}
    found = manager_years(records, policy) if frame is None else frame
    rows = pa.Table.from_pandas(found, preserve_index=False).to_pylist()
    first: dict[int, date] = {}
    last: dict[int, date] = {}
    for row in tables["contracts"]:
        day = row["signed_on"]
        if day is not None:
            first[day.year] = min(day, first.get(day.year, day))
            last[day.year] = max(day, last.get(day.year, day))
    years = tuple(range(min((*first, policy.year)), policy.year + 1))
    queried = _queried(records, policy, years)
    made = Material(
        policy=policy,
        settings=settings(policy),
        tables=tables,
        spells={manager: tuple(lines) for manager, lines in histories(records).items()},
        years=years,
        first_signed=first,
        last_signed=last,
        sales=None,
        served=queried.served,
        since=queried.since,
        won=None,
        frame=tuple(row for row in rows if row["year"] <= policy.year),
    )
    return _placed(made, queried)


@dataclass(frozen=True)
class _Queried:
    sales: list[dict[str, Any]] | None
    served: dict[int, frozenset[str]] | None
    since: dict[str, date]
    won: list[dict[str, Any]] | None


def _queried(records: Records, policy: Policy, years: tuple[int, ...]) -> _Queried:
    """The rows behind sales, customers served and new customers, by the definitions of clause 5.1."""
    from cmreview.review.counting.backend import opened
    from cmreview.review.counting.tables import tables

    if rule_open(policy, "cancellation") is not None:
        return _Queried(None, None, {}, None)
    cancellation = str(policy.value("cancellation"))
    counted = define.counted(tables()["contracts"], cancellation=cancellation)
    known_since = define.known_since(counted)
    reading, credit = policy.value("customers_served"), policy.value("shared_customer_credit")
    with opened(records) as fetch:
        sales = fetch(define.sales(counted).order_by("dated_on", "source_id", "manager_id")).to_pylist()
        since = {row["customer_id"]: row["since"] for row in fetch(known_since).to_pylist()}
        served: dict[int, set[str]] | None = None
        if reading is not None:
            # only contracts that count, so that everybody served has a first contract as well
            ids = define.customers_served(
                counted.drop("year"), years, cancellation=cancellation, reading=str(reading)
            )
            served = {year: set() for year in years}
            for row in fetch(ids.select("year", "customer_id").distinct()).to_pylist():
                served[row["year"]].add(row["customer_id"])
        won = None
        if credit is not None:
            first = define.first_contracts(counted)
            won = fetch(define.new_customers(first, shared_customer_credit=str(credit))).to_pylist()
    last = date(years[-1], 12, 31)
    return _Queried(
        sales=[row for row in sales if row["dated_on"] <= last],
        served=None if served is None else {year: frozenset(ids) for year, ids in served.items()},
        since={customer: day for customer, day in since.items() if day <= last},
        won=None if won is None else [row for row in won if row["dated_on"] <= last],
    )


def _placed(made: Material, queried: _Queried) -> Material:
    from dataclasses import replace

    sales = None
    if queried.sales is not None:
        sales = tuple(
            Sale(
                row["source_id"],
                row["manager_id"],
                row["customer_id"],
                row["dated_on"],
                *made.place(row["manager_id"], row["dated_on"]),
                row["amount"],
            )
            for row in queried.sales
        )
    won: dict[tuple[str | None, int], int] | None = None
    if queried.won is not None:
        won = {}
        for row in queried.won:
            key = (made.place(row["manager_id"], row["dated_on"])[0], row["year"])
            won[key] = won.get(key, 0) + 1
    return replace(made, sales=sales, won=won)


def total(sales: Iterable[Sale]) -> Fraction:
    """What sales add up to, exactly."""
    with localcontext(Context(prec=60)):  # the usual 28 digits would round a very large sum
        return Fraction(sum((sale.amount for sale in sales), Decimal(0)))
