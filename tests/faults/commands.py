"""The command itself with its workers, notebooks' processes and kernels, one killed at a random moment."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue

from tests.faults.driver import Trial, listed
from tests.packets.small import FIRST, SECOND, small_company, write_tables

ROOT = Path(__file__).resolve().parents[2]
KERNEL = ("--engine", "cmreview-kernel")
# Each kind of process, and how the command is begun so that there is one.
VICTIMS: dict[str, tuple[str, ...]] = {
    "run": (),
    "worker": (),
    "warm parent": (),
    "notebook": (),
    "kernel": KERNEL,
}
# Each of the two departments has its own: both are killed in one run.
EACH_RUN = {"notebook": 2, "kernel": 2}
AT_ONCE = 2
SECONDS_TO_GO = 30.0
PAUSE = 0.005


class Office:
    """A small company's records in an older and a newer state, and the outputs that each gives.

    ``lives`` are the seconds that a process of each kind was there, in runs that nothing disturbed; of the
    run itself those in which it writes.
    """

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
        self.lives: dict[str, float] = {}
        for options in dict.fromkeys(VICTIMS.values()):
            self.begin()
            self._lived(self.command("new", options))
        self.begin()
        self.whole("new")
        self.new = listed(self.outputs)

    def begin(self) -> None:
        """The outputs as the older records gave them."""
        shutil.rmtree(self.outputs)
        shutil.copytree(self.kept, self.outputs)

    def command(self, records: str, options: Sequence[str] = ()) -> subprocess.Popen[str]:
        """The command, begun."""
        line = [sys.executable, "-m", "cmreview", "packets", "--year", "2025", "--jobs", "1", *options]
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

    def struck(self, victim: str, moments: Sequence[float]) -> list[Trial]:
        """The run on the new records, where processes of a kind are killed, each after that part of its life.

        A run that says it made everything must have; after any other one the next run is asked to.
        """
        self.begin()
        running = self.command("new", VICTIMS[victim])
        met: list[int] = []
        told = []
        for moment in moments:
            pid = self._awaited(running, victim, met)
            if pid is not None:
                met.append(pid)
                time.sleep(self.lives[victim] * moment)
            family = _descendants(running.pid)
            is_struck = pid is not None and running.poll() is None and _killed(pid)
            if not is_struck:
                self.lives[victim] *= 0.9  # it was measured on a busier machine
            told.append("killed" if is_struck else "over before")
        said, _ = running.communicate(timeout=600)
        wrong = [said] if "Traceback" in said else []
        left = [one for one in family if not _is_gone(one)]
        wrong += [f"{len(left)} processes outlive the run"] if left else []
        wrong += self._standing()
        if running.returncode:
            self.whole("new")
        now = listed(self.outputs)
        differ = [
            name
            for name in sorted(now.keys() | self.new.keys())
            if not name.endswith(("run.json", "index.html")) and self.new.get(name) != now.get(name)
        ]
        wrong += [f"not as undisturbed: {differ}"] if differ else []
        return [
            Trial(f"kill {victim}", f"{moment:.3f}", (one, str(running.returncode)), tuple(wrong))
            for moment, one in zip(moments, told, strict=True)
        ]

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

    def _awaited(self, running: subprocess.Popen[str], victim: str, met: Sequence[int]) -> int | None:
        """The next process that is to be killed, once it is there; None where the run was over before."""
        while running.poll() is None:
            if victim == "run":
                if self._is_writing():
                    return running.pid
            else:
                for pid in _descendants(running.pid):
                    if _kind(pid) == victim and pid not in met:
                        return pid
            time.sleep(PAUSE)
        return None

    def _is_writing(self) -> bool:
        return any((self.outputs / "2025").glob(".making-*"))

    def _lived(self, running: subprocess.Popen[str]) -> None:
        """Watch a run, and keep how long the first process of each kind was there."""
        seen: dict[int, tuple[str, float, float]] = {}
        while running.poll() is None:
            now = time.monotonic()
            there = [(pid, _kind(pid)) for pid in _descendants(running.pid)]
            there += [(running.pid, "run")] if self._is_writing() else []
            for pid, kind in there:
                if kind:
                    seen[pid] = (kind, seen.get(pid, (kind, now, now))[1], now)
            time.sleep(PAUSE)
        said, _ = running.communicate()
        if running.returncode:
            raise RuntimeError(said)
        for kind, first, last in seen.values():
            self.lives.setdefault(kind, last - first)


def kills(folder: Path, victims: Sequence[str], count: int, seed: int) -> Iterator[Trial]:
    """``count`` kills of each kind of process, at moments drawn by ``seed``; two runs at once."""
    chance = random.Random(seed)
    drawn = [
        (victim, [chance.random() for _ in range(min(EACH_RUN.get(victim, 1), count - start))])
        for start in range(count)
        for victim in victims
        if start % EACH_RUN.get(victim, 1) == 0
    ]
    places = [folder / str(number) for number in range(min(AT_ONCE, len(drawn)))]
    for place in places:
        place.mkdir(parents=True)
    free: SimpleQueue[Office] = SimpleQueue()
    with ThreadPoolExecutor(len(places)) as pool:
        for office in pool.map(Office, places):
            free.put(office)

        def struck(victim: str, moments: Sequence[float]) -> list[Trial]:
            office = free.get()
            try:
                return office.struck(victim, moments)
            finally:
                free.put(office)

        try:
            for done in as_completed([pool.submit(struck, *one) for one in drawn]):
                yield from done.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _killed(pid: int) -> bool:
    """Kill it; False where it had ended by itself."""
    if _state(pid) in ("", "Z"):
        return False
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def _state(pid: int) -> str:
    """The letter by which the system tells a process's state; empty where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return ""


def _kind(pid: int) -> str:
    line, parent = _line(pid), _line(parent_of(pid))
    if "multiprocessing.spawn" in line:
        return "worker"
    if "ipykernel_launcher" in line:
        return "kernel"
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
    """The processes below ``pid``, nearest first."""
    found, layer = [], _children(pid)
    while layer:
        found += layer
        layer = [child for one in layer for child in _children(one)]
    return found


def _children(pid: int) -> list[int]:
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(child) for child in path.read_text().split()]
    return sorted(found)


def _is_gone(pid: int) -> bool:
    deadline = time.monotonic() + SECONDS_TO_GO
    while time.monotonic() < deadline:
        state = _state(pid)
        if not state or (state == "Z" and parent_of(pid) != os.getpid()):
            return True  # or nobody's any more: who adopted it will reap it
        time.sleep(0.02)
    return False
