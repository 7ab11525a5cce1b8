"""A year's cases as columns: who they are, how they are judged, and every fact with its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

import numpy as np

from cmreview.policy.model import Policy
from cmreview.review import people
from cmreview.review.explorer.exact_column import Codes, ExactColumn, Flags, Places
from cmreview.review.model import Case, Fact

Texts = np.ndarray[Any, np.dtype[np.object_]]
# Which fact: the indicator, and the level whose tenure or exam it speaks of.
FactKey = tuple[str, str | None]

NOT_JUDGED, BY_ALL, BY_PERFORMANCE = 0, 1, 2


@dataclass(frozen=True)
class FactColumn:
    """One fact of every candidate.

    ``values`` is empty where there is no evidence, and then ``remarks`` says why (a key of ``words``).
    ``unbounded``, ``part_year`` and ``open_rows`` are those of ``model.Fact``; ``no_base`` marks a quotient
    over nothing; ``wholes`` are the denominators. ``sealed`` marks figures that are kept back, since
    somebody could take another person's from them: what a criterion said of them stands in the candidates.
    """

    values: ExactColumn
    parts: ExactColumn
    wholes: ExactColumn
    unbounded: Flags
    part_year: Flags
    open_rows: Places
    remarks: Texts
    sealed: Flags

    def take(self, rows: Places) -> FactColumn:
        """The same with only ``rows``, in their order."""
        parts = {each.name: getattr(self, each.name) for each in fields(self)}
        taken: dict[str, Any] = {
            name: part.take(rows) if isinstance(part, ExactColumn) else part[rows]
            for name, part in parts.items()
        }
        return FactColumn(**taken)

    @property
    def no_base(self) -> Flags:
        """Where the denominator is known and nothing."""
        return np.asarray(self.wholes.floats == 0.0)


@dataclass(frozen=True)
class Candidates:
    """Everybody of a year, one row each, in one fixed order.

    ``judged_level`` is the level whose criteria apply, "" for none; ``scope`` tells which of them:
    ``NOT_JUDGED``, ``BY_ALL`` for applicants, ``BY_PERFORMANCE`` for the level held. ``active`` is the
    share of the year without leave. ``promotion`` is 1 for an honour of the year before, 0 for none and
    −1 for not known.
    ``stopped`` marks those of a department that errors stop; they are judged and not ranked.
    ``sealed_outcomes`` are, by criterion, the outcomes of sealed figures under the policy in force.
    """

    ids: Texts
    names: Texts
    departments: Texts
    levels_held: Texts
    judged_level: Texts
    scope: Codes
    is_applicant: Flags
    stopped: Flags
    active: ExactColumn
    promotion: Codes
    stages: Texts
    preliminary: Texts
    panel: ExactColumn
    pinyin: Texts
    facts: Mapping[FactKey, FactColumn]
    sealed_outcomes: Mapping[str, Codes]

    def take(self, rows: Places) -> Candidates:
        """The same with only ``rows``, in their order."""
        parts = {each.name: getattr(self, each.name) for each in fields(self)}
        taken: dict[str, Any] = {
            name: part.take(rows) if isinstance(part, ExactColumn) else part[rows]
            for name, part in parts.items()
            if name not in ("facts", "sealed_outcomes")
        }
        return Candidates(
            **taken,
            facts={key: fact.take(rows) for key, fact in self.facts.items()},
            sealed_outcomes={key: codes[rows] for key, codes in self.sealed_outcomes.items()},
        )

    def __len__(self) -> int:
        """How many there are."""
        return len(self.ids)

    def fact(self, indicator: str, over_level: str | None) -> FactColumn:
        """A fact's column; one without any evidence where nobody has the fact."""
        found = self.facts.get((indicator, over_level))
        return found if found is not None else fact_column([None] * len(self))


def candidates(
    cases: Sequence[Case],
    policy: Policy,
    *,
    active: Mapping[str, Fraction],
    honours_known: bool,
    stopped: frozenset[str] = frozenset(),
    stages: Mapping[str, str] | None = None,
    panel: Mapping[str, Fraction] | None = None,
    pinyin: Mapping[str, str] | None = None,
) -> Candidates:
    """``cases`` as columns, in their order (Policy 1.2, 3).

    ``active`` is the share of the year's days without leave, by manager id (1 where it is silent);
    ``honours_known`` says whether earlier years' outcomes were handed in at all. ``stages``, ``panel`` scores
    and ``pinyin`` readings of names go by manager id.
    """
    scope = [_scope(case, policy.year) for case in cases]
    ids = [case.person.manager_id for case in cases]
    applied = [case.application for case in cases]
    return Candidates(
        ids=texts(ids),
        names=texts([case.person.name for case in cases]),
        departments=texts([case.person.department for case in cases]),
        levels_held=texts([case.person.level or "" for case in cases]),
        judged_level=texts(
            [
                own.target_level if own is not None else case.person.level or ""
                for case, own in zip(cases, applied, strict=True)
            ]
        ),
        scope=np.array(scope, dtype=np.int8),
        is_applicant=np.array([own is not None for own in applied], dtype=bool),
        stopped=np.array([case.person.department in stopped for case in cases], dtype=bool),
        active=ExactColumn.of([active.get(each, Fraction(1)) for each in ids]),
        promotion=np.array(
            [_honour(case, policy.year - 1) if honours_known else -1 for case in cases], dtype=np.int8
        ),
        stages=texts([(stages or {}).get(each, "") for each in ids]),
        preliminary=texts([case.preliminary.decision if case.preliminary else "" for case in cases]),
        panel=ExactColumn.of([(panel or {}).get(each) for each in ids]),
        pinyin=texts([(pinyin or {}).get(each, "") for each in ids]),
        facts=fact_columns([case.facts for case in cases]),
        sealed_outcomes={},
    )


def fact_columns(found: Sequence[Sequence[Fact]]) -> dict[FactKey, FactColumn]:
    """Facts of many people, a tuple each, as a column a fact; of two alike the first counts."""
    by_key: dict[FactKey, list[Fact | None]] = {}
    for row, facts in enumerate(found):
        for fact in facts:
            column = by_key.setdefault((fact.indicator, fact.over_level), [None] * len(found))
            if column[row] is None:
                column[row] = fact
    return {key: fact_column(by_key[key]) for key in sorted(by_key, key=lambda key: (key[0], key[1] or ""))}


def fact_column(facts: Sequence[Fact | None]) -> FactColumn:
    """One fact a row, None where somebody has none."""
    return FactColumn(
        values=ExactColumn.of([None if fact is None else fact.value for fact in facts]),
        parts=ExactColumn.of([None if fact is None else fact.numerator for fact in facts]),
        wholes=ExactColumn.of([None if fact is None else fact.denominator for fact in facts]),
        unbounded=np.array([fact is not None and fact.unbounded for fact in facts], dtype=bool),
        part_year=np.array([fact is not None and fact.part_year for fact in facts], dtype=bool),
        open_rows=np.array([fact.open_rows if fact else 0 for fact in facts], dtype=np.int64),
        remarks=texts([fact.remark.key if fact and fact.remark else "" for fact in facts]),
        sealed=np.zeros(len(facts), dtype=bool),
    )


def texts(values: Sequence[str]) -> Texts:
    """Texts as an array."""
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def _scope(case: Case, year: int) -> int:
    if case.application is not None:
        return NOT_JUDGED if case.application.awaits_admission else BY_ALL
    if case.person.level is None or not people.was_there(case.person, year):
        return NOT_JUDGED
    return BY_PERFORMANCE


def _honour(case: Case, year: int) -> int:
    return int(any(known.year == year and (known.honour or "").strip() for known in case.person.outcomes))
