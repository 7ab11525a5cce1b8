"""One cell -> an exact number of the wanted kind, or the reason why it is none.

A spreadsheet stores binary fractions: what shows as 0.3 may lie in the file as 0.30000000000000004.
A number cell is therefore taken at 15 significant digits, which is what the spreadsheet shows and
all that it keeps; texts, decimals and whole numbers are taken as they are, digit by digit.
"""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation, Overflow
from functools import lru_cache
from typing import NamedTuple

from cmreview.records.columns import MONEY_DIGITS, MONEY_PLACES, SHARE_DIGITS, SHARE_PLACES
from cmreview.records.dates import FIRST_YEAR, LAST_YEAR, is_date_format
from cmreview.records.raw import Number
from cmreview.records.reading import Reading, fault, note

SCORE_DIGITS, SCORE_PLACES = 9, 4
SHOWN_DIGITS = 15  # a spreadsheet keeps no more of a number
LARGEST_COUNT = 1_000_000_000  # more was mistyped, whatever is counted

# What a money cell or its header may be counted in, in yuan.
MONEY_UNITS = {
    "元": Decimal(1),
    "人民币": Decimal(1),
    "人民币元": Decimal(1),
    "rmb": Decimal(1),
    "cny": Decimal(1),
    "yuan": Decimal(1),
    "千元": Decimal(1_000),
    "万": Decimal(10_000),
    "万元": Decimal(10_000),
    "人民币万元": Decimal(10_000),
    "wanyuan": Decimal(10_000),
    "10kyuan": Decimal(10_000),
    "百万元": Decimal(1_000_000),
    "千万元": Decimal(10_000_000),
    "亿": Decimal(100_000_000),
    "亿元": Decimal(100_000_000),
}
_COUNTED = frozenset("个家人项次户件位份")

_AS_SHOWN = Context(prec=SHOWN_DIGITS, rounding=ROUND_HALF_UP)
# room for a unit times the largest number that is read at all; it is told to be too large afterwards
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP, Emax=9_999_999)
_NUMBER = re.compile(
    r"(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+|(?=\.[0-9]))"
    r"(?P<fraction>\.[0-9]*)?\s*(?P<unit>%|[^\W\d_]+)?"
)
_LITERAL = re.compile(r'"[^"]*"|[\\\\!].')  # what a number format writes as it stands
_LARGE_UNIT = re.compile(r"[十百千万亿]")
_DIVIDES = re.compile(r"[0#?],+(?![0#?,])")  # a comma behind the digits divides by a thousand
_CURRENCY = re.compile(r"^(?:¥|rmb|cny|人民币)\s*")


class Figure(NamedTuple):
    """A number as it was typed: ``unit`` is ``%``, a word behind the digits, or empty."""

    value: Decimal
    unit: str = ""


def read_money(raw: object, factor: Decimal = Decimal(1)) -> Reading:
    """Yuan, exact. A unit in the cell (12.5万元) wins over the header's (``factor``)."""
    figure = _figure(raw)
    if isinstance(figure, Reading):
        return figure
    if figure.unit and figure.unit not in MONEY_UNITS:
        return fault("not_money", unit=figure.unit)
    scale = MONEY_UNITS[figure.unit] if figure.unit else factor
    return _fit(_EXACT.multiply(figure.value, scale), MONEY_DIGITS, MONEY_PLACES)


def read_share(raw: object, percent: bool = False) -> Reading:
    """A fraction of one. 85%, and a cell in a percent format, say what they mean.

    A bare number doesn't always: under a header with (%) a number up to 1 may be a fraction all the
    same, under any other header a number above 1 may be percent. Both are reported, never guessed.
    """
    figure = _figure(raw)
    if isinstance(figure, Reading):
        return figure
    value = figure.value
    if figure.unit == "%":
        value = _EXACT.divide(value, Decimal(100))
    elif figure.unit:
        return fault("not_a_share")
    elif isinstance(raw, Number) and (shown := percent_of_format(raw.format)):
        value = _EXACT.multiply(value, shown)
    else:
        if percent and 0 < abs(value) <= 1:
            return fault("percent_or_fraction")
        if not percent and abs(value) > 1:
            return fault("fraction_or_percent")
        if percent:
            value = _EXACT.divide(value, Decimal(100))
    return _fit(value, SHARE_DIGITS, SHARE_PLACES)


def read_score(raw: object) -> Reading:
    """A survey's score; whether it lies on the scale is checked with the other rows."""
    figure = _figure(raw)
    if isinstance(figure, Reading):
        return figure
    if figure.unit not in ("", "分") or _is_percent(raw):
        return fault("not_a_number")
    return _fit(figure.value, SCORE_DIGITS, SCORE_PLACES)


def read_count(raw: object) -> Reading:
    """A whole number, zero or more."""
    figure = _figure(raw)
    if isinstance(figure, Reading):
        return figure
    if (figure.unit and figure.unit not in _COUNTED) or _is_percent(raw):
        return fault("not_a_count")
    if figure.value < 0 or figure.value != figure.value.to_integral_value():
        return fault("not_a_count")
    if figure.value > LARGEST_COUNT:
        return fault("too_large")
    return Reading(int(figure.value))


def read_year(raw: object) -> Reading:
    """A calendar year in four digits."""
    figure = _figure(raw)
    if isinstance(figure, Reading) or figure.unit not in ("", "年", "年度") or _is_percent(raw):
        return fault("not_a_year")
    if figure.value != figure.value.to_integral_value() or not FIRST_YEAR <= figure.value <= LAST_YEAR:
        return fault("implausible_year", first=str(FIRST_YEAR), last=str(LAST_YEAR))
    return Reading(int(figure.value))


@lru_cache(maxsize=1024)
def percent_of_format(number_format: str) -> Decimal | None:
    """What a number under a percent format must be multiplied with to be a fraction; None for other formats.

    The sign itself scales (0.85 shows as 85%); a sign in quotes is only written behind (85 shows as 85%).

    >>> percent_of_format("0.0%"), percent_of_format('0"%"'), percent_of_format("0.0")
    (Decimal('1'), Decimal('0.01'), None)
    """
    shown = number_format.split(";")[0]
    if "%" in _LITERAL.sub("", shown):
        return Decimal(1)
    return Decimal("0.01") if "%" in shown or "％" in shown else None


@lru_cache(maxsize=1024)
def has_unit_in_format(number_format: str) -> bool:
    """Whether a format writes a large unit behind a number without dividing by it.

    12.5 under ``0.0"万元"`` shows as 12.5万元 and is stored as 12.5; under ``0!.0,"万"`` 125000 shows as
    12.5万, since the comma divides.

    >>> has_unit_in_format('0.0"万元"'), has_unit_in_format('0!.0,"万"'), has_unit_in_format('0.0"元"')
    (True, False, False)
    """
    shown = number_format.split(";")[0]
    return bool(_LARGE_UNIT.search(shown)) and not _DIVIDES.search(shown)


def plain(value: Decimal) -> str:
    """A decimal without exponent and without trailing zeros.

    >>> plain(Decimal("125000.0000")), plain(Decimal("1E+3"))
    ('125000', '1000')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_shown(digits: str) -> Decimal | None:
    """The number of a cell at the 15 significant digits that a spreadsheet shows; None for no number."""
    try:
        value = _AS_SHOWN.create_decimal(digits)
    except (InvalidOperation, Overflow):
        return None
    return value if value.is_finite() else None


def _figure(raw: object) -> Figure | Reading:
    value: Decimal | None
    if isinstance(raw, str):
        return _typed(raw) or fault("not_a_number")
    if isinstance(raw, Number):
        if is_date_format(raw.format):
            return fault("number_became_date")
        if has_unit_in_format(raw.format):
            return fault("unit_in_format")
        value = as_shown(raw.digits)
    elif isinstance(raw, bool):
        value = None
    elif isinstance(raw, int):
        value = Decimal(raw)
    elif isinstance(raw, float):
        value = as_shown(repr(raw)) if math.isfinite(raw) else None
    elif isinstance(raw, Decimal):
        value = raw if raw.is_finite() else None
    else:
        value = None
    return fault("not_a_number") if value is None else Figure(value)


def _typed(raw: str) -> Figure | None:
    text = unicodedata.normalize("NFKC", raw).strip().lower().replace("−", "-").replace("，", ",")
    if len(text) > 60:
        return None
    negative = False
    if text.startswith("(") and text.endswith(")"):  # as accountants write a negative amount
        negative, text = True, text[1:-1].strip()
    elif text.startswith(("-", "+")):
        negative, text = text[0] == "-", text[1:].lstrip()
    text = _CURRENCY.sub("", text)
    match = _NUMBER.fullmatch(text)
    if not match:
        return None
    digits = match["digits"].replace(",", "").replace(" ", "")
    value = Decimal((digits or "0") + (match["fraction"] or ""))
    return Figure(-value if negative else value, match["unit"] or "")


def _is_percent(raw: object) -> bool:
    return isinstance(raw, Number) and bool(percent_of_format(raw.format))


def _fit(value: Decimal, digits: int, places: int) -> Reading:
    # The exponents are looked at before anything is computed: 1E+999999 must not be written out.
    if value and value.adjusted() >= digits - places:
        return fault("too_large")
    step = Decimal(1).scaleb(-places)
    kept = value.quantize(step, context=_EXACT) if value else Decimal(0).quantize(step)
    if kept == value:
        return Reading(kept)
    return note(kept, "rounded", places=str(places), kept=plain(kept))
