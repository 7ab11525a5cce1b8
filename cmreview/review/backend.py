"""Records as Ibis tables on DuckDB, for as long as they are asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from cmreview.review.tenure import histories

if TYPE_CHECKING:
    from cmreview.records.model import Records

# The tables that indicators aggregate; those of people are small and handled in Python.
LARGE = ("contracts", "customers", "surveys", "complaints", "projects", "managers")

SPELLS = pa.schema(
    [
        ("manager_id", pa.string()),
        ("department", pa.string()),
        ("level", pa.string()),
        ("first_day", pa.date32()),
        ("last_day", pa.date32()),  # null: still held
    ]
)


@contextmanager
def opened(records: Records) -> Iterator[Mapping[str, ibis.Table]]:
    """The large tables by name, and ``spells``: the level histories, each in turn, no day twice.

    They live in memory and are gone when the ``with`` ends.
    """
    connection = ibis.duckdb.connect()
    try:
        tables = {name: records.arrow(name) for name in LARGE} | {"spells": spells(records)}
        yield {name: _copied(connection, name, table) for name, table in tables.items()}
    finally:
        connection.disconnect()


def _copied(connection: Any, name: str, table: pa.Table) -> ibis.Table:
    # Copied, because DuckDB counts its own tables twice as fast as Arrow's; by its own statement,
    # because Ibis's create_table costs a tenth of a second over these tables, however small.
    connection.con.register(f"given_{name}", table)
    connection.con.execute(f"CREATE TEMP TABLE {name} AS FROM given_{name}")
    connection.con.unregister(f"given_{name}")
    return connection.table(name)


def spells(records: Records) -> pa.Table:
    """The level histories as one table: manager_id, department, level, first_day, last_day."""
    rows = [
        {
            "manager_id": manager,
            "department": spell.department,
            "level": spell.level,
            "first_day": spell.start,
            "last_day": spell.end,
        }
        for manager, lines in sorted(histories(records).items())
        for spell in lines
    ]
    return pa.Table.from_pylist(rows, schema=SPELLS)
