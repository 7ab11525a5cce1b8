"""A small workbook and a small ledger, whole but for the part that a target puts into them."""

from __future__ import annotations

from functools import cache

from cmreview.exact_json import canonical
from cmreview.process.ledger.chain import FORMAT, Row, content_digest, origin, seal
from tests.hostile import books

ACTOR, CASE = "录入员", "2025/00123"


def sealed(text: bytes) -> bytes:
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


@cache
def workbook_parts() -> dict[str, bytes]:
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
