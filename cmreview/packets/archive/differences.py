"""Two stored reviews of a department, line by line: what was said of whom then, and what is said now.

They are compared as they are stored and not as this version understands them, so that a review which another
version wrote can be held against one of ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# What names a review rather than being part of what was judged, and what only this program looks at.
_NOT_RESULTS = ("data_sha256", "policy_sha256", "version")
# Who a list's entries are, so that one more entry does not make all behind it look changed.
_KNOWN_BY = {
    "verdicts": ("criterion",),
    "held": ("criterion",),
    "ahead": ("criterion",),
    "facts": ("indicator", "over_level"),
    "lines": ("criterion",),
    "declared": ("indicator",),
    "trend": ("year",),
    "sources": ("indicator", "id"),
    "policy_sentences": ("clause",),
    "row_counts": ("table", "file"),
}
_PEOPLE = ("applicants", "others")
# A verdict carries the fact that it judges, which is told where facts are.
_OF_VERDICTS = ("verdicts", "held", "ahead")


@dataclass(frozen=True, slots=True)
class Line:
    """One figure, verdict or sentence that differs.

    ``person`` is an id, None for what is said of the department. ``what`` is the way to it: part, entry,
    field. ``then`` and ``now`` are as stored, None where there was nothing.
    """

    department: str
    person: str | None
    what: tuple[str, ...]
    then: str | None
    now: str | None


def compared(department: str, then: Any, now: Any) -> tuple[Line, ...]:
    """Every line in which two reviews differ, as they are stored (plain JSON, ``{"review": …}``).

    A person who is in one of them only is one line, and so is an entry of a list. What the two say alike
    about a program's version or its own hashes is no line.
    """
    before, after = _by_person(then["review"]), _by_person(now["review"])
    found = []
    for person in dict.fromkeys((*before, *after)):
        lines = _differing(before.get(person), after.get(person))
        told = list(dict.fromkeys(Line(department, person, *line) for line in lines))
        facts = {(line.what[2:], line.then, line.now) for line in told if line.what[:1] == ("facts",)}
        found += [line for line in told if not _is_told_of_facts(line, facts)]
    return tuple(found)


def _is_told_of_facts(line: Line, facts: set[tuple[tuple[str, ...], str | None, str | None]]) -> bool:
    """Whether this is a verdict's own copy of a fact that is a line already."""
    is_copy = len(line.what) > 2 and line.what[0] in _OF_VERDICTS and line.what[2] == "fact"
    return is_copy and (line.what[3:], line.then, line.now) in facts


def _by_person(review: Mapping[str, Any]) -> dict[str | None, Any]:
    """What is said of the department, under None, and of each person, under the id."""
    of_all = {name: value for name, value in review.items() if name not in (*_NOT_RESULTS, *_PEOPLE)}
    return {None: of_all} | {
        str(case["person"]["manager_id"]): case for part in _PEOPLE for case in review[part]
    }


def _differing(
    then: Any, now: Any, way: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], str | None, str | None]]:
    if isinstance(then, dict) and isinstance(now, dict):
        for name in dict.fromkeys((*then, *now)):
            yield from _differing(then.get(name), now.get(name), (*way, name))
    elif isinstance(then, list) and isinstance(now, list):
        before, after = _entries(then, way), _entries(now, way)
        if before.keys() == after.keys() and list(before) != list(after):
            yield (*way, "order"), ", ".join(before), ", ".join(after)
        for name in dict.fromkeys((*before, *after)):
            yield from _differing(before.get(name), after.get(name), (*way, name))
    elif (type(then), then) != (type(now), now):  # True is no 1 here
        yield way, _text(then), _text(now)


def _entries(values: Sequence[Any], way: tuple[str, ...]) -> dict[str, Any]:
    """A list's entries by what they are known by, else by their places, counted from 1."""
    fields = _KNOWN_BY.get(way[-1], ()) if way else ()
    found: dict[str, Any] = {}
    for place, value in enumerate(values, start=1):
        known = [str(value[name]) for name in fields if isinstance(value, dict) and value.get(name)]
        name = " ".join(known) or str(place)
        found[name if name not in found else f"{name} ({place})"] = value
    return found


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
