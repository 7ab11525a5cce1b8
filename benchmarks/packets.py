"""Seconds a department: `cmreview packets` against papermill and nbconvert on the command line.

All ways make packets of the same departments from the same notebook, in turn, round by round: the plain way
(a shell loop of `papermill` and `jupyter nbconvert --to html --no-input`, on a sample of the departments),
ours with one and with two workers, ours with a tenth of the departments, and plain functions that do what
the cells do and write the same page, without and with the Excel appendix. Ours also checks each run, writes
the appendix and publishes; its workers are started anew each time. The review of the company, which all need,
is made before. Beside the time passed stands what all processors together were busy with it, which says more
where others use the machine too.

The departments are the example company's six, each with some twenty managers and eight applicants, again and
again under other names. Run: ``python -m benchmarks.packets [--departments 40] [--sample 6] [--rounds 3]``.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import cycle, islice
from multiprocessing import resource_tracker
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import psutil

from benchmarks.row import Goal, Row, in_turn, ratios
from cmreview.packets.batch import default_notebook, make_prepared
from cmreview.packets.forking.process import FORKED, KERNEL
from cmreview.packets.job import State
from cmreview.packets.notebook import code_cells, read
from cmreview.packets.prepare import Prepared, Request, prepare
from cmreview.packets.run import import_papermill
from cmreview.records.example.company import write_example
from cmreview.review.store import save

BIN = Path(sys.executable).parent
LOOP = "papermill and jupyter nbconvert, a loop of command lines"
ONE, TWO, TENTH = "ours, 1 worker", "ours, 2 workers", "ours, 1 worker, a tenth of the departments"
PAGE, BOTH = "plain functions, the page", "plain functions, page and appendix"
KERNELS = "ours with ordinary kernels, 1 worker"


def plain_way(reviews: Sequence[Path], folder: Path) -> None:
    """Departments by the command lines that people would type."""
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
        page = render.page(SimpleNamespace(cells=cells), lang="zh", title="", footer="")  # type: ignore[arg-type]
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


def company(folder: Path, departments: int) -> tuple[Prepared, Request, list[Path]]:
    """A reviewed company of so many departments, and a file of the review of each."""
    write_example(folder / "records")
    request = Request(2025, folder / "records", folder / "outputs")
    prepared = prepare(request)
    many = []
    reviews = []
    for place, department in enumerate(islice(cycle(prepared.departments), departments)):
        if department.review is None:
            raise SystemExit("a department of the example was stopped: nothing was measured")
        name = f"{department.name}{place + 1}"
        review = replace(department.review, department=name)
        many.append(replace(department, name=name, stem=f"{department.stem}{place + 1}", review=review))
        reviews.append(folder / f"review-{place}.json")
        save(review, reviews[-1])
    return replace(prepared, departments=tuple(many)), request, reviews


def measured(folder: Path, options: argparse.Namespace) -> tuple[dict[str, list[float]], float]:
    """Seconds a department of every way, one figure a round; our page's size by the plain way's."""
    prepared, request, reviews = company(folder, options.departments)
    tenth = replace(prepared, departments=prepared.departments[: max(1, options.departments // 10)])
    sample = reviews[: options.sample]

    def ours(company: Prepared, jobs: int, engine: str = FORKED) -> Callable[[], None]:
        def make() -> None:
            with TemporaryDirectory(dir=folder) as outputs:
                our_way(company, replace(request, outputs=Path(outputs), jobs=jobs, engine=engine))

        return make

    ways: dict[str, tuple[int, Callable[[], object]]] = {
        LOOP: (len(sample), lambda: plain_way(sample, folder)),
        ONE: (len(reviews), ours(prepared, 1)),
        PAGE: (len(reviews), lambda: functions(reviews, folder, False)),
        TWO: (len(reviews), ours(prepared, 2)),
        BOTH: (len(reviews), lambda: functions(reviews, folder, True)),
        TENTH: (len(tenth.departments), ours(tenth, 1)),
    }
    if options.kernels:
        ways[KERNELS] = (len(reviews), ours(prepared, 1, KERNEL))
    functions(reviews[:1], folder, True)  # its imports are not what is measured
    busy: dict[str, list[float]] = {way: [] for way in ways}
    staying = adopt_orphans()

    def noted(way: str, call: Callable[[], object]) -> Callable[[], None]:
        def make() -> None:
            before = processor_seconds(staying)
            call()
            busy[way].append((processor_seconds(staying) - before) / ways[way][0])

        return make

    seconds = in_turn({way: noted(way, call) for way, (_, call) in ways.items()}, options.rounds)
    plain_way(sample[:1], folder)
    theirs = (folder / f"{sample[0].stem}.html").stat().st_size
    functions(sample[:1], folder, False)
    size = (folder / f"{sample[0].stem}.html").stat().st_size / theirs
    each = {way: [second / ways[way][0] for second in taken] for way, taken in seconds.items()}
    for way, taken in each.items():
        spread = f"{statistics.median(taken):7.3f} s ({min(taken):.3f} to {max(taken):.3f})"
        print(f"{spread}, processors {statistics.median(busy[way]):7.3f} s a department: {way}")
    return each, size


def adopt_orphans() -> frozenset[int]:
    """Be told what a worker's warm parent was busy with too, which ends after the worker.

    The processes that live as long as this one and do next to nothing are returned: multiprocessing's own.
    """
    resource_tracker.ensure_running()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER of <sys/prctl.h>
    return frozenset(child.pid for child in psutil.Process().children())


def processor_seconds(staying: frozenset[int]) -> float:
    """What this process and all that it started have taken of all processors, once all but those ended."""
    for child in psutil.Process().children():
        if child.pid not in staying:
            os.waitpid(child.pid, 0)
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def rows(options: argparse.Namespace) -> list[Row]:
    """The lines of the table on packets."""
    import_papermill()
    with TemporaryDirectory() as name:
        each, size = measured(Path(name), options)
    count = options.departments
    note = f"the loop on {min(options.sample, count)} of the departments"
    larger = count / max(1, count // 10)
    growth = [part * larger for part in ratios(each[ONE], each[TENTH])]
    what = f"packets, seconds a department, {count} departments, one worker"
    return [
        Row.of(what, LOOP, Goal("at least", 15, "times"), ratios(each[LOOP], each[ONE]), note),
        Row.of(
            "the same, two workers", LOOP, Goal("at least", 25, "times"), ratios(each[LOOP], each[TWO]), note
        ),
        Row.of(
            "one worker, its start included",
            "plain functions that write the same page",
            Goal("at most", 1.5, "times"),
            ratios(each[ONE], each[PAGE]),
            "ours writes the appendix too",
        ),
        Row.of(
            "one worker, its start included",
            "plain functions that write the same page and appendix",
            Goal("at most", 1.5, "times"),
            ratios(each[ONE], each[BOTH]),
        ),
        Row.of(
            f"packets, {count} departments",
            f"{max(1, count // 10)} departments",
            Goal("at most", larger, "times"),
            growth,
        ),
        Row.of("a packet's page, bytes", "nbconvert's default page", Goal("at most", 0.1, "times"), [size]),
    ]


def parser() -> argparse.ArgumentParser:
    """How much is measured."""
    made = argparse.ArgumentParser(description=__doc__)
    made.add_argument("--departments", type=int, default=40)
    made.add_argument("--sample", type=int, default=6, help="departments that the command lines make")
    made.add_argument("--rounds", type=int, default=3)
    made.add_argument("--kernels", action="store_true", help="ours with ordinary kernels too")
    return made


def main() -> None:
    """Print seconds a department of each way, and the lines of the table."""
    for row in rows(parser().parse_args()):
        print(row)


if __name__ == "__main__":
    main()
