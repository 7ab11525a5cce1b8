"""What was erased is nowhere any more, the chain holds, and who erased it is told, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from cmreview.errors import LedgerError
from cmreview.exact_json import canonical, parse
from cmreview.process.committee_file import load_committee
from cmreview.process.ledger.chain import Row, content_digest
from cmreview.process.ledger.erasure import ERASED, FORMAT_OF_ERASURES, erasure_of
from cmreview.process.ledger.ledger import Head, Ledger, Wish, restore
from cmreview.process.numbering import free_numbers
from tests.process.databases import KINDS, Location, connected, put, stored, unguarded
from tests.process.drafts import APPLIED, EVERY_PAYLOAD, NOW, draft
from tests.process.ledger.test_tampering import codes, resealed

NAME, OTHER = "欧阳无痕", "慕容常在"
OLD, ALSO_OLD, KEPT = "2019/70707", "2019/70708", "2025/70707"
OF_OLD = (1, 3, 5)
WISH = Wish(frozenset({OLD, ALSO_OLD}), 1)


@dataclass(frozen=True)
class Purged:
    """A ledger of two years of which one was erased, and what was in it before."""

    ledger: Ledger
    location: Location
    before: list[Row]
    rows: list[Row]
    head: Head

    def after(self, rows: list[Row], version: int = FORMAT_OF_ERASURES) -> list[tuple[str, int | None]]:
        """What is found once the database holds these rows."""
        put(self.location, rows, self.head, version)
        return codes(self.ledger.verify())


@pytest.fixture
def purged(location) -> Iterator[Purged]:
    named, other = replace(APPLIED, name=NAME), replace(APPLIED, name=OTHER)
    with Ledger.open(location, create=True) as ledger:
        ledger.append(
            [
                draft(named, OLD, actor="S77"),
                draft(other, KEPT),
                draft(EVERY_PAYLOAD[13], OLD),
                draft(EVERY_PAYLOAD[2], KEPT, reason=f"参见{OTHER}"),
                draft(other, ALSO_OLD, reason=f"与{NAME}同批"),
            ],
            NOW,
        )
        before = stored(location)
        assert ledger.erase(WISH, "S01", NOW, "保存期限届满") is not None
        ledger.scrub()
        yield Purged(ledger, location, before, stored(location), ledger.head())


def bytes_of(location: Location) -> bytes:
    """Every byte of the database's own files; of PostgreSQL the table, its TOAST and its indexes."""
    if isinstance(location, Path):
        return b"".join(path.read_bytes() for path in location.parent.glob(f"{location.name}*"))
    with connected(location) as connection:
        connection.exec_driver_sql("CHECKPOINT")
        held = connection.exec_driver_sql(
            "SELECT pg_read_binary_file(pg_relation_filepath(c.oid)) FROM pg_class c WHERE c.oid IN"
            " (SELECT 'ledger_event'::regclass UNION SELECT reltoastrelid FROM pg_class"
            "  WHERE oid = 'ledger_event'::regclass UNION SELECT indexrelid FROM pg_index"
            "  WHERE indrelid = 'ledger_event'::regclass)"
        )
        return b"".join(bytes(raw) for (raw,) in held)


def test_nothing_of_an_erased_case_is_left_in_the_database_and_the_others_stay(purged):
    held = bytes_of(purged.location)
    for gone in (NAME, "70708", OLD, "S77", "与", purged.before[0].content_sha256):
        assert gone.encode() not in held, gone
    assert OTHER.encode() in held
    assert [event.number for event in purged.ledger.events()] == [2, 4]
    assert purged.ledger.events(OLD) == purged.ledger.events(year=2019) == ()
    assert purged.ledger.cases(2019) == ()
    assert purged.ledger.events("-") == ()


def test_that_look_finds_a_name_that_is_there(location):
    with Ledger.open(location, create=True) as ledger:
        ledger.append([draft(replace(APPLIED, name=NAME), OLD)], NOW)
        assert NAME.encode() in bytes_of(location)


def test_the_chain_holds_and_says_who_erased_what_when_and_why(purged):
    assert purged.ledger.verify() == ()
    for row in purged.before:
        assert purged.ledger.verify(row.hash) == ()  # also what was printed before it was erased
    (one,) = purged.ledger.erasures()
    assert (one.number, one.actor, one.at, one.reason) == (6, "S01", NOW, "保存期限届满")
    assert (one.erasing.years, one.erasing.cases, one.erasing.kept) == ((2019,), 2, 1)
    assert one.erasing.numbers == OF_OLD
    assert purged.ledger.head().number == 6


def test_an_erased_event_keeps_its_place_in_the_chain_and_nothing_else(purged):
    for before, left in zip(purged.before, purged.rows, strict=False):
        assert (left.number, left.previous, left.hash) == (before.number, before.previous, before.hash)
        if before.number in OF_OLD:
            assert (left.kind, left.case_id, left.content, left.content_sha256) == (ERASED, "-", None, "")
            with pytest.raises(LedgerError) as refused:
                purged.ledger.event(left.number)
            assert refused.value.code == "ledger.of_no_case"
        else:
            assert left == before


def test_the_ledger_goes_on_after_an_erasure_and_may_be_erased_from_again(purged):
    (event,) = purged.ledger.append([draft(case="2020/1")], NOW, last=6)
    assert (event.number, event.previous) == (7, purged.head.hash)
    assert purged.ledger.erase(WISH, "S01", NOW, "x") is None
    again = purged.ledger.erase(Wish(frozenset({"2020/1"})), "S02", NOW, "又一次")
    assert (again.number, again.erasing.events) == (8, ((7, 7),))
    assert purged.ledger.verify() == ()
    assert [one.actor for one in purged.ledger.erasures()] == ["S01", "S02"]


def test_numbers_of_erased_papers_are_never_given_again(purged):
    (one,) = purged.ledger.erasures()
    appointed = EVERY_PAYLOAD[13]
    assert one.erasing.papers == (appointed.document_number, appointed.certificate_number)
    papers = replace(
        load_committee(None).papers,
        appointment_number="聘〔{year}〕{number}号",
        certificate_number="C-{year}-{number}",
    )
    free = free_numbers(papers, 2025, purged.ledger.events(), one.erasing.papers)
    assert (free.document, next(free.certificates)) == ("聘〔2025〕2号", "C-2025-2")


# --- tampering is found still --------------------------------------------------------------------


@pytest.mark.parametrize("column", ["case_id", "kind", "actor", "at", "content", "content_sha256"])
def test_anything_put_into_an_erased_event_is_found(purged, column):
    rows = list(purged.rows)
    rows[0] = replace(rows[0], **{column: "x"})
    assert 1 in {number for _, number in purged.after(rows)}


@pytest.mark.parametrize("index", [0, 2, 4])
@pytest.mark.parametrize("column", ["previous", "hash"])
def test_an_altered_place_in_the_chain_of_an_erased_event_is_found(purged, index, column):
    rows = list(purged.rows)
    rows[index] = replace(rows[index], **{column: "ab" * 32})
    assert ("erasure", 6) in purged.after(rows)


def test_an_event_that_is_put_back_is_found(purged):
    assert ("not_erased", 1) in purged.after([purged.before[0], *purged.rows[1:]])


def test_an_event_emptied_without_an_erasure_is_found(purged):
    kept = purged.rows[1]
    emptied = Row(kept.number, "-", ERASED, "", "", None, None, "", kept.previous, kept.hash)
    found = purged.after([purged.rows[0], emptied, *purged.rows[2:]])
    assert found == [("erased_unrecorded", 2)]


def test_an_altered_erasure_is_found_also_with_a_hash_that_fits(purged):
    last = purged.rows[-1]
    for altered in (replace(last, actor="S99"), resealed(replace(last, actor="S99"))):
        assert purged.after([*purged.rows[:-1], altered]) != []


def test_a_removed_erased_event_and_a_removed_erasure_are_found(purged):
    assert ("missing", 3) in purged.after([row for row in purged.rows if row.number != 3])
    assert ("missing", 6) in purged.after(purged.rows[:-1])


def test_a_ledger_with_erasures_says_so_to_programs_that_know_none(purged):
    assert ("format", None) in purged.after(purged.rows, version=1)


@pytest.mark.parametrize("events", [[[1, 2**60]], [[0, 1]], [[5, 3]], [], [[6, 6]]])
def test_an_erasure_of_events_that_are_none_is_told_and_never_counted_through(purged, events):
    last = purged.rows[-1]
    inside = parse(last.content)
    inside["payload"]["events"] = events
    content = canonical(inside).decode().strip()
    forged = resealed(replace(last, content=content, content_sha256=content_digest(content)))
    assert ("unreadable", 6) in purged.after([*purged.rows[:-1], forged])


# --- guards, breaks, copies ----------------------------------------------------------------------


def test_the_guards_stand_again_after_an_erasure_and_after_one_that_broke_off(purged, kind, monkeypatch):
    def breaks(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("cmreview.process.ledger.tables.insert", breaks)
    with pytest.raises(KeyboardInterrupt):
        purged.ledger.erase(Wish(frozenset({KEPT})), "S01", NOW, "x")
    monkeypatch.undo()
    assert stored(purged.location) == purged.rows
    url = purged.location if kind == "postgresql" else f"sqlite:///{purged.location}"
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    for statement in (
        "UPDATE ledger_event SET content = NULL",
        "UPDATE ledger_event SET kind = 'erased' WHERE number = 2",
        "DELETE FROM ledger_event WHERE number = 1",
        "UPDATE ledger_head SET format_version = 1",
        "UPDATE ledger_head SET number = 1",
    ):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"), engine.begin() as connection:
            connection.exec_driver_sql(statement)
    assert purged.ledger.verify() == ()


def test_nothing_is_erased_from_a_ledger_that_is_not_whole(purged):
    with unguarded(purged.location) as connection:
        connection.execute(sa.text("UPDATE ledger_event SET actor = 'x' WHERE number = 2"))
    rows = stored(purged.location)
    with pytest.raises(LedgerError) as refused:
        purged.ledger.erase(Wish(frozenset({KEPT})), "S01", NOW, "x")
    assert refused.value.code == "ledger.broken"
    assert stored(purged.location) == rows


@pytest.mark.parametrize("to", KINDS)
def test_a_copy_of_a_purged_ledger_holds_nothing_erased_and_comes_back_equal(purged, places, to, tmp_path):
    copy = tmp_path / "copy.jsonl"
    purged.ledger.export(copy)
    assert NAME.encode() not in copy.read_bytes()
    elsewhere = places(to)
    assert restore(copy, elsewhere) == purged.head
    assert stored(elsewhere) == purged.rows
    with Ledger.open(elsewhere) as restored:
        assert restored.verify() == ()
        assert restored.erasures() == purged.ledger.erasures()


@pytest.mark.parametrize("hold", ["BEGIN", "BEGIN IMMEDIATE"], ids=["reads", "writes"])
def test_files_are_not_called_clean_while_somebody_else_is_at_the_ledger(tmp_path, hold):
    location = tmp_path / "ledger.db"
    with Ledger.open(location, create=True, wait=0.1) as ledger:
        ledger.append([draft(replace(APPLIED, name=NAME), OLD)], NOW)
        ledger.erase(Wish(frozenset({OLD})), "S01", NOW, "x")
        with connected(f"sqlite:///{location}") as other:
            other.exec_driver_sql(hold)
            other.exec_driver_sql("SELECT count(*) FROM ledger_event").fetchall()
            with pytest.raises(LedgerError) as refused:
                ledger.scrub()
        assert refused.value.code == "ledger.not_cleared"
        ledger.scrub()
        assert ledger.verify() == ()
    assert NAME.encode() not in bytes_of(location)


def test_ledgers_of_before_open_and_verify_for_their_hashes_are_what_they_were(tmp_path):
    """Written down when no ledger could be erased from: whoever changes how events are sealed breaks it."""
    numbers = iter(range(9))
    with Ledger.open(tmp_path / "a.db", create=True, draw=lambda: f"{next(numbers):032x}") as ledger:
        ledger.append([draft(APPLIED)], NOW)
        assert ledger.head().hash == "a6cabfcfa38060a14bffa1a22f120a18326bee34bc6c3255a0d156e0dbdcf593"
        assert b'"version":1' in next(iter(ledger.export_lines()))


def test_the_row_of_an_erasure_reads_back_as_it_was_sealed(purged):
    assert erasure_of(purged.rows[-1]) == purged.ledger.erasures()[0]
    with pytest.raises(ValueError, match="altered"):
        erasure_of(replace(purged.rows[-1], actor="x"))
