"""The level history as files to hand in next year: a workbook a department, or one CSV file (Policy 4.5)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from cmreview.naming import safe_name
from cmreview.records.schema import TABLES
from cmreview.records.template import Template, header, template_bytes
from cmreview.review.level_history import TABLE, HistoryRow
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
        return {folder / f"{title}.csv": csv_bytes(rows, levels, lang)}
    files: dict[Path, bytes] = {}
    taken: list[str] = []
    for department in sorted({row.department for row in rows}):
        own = [row.values() for row in rows if row.department == department]
        template = Template(department, levels, lang, tables=(TABLE,))
        taken.append(safe_name(f"{title}-{department}", taken))
        files[folder / f"{taken[-1]}.xlsx"] = template_bytes(template, {TABLE: own})
    return files


def csv_bytes(rows: Sequence[HistoryRow], levels: Mapping[str, Label], lang: str) -> bytes:
    """The table as CSV, with the headers that intake knows; Excel opens it as UTF-8."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    columns = TABLES[TABLE].columns
    writer.writerow([header(column, lang) for column in columns])
    for row in rows:
        values = row.values()
        if row.level is not None:
            values["level"] = levels.get(row.level, Label(row.level, row.level))(lang)
        cells = (values[column.name] for column in columns)
        writer.writerow(["" if cell is None else str(cell) for cell in cells])
    return stream.getvalue().encode("utf-8-sig")
