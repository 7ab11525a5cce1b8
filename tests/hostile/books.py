"""Workbooks by hand, part by part, so that any part can be made to mean harm."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET, SHARED, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
BOOK, BOOK_RELATIONS, ROOT = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels"
TYPES = "[Content_Types].xml"


def related(*found: tuple[str, str]) -> bytes:
    """A part of relations: kind and target of each, with the ids r1, r2, …"""
    lines = (
        f'<Relationship Id="r{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(found, start=1)
    )
    return f'<Relationships xmlns="{PACKAGE}">{"".join(lines)}</Relationships>'.encode()


def worksheet(rows: str, before: str = "", after: str = "") -> bytes:
    """A sheet of these rows."""
    head = f'<?xml version="1.0"?><worksheet xmlns="{MAIN}">{before}<sheetData>'
    return f"{head}{rows}</sheetData>{after}</worksheet>".encode("utf-8", "surrogatepass")


def text_rows(*rows: tuple[str, ...], first: int = 1) -> str:
    """Rows of text cells; the texts are XML already."""
    return "".join(
        f'<row r="{number}">'
        + "".join(f'<c t="inlineStr"><is><t xml:space="preserve">{cell}</t></is></c>' for cell in row)
        + "</row>"
        for number, row in enumerate(rows, start=first)
    )


CONTRACTS_HEADER = ("合同编号", "客户编号", "工号", "合同金额", "签订日期")
SOUND_ROW = ("HT2", "C1", "001", "60000", "2025-03-01")


def contracts(*rows: tuple[str, ...]) -> bytes:
    """A sheet of contracts."""
    return worksheet(text_rows(CONTRACTS_HEADER, *(rows or (SOUND_ROW,))))


def parts(sheet: bytes = b"", name: str = "合同") -> dict[str, bytes]:
    """The parts of a workbook of one sheet, contracts where none is given."""
    sheets = f'<sheet name="{name}" sheetId="1" r:id="r1"/>'
    return {
        TYPES: (
            b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            b'<Default Extension="xml" ContentType="application/xml"/></Types>'
        ),
        ROOT: related(("officeDocument", BOOK)),
        BOOK: f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>'.encode(),
        BOOK_RELATIONS: related(
            ("worksheet", "worksheets/sheet1.xml"),
            ("sharedStrings", "sharedStrings.xml"),
            ("styles", "styles.xml"),
        ),
        SHARED: f'<sst xmlns="{MAIN}"/>'.encode(),
        STYLES: f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/></cellXfs></styleSheet>'.encode(),
        SHEET: sheet or contracts(),
    }


def packed(held: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The parts as a zip."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method, compresslevel=1) as target:
        for name, content in held.items():
            target.writestr(name, content)
    return stream.getvalue()


class Long:
    """A part too long to be held: its pieces, one after the other."""

    def __init__(self, head: str, piece: str, times: int, foot: str = "") -> None:
        self.head, self.piece, self.times, self.foot = head.encode(), piece.encode(), times, foot.encode()


def packed_long(held: Mapping[str, bytes | Long], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The parts as a zip, long ones never whole in memory."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method, compresslevel=1) as target:
        for name, content in held.items():
            if isinstance(content, bytes):
                target.writestr(name, content)
                continue
            portion = max(1, min(content.times, (1 << 20) // max(len(content.piece), 1)))
            block, rest = content.piece * portion, content.times % portion
            with target.open(name, "w", force_zip64=True) as part:
                part.write(content.head)
                for _ in range(content.times // portion):
                    part.write(block)
                part.write(content.piece * rest + content.foot)
    return stream.getvalue()


def lying(data: bytes, part: str, size: int) -> bytes:
    """The zip with ``part`` said to unpack to ``size`` bytes, whatever it does."""
    name = part.encode()
    for mark, size_at, name_at in ((b"PK\x03\x04", 22, 30), (b"PK\x01\x02", 24, 46)):
        at = data.find(mark)
        while at >= 0:
            if data[at + name_at : at + name_at + len(name)] == name:
                data = data[: at + size_at] + struct.pack("<I", size) + data[at + size_at + 4 :]
            at = data.find(mark, at + 4)
    return data


def twice(data: bytes, first: str, second: str) -> bytes:
    """The zip with the part called ``first`` renamed ``second``, a name of the same length."""
    assert len(first) == len(second)
    return data.replace(first.encode(), second.encode())
