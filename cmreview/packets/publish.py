"""Putting what was made in its place: whole or not at all, on the disk, the earlier packet kept until then.

What is promised of a packet's folder, index.html and run.json (N5): whoever kills the program or cuts the
power at any moment finds the earlier one or the new one, whole. So the data go to the disk, then the name
changes in one step, then the folder that holds the name goes to the disk.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cmreview.errors import PacketError

_WORKSPACE = ".making-"
_A_DAY = 86_400
_PART = ".{}.part"
_HERE, _EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux
_NO_EXCHANGE = (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP)
_NO_SYNC = (errno.EINVAL, errno.EOPNOTSUPP, errno.EACCES, errno.EBADF, errno.EISDIR)


@contextmanager
def workspace(outputs: Path) -> Iterator[Path]:
    """A private folder inside ``outputs`` (same file system, so publishing is renaming), gone afterwards.

    What a killed run left behind is removed too. PacketError where nothing can be written there.
    """
    with needed(outputs):
        outputs.mkdir(parents=True, exist_ok=True)
        clear_left(outputs)
        folder, held = _new_workspace(outputs)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if held is not None:
            os.close(held)


def clear_left(outputs: Path) -> None:
    """Remove the workspaces below ``outputs`` whose run was killed; one in use is held by its run."""
    for old in outputs.glob(f"{_WORKSPACE}*"):
        with suppress(OSError):  # another run is faster, or it is not ours: no reason to stop
            held = _held(old)
            try:
                if held is not None or time.time() - old.stat().st_mtime > _A_DAY:
                    shutil.rmtree(old, ignore_errors=True)
            finally:
                if held is not None:
                    os.close(held)


def _new_workspace(outputs: Path) -> tuple[Path, int | None]:
    """A new folder, held by us; somebody who clears may be faster than we are, so it is looked for again."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_WORKSPACE, dir=outputs))
        with suppress(FileNotFoundError):
            held = _held(folder)
            if held is None or folder.exists():
                return folder, held
            os.close(held)


@contextmanager
def needed(outputs: Path) -> Iterator[None]:
    """What is written inside can't be done without: PacketError where ``outputs`` is full or read-only."""
    try:
        yield
    except OSError as error:
        raise PacketError(
            "cli_packets.error.no_outputs", folder=str(outputs), problem=_told(error)
        ) from error


def publish_folder(made: Path, target: Path) -> None:
    """Put the folder ``made`` where ``target`` is; ``target`` is as before where that fails.

    On Linux the two change places in one step; elsewhere, and on file systems that can't, there is a
    moment between two steps in which a kill leaves no packet, and the next run makes it again.
    PacketError where a file of the earlier packet can't be moved, such as an appendix open in Excel.
    """
    aside = made.with_name(f"{made.name}-earlier")
    try:
        for path in sorted(made.iterdir()):
            _to_disk(path)
        _to_disk(made)
        if not target.exists():
            made.replace(target)
        elif _exchanged(made, target):
            aside = made
        else:
            _moved(made, target, aside)
        _to_disk(target.parent)
    except OSError as error:
        raise PacketError(
            "cli_packets.error.not_published", folder=target.name, problem=_told(error)
        ) from error
    shutil.rmtree(aside, ignore_errors=True)


def _moved(made: Path, target: Path, aside: Path) -> None:
    target.replace(aside)
    try:
        made.replace(target)
    except BaseException:
        aside.replace(target)
        raise


def _exchanged(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where system or file system can't. Raises OSError."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    sys.audit("os.rename", one, other, _HERE, _HERE)  # as Python's own renaming says of itself
    if libc.renameat2(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NO_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(one))


def _to_disk(path: Path) -> None:
    """Wait until a file's data, or a folder's names, are on the disk, where the system knows how."""
    is_folder = path.is_dir()
    try:
        file = os.open(path, os.O_RDONLY if is_folder or sys.platform != "win32" else os.O_RDWR)
        try:
            os.fsync(file)
        finally:
            os.close(file)
    except OSError as error:
        if not (is_folder and error.errno in _NO_SYNC):  # some file systems have it for files only
            raise


def publish_files(made: Path, target: Path) -> None:
    """Put every file of ``made`` into ``target``, beside what else lies there: all of them or none.

    PacketError where an earlier file can't be moved, such as a workbook open in Excel; then every earlier
    one is back in its place.
    """
    aside = made.with_name(f"{made.name}-earlier")
    placed: list[str] = []
    try:
        aside.mkdir()
        try:
            for path in sorted(made.iterdir()):
                if (target / path.name).exists():
                    (target / path.name).replace(aside / path.name)
                placed.append(path.name)
                _to_disk(path)
                path.replace(target / path.name)
            _to_disk(target)
        except BaseException:
            for name in placed:
                (target / name).unlink(missing_ok=True)
                if (aside / name).exists():
                    (aside / name).replace(target / name)
            raise
    except OSError as error:
        raise PacketError(
            "cli_packets.error.not_published", folder=target.name, problem=_told(error)
        ) from error


def publish_text(text: str, target: Path) -> None:
    """Write ``text`` to ``target`` at once or not at all. PacketError where it can't be written."""
    part = target.with_name(_PART.format(target.name))
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        _to_disk(part)
        part.replace(target)
        _to_disk(target.parent)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise PacketError("cli_packets.error.not_written", file=str(target), problem=_told(error)) from error


def keep_failed(notebook: Path, explanation: str, folder: Path, stem: str) -> bool:
    """Keep the notebook of a failed run, with what is known of the failure beside it (N7); whether it worked.

    What went wrong is told anyway, so a full disk must not hide it.
    """
    try:
        folder.mkdir(exist_ok=True)
        (folder / f"{stem}.txt").write_text(explanation, encoding="utf-8", newline="\n")
        if notebook.is_file():
            notebook.replace(folder / f"{stem}.ipynb")
    except OSError:
        return False
    return True


def forget_failed(folder: Path, stem: str) -> None:
    """Remove what an earlier failure left: the department's packet is good now.

    What can't be removed, such as an explanation that is open somewhere, is left to the next run.
    """
    for ending in ("txt", "ipynb"):
        with suppress(OSError):
            (folder / f"{stem}.{ending}").unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()  # only where it is empty


if sys.platform == "win32":

    def _held(folder: Path) -> int | None:
        """Windows locks no folder: there only its age tells that a workspace was left."""
        return None

else:
    import fcntl

    def _held(folder: Path) -> int | None:
        """The open ``folder``, held until it is closed or we end; None where somebody else holds it."""
        file = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # also where the file system has no locks
            os.close(file)
            return None
        return file


def _told(error: OSError) -> str:
    return error.strerror or type(error).__name__
