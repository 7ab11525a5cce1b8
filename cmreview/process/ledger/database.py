"""The database behind a ledger: opened with care, read at one moment, written whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmreview.errors import LedgerError
from cmreview.process.ledger.foreign import bound, refuse_foreign
from cmreview.process.ledger.shares import share_type
from cmreview.process.ledger.trouble import told, told_at_commit

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine

# How long a server may take to answer at all, in seconds.
_ANSWER = 10
_SIGNATURE = b"SQLite format 3\0"
_WRITES = {"ledger_writes": True}
_POSTGRES = ("postgresql", "postgres", "postgresql+psycopg")


class Database:
    """One SQLite file or one PostgreSQL database; ``place`` names it and holds no password."""

    def __init__(self, engine: Engine, place: str, file: Path | None = None) -> None:
        self.engine = engine
        self.place = place
        self._file = file
        self._identity = _identity(file)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees the ledger as it was at one moment, whoever writes meanwhile."""
        with told(self.place), self.engine.connect() as connection:
            self._is_the_same_file()
            if self._file is None:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection whose statements are stored together at the end, or none of them after an error.

        What was stored is on the disk when this ends. LedgerError ``ledger.outcome_unknown`` where the
        connection broke in the very moment of storing: then all is there or nothing, and only a look
        at the ledger can tell which.
        """
        with told(self.place), self.engine.connect() as connection:
            self._is_the_same_file()
            connection.execution_options(**_WRITES)
            transaction = connection.begin()
            yield connection  # after an error the connection closes, and with it goes what was not stored
            with told_at_commit(self.place):
                transaction.commit()
            # SQLite writes on into a file that has been deleted, and nobody would ever see it again
            self._is_the_same_file()

    def scrub(self) -> None:
        """Leave no byte of what was erased in the database's own files.

        SQLite writes its file anew and empties the WAL, PostgreSQL writes the table anew. What the server
        keeps of its own, archived WAL and base backups, is its administrator's. LedgerError
        ``ledger.not_cleared`` where somebody holds the ledger or the account may not: what was erased stays
        erased, and this is to be done again.
        """
        with told(self.place), self.engine.connect() as connection:
            self._is_the_same_file()
            raw: Any = connection.connection.dbapi_connection
            broke = self.engine.dialect.loaded_dbapi.Error
            try:
                _written_anew(raw, is_file=self._file is not None)
            except broke as error:
                name = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None)
                detail = name or type(error).__name__
                raise LedgerError("ledger.not_cleared", place=self.place, detail=detail) from error
            except _Held as error:
                raise LedgerError("ledger.not_cleared", place=self.place, detail="WAL") from error

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def _is_the_same_file(self) -> None:
        if self._identity != _identity(self._file):
            raise LedgerError("ledger.file_gone", place=self.place)


class _Held(Exception):
    """Somebody reads the ledger, so that its WAL can't be emptied."""


def _written_anew(raw: Any, *, is_file: bool) -> None:
    """Write what the driver's connection ``raw`` leads to anew, outside of any transaction."""
    if not is_file:
        raw.autocommit = True
        try:
            raw.execute("VACUUM (FULL) ledger_event")
        finally:
            raw.autocommit = False
        return
    raw.execute("PRAGMA secure_delete = ON")
    raw.execute("PRAGMA temp_store = MEMORY")  # no copy in a temporary folder
    raw.execute("VACUUM")
    busy, *_ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise _Held


def open_database(location: str | Path, *, create: bool, wait: float) -> Database:
    """The database at a path or URL. Raises LedgerError where there can't be one."""
    if isinstance(location, str) and "://" in location:
        return _open_postgres(location, wait)
    return _open_sqlite(Path(location), create, wait)


def _open_sqlite(path: Path, create: bool, wait: float) -> Database:
    from sqlalchemy import QueuePool, create_engine, event

    place = path.name
    try:
        _can_be_there(path, create)
    except OSError as error:  # a folder above it that we may not even look into
        raise LedgerError("ledger.read_only", place=str(path), detail=error.strerror) from error
    if _is_something_else(path):
        raise LedgerError("ledger.not_a_ledger", place=place)
    path = path.resolve()
    kind = share_type(path)
    if kind is not None:
        # the readers and writers of a WAL file share memory, which machines on a network do not
        raise LedgerError("ledger.network_share", place=str(path), kind=kind)
    uri = f"{path.as_uri()}?mode={'rwc' if create else 'rw'}"

    def connect() -> sqlite3.Connection:
        # autocommit is Python's word for: we say BEGIN and COMMIT, the driver never does by itself
        opened = sqlite3.connect(uri, uri=True, timeout=wait, isolation_level=None, check_same_thread=False)
        try:
            # a byte that is no UTF-8 any more must not keep `verify` from naming the event that it is in
            opened.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            opened.execute("PRAGMA foreign_keys = ON")
            opened.execute("PRAGMA synchronous = FULL")
            bound(opened)
        except BaseException:
            opened.close()
            raise
        return opened

    engine = create_engine("sqlite+pysqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = "ledger_writes" in connection.get_execution_options()
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    with told(place):
        _prepare_file(engine, create, place)
    return Database(engine, place, path)


def _can_be_there(path: Path, create: bool) -> None:
    if path.is_dir():
        raise LedgerError("ledger.is_a_folder", place=str(path))
    if not path.exists():
        if not create:
            raise LedgerError("ledger.missing", place=str(path))
        if not path.parent.is_dir():
            raise LedgerError("ledger.no_folder", folder=str(path.parent))


def _is_something_else(path: Path) -> bool:
    """Whether a file begins like no SQLite file; SQLite itself takes a very short one for empty."""
    try:
        with path.open("rb") as file:
            beginning = file.read(len(_SIGNATURE))
    except OSError:  # SQLite tells why it can't be opened
        return False
    return beginning not in (b"", _SIGNATURE)


def _prepare_file(engine: Engine, create: bool, place: str) -> None:
    """Let readers read while somebody writes (WAL); the mode stays with the file."""
    with engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
        refuse_foreign(raw, place)
        if create:
            raw.execute("PRAGMA journal_mode = WAL")


def _open_postgres(location: str, wait: float) -> Database:
    from sqlalchemy import create_engine, event, make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(location)
    except (ArgumentError, ValueError):
        # neither the text nor its cause is shown: a password may stand in it
        raise LedgerError("ledger.odd_url") from None
    if url.drivername not in _POSTGRES:
        raise LedgerError("ledger.other_database", kind=url.drivername)
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"connect_timeout": _ANSWER},
        hide_parameters=True,
        pool_pre_ping=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(opened: Any, _record: object) -> None:
        opened.autocommit = True
        opened.execute("SELECT set_config('lock_timeout', %s, false)", (f"{int(wait * 1000)}ms",))
        # what was acknowledged must be on the disk, also where the server's default is faster than that
        opened.execute(
            "SELECT set_config('synchronous_commit', 'on', false)"
            " WHERE current_setting('synchronous_commit') = 'off'"
        )
        opened.autocommit = False

    return Database(engine, _place(url))


def _place(url: URL) -> str:
    """Host and database, which say where the ledger is; no name, no password, no options."""
    host = url.host or "localhost"
    port = f":{url.port}" if url.port else ""
    return f"{host}{port}/{url.database or ''}"


def _identity(file: Path | None) -> tuple[int, int] | None:
    if file is None:
        return None
    try:
        found = file.stat()
    except OSError:
        return (0, 0)
    return found.st_dev, found.st_ino
