"""The indicators of every manager and year, and the rows of the records behind each figure.

``manager_years`` asks for the sums of the records and puts people, levels and missing evidence to them;
``source_rows`` lists what the figures were counted from. What is asked stands in ``expressions``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cmreview.review.counting.backend import Fetch, opened
from cmreview.review.counting.frame import Sums, assemble, without_evidence
from cmreview.review.counting.statements import Question

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from cmreview.policy.model import Policy
    from cmreview.records.model import Records

# The indicators that have rows of the large tables behind them.
WITH_ROWS = (
    "sales",
    "new_customers",
    "customers_served",
    "satisfaction",
    "complaint_rate",
    "key_customers",
    "long_term_share",
    "major_projects",
)
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
COUNTED_BY = (
    "cancellation",
    "shared_customer_credit",
    "customers_served",
    "satisfied_from",
    "unjustified_complaints",
    "key_contract_amount",
    "long_term_years",
    "project_min_benefit",
)


def readings(policy: Policy) -> tuple[tuple[str, Any], ...]:
    """How the policy counts rows: each parameter with its value, or what stands in for a blank."""
    return tuple((key, reading(policy, key)) for key in COUNTED_BY)


def manager_years(records: Records, policy: Policy, fetch: Fetch | None = None) -> pd.DataFrame:
    """One row per manager and calendar year that the records cover; its columns are told in ``frame``.

    A manager has a row for each year of employment and for every other year with a contract. Sorted
    by manager_id and year; no order of rows or files matters. ``fetch`` is given where the records are
    opened already (``backend.opened``). Policy 5.1, 5.2.
    """
    years = records.years
    if not years:
        return assemble(Sums({}, {}, {}), records, policy)
    counted = readings(policy)
    with opened(records) if fetch is None else nullcontext(fetch) as ask:
        sums = Sums(
            by_year={
                (row["manager_id"], row["year"]): row
                for row in ask(Question("by_year", (counted, years))).to_pylist()
            },
            won={
                (row["manager_id"], row["level"], row["year"]): row["won"]
                for row in ask(Question("won_at_level", (counted, years))).to_pylist()
            },
            unfinished={
                row["manager_id"]: row["unfinished"]
                for row in ask(Question("unfinished_projects", (counted,))).to_pylist()
            },
        )
    return assemble(sums, records, policy)


def open_key_customers(fetch: Fetch, policy: Policy, years: Sequence[int]) -> dict[str, int]:
    """New customers of the policy's year whose mark as key customer is blank and who are not large enough.

    By manager; each would be one more if the mark said so. Policy 5.1.e.
    """
    asked = Question("open_key_customers", (readings(policy), tuple(years), policy.year))
    return {row["manager_id"]: row["open"] for row in fetch(asked).to_pylist()}


def department_sales(records: Records, policy: Policy, fetch: Fetch | None = None) -> pd.DataFrame:
    """Sales by year and department, that of the manager on the day of signing. Policy 5.1.a, 5.3.

    Columns year, department (missing for people on neither history nor roster), sales; sorted. They
    add up to the company's sales of the year. ``fetch`` as in ``manager_years``.
    """
    with opened(records) if fetch is None else nullcontext(fetch) as ask:
        return _frame(ask(Question("department_sales", (readings(policy),))))


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
    with opened(records) if fetch is None else nullcontext(fetch) as ask:
        return {name: _frame(ask(_rows_behind(name, records, policy, year, managers))) for name in WITH_ROWS}


def sources(records: Records, policy: Policy, manager_id: str, indicator: str, year: int) -> list[str]:
    """Ids of the rows that one figure was counted from, by date: contracts, customers, complaints, …

    ``indicator`` is a name of ``terms.INDICATORS`` that the large tables serve, or customers_served;
    KeyError for another. A growth is counted from the contracts of both years. Policy 1.3.a.
    """
    name = {"sales_growth": "sales", "sales_share": "sales", "new_customer_growth": "new_customers"}
    years = (year - 1, year) if indicator == "sales_growth" else (year,)
    counted = name.get(indicator, indicator)
    if counted not in WITH_ROWS:
        raise KeyError(indicator)
    with opened(records) as fetch:
        listed = [
            fetch(_rows_behind(counted, records, policy, each, [manager_id])).to_pylist() for each in years
        ]
    return [row["source_id"] for rows in listed for row in rows if row["counts"]]


def _rows_behind(
    indicator: str, records: Records, policy: Policy, year: int, managers: Iterable[str] | None
) -> Question:
    # a blank of the policy had a stand-in: what that counts is nobody's evidence
    has_rule = _COUNTED_IN.get(indicator, indicator) not in without_evidence(records, policy)
    return Question(
        "source_rows",
        (readings(policy), records.years or (year,), indicator, year, has_rule),
        people=None if managers is None else tuple(sorted(set(managers))),
    )


def _frame(table: pa.Table) -> pd.DataFrame:
    import pandas as pd

    return table.to_pandas(types_mapper=pd.ArrowDtype)
