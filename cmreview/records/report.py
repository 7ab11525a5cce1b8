"""Findings for people: in the terminal, as a workbook, and as a page."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from cmreview.findings import Finding
from cmreview.records.model import Records, TableCount
from cmreview.records.schema import TABLES
from cmreview.terms import SEVERITIES, Severity
from cmreview.words import say

if TYPE_CHECKING:
    from rich.console import Console

PRINTED = 200  # findings that the terminal shows; the files hold all of them
MOST_ROWS = 1_000_000  # of a sheet of findings.xlsx: beyond its last row a sheet loses cells without a word
_COLUMNS = ("severity", "department", "file", "sheet", "row", "column", "value", "reason", "remedy", "used")
_COUNTS = ("table", "file", "sheet", "rows_in", "rows_used", "rows_set_aside")
_WIDTHS = (8, 16, 26, 14, 8, 18, 26, 52, 46, 10)
_CREATED = datetime(2000, 1, 1)
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
body{font:15px/1.5 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:2rem auto;max-width:90rem;
padding:0 1rem;color:#1a1a1a;background:#fff}
table{border-collapse:collapse;width:100%;margin:1rem 0 2rem}
caption{text-align:left;font-weight:600;padding:.4rem 0}
th,td{border:1px solid #b5b5b5;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
thead th{background:#f0f0f0}
.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
td:first-child,th{white-space:nowrap}
.error{font-weight:700;color:#8f1414}
@media print{thead{display:table-header-group}tr{break-inside:avoid}}
"""


def totals(counts: Iterable[TableCount]) -> list[TableCount]:
    """Counts of each table over all files, in the order of the schema."""
    counts = list(counts)
    summed = []
    for name in TABLES:
        of_table = [count for count in counts if count.table == name]
        if of_table:
            rows_in = sum(count.rows_in for count in of_table)
            used = sum(count.used for count in of_table)
            set_aside = sum(count.set_aside for count in of_table)
            summed.append(TableCount(name, "", None, rows_in, used, set_aside))
    return summed


def summary(records: Records, lang: str) -> str:
    """One sentence: how many errors and warnings, and which departments stop."""
    errors = sum(finding.severity == Severity.ERROR for finding in records.findings)
    warnings = len(records.findings) - errors
    told = _word("nothing" if not records.findings else "summary", lang, errors=errors, warnings=warnings)
    if records.stopped:
        between = "、" if lang == "zh" else ", "
        told += _word("stopped", lang, departments=between.join(sorted(records.stopped)))
    return told


def print_report(records: Records, lang: str, console: Console) -> None:
    """Findings grouped by file, then the rows of each table: handed in, used, set aside."""
    from rich.table import Table as Grid
    from rich.text import Text

    printed = records.findings[:PRINTED]
    for file, of_file in groupby(
        sorted(printed, key=lambda finding: finding.file), lambda finding: finding.file
    ):
        names = ("severity", "sheet", "row", "column", "value", "told")
        grid = Grid(title=Text(file or _word("company", lang)), title_justify="left", expand=True)
        for name in names:
            grid.add_column(_word(name, lang), overflow="fold", ratio=4 if name == "told" else None)
        for finding in of_file:
            style = "bold red" if finding.severity == Severity.ERROR else ""
            row = "" if finding.row is None else str(finding.row)
            told = f"{finding.reason(lang)}{'' if lang == 'zh' else ' '}{finding.remedy(lang)}"
            cells = (finding.sheet or "", row, finding.column or "", finding.value or "", told)
            # Text, never a str: rich would read [brackets] in a cell as its markup
            grid.add_row(Text(SEVERITIES[finding.severity](lang), style=style), *map(Text, cells))
        console.print(grid)
    if len(records.findings) > PRINTED:
        console.print(Text(_word("more", lang, count=len(records.findings) - PRINTED)))
    grid = Grid(title=Text(_word("counts", lang)), title_justify="left")
    for name in ("table", "rows_in", "rows_used", "rows_set_aside"):
        grid.add_column(_word(name, lang), justify="left" if name == "table" else "right")
    for count in totals(records.counts):
        figures = (count.rows_in, count.used, count.set_aside)
        grid.add_row(Text(TABLES[count.table].label(lang)), *(Text(str(figure)) for figure in figures))
    console.print(grid)
    console.print(Text(summary(records, lang)))


def findings_workbook(records: Records, lang: str) -> bytes:
    """All findings, counts and files as a workbook. Every text is a text, whatever it begins with."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"created": _CREATED})
    head = book.add_format({"bold": True, "bg_color": "#F0F0F0", "border": 1, "text_wrap": True})
    body = book.add_format({"text_wrap": True, "valign": "top"})
    tables: list[tuple[str, Sequence[str], list[tuple[str | int, ...]], Sequence[int]]] = [
        ("findings", _COLUMNS, [_cells(finding, lang) for finding in records.findings], _WIDTHS),
        (
            "counts",
            _COUNTS,
            [_count_cells(count, lang) for count in records.counts],
            (18, 30, 18, 12, 12, 12),
        ),
        ("files", ("file", "sha256"), [(source.file, source.sha256) for source in records.sources], (40, 70)),
    ]
    for name, columns, rows, widths in tables:
        sheet = book.add_worksheet(_word(name, lang))
        sheet.freeze_panes(1, 0)
        for at, (column, width) in enumerate(zip(columns, widths, strict=True)):
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, _word(column, lang), head)
        for number, cells in enumerate(rows[:MOST_ROWS], start=1):
            for at, cell in enumerate(cells):
                if isinstance(cell, int):
                    sheet.write_number(number, at, cell, body)
                elif cell:
                    sheet.write_string(number, at, cell, body)
        if len(rows) > MOST_ROWS:
            sheet.write_string(MOST_ROWS + 1, 0, _word("cut", lang, count=len(rows) - MOST_ROWS), head)
        if rows:
            sheet.autofilter(0, 0, min(len(rows), MOST_ROWS), len(columns) - 1)
    book.close()
    return buffer.getvalue()


def findings_page(records: Records, lang: str) -> bytes:
    """All findings and counts as one page, without script and without any request."""
    title = escape(_word("title", lang))
    html = [
        f'<!DOCTYPE html>\n<html lang="{"zh-CN" if lang == "zh" else "en"}">\n',
        '<head>\n<meta charset="utf-8">\n',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n",
        f"<p>{escape(summary(records, lang))}</p>\n",
    ]
    if records.findings:
        html += _html_table("findings", _COLUMNS, (_cells(one, lang) for one in records.findings), lang)
    html += _html_table("counts", _COUNTS, (_count_cells(count, lang) for count in records.counts), lang)
    html.append("</main>\n</body>\n</html>\n")
    return "".join(html).encode()


def _html_table(
    caption: str, columns: Sequence[str], rows: Iterable[tuple[str | int, ...]], lang: str
) -> Iterator[str]:
    yield f"<table>\n<caption>{escape(_word(caption, lang))}</caption>\n<thead><tr>"
    yield from (f'<th scope="col">{escape(_word(column, lang))}</th>' for column in columns)
    yield "</tr></thead>\n<tbody>\n"
    error = SEVERITIES[Severity.ERROR](lang)
    for cells in rows:
        yield "<tr>"
        for at, cell in enumerate(cells):
            mark = ' class="number"' if isinstance(cell, int) else ""
            if caption == "findings" and at == 0 and cell == error:
                mark = ' class="error"'
            yield f"<td{mark}>{escape(str(cell))}</td>"
        yield "</tr>\n"
    yield "</tbody>\n</table>\n"


def _cells(finding: Finding, lang: str) -> tuple[str | int, ...]:
    return (
        SEVERITIES[finding.severity](lang),
        finding.department or _word("company", lang),
        finding.file,
        finding.sheet or "",
        "" if finding.row is None else finding.row,
        finding.column or "",
        finding.value or "",
        finding.reason(lang),
        finding.remedy(lang),
        _word("not_used", lang) if finding.set_aside else "",
    )


def _count_cells(count: TableCount, lang: str) -> tuple[str | int, ...]:
    label = TABLES[count.table].label(lang)
    return (label, count.file, count.sheet or "", count.rows_in, count.used, count.set_aside)


def _word(key: str, lang: str, **values: object) -> str:
    return say(f"records.report.{key}", lang, **values)
