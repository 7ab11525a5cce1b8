"""run.json: how a run went, with all that may differ between two runs on the same input (N15)."""

from __future__ import annotations

import getpass
import json
import platform
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import cmreview
from cmreview.packets.job import State, Told
from cmreview.words import say

NAME = "run.json"
FORMAT = 1
# What a packet's bytes come from besides this package.
_LIBRARIES = ("ipykernel", "nbclient", "nbconvert", "nbformat", "papermill", "xlsxwriter")


@dataclass(frozen=True, slots=True)
class Entry:
    """One department in a run: its state, its published files, and what is to be said of it.

    ``key`` names everything that the packet depends on; ``files`` are the names and hashes of what
    is published now, which after a failure is an earlier packet.
    """

    department: str
    folder: str
    state: State
    key: str = ""
    files: tuple[tuple[str, str], ...] = ()
    reason: str | None = None
    what: Told | None = None
    mend: Told | None = None
    kept: str | None = None  # the failed run's notebook, below the outputs
    seconds: float = 0.0
    phases: Mapping[str, float] = field(default_factory=dict)
    retried: bool = False
    warnings: tuple[str, ...] = ()
    managers: int = 0
    applicants: int = 0
    findings: Mapping[str, int] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)

    def told(self, lang: str) -> str | None:
        """What happened and what to do, in ``lang``; None where there is nothing to say."""
        parts = [say(told.key, lang, **dict(told.values)) for told in (self.what, self.mend) if told]
        return (" " if lang == "en" else "").join(parts) or None

    @property
    def is_stopped(self) -> bool:
        """Whether errors in its records stopped the department."""
        return self.reason == "records"


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run: every department of the company, and the circumstances."""

    year: int
    lang: str
    entries: tuple[Entry, ...]
    started: datetime
    ended: datetime
    interrupted: bool = False
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether any department failed (exit 1)."""
        return any(entry.state is State.FAILED for entry in self.entries)


def as_json(run: Run) -> str:
    """The run as the text of run.json."""
    stored = {
        "format": FORMAT,
        "year": run.year,
        "lang": run.lang,
        "started": run.started.isoformat(timespec="milliseconds"),
        "ended": run.ended.isoformat(timespec="milliseconds"),
        "seconds": round((run.ended - run.started).total_seconds(), 3),
        "interrupted": run.interrupted,
        "states": {state.value: sum(e.state is state for e in run.entries) for state in State},
        "host": socket.gethostname(),
        "user": _user(),
        "system": platform.platform(),
        "versions": {"python": platform.python_version(), "cmreview": cmreview.__version__} | libraries(),
        **run.about,
        "departments": [_entry(entry, run.lang) for entry in run.entries],
    }
    return json.dumps(stored, ensure_ascii=False, indent=1) + "\n"


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier run left of one department: its folder, key, files with hashes, and warnings."""

    folder: str
    key: str
    files: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]


def earlier(path: Path) -> dict[str, Earlier]:
    """What the run before left, by department; empty without a readable run.json.

    One that was damaged or comes from another version only means that packets are made anew.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["format"] != FORMAT:
            return {}
        return {
            str(entry["department"]): Earlier(
                folder=str(entry["folder"]),
                key=str(entry["key"]),
                files=tuple((_file_name(name), str(digest)) for name, digest in entry["files"].items()),
                warnings=tuple(str(line) for line in entry["warnings"]),
            )
            for entry in stored["departments"]
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _file_name(name: str) -> str:
    if Path(name).name != name:
        raise ValueError(f"{name!r} is not a file's name")
    return name


@cache
def package_sha256() -> str:
    """SHA-256 over this package's files: code, words, look, template."""
    root = Path(cmreview.__file__).parent
    digest = sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
            digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def libraries() -> dict[str, str]:
    """The versions of the libraries that a packet's bytes depend on."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "absent"
    return found


def packet_key(review: bytes, notebook: bytes, options: Mapping[str, Any]) -> str:
    """What a packet depends on, as one hash: unchanged, it need not be made again."""
    parts = {
        "review": sha256(review).hexdigest(),
        "notebook": sha256(notebook).hexdigest(),
        "package": package_sha256(),
        "libraries": libraries(),
        "options": dict(options),
    }
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _entry(entry: Entry, lang: str) -> dict[str, Any]:
    return {
        "department": entry.department,
        "folder": entry.folder,
        "state": entry.state.value,
        "reason": entry.reason,
        "told": entry.told(lang),
        "failed_notebook": entry.kept,
        "seconds": round(entry.seconds, 3),
        "phases": {name: round(seconds, 3) for name, seconds in entry.phases.items()},
        "retried": entry.retried,
        "warnings": list(entry.warnings),
        "managers": entry.managers,
        "applicants": entry.applicants,
        "findings": dict(entry.findings),
        "rows": dict(entry.rows),
        "key": entry.key,
        "files": dict(entry.files),
    }


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an id without a name, as in some containers
        return ""
