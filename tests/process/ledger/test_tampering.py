"""Whoever alters the ledger behind its back is found out, whatever is altered, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmreview.process.ledger.chain import COLUMNS, FORMAT, Row, content_digest, seal
from cmreview.process.ledger.check import faults
from cmreview.process.ledger.ledger import Fault, Head, Ledger
from tests.process.databases import Location, put, stored, unguarded
from tests.process.drafts import EVERY_PAYLOAD, NOW, draft

COUNT = len(EVERY_PAYLOAD)
TEXTS = tuple(name for name in COLUMNS if name not in ("number", "corrects"))
ON_BOTH = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@dataclass(frozen=True)
class Whole:
    """A whole ledger, and what was in it before somebody came."""

    ledger: Ledger
    location: Location
    rows: list[Row]
    head: Head

    def after(self, rows: list[Row], head: Head | None = None, version: object = FORMAT) -> tuple[Fault, ...]:
        """What is found once the database holds these rows and this head."""
        put(self.location, rows, head or self.head, version)
        return self.ledger.verify()


@pytest.fixture
def whole(location) -> Iterator[Whole]:
    with Ledger.open(location, create=True) as ledger:
        drafts = [draft(payload, f"2025/{n % 3}") for n, payload in enumerate(EVERY_PAYLOAD)]
        drafts[5] = replace(drafts[5], corrects=3)
        ledger.append(drafts, NOW, expect={})
        yield Whole(ledger, location, stored(location), ledger.head())


def codes(found: tuple[Fault, ...]) -> list[tuple[str, int | None]]:
    return [(fault.code.removeprefix("ledger.fault."), fault.number) for fault in found]


def changed(text: str, place: int, sign: str) -> str:
    """``text`` with another character at ``place``, or with one more where it was empty."""
    place %= len(text) or 1
    other = sign if text[place : place + 1] != sign else "~"
    return text[:place] + other + text[place + 1 :]


signs = st.sampled_from('09afxZ,"\\ 张=/')


def test_a_whole_ledger_has_no_fault_whoever_put_it_there(whole):
    assert whole.ledger.verify() == ()
    assert whole.after(whole.rows) == ()
    assert whole.ledger.verify(whole.head.hash) == ()
    assert whole.ledger.verify(whole.rows[0].previous) == ()


@ON_BOTH
@given(index=st.integers(0, COUNT - 1), column=st.sampled_from(TEXTS), place=st.integers(0, 400), sign=signs)
def test_any_changed_character_in_any_column_of_any_event_is_found(whole, index, column, place, sign):
    row = whole.rows[index]
    altered = replace(row, **{column: changed(getattr(row, column), place, sign)})
    assert altered != row
    found = whole.after([*whole.rows[:index], altered, *whole.rows[index + 1 :]])
    assert {fault.number for fault in found} & {index + 1}
    assert whole.after(whole.rows) == ()


@ON_BOTH
@given(index=st.integers(0, COUNT - 1), number=st.integers(-50, 2000), corrects=st.booleans())
def test_any_changed_number_is_found(whole, index, number, corrects):
    row = whole.rows[index]
    if corrects:
        altered = replace(row, corrects=None if row.corrects is not None else number)
    else:
        altered = replace(row, number=number if not 0 < number <= COUNT else COUNT + number)
    rows = sorted([*whole.rows[:index], altered, *whole.rows[index + 1 :]], key=lambda each: each.number)
    assert whole.after(rows) != ()


@ON_BOTH
@given(place=st.integers(0, 100), sign=signs, column=st.sampled_from(["ledger_id", "hash"]))
def test_any_changed_character_of_the_head_is_found(whole, place, sign, column):
    head = replace(whole.head, **{column: changed(getattr(whole.head, column), place, sign)})
    assert whole.after(whole.rows, head) != ()


@pytest.mark.parametrize("number", [0, 1, COUNT - 1, COUNT + 1, 10_000])
def test_a_changed_number_of_the_head_is_found(whole, number):
    assert whole.after(whole.rows, replace(whole.head, number=number)) != ()


@pytest.mark.parametrize("version", [0, 2, -1])
def test_a_changed_format_is_found(whole, version):
    assert whole.after(whole.rows, version=version) == (
        Fault("ledger.fault.format", details=(("found", str(version)),)),
    )


def test_each_removed_event_is_found_also_the_first_and_the_last(whole):
    for index, row in enumerate(whole.rows):
        found = whole.after([*whole.rows[:index], *whole.rows[index + 1 :]])
        assert codes(found) == [("missing", row.number)]


@ON_BOTH
@given(first=st.integers(0, COUNT - 1), count=st.integers(2, COUNT))
def test_removed_events_are_told_as_one_gap(whole, first, count):
    rows = [*whole.rows[:first], *whole.rows[first + count :]]
    last = min(first + count, COUNT)
    found = whole.after(rows)
    if last == first + 1:
        assert codes(found) == [("missing", first + 1)]
    else:
        assert found == (Fault("ledger.fault.missing_many", first + 1, (("last", str(last)),)),)


@ON_BOTH
@given(pair=st.lists(st.integers(0, COUNT - 1), min_size=2, max_size=2, unique=True))
def test_two_events_that_changed_places_are_found(whole, pair):
    one, other = pair
    rows = list(whole.rows)
    rows[one] = replace(whole.rows[other], number=one + 1)
    rows[other] = replace(whole.rows[one], number=other + 1)
    found = codes(whole.after(rows))
    assert ("altered", one + 1) in found
    assert ("altered", other + 1) in found


@ON_BOTH
@given(source=st.integers(0, COUNT - 1))
def test_an_event_put_at_the_end_by_hand_is_found(whole, source):
    copy = replace(whole.rows[source], number=COUNT + 1)
    assert ("altered", COUNT + 1) in codes(whole.after([*whole.rows, copy]))
    forged = resealed(replace(copy, previous=whole.head.hash))
    assert codes(whole.after([*whole.rows, forged])) == [("beyond_head", None)]


@ON_BOTH
@given(index=st.integers(0, COUNT - 1), column=st.sampled_from(["actor", "at", "kind", "case_id"]))
def test_an_event_altered_together_with_its_own_hash_is_found_by_the_next(whole, index, column):
    rows = list(whole.rows)
    rows[index] = resealed(replace(rows[index], **{column: "x"}))
    found = codes(whole.after(rows))
    next_one = ("not_after_previous", index + 2) if index + 1 < COUNT else ("head", None)
    assert next_one in found


def test_a_ledger_computed_anew_throughout_is_told_by_a_hash_that_was_printed(whole):
    """Only something kept outside can tell, so papers print the hash and backups hold it."""
    printed = whole.head.hash
    rows = list(whole.rows)
    rows[2] = replace(rows[2], actor="李四")
    previous = rows[1].hash
    for index in range(2, COUNT):
        rows[index] = resealed(replace(rows[index], previous=previous))
        previous = rows[index].hash
    assert whole.after(rows, replace(whole.head, hash=previous)) == ()
    assert codes(whole.ledger.verify(printed)) == [("rewritten", None)]
    shorter = replace(whole.head, number=COUNT - 1, hash=whole.rows[-2].hash)
    assert whole.after(whole.rows[:-1], shorter) == ()
    assert codes(whole.ledger.verify(printed)) == [("rewritten", None)]


def test_erased_content_is_told_and_the_chain_still_holds(whole):
    rows = list(whole.rows)
    rows[3] = replace(rows[3], content=None)
    assert codes(whole.after(rows)) == [("content_gone", 4)]


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", "1e400", "[" * 100_000, '{"payload":{}}'])
def test_content_that_was_sealed_and_makes_no_sense_is_told(whole, content):
    last = whole.rows[-1]
    odd = resealed(replace(last, content=content, content_sha256=content_digest(content)))
    found = whole.after([*whole.rows[:-1], odd], replace(whole.head, hash=odd.hash))
    assert codes(found) == [("unreadable", COUNT)]


def test_a_kind_of_a_newer_version_is_told(whole):
    odd = resealed(replace(whole.rows[-1], kind="promoted"))
    found = whole.after([*whole.rows[:-1], odd], replace(whole.head, hash=odd.hash))
    assert codes(found) == [("unknown_kind", COUNT)]


def test_a_correction_of_what_comes_later_is_told(whole):
    odd = resealed(replace(whole.rows[-1], corrects=COUNT))
    found = whole.after([*whole.rows[:-1], odd], replace(whole.head, hash=odd.hash))
    assert codes(found) == [("corrects", COUNT)]


def test_a_head_that_is_gone_is_told(whole):
    with unguarded(whole.location) as connection:
        connection.execute(sa.text("DELETE FROM ledger_head"))
    assert codes(whole.ledger.verify()) == [("head_count", None)]


@pytest.mark.parametrize("value", [b"\xff\xfe", b"abc", 5, 5.5, None], ids=repr)
@pytest.mark.parametrize("column", COLUMNS[1:])
def test_what_sqlite_lets_into_a_column_of_another_type_is_told(tmp_path, column, value):
    """SQLite keeps bytes in a column of text, which other databases refuse."""
    location = tmp_path / "ledger.db"
    with Ledger.open(location, create=True) as ledger:
        ledger.append([draft(), draft(corrects=1), draft()], NOW)
        with unguarded(location) as connection:
            connection.exec_driver_sql("PRAGMA writable_schema = ON")
            connection.exec_driver_sql(
                "UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', '') WHERE type = 'table'"
            )
        with unguarded(location) as connection:
            connection.exec_driver_sql(f"UPDATE ledger_event SET {column} = ? WHERE number = 2", (value,))
        found = ledger.verify()
    assert 2 in {fault.number for fault in found}


@pytest.mark.parametrize("raw", [b"\xff", b"\xe5\xbc"])
def test_bytes_that_are_no_text_any_more_are_told_with_their_event(tmp_path, raw):
    location = tmp_path / "ledger.db"
    with Ledger.open(location, create=True) as ledger:
        ledger.append([draft(), draft()], NOW)
        with unguarded(location) as connection:
            connection.exec_driver_sql(
                "UPDATE ledger_event SET content = CAST(CAST(content AS BLOB) || ? AS TEXT) WHERE number = 2",
                (raw,),
            )
        assert codes(ledger.verify()) == [("content_altered", 2)]


def test_every_fault_is_told_in_both_languages():
    row = Row(2, "2025/1", "applied", "x", "x", None, None, "x", "x", "x")
    heads = [(1, Head("a", 9, "x")), (1, Head("b", 9, "x"))]
    for fault in faults([row], heads, "y" * 64):
        assert "{" not in fault.text("zh") + fault.text("en")
        assert fault.text("zh") != fault.text("en")
        assert fault.number is None or str(fault.number) in fault.text("en")


def resealed(row: Row) -> Row:
    """A row with the hash that fits it, as somebody who knows the algorithm would forge it."""
    return replace(row, hash=seal(row))
