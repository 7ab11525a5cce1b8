"""Two to five people side by side, indicator by indicator, without anything added up (Policy 1.3.a)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cmreview.errors import InputError
from cmreview.policy.model import Group
from cmreview.review.model import Case, Verdict
from cmreview.terms import INDICATORS, Outcome, Unit

FEWEST, MOST = 2, 5  # more do not fit side by side on a wall


@dataclass(frozen=True, slots=True)
class Side:
    """What one criterion says of one person; ``verdict`` is None where the person's level doesn't ask it.

    ``is_best`` marks the best evidenced value of the row, or all who share it, where others have less.
    ``behind`` is the distance to it in the indicator's unit, never below 0; None without a value.
    """

    manager_id: str
    verdict: Verdict | None
    attainment: Fraction | None
    is_best: bool
    behind: Fraction | None


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator; its criteria differ where people apply for different levels."""

    indicator: str
    over_level: str | None
    unit: Unit
    sides: tuple[Side, ...]

    @property
    def is_same_outcome(self) -> bool:
        """Whether all of whom it is asked have the same outcome."""
        return len({side.verdict.outcome for side in self.sides if side.verdict is not None}) <= 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """The cases in the order they were asked for, and a row an indicator, in the order of the clauses.

    ``is_one_level`` False warns that values are held against different thresholds. ``not_judged`` are ids
    whose cases have no verdicts, such as an application that nobody admitted yet.
    """

    cases: tuple[Case, ...]
    rows: tuple[Row, ...]
    is_one_level: bool
    not_judged: tuple[str, ...]


def comparison(cases: Sequence[Case]) -> Comparison:
    """Two to five cases side by side (Policy 1.3.a, 3). InputError for fewer, more, or one of them twice.

    Missing evidence is neither best nor behind, and counts as nothing.
    """
    names = [case.person.manager_id for case in cases]
    if not FEWEST <= len(set(names)) == len(names) <= MOST:
        raise InputError("explorer_figures.compare_count", fewest=FEWEST, most=MOST, given=len(set(names)))
    rows: dict[tuple[str, str | None], dict[str, Verdict]] = {}
    for case in cases:
        for verdict in case.verdicts:
            key = (verdict.fact.indicator, verdict.over_level)
            rows.setdefault(key, {})[case.person.manager_id] = verdict
    in_order = sorted(rows, key=lambda key: _order(rows[key].values()))
    return Comparison(
        cases=tuple(cases),
        rows=tuple(_row(key, rows[key], cases) for key in in_order),
        is_one_level=len({verdict.level for case in cases for verdict in case.verdicts}) <= 1,
        not_judged=tuple(case.person.manager_id for case in cases if not case.verdicts),
    )


def _order(verdicts: Iterable[Verdict]) -> tuple[bool, str]:
    """Qualifications first, then by clause; where levels differ, by the lowest level's clause."""
    first = min(verdicts, key=lambda verdict: verdict.criterion)
    return first.group is Group.PERFORMANCE, first.criterion


def _row(key: tuple[str, str | None], found: dict[str, Verdict], cases: Sequence[Case]) -> Row:
    indicator = INDICATORS[key[0]]
    settled = {
        name: verdict.fact
        for name, verdict in found.items()
        if verdict.outcome in (Outcome.MET, Outcome.MISSED)
    }
    numbers = [fact.value for fact in settled.values() if fact.value is not None]
    top = (min if indicator.lower_is_better else max)(numbers, default=None)
    unbounded = {name for name, fact in settled.items() if fact.unbounded}
    # a growth over nothing is above every growth that has a number
    best = unbounded or {name for name, fact in settled.items() if fact.value == top}
    if len(best) == len(settled):
        best = set()
    sides = []
    for case in cases:
        name = case.person.manager_id
        verdict = found.get(name)
        fact = settled.get(name)
        has_distance = fact is not None and not unbounded
        value = fact.value if fact is not None and has_distance else None
        sides.append(
            Side(
                manager_id=name,
                verdict=verdict,
                attainment=_attainment(case, verdict),
                is_best=name in best,
                behind=None if value is None or top is None else abs(top - value),
            )
        )
    return Row(key[0], key[1], indicator.unit, tuple(sides))


def _attainment(case: Case, verdict: Verdict | None) -> Fraction | None:
    if case.score is None or verdict is None:
        return None
    lines = {line.criterion: line.attainment for line in case.score.lines}
    return lines.get(verdict.criterion)
