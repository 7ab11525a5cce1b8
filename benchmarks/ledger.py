"""What recording costs: events a second, one by one and in batches, by one program and by eight at once.

Run: ``python benchmarks/ledger.py [LOCATION]``. Without a location a SQLite file in a temporary folder is
used; another one is a path or a ``postgresql://`` URL at which there is no ledger yet. Every event counted is
on the disk. Printed are also the times to read, to verify and to write a backup.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from cmreview.process.events import Draft, Recused
from cmreview.process.ledger.ledger import Ledger

ONE_BY_ONE, BATCHES, BATCH, PROGRAMS, EACH = 500, 20, 100, 8, 150


def drafts(name: str, count: int) -> list[Draft]:
    """As many events of one case."""
    return [Draft(f"2025/{name}", Recused("M1"), "秘书", "回避原因")] * count


def write(location: str, name: str, count: int) -> None:
    """Record events one by one, as a committee does."""
    with Ledger.open(location, wait=300) as ledger:
        for _ in range(count):
            ledger.append(drafts(name, 1), datetime.now(UTC))


def seconds(call: Callable[[], object]) -> float:
    """How long a call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def at_once(location: str) -> None:
    """Eight programs, each one by one."""
    context = multiprocessing.get_context("spawn")
    programs = [
        context.Process(target=write, args=(location, f"p{number}", EACH)) for number in range(PROGRAMS)
    ]
    for program in programs:
        program.start()
    for program in programs:
        program.join()


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        location = sys.argv[1] if len(sys.argv) > 1 else str(Path(name, "ledger.db"))
        with Ledger.open(location, create=True) as ledger:
            print(f"ledger at {ledger.place}")
            alone = seconds(lambda: write(location, "alone", ONE_BY_ONE))
            print(f"one by one          {ONE_BY_ONE / alone:8.0f} events/s")
            batches = seconds(
                lambda: [ledger.append(drafts("batch", BATCH), datetime.now(UTC)) for _ in range(BATCHES)]
            )
            print(f"batches of {BATCH}      {BATCHES * BATCH / batches:8.0f} events/s")
            crowd = seconds(lambda: at_once(location))
            print(
                f"{PROGRAMS} programs at once {PROGRAMS * EACH / crowd:8.0f} events/s, their start included"
            )
            count = ledger.head().number
            print(f"all {count} events read {seconds(ledger.events):5.2f} s")
            print(f"verified             {seconds(ledger.verify):5.2f} s")
            print(f"backup written       {seconds(lambda: ledger.export(Path(name, 'copy.jsonl'))):5.2f} s")
            if count != ONE_BY_ONE + BATCHES * BATCH + PROGRAMS * EACH or ledger.verify():
                sys.exit("an event was lost")


if __name__ == "__main__":
    main()
