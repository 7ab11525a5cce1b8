"""Programs outside Python that some papers need: where they are, or what to do where they are not."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from cmreview.errors import MissingToolError


def find_program(
    names: Sequence[str], places: Mapping[str, Sequence[str]], variable: str, *, named: str, absent: str
) -> str:
    """The path of a program: the one that the environment's ``variable`` names, else the first that is there.

    ``names`` are looked for on the path, ``places`` by system. Raises MissingToolError with the words
    ``named`` where the variable names no file, with ``absent`` where nothing is found.
    """
    wanted = os.environ.get(variable)
    if wanted:
        if Path(wanted).is_file():
            return wanted
        raise MissingToolError(named, file=wanted, variable=variable)
    for name in names:
        found = shutil.which(name)
        if found:
            return found
    for place in places.get(sys.platform, ()):
        if Path(place).is_file():
            return place
    raise MissingToolError(absent, variable=variable)
