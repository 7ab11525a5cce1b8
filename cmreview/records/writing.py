"""Files are written whole or not at all, and are on the disk before they have their name."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from cmreview.errors import FileError

_UNFINISHED = ".{}.unfinished"
_LEFT = re.compile(r"\.[0-9a-f]{32}\.unfinished")


def write_whole(path: Path, data: bytes, *, one_of_many: bool = False) -> None:
    """Put ``data`` at ``path`` in one step: whoever looks sees the old file or the new one, never half.

    That holds after a power cut too. The new one is there for good when this ends; of ``one_of_many`` it is
    when the caller has waited for their names (``names_to_disk``), once for all. The folder is made where it
    is missing. Raises FileError where the disk is full, the place is not writable, or another program holds
    the file.
    """
    try:
        made = [folder for folder in path.parents if not folder.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
        with becoming(path) as file:
            file.write(data)
        for folder in made if one_of_many else (path, *made):
            names_to_disk(folder.parent)
    except OSError as error:
        raise FileError(
            "template.cant_write", file=path.name, problem=error.strerror or str(error)
        ) from error


@contextmanager
def becoming(path: Path) -> Iterator[BinaryIO]:
    """A new file that is ``path`` once the block ends, its data on the disk before; nothing where it fails.

    It is held while it is written, so that one whose writer was killed is known by nobody's holding it: those
    in the same folder are removed first. OSError where nothing can be written.
    """
    _clear_left(path.parent)
    scratch, file = _held_file(path.parent)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if sys.platform == "win32":
                file.close()  # which renames no file that is open
            scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def _held_file(folder: Path) -> tuple[Path, BinaryIO]:
    while True:
        path = folder / _UNFINISHED.format(uuid4().hex)
        file = path.open("xb")
        _hold(file)
        if path.exists():
            return path, file
        file.close()  # somebody took it for left in the moment before it was held


def names_to_disk(folder: Path) -> None:
    """Wait until the names in ``folder`` are on the disk, where system and file system know how."""
    with suppress(OSError):  # the files are whole and on the disk in any case
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _clear_left(folder: Path) -> None:
    """Remove what killed writers left; what is held, or can't be removed, stops nobody."""
    with os.scandir(folder) as entries:
        left = [Path(entry.path) for entry in entries if _LEFT.fullmatch(entry.name)]
    for path in left:
        with suppress(OSError):
            _remove_left(path)


if sys.platform == "win32":

    def _hold(file: BinaryIO) -> None:
        """Windows holds every open file by itself."""

    def _remove_left(path: Path) -> None:
        """OSError where somebody has it open."""
        path.unlink()

else:
    import fcntl

    def _hold(file: BinaryIO) -> None:
        """Until it is closed or we end."""
        with suppress(OSError):  # a file system without locks: then what is left stays
            fcntl.flock(file, fcntl.LOCK_EX)

    def _remove_left(path: Path) -> None:
        """OSError where somebody holds it."""
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
