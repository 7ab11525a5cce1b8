"""Ledger files and backups that mean harm."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

from cmreview.errors import CmreviewError
from cmreview.process.ledger.ledger import Ledger, restore
from tests.hostile.attack import Attack
from tests.process.drafts import EVERY_PAYLOAD, NOW, draft

ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT"
TABLES = ("ledger_event", "ledger_head")


def meet(path: Path) -> tuple[str, ...]:
    """Open the file, read it, verify it and record a step."""
    try:
        with Ledger.open(path) as ledger:
            faults = ledger.verify()
            if faults:
                return tuple(dict.fromkeys(fault.code for fault in faults))
            ledger.events()
            ledger.append([draft()], NOW)
            return tuple(dict.fromkeys(fault.code for fault in ledger.verify()))
    except CmreviewError as error:
        return (_told(error),)


def meet_backup(path: Path) -> tuple[str, ...]:
    """Put the backup into a new place."""
    try:
        restore(path, path.with_name("restored.db"))
    except CmreviewError as error:
        return (_told(error),)
    return ()


def _told(error: CmreviewError) -> str:
    for lang in ("zh", "en"):
        error.what(lang)
    return error.code


def poisoned(*statements: str) -> Callable[[Path], Path]:
    """A ledger of three events on which somebody has run these statements."""

    def write(folder: Path) -> Path:
        path = whole(folder)
        with sqlite3.connect(path) as database:
            for statement in statements:
                database.execute(statement)
        database.close()
        return path

    return write


def whole(folder: Path) -> Path:
    """A ledger of three events."""
    path = folder / "ledger.db"
    with Ledger.open(path, create=True) as ledger:
        ledger.append([draft(payload) for payload in EVERY_PAYLOAD[:3]], NOW)
    return path


def bytes_of(make: Callable[[bytes], bytes], name: str = "ledger.db") -> Callable[[Path], Path]:
    """A ledger's file, changed."""

    def write(folder: Path) -> Path:
        path = whole(folder)
        changed = folder / name
        changed.write_bytes(make(path.read_bytes()))
        return changed

    return write


def backup(make: Callable[[bytes], bytes]) -> Callable[[Path], Path]:
    """A backup, changed."""

    def write(folder: Path) -> Path:
        with Ledger.open(whole(folder)) as ledger:
            raw = b"".join(ledger.export_lines())
        path = folder / "backup.jsonl"
        path.write_bytes(make(raw))
        return path

    return write


def _dropped(table: str) -> list[str]:
    return ["PRAGMA foreign_keys = OFF", f"DROP TABLE {table}"]


def _attacks() -> Iterable[Attack]:
    def met(name: str, make: Callable[[Path], Path], *codes: str) -> Attack:
        return Attack("ledger", name, make, meet, tuple(f"ledger.{code}" for code in codes))

    texts = ", ".join(
        f"'x' {name}" for name in ("case_id", "kind", "actor", "at", "content", "content_sha256")
    )
    names = f"number, {texts}, NULL corrects"
    endless = f"CREATE VIEW ledger_event AS {ENDLESS} n {names}, 'x' previous, 'x' hash FROM r"
    yield met(
        "a view without end instead of the events", poisoned(*_dropped("ledger_event"), endless), "foreign"
    )
    wrong = "CREATE TRIGGER x AFTER INSERT ON ledger_event BEGIN UPDATE ledger_head SET hash = ''; END"
    yield met("a trigger that writes beside what is recorded", poisoned(wrong), "foreign")
    loop = (
        f"CREATE TRIGGER x AFTER INSERT ON ledger_event WHEN ({ENDLESS} count(*) FROM r) BEGIN SELECT 1; END"
    )
    yield met("a trigger without end", poisoned(loop), "foreign")
    other = "DROP TRIGGER ledger_event_kept"
    fake = "CREATE TRIGGER ledger_event_kept BEFORE UPDATE ON ledger_event BEGIN SELECT 1; END"
    yield met("a guard that guards nothing", poisoned(other, fake), "foreign")
    virtual = "CREATE VIRTUAL TABLE x USING fts5(y)"
    yield met("a virtual table", poisoned(virtual), "foreign")
    computed = "ALTER TABLE ledger_event ADD COLUMN x AS (zeroblob(900000000))"
    yield met("a computed column of a gigabyte", poisoned(computed), "foreign")
    guard = "DROP TRIGGER ledger_event_kept"
    huge = "UPDATE ledger_event SET content = zeroblob(90000000) WHERE number = 2"
    yield met("a cell of 90 MB", poisoned(guard, huge), "fault.damaged_file")
    altered = "UPDATE ledger_event SET actor = 'x' WHERE number = 2"
    yield met("an altered event", poisoned(guard, altered), "fault.altered")
    yield met(
        "another program's database",
        poisoned(*_dropped("ledger_event"), *_dropped("ledger_head")),
        "not_a_ledger",
    )
    yield met("no SQLite at all", bytes_of(lambda _: b"PK\x03\x04" * 99), "not_a_ledger")
    yield met("cut off", bytes_of(lambda raw: raw[: len(raw) // 2]), "corrupted")
    yield met("pages of noise", bytes_of(lambda raw: raw[:100] + b"\xa5" * (len(raw) - 100)), "corrupted")
    yield met("a folder", lambda folder: folder, "is_a_folder")
    yield met("a path with a query behind it", lambda folder: Path(f"{whole(folder)}?mode=memory"), "missing")

    def put_back(name: str, make: Callable[[bytes], bytes], code: str) -> Attack:
        return Attack("backup", name, backup(make), meet_backup, (f"ledger.{code}",))

    yield put_back(
        "half a surrogate pair", lambda raw: raw.replace("张".encode(), b"\\ud800", 1), "copy_line"
    )
    yield put_back("100,000 brackets", lambda raw: b"[" * 100_000 + b"\n" + raw, "copy_line")
    yield put_back("a number of 100,000 digits", lambda raw: b"9" * 100_000 + b"\n" + raw, "copy_line")
    yield put_back(
        "one name twice in a line", lambda raw: raw.replace(b'{"', b'{"number":1,"', 1), "copy_line"
    )
    yield put_back("cut off", lambda raw: raw[:-9], "copy_cut_off")
    yield put_back(
        "an altered event", lambda raw: raw.replace(b'"number":2', b'"number":3', 1), "copy_faulty"
    )
    yield put_back("empty", lambda raw: b"", "copy_cut_off")


ATTACKS = tuple(_attacks())
