"""One run at a time in a year's outputs: a lock that the system takes back from a holder that ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cmreview.errors import PacketError
from cmreview.packets.publish import needed

NAME = ".run.lock"
_BYTE = 1 << 30  # the byte that Windows locks: nobody may read a locked one, and the number stands before it
_LONGEST = 20  # digits of a process id, and some


@contextmanager
def held(outputs: Path) -> Iterator[None]:
    """Hold ``outputs`` for one run; made where it is not there, and gone again where nothing came into it.

    Raises PacketError where another run holds it, which names that run's process, or where nothing can be
    written there. The lock is the system's and not the file: one that a killed run left holds nobody up.
    """
    with needed(outputs):
        new = [path for path in (outputs, *outputs.parents) if not path.exists()]
        outputs.mkdir(parents=True, exist_ok=True)
        file = _taken(outputs)
    try:
        yield
    finally:
        _let_go(file, outputs / NAME)
        with suppress(OSError):  # only where they are empty
            for folder in new:
                folder.rmdir()


def _taken(outputs: Path) -> int:
    """The open file that is locked. Whoever held it before removes it, so it may be gone once it is ours."""
    path = outputs / NAME
    while True:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        file = os.open(path, flags, 0o644)
        try:
            if not _lock(file):
                holder = os.read(file, _LONGEST)
                process = holder.decode("ascii", "replace").strip() or "?"
                raise PacketError("outputs.held", folder=str(outputs), process=process)
            if _is_still(file, path):
                os.ftruncate(file, 0)
                os.write(file, f"{os.getpid()}\n".encode())
                return file
        except BaseException:
            os.close(file)
            raise
        os.close(file)


def _is_still(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def _let_go(file: int, path: Path) -> None:
    if sys.platform == "win32":  # which removes no open file
        os.close(file)
        with suppress(OSError):
            path.unlink()
        return
    with suppress(OSError):
        path.unlink()  # while it is ours: nobody can have locked another one of this name
    os.close(file)


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> bool:
        os.lseek(file, _BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(file, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
