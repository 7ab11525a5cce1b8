"""The level history as files to hand in next year: a workbook a department, or one CSV file (Policy 4.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from cmreview.naming import safe_name
from cmreview.records.schema import TABLES
from cmreview.records.table_csv import table_csv
from cmreview.records.template import Template, template_bytes
from cmreview.review.after.level_history import TABLE, HistoryRow
from cmreview.terms import Label


def history_files(
    rows: Sequence[HistoryRow], levels: Mapping[str, Label], folder: Path, lang: str, *, as_csv: bool = False
) -> dict[Path, bytes]:
    """What to write where below ``folder``: a workbook a department, or the company's one CSV file.

    A department's workbook has the rows in which somebody belonged to it. The CSV file has the name by
    which intake knows the table. The same rows give the same bytes.
    """
    title = TABLES[TABLE].label(lang)
    if as_csv:
        return {folder / f"{title}.csv": table_csv(TABLE, (row.values() for row in rows), levels, lang)}
    files: dict[Path, bytes] = {}
    taken: list[str] = []
    for department in sorted({row.department for row in rows}):
        own = [row.values() for row in rows if row.department == department]
        template = Template(department, levels, lang, tables=(TABLE,))
        taken.append(safe_name(f"{title}-{department}", taken))
        files[folder / f"{taken[-1]}.xlsx"] = template_bytes(template, {TABLE: own})
    return files
