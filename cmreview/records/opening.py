"""The one door to records: departments' workbooks and company tables, or foreign tables by a mapping."""

from __future__ import annotations

from pathlib import Path

from cmreview.errors import RecordsError
from cmreview.records.model import Expectations, Records
from cmreview.terms import Severity


def open_records(folder: Path, mapping: Path | None = None, *, expectations: Expectations) -> Records:
    """Read, type and check everything below ``folder``.

    With ``mapping`` the folder holds a company's own tables (``cmreview.records.sources``), without
    it the workbooks and company-wide files that departments hand in (``cmreview.records.intake``).
    Raises FileError, RecordsError or MappingError where nothing can be read; faults of rows and
    cells are findings in the result.
    """
    if mapping is not None:
        from cmreview.records.sources import read_mapped

        return read_mapped(mapping, folder, expectations)
    from cmreview.records.intake import read_records

    return read_records(folder, expectations)


def refuse_unusable(records: Records) -> None:
    """Raise RecordsError where nothing came of the records because of their errors.

    Called where a table or a year is missing: the cause is told, not what it leads to.
    """
    errors = sum(finding.severity is Severity.ERROR for finding in records.findings)
    if errors:
        raise RecordsError("records.nothing_usable", errors=errors)
