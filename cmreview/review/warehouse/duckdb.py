"""DuckDB as a warehouse: a database file, or Parquet files, out of core within a memory limit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa

from cmreview.records.foreign import quoted
from cmreview.review.warehouse.engine import Engine, Trouble, one_line, rounding, standard

_KINDS = {
    "VARCHAR": "text",
    "UUID": "text",
    **dict.fromkeys(
        ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER"), "whole"
    ),
    "UBIGINT": "whole",
    **dict.fromkeys(("FLOAT", "DOUBLE"), "floating"),
    "DATE": "date",
    "BOOLEAN": "flag",
}


def connect(
    path: Path | None = None,
    files: Mapping[str, tuple[Path, ...]] | None = None,
    *,
    memory: str | None = None,
    temporary: Path | None = None,
) -> Engine:
    """A DuckDB file as a warehouse, or Parquet files under the names of ``files``.

    ``memory`` is how much it may take (``"4GB"``); beyond that it writes to ``temporary``, or beside the
    system's own temporary files. Raises Trouble where it can't be opened.
    """
    try:
        connection = duckdb.connect() if path is None else duckdb.connect(path, read_only=True)
        if memory is not None:
            connection.execute("SET memory_limit = $1", [memory])
        if temporary is not None:
            connection.execute("SET temp_directory = $1", [str(temporary)])
        connection.execute("SET preserve_insertion_order = false")
        for name, parts in (files or {}).items():
            connection.read_parquet([str(part) for part in parts]).create_view(name)
    except duckdb.Error as error:
        raise Trouble(one_line(error)) from error

    def answer(sql: str) -> duckdb.DuckDBPyRelation:
        try:
            return connection.sql(sql)
        except duckdb.Error as error:
            raise Trouble(one_line(error)) from error

    def ask(sql: str, schema: pa.Schema) -> pa.Table:
        try:
            return answer(sql).to_arrow_table().cast(schema)
        except (duckdb.Error, pa.ArrowInvalid) as error:
            raise Trouble(one_line(error)) from error

    def rows(sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        done = answer(sql)
        return list(done.columns), done.fetchall()

    def described(select: str) -> Mapping[str, str]:
        found = answer(f"SELECT * FROM (\n{select}\n) LIMIT 0")
        return {name: _kind(str(type_)) for name, type_ in zip(found.columns, found.types, strict=True)}

    def lend(name: str, table: pa.Table) -> str:
        connection.register(f"lent_{name}", table)
        return f"SELECT * FROM {quoted(f'lent_{name}')}"

    return Engine(
        kind="duckdb",
        statement=_statement,
        ask=ask,
        rows=rows,
        described=described,
        typed=standard('"', "VARCHAR"),
        doubted=rounding('"'),
        lend=lend,
        close=connection.close,
    )


def _statement(expression: ibis.Table) -> str:
    return str(ibis.to_sql(expression, dialect="duckdb"))


def _kind(name: str) -> str:
    if name.startswith("DECIMAL"):
        return "decimal"
    return "moment" if name.startswith("TIMESTAMP") else _KINDS.get(name, name)
