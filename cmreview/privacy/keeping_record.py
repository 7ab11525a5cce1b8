"""Who looked at, took out or erased personal data, when and why: a line a time, never changed."""

from __future__ import annotations

import getpass
import json
import os
import socket
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

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
    content = (json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n").encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, content)
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise FileError("privacy.not_noted", file=place.name, problem=error.strerror) from error
    return place


def _user() -> str | None:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a machine without names of users
        return None
