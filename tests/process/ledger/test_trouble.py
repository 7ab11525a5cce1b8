"""Whatever is wrong with the place or the database is told with its remedy, and nothing is half recorded."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path, PurePosixPath

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmreview.errors import LedgerError
from cmreview.process.ledger import tables as ledger_tables
from cmreview.process.ledger import trouble as ledger_trouble
from cmreview.process.ledger.ledger import Fault, Ledger
from cmreview.process.ledger.shares import share_among
from cmreview.words import exists, say
from tests.process.databases import connected, put, stored, unguarded
from tests.process.drafts import NOW, draft

NOBODY = 65_534


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What is inside must be refused with these words, filled in, in both languages."""
    with pytest.raises(LedgerError) as error:
        yield
    assert error.value.code == f"ledger.{code}", error.value.text("en")
    for lang in ("zh", "en"):
        assert "{" not in error.value.text(lang)


@pytest.fixture
def ledger(location) -> Iterator[Ledger]:
    with Ledger.open(location, create=True, wait=0.2) as opened:
        opened.append([draft()], NOW)
        yield opened


# --- no ledger there -------------------------------------------------------------------------------


def test_a_ledger_is_never_begun_by_a_mistyped_path(tmp_path):
    with refused("missing"):
        Ledger.open(tmp_path / "ledgr.db")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_never_made_by_a_mistyped_path(tmp_path):
    with refused("no_folder"):
        Ledger.open(tmp_path / "nowhere" / "ledger.db", create=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("create", [False, True])
def test_a_folder_is_no_ledger(tmp_path, create):
    with refused("is_a_folder"):
        Ledger.open(tmp_path, create=create)


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize("content", [b"x", "姓名,部门\n张三,一部\n".encode() * 100, b"PK\x03\x04" * 999])
def test_a_file_that_is_something_else_is_left_alone(tmp_path, content, create):
    path = tmp_path / "ledger.db"
    path.write_bytes(content)
    with refused("not_a_ledger"):
        Ledger.open(path, create=create)
    assert path.read_bytes() == content


@pytest.mark.parametrize("create", [False, True])
def test_a_database_of_another_program_is_left_alone(tmp_path, create):
    path = tmp_path / "contracts.db"
    with connected(f"sqlite:///{path}") as connection:
        connection.exec_driver_sql("CREATE TABLE contract (id)")
    with refused("not_a_ledger"):
        Ledger.open(path, create=create)
    with connected(f"sqlite:///{path}") as connection:
        assert sa.inspect(connection).get_table_names() == ["contract"]


def test_a_database_on_a_server_without_a_ledger_is_told(places):
    with refused("not_a_ledger"):
        Ledger.open(places("postgresql"))


def test_an_empty_file_becomes_a_ledger_only_when_asked(tmp_path):
    """It is what remains where the program was killed while it made the ledger."""
    path = tmp_path / "ledger.db"
    path.touch()
    with refused("not_a_ledger"):
        Ledger.open(path)
    with Ledger.open(path, create=True) as ledger:
        assert ledger.verify() == ()


def test_a_ledger_of_a_newer_version_is_neither_read_nor_written(ledger, location):
    put(location, stored(location), ledger.head(), version=3)
    for attempt in (lambda: Ledger.open(location), lambda: ledger.append([draft()], NOW), ledger.head):
        with refused("newer_format"):
            attempt()
    assert len(stored(location)) == 1


def test_a_ledger_whose_end_is_gone_is_not_trusted(ledger, location):
    with unguarded(location) as connection:
        connection.execute(sa.text("DELETE FROM ledger_head"))
    for attempt in (lambda: Ledger.open(location), lambda: ledger.append([draft()], NOW)):
        with refused("no_head"):
            attempt()


@pytest.mark.parametrize("url", ["mysql://u:secret@h/d", "sqlite:///ledger.db", "https://h/d"])
def test_another_kind_of_database_is_refused(url):
    with refused("other_database"):
        Ledger.open(url)


@pytest.mark.parametrize("url", ["postgresql://u:secret@h:port/d", "://u:secret@h"])
def test_an_address_that_can_not_be_read_is_not_shown(url):
    with pytest.raises(LedgerError) as error:
        Ledger.open(url)
    assert "secret" not in told(error.value)


# --- network shares --------------------------------------------------------------------------------

MOUNTS = r"""/dev/sda1 / ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
server:/hr /srv/hr nfs4 rw 0 0
/dev/sdb1 /srv/hr/local ext4 rw 0 0
//server/share /mnt/our\040share cifs rw 0 0
host: /home/a fuse.sshfs rw 0 0
/dev/sdc1 /home/a ext4 rw 0 0

short line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/ledger.db", None),
        ("/srv/hr/2025/ledger.db", "nfs4"),
        ("/srv/hrx/ledger.db", None),
        ("/srv/hr/local/ledger.db", None),
        ("/mnt/our share/ledger.db", "cifs"),
        ("/home/a/ledger.db", None),
    ],
)
def test_a_network_share_is_known_by_the_deepest_and_last_mount(path, kind):
    assert share_among(PurePosixPath(path), MOUNTS) == kind


def test_a_file_on_a_network_share_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("cmreview.process.ledger.database.share_type", lambda _: "nfs4")
    with refused("network_share"):
        Ledger.open(tmp_path / "ledger.db", create=True)
    assert list(tmp_path.iterdir()) == []


# --- no way to write -------------------------------------------------------------------------------


def test_a_ledger_held_by_another_program_is_told_and_free_again_afterwards(ledger, location, kind):
    if kind == "sqlite":
        with closing(sqlite3.connect(location, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with refused("locked"):
                ledger.append([draft()], NOW)
    else:
        with connected(location) as other:
            other.exec_driver_sql("SELECT * FROM ledger_head FOR UPDATE")
            with refused("locked"):
                ledger.append([draft()], NOW)
    assert len(ledger.events()) == 1
    ledger.append([draft()], NOW)
    assert ledger.verify() == ()


def test_who_reads_is_not_held_up_by_who_writes(ledger, location, kind):
    with connected(location if kind == "postgresql" else f"sqlite:///{location}") as other:
        other.exec_driver_sql("UPDATE ledger_head SET number = 2")
        assert ledger.head().number == 1
        assert len(ledger.events()) == 1
        other.rollback()


@contextmanager
def without_root() -> Iterator[None]:
    """As somebody for whom permissions hold."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user may reach, with a ledger of one event."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Ledger.open(folder / "ledger.db", create=True) as ledger:
            ledger.append([draft()], NOW)
        yield folder


@pytest.mark.parametrize("folder_mode", [0o777, 0o555])
def test_a_read_only_file_is_told_and_left_as_it_was(open_folder, folder_mode):
    path = open_folder / "ledger.db"
    path.chmod(0o444)
    open_folder.chmod(folder_mode)
    before = path.read_bytes()
    with refused("read_only"), without_root(), Ledger.open(path) as ledger:
        assert len(ledger.events()) == 1
        ledger.append([draft()], NOW)
    assert path.read_bytes() == before


def test_a_folder_that_is_closed_to_us_is_told(open_folder):
    open_folder.chmod(0o000)
    for create in (False, True):
        with refused("read_only"), without_root():
            Ledger.open(open_folder / "ledger.db", create=create)


def test_a_read_only_folder_is_told(open_folder):
    (open_folder / "ledger.db").chmod(0o666)
    open_folder.chmod(0o555)
    with refused("read_only"), without_root(), Ledger.open(open_folder / "ledger.db") as ledger:
        ledger.append([draft()], NOW)
    with refused("read_only"), without_root():
        Ledger.open(open_folder / "new.db", create=True)


@pytest.mark.parametrize(
    ("statement", "code"),
    [("SET LOCAL transaction_read_only = on", "read_only"), ("SET ROLE pg_read_all_data", "not_allowed")],
)
def test_a_server_that_lets_us_only_read_is_told(places, statement, code):
    location = places("postgresql")
    with Ledger.open(location, create=True) as ledger:
        ledger.append([draft()], NOW)
        with at_each_transaction(statement), refused(code):
            ledger.append([draft()], NOW)
        assert len(ledger.events()) == 1


def test_a_full_disk_is_told_and_nothing_is_half_recorded(tmp_path):
    with Ledger.open(tmp_path / "ledger.db", create=True) as ledger:
        ledger.append([draft()], NOW)
        with at_each_transaction("PRAGMA max_page_count = 12"), refused("disk_full"):
            for _ in range(100):
                ledger.append([draft(reason="理" * 100)] * 3, NOW)
        events = ledger.events()
        assert (len(events) - 1) % 3 == 0
        assert ledger.verify() == ()
    with Ledger.open(tmp_path / "ledger.db") as ledger:
        ledger.append([draft()], NOW)
        assert len(ledger.events()) == len(events) + 1


@contextmanager
def at_each_transaction(statement: str) -> Iterator[None]:
    """Run a statement in every transaction, before anything else in it."""

    def run(connection, *_):
        if not connection.info.get("told"):
            connection.info["told"] = True
            connection.exec_driver_sql(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", run)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", run)


# --- gone in the middle ----------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["deleted", "moved", "replaced"])
def test_a_file_that_went_away_is_told_before_anything_is_taken_for_recorded(tmp_path, how):
    path = tmp_path / "ledger.db"
    with Ledger.open(path, create=True) as ledger:
        ledger.append([draft()], NOW)
        if how == "deleted":
            path.unlink()
        elif how == "moved":
            path.rename(tmp_path / "old.db")
        else:
            shutil.copy(path, tmp_path / "copy.db")
            (tmp_path / "copy.db").replace(path)
        for attempt in (lambda: ledger.append([draft()], NOW), ledger.events, ledger.head):
            with refused("file_gone"):
                attempt()


def test_a_file_that_goes_while_it_is_written_is_told_too(tmp_path, monkeypatch):
    path = tmp_path / "ledger.db"
    move = ledger_tables.move_head

    def and_it_goes(*arguments):
        move(*arguments)
        path.unlink()

    with Ledger.open(path, create=True) as ledger:
        monkeypatch.setattr("cmreview.process.ledger.tables.move_head", and_it_goes)
        with refused("file_gone"):
            ledger.append([draft()], NOW)


@pytest.mark.parametrize(("after", "code"), [("insert", "gone"), ("move_head", "outcome_unknown")])
def test_a_server_that_cuts_us_off_leaves_nothing_half_recorded(places, monkeypatch, after, code):
    """Before the moment of storing nothing was recorded; in that very moment only a look can tell."""
    location = places("postgresql")
    original = getattr(ledger_tables, after)

    def and_cut_off(connection, *arguments):
        original(connection, *arguments)
        own = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with connected(location) as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({own})")

    with Ledger.open(location, create=True) as ledger:
        ledger.append([draft()], NOW)
        monkeypatch.setattr(f"cmreview.process.ledger.tables.{after}", and_cut_off)
        with refused(code):
            ledger.append([draft(), draft()], NOW)
        monkeypatch.undo()
        assert len(ledger.events()) == 1
        ledger.append([draft()], NOW)
        assert ledger.verify() == ()


def test_a_server_that_was_restarted_meanwhile_is_no_fault(places):
    location = f"{places('postgresql')}&application_name=cut_off"
    with Ledger.open(location, create=True) as ledger:
        with connected(location.replace("cut_off", "other")) as other:
            ended = other.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'cut_off'"
            )
            assert True in ended.scalars().all()
        ledger.append([draft()], NOW)
        assert len(ledger.events()) == 1


def test_a_server_that_can_not_be_reached_is_told_without_the_password(postgres, tmp_path):
    url = postgres.url.set(password="secret-word")
    cases = [
        (url, "login_refused"),
        (postgres.url.set(database="nothing_there"), "no_database"),
        (url.set(query={}, host="127.0.0.1", port=9), "gone"),
        (url.set(query={"host": str(tmp_path)}), "gone"),
        (url.set(query={}, host="no-such-host.invalid"), "gone"),
    ]
    for each, code in cases:
        password = each.password
        with pytest.raises(LedgerError) as error:
            Ledger.open(each.render_as_string(hide_password=False), create=True)
        assert error.value.code == f"ledger.{code}", error.value.text("en")
        assert password not in told(error.value)


def told(error: LedgerError) -> str:
    """All that a person or a log might get to see of an error."""
    return "".join([error.text("zh"), error.text("en"), repr(error), *traceback.format_exception(error)])


# --- a damaged file --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> Path:
    """A closed ledger of thirty events."""
    path = tmp_path_factory.mktemp("good") / "ledger.db"
    with Ledger.open(path, create=True) as ledger:
        for number in range(10):
            ledger.append([draft(case=f"2025/{number}", reason="理由" * 20)] * 3, NOW)
    return path


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.lists(st.integers(min_value=0), min_size=1, max_size=3), byte=st.integers(1, 255))
def test_a_damaged_file_is_told_or_reads_as_it_was(good, tmp_path, places, byte):
    """No event is ever shown that was not recorded, and no error comes untold."""
    raw = bytearray(good.read_bytes())
    for place in places:
        raw[place % len(raw)] ^= byte
    path = tmp_path / "damaged.db"
    for old in tmp_path.iterdir():
        old.unlink()
    path.write_bytes(raw)
    with Ledger.open(good) as whole:
        recorded = whole.events()
    with suppress(LedgerError), Ledger.open(path) as ledger:
        found = ledger.verify()
        assert set(ledger.events()) <= set(recorded)
        assert found or ledger.events() == recorded
        assert found or ledger.events("2025/3") == recorded[9:12]


@pytest.mark.parametrize("at", [0.3, 0.6, 0.9])
def test_a_page_that_was_wiped_is_told(good, tmp_path, at):
    raw = bytearray(good.read_bytes())
    page = int(len(raw) // 4096 * at) * 4096
    raw[page : page + 4096] = bytes(4096)
    path = tmp_path / "ledger.db"
    path.write_bytes(raw)
    with Ledger.open(path) as ledger:
        found = ledger.verify()
    assert found
    assert all("{" not in fault.text("zh") + fault.text("en") for fault in found)


def test_a_file_that_was_cut_off_is_told(good, tmp_path):
    path = tmp_path / "ledger.db"
    path.write_bytes(good.read_bytes()[:-4096])
    found: tuple[Fault, ...] = ()
    try:
        with Ledger.open(path) as ledger:
            found = ledger.verify()
    except LedgerError as error:
        found = (Fault(error.code),)
    assert found


# --- words -----------------------------------------------------------------------------------------


def test_every_error_of_a_database_has_its_words():
    codes = {code for table in (ledger_trouble._SQLITE, ledger_trouble._POSTGRES) for _, code in table}
    codes |= {code for _, code in ledger_trouble._LOGIN} | {"ledger.unexpected", "ledger.outcome_unknown"}
    for code in sorted(codes):
        assert exists(code)
        for part in ("what", "mend"):
            for lang in ("zh", "en"):
                say(f"{code}.{part}", lang, place="台账", detail="x")


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        ("53100", "disk_full"),
        ("53300", "gone"),
        ("57P01", "gone"),
        ("40P01", "locked"),
        ("55P03", "locked"),
        ("28P01", "login_refused"),
        ("23505", "refused"),
        ("XX001", "corrupted"),
        ("22012", "unexpected"),
    ],
)
def test_a_state_of_postgresql_has_its_words(cause, code):
    """These can't all be brought about on a server that others use too."""
    original = Exception("a detail")
    original.sqlstate = cause
    error = sa.exc.DBAPIError("SELECT 1", None, original)
    assert ledger_trouble.code_of(error) == f"ledger.{code}"


def test_nobody_waits_for_the_database_library_who_does_not_open_a_ledger():
    program = "import sys, cmreview.process.ledger.ledger; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
