"""SQLite as a warehouse: one file, read only, with amounts that stay exact."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from cmreview.records.columns import Column, Kind
from cmreview.records.foreign import reading_only
from cmreview.review.warehouse import exact_sqlite
from cmreview.review.warehouse.engine import DECIMALS, FACTORS, Engine, Trouble, columns_of, one_line

_LEND = "lent_{}"


def connect(path: Path) -> Engine:
    """A SQLite file as a warehouse. Raises Trouble where it can't be opened."""
    try:
        connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error as error:
        raise Trouble(one_line(error)) from error
    exact_sqlite.teach(connection)
    connection.set_authorizer(reading_only)

    def answer(sql: str) -> sqlite3.Cursor:
        try:
            return connection.execute(sql)
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise Trouble(one_line(error)) from error

    def ask(sql: str, schema: pa.Schema) -> pa.Table:
        try:
            return columns_of(schema, answer(sql).fetchall(), _value)
        except sqlite3.Error as error:
            raise Trouble(one_line(error)) from error

    def rows(sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        done = answer(sql)
        return [column[0] for column in done.description], done.fetchall()

    def described(select: str) -> Mapping[str, str]:
        # a cell holds what it holds, whatever its column was declared as
        done = answer(f"SELECT * FROM (\n{select}\n) LIMIT 0")
        return {column[0]: "any" for column in done.description}

    def lend(name: str, table: pa.Table) -> str:
        connection.set_authorizer(None)
        own = _LEND.format(name)
        names = ", ".join(table.column_names)
        marks = ", ".join("?" for _ in table.column_names)
        connection.execute(f"CREATE TEMP TABLE {own} ({names})")
        rows = zip(*(map(_stored, column.to_pylist()) for column in table.columns), strict=True)
        connection.executemany(f"INSERT INTO {own} VALUES ({marks})", rows)
        connection.commit()
        connection.set_authorizer(reading_only)
        return f"SELECT {names} FROM temp.{own}"

    return Engine(
        kind="sqlite",
        statement=exact_sqlite.statement,
        ask=ask,
        rows=rows,
        described=described,
        typed=typed,
        doubted=doubted,
        lend=lend,
        close=connection.close,
    )


def typed(column: Column, name: str, unit: str | None) -> str:
    """A column as ours: decimals as ``exact_sqlite`` keeps them, days as text, flags as 0 and 1."""
    given = '"' + name.replace('"', '""') + '"'
    if column.kind in DECIMALS:
        factor = FACTORS[unit or "currency"][1] or "1"
        return f"exact_from({given}, {DECIMALS[column.kind][1]}, '{factor}')"
    if column.kind is Kind.DATE:
        return f"date({given})"
    if column.kind in (Kind.YES_NO, Kind.COUNT, Kind.YEAR):
        return f"CAST({given} AS INTEGER)"
    # ids are compared by their bytes, whatever the column was declared to do
    return f"CAST({given} AS TEXT) COLLATE BINARY"


def doubted(column: Column, name: str, unit: str | None) -> str | None:
    """The condition that a cell is not exactly a value of ours: SQLite lets any cell hold anything."""
    given = '"' + name.replace('"', '""') + '"'
    if column.kind in DECIMALS:
        return f"{given} IS NOT NULL AND {typed(column, name, unit)} IS NULL"
    if column.kind is Kind.DATE:
        is_day = f"typeof({given}) = 'text' AND date({given}) IS substr({given}, 1, 10)"
        return f"{given} IS NOT NULL AND NOT ({is_day})"
    if column.kind is Kind.YES_NO:
        return f"{given} NOT IN (0, 1)"
    return f"typeof({given}) IN ('real', 'blob')"


def _value(type_: pa.DataType, value: Any) -> Any:
    if pa.types.is_decimal(type_):
        return exact_sqlite.decimal_of(value, type_.scale)
    if pa.types.is_date(type_):
        return date.fromisoformat(value)
    return bool(value) if pa.types.is_boolean(type_) else value


def _stored(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
