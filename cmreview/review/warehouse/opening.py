"""A mapping file's ``url`` opened: which kind of warehouse, where, and with whose credentials."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

from cmreview.errors import MappingError, MissingToolError
from cmreview.records.foreign import inside
from cmreview.records.mapping import Mapping as Source
from cmreview.review.warehouse.engine import Engine, Trouble

KINDS = ("postgresql://", "duckdb:///", "sqlite:///", "spark://local", "sc://")
_NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SECRETS = frozenset({"password", "passwd", "pwd", "token", "sslpassword"})


def open_warehouse(
    source: Source, file: str, folder: Path, environment: Mapping[str, str], *, memory: str | None = None
) -> Engine:
    """The warehouse that a mapping names: its ``url``, or the Parquet files below ``folder``.

    ``file`` is the mapping's name, for errors; ``environment`` gives what ``${NAME}`` stands for; ``memory``
    is how much DuckDB may take. Raises MappingError where the address is none, holds a password, or nothing
    answers there; MissingToolError where the driver is not installed.
    """
    if source.url is None:
        return _of_files(source, file, folder, memory)
    kind = next((start for start in KINDS if source.url.startswith(start)), None)
    if kind is None:
        raise MappingError(
            "warehouse.unknown_kind", file=file, given=source.url.split(":")[0], known=", ".join(KINDS)
        )
    _refuse_secrets(source.url, file)
    url = address(source.url, file, environment)
    name = kind.partition(":")[0]
    try:
        if name in ("duckdb", "sqlite"):
            path = folder / url.removeprefix(kind)
            if not path.is_file():
                raise MappingError("sources.file_missing", file=file, given=path.name, folder=str(folder))
            if name == "sqlite":
                from cmreview.review.warehouse import sqlite

                return sqlite.connect(path)
            from cmreview.review.warehouse import duckdb

            return duckdb.connect(path, memory=memory)
        if name == "postgresql":
            from cmreview.review.warehouse import postgresql

            return postgresql.connect(url)
        from cmreview.review.warehouse.spark import connect

        return connect(url)
    except ModuleNotFoundError as error:
        raise MissingToolError("warehouse.missing_driver", kind=name, package=str(error.name)) from error
    except Trouble as trouble:
        raise MappingError("warehouse.unreachable", file=file, kind=name, problem=str(trouble)) from trouble


def address(url: str, file: str, environment: Mapping[str, str]) -> str:
    """The url with what the environment gives for each ``${NAME}``, written as a url needs it.

    >>> address("postgresql://hr:${PW}@db/crm", "crm.yaml", {"PW": "a/b"})
    'postgresql://hr:a%2Fb@db/crm'
    """

    def given(found: re.Match[str]) -> str:
        name = found.group(1)
        if not environment.get(name):
            raise MappingError("warehouse.unset", file=file, name=name)
        return quote(environment[name], safe="")

    return _NAME.sub(given, url)


def _refuse_secrets(url: str, file: str) -> None:
    parts = urlsplit(url)
    _, has_password, password = parts.netloc.rpartition("@")[0].partition(":")
    # Spark writes its parameters after semicolons
    given = parse_qsl(parts.query) + parse_qsl(url.partition("/;")[2].replace(";", "&"))
    secrets = [value for name, value in given if name.lower() in _SECRETS]
    secrets += [password] if has_password else []
    if any(not _NAME.fullmatch(secret) for secret in secrets):
        raise MappingError("warehouse.password", file=file)


def _of_files(source: Source, file: str, folder: Path, memory: str | None) -> Engine:
    from cmreview.review.warehouse import duckdb

    files: dict[str, tuple[Path, ...]] = {}
    for logical, wanted in source.files.items():
        for name in wanted.file:
            if not name.lower().endswith(".parquet"):
                raise MappingError("warehouse.files_kind", file=file, given=name)
        files[logical] = tuple(inside(folder, name, file) for name in wanted.file)
    try:
        return duckdb.connect(files=files, memory=memory)
    except Trouble as trouble:
        raise MappingError(
            "warehouse.unreachable", file=file, kind="Parquet", problem=str(trouble)
        ) from trouble
