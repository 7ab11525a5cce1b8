"""One run at a time in a year's outputs, whoever dies with the lock in hand."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from cmreview.errors import PacketError
from cmreview.packets import batch, lock
from cmreview.packets.batch import make_prepared
from tests.packets.making import company, request

HOLDS = """
import sys, time
from pathlib import Path
from cmreview.packets import lock
with lock.held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(300)
"""


@pytest.fixture
def holder(tmp_path, root):
    """Another process that holds the folder ``year``."""
    started = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path / "year")], stdout=subprocess.PIPE, text=True, cwd=root
    )
    assert started.stdout.readline() == "held\n"
    yield started
    started.kill()
    started.communicate()


def test_a_second_run_is_refused_and_told_who_holds_the_folder(tmp_path, holder):
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(PacketError) as refused, lock.held(tmp_path / "year"):
        raise AssertionError("two hold it")
    assert refused.value.code == "outputs.held"
    assert f"进程 {holder.pid}" in refused.value.what("zh")
    assert f"process {holder.pid}" in refused.value.what("en")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_holder_that_is_killed_holds_nobody_up(tmp_path, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert (tmp_path / "year" / lock.NAME).is_file()
    with lock.held(tmp_path / "year"):
        assert (tmp_path / "year" / lock.NAME).read_text() == f"{os.getpid()}\n"
    assert list((tmp_path / "year").iterdir()) == []


def test_the_lock_is_free_after_an_error_and_a_folder_that_was_there_stays(tmp_path):
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt), lock.held(tmp_path):
            raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []
    with lock.held(tmp_path / "a/b"):
        pass
    assert list(tmp_path.iterdir()) == []  # what came to nothing leaves nothing
    with lock.held(tmp_path / "a/b"):
        (tmp_path / "a/b/kept").touch()
    assert [path.name for path in (tmp_path / "a/b").iterdir()] == ["kept"]


def test_a_lock_that_was_removed_while_we_waited_for_it_is_not_taken_for_ours(tmp_path, monkeypatch):
    really, taken = lock._lock, []

    def removed_first(file):
        if not taken:
            (tmp_path / lock.NAME).unlink()  # by whoever held it, as the last thing that they do
        taken.append(file)
        return really(file)

    monkeypatch.setattr(lock, "_lock", removed_first)
    with lock.held(tmp_path):
        assert len(taken) == 2
        assert (tmp_path / lock.NAME).is_file()


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="this system follows links")
def test_a_link_in_the_place_of_the_lock_spoils_no_file_elsewhere(tmp_path):
    (tmp_path / "precious").write_text("kept")
    (tmp_path / "year").mkdir()
    (tmp_path / "year" / lock.NAME).symlink_to(tmp_path / "precious")
    with pytest.raises(PacketError) as refused, lock.held(tmp_path / "year"):
        raise AssertionError("it was taken")
    assert refused.value.code == "cli_packets.error.no_outputs"
    assert (tmp_path / "precious").read_text() == "kept"


@pytest.mark.parametrize(
    "run",
    [lambda wanted: batch.make_packets(wanted), lambda wanted: make_prepared(company("一部"), wanted)],
    ids=["make_packets", "make_prepared"],
)
def test_a_run_is_refused_before_it_reads_or_writes_anything(tmp_path, holder, run):
    wanted = request(tmp_path)
    wanted.outputs.joinpath("year").rename(wanted.target)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    with pytest.raises(PacketError) as refused:
        run(wanted)
    assert refused.value.code == "outputs.held"
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
