"""A Word file as a package of parts: what no template may hold, and the same bytes for the same paper."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError

from cmreview.errors import FileError
from cmreview.records.container import new_parser
from cmreview.records.raw import Unreadable

if TYPE_CHECKING:
    from docx.document import Document

LARGEST = 20  # MB of all parts together; letterheads and seals are far smaller
MOST_DOTS = 100_000_000  # of one picture, which is drawn whole however small its file
_PICTURES = "word/media/"
_MAIN = b"wordprocessingml.document.main+xml"
_MARKED = re.compile(rb"<w:(?:ins|del|moveFrom|moveTo|rPrChange|pPrChange|comment|commentReference)[ />]")
_EXTERNAL = re.compile(rb"<Relationship\b[^>]*\bTargetMode\s*=\s*[\"']External[\"'][^>]*>")
_TARGET = re.compile(rb"\bTarget\s*=\s*[\"']([^\"']*)")
# A link that a reader may click is harmless; the template that a document was made from names a person's
# folder and is taken out.
_HARMLESS = (b"/hyperlink", b"/attachedTemplate")
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first day that a zip can name
_UNIX, _PLAIN_FILE = 3, 0o100644 << 16


def refuse_unfit(data: bytes, file: str) -> None:
    """Refuse what is no plain Word document, or would carry people's names or foreign content into papers.

    Raises FileError with ``file`` in it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            infos = package.infolist()
            if sum(info.file_size for info in infos) > LARGEST << 20:
                raise FileError("papers.too_large", file=file, limit=LARGEST)
            pictures = [package.read(info) for info in infos if info.filename.startswith(_PICTURES)]
            parts = {
                info.filename: package.read(info)
                for info in infos
                if info.filename.endswith((".xml", ".rels"))
            }
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError, RuntimeError) as error:
        raise FileError("papers.not_docx", file=file) from error
    if any(_dots(picture) > MOST_DOTS for picture in pictures):
        raise FileError("papers.huge_picture", file=file, limit=MOST_DOTS // 1_000_000)
    for part in parts.values():
        _refuse_broken(part, file)
    is_plain = _MAIN in parts.get("[Content_Types].xml", b"") and "word/document.xml" in parts
    if not is_plain:
        raise FileError("papers.not_docx", file=file)
    if any(_MARKED.search(part) for name, part in parts.items() if name.startswith("word/")):
        raise FileError("papers.marked_up", file=file)
    for target in _outside(parts):
        raise FileError("papers.outside", file=file, target=target)


def _refuse_broken(part: bytes, file: str) -> None:
    """Refuse XML that is not well-formed, or declares a document type, in whatever encoding."""
    try:
        new_parser().Parse(part, True)
    except (ExpatError, Unreadable) as error:
        raise FileError("papers.not_docx", file=file) from error


def _dots(picture: bytes) -> int:
    """How many dots a picture says it has; 0 for a kind that can't be told, which draws lines, not dots."""
    from docx.image.exceptions import (
        InvalidImageStreamError,
        UnexpectedEndOfFileError,
        UnrecognizedImageError,
    )
    from docx.image.image import Image

    try:
        found = Image.from_blob(picture)
        return int(found.px_width) * int(found.px_height)
    except (InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError, KeyError, ValueError):
        return 0
    except (struct.error, TypeError, AttributeError, ZeroDivisionError):  # a head that was cut off
        return 0


def _outside(parts: dict[str, bytes]) -> Iterator[str]:
    for name, part in sorted(parts.items()):
        if name.endswith(".rels"):
            for relation in _EXTERNAL.findall(part):
                target = _TARGET.search(relation)
                if not any(kind in relation for kind in _HARMLESS):
                    yield target[1].decode("utf-8", "replace") if target else name


def sign(document: Document, title: str, company: str, day: date, lang: str) -> None:
    """Give ``document`` properties that name the company and the paper's day, and nobody and nothing else."""
    package, main = document.part.package, document.part
    # a picture of the first page, the program's and the person's properties: none is the paper's own
    for key, relation in list(package.rels.items()):
        if relation.reltype.rsplit("/", 1)[-1] != "officeDocument":
            del package.rels[key]
    for key, relation in list(main.rels.items()):
        if relation.reltype.endswith("/people"):
            del main.rels[key]
    for element in main.settings._element.findall(f"{{{document.element.nsmap['w']}}}attachedTemplate"):
        main.settings._element.remove(element)
    for key, relation in list(main._settings_part.rels.items()):
        if relation.is_external:
            del main._settings_part.rels[key]
    about = document.core_properties  # fresh, since the template's own were dropped
    about.title, about.author, about.last_modified_by = title, company[:255], company[:255]
    about.created = about.modified = datetime(day.year, day.month, day.day)
    about.language = "en-GB" if lang == "en" else "zh-CN"
    about.revision = 1


def same_bytes(data: bytes) -> bytes:
    """The same package with its parts in a fixed order, under a fixed time and the same compression."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        # Word expects the list of content types first
        for name in sorted(before.namelist(), key=lambda name: (not name.startswith("["), name)):
            info = zipfile.ZipInfo(name, _EARLIEST)
            info.compress_type, info.create_system, info.external_attr = (
                zipfile.ZIP_DEFLATED,
                _UNIX,
                _PLAIN_FILE,
            )
            after.writestr(info, before.read(name), compresslevel=9)
    return packed.getvalue()
