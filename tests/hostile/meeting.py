"""All attacks one after the other in one child with limits of memory and time."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from tests.hostile.attack import Attack, Met

MEMORY = 3 << 30  # bytes of addresses that the child may have, libraries included
LONGEST = 60  # seconds of the processor that one attack may take: those of the clock depend on who else works
ROOT = Path(__file__).resolve().parents[2]


class TooLong(BaseException):
    """An attack took longer than any may; nothing that catches Exception stops it."""


def every_attack() -> tuple[Attack, ...]:
    """The attacks of every kind."""
    from tests.hostile import (
        csv_attacks,
        ledger_attacks,
        parameter_attacks,
        template_attacks,
        workbook_attacks,
    )

    kinds = (workbook_attacks, csv_attacks, parameter_attacks, template_attacks, ledger_attacks)
    return tuple(attack for kind in kinds for attack in kind.ATTACKS)


def met_in_child(which: str) -> list[Met]:
    """Attacks met in a child, so that whatever happens is survived: ``quick``, ``all``, or of one name."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.hostile.meeting", which],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=10 * LONGEST,
        check=False,
    )
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    met = [Met(**one | {"told": tuple(one["told"])}) for one in found]
    if ran.returncode:
        last = met[-1].name if met else "the first"
        raise AssertionError(f"the child ended with {ran.returncode} after {last}: {ran.stderr[-2_000:]}")
    return met


def main(which: str) -> None:
    """Meet the attacks; a line of JSON each."""
    attacks = chosen(which)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, _too_long)
    for attack in attacks:
        with tempfile.TemporaryDirectory() as name:
            path = attack.make(Path(name))
            print(json.dumps(asdict(_met(attack, path))), flush=True)  # noqa: T201 - read by the parent


def chosen(which: str) -> list[Attack]:
    """The ``quick`` attacks, ``all``, or those whose kind or name holds the word."""
    if which in ("quick", "all"):
        return [attack for attack in every_attack() if which == "all" or not attack.slow]
    return [attack for attack in every_attack() if which in f"{attack.group}/{attack.name}"]


def _met(attack: Attack, path: Path) -> Met:
    told: tuple[str, ...] = ()
    broke = None
    before = _peak(start=True)
    began = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, LONGEST)
    try:
        told = attack.meet(path)
    except BaseException as error:  # noqa: BLE001 - what nobody expected is what is looked for
        broke = f"{type(error).__name__}: {error}"[:300]
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    seconds = time.process_time() - began
    return Met(attack.name, attack.group, told, broke, seconds, max(_peak() - before, 0))


def _peak(*, start: bool = False) -> float:
    """MB that the process has had at most since the last ``start``."""
    if start:
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    (line,) = (one for one in Path("/proc/self/status").read_text("ascii").splitlines() if "VmHWM" in one)
    return int(line.split()[1]) / 1024


def _too_long(*_: object) -> None:
    raise TooLong


if __name__ == "__main__":
    main(sys.argv[1])
