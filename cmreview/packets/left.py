"""Packets of departments that the records no longer name: told, and never deleted."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from cmreview.packets.record import Entry, Left, Run

# What every packet's folder holds under its own name.
_OF_A_PACKET = ("html", "ipynb")


def left_behind(target: Path, entries: Sequence[Entry], last: Run | None) -> tuple[Left, ...]:
    """The packets below ``target`` that belong to none of ``entries``, by folder.

    A folder is one where it holds a page and a notebook of its own name. The ``last`` run knows whose
    it is; else it is told by its own name.
    """
    names: dict[str, str] = {}
    if last is not None:
        names |= {one.folder: one.department for one in last.left}
        names |= {entry.folder: entry.department for entry in last.entries}
    own = {entry.folder.casefold() for entry in entries}
    folders = sorted(
        one.name for one in os.scandir(target) if one.is_dir() and one.name.casefold() not in own
    )
    return tuple(
        Left(names.get(name, name), name)
        for name in folders
        if all((target / name / f"{name}.{ending}").is_file() for ending in _OF_A_PACKET)
    )
