"""What a ledger's file may hold besides its rows: nothing that SQLite would run by itself when it is read."""

from __future__ import annotations

import sqlite3

from cmreview.errors import LedgerError
from cmreview.process.ledger.guards import statements

# Bytes of one value or row. The longest event is some kilobytes; a schema could compute gigabytes.
LONGEST_VALUE = 64 << 20
_EVENT, _HEAD = "ledger_event", "ledger_head"
_PLAIN = 0  # what table_xinfo says of a column that is neither computed nor a virtual table's


def bound(opened: sqlite3.Connection) -> None:
    """Keep a file from using functions with effects in its schema, and from values that fill the memory."""
    opened.execute("PRAGMA trusted_schema = OFF")
    opened.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)


def refuse_foreign(opened: sqlite3.Connection, place: str) -> None:
    """Raise LedgerError where a ledger's file holds a view, a computed column or a trigger of others.

    A view or a computed column would give rows that nobody recorded, or never end; a trigger would write
    beside what is recorded. A file that holds no ledger is told elsewhere.
    """
    held = opened.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    if not {_EVENT, _HEAD} & {name for _, name, _ in held}:
        return
    guards = frozenset(statements("sqlite"))
    for kind, name, sql in held:
        is_virtual = kind == "table" and str(sql).upper().startswith("CREATE VIRTUAL")
        if kind == "view" or is_virtual or (kind == "trigger" and sql not in guards):
            raise LedgerError("ledger.foreign", place=place, name=ascii(name))
    for table in (_EVENT, _HEAD):
        columns = opened.execute("SELECT name, hidden FROM pragma_table_xinfo(?)", (table,))
        for name, hidden in columns.fetchall():
            if hidden != _PLAIN:
                raise LedgerError("ledger.foreign", place=place, name=ascii(name))
