"""PostgreSQL as a warehouse: one read-only transaction; nothing is written, not even a temporary table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis
import psycopg
import pyarrow as pa
from psycopg import sql as written

from cmreview.review.warehouse.engine import Engine, Trouble, columns_of, one_line, rounding, standard

_KINDS = {
    **dict.fromkeys(("text", "varchar", "bpchar", "name", "uuid"), "text"),
    **dict.fromkeys(("int2", "int4", "int8"), "whole"),
    **dict.fromkeys(("float4", "float8"), "floating"),
    **dict.fromkeys(("timestamp", "timestamptz"), "moment"),
    "numeric": "decimal",
    "date": "date",
    "bool": "flag",
}


def connect(url: str) -> Engine:
    """A PostgreSQL database as a warehouse, by its address. Raises Trouble where it can't be reached."""
    try:
        connection = psycopg.connect(url, connect_timeout=10)
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ  # every query sees one moment
        connection.prepare_threshold = None
    except (psycopg.Error, OSError) as error:
        raise Trouble(one_line(error)) from error

    def answer(sql: str) -> psycopg.Cursor[Any]:
        try:
            with connection.transaction():
                return connection.execute(sql.encode())
        except (psycopg.Error, OSError) as error:
            raise Trouble(one_line(error)) from error

    def ask(sql: str, schema: pa.Schema) -> pa.Table:
        return columns_of(schema, answer(sql).fetchall(), lambda _, value: value)

    def rows(sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        done = answer(sql)
        return [column.name for column in done.description or ()], done.fetchall()

    def described(select: str) -> Mapping[str, str]:
        found = answer(f"SELECT * FROM (\n{select}\n) AS given LIMIT 0").description or ()
        return {column.name: _kind(connection, column.type_code) for column in found}

    def lend(name: str, table: pa.Table) -> str:
        parts = []
        for field, column in zip(table.schema, table.columns, strict=True):
            own = "date[]" if pa.types.is_date(field.type) else "text[]"
            literal = written.Literal(column.to_pylist()).as_string(connection)
            parts.append(f"CAST({literal} AS {own})")
        names = ", ".join(table.column_names)
        return f"SELECT * FROM unnest({', '.join(parts)}) AS given({names})"

    return Engine(
        kind="postgresql",
        statement=_statement,
        ask=ask,
        rows=rows,
        described=described,
        # ids are compared by their bytes, whatever the database's language is
        typed=standard('"', "text", ' COLLATE "C"'),
        doubted=rounding('"'),
        lend=lend,
        close=connection.close,
    )


def _statement(expression: ibis.Table) -> str:
    return str(ibis.to_sql(expression, dialect="postgres"))


def _kind(connection: psycopg.Connection[Any], oid: int) -> str:
    known = connection.adapters.types.get(oid)
    name = str(oid) if known is None else known.name
    return _KINDS.get(name, name)
