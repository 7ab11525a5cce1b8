"""A workbook's zip and its XML parts, read so that neither can do harm.

A part is never written to disk, only named parts are read, and what would unpack to far more than
any workbook holds is refused. XML is read by expat as a stream; a document type, the door of every
entity attack, is refused, and nothing outside the part is ever fetched.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

from cmreview.records.raw import Unreadable

MAX_UNPACKED = 1 << 30  # bytes of all parts that are read together; a million rows are half of it
SUSPECT_SIZE, MAX_RATIO = 50 << 20, 250  # sheets shrink 10 to 30 times; a bomb shrinks a thousand times
MAX_PARTS = 10_000
MAX_ELEMENTS = 500_000  # of a part that is held whole; a workbook's styles are some thousands
MAX_DEPTH = 100  # elements within each other; a sheet has ten, and each that is open takes memory
_METHODS = (
    zipfile.ZIP_STORED,
    zipfile.ZIP_DEFLATED,
)  # all that workbooks may use; others unpack without bound

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


def is_ole(data: bytes) -> bool:
    """Whether these are the bytes of an OLE file: a workbook of Excel 97, or an encrypted one."""
    return data.startswith(_OLE)


def is_encrypted(data: bytes) -> bool:
    """Whether these are the bytes of a workbook that opens with a password only."""
    return is_ole(data) and _ENCRYPTED in data


class Container:
    """The zip of an .xlsx or .xlsm file."""

    def __init__(self, data: bytes) -> None:
        if not zipfile.is_zipfile(io.BytesIO(data)):
            # a zip's table of contents stands at its end: a cut file begins like a zip and has none
            raise Unreadable("file_cut_off" if data.startswith(b"PK") else "not_a_workbook")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise Unreadable("damaged") from error
        infos = self._zip.infolist()
        if len(infos) > MAX_PARTS:
            raise Unreadable("unpacks_too_large")
        self._parts = {info.filename.lower(): info for info in infos}
        if len(self._parts) < len(infos):  # of two parts of one name another program may show the other
            raise Unreadable("damaged")
        self._unpacked = 0

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._parts

    def open(self, part: str) -> IO[bytes]:
        """One part as a stream; Unreadable where it is missing, encrypted, or unpacks to too much."""
        info = self._parts.get(part.lower())
        if info is None:
            raise Unreadable("damaged")
        if info.flag_bits & 1:
            raise Unreadable("encrypted")
        if info.compress_type not in _METHODS:
            raise Unreadable("damaged")
        self._unpacked += info.file_size
        is_bomb = info.file_size > SUSPECT_SIZE and info.file_size > MAX_RATIO * max(info.compress_size, 1)
        if is_bomb or self._unpacked > MAX_UNPACKED:
            raise Unreadable("unpacks_too_large")
        try:
            return self._zip.open(info)
        except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError) as error:
            raise Unreadable("damaged") from error

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id -> (kind, part) of the parts inside that a part refers to, outside ones left out."""
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        if path not in self:
            return {}
        found = {}
        for tag, values in self.elements(path):
            if tag == "Relationship" and values.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, values.get("Target", "")))
                kind = values.get("Type", "").rsplit("/", 1)[-1]
                found[values.get("Id", "")] = (kind, target.lstrip("/"))
        return found

    def elements(self, part: str) -> Iterator[tuple[str, dict[str, str]]]:
        """Every element of a small part: its name without prefix, and its attributes, also without."""
        found: list[tuple[str, dict[str, str]]] = []
        depth = Depth()

        def start(tag: str, values: dict[str, str]) -> None:
            depth.down()
            if len(found) == MAX_ELEMENTS:
                raise Unreadable("unpacks_too_large")
            plain = {name.rpartition(":")[2]: value for name, value in values.items()}
            found.append((tag.rpartition(":")[2], plain))

        self.parse(part, start, depth.up)
        return iter(found)

    def check_all_parts(self) -> None:
        """Look over the parts that only another library reads. Raises Unreadable as ``open`` does."""
        for name in list(self._parts):
            with self.open(name) as stream:
                if name.endswith((".xml", ".rels", ".vml")):
                    _check_head(stream)

    def parse(
        self, part: str, start: Start, end: End | None = None, parser: expat.XMLParserType | None = None
    ) -> None:
        """Parse one part as a stream. Unreadable where it is not well formed or declares a document type."""
        parser = parser or new_parser()
        parser.StartElementHandler = start
        if end is not None:
            parser.EndElementHandler = end
        try:
            with self.open(part) as stream:
                parser.ParseFile(stream)
        except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            raise Unreadable("damaged") from error


class Depth:
    """How many elements are open; more than any workbook has are refused."""

    __slots__ = ("now",)

    def __init__(self) -> None:
        self.now = 0

    def down(self) -> None:
        """An element begins."""
        self.now += 1
        if self.now > MAX_DEPTH:
            raise Unreadable("damaged")

    def up(self, _tag: str = "") -> None:
        """An element ends."""
        self.now -= 1


def new_parser() -> expat.XMLParserType:
    """An expat parser that refuses document types."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    return parser


class _HeadSeen(Exception):
    """The first element was reached: no document type can follow."""


def _check_head(stream: IO[bytes]) -> None:
    def stop(*_: object) -> None:
        raise _HeadSeen

    parser = new_parser()
    parser.StartElementHandler = stop
    try:
        parser.ParseFile(stream)
    except _HeadSeen:
        return
    except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise Unreadable("damaged") from error


def _refuse(*_: object) -> None:
    raise Unreadable("document_type")
