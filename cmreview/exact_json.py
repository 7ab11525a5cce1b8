"""Frozen dataclasses as canonical JSON and back: the same value gives the same bytes, nothing is guessed.

A dataclass is an object with every field by name, an exact number is ``"n/d"`` or a decimal as it was
written, a day is ISO text, a moment ISO text with its zone. Where a field may hold one of several kinds,
everything but text is marked with its kind: ``{"label": …}``.
"""

from __future__ import annotations

import gc
import json
import re
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

_FRACTION = re.compile(r"-?\d+/\d+", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?", re.ASCII)

Coder = Callable[[Any], Any]


class NotAsExpected(ValueError):
    """Where a stored value differs from the shape that is asked for."""


def canonical(value: Any) -> bytes:
    """``value``, made of plain JSON, as one line of bytes: keys sorted, no blanks."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    # half a surrogate pair, which a hostile cell may hold, has no UTF-8; its escape is JSON as well
    return text.encode("utf-8", "backslashreplace")


def parse(raw: bytes | str) -> Any:
    """Plain JSON, in which no number is inexact. Raises ValueError or RecursionError where it is none."""
    with _no_collections():
        return json.loads(raw, parse_constant=_refused, parse_float=_refused)


def _refused(text: str) -> Any:
    raise NotAsExpected(f"{text}: not an exact number")


def encode(value: Any) -> Any:
    """A dataclass as plain JSON."""
    kind: Any = type(value)
    return encoder(kind)(value)


def decode(kind: Any, value: Any) -> Any:
    """Plain JSON as a ``kind``. Raises ValueError where it has not exactly that shape."""
    with _no_collections():
        return decoder(kind)(value)


@contextmanager
def _no_collections() -> Iterator[None]:
    """Look for no garbage while tens of thousands of objects are made of which none is any.

    The collector counts what is made, not what is thrown away: it took a third of the time of reading.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@cache
def encoder(kind: Any) -> Coder:
    """The function that turns a ``kind`` into plain JSON."""
    if is_dataclass(kind):
        return _dataclass_encoder(kind)
    if get_origin(kind) is tuple:
        items = get_args(kind)
        if items[-1] is Ellipsis:
            of_item = encoder(items[0])
            return lambda value: [of_item(item) for item in value]
        of_items = tuple(encoder(item) for item in items)
        return lambda value: [code(item) for code, item in zip(of_items, value, strict=True)]
    if get_origin(kind) in (Union, types.UnionType):
        choices = [each for each in get_args(kind) if each is not types.NoneType]
        if len(choices) == 1:
            of_choice = encoder(choices[0])
            return lambda value: None if value is None else of_choice(value)
        return _marked
    if kind is Fraction:
        return lambda value: f"{value.numerator}/{value.denominator}"
    if kind is Decimal:
        return lambda value: format(value, "f")
    if kind in (date, datetime):
        return kind.isoformat
    if issubclass(kind, StrEnum):
        return lambda value: value.value
    return _same


@cache
def decoder(kind: Any) -> Coder:
    """The function that turns plain JSON into a ``kind``."""
    if is_dataclass(kind):
        return _dataclass_decoder(kind)
    if get_origin(kind) is tuple:
        items = get_args(kind)
        if items[-1] is Ellipsis:
            of_item = decoder(items[0])
            return lambda value: tuple([of_item(item) for item in _a(list, value)])
        of_items = tuple(decoder(item) for item in items)
        return lambda value: tuple(code(item) for code, item in zip(of_items, _a(list, value), strict=True))
    if get_origin(kind) in (Union, types.UnionType):
        choices = [each for each in get_args(kind) if each is not types.NoneType]
        if len(choices) == 1:
            of_choice = decoder(choices[0])
            return lambda value: None if value is None else of_choice(value)
        return _marked_decoder(choices)
    if kind is Fraction:
        return _fraction
    if kind is Decimal:
        return _decimal
    if kind is date:
        return lambda value: date.fromisoformat(_a(str, value))
    if kind is datetime:
        return _moment
    if issubclass(kind, StrEnum):
        return _member_decoder(kind)
    return lambda value: _a(kind, value)


def _dataclass_encoder(kind: Any) -> Coder:
    coders: list[tuple[str, Coder]] = []

    def encode(value: Any) -> dict[str, Any]:
        if not coders:  # filled at the first use, since a sentence may hold sentences
            hints = get_type_hints(kind)
            coders.extend((field.name, encoder(hints[field.name])) for field in fields(kind))
        return {name: code(getattr(value, name)) for name, code in coders}

    return encode


def _dataclass_decoder(kind: Any) -> Coder:
    made: list[Coder] = []

    def decode(value: Any) -> Any:
        if not made:  # at the first use, since a sentence may hold sentences
            made.append(_written_decoder(kind))
        return made[0](value)

    return decode


def _written_decoder(kind: Any) -> Coder:
    """A decoder written out for one dataclass, as ``dataclasses`` writes its constructor.

    A review holds some five thousand objects of ten fields: a loop over the fields and two calls for
    each that is plain text took three quarters of the time in which a review is read.
    """
    hints = get_type_hints(kind)
    names: dict[str, Any] = {"kind": kind, "refuse": _a, "odd": _odd}
    arguments = []
    for place, field in enumerate(fields(kind)):
        of_field, given = hints[field.name], f"(held := value[{field.name!r}])"
        choices = [each for each in get_args(of_field) if each is not types.NoneType]
        is_optional = get_origin(of_field) in (Union, types.UnionType) and len(choices) == 1
        if is_optional:
            of_field, unless_none, given = choices[0], f"None if {given} is None else ", "held"
        else:
            unless_none = ""
        if of_field in (str, int, bool):
            plain = of_field.__name__
            how = f"held if type({given}) is {plain} else refuse({plain}, held)"
        else:
            names[f"decode_{place}"] = decoder(of_field)
            how = f"decode_{place}({given})"
        arguments.append(f"{field.name}=({unless_none}{how})")
    names["count"] = len(arguments)
    source = (
        "def decode(value):\n"
        "    if type(value) is not dict or len(value) != count:\n"
        "        raise odd(kind, value)\n"
        "    try:\n"
        f"        return kind({', '.join(arguments)})\n"
        "    except KeyError:\n"
        "        raise odd(kind, value) from None\n"
    )
    exec(source, names)
    written: Coder = names["decode"]
    return written


def _odd(kind: Any, value: Any) -> NotAsExpected:
    names = {field.name for field in fields(kind)}
    return NotAsExpected(f"{kind.__name__}: {', '.join(sorted(_a(dict, value).keys() ^ names))}")


def _member_decoder(kind: type[StrEnum]) -> Coder:
    members: dict[Any, StrEnum] = {member.value: member for member in kind}

    def decode(value: Any) -> StrEnum:
        member = members.get(_a(str, value))  # a call of the enumeration goes through three of its own
        return kind(value) if member is None else member

    return decode


def _marked(value: Any) -> Any:
    if isinstance(value, str):
        return value
    kind: Any = type(value)
    return {kind.__name__.lower(): encoder(kind)(value)}


def _marked_decoder(choices: list[Any]) -> Coder:
    by_mark = {choice.__name__.lower(): choice for choice in choices if choice is not str}

    def decode(value: Any) -> Any:
        if isinstance(value, str):
            return value
        ((mark, marked),) = _a(dict, value).items()
        if mark not in by_mark:
            raise NotAsExpected(mark)
        return decoder(by_mark[mark])(marked)

    return decode


def _fraction(value: Any) -> Fraction:
    return _read_fraction(_a(str, value))


@lru_cache(maxsize=1 << 16)  # most figures of a review stand in it several times
def _read_fraction(value: str) -> Fraction:
    if not _FRACTION.fullmatch(value):
        raise NotAsExpected(f"{value!r}: not n/d")
    numerator, denominator = value.split("/")
    if int(denominator) == 0:
        raise NotAsExpected(f"{value!r}: not n/d")
    return Fraction(int(numerator), int(denominator))


def _decimal(value: Any) -> Decimal:
    if not _DECIMAL.fullmatch(_a(str, value)):
        raise NotAsExpected(f"{value!r}: not a plain decimal")
    return Decimal(value)


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_a(str, value))
    if moment.tzinfo is None or moment.isoformat() != value:
        raise NotAsExpected(f"{value!r}: not a moment with its zone")
    return moment


def _a(kind: type, value: Any) -> Any:
    if type(value) is not kind:  # True is no whole number here
        raise NotAsExpected(f"{type(value).__name__} instead of {kind.__name__}")
    return value


def _same(value: Any) -> Any:
    return value
