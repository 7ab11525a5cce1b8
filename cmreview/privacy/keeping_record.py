"""Who looked at, took out or erased personal data, when and why: a line a time, never changed."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from cmreview.appended import append
from cmreview.errors import FileError

NAME = "privacy-log.jsonl"


def note(folder: Path, what: str, by: str, at: datetime, told: Mapping[str, Any]) -> Path:
    """Append one line to the record of privacy in ``folder``: what was done, by whom, when.

    Like ``run.json`` it also holds the machine and its user, as the id that somebody types is taken on
    trust. Readable by its owner only. FileError where it can't be written.
    """
    line = {
        "at": at.isoformat(timespec="seconds"),
        "what": what,
        "by": by,
        "host": socket.gethostname(),
        "user": _user(),
        **told,
    }
    place = folder / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        append(place, line)
    except OSError as error:
        raise FileError("privacy.not_noted", file=place.name, problem=error.strerror) from error
    return place


def _user() -> str | None:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a machine without names of users
        return None
