"""One cell -> a calendar date, or the reason why it is none."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from cmreview.records.raw import Number
from cmreview.records.reading import Reading, fault, note, tally

FIRST_YEAR, LAST_YEAR = 1950, 2100  # a date outside was mistyped, whatever the table
_EIGHT = 8  # no serial date and no date of eight digits reaches ten to this power
_EPOCH_1900, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)

_TIME = r"(?:[T ]?(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?))?"
_WRITTEN = re.compile(
    r"(?P<year>[0-9]{4})(?:年(?P<m1>[0-9]{1,2})月(?P<d1>[0-9]{1,2})[日号]"
    r"|(?P<mark>[-/.])(?P<m2>[0-9]{1,2})(?P=mark)(?P<d2>[0-9]{1,2}))" + _TIME
)
_EIGHT_DIGITS = re.compile(r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
_SERIAL_TEXT = re.compile(r"[0-9]{5}")
_OTHER_ORDER = re.compile(r"[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{1,4}")
_QUIET = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # what a format shows as it stands, and colours
_MIDNIGHT = re.compile(r"[0:.]*(?:Z|[+-][0-9:]+)?")


@lru_cache(maxsize=1024)  # a workbook has a few formats and many cells
def is_date_format(number_format: str) -> bool:
    """Whether a number format shows a date, as those do that only name a weekday in some language.

    >>> is_date_format("yyyy-mm-dd"), is_date_format("[$-804]aaaa;@"), is_date_format('#,##0.0,"d"')
    (True, True, False)
    """
    if number_format in ("General", "@"):
        return False
    shown = _QUIET.sub("", number_format.lower().split(";")[0]).replace("general", "")
    shown = re.sub("e[+-]", "", shown)  # of 0.00E+00
    return any(letter in shown for letter in "ydhsae") or "mm" in shown


def read_date(raw: object, epoch_1904: bool = False) -> Reading:
    """A date from a date, a serial number, or a text with year, month and day in this order."""
    if isinstance(raw, datetime):
        return _plausible(raw.date(), raw.time() != raw.time().min)
    if isinstance(raw, date):
        return _plausible(raw, False)
    if isinstance(raw, Number):
        return _from_number(raw, epoch_1904)
    if isinstance(raw, int) and not isinstance(raw, bool):
        return _from_eight_digits(str(raw)) or fault("not_a_date")
    if isinstance(raw, str):
        return _from_text(raw, epoch_1904)
    return fault("not_a_date")


def serial_date(serial: Decimal, epoch_1904: bool) -> date | None:
    """The day that a spreadsheet's serial number stands for; None for 29 February 1900 and before."""
    days = int(serial)
    if days < 0 or days > 2_958_465 or (days <= 60 and not epoch_1904):
        return None
    try:
        return (_EPOCH_1904 if epoch_1904 else _EPOCH_1900) + timedelta(days=days)
    except OverflowError:
        return None


def _from_number(raw: Number, epoch_1904: bool) -> Reading:
    try:
        serial = Decimal(raw.digits)
    except InvalidOperation:
        return fault("not_a_date")
    if not serial.is_finite() or serial.adjusted() > _EIGHT:
        return fault("not_a_date")
    if serial == serial.to_integral_value():
        typed = _from_eight_digits(str(int(serial)))  # 20250301 is beyond every serial date
        if typed is not None:
            return typed
    day = serial_date(serial, epoch_1904)
    if day is None:
        return fault("not_a_date")
    return _plausible(day, serial != serial.to_integral_value())


def _from_text(raw: str, epoch_1904: bool) -> Reading:
    text = unicodedata.normalize("NFKC", raw).strip()
    joined = re.sub(r"\s*([-/.年月日号])\s*", r"\1", text)
    match = _WRITTEN.fullmatch(joined)
    if match:
        day = _day(match["year"], match["m1"] or match["m2"], match["d1"] or match["d2"])
        if day is None:
            return fault("no_such_day")
        return _plausible(day, bool(match["time"]) and not _MIDNIGHT.fullmatch(match["time"]))
    typed = _from_eight_digits(joined)
    if typed is not None:
        return typed
    if _SERIAL_TEXT.fullmatch(joined):
        day = serial_date(Decimal(joined), epoch_1904)
        if day is not None and FIRST_YEAR <= day.year <= LAST_YEAR:
            return note(day, "serial_text", read=day.isoformat())
    return fault("ambiguous_date") if _OTHER_ORDER.fullmatch(joined) else fault("not_a_date")


def _from_eight_digits(digits: str) -> Reading | None:
    match = _EIGHT_DIGITS.fullmatch(digits)
    if not match:
        return None
    day = _day(match["year"], match["month"], match["day"])
    return fault("no_such_day") if day is None else _plausible(day, False)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _plausible(day: date, has_time: bool) -> Reading:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return fault("implausible_date", first=str(FIRST_YEAR), last=str(LAST_YEAR), read=day.isoformat())
    return tally(day, "time_dropped") if has_time else Reading(day)
