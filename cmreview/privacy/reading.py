"""Everything that a file says, wherever in it: pages, notebooks, workbooks, Word files, copies, databases."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from pathlib import PurePath
from typing import Any

from cmreview.errors import FileError

_PACKED = (".docx", ".xlsx", ".explorer", ".zip")
_MARKED = (".html", ".svg")
_NOTEBOOK = ".ipynb"
_PLAIN = (".json", ".jsonl", ".csv", ".txt", ".log")
_DATABASE = (".db", ".db-wal", ".db-shm")
_MARK = re.compile(r"<[^<>]*>")
# A file inside a file inside a file is more than cmreview ever writes.
_DEPTH = 3


def text_of(name: str, data: bytes) -> str:
    """All text of a file: as it is stored and as a reader sees it, properties and hidden parts included.

    Markup appears with its marks and without them, so that a name that is spread over several is found
    as well; of a packed file (Word, Excel, the explorer's) every part is read, with its name. FileError
    for a kind of file that nobody has taught this, and for one that can't be read as what it is called.
    """
    ending = "".join(PurePath(name).suffixes[-1:]).lower()
    try:
        return f"{name}\n{_told(ending, data, _DEPTH)}"
    except (ValueError, zipfile.BadZipFile, RecursionError, KeyError) as error:
        raise FileError("privacy.not_read", file=name) from error


def _told(ending: str, data: bytes, depth: int) -> str:
    if ending in _PACKED:
        return _packed(data, depth)
    if ending == _NOTEBOOK:
        return _with_and_without_marks("\n".join(_strings(json.loads(data))))
    if ending in _MARKED:
        return _with_and_without_marks(data.decode("utf-8", "replace"))
    if ending in _PLAIN:
        return _lines(data)
    if ending in _DATABASE:
        return data.decode("utf-8", "replace")
    raise ValueError(ending)


def _packed(data: bytes, depth: int) -> str:
    if not depth:
        raise ValueError("packed too often")
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as held:
        for name in held.namelist():
            inside = held.read(name)
            if inside[:4] == b"PK\x03\x04":
                found.append(_packed(inside, depth - 1))
                continue
            text = inside.decode("utf-8", "replace")
            # a workbook's cells and a document's runs, and whatever else is XML in there
            is_marked = name.endswith((".xml", ".rels", ".vml")) or inside[:5] == b"<?xml"
            found += [name, _with_and_without_marks(text) if is_marked else text]
        found.append(held.comment.decode("utf-8", "replace"))
    return "\n".join(found)


def _with_and_without_marks(text: str) -> str:
    bare = html.unescape(_MARK.sub("", text))
    return f"{text}\n{html.unescape(text)}\n{bare}"


def _lines(data: bytes) -> str:
    """Text, and what is written in it as escapes of JSON."""
    text = data.decode("utf-8-sig", "replace")
    if "\\u" not in text:
        return text
    found = [text]
    for line in [text, *text.splitlines()]:
        try:
            found += _strings(json.loads(line))
        except ValueError:  # no JSON: it stands there as it is
            continue
    return "\n".join(found)


def _strings(value: Any) -> list[str]:
    """Every key and every text in plain JSON."""
    if isinstance(value, dict):
        return [text for key, one in value.items() for text in (str(key), *_strings(one))]
    if isinstance(value, list):
        return [text for one in value for text in _strings(one)]
    return [str(value)]
