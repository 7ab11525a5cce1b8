"""A cell of the records as somebody types it into the explorer, read as its column's kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from cmreview.errors import InputError
from cmreview.explore.entries import plain
from cmreview.policy.model import Policy
from cmreview.records.columns import Column, Kind
from cmreview.records.schema import YES_NO
from cmreview.review.scrutiny.corrections import Cell


def cell(column: Column, typed: str, policy: Policy) -> Cell:
    """What ``typed`` means in ``column``: money in yuan, shares in percent, days in ISO form; blank is blank.

    Choices, levels, yes and no go by their name in either language. InputError for anything else.
    """
    text = plain(typed)
    if not text:
        return None
    reader = _READERS.get(column.kind)
    if reader is None:
        return text
    try:
        return reader(text, column, policy)
    except (ValueError, InvalidOperation) as error:
        raise InputError("explorer.odd_cell", column=column.label, typed=text[:40]) from error


def _named(text: str, names: Mapping[str, str]) -> str:
    found = names.get(text.casefold())
    if found is None:
        raise ValueError(text)
    return found


def _choice(text: str, column: Column, _: Policy) -> Cell:
    names = {
        one.casefold(): name for name, label in column.choices.items() for one in (name, label.zh, label.en)
    }
    return _named(text, names)


def _level(text: str, _: Column, policy: Policy) -> Cell:
    names = {
        one.casefold(): level.id
        for level in policy.levels
        for one in (level.id, level.label.zh, level.label.en)
    }
    return _named(text, names)


def _yes_no(text: str, _: Column, __: Policy) -> Cell:
    names = {one.casefold(): name for name, label in YES_NO.items() for one in (label.zh, label.en)}
    return _named(text, names) == "yes"


def _number(text: str, *_: object) -> Decimal:
    found = Decimal(text.replace(",", "").removesuffix("%"))
    if not found.is_finite():
        raise ValueError(text)
    return found


_READERS: Mapping[Kind, Callable[[str, Column, Policy], Cell]] = {
    Kind.DATE: lambda text, *_: date.fromisoformat(text.replace("/", "-")),
    Kind.YEAR: lambda text, *_: int(text),
    Kind.COUNT: lambda text, *_: int(text),
    Kind.MONEY: _number,
    Kind.SHARE: lambda text, *_: _number(text) / 100,
    Kind.SCORE: _number,
    Kind.CHOICE: _choice,
    Kind.LEVEL: _level,
    Kind.YES_NO: _yes_no,
}
