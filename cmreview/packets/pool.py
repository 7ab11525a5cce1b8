"""Workers: jobs go in, what was made comes out as each is done; one that dies takes one packet with it."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, as_completed
from contextlib import contextmanager

from cmreview.packets import run
from cmreview.packets.job import Failure, Job, Made, Told


def worker_count(asked: int | None, jobs: int) -> int:
    """How many workers to start: what was asked for, else one a processor, never more than jobs."""
    if asked is None:
        affinity = getattr(os, "sched_getaffinity", None)  # a container may have been given fewer
        asked = len(affinity(0)) if affinity else os.cpu_count() or 1
    return max(1, min(asked, jobs))


@contextmanager
def workers(asked: int | None, jobs: int, given: Executor | None = None) -> Iterator[Executor | None]:
    """The executor that jobs go to: ``given``, or a pool of processes; none where there is no job.

    Leaving by an exception (Ctrl-C) stops the pool's workers and with them their kernels.
    """
    if given is not None or not jobs:
        yield given
        return
    # spawned, not forked: the parent has run DuckDB, whose threads a fork does not survive
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(worker_count(asked, jobs), mp_context=context, initializer=run.start_worker)
    try:
        yield pool
    except BaseException:
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        pool.shutdown(wait=True, cancel_futures=True)
        raise
    pool.shutdown()


def made(jobs: Sequence[Job], executor: Executor | None) -> Iterator[Made]:
    """What came of each job, in the order in which they are done; the longest are begun first.

    Where a worker died (killed, out of memory) nobody knows whose packet it was making: every job
    that was lost with it is run again by itself, and fails only if it dies again.
    """
    if executor is None:
        return
    futures: dict[Future[Made], Job] = {
        executor.submit(run.make_packet, job): job for job in _longest_first(jobs)
    }
    lost: list[Job] = []
    try:
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
        error = (future := pool.submit(run.make_packet, job)).exception()
        return future.result() if error is None else _died(job, type(error).__name__)


def _died(job: Job, error: str) -> Made:
    failure = Failure(
        "program", Told("cli_packets.failed.worker", (("error", error),)), Told("cli_packets.mend.worker")
    )
    return Made(job.department, 0.0, failure)
