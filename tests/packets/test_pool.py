"""Workers: begun early, never left behind, and not started where there is nothing to do."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool

import pytest

from cmreview.packets import pool
from cmreview.packets.job import Made
from tests.packets.making import job

ORPHANS = """
import os, signal, sys, time
from pathlib import Path
from cmreview.packets import pool, run

def begin():  # a worker that was asked to end before it could listen, or did not hear it
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
run.start_worker = begin
pool.SECONDS_TO_UNWIND = 0.1

def told():
    return os.getpid()

if __name__ == "__main__":
    with pool.workers(1, 1) as workers:
        Path(sys.argv[1]).write_text(str(workers.submit(told).result()))
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_worker_that_does_not_hear_of_its_parents_end_ends_all_the_same(tmp_path, root):
    script, told = tmp_path / "orphans.py", tmp_path / "told"
    script.write_text(ORPHANS, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(root)}
    ended = subprocess.run([sys.executable, script, told], env=environment, check=False)
    assert ended.returncode in (-getattr(signal, "SIGKILL", 0), 1)
    assert is_gone(int(told.read_text()))


def is_gone(pid: int) -> bool:
    for _ in range(400):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_workers_that_were_begun_for_nothing_are_stopped_where_they_stand():
    before = set(multiprocessing.active_children())
    with pool.early_workers(2, 2):
        begun = set(multiprocessing.active_children()) - before
        assert len(begun) == 2
    assert not any(process.is_alive() for process in begun)
    assert not begun & set(multiprocessing.active_children())


def test_ctrl_c_stops_workers_that_are_still_starting_and_is_not_heard_by_them(capfd):
    before, begun = set(multiprocessing.active_children()), []

    def interrupted():
        with pool.early_workers(1, 1):
            begun.extend(set(multiprocessing.active_children()) - before)
            os.kill(begun[0].pid, signal.SIGINT)  # a terminal sends it to all of them
            time.sleep(0.2)
            assert begun[0].is_alive()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not begun[0].is_alive()
    assert capfd.readouterr().err == ""


def test_no_more_workers_are_begun_than_there_can_be_jobs(monkeypatch):
    begun = []
    monkeypatch.setattr(pool, "_submit", lambda *_: begun.append(1))
    for asked, jobs, count in ((4, 2, 2), (2, 9, 2), (3, 0, 1)):
        begun.clear()
        with pool.early_workers(asked, jobs):
            assert len(begun) == count


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system tells no affinity")
def test_two_workers_for_three_processors_where_no_number_is_asked_for(monkeypatch):
    for processors, count in ((1, 1), (2, 1), (3, 2), (8, 5)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, n=processors: set(range(n)))
        assert pool.worker_count(None, 100) == count
    assert pool.worker_count(None, 3) == 3
    assert pool.worker_count(8, 100) == 8


class Given(pool.Stoppable):
    """An executor that others own."""

    stopped = 0

    def stop(self):
        self.stopped += 1


def test_what_still_writes_is_stopped_before_its_folder_is_cleared_and_only_then():
    given = Given()
    with pool.workers(1, 1, given) as running:
        assert running is given
    assert given.stopped == 0
    with pytest.raises(KeyboardInterrupt), pool.workers(1, 1, given):
        raise KeyboardInterrupt
    assert given.stopped == 1


class Broken(pool.Stoppable):
    """A pool that broke before it was given the second job, and loses the first one."""

    given = 0

    def submit(self, call, /, *arguments, **options):
        self.given += 1
        if self.given > 1:
            raise BrokenProcessPool("killed")
        lost: Future = Future()
        lost.set_exception(BrokenProcessPool("killed"))
        return lost


def test_jobs_that_a_broken_pool_does_not_take_are_made_as_those_that_it_lost(tmp_path, monkeypatch):
    jobs = [job(tmp_path / name) for name in "ab"]
    monkeypatch.setattr(pool, "_alone", lambda lost: Made(str(lost.workspace), 0.0))
    made = list(pool.made(jobs, Broken()))
    assert {one.department for one in made} == {str(one.workspace) for one in jobs}
