"""What a database says when something goes wrong, as an error that a person can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cmreview.errors import LedgerError

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError

# SQLite's names of errors by their beginning, PostgreSQL's states by code or class; the first fit counts.
_SQLITE = (
    ("SQLITE_BUSY", "ledger.locked"),
    ("SQLITE_LOCKED", "ledger.locked"),
    ("SQLITE_READONLY", "ledger.read_only"),
    ("SQLITE_CANTOPEN", "ledger.read_only"),
    ("SQLITE_PERM", "ledger.read_only"),
    ("SQLITE_AUTH", "ledger.read_only"),
    ("SQLITE_FULL", "ledger.disk_full"),
    ("SQLITE_NOTADB", "ledger.not_a_ledger"),
    ("SQLITE_CORRUPT", "ledger.corrupted"),
    ("SQLITE_TOOBIG", "ledger.corrupted"),  # a value beyond anything that a ledger holds
    ("SQLITE_CONSTRAINT", "ledger.refused"),
)
_POSTGRES = (
    ("55P03", "ledger.locked"),
    ("40", "ledger.locked"),  # deadlock, serialization: another writer was first
    ("25006", "ledger.read_only"),
    ("42501", "ledger.not_allowed"),
    ("42P01", "ledger.not_a_ledger"),  # the tables were dropped meanwhile
    ("28", "ledger.login_refused"),
    ("3D000", "ledger.no_database"),
    ("53100", "ledger.disk_full"),
    ("53", "ledger.gone"),  # too many connections, out of memory
    ("57P", "ledger.gone"),
    ("08", "ledger.gone"),
    ("XX001", "ledger.corrupted"),
    ("XX002", "ledger.corrupted"),
    ("23", "ledger.refused"),
)
# libpq reports these at the login, where psycopg hands on no state. The words are the server's or libpq's,
# in English or in the server's language; where none fits, the server can't be reached.
_LOGIN = (
    ("password", "ledger.login_refused"),
    ("authentication", "ledger.login_refused"),
    ("pg_hba.conf", "ledger.login_refused"),
    ("does not exist", "ledger.no_database"),
)


@contextmanager
def told(place: str) -> Iterator[None]:
    """Errors of the database inside, as LedgerError."""
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except DBAPIError as error:
        raise LedgerError(code_of(error), place=place, detail=_detail(error)) from error
    except UnicodeDecodeError as error:
        # SQLite quotes a damaged schema in its message, and Python can't read that
        raise LedgerError("ledger.corrupted", place=place, detail="SQLITE_CORRUPT") from error


@contextmanager
def told_at_commit(place: str) -> Iterator[None]:
    """The same for the moment of storing: after a break nobody knows whether it was stored."""
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except DBAPIError as error:
        code = code_of(error)
        if code in ("ledger.gone", "ledger.unexpected"):
            code = "ledger.outcome_unknown"
        raise LedgerError(code, place=place, detail=_detail(error)) from error


def is_damage(error: LedgerError) -> bool:
    """Whether the error means that the file itself is damaged."""
    return error.code in ("ledger.corrupted", "ledger.not_a_ledger")


def code_of(error: DBAPIError) -> str:
    """The words for an error of the database."""
    cause = error.orig
    name = getattr(cause, "sqlite_errorname", None)
    if name is not None:
        return _first(_SQLITE, name) or "ledger.unexpected"
    state = getattr(cause, "sqlstate", None)
    if state is not None:
        return _first(_POSTGRES, state) or "ledger.unexpected"
    if type(cause).__module__.startswith("psycopg") and type(cause).__name__ == "OperationalError":
        text = str(cause)
        return next((code for word, code in _LOGIN if word in text), "ledger.gone")
    return "ledger.gone" if error.connection_invalidated else "ledger.unexpected"


def _first(codes: tuple[tuple[str, str], ...], name: str) -> str | None:
    return next((code for beginning, code in codes if name.startswith(beginning)), None)


def _detail(error: DBAPIError) -> str:
    """What the database itself says, for whoever looks after it; without statement and values."""
    name = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    return name or type(error.orig).__name__
