"""The commands of the ledger: create, head, verify, export, restore (Policy 1.3.a)."""

from __future__ import annotations

import sqlite3
from datetime import date

import pytest

from cmreview.process.events import Appointed, Draft
from cmreview.process.ledger.ledger import Ledger
from tests.cli.committee_room import Room
from tests.process.cases import moment


@pytest.fixture
def room(run, root, tmp_path, monkeypatch):
    return Room(run, root, tmp_path, monkeypatch)


def ledger(room, command, *arguments):
    return room.run("ledger", command, *arguments, "--ledger", room.ledger)


def verify(room, *arguments):
    place = ("--committee", room.committee, "--policy", room.policy)
    return ledger(room, "verify", *arguments, *place)


def head(room):
    with Ledger.open(room.ledger) as opened:
        return opened.head()


def test_an_empty_ledger_is_made_by_name_and_one_that_is_there_stays(room):
    code, printed, said = ledger(room, "create")
    assert (code, "已新建评审台账" in said) == (0, True)
    assert "第 0 号" in printed
    room.applied("001009")
    code, printed, said = ledger(room, "create")
    assert (code, said) == (0, "")
    assert "第 1 号" in printed


def test_the_head_is_what_papers_carry(room):
    room.applied("001009")
    code, printed, _ = ledger(room, "head")
    assert code == 0
    assert head(room).hash in printed


def test_a_whole_ledger_is_told_whole_and_every_step_possible(room):
    room.referred("001009", "001010")
    code, printed, _ = verify(room)
    assert code == 0
    assert "完整：共 6 条记录" in printed
    assert "2 个个案的每一步都合乎次序" in printed
    assert verify(room, "--expect", head(room).hash)[0] == 0


def test_a_ledger_that_was_altered_or_rewritten_ends_with_exit_code_1(room):
    room.referred("001009")
    code, printed, _ = verify(room, "--expect", "ab" * 32)
    assert (code, "改写" in printed) == (1, True)
    with sqlite3.connect(room.ledger) as base:
        table = next(
            name
            for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if "content_sha256" in [column[1] for column in base.execute(f"PRAGMA table_info({name})")]
        )
        triggers = [name for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for trigger in triggers:
            base.execute(f'DROP TRIGGER "{trigger}"')
        base.execute(f"UPDATE {table} SET actor = 'P01' WHERE number = 2")
    base.close()
    code, printed, _ = verify(room)
    assert code == 1
    assert "第 2 号记录被改动过" in printed
    assert "不可信" in printed


def test_a_step_that_could_not_have_been_taken_is_found_in_a_whole_chain(room):
    room.applied("001009")
    forged = Draft("2025/001009", Appointed("senior", date(2026, 2, 1), "聘1", "证1"), "S01")
    with Ledger.open(room.ledger) as opened:
        opened.append([forged], moment(date(2026, 2, 1)))
    code, printed, _ = verify(room)
    assert code == 1
    assert "完整" in printed
    assert "第 2 号记录（2025/001009）在其位置上不可能成立" in printed


def test_a_year_without_rules_is_said_and_the_chain_verified_all_the_same(room):
    with Ledger.open(room.ledger, create=True) as opened:
        old = Draft("1999/001009", Appointed("senior", date(2000, 2, 1), "聘1", "证1"), "S01")
        opened.append([old], moment(date(2000, 2, 1)))
    code, printed, _ = verify(room)
    assert code == 0
    assert "1999 年度：不能载入当年的规则" in printed


def test_a_backup_is_restored_to_the_same_head_and_overwrites_nothing(room):
    room.referred("001009")
    copy = room.folder / "copy.jsonl"
    code, printed, _ = ledger(room, "export", copy)
    assert (code, head(room).hash in printed) == (0, True)
    code, _, said = ledger(room, "export", copy)
    assert (code, "已存在" in said) == (1, True)
    code, _, said = ledger(room, "restore", copy)
    assert (code, "只能恢复到新的" in said) == (1, True)
    other = room.folder / "other.db"
    code, printed, _ = room.run("ledger", "restore", copy, "--ledger", other)
    assert (code, head(room).hash in printed) == (0, True)
    with Ledger.open(other) as restored, Ledger.open(room.ledger) as first:
        assert restored.events() == first.events()


@pytest.mark.parametrize("command", ["head", "verify", "export"])
def test_where_no_ledger_is_none_is_made(room, command):
    more = (room.folder / "copy.jsonl",) if command == "export" else ()
    code, printed, said = ledger(room, command, *more)
    assert (code, printed, room.ledger.exists()) == (1, "", False)
    assert "cmreview ledger create" in said


def test_the_ledger_may_stand_in_the_environment_and_its_default_is_below_outputs(room, monkeypatch):
    room.applied("001009")
    monkeypatch.setenv("CMREVIEW_LEDGER", str(room.ledger))
    assert "第 1 号" in room.run("ledger", "head")[1]
    monkeypatch.delenv("CMREVIEW_LEDGER")
    monkeypatch.chdir(room.folder)
    assert room.run("ledger", "create")[0] == 0
    assert (room.folder / "outputs" / "ledger.db").is_file()


def test_a_password_in_an_address_is_never_printed(room):
    address = "postgresql://somebody:geheim@127.0.0.1:1/none"
    code, printed, said = room.run("ledger", "head", "--ledger", address)
    assert code == 1
    assert "geheim" not in printed + said
