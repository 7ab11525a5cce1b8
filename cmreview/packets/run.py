"""One department's packet from its prepared review: run, check, page, appendix; in a worker process."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmreview.packets.failure import CELL_SECONDS, told
from cmreview.packets.forking import process
from cmreview.packets.forking.parent import not_importable
from cmreview.packets.forking.warm import keep_warm_parent
from cmreview.packets.job import Failure, Job, Made, Told

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

    from nbformat import NotebookNode

TERMINATED = 143
ASK_AGAIN_SECONDS = 0.01
_OBJECTS = 100_000


def start_worker() -> None:
    """Make a process of the pool ready: Ctrl-C is the parent's to handle, the slow imports happen now."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if process.is_possible():
        process.die_with_parent(signal.SIGTERM)
        keep_warm_parent()  # first: it gets warm while we import
    import_papermill()
    import nbconvert  # noqa: F401

    gc.collect()
    gc.freeze()  # or every collection looks through all that was imported
    gc.set_threshold(_OBJECTS)  # a packet makes so many before any is garbage, and one look takes them all in
    end_when_terminated()


def end_when_terminated() -> None:
    """Let SIGTERM end this process through papermill, which stops the kernel on the way.

    Python drops an exception that is raised inside a callback of the garbage collector, and the request
    to end with it: then it is made again a moment later, until it comes through.
    """
    signal.signal(signal.SIGTERM, _unwind)
    if hasattr(
        signal, "setitimer"
    ):  # not on Windows, where nothing is asked: a process is ended from outside
        signal.signal(signal.SIGALRM, _unwind)
        sys.unraisablehook = _ask_again


def _unwind(*_: object) -> None:
    sys.exit(TERMINATED)


def _ask_again(dropped: UnraisableHookArgs) -> None:
    if isinstance(dropped.exc_value, SystemExit):
        signal.setitimer(signal.ITIMER_REAL, ASK_AGAIN_SECONDS)
    else:
        sys.__unraisablehook__(dropped)


def without_grammar() -> None:
    """Keep jsonschema from importing what two format checks need that the notebook schemas don't ask for.

    ``rfc3987_syntax`` builds a grammar of international web addresses for ``iri``, which costs every import
    of nbformat a second; ``isoduration`` brings a calendar library for ``duration``. jsonschema does without
    either where the package is absent.
    """
    for name in ("rfc3987_syntax", "isoduration"):
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None: not importable


def import_papermill() -> None:
    """Import papermill without the file systems that no packet lies on: pyarrow's cost half a second."""
    without_grammar()
    with not_importable("pyarrow.fs"):
        import papermill  # noqa: F401


def make_packet(job: Job) -> Made:
    """Make the packet of one department in ``job.made``. Every failure comes back as a value, told."""
    start = time.monotonic()
    phases: dict[str, float] = {}
    retried = False
    try:
        job.made.mkdir(parents=True)
        appendix = _Appendix(job, phases)
        try:
            _execute(job, appendix)
        except RuntimeError as error:
            if not _never_started(job, error):
                raise
            retried = True  # once, and only where a kernel did not start (N9)
            _execute(job, appendix)
        phases["notebook"] = time.monotonic() - start
        warnings = _publishable(job, appendix, phases)
    except SystemExit:
        os._exit(TERMINATED)  # the pool would take it for the job's result and start the next one
    except Exception as error:  # noqa: BLE001  # the batch goes on past a failed department (N8)
        return Made(job.department, time.monotonic() - start, failure=told(job, error), retried=retried)
    files = tuple((path.name, file_sha256(path)) for path in sorted(job.made.iterdir()))
    if job.strict and warnings:
        failure = Failure(
            "strict",
            Told("cli_packets.failed.warned", (("count", str(len(warnings))), ("first", warnings[0][:300]))),
            Told("cli_packets.mend.warned"),
        )
        return Made(job.department, time.monotonic() - start, failure, warnings=warnings, retried=retried)
    return Made(
        job.department,
        time.monotonic() - start,
        files=files,
        warnings=warnings,
        retried=retried,
        phases=phases,
    )


def clear(job: Job) -> None:
    """Remove what an attempt at ``job`` left, so that it can be made again."""
    shutil.rmtree(job.made, ignore_errors=True)
    job.executed.unlink(missing_ok=True)


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    return sha256(path.read_bytes()).hexdigest()


def parameters_of(job: Job) -> dict[str, Any]:
    """What the notebook is given: JSON scalars under fixed names, checked (N1, N2)."""
    from cmreview.packets.parameters import checked

    return checked({"review_file": str(job.review_file), "lang": job.lang}).model_dump()


def run_notebook(
    notebook: Path,
    target: Path,
    parameters: dict[str, Any],
    engine: str | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> None:
    """Run ``notebook`` by papermill, and keep the executed one at ``target`` also where it fails.

    ``meanwhile`` is done while the cells run, where the engine is ours and has nothing to do until then.
    Raises what papermill and nbclient raise: PapermillExecutionError, DeadKernelError, CellTimeoutError.
    """
    import_papermill()
    import papermill
    from traitlets.config import Config

    import cmreview.packets.engine  # noqa: F401  # papermill knows it by itself only where we are installed

    engine = engine or process.default_engine()
    papermill.execute_notebook(
        str(notebook),
        str(target),
        parameters=parameters,
        engine_name=engine,
        kernel_name="python3",
        progress_bar=False,
        log_output=False,
        execution_timeout=CELL_SECONDS,
        shutdown_kernel="immediate",
        autosave_cell_every=0,
        config=Config(
            {
                # the cells' outputs name people, and the kernel is reached over TCP (N11)
                "KernelManager": {"transport_encryption": "auto"},
                # a kernel that Ctrl-C ends with its parent must not say so between our own sentences
                "NotebookClient": {"extra_arguments": ["--log-level=ERROR"]},
            }
        ),
        **({"meanwhile": meanwhile} if engine == process.FORKED else {}),
    )


class _Appendix:
    """The Excel appendix, which needs no cell: written while they run, or after them."""

    def __init__(self, job: Job, phases: dict[str, float]) -> None:
        self._job, self._phases = job, phases

    def write(self) -> None:
        """Write it, once."""
        from cmreview.review.store import load
        from cmreview.show.workbook import write_appendix

        if "appendix" not in self._phases:
            begun = time.monotonic()
            job = self._job
            write_appendix(load(job.review_file), job.made / f"{job.stem}.xlsx", job.lang)
            self._phases["appendix"] = time.monotonic() - begun


def _execute(job: Job, appendix: _Appendix) -> None:
    run_notebook(job.notebook, job.executed, parameters_of(job), job.engine, appendix.write)


def _publishable(job: Job, appendix: _Appendix, phases: dict[str, float]) -> tuple[str, ...]:
    """Check the run and write what is published; the warnings that cells gave."""
    from cmreview.packets import check, notebook, pdf, render
    from cmreview.words import say

    executed, source = notebook.read(job.executed), notebook.read(job.notebook)
    check.check_executed(executed, source, job.expected)
    begun = time.monotonic()
    footer = say("packet.footer", job.lang, department=job.department, year=job.expected["year"])
    page = render.page(executed, lang=job.lang, title=job.title, footer=footer)
    check.check_page(page, job.expected["applicants"])
    html = job.made / f"{job.stem}.html"
    html.write_text(page, encoding="utf-8", newline="\n")
    review_name = f"{job.stem}-{job.expected['source_sha256'][:12]}.json"
    kept = notebook.recorded(executed, {"review_file": review_name, "lang": job.lang})
    notebook.write(kept, job.made / f"{job.stem}.ipynb")
    phases["page"] = time.monotonic() - begun
    appendix.write()
    if job.pdf:
        begun = time.monotonic()
        pdf.print_pdf(html, job.made / f"{job.stem}.pdf", pdf.find_chromium())
        phases["pdf"] = time.monotonic() - begun
    return notebook.warnings(executed)


def _never_started(job: Job, error: RuntimeError) -> bool:
    from nbclient.exceptions import DeadKernelError

    if isinstance(error, DeadKernelError) or not job.executed.is_file():
        return False
    return not any(cell.execution_count for cell in _cells(job))


def _cells(job: Job) -> list[NotebookNode]:
    from cmreview.packets.notebook import code_cells, read

    return code_cells(read(job.executed))
