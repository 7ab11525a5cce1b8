"""A backup is the whole ledger at one moment, and comes back byte for byte or not at all."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmreview.errors import LedgerError
from cmreview.process.ledger import copy as ledger_copy
from cmreview.process.ledger.chain import origin
from cmreview.process.ledger.ledger import Head, Ledger, restore
from tests.process.databases import KINDS, stored, unguarded
from tests.process.drafts import EVERY_PAYLOAD, NOW, draft


@pytest.fixture
def ledger(location) -> Iterator[Ledger]:
    with Ledger.open(location, create=True) as opened:
        opened.append([draft(payload, reason="理由\u2028\\ud800") for payload in EVERY_PAYLOAD], NOW)
        yield opened


@pytest.fixture(scope="module")
def backup(tmp_path_factory) -> Path:
    """A backup that a test may copy from."""
    folder = tmp_path_factory.mktemp("backup")
    with Ledger.open(folder / "ledger.db", create=True) as ledger:
        ledger.append([draft(payload) for payload in EVERY_PAYLOAD[:3]], NOW)
        ledger.export(folder / "ledger.jsonl")
    return folder / "ledger.jsonl"


@pytest.mark.parametrize("to", KINDS)
def test_a_backup_comes_back_equal_on_either_database(ledger, location, places, to, tmp_path):
    copy = tmp_path / "copy.jsonl"
    assert ledger.export(copy) == ledger.head()
    elsewhere = places(to)
    assert restore(copy, elsewhere) == ledger.head()
    assert stored(elsewhere) == stored(location)
    with Ledger.open(elsewhere) as restored:
        assert restored.events() == ledger.events()
        assert restored.verify(ledger.head().hash) == ()
        assert b"".join(restored.export_lines()) == copy.read_bytes()
        restored.append([draft()], NOW)
        assert restored.verify() == ()


def test_a_restored_ledger_is_guarded_like_any_other(ledger, places, kind, tmp_path):
    ledger.export(tmp_path / "copy.jsonl")
    elsewhere = places(kind)
    restore(tmp_path / "copy.jsonl", elsewhere)
    engine = sa.create_engine(
        elsewhere if kind == "postgresql" else f"sqlite:///{elsewhere}", poolclass=sa.NullPool
    )
    for statement in ("DELETE FROM ledger_event", "UPDATE ledger_head SET number = 0"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
            connection.exec_driver_sql(statement)


def test_an_empty_ledger_has_a_backup_too(location, places, kind, tmp_path):
    with Ledger.open(location, create=True) as empty:
        head = empty.export(tmp_path / "copy.jsonl")
    assert head == Head(head.ledger_id, 0, origin(head.ledger_id))
    assert restore(tmp_path / "copy.jsonl", places(kind)) == head


def test_the_same_ledger_gives_the_same_bytes_and_a_person_can_read_them(ledger):
    lines = list(ledger.export_lines())
    assert lines == list(ledger.export_lines())
    header, first, *_ = [json.loads(line) for line in lines]
    head = ledger.head()
    assert header == {
        "format": "cmreview-ledger",
        "version": 1,
        "ledger": head.ledger_id,
        "number": len(EVERY_PAYLOAD),
        "hash": head.hash,
    }
    assert (first["number"], first["actor"], first["kind"]) == (1, "秘书甲", "applied")
    assert len(lines) == len(EVERY_PAYLOAD) + 1


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(min_value=0), byte=st.integers(0, 255))
def test_any_changed_byte_of_a_backup_is_refused(backup, tmp_path, place, byte):
    raw = bytearray(backup.read_bytes())
    place %= len(raw)
    raw[place] = byte if byte != raw[place] else byte ^ 1
    assert_refused(bytes(raw), tmp_path)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(min_value=0))
def test_a_backup_that_was_cut_off_anywhere_is_refused(backup, tmp_path, cut):
    raw = backup.read_bytes()
    assert_refused(raw[: cut % len(raw)], tmp_path)


def test_every_single_byte_counts(backup, tmp_path):
    """Each byte of the file once, not only those that chance picks."""
    raw = backup.read_bytes()
    copy = tmp_path / "altered.jsonl"
    for place in range(len(raw)):
        copy.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        with pytest.raises(LedgerError):
            ledger_copy.read(copy)


@pytest.mark.parametrize(
    "alter",
    [
        lambda lines: [*lines, b"\n"],
        lambda lines: [*lines, lines[-1]],
        lambda lines: lines[:-1],
        lambda lines: [lines[0], lines[2], lines[1], *lines[3:]],
        lambda lines: lines[1:],
        lambda lines: [lines[0]],
        lambda lines: [],
        lambda lines: [line.replace(b"\n", b"\r\n") for line in lines],
        lambda lines: [b"\xef\xbb\xbf" + lines[0], *lines[1:]],
        lambda lines: [lines[0].replace(b",", b", ", 1), *lines[1:]],
        lambda lines: [b"[" * 200_000 + b"\n"],
        lambda lines: [b"{}\n", *lines[1:]],
        lambda lines: [b"5\n", *lines[1:]],
        lambda lines: [lines[0].replace(b'"version":1', b'"version":"1"'), *lines[1:]],
        lambda lines: [lines[0].replace(b'"number":3', b'"number":null'), *lines[1:]],
    ],
    ids=[
        "blank line",
        "line twice",
        "last line gone",
        "swapped",
        "no header",
        "header only",
        "empty",
        "saved by Windows",
        "byte order mark",
        "blank put in",
        "nested without end",
        "no keys",
        "number",
        "version as text",
        "no number",
    ],
)
def test_an_edited_backup_is_refused(backup, tmp_path, alter):
    lines = backup.read_bytes().splitlines(keepends=True)
    assert alter(lines) != lines
    assert_refused(b"".join(alter(lines)), tmp_path)


def test_a_backup_of_a_newer_version_says_so(backup, tmp_path):
    copy = tmp_path / "newer.jsonl"
    copy.write_bytes(backup.read_bytes().replace(b'"version":1', b'"version":3'))
    with pytest.raises(LedgerError) as refused:
        restore(copy, tmp_path / "restored.db")
    assert refused.value.code == "ledger.newer_format"


def test_a_backup_goes_only_where_nothing_was_recorded(ledger, location, backup):
    before = stored(location)
    with pytest.raises(LedgerError) as refused:
        restore(backup, location)
    assert refused.value.code == "ledger.not_empty"
    assert stored(location) == before


def test_an_empty_ledger_takes_a_backup(location, backup):
    with Ledger.open(location, create=True) as empty:
        old = empty.head()
    head = restore(backup, location)
    assert head.ledger_id != old.ledger_id
    with Ledger.open(location) as restored:
        assert restored.head() == head
        assert restored.verify() == ()


def test_a_restore_that_breaks_off_leaves_the_place_as_it_was(location, backup, monkeypatch):
    with Ledger.open(location, create=True) as empty:
        old = empty.head()
    monkeypatch.setattr("cmreview.process.ledger.tables.rows", lambda *_, **__: [])
    with pytest.raises(LedgerError) as refused:
        restore(backup, location)
    assert refused.value.code == "ledger.restored_otherwise"
    monkeypatch.undo()
    with Ledger.open(location) as still_empty:
        assert still_empty.head() == old
    assert restore(backup, location).number == 3


def test_a_broken_ledger_gives_no_backup(ledger, location, tmp_path):
    with unguarded(location) as connection:
        connection.execute(sa.text("UPDATE ledger_event SET content = '{}' WHERE number = 2"))
    with pytest.raises(LedgerError) as refused:
        ledger.export(tmp_path / "copy.jsonl")
    assert refused.value.code == "ledger.broken"
    assert not (tmp_path / "copy.jsonl").exists()


def test_a_backup_overwrites_nothing(ledger, tmp_path):
    copy = tmp_path / "copy.jsonl"
    ledger.export(copy)
    before = copy.read_bytes()
    ledger.append([draft()], NOW)
    with pytest.raises(LedgerError) as refused:
        ledger.export(copy)
    assert refused.value.code == "ledger.copy_exists"
    assert copy.read_bytes() == before


@pytest.mark.parametrize("name", ["nowhere/copy.jsonl", "x" * 300])
def test_a_backup_that_can_not_be_written_leaves_no_half_of_it(ledger, tmp_path, name):
    before = {path.name for path in tmp_path.iterdir()}
    with pytest.raises(LedgerError) as refused:
        ledger.export(tmp_path / name)
    assert refused.value.code == "ledger.copy_not_written"
    assert {path.name for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize(("name", "code"), [("nothing", "copy_missing"), (".", "copy_not_read")])
def test_a_backup_that_can_not_be_read_is_told(tmp_path, name, code):
    with pytest.raises(LedgerError) as refused:
        restore(tmp_path / name, tmp_path / "restored.db")
    assert refused.value.code == f"ledger.{code}"
    assert not (tmp_path / "restored.db").exists()


def test_a_backup_taken_while_others_write_is_of_one_moment(ledger, location, places, kind, tmp_path):
    stop = threading.Event()

    def write() -> None:
        with Ledger.open(location) as writer:
            while not stop.is_set():
                writer.append([draft(), draft()], NOW)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        heads = []
        while len(heads) < 5 or heads[-1].number == heads[0].number:
            heads.append(ledger.export(tmp_path / f"{len(heads)}.jsonl"))
    finally:
        stop.set()
        thread.join()
    for number, head in enumerate(heads):
        assert ledger_copy.read(tmp_path / f"{number}.jsonl")[0] == head
        assert (head.number - len(EVERY_PAYLOAD)) % 2 == 0, "half of a batch"


def assert_refused(raw: bytes, folder: Path) -> None:
    """No byte of it is restored."""
    copy = folder / "altered.jsonl"
    copy.write_bytes(raw)
    with pytest.raises(LedgerError) as refused:
        restore(copy, folder / "restored.db")
    assert "{" not in refused.value.what("zh") + refused.value.what("en")
    assert not (folder / "restored.db").exists()
