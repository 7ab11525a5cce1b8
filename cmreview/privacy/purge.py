"""Personal data of closed years let go: which files and cases would go, what stays and why, and the going."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from cmreview.errors import FileError, LedgerError, ProcessError
from cmreview.privacy.holdings import Kind, Whose, kind_of
from cmreview.process.events import Event, case_parts
from cmreview.process.ledger import copy as ledger_copy
from cmreview.process.ledger.erasure import Wish, is_of_a_case
from cmreview.process.ledger.ledger import Ledger
from cmreview.process.stages import ENDED, CaseState, Stage

# A page and a record that tell where files are which are gone then.
_OF_THE_FILES = ("index", "run")
# What is dealt with apart: the ledger, its copies, and the record of what was done.
_OWN_WAY = ("ledger", "ledger_copy", "privacy_log")
# A case that waits for nothing: it was ended, refused, or only measures were decided of it.
_AT_REST = ENDED | {Stage.REFUSED, Stage.NOTHING}


@dataclass(frozen=True, slots=True)
class Files:
    """Files below the outputs, by what becomes of them; paths are below the outputs folder.

    ``going`` are of closed years; ``kept`` are of people who were asked to be kept; ``of_many`` hold others
    beside the one person who is let go, and stay; ``unknown`` lie in a closed year's folder and are of no
    kind that cmreview writes; ``undated`` may hold closed years among others, and only people can tell.
    """

    going: tuple[PurePosixPath, ...]
    kept: tuple[PurePosixPath, ...]
    of_many: tuple[PurePosixPath, ...]
    unknown: tuple[PurePosixPath, ...]
    undated: tuple[PurePosixPath, ...]


@dataclass(frozen=True, slots=True)
class People:
    """Whose data are let go: everybody's but for the managers in ``keep``; with ``only`` just theirs."""

    keep: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()

    def go(self, manager_id: str | None) -> bool:
        """Whether the manager's own data go."""
        return manager_id not in self.keep and (not self.only or manager_id in self.only)


EVERYBODY = People()


def files_of(outputs: Path, before: int, people: People = EVERYBODY) -> Files:
    """What lies below ``outputs`` and what becomes of it where years before ``before`` are let go.

    Sums that name nobody stay.
    """
    found: dict[str, list[PurePosixPath]] = {key: [] for key in Files.__slots__}
    for path in _below(outputs):
        fate = _fate(path, before, people)
        if fate is not None:
            found[fate].append(path)
    return Files(**{key: tuple(paths) for key, paths in found.items()})


def _fate(path: PurePosixPath, before: int, people: People) -> str | None:
    """What becomes of a file, as a field of Files; None where it is no matter of this."""
    kind = kind_of(path)
    if kind is None:
        year = _year_of(path)
        return "unknown" if year is not None and year < before else None
    if kind.year is None:
        return "undated" if kind.whose is not Whose.NOBODY and kind.key not in _OWN_WAY else None
    if kind.year >= before or not _is_personal(kind):
        return None
    if kind.whose is Whose.PERSON:
        if people.go(kind.owner):
            return "going"
        return "kept" if kind.owner in people.keep else None
    if not people.only:
        return "going"
    return None if kind.whose is Whose.NOBODY else "of_many"


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


def cases_of(events: Sequence[Event], before: int, people: People = EVERYBODY) -> Wish:
    """The cases of years before ``before`` of the people who are let go."""
    old = {event.case for event in events if case_parts(event.case)[0] < before}
    gone = {case for case in old if people.go(case_parts(case)[1])}
    return Wish(frozenset(gone), len(old - gone))


def refuse_open(states: Sequence[CaseState]) -> None:
    """ProcessError where a case still waits for somebody: what is not ended is not let go."""
    waiting = tuple(state.case for state in states if state.stage not in _AT_REST or state.open_appeals)
    if waiting:
        raise ProcessError("privacy.still_open", cases=waiting)


def copies_below(outputs: Path) -> list[Path]:
    """The files below the outputs that are named as copies of a ledger are."""
    kinds = ((path, kind_of(path)) for path in _below(outputs))
    return [outputs / path for path, kind in kinds if kind is not None and kind.key == "ledger_copy"]


def copies_among(files: Sequence[Path], ledger: Ledger, wish: Wish) -> tuple[list[Path], list[Path]]:
    """Copies of this ledger that hold what is to go or is gone, and files that are no copies of it.

    A copy is ours where its end is in the ledger's chain: then the ledger holds all that it does, but for
    what was erased.
    """
    erased = {number for one in ledger.erasures() for number in one.erasing.numbers}
    ours: list[Path] = []
    others: list[Path] = []
    for path in files:
        try:
            head, rows = ledger_copy.read(path)
        except LedgerError:
            others.append(path)
            continue
        if head.ledger_id != ledger.head().ledger_id or ledger.verify(head.hash):
            others.append(path)
        elif any(row.case_id in wish.cases or (is_of_a_case(row) and row.number in erased) for row in rows):
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
