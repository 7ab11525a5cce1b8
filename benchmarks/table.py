"""All benchmarks in one run, and ``RESULTS.md``: machine, versions, medians, spread, goals met and missed.

Run: ``make bench``, or ``make bench QUICK=1`` for small sizes, whose figures say only that everything runs;
``make bench ROUNDS=1`` measures every size in fewer rounds than the benchmarks take by themselves.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from benchmarks.row import Row

RESULTS = Path(__file__).with_name("RESULTS.md")
# Module -> what it is asked in full, and for a short look.
ASKED = {
    "packets": ([], ["--departments", "6", "--sample", "1", "--rounds", "1"]),
    "unchanged": ([], []),
    "indicators": (["--rounds", "3"], ["--contracts", "200000", "--rounds", "1"]),
    "intake": ([], ["--contracts", "2000", "--rounds", "1"]),
    "commands": ([], []),
}
PACKAGES = ("duckdb", "ibis-framework", "pandas", "pyarrow", "papermill", "nbconvert", "openpyxl")


def machine() -> list[str]:
    """What the figures were measured on; no name of a host or a person."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in _lines(Path("/proc/cpuinfo"))
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return [
        f"{model}, {os.cpu_count()} cores, {memory:.0f} GB; {platform.system()}.",
        f"Python {platform.python_version()}; {packages}.",
    ]


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines() if path.is_file() else []


def measure(quick: bool, rounds: int | None) -> tuple[list[Row], dict[str, float], dict[str, str]]:
    """The lines of every benchmark, the seconds that each took, and what stopped one."""
    found: list[Row] = []
    took: dict[str, float] = {}
    stopped: dict[str, str] = {}
    for name, (full, short) in ASKED.items():
        started = time.perf_counter()
        module = import_module(f"benchmarks.{name}")
        line = [*(short if quick else full), *([] if rounds is None else ["--rounds", str(rounds)])]
        try:
            lines = module.rows(module.parser().parse_args(line))
        except Exception as error:  # noqa: BLE001  one that fails is told and hides no other
            stopped[name] = f"{type(error).__name__}: {error}".splitlines()[0]
            lines = []
        found += lines
        took[name] = time.perf_counter() - started
        for row in lines:
            print(row, flush=True)
    return found, took, stopped


def table(found: list[Row]) -> list[str]:
    """The rows as Markdown."""
    lines = [
        "| what | against | goal | median | least to most | met |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in found:
        least, most = row.spread
        note = f" ({row.note})" if row.note else ""
        met = "yes" if row.is_met else "**missed**"
        lines.append(
            f"| {row.what}{note} | {row.against} | {row.goal} | {row.measured:.2f} {row.goal.unit} "
            f"| {least:.2f} to {most:.2f} | {met} |"
        )
    return lines


def main() -> int:
    """Measure everything and write the table; 1 where a benchmark stopped."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--quick", action="store_true")
    asked.add_argument("--rounds", type=int, help="of every benchmark; without it each takes its own number")
    asked.add_argument("--out", type=Path, default=RESULTS)
    options = asked.parse_args()
    load = os.getloadavg()[0]
    found, took, stopped = measure(options.quick, options.rounds)
    seconds = ", ".join(f"{name} {each:.0f} s" for name, each in took.items())
    text = ["# What was measured", "", *machine(), ""]
    text += ["Small sizes: these figures say only that everything runs.", ""] if options.quick else []
    text += [] if options.rounds is None else [f"Rounds of every benchmark: {options.rounds}.", ""]
    text += [f"Load of the machine at the start: {load:.1f}. Took: {seconds}.", "", *table(found), ""]
    text += [f"Stopped: {name}: {why}" for name, why in stopped.items()]
    options.out.write_text("\n".join(text).rstrip() + "\n", "utf-8")
    print(f"written: {options.out.name}")
    return 1 if stopped else 0


if __name__ == "__main__":
    raise SystemExit(main())
