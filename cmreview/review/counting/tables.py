"""The tables that indicators are counted from, as expressions and statements know them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa

from cmreview.records.schema import TABLES

if TYPE_CHECKING:
    import ibis

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

# Under which names statements know the tables: not those that a company's own may have.
TABLE = "reviewed_{}"


@cache
def tables() -> Mapping[str, ibis.Table]:
    """The large tables by name, and ``spells``: the level histories, each in turn, no day twice.

    They are bound to no backend: expressions over them hold wherever tables of these names (``TABLE``) are.
    """
    import ibis  # here, since it is slow to import and most runs know their statements

    schemas = {name: TABLES[name].arrow_schema for name in LARGE} | {"spells": SPELLS}
    return {
        name: ibis.table(ibis.Schema.from_pyarrow(schema), name=TABLE.format(name))
        for name, schema in schemas.items()
    }
