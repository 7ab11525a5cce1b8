"""Whether a certificate is genuine and stands, told from the ledger (等级证书, Policy 4.5)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from cmreview.process import events as record
from cmreview.process.events import Event
from cmreview.process.stages import standing

_DIGITS = 16  # of an event's hash: enough that nobody finds another by trying
_GROUP = 4


class Finding(StrEnum):
    """What can be said of a certificate."""

    UNKNOWN = "unknown"  # no appointment bears this number
    WRONG_CODE = "wrong_code"  # the number is known, the code is not its
    REPLACED = "replaced"  # the appointment was corrected after this copy was printed
    TAKEN_BACK = "taken_back"  # the appointment was recorded by mistake and counts no more
    STANDS = "stands"


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger says of a certificate. ``appointment`` is the event that holds it; ``application``
    says whose it is, both None for a number that nobody has. ``later`` replaced it or took it back.
    """

    finding: Finding
    appointment: Event | None = None
    application: record.Applied | None = None
    later: Event | None = None


def code_of(appointment: Event) -> str:
    """The code on a certificate: the first sixteen digits of its appointment's hash, in groups of four."""
    digits = appointment.hash[:_DIGITS].upper()
    return "-".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


def certificate(events: Iterable[Event], number: str, code: str | None = None) -> Known:
    """What the ledger's ``events``, all of them in their order, say of certificate ``number``.

    Without a ``code`` the number alone is looked up. Blanks, widths, case and hyphens don't matter.
    """
    by_case: dict[str, list[Event]] = {}
    for event in events:
        by_case.setdefault(event.case, []).append(event)
    found = [
        event
        for history in by_case.values()
        for event in history
        if isinstance(event.payload, record.Appointed)
        and _plain(event.payload.certificate_number) == _plain(number)
    ]
    if not found:
        return Known(Finding.UNKNOWN)
    named = [event for event in found if code is None or _plain(code_of(event)) == _plain(code)]
    if not named:
        return Known(Finding.WRONG_CODE)
    # of several entries with the number the one that counts, else the latest
    known = [_told(event, by_case[event.case]) for event in named]
    return next((one for one in known if one.finding is Finding.STANDS), known[-1])


def _told(event: Event, history: Sequence[Event]) -> Known:
    counts = standing(history)
    applied = [
        events[-1].payload for events in counts.values() if isinstance(events[-1].payload, record.Applied)
    ]
    application = applied[-1] if applied else None
    chain = next((events for events in counts.values() if event in events), ())
    if chain and chain[-1] is event:
        return Known(Finding.STANDS, event, application)
    if chain:
        return Known(Finding.REPLACED, event, application, chain[-1])
    entry = event.number if event.corrects is None else event.corrects
    numbers = {event.number, entry}
    voided = [
        one for one in history if isinstance(one.payload, record.Voided) and one.payload.event in numbers
    ]
    return Known(Finding.TAKEN_BACK, event, application, voided[-1] if voided else None)


def _plain(text: str) -> str:
    kept = (sign for sign in unicodedata.normalize("NFKC", text) if sign.isalnum())
    return "".join(kept).casefold()
