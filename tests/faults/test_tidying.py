"""What can't be tidied up, or was left by a killed run, stops nobody, and is gone after a later run."""

from __future__ import annotations

from concurrent.futures.process import BrokenProcessPool

import pytest

from cmreview.packets import pool, publish


def test_a_worker_that_is_killed_while_others_are_begun_stops_nobody(monkeypatch):
    def killed(*_: object) -> None:
        raise BrokenProcessPool("killed")

    monkeypatch.setattr(pool, "_submit", killed)
    with pool.early_workers(2, 2) as running:
        assert running is not None


def test_an_old_explanation_that_can_not_be_removed_is_left_to_the_next_run(tmp_path):
    (tmp_path / "一部.txt").mkdir()  # as good as a file that another program holds
    (tmp_path / "一部.ipynb").touch()
    publish.forget_failed(tmp_path, "一部")
    assert [path.name for path in tmp_path.iterdir()] == ["一部.txt"]
    (tmp_path / "一部.txt").rmdir()
    publish.forget_failed(tmp_path, "一部")
    assert not tmp_path.exists()


@pytest.mark.skipif(not hasattr(publish, "fcntl"), reason="this system locks no folder")
def test_a_workspace_in_use_is_left_alone_and_one_that_was_left_is_cleared(tmp_path):
    (tmp_path / ".making-left/made").mkdir(parents=True)
    with publish.workspace(tmp_path) as own:
        assert list(tmp_path.iterdir()) == [own]
        publish.clear_left(tmp_path)
        with publish.workspace(tmp_path) as other:
            assert own.is_dir()
            assert own != other
    assert list(tmp_path.iterdir()) == []
