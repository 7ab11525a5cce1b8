"""The year's conclusions as the table of earlier outcomes that next year reads (Policy 5.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cmreview.process.events import case_id
from cmreview.process.measures import Measure
from cmreview.process.stages import CaseState
from cmreview.review.after.level_history import Remark
from cmreview.review.model import Case
from cmreview.review.told import Told
from cmreview.terms import Outcome
from cmreview.words import say

TABLE = "outcomes"


@dataclass(frozen=True, slots=True)
class ConclusionRow:
    """A row of the table: whether somebody met the requirements of the level held, and the honour."""

    manager_id: str
    year: int
    level: str
    outcome: Outcome
    honour: str | None = None

    def values(self) -> dict[str, Any]:
        """The row by the columns' names, as ``records.template`` writes it."""
        return {name: getattr(self, name) for name in self.__slots__} | {"outcome": self.outcome.value}


@dataclass(frozen=True, slots=True)
class Conclusions:
    """The rows of a year by manager id, and why there is none of somebody."""

    rows: tuple[ConclusionRow, ...]
    remarks: tuple[Remark, ...]


def conclusions(
    cases: Iterable[Case], states: Mapping[str, CaseState], year: int, lang: str = "zh"
) -> Conclusions:
    """Everybody's conclusion of ``year``, to be handed in with the records of the next (Policy 5.4).

    The outcome is that of the performance requirements of the level held. An honour stands in it only
    where a decision to award it is recorded, whatever the figures advise; ``lang`` is the language of its
    title. Where the standards are not decided, where no level is held and where nothing was worked out there
    is no row, and that is told.
    """
    rows: list[ConclusionRow] = []
    remarks: list[Remark] = []
    for case in sorted(cases, key=lambda one: one.person.manager_id):
        person = case.person
        id_ = case_id(year, person.manager_id)
        honoured = _is_honoured(states.get(id_))
        why = _why_none(case)
        if why is None and case.consequences is not None and person.level is not None:
            honour = say("measures.title", lang) if honoured else None
            rows.append(
                ConclusionRow(person.manager_id, year, person.level, case.consequences.outcome, honour)
            )
        else:
            remarks.append(Remark(id_, Told(f"measures.no_conclusion.{why}")))
            if honoured:
                remarks.append(Remark(id_, Told("measures.no_conclusion.honour")))
    return Conclusions(tuple(rows), tuple(remarks))


def _is_honoured(state: CaseState | None) -> bool:
    decided = None if state is None else state.measure(Measure.HONOUR)
    return decided is not None and decided.decided.agreed


def _why_none(case: Case) -> str | None:
    """Why there is no row of somebody; None where there is one."""
    if case.consequences is None:
        return "not_worked_out"
    if case.person.level is None:
        return "no_level"
    return "no_rule" if case.consequences.outcome is Outcome.NO_RULE else None
