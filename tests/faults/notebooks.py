"""Notebooks that go wrong, each as the packet of a department; what is told, and what it takes."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from cmreview.packets import run
from cmreview.packets.forking.process import FORKED
from cmreview.packets.forking.warm import WarmParent, warm_parent
from cmreview.packets.run import make_packet
from cmreview.words import say
from tests.faults.commands import parent_of
from tests.faults.driver import Trial
from tests.packets.making import job, notebook

HEADING = "出错 · Trouble"
MEGABYTE = 1 << 20
FAULTS = {
    "out of memory": (
        "import resource\nresource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))\nheld = bytearray(2**31)",
        "cli_packets.failed.notebook",
    ),
    "killed for its memory": ("import os\nos.kill(os.getpid(), 9)", "cli_packets.failed.dead"),
    "hangs": ("import time\ntime.sleep(3600)", "cli_packets.failed.timeout"),
    "sys.exit": ("import sys\nsys.exit(0)", "cli_packets.error.cell_with_error.what"),
    "prints 100 MB": (
        "for _ in range(100):\n    print('x' * 2**20)",
        "cli_packets.failed.flood",
    ),
    "shows 100 MB": (
        "from IPython.display import HTML, display\nfor _ in range(100):\n    display(HTML('x' * 2**20))",
        "cli_packets.failed.flood",
    ),
}
# A hundred megabytes may take this much more here, and leave this much on the disk, while they are refused.
MOST_MEMORY, MOST_KEPT = 600 * MEGABYTE, 80 * MEGABYTE


KILLED = ("over before", "cli_packets.failed.dead")
SECONDS = 2  # that a cell may take here


def trials(folder: Path, names: Sequence[str]) -> Iterator[Trial]:
    """Each of these notebooks, run as any packet's."""
    with pytest.MonkeyPatch.context() as patched, warm_parent():
        patched.setattr(run, "CELL_SECONDS", SECONDS)
        for number, name in enumerate(names):
            yield _tried(folder / str(number), name)


def kills(folder: Path, count: int, seed: int) -> Iterator[Trial]:
    """Packets whose notebook's process is killed after parts of their time, drawn by ``seed``."""
    chance = random.Random(seed)
    with warm_parent() as parent:
        whole, seconds = make_packet(job(folder / "warm", engine=FORKED)), 0.0
        for number in range(count + 1):
            began, moment = time.monotonic(), chance.random()
            killing = threading.Timer(seconds * moment, _kill_children, [parent])
            if number:
                killing.start()
            got = make_packet(job(folder / f"{number}", engine=FORKED))
            killing.cancel()
            if not number:
                seconds = time.monotonic() - began
                continue
            again = make_packet(job(folder / f"{number}-again", engine=FORKED))
            told = "over before" if got.failure is None else got.failure.what.key
            wrong = [] if again.files == whole.files else [f"the next one: {again.failure or again.files}"]
            if got.failure is None and got.files != whole.files:
                wrong.append("another packet came of it")
            if told not in KILLED:
                wrong.append(f"told as {told}")
            for each in (f"{number}", f"{number}-again"):
                shutil.rmtree(folder / each)
            yield Trial("kill notebook", f"{moment:.3f}", (told,), tuple(wrong))


def _kill_children(parent: WarmParent) -> None:
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if parent_of(int(path.name)) == parent._process.pid:
                os.kill(int(path.name), signal.SIGKILL)


def _tried(folder: Path, name: str) -> Trial:
    code, expected = FAULTS[name]
    folder.mkdir(parents=True)
    source = notebook(folder / "source.ipynb", (HEADING, code))
    before = _peak()
    made = make_packet(job(folder / "work", notebook=source, engine=FORKED))
    more = _peak() - before
    if made.failure is None:
        return Trial(name, "", (), ("a packet came of it",))
    told = made.failure.what
    wrong = [] if told.key == expected else [f"told as {told.key}: {made.failure.traceback}"]
    for lang in ("zh", "en"):
        text = say(told.key, lang, **dict(told.values))
        if HEADING not in text:
            wrong.append(f"the cell is not named: {text}")
    kept = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if more > MOST_MEMORY or kept > MOST_KEPT:
        wrong.append(f"{more} bytes of memory, {kept} on the disk")
    if made.files:
        wrong.append("files were handed over")
    at = f"{more // MEGABYTE} MB more memory, {kept // MEGABYTE} MB kept"
    return Trial(name, at, (told.key,), tuple(wrong))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
