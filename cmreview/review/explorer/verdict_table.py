"""A year under a policy: everybody's outcomes, result, score and rank, computed only where it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from cmreview.errors import InputError
from cmreview.policy.model import Policy
from cmreview.review import rules
from cmreview.review.explorer.candidates import Candidates
from cmreview.review.explorer.exact_column import Codes, Flags, Floats, Places
from cmreview.review.explorer.rank_columns import LevelRanks, level_ranks
from cmreview.review.explorer.score_columns import (
    LevelScores,
    ScoreColumn,
    level_scores,
    nothing_scored,
    score_column,
)
from cmreview.review.explorer.verdict_column import (
    MET,
    MISSED,
    NONE,
    Reading,
    VerdictColumn,
    column,
    defined_by,
    defining_values,
    reading,
    rows_of,
)
from cmreview.terms import Result

if TYPE_CHECKING:
    from cmreview.review.explorer.prepared import Explorer

# A result as a number; NONE where nothing is judged.
RESULTS = (Result.ELIGIBLE, Result.NOT_ELIGIBLE, Result.UNDECIDED)
ELIGIBLE, NOT_ELIGIBLE, UNDECIDED = range(3)


@dataclass(frozen=True)
class VerdictTable:
    """Everybody's verdicts under one policy (Policy 3, 1.3.b, 5.4.c).

    ``columns`` hold the verdicts by criterion. ``counted_by`` are the parameters that the facts were
    counted by; ``sealed_by`` the readings under which sealed figures have an outcome. Arrays go by the
    rows of ``people``.
    """

    people: Candidates
    policy: Policy
    currency: str | None
    columns: Mapping[str, VerdictColumn]
    scores: Mapping[str, LevelScores]
    ranks: Mapping[str, LevelRanks]
    counted_by: Mapping[str, Any]
    sealed_by: Mapping[str, Reading]

    @classmethod
    def of(cls, people: Candidates, policy: Policy, currency: str | None) -> VerdictTable:
        """The table of ``people`` whose facts were counted by ``policy``; money is in ``currency``."""
        empty = cls(
            people=people,
            policy=policy,
            currency=currency,
            columns={},
            scores={},
            ranks={},
            counted_by=defining_values(policy),
            sealed_by={each.id: reading(each, policy, currency) for each in policy.criteria},
        )
        return empty._under(policy)

    @classmethod
    def from_explorer(cls, explorer: Explorer) -> VerdictTable:
        """The table of a prepared file under the policy in force."""
        return cls.of(explorer.candidates, explorer.policy, explorer.currency)

    def with_policy(self, policy: Policy) -> VerdictTable:
        """The same people under another policy; whatever it leaves alone is kept, not computed again.

        InputError where it counts the facts themselves otherwise (``what_if.recounted`` does that): a
        definition that is left open is no such case, since there is no rule then.
        """
        now = defining_values(policy)
        other = [key for key in now if now[key] is not None and now[key] != self.counted_by.get(key)]
        if other:
            labels = tuple(policy.parameters[key].label for key in other)
            raise InputError("explorer_data.counted_otherwise", parameters=labels)
        return self._under(policy)

    def with_threshold(self, criterion: str, value: Decimal | int | str | None) -> VerdictTable:
        """The same people with one threshold moved; ``value`` as in ``Policy.with_threshold``."""
        return self.with_policy(self.policy.with_threshold(criterion, value))

    @cached_property
    def outcomes(self) -> dict[str, Codes]:
        """Every criterion's outcome codes (``verdict_column.OUTCOMES``), NONE where it is not asked."""
        found = {}
        for criterion, each in self.columns.items():
            codes = np.full(len(self.people), NONE, dtype=np.int8)
            codes[each.rows] = each.outcomes
            found[criterion] = codes
        return found

    @cached_property
    def counts(self) -> np.ndarray[Any, np.dtype[np.int64]]:
        """How many criteria of each outcome everybody has: a row a person, a column an outcome code."""
        found = np.zeros((len(self.people), 4), dtype=np.int64)
        for each in self.columns.values():
            found[each.rows, each.outcomes] += 1
        return found

    @cached_property
    def results(self) -> Codes:
        """What all criteria say together, as ``criteria.overall``: codes of ``RESULTS``, or NONE."""
        counts, asked = self.counts, self.counts.sum(axis=1)
        found = np.full(len(self.people), UNDECIDED, dtype=np.int8)
        found[counts[:, MISSED] > 0] = NOT_ELIGIBLE
        found[(counts[:, MET] == asked)] = ELIGIBLE
        found[asked == 0] = NONE
        return found

    @cached_property
    def points(self) -> Floats:
        """Performance scores; NaN without points."""
        return self._spread(np.nan, {level: each.points for level, each in self.scores.items()})

    @cached_property
    def coverage(self) -> Floats:
        """The share of the weights that is evidenced; NaN where nothing is judged."""
        return self._spread(np.nan, {level: each.coverage for level, each in self.scores.items()})

    @cached_property
    def rank_in_company(self) -> Places:
        """Places among all applicants of the file for the same level, from 1; 0 where none is ranked."""
        return self._ranked("in_company")

    @cached_property
    def rank_in_department(self) -> Places:
        """Places among the department's applicants for the same level, from 1; 0 where none is ranked."""
        return self._ranked("in_department")

    @cached_property
    def tied(self) -> Flags:
        """Who shares their place in the company with somebody."""
        return self._ranked("tied").astype(bool)

    def exact_points(self, row: int) -> Fraction | None:
        """One person's points themselves."""
        level = self.scores.get(str(self.people.judged_level[row]))
        if level is None:
            return None
        at = int(np.searchsorted(level.rows, row))  # rows are sorted
        return level.exact(at) if at < len(level.rows) and level.rows[at] == row else None

    def _ranked(self, name: str) -> Places:
        found = np.zeros(len(self.people), dtype=np.int64)
        for each in self.ranks.values():
            found[each.rows] = getattr(each, name)
        return found

    def _spread(self, empty: float, by_level: Mapping[str, Floats]) -> Floats:
        found = np.full(len(self.people), empty)
        for level, values in by_level.items():
            found[self.scores[level].rows] = values
        return found

    def _under(self, policy: Policy) -> VerdictTable:
        columns = {each.id: self._column(reading(each, policy, self.currency)) for each in policy.criteria}
        scores = {level.id: self._scores(level.id, policy, columns) for level in policy.levels}
        keys = _tie_breaks(policy)
        is_same_order = keys == _tie_breaks(self.policy) and self._parts_alike(policy)
        ranks = {
            level: self.ranks[level]
            if is_same_order and self.scores.get(level) is found and level in self.ranks
            else self._ranks(found, policy, keys)
            for level, found in scores.items()
        }
        return VerdictTable(
            self.people, policy, self.currency, columns, scores, ranks, self.counted_by, self.sealed_by
        )

    def _column(self, given: Reading) -> VerdictColumn:
        known = self.columns.get(given.criterion)
        if known is not None and known.reading == given:
            return known
        has_same_rows = known is not None and (known.reading.level, known.reading.is_performance) == (
            given.level,
            given.is_performance,
        )
        rows = known.rows if known is not None and has_same_rows else rows_of(given, self.people)
        is_sealed_here = self.sealed_by.get(given.criterion) == given
        sealed = self.people.sealed_outcomes.get(given.criterion) if is_sealed_here else None
        facts = None
        if known is not None and has_same_rows:
            is_same_fact = (known.reading.indicator, known.reading.over_level) == (
                given.indicator,
                given.over_level,
            )
            facts = known.facts if is_same_fact else None
        return column(given, self.people, rows, sealed, facts)

    def _scores(self, level: str, policy: Policy, columns: Mapping[str, VerdictColumn]) -> LevelScores:
        known, cap = self.scores.get(level), rules.number(policy, "score_cap")
        scored = [each for each in policy.criteria_for(level) if columns[each.id].reading.is_performance]
        rows = columns[scored[0].id].rows if scored else np.zeros(0, dtype=np.int64)
        if cap is None:
            return nothing_scored(level, rows)
        weights = [rules.parameter_number(each.weight) for each in scored]
        lines: list[ScoreColumn] = []
        for each in scored:
            zero_at = rules.parameter_number(each.zero_at)
            before = [
                old
                for old in (known.columns if known is not None else ())
                if old.verdicts is columns[each.id] and (old.zero_at, old.cap) == (zero_at, cap)
            ]
            lines.append(before[0] if before else score_column(columns[each.id], zero_at, cap))
        is_same = (
            known is not None
            and len(known.columns) == len(lines) > 0
            and list(known.weights) == weights
            and all(old is new for old, new in zip(known.columns, lines, strict=True))
        )
        if known is not None and is_same:
            return known
        return level_scores(level, rows, lines, weights)

    def _ranks(self, scores: LevelScores, policy: Policy, keys: tuple[str, ...]) -> LevelRanks:
        people = self.people
        is_ranked = people.is_applicant & ~people.stopped
        parting = _Parting(people, policy)
        return level_ranks(scores, is_ranked, people.departments, keys, parting.values)

    def _parts_alike(self, policy: Policy) -> bool:
        """Whether equals are parted by the same figures: how many answers count is part of them."""
        return all(policy.value(key) == self.policy.value(key) for key in ("min_answers", *self.counted_by))


class _Parting:
    """The figures that part equal points, as the review takes them; each is looked up once."""

    def __init__(self, people: Candidates, policy: Policy) -> None:
        self._people = people
        self._least = rules.number(policy, "min_answers")
        self._answers = people.fact("satisfaction", None).wholes
        self._columns = {
            indicator: fact.values
            for (indicator, _), fact in people.facts.items()
            if indicator in _tie_breaks(policy)
            and all(policy.value(key) is not None for key in defined_by(indicator))
        }
        self._known: dict[int, dict[str, Fraction | None]] = {}

    def values(self, row: int) -> dict[str, Fraction | None]:
        """One person's figures; None where there is no evidence."""
        if row not in self._known:
            promotion = int(self._people.promotion[row])
            found: dict[str, Fraction | None] = {
                "promotion_priority": None if promotion < 0 else Fraction(promotion)
            }
            found |= {indicator: values.exact(row) for indicator, values in self._columns.items()}
            if found.get("satisfaction") is not None and not self._has_enough(row):
                found["satisfaction"] = None
            self._known[row] = found
        return self._known[row]

    def _has_enough(self, row: int) -> bool:
        answers = self._answers.exact(row)
        return self._least is not None and answers is not None and answers >= self._least


def _tie_breaks(policy: Policy) -> tuple[str, ...]:
    keys = policy.value("tie_breaks")
    return tuple(str(key) for key in keys) if isinstance(keys, tuple) else ()
