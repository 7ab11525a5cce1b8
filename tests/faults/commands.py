"""The command itself with its workers and notebooks' processes, one of which is killed at a random moment."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.faults.driver import Trial, listed
from tests.packets.small import FIRST, SECOND, small_company, write_tables

ROOT = Path(__file__).resolve().parents[2]
VICTIMS = ("run", "worker", "warm parent", "notebook")
SECONDS_TO_GO = 30.0


class Office:
    """A small company's records in an older and a newer state, and the outputs that each gives."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, amount in (("old", "200000"), ("new", "260000")):
            tables = small_company()
            tables["contracts"] = [dict(row) | {"amount": amount} for row in tables["contracts"]]
            write_tables(folder / name, tables)
        self.outputs, self.kept = folder / "outputs", folder / "kept"
        self.whole("old")
        shutil.copytree(self.outputs, self.kept)
        self.old = listed(self.outputs)
        started = time.monotonic()
        self.whole("new")
        self.seconds = time.monotonic() - started
        self.new = listed(self.outputs)

    def command(self, records: str) -> subprocess.Popen[str]:
        """The command, begun."""
        line = [sys.executable, "-m", "cmreview", "packets", "--year", "2025", "--jobs", "1"]
        places = ["--records", str(self.folder / records), "--out", str(self.outputs)]
        return subprocess.Popen(
            [*line, *places],
            cwd=ROOT,
            text=True,
            encoding="utf-8",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def whole(self, records: str) -> None:
        """A run that nothing disturbs."""
        running = self.command(records)
        said, _ = running.communicate(timeout=600)
        if running.returncode:
            raise RuntimeError(said)

    def struck(self, victim: str, moment: float) -> Trial:
        """The run on the new records, where ``victim`` is killed after that part of the time of a run."""
        shutil.rmtree(self.outputs)
        shutil.copytree(self.kept, self.outputs)
        running = self.command("new")
        time.sleep(self.seconds * moment)
        pid = running.pid if victim == "run" else _awaited(running, victim)
        family = _descendants(running.pid)
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        said, _ = running.communicate(timeout=600)
        wrong = [said] if "Traceback" in said else []
        left = [one for one in family if not _is_gone(one)]
        wrong += [f"{len(left)} processes outlive the run"] if left else []
        wrong += self._standing()
        self.whole("new")
        differ = [
            name
            for name, content in listed(self.outputs).items() | self.new.items()
            if not name.endswith(("run.json", "index.html")) and self.new.get(name) != content
        ]
        wrong += [f"not as undisturbed: {differ}"] if differ else []
        told = "killed" if pid is not None else "over before"
        return Trial(f"kill {victim}", f"{moment:.3f}", (told, str(running.returncode)), tuple(wrong))

    def _standing(self) -> list[str]:
        now, wrong = listed(self.outputs), []
        for name in (FIRST, SECOND):
            own = [
                {key: each[key] for key in each if key.startswith(f"2025/{name}/")}
                for each in (now, self.old, self.new)
            ]
            if own[0] not in own[1:]:
                wrong.append(f"{name} is neither the old packet nor the new one")
        return wrong


def kills(folder: Path, victims: tuple[str, ...], count: int, seed: int) -> Iterator[Trial]:
    """``count`` kills of each kind of process, at moments drawn by ``seed``."""
    office, chance = Office(folder), random.Random(seed)
    for _ in range(count):
        for victim in victims:
            yield office.struck(victim, chance.random())


def _awaited(running: subprocess.Popen[str], victim: str) -> int | None:
    """The process that is to be killed, once it is there; None where the run was over before."""
    while running.poll() is None:
        for pid in _descendants(running.pid):
            if _kind(pid) == victim:
                return pid
        time.sleep(0.005)
    return None


def _kind(pid: int) -> str:
    line, parent = _line(pid), _line(parent_of(pid))
    if "multiprocessing.spawn" in line:
        return "worker"
    if "forking.parent" not in line:
        return ""
    return "notebook" if "forking.parent" in parent else "warm parent"


def _line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text("utf-8", "replace")
    except OSError:
        return ""


def parent_of(pid: int) -> int:
    """The process that made process ``pid``, 0 where there is none."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def _descendants(pid: int) -> list[int]:
    parents = {int(path.name): parent_of(int(path.name)) for path in Path("/proc").glob("[0-9]*")}
    found, layer = [], {pid}
    while layer := {one for one, parent in parents.items() if parent in layer}:
        found += sorted(layer)
    return found


def _is_gone(pid: int) -> bool:
    deadline = time.monotonic() + SECONDS_TO_GO
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z" and parent_of(pid) != os.getpid():
            return True  # nobody's any more: who adopted it will reap it
        time.sleep(0.02)
    return False
