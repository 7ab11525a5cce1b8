"""An explorer that is open."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cmreview.explore.explorer.exploration import Exploration


@dataclass(frozen=True, slots=True)
class Opened:
    """An explorer that is open: the look, the file it is at, and whether that is the example's."""

    exploration: Exploration
    file: Path
    is_example: bool
