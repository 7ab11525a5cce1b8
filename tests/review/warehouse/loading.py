"""Warehouses for tests: the records of a company written into a database as a company keeps its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow as pa

from cmreview.records.mapping import TableMapping
from cmreview.records.model import Records
from cmreview.records.schema import TABLES
from cmreview.review.counting.backend import Fetch, spells
from cmreview.review.counting.tables import LARGE
from cmreview.review.warehouse import duckdb as on_duckdb
from cmreview.review.warehouse import postgresql, sqlite
from cmreview.review.warehouse.engine import Engine, fetching
from cmreview.review.warehouse.tables import ours
from cmreview.strict_yaml import Document

UNITS = {"amount": "currency", "share": "fraction", "benefit": "currency"}
SQLITE_TYPES = {"decimal": "TEXT", "date": "TEXT", "bool": "INTEGER"}
POSTGRES_TYPES = {"string": "text", "date": "date", "bool": "boolean", "int64": "bigint"}


def kept(table: str) -> str:
    """The name under which a warehouse of these tests keeps a table."""
    return f"crm_{table}"


def selects() -> dict[str, TableMapping]:
    """What a company writes for its warehouse: one select a table."""
    return {
        name: TableMapping(
            select=f"SELECT * FROM {kept(name)}",
            units={
                column.name: UNITS[column.name] for column in TABLES[name].columns if column.name in UNITS
            },
        )
        for name in LARGE
    }


def asked(engine: Engine, records: Records) -> Fetch:
    """Evaluates expressions in the warehouse, with the level histories lent to it."""
    document = Document(data={}, file="crm.yaml", lines={})
    tables = {name: ours(engine, name, wanted, document) for name, wanted in selects().items()}
    return fetching(engine, tables | {"spells": engine.lend("spells", spells(records))})


@contextmanager
def in_duckdb(records: Records, folder: Path) -> Iterator[Engine]:
    """A DuckDB file of these records."""
    path = folder / "crm.duckdb"
    path.unlink(missing_ok=True)
    with duckdb.connect(path) as connection:
        for name in LARGE:
            connection.register("given", records.arrow(name))
            connection.execute(f"CREATE TABLE {kept(name)} AS FROM given")
    engine = on_duckdb.connect(path)
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def in_sqlite(records: Records, folder: Path) -> Iterator[Engine]:
    """A SQLite file of these records: amounts and days as text, which loses nothing."""
    path = folder / "crm.sqlite"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    for name in LARGE:
        table = records.arrow(name)
        columns = [f"{field.name} {_type(field.type, SQLITE_TYPES, 'TEXT')}" for field in table.schema]
        connection.execute(f"CREATE TABLE {kept(name)} ({', '.join(columns)})")
        marks = ", ".join("?" for _ in table.schema)
        connection.executemany(f"INSERT INTO {kept(name)} VALUES ({marks})", rows(table))
    connection.commit()
    connection.close()
    engine = sqlite.connect(path)
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def in_postgresql(records: Records, url: str) -> Iterator[Engine]:
    """A PostgreSQL database with these records."""
    with psycopg.connect(url) as connection:
        for name in LARGE:
            table = records.arrow(name)
            columns = [
                f"{field.name} {_type(field.type, POSTGRES_TYPES, 'numeric')}" for field in table.schema
            ]
            connection.execute(f"DROP TABLE IF EXISTS {kept(name)}")
            connection.execute(f"CREATE TABLE {kept(name)} ({', '.join(columns)})")
            with connection.cursor().copy(f"COPY {kept(name)} FROM STDIN") as copy:
                for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
                    copy.write_row(row)
    engine = postgresql.connect(url)
    try:
        yield engine
    finally:
        engine.close()


def rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    """Rows as SQLite takes them."""
    return zip(*([_cell(value) for value in column.to_pylist()] for column in table.columns), strict=True)


def _cell(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _type(type_: pa.DataType, known: Mapping[str, str], otherwise: str) -> str:
    return next((written for start, written in known.items() if str(type_).startswith(start)), otherwise)
