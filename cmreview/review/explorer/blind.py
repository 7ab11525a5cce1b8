"""Names hidden: every person a stable number, in an order that only the holder of a key could find again."""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any

from cmreview.review.model import Case
from cmreview.words import say

_LEAST_DIGITS = 3
# Fields that hold a word of ours, never what somebody typed.
_CODES = frozenset({"key", "indicator", "criterion", "over_level", "level", "target_level"})


@dataclass(frozen=True)
class Pseudonyms:
    """Everybody's number by manager id (盲评编号). It is never stored beside what it hides."""

    numbers: Mapping[str, str]

    @classmethod
    def of(cls, managers: Iterable[str], key: bytes) -> Pseudonyms:
        """Numbers for ``managers`` by the keyed hash of their ids: 001, 002, …

        The same people and key give the same numbers; the numbers tell nothing of the ids. ValueError
        for an empty key, with which anybody could find the order again.
        """
        if not key:
            raise ValueError("a blind review needs a key")
        order = sorted(set(managers), key=lambda each: hmac.digest(key, each.encode(), "sha256"))
        digits = max(_LEAST_DIGITS, len(str(len(order))))
        return cls({manager: f"{place:0{digits}}" for place, manager in enumerate(order, start=1)})

    def name(self, manager: str) -> str:
        """What stands in place of a person's name; in another language ``words`` say it."""
        return say("explorer_data.candidate", "zh", number=self.numbers[manager])

    def hidden(self, case: Case) -> Case:
        """A case without the person's name and id wherever they stand, and without customers' names.

        Dates, figures and ids of contracts stay, since they are what is reviewed: whoever knows the
        person well may still recognise them.
        """
        manager, name = case.person.manager_id, case.person.name
        customers = {row.customer for row in case.sources if row.customer}
        instead = dict.fromkeys(customers, "…") | {manager: self.numbers[manager], name: self.name(manager)}
        return _without(case, _Names(instead, {manager}))


class _Names:
    """Texts to be put in place of names; the longest name first, so that none is cut by a shorter one.

    An id counts only where it stands alone: id 12 is no part of contract 2012.
    """

    def __init__(self, instead: Mapping[str, str], ids: Collection[str]) -> None:
        self._instead = instead
        longest = sorted((name for name in instead if name), key=lambda name: (-len(name), name))
        parts = [rf"(?<!\w){re.escape(name)}(?!\w)" if name in ids else re.escape(name) for name in longest]
        self._found = re.compile("|".join(parts))

    def without(self, text: str) -> str:
        """``text`` with every name replaced."""
        return self._found.sub(lambda match: self._instead[match[0]], text)


def _without(value: Any, names: _Names) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        parts = {each.name: getattr(value, each.name) for each in fields(value)}
        return replace(value, **{name: _part(name, part, names) for name, part in parts.items()})
    if isinstance(value, tuple):
        return tuple(_without(each, names) for each in value)
    if isinstance(value, str) and not isinstance(value, StrEnum):
        return names.without(value)
    return value


def _part(name: str, value: Any, names: _Names) -> Any:
    return value if name in _CODES and isinstance(value, str) else _without(value, names)
