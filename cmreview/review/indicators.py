"""The indicators of every manager and year, and the rows of the records behind each figure.

``yearly`` is one Ibis expression over the definitions; ``manager_years`` executes it on DuckDB and puts
people, levels and missing evidence to it; ``sources`` lists what a figure was counted from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import ibis
from ibis import _

from cmreview.review import definitions as define
from cmreview.review.backend import Fetch, opened, tables
from cmreview.review.frame import Sums, assemble, without_evidence

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from cmreview.policy.model import Policy
    from cmreview.records.model import Records

Tables = Mapping[str, ibis.Table]

# Columns of ``yearly`` beside manager_id and year.
SUMS = {
    "signed": "int64",  # contracts signed, cancelled ones too: shows that somebody was there
    "first_signed_on": "date",
    "sales": define.CREDITED,
    "contracts": "int64",
    "new_customers": "int64",
    "customers_served": "int64",
    "asked": "int64",
    "answers": "int64",
    "satisfied": "int64",
    "complaints": "int64",
    "key_customers": "int64",
    "long_term_customers": "int64",
    "projects": "int64",
    "project_benefit": define.CREDITED,
    "projects_blank": "int64",  # completed in the year, benefit blank
}

# The column of the frame in which an indicator's rows are counted, where it goes by another name.
_COUNTED_IN = {
    "satisfaction": "satisfied",
    "complaint_rate": "complaints",
    "long_term_share": "long_term_customers",
    "major_projects": "projects",
}
# What stands in for a blank of the policy, so that there is a query; the frame leaves the figures out.
_STAND_IN: dict[str, Any] = {
    "cancellation": "ever",
    "shared_customer_credit": "lead",
    "customers_served": "signed",
    "unjustified_complaints": "include",
}


def reading(policy: Policy, key: str) -> Any:
    """A parameter of the policy, or for a blank what stands in for it."""
    value = policy.value(key)
    return _STAND_IN.get(key, Decimal(0)) if value is None else value


# The parameters that say how rows are counted, in the order of ``readings``.
_COUNTED_BY = (
    "cancellation",
    "shared_customer_credit",
    "customers_served",
    "satisfied_from",
    "unjustified_complaints",
    "key_contract_amount",
    "long_term_years",
    "project_min_benefit",
)


def rows(tables: Tables, policy: Policy, years: Sequence[int]) -> dict[str, ibis.Table]:
    """The rows that each indicator is counted from, by the policy's readings. Policy 5.1, 5.2.

    ``tables`` are those of ``backend.tables``, or tables of any backend with their names and columns;
    ``years`` are the calendar years that the records cover.
    """
    return _rows(tables, dict(zip(_COUNTED_BY, _readings(policy), strict=True)), years)


def _readings(policy: Policy) -> tuple[Any, ...]:
    return tuple(reading(policy, key) for key in _COUNTED_BY)


class _Unbound(NamedTuple):
    """Expressions over the tables of ``backend.tables``, which are the same for all records."""

    rows: dict[str, ibis.Table]
    by_year: ibis.Table
    by_level: ibis.Table
    unfinished: ibis.Table


@lru_cache(maxsize=64)
def _unbound(readings: tuple[Any, ...], years: tuple[int, ...]) -> _Unbound:
    # building expressions takes longer than asking them of a small company, and all that they depend on are
    # the readings and the years
    value = dict(zip(_COUNTED_BY, readings, strict=True))
    found = _rows(tables(), value, years)
    return _Unbound(
        rows=found,
        by_year=_added_up(tables()["contracts"], found),
        by_level=define.new_customers_at_level(found["new_customers"], tables()["spells"]),
        unfinished=define.unfinished_projects(tables()["projects"], min_benefit=value["project_min_benefit"]),
    )


def _rows(tables: Tables, value: Mapping[str, Any], years: Sequence[int]) -> dict[str, ibis.Table]:
    cancellation = value["cancellation"]
    counted = define.counted(tables["contracts"], cancellation=cancellation)
    won = define.new_customers(
        define.first_contracts(counted), shared_customer_credit=value["shared_customer_credit"]
    )
    served = define.customers_served(
        tables["contracts"], years, cancellation=cancellation, reading=value["customers_served"]
    )
    return {
        "sales": define.sales(counted),
        "new_customers": won,
        "customers_served": served,
        "satisfaction": define.satisfaction(tables["surveys"], satisfied_from=value["satisfied_from"]),
        "complaint_rate": define.complaints(
            tables["complaints"], unjustified=value["unjustified_complaints"]
        ),
        "key_customers": define.key_customers(
            won, counted, tables["customers"], amount=value["key_contract_amount"]
        ),
        "long_term_share": define.long_term_customers(
            served, define.known_since(counted), years=value["long_term_years"]
        ),
        "major_projects": define.major_projects(tables["projects"], min_benefit=value["project_min_benefit"]),
    }


def yearly(tables: Tables, policy: Policy, years: Sequence[int]) -> ibis.Table:
    """All sums by manager and calendar year, in one expression: manager_id, year and ``SUMS``.

    Null is "no such row"; whether that means none or no evidence, the frame says. Policy 5.1, 5.2.
    """
    return _added_up(tables["contracts"], rows(tables, policy, years))


def _added_up(contracts: ibis.Table, found: Mapping[str, ibis.Table]) -> ibis.Table:
    contracts = contracts.mutate(year=contracts.signed_on.year().cast("int64"))
    sums: dict[str, dict[str, ibis.Value]] = {
        "sales": {"sales": _.amount.sum(), "contracts": _.count()},
        "new_customers": {"new_customers": _.count()},
        "customers_served": {"customers_served": _.count()},
        "satisfaction": {"asked": _.count(), "answers": _.counts.sum(), "satisfied": _.satisfied.sum()},
        "complaint_rate": {"complaints": _.count()},
        "key_customers": {"key_customers": _.count()},
        "long_term_share": {"long_term_customers": _.count()},
        "major_projects": {
            "projects": _.counts.sum(),
            "project_benefit": _.amount.sum(where=_.counts),
            "projects_blank": _.amount.isnull().sum(),
        },
    }
    parts = [_by_year(contracts, signed=_.count(), first_signed_on=_.signed_on.min())]
    parts += [_by_year(found[name], **columns) for name, columns in sums.items()]
    # each part fills columns of its own, so the greatest value is the only one: one pass, no outer joins
    together = ibis.union(*parts)
    return together.group_by("manager_id", "year").agg(**{name: together[name].max() for name in SUMS})


def _by_year(table: ibis.Table, **sums: ibis.Value) -> ibis.Table:
    """Sums by manager and year, with every other column of SUMS null."""
    summed = table.group_by("manager_id", "year").agg(**sums)
    columns = {
        name: (summed[name].cast(type_) if name in sums else ibis.null(type_)) for name, type_ in SUMS.items()
    }
    return summed.select("manager_id", "year", **columns)


def manager_years(records: Records, policy: Policy, fetch: Fetch | None = None) -> pd.DataFrame:
    """One row per manager and calendar year that the records cover; its columns are told in ``frame``.

    A manager has a row for each year of employment and for every other year with a contract. Sorted
    by manager_id and year; no order of rows or files matters. ``fetch`` is given where the records are
    opened already (``backend.opened``). Policy 5.1, 5.2.
    """
    years = records.years
    if not years:
        return assemble(Sums({}, {}, {}), records, policy)
    asked = _unbound(_readings(policy), years)
    with opened(records) if fetch is None else nullcontext(fetch) as ask:
        sums = Sums(
            by_year={(row["manager_id"], row["year"]): row for row in ask(asked.by_year).to_pylist()},
            won={
                (row["manager_id"], row["level"], row["year"]): row["won"]
                for row in ask(asked.by_level).to_pylist()
            },
            unfinished={row["manager_id"]: row["unfinished"] for row in ask(asked.unfinished).to_pylist()},
        )
    return assemble(sums, records, policy)


def covered(fetch: Fetch, held: Iterable[str]) -> tuple[tuple[int, ...], dict[str, int]]:
    """The calendar years from the first contract to the last, and how many rows each table holds."""
    rows = {name: fetch(tables()[name].agg(rows=_.count())).to_pylist()[0]["rows"] for name in held}
    contracts = tables()["contracts"]
    ends = contracts.agg(first=contracts.signed_on.min(), last=contracts.signed_on.max())
    (found,) = fetch(ends).to_pylist()
    if found["first"] is None:
        return (), rows
    return tuple(range(found["first"].year, found["last"].year + 1)), rows


def open_key_customers(fetch: Fetch, policy: Policy, years: Sequence[int]) -> dict[str, int]:
    """New customers of the policy's year whose mark as key customer is blank and who are not large enough.

    By manager; each would be one more if the mark said so. Policy 5.1.e.
    """
    found = _unbound(_readings(policy), tuple(years)).rows
    won = found["new_customers"].filter(_.year == policy.year)
    key = found["key_customers"].filter(_.year == policy.year)
    marked = tables()["customers"].filter(_.key_customer.notnull())
    left = won.anti_join(key, "customer_id").anti_join(marked, "customer_id")
    counted = left.group_by("manager_id").agg(open=_.count())
    return {row["manager_id"]: row["open"] for row in fetch(counted).to_pylist()}


def department_sales(records: Records, policy: Policy, fetch: Fetch | None = None) -> pd.DataFrame:
    """Sales by year and department, that of the manager on the day of signing. Policy 5.1.a, 5.3.

    Columns year, department (missing for people on neither history nor roster), sales; sorted. They
    add up to the company's sales of the year. ``fetch`` as in ``manager_years``.
    """
    counted = define.counted(tables()["contracts"], cancellation=reading(policy, "cancellation"))
    sales = define.department_sales(define.sales(counted), tables()["spells"], tables()["managers"])
    with opened(records) if fetch is None else nullcontext(fetch) as ask:
        return _frame(ask(sales.order_by("year", "department")))


def source_rows(
    records: Records,
    policy: Policy,
    year: int,
    managers: Iterable[str] | None = None,
    fetch: Fetch | None = None,
) -> dict[str, pd.DataFrame]:
    """The rows of the records behind the figures of one year, by indicator. Policy 1.3.a.

    Columns: manager_id, source_id (contract, complaint or project; the customer where customers or
    answers are counted), dated_on, customer_id, amount (credited sales, volume of a key customer,
    benefit of a project), ``counts``: false for a customer who did not answer and a project below the
    least benefit, which are listed and not counted; satisfaction also ``satisfied``. Sorted by
    manager_id, dated_on, source_id; empty where a figure has no evidence or no rule for anybody.
    ``managers`` limits the people, None is everybody; ``fetch`` as in ``manager_years``.
    """
    found = _rows_with_rule(records, policy, year)
    with opened(records) if fetch is None else nullcontext(fetch) as ask:
        return {name: _frame(ask(_of(table, year, managers))) for name, table in found.items()}


def sources(records: Records, policy: Policy, manager_id: str, indicator: str, year: int) -> list[str]:
    """Ids of the rows that one figure was counted from, by date: contracts, customers, complaints, …

    ``indicator`` is a name of ``terms.INDICATORS`` that the large tables serve, or customers_served;
    KeyError for another. A growth is counted from the contracts of both years. Policy 1.3.a.
    """
    name = {"sales_growth": "sales", "sales_share": "sales", "new_customer_growth": "new_customers"}
    years = (year - 1, year) if indicator == "sales_growth" else (year,)
    found = _rows_with_rule(records, policy, year)[name.get(indicator, indicator)]
    with opened(records) as fetch:
        listed = [fetch(_of(found, each, [manager_id])).to_pylist() for each in years]
    return [row["source_id"] for rows in listed for row in rows if row["counts"]]


def _rows_with_rule(records: Records, policy: Policy, year: int) -> dict[str, ibis.Table]:
    # a blank of the policy had a stand-in: what that counts is nobody's evidence
    missing = without_evidence(records, policy)
    return {
        name: table.limit(0) if _COUNTED_IN.get(name, name) in missing else table
        for name, table in _unbound(_readings(policy), records.years or (year,)).rows.items()
    }


def _of(found: ibis.Table, year: int, managers: Iterable[str] | None) -> ibis.Table:
    return _chosen(found.op(), year, None if managers is None else tuple(sorted(set(managers))))


@lru_cache(maxsize=256)
def _chosen(found: Any, year: int, managers: tuple[str, ...] | None) -> ibis.Table:
    table = found.to_expr()
    here = table.filter(table.year == year)
    if managers is not None:
        here = here.filter(here.manager_id.isin(managers))
    return here.drop("year").order_by("manager_id", "dated_on", "source_id")


def _frame(table: pa.Table) -> pd.DataFrame:
    import pandas as pd

    return table.to_pandas(types_mapper=pd.ArrowDtype)
