"""The driver asked from outside: what came of each trial, of a program that may fork."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.faults.driver import Trial

ROOT = Path(__file__).resolve().parents[2]


def trials(folder: Path, kinds: str, count: int, seed: int) -> Iterator[Trial]:
    """Trials of these kinds, ``count`` of each (0: at every operation), in their order."""
    command = [sys.executable, "-m", "tests.faults.driver", str(folder), kinds, str(count), str(seed)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as driver:
        for line in driver.stdout or ():
            told = json.loads(line)
            yield Trial(told["kind"], told["at"], tuple(told["told"]), tuple(told["wrong"]))
    if driver.returncode:
        raise RuntimeError(f"the driver ended with {driver.returncode}")
