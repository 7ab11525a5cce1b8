"""Every fault in full with what came of it, as a table: ``python -m tests.faults.table`` (some minutes).

``--moments`` (100) is how many kills in time, disks and ledgers are tried. A whole command takes seconds:
each kind of its processes is killed as often, or ``--commands`` times where there is less time.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from tests.faults import commands, driven, ledgers, notebooks
from tests.faults.driver import Trial

SEED = 7
PARTS = ("each", "drawn", "two", "notebooks", "kills", "ledgers", "commands")
NAMES = {
    "kill": "kill -9 of a run before each of its file operations",
    "kill in time": "kill -9 of a run at random moments",
    "kill run": "kill -9 of `cmreview packets`, workers and notebooks at work",
    "kill worker": "kill -9 of a worker of `cmreview packets`",
    "kill warm parent": "kill -9 of the process that forks notebooks",
    "kill notebook": "kill -9 of a notebook's process at random moments",
    "kill kernel": "kill -9 of an ordinary kernel (`--engine cmreview-kernel`)",
    "full": "no space (ENOSPC) from each file operation on",
    "io": "an error of the disk (EIO) at each file operation",
    "tmpfs": "a real disk (tmpfs) with too little space left",
    "read-only": "outputs on a file system mounted read-only",
    "two at once": "a second run while a first one is in its middle",
    "ledger on a full disk": "a ledger on a real disk (tmpfs) that fills up",
    "ledger writers": "kill -9 of programs that write to a ledger (SQLite, PostgreSQL)",
    "PostgreSQL": "PostgreSQL stopped at once while a ledger is written, started again",
}


def trials(folder: Path, moments: int, whole: int) -> dict[str, Iterator[Trial]]:
    """All trials in full, by what they are of; none is begun before it is asked for."""
    parts = {name: folder / name for name in PARTS}
    for part in parts.values():
        part.mkdir()
    return {
        "each": driven.trials(parts["each"], "kill,full,io,read-only", 0, SEED),
        "drawn": driven.trials(parts["drawn"], "time,tmpfs", moments, SEED),
        "two": driven.trials(parts["two"], "two", max(1, moments // 5), SEED),
        "notebooks": notebooks.trials(parts["notebooks"], list(notebooks.FAULTS)),
        "kills": notebooks.kills(parts["kills"], moments, SEED),
        "ledgers": chain(ledgers.full_disks(parts["ledgers"], moments, SEED), crowds()),
        "commands": commands.kills(parts["commands"], tuple(commands.VICTIMS), whole, SEED),
    }


def crowds() -> Iterator[Trial]:
    """The kills of tests/process/ledger/test_crowd.py in their full size."""
    for kind, wanted, times in (
        ("ledger writers", "killed_at_any_moment", 200),
        ("PostgreSQL", "server_that_dies", 5),
    ):
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", wanted]
        done = subprocess.run(
            [*command, "tests/process/ledger/test_crowd.py"],
            cwd=driven.ROOT,
            env={**os.environ, "CMREVIEW_LEDGER_FULL": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        is_told = re.search(r"\d+ passed", done.stdout) and not done.returncode
        told = ("ledger.gone" if kind == "PostgreSQL" else "killed",)
        yield from [Trial(kind, "", told, () if is_told else (done.stdout,))] * times


def table(found: list[Trial]) -> str:
    """The table in Markdown."""
    lines = [
        "| fault | times tried | survived | what the user sees |",
        "| --- | ---: | ---: | --- |",
    ]
    for kind in dict.fromkeys(trial.kind for trial in found):
        own = [trial for trial in found if trial.kind == kind]
        said = Counter(code for trial in own for code in dict.fromkeys(trial.told))
        told = ", ".join(f"`{code}` {count}" for code, count in said.most_common())
        survived = sum(not trial.wrong for trial in own)
        lines.append(f"| {NAMES.get(kind, f'a notebook: {kind}')} | {len(own)} | {survived} | {told} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Try everything, print the table, and on stderr what went wrong at once; 1 where anything did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moments", type=int, default=100)
    parser.add_argument("--commands", type=int, default=None)
    parser.add_argument("--only", choices=PARTS, action="append", help="these parts, as often as it is given")
    given = parser.parse_args()
    whole = given.commands or given.moments
    for stopped in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stopped, signal.default_int_handler)
    found: list[Trial] = []
    with tempfile.TemporaryDirectory() as folder:
        asked = trials(Path(folder), given.moments, whole)
        with suppress(KeyboardInterrupt):  # then the table is of what was tried till then
            for trial in chain.from_iterable(asked[part] for part in given.only or PARTS):
                found.append(trial)
                if trial.wrong:
                    sys.stderr.write(f"{trial}\n")
                elif len(found) % 25 == 0:
                    sys.stderr.write(f"{len(found)} tried\n")
    sys.stdout.write(table(found))
    return int(any(trial.wrong for trial in found))


if __name__ == "__main__":
    sys.exit(main())
