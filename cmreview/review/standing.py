"""Verdicts and score of everybody in a year from the frame alone, where the rows behind it stay elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from cmreview.policy.model import Group, Policy
from cmreview.review import people
from cmreview.review.applications import applied
from cmreview.review.criteria import judge, overall
from cmreview.review.dossier import Row, dossiers, handed_in
from cmreview.review.evidence import Evidence
from cmreview.review.facts import facts
from cmreview.review.model import Overall, Score, Verdict
from cmreview.review.scoring import performance_score

if TYPE_CHECKING:
    import pandas as pd

    from cmreview.records.model import Records


@dataclass(frozen=True, slots=True)
class Standing:
    """How one person stands: on the criteria of the level applied for, else of the level held.

    ``verdicts`` is empty, and what follows from it None, where there is no level to judge by, the
    application awaits admission, or the person was not there in the year.
    """

    manager_id: str
    level: str | None
    applied: bool
    verdicts: tuple[Verdict, ...]
    overall: Overall | None
    score: Score | None


def standings(
    records: Records, frame: pd.DataFrame, policy: Policy, open_key_customers: Mapping[str, int]
) -> tuple[Standing, ...]:
    """The standing of everybody on the roster in the policy's year, by manager_id (Policy 3, 5.2).

    ``frame`` is the manager-year frame of these records; ``open_key_customers`` as in
    ``indicators.open_key_customers``. The same facts, verdicts and points as in the review.
    """
    rows = {row["manager_id"]: row for row in _of_year(frame, policy.year)}
    tables = handed_in(records)
    found = []
    for manager, dossier in dossiers(records).items():
        row = rows.get(manager)
        person = people.person(dossier, policy.year, row)
        own = applied(dossier.applications, policy)
        level = own.application.target_level if own else person.level
        # qualifications were settled when the level was given
        group = None if own else Group.PERFORMANCE
        is_judged = not own.application.awaits_admission if own else people.was_there(person, policy.year)
        verdicts: tuple[Verdict, ...] = ()
        if level is not None and is_judged:
            evidence = Evidence(
                year=policy.year,
                row=row,
                dossier=dossier,
                tables=tables,
                counted={},
                open_key_customers=open_key_customers.get(manager, 0),
                is_covered=policy.year in records.years,
                currencies=(records.currency.code, policy.currency),
            )
            asked = policy.criteria_for(level, group)
            known = facts(evidence, policy, level, {criterion.indicator for criterion in asked})
            active = _active(row)
            verdicts = tuple(
                judge(criterion, known, policy, active=active, currency=records.currency.code)
                for criterion in asked
            )
        found.append(
            Standing(
                manager_id=manager,
                level=level,
                applied=own is not None,
                verdicts=verdicts,
                overall=overall(verdicts) if verdicts else None,
                score=performance_score(verdicts, policy) if verdicts else None,
            )
        )
    return tuple(found)


def _active(row: Row | None) -> Fraction:
    """The share of the year's days without recorded leave."""
    return 1 - Fraction(row["days_on_leave"] or 0, row["days_in_year"]) if row else Fraction(1)


def _of_year(frame: pd.DataFrame, year: int) -> Iterator[dict[str, Any]]:
    import pyarrow as pa

    yield from pa.Table.from_pandas(frame[frame["year"] == year], preserve_index=False).to_pylist()
