"""Forty-nine cases walk from application to appointment, on SQLite and on PostgreSQL, to the same end."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from random import Random

import pytest

from cmreview.errors import LedgerError
from cmreview.process.desk import Desk
from cmreview.process.ledger.chain import Row
from cmreview.process.ledger.ledger import Head, Ledger, restore
from cmreview.process.stages import ENDED, CaseState
from cmreview.process.steps.steps import faults_of
from cmreview.review.example_process.making import Plan, drawn, example_process
from tests.process.databases import KINDS, put, stored
from tests.process.example import example

SAMPLE = 12  # alterations of each sort; every single one is tried in test_ledger_tampering, on short ledgers


@pytest.fixture(scope="module")
def plan() -> Plan:
    return example().plan


@dataclass(frozen=True)
class Walked:
    """Where the walk ended on one database."""

    head: Head
    states: dict[str, CaseState]
    copied: bytes
    rows: tuple[Row, ...]


def walk(plan: Plan, location: str | Path) -> Walked:
    """The plan recorded by the desk, each step checked; the ledger whole and every history legal."""
    with Ledger.open(location, create=True, draw=drawn(1)) as ledger:
        desk = example_process(plan, ledger)
        assert ledger.verify() == ()
        assert [
            fault
            for case in ledger.cases(desk.year)
            for fault in faults_of(case, ledger.events(case), plan.setting)
        ] == []
        return Walked(ledger.head(), desk.states(), b"".join(ledger.export_lines()), tuple(stored(location)))


@pytest.fixture(scope="module")
def walked(plan, tmp_path_factory) -> Walked:
    return walk(plan, tmp_path_factory.mktemp("walk") / "ledger.db")


@pytest.fixture
def copied(walked, tmp_path) -> Path:
    """The export of the walk."""
    path = tmp_path / "export.jsonl"
    path.write_bytes(walked.copied)
    return path


@pytest.fixture
def whole(copied, location) -> str | Path:
    """The walk's ledger on either database."""
    restore(copied, location)
    return location


def faults(location) -> tuple:
    with Ledger.open(location) as ledger:
        return ledger.verify()


# --- the walk ------------------------------------------------------------------------------------------


def test_the_walk_ends_the_same_on_both_databases(plan, walked, places):
    other = walk(plan, places("postgresql"))
    assert other.states == walked.states
    assert (other.head, other.rows, other.copied) == (walked.head, walked.rows, walked.copied)
    ended = [state for state in walked.states.values() if state.stage in ENDED]
    applied = [state for state in walked.states.values() if state.has_applied]
    assert (len(applied), len(ended)) == (49, 40)
    assert all(state.measures for state in walked.states.values() if not state.has_applied)


def test_every_event_is_recorded_as_it_was_planned_and_sealed_to_the_one_before(plan, walked):
    planned = [(entry.at.isoformat(), draft) for entry in plan.entries for draft in entry.drafts]
    found = [(row.at, row.case_id, row.kind, row.actor, row.corrects) for row in walked.rows]
    assert found == [(at, draft.case, draft.kind.value, draft.actor, draft.corrects) for at, draft in planned]
    assert [row.previous for row in walked.rows[1:]] == [row.hash for row in walked.rows[:-1]]
    assert walked.head.hash == walked.rows[-1].hash


@pytest.mark.parametrize("source", KINDS)
def test_a_backup_restored_on_the_other_database_ends_the_same(
    plan, walked, copied, places, tmp_path, source
):
    there, back = (places(kind) for kind in (source, *set(KINDS) - {source}))
    restore(copied, there)
    with Ledger.open(there) as ledger:
        ledger.export(tmp_path / "again.jsonl")
    restore(tmp_path / "again.jsonl", back)
    with Ledger.open(back) as ledger:
        assert ledger.verify(walked.head.hash) == ()
        assert Desk(ledger, plan.setting).states() == walked.states
        assert b"".join(ledger.export_lines()) == walked.copied


# --- what was tampered with is seen --------------------------------------------------------------------


def test_the_walk_as_it_was_recorded_is_whole(whole):
    assert faults(whole) == ()


@pytest.mark.parametrize("turn", range(SAMPLE))
def test_any_changed_character_is_seen(walked, whole, turn):
    rng = Random(f"character {turn}")
    rows = list(walked.rows)
    texts = [field.name for field in fields(Row) if isinstance(getattr(rows[0], field.name), str)]
    name, index = texts[turn % len(texts)], rng.randrange(len(rows))
    text = getattr(rows[index], name)
    place = rng.randrange(len(text))
    other = "8" if text[place] != "8" else "9"
    rows[index] = replace(rows[index], **{name: text[:place] + other + text[place + 1 :]})
    put(whole, rows, walked.head)
    assert index + 1 in {fault.number for fault in faults(whole)}


@pytest.mark.parametrize("turn", range(SAMPLE))
def test_any_removed_event_is_seen(walked, whole, turn):
    last = len(walked.rows) - 1
    index = [0, last, *(Random(f"removed {n}").randrange(last) for n in range(SAMPLE - 2))][turn]
    put(whole, [row for row in walked.rows if row.number != index + 1], walked.head)
    assert faults(whole)


@pytest.mark.parametrize("turn", range(SAMPLE))
def test_any_two_swapped_events_are_seen(walked, whole, turn):
    one, two = sorted(Random(f"swapped {turn}").sample(range(len(walked.rows)), 2))
    rows = list(walked.rows)
    first, second = rows[one], rows[two]
    rows[one], rows[two] = replace(second, number=first.number), replace(first, number=second.number)
    put(whole, rows, walked.head)
    assert {one + 1, two + 1} <= {fault.number for fault in faults(whole)}


@pytest.mark.parametrize("turn", range(SAMPLE))
def test_any_changed_byte_of_a_backup_is_refused(walked, tmp_path, turn):
    rng = Random(f"byte {turn}")
    changed = bytearray(walked.copied)
    place = rng.randrange(len(changed))
    changed[place] ^= 1 << rng.randrange(8)
    path = tmp_path / "changed.jsonl"
    path.write_bytes(changed)
    with pytest.raises(LedgerError):
        restore(path, tmp_path / "ledger.db")
    assert not (tmp_path / "ledger.db").exists()
