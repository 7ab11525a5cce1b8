"""A ledger put into its place: made new there, or restored from a copy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cmreview.errors import LedgerError
from cmreview.process.ledger import copy as ledger_copy
from cmreview.process.ledger import tables as ledger_tables
from cmreview.process.ledger.chain import Head, origin
from cmreview.process.ledger.check import faults
from cmreview.process.ledger.database import Database, open_database

if TYPE_CHECKING:
    from sqlalchemy import Connection

# Seconds that a writer waits for another one before it gives up.
WAIT = 30.0


def restore(path: Path, location: str | Path) -> Head:
    """Put the ledger of an export into a new or empty place, on either database; returned is where it ends.

    The copy is verified before, and what was stored is read back and verified before it counts; after
    an error the place is as it was. LedgerError where the copy is not byte for byte as it was written,
    or where the place holds events already.
    """
    head, rows = ledger_copy.read(path)
    database = open_database(location, create=True, wait=WAIT)
    try:
        with database.writing() as connection:
            ledger_tables.hold_the_place(connection)
            if ledger_tables.exist(connection):
                there = ledger_tables.head(connection, database.place, lock=True)
                if there.number or ledger_tables.last_row(connection) is not None:
                    raise LedgerError("ledger.not_empty", place=database.place)
                ledger_tables.drop(connection)
            _is_free(connection, database.place)
            ledger_tables.create(connection, head, rows)
            stored = tuple(ledger_tables.rows(connection))
            if stored != rows or any(True for _ in faults(stored, ledger_tables.heads(connection))):
                raise LedgerError("ledger.restored_otherwise", place=database.place)
    finally:
        database.close()
    return head


def make(database: Database, draw: Callable[[], str]) -> None:
    """An empty ledger where there is none; one that is there stays as it is."""
    with database.reading() as connection:
        if ledger_tables.exist(connection):
            return
    with database.writing() as connection:
        ledger_tables.hold_the_place(connection)
        if not ledger_tables.exist(connection):  # another program may have been faster
            _is_free(connection, database.place)
            ledger_id = draw()
            ledger_tables.create(connection, Head(ledger_id, 0, origin(ledger_id)))


def _is_free(connection: Connection, place: str) -> None:
    """A SQLite file that holds something else is somebody else's; a PostgreSQL database may hold more."""
    import sqlalchemy as sa

    if connection.dialect.name == "sqlite" and sa.inspect(connection).get_table_names():
        raise LedgerError("ledger.not_a_ledger", place=place)
