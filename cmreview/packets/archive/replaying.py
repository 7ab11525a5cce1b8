"""A year computed again from what it rested on, and everything that comes out otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from cmreview.errors import FileError, InputError
from cmreview.exact_json import parse
from cmreview.packets.archive import layout
from cmreview.packets.archive.appendices import appendix_lines
from cmreview.packets.archive.archiving import private_folder, unpack
from cmreview.packets.archive.differences import Line, compared
from cmreview.packets.archive.gathering import gather, hashes_below, request_of
from cmreview.packets.archive.layout import Kept, Program, this_program
from cmreview.packets.archive.libraries import PYTHON, Library, libraries_since, unlocked
from cmreview.packets.batch import default_notebook, make_prepared
from cmreview.packets.foundation import file_hashes
from cmreview.packets.index import index_page
from cmreview.packets.inputs import LOCK
from cmreview.packets.job import State
from cmreview.packets.prepare import Prepared, prepare
from cmreview.packets.record import Entry, Run
from cmreview.review.store import save

_PRINT = ".pdf"


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of computing a year again.

    ``files`` are the published files whose bytes differ, by their names in an archive; ``lines`` what they
    say otherwise. ``unlocked`` are libraries that the lock of that time names in another version than is
    installed now. ``prints`` counts PDFs, which are prints of a page and are not made again.
    """

    year: int
    departments: int
    then: Program
    now: Program
    libraries: tuple[Library, ...]
    unlocked: tuple[Library, ...]
    files: tuple[str, ...]
    lines: tuple[Line, ...]
    prints: int

    @property
    def is_same_environment(self) -> bool:
        """Whether the same program ran with the same libraries, so that every byte must be the same."""
        return self.then == self.now and not self.libraries

    @property
    def is_equal(self) -> bool:
        """Whether the results are those of that time; in the same environment, every byte of them."""
        return not self.lines and not (self.files and self.is_same_environment)


def replay(
    source: Path,
    *,
    ledger: str | None = None,
    jobs: int | None = None,
    run_notebook: bool = False,
    executor: Executor | None = None,
) -> Replayed:
    """Compute the year of ``source``, a run.json or an archive, again and compare it with what was made.

    Everything happens in a private folder that is gone afterwards; outputs and inputs stay as they are.
    A notebook is a program, and an archive may come from anybody: one whose code is not that of our own
    packet notebook is run only where ``run_notebook`` says so. InputError there, and where something that
    the run read or made is lost or changed; what ``prepare`` raises.
    """
    with private_folder() as held, private_folder() as work:
        if source.suffix == ".json":
            kept = gather(source, held, ledger)
        elif source.is_file():
            kept = unpack(source, held)
        else:
            raise FileError("file.missing", file=str(source))
        hashes = hashes_below(held)
        request = replace(request_of(kept, held, work, jobs), pdf=False)
        if not run_notebook and _code(request.notebook) != _code(default_notebook()):
            raise InputError("archive.other_notebook", file=str(source))
        if request.engine is not None:
            from cmreview.packets.engine import require_engine

            require_engine(request.engine)
        prepared = prepare(request)
        run = make_prepared(prepared, request, executor=executor)
        made = hashes_below(request.target)
        files = tuple(_differing_files(kept, prepared, run, hashes, made))
        return Replayed(
            year=kept.run.year,
            departments=sum(bool(entry.files) for entry in kept.run.entries),
            then=kept.program,
            now=this_program(),
            libraries=libraries_since(kept.inputs.installed, kept.versions[PYTHON], held / LOCK),
            unlocked=unlocked(held / LOCK),
            files=files,
            lines=tuple(_lines(kept, prepared, run, held, request.target, work)),
            prints=sum(name.endswith(_PRINT) for entry in kept.run.entries for name, _ in entry.files),
        )


def _code(notebook: Path | None) -> list[str] | None:
    """What a notebook would run; None for one that can't be read as a notebook, which none equals."""
    if notebook is None:
        return None
    from cmreview.packets.notebook import code_cells, read

    try:
        return [str(cell.source) for cell in code_cells(read(notebook))]
    except Exception:  # noqa: BLE001  # nbformat raises whatever it stumbles upon
        return None


def _differing_files(
    kept: Kept, prepared: Prepared, run: Run, then: Mapping[str, str], made: Mapping[str, str]
) -> Iterator[str]:
    """The published files that are other bytes now; prints aside, and what stands of an earlier run."""
    now = {entry.department: entry for entry in run.entries}
    told = [_as_then(entry, now.get(entry.department)) for entry in kept.run.entries]
    page = index_page(prepared.company, told, kept.run.lang, kept.run.left)
    if sha256(page.encode("utf-8")).hexdigest() != then[layout.INDEX]:
        yield layout.INDEX
    for entry in kept.run.entries:
        for name, digest in entry.files:
            is_compared = entry.state is not State.FAILED and not name.endswith(_PRINT)
            if is_compared and made.get(f"{entry.folder}/{name}") != digest:
                yield f"{layout.PACKETS}/{entry.folder}/{name}"


def _as_then(then: Entry, now: Entry | None) -> Entry:
    """What the page over all departments shows: states and files of that time, figures of now."""
    if now is None:
        return then
    return replace(then, managers=now.managers, applicants=now.applicants, findings=now.findings)


def _lines(kept: Kept, prepared: Prepared, run: Run, held: Path, target: Path, work: Path) -> Iterator[Line]:
    now = {entry.department: entry for entry in run.entries}
    reviews = {one.name: one.review for one in prepared.departments}
    for entry in kept.run.entries:
        name = entry.department
        made = now.pop(name, None)
        if entry.state is State.SKIPPED and not entry.files:
            continue
        before, after = _standing(entry), None if made is None else _standing(made)
        if before != after:
            yield Line(name, None, ("state",), before, after)
        stored, review = held / layout.REVIEWS / f"{entry.folder}.json", reviews.get(name)
        if stored.is_file() and review is not None:
            save(review, work / "review.json")
            yield from compared(name, parse(stored.read_bytes()), parse((work / "review.json").read_bytes()))
        elif made is not None and made.files:
            appendix = f"{entry.folder}/{entry.folder}.xlsx"
            if file_hashes([held / layout.PACKETS / appendix]) != file_hashes([target / appendix]):
                yield from appendix_lines(name, held / layout.PACKETS / appendix, target / appendix)
    for name, entry in now.items():
        yield Line(name, None, ("state",), None, _standing(entry))


def _standing(entry: Entry) -> str:
    """Whether a department has a packet of the run; whether it was made then or before is no result."""
    return f"failed: {entry.reason}" if entry.state is State.FAILED else "made"
