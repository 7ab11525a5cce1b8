"""Records on DuckDB, and what is asked of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from cmreview.review.counting import statements
from cmreview.review.counting.statements import Question
from cmreview.review.counting.tables import LARGE, SPELLS, TABLE
from cmreview.review.counting.tenure import histories

if TYPE_CHECKING:
    import ibis

    from cmreview.records.model import Records

# Rows in all tables below which several threads cost more than they save.
_SMALL = 20_000

Fetch = Callable[["Question | ibis.Table"], pa.Table]


@contextmanager
def opened(records: Records) -> Iterator[Fetch]:
    """A function that answers questions, and expressions over ``tables()``, on these records, in memory.

    It is of no use after the ``with`` ends.
    """
    given = {name: records.arrow(name) for name in LARGE} | {"spells": spells(records)}
    is_small = sum(table.num_rows for table in given.values()) < _SMALL
    connection = duckdb.connect(config={"threads": 1} if is_small else {})
    try:
        for name, table in given.items():
            connection.register(f"given_{name}", table)
            # DuckDB reads its own tables twice as fast as Arrow's, and some are read ten times
            connection.execute(f"CREATE TABLE {TABLE.format(name)} AS FROM given_{name}")
            connection.unregister(f"given_{name}")

        def fetch(asked: Question | ibis.Table) -> pa.Table:
            sql, schema = statements.statement(asked)
            return connection.sql(sql).to_arrow_table().cast(schema)

        yield fetch
        statements.keep()
    finally:
        connection.close()


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
