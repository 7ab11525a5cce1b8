"""What the departments handed in: tables, their reading, their checks, and the workbook to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cmreview.records.model import Expectations, Records


def open_records(folder: Path, mapping: Path | None = None, *, expectations: Expectations) -> Records:
    """Everything that was handed in below ``folder``; see ``cmreview.records.opening``."""
    from cmreview.records.opening import open_records as opened  # here: it needs pandas and DuckDB

    return opened(folder, mapping, expectations=expectations)


__all__ = ["open_records"]
