"""Totals per department and level, and what a change of the policy does to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cmreview.review.explorer.exact_column import Flags
from cmreview.review.explorer.verdict_column import NONE
from cmreview.review.explorer.verdict_table import ELIGIBLE, NOT_ELIGIBLE, UNDECIDED, VerdictTable


@dataclass(frozen=True, slots=True)
class Total:
    """The applicants of a department (None: of all departments) for one level, by result (Policy 3).

    ``awaiting`` are applications that are not judged until somebody admits them (Policy 4.1).
    """

    department: str | None
    level: str
    applicants: int
    eligible: int
    not_eligible: int
    undecided: int
    awaiting: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to the applicants of a department (None: of all) for one level.

    ``became`` were not eligible before and are now, whatever they were; ``no_longer`` the other way round;
    ``now_undecided`` and ``was_undecided`` entered and left that result.
    """

    before: Total
    after: Total
    became: int
    no_longer: int
    now_undecided: int
    was_undecided: int


def totals(table: VerdictTable, mask: Flags | None = None) -> tuple[Total, ...]:
    """A line a level and department that has applicants, and first of each level one for all departments.

    Levels from the highest, departments by name; ``mask`` limits the people.
    """
    return tuple(_total(table, where, department, level) for department, level, where in _cells(table, mask))


def effects(before: VerdictTable, after: VerdictTable, mask: Flags | None = None) -> tuple[Effect, ...]:
    """The totals under two policies side by side, and who moved between the results, in numbers."""
    was, now = before.results == ELIGIBLE, after.results == ELIGIBLE
    was_open, now_open = before.results == UNDECIDED, after.results == UNDECIDED
    return tuple(
        Effect(
            before=_total(before, where, department, level),
            after=_total(after, where, department, level),
            became=_count(where & ~was & now),
            no_longer=_count(where & was & ~now),
            now_undecided=_count(where & ~was_open & now_open),
            was_undecided=_count(where & was_open & ~now_open),
        )
        for department, level, where in _cells(before, mask)
    )


def _cells(table: VerdictTable, mask: Flags | None) -> Iterator[tuple[str | None, str, Flags]]:
    people = table.people
    asked = people.is_applicant if mask is None else people.is_applicant & mask
    departments = sorted(set(people.departments[asked].tolist()))
    by_department = [(each, asked & (people.departments == each)) for each in departments]
    for level in reversed(table.policy.levels):
        of_level = people.judged_level == level.id
        if (asked & of_level).any():
            yield None, level.id, asked & of_level
            for department, own in by_department:
                here = own & of_level
                if here.any():
                    yield department, level.id, here


def _total(table: VerdictTable, where: Flags, department: str | None, level: str) -> Total:
    found = np.bincount(table.results[where] + 1, minlength=4)
    return Total(
        department=department,
        level=level,
        applicants=_count(where),
        eligible=int(found[ELIGIBLE + 1]),
        not_eligible=int(found[NOT_ELIGIBLE + 1]),
        undecided=int(found[UNDECIDED + 1]),
        awaiting=int(found[NONE + 1]),
    )


def _count(flags: Flags) -> int:
    return int(np.count_nonzero(flags))
