"""What is slow to make, kept beside Python's compiled modules while what it was made from is the same."""

from __future__ import annotations

import marshal
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any


def place(folder: Path, name: str) -> Path:
    """Where ``name`` is kept for what lies in ``folder``, for this Python alone."""
    return folder / "__pycache__" / f"{name}.{sys.implementation.cache_tag}.kept"


def read(path: Path, made_from: str | bytes) -> Any:
    """What was kept at ``path``; None where nothing was, or where it was made from something else."""
    try:
        of, content = marshal.loads(path.read_bytes())
    except (OSError, EOFError, ValueError, TypeError):  # none there, or half of one
        return None
    return content if of == made_from else None


def keep(path: Path, made_from: str | bytes, content: Any) -> None:
    """Keep ``content``, of plain types; nothing happens where Python keeps no compiled modules or can't."""
    if sys.dont_write_bytecode:
        return
    part = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        part.write_bytes(marshal.dumps((made_from, content)))
        part.replace(path)
    except OSError:  # a folder that is not ours to write to, or not there
        with suppress(OSError):
            part.unlink()
