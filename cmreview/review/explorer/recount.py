"""Facts counted anew from the records, where a changed policy defines a figure otherwise (Policy 5.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from cmreview.policy.model import Policy
from cmreview.review.explorer.candidates import Candidates, fact_columns
from cmreview.review.explorer.earlier import Company
from cmreview.review.explorer.verdict_column import counted_indicators
from cmreview.review.facts import facts

if TYPE_CHECKING:
    from cmreview.records.model import Records


def recounted(people: Candidates, records: Records, before: Policy, after: Policy) -> Candidates:
    """``people`` with the facts of the review year as ``after`` counts them.

    ``before`` is the policy that they were counted by; only indicators that the two define otherwise are
    taken from the records, all else stays as it is.
    """
    indicators = counted_indicators(before, after)
    if not indicators:
        return people
    company = Company.of(records, after)
    blank = open_key_customers(records, after) if "key_customers" in indicators else {}
    found = [
        [
            fact
            for fact in facts(
                company.evidence(manager, after.year, after, blank.get(manager, 0)), after, level or None
            )
            if fact.indicator in indicators
        ]
        for manager, level in zip(people.ids, people.judged_level, strict=True)
    ]
    kept = {key: column for key, column in people.facts.items() if key[0] not in indicators}
    return replace(people, facts=dict(sorted((kept | fact_columns(found)).items(), key=_by_name)))


def open_key_customers(records: Records, policy: Policy) -> dict[str, int]:
    """New customers of the policy's year who would be key if their blank mark said so, by manager."""
    from cmreview.review.backend import opened, tables  # here, since Ibis is slow to import
    from cmreview.review.indicators import rows

    customers = records.tables["customers"]
    blank = frozenset(customers.loc[customers["key_customer"].isna(), "customer_id"])
    if not blank or not records.years:
        return {}
    found = rows(tables(), policy, records.years)
    with opened(records) as fetch:
        pairs = [
            {
                (row["manager_id"], row["customer_id"])
                for row in fetch(
                    found[name].filter(found[name].year == policy.year).select("manager_id", "customer_id")
                ).to_pylist()
            }
            for name in ("new_customers", "key_customers")
        ]
    counts: dict[str, int] = {}
    for manager, customer in pairs[0] - pairs[1]:
        if customer in blank:
            counts[manager] = counts.get(manager, 0) + 1
    return counts


def _by_name(entry: tuple[tuple[str, str | None], object]) -> tuple[str, str]:
    (indicator, over_level), _ = entry
    return indicator, over_level or ""
