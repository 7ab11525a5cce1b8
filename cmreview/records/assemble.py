"""From typed tables of many files to Records: checked together, counted, in one order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from cmreview.findings import Finding
from cmreview.records.checks import check
from cmreview.records.model import Currency, Expectations, Records, Source
from cmreview.records.schema import TABLES
from cmreview.records.tray import FaultPolicy, Tray
from cmreview.records.typed import TypedTable

if TYPE_CHECKING:
    import pandas as pd


def assemble(
    typed: Sequence[TypedTable],
    expectations: Expectations,
    *,
    findings: Iterable[Finding] = (),
    sources: Iterable[Source] = (),
    currency: Currency | None = None,
    fault_policy: FaultPolicy | str = FaultPolicy.STOP,
) -> Records:
    """Put typed tables together, run the checks, and hand on what can be used.

    ``findings`` are those of files and sheets that gave no table. The order of ``typed`` does not
    matter. Every row is used or set aside, and a row set aside has a finding that says so.
    """
    findings = tuple(findings)
    tray = Tray(typed, FaultPolicy(fault_policy))
    for finding in findings:
        tray.note(finding)
    check(tray, expectations)
    listed = tuple(sorted(sources, key=lambda source: source.file))
    files = {source.file for source in listed} | {finding.file for finding in findings}
    departments = tray.file_departments(sorted(files | {part.file for part in typed}))
    return Records(
        tables={name: _used(tray, name) for name in TABLES},
        findings=tray.found(departments),
        counts=tray.counts(),
        sources=listed,
        currency=currency or Currency(),
    )


def _used(tray: Tray, name: str) -> pd.DataFrame:
    import pandas as pd
    import pyarrow as pa

    if tray.is_empty(name):
        return tray.frames[name]
    rows = pa.Table.from_pandas(tray.rows(name), preserve_index=False)
    rows = rows.sort_by([(column, "ascending") for column in TABLES[name].key])
    return rows.to_pandas(types_mapper=pd.ArrowDtype)
