"""Workbooks as sheets: .xlsx and .xlsm cell by cell, .xls as far as its cells can be seen."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from cmreview.records.container import Container, is_encrypted, is_ole
from cmreview.records.raw import Number, Sheet, Unreadable
from cmreview.records.sheet_xml import MAX_CELLS, MAX_COLUMNS, SheetReader, number_formats, shared_texts
from cmreview.records.text import is_blank

MAX_SHEETS = 1_000  # of one file; people's have a dozen


def read_workbook(data: bytes) -> list[Sheet]:
    """Every sheet of a workbook, hidden ones too. The bytes decide what it is, not the file's name.

    No macro runs, no formula is computed, no link is followed. Raises Unreadable.
    """
    if is_encrypted(data):
        raise Unreadable("encrypted")
    return _read_old(data) if is_ole(data) else _read_new(data)


def _read_new(data: bytes) -> list[Sheet]:
    container = Container(data)
    root = container.relations("")
    main = next((part for kind, part in root.values() if kind == "officeDocument"), "xl/workbook.xml")
    if main not in container or not main.endswith(".xml"):
        raise Unreadable("not_a_workbook")
    named: list[tuple[str, str, bool]] = []
    epoch_1904 = pending = False
    for tag, values in container.elements(main):
        if tag == "sheet":
            named.append(
                (values.get("name", ""), values.get("id", ""), values.get("state", "visible") != "visible")
            )
        elif tag == "workbookPr":
            epoch_1904 = values.get("date1904") in ("1", "true", "on")
        elif tag == "calcPr":
            pending = values.get("fullCalcOnLoad") in ("1", "true", "on")
    if len(named) > MAX_SHEETS:
        raise Unreadable("unpacks_too_large")
    relations = container.relations(main)
    parts = dict(relations.values())
    texts = shared_texts(container, parts["sharedStrings"]) if "sharedStrings" in parts else []
    formats = number_formats(container, parts["styles"]) if "styles" in parts else []
    reader = SheetReader(container, texts, formats, epoch_1904=epoch_1904, pending=pending)
    sheets = []
    for name, relation, hidden in named:
        kind, part = relations.get(relation, ("", ""))
        if kind == "worksheet":  # a chart sheet holds no cells
            sheets.append(reader.read(part, name, hidden=hidden))
    return sheets


def _read_old(data: bytes) -> list[Sheet]:
    """Sheets of Excel 97: error cells, formats and hidden rows can't be seen in them."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = []
        for known in book.sheets_metadata:
            if known.typ == SheetTypeEnum.WorkSheet:
                rows = book.get_sheet_by_name(known.name).to_python(skip_empty_area=False)
                hidden = known.visible != SheetVisibleEnum.Visible
                sheets.append(_old_sheet(known.name, rows, hidden=hidden))
    except CalamineError as error:
        raise Unreadable("encrypted" if "password" in str(error).lower() else "damaged") from error
    except BaseException as error:
        # a damaged file can make the reader panic, which arrives as a BaseException of its own
        if type(error).__name__ != "PanicException":
            raise
        raise Unreadable("damaged") from error
    return sheets


def _old_sheet(name: str, rows: Sequence[Sequence[object]], *, hidden: bool) -> Sheet:
    sheet = Sheet(name, [], hidden=hidden, cells_unseen=True)
    if sum(map(len, rows)) > MAX_CELLS:
        raise Unreadable("unpacks_too_large")
    for number, cells in enumerate(rows, start=1):
        kept = [_old_cell(cell) for cell in cells]
        sheet.too_wide |= any(cell is not None for cell in kept[MAX_COLUMNS:])
        if any(cell is not None for cell in kept):
            sheet.rows.append((number, kept[:MAX_COLUMNS]))
    return sheet


def _old_cell(cell: object) -> object:
    if isinstance(cell, str):
        return None if is_blank(cell) else cell
    if isinstance(cell, bool | datetime | date):
        return cell
    if isinstance(cell, int | float):
        return Number(repr(cell))
    if isinstance(cell, time | timedelta):
        return str(cell)
    return cell
