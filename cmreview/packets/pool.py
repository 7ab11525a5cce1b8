"""Workers: jobs go in, what was made comes out as each is done; one that dies takes one packet with it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from typing import Any

from cmreview.packets import run
from cmreview.packets.job import Failure, Job, Made, Told

SECONDS_TO_UNWIND = 5.0


class Stoppable(Executor):
    """An executor whose jobs go on elsewhere, and write, until they are stopped."""

    def stop(self) -> None:
        """Stop what still runs, and wait for its end."""
        raise NotImplementedError


def worker_count(asked: int | None, jobs: int) -> int:
    """How many workers to start: what was asked for, else two for three processors, never more than jobs."""
    if asked is None:
        affinity = getattr(os, "sched_getaffinity", None)  # a container may have been given fewer
        processors = len(affinity(0)) if affinity else os.cpu_count() or 1
        asked = processors * 2 // 3  # one keeps one and a half busy: it writes while its notebook runs
    return max(1, min(asked, jobs))


@contextmanager
def workers(asked: int | None, jobs: int, given: Executor | None = None) -> Iterator[Executor | None]:
    """The executor that jobs go to: ``given``, or a pool of processes; none where there is no job.

    Leaving by an exception (Ctrl-C) stops the pool's workers and with them their kernels.
    """
    if given is not None or not jobs:
        try:
            yield given
        except BaseException:
            if isinstance(given, Stoppable):
                given.stop()
            raise
        return
    with _pool(worker_count(asked, jobs)) as pool:
        yield pool
        pool.shutdown()


@contextmanager
def early_workers(asked: int | None, jobs: int) -> Iterator[Executor]:
    """A pool whose workers begin to import what they need now, while the company is reviewed.

    ``jobs`` is how many there will be at most, as far as one can tell; more workers come with more jobs.
    Where no job came of it they are stopped at once, however far they are.
    """
    with _pool(worker_count(asked, sys.maxsize)) as pool:
        with suppress(BrokenExecutor):  # one that was killed already: its jobs are run by themselves
            for _ in range(worker_count(asked, jobs)):
                _submit(pool, _nothing)
        pool.is_used = False
        yield pool
        if pool.is_used:
            pool.shutdown()


class _Pool(ProcessPoolExecutor, Stoppable):
    """A pool of processes that knows whether it was given a job, and can be stopped where it stands."""

    def __init__(self, count: int) -> None:
        # spawned, not forked: the parent has run DuckDB, whose threads a fork does not survive
        context = multiprocessing.get_context("spawn")
        super().__init__(count, mp_context=context, initializer=_begin)
        self._others = set(multiprocessing.active_children())
        self.is_used = False

    def submit(self, call: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        """Submit, and note it."""
        self.is_used = True
        return super().submit(call, *arguments, **options)

    def stop(self) -> None:
        """End the processes, and with them their kernels; after an orderly end there are none."""
        for process in set(multiprocessing.active_children()) - self._others:
            process.terminate()
        self.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _pool(count: int) -> Iterator[_Pool]:
    """A pool of processes, stopped where they stand unless it was shut down before."""
    pool = _Pool(count)
    try:
        yield pool
    finally:
        pool.stop()


def _begin() -> None:
    """Make a process of the pool ready."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with_parent, name="end with parent", daemon=True).start()
    run.start_worker()


def _end_with_parent() -> None:
    """End this process some time after its parent, whatever it is at.

    It is asked to end when the parent dies (``start_worker``), which lets it stop a kernel first; but it may
    not be able to hear that yet, or it may get lost on the way.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        time.sleep(SECONDS_TO_UNWIND)
        os._exit(run.TERMINATED)


def _nothing() -> None:
    """What a worker does first: it has begun when this is done."""


def _submit(executor: Executor, call: Callable[..., Any], *arguments: Any) -> Future[Any]:
    """Submit. A process that is started for it does not hear Ctrl-C, which is ours, before it ignores it."""
    if not hasattr(signal, "pthread_sigmask"):
        return executor.submit(call, *arguments)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return executor.submit(call, *arguments)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def made(jobs: Sequence[Job], executor: Executor | None) -> Iterator[Made]:
    """What came of each job, in the order in which they are done; the longest are begun first.

    Where a worker died (killed, out of memory) nobody knows whose packet it was making: every job
    that was lost with it is run again by itself, and fails only if it dies again.
    """
    if executor is None:
        return
    futures: dict[Future[Made], Job] = {}
    lost: list[Job] = []
    try:
        for job in _longest_first(jobs):
            try:
                futures[_submit(executor, run.make_packet, job)] = job
            except BrokenExecutor:  # before it was given this one
                lost.append(job)
        for future in as_completed(futures):
            error = future.exception()
            if error is None:
                yield future.result()
            elif isinstance(error, BrokenExecutor):
                lost.append(futures[future])
            else:
                yield _died(futures[future], f"{type(error).__name__}: {error}")
    finally:
        for future in futures:
            future.cancel()
    for job in lost:
        yield _alone(job)


def _longest_first(jobs: Sequence[Job]) -> list[Job]:
    """So that no worker is left alone at the end with a long one; a bigger review takes longer."""
    return sorted(jobs, key=lambda job: -job.review_file.stat().st_size)


def _alone(job: Job) -> Made:
    run.clear(job)
    with workers(1, 1) as pool:
        if pool is None:
            raise ValueError("a pool of one worker is a pool")
        error = (future := _submit(pool, run.make_packet, job)).exception()
        return future.result() if error is None else _died(job, type(error).__name__)


def _died(job: Job, error: str) -> Made:
    failure = Failure(
        "program", Told("cli_packets.failed.worker", (("error", error),)), Told("cli_packets.mend.worker")
    )
    return Made(job.department, 0.0, failure)
