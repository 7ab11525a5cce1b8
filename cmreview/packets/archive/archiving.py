"""A year's run and all it rests on in one file, which was computed again from that before it was written."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cmreview.errors import InputError
from cmreview.exact_json import parse
from cmreview.packets import record
from cmreview.packets.archive import layout, zipped
from cmreview.packets.archive.gathering import gather, hashes_below, request_of
from cmreview.packets.archive.layout import Kept, kept_run, this_program
from cmreview.packets.batch import default_notebook
from cmreview.packets.department import packet_options
from cmreview.packets.foundation import file_hashes
from cmreview.packets.job import State
from cmreview.packets.prepare import prepare
from cmreview.review.store import save

FORMAT, VERSION = "cmreview archive", 1


@dataclass(frozen=True, slots=True)
class Archived:
    """An archive on the disk: how many files it holds, and the SHA-256 that tells it from any other.

    ``failed`` are the departments whose packets the run could not make.
    """

    file: Path
    year: int
    files: int
    sha256: str
    failed: tuple[str, ...] = ()


def archive(
    run_file: Path, target: Path, *, ledger: str | None = None, with_failures: bool = False
) -> Archived:
    """Write the archive of the run of ``run_file`` to ``target``, a new file.

    The departments' reviews are computed again from the very files that go into it, and must be those that
    the packets were made from. InputError where anything is lost, changed or altered, where departments
    failed (unless ``with_failures``), or where another program made the packets; FileError where ``target``
    is there already or can't be written; what ``prepare`` raises.
    """
    zipped.refuse_taken(target)
    with private_folder() as held, private_folder() as work:
        kept = gather(run_file, held, ledger)
        failed = tuple(entry.department for entry in kept.run.entries if entry.state is State.FAILED)
        if failed and not with_failures:
            raise InputError("archive.has_failures", departments=failed)
        _refuse_another_program(kept)
        hashes = hashes_below(held)
        hashes |= _keep_reviews(kept, held, work)
        (held / layout.MANIFEST).write_bytes(_as_json(_manifest(kept, failed, hashes)))
        (hashes[layout.MANIFEST],) = file_hashes([held / layout.MANIFEST])
        digest = zipped.write(held, hashes, target, kept.run.year)
    return Archived(target, kept.run.year, len(hashes) + 1, digest, failed)


def verify(file: Path) -> Archived:
    """What the archive ``file`` is, once every file in it was read and is as it was archived.

    Nothing of it is left on the disk. InputError where it is not whole, or not an archive.
    """
    with private_folder() as folder:
        hashes = zipped.read(file, folder, only=layout.CONTROL)
        kept = _checked(file, folder, hashes)
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    failed = tuple(entry.department for entry in kept.run.entries if entry.state is State.FAILED)
    return Archived(file, kept.run.year, len(hashes) + 1, digest, failed)


def unpack(file: Path, folder: Path) -> Kept:
    """Put all that an archive holds below ``folder``, which is empty, once it is known to be harmless.

    InputError as ``verify``.
    """
    return _checked(file, folder, zipped.read(file, folder))


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder that nobody else may look into, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="cmreview-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _checked(file: Path, folder: Path, hashes: Mapping[str, str]) -> Kept:
    """The run of an archive whose small files lie below ``folder``."""
    from cmreview.process.ledger import copy as ledger_copy

    try:
        manifest = parse((folder / layout.MANIFEST).read_bytes())
        found, version = manifest["format"], int(manifest["version"])
        reviews = {str(one["folder"]): one["review"] for one in manifest["departments"]}
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise zipped.damaged(file, "no_manifest") from error
    if found != FORMAT:
        raise zipped.damaged(file, "no_manifest")
    if version > VERSION:
        raise zipped.damaged(file, "newer", version=version)
    kept = kept_run(folder / layout.RUN)
    layout.check(kept, hashes)
    for stem, digest in reviews.items():
        name = f"{layout.REVIEWS}/{stem}.json"
        if digest is not None and hashes.get(name) != digest:
            raise zipped.damaged(file, "changed" if name in hashes else "lost", name=name)
    if kept.head is not None:
        if layout.LEDGER not in hashes:
            raise zipped.damaged(file, "lost", name=layout.LEDGER)
        if ledger_copy.read(folder / layout.LEDGER)[0] != kept.head:
            raise zipped.damaged(file, "changed", name=layout.LEDGER)
    return kept


def _refuse_another_program(kept: Kept) -> None:
    """A packet's key holds the program and the libraries that write: only these can vouch for it."""
    now = record.libraries()
    other = [name for name, version in now.items() if kept.versions.get(name) != version]
    if kept.program != this_program():
        other.insert(0, "cmreview")
    if other:
        raise InputError("archive.other_program", names=tuple(other), then=kept.program, now=this_program())


def _keep_reviews(kept: Kept, held: Path, work: Path) -> dict[str, str]:
    """Compute every department's review from the files in ``held`` and keep it there; its files' hashes.

    InputError names the departments whose packet was made from something else.
    """
    request = request_of(kept, held, work)
    notebook = request.notebook or default_notebook()
    prepared = prepare(request)
    (held / layout.REVIEWS).mkdir()
    keys: dict[str, str] = {}
    hashes: dict[str, str] = {}
    for department in prepared.departments:
        if department.review is None:
            continue
        name = f"{layout.REVIEWS}/{department.stem}.json"
        save(department.review, held / name)
        stored = (held / name).read_bytes()
        hashes[name] = hashlib.sha256(stored).hexdigest()
        keys[department.name] = record.packet_key(stored, notebook.read_bytes(), packet_options(request))
    other = tuple(
        entry.department
        for entry in kept.run.entries
        if entry.state is not State.FAILED and entry.files and keys.get(entry.department) != entry.key
    )
    if other:
        raise InputError("archive.made_otherwise", departments=other)
    return hashes


def _manifest(kept: Kept, failed: Sequence[str], hashes: Mapping[str, str]) -> dict[str, Any]:
    """What the archive is, for whoever opens it without this program."""
    run = kept.run
    return {
        "format": FORMAT,
        "version": VERSION,
        "year": run.year,
        "language": run.lang,
        "program": {
            "cmreview": kept.versions["cmreview"],
            "sha256": kept.inputs.package,
            "python": kept.versions["python"],
        },
        "ledger": None if kept.head is None else asdict(kept.head),
        "failed": list(failed),
        "departments": [
            {
                "department": entry.department,
                "folder": entry.folder,
                "state": entry.state.value,
                "key": entry.key,
                "review": hashes.get(f"{layout.REVIEWS}/{entry.folder}.json"),
            }
            for entry in run.entries
        ],
        "not_read": list(kept.inputs.named),
        "files": len(hashes) + 2,  # this one and SHA256SUMS too
    }


def _as_json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
