"""The inputs that are kept of each target: a file a target, an input a line, in base64.

``python -m tests.fuzz.corpus cells FOLDER`` takes in what a search has left in a folder: inputs that ended in
a defect, or that reached new code. The shortest are kept, at most ``MOST`` of a target beside what is there.
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "corpus"
LONGEST, MOST = 600, 60


def kept(target: str) -> list[bytes]:
    """The inputs of a target, in the order in which they were found."""
    path = FOLDER / f"{target}.txt"
    return [base64.b64decode(line) for line in path.read_text("ascii").splitlines()] if path.is_file() else []


def keep(target: str, folder: Path) -> int:
    """Take in a folder's inputs; how many were new."""
    before = kept(target)
    found = {path.read_bytes() for path in folder.iterdir() if path.is_file()} - set(before)
    chosen = sorted((one for one in found if len(one) <= LONGEST), key=lambda one: (len(one), one))[:MOST]
    lines = [base64.b64encode(one).decode() + "\n" for one in (*before, *chosen)]
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{target}.txt").write_text("".join(lines), "ascii")
    return len(chosen)


if __name__ == "__main__":
    keep(sys.argv[1], Path(sys.argv[2]))
