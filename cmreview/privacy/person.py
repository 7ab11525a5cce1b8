"""Everything that is held on one person, and nothing of anybody else: rows, events, files (PIPL art. 45).

Who else stands in it: those who decided or signed about the person, by name, since whoever is decided about
may know by whom; everybody else by their role, or as "another manager" where people wrote of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from cmreview.errors import InputError
from cmreview.exact_json import encode
from cmreview.policy.model import Policy
from cmreview.privacy.holdings import Whose, kind_of
from cmreview.privacy.names import Names
from cmreview.privacy.reading import text_of
from cmreview.process.committee import Committee
from cmreview.process.events import Event, Kind, case_parts
from cmreview.process.labels import label
from cmreview.process.rules import process_rules
from cmreview.process.stages import case_state
from cmreview.process.timeline import Entry, Glossary, timeline, told
from cmreview.records.columns import Table
from cmreview.records.model import PROVENANCE, Records
from cmreview.records.schema import TABLES
from cmreview.terms import Label
from cmreview.words import say

# Steps by which somebody decided or signed about the person.
SIGNED = frozenset(
    {
        Kind.REVIEWED,
        Kind.DECIDED,
        Kind.PUBLICISED,
        Kind.APPEAL_HEARD,
        Kind.APPEAL_SETTLED,
        Kind.APPOINTED,
        Kind.NOT_APPOINTED,
        Kind.MEASURE_DECIDED,
        Kind.LEGAL_STEP,
    }
)
_ID = "manager_id"


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one table that are the person's; values as ``records`` typed them, text made safe."""

    table: Table
    rows: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of the person's cases as it may be shown to them; ``what`` is empty where it is closed."""

    case: str
    number: int
    at: datetime
    kind: Kind
    who: str
    what: str
    reason: str
    is_closed: bool
    hash: str


@dataclass(frozen=True, slots=True)
class Held:
    """All of it. ``files`` are the person's own; ``named_in`` are others that name the person as well."""

    manager_id: str
    name: str
    rows: tuple[Rows, ...]
    events: tuple[Happened, ...]
    files: tuple[PurePosixPath, ...]
    named_in: tuple[PurePosixPath, ...]
    unread: tuple[PurePosixPath, ...]
    levels: Mapping[str, Label]

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is held on the person."""
        return not (self.rows or self.events or self.files or self.named_in)


@dataclass(frozen=True)
class Place:
    """Where it is looked for, and in whose language: records, all events, the outputs' folder."""

    records: Records
    events: Sequence[Event]
    outputs: Path
    policies: Mapping[int, Policy]  # of the years in which the person has a case, as far as there are any
    levels: Mapping[str, Label]  # what the ids of levels are called
    committee: Committee
    lang: str


def held_on(manager_id: str, place: Place) -> Held:
    """Everything that is held on the manager. InputError where nobody of this id is known anywhere."""
    people = place.records.tables["managers"]
    names = dict(zip(people[_ID], people["name"], strict=True))
    cases = [event for event in place.events if case_parts(event.case)[1] == manager_id]
    others = Names({one: name for one, name in names.items() if one != manager_id})
    safe = _Safe(others, place.committee, place.lang)
    files, named_in, unread = _files(manager_id, Names(names), place.outputs)
    name = names.get(manager_id, "")
    rows = tuple(_rows(manager_id, place.records, safe))
    events = tuple(_events(cases, place, safe))
    found = Held(manager_id, name, rows, events, files, named_in, unread, place.levels)
    if found.is_empty:
        raise InputError("privacy.unknown_person", person=manager_id)
    return found


class _Safe:
    """Puts roles where other people stand."""

    def __init__(self, others: Names, committee: Committee, lang: str) -> None:
        self._others = others
        self._lang = lang
        self._manager = say("privacy.person.other_manager", lang)
        self.roles = {one: label(person.roles[0])(lang) for one, person in committee.people.items()}
        self._people = Names({one: person.name for one, person in committee.people.items()})
        masked = {one: replace(person, name=self.roles[one]) for one, person in committee.people.items()}
        self.masked = replace(committee, people=masked)

    def text(self, text: str, *, signed: bool) -> str:
        """A text without other managers; without people of the committee too, but for those who signed."""
        instead = self._others.replaced(text, dict.fromkeys(self._others.people, self._manager))
        return instead if signed else self._people.replaced(instead, self.roles)

    def who(self, actor: str, committee: Committee, *, signed: bool) -> str:
        """Whoever recorded a step: by name where they signed, else by role."""
        if not actor:
            return say("privacy.person.somebody", self._lang)
        role = self.roles.get(actor, say("privacy.person.somebody", self._lang))
        return f"{committee.name_of(actor)}（{role}）" if signed and actor in self.roles else role


def _rows(manager_id: str, records: Records, safe: _Safe) -> Iterable[Rows]:
    for name, table in TABLES.items():
        frame = records.tables[name]
        if _ID not in frame.columns:
            continue
        own = frame[frame[_ID] == manager_id]
        columns = [column.name for column in table.columns] + list(PROVENANCE)
        found = tuple(
            {column: _plain(row[column], safe) for column in columns if column in row}
            for row in own.to_dict("records")
        )
        if found:
            yield Rows(table, found)


def _plain(value: Any, safe: _Safe) -> Any:
    """A cell's value; None where there is none, text without other managers."""
    if isinstance(value, str):
        # who talked, surveyed or wrote in a row did so with the person, and is known to them
        return safe.text(value, signed=True)
    if value is None or value != value:  # pandas' own nothings differ from themselves
        return None
    return None if type(value).__name__ == "NAType" else value


def _events(events: Sequence[Event], place: Place, safe: _Safe) -> Iterable[Happened]:
    hashes = {event.number: event.hash for event in events}
    for case in dict.fromkeys(event.case for event in events):
        own = [event for event in events if event.case == case]
        policy = place.policies.get(case_parts(case)[0])
        if policy is None:  # its rules are gone: what happened is told, not what was in it
            entries: Sequence[Entry] = [_closed(event) for event in own]
            items: Mapping[str, Label] = {}
        else:
            rules = process_rules(policy)
            entries = timeline(case_state(case, own, rules), own, rules)
            items = {item.id: item.label for item in rules.items}
        for entry in entries:
            signed = entry.kind in SIGNED
            glossary = Glossary(place.committee if signed else safe.masked, place.levels, items)
            what = "" if entry.payload is None else told(entry.payload, glossary, place.lang)
            yield Happened(
                case=case,
                number=entry.number,
                at=entry.at.astimezone(place.committee.zone),
                kind=entry.kind,
                who=safe.who(entry.actor, place.committee, signed=signed),
                what=safe.text(what, signed=signed),
                reason=safe.text(entry.reason or "", signed=signed),
                is_closed=entry.is_closed,
                hash=hashes[entry.number],
            )


def _closed(event: Event) -> Entry:
    return Entry(event.number, event.at, event.kind, event.actor, None, None, event.corrects, None, None)


def _files(
    manager_id: str, names: Names, outputs: Path
) -> tuple[tuple[PurePosixPath, ...], tuple[PurePosixPath, ...], tuple[PurePosixPath, ...]]:
    """The person's own files, others that name them, and files that can't be read."""
    own: list[PurePosixPath] = []
    named: list[PurePosixPath] = []
    unread: list[PurePosixPath] = []
    for place in sorted(outputs.rglob("*")) if outputs.is_dir() else ():
        if not place.is_file():
            continue
        path = PurePosixPath(place.relative_to(outputs).as_posix())
        kind = kind_of(path)
        if kind is not None and kind.whose is Whose.NOBODY:
            continue
        if kind is not None and kind.whose is Whose.PERSON:
            if kind.owner == manager_id:
                own.append(path)
            continue  # another person's letter or paper: a test holds that it names nobody else
        try:
            if manager_id in names.found_in(text_of(path.name, place.read_bytes())):
                named.append(path)
        except InputError:
            unread.append(path)
    return tuple(own), tuple(named), tuple(unread)


def as_json(held: Held, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is held as plain JSON; ``asked`` is who asked for it and when."""
    return {
        "format": "cmreview-person",
        "version": 1,
        **asked,
        "manager_id": held.manager_id,
        "name": held.name,
        "records": {
            one.table.name: [{key: _json(value) for key, value in row.items()} for row in one.rows]
            for one in held.rows
        },
        "events": [encode(one) for one in held.events],
        "files": [str(path) for path in held.files],
        "named_in": [str(path) for path in held.named_in],
        "unread": [str(path) for path in held.unread],
    }


def _json(value: Any) -> Any:
    return value if value is None or isinstance(value, str | bool | int) else str(value)
