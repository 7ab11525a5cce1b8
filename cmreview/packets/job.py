"""What goes to a worker and what comes back: one department's job, its outcome, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any


class State(StrEnum):
    """How a department's packet stands after a run (N8)."""

    OK = "ok"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence about a run, and one that says what to do: words of ``cli_packets`` and their values."""

    key: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """One department's packet to be made: everything as plain values and absolute paths.

    ``workspace`` is private to the job and lies on the file system of the outputs, so that what is
    made there is published by renaming. ``expected`` is what the notebook must hand over at its end.
    """

    department: str
    stem: str  # the department as a file's name
    title: str
    review_file: Path
    key: str  # names everything that the packet depends on
    workspace: Path
    notebook: Path
    lang: str
    expected: dict[str, Any]
    engine: str | None = None
    pdf: bool = False
    strict: bool = False

    def as_attempted(self, attempt: str) -> Job:
        """The job whose workspace is that of an attempt at it."""
        return replace(self, workspace=self.workspace / attempt) if attempt else self

    @property
    def made(self) -> Path:
        """The folder that is published when everything in it is checked."""
        return self.workspace / "made"

    @property
    def executed(self) -> Path:
        """The notebook as the run left it."""
        return self.workspace / "executed.ipynb"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a packet could not be made, in people's words first (N7)."""

    reason: str  # one word for run.json: notebook, kernel, check, disk, strict, records, program
    what: Told
    mend: Told
    cell: str | None = None
    traceback: str | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What a worker hands back: the packet's files with their hashes, or why there are none."""

    department: str
    seconds: float
    failure: Failure | None = None
    files: tuple[tuple[str, str], ...] = ()  # name, SHA-256
    warnings: tuple[str, ...] = ()
    retried: bool = False
    phases: dict[str, float] = field(default_factory=dict)
    attempt: str = ""  # the folder in the job's workspace that holds it; empty for the workspace itself
