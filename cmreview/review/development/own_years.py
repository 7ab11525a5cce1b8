"""Each person's own figures of the last full years, by the definitions of one policy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from cmreview.policy.catalogue import Outlook
from cmreview.policy.model import Policy
from cmreview.review.criteria import has_enough_answers
from cmreview.review.dossier import Row
from cmreview.review.facts import facts
from cmreview.review.model import Fact

if TYPE_CHECKING:
    import pandas as pd

    from cmreview.records.model import Records

_COUNTED_AS_NEW = ("new_customers", "key_customers")


def own_years(
    records: Records, policy: Policy, outlook: Outlook, frame: pd.DataFrame | None = None
) -> dict[str, dict[str, dict[int, Fraction]]]:
    """Manager -> indicator -> year -> figure, for the years that ``outlook`` looks back on (Policy 6.3).

    A year is full where the person was employed on all its days without leave, and the records cover it from
    its beginning. What is no evidence is left out: too few answers, blank cells that could still raise a
    figure, and new customers of the first covered year, in which every customer counts as new.
    """
    from cmreview.review.explorer.earlier import Company  # here, since it brings numpy

    company = Company.of(records, policy, frame)
    unmarked = _won_unmarked(records)
    found: dict[str, dict[str, dict[int, Fraction]]] = {manager: {} for manager in company.dossiers}
    for year in range(policy.year - outlook.trend_years + 1, policy.year + 1):
        then = replace(policy, year=year)
        for manager, own in found.items():
            rows = company.rows.get(manager, {})
            if year not in rows or not is_full(year, rows):
                continue
            evidence = company.evidence(manager, year, then, len(unmarked.get((manager, year), ())))
            for fact in facts(evidence, then, None):
                if fact.value is not None and _is_evidence(fact, rows[year], then):
                    own.setdefault(fact.indicator, {})[year] = fact.value
    return found


def is_full(year: int, rows: Mapping[int, Row]) -> bool:
    """Whether the person was there all year and the records cover it; ``rows`` of the frame by year."""
    row = rows[year]
    employed = row["days_employed"]
    if row["days_on_leave"] or (employed is not None and employed < row["days_in_year"]):
        return False
    after = rows.get(year + 1)  # which knows whether the records begin in the middle of the year before it
    return not (after is not None and after["previous_is_part_year"])


def _won_unmarked(records: Records) -> dict[tuple[str, int], set[str]]:
    """Customers by manager and year of their first contract of whom nobody said whether they are key.

    First is taken with and without cancelled contracts, since either may be what the policy counts by.
    """
    customers = records.arrow("customers").select(["customer_id", "key_customer"]).to_pylist()
    marked = {row["customer_id"] for row in customers if row["key_customer"] is not None}
    columns = ["customer_id", "manager_id", "signed_on", "cancelled_on"]
    contracts = [
        row
        for row in records.arrow("contracts").select(columns).to_pylist()
        if row["customer_id"] not in marked and row["signed_on"] is not None
    ]
    found: dict[tuple[str, int], set[str]] = {}
    for kept in (contracts, [row for row in contracts if row["cancelled_on"] is None]):
        first: dict[str, int] = {}
        for row in kept:
            year = row["signed_on"].year
            first[row["customer_id"]] = min(year, first.get(row["customer_id"], year))
        for row in kept:
            if row["signed_on"].year == first[row["customer_id"]]:
                found.setdefault((row["manager_id"], row["signed_on"].year), set()).add(row["customer_id"])
    return found


def _is_evidence(fact: Fact, row: Row, policy: Policy) -> bool:
    if fact.open_rows or (fact.indicator in _COUNTED_AS_NEW and row["first_covered_year"]):
        return False
    return fact.indicator != "satisfaction" or has_enough_answers(fact, policy)
