"""Packets on a Dask cluster: the bytes that they have here, whoever is killed, and nothing left behind."""

from __future__ import annotations

import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from cmreview.errors import InputError
from cmreview.packets import cluster, cluster_worker
from cmreview.packets.batch import Watch, default_notebook, make_packets, make_prepared
from cmreview.packets.cluster import scheduler_address
from cmreview.packets.cluster_worker import DoesNotFit, Needs, attempt
from cmreview.packets.forking.process import is_possible
from cmreview.packets.job import Made, State
from tests.packets.making import company, job, request, tree

NAMES = tuple(f"部门{number}" for number in range(1, 5))


@pytest.fixture(scope="module")
def dask(root):
    """A cluster of two worker processes on the loopback."""
    distributed = pytest.importorskip("distributed")
    import dask

    quiet = {"distributed.worker.daemon": False, "distributed.comm.timeouts.connect": "5s"}
    with (
        dask.config.set(quiet),
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=2,
            processes=True,
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs="CRITICAL",
            env={"PYTHONPATH": str(root)},
        ) as started,
    ):
        yield started


def address(dask) -> str:
    return dask.scheduler_address.replace("tcp://", "dask://")


def children(pid: int) -> set[int]:
    """The processes that ``pid`` started, and those that they did."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    found: set[int] = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def warm_parents(pids) -> set[int]:
    found = set()
    for pid in pids:
        try:
            if b"forking.parent" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.add(pid)
        except OSError:
            continue
    return found


@pytest.mark.skipif(not is_possible(), reason="processes are looked up in /proc")
def test_a_worker_that_is_killed_costs_nothing_and_leaves_nothing(dask, tmp_path, executor):
    """Killed in the middle of a packet: all are made, once, with the bytes that a run here gives."""
    wanted = request(tmp_path / "there", engine=None)
    seen, warm, others = [], set(), warm_parents(children(os.getpid()))

    def kill_one(entry):
        seen.append(entry.department)
        if len(seen) == 1:
            warm.update(warm_parents(children(os.getpid())) - others)
            os.kill(busy_worker(dask), signal.SIGKILL)

    with cluster.cluster(address(dask), wanted.target, default_notebook()) as there:
        run = make_prepared(company(*NAMES), wanted, Watch(done=kill_one), there)
        warm |= warm_parents(children(os.getpid())) - others
    assert {entry.state for entry in run.entries} == {State.OK}
    assert sorted(seen) == sorted(NAMES)
    assert len(warm) >= 2
    assert warm_parents(warm) == set()
    assert not [path for path in wanted.target.iterdir() if path.name.startswith(".")]
    make_prepared(company(*NAMES), request(tmp_path / "here", engine=None), executor=executor)
    assert tree(tmp_path / "there") == tree(tmp_path / "here")


def busy_worker(dask) -> int:
    """The process of a worker that is at a packet now."""
    for _ in range(200):
        for worker in dask.scheduler.workers.values():
            if worker.processing:
                return dask.workers[worker.name].pid
        time.sleep(0.05)
    raise AssertionError("no worker has anything to do")


@pytest.mark.skipif(not is_possible(), reason="processes are looked up in /proc")
def test_on_ctrl_c_what_runs_on_the_cluster_is_stopped_and_nothing_is_left(dask, tmp_path):
    wanted = request(tmp_path, engine=None)
    warm, others = set(), warm_parents(children(os.getpid()))

    def interrupt(_: object) -> None:
        warm.update(warm_parents(children(os.getpid())) - others)
        raise KeyboardInterrupt

    with (
        pytest.raises(KeyboardInterrupt),
        cluster.cluster(address(dask), wanted.target, default_notebook()) as there,
    ):
        make_prepared(company(*NAMES), wanted, Watch(done=interrupt), there)
    assert warm
    assert warm_parents(warm) == set()
    assert sorted(path.suffix for path in wanted.target.iterdir()) == ["", ".html", ".json"]


@pytest.mark.parametrize(
    "given",
    ["", "dask://", "dask://host", "dask://host:0", "dask://host:99999", "tcp://h:1", "dask://h:1/x", "h:1"],
)
def test_an_address_that_is_none_is_refused(given):
    with pytest.raises(InputError) as refused:
        scheduler_address(given)
    assert refused.value.code == "cluster.bad_address"


def test_an_address_is_told_to_dask_in_its_own_form():
    assert scheduler_address("dask://10.0.0.5:8786") == "tcp://10.0.0.5:8786"
    assert scheduler_address("dask://[::1]:8786/") == "tcp://[::1]:8786"


def refusal(tmp_path, given="dask://127.0.0.1:9") -> InputError:
    with pytest.raises(InputError) as refused:
        make_packets(request(tmp_path, engine=None, executor=given))
    assert not (tmp_path / "2025").exists()
    return refused.value


def test_a_missing_library_is_told_with_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    told = refusal(tmp_path)
    assert told.code == "cluster.no_library"
    assert "cmreview[cluster]" in told.mend("zh")


def test_a_scheduler_that_does_not_answer_is_told_soon(tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "SECONDS_TO_ANSWER", 0.5)
    told = refusal(tmp_path)
    assert told.code == "cluster.no_scheduler"
    assert "dask://127.0.0.1:9" in told.what("zh")


class Workers:
    """A client whose workers see and are what is given."""

    def __init__(self, **seen):
        self.seen = seen

    def run(self, *_: object, **__: object) -> dict:
        return self.seen


NEEDS = Needs("/shared/x", "sign", '{"cmreview": "1", "source": "a"}')


@pytest.mark.parametrize(
    ("seen", "code", "said"),
    [
        pytest.param((None, NEEDS.program), "not_shared", "/shared", id="another folder"),
        pytest.param(("other", NEEDS.program), "not_shared", "w2", id="another run's sign"),
        pytest.param(
            ("sign", '{"cmreview": "1", "source": "b"}'), "other_program", "source a ≠ b", id="other source"
        ),
        pytest.param(ModuleNotFoundError("cmreview"), "not_asked", "cmreview", id="no program"),
    ],
)
def test_a_worker_that_does_not_fit_is_refused_by_name(seen, code, said):
    good = ("sign", NEEDS.program)
    cluster._all_fit(Workers(w1=good), NEEDS, Path("/shared"))
    with pytest.raises(InputError) as refused:
        cluster._all_fit(Workers(w1=good, w2=seen), NEEDS, Path("/shared"))
    assert refused.value.code == f"cluster.{code}"
    assert said in refused.value.what("zh")
    assert "w2" in refused.value.what("en")
    assert "w1" not in refused.value.what("en")


@pytest.fixture
def needs(tmp_path) -> Needs:
    (tmp_path / cluster_worker.SIGN).write_text("sign")
    return Needs(str(tmp_path), "sign", cluster_worker.program())


class Here:
    """The thread of a worker, without a warm parent."""

    def thread(self) -> ThreadPoolExecutor:
        return self.pool

    def __init__(self, pool):
        self.pool = pool


@pytest.fixture
def here(monkeypatch):
    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(cluster_worker, "_place", Here(pool))
        yield


def writes(asked) -> Made:
    asked.made.mkdir()
    return Made(asked.department, 0.0)


@pytest.mark.usefixtures("here")
def test_two_attempts_at_a_job_never_meet(tmp_path, needs):
    asked = job(tmp_path / "job")
    folders = {asked.as_attempted(attempt(needs, writes, asked).attempt).made for _ in range(2)}
    assert len(folders) == 2
    assert all(folder.is_dir() and folder.parent.parent == asked.workspace for folder in folders)


@pytest.mark.usefixtures("here")
def test_an_attempt_that_comes_after_the_run_makes_no_folder(tmp_path, needs):
    asked = replace(job(tmp_path / "job"), workspace=tmp_path / "gone")
    with pytest.raises(FileNotFoundError):
        attempt(needs, writes, asked)
    assert not (tmp_path / "gone").exists()


@pytest.mark.parametrize("other", [{"sign": "other"}, {"program": "{}"}], ids=["folder", "program"])
def test_a_worker_that_comes_later_and_does_not_fit_makes_nothing(tmp_path, needs, other):
    asked = job(tmp_path / "job")
    with pytest.raises(DoesNotFit):
        attempt(replace(needs, **other), writes, asked)
    assert not list(asked.workspace.glob("attempt-*"))
