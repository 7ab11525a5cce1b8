"""A department's review as a file: canonical JSON, the same bytes for the same review.

A dataclass is an object with every field by name, an exact number is ``"n/d"``, a day is ISO text.
Inside a sentence (``Told.values``) everything but text is marked with its kind: ``{"label": …}``.
Nothing is guessed when reading: an unknown or missing field, another type or another format stops.
"""

from __future__ import annotations

import json
import re
import types
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from cmreview.errors import FileError
from cmreview.review.model import DepartmentReview

FORMAT = "cmreview department review"
FORMAT_VERSION = 1

_FRACTION = re.compile(r"-?\d+/\d+", re.ASCII)
# What names the review rather than being part of what was handed in and judged.
_NOT_DATA = ("data_sha256", "policy_sha256", "version")

Coder = Callable[[Any], Any]


def save(review: DepartmentReview, path: Path) -> None:
    """Write ``review`` to ``path``; a file that is there already is replaced at once or not at all."""
    stored = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "review": _encoder(DepartmentReview)(review),
    }
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(_canonical(stored))
    part.replace(path)


def load(path: Path) -> DepartmentReview:
    """The review stored at ``path``. FileError where it is missing or not exactly such a file."""
    if not path.is_file():
        raise FileError("file.missing", file=str(path))
    try:
        stored = json.loads(path.read_bytes(), parse_constant=_refused, parse_float=_refused)
        if not isinstance(stored, dict) or stored.keys() != {"format", "format_version", "review"}:
            raise _NotSuchAFile("$")
        if (stored["format"], stored["format_version"]) != (FORMAT, FORMAT_VERSION):
            raise FileError(
                "review.stored.other_format",
                file=path.name,
                found=stored["format_version"],
                known=FORMAT_VERSION,
            )
        review: DepartmentReview = _decoder(DepartmentReview)(stored["review"])
    except (ValueError, RecursionError) as error:
        raise FileError("review.stored.damaged", file=path.name, problem=str(error)[:200]) from error
    return review


def data_sha256(review: DepartmentReview) -> str:
    """SHA-256 over all that a review holds, but for its own hashes and the program's version.

    It changes when a department's own records change, and when company totals or ranks that it shows do.
    """
    encoded = _encoder(DepartmentReview)(review)
    data = {name: value for name, value in encoded.items() if name not in _NOT_DATA}
    return sha256(_canonical(data)).hexdigest()


def _canonical(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    # half a surrogate pair, which a hostile cell may hold, has no UTF-8; its escape is JSON as well
    return text.encode("utf-8", "backslashreplace")


class _NotSuchAFile(ValueError):
    """Where in the file it differs from what is known."""


def _refused(text: str) -> Any:
    raise _NotSuchAFile(f"{text}: not an exact number")


@cache
def _encoder(kind: Any) -> Coder:
    if is_dataclass(kind):
        return _dataclass_encoder(kind)
    if get_origin(kind) is tuple:
        items = get_args(kind)
        if items[-1] is Ellipsis:
            of_item = _encoder(items[0])
            return lambda value: [of_item(item) for item in value]
        of_items = tuple(_encoder(item) for item in items)
        return lambda value: [code(item) for code, item in zip(of_items, value, strict=True)]
    if get_origin(kind) in (Union, types.UnionType):
        choices = [each for each in get_args(kind) if each is not types.NoneType]
        if len(choices) == 1:
            of_choice = _encoder(choices[0])
            return lambda value: None if value is None else of_choice(value)
        return _marked
    if kind is Fraction:
        return lambda value: f"{value.numerator}/{value.denominator}"
    if kind is date:
        return date.isoformat
    if issubclass(kind, StrEnum):
        return lambda value: value.value
    return _same


@cache
def _decoder(kind: Any) -> Coder:
    if is_dataclass(kind):
        return _dataclass_decoder(kind)
    if get_origin(kind) is tuple:
        items = get_args(kind)
        if items[-1] is Ellipsis:
            of_item = _decoder(items[0])
            return lambda value: tuple([of_item(item) for item in _a(list, value)])
        of_items = tuple(_decoder(item) for item in items)
        return lambda value: tuple(code(item) for code, item in zip(of_items, _a(list, value), strict=True))
    if get_origin(kind) in (Union, types.UnionType):
        choices = [each for each in get_args(kind) if each is not types.NoneType]
        if len(choices) == 1:
            of_choice = _decoder(choices[0])
            return lambda value: None if value is None else of_choice(value)
        return _marked_decoder(choices)
    if kind is Fraction:
        return _fraction
    if kind is date:
        return lambda value: date.fromisoformat(_a(str, value))
    if issubclass(kind, StrEnum):
        return lambda value: kind(_a(str, value))
    return lambda value: _a(kind, value)


def _dataclass_encoder(kind: Any) -> Coder:
    coders: list[tuple[str, Coder]] = []

    def encode(value: Any) -> dict[str, Any]:
        if not coders:  # filled at the first use, since a sentence may hold sentences
            hints = get_type_hints(kind)
            coders.extend((field.name, _encoder(hints[field.name])) for field in fields(kind))
        return {name: code(getattr(value, name)) for name, code in coders}

    return encode


def _dataclass_decoder(kind: Any) -> Coder:
    coders: dict[str, Coder] = {}

    def decode(value: Any) -> Any:
        if not coders:
            hints = get_type_hints(kind)
            coders.update((field.name, _decoder(hints[field.name])) for field in fields(kind))
        if _a(dict, value).keys() != coders.keys():
            odd = ", ".join(sorted(value.keys() ^ coders.keys()))
            raise _NotSuchAFile(f"{kind.__name__}: {odd}")
        return kind(**{name: code(value[name]) for name, code in coders.items()})

    return decode


def _marked(value: Any) -> Any:
    if isinstance(value, str):
        return value
    kind: Any = type(value)
    return {kind.__name__.lower(): _encoder(kind)(value)}


def _marked_decoder(choices: list[Any]) -> Coder:
    by_mark = {choice.__name__.lower(): choice for choice in choices if choice is not str}

    def decode(value: Any) -> Any:
        if isinstance(value, str):
            return value
        ((mark, marked),) = _a(dict, value).items()
        if mark not in by_mark:
            raise _NotSuchAFile(mark)
        return _decoder(by_mark[mark])(marked)

    return decode


def _fraction(value: Any) -> Fraction:
    if not _FRACTION.fullmatch(_a(str, value)):
        raise _NotSuchAFile(f"{value!r}: not n/d")
    numerator, denominator = value.split("/")
    if int(denominator) == 0:
        raise _NotSuchAFile(f"{value!r}: not n/d")
    return Fraction(int(numerator), int(denominator))


def _a(kind: type, value: Any) -> Any:
    if type(value) is not kind:  # True is no whole number here
        raise _NotSuchAFile(f"{type(value).__name__} instead of {kind.__name__}")
    return value


def _same(value: Any) -> Any:
    return value
