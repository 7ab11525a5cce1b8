"""What indicators cost: a million contracts, against SQL for DuckDB and pandas, both written by hand.

Run: ``python benchmarks/indicators.py [contracts]``. All three start from the same Records in memory and
end in figures by manager and year; they run in one process, in turn, several rounds, and their figures
are compared. Printed are medians and ratios. The two peers compute what comes from contracts only; the
package's frame holds tenures, levels, evidence and exact rates besides. pandas adds up floats, the others
exact decimals. Goals: 2 times the SQL, half of pandas.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from cmreview.policy.load import default_folder, load_policy
from cmreview.policy.model import Policy
from cmreview.records.model import Records
from cmreview.records.schema import TABLES
from cmreview.review.indicators import manager_years, source_rows

ROUNDS = 5
YEARS = range(2021, 2026)
SMALL = 9_000  # a company of 120 managers, like the example
COMPARED = [
    "sales",
    "contracts",
    "new_customers",
    "customers_served",
    "key_customers",
    "long_term_customers",
]

SQL = """
WITH counted AS (
  SELECT *, year(signed_on) AS year, (amount * coalesce(share, 1::DECIMAL(9, 6)))::DECIMAL(38, 10) AS credited
  FROM contracts WHERE cancelled_on IS NULL),
since AS (SELECT customer_id, min(signed_on) AS since FROM counted GROUP BY 1),
won AS (
  SELECT manager_id, customer_id, year FROM counted
  QUALIFY row_number() OVER (PARTITION BY customer_id
    ORDER BY signed_on, contract_id, coalesce(share, 1::DECIMAL(9, 6)) DESC, manager_id) = 1),
volume AS (SELECT customer_id, year, sum(credited) AS volume FROM counted GROUP BY 1, 2),
spans AS (
  SELECT manager_id, customer_id, year(signed_on) AS from_year,
    least(greatest(year(signed_on), year(coalesce(end_on, signed_on))),
          coalesce(year(cancelled_on), 9999)) AS to_year
  FROM contracts),
served AS (
  SELECT DISTINCT manager_id, customer_id, unnest(range(from_year, least(to_year, {last}) + 1)) AS year
  FROM spans),
sales AS (SELECT manager_id, year, sum(credited) AS sales, count(*) AS contracts FROM counted GROUP BY 1, 2),
news AS (
  SELECT manager_id, year, count(*) AS new_customers,
    count(*) FILTER (volume >= {key} OR key_customer) AS key_customers
  FROM won JOIN volume USING (customer_id, year) LEFT JOIN customers USING (customer_id) GROUP BY 1, 2),
clients AS (
  SELECT manager_id, year, count(*) AS customers_served,
    count(*) FILTER (since <= make_date(year - {years} + 1, 1, 1)) AS long_term_customers
  FROM served LEFT JOIN since USING (customer_id) GROUP BY 1, 2)
SELECT manager_id, year::BIGINT AS year, sales, contracts, coalesce(new_customers, 0) AS new_customers,
  customers_served, coalesce(key_customers, 0) AS key_customers, long_term_customers
FROM sales FULL JOIN news USING (manager_id, year) FULL JOIN clients USING (manager_id, year)
ORDER BY 1, 2
"""


def company(contracts: int) -> Records:
    """Contracts of five years by random numbers from a fixed seed; one in ten is shared, 3 % cancelled."""
    random = np.random.default_rng(20260101)
    managers, customers = max(120, contracts // 1_000), max(2_500, contracts // 4)
    held = pa.array([f"M{number:05}" for number in range(managers)])
    known = pa.array([f"K{number:07}" for number in range(customers)])
    days = (date(YEARS[-1] + 1, 1, 1) - date(YEARS[0], 1, 1)).days
    signed = np.datetime64(f"{YEARS[0]}-01-01") + random.integers(0, days, contracts).astype("m8[D]")
    share = pa.table({"share": decimals(np.full(contracts, 500_000), "share")})["share"]
    tables = {name: table.arrow_schema.empty_table() for name, table in TABLES.items()}
    tables["managers"] = pa.table(
        {
            "manager_id": held,
            "name": held,
            "department": pa.array([f"销售{number % 6}部" for number in range(managers)]),
            "hired_on": pa.array([date(2019, 1, 1)] * managers),
        }
    )
    tables["level_history"] = pa.table(
        {
            "manager_id": held,
            "department": tables["managers"]["department"],
            "level": pa.array(["junior"] * managers),
            "start": pa.array([date(2020, 1, 1)] * managers),
        }
    )
    tables["customers"] = pa.table(
        {"customer_id": known, "name": known, "key_customer": pa.array(random.random(customers) < 0.02)}
    )
    tables["contracts"] = pa.table(
        {
            "contract_id": pa.array([f"HT{number:08}" for number in range(contracts)]),
            "customer_id": known.take(pa.array(random.integers(0, customers, contracts))),
            "manager_id": held.take(pa.array(random.integers(0, managers, contracts))),
            "share": pc.if_else(pa.array(random.random(contracts) < 0.1), share, None),
            "amount": decimals(random.integers(1_000, 500_000, contracts) * 10_000 + 2_500, "amount"),
            "signed_on": pa.array(signed),
            "end_on": pa.array(
                signed + random.integers(30, 900, contracts).astype("m8[D]"),
                mask=random.random(contracts) < 0.1,
            ),
            "cancelled_on": pa.array(
                signed + random.integers(1, 400, contracts).astype("m8[D]"),
                mask=random.random(contracts) >= 0.03,
            ),
        }
    )
    return Records({name: as_handed_in(name, table) for name, table in tables.items()}, (), (), ())


def decimals(units: np.ndarray, column: str) -> pa.Array:
    """Decimals of a column of contracts from whole numbers of its last place."""
    wide = np.zeros((len(units), 2), dtype="<i8")
    wide[:, 0] = units
    type_ = TABLES["contracts"].column(column).arrow_type
    return pa.Array.from_buffers(type_, len(units), [None, pa.py_buffer(wide)])


def as_handed_in(name: str, table: pa.Table) -> pd.DataFrame:
    """A table with all columns of the schema, as Records holds it."""
    schema = TABLES[name].arrow_schema
    columns = [
        table[field.name] if field.name in table.column_names else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    whole = pa.table(columns, schema=schema)
    return whole.sort_by([(key, "ascending") for key in TABLES[name].key]).to_pandas(
        types_mapper=pd.ArrowDtype
    )


def by_sql(records: Records, policy: Policy) -> pd.DataFrame:
    """The same figures by a statement that somebody wrote for DuckDB."""
    with duckdb.connect() as connection:
        connection.register("contracts", records.arrow("contracts"))
        connection.register("customers", records.arrow("customers"))
        sql = SQL.format(
            last=YEARS[-1], key=policy.value("key_contract_amount"), years=policy.value("long_term_years")
        )
        return connection.sql(sql).to_arrow_table().to_pandas(types_mapper=pd.ArrowDtype)


def by_pandas(records: Records, policy: Policy) -> pd.DataFrame:
    """The same figures as one writes them in pandas, amounts as floats."""
    contracts = records.tables["contracts"].copy()
    for column in ("amount", "share"):
        contracts[column] = contracts[column].astype("double[pyarrow]").astype("float64")
    for column in ("signed_on", "end_on", "cancelled_on"):
        contracts[column] = pd.to_datetime(contracts[column])
    contracts["year"] = contracts["signed_on"].dt.year
    contracts["share"] = contracts["share"].fillna(1.0)
    contracts["credited"] = contracts["amount"] * contracts["share"]
    counted = contracts[contracts["cancelled_on"].isna()]
    by = ["manager_id", "year"]
    sales = counted.groupby(by)["credited"].agg(sales="sum", contracts="size")

    order, ascending = ["signed_on", "contract_id", "share", "manager_id"], [True, True, False, True]
    won = counted.sort_values(order, ascending=ascending).drop_duplicates("customer_id")
    volume = counted.groupby(["customer_id", "year"])["credited"].sum().rename("volume")
    marked = records.tables["customers"][["customer_id", "key_customer"]]
    won = won.merge(volume.reset_index(), on=["customer_id", "year"]).merge(
        marked, on="customer_id", how="left"
    )
    enough = won["volume"] >= float(policy.value("key_contract_amount"))
    won["is_key"] = enough | won["key_customer"].fillna(False).astype(bool)
    news = won.groupby(by).agg(new_customers=("customer_id", "size"), key_customers=("is_key", "sum"))

    ended = contracts[["end_on", "signed_on"]].max(axis=1).dt.year
    to_year = ended.where(
        contracts["cancelled_on"].isna(), np.minimum(ended, contracts["cancelled_on"].dt.year)
    )
    since = counted.groupby("customer_id")["signed_on"].min().rename("since").reset_index()
    parts = []
    for year in YEARS:
        inside = (contracts["year"] <= year) & (to_year >= year)
        served = contracts.loc[inside, ["manager_id", "customer_id"]].drop_duplicates()
        served = served.merge(since, on="customer_id", how="left").assign(year=year)
        last = pd.Timestamp(year - int(policy.value("long_term_years")) + 1, 1, 1)
        served["is_long"] = served["since"] <= last
        parts.append(
            served.groupby(by).agg(
                customers_served=("customer_id", "size"), long_term_customers=("is_long", "sum")
            )
        )
    joined = sales.join([news, pd.concat(parts)], how="outer").fillna(0).reset_index()
    return joined.sort_values(by, ignore_index=True)


def compare(ours: pd.DataFrame, other: pd.DataFrame, tolerance: Decimal) -> None:
    """Stop where a figure differs: counts never may, amounts by what floats lose."""
    columns = ["manager_id", "year", *COMPARED]
    left, right = (frame[columns].astype(object).to_numpy().tolist() for frame in (ours, other))
    assert len(left) == len(right), (len(left), len(right))
    for one, two in zip(left, right, strict=True):
        assert abs(one[2] - Decimal(two[2])) <= tolerance, (one, two)
        # the frame leaves out what records of this age can't know
        assert all(a == b for a, b in zip(one[3:], two[3:], strict=True) if not pd.isna(a)), (one, two)
        assert one[:2] == two[:2], (one, two)


def median(call: Callable[[], object]) -> float:
    """Seconds of the middle one of several runs."""
    return statistics.median(timed(call) for _ in range(ROUNDS))


def timed(call: Callable[[], object]) -> float:
    """Seconds of one run."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def from_nothing() -> float:
    """Seconds of a fresh process that imports all it needs and computes a small company's frame."""
    program = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import indicators as b; b.once()"
    )
    return timed(lambda: subprocess.run([sys.executable, "-c", program], check=True))


def once() -> None:
    """What ``from_nothing`` measures."""
    manager_years(company(SMALL), policy_of_the_company())


def policy_of_the_company() -> Policy:
    """The shipped example policy."""
    return load_policy(default_folder(), YEARS[-1])


def main() -> None:
    """Measure all three in turn and print medians and ratios."""
    contracts = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    policy, records = policy_of_the_company(), company(contracts)
    ours = manager_years(records, policy)
    compare(ours, by_sql(records, policy), Decimal(0))
    compare(ours, by_pandas(records, policy), Decimal("0.01"))
    spent: dict[str, list[float]] = {"cmreview": [], "sql": [], "pandas": []}
    for _ in range(ROUNDS):
        spent["cmreview"].append(timed(lambda: manager_years(records, policy)))
        spent["sql"].append(timed(lambda: by_sql(records, policy)))
        spent["pandas"].append(timed(lambda: by_pandas(records, policy)))
    whole, sql, pandas = (statistics.median(seconds) for seconds in spent.values())
    print(f"{contracts} contracts, {len(ours)} rows of managers and years; seconds, medians of {ROUNDS}")
    print(f"cmreview, the whole frame      {whole:6.2f}")
    print(f"SQL by hand, contracts only    {sql:6.2f}   ratio {whole / sql:.2f} (goal: at most 2)")
    print(f"pandas by hand, contracts only {pandas:6.2f}   ratio {whole / pandas:.2f} (goal: at most 0.5)")
    print(f"the rows behind one year       {median(lambda: source_rows(records, policy, YEARS[-1])):6.2f}")
    small = company(SMALL)
    print(f"{SMALL} contracts                 {median(lambda: manager_years(small, policy)):6.2f}")
    print(f"{SMALL} contracts, with imports   {statistics.median(from_nothing() for _ in range(3)):6.2f}")


if __name__ == "__main__":
    main()
