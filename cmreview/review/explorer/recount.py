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
    from cmreview.review.counting import indicators
    from cmreview.review.counting.backend import opened

    if records.tables["customers"]["key_customer"].notna().all() or not records.years:
        return {}
    with opened(records) as fetch:
        return indicators.open_key_customers(fetch, policy, records.years)


def _by_name(entry: tuple[tuple[str, str | None], object]) -> tuple[str, str]:
    (indicator, over_level), _ = entry
    return indicator, over_level or ""
