"""Local Spark gives the same frame as DuckDB, cell by cell; run by ``make spark``, in its own environment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from importlib.util import find_spec

import pytest

from cmreview.policy.load import default_folder, load_policy
from cmreview.records.opening import open_records
from cmreview.review.counting.indicators import department_sales, manager_years
from cmreview.review.counting.tables import LARGE
from tests.builders import make_policy, make_records
from tests.review.test_real_records import EXPECTATIONS
from tests.review.warehouse import loading
from tests.review.warehouse.example import (
    example,  # noqa: F401  (a fixture)
    same,
)

# PySpark leaves a socket unclosed with every result; it is no fault of what is tested
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

if find_spec("pyspark") is None and os.environ.get("CMREVIEW_SPARK") != "1":
    pytest.skip("PySpark has an environment of its own: make spark runs these", allow_module_level=True)


@pytest.fixture(scope="module")
def session() -> Iterator:
    from pyspark.sql import SparkSession

    made = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        # small tables: planning and compiling would take longer than counting
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.codegen.wholeStage", "false")
        .getOrCreate()
    )
    made.sparkContext.setLogLevel("ERROR")
    yield made
    made.stop()


@pytest.fixture
def keep(session):
    """Keeps records as tables of the session, and opens them as a warehouse."""
    from cmreview.review.warehouse import spark

    def keep(records):
        for name in LARGE:
            table = records.arrow(name)
            types = ", ".join(f"{field.name} {_type(str(field.type))}" for field in table.schema)
            rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
            session.createDataFrame(rows, types).createOrReplaceTempView(loading.kept(name))
        return loading.asked(spark.over(session, lambda: None), records)

    return keep


def _type(name: str) -> str:
    if name.startswith("decimal"):
        return name.replace("decimal128", "decimal")
    return {"date32[day]": "date", "bool": "boolean", "int64": "bigint"}.get(name, "string")


def test_the_example_company_is_the_same_on_spark(example, keep):  # noqa: F811
    policy = load_policy(default_folder(), 2025)
    fetch = keep(example)
    assert same(manager_years(example, policy, fetch), manager_years(example, policy))
    assert same(department_sales(example, policy, fetch), department_sales(example, policy))


def test_adventureworks_is_the_same_on_spark(keep, root, shared_data):
    mapping = root / "params" / "sources" / "adventureworks.yaml"
    records = open_records(shared_data / "adventureworks", mapping, expectations=EXPECTATIONS)
    policy = make_policy(2013)
    assert same(manager_years(records, policy, keep(records)), manager_years(records, policy))


def test_the_largest_amounts_are_added_to_the_last_place_on_spark(keep):
    amount, share = Decimal("99999999999999.9999"), Decimal("0.999999")
    row = {
        "customer_id": "K1",
        "manager_id": "A",
        "signed_on": "2025-03-01",
        "amount": amount,
        "share": share,
    }
    records = make_records(contracts=[row | {"contract_id": str(number)} for number in range(9)])
    assert manager_years(records, make_policy(), keep(records))["sales"].to_list() == [9 * amount * share]
