"""A recorded run's files brought together in a private folder, each held against its hash on the way."""

from __future__ import annotations

import shutil
from pathlib import Path

from cmreview.errors import InputError
from cmreview.packets.archive import layout
from cmreview.packets.archive.layout import Kept, kept_run
from cmreview.packets.foundation import file_hashes
from cmreview.packets.inputs import LOCK
from cmreview.packets.prepare import Request


def gather(run_file: Path, folder: Path, ledger: str | None = None) -> Kept:
    """Copy all that the run of ``run_file`` read and made into ``folder``, as it lies in an archive.

    ``ledger`` is the ledger's place where it is a server or has moved. What is hashed is the copy, so
    nothing can change between looking and using. InputError names every file that is lost or changed;
    LedgerError where the ledger never ended where the run says.
    """
    kept = kept_run(run_file)
    if kept.inputs.beyond:
        raise InputError("archive.beyond", files=kept.inputs.beyond)
    unread = tuple(
        layout.member(kind, file.name)
        for kind, files in kept.inputs.folders.items()
        for file in files.files
        if not file.was_read
    )
    if unread:
        raise InputError("archive.unread", files=unread)
    _copy(run_file, folder / layout.RUN)
    for name, place in _places(kept, run_file.parent).items():
        _copy(place, folder / name)
    layout.check(kept, hashes_below(folder))
    if kept.head is not None:
        _copy_ledger(kept, folder / layout.LEDGER, ledger)
    return kept


def hashes_below(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below ``folder``, by its path there."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    names = [path.relative_to(folder).as_posix() for path in paths]
    return dict(zip(names, file_hashes(paths), strict=True))


def request_of(kept: Kept, folder: Path, outputs: Path, jobs: int | None = None) -> Request:
    """What was asked for then, of the files that lie in ``folder`` now; all departments are asked for."""
    inputs = kept.inputs
    single = {
        kind: folder / layout.member(kind, files.files[0].name)
        for kind, files in inputs.folders.items()
        if kind in ("notebook", "mapping", "committee")
    }
    for name in inputs.named:
        told = folder / layout.member("records", name)
        told.parent.mkdir(parents=True, exist_ok=True)
        told.touch()  # intake tells that it can't read such a file, and looks no further
    return Request(
        year=kept.run.year,
        records=folder / layout.member("records", ""),
        outputs=outputs,
        mapping=single.get("mapping"),
        policy=folder / layout.member("policy", ""),
        lang=kept.run.lang,
        jobs=jobs,
        strict=inputs.strict,
        pdf=inputs.pdf,
        engine=inputs.engine,
        notebook=single["notebook"],
        ledger=_restored(kept, folder, outputs),
        committee=single.get("committee"),
    )


def _places(kept: Kept, outputs: Path) -> dict[str, Path]:
    """Where each file lies now, by its name in an archive."""
    found = {
        layout.member(kind, file.name): Path(files.place, file.name)
        for kind, files in kept.inputs.folders.items()
        for file in files.files
    }
    if kept.inputs.lock is not None:
        found[LOCK] = kept.inputs.lock.only
    found[layout.INDEX] = outputs / "index.html"
    for entry in kept.run.entries:
        for name, _ in entry.files:
            found[f"{layout.PACKETS}/{entry.folder}/{name}"] = outputs / entry.folder / name
    return found


def _copy(place: Path, target: Path) -> None:
    """Copy a file; what can't be read is not there, and told with all else that is not."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if not place.is_file():
        return
    try:
        shutil.copyfile(place, target)
    except PermissionError:
        target.unlink(missing_ok=True)


def _copy_ledger(kept: Kept, target: Path, ledger: str | None) -> None:
    from cmreview.process.ledger.ledger import Ledger

    place = ledger or kept.inputs.ledger
    if not place:
        raise InputError("archive.which_ledger")
    if kept.head is None:
        raise ValueError("no ledger was asked")
    with Ledger.open(place) as opened:
        opened.export_until(target, kept.head)


def _restored(kept: Kept, folder: Path, outputs: Path) -> str | None:
    """The ledger of the run as a file of ours. InputError where the copy ends elsewhere."""
    if kept.head is None:
        return None
    from cmreview.process.ledger.ledger import restore

    outputs.mkdir(parents=True, exist_ok=True)
    place = outputs / "ledger.db"
    if restore(folder / layout.LEDGER, place) != kept.head:
        told = layout.label("archive.file.changed", file=layout.LEDGER)
        raise InputError("archive.not_as_recorded", files=(told,))
    return str(place)
