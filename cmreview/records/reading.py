"""What came of one cell: its value, and what must be said of it."""

from __future__ import annotations

from typing import NamedTuple


class Remark(NamedTuple):
    """Something to be said of a cell; ``code`` names the words below ``records``.

    ``lost``: the value could not be read. ``counted``: told once a column with the number of cells,
    for small things that stand in thousands of cells.
    """

    code: str
    lost: bool = False
    counted: bool = False
    details: tuple[tuple[str, str], ...] = ()


class Reading(NamedTuple):
    """A typed value (None for blank or unreadable) and the remarks on it."""

    value: object
    remarks: tuple[Remark, ...] = ()


BLANK = Reading(None)


def fault(code: str, **details: str) -> Reading:
    """A cell that can't be read."""
    return Reading(None, (Remark(code, lost=True, details=tuple(details.items())),))


def note(value: object, code: str, **details: str) -> Reading:
    """A cell that was read, with something to be told of this very cell."""
    return Reading(value, (Remark(code, details=tuple(details.items())),))


def tally(value: object, code: str) -> Reading:
    """A cell that was read, with something to be told of the whole column."""
    return Reading(value, (Remark(code, counted=True),))
