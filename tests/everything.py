"""The whole test suite with the notebooks, in named steps: `python tests/everything.py`.

Each step is a pytest run of its own: strict and lax notebook runs can't share one, and the cells of a
notebook must not be spread over workers. The notebooks run one after the other beside the tests, and what
they say is told after them. Where CI=true, a skipped test that tests/known_skips.txt does not list fails
the run; elsewhere it is only told.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import tomllib
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
KNOWN_SKIPS = ROOT / "tests" / "known_skips.txt"
CELL_SECONDS = 120


@dataclass(frozen=True)
class Step:
    """One pytest run: its name, its arguments, and the notebooks that it needs (None: it needs none)."""

    name: str
    arguments: tuple[str, ...]
    notebooks: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Ended:
    """How a step ended: `passed`, `FAILED` or `not run`, with its seconds and its skips (name, reason)."""

    name: str
    state: str
    seconds: float
    skips: tuple[tuple[str, str], ...] = ()


def notebook_kinds(pyproject: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The report notebooks and the widget notebooks, as pyproject.toml lists them."""
    kinds = tomllib.loads(pyproject.read_text("utf-8"))["tool"]["cmreview"]["notebooks"]
    return tuple(kinds["report"]), tuple(kinds["widget"])


def steps(reports: tuple[str, ...], widgets: tuple[str, ...], workers: str) -> list[Step]:
    """What is run: the tests first, then what runs beside them."""
    cells = (
        "--nbval-current-env",
        f"--nbval-cell-timeout={CELL_SECONDS}",
        "--nbval-sanitize-with=tests/nbval_sanitize.cfg",
        "-p",
        "no:xdist",
    )
    return [
        Step(
            "tests",
            (
                "-n",
                workers,
                "--maxprocesses",
                "8",
                "--dist",
                "loadfile",
                "--no-loadscope-reorder",  # tests/conftest.py says which files begin
                "-p",
                "no:nbval",
                "--durations=10",
                "--durations-min=5",
            ),
        ),
        Step("report notebooks, strict", ("--nbval", *cells, *reports), reports),
        Step("widget notebooks, lax", ("--nbval-lax", *cells, *widgets), widgets),
    ]


def skipped(junit: Path) -> tuple[tuple[str, str], ...]:
    """Every test that a junit file calls skipped (expected failures too), with the reason given."""
    found = [
        (f"{case.get('classname')}::{case.get('name')}", skip.get("message") or "no reason given")
        for case in ET.parse(junit).iter("testcase")
        for skip in case.iter("skipped")
    ]
    return tuple(sorted(found))


def listed(known_skips: Path) -> dict[str, str]:
    """The skips that are allowed, with their reasons. Raises ValueError for one without a reason."""
    allowed: dict[str, str] = {}
    for number, line in enumerate(known_skips.read_text("utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, reason = line.partition("  # ")
        if not reason.strip():
            raise ValueError(
                f"{known_skips.name} line {number} must give a reason after two spaces and '# '."
            )
        allowed[name.strip()] = reason.strip()
    return allowed


def run(step: Step, folder: Path, out: IO[str] | None = None) -> Ended:
    """Run one step, telling of it in ``out`` (none: on the terminal).

    A step whose list of notebooks is empty is not run, and says so.
    """
    print(f"\n== {step.name}", file=out, flush=True)
    if step.notebooks == ():
        print("Not run: pyproject.toml lists no notebook of this kind yet.", file=out, flush=True)
        return Ended(step.name, "not run", 0.0)
    missing = [name for name in step.notebooks or () if not (ROOT / name).is_file()]
    if missing:
        print(f"pyproject.toml lists {', '.join(missing)}, which can't be found.", file=out, flush=True)
        return Ended(step.name, "FAILED", 0.0)
    junit = folder / f"{step.name}.xml"
    junit.unlink(missing_ok=True)
    start = time.monotonic()
    command = [sys.executable, "-m", "pytest", f"--junitxml={junit}", *step.arguments]
    code = subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=None if out is None else subprocess.STDOUT,
        check=False,
    ).returncode
    seconds = time.monotonic() - start
    skips = skipped(junit) if junit.is_file() else ()
    return Ended(step.name, "passed" if code == 0 else "FAILED", seconds, skips)


def tests_at_once() -> int:
    """One more than processors: while a test waits for a browser, a kernel or a command, another works."""
    affinity = getattr(os, "sched_getaffinity", None)  # a container may have been given fewer
    return (len(affinity(0)) if affinity else os.cpu_count() or 1) + 1


def run_all(tests: Step, beside: list[Step], folder: Path) -> list[Ended]:
    """Run the tests and, one after the other beside them, the other steps; then tell what those said."""
    with (folder / "beside.txt").open("w+", encoding="utf-8", errors="replace") as out:
        with ThreadPoolExecutor(1) as worker:
            others = worker.submit(lambda: [run(step, folder, out) for step in beside])
            ended = [run(tests, folder), *others.result()]
        out.seek(0)
        print(out.read(), end="", flush=True)
    return ended


def summary(ended: list[Ended], allowed: dict[str, str], ci: bool) -> tuple[list[str], bool]:
    """The closing lines, and whether all is well."""
    lines = ["", "== summary"]
    well = True
    for step in ended:
        lines.append(f"{step.state:8} {step.seconds:7.1f} s  {step.name}")
        well = well and step.state != "FAILED"
        for name, reason in step.skips:
            known = name in allowed
            lines.append(f"           skipped{' as listed' if known else ''}: {name}: {reason}")
            if ci and not known:
                well = False
                lines.append("           FAILED: with CI=true only tests of tests/known_skips.txt may skip.")
    return lines, well


def main() -> int:
    """Run all steps, also after a failed one; 0 where all is well, otherwise 1."""
    parser = argparse.ArgumentParser(description="Run the whole test suite with the notebooks.")
    parser.add_argument(
        "--workers",
        default=str(tests_at_once()),
        help="processes for the tests (default: a core, and one)",
    )
    workers = parser.parse_args().workers
    allowed = listed(KNOWN_SKIPS)
    reports, widgets = notebook_kinds(ROOT / "pyproject.toml")
    with tempfile.TemporaryDirectory() as folder:
        tests, *notebooks = steps(reports, widgets, workers)
        ended = run_all(tests, notebooks, Path(folder))
    lines, well = summary(ended, allowed, os.environ.get("CI") == "true")
    print("\n".join(lines))
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
