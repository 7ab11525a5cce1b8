"""The libraries of a run and those of now: which are others, and which are not those of the lock."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cmreview.packets.inputs import distributions

_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", re.MULTILINE)
PYTHON = "python"


@dataclass(frozen=True, slots=True)
class Library:
    """A distribution that is not what it was; None where it was or is absent."""

    name: str
    then: str | None
    now: str | None


def libraries_since(then: Iterable[str], python: str, lock: Path) -> tuple[Library, ...]:
    """Python, and every library, that is not what it was ``then`` (``name==version``).

    The ``lock`` of that time names all that the program can use; what else is installed, such as pip, is no
    matter. Where no lock was kept, everything that differs is told, this program aside.
    """
    before = _versions(then) | {PYTHON: python}
    after = _versions(distributions()) | {PYTHON: platform.python_version()}
    names = before.keys() | after.keys()
    if lock.is_file():
        names &= {PYTHON, *_pins(lock)}
    return tuple(
        Library(name, before.get(name), after.get(name))
        for name in sorted(names - {"cmreview"})
        if before.get(name) != after.get(name)
    )


def unlocked(lock: Path) -> tuple[Library, ...]:
    """What is installed in another version than the ``lock`` of that time names; nothing without a lock."""
    if not lock.is_file():
        return ()
    now = _versions(distributions())
    return tuple(
        Library(name, " / ".join(versions), now[name])
        for name, versions in sorted(_pins(lock).items())
        if name in now and now[name] not in versions
    )


def _pins(lock: Path) -> dict[str, list[str]]:
    """The versions that a lock names: several where Python or system decide."""
    found: dict[str, list[str]] = {}
    for name, version in _PIN.findall(lock.read_text(encoding="utf-8")):
        found.setdefault(_plain(name), []).append(version)
    return found


def _versions(pinned: Iterable[str]) -> dict[str, str]:
    return {_plain(name): version for name, _, version in (one.partition("==") for one in pinned)}


def _plain(name: str) -> str:
    """A distribution's name as all its spellings have it."""
    return re.sub(r"[-_.]+", "-", name).lower()
