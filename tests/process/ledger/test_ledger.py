"""What is recorded is there, whole, in its order, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmreview.errors import LedgerConflict, LedgerError, ProcessError
from cmreview.process.events import PAYLOADS, ItemScore, Scored, Voided
from cmreview.process.ledger.chain import origin
from cmreview.process.ledger.ledger import Ledger
from tests.process.databases import stored, unguarded
from tests.process.drafts import APPLIED, CASE, EVERY_PAYLOAD, NOW, draft

# any payload whatever, so also with characters that databases and JSON find hard
st.register_type_strategy(Decimal, st.decimals(min_value=-1000, max_value=1000, places=6))
any_payload = st.one_of([st.from_type(payload) for payload in PAYLOADS.values()])


@pytest.fixture
def ledger(location) -> Iterator[Ledger]:
    with Ledger.open(location, create=True) as opened:
        yield opened


def test_every_kind_of_event_comes_back_as_it_was_recorded(ledger, location):
    drafts = [draft(payload, reason=f"理由{n}") for n, payload in enumerate(EVERY_PAYLOAD)]
    assert {each.kind for each in drafts} == set(PAYLOADS)
    recorded = ledger.append(drafts, NOW)
    with Ledger.open(location) as again:
        assert again.events() == recorded
        assert again.verify() == ()
    assert [event.payload for event in recorded] == list(EVERY_PAYLOAD)
    assert [event.reason for event in recorded] == [each.reason for each in drafts]
    assert {(event.actor, event.at, event.case) for event in recorded} == {("秘书甲", NOW, CASE)}
    assert [event.number for event in recorded] == list(range(1, len(drafts) + 1))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(payload=any_payload, reason=st.none() | st.text(st.characters(codec=None)))
def test_whatever_people_write_comes_back(ledger, payload, reason):
    (event,) = ledger.append([draft(payload, reason=reason)], NOW)
    assert ledger.event(event.number) == event
    assert (event.payload, event.reason) == (payload, reason)


def test_each_event_is_sealed_to_the_one_before(ledger):
    start = ledger.head()
    assert (start.number, start.hash) == (0, origin(start.ledger_id))
    ledger.append([draft()], NOW)
    ledger.append([draft(), draft()], NOW)
    first, second, third = ledger.events()
    assert (first.previous, second.previous, third.previous) == (start.hash, first.hash, second.hash)
    assert ledger.head() == replace(start, number=3, hash=third.hash)
    assert len({start.hash, first.hash, second.hash, third.hash}) == 4


def test_the_same_score_twice_has_two_digests_so_that_none_can_be_guessed(ledger, location):
    ledger.append([draft(), draft()], NOW)
    first, second = stored(location)
    assert first.content_sha256 != second.content_sha256


def test_events_are_found_by_case_year_and_number(ledger):
    cases = ["2025/00123", "2025/7", "2024/7", "2025/甲", "2025/00123"]
    recorded = ledger.append([draft(case=case) for case in cases], NOW)
    assert ledger.events() == recorded
    assert ledger.events("2025/00123") == (recorded[0], recorded[4])
    assert ledger.events("2025/0012") == ()
    assert ledger.events(year=2024) == (recorded[2],)
    assert ledger.events(year=2025) == (recorded[0], recorded[1], recorded[3], recorded[4])
    assert ledger.events("2024/7", 2025) == ()
    assert ledger.cases(2025) == ("2025/00123", "2025/7", "2025/甲")
    assert ledger.cases(2023) == ()
    assert ledger.event(3) == recorded[2]
    for number in (6, 0, -1, 2**70):
        with pytest.raises(LedgerError) as refused:
            ledger.event(number)
        assert refused.value.code == "ledger.no_event"
    for case in ("", "2025/\x00", "2025/\ud800", "2025/%"):
        assert ledger.events(case) == ()


def test_nothing_to_record_changes_nothing(ledger):
    before = ledger.head()
    assert ledger.append([], NOW) == ()
    assert ledger.head() == before


# --- time ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "UTC"])
def test_a_moment_keeps_the_zone_of_whoever_recorded_it(ledger, zone):
    at = datetime(2025, 7, 1, 23, 59, 59, 123456, tzinfo=ZoneInfo(zone))
    ledger.append([draft()], at)
    (event,) = ledger.events()
    assert event.at == at
    assert event.at.isoformat() == at.isoformat()


def test_a_moment_without_a_zone_is_refused(ledger):
    with pytest.raises(ValueError, match="zone"):
        ledger.append([draft()], datetime(2025, 12, 1))
    assert ledger.events() == ()


def test_a_clock_that_went_back_keeps_nobody_from_working_and_the_order_is_that_of_recording(ledger):
    ledger.append([draft()], NOW)
    ledger.append([draft()], NOW - timedelta(days=365))
    assert [event.at for event in ledger.events()] == [NOW, NOW - timedelta(days=365)]
    assert ledger.verify() == ()


# --- somebody else was there -----------------------------------------------------------------------


def test_a_case_that_moved_on_since_it_was_looked_at_is_told_with_who_did_what(ledger):
    ledger.append([draft(actor="张科长")], NOW)
    with pytest.raises(LedgerConflict) as refused:
        ledger.append([draft()], NOW, expect={CASE: 0})
    assert f"{CASE}（第 1 号“个人申报”，张科长，2025-12-01 09:30+08:00）" in str(refused.value)
    assert f"{CASE} (event 1, application, by 张科长, 2025-12-01 09:30+08:00)" in refused.value.text("en")
    assert len(ledger.events()) == 1


def test_who_has_seen_the_last_event_may_go_on_whatever_happened_in_other_cases(ledger):
    ledger.append([draft(), draft(case="2025/9")], NOW)
    ledger.append([draft(), draft(case="2025/8")], NOW, expect={CASE: 1, "2025/8": 0})
    assert [event.number for event in ledger.events(CASE)] == [1, 3]


def test_one_case_that_moved_on_holds_up_the_whole_list_and_all_such_cases_are_told(ledger):
    cases = [f"2025/{n}" for n in range(5)]
    ledger.append([draft(case=cases[1]), draft(case=cases[3])], NOW)
    with pytest.raises(LedgerConflict) as refused:
        ledger.append([draft(case=case) for case in cases], NOW, expect=dict.fromkeys(cases, 0))
    assert "2025/1（第 1 号" in str(refused.value)
    assert "2025/3（第 2 号" in str(refused.value)
    assert "2025/0" not in str(refused.value)
    assert len(ledger.events()) == 2


def test_events_that_were_seen_and_are_gone_are_told(ledger):
    ledger.append([draft()], NOW)
    with pytest.raises(LedgerConflict) as refused:
        ledger.append([draft()], NOW, expect={CASE: 2})
    assert refused.value.code == "ledger.went_back"
    assert CASE in str(refused.value)


def test_who_relies_on_the_whole_ledger_is_held_up_by_any_event(ledger):
    ledger.append([draft(case="2025/9")], NOW, last=0)
    for seen in (0, 2):
        with pytest.raises(LedgerConflict) as refused:
            ledger.append([draft()], NOW, last=seen)
        assert refused.value.code == "ledger.moved_on_somewhere"
    ledger.append([draft()], NOW, last=1)
    assert [event.number for event in ledger.events()] == [1, 2]


def test_two_who_looked_at_the_same_moment_do_not_both_get_through(ledger, location):
    with Ledger.open(location) as other:
        other.append([draft()], NOW, expect={CASE: 0})
        with pytest.raises(LedgerConflict):
            ledger.append([draft()], NOW, expect={CASE: 0})
    assert len(ledger.events()) == 1


# --- all or nothing --------------------------------------------------------------------------------


def test_a_batch_of_which_one_can_not_be_stored_is_not_stored_at_all(ledger):
    unstorable = Scored("M1", (ItemScore("report", Decimal("1E+20")),))
    with pytest.raises(LedgerError) as refused:
        ledger.append([draft(), draft(unstorable)], NOW)
    assert refused.value.code == "ledger.not_recordable"
    assert "评委评分" in str(refused.value)
    assert ledger.events() == ()
    assert ledger.head().number == 0


@pytest.mark.parametrize("statement", ["insert", "head"])
def test_a_break_between_two_statements_leaves_nothing_behind(ledger, monkeypatch, statement):
    """What happens before the end of the transaction has not happened."""
    ledger.append([draft()], NOW)
    before = ledger.head()

    def breaks(*_):
        raise KeyboardInterrupt

    name = {"insert": "insert", "head": "move_head"}[statement]
    monkeypatch.setattr(f"cmreview.process.ledger.tables.{name}", breaks)
    with pytest.raises(KeyboardInterrupt):
        ledger.append([draft(), draft()], NOW)
    monkeypatch.undo()
    assert ledger.head() == before
    assert len(ledger.events()) == 1
    ledger.append([draft()], NOW)
    assert ledger.verify() == ()


@pytest.mark.parametrize("corrects", [0, -1, 2, 3])
def test_a_correction_names_an_event_that_is_there(ledger, corrects):
    ledger.append([draft()], NOW)
    with pytest.raises(LedgerError) as refused:
        ledger.append([draft(corrects=corrects)], NOW)
    assert refused.value.code == "ledger.corrects_nothing"
    assert len(ledger.events()) == 1


def test_a_correction_is_a_new_event_and_the_old_one_stays(ledger):
    ledger.append([draft()], NOW)
    mended = replace(APPLIED, department="销售二部")
    ledger.append([draft(mended, corrects=1, reason="部门有误"), draft(Voided(2))], NOW)
    first, second, _ = ledger.events()
    assert (first.payload, first.corrects) == (APPLIED, None)
    assert (second.payload, second.corrects) == (mended, 1)
    assert ledger.verify() == ()


@pytest.mark.parametrize("case", ["00123", "2025/", "25/1", "", "2025"])
def test_what_is_no_case_is_refused(ledger, case):
    with pytest.raises(ProcessError):
        ledger.append([draft(case=case)], NOW)
    assert ledger.events() == ()


@pytest.mark.parametrize("actor", ["", "  ", "a\nb", "a\x00b", "\ud800"])
def test_who_acts_is_one_line_of_text(ledger, actor):
    with pytest.raises(LedgerError) as refused:
        ledger.append([draft(actor=actor)], NOW)
    assert refused.value.code == "ledger.odd_name"
    assert ledger.events() == ()


# --- creating and guarding -------------------------------------------------------------------------


def test_a_ledger_that_is_there_is_opened_and_not_made_anew(ledger, location):
    ledger.append([draft()], NOW)
    with Ledger.open(location, create=True) as again:
        assert again.head() == ledger.head()


def test_given_ids_and_salts_make_the_same_ledger_on_either_database(places):
    heads = []
    for kind in ("sqlite", "postgresql"):
        numbers = iter(range(100))
        with Ledger.open(places(kind), create=True, draw=lambda at=numbers: f"{next(at):032x}") as ledger:
            ledger.append([draft(payload) for payload in EVERY_PAYLOAD], datetime(2025, 1, 1, tzinfo=UTC))
            heads.append(ledger.head())
    assert heads[0] == heads[1]
    assert heads[0].number == len(EVERY_PAYLOAD)


FORBIDDEN = [
    "UPDATE ledger_event SET actor = 'x'",
    "DELETE FROM ledger_event",
    "DELETE FROM ledger_event WHERE number = 2",
    "UPDATE ledger_head SET number = 1",
    "UPDATE ledger_head SET hash = 'x'",
    "UPDATE ledger_head SET ledger_id = 'x', number = 9",
    "DELETE FROM ledger_head",
]
OF_ONE_DATABASE = {
    "sqlite": [
        "INSERT OR REPLACE INTO ledger_event SELECT * FROM ledger_event WHERE number = 1",
        "INSERT OR REPLACE INTO ledger_head VALUES (1, 1, 'x', 0, 'x')",
    ],
    "postgresql": [
        "TRUNCATE ledger_event",
        "TRUNCATE ledger_head",
        "TRUNCATE ledger_event, ledger_head CASCADE",
    ],
}


def test_careless_statements_are_refused(ledger, location, kind):
    ledger.append([draft(), draft()], NOW)
    before = stored(location)
    url = location if kind == "postgresql" else f"sqlite:///{location}"
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    for statement in FORBIDDEN + OF_ONE_DATABASE[kind]:
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
            connection.exec_driver_sql(statement)
    assert stored(location) == before
    assert ledger.verify() == ()


def test_an_altered_event_is_never_shown_as_if_it_were_true(ledger, location):
    ledger.append([draft(), draft()], NOW)
    with unguarded(location) as connection:
        connection.execute(sa.text("UPDATE ledger_event SET actor = '李四' WHERE number = 2"))
    assert ledger.event(1).number == 1
    for read in (ledger.events, lambda: ledger.event(2), lambda: ledger.events(CASE)):
        with pytest.raises(LedgerError) as refused:
            read()
        assert refused.value.code == "ledger.unreadable_event"
        assert refused.value.values["number"] == 2
        assert "cmreview ledger verify" in str(refused.value)


def test_nothing_is_recorded_on_top_of_a_broken_end(ledger, location):
    ledger.append([draft(), draft()], NOW)
    with unguarded(location) as connection:
        connection.execute(sa.text("DELETE FROM ledger_event WHERE number = 2"))
    with pytest.raises(LedgerError) as refused:
        ledger.append([draft()], NOW)
    assert refused.value.code == "ledger.broken"
    assert len(stored(location)) == 1
