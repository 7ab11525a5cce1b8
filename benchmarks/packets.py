"""Seconds a department: `cmreview packets` against papermill and nbconvert on the command line.

Both run the same notebook with the same parameters, on the example company, one after the other in one run.
The plain way is a shell loop: `papermill`, then `jupyter nbconvert --to html --no-input`. Ours also checks
each run, writes the Excel appendix and publishes; the review of the company, which both need, is told apart.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from cmreview.packets.batch import default_notebook, make_prepared
from cmreview.packets.job import State
from cmreview.packets.pool import worker_count
from cmreview.packets.prepare import Prepared, Request, prepare
from cmreview.records.example.company import write_example
from cmreview.review.store import save

BIN = Path(sys.executable).parent


def plain_way(reviews: Sequence[Path], folder: Path) -> float:
    """Seconds for all departments, by the command lines that people would type."""
    start = time.monotonic()
    for review in reviews:
        executed = folder / f"{review.stem}.ipynb"
        papermill = (
            BIN / "papermill",
            default_notebook(),
            executed,
            "-p",
            "review_file",
            review,
            "-p",
            "lang",
            "zh",
        )
        nbconvert = (BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", executed)
        for command in (papermill, nbconvert):
            subprocess.run([str(part) for part in command], check=True, capture_output=True)
    return time.monotonic() - start


def our_way(prepared: Prepared, request: Request) -> float:
    """Seconds for all departments by ``make_prepared``, workers started anew."""
    start = time.monotonic()
    run = make_prepared(prepared, request)
    seconds = time.monotonic() - start
    if {entry.state for entry in run.entries} != {State.OK}:
        raise SystemExit("a department failed: nothing was measured")
    return seconds


def main() -> None:
    """Print seconds a department for each way, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--departments", type=int, default=6)
    parser.add_argument("--managers", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_example(folder / "records", departments=options.departments, managers=options.managers)
        request = Request(2025, folder / "records", folder / "outputs")
        start = time.monotonic()
        prepared = prepare(request)
        reviewed = time.monotonic() - start
        reviews = []
        for place, department in enumerate(prepared.departments):
            if department.review is None:
                raise SystemExit("a department of the example was stopped: nothing was measured")
            reviews.append(folder / f"review-{place}.json")
            save(department.review, reviews[-1])
        ways: dict[str, list[float]] = {"plain": [], "one": [], "all": []}
        for number in range(options.rounds):
            ways["plain"].append(plain_way(reviews, folder))
            ways["one"].append(our_way(prepared, replace(request, outputs=folder / f"one-{number}", jobs=1)))
            ways["all"].append(our_way(prepared, replace(request, outputs=folder / f"all-{number}")))
    workers = worker_count(None, len(reviews))
    names = {
        "plain": "papermill + nbconvert, a shell loop",
        "one": "cmreview, 1 worker",
        "all": f"cmreview, {workers} workers",
    }
    plain = statistics.median(ways["plain"]) / len(reviews)
    print(f"{len(reviews)} departments, {options.managers} managers, median of {options.rounds} rounds")
    print(f"review of the company, once: {reviewed:.2f} s")
    for way, seconds in ways.items():
        each = statistics.median(seconds) / len(reviews)
        print(f"{each:7.2f} s a department  {plain / each:5.1f} x  {names[way]}")


if __name__ == "__main__":
    main()
