"""Figures as people read them: rounded half up, with their unit, in Chinese or English."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from cmreview.terms import DEGREES, Label, Unit

YUAN = Label("元", "yuan")
WAN = 10_000  # 万, the unit in which Chinese papers count money
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
MINUS = "−"  # the sign, not the hyphen: it does not break from its number
# Decimals that a reader needs at most; more only to keep two different figures apart.
_PLACES = {Unit.MONEY: 2, Unit.SHARE: 1, Unit.COUNT: 2, Unit.YEARS: 2}
_MOST_PLACES = 12


def rounded(value: Fraction, places: int) -> Decimal:
    """``value`` to so many decimals, 四舍五入: a half goes away from zero.

    >>> rounded(Fraction("84.125"), 2), rounded(Fraction("-0.5"), 0)
    (Decimal('84.13'), Decimal('-1'))
    """
    # in whole numbers: every figure of a packet passes here, and a Fraction's arithmetic is slow
    above, below = abs(value.numerator) * 10**places, value.denominator
    whole = (2 * above + below) // (2 * below)
    sign = "-" if value.numerator < 0 and whole else ""
    return Decimal(f"{sign}{whole}E{-places}")


def written(
    value: Fraction,
    unit: Unit,
    lang: str = "zh",
    money: Label = YUAN,
    *,
    apart_from: Fraction | None = None,
    is_difference: bool = False,
) -> str:
    """A figure with its unit, such as ``38.5 万元``, ``385,000 yuan``, ``14.9%``, ``2``, ``3 年``, ``本科``.

    ``money`` names the currency. ``apart_from`` is a figure beside it, such as a threshold: where the
    two differ they are never written alike, and what is not zero is never written as zero. A
    ``is_difference`` of shares is told in percentage points. A degree is its rank in
    ``terms.DEGREES``, counted from 1; a flag is 0 or 1.

    >>> written(Fraction(385_000), Unit.MONEY), written(Fraction(385_000), Unit.MONEY, "en")
    ('38.5 万元', '385,000 yuan')
    >>> written(Fraction("0.14999"), Unit.SHARE, apart_from=Fraction("0.15"))
    '14.999%'
    >>> written(Fraction("-0.003"), Unit.SHARE, is_difference=True)
    '−0.3 个百分点'
    >>> written(Fraction(3), Unit.DEGREE)
    '本科'
    """
    if unit is Unit.DEGREE:
        return degree(value)(lang)
    if unit is Unit.FLAG:
        return (Label("是", "yes") if value else Label("否", "no"))(lang)
    scale = Fraction(1)
    if unit is Unit.MONEY and lang != "en" and abs(value) >= WAN:
        scale = Fraction(1, WAN)
    elif unit is Unit.SHARE:
        scale = Fraction(100)
    others = [Fraction(0)] if apart_from is None else [Fraction(0), apart_from]
    text = _decimals(value * scale, [other * scale for other in others], _PLACES[unit])
    if unit is Unit.MONEY:
        return f"{text} {money.en}" if lang == "en" else f"{text} {'万' if scale != 1 else ''}{money.zh}"
    if unit is Unit.SHARE:
        points = f" percentage point{_plural(text)}" if lang == "en" else " 个百分点"
        return text + (points if is_difference else "%")
    if unit is Unit.YEARS:
        return f"{text} year{_plural(text)}" if lang == "en" else f"{text} 年"
    return text


def written_date(day: date, lang: str = "zh") -> str:
    """A day as ``2026年3月9日`` or ``9 March 2026``."""
    if lang == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def degree(rank: Fraction) -> Label:
    """The degree of a rank, counted from 1 (Policy 3.1.Q1)."""
    return tuple(DEGREES.values())[int(rank) - 1]


def _plural(number: str) -> str:
    return "" if number.removeprefix(MINUS) == "1" else "s"


def _decimals(value: Fraction, others: list[Fraction], places: int) -> str:
    apart = [other for other in others if other != value]
    while places < _MOST_PLACES and any(rounded(value, places) == rounded(other, places) for other in apart):
        places += 1
    text = f"{rounded(value, places):,f}".replace("-", MINUS)
    return text.rstrip("0").rstrip(".") if "." in text else text
