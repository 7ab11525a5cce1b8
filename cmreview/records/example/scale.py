"""A company as large as a bank, as Parquet files: to see what a warehouse's amounts of data cost."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from cmreview.errors import FileError, RecordsError
from cmreview.records.example.scale_selects import COLUMNS, MACROS, SELECTS
from cmreview.records.schema import TABLES
from cmreview.records.writing import write_whole

MANAGERS, CUSTOMERS, CONTRACTS = 10_000, 1_000_000, 10_000_000
SOURCE = "source.yaml"
_PART = 2_000_000  # rows of a file of contracts
_MOST = 1_000_000_000  # of anything; the ids have so many digits


@dataclass(frozen=True, slots=True)
class Scaled:
    """What was written: the rows of each table, and the bytes of all files."""

    rows: Mapping[str, int]
    size: int


def write_scaled(
    folder: Path,
    *,
    managers: int = MANAGERS,
    customers: int = CUSTOMERS,
    contracts: int = CONTRACTS,
    seed: int = 1,
) -> Scaled:
    """Write a company of that size to ``folder``: Parquet files, and ``source.yaml``, which names them.

    ``contracts`` counts rows: one contract in twenty is shared by two people and has two. Every value is
    computed from its row's number and the seed, so that the same arguments give the same bytes, on any
    number of cores. Raises RecordsError for a size out of range, FileError where a file can't be written.
    """
    if not (1 <= managers <= customers <= contracts <= _MOST):
        raise RecordsError("scale.size", most=_MOST)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", dir=folder) as scratch:
            jobs = _jobs(managers, customers, contracts)
            sizes = {"managers": managers, "customers": customers, "contracts": contracts, "seed": seed}
            with ThreadPoolExecutor() as pool:
                done = list(pool.map(lambda job: _write(Path(scratch), job, sizes), jobs))
            for stale in (*folder.glob("contracts-*.parquet"), folder / SOURCE):
                stale.unlink(missing_ok=True)
            for job in jobs:
                Path(scratch, job.file).replace(folder / job.file)
    except OSError as error:
        raise FileError(
            "template.cant_write", file=folder.name, problem=error.strerror or str(error)
        ) from error
    write_whole(folder / SOURCE, _source(jobs).encode())
    rows: dict[str, int] = {}
    for job, count in zip(jobs, done, strict=True):
        rows[job.table] = rows.get(job.table, 0) + count
    return Scaled(rows, sum((folder / job.file).stat().st_size for job in jobs))


@dataclass(frozen=True, slots=True)
class _Job:
    """One file: rows ``first`` up to but not including ``last`` of a table."""

    table: str
    file: str
    first: int
    last: int


def _jobs(managers: int, customers: int, contracts: int) -> list[_Job]:
    bounds = [*range(0, contracts, _PART), contracts]
    parts = [
        _Job("contracts", f"contracts-{number}.parquet", first, last)
        for number, (first, last) in enumerate(pairwise(bounds), start=1)
    ]
    counts = {
        "managers": managers,
        "level_history": managers * 2,
        "exams": managers,
        "customers": customers,
        "surveys": customers * 2,
        "complaints": contracts // 200,
        "projects": managers // 4,
    }
    return parts + [_Job(name, f"{name}.parquet", 0, count) for name, count in counts.items()]


def _write(folder: Path, job: _Job, sizes: Mapping[str, int]) -> int:
    import duckdb

    select = SELECTS[job.table].format(**sizes, first=job.first, last=job.last)
    with duckdb.connect() as connection:
        # rows in the order of their numbers; with several threads the groups of a file would vary
        connection.execute("SET threads = 1")
        for macro in MACROS:
            connection.execute(macro.format(**sizes))
        connection.execute(
            f"COPY ({select}) TO '{str(folder / job.file).replace(chr(39), chr(39) * 2)}' "
            "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 122880)"
        )
        found = connection.execute("SELECT count(*) FROM read_parquet($1)", [str(folder / job.file)])
        (count,) = found.fetchone() or (0,)
    return int(count)


def _source(jobs: list[_Job]) -> str:
    """The mapping that names the files: each table is ours already, column by column."""
    lines = [
        'name: {zh: "规模测试用的虚构公司", en: "An invented company of a large size"}',
        'currency: {code: CNY, zh: "元", en: "yuan"}',
        "faulty_rows: stop",
        "",
        "files:",
    ]
    names = sorted({job.table for job in jobs}, key=list(TABLES).index)
    for name in names:
        files = ", ".join(job.file for job in jobs if job.table == name)
        lines.append(f"  {name}_file: [{files}]")
    lines += ["", "tables:"]
    for name in names:
        lines.append(f"  {name}:")
        units = [
            f"{column}: {unit}"
            for column, unit in (("amount", "currency"), ("share", "fraction"), ("benefit", "currency"))
            if column in COLUMNS[name]
        ]
        if units:
            lines.append(f"    units: {{{', '.join(units)}}}")
        lines.append(f"    select: SELECT * FROM {name}_file")
    return "\n".join(lines) + "\n"
