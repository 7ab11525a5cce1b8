"""Databases for the tests of the ledger: a SQLite file, and a PostgreSQL of our own or one that is given.

Where PostgreSQL is installed, each worker starts a private cluster in a temporary folder, on a socket only.
``CMREVIEW_TEST_POSTGRES`` names another server by its URL; its tables lie in schemas that are dropped again.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cmreview.process.ledger.chain import FORMAT, Row
from cmreview.process.ledger.ledger import Head

GIVEN = "CMREVIEW_TEST_POSTGRES"
KINDS = ("sqlite", "postgresql")

Location = str | Path


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server; ``control`` stops and starts it, where it is our own."""

    url: sa.URL
    control: Callable[..., None] | None = None


@contextmanager
def private_cluster() -> Iterator[Server]:
    """A cluster of our own, gone at the end. Raises LookupError where PostgreSQL is not installed."""
    programs = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: int(found.parts[-3])
    )
    found = programs[-1] if programs else shutil.which("initdb")
    if found is None:
        raise LookupError
    # the server refuses to run as root, and needs nothing of root's
    owner: dict[str, Any] = {}
    folder = Path(tempfile.mkdtemp(prefix="cmreview-"))
    if os.geteuid() == 0:
        import pwd  # here, as Windows has none

        who = pwd.getpwnam("postgres")
        owner = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
        os.chown(folder, who.pw_uid, who.pw_gid)

    def run(program: str, *arguments: str) -> None:
        command = [str(Path(found).with_name(program)), "-D", str(folder / "data"), *arguments]
        # a server that inherits a pipe keeps it open, so it gets none
        with (folder / "log").open("ab") as log:
            done = subprocess.run(
                command, **owner, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False
            )
        if done.returncode:
            raise RuntimeError((folder / "log").read_text("utf-8", "replace"))

    def control(*arguments: str) -> None:
        run("pg_ctl", "-w", *arguments)

    def start() -> None:
        # without fsync it survives the death of the server, not of the machine, and of that no test can ask
        options = ("listen_addresses=''", "max_connections=60", "fsync=off", "full_page_writes=off")
        control("start", "-o", " ".join([f"-k {folder}", *(f"-c {option}" for option in options)]))

    password = secrets.token_hex(8)
    (folder / "password").write_text(password, encoding="ascii")
    (folder / "password").chmod(0o644)  # the folder itself is closed to others
    try:
        login = ("-A", "scram-sha-256", f"--pwfile={folder / 'password'}")
        run("initdb", "-U", "postgres", *login, "-E", "UTF8", "--no-locale", "--no-sync")
        start()
        try:
            url = sa.URL.create(
                "postgresql+psycopg", "postgres", password, database="postgres", query={"host": str(folder)}
            )
            yield Server(url, lambda *how: control(*how) if how[0] == "stop" else start())
        finally:
            control("stop", "-m", "immediate")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The PostgreSQL server of this session."""
    given = os.environ.get(GIVEN)
    if given:
        yield Server(sa.make_url(given))
        return
    try:
        with private_cluster() as server:
            yield server
    except LookupError:
        reason = f"PostgreSQL is not installed (Debian: postgresql) and {GIVEN} names no server"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(params=KINDS)
def kind(request) -> str:
    """Each kind of database in turn."""
    return request.param


@pytest.fixture
def places(request, tmp_path) -> Iterator[Callable[[str], Location]]:
    """Makes places where no ledger is yet, of the kind that is asked for."""
    schemas: list[str] = []

    def place(kind: str) -> Location:
        name = f"ledger_{secrets.token_hex(6)}"
        if kind == "sqlite":
            return tmp_path / f"{name}.db"
        url = request.getfixturevalue("postgres").url
        with connected(url) as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")
        schemas.append(name)
        return url.update_query_dict({"options": f"-csearch_path={name}"}).render_as_string(False)

    yield place
    if schemas:
        with connected(request.getfixturevalue("postgres").url) as connection:
            for name in schemas:
                connection.exec_driver_sql(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture
def location(kind, places) -> Location:
    """A place where no ledger is yet: a SQLite file, then a PostgreSQL schema."""
    return places(kind)


@contextmanager
def connected(url: sa.URL | str) -> Iterator[sa.Connection]:
    """A connection past the ledger; what is done is kept."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        yield connection


@contextmanager
def unguarded(location: Location) -> Iterator[sa.Connection]:
    """A connection for which no trigger and no foreign key holds, as for somebody who owns the database."""
    if isinstance(location, Path):
        with connected(f"sqlite:///{location}") as connection:
            triggers = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in triggers.all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            yield connection
    else:
        with connected(location) as connection:
            connection.exec_driver_sql("SET session_replication_role = replica")
            yield connection


def put(location: Location, rows: list[Row], head: Head | None, version: Any = FORMAT) -> None:
    """Make exactly these the rows of a ledger, past everything that guards it."""
    names = [field.name for field in fields(Row)]
    insert = f"INSERT INTO ledger_event ({', '.join(names)}) VALUES ({', '.join(f':{n}' for n in names)})"
    with unguarded(location) as connection:
        connection.execute(sa.text("DELETE FROM ledger_event"))
        connection.execute(sa.text("DELETE FROM ledger_head"))
        if rows:
            connection.execute(sa.text(insert), [dict(zip(names, astuple(row), strict=True)) for row in rows])
        if head is not None:
            connection.execute(
                sa.text("INSERT INTO ledger_head VALUES (1, :version, :ledger_id, :number, :hash)"),
                {
                    "version": version,
                    "ledger_id": head.ledger_id,
                    "number": head.number,
                    "hash": head.hash,
                },
            )


def stored(location: Location) -> list[Row]:
    """The rows of a ledger, past the ledger."""
    names = ", ".join(field.name for field in fields(Row))
    url = f"sqlite:///{location}" if isinstance(location, Path) else location
    with (
        connected(url) as connection,
        closing(connection.exec_driver_sql(f"SELECT {names} FROM ledger_event ORDER BY number")) as found,
    ):
        return [Row(*values) for values in found]
