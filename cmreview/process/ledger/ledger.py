"""The append-only record of what people decided: who did what in which case, when and why (Policy 1.3.a)."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from cmreview.errors import LedgerConflict, LedgerError
from cmreview.process.events import Draft, Event, case_parts
from cmreview.process.labels import label
from cmreview.process.ledger import copy as ledger_copy
from cmreview.process.ledger import tables as ledger_tables
from cmreview.process.ledger.chain import Head, Row, event_of, origin, sealed
from cmreview.process.ledger.check import Fault, erasures, faults
from cmreview.process.ledger.database import Database, open_database
from cmreview.process.ledger.erasure import (
    Erasure,
    Signed,
    Wish,
    erase,
    erasure_of,
    format_of,
    is_of_a_case,
)
from cmreview.process.ledger.places import WAIT, make, restore
from cmreview.process.ledger.trouble import is_damage
from cmreview.words import say

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = ["WAIT", "Erasure", "Fault", "Head", "Ledger", "Wish", "restore"]

# More than either database can count.
_TOO_HIGH = 2**63


def fresh() -> str:
    """Sixteen random bytes in hexadecimal: an id of a ledger, or the salt of an event."""
    return secrets.token_hex(16)


class Ledger:
    """The record in a SQLite file or a PostgreSQL database; several programs may use it at once.

    Close it, or use it in a ``with``. Everything raises LedgerError where the database can't be opened,
    read or written, and an append that raises has recorded nothing (the one exception says so itself:
    ``ledger.outcome_unknown``).
    """

    def __init__(self, database: Database, draw: Callable[[], str]) -> None:
        self._database = database
        self._draw = draw

    @classmethod
    def open(
        cls,
        location: str | Path,
        *,
        create: bool = False,
        wait: float = WAIT,
        draw: Callable[[], str] = fresh,
    ) -> Ledger:
        """The ledger at a file's path, or at ``postgresql://user@host/database``.

        ``create`` makes an empty one where there is none; one that is there stays as it is. ``wait`` is
        how many seconds a writer waits for others. ``draw`` gives random text for the ledger's id and
        the salts; only an example that must come out the same gives its own.
        """
        database = open_database(location, create=create, wait=wait)
        try:
            if create:
                make(database, draw)
            ledger = cls(database, draw)
            ledger.head()
        except BaseException:
            database.close()
            raise
        return ledger

    @property
    def place(self) -> str:
        """File, or host and database: what may be shown to anybody."""
        return self._database.place

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def append(
        self,
        drafts: Sequence[Draft],
        at: datetime,
        *,
        expect: Mapping[str, int] | None = None,
        last: int | None = None,
    ) -> tuple[Event, ...]:
        """Record all drafts at the moment ``at``, or none of them; what is returned is on the disk.

        ``expect`` gives for a case the number of the last event that the caller has seen, 0 for none:
        where a case has moved on since, LedgerConflict tells by whom. ``last`` is the same for the whole
        ledger, for steps that rest on all of it, such as a number that nobody else may have. Whether a
        step is allowed is not asked here, see ``cmreview.process.stages``. Events are ordered by number:
        a moment before the last event's is recorded as it is, for clocks of several machines differ, and
        one that once ran ahead must not keep a committee from working. ValueError where ``at`` has no
        zone; ProcessError where a case's id is none.
        """
        if at.utcoffset() is None:
            raise ValueError(f"{at.isoformat()} must say its zone")
        for draft in drafts:
            _is_plain(draft)
        with self._database.writing() as connection:
            head = ledger_tables.head(connection, self.place, lock=True)
            self._ends_with(connection, head)
            if last is not None and head.number != last:
                raise LedgerConflict("ledger.moved_on_somewhere", place=self.place)
            if expect:
                self._has_not_moved_on(connection, expect)
            rows, events = self._sealed(drafts, at, head)
            if rows:
                ledger_tables.insert(connection, rows)
                ledger_tables.move_head(connection, rows[-1].number, rows[-1].hash)
        return events

    def events(self, case: str | None = None, year: int | None = None) -> tuple[Event, ...]:
        """The events of a case, of a review year, or all, in their order.

        Each is held against its own seal, so that an altered one is never shown as if it were true.
        """
        if case is not None and not _is_one_line(case):
            return ()  # nothing could be recorded of it
        with self._database.reading() as connection:
            found = ledger_tables.rows(connection, case=case, year=year)
        return tuple(self._event(row) for row in found if is_of_a_case(row))

    def event(self, number: int) -> Event:
        """Event ``number``. LedgerError where there is none."""
        with self._database.reading() as connection:
            found = ledger_tables.rows(connection, number=number) if 0 < number < _TOO_HIGH else []
        if not found:
            raise LedgerError("ledger.no_event", number=number, place=self.place)
        if not is_of_a_case(found[0]):
            raise LedgerError("ledger.of_no_case", number=number, place=self.place)
        return self._event(found[0])

    def erasures(self) -> tuple[Erasure, ...]:
        """What was erased, by whom, when and why, in the order of erasing."""
        with self._database.reading() as connection:
            return erasures(ledger_tables.rows(connection))

    def erase(self, wish: Wish, actor: str, at: datetime, reason: str) -> Erasure | None:
        """Erase all events of the cases that ``wish`` names, for good; None where there are none left.

        What is left and the erasure are on the disk when this ends; ``scrub`` then clears the database's
        own files. Whether a case may be erased is not asked here. LedgerError where the ledger is not
        whole, or where the account may not do it: then nothing was erased.
        """
        if not actor.strip() or not _is_one_line(actor):
            raise LedgerError("ledger.odd_name", name=ascii(actor))
        with self._database.writing() as connection:
            head = ledger_tables.head(connection, self.place, lock=True)
            rows = ledger_tables.rows(connection)
            if any(True for _ in faults(rows, ledger_tables.heads(connection))):
                raise LedgerError("ledger.broken", place=self.place)
            gone, left = erase(wish, rows, head, Signed(actor, at, reason, self._draw()))
            if left is None:
                return None
            ledger_tables.erase(connection, gone, left)
        return erasure_of(left)

    def scrub(self) -> None:
        """Leave nothing of what was erased in the files of the database (see ``Database.scrub``)."""
        self._database.scrub()

    def cases(self, year: int) -> tuple[str, ...]:
        """The ids of a review year's cases, in their order."""
        with self._database.reading() as connection:
            return tuple(ledger_tables.cases(connection, year))

    def head(self) -> Head:
        """Where the ledger ends."""
        with self._database.reading() as connection:
            if not ledger_tables.exist(connection):
                raise LedgerError("ledger.not_a_ledger", place=self.place)
            return ledger_tables.head(connection, self.place)

    def verify(self, expected_head: str | None = None) -> tuple[Fault, ...]:
        """Everything that is wrong: altered, removed, reordered or inserted events, a damaged file.

        Empty where the ledger is whole. Somebody who may write to the database and knows how the hashes
        are computed can put together a ledger that is whole and yet another one; ``expected_head``, a
        hash printed on a paper or kept in a backup, then is not in it any more, and that is told.
        """
        found: list[Fault] = []
        try:
            with self._database.reading() as connection:
                found += _damage(connection)
                heads = ledger_tables.heads(connection)
                found += faults(ledger_tables.rows(connection), heads, expected_head)
        except LedgerError as error:
            if not is_damage(error):
                raise
            found.append(Fault("ledger.fault.damaged_file", details=(("detail", error.code),)))
        return tuple(found)

    def export_lines(self) -> Iterator[bytes]:
        """The whole ledger as it is at one moment, as lines of canonical JSON (see ``restore``).

        LedgerError where it is not whole: a backup that no restore would take is none.
        """
        head, rows = self._snapshot()
        yield from ledger_copy.lines(head, rows)

    def export(self, path: Path) -> Head:
        """Write the whole ledger to a new file; returned is where it ends."""
        head, rows = self._snapshot()
        ledger_copy.write(path, ledger_copy.lines(head, rows))
        return head

    def export_until(self, path: Path, end: Head) -> None:
        """Write the ledger as it was when it ended at ``end`` to a new file.

        LedgerError where it never ended there, or where something of before was erased since.
        """
        _, rows = self._snapshot()
        earlier = [row for row in rows if row.number <= end.number]
        if any(True for _ in faults(earlier, [(format_of(earlier), end)])):
            raise LedgerError("ledger.never_ended_there", place=self.place, number=end.number)
        ledger_copy.write(path, ledger_copy.lines(end, earlier))

    def _snapshot(self) -> tuple[Head, list[Row]]:
        with self._database.reading() as connection:
            head = ledger_tables.head(connection, self.place)
            heads = ledger_tables.heads(connection)
            rows = ledger_tables.rows(connection)
        if any(True for _ in faults(rows, heads)):
            raise LedgerError("ledger.broken", place=self.place)
        return head, rows

    def _ends_with(self, connection: Connection, head: Head) -> None:
        """Nothing is recorded on top of a ledger whose end was tampered with."""
        last = ledger_tables.last_row(connection)
        ends = (0, origin(head.ledger_id)) if last is None else (last.number, last.hash)
        if ends != (head.number, head.hash):
            raise LedgerError("ledger.broken", place=self.place)

    def _has_not_moved_on(self, connection: Connection, expect: Mapping[str, int]) -> None:
        last = ledger_tables.last_numbers(connection, expect)
        moved = [last.get(case, 0) for case, seen in expect.items() if last.get(case, 0) > seen]
        lost = tuple(case for case, seen in expect.items() if last.get(case, 0) < seen)
        if lost:
            raise LedgerConflict("ledger.went_back", cases=lost, place=self.place)
        if moved:
            found = [self._event(row) for n in moved for row in ledger_tables.rows(connection, number=n)]
            raise LedgerConflict(
                "ledger.moved_on",
                moved_zh=tuple(_step(event, "zh") for event in found),
                moved_en=tuple(_step(event, "en") for event in found),
            )

    def _sealed(
        self, drafts: Sequence[Draft], at: datetime, head: Head
    ) -> tuple[list[Row], tuple[Event, ...]]:
        rows: list[Row] = []
        events: list[Event] = []
        previous = head.hash
        for number, draft in enumerate(drafts, start=head.number + 1):
            if draft.corrects is not None and not 0 < draft.corrects < number:
                raise LedgerError("ledger.corrects_nothing", case=draft.case, corrects=draft.corrects)
            row, event = sealed(draft, number, at, previous, self._draw())
            previous = row.hash
            rows.append(row)
            events.append(event)
        return rows, tuple(events)

    def _event(self, row: Row) -> Event:
        try:
            return event_of(row)
        except (ValueError, RecursionError) as error:
            raise LedgerError("ledger.unreadable_event", number=row.number, place=self.place) from error


def _damage(connection: Connection) -> list[Fault]:
    """What SQLite finds wrong in the file itself, indexes included; PostgreSQL looks after its own."""
    if connection.dialect.name != "sqlite":
        return []
    said = [str(line) for (line,) in connection.exec_driver_sql("PRAGMA integrity_check(10)")]
    return [Fault("ledger.fault.damaged_file", details=(("detail", line),)) for line in said if line != "ok"]


def _is_plain(draft: Draft) -> None:
    """A case's id and an actor's name are one line of text: neither database can hold everything else."""
    case_parts(draft.case)
    for text in (draft.case, draft.actor):
        if not text.strip() or not _is_one_line(text):
            raise LedgerError("ledger.odd_name", name=ascii(text))


def _is_one_line(text: str) -> bool:
    return not any(unicodedata.category(sign) in ("Cc", "Cs") for sign in text)


def _step(event: Event, lang: str) -> str:
    return say(
        "ledger.step",
        lang,
        case=event.case,
        number=event.number,
        actor=event.actor,
        at=event.at.isoformat(sep=" ", timespec="minutes"),
        kind=label(event.kind)(lang),
    )
