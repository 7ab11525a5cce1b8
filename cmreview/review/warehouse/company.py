"""A company in its warehouse: people as records, everything else asked where it lies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cmreview.errors import MappingError
from cmreview.findings import FaultyInput, Finding
from cmreview.records.foreign import Foreign
from cmreview.records.mapping import Mapping as Source
from cmreview.records.mapping import read_mapping
from cmreview.records.model import Elsewhere, Expectations, Records
from cmreview.records.schema import TABLES
from cmreview.records.sources import read_foreign
from cmreview.records.tray import FaultPolicy
from cmreview.review.counting.backend import Fetch, spells
from cmreview.review.counting.tables import tables
from cmreview.review.warehouse import checks
from cmreview.review.warehouse.engine import Engine, Trouble, fetching
from cmreview.review.warehouse.opening import open_warehouse
from cmreview.review.warehouse.tables import inexact, nothing, ours
from cmreview.strict_yaml import Document
from cmreview.terms import Severity

if TYPE_CHECKING:
    import ibis

# Where a row is compared with others before it is used, it goes by this name.
_GIVEN = "given_{}"


@dataclass(frozen=True)
class Company:
    """What is known of a company whose records stay in a warehouse.

    ``records`` holds the tables of people, and knows which others hold anything; ``fetch`` answers
    expressions over ``tables()`` there; ``findings`` are those of both.
    """

    records: Records
    fetch: Fetch
    findings: tuple[Finding, ...]


@contextmanager
def opened(
    mapping_file: Path,
    folder: Path,
    expectations: Expectations,
    environment: Mapping[str, str],
    *,
    memory: str | None = None,
    unchecked: bool = False,
) -> Iterator[Company]:
    """The company that a mapping file names, checked; of no use after the ``with`` ends.

    ``unchecked`` passes by the counting of faulty rows in the warehouse, where that was done before.

    Raises MappingError where the warehouse or one of its tables can't be used, and FaultyInput with every
    finding where rows have errors and the mapping says ``faulty_rows: stop``.
    """
    source, document = read_mapping(mapping_file)
    for name in ("managers", "contracts"):
        if name not in source.tables:
            raise MappingError("warehouse.needed", file=document.file, table=name)
    engine = open_warehouse(source, document.file, folder, environment, memory=memory)
    try:
        yield _company(engine, source, document, mapping_file, expectations, unchecked)
    except Trouble as trouble:
        raise MappingError("warehouse.query_failed", kind=engine.kind, problem=str(trouble)) from trouble
    finally:
        engine.close()


def _company(
    engine: Engine,
    source: Source,
    document: Document,
    mapping_file: Path,
    expectations: Expectations,
    unchecked: bool,
) -> Company:
    people = _people(engine, source, document, mapping_file, expectations)
    held = [name for name in checks.AWAY if name in source.tables]
    selects = {
        name: ours(engine, name, source.tables[name], document) if name in held else nothing(engine, name)
        for name in checks.AWAY
    }
    selects |= {
        "managers": engine.lend("managers", people.arrow("managers")),
        "spells": engine.lend("spells", spells(people)),
    }
    fetch = fetching(engine, selects)
    scale = expectations.satisfaction_scale
    counted = [] if unchecked else checks.count(fetch, tables(), held, scale)
    counted += [
        checks.Counted(name, "unreadable", column, rows)
        for name in ([] if unchecked else held)
        for column, rows in inexact(engine, name, source.tables[name])
    ]
    found = checks.findings(counted, document.file, scale)
    everything = (*people.findings, *found)
    # what can't be read exactly can't be told from what is right, so no row of it is left out
    is_stopped = source.faulty_rows == FaultPolicy.STOP or any(each.code == "unreadable" for each in counted)
    if is_stopped:
        if any(finding.severity is Severity.ERROR for finding in everything):
            raise FaultyInput("warehouse.faulty", findings=everything)
    else:
        found = [replace(finding, severity=Severity.WARNING) for finding in found]
        everything = (*people.findings, *found)
    faulty = {each.table for each in counted if each.code in checks.ASIDE}
    if faulty:
        fetch = _without_faults(engine, selects, counted, faulty, expectations)
    years, rows = _covered(fetch, held)
    elsewhere = Elsewhere(frozenset(name for name, n in rows.items() if n), years)
    return Company(replace(people, elsewhere=elsewhere), fetch, everything)


def _people(
    engine: Engine, source: Source, document: Document, mapping_file: Path, expectations: Expectations
) -> Records:
    """The tables of people, read and checked row by row as any other intake."""
    own = {name: wanted for name, wanted in source.tables.items() if name not in checks.AWAY}
    small = source.model_copy(update={"tables": own, "references": {}, "contradictions": (), "rows_of": ()})
    foreign = Foreign(engine.rows, lambda: None, name=document.file)
    return read_foreign(small, document, foreign, mapping_file, expectations)


def _without_faults(
    engine: Engine,
    selects: Mapping[str, str],
    counted: list[checks.Counted],
    faulty: set[str],
    expectations: Expectations,
) -> Fetch:
    """Answers over the rows that can be used: where a table has faulty rows, over what is left of it."""
    given: dict[str, ibis.Table] = {
        name: table.op().copy(name=_GIVEN.format(name)).to_expr() for name, table in tables().items()
    }
    kept = {}
    for name in TABLES:
        if name in faulty:
            expression = checks.without_faults(name, given, counted, expectations.satisfaction_scale)
            kept[name] = engine.statement(expression)
    before = {_GIVEN.format(name): select for name, select in selects.items()}
    return fetching(engine, {name: kept.get(name, select) for name, select in selects.items()}, before)


def _covered(fetch: Fetch, held: Iterable[str]) -> tuple[tuple[int, ...], dict[str, int]]:
    """The calendar years from the first contract to the last, and how many rows each table holds."""
    from ibis import _

    rows = {name: fetch(tables()[name].agg(rows=_.count())).to_pylist()[0]["rows"] for name in held}
    contracts = tables()["contracts"]
    ends = contracts.agg(first=contracts.signed_on.min(), last=contracts.signed_on.max())
    (found,) = fetch(ends).to_pylist()
    if found["first"] is None:
        return (), rows
    return tuple(range(found["first"].year, found["last"].year + 1)), rows
