"""Who looked at names behind a tried-out policy, when and why: one line of JSON each, only ever appended.

The ledger keeps the steps of single cases, and a look at names belongs to no case; so the looks are kept
in a file of their own beside the prepared file (``<prepared file>.names-seen.jsonl``), readable by its owner
only. A line is on the disk before a name is on the screen; where it can't be written, no name is shown. The
file is a record among honest people: it has no seal, and whoever owns the folder can alter it.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from cmreview.appended import append
from cmreview.errors import FileError
from cmreview.exact_json import encode
from cmreview.review.explorer.what_if import NamesSeen

SUFFIX = ".names-seen.jsonl"


def place_of(prepared: Path) -> Path:
    """Where the looks at the names of a prepared file are kept."""
    return prepared.with_name(prepared.name + SUFFIX)


def record(prepared: Path, seen: NamesSeen, at: datetime) -> Path:
    """Append one look. FileError where the file can't be written."""
    line = {"at": at.isoformat(), **{name: encode(value) for name, value in _parts(seen).items()}}
    place = place_of(prepared)
    try:
        append(place, line)
    except OSError as error:
        raise FileError("explorer.names_not_kept", file=place.name, problem=error.strerror) from error
    return place


def _parts(seen: NamesSeen) -> dict[str, object]:
    found = asdict(seen)
    found["changes"] = [
        {"part": each.part.value, "key": each.key, "value": None if each.value is None else str(each.value)}
        for each in seen.changes
    ]
    return found
