"""Triggers that keep accidents and careless tools off the ledger.

Whoever owns the database can drop them: what tells of an alteration is the chain of hashes, never a trigger.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

# What each trigger stands before; the words after "WHEN" may differ between the databases.
_SQLITE = {
    "ledger_event_kept": "UPDATE ON ledger_event",
    "ledger_event_stays": "DELETE ON ledger_event",
    # INSERT OR REPLACE deletes without a DELETE trigger, so only the next number may be inserted
    "ledger_event_next": """INSERT ON ledger_event
        WHEN NEW.number IS NOT (SELECT coalesce(max(number), 0) + 1 FROM ledger_event)""",
    "ledger_head_forward": """UPDATE ON ledger_head
        WHEN NEW.number <= OLD.number OR NEW.id IS NOT OLD.id
        OR NEW.ledger_id IS NOT OLD.ledger_id OR NEW.format_version IS NOT OLD.format_version""",
    "ledger_head_stays": "DELETE ON ledger_head",
    "ledger_head_once": "INSERT ON ledger_head WHEN EXISTS (SELECT 1 FROM ledger_head)",
}
_POSTGRES = {
    "ledger_event_kept": "UPDATE OR DELETE ON ledger_event FOR EACH ROW",
    # TRUNCATE passes the triggers of rows by
    "ledger_event_stays": "TRUNCATE ON ledger_event FOR EACH STATEMENT",
    "ledger_head_forward": """UPDATE ON ledger_head FOR EACH ROW
        WHEN (NEW.number <= OLD.number OR NEW.id <> OLD.id
        OR NEW.ledger_id <> OLD.ledger_id OR NEW.format_version <> OLD.format_version)""",
    "ledger_head_kept": "DELETE ON ledger_head FOR EACH ROW",
    "ledger_head_stays": "TRUNCATE ON ledger_head FOR EACH STATEMENT",
}
# What stands in the way of an erasure, and of nothing else that the ledger does.
_KEEPS = ("ledger_event_kept", "ledger_head_forward")
_FUNCTION = """CREATE OR REPLACE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE restrict_violation USING MESSAGE = 'the ledger is append-only'; END $$"""


def statements(dialect: str) -> tuple[str, ...]:
    """What guards the tables of a new ledger, for ``sqlite`` or ``postgresql``."""
    if dialect == "sqlite":
        refuse = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        return tuple(f"CREATE TRIGGER {name} BEFORE {what} {refuse}" for name, what in _SQLITE.items())
    call = "EXECUTE FUNCTION ledger_append_only()"
    return (_FUNCTION, *(f"CREATE TRIGGER {name} BEFORE {what} {call}" for name, what in _POSTGRES.items()))


@contextmanager
def lifted(connection: Connection) -> Iterator[None]:
    """Without the triggers that keep events and format as they are; set again before the transaction ends.

    After an error the transaction is undone, and this with it.
    """
    dialect = connection.dialect.name
    for name in _KEEPS:
        table = "" if dialect == "sqlite" else f" ON {name[: name.rindex('_')]}"
        connection.exec_driver_sql(f"DROP TRIGGER {name}{table}")
    yield
    for statement in statements(dialect):
        if statement.startswith(tuple(f"CREATE TRIGGER {name} " for name in _KEEPS)):
            connection.exec_driver_sql(statement)
