"""Foreign tables as ours: a mapping file's selects, typed and checked as any other intake."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from cmreview.findings import Finding
from cmreview.records.assemble import assemble
from cmreview.records.foreign import Foreign, open_database, open_files
from cmreview.records.mapping import Mapping, read_mapping
from cmreview.records.model import Currency, Expectations, Records, Source
from cmreview.records.schema import TABLES
from cmreview.records.selects import Mapped, map_tables
from cmreview.records.tray import FaultPolicy
from cmreview.records.typed import TypedTable, type_table, unread
from cmreview.strict_yaml import Document
from cmreview.terms import Severity


def read_mapped(mapping_file: Path, folder: Path, expectations: Expectations) -> Records:
    """The records that a mapping file makes of the foreign tables in ``folder``.

    Raises FileError and MappingError where the mapping can't be read or applied; faulty rows are
    findings, and errors or warnings as the mapping's ``faulty_rows`` says.
    """
    mapping, document = read_mapping(mapping_file)
    foreign = open_foreign(mapping, folder, document.file)
    try:
        return read_foreign(mapping, document, foreign, mapping_file, expectations)
    finally:
        foreign.close()


def read_foreign(
    mapping: Mapping, document: Document, foreign: Foreign, mapping_file: Path, expectations: Expectations
) -> Records:
    """The records of foreign tables that are open, as ``read_mapped`` gives them."""
    mapped = map_tables(mapping, document, foreign)
    findings = list(mapped.findings)
    if expectations.contract_range is not None and mapping.money.code != Currency().code:
        # the range is the policy's, in yuan; other money can't be held against it
        expectations = replace(expectations, contract_range=None)
        findings.append(_range_not_checked(document.file, mapping))
    if mapping.faulty_rows == FaultPolicy.SET_ASIDE:
        findings = [replace(finding, severity=Severity.WARNING) for finding in findings]
    of_rows, others = _by_row(findings, mapped)
    return assemble(
        list(_typed(mapped, of_rows, expectations)),
        expectations,
        findings=others,
        sources=(*foreign.sources, _itself(mapping_file)),
        currency=mapping.money,
        fault_policy=mapping.faulty_rows,
    )


def open_foreign(mapping: Mapping, folder: Path, file: str) -> Foreign:
    """The foreign tables that a mapping speaks of; ``file`` is the mapping's name, for errors."""
    if mapping.url is not None:
        return open_database(mapping.url, folder, file)
    return open_files(mapping.files, folder, file)


def _by_row(findings: list[Finding], mapped: Mapped) -> tuple[dict[str, list[Finding]], list[Finding]]:
    """Findings on rows that are handed on, by table, and the others.

    A row knows its department, so that its finding is shown to that department and to no other.
    """
    places = {
        (raw.file, row): name for name, raw in reversed(mapped.tables) for row in raw.rows
    }  # the mapping's first table wins
    of_rows: dict[str, list[Finding]] = defaultdict(list)
    others = []
    for finding in findings:
        table = finding.table or places.get((finding.file, finding.row or 0))
        if table is None or finding.row is None or finding.set_aside:
            others.append(finding)
        else:
            of_rows[table].append(replace(finding, table=table))
    return of_rows, others


def _typed(
    mapped: Mapped, of_rows: dict[str, list[Finding]], expectations: Expectations
) -> Iterator[TypedTable]:
    """Every raw table typed; rows that could not be handed on are counted with their file's."""
    left = dict(mapped.not_used)
    for name, raw in mapped.tables:
        typed = type_table(TABLES[name], raw, expectations)
        told = [finding for finding in of_rows[name] if finding.file == raw.file]
        yield replace(
            typed,
            findings=(*typed.findings, *told),
            unread=typed.unread + left.pop((name, raw.file), 0),
        )
    for (name, file), rows in left.items():
        yield unread(TABLES[name], file, None, rows, ())


def _range_not_checked(file: str, mapping: Mapping) -> Finding:
    details = (("currency", mapping.money.code),)
    return Finding("sources.range_not_checked", Severity.WARNING, file, table="contracts", details=details)


def _itself(path: Path) -> Source:
    return Source(path.name, hashlib.sha256(path.read_bytes()).hexdigest())
