"""A ledger on a disk that fills up: what was acknowledged is there, whole, and it goes on with more space."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from cmreview.errors import LedgerError
from cmreview.process.ledger.ledger import Ledger
from tests.faults.driver import Trial, mounted
from tests.process.drafts import NOW, draft

SIZE = 3
ROUNDS = 400


def full_disks(folder: Path, count: int, seed: int) -> Iterator[Trial]:
    """Ledgers on small disks (tmpfs) of sizes drawn by ``seed``, written until full; none without root."""
    chance = random.Random(seed)
    disk = folder / "disk"
    disk.mkdir(parents=True)
    for _ in range(count):
        kilobytes = chance.randrange(100, 400, 4)
        if not mounted(disk):
            return
        try:
            subprocess.run(["mount", "-o", f"remount,size={kilobytes}k", disk], check=True)
            told, wrong = _filled(disk)
            yield Trial("ledger on a full disk", f"{kilobytes} kB", tuple(told), tuple(wrong))
        finally:
            subprocess.run(["umount", disk], check=True)


def _filled(disk: Path) -> tuple[list[str], list[str]]:
    path, acknowledged, told = disk / "ledger.db", [], []
    try:
        with Ledger.open(path, create=True) as ledger:
            for number in range(ROUNDS):
                batch = [draft(reason=f"{number} " * 40)] * SIZE
                acknowledged += ledger.append(batch, moment(number))
    except LedgerError as error:
        told.append(error.code)
    subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
    wrong = [] if told else ["the disk never was full"]
    with Ledger.open(path, create=True) as ledger:
        if ledger.verify():
            wrong.append("the chain is broken")
        recorded = ledger.events()
        if list(recorded[: len(acknowledged)]) != acknowledged or len(recorded) % SIZE:
            wrong.append(f"{len(acknowledged)} were acknowledged, {len(recorded)} are there")
        ledger.append([draft()], NOW)
        if ledger.verify():
            wrong.append("the chain is broken afterwards")
    return told, wrong


def moment(number: int) -> datetime:
    """The time of a batch."""
    return NOW + timedelta(seconds=number)
