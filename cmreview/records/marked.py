"""The workbooks that were handed in, copied with their faulty cells filled and commented."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmreview.errors import FileError
from cmreview.findings import Finding
from cmreview.naming import safe_name
from cmreview.records.container import Container
from cmreview.records.headers import find_header, table_of_file, table_of_sheet
from cmreview.records.intake import files_below, name_apart
from cmreview.records.raw import Sheet, Unreadable
from cmreview.records.workbooks import read_workbook
from cmreview.records.writing import write_whole
from cmreview.terms import Severity
from cmreview.words import say

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MARKED = frozenset({".xlsx", ".xlsm"})  # what openpyxl can save again
MOST_COMMENTS = 2_000  # a file; further cells are filled and not commented, or Excel opens it for minutes
LONGEST_COMMENT = 2_000
MOST_CELLS, MOST_MERGES = 1_000_000, 10_000  # more, and a copy takes minutes and gigabytes
_FILLS = {Severity.ERROR: "FFC7CE", Severity.WARNING: "FFEB9C"}
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_CLOCK = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")
_FIXED_CLOCK = rb"\g<1>2000-01-01T00:00:00Z\g<2>"

Place = tuple[int, int]  # row and column, both from 1


def write_marked(
    folder: Path, findings: Iterable[Finding], out: Path, lang: str
) -> tuple[list[Path], list[str]]:
    """Write a marked copy of each workbook below ``folder`` that has findings into ``out``.

    Returns the copies, and the names of files with findings of which no copy could be made (CSV,
    .xls, damaged). The input is never touched. Raises FileError where ``out`` can't be written or
    lies among the records, where the copies would be read as records next time.
    """
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.file:
            by_file.setdefault(finding.file, []).append(finding)
    written: list[Path] = []
    without: list[str] = []
    paths = dict(files_below(folder, []))
    for file, of_file in sorted(by_file.items()):
        path = paths.get(file)
        copy = None
        if path is not None and path.suffix.lower() in MARKED:
            copy = marked_copy(path.read_bytes(), of_file, lang, stem=path.stem)
        if copy is None:
            without.append(file)
            continue
        taken = [earlier.stem for earlier in written]
        written.append(out / f"{safe_name(Path(file).stem, taken)}.xlsx")
        write_whole(written[-1], copy)
    return written, without


def refuse_among_records(out: Path, folder: Path) -> None:
    """Raise FileError where what is written into ``out`` would be read as records next time."""
    if out.resolve().is_relative_to(folder.resolve()):
        raise FileError("records.out_among_records", folder=out.name or str(out))


def marked_copy(data: bytes, findings: Iterable[Finding], lang: str, *, stem: str = "") -> bytes | None:
    """A workbook with each faulty cell filled and commented; None where it can't be copied.

    What a finding says of a sheet or of the file stands in a comment on the first cell. Macros are
    left out, and so are rules that only newer Excel knows: the library drops them.
    """
    from openpyxl import load_workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    try:
        Container(data).check_all_parts()
        sheets = read_workbook(data)
        if _is_vast(sheets):
            return None
        book = load_workbook(io.BytesIO(data), rich_text=True)
    except Unreadable:
        return None
    except Exception:  # noqa: BLE001 - openpyxl raises whatever it stumbles upon; the findings are told elsewhere
        return None
    name_apart(sheets)
    order = {sheet.name: at for at, sheet in enumerate(sheets)}
    headers = [_header_place(sheet, stem) for sheet in sheets]
    notes: dict[tuple[int, Place], list[Finding]] = {}
    for finding in findings:
        at = order.get(finding.sheet, -1)
        place = (1, 1)
        if at >= 0:
            row, columns = headers[at]
            place = (finding.row or row, columns.get(finding.column or "", 0) + 1)
        notes.setdefault((max(at, 0), place), []).append(finding)
    for number, ((at, place), told) in enumerate(sorted(notes.items(), key=lambda note: note[0])):
        if at >= len(book.worksheets):
            continue
        worst = min(finding.severity for finding in told)
        cell = _cell(book.worksheets[at], place)
        cell.fill = PatternFill("solid", fgColor=_FILLS[worst])
        if number < MOST_COMMENTS:
            gap = "" if lang == "zh" else " "
            text = "\n".join(f"{finding.reason(lang)}{gap}{finding.remedy(lang)}" for finding in told)
            cell.comment = Comment(text[:LONGEST_COMMENT], "cmreview", width=320, height=120)
    buffer = io.BytesIO()
    book.save(buffer)
    return _without_clock(buffer.getvalue())


def _is_vast(sheets: list[Sheet]) -> bool:
    cells = sum(len(row) for sheet in sheets for _, row in sheet.rows)
    merges = sum(len(sheet.merges) for sheet in sheets)
    return cells > MOST_CELLS or merges > MOST_MERGES or any(sheet.too_wide for sheet in sheets)


def note_on_copies(lang: str) -> str:
    """What people must know of marked copies."""
    return say("records.report.copies", lang)


def _header_place(sheet: Sheet, stem: str) -> tuple[int, dict[str, int]]:
    """The row of a sheet's header, and the position of each of its texts; row 1 where it has none."""
    table = table_of_sheet(sheet.name or "") or table_of_file(stem)
    header = None if table is None else find_header(table, sheet)
    if header is None:
        return 1, {}
    return max(header.row, 1), {cell.text: cell.position for cell in reversed(header.cells)}


def _cell(sheet: Worksheet, place: Place) -> Any:
    """The cell of a place; of a merged one the first, which is all that can be marked."""
    row, column = place
    cell = sheet.cell(row, column)
    if type(cell).__name__ == "MergedCell":
        for merged in sheet.merged_cells.ranges:
            if merged.min_row <= row <= merged.max_row and merged.min_col <= column <= merged.max_col:
                return sheet.cell(merged.min_row, merged.min_col)
    return cell


def _without_clock(data: bytes) -> bytes:
    """The same workbook with fixed times: openpyxl writes the moment of saving into it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == "docProps/core.xml":
                content = _CLOCK.sub(_FIXED_CLOCK, content)
            fixed = zipfile.ZipInfo(info.filename, _ZIP_TIME)
            target.writestr(fixed, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
