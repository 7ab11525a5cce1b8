"""The one file: a zip whose bytes depend on its contents alone, read so that it can do no harm.

Nothing in it is packed. That makes the same bytes on every machine, whichever library packs there, and an
archive unpacks to no more than its own size: one that holds a packed file is not ours.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cmreview.errors import FileError, InputError
from cmreview.packets.archive.layout import SUMS, label
from cmreview.packets.inputs import check_name

MOST_FILES = 200_000
_LONGEST_LIST = 64 << 20  # bytes of SHA256SUMS: a line of three hundred for each of so many files
_FIRST, _LAST = 1980, 2107  # the years that a zip can say
_CHUNK = 1 << 20


def write(folder: Path, hashes: dict[str, str], target: Path, year: int) -> str:
    """Write the files below ``folder`` that ``hashes`` names to ``target``, and hand back its SHA-256.

    The file is the owner's alone, and appears when it is whole. FileError where it is there already or
    can't be written.
    """
    refuse_taken(target)
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(hashes.items()))
    scratch = None
    try:
        (folder / SUMS).write_text(lines, encoding="utf-8", newline="\n")
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, scratch = tempfile.mkstemp(prefix=".", suffix=".part", dir=target.parent)  # mode 0600
        with os.fdopen(handle, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
                for name in (SUMS, *sorted(hashes)):
                    _add(archive, folder / name, name, year)
            file.flush()
            os.fsync(file.fileno())
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        Path(scratch).replace(target)
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise FileError("archive.not_written", file=str(target), problem=problem) from error
    finally:
        if scratch is not None:
            Path(scratch).unlink(missing_ok=True)
    return digest


def refuse_taken(target: Path) -> None:
    """FileError where something is at ``target`` already."""
    if os.path.lexists(target):
        raise FileError("archive.exists", file=str(target))


def _add(archive: zipfile.ZipFile, path: Path, name: str, year: int) -> None:
    info = zipfile.ZipInfo(name, (min(max(year, _FIRST), _LAST), 12, 31, 0, 0, 0))
    info.create_system = 3  # so that the mode counts, and Windows writes the same
    info.external_attr = (stat.S_IFREG | 0o600) << 16
    info.file_size = path.stat().st_size
    with path.open("rb") as source, archive.open(info, "w") as stored:
        shutil.copyfileobj(source, stored, _CHUNK)


def read(path: Path, into: Path, only: Collection[str] | None = None) -> dict[str, str]:
    """The SHA-256 of every file in the archive at ``path``, each held against SHA256SUMS.

    All of them, or ``only`` some, are written below the folder ``into``. InputError where the file is no
    archive of ours or not whole: a name that leads elsewhere, a packed, repeated, linked or unlisted file.
    """
    with _opened(path) as archive:
        infos = _harmless(archive, path)
        if SUMS not in infos or infos[SUMS].file_size > _LONGEST_LIST:
            raise damaged(path, "no_sums")
        listed = dict(_listed(archive.read(infos.pop(SUMS)), path))
        for name in sorted(listed.keys() ^ infos.keys()):
            raise damaged(path, "lost" if name in listed else "not_listed", name=name)
        for name, info in infos.items():
            target = into / name if only is None or name in only else None
            with archive.open(info) as stored:
                if _copied(stored, target) != listed[name]:
                    raise damaged(path, "changed", name=name)
    return listed


def damaged(path: Path, fault: str, **values: object) -> InputError:
    """The error that tells what is wrong with an archive."""
    return InputError("archive.damaged", file=str(path), fault=label(f"archive.fault.{fault}", **values))


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except FileNotFoundError as error:
        raise FileError("file.missing", file=str(path)) from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, ValueError) as error:
        raise damaged(path, "no_zip") from error
    except OSError as error:
        problem = error.strerror or type(error).__name__
        raise FileError("archive.not_read", file=str(path), problem=problem) from error


def _harmless(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """What is in it by name, once it is clear that reading it can't do harm."""
    infos = archive.infolist()
    if len(infos) > MOST_FILES:
        raise damaged(path, "too_many")
    found: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = info.orig_filename  # as it stands there: zipfile would cut it at a NUL
        try:
            check_name(name)
        except ValueError as error:
            raise damaged(path, "odd_name", name=ascii(name)) from error
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            raise damaged(path, "no_file", name=name)
        if info.flag_bits & 1 or info.compress_type != zipfile.ZIP_STORED:
            raise damaged(path, "packed", name=name)
        if name in found:
            raise damaged(path, "twice", name=name)
        found[name] = info
    if sum(info.file_size for info in infos) > path.stat().st_size:  # parts that lie over each other
        raise damaged(path, "too_large")
    return found


def _listed(sums: bytes, path: Path) -> Iterator[tuple[str, str]]:
    try:
        text = sums.decode("utf-8")
    except UnicodeDecodeError as error:
        raise damaged(path, "no_sums") from error
    for line in text.removesuffix("\n").split("\n"):
        digest, between, name = line.partition("  ")
        if not between or len(digest) != hashlib.sha256().digest_size * 2:
            raise damaged(path, "no_sums")
        yield name, digest


def _copied(stored: IO[bytes], target: Path | None) -> str:
    """Read to the end, and write what is read to ``target``; the SHA-256 of it."""
    digest = hashlib.sha256()
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
    with Path(os.devnull).open("wb") if target is None else target.open("xb") as file:
        while chunk := stored.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()
