"""What is made once for all workers."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from tests import made


def make(folder: Path) -> None:
    """Leave a trace of every making beside the folder, and take long enough to be met at it."""
    with (folder.parent / "makings").open("a") as trace:
        trace.write("made\n")
    multiprocessing.Event().wait(0.2)
    (folder / "file").write_text("whole")


def ask(shared: Path) -> None:
    made.shared = shared
    assert (made.folder("it", make) / "file").read_text() == "whole"


@pytest.mark.skipif(made.fcntl is None, reason="without such locks each worker makes its own")
def test_who_comes_meanwhile_waits_for_the_one_that_is_making(tmp_path):
    context = multiprocessing.get_context("forkserver")
    workers = [context.Process(target=ask, args=(tmp_path,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert (tmp_path / "makings").read_text() == "made\n"


def test_a_value_is_made_once_and_comes_back_equal(tmp_path, monkeypatch):
    monkeypatch.setattr(made, "shared", tmp_path)
    asked = []

    def value() -> tuple[int, ...]:
        asked.append(1)
        return (1, 2)

    assert made.value("pair", value) == made.value("pair", value) == (1, 2)
    assert len(asked) == 1


def test_a_making_that_fails_leaves_nothing_that_another_would_take(tmp_path, monkeypatch):
    monkeypatch.setattr(made, "shared", tmp_path)

    def fails(folder: Path) -> None:
        (folder / "half").touch()
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        made.folder("it", fails)
    assert (made.folder("it", make) / "file").is_file()
    assert not (made.folder("it", make) / "half").exists()
