"""A workbook of Excel 97 (.xls), made byte by byte: no library writes them any more."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_NOT_AVAILABLE = 0x2A


def xls(sheets: Mapping[str, Sequence[Sequence[str | float | None]]]) -> bytes:
    """Texts, numbers and ``#N/A`` error cells, in an OLE file."""
    bodies = [_sheet(rows) for rows in sheets.values()]
    head = _begin(0x0005) + _record(0x0042, struct.pack("<H", 1200))
    position = len(head) + sum(12 + 2 * len(name) for name in sheets) + 4
    for name, body in zip(sheets, bodies, strict=True):
        bound = struct.pack("<IBBBB", position, 0, 0, len(name), 1) + name.encode("utf-16-le")
        head += _record(0x0085, bound)
        position += len(body)
    return _ole(head + _record(0x000A, b"") + b"".join(bodies), "Workbook")


def encrypted() -> bytes:
    """What Excel saves under a password: an OLE file that holds an EncryptedPackage."""
    return _ole(b"\x00" * 5000, "EncryptedPackage")


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _begin(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 0))


def _sheet(rows: Sequence[Sequence[str | float | None]]) -> bytes:
    body = _begin(0x0010)
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            place = struct.pack("<HHH", row, column, 0)
            if cell == "#N/A":
                body += _record(0x0205, place + bytes((_NOT_AVAILABLE, 1)))
            elif isinstance(cell, str):
                body += _record(0x0204, place + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le"))
            elif cell is not None:
                body += _record(0x0203, place + struct.pack("<d", cell))
    return body + _record(0x000A, b"")


def _ole(stream: bytes, name: str) -> bytes:
    size = max(len(stream), 4096)  # a shorter stream would lie elsewhere
    stream = stream.ljust(size + -size % _SECTOR, b"\0")
    sectors = len(stream) // _SECTOR
    table = [_FAT, _END, *range(3, 2 + sectors), _END]
    table += [_FREE] * (128 - len(table))
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry(name, 2, _FREE, 2, len(stream))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6)
    head += b"\0" * 6 + struct.pack("<10I", 0, 1, 1, 0, 4096, _END, 0, _END, 0, 0) + b"\xff" * 432
    return head + struct.pack("<128I", *table) + directory.ljust(_SECTOR, b"\0") + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    raw = f"{name}\0".encode("utf-16-le")
    links = struct.pack("<HBBIII", len(raw), kind, 1, _FREE, _FREE, child)
    return raw.ljust(64, b"\0") + links + b"\0" * 36 + struct.pack("<IQ", start, size)
