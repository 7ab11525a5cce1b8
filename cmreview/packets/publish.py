"""Putting what was made in its place: whole or not at all, the earlier packet kept until then (N5)."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cmreview.errors import PacketError

_WORKSPACE = ".making-"
_A_DAY = 86_400


@contextmanager
def workspace(outputs: Path) -> Iterator[Path]:
    """A private folder inside ``outputs`` (same file system, so publishing is renaming), gone afterwards.

    What a killed run left behind more than a day ago is removed too. PacketError where nothing can be
    written there.
    """
    with needed(outputs):
        outputs.mkdir(parents=True, exist_ok=True)
        for old in outputs.glob(f"{_WORKSPACE}*"):
            if time.time() - old.stat().st_mtime > _A_DAY:
                shutil.rmtree(old, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=_WORKSPACE, dir=outputs))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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

    PacketError where a file of the earlier packet can't be moved, such as an appendix open in Excel.
    """
    aside = made.with_name(f"{made.name}-earlier")
    had_one = target.exists()
    try:
        if had_one:
            target.replace(aside)
        try:
            made.replace(target)
        except BaseException:
            if had_one:
                aside.replace(target)
            raise
    except OSError as error:
        raise PacketError(
            "cli_packets.error.not_published", folder=target.name, problem=_told(error)
        ) from error
    if had_one:
        shutil.rmtree(aside, ignore_errors=True)


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
                path.replace(target / path.name)
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
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(target)
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
    """Remove what an earlier failure left: the department's packet is good now."""
    for ending in ("txt", "ipynb"):
        (folder / f"{stem}.{ending}").unlink(missing_ok=True)
    with suppress(OSError):
        folder.rmdir()  # only where it is empty


def _told(error: OSError) -> str:
    return error.strerror or type(error).__name__
