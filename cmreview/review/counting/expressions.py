"""The Ibis expressions over the definitions of clause 5.1, by the names under which they are asked.

They are written for the tables of ``tables()``, are bound to no backend, and depend on nothing but
the readings of the policy (``indicators.COUNTED_BY``), the years and what else ``EXPRESSIONS`` names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import ibis
from ibis import _

from cmreview.review.counting import definitions as define
from cmreview.review.counting.tables import tables

Tables = Mapping[str, ibis.Table]
Readings = tuple[tuple[str, Any], ...]

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


def rows(tables: Tables, readings: Readings, years: Sequence[int]) -> dict[str, ibis.Table]:
    """The rows that each indicator is counted from. Policy 5.1, 5.2.

    ``tables`` are those of ``tables()``, or tables of any backend with their names and columns;
    ``readings`` are those of ``indicators.readings``; ``years`` the calendar years that the records cover.
    """
    value = dict(readings)
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


def yearly(contracts: ibis.Table, found: Mapping[str, ibis.Table]) -> ibis.Table:
    """All sums by manager and calendar year, in one expression: manager_id, year and ``SUMS``.

    ``found`` are the ``rows`` of each indicator. Null is "no such row"; whether that means none or no
    evidence, the frame says. Policy 5.1, 5.2.
    """
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


@lru_cache(maxsize=64)
def _found(readings: Readings, years: tuple[int, ...]) -> dict[str, ibis.Table]:
    # building expressions takes longer than asking them of a small company
    return rows(tables(), readings, years)


def _by_year_and_manager(readings: Readings, years: tuple[int, ...]) -> ibis.Table:
    return yearly(tables()["contracts"], _found(readings, years))


def _won_at_level(readings: Readings, years: tuple[int, ...]) -> ibis.Table:
    return define.new_customers_at_level(_found(readings, years)["new_customers"], tables()["spells"])


def _unfinished(readings: Readings) -> ibis.Table:
    least = dict(readings)["project_min_benefit"]
    return define.unfinished_projects(tables()["projects"], min_benefit=least)


def _open_key_customers(readings: Readings, years: tuple[int, ...], year: int) -> ibis.Table:
    found = _found(readings, years)
    won = found["new_customers"].filter(_.year == year)
    key = found["key_customers"].filter(_.year == year)
    marked = tables()["customers"].filter(_.key_customer.notnull())
    left = won.anti_join(key, "customer_id").anti_join(marked, "customer_id")
    return left.group_by("manager_id").agg(open=_.count())


def _department_sales(readings: Readings) -> ibis.Table:
    counted = define.counted(tables()["contracts"], cancellation=dict(readings)["cancellation"])
    sales = define.department_sales(define.sales(counted), tables()["spells"], tables()["managers"])
    return sales.order_by("year", "department")


def _source_rows(
    readings: Readings,
    years: tuple[int, ...],
    indicator: str,
    year: int,
    has_rule: bool,
    people: tuple[str, ...] | None = None,
) -> ibis.Table:
    table = _found(readings, years)[indicator]
    here = table.filter(table.year == year)
    if people is not None:
        here = here.filter(here.manager_id.isin(people))
    if not has_rule:
        here = here.limit(0)
    return here.drop("year").order_by("manager_id", "dated_on", "source_id")


# What can be asked, by the name of the question; its arguments are those of ``Question.given``.
EXPRESSIONS: Mapping[str, Callable[..., ibis.Table]] = {
    "by_year": _by_year_and_manager,
    "won_at_level": _won_at_level,
    "unfinished_projects": _unfinished,
    "open_key_customers": _open_key_customers,
    "department_sales": _department_sales,
    "source_rows": _source_rows,
}
