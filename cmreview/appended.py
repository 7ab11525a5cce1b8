"""A line at the end of a file that is only ever added to and that its owner alone reads."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def append(place: Path, line: Mapping[str, Any]) -> None:
    """Add ``line`` as JSON; it is on the disk when this ends. OSError where it can't be written."""
    content = (json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n").encode()
    handle = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, content)
        os.fsync(handle)
    finally:
        os.close(handle)
