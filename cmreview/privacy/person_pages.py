"""What is held on one person, told to that person: a page to read and a workbook to sort."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from cmreview.naming import safe_name
from cmreview.privacy.person import Held, Rows
from cmreview.process.labels import label
from cmreview.records.columns import Column, Kind
from cmreview.show.appendix_rows import Cell, Sheet
from cmreview.show.html import Html, element, join
from cmreview.show.tables import Head, listing, table
from cmreview.words import say

_EVENT = ("case", "number", "at", "kind", "who", "what", "reason", "hash")
_SHEET = 31  # Excel's longest name of a sheet


def title(held: Held, lang: str) -> str:
    """What the page and the workbook are called."""
    return say("privacy.person.title", lang, person=f"{held.name} {held.manager_id}".strip())


def body(held: Held, lang: str) -> Html:
    """The page: what it is and is not, the records, the events, the files."""
    parts = [
        element("h1", title(held, lang)),
        element("p", say("privacy.person.what_it_is", lang)),
        element("p", say("privacy.person.who_is_named", lang)),
        element("h2", say("privacy.person.records", lang)),
        *(_table(one, held, lang) for one in held.rows),
        element("h2", say("privacy.person.events", lang)),
        table(
            say("privacy.person.events", lang),
            [Head(say(f"privacy.person.head.{key}", lang)) for key in _EVENT],
            [_event(held, index, lang) for index in range(len(held.events))],
            headed=True,
        )
        if held.events
        else element("p", say("privacy.person.nothing", lang)),
        *_files("files", held.files, lang),
        *_files("named_in", held.named_in, lang),
        *_files("unread", held.unread, lang),
    ]
    return element("article", join(parts))


def sheets(held: Held, lang: str) -> tuple[Sheet, ...]:
    """A sheet for each table, one for the events, one for the files."""
    found = [
        Sheet(
            one.table.label(lang)[:_SHEET],
            tuple(_heads(one, lang)),
            tuple(
                tuple(Cell(_text(row[key], column, held, lang)) for key, column in _keys(one))
                for row in one.rows
            ),
            1,
        )
        for one in held.rows
    ]
    heads = tuple(say(f"privacy.person.head.{key}", lang) for key in _EVENT)
    events = tuple(
        tuple(Cell(text) for text in _event(held, index, lang)) for index in range(len(held.events))
    )
    found.append(Sheet(say("privacy.person.events", lang), heads, events, 1))
    kinds = (("files", held.files), ("named_in", held.named_in), ("unread", held.unread))
    listed = tuple(
        (Cell(say(f"privacy.person.{key}", lang)), Cell(str(path))) for key, paths in kinds for path in paths
    )
    names = (say("privacy.person.head.sort", lang), say("privacy.person.head.file", lang))
    found.append(Sheet(say("privacy.person.head.file", lang), names, listed, 1))
    taken: list[str] = []
    for number, sheet in enumerate(found):
        taken.append(safe_name(sheet.name, taken)[:_SHEET])
        found[number] = Sheet(taken[-1], sheet.heads, sheet.rows, sheet.frozen)
    return tuple(found)


def _table(one: Rows, held: Held, lang: str) -> Html:
    heads = [Head(head) for head in _heads(one, lang)]
    rows = [[_text(row[key], column, held, lang) or "" for key, column in _keys(one)] for row in one.rows]
    return table(one.table.label(lang), heads, rows)


def _keys(one: Rows) -> list[tuple[str, Column | None]]:
    known = {column.name: column for column in one.table.columns}
    return [(key, known.get(key)) for key in one.rows[0]]


def _heads(one: Rows, lang: str) -> list[str]:
    return [
        say(f"privacy.person.{key}", lang) if column is None else column.label(lang)
        for key, column in _keys(one)
    ]


def _text(value: Any, column: Column | None, held: Held, lang: str) -> str | None:
    """A value as people read it."""
    if value is None:
        return None
    if column is not None and column.choices and value in column.choices:
        return column.choices[value](lang)
    if column is not None and column.kind is Kind.LEVEL and value in held.levels:
        return held.levels[value](lang)
    if isinstance(value, bool):
        return say(f"privacy.person.{'affirmed' if value else 'denied'}", lang)
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _event(held: Held, index: int, lang: str) -> list[str]:
    one = held.events[index]
    what = say("privacy.person.closed", lang) if one.is_closed else one.what
    at = one.at.isoformat(sep=" ", timespec="minutes")[:16]
    return [one.case, str(one.number), at, label(one.kind)(lang), one.who, what, one.reason, one.hash[:16]]


def _files(key: str, paths: Sequence[object], lang: str) -> list[Html]:
    if not paths:
        return []
    return [element("h2", say(f"privacy.person.{key}", lang)), listing(str(path) for path in paths)]
