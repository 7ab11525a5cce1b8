"""A disk that fills up takes nothing of what a ledger acknowledged; a clock that goes back is told."""

from __future__ import annotations

import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from cmreview.cli import group
from cmreview.process.ledger.clock import set_back
from cmreview.process.ledger.ledger import Ledger
from tests.faults.ledgers import full_disks
from tests.process.drafts import NOW, draft

# SQLite tells a full disk apart from a file that it could not even make.
OF_A_DISK = {("ledger.disk_full",), ("ledger.read_only",)}


def test_a_full_disk_takes_nothing_that_was_acknowledged(tmp_path):
    found = list(full_disks(tmp_path, count=2, seed=7))
    if not found:
        pytest.skip("a file system may be mounted by root only")
    assert [trial for trial in found if trial.wrong] == []
    assert {trial.told for trial in found} <= OF_A_DISK


def test_what_is_acknowledged_was_written_through_to_the_disk(tmp_path):
    """SQLite's FULL: the log is on the disk before an append returns, so a power cut takes nothing of it."""
    with Ledger.open(tmp_path / "ledger.db", create=True) as ledger, ledger._database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"


def test_a_backup_is_on_the_disk_before_it_has_its_name_and_then_the_name(tmp_path, monkeypatch):
    steps = []
    synced, renamed = os.fsync, Path.replace

    def fsync(file):
        steps.append("folder" if stat.S_ISDIR(os.fstat(file).st_mode) else "file")
        synced(file)

    def replace(path, target):
        steps.append("name")
        return renamed(path, target)

    with Ledger.open(tmp_path / "ledger.db", create=True) as ledger:
        ledger.append([draft()], NOW)
        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(Path, "replace", replace)
        ledger.export(tmp_path / "copy.jsonl")
    assert steps == ["file", "name", "folder"]


@pytest.fixture
def behind(tmp_path):
    """A ledger whose second and third event were recorded by a clock that was an hour behind."""
    path = tmp_path / "ledger.db"
    with Ledger.open(path, create=True) as ledger:
        for minutes in (0, -60, -30, 5):
            ledger.append([draft()], NOW + timedelta(minutes=minutes))
    return path


def test_events_of_a_clock_that_was_set_back_are_named_with_the_latest_before_them(behind):
    with Ledger.open(behind) as ledger:
        assert ledger.verify() == ()
        found = [(event.number, before.number) for event, before in set_back(ledger.events())]
    assert found == [(2, 1), (3, 1)]


def test_a_clock_that_never_went_back_is_not_spoken_of(tmp_path):
    with Ledger.open(tmp_path / "ledger.db", create=True) as ledger:
        ledger.append([draft(), draft()], NOW)  # at the very same moment
        ledger.append([draft()], NOW + timedelta(seconds=1))
        assert list(set_back(ledger.events())) == []


@pytest.mark.parametrize(
    ("lang", "said"),
    [("zh", "有 2 条记录的时间早于在它之前的记录"), ("en", "2 events bear an earlier time than an event")],
)
def test_verify_tells_of_the_clock(behind, lang, said):
    done = CliRunner().invoke(group, ["ledger", "verify", "--ledger", str(behind), "--lang", lang])
    assert said in done.output
    assert "2025-12-01 08:30:00+08:00" in done.output
