"""A table of the records as the CSV file that intake reads."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any

from cmreview.records.columns import Column, Kind
from cmreview.records.csv_text import guarded
from cmreview.records.schema import TABLES, YES_NO
from cmreview.records.template import header
from cmreview.terms import Label


def table_csv(table: str, rows: Iterable[Mapping[str, Any]], levels: Mapping[str, Label], lang: str) -> bytes:
    """The rows, by the columns' names, under the headers that intake knows; None is a blank cell.

    Saved as a spreadsheet program does: UTF-8 with a mark at the start, so that Excel knows it. Text that
    it would compute is guarded, and intake reads it as it was. ``levels``
    maps a level's id to its label; one that it does not know stands as its id. The same rows give the same
    bytes.
    """
    columns = TABLES[table].columns
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([header(column, lang) for column in columns])
    for row in rows:
        writer.writerow([_cell(column, row[column.name], levels, lang) for column in columns])
    return text.getvalue().encode("utf-8-sig")


def _cell(column: Column, value: Any, levels: Mapping[str, Label], lang: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES_NO["yes" if value else "no"](lang)
    if column.kind == Kind.LEVEL and value in levels:
        return levels[value](lang)
    if column.kind == Kind.CHOICE:
        return column.choices[value](lang)
    return guarded(value) if isinstance(value, str) else str(value)  # dates as 2025-03-01
