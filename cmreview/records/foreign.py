"""A company's own tables as they are, ready for SQL: CSV and Parquet files, or a database file.

Every foreign table carries two columns more than its file: ``_file``, the file's name, and ``_row``,
the row as a spreadsheet counts it (a CSV's header is row 1; a Parquet file's first row is 1).
"""

from __future__ import annotations

import csv
import hashlib
import io
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from cmreview.errors import MappingError
from cmreview.findings import Finding
from cmreview.records.mapping import SourceFile
from cmreview.records.model import Source
from cmreview.terms import Severity

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

FILE, ROW = "_file", "_row"

Rows = list[tuple[Any, ...]]
# The SELECT may read what was registered, and nothing else on this machine.
LOCKS = (
    "SET python_enable_replacements = false",
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)


@dataclass(frozen=True)
class Foreign:
    """Foreign tables that answer SELECTs.

    ``run`` takes one SELECT and gives the names of its columns and its rows; it raises ValueError
    with the database's own words. ``places`` gives, per foreign table, the file and row of every row
    that the file holds, readable or not; a database has none. ``name`` is the database's file.
    """

    run: Callable[[str], tuple[list[str], Rows]]
    close: Callable[[], None]
    places: Mapping[str, frozenset[tuple[str, int]]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    sources: tuple[Source, ...] = ()
    name: str | None = None


def open_files(files: Mapping[str, SourceFile], folder: Path, mapping: str) -> Foreign:
    """Read the named files below ``folder`` into an in-memory DuckDB that can reach nothing else.

    CSV cells are text, an empty cell is NULL; Parquet columns keep their types. A row with more or
    fewer cells than its header is a finding and not in the table. ``mapping`` is the mapping file's
    name, for errors. Raises MappingError where a file is missing or can't be read.
    """
    import duckdb
    import pyarrow as pa

    connection = duckdb.connect()
    findings: list[Finding] = []
    sources: list[Source] = []
    places: dict[str, frozenset[tuple[str, int]]] = {}
    for logical, wanted in files.items():
        parts = []
        held: set[tuple[str, int]] = set()
        for name in wanted.file:
            path = inside(folder, name, mapping)
            raw = path.read_bytes()
            sources.append(Source(path.name, hashlib.sha256(raw).hexdigest()))
            if path.suffix.lower() == ".csv":
                table, bad = _read_csv(raw, path.name, wanted)
            else:
                table, bad = _read_parquet(raw, path.name), []
            findings += bad
            held.update((path.name, row) for row in table.column(ROW).to_pylist())
            held.update((path.name, finding.row) for finding in bad if finding.row is not None)
            parts.append(table)
        if any(part.schema != parts[0].schema for part in parts):
            raise MappingError("sources.headers_differ", file=mapping, given=", ".join(wanted.file))
        places[logical] = frozenset(held)
        connection.register("arriving", pa.concat_tables(parts))
        connection.execute(f"CREATE TABLE {quoted(logical)} AS SELECT * FROM arriving")
        connection.unregister("arriving")
    return Foreign(_select_by(_lock(connection)), connection.close, places, tuple(findings), tuple(sources))


def open_database(url: str, folder: Path, mapping: str) -> Foreign:
    """Open a database file for reading only: ``sqlite:///crm.sqlite`` or ``duckdb:///crm.duckdb``.

    A relative path starts at ``folder``. Raises MappingError where there is no such file or the kind
    of database is another.
    """
    kind, separator, place = url.partition(":///")
    if not separator or kind not in ("sqlite", "duckdb"):
        raise MappingError("sources.unknown_database", file=mapping, given=kind, known="sqlite, duckdb")
    path = folder / place
    if not path.is_file():
        raise MappingError("sources.file_missing", file=mapping, given=path.name, folder=str(folder))
    source = Source(path.name, hashlib.sha256(path.read_bytes()).hexdigest())
    if kind == "sqlite":
        connection = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)
        connection.set_authorizer(reading_only)
        return Foreign(_sqlite_select_by(connection), connection.close, sources=(source,), name=path.name)
    import duckdb

    try:
        attached = duckdb.connect(path, read_only=True)
    except duckdb.Error as error:
        raise _not_readable(path.name, error) from error
    return Foreign(_select_by(_lock(attached)), attached.close, sources=(source,), name=path.name)


def inside(folder: Path, name: str, mapping: str) -> Path:
    """A file below ``folder``; MappingError where it is missing or lies outside."""
    path = folder / name.replace("\\", "/")
    if not path.is_file():
        raise MappingError("sources.file_missing", file=mapping, given=name, folder=str(folder))
    if not path.resolve().is_relative_to(folder.resolve()):  # a link out of the folder
        raise MappingError("sources.link_outside", file=mapping, given=name)
    return path


def _read_csv(raw: bytes, name: str, wanted: SourceFile) -> tuple[pa.Table, list[Finding]]:
    import pyarrow as pa

    encoding = "utf-8-sig" if wanted.encoding == "utf-8" else wanted.encoding
    try:
        text = raw.decode(encoding)
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=wanted.delimiter, strict=True))
    except UnicodeDecodeError as error:
        raise MappingError(
            "sources.wrong_encoding", file=name, encoding=wanted.encoding, position=error.start
        ) from error
    except csv.Error as error:
        raise _not_readable(name, error) from error
    header = [cell.strip() for cell in records[0]] if records else []
    folded = {cell.casefold() for cell in header}
    if not header or len(folded) < len(header) or folded & {"", FILE, ROW}:
        raise MappingError("sources.odd_header", file=name, given=", ".join(header))
    findings: list[Finding] = []
    numbers: list[int] = []
    kept: list[list[str]] = []
    for number, record in enumerate(records[1:], start=2):
        if not any(record):
            continue  # a blank line is no row
        if len(record) == len(header):
            numbers.append(number)
            kept.append(record)
        else:
            # without its text: whose department's row it is can't be known
            details = (("cells", str(len(record))), ("wanted", str(len(header))))
            findings.append(Finding("sources.ragged_row", Severity.ERROR, name, row=number, details=details))
    cells = zip_longest(*kept) if kept else ((),) * len(header)
    columns = [pa.array([cell or None for cell in column], pa.string()) for column in cells]
    return _with_place(pa.table(columns, names=header), name, numbers), findings


def _read_parquet(raw: bytes, name: str) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    try:
        table = parquet.read_table(io.BytesIO(raw))
    except (pa.ArrowException, OSError) as error:
        raise _not_readable(name, error) from error
    return _with_place(table, name, list(range(1, table.num_rows + 1)))


def _with_place(table: pa.Table, name: str, numbers: list[int]) -> pa.Table:
    import pyarrow as pa

    files = pa.array([name] * len(numbers), pa.string())
    return table.append_column(FILE, files).append_column(ROW, pa.array(numbers, pa.int64()))


def _not_readable(name: str, error: Exception) -> MappingError:
    return MappingError("sources.not_readable", file=name, problem=str(error).splitlines()[0])


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever it holds."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _lock(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    for statement in LOCKS:
        connection.execute(statement)
    return connection


def _select_by(connection: duckdb.DuckDBPyConnection) -> Callable[[str], tuple[list[str], Rows]]:
    import duckdb

    def run(select: str) -> tuple[list[str], Rows]:
        try:
            statements = connection.extract_statements(select)
            if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
                raise ValueError("one SELECT is expected")
            done = connection.execute(statements[0])
            names = [column[0] for column in done.description]
            return names, done.fetchall()
        except duckdb.Error as error:
            raise ValueError(str(error).splitlines()[0]) from error

    return run


def _sqlite_select_by(connection: sqlite3.Connection) -> Callable[[str], tuple[list[str], Rows]]:
    def run(select: str) -> tuple[list[str], Rows]:
        try:
            done = connection.execute(select)
            return [column[0] for column in done.description or ()], done.fetchall()
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise ValueError(str(error)) from error

    return run


def reading_only(action: int, *_: str | None) -> int:
    """SQLite's authorizer for somebody who only reads."""
    allowed = (
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
    )
    return sqlite3.SQLITE_OK if action in allowed else sqlite3.SQLITE_DENY
