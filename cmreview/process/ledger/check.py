"""What is wrong with a ledger: altered, removed, reordered or inserted events, by the chain of hashes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from cmreview.process.events import Kind
from cmreview.process.ledger.chain import (
    Head,
    Row,
    content_digest,
    faulty_column,
    opened,
    origin,
    seal,
)
from cmreview.process.ledger.erasure import (
    ERASED,
    ERASURE,
    Erasure,
    emptied,
    erasure_of,
    format_of,
    seal_of,
)
from cmreview.words import say


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with the ledger; ``number`` is the event's, None for the whole ledger.

    ``code`` names the words in ``words/ledger.yaml``, ``details`` fill them.
    """

    code: str
    number: int | None = None
    details: tuple[tuple[str, str], ...] = ()

    def text(self, lang: str = "zh") -> str:
        """The fault in one sentence, the event's number included."""
        return say(self.code, lang, number=self.number, **dict(self.details))


def faults(
    rows: Sequence[Row], heads: list[tuple[Any, Head]], expected_head: str | None = None
) -> Iterator[Fault]:
    """All faults of a ledger, in the order of its events; none where it is whole.

    ``rows`` come by number; ``heads`` is what stands in the table that says where the ledger ends.
    ``expected_head`` is a hash that was printed or kept elsewhere: only it can tell that a whole ledger,
    or its end, was put together anew by somebody who knew how to compute the hashes.
    """
    if len(heads) != 1:
        yield Fault("ledger.fault.head_count", details=(("count", str(len(heads))),))
    version, head = heads[0] if heads else (None, None)
    if head is not None and version != format_of(rows):
        yield Fault("ledger.fault.format", details=(("found", str(version)),))
    start = origin(head.ledger_id) if head is not None and type(head.ledger_id) is str else None
    seen = {start}
    number, previous = 0, start
    for row in rows:
        if type(row.number) is not int or row.number <= number:
            yield Fault("ledger.fault.odd_number", details=(("found", str(row.number)),))
            continue
        if row.number > number + 1:
            yield _missing(number + 1, row.number - 1)
            previous = None
        yield from _of_row(row, previous)
        number, previous = row.number, row.hash
        seen.add(row.hash)
    yield from _of_erasures(rows)
    if head is not None:
        yield from _of_head(head, number, previous)
    if expected_head is not None and expected_head not in seen:
        yield Fault("ledger.fault.rewritten", details=(("expected", expected_head[:16]),))


def _of_row(row: Row, previous: str | None) -> Iterator[Fault]:
    column = faulty_column(row)
    if column is not None:
        yield Fault("ledger.fault.column", row.number, (("column", column),))
        return
    if row.kind == ERASED:  # what sealed it is gone; an erasure must vouch for it
        if row != emptied(row):
            yield Fault("ledger.fault.altered", row.number)
        elif previous is not None and row.previous != previous:
            yield Fault("ledger.fault.not_after_previous", row.number)
        return
    whole = seal(row) == row.hash
    if not whole:
        yield Fault("ledger.fault.altered", row.number)
    elif previous is not None and row.previous != previous:
        yield Fault("ledger.fault.not_after_previous", row.number)
    if row.content is None:
        yield Fault("ledger.fault.content_gone", row.number)
    elif content_digest(row.content) != row.content_sha256:
        yield Fault("ledger.fault.content_altered", row.number)
    elif whole:
        yield from _of_meaning(row)


def _of_meaning(row: Row) -> Iterator[Fault]:
    """What was sealed so, and yet can't be read: written by another program, or by a newer one."""
    if row.kind == ERASURE:
        if _readable(row) is None:
            yield Fault("ledger.fault.unreadable", row.number)
        return
    if row.kind not in set(Kind):
        yield Fault("ledger.fault.unknown_kind", row.number, (("kind", row.kind),))
        return
    if row.corrects is not None and not 0 < row.corrects < row.number:
        yield Fault("ledger.fault.corrects", row.number, (("corrects", str(row.corrects)),))
    try:
        opened(row)
    except (ValueError, RecursionError):
        yield Fault("ledger.fault.unreadable", row.number)


def _of_erasures(rows: Sequence[Row]) -> Iterator[Fault]:
    """Every erased event is vouched for by one erasure, and is what that one left of it."""
    erased = {row.number: row for row in rows if row.kind == ERASED}
    there = {row.number for row in rows} - erased.keys()
    vouched: set[int] = set()
    for one in erasures(rows):
        own = [number for number in one.erasing.numbers if number not in vouched]
        back = [number for number in own if number in there]
        left = [erased[number] for number in own if number in erased]
        if back:
            yield Fault("ledger.fault.not_erased", back[0], (("erasure", str(one.number)),))
        elif seal_of(left) != one.erasing.seal:
            yield Fault("ledger.fault.erasure", one.number)
        vouched.update(own)
    for number in sorted(erased.keys() - vouched):
        yield Fault("ledger.fault.erased_unrecorded", number)


def erasures(rows: Sequence[Row]) -> tuple[Erasure, ...]:
    """The erasures among the rows of a ledger that can be read, in their order."""
    # an erasure whose number is beyond all rows is reported as one, and not counted through
    found = (_readable(row) for row in rows if row.kind == ERASURE and row.number <= len(rows))
    return tuple(one for one in found if one is not None)


def _readable(row: Row) -> Erasure | None:
    """A row as an erasure; None where it is none that a ledger wrote."""
    try:
        one = erasure_of(row)
    except (ValueError, RecursionError):
        return None
    # the runs of events follow each other, and all of them come before the erasure
    ends = [end for span in one.erasing.events for end in span]
    in_order = all(before <= after for before, after in pairwise([1, *ends, row.number - 1]))
    return one if ends and in_order else None


def _of_head(head: Head, number: int, last: str | None) -> Iterator[Fault]:
    if type(head.number) is not int or type(head.hash) is not str:
        yield Fault("ledger.fault.head")
    elif head.number > number:
        yield _missing(number + 1, head.number)
    elif head.number < number:
        yield Fault("ledger.fault.beyond_head", details=(("head", str(head.number)), ("last", str(number))))
    elif head.hash != last:
        yield Fault("ledger.fault.head")


def _missing(first: int, last: int) -> Fault:
    if first == last:
        return Fault("ledger.fault.missing", first)
    return Fault("ledger.fault.missing_many", first, (("last", str(last)),))
