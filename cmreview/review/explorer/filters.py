"""Whom a view shows: filters that all views share, and how many of how many they leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from cmreview.review.explorer.candidates import Candidates, Texts
from cmreview.review.explorer.exact_column import Flags, Places
from cmreview.review.explorer.verdict_table import RESULTS, VerdictTable
from cmreview.terms import Result


@dataclass(frozen=True)
class Filter:
    """What is asked for; an empty part asks for everybody.

    ``levels`` are those applied for, and ``applicants_only`` leaves everybody else out. ``text`` is looked
    for in names and ids, and from the beginning in the pinyin of a name, whole or by initials.
    """

    departments: frozenset[str] = field(default_factory=frozenset)
    levels: frozenset[str] = field(default_factory=frozenset)
    results: frozenset[Result] = field(default_factory=frozenset)
    stages: frozenset[str] = field(default_factory=frozenset)
    text: str = ""
    applicants_only: bool = True


@dataclass(frozen=True)
class Chosen:
    """Whom a filter leaves: ``mask`` over the rows of the candidates, ``count`` of ``total`` of them."""

    mask: Flags
    count: int
    total: int

    @property
    def rows(self) -> Places:
        """The rows themselves, in the order of the candidates."""
        return np.flatnonzero(self.mask)


def chosen(table: VerdictTable, asked: Filter) -> Chosen:
    """Whom ``asked`` leaves of a table."""
    people = table.people
    mask = people.is_applicant.copy() if asked.applicants_only else np.ones(len(people), dtype=bool)
    if asked.departments:
        mask &= _among(people.departments, asked.departments)
    if asked.levels:
        mask &= people.is_applicant & _among(people.judged_level, asked.levels)
    if asked.results:
        mask &= np.isin(table.results, [RESULTS.index(each) for each in asked.results])
    if asked.stages:
        mask &= _among(people.stages, asked.stages)
    if asked.text.strip():
        mask &= found_by(people, asked.text)
    return Chosen(mask, int(mask.sum()), len(people))


def found_by(people: Candidates, text: str) -> Flags:
    """Who is meant by ``text``: part of a name or an id, or the beginning of the name in pinyin.

    Blanks and apostrophes inside pinyin do not matter, nor do capitals.
    """
    sought = text.strip().casefold()
    latin = sought.replace(" ", "").replace("'", "").replace("ü", "v")
    found = _where(people.names, lambda each: sought in each.casefold())
    found |= _where(people.ids, lambda each: sought in each.casefold())
    if latin.isascii() and latin.isalpha():
        found |= _where(people.pinyin, lambda each: f" {latin}" in each)
    return found


def _among(values: Texts, asked: frozenset[str]) -> Flags:
    return _where(values, asked.__contains__)


def _where(values: Texts, holds: Callable[[str], bool]) -> Flags:
    return np.fromiter((holds(each) for each in values), dtype=bool, count=len(values))
