"""What is fuzzed: each target takes any bytes and raises only where cmreview has a defect.

A refusal with words of its own is no defect. What comes through is held against the promises of the
reader: a value of the column's kind, no character that can't be seen, every row used or told.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from cmreview import strict_yaml
from cmreview.errors import CmreviewError
from cmreview.process.ledger import copy as ledger_copy
from cmreview.process.ledger.chain import opened
from cmreview.records.cells import reader, shown
from cmreview.records.columns import Kind
from cmreview.records.delimited import read_csv
from cmreview.records.headers import find_header, meaning_of, table_of_file, table_of_sheet
from cmreview.records.model import Expectations
from cmreview.records.raw import ErrorCell, Formula, Number, RawColumn, Sheet, Unreadable
from cmreview.records.schema import TABLES
from cmreview.records.sheets import type_sheet
from cmreview.records.text import is_unseen
from cmreview.records.workbooks import read_workbook
from tests.fuzz.small_files import sealed, workbook_parts

LEVELS = {"junior": "junior", "初级": "junior", "senior": "senior", "高级": "senior"}
EXPECTATIONS = Expectations(LEVELS, (Decimal(1), Decimal(5)), (Decimal(1_000), Decimal(50_000_000)))
COLUMNS = tuple((table, column) for table in TABLES.values() for column in table.columns)
TYPES: dict[Kind, type] = {
    Kind.DATE: date,
    Kind.YEAR: int,
    Kind.COUNT: int,
    Kind.MONEY: Decimal,
    Kind.SHARE: Decimal,
    Kind.SCORE: Decimal,
    Kind.YES_NO: bool,
}
FORMATS = ("General", "0%", '0.0"万元"', "yyyy-mm-dd", "000000", '"A"000', '0"%"', "[$-804]aaaa;@", "@")
SCRATCH = Path("/dev/shm") if Path("/dev/shm").is_dir() else None  # memory is faster than a disk

Target = Callable[[bytes], None]


def cells(data: bytes) -> None:
    """Byte 0: the column; 1: how the cell came; 2: its number format; the rest: its text."""
    if len(data) < 3:
        return
    table, column = COLUMNS[data[0] % len(COLUMNS)]
    text = data[3:].decode("utf-8", "surrogateescape" if data[1] & 64 else "replace")
    number = Number(text.strip() or "0", FORMATS[data[2] % len(FORMATS)])
    raw: object = (
        text,
        number,
        Formula(text, None, bool(data[2] & 1)),
        Formula("[1]x!A1", number, bool(data[2] & 1)),
        ErrorCell(text),
        Formula("A1", text, bool(data[2] & 1)),
        *_from_python(text),
    )[data[1] % 8]
    read = reader(column, RawColumn("x", [raw], Decimal(10_000), bool(data[1] & 128)), LEVELS)
    value, remarks = read(raw)
    shown(raw).encode("utf-8")
    wanted = TYPES.get(column.kind, str)
    if value is not None:
        assert type(value) is wanted, (table.name, column.name, value)
        column.arrow_type  # noqa: B018 - every kind has one
    if isinstance(value, str):
        value.encode("utf-8")
        assert value.strip()
        assert not any(map(is_unseen, value))
    if isinstance(value, Decimal):
        assert value.is_finite()
    for remark in remarks:
        assert not (remark.lost and value is not None)
        for _, detail in remark.details:
            assert len(detail) <= 40_000


def _from_python(text: str) -> tuple[object, object]:
    """What Parquet or a database may bring: numbers and moments of Python's own."""
    try:
        return float(text), datetime.fromisoformat(text)
    except ValueError:
        return text, Decimal(len(text)).scaleb(len(text))


def yaml_file(data: bytes) -> None:
    """A parameter file."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return
    try:
        document = strict_yaml.parse(text, "x.yaml")
    except CmreviewError as error:
        told(error)
        return
    for path, leaf in _leaves(document.data, ()):
        assert leaf is None or type(leaf) is str
        assert (
            1
            <= document.line(path)
            <= text.count("\n")
            + text.count("\r")
            + 3
            + text.count("\x85")
            + (text.count("\u2028") + text.count("\u2029"))
        )


def _leaves(node: object, path: strict_yaml.NodePath) -> Iterator[tuple[strict_yaml.NodePath, object]]:
    if isinstance(node, dict):
        for key, value in node.items():
            assert type(key) is str
            yield from _leaves(value, (*path, key))
    elif isinstance(node, list):
        for at, value in enumerate(node):
            yield from _leaves(value, (*path, at))
    else:
        yield path, node


def headers(data: bytes) -> None:
    """Byte 0: the table; the rest: rows with its header somewhere, cells by tabs, rows by lines."""
    if not data:
        return
    table = tuple(TABLES.values())[data[0] % len(TABLES)]
    text = data[1:].decode("utf-8", "replace")
    table_of_sheet(text)
    table_of_file(text)
    rows: list[tuple[int, list[object]]] = [
        (number, [cell or None for cell in line.split("\t")])
        for number, line in enumerate(text.split("\n"), start=1)
    ]
    names = {column.name for column in table.columns}
    for cell in rows[0][1]:
        meaning = meaning_of(table, str(cell or ""))
        assert meaning is None or meaning.column in names
    header = find_header(table, Sheet("x", rows))
    if header is not None:
        assert len(header.columns) >= 2
        assert header.columns.keys() <= names


def sheet_xml(data: bytes) -> None:
    """Byte 0: which part of a workbook; the rest: what stands in it."""
    if not data:
        return
    names = list(workbook_parts())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        for name, content in workbook_parts().items():
            book.writestr(name, data[1:] if name == names[data[0] % len(names)] else content)
    try:
        sheets = read_workbook(packed.getvalue())
    except Unreadable:
        return
    for sheet in sheets:
        _typed(sheet)


def csv_file(data: bytes) -> None:
    """A CSV file of contracts."""

    def is_header(row: list[str]) -> bool:
        return len({found.column for cell in row if (found := meaning_of(TABLES["contracts"], cell))}) > 1

    try:
        sheet, _ = read_csv(data, is_header)
    except Unreadable:
        return
    _typed(sheet)


def _typed(sheet: Sheet) -> None:
    """Every row of a sheet is used, or set aside and told."""
    typed = type_sheet(TABLES["contracts"], sheet, "x", EXPECTATIONS)
    assert len(typed.rows) + typed.unread <= len(sheet.rows)
    for finding in typed.findings:
        finding.line("zh").encode("utf-8")
        finding.line("en").encode("utf-8")


def ledger_import(data: bytes) -> None:
    """A backup. Byte 0 even: the file itself; odd: contents of events a line each, sealed as they stand."""
    if not data:
        return
    raw = sealed(data[1:]) if data[0] & 1 else data[1:]
    with tempfile.NamedTemporaryFile(dir=SCRATCH) as file:
        Path(file.name).write_bytes(raw)
        try:
            head, rows = ledger_copy.read(Path(file.name))
        except CmreviewError as error:
            told(error)
            return
    assert b"".join(ledger_copy.lines(head, rows)) == raw
    for row in rows:
        opened(row)


def told(error: CmreviewError) -> None:
    """An error must be told in both languages."""
    for lang in ("zh", "en"):
        error.what(lang).encode("utf-8", "backslashreplace")
        error.mend(lang)


TARGETS: dict[str, Target] = {
    "cells": cells,
    "yaml_file": yaml_file,
    "headers": headers,
    "sheet_xml": sheet_xml,
    "csv_file": csv_file,
    "ledger_import": ledger_import,
}
