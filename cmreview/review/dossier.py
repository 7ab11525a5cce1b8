"""Everything that was handed in about one person, as plain rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cmreview.review.counting import tenure
from cmreview.review.counting.tenure import Interval
from cmreview.review.model import Spell

if TYPE_CHECKING:
    from cmreview.records.model import Records

Row = Mapping[str, Any]  # a row of the schema's table by column name; a blank cell is None


@dataclass(frozen=True, slots=True)
class Dossier:
    """One person's rows of the small tables, in the order of the tables' keys."""

    manager: Row
    spells: tuple[Spell, ...] = ()
    leaves: tuple[Interval, ...] = ()
    exams: tuple[Row, ...] = ()
    achievements: tuple[Row, ...] = ()
    applications: tuple[Row, ...] = ()
    preliminary_reviews: tuple[Row, ...] = ()
    outcomes: tuple[Row, ...] = ()
    incidents: tuple[Row, ...] = ()
    coaching: tuple[Row, ...] = ()


_BY_PERSON = (
    "exams",
    "achievements",
    "applications",
    "preliminary_reviews",
    "outcomes",
    "incidents",
    "coaching",
)


def dossiers(records: Records) -> dict[str, Dossier]:
    """The dossier of everybody on the roster (花名册), by manager id, sorted (Policy 1.2)."""
    histories, leaves = tenure.histories(records), tenure.leaves(records)
    rows = {table: _by_manager(records, table) for table in _BY_PERSON}
    return {
        manager: Dossier(
            manager=roster[0],  # a second row of one id is a finding, and an error
            spells=histories.get(manager, ()),
            leaves=leaves.get(manager, ()),
            **{table: tuple(rows[table].get(manager, ())) for table in _BY_PERSON},
        )
        for manager, roster in sorted(_by_manager(records, "managers").items())
    }


def handed_in(records: Records) -> frozenset[str]:
    """The tables that hold anything. An empty one was not handed in, and is evidence of nothing."""
    return frozenset(name for name in records.tables if records.holds(name))


def _by_manager(records: Records, table: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in records.arrow(table).to_pylist():
        found.setdefault(row["manager_id"], []).append(row)
    return found
