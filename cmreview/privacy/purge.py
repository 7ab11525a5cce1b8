"""Personal data of closed years let go: which files and cases would go, what stays and why, and the going."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cmreview.errors import FileError, LedgerError, ProcessError
from cmreview.privacy.holdings import Kind, Whose, kind_of
from cmreview.process import ledger_copy
from cmreview.process.events import Event, case_parts
from cmreview.process.ledger import Ledger
from cmreview.process.ledger_erasure import Wish
from cmreview.process.stages import ENDED, CaseState, Stage

# A page and a record that tell where files are which are gone then.
_OF_THE_FILES = ("index", "run")
# A case that waits for nothing: it was ended, refused, or only measures were decided of it.
_AT_REST = ENDED | {Stage.REFUSED, Stage.NOTHING}


@dataclass(frozen=True, slots=True)
class Files:
    """Files below the outputs, by what becomes of them; paths are below the outputs folder.

    ``going`` are of closed years; ``kept`` are of people who were asked to be kept; ``unknown`` lie in a
    closed year's folder and are of no kind that cmreview writes; ``undated`` may hold closed years among
    others, and only people can tell.
    """

    going: tuple[PurePosixPath, ...]
    kept: tuple[PurePosixPath, ...]
    unknown: tuple[PurePosixPath, ...]
    undated: tuple[PurePosixPath, ...]


def files_of(outputs: Path, before: int, keep: Collection[str] = ()) -> Files:
    """What lies below ``outputs`` and what becomes of it where years before ``before`` are let go.

    Sums that name nobody stay, and so do the files of managers whose ids are in ``keep``.
    """
    going: list[PurePosixPath] = []
    kept: list[PurePosixPath] = []
    unknown: list[PurePosixPath] = []
    undated: list[PurePosixPath] = []
    for path in _below(outputs):
        kind = kind_of(path)
        if kind is None:
            year = _year_of(path)
            if year is not None and year < before:
                unknown.append(path)
        elif kind.year is None:
            if kind.whose is not Whose.NOBODY and kind.key not in ("ledger", "ledger_copy", "privacy_log"):
                undated.append(path)
        elif kind.year < before and _is_personal(kind):
            (kept if kind.whose is Whose.PERSON and kind.owner in keep else going).append(path)
    return Files(tuple(going), tuple(kept), tuple(unknown), tuple(undated))


def remove(outputs: Path, paths: Sequence[PurePosixPath]) -> None:
    """Remove these files, and the folders that are empty then. FileError names the first that can't go."""
    for path in paths:
        try:
            (outputs / path).unlink(missing_ok=True)
        except OSError as error:
            raise FileError("privacy.not_removed", file=str(path), problem=error.strerror) from error
    for folder in sorted({parent for path in paths for parent in path.parents}, reverse=True):
        if folder.parts:
            with suppress(OSError):  # not empty, or gone already
                (outputs / folder).rmdir()


def cases_of(events: Sequence[Event], before: int, keep: Collection[str] = ()) -> Wish:
    """The cases of years before ``before``, but for those of the managers in ``keep``."""
    old = {event.case for event in events if case_parts(event.case)[0] < before}
    kept = {case for case in old if case_parts(case)[1] in keep}
    return Wish(frozenset(old - kept), len(kept))


def refuse_open(states: Sequence[CaseState]) -> None:
    """ProcessError where a case still waits for somebody: what is not ended is not let go."""
    waiting = tuple(state.case for state in states if state.stage not in _AT_REST or state.open_appeals)
    if waiting:
        raise ProcessError("privacy.still_open", cases=waiting)


def copies_among(files: Sequence[Path], ledger: Ledger, wish: Wish) -> tuple[list[Path], list[Path]]:
    """Copies of this ledger that hold what is to go, and files that are called copies and are not ours.

    A copy is ours where its end is in the ledger's chain: then the ledger holds all that it does.
    """
    ours, others = [], []
    for path in files:
        try:
            head, rows = ledger_copy.read(path)
        except LedgerError:
            others.append(path)
            continue
        if head.ledger_id != ledger.head().ledger_id or ledger.verify(head.hash):
            others.append(path)
        elif any(row.case_id in wish.cases for row in rows):
            ours.append(path)
    return ours, others


def renew(copy: Path, ledger: Ledger) -> None:
    """Put a copy of the ledger as it is now in a copy's place, whole or not at all."""
    fresh = copy.with_name(f".{copy.name}.new")
    fresh.unlink(missing_ok=True)
    ledger.export(fresh)
    try:
        fresh.replace(copy)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise FileError("privacy.not_removed", file=copy.name, problem=error.strerror) from error


def _is_personal(kind: Kind) -> bool:
    return kind.whose is not Whose.NOBODY or kind.key in _OF_THE_FILES


def _below(outputs: Path) -> list[PurePosixPath]:
    return [
        PurePosixPath(path.relative_to(outputs).as_posix())
        for path in sorted(outputs.rglob("*"))
        if path.is_file() or path.is_symlink()
    ]


def _year_of(path: PurePosixPath) -> int | None:
    first = path.parts[0]
    return int(first) if len(path.parts) > 1 and first.isascii() and first.isdecimal() else None
