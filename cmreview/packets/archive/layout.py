"""What lies where in an archive, and whether it is what run.json says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cmreview
from cmreview.errors import InputError
from cmreview.packets import record
from cmreview.packets.inputs import LOCK, NAME, Inputs, recorded_inputs
from cmreview.packets.record import Run
from cmreview.packets.recorded import recorded_run
from cmreview.terms import Label
from cmreview.words import LANGUAGES, say

if TYPE_CHECKING:
    from cmreview.process.ledger.chain import Head

RUN, MANIFEST, SUMS = record.NAME, "manifest.json", "SHA256SUMS"
INPUTS, PACKETS, REVIEWS = "inputs", "packets", "reviews"
LEDGER = f"{INPUTS}/ledger.jsonl"
INDEX = f"{PACKETS}/index.html"
# Small, and all that must be read to know whether an archive is whole.
CONTROL = frozenset({RUN, MANIFEST, LEDGER})


@dataclass(frozen=True, slots=True)
class Program:
    """Which cmreview made something: its version, and the SHA-256 of its own files."""

    version: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.version}·{self.sha256[:8]}"


@dataclass(frozen=True, slots=True)
class Kept:
    """A run as run.json keeps it: what it made, what it read, and with which versions.

    ``head`` is where the ledger ended, None where none was asked.
    """

    run: Run
    inputs: Inputs
    versions: Mapping[str, str]
    head: Head | None

    @property
    def program(self) -> Program:
        """Which cmreview made it."""
        return Program(self.versions["cmreview"], self.inputs.package)


def this_program() -> Program:
    """The cmreview that runs now."""
    return Program(cmreview.__version__, record.package_sha256())


def kept_run(file: Path) -> Kept:
    """The run that ``file``, a run.json, keeps.

    InputError where there is none, where it is of another version or was cut short, and where what it
    read is not known: it was a company's server, or changed while it was read.
    """
    run = recorded_run(file)
    if run is None:
        raise InputError("archive.no_run", file=str(file))
    if run.interrupted:
        raise InputError("archive.interrupted", file=str(file))
    stored: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    if stored.get(NAME) is None:
        raise InputError("archive.inputs_not_known", file=str(file))
    try:
        inputs = recorded_inputs(stored[NAME])
        versions = {str(name): str(version) for name, version in dict(stored["versions"]).items()}
        if not {"cmreview", "python"} <= versions.keys():
            raise ValueError("versions")
        head = _head(stored.get("ledger"), inputs)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError("archive.odd_record", file=str(file), problem=str(error)[:200]) from error
    return Kept(run, inputs, versions, head)


def _head(stored: Any, inputs: Inputs) -> Head | None:
    from cmreview.process.ledger.chain import Head

    if (stored is None) != (inputs.ledger is None):
        raise ValueError("ledger")
    return None if stored is None else Head(str(stored["id"]), int(stored["number"]), str(stored["hash"]))


def member(kind: str, name: str) -> str:
    """Where an input lies in an archive."""
    return f"{INPUTS}/{kind}/{name}"


def expected(kept: Kept) -> dict[str, str]:
    """Every file whose content run.json knows, by its name in an archive, with its SHA-256."""
    found = {
        member(kind, file.name): file.sha256
        for kind, folder in kept.inputs.folders.items()
        for file in folder.files
    }
    if kept.inputs.lock is not None:
        found[LOCK] = kept.inputs.lock.files[0].sha256
    found[INDEX] = kept.run.index
    for entry in kept.run.entries:
        found |= {f"{PACKETS}/{entry.folder}/{name}": digest for name, digest in entry.files}
    return found


def check(kept: Kept, found: Mapping[str, str]) -> None:
    """InputError that names every file which is gone or no longer what run.json says."""
    wrong = tuple(_wrong(expected(kept), found))
    if wrong:
        raise InputError("archive.not_as_recorded", files=wrong)


def _wrong(wanted: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Label]:
    for name, digest in sorted(wanted.items()):
        if found.get(name) != digest:
            yield label(f"archive.file.{'changed' if name in found else 'lost'}", file=name)


def label(key: str, **values: object) -> Label:
    """Words in both languages, for an error that is told later."""
    return Label(*(say(key, lang, **values) for lang in LANGUAGES))
