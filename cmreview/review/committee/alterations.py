"""What was altered in a case's record: what stood before, what stands now, by whom and why (Policy 1.3.a)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from cmreview.process.events import Decided, Kind, Payload
from cmreview.process.timeline import Entry


@dataclass(frozen=True, slots=True)
class Alteration:
    """One correction, withdrawal of an entry, or new decision in place of an earlier one.

    ``before`` and ``after`` are payloads: ``after`` is None where the entry was taken back; a correction
    taken back leaves what it corrected. With ``is_closed`` the content is not for the reader, and both are
    None. ``first`` is the number of the entry that is altered, ``number`` that of the event that did it;
    ``actor`` is an id, empty where it is closed.
    """

    kind: Kind
    first: int
    number: int
    before: Payload | None
    after: Payload | None
    actor: str
    at: datetime
    reason: str | None
    is_closed: bool = False

    @property
    def fields(self) -> tuple[tuple[str, object, object], ...]:
        """The fields that differ, with their value before and after; empty where either is missing."""
        if self.before is None or self.after is None:
            return ()
        pairs = (
            (one.name, getattr(self.before, one.name), getattr(self.after, one.name))
            for one in fields(self.after)
        )
        return tuple(pair for pair in pairs if pair[1] != pair[2])


def alterations(entries: Sequence[Entry]) -> tuple[Alteration, ...]:
    """Every alteration of one case, in the order of the record (Policy 1.3.a).

    ``entries`` are those of ``timeline`` for the reader at hand, so that what is closed to the reader stays
    closed here. A decision after an appeal or a return stands beside the one that it replaces.
    """
    chains: dict[int, list[Entry]] = {}  # an entry and its corrections that still count, by its number
    first: dict[int, int] = {}
    decisions: list[int] = []
    found = []
    for entry in entries:
        first[entry.number] = entry.number
        if entry.kind is Kind.VOIDED:
            # the target is known by ``voided_by``, also where its content is closed
            target = next((each for each in entries if each.voided_by == entry.number), None)
            if target is not None:
                root = first.get(target.number, target.number)
                chain = chains.get(root, [])
                is_whole = root == target.number
                chains[root] = [] if is_whole else [each for each in chain if each is not target]
                decisions = [number for number in decisions if not (is_whole and number == root)]
                found.append(_altered(root, target, chains[root][-1] if chains[root] else None, entry))
        elif entry.corrects is not None:
            root = first[entry.number] = first.get(entry.corrects, entry.corrects)
            chain = chains.setdefault(root, [])
            if chain:
                found.append(_altered(root, chain[-1], entry, entry))
            chain.append(entry)
        else:
            chains[entry.number] = [entry]
            if isinstance(entry.payload, Decided):
                if decisions:
                    found.append(_altered(decisions[-1], chains[decisions[-1]][-1], entry, entry))
                decisions.append(entry.number)
    return tuple(found)


def _altered(root: int, before: Entry, after: Entry | None, by: Entry) -> Alteration:
    is_closed = any(each is not None and each.is_closed for each in (before, after, by))
    return Alteration(
        kind=before.kind,
        first=root,
        number=by.number,
        before=None if is_closed else before.payload,
        after=None if is_closed or after is None else after.payload,
        actor=by.actor,
        at=by.at,
        reason=by.reason,
        is_closed=is_closed,
    )
