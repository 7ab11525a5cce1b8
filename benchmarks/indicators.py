"""Indicators from Parquet files: time and peak memory, against SQL for DuckDB and pandas written by hand.

An invented company is made at two sizes, one ten times the other (``cmreview example --scale``). Each way
runs in a process of its own, so that its peak is its own, and the ways take turns. All read the same files
and end in figures by manager and year in a frame; the figures are compared. The peers compute what comes
from contracts only; the package's frame holds surveys, complaints, projects, tenures, levels and exact
rates besides. pandas adds up floats, the others exact decimals. Imports are not counted, building and
writing the statements is; beside the time passed stands what all cores were busy, which says more where
others use the machine too.

Run: ``python -m benchmarks.indicators [--contracts 10000000] [--rounds 3]``.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from benchmarks.row import Goal, Row, ratios
from cmreview.policy.load import default_folder, load_policy
from cmreview.policy.model import Policy
from cmreview.records.example.scale import SOURCE, write_scaled

YEARS = range(2021, 2026)
OURS, SQL_BY_HAND, PANDAS = "ours", "sql", "pandas"
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


def ours(folder: Path, policy: Policy) -> pd.DataFrame:
    """The whole manager-year frame, by the package."""
    from cmreview.review.case import expectations
    from cmreview.review.counting.indicators import manager_years
    from cmreview.review.warehouse.company import opened

    with opened(folder / SOURCE, folder, expectations(policy), {}, unchecked=True) as company:
        return manager_years(company.records, policy, company.fetch)


def by_sql(folder: Path, policy: Policy) -> pd.DataFrame:
    """The figures by a statement that somebody wrote for DuckDB."""
    with duckdb.connect() as connection:
        connection.read_parquet(str(folder / "contracts-*.parquet")).create_view("contracts")
        connection.read_parquet(str(folder / "customers.parquet")).create_view("customers")
        sql = SQL.format(
            last=YEARS[-1], key=policy.value("key_contract_amount"), years=policy.value("long_term_years")
        )
        return connection.sql(sql).to_arrow_table().to_pandas(types_mapper=pd.ArrowDtype)


def by_pandas(folder: Path, policy: Policy) -> pd.DataFrame:
    """The figures as one writes them in pandas, amounts as floats."""
    files = sorted(folder.glob("contracts-*.parquet"), key=lambda file: int(file.stem.rpartition("-")[2]))
    contracts = pd.concat([pd.read_parquet(file) for file in files], ignore_index=True)
    for column in ("amount", "share"):
        contracts[column] = contracts[column].astype("float64")
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
    marked = pd.read_parquet(folder / "customers.parquet", columns=["customer_id", "key_customer"])
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


WAYS: dict[str, Callable[[Path, Policy], pd.DataFrame]] = {
    OURS: ours,
    SQL_BY_HAND: by_sql,
    PANDAS: by_pandas,
}


def once(way: str, folder: Path, kept: Path | None) -> None:
    """What a child does: one way on one company, and a line of what it took."""
    import cmreview.review.warehouse.company
    import cmreview.review.warehouse.duckdb  # noqa: F401  (imports are not counted)

    policy = load_policy(default_folder(), YEARS[-1])
    started, busy = time.perf_counter(), time.process_time()
    frame = WAYS[way](folder, policy)
    passed, busy = time.perf_counter() - started, time.process_time() - busy
    if kept is not None:
        frame.to_pickle(kept)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": passed, "busy": busy, "peak": peak}))


def in_a_child(way: str, folder: Path, kept: Path | None = None) -> dict[str, float]:
    """Seconds, seconds of all cores, and peak megabytes of one way in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.indicators", "--way", way, "--folder", str(folder)]
    command += [] if kept is None else ["--kept", str(kept)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
    return json.loads(done.stdout.splitlines()[-1])


def parser() -> argparse.ArgumentParser:
    """Sizes, and how often."""
    made = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    made.add_argument("--contracts", type=int, default=10_000_000)
    made.add_argument("--rounds", type=int, default=3)
    made.add_argument("--way", choices=list(WAYS), help=argparse.SUPPRESS)
    made.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    made.add_argument("--kept", type=Path, help=argparse.SUPPRESS)
    return made


def rows(options: argparse.Namespace) -> list[Row]:
    """Time and memory against both peers, and from a tenth of the data to all of it."""
    with TemporaryDirectory() as scratch:
        large, small = Path(scratch, "large"), Path(scratch, "small")
        for folder, contracts in ((large, options.contracts), (small, options.contracts // 10)):
            write_scaled(folder, managers=contracts // 1000, customers=contracts // 10, contracts=contracts)
        _compare_all(small, Path(scratch))
        found: dict[str, list[dict[str, float]]] = {way: [] for way in (*WAYS, "small", "small sql")}
        for _ in range(options.rounds):
            for way in WAYS:
                found[way].append(in_a_child(way, large))
            found["small"].append(in_a_child(OURS, small))
            found["small sql"].append(in_a_child(SQL_BY_HAND, small))
    return _lines(found, options.contracts)


def _compare_all(folder: Path, scratch: Path) -> None:
    frames = {}
    for way in WAYS:
        in_a_child(way, folder, scratch / f"{way}.pickle")
        frames[way] = pd.read_pickle(scratch / f"{way}.pickle")
    compare(frames[OURS], frames[SQL_BY_HAND], Decimal(0))
    compare(frames[OURS], frames[PANDAS], Decimal("0.01"))


def _lines(found: dict[str, list[dict[str, float]]], contracts: int) -> list[Row]:
    def by(way: str, other: str, what: str) -> list[float]:
        return ratios(_of(found[way], what), _of(found[other], what))

    what = f"indicators, {contracts:,} contracts"
    hand, pandas = "SQL for DuckDB by hand, contracts only", "pandas by hand, contracts only"
    median = sorted(_of(found[OURS], "seconds"))[len(found[OURS]) // 2]
    peak = sorted(_of(found[OURS], "peak"))[len(found[OURS]) // 2]
    told = f"{median:.1f} s, {peak:.0f} MB"
    more = Goal("at most", 10, "times")
    return [
        Row.of(what, hand, Goal("at most", 1.2, "times"), by(OURS, SQL_BY_HAND, "seconds"), told),
        Row.of(f"{what}, busy cores", hand, Goal("at most", 1.2, "times"), by(OURS, SQL_BY_HAND, "busy")),
        Row.of(f"{what}, peak memory", hand, Goal("at most", 1.5, "times"), by(OURS, SQL_BY_HAND, "peak")),
        Row.of(what, pandas, Goal("at least", 3, "times"), by(PANDAS, OURS, "seconds"), "faster"),
        Row.of(f"{what}, peak memory", pandas, Goal("at most", 0.5, "times"), by(OURS, PANDAS, "peak")),
        Row.of(
            "ten times the contracts",
            "",
            more,
            by(OURS, "small", "seconds"),
            f"SQL by hand {statistics.median(by(SQL_BY_HAND, 'small sql', 'seconds')):.1f} times",
        ),
    ]


def _of(found: Sequence[dict[str, Any]], what: str) -> list[float]:
    return [each[what] for each in found]


def main() -> None:
    """Measure and print."""
    options = parser().parse_args()
    if options.way is not None:
        once(options.way, options.folder, options.kept)
        return
    for row in rows(options):
        print(row)


if __name__ == "__main__":
    main()
