"""Programs that write to a ledger at once; each says in a file of its own what was acknowledged to it.

``python -m tests.process.ledger.writer FOLDER`` loads everything once and then makes a writer for each line
``start NAME COUNT SIZE`` on stdin: COUNT batches (0: without end) of SIZE events to a case of its own. Every
acknowledged batch is a line of FOLDER/NAME: its name and the numbers of its events. ``wait`` waits for all.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path

from cmreview.process.events import Recused
from cmreview.process.ledger.ledger import Ledger
from tests.process.drafts import CHINA, draft

ROOT = Path(__file__).resolve().parents[3]
LOCATION = "CMREVIEW_WRITER_LOCATION"


class Writers:
    """Writers as seen from a test."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self._folder = folder

    def start(self, name: str, batches: int, size: int = 1) -> int:
        """Start a writer; returned is the id of its process."""
        return int(self._ask(f"start {name} {batches} {size}"))

    def wait(self) -> list[int]:
        """How each writer ended, once all have."""
        return [int(code) for code in self._ask("wait").split()]

    def await_word(self) -> None:
        """Wait until the writers that were started last have recorded something."""
        before = len(self.acknowledged())
        deadline = time.monotonic() + 60
        while len(self.acknowledged()) == before:
            assert time.monotonic() < deadline, "nobody recorded anything for a minute"
            time.sleep(0.01)

    def acknowledged(self) -> dict[str, list[int]]:
        """The numbers of every acknowledged batch, by its name."""
        found = {}
        for path in self._folder.iterdir():
            # the line in which a writer was killed may be half a line
            for line in path.read_text("ascii").splitlines(keepends=True):
                if line.endswith("\n"):
                    name, *numbers = line.split()
                    found[name] = [int(number) for number in numbers]
        return found

    def _ask(self, line: str) -> str:
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()


@contextmanager
def writers(location: str | Path, folder: Path) -> Iterator[Writers]:
    """Somebody who starts writers for the ledger at ``location``."""
    command = [sys.executable, "-m", "tests.process.ledger.writer", str(folder)]
    # the URL holds a password, which a command line would show to everybody
    environment = os.environ | {LOCATION: str(location), "PYTHONPATH": str(ROOT)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) as process:
        yield Writers(process, folder)


def main(folder: Path) -> None:
    """Start writers and wait for them as stdin says."""
    import psycopg  # noqa: F401 - loaded here, so that a writer begins at once
    import sqlalchemy.dialects.postgresql
    import sqlalchemy.dialects.sqlite  # noqa: F401 - as above

    running = []
    for line in sys.stdin:
        word, *rest = line.split()
        if word == "start":
            child = os.fork()
            if child == 0:
                os._exit(_write(folder, *rest))
            running.append(child)
            answer = str(child)
        else:
            codes = [os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in running]
            running.clear()
            answer = " ".join(map(str, codes))
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


def _write(folder: Path, name: str, batches: str, size: str) -> int:
    try:
        with (
            Ledger.open(os.environ[LOCATION], wait=120) as ledger,
            (folder / name).open("wb", buffering=0) as said,
        ):
            for number in count() if batches == "0" else range(int(batches)):
                reason = f"{name}-{number}"
                batch = [draft(Recused("M1"), f"2025/{name}", reason=reason) for _ in range(int(size))]
                events = ledger.append(batch, datetime.now(CHINA))
                said.write(f"{' '.join([reason, *(str(event.number) for event in events)])}\n".encode())
    except BaseException:  # noqa: BLE001 - whatever it was, the writer ends here and says why
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    main(Path(sys.argv[1]))
