"""Workers with their warm parents: packets as by ordinary kernels, and nothing that outlives the run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cmreview.packets import pool
from cmreview.packets.batch import make_prepared
from cmreview.packets.forking.process import FORKED, KERNEL, is_possible
from cmreview.packets.job import State
from tests.packets.making import company, job, notebook, request, tree

pytestmark = pytest.mark.skipif(not is_possible(), reason="this system has no safe fork")


def test_packets_are_the_same_bytes_whatever_runs_their_cells(tmp_path):
    prepared = company("销售一部", "销售二部", "销售三部")
    with pool.workers(2, 3) as workers:  # the same for both: what a job asks for is what runs its cells
        for name, engine in (("kernel", KERNEL), ("forked", None)):
            run = make_prepared(prepared, request(tmp_path / name, engine=engine), executor=workers)
            assert {entry.state for entry in run.entries} == {State.OK}
    assert tree(tmp_path / "forked") == tree(tmp_path / "kernel")
    assert len(tree(tmp_path / "forked")) == 10


def test_the_longest_are_begun_first(tmp_path):
    jobs = []
    for number, size in enumerate((5, 500, 50)):
        made = job(tmp_path / str(number))
        made.review_file.write_text("x" * size)
        jobs.append(made)
    assert [len(made.review_file.read_text()) for made in pool._longest_first(jobs)] == [500, 50, 5]


RUNS = """
import sys
from pathlib import Path
from cmreview.packets.batch import make_prepared
from tests.packets.making import company, request

if __name__ == "__main__":
    wanted = request(Path(sys.argv[1]), engine=None, jobs=2, notebook=Path(sys.argv[2]))
    make_prepared(company("一部", "二部"), wanted)
"""
STARTS = (
    "import os, pathlib, subprocess, time, uuid\n"
    "started = subprocess.Popen(['sleep', '300'])\n"
    "warm = os.getppid()\n"
    "worker = int(pathlib.Path(f'/proc/{warm}/stat').read_text().rsplit(')', 1)[1].split()[1])\n"
    "told = pathlib.Path(os.environ['CMREVIEW_PIDS']) / uuid.uuid4().hex\n"
    "told.write_text(f'{os.getpid()} {started.pid} {warm} {worker} .')\n"
    "time.sleep(300)"
)


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT], ids=lambda sign: sign.name)
def test_nothing_outlives_a_run_that_is_ended(tmp_path, root, sign):
    told, temporary = tmp_path / "told", tmp_path / "temporary"
    told.mkdir()
    temporary.mkdir()
    script = tmp_path / "runs.py"
    script.write_text(RUNS, "utf-8")
    source = notebook(tmp_path / "n.ipynb", ("等待 · Waiting", STARTS))
    with subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "outputs"), str(source)],
        env={**os.environ, "CMREVIEW_PIDS": str(told), "TMPDIR": str(temporary), "PYTHONPATH": str(root)},
        stderr=subprocess.PIPE,
        text=True,
    ) as runner:
        try:
            pids = waited_for(told, 2)
            runner.send_signal(sign)
            _, said = runner.communicate(timeout=60)
        finally:
            runner.kill()
    assert runner.returncode != 0
    assert len(set(pids)) == 8
    assert all(map(is_gone, pids))
    assert list(temporary.iterdir()) == []
    if sign is signal.SIGINT:
        assert not list((tmp_path / "outputs/2025").glob(".making-*"))
        assert said.count("Traceback") == 1, said  # ours, and nothing from workers, parents or children


def waited_for(folder: Path, count: int) -> list[int]:
    for _ in range(1200):
        texts = [path.read_text("utf-8") for path in folder.iterdir()]
        if sum(text.endswith(".") for text in texts) == count:
            return [int(pid) for text in texts for pid in text.split()[:-1]]
        time.sleep(0.05)
    raise AssertionError("the notebooks did not start")


def is_gone(pid: int) -> bool:
    for _ in range(400):
        if not Path(f"/proc/{pid}").exists():
            return True
        time.sleep(0.05)
    return False


def test_a_worker_that_is_killed_takes_its_warm_parent_and_child_along(tmp_path, monkeypatch):
    told = tmp_path / "told"
    told.mkdir()
    monkeypatch.setenv("CMREVIEW_PIDS", str(told))
    source = notebook(
        tmp_path / "n.ipynb",
        ("试验 · Trial", STARTS.replace("time.sleep(300)", "os.kill(worker, 9)\ntime.sleep(300)")),
    )
    run = make_prepared(company("一部"), request(tmp_path / "o", engine=FORKED, jobs=1, notebook=source))
    assert run.entries[0].reason == "program"
    pids = waited_for(told, 2)  # a job that was lost is tried once more by itself
    assert all(map(is_gone, pids))
