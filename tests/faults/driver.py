"""Runs of a small company, each in a forked child that meets one fault at one of its file operations.

``python -m tests.faults.driver FOLDER KIND COUNT SEED`` prints a line of JSON for each trial (``Trial``). It
is a program of its own, since what forks must have no threads. COUNT 0 tries every operation.
"""

from __future__ import annotations

import errno
import gc
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

DEPARTMENTS = ("一部", "二部")
ERRORS = {"full": errno.ENOSPC, "io": errno.EIO}
# What can fail for want of space; anything can fail where the disk itself does.
TAKES_SPACE = ("open", "os.mkdir", "os.rename", "os.fsync")
CHANGES = (*TAKES_SPACE, "os.remove", "os.rmdir", "shutil.rmtree")
MADE = 0o100  # O_CREAT


@dataclass(frozen=True)
class Trial:
    """One fault: where it struck, what the run said of it, and what was wrong afterwards (empty: nothing)."""

    kind: str
    at: str
    told: tuple[str, ...]
    wrong: tuple[str, ...] = ()


class Inline(Executor):
    """Does a job at once, here."""

    def submit(self, call: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(call(*arguments, **options))
        return done


class Operations:
    """The file operations of this process below a folder, counted; ``strikes`` is called before one."""

    def __init__(self, below: Path, strikes: Callable[[int, str], None]) -> None:
        self._below, self._strikes = str(below), strikes
        self.seen: list[str] = []
        self._is_on = True
        sys.addaudithook(self._hook)
        really = os.fsync

        def fsync(file: int) -> None:
            self._hook("os.fsync", (Path(f"/proc/self/fd/{file}").readlink(),))
            really(file)

        os.fsync = fsync  # Python tells of everything but this

    def _hook(self, event: str, arguments: Sequence[Any]) -> None:
        if not self._is_on or event not in CHANGES or not self._is_ours(event, arguments):
            return
        place = [os.fspath(one) for one in arguments[: 2 if event == "os.rename" else 1]]
        self.seen.append(" ".join([event, *(one.removeprefix(self._below) for one in place)]))
        self._is_on = False
        try:
            self._strikes(len(self.seen), event)
        finally:
            self._is_on = True

    def _is_ours(self, event: str, arguments: Sequence[Any]) -> bool:
        if not isinstance(arguments[0], str | os.PathLike) or self._below not in os.fspath(arguments[0]):
            return False
        return event != "open" or bool(arguments[2] & (os.O_WRONLY | os.O_RDWR | MADE))


def told_of(run: Any) -> list[str]:
    """What a run that ended says of its departments: their states, and why where one failed."""
    return [one.what.key if one.what else one.state.value for one in run.entries]


def made(outputs: Path, version: str) -> list[str]:
    """Make the company's packets here; what was told. Errors that are no words come out."""
    from cmreview.errors import CmreviewError
    from cmreview.packets.batch import make_prepared
    from tests.packets.making import company, request

    changed = dict.fromkeys(DEPARTMENTS, version)
    try:
        return told_of(
            make_prepared(company(*DEPARTMENTS, changed=changed), request(outputs), None, Inline())
        )
    except CmreviewError as error:
        for lang in ("zh", "en"):
            if "{" in error.text(lang):
                raise AssertionError(error.text(lang)) from error
        return [error.code]


def forked(work: Callable[[], Any], report: Path) -> dict[str, Any]:
    """What ``work`` gave in a forked child, which may not live to tell it."""
    report.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        try:
            report.write_text(json.dumps({"gave": work()}), "utf-8")
        except BaseException:  # noqa: BLE001  # that is what is looked for
            report.write_text(json.dumps({"traceback": traceback.format_exc()}), "utf-8")
        finally:
            os._exit(0)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return {"killed": os.WTERMSIG(status)}
    return dict(json.loads(report.read_text("utf-8")))


def listed(outputs: Path) -> dict[str, bytes]:
    """Every file and folder below, hidden ones too; run.json without what differs between two runs."""
    found = {}
    for path in sorted(outputs.rglob("*")):
        name = path.relative_to(outputs).as_posix()
        found[name] = path.read_bytes() if path.is_file() else b"a folder"
        if path.name == "run.json":
            kept = json.loads(found[name])
            found[name] = json.dumps([kept["index"], kept["interrupted"], kept["states"]]).encode()
    return found


class Company:
    """The outputs that runs begin with (``old``) and those of a run that nothing disturbed (``new``)."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.report = folder, folder / "report.json"
        self.outputs = folder / "outputs"
        self.kept = folder / "kept"
        self.run("旧")
        shutil.copytree(self.outputs, self.kept)
        self.old = listed(self.outputs)
        self.run("新")
        self.new = listed(self.outputs)

    def run(self, version: str) -> dict[str, Any]:
        """A run that nothing disturbs."""
        return forked(lambda: made(self.outputs, version), self.report)

    def begin(self) -> None:
        """The outputs as before the run."""
        shutil.rmtree(self.outputs, ignore_errors=True)
        shutil.copytree(self.kept, self.outputs)

    def struck(self, kind: str, at: int) -> Trial:
        """The run with a fault at its operation ``at``; then whether all stands, and the next run heals."""
        self.begin()
        happened: list[str] = []

        def work() -> Any:
            operations = Operations(self.outputs, strikes(kind, at))
            gave = made(self.outputs, "新")
            return [gave, operations.seen[at - 1 : at]]

        got = forked(work, self.report)
        told = [f"killed by {got['killed']}"] if "killed" in got else []
        wrong = [got["traceback"]] if "traceback" in got else []
        if "gave" in got:
            told, happened = got["gave"]
        wrong += self.standing() + self.healing()
        return Trial(kind, f"{at} {''.join(happened)}".strip(), tuple(told), tuple(wrong))

    def standing(self) -> list[str]:
        """What of the earlier results does not stand: each packet is the old one or the new one, whole."""
        if not self.outputs.is_dir():
            return ["the outputs are gone"]
        wrong = []
        for name in DEPARTMENTS:
            folder = self.outputs / "2025" / name
            now = {f"2025/{name}/{path.name}": path.read_bytes() for path in folder.glob("*")}
            known = [
                {key: each[key] for key in each if key.startswith(f"2025/{name}/")}
                for each in (self.old, self.new)
            ]
            if now not in known:
                wrong.append(f"{name} is neither the old packet nor the new one: {sorted(now)}")
        page = (self.outputs / "2025/index.html").read_text("utf-8")
        json.loads((self.outputs / "2025/run.json").read_text("utf-8"))
        if not page.rstrip().endswith("</html>"):
            wrong.append("half an index")
        return wrong

    def healing(self) -> list[str]:
        """What the next run leaves otherwise than one that nothing disturbed."""
        got = self.run("新")
        now = listed(self.outputs)
        if "gave" not in got or not set(got["gave"]) <= {"ok", "unchanged"}:
            return [f"the next run did not heal: {got}"]
        # whose packet was made by the disturbed run is "unchanged" in the next one, and the page says so
        told = {name for name in now if name.endswith(("run.json", "index.html"))}
        differ = {name for name in now.keys() | self.new.keys() if now.get(name) != self.new.get(name)} - told
        return [f"not as undisturbed: {sorted(differ)}"] if differ else []


def strikes(kind: str, at: int) -> Callable[[int, str], None]:
    """What happens before operation ``at``."""

    def strike(number: int, event: str) -> None:
        if kind == "kill" and number == at:
            os.kill(os.getpid(), signal.SIGKILL)
        # a disk that is full stays full: from there on nothing that takes space goes
        if kind == "full" and number >= at and event in TAKES_SPACE:
            raise OSError(ERRORS[kind], os.strerror(ERRORS[kind]))
        if kind == "io" and number == at and event != "shutil.rmtree":  # which is none of the disk's
            raise OSError(ERRORS[kind], os.strerror(ERRORS[kind]))

    return strike


def killed_in_time(company: Company, count: int, seed: int) -> Iterator[Trial]:
    """Runs that are killed after ``count`` parts of their time, drawn by ``seed``."""
    chance = random.Random(seed)
    company.begin()
    began = time.monotonic()
    company.run("新")
    seconds = time.monotonic() - began
    for _ in range(count):
        company.begin()
        moment = chance.random()
        child = os.fork()
        if child == 0:
            made(company.outputs, "新")
            os._exit(0)
        time.sleep(seconds * moment)
        os.kill(child, signal.SIGKILL)
        was_killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
        wrong = company.standing() + company.healing()
        told = "killed by 9" if was_killed else "over before"
        yield Trial("kill in time", f"{moment:.3f}", (told,), tuple(wrong))


def moments(company: Company, kind: str, count: int, seed: int) -> Iterator[Trial]:
    """A fault of ``kind`` at ``count`` operations drawn by ``seed``, or at each one.

    The one after the first renaming of a packet is always among them: there most is at stake.
    """
    seen = operations(company)
    places = range(1, len(seen) + 1)
    at_stake = next(i for i in places if re.match(r"os\.rename .*/made", seen[i - 1])) + 1
    drawn = {at_stake, *random.Random(seed).sample(places, min(count, len(seen)))}
    chosen = sorted(drawn) if count else places
    yield from (company.struck(kind, at) for at in chosen)


def operations(company: Company) -> list[str]:
    """The file operations of a run that nothing disturbs."""
    company.begin()

    def work() -> list[str]:
        seen = Operations(company.outputs, lambda *_: None)
        made(company.outputs, "新")
        return seen.seen

    return list(forked(work, company.report)["gave"])


def small_disks(company: Company, count: int, seed: int) -> Iterator[Trial]:
    """Real disks (tmpfs) that have too little space left, by another amount each time; none without root."""
    needed = sum(len(content) for content in company.new.values()) * 3
    chance = random.Random(seed)
    disk = company.folder / "disk"
    disk.mkdir()
    for _ in range(count):
        left = chance.randrange(needed)
        if not mounted(disk):
            return
        outputs, company.outputs = company.outputs, disk / "outputs"
        try:
            company.begin()
            subprocess.run(["mount", "-o", f"remount,size={used(disk) + left}", disk], check=True)
            got = company.run("新")
            wrong = [] if "gave" in got else [str(got)]
            wrong += company.standing()
            subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
            wrong += company.healing()
            yield Trial("tmpfs", f"{left} bytes left", tuple(got.get("gave", ())), tuple(wrong))
        finally:
            company.outputs = outputs
            subprocess.run(["umount", disk], check=True)


def read_only(company: Company) -> list[Trial]:
    """Outputs on a file system that nobody may write to, also not root; none without root."""
    disk = company.folder / "read-only"
    disk.mkdir()
    if not mounted(disk):
        return []
    outputs, company.outputs = company.outputs, disk / "outputs"
    try:
        company.begin()
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        got = company.run("新")
        wrong = [] if "gave" in got else [str(got)]
        if listed(company.outputs) != company.old:
            wrong.append("something changed")
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        wrong += company.healing()
        return [Trial("read-only", "", tuple(got.get("gave", ())), tuple(wrong))]
    finally:
        company.outputs = outputs
        subprocess.run(["umount", disk], check=True)


def mounted(disk: Path) -> bool:
    """Whether a small file system in memory could be put at ``disk``."""
    command = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def used(disk: Path) -> int:
    """Bytes that are taken on ``disk``."""
    state = os.statvfs(disk)
    return (state.f_blocks - state.f_bfree) * state.f_frsize


def two_at_once(company: Company, count: int, seed: int) -> Iterator[Trial]:
    """A run stands still in its middle; a second one is refused, and changes nothing."""
    seen = len(operations(company))
    for at in sorted(random.Random(seed).sample(range(3, seen - 3), count)):
        company.begin()
        first = os.fork()
        if first == 0:
            Operations(company.outputs, lambda n, _, at=at: stop_here(n == at))
            made(company.outputs, "新")
            os._exit(0)
        os.waitpid(first, os.WUNTRACED)
        before = snapshot(company.outputs)
        got = company.run("新")
        wrong = [] if got.get("gave") == ["outputs.held"] else [str(got)]
        if snapshot(company.outputs) != before:
            wrong.append("the second run changed something")
        os.kill(first, signal.SIGCONT)
        os.waitpid(first, 0)
        if listed(company.outputs) != company.new:
            wrong.append("the first run came out otherwise")
        yield Trial("two at once", str(at), tuple(got.get("gave", ())), tuple(wrong))


def snapshot(folder: Path) -> dict[str, int]:
    """What lies below a folder, and when it was changed."""
    return {str(path): path.lstat().st_mtime_ns for path in folder.rglob("*")}


def stop_here(is_time: bool) -> None:
    """Stand still until somebody lets us go on."""
    if is_time:
        os.kill(os.getpid(), signal.SIGSTOP)


def main(folder: Path, kind: str, count: int, seed: int) -> None:
    """Try, and print what came of each trial."""
    import tests.packets.plain_engine  # noqa: F401  # papermill knows an engine that is imported
    from cmreview.packets import batch, department, pool  # noqa: F401  # once, before anything is forked
    from cmreview.packets.run import import_papermill
    from cmreview.show import workbook  # noqa: F401

    import_papermill()
    made(folder / "warm", "旧")  # all that is imported at its first use is there before anything is forked
    gc.freeze()
    company = Company(folder)
    for each in kind.split(","):
        trials: Iterable[Trial]
        if each == "tmpfs":
            trials = small_disks(company, count or 100, seed)
        elif each == "read-only":
            trials = read_only(company)
        elif each == "time":
            trials = killed_in_time(company, count or 100, seed)
        elif each == "two":
            trials = two_at_once(company, count or 20, seed)
        elif each == "operations":
            trials = [Trial("operations", one, ()) for one in operations(company)]
        else:
            trials = moments(company, each, count, seed)
        for trial in trials:
            sys.stdout.write(f"{json.dumps(asdict(trial))}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
