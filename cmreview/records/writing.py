"""Files are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from cmreview.errors import FileError


def write_whole(path: Path, data: bytes) -> None:
    """Put ``data`` at ``path`` in one step: whoever looks sees the old file or the new one, never half.

    The folder is made where it is missing. Raises FileError where the disk is full, the place is
    not writable, or another program holds the file.
    """
    handle, scratch = None, None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(scratch).chmod(0o666 & ~_umask())  # mkstemp's own mode shuts out everybody else
        Path(scratch).replace(path)
    except OSError as error:
        raise FileError(
            "template.cant_write", file=path.name, problem=error.strerror or str(error)
        ) from error
    finally:
        if scratch is not None:
            Path(scratch).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
