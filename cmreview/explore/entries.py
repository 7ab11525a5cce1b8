"""What was typed into the session's boxes, read exactly: points, votes, days (Policy 4.3)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cmreview.errors import InputError
from cmreview.policy.model import ScoreItem
from cmreview.process.events import ItemScore
from cmreview.terms import Label

_POINTS = re.compile(r"[+-]?[0-9]{1,6}([.][0-9]{1,6})?")
_COUNT = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class DecisionTyped:
    """A decision as it stands in the form: ``approved`` is None where nothing is chosen yet.

    ``votes`` are those in favour, against and abstained, as typed.
    """

    approved: bool | None
    present: tuple[str, ...]
    votes: tuple[str, str, str]
    decided_on: str
    reason: str


def item_scores(typed: Mapping[str, str], items: Sequence[ScoreItem]) -> tuple[ItemScore, ...]:
    """The points of a sheet, exact, in the order of the items; a box left blank is not scored, never zero.

    InputError names all boxes that hold something else than a number.
    """
    odd, found = [], []
    for item in items:
        text = plain(typed.get(item.id, ""))
        if text and not _POINTS.fullmatch(text):
            odd.append(Label(f"{item.label.zh}“{text}”", f'{item.label.en} "{text}"'))
            continue
        found.append(ItemScore(item.id, Decimal(text) if text else None))
    if odd:
        raise InputError("session.not_points", items=tuple(odd))
    return tuple(found)


def vote_counts(typed: Sequence[str]) -> tuple[int | None, ...]:
    """Three counts of votes; a blank one is None. InputError where one is no whole number."""
    texts = [plain(text) for text in typed]
    odd = tuple(text for text in texts if text and not _COUNT.fullmatch(text))
    if odd:
        raise InputError("session.not_votes", typed=odd)
    return tuple(int(text) if text else None for text in texts)


def day(typed: str) -> date:
    """A day written as 2026-01-31. InputError where it is none."""
    text = plain(typed)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("session.not_a_day", typed=text) from None


def words(typed: str) -> str | None:
    """A comment or a reason as typed, without blanks around it; None where nothing was typed."""
    return typed.strip() or None


def plain(typed: str) -> str:
    """``typed`` in narrow digits and without blanks around it: an input method may type wide ones."""
    return unicodedata.normalize("NFKC", typed).strip()
