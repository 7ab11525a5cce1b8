"""A policy's performance requirements held against every earlier year of the records (Policy 3, 5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from cmreview.errors import InputError
from cmreview.policy.model import Policy
from cmreview.review.explorer.candidates import Candidates
from cmreview.review.explorer.earlier import Company, earlier_year, judged_as
from cmreview.review.explorer.prepared import Explorer
from cmreview.review.explorer.verdict_column import (
    MET,
    MISSED,
    NO_EVIDENCE,
    NO_RULE,
    counted_indicators,
)
from cmreview.review.explorer.verdict_table import VerdictTable


class Basis(StrEnum):
    """Who is held against a level's requirements: those who held it, or the level below, at a year's end."""

    HELD = "held"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class BackTest:
    """The people of one year, level and department (None: of all departments), by what they would have got.

    ``level`` is the level whose performance requirements they are held against. One that is missed decides;
    then a missing rule, then missing evidence, as for a single case.
    """

    year: int
    basis: Basis
    level: str
    department: str | None
    people: int
    met: int
    missed: int
    no_evidence: int
    no_rule: int


def back_test(explorer: Explorer, policy: Policy) -> tuple[BackTest, ...]:
    """``policy`` applied to each earlier year: by year, basis, level from the highest, all departments first.

    Its definitions count the earlier years too. InputError where they differ from those the file was
    prepared by and the file holds no records.
    """
    is_other = bool(counted_indicators(explorer.policy, policy))
    if is_other and not explorer.has_records:
        raise InputError("explorer_data.no_records")
    company = Company.of(explorer.records, policy) if is_other else None
    found: list[BackTest] = []
    for year in explorer.earlier_years:
        people = explorer.earlier(year)
        if company is not None:
            people = earlier_year(company, policy, year, people.ids.tolist())
        found += year_tested(people, year, policy, explorer.currency)
    return tuple(found)


def year_tested(people: Candidates, year: int, policy: Policy, currency: str | None) -> list[BackTest]:
    """One earlier year's people, by both bases."""
    order = [level.id for level in policy.levels]
    asked: dict[Basis, Mapping[str, str]] = {
        Basis.HELD: {level: level for level in order},
        Basis.BELOW: dict(pairwise(order)),
    }
    found = []
    for basis, levels in asked.items():
        table = VerdictTable.of(judged_as(people, levels), policy, currency)
        for level in reversed(order):
            here = np.flatnonzero((table.people.judged_level == level) & (table.counts.sum(axis=1) > 0))
            if not len(here):
                continue
            departments = table.people.departments[here]
            worst = _worst(table.counts[here])
            found.append(_line(year, basis, level, None, worst))
            found += [
                _line(year, basis, level, name, worst[departments == name])
                for name in sorted(set(departments.tolist()))
            ]
    return found


def _worst(counts: np.ndarray) -> np.ndarray:
    """The worst outcome each person has; outcome codes are in that order."""
    return np.asarray((counts > 0).argmax(axis=1))


def _line(year: int, basis: Basis, level: str, department: str | None, worst: np.ndarray) -> BackTest:
    found = np.bincount(worst, minlength=4)
    return BackTest(
        year=year,
        basis=basis,
        level=level,
        department=department,
        people=len(worst),
        met=int(found[MET]),
        missed=int(found[MISSED]),
        no_evidence=int(found[NO_EVIDENCE]),
        no_rule=int(found[NO_RULE]),
    )
