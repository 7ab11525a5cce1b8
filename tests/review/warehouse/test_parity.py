"""Every warehouse gives the same frame as DuckDB over the records in memory, cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmreview.policy.load import default_folder, load_policy
from cmreview.records.model import Records
from cmreview.records.opening import open_records
from cmreview.records.schema import TABLES
from cmreview.review.counting.backend import Fetch
from cmreview.review.counting.indicators import department_sales, manager_years, source_rows
from cmreview.review.warehouse.engine import Engine
from tests.builders import make_policy, make_records
from tests.process.databases import postgres  # noqa: F401  (a fixture)
from tests.review.test_plain_python import companies
from tests.review.test_real_records import EXPECTATIONS
from tests.review.warehouse import loading
from tests.review.warehouse.example import example, same  # noqa: F401  (a fixture)

Keep = Callable[[Records], AbstractContextManager[Engine]]

KINDS = ("duckdb", "sqlite", "postgresql")
# Between them every reading of the policy that a definition knows.
READINGS = {
    "usual": {},
    "other": {
        "cancellation": "within_year",
        "shared_customer_credit": "each",
        "unjustified_complaints": "include",
        "customers_served": "signed",
        "long_term_years": Decimal("1.5"),
        "key_contract_amount": Decimal(1000),
        "satisfied_from": Decimal("3.5"),
    },
}


@pytest.fixture(scope="module")
def every(postgres, tmp_path_factory) -> tuple[Keep, ...]:  # noqa: F811
    """What keeps records in a warehouse, for each kind."""
    folder = tmp_path_factory.mktemp("warehouses")
    url = postgres.url.set(drivername="postgresql").render_as_string(False)
    return (
        lambda records: loading.in_duckdb(records, folder),
        lambda records: loading.in_sqlite(records, folder),
        lambda records: loading.in_postgresql(records, url),
    )


@pytest.fixture(params=KINDS)
def keep(request, every) -> Keep:
    """Keeps records in a warehouse of each kind in turn."""
    return every[KINDS.index(request.param)]


def all_equal(keep: Keep, records: Records, policy) -> None:
    """The frame is the same in the warehouse."""
    with keep(records) as engine:
        frame = manager_years(records, policy, loading.asked(engine, records))
    assert same(frame, manager_years(records, policy))


def test_the_example_company_is_the_same_in_every_warehouse(example, keep):  # noqa: F811
    all_equal(keep, example, load_policy(default_folder(), 2025))


def test_the_rows_behind_a_figure_and_the_sales_of_departments_are_the_same_in_every_warehouse(example, keep):  # noqa: F811
    policy = load_policy(default_folder(), 2025)
    with keep(example) as engine:
        fetch: Fetch = loading.asked(engine, example)
        departments = department_sales(example, policy, fetch)
        behind = source_rows(example, policy, 2025, fetch=fetch)
    assert same(departments, department_sales(example, policy))
    for name, rows in source_rows(example, policy, 2025).items():
        assert same(behind[name], rows), name


@pytest.mark.parametrize("readings", READINGS)
@settings(max_examples=2)
@given(st.lists(companies(), min_size=12, max_size=12))
def test_any_companies_are_the_same_in_every_warehouse(every, readings, found):
    records, policy = make_records(**together(found)), make_policy(**READINGS[readings])
    for keep in every:
        all_equal(keep, records, policy)


def together(found: list[dict]) -> dict[str, list]:
    """Many companies as one: the ids of each get its number in front, so that none knows another's rows."""
    tables: dict[str, list] = {}
    for number, company in enumerate(found):
        for table, rows in company.items():
            own = {"manager_id", "customer_id", TABLES[table].key[0]}
            for row in rows:
                renamed = {name: f"{number}/{row[name]}" for name in own if row.get(name) is not None}
                tables.setdefault(table, []).append(row | renamed)
    return tables


def test_adventureworks_is_the_same_in_every_warehouse(keep, root, shared_data):
    mapping = root / "params" / "sources" / "adventureworks.yaml"
    records = open_records(shared_data / "adventureworks", mapping, expectations=EXPECTATIONS)
    all_equal(keep, records, make_policy(2013))


def test_the_largest_amounts_are_added_to_the_last_place_in_every_warehouse(keep):
    amount, share = Decimal("99999999999999.9999"), Decimal("0.999999")
    row = {
        "customer_id": "K1",
        "manager_id": "A",
        "signed_on": "2025-03-01",
        "amount": amount,
        "share": share,
    }
    records = make_records(contracts=[row | {"contract_id": str(number)} for number in range(9)])
    with keep(records) as engine:
        frame = manager_years(records, make_policy(), loading.asked(engine, records))
    assert frame["sales"].to_list() == [9 * amount * share]
