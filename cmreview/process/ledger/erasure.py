"""Contents of the ledger erased for good, and the chain whole all the same (Policy 1.3.a).

An erased event keeps its number, the hash before it and its own hash. Everything that says something of a
person goes: case, kind, actor, moment, content with its salt, and the content's digest. As the digest of a
salted content is among what the hash covers, nobody can guess from the hash what was erased. That it was
erased, by whom and why is an event of its own; a digest in it holds every erased event in its place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cmreview.exact_json import canonical, decode, encode, parse
from cmreview.process.events import Appointed, Kind, case_parts
from cmreview.process.ledger.chain import FORMAT, Head, Row, content_digest, event_of, seal, with_hash

# A ledger of this format holds erasures: a program that knows none must not take them for tampering.
FORMAT_OF_ERASURES = 2
ERASED = "erased"
ERASURE = "erasure"
# Neither an erased event nor an erasure is of a case; no case has this id.
NO_CASE = "-"


@dataclass(frozen=True, slots=True)
class Erasing:
    """What one erasure took away: the review ``years``, how many cases, which events, from first to last.

    ``kept`` counts cases of those years that were left, because somebody asked to. ``papers`` are the
    numbers of the erased appointments' papers, which are never given again (Policy 4.5). ``seal`` is a
    digest over what is left of the erased events.
    """

    years: tuple[int, ...]
    cases: int
    kept: int
    events: tuple[tuple[int, int], ...]
    papers: tuple[str, ...]
    seal: str

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers of the erased events."""
        return tuple(number for first, last in self.events for number in range(first, last + 1))


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasure as it is recorded: by whom, when and why; ``number`` and ``hash`` are its event's."""

    number: int
    erasing: Erasing
    actor: str
    at: datetime
    reason: str
    hash: str


@dataclass(frozen=True, slots=True)
class Wish:
    """The cases whose events are to go, by id; ``kept`` is how many of their years were asked to stay."""

    cases: frozenset[str]
    kept: int = 0


@dataclass(frozen=True, slots=True)
class Signed:
    """Who erases, when and why, and the salt of the event that says so."""

    actor: str
    at: datetime
    reason: str
    salt: str


def is_of_a_case(row: Row) -> bool:
    """Whether a row is an event of a case: neither erased nor an erasure."""
    return row.kind not in (ERASED, ERASURE)


def format_of(rows: Iterable[Row]) -> int:
    """The format that a ledger of these rows has."""
    return FORMAT_OF_ERASURES if any(row.kind == ERASURE for row in rows) else FORMAT


def emptied(row: Row) -> Row:
    """What is left of an event once it is erased."""
    return Row(row.number, NO_CASE, ERASED, "", "", None, None, "", row.previous, row.hash)


def seal_of(erased: Sequence[Row]) -> str:
    """The digest that holds erased events in their places."""
    left = [[row.number, row.previous, row.hash] for row in erased]
    return hashlib.sha256(canonical(left)).hexdigest()


def spans(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Numbers, counting up, as runs from first to last.

    >>> spans([1, 2, 3, 7, 9, 10])
    ((1, 3), (7, 7), (9, 10))
    """
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return tuple(found)


def erase(wish: Wish, rows: Sequence[Row], head: Head, signed: Signed) -> tuple[tuple[Row, ...], Row | None]:
    """The rows that the wish names, and the row that records their erasure; None where there are none.

    ``rows`` are the whole ledger's, which must be sound.
    """
    gone = tuple(row for row in rows if row.case_id in wish.cases)
    if not gone:
        return (), None
    erasing = Erasing(
        years=tuple(sorted({case_parts(row.case_id)[0] for row in gone})),
        cases=len({row.case_id for row in gone}),
        kept=wish.kept,
        events=spans(row.number for row in gone),
        papers=tuple(dict.fromkeys(number for row in gone for number in _paper_numbers(row))),
        seal=seal_of(gone),
    )
    inside = {"payload": encode(erasing), "reason": signed.reason, "salt": signed.salt}
    content = canonical(inside).decode().removesuffix("\n")
    return gone, with_hash(
        Row(
            number=head.number + 1,
            case_id=NO_CASE,
            kind=ERASURE,
            actor=signed.actor,
            at=signed.at.isoformat(),
            corrects=None,
            content=content,
            content_sha256=content_digest(content),
            previous=head.hash,
            hash="",
        )
    )


def _paper_numbers(row: Row) -> tuple[str, ...]:
    paper = event_of(row).payload if row.kind == Kind.APPOINTED else None
    return (paper.document_number, paper.certificate_number) if isinstance(paper, Appointed) else ()


def erasure_of(row: Row) -> Erasure:
    """A stored row as an erasure. Raises ValueError or RecursionError where it is not what was sealed."""
    if row.content is None or content_digest(row.content) != row.content_sha256 or seal(row) != row.hash:
        raise ValueError("altered")
    inside = parse(row.content)
    if not isinstance(inside, dict) or inside.keys() != {"payload", "reason", "salt"}:
        raise ValueError("content")
    return Erasure(
        number=row.number,
        erasing=decode(Erasing, inside["payload"]),
        actor=row.actor,
        at=decode(datetime, row.at),
        reason=decode(str, inside["reason"]),
        hash=row.hash,
    )
