"""The ledger's two tables, and every statement on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from cmreview.errors import LedgerError
from cmreview.process.ledger.chain import COLUMNS, Head, Row
from cmreview.process.ledger.erasure import FORMAT_OF_ERASURES, emptied, format_of
from cmreview.process.ledger.guards import lifted, statements

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select, Table

# A statement takes only so many values at once.
_PORTION = 1_000
# Any number, the same in every cmreview: whoever makes the tables holds it meanwhile.
_POSTGRES_LOCK = 4_101_405


class Tables(NamedTuple):
    """The table of events, and the table of one row that says where they end."""

    event: Table
    head: Table


@cache
def tables() -> Tables:
    """The tables, described once; their names stand apart in a database that holds other things too."""
    import sqlalchemy as sa

    # bytes are compared as bytes on either database, so that the same cases come in the same order
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    metadata = sa.MetaData()
    event = sa.Table(
        "ledger_event",
        metadata,
        sa.Column("number", whole, primary_key=True, autoincrement=False),
        sa.Column("case_id", text, nullable=False, index=True),
        sa.Column("kind", text, nullable=False),
        sa.Column("actor", text, nullable=False),
        sa.Column("at", text, nullable=False),
        sa.Column("corrects", whole, sa.ForeignKey("ledger_event.number")),
        sa.Column("content", text),
        sa.Column("content_sha256", text, nullable=False),
        sa.Column("previous", text, nullable=False),
        sa.Column("hash", text, nullable=False),
    )
    head = sa.Table(
        "ledger_head",
        metadata,
        sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True, autoincrement=False),
        sa.Column("format_version", sa.Integer, nullable=False),
        sa.Column("ledger_id", text, nullable=False),
        sa.Column("number", whole, nullable=False),
        sa.Column("hash", text, nullable=False),
    )
    return Tables(event, head)


def exist(connection: Connection) -> bool:
    """Whether there is a ledger in the database."""
    import sqlalchemy as sa

    found = sa.inspect(connection)
    return found.has_table("ledger_event") and found.has_table("ledger_head")


def hold_the_place(connection: Connection) -> None:
    """Keep others from making the tables at the same time, until the transaction ends."""
    import sqlalchemy as sa

    if connection.dialect.name == "postgresql":  # in SQLite a writing transaction is alone anyway
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_POSTGRES_LOCK)))


def create(connection: Connection, head: Head, rows: Sequence[Row] = ()) -> None:
    """Make the tables, with what is in them from the beginning, and guard them."""
    table = tables()
    table.event.metadata.create_all(connection, checkfirst=False)
    connection.execute(
        table.head.insert(),
        {
            "id": 1,
            "format_version": format_of(rows),
            "ledger_id": head.ledger_id,
            "number": head.number,
            "hash": head.hash,
        },
    )
    insert(connection, rows)
    for guard in statements(connection.dialect.name):
        connection.exec_driver_sql(guard)


def drop(connection: Connection) -> None:
    """Take the tables away; only ever where a restore finds an empty ledger in its place."""
    tables().event.metadata.drop_all(connection)


def insert(connection: Connection, rows: Sequence[Row]) -> None:
    """Store rows in their order."""
    for start in range(0, len(rows), _PORTION):
        portion = rows[start : start + _PORTION]
        connection.execute(tables().event.insert(), [asdict(row) for row in portion])


def move_head(connection: Connection, number: int, digest: str) -> None:
    """Let the ledger end with event ``number``."""
    connection.execute(tables().head.update().values(number=number, hash=digest))


def erase(connection: Connection, erased: Sequence[Row], erasure: Row) -> None:
    """Leave of the rows what an erasure leaves, and record it: the guards stand aside for just that.

    They are lifted and set again inside the transaction, so nobody else ever finds the tables without.
    """
    columns = tables().event.c
    with lifted(connection):
        for row in erased:
            left = asdict(emptied(row))
            connection.execute(tables().event.update().where(columns.number == row.number).values(left))
        insert(connection, [erasure])
        end = {"number": erasure.number, "hash": erasure.hash, "format_version": FORMAT_OF_ERASURES}
        connection.execute(tables().head.update().values(end))


def head(connection: Connection, place: str, *, lock: bool = False) -> Head:
    """Where the ledger ends; ``lock`` keeps other writers waiting until the transaction ends.

    Raises LedgerError where the ledger is of a newer format, or where its end is not to be found.
    """
    found = heads(connection, lock=lock)
    if len(found) != 1:
        raise LedgerError("ledger.no_head", place=place)
    version, ends = found[0]
    if type(version) is not int or version < 1:
        raise LedgerError("ledger.no_head", place=place)
    if version > FORMAT_OF_ERASURES:
        raise LedgerError("ledger.newer_format", place=place, found=version, known=FORMAT_OF_ERASURES)
    return ends


def heads(connection: Connection, *, lock: bool = False) -> list[tuple[Any, Head]]:
    """Every row of the table that must hold one: format version and head, whatever stands there."""
    import sqlalchemy as sa

    columns = tables().head.c
    query = sa.select(columns.format_version, columns.ledger_id, columns.number, columns.hash)
    found = connection.execute(query.with_for_update() if lock else query)
    return [(version, Head(ledger_id, number, digest)) for version, ledger_id, number, digest in found]


def last_row(connection: Connection) -> Row | None:
    """The row with the highest number; None in an empty ledger."""
    number = tables().event.c.number
    found = connection.execute(_select().order_by(number.desc()).limit(1)).first()
    return None if found is None else Row(*found)


def rows(
    connection: Connection, *, case: str | None = None, year: int | None = None, number: int | None = None
) -> list[Row]:
    """The rows of a case, of a review year, or all, by number."""
    columns = tables().event.c
    query = _select().order_by(columns.number)
    if case is not None:
        query = query.where(columns.case_id == case)
    if year is not None:
        query = query.where(*_of_year(year))
    if number is not None:
        query = query.where(columns.number == number)
    return [Row(*values) for values in connection.execute(query)]


def cases(connection: Connection, year: int) -> list[str]:
    """The cases of a review year, in the order of their ids."""
    import sqlalchemy as sa

    column = tables().event.c.case_id
    return list(
        connection.execute(sa.select(column).distinct().where(*_of_year(year)).order_by(column)).scalars()
    )


def last_numbers(connection: Connection, wanted: Iterable[str]) -> dict[str, int]:
    """The number of the last event of each case that has one."""
    import sqlalchemy as sa

    columns = tables().event.c
    query = sa.select(columns.case_id, sa.func.max(columns.number)).group_by(columns.case_id)
    listed = list(wanted)
    found: dict[str, int] = {}
    for start in range(0, len(listed), _PORTION):
        portion = listed[start : start + _PORTION]
        for case, number in connection.execute(query.where(columns.case_id.in_(portion))):
            found[case] = number
    return found


def _of_year(year: int) -> tuple[Any, Any]:
    # "0" is the character after "/", so these are all ids that begin with the year and the stroke
    column = tables().event.c.case_id
    return column >= f"{year:04d}/", column < f"{year:04d}0"


def _select() -> Select[Any]:
    import sqlalchemy as sa

    return sa.select(*(tables().event.c[name] for name in COLUMNS))
