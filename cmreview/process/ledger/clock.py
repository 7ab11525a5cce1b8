"""Events whose time is earlier than that of one before them: a clock was wrong, which must be told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cmreview.process.events import Event


def set_back(events: Iterable[Event]) -> Iterator[tuple[Event, Event]]:
    """Each event that bears an earlier time than an event before it, with the latest of those.

    ``events`` come in the order of their numbers, which alone decides what came first: such an event is no
    fault of the ledger, and recording goes on. But a term that is counted from its day may be wrong
    (Policy 1.3.a).
    """
    latest: Event | None = None
    for event in events:
        if latest is not None and event.at < latest.at:
            yield event, latest
        else:
            latest = event
