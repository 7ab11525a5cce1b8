"""A file of records that is changed while it is read: what is used is what was hashed, and the run knows."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from cmreview.policy.load import default_folder, load_sound_policy
from cmreview.records.opening import open_records
from cmreview.review.case import expectations
from tests.packets.small import small_company, write_tables


@pytest.mark.parametrize("part", [1.0, 0.5], ids=["replaced", "half written"])
def test_what_is_used_of_a_file_that_changes_is_what_was_hashed(tmp_path, monkeypatch, part):
    """Somebody saves the contracts anew in the very moment after, or halfway while, they are read."""
    tables = small_company()
    write_tables(tmp_path, tables)
    changing = tmp_path / "合同.csv"
    whole = changing.read_bytes()
    really, read = Path.read_bytes, []

    def read_bytes(path: Path) -> bytes:
        if path.name != changing.name:
            return really(path)
        raw = really(path)[: int(len(whole) * part)]
        read.append(raw)
        path.write_bytes(whole.replace(b",200000,", b",990000,"))
        return raw

    policy = load_sound_policy(default_folder(), 2025)
    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    records = open_records(tmp_path, expectations=expectations(policy))
    assert len(read) == 1, "a file that is read twice may be two files"
    (source,) = [source for source in records.sources if source.file == changing.name]
    assert source.sha256 == hashlib.sha256(read[0]).hexdigest()
    amounts = {str(amount) for amount in records.tables["contracts"]["amount"]}
    assert not any(amount.startswith("990000") for amount in amounts)
    assert any(amount.startswith("200000") for amount in amounts)
