"""Names and ids found in any text, all at once, and each for whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

# Before and after an id no letter and no digit may stand, or it is a part of something else.
_EDGE = "0-9A-Za-z"
_DEEP = 40


class Names:
    """People by id, as they may stand in a text by id or by name.

    ``fixed`` is text that stands in files whoever they are of, such as a template's: a name that is a part
    of it tells nothing and is left out (``untold``).
    """

    def __init__(self, people: Mapping[str, str], fixed: str = "") -> None:
        self.people = dict(people)
        self.untold = frozenset(name for name in people.values() if not name or name in fixed)

    def found_in(self, text: str) -> frozenset[str]:
        """The people whose id or name stands in a text, by id; of several of one name all.

        The longest name at a place counts: whose name is a part of it is not named there.
        """
        found: set[str] = set()
        for token in set(self._pattern.findall(text)):
            found.update(self._whose.get(token, ()))
        return frozenset(found)

    def in_order(self, text: str) -> tuple[str, ...]:
        """The people whom a text names, by id, in the order in which they first stand in it.

        Of several of one name the first id counts: the text does not tell them apart.
        """
        found = (self._whose[match[0]][0] for match in self._pattern.finditer(text))
        return tuple(dict.fromkeys(found))

    def named_besides(self, text: str, own: Iterable[str]) -> frozenset[str]:
        """The people other than ``own`` that a text names; who bears the name of an own one is not told."""
        mine = frozenset(own)
        names = {self.people[one] for one in mine if one in self.people}
        others = self.found_in(text) - mine
        ids = frozenset(self._ids.findall(text))
        return frozenset(one for one in others if one in ids or self.people[one] not in names)

    def replaced(self, text: str, stand_in: Mapping[str, str]) -> str:
        """A text in which a stand-in takes the place of every id and name; ``stand_in`` is by id."""

        def instead(match: re.Match[str]) -> str:
            whose = self._whose.get(match[0], ())
            return next((stand_in[one] for one in whose if one in stand_in), match[0])

        return self._pattern.sub(instead, text)

    @cached_property
    def _whose(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for one, name in sorted(self.people.items()):
            found.setdefault(one, []).append(one)
            if name not in self.untold:
                found.setdefault(name, []).append(one)
        return {token: tuple(whose) for token, whose in found.items()}

    @cached_property
    def _ids(self) -> re.Pattern[str]:
        return re.compile(_of_ids(self.people))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        names = {name for name in self.people.values() if name not in self.untold}
        parts = [_of_ids(self.people)] if self.people else []
        if names:
            # most places of a text begin no name: that is told by one character
            first = "".join(sorted({re.escape(name[0]) for name in names}))
            parts.append(f"(?=[{first}]){_any_of(names)}")
        return re.compile("|".join(parts) if parts else r"(?!)")


def _of_ids(people: Mapping[str, str]) -> str:
    return f"(?<![{_EDGE}]){_any_of(people)}(?![{_EDGE}])"


def _any_of(words: Iterable[str]) -> str:
    """A pattern of any of the words, the longest first; what they begin with alike is looked for once.

    So a text is searched for thousands of names in the time that a few take.
    """
    root: dict[str, Any] = {}
    for word in words:
        node = root
        # more than that is told apart by nobody, and a pattern must not be as deep as a hostile name is long
        for part in [*word[:_DEEP], *([word[_DEEP:]] if word[_DEEP:] else [])]:
            node = node.setdefault(part, {})
        node[""] = {}
    return f"(?:{_branches(root)})"


def _branches(node: Mapping[str, Any]) -> str:
    parts = [re.escape(part) + _branches(node[part]) for part in sorted(node, reverse=True) if part]
    if not parts:
        return ""
    together = parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"
    return f"(?:{together})?" if "" in node else together
