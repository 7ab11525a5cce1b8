"""Whatever strikes a run at any of its file operations, earlier packets stand and the next run heals."""

from __future__ import annotations

import errno
import os
import re
import sys

import pytest

from cmreview.packets import failure
from tests.faults.driven import trials
from tests.packets.making import job

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the driver forks, and looks into /proc")

KINDS = ("kill", "full", "io", "two", "read-only", "tmpfs", "operations")
EACH = 2
# What a run may say when the disk gives out; anything else would be an error that nobody can act on.
OF_A_DISK = {
    "cli_packets.error.no_outputs",
    "cli_packets.error.not_written",
    "cli_packets.error.not_published",
    "cli_packets.failed.disk",
    "cli_packets.failed.unwritten",
    "cli_packets.error.not_published.what",
    "ok",
}


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    """Each kind of fault at a few moments, the same at every run."""
    found: dict[str, list] = {kind: [] for kind in KINDS}
    names = {"two at once": "two"}
    for trial in trials(tmp_path_factory.mktemp("faults"), ",".join(KINDS), EACH, seed=7):
        found[names.get(trial.kind, trial.kind)].append(trial)
    return found


@pytest.mark.parametrize("kind", ["kill", "full", "io", "two", "read-only", "tmpfs"])
def test_what_was_there_stands_and_the_next_run_heals(tried, kind):
    if kind in ("read-only", "tmpfs") and not tried[kind]:
        pytest.skip("a file system may be mounted by root only")
    assert tried[kind]
    assert [trial for trial in tried[kind] if trial.wrong] == []


def test_a_killed_run_was_killed(tried):
    assert {trial.told for trial in tried["kill"]} == {("killed by 9",)}


@pytest.mark.parametrize("kind", ["full", "io", "tmpfs"])
def test_a_disk_that_gives_out_is_told_in_words(tried, kind):
    told = {code for trial in tried[kind] for code in trial.told}
    assert told <= OF_A_DISK


@pytest.mark.parametrize(
    ("number", "key"),
    [(errno.EIO, "unwritten"), (errno.EROFS, "unwritten"), (errno.ENOSPC, "disk"), (errno.ENOENT, "program")],
)
def test_a_disk_that_gives_out_in_a_worker_is_no_fault_of_the_program(tmp_path, number, key):
    """Else whoever maintains the program is asked about a disk."""
    told = failure.told(job(tmp_path), OSError(number, os.strerror(number), "x"))
    assert (told.what.key, told.mend.key) == (f"cli_packets.failed.{key}", f"cli_packets.mend.{key}")
    for lang in ("zh", "en"):
        assert "{" not in failure.explanation(told, "一部", lang)


def test_a_second_run_is_refused_and_changes_nothing(tried):
    assert {trial.told for trial in tried["two"]} == {("outputs.held",)}


def test_data_are_on_the_disk_before_their_name_and_the_name_before_anything_goes_on(tried):
    """The order that survives a power cut: file, folder, renaming, the folder that holds the name."""
    steps = [re.sub(r"\.making-\w+", "W", trial.at) for trial in tried["operations"]]
    for number, name in enumerate(("一部", "二部")):
        made = f"/2025/W/{number}/made"
        renamed = steps.index(f"os.rename {made} /2025/{name}")
        for ending in ("html", "ipynb", "xlsx"):
            last = max(i for i, step in enumerate(steps) if step == f"open {made}/{name}.{ending}")
            assert last < steps.index(f"os.fsync {made}/{name}.{ending}") < steps.index(f"os.fsync {made}")
        assert steps.index(f"os.fsync {made}") < renamed
        assert steps[renamed + 1] == "os.fsync /2025"
    for name in ("index.html", "run.json"):
        renamed = steps.index(f"os.rename /2025/.{name}.part /2025/{name}")
        assert steps[renamed - 2 : renamed] == [f"open /2025/.{name}.part", f"os.fsync /2025/.{name}.part"]
        assert steps[renamed + 1] == "os.fsync /2025"
