"""What a run read, file by file, as run.json keeps it: to find it again, or to say what is gone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmreview.exact_json import NotAsExpected, decode, encode
from cmreview.packets import record
from cmreview.packets.foundation import ABSENT, Foundation, file_hashes, installed

if TYPE_CHECKING:
    from cmreview.packets.prepare import Request

NAME = "inputs"  # in run.json
LOCK = "requirements.lock"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A file by its name below its folder, with the SHA-256 of its content; a word where it had none."""

    name: str
    sha256: str

    @property
    def was_read(self) -> bool:
        """Whether its content is known; one that could not be read is told by a word instead."""
        return _SHA256.fullmatch(self.sha256) is not None


@dataclass(frozen=True, slots=True)
class Folder:
    """Files below a folder of the machine on which the run was made."""

    place: str
    files: tuple[Recorded, ...]

    @property
    def only(self) -> Path:
        """The file, where it is a single one."""
        return Path(self.place, self.files[0].name)


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a run read, and what was asked of it.

    ``named`` are files below the records that intake tells of by name only; ``beyond`` are database files
    that a mapping names outside the folder of the records. ``ledger`` is a file, empty for a server, whose
    address is not kept because it may hold a password, None where none was asked. ``package`` is the
    SHA-256 of the program's own files, ``installed`` every distribution as ``name==version``.
    """

    records: Folder
    policy: Folder
    notebook: Folder
    mapping: Folder | None
    committee: Folder | None
    ledger: str | None
    named: tuple[str, ...]
    beyond: tuple[str, ...]
    lock: Folder | None
    package: str
    installed: tuple[str, ...]
    strict: bool
    pdf: bool
    engine: str | None

    @property
    def folders(self) -> dict[str, Folder]:
        """What was read of files, by its kind."""
        kinds = {
            "records": self.records,
            "policy": self.policy,
            "notebook": self.notebook,
            "mapping": self.mapping,
            "committee": self.committee,
        }
        return {kind: folder for kind, folder in kinds.items() if folder is not None}


def inputs_of(request: Request, found: Foundation, read: frozenset[str]) -> dict[str, Any]:
    """What ``request`` rests on, for run.json. ``read`` are the hashes of the records that were read."""
    stored: dict[str, Any] = encode(
        Inputs(
            records=_records(request, found, read),
            policy=_below("policy", found),
            notebook=_one("notebook", found),
            mapping=None if request.mapping is None else _one("mapping", found),
            committee=None if request.ledger is None else _one("committee", found),
            ledger=_ledger(request.ledger),
            named=_named(request),
            beyond=_beyond(request, found),
            lock=_lock(),
            package=record.package_sha256(),
            installed=distributions(),
            strict=request.strict,
            pdf=request.pdf,
            engine=request.engine,
        )
    )
    return stored


def distributions() -> tuple[str, ...]:
    """Every installed distribution as ``name==version``, by name."""
    return tuple(
        name.removesuffix(".dist-info").replace("-", "==", 1)
        for name in installed()
        if name.endswith(".dist-info")
    )


def recorded_inputs(stored: Any) -> Inputs:
    """What run.json keeps. ValueError where it is not that, or where a name leads out of its folder."""
    inputs: Inputs = decode(Inputs, stored)
    for folder in (*inputs.folders.values(), *([inputs.lock] if inputs.lock else [])):
        for file in folder.files:
            check_name(file.name)
    for kind in ("notebook", "mapping", "committee"):
        if kind in inputs.folders and len(inputs.folders[kind].files) != 1:
            raise NotAsExpected(kind)
    for name in inputs.named:
        check_name(name)
    return inputs


def check_name(name: str) -> None:
    """ValueError where ``name`` is no plain path below a folder, on this system or another."""
    parts = name.split("/")
    odd = any(char in "\\:" or unicodedata.category(char).startswith("C") for char in name)
    if odd or any(part in ("", ".", "..") for part in parts):
        raise NotAsExpected(f"{name!r}: not a file's name")


def _of(kind: str, found: Foundation) -> list[tuple[str, Path, str]]:
    """The files of a kind that were there: name, place, hash."""
    return [
        (name.partition(" ")[2], path, digest)
        for name, path, digest in found.files
        if name.partition(" ")[0] == kind and digest != ABSENT
    ]


def _records(request: Request, found: Foundation, read: frozenset[str]) -> Folder:
    """The records; of what lies in a folder that a mapping speaks of, only what was read."""
    files = {name: digest for name, _, digest in _of("records", found)}
    if request.mapping is not None:
        databases = {path.resolve() for _, path, _ in _of("database", found)}
        files = {
            name: digest
            for name, digest in files.items()
            if digest in read or (request.records / name).resolve() in databases
        }
    return _folder(request.records, files.items())


def _below(kind: str, found: Foundation) -> Folder:
    files = _of(kind, found)
    name, path, _ = files[0]
    return _folder(path.absolute().parents[name.count("/")], [(name, digest) for name, _, digest in files])


def _one(kind: str, found: Foundation) -> Folder:
    """A file of which there is one; where it is looked for in two places, the first is taken."""
    _, path, digest = _of(kind, found)[0]
    return _folder(path.parent, [(path.name, digest)])


def _folder(place: Path, files: Iterable[tuple[str, str]]) -> Folder:
    named = sorted((_storable(name), digest) for name, digest in files)
    return Folder(_storable(str(place.absolute())), tuple(Recorded(*one) for one in named))


def _storable(name: str) -> str:
    """A name as a text; bytes that are no text are written out, which an archive refuses."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _beyond(request: Request, found: Foundation) -> tuple[str, ...]:
    within = request.records.resolve()
    files = (path for _, path, _ in _of("database", found))
    return tuple(sorted(_storable(str(path)) for path in files if not path.resolve().is_relative_to(within)))


def _named(request: Request) -> tuple[str, ...]:
    from cmreview.records.intake import NOT_READ, files_below

    if request.mapping is not None:
        return ()
    return tuple(
        sorted(
            _storable(path.relative_to(request.records).as_posix())
            for _, path in files_below(request.records, [])
            if path.suffix.lower() in NOT_READ
        )
    )


def _ledger(location: str | None) -> str | None:
    if location is None:
        return None
    return "" if "://" in location else _storable(str(Path(location).absolute()))


def _lock() -> Folder | None:
    project = Path(__file__).resolve().parents[2]
    (digest,) = file_hashes([project / LOCK])
    return None if digest == ABSENT else _folder(project, [(LOCK, digest)])
