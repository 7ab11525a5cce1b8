"""One measured line of a benchmark's table: what, against what, the goal, what came of it and its spread.

Each benchmark is a module with ``parser()``, which knows its sizes and numbers of rounds, and
``rows(options)``, which measures and returns its lines. Import it as
``from benchmarks.row import Row``.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on a figure, in its unit: ``Goal("at least", 15, "times")``, ``Goal("at most", 5, "s")``."""

    side: str  # at least, at most
    bound: float
    unit: str

    def __str__(self) -> str:
        return f"{self.side} {self.bound:g} {self.unit}"

    def is_met(self, figure: float) -> bool:
        """Whether ``figure``, in the goal's unit, keeps to the bound."""
        return figure >= self.bound if self.side == "at least" else figure <= self.bound


@dataclass(frozen=True, slots=True)
class Row:
    """A figure's median over all rounds, with the least and the most of them, in the goal's unit.

    ``against`` is empty where a figure stands alone. ``note`` says how the figure came about where
    that is not plain, such as a peer that was measured on a part only.
    """

    what: str
    against: str
    goal: Goal
    measured: float
    spread: tuple[float, float]
    note: str = ""

    @classmethod
    def of(cls, what: str, against: str, goal: Goal, figures: Sequence[float], note: str = "") -> Self:
        """The row of one figure a round."""
        return cls(what, against, goal, statistics.median(figures), (min(figures), max(figures)), note)

    @property
    def is_met(self) -> bool:
        """Whether the median reaches the goal."""
        return self.goal.is_met(self.measured)

    def __str__(self) -> str:
        least, most = self.spread
        against = f" | against {self.against}" if self.against else ""
        note = f" | {self.note}" if self.note else ""
        return (
            f"{'met   ' if self.is_met else 'missed'} {self.measured:8.2f} {self.goal.unit:6} "
            f"({least:.2f} to {most:.2f}; {self.goal}) {self.what}{against}{note}"
        )


def in_turn(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of every way, one figure a round; the ways take turns, so that a busy minute hits all alike."""
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, call in ways.items():
            started = time.perf_counter()
            call()
            seconds[way].append(time.perf_counter() - started)
    return seconds


def ratios(these: Sequence[float], those: Sequence[float]) -> list[float]:
    """``these`` by ``those``, round by round."""
    return [this / that for this, that in zip(these, those, strict=True)]
