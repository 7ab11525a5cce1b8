"""What is fuzzed: each target takes any bytes and raises only where cmreview has a defect.

A refusal with words of its own is no defect. What comes through is held against the promises of the
reader: a value of the column's kind, no character that can't be seen, every row used or told.
"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from cmreview import strict_yaml
from cmreview.errors import CmreviewError
from cmreview.exact_json import canonical
from cmreview.process import ledger_copy
from cmreview.process.ledger_chain import FORMAT, Row, content_digest, opened, origin, seal
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
from tests.hostile import books

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
ACTOR, CASE = "录入员", "2025/00123"

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
    names = list(_workbook_parts())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        for name, content in _workbook_parts().items():
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
    raw = _sealed(data[1:]) if data[0] & 1 else data[1:]
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


def _sealed(text: bytes) -> bytes:
    """Lines ``kind content`` as a whole ledger, so that what is in an event is reached behind its seal."""
    rows: list[Row] = []
    previous = origin("0" * 32)
    for number, line in enumerate(text.decode("utf-8", "replace").split("\n"), start=1):
        kind, _, content = line.partition(" ")
        at = "2025-12-01T09:30:00+08:00"
        row = Row(number, CASE, kind, ACTOR, at, None, content, content_digest(content), previous, "")
        row = Row(**{name: getattr(row, name) for name in Row.__slots__} | {"hash": seal(row)})
        rows.append(row)
        previous = row.hash
    head = {"format": "cmreview-ledger", "version": FORMAT, "ledger": "0" * 32}
    lines = [canonical(head | {"number": len(rows), "hash": previous})]
    return b"".join([*lines, *(canonical({n: getattr(row, n) for n in Row.__slots__}) for row in rows)])


def told(error: CmreviewError) -> None:
    """An error must be told in both languages."""
    for lang in ("zh", "en"):
        error.what(lang).encode("utf-8", "backslashreplace")
        error.mend(lang)


@cache
def _workbook_parts() -> dict[str, bytes]:
    """The parts of a small workbook with every kind of cell, the sheet first."""
    book = (
        f'<workbook xmlns:r="{books.OFFICE}"><workbookPr date1904="0"/><sheets>'
        '<sheet name="合同" sheetId="1" r:id="r1"/></sheets><calcPr fullCalcOnLoad="1"/></workbook>'
    )
    own = {books.SHEET: SHEET, books.SHARED: SHARED, books.STYLES: STYLES, books.BOOK: book.encode()}
    return {**own, **{name: part for name, part in books.parts().items() if name not in own}}


SHARED = (
    "<sst><si><t>合同编号</t></si><si><t>客户编号</t></si>"
    "<si><r><t>工</t></r><r><t>号</t></r><rPh><t>x</t></rPh></si></sst>"
).encode()
STYLES = (
    b'<styleSheet><numFmts><numFmt numFmtId="170" formatCode="000000"/></numFmts><cellXfs>'
    b'<xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="9"/></cellXfs></styleSheet>'
)
SHEET = (
    '<worksheet><cols><col min="3" max="4" hidden="1"/></cols><sheetData>'
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c>'
    '<c r="D1" t="inlineStr"><is><t>合同金额（万元）</t></is></c><c t="str"><v>签订日期</v></c></row>'
    '<row r="3" hidden="1"><c r="A3" t="inlineStr"><is><t>HT_x0041_1</t></is></c>'
    '<c r="B3" s="2"><v>7</v></c><c r="C3"><f>[1]x!A1</f><v>1</v></c><c r="D3" t="e"><v>#N/A</v></c>'
    '<c r="E3" s="1"><v>45000</v></c></row><row><c t="b"><v>1</v></c>'
    '<c t="d"><v>2025-03-01T00:00:00Z</v></c><c r="D4"><v>1E3</v></c></row></sheetData>'
    '<mergeCells count="1"><mergeCell ref="A3:A4"/></mergeCells></worksheet>'
).encode()

TARGETS: dict[str, Target] = {
    "cells": cells,
    "yaml_file": yaml_file,
    "headers": headers,
    "sheet_xml": sheet_xml,
    "csv_file": csv_file,
    "ledger_import": ledger_import,
}


# What a search that knows nothing of a format would take long to come upon.
WORDS: dict[str, tuple[str, ...]] = {
    "cells": (
        "万元",
        "亿",
        "%",
        "年",
        "月",
        "日",
        "至今",
        "1E",
        "¥",
        "\u200b",
        "\u202e",
        "．",
        "１",
        "#N/A",
        "_x0041_",
        "E+999999",
    ),
    "yaml_file": (
        "- ",
        ": ",
        "? ",
        "|",
        ">",
        "&a",
        "*a",
        "!!",
        "<<",
        "{",
        "}",
        "[",
        "]",
        "\u0085",
        "%YAML",
        "---",
    ),
    "headers": (
        "合同编号",
        "客户编号",
        "工号",
        "（万元）",
        "(%)",
        "部门",
        "姓名",
        "评审年度",
        "\t",
        "\n",
        "*",
    ),
    "sheet_xml": (
        *(
            "<c>",
            "<c r=",
            "<v>",
            "</v>",
            "<f>",
            "<t>",
            "<row>",
            "<row r=",
            "</row>",
            "<mergeCell ref=",
            "<is>",
        ),
        *(
            't="s"',
            't="e"',
            't="d"',
            't="n"',
            's="3"',
            '"XFD1048576"',
            '"A0"',
            "-1",
            "<col hidden=",
            'min="',
            'max="',
        ),
        *(
            "<x:worksheet xmlns:x=",
            "<rPh>",
            "<sheet ",
            "Target=",
            "<xf ",
            "<numFmt ",
            "<si>",
            "&#x0;",
            "1E999",
        ),
    ),
    "csv_file": (
        '"',
        '""',
        ",",
        ";",
        "\t",
        "|",
        "\r",
        "\n",
        '="',
        "\0",
        "\ufeff",
        "合同编号",
        "工号",
        "客户编号",
    ),
    "ledger_import": (
        '{"payload":',
        '"reason":null',
        '"salt":',
        "null",
        "true",
        "1e9",
        "NaN",
        "\\ud800",
        '"2025-12-01"',
    ),
}


def seeds(name: str) -> list[bytes]:
    """Inputs from which a target's search begins when its corpus is empty."""
    if name == "cells":
        texts = (
            "00123",
            "12.5万元",
            "85%",
            "2025年3月1日",
            "45000",
            "(1,234.50)",
            "1E+20",
            "是",
            "初级",
            "2025/3/1 8:00",
        )
        return [
            bytes([column, kind, column]) + text.encode()
            for column in range(len(COLUMNS))
            for kind, text in enumerate(texts)
        ]
    if name == "yaml_file":
        return [
            b"a: 1\nb:\n  - x\n  - c: [1, 2]\n",
            b"\"k\": {a: 'x', b: |\n  text\n}\n",
            b"? a\n: b\n--- \n",
        ]
    if name == "headers":
        lines = ["\t".join(column.label.zh for column in table.columns) for table in TABLES.values()]
        texts = (
            *lines,
            "合同编号\t客户编号\t合同金额（万元，含税）",
            "客户_2025",
            "工号*\t姓名：\t部门\n1\t2\t3",
        )
        return [bytes([at]) + text.encode() for at, text in enumerate(texts)]
    if name == "sheet_xml":
        return [bytes([at]) + content for at, content in enumerate(_workbook_parts().values())]
    if name == "csv_file":
        text = '合同编号,客户编号,工号,合同金额,签订日期\nHT1,C1,="001","1,000",2025-03-01\n'
        return [text.encode(code) for code in ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le")]
    return _ledger_seeds()


def _ledger_seeds() -> list[bytes]:
    from cmreview.exact_json import encode
    from tests.process.drafts import EVERY_PAYLOAD, draft

    lines = []
    for payload in EVERY_PAYLOAD:
        made = draft(payload)
        inside = {"payload": encode(payload), "reason": made.reason, "salt": "0"}
        lines.append(f"{made.kind.value} {canonical(inside).decode().strip()}".encode())
    whole = _sealed(b"\n".join(lines[:2]))
    return [
        *(b"\1" + line for line in lines),
        b"\0" + whole,
        b"\0" + json.dumps({"format": 1}).encode() + b"\n",
    ]
