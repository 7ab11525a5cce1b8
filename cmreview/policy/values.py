"""From the text of a parameter file to an exact value, or the reason why it is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from cmreview.policy.keys import MEASURES, Form
from cmreview.policy.model import ScoreItem, Value
from cmreview.terms import DEGREES, Label

Item = TypeVar("Item")

BLANK = "X"  # as the policy prints what it leaves open

# ASCII digits only, no exponent, no separators: what a person can check at a glance
_NUMBER = re.compile(r"-?[0-9]{1,13}(?:\.[0-9]{1,6})?")
_RATIO = re.compile(r"([1-9][0-9]{0,2})/([1-9][0-9]{0,2})")
_DAY = re.compile(r"(this|next)-([0-9]{2})-([0-9]{2})")


class Fault(Exception):
    """A value that can't be read; ``code`` names the words of the finding, ``details`` fill them in.

    ``at`` leads from the value to the item of a list that is at fault.
    """

    def __init__(self, code: str, value: object = None, **details: str) -> None:
        super().__init__(code)
        self.code = code
        self.value = "" if value is None else str(value)
        self.details = details
        self.at: tuple[int, ...] = ()


# A value as read: for a window the days still depend on the year that asks.
Reading = Callable[[int], Value]


def read(raw: Any, form: Form | None, unit: str, words: tuple[str, ...] = ()) -> Reading:
    """Read one dated value; the result gives it for a review year. ``form`` None reads a degree.

    Raises Fault where the text is no such value.
    """
    if raw == BLANK:
        return lambda year: None
    if form is Form.WINDOW:
        return _window(raw)
    value = _VALUES[form](raw, unit, words) if form else _degree(raw)
    return lambda year: value


def number(raw: Any, unit: str) -> Decimal:
    """A number in the unit inside: yuan, fraction of one, or as it stands. Raises Fault."""
    if not isinstance(raw, str) or not _NUMBER.fullmatch(raw):
        raise Fault("policy.not_a_number", raw)
    measure = MEASURES[unit]
    if measure.whole and "." in raw:
        raise Fault("policy.not_whole", raw)
    # exact: at most 19 digits times a power of ten, far below the 28 of the decimal context; one way
    # of writing, so that 80 and 80.0 in a file give the same bytes everywhere
    return Decimal(format((Decimal(raw) * measure.scale).normalize(), "f"))


def iso_day(raw: Any) -> date:
    """A day written 2025-12-01. Raises Fault."""
    try:
        if isinstance(raw, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw):
            return date.fromisoformat(raw)
    except ValueError:
        pass
    raise Fault("policy.not_a_day", raw)


def _degree(raw: Any) -> str:
    # HR writes 大专; inside it is the name, so that a verdict does not depend on the language
    for name, label in DEGREES.items():
        if raw in (name, label.zh, label.en):
            return name
    raise Fault("policy.not_a_degree", raw, known="、".join(label.zh for label in DEGREES.values()))


def _pair(raw: Any, unit: str, _: tuple[str, ...]) -> tuple[Decimal, ...]:
    if not isinstance(raw, list) or len(raw) != 2:
        raise Fault("policy.not_a_pair", raw)
    return tuple(_each(raw, lambda item: number(item, unit)))


def _word(raw: Any, _: str, words: tuple[str, ...]) -> str:
    if raw not in words:
        raise Fault("policy.unknown_word", raw, known=", ".join(words))
    return str(raw)


def _words(raw: Any, unit: str, words: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(raw, list) or not raw:
        raise Fault("policy.not_a_list", raw)
    read_words = tuple(_each(raw, lambda item: _word(item, unit, words)))
    repeated = [word for word in words if read_words.count(word) > 1]
    if repeated:
        raise Fault("policy.repeated_word", repeated[0])
    return read_words


def _tiers(raw: Any, _: str, __: tuple[str, ...]) -> tuple[tuple[Decimal, Decimal], ...]:
    if not isinstance(raw, list) or not raw:
        raise Fault("policy.not_tiers", raw)
    return tuple(_each(raw, _step))


def _step(raw: Any) -> tuple[Decimal, Decimal]:
    if not isinstance(raw, dict) or set(raw) != {"from", "bonus"}:
        raise Fault("policy.not_tiers", raw)
    return number(raw["from"], "percent"), number(raw["bonus"], "wan_yuan")


def _shares(raw: Any, unit: str, _: tuple[str, ...]) -> tuple[Decimal, ...]:
    if not isinstance(raw, list) or len(raw) < 2:
        raise Fault("policy.not_shares", raw)
    shares = tuple(_each(raw, lambda item: number(item, unit)))
    if sum(shares) != 1 or min(shares) < 0:
        raise Fault("policy.not_shares", ", ".join(raw))
    return shares


def _ratio(raw: Any, _: str, __: tuple[str, ...]) -> Fraction:
    match = _RATIO.fullmatch(raw) if isinstance(raw, str) else None
    if match is None or int(match[1]) > int(match[2]):
        raise Fault("policy.not_a_ratio", raw)
    return Fraction(int(match[1]), int(match[2]))


def _items(raw: Any, unit: str, _: tuple[str, ...]) -> tuple[ScoreItem, ...]:
    if not isinstance(raw, list) or not raw:
        raise Fault("policy.not_items", raw)
    items = tuple(_each(raw, lambda item: _score_item(item, unit)))
    ids = [item.id for item in items]
    for index, one in enumerate(ids):
        if one in ids[:index]:
            repeated = Fault("policy.repeated_word", one)
            repeated.at = (index,)
            raise repeated
    return items


def _score_item(raw: Any, unit: str) -> ScoreItem:
    if not isinstance(raw, dict) or set(raw) != {"item", "zh", "en", "weight"}:
        raise Fault("policy.not_items", raw)
    if not isinstance(raw["item"], str) or not re.fullmatch(r"[a-z][a-z0-9_]*", raw["item"]):
        raise Fault("policy.not_an_identifier", raw["item"])
    if not all(isinstance(raw[lang], str) and raw[lang].strip() for lang in ("zh", "en")):
        raise Fault("policy.not_items", raw)
    return ScoreItem(raw["item"], Label(raw["zh"], raw["en"]), number(raw["weight"], unit))


def _each(items: list[Any], read_item: Callable[[Any], Item]) -> Iterator[Item]:
    for index, item in enumerate(items):
        try:
            yield read_item(item)
        except Fault as reason:
            reason.at = (index,)
            raise


def _window(raw: Any) -> Reading:
    if not isinstance(raw, list) or len(raw) != 2:
        raise Fault("policy.not_a_window", raw)
    first, last = (_day_of(item) for item in raw)
    return lambda year: (first(year).isoformat(), last(year).isoformat())


def _day_of(raw: Any) -> Callable[[int], date]:
    match = _DAY.fullmatch(raw) if isinstance(raw, str) else None
    if match is None:
        raise Fault("policy.not_a_window", raw)
    later, month, day = int(match[1] == "next"), int(match[2]), int(match[3])
    try:
        date(2023, month, day)  # a common year: 29 February would exist in some years only
    except ValueError:
        raise Fault("policy.not_a_window", raw) from None
    return lambda year: date(year + later, month, day)


_VALUES: dict[Form, Callable[[Any, str, tuple[str, ...]], Value]] = {
    Form.NUMBER: lambda raw, unit, _: number(raw, unit),
    Form.PAIR: _pair,
    Form.TWO: _pair,
    Form.WORD: _word,
    Form.WORDS: _words,
    Form.TIERS: _tiers,
    Form.SHARES: _shares,
    Form.RATIO: _ratio,
    Form.ITEMS: _items,
}
