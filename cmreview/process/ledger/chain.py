"""One row of the ledger, sealed by a hash to all rows before it (Policy 1.3.a)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime

from cmreview.errors import LedgerError
from cmreview.exact_json import canonical, decode, encode, parse
from cmreview.process.events import PAYLOADS, Draft, Event, Kind
from cmreview.process.labels import label

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Head:
    """Where a ledger ends: the number and the hash of its last event.

    An empty ledger has number 0 and the ``origin`` of its id as hash. A paper that prints the hash
    bears witness to every event up to ``number``.
    """

    ledger_id: str
    number: int
    hash: str


@dataclass(frozen=True, slots=True)
class Row:
    """One event as it is stored. ``content`` is canonical JSON: payload, reason and a random salt.

    The hash covers the content by its digest only, so that a person's data can be erased when the law
    asks for it and the chain still holds. The salt keeps the digest of a payload with few possible
    values, such as a score, from being guessed. ``at`` is ISO 8601 with the zone of whoever recorded it.
    """

    number: int
    case_id: str
    kind: str
    actor: str
    at: str
    corrects: int | None
    content: str | None
    content_sha256: str
    previous: str
    hash: str


COLUMNS = tuple(field.name for field in fields(Row))
_WHOLE = ("number", "corrects")
_MAY_LACK = ("corrects", "content")
_SEALED = tuple(name for name in COLUMNS if name not in ("content", "hash"))


def origin(ledger_id: str) -> str:
    """The hash before the first event; it binds the chain to its ledger and to the format."""
    return _sha256(canonical({"format": FORMAT, "ledger": ledger_id}))


def seal(row: Row) -> str:
    """The hash of a row, from everything but its content (see ``Row``)."""
    return _sha256(canonical({name: getattr(row, name) for name in _SEALED}))


def with_hash(row: Row) -> Row:
    """A row with the hash that seals it."""
    values = {name: getattr(row, name) for name in COLUMNS}
    return Row(**values | {"hash": seal(row)})


def content_digest(content: str) -> str:
    """The digest of a content's bytes; bytes of a damaged file that are no text count as they are."""
    return _sha256(content.encode("utf-8", "surrogateescape"))


def sealed(draft: Draft, number: int, at: datetime, previous: str, salt: str) -> tuple[Row, Event]:
    """A draft as row ``number`` after the row whose hash is ``previous``, and as it will be read back.

    LedgerError where it could not be read back as the very same, so that nothing unreadable is ever
    stored.
    """
    inside = {"payload": encode(draft.payload), "reason": draft.reason, "salt": salt}
    content = canonical(inside).decode().removesuffix("\n")
    open_row = Row(
        number=number,
        case_id=draft.case,
        kind=draft.kind.value,
        actor=draft.actor,
        at=at.isoformat(),
        corrects=draft.corrects,
        content=content,
        content_sha256=content_digest(content),
        previous=previous,
        hash="",
    )
    row = with_hash(open_row)
    try:
        event = event_of(row)
    except (ValueError, RecursionError) as error:
        raise _not_recordable(draft) from error
    if event.payload != draft.payload or event.reason != draft.reason:
        raise _not_recordable(draft)
    return row, event


def event_of(row: Row) -> Event:
    """A stored row as an event. Raises ValueError or RecursionError where it is not what was sealed."""
    if faulty_column(row) or row.content is None:
        raise ValueError("not a row of the ledger")
    if content_digest(row.content) != row.content_sha256 or seal(row) != row.hash:
        raise ValueError("altered")
    return opened(row)


def opened(row: Row) -> Event:
    """A row as an event, its seal unchecked. Raises ValueError or RecursionError where it makes none."""
    inside = parse(row.content or "")
    if not isinstance(inside, dict) or inside.keys() != {"payload", "reason", "salt"}:
        raise ValueError("content")
    return Event(
        number=row.number,
        case=row.case_id,
        payload=decode(PAYLOADS[Kind(row.kind)], inside["payload"]),
        actor=row.actor,
        at=decode(datetime, row.at),
        reason=decode(str | None, inside["reason"]),
        corrects=row.corrects,
        previous=row.previous,
        hash=row.hash,
    )


def faulty_column(row: Row) -> str | None:
    """The first column whose value has not the type that the ledger writes; None where all have."""
    for name in COLUMNS:
        value = getattr(row, name)
        if value is None and name in _MAY_LACK:
            continue
        # SQLite keeps whatever is put into a column, whatever the column's type
        if type(value) is not (int if name in _WHOLE else str):
            return name
    return None


def _sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _not_recordable(draft: Draft) -> LedgerError:
    kind = label(draft.kind)
    return LedgerError("ledger.not_recordable", case=draft.case, kind_zh=kind("zh"), kind_en=kind("en"))
