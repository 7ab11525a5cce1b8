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
from typing import TYPE_CHECKING, Any

import cmreview
from cmreview.packets.job import State, Told
from cmreview.words import say

if TYPE_CHECKING:
    from cmreview.packets.prepare import Company

NAME = "run.json"
FORMAT = 2
# What a packet's bytes come from besides this package.
_LIBRARIES = ("ipykernel", "nbclient", "nbconvert", "nbformat", "papermill", "xlsxwriter")

# What run.json tells of every run; all else in it is the run's ``about``.
OF_EVERY_RUN = frozenset(
    {"format", "year", "lang", "started", "ended", "seconds", "interrupted", "states", "host", "user"}
    | {"system", "versions", "rests_on", "index", "company", "left", "departments"}
)


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
class Left:
    """A packet in the outputs whose department the records no longer name."""

    department: str
    folder: str


@dataclass(frozen=True, slots=True)
class Run:
    """A whole run: every department of the company, and the circumstances.

    ``rests_on`` names everything that the run read (``foundation``), None where it is not known or the run
    was not whole; ``index`` is the hash of the page over all departments as it was written.
    """

    year: int
    lang: str
    entries: tuple[Entry, ...]
    started: datetime
    ended: datetime
    interrupted: bool = False
    about: Mapping[str, Any] = field(default_factory=dict)
    company: Company | None = None
    left: tuple[Left, ...] = ()
    rests_on: str | None = None
    index: str = ""

    @property
    def failed(self) -> bool:
        """Whether any department failed (exit 1)."""
        return any(entry.state is State.FAILED for entry in self.entries)

    @property
    def states(self) -> dict[State, int]:
        """How many departments are in each state."""
        return {state: sum(entry.state is state for entry in self.entries) for state in State}


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
        "states": run.states,
        "host": socket.gethostname(),
        "user": _user(),
        "system": platform.platform(),
        "versions": {"python": platform.python_version(), "cmreview": cmreview.__version__} | libraries(),
        "rests_on": run.rests_on,
        "index": run.index,
        "company": None if run.company is None else _company(run.company),
        "left": [{"department": one.department, "folder": one.folder} for one in run.left],
        **run.about,
        "departments": [_entry(entry, run.lang) for entry in run.entries],
    }
    return "{\n" + ",\n".join(f" {_plain(key)}: {_lines(value)}" for key, value in stored.items()) + "\n}\n"


def _lines(value: Any) -> str:
    """A list with a line for each thing in it, as people compare files by lines; all else on one line."""
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f"  {_plain(one)}" for one in value) + "\n ]"
    return _plain(value)


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _company(company: Company) -> dict[str, Any]:
    return {
        "label": [company.label.zh, company.label.en],
        "edition": company.edition,
        "currency": [company.currency.zh, company.currency.en],
        "sales": None if company.sales is None else str(company.sales),
    }


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
        "told_by": [None if one is None else [one.key, dict(one.values)] for one in (entry.what, entry.mend)],
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
