"""What an attack is: a file made by code, what is done with it, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Attack:
    """One attack.

    ``make`` writes what means harm into a folder and gives its path; ``meet`` does with it what cmreview
    does, and gives the codes of everything that was told, in their order and each once: those of an error
    or of findings. ``expected`` are those codes; none where the input is taken and only ever shown as text.
    ``slow`` ones take seconds and are met for the table only.
    """

    group: str
    name: str
    make: Callable[[Path], Path]
    meet: Callable[[Path], tuple[str, ...]]
    expected: tuple[str, ...] = ()
    slow: bool = False


@dataclass(frozen=True)
class Met:
    """What came of an attack: the codes told, or the exception that nobody caught; seconds and MB taken."""

    name: str
    group: str
    told: tuple[str, ...]
    broke: str | None
    seconds: float
    megabytes: float
