"""The facts of every year that the records cover, for a policy's thresholds to be held against (Policy 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from cmreview.policy.model import Group, Policy
from cmreview.review.counting.sources import behind
from cmreview.review.dossier import Dossier, Row, dossiers, handed_in
from cmreview.review.evidence import Evidence
from cmreview.review.explorer.candidates import (
    BY_PERFORMANCE,
    NOT_JUDGED,
    Candidates,
    fact_columns,
    texts,
)
from cmreview.review.explorer.exact_column import ExactColumn
from cmreview.review.facts import facts
from cmreview.review.model import Fact

if TYPE_CHECKING:
    import pandas as pd

    from cmreview.records.model import Records

Rows = Mapping[str, Mapping[int, Row]]


@dataclass(frozen=True)
class Company:
    """What the facts of any year are taken from: the frame's rows by manager and year, and the dossiers."""

    records: Records
    rows: Rows
    dossiers: Mapping[str, Dossier]
    tables: frozenset[str]

    @classmethod
    def of(cls, records: Records, policy: Policy, frame: pd.DataFrame | None = None) -> Company:
        """The company by the policy's definitions; ``frame`` where it is at hand already."""
        import pyarrow as pa

        from cmreview.review.counting.indicators import manager_years  # here, since Ibis is slow to import

        found: dict[str, dict[int, Row]] = {}
        given = manager_years(records, policy) if frame is None else frame
        for row in pa.Table.from_pandas(given, preserve_index=False).to_pylist():
            found.setdefault(row["manager_id"], {})[row["year"]] = row
        return cls(records, found, dossiers(records), handed_in(records))

    def active(self, manager: str, year: int) -> Fraction:
        """The share of the year's days without recorded leave; 1 where there is no row."""
        row = self.rows.get(manager, {}).get(year)
        if row is None:
            return Fraction(1)
        return 1 - Fraction(row["days_on_leave"] or 0, row["days_in_year"])

    def evidence(self, manager: str, year: int, policy: Policy, open_key_customers: int) -> Evidence:
        """What one person's facts of a year are taken from; rows are not counted."""
        return Evidence(
            year=year,
            row=self.rows.get(manager, {}).get(year),
            dossier=self.dossiers[manager],
            tables=self.tables,
            counted={},
            open_key_customers=open_key_customers,
            is_covered=year in self.records.years,
            currencies=(self.records.currency.code, policy.currency),
        )


def earlier_year(company: Company, policy: Policy, year: int, managers: Sequence[str]) -> Candidates:
    """Everybody of ``managers`` who held a level at the end of ``year``, with the facts that performance
    criteria of that level and of the one above ask for.

    They are counted by the policy's own definitions, whatever was in force then, so that years can be
    compared. Whom a policy judges in such a year is ``judged_as``'s to say.
    """
    then = replace(policy, year=year)
    found_behind = behind(company.records, then)
    known = {level.id for level in policy.levels}
    held: list[tuple[str, Row]] = []
    for manager in managers:
        row = company.rows.get(manager, {}).get(year)
        if row is not None and row["level"] in known:
            held.append((manager, row))
    asked = {each.indicator for each in policy.criteria if each.group is Group.PERFORMANCE}
    found: list[list[Fact]] = []
    for manager, row in held:
        evidence = company.evidence(manager, year, then, found_behind.open_key_customers(manager))
        above = policy.next_level(row["level"])
        levels = [row["level"], *([above.id] if above else [])]
        found.append(
            [each for level in levels for each in facts(evidence, then, level) if each.indicator in asked]
        )
    size = len(held)
    nobody = texts([""] * size)
    return Candidates(
        ids=texts([manager for manager, _ in held]),
        names=texts([str(company.dossiers[manager].manager["name"]) for manager, _ in held]),
        departments=texts([_department(company, manager, row) for manager, row in held]),
        levels_held=texts([str(row["level"]) for _, row in held]),
        judged_level=nobody,
        scope=np.full(size, NOT_JUDGED, dtype=np.int8),
        is_applicant=np.zeros(size, dtype=bool),
        stopped=np.zeros(size, dtype=bool),
        active=ExactColumn.of([company.active(manager, year) for manager, _ in held]),
        promotion=np.full(size, -1, dtype=np.int8),
        stages=nobody,
        preliminary=nobody,
        panel=ExactColumn.of([None] * size),
        pinyin=nobody,
        facts=fact_columns(found),
        sealed_outcomes={},
    )


def judged_as(people: Candidates, levels: Mapping[str, str]) -> Candidates:
    """The same people judged by the performance criteria of ``levels[level held]``, where there is one."""
    judged = [levels.get(held, "") for held in people.levels_held]
    return replace(
        people,
        judged_level=texts(judged),
        scope=np.array([BY_PERFORMANCE if level else NOT_JUDGED for level in judged], dtype=np.int8),
    )


def _department(company: Company, manager: str, row: Row) -> str:
    found: Any = row["department"] or company.dossiers[manager].manager["department"]
    return str(found)
