"""The answer where nothing changed since the last run: every department as it was, and nothing opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from cmreview.packets.foundation import Foundation, file_hashes
from cmreview.packets.job import State
from cmreview.packets.left import left_behind
from cmreview.packets.prepare import Request
from cmreview.packets.record import Entry, Run

# What a run says of a department whose notebook it did not run. The same records say it again; any other
# failure may have passed and is tried again.
SAID_AGAIN = ("cli_packets.failed.records", "cli_packets.failed.strict")


def answer(
    request: Request, last: Run | None, foundation: Foundation | None, started: datetime
) -> Run | None:
    """The run that has nothing to do; None where something has changed, or was never made, or can't be told.

    ``run.index`` is empty where the page over all departments must be written anew. The ``last`` run must
    have been whole and rest on the same; every department must have its packet, each
    file as it was published, or be stopped by its records, which is said again.
    """
    if foundation is None or last is None:
        return None
    if last.rests_on != foundation.sha256 or last.interrupted or last.company is None:
        return None
    entries = tuple(map(_standing, last.entries))
    if any(entry.state is State.FAILED and not _is_said_again(entry) for entry in entries):
        return None
    if not _are_intact(entries, request.target):
        return None
    run = replace(last, entries=entries, started=started, left=left_behind(request.target, entries, last))
    return run if _page(run) == _page(last) else replace(run, index="")


def _standing(entry: Entry) -> Entry:
    """A department's entry after a run in which nothing was made."""
    state = State.UNCHANGED if entry.state is State.OK else entry.state
    return replace(entry, state=state, seconds=0.0, phases={}, retried=False)


def _is_said_again(entry: Entry) -> bool:
    return entry.what is not None and entry.what.key in SAID_AGAIN


def _page(run: Run) -> object:
    """What the page over all departments shows otherwise than before."""
    return [entry.state for entry in run.entries], run.left


def _are_intact(entries: tuple[Entry, ...], target: Path) -> bool:
    """Whether each published file is what it was; a department that was made has some."""
    if any(entry.state is State.UNCHANGED and not (entry.key and entry.files) for entry in entries):
        return False
    expected = {target / entry.folder / name: digest for entry in entries for name, digest in entry.files}
    return file_hashes(expected) == list(expected.values())
