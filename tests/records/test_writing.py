"""A file that we write is whole under its name or not there, also after a power cut; nothing is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cmreview.errors import FileError, LedgerError
from cmreview.process.ledger.ledger import Ledger
from cmreview.records.writing import becoming, write_whole
from tests.process.drafts import NOW, draft

# Begins a file, and is killed before it is whole.
KILLED = """
import os, signal, sys
from pathlib import Path
from cmreview.records.writing import becoming
with becoming(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="this system names no open file")
def test_data_are_on_the_disk_before_their_name_and_the_name_before_the_next_file(tmp_path, monkeypatch):
    """So that a power cut leaves the old file or the new one, and a new folder with it."""
    steps, synced, renamed = [], os.fsync, Path.replace

    def fsync(file):
        at = Path(f"/proc/self/fd/{file}").readlink()
        steps.append("data" if at.name.endswith(".unfinished") else f"names of {at.name}")
        synced(file)

    def replace(path, target):
        steps.append(f"is {target.name}")
        return renamed(path, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    write_whole(tmp_path / "2025" / "letters" / "a.docx", b"whole")
    write_whole(tmp_path / "2025" / "letters" / "b.docx", b"whole")
    assert steps == [
        *("data", "is a.docx", "names of letters", "names of 2025", f"names of {tmp_path.name}"),
        *("data", "is b.docx", "names of letters"),
    ]


def test_a_file_that_can_not_be_finished_leaves_the_earlier_one_and_nothing_else(tmp_path):
    path = tmp_path / "a.docx"
    write_whole(path, b"earlier")
    with pytest.raises(ValueError, match="closed file"), becoming(path) as file:
        file.close()  # as good as any trouble in the middle
    assert (names(tmp_path), path.read_bytes()) == (["a.docx"], b"earlier")


def test_a_place_that_can_not_be_written_is_told(tmp_path):
    (tmp_path / "a").touch()
    with pytest.raises(FileError) as told:
        write_whole(tmp_path / "a" / "b.docx", b"")
    assert told.value.code == "template.cant_write"


@pytest.mark.skipif(sys.platform == "win32", reason="nobody is killed by signal there")
def test_what_a_killed_writer_left_is_gone_after_the_next_one(tmp_path):
    """It may hold a person's letter, or a ledger's events."""
    for target in ("a.docx", "copy.jsonl"):
        done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / target)], check=False)
        assert done.returncode == -signal.SIGKILL
    (left,) = names(tmp_path)  # the second writer removed what the first one left
    assert left.endswith(".unfinished")
    (tmp_path / "records").mkdir()
    with Ledger.open(tmp_path / "records" / "ledger.db", create=True) as ledger:
        ledger.append([draft()], NOW)
        ledger.export(tmp_path / "copy.jsonl")
        assert names(tmp_path) == ["copy.jsonl", "records"]
        with pytest.raises(LedgerError):
            ledger.export(tmp_path / "copy.jsonl")


def test_what_another_one_still_writes_is_left_alone(tmp_path):
    (tmp_path / ".mine.unfinished").touch()  # not of a name that we give
    with becoming(tmp_path / "a.docx") as file:
        file.write(b"slow")
        write_whole(tmp_path / "b.docx", b"fast")
    assert names(tmp_path) == [".mine.unfinished", "a.docx", "b.docx"]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="this system names no open file")
def test_of_many_files_the_names_are_waited_for_once(tmp_path, monkeypatch):
    synced, really = [], os.fsync

    def fsync(file):
        synced.append(Path(f"/proc/self/fd/{file}").readlink() == tmp_path)
        really(file)

    monkeypatch.setattr(os, "fsync", fsync)
    for name in "abc":
        write_whole(tmp_path / name, b"", one_of_many=True)
    assert synced == [False] * 3  # their data
