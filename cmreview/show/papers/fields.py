"""What a paper's fields are and how each is written: from a dataclass to names, shapes and text."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from fractions import Fraction
from types import NoneType, SimpleNamespace, UnionType
from typing import Annotated, Any, ClassVar, NewType, Protocol, Union, get_args, get_origin, get_type_hints

from cmreview.review.figures import written_date
from cmreview.show.figures import NOTHING, number
from cmreview.show.html import visible
from cmreview.words import say

Prose = NewType("Prose", str)
"""Text of several lines; its line breaks are kept. Any other text is one line."""

POINTS = 2  # decimals of a score on paper


class Paper(Protocol):
    """What every paper has: a name (its template's file name), the company, and the day that it bears."""

    kind: ClassVar[str]

    @property
    def company(self) -> str:
        """The company that issues it."""

    @property
    def dated(self) -> date:
        """The day that it bears."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a person turns: an office, and at least one way to reach it; ``reach`` tells several at once."""

    office: str
    reach: str | None = None
    room: str | None = None
    telephone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """Marks a field that holds a code: it is printed as the text ``<key>.<code>`` in the paper's language."""

    key: str


@dataclass(frozen=True, slots=True)
class Value:
    """A field that can be printed, or asked for in a condition."""

    kind: Any
    word: Word | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a list, or the whole paper: fields by name."""

    fields: dict[str, Shape]


@dataclass(frozen=True, slots=True)
class Many:
    """A list that a template may loop over."""

    of: Shape


Shape = Value | Record | Many


def shape(kind: Any) -> Shape:
    """The shape of a paper's dataclass or of one annotation: what a template may name, nested.

    Raises TypeError for an annotation that no paper can print, which is a fault of ours.
    """
    if get_origin(kind) is Annotated:
        base, *marks = get_args(kind)
        inner = shape(base)
        word = next((mark for mark in marks if isinstance(mark, Word)), None)
        return Value(inner.kind, word) if word and isinstance(inner, Value) else inner
    if get_origin(kind) is tuple:
        return Many(shape(get_args(kind)[0]))
    if get_origin(kind) in (UnionType, Union):  # a field that may be missing
        [present] = [one for one in get_args(kind) if one is not NoneType]
        return shape(present)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind, include_extras=True)
        return Record({field.name: shape(hints[field.name]) for field in fields(kind)})
    if kind in (str, Prose, int, bool, date, Fraction):
        return Value(kind)
    raise TypeError(f"no paper can print {kind!r}")


def as_text(value: Any, kind: Shape, lang: str) -> Any:
    """``value`` as a template sees it: text for what is printed, bool for conditions, None for missing.

    Numbers stay numbers, so that a condition can compare them. Raises KeyError for a code without words.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(kind, Many):
        return tuple(as_text(one, kind.of, lang) for one in value)
    if isinstance(kind, Record):
        return SimpleNamespace(
            **{name: as_text(getattr(value, name), one, lang) for name, one in kind.fields.items()}
        )
    if kind.word is not None:
        return say(f"{kind.word.key}.{value}", lang)
    if kind.kind is Prose:
        return "\n".join(visible(line) for line in value.splitlines())
    if isinstance(value, date):
        return written_date(value, lang)
    if isinstance(value, int):
        return value
    if isinstance(value, Fraction):
        return number(value, POINTS)
    return visible(value)


def printed(value: Any) -> Any:
    """What stands on paper for ``value``: a dash for what is missing, never a blank."""
    return NOTHING if value is None or value == "" else value
