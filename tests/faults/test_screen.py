"""Output that goes to a full disk is told in words, as everything else is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize(("lang", "said"), [("zh", "请检查磁盘空间"), ("en", "Look at free space")])
def test_a_list_that_a_full_disk_cuts_off_ends_in_two_sentences(lang, said):
    with FULL.open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cmreview", "policy", "--year", "2025", "--lang", lang],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            check=False,
        )
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 2, done.stderr
