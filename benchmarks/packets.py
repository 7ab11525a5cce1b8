"""Seconds a department: `cmreview packets` against papermill and nbconvert on the command line.

All ways make the packets of the same departments from the same notebook, one after the other in one run:
the plain way (a shell loop of `papermill` and `jupyter nbconvert --to html --no-input`), ours with ordinary
kernels, ours with cells in forked children, and plain functions that do what the cells do and write the same
page, without and with the Excel appendix. Ours also checks each run, writes the appendix and publishes, and
its workers are started anew each time. The review of the company, which all need, is told apart.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

from cmreview.packets.batch import default_notebook, make_prepared
from cmreview.packets.forking.process import FORKED, KERNEL
from cmreview.packets.job import State
from cmreview.packets.notebook import code_cells, read
from cmreview.packets.prepare import Prepared, Request, prepare
from cmreview.packets.run import import_papermill
from cmreview.records.example.company import write_example
from cmreview.review.store import save

BIN = Path(sys.executable).parent


def plain_way(reviews: Sequence[Path], folder: Path) -> None:
    """All departments by the command lines that people would type."""
    for review in reviews:
        executed = folder / f"{review.stem}.ipynb"
        parameters = ("-p", "review_file", review, "-p", "lang", "zh")
        papermill = (BIN / "papermill", default_notebook(), executed, *parameters)
        nbconvert = (BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", executed)
        for command in (papermill, nbconvert):
            subprocess.run([str(part) for part in command], check=True, capture_output=True)


def our_way(prepared: Prepared, request: Request) -> None:
    """All departments by ``make_prepared``, workers started anew."""
    run = make_prepared(prepared, request)
    if {entry.state for entry in run.entries} != {State.OK}:
        raise SystemExit("a department failed: nothing was measured")


def functions(reviews: Sequence[Path], folder: Path, with_appendix: bool) -> None:
    """All departments by calls of the functions that the cells call, and the page's template: the floor."""
    from cmreview.packets import render
    from cmreview.review.store import load
    from cmreview.show.workbook import write_appendix

    sources = [cell.source for cell in code_cells(read(default_notebook()))]
    for review in reviews:
        cells = shown([f"review_file, lang = {str(review)!r}, 'zh'", *sources[1:]])
        resources = {
            "packet": {"lang_tag": "zh-CN", "title": "", "skip": "", "style": render.style("", "zh")}
        }
        page = render._exporter().template.render(nb=SimpleNamespace(cells=cells), resources=resources)
        (folder / f"{review.stem}.html").write_text(page, encoding="utf-8")
        if with_appendix:
            write_appendix(load(review), folder / f"{review.stem}.xlsx", "zh")


def shown(sources: Sequence[str]) -> list[Any]:
    """What cells of calls show, run as plain Python."""
    names: dict[str, Any] = {}
    cells = []
    for source in sources:
        *before, last = source.splitlines()
        exec("\n".join(before), names)
        value = None if "=" in last else eval(last, names)
        if value is None:
            exec(last, names)
        html = getattr(value, "html", None)
        data = {} if html is None else {"text/html": str(html)}
        cells.append(
            SimpleNamespace(
                cell_type="code", outputs=[SimpleNamespace(output_type="execute_result", data=data)]
            )
        )
    return cells


def main() -> None:
    """Print seconds a department for each way, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--departments", type=int, default=12)
    parser.add_argument("--managers", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    import_papermill()
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_example(folder / "records", departments=options.departments, managers=options.managers)
        request = Request(2025, folder / "records", folder / "outputs")
        start = time.monotonic()
        prepared = prepare(request)
        print(f"review of the company, once: {time.monotonic() - start:.2f} s")
        reviews = []
        for place, department in enumerate(prepared.departments):
            if department.review is None:
                raise SystemExit("a department of the example was stopped: nothing was measured")
            reviews.append(folder / f"review-{place}.json")
            save(department.review, reviews[-1])

        def ours(engine: str, jobs: int) -> Callable[[], None]:
            def make() -> None:
                with TemporaryDirectory(dir=folder) as outputs:
                    our_way(prepared, replace(request, outputs=Path(outputs), jobs=jobs, engine=engine))

            return make

        ways = {
            "papermill + nbconvert, a shell loop": lambda: plain_way(reviews, folder),
            "ours, ordinary kernels, 1 worker": ours(KERNEL, 1),
            "ours, ordinary kernels, 2 workers": ours(KERNEL, 2),
            "ours, forked children, 1 worker": ours(FORKED, 1),
            "ours, forked children, 2 workers": ours(FORKED, 2),
            "plain functions, the page only": lambda: functions(reviews, folder, False),
            "plain functions, page and appendix": lambda: functions(reviews, folder, True),
        }
        measure(ways, len(reviews), options.rounds)


def measure(ways: dict[str, Callable[[], None]], departments: int, rounds: int) -> None:
    """Run all ways in turn, ``rounds`` times; print medians of the seconds and of each round's ratios."""
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(rounds):
        for way, make in ways.items():
            start = time.monotonic()
            make()
            seconds[way].append(time.monotonic() - start)
    plain, *_, page, _ = seconds.values()
    print(f"{departments} departments, median of {rounds} rounds, every way once a round")
    for way, taken in seconds.items():
        each = statistics.median(taken) / departments
        faster = statistics.median(ours / mine for ours, mine in zip(plain, taken, strict=True))
        floor = statistics.median(mine / least for mine, least in zip(taken, page, strict=True))
        print(f"{each:7.2f} s a department  {faster:5.1f} x  {floor:5.1f} floors  {way}")


if __name__ == "__main__":
    main()
