"""All departments of a company: what need not be made again is kept, the rest is made, checked, published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cmreview.errors import FileError
from cmreview.packets import lock, publish, record, unchanged
from cmreview.packets.foundation import Foundation, file_hashes, foundation
from cmreview.packets.job import State
from cmreview.packets.left import left_behind
from cmreview.packets.prepare import Prepared, Request, prepare
from cmreview.packets.record import Entry, Run
from cmreview.packets.recorded import recorded_run


@dataclass(frozen=True, slots=True)
class Watch:
    """Whom to tell how a run goes: that records are read, which departments are made, and each one done.

    ``reads`` is not called where nothing has changed since the last run.
    """

    reads: Callable[[], None] = lambda: None
    begins: Callable[[Sequence[str]], None] = lambda _: None
    done: Callable[[Entry], None] = lambda _: None


def default_notebook() -> Path:
    """The notebook that ships with the project. FileError where the package lies without it."""
    path = Path(__file__).resolve().parents[2] / "notebooks" / "department_packet.ipynb"
    if not path.is_file():
        raise FileError("file.missing", file=str(path))
    return path


def make_packets(request: Request, watch: Watch | None = None, executor: Executor | None = None) -> Run:
    """Make every packet that is asked for, publish each as soon as it is good, and write index and record.

    Where the last run was whole, rests on the very same files, program and options, and its packets are
    as they were published, nothing is read and all of it is said again. ``executor`` runs the workers
    (any ``concurrent.futures.Executor`` whose workers see the same files); without it the cluster at
    ``request.executor``, or a pool of ``request.jobs`` processes.

    Input that can't be used raises before anything starts (exit 2); a department that fails is an entry
    of the run (exit 1). PacketError where another run is writing to the same outputs. On Ctrl-C what was
    published stays, the rest is as before, and KeyboardInterrupt goes on.
    """
    started = datetime.now().astimezone()
    watch = watch or Watch()
    with lock.held(request.target):
        publish.clear_left(request.target)  # also where nothing is to be made
        rests_on = foundation(request, _notebook(request))
        last = recorded_run(request.target / record.NAME)
        run = unchanged.answer(request, last, rests_on, started)
        if run is not None:
            return _said_again(run, request, watch)
        from cmreview.packets import pool  # no worker is needed before

        with ExitStack() as stack:
            if executor is None and request.executor is not None:
                from cmreview.packets.cluster import cluster

                executor = stack.enter_context(cluster(request.executor, request.target, _notebook(request)))
            elif executor is None:
                executor = stack.enter_context(pool.early_workers(request.jobs, _most(request, last)))
            watch.reads()
            if request.engine is not None:
                from cmreview.packets.engine import require_engine

                require_engine(request.engine)
            prepared = prepare(request)
            held = _if_it_held(rests_on, prepared, request)
            return _made(prepared, request, watch, executor, started, held)


def make_prepared(
    prepared: Prepared,
    request: Request,
    watch: Watch | None = None,
    executor: Executor | None = None,
) -> Run:
    """``make_packets`` for a company that is reviewed already."""
    started = datetime.now().astimezone()
    with lock.held(request.target):
        return _made(prepared, request, watch or Watch(), executor, started, None)


def _most(request: Request, last: Run | None) -> int:
    """How many departments there may be to make, before anybody has looked: as many as files or last time."""
    if request.departments:
        return len(request.departments)
    if last is not None:
        return len(last.entries)
    return sum(1 for _ in request.records.iterdir()) if request.records.is_dir() else 1


def _notebook(request: Request) -> Path:
    return (request.notebook or default_notebook()).absolute()


def _if_it_held(before: Foundation | None, prepared: Prepared, request: Request) -> Foundation | None:
    """What the run rests on, where it is the same as before the records were read; None where that moved.

    A file that was changed while it was read, and changed back, would be in neither: so what was read is
    looked up in what was hashed.
    """
    if before is None or not prepared.contents <= before.contents:
        return None
    after = foundation(request, _notebook(request))
    return before if after == before else None


def _said_again(run: Run, request: Request, watch: Watch) -> Run:
    for entry in run.entries:
        watch.done(entry)
    index = request.target / "index.html"
    if run.index and file_hashes([index]) == [run.index]:
        run = replace(run, ended=datetime.now().astimezone())
        publish.publish_text(record.as_json(run), request.target / record.NAME)
        return run
    return _recorded(run, request)


def _made(
    prepared: Prepared,
    request: Request,
    watch: Watch,
    executor: Executor | None,
    started: datetime,
    rests_on: Foundation | None,
) -> Run:
    # not at the top: where nothing has changed there is no department to look into and no worker
    from cmreview.packets import pool
    from cmreview.packets.department import FAILED_FOLDER, published, sorted_out
    from cmreview.packets.forking.process import default_engine
    from cmreview.packets.inputs import inputs_of

    target = request.target
    inputs = None if rests_on is None else inputs_of(request, rests_on, prepared.contents)
    last = recorded_run(target / record.NAME)
    with publish.workspace(target) as private:
        entries, jobs = sorted_out(prepared, last, request, _notebook(request), private)
        is_whole = False
        try:
            watch.begins(list(jobs))
            for name, entry in entries.items():
                if name not in jobs:
                    if entry.state is State.UNCHANGED:  # what failed since is no longer asked for
                        publish.forget_failed(target / FAILED_FOLDER, entry.folder)
                    watch.done(entry)
            with pool.workers(request.jobs, len(jobs), executor) as running:
                for made in pool.made(list(jobs.values()), running):
                    entry = published(made, jobs[made.department], entries[made.department], target)
                    entries[made.department] = entry
                    watch.done(entry)
            is_whole = True
        finally:
            everybody = tuple(entries.values())
            run = Run(
                year=request.year,
                lang=request.lang,
                entries=everybody,
                started=started,
                ended=started,
                interrupted=not is_whole,
                about={"engine": request.engine or default_engine(), **prepared.about, "inputs": inputs},
                company=prepared.company,
                left=left_behind(target, everybody, last),
                rests_on=rests_on.sha256 if is_whole and rests_on is not None else None,
            )
            run = _recorded(run, request)
    return run


def _recorded(run: Run, request: Request) -> Run:
    """The run with its page and record written, and when that was."""
    from cmreview.packets.index import index_page  # it draws figures, which an unchanged run does without

    if run.company is None:
        raise ValueError("a run that is recorded is a company's")
    page = index_page(run.company, run.entries, request.lang, run.left)
    publish.publish_text(page, request.target / "index.html")
    run = replace(run, ended=datetime.now().astimezone(), index=sha256(page.encode("utf-8")).hexdigest())
    publish.publish_text(record.as_json(run), request.target / record.NAME)
    return run
