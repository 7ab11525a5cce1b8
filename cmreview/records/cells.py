"""One cell -> a typed value, or the reason why it is none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from cmreview.records import numbers
from cmreview.records.columns import Column, Kind
from cmreview.records.dates import is_date_format, read_date, serial_date
from cmreview.records.raw import ERROR_CODES, ErrorCell, Formula, Number, RawColumn
from cmreview.records.reading import BLANK, Reading, Remark, fault, note
from cmreview.records.text import LONGEST_TEXT, clean, fold, in_latin, is_unseen

LONGEST_SHOWN = 200
SHOWN_EXPONENT = 30  # a number further from 1 is shown as the file holds it

# What people put into a cell that should be left blank. A text column keeps them: they may be meant.
_PLACEHOLDERS = frozenset({"-", "--", "---", "–", "—", "——", "/", "\\", "无", "暂无", "空"})
_MORE_PLACEHOLDERS = _PLACEHOLDERS | {"n/a", "na", "null", "none", "nil", "待定", "tbd"}
_STILL = frozenset({"至今", "now", "present", "todate", "tilltoday"})
_YES = frozenset({"是", "yes", "y", "true", "√", "✓", "✔", "1"})
_NO = frozenset({"否", "no", "n", "false", "×", "✗", "✘", "0"})

_SCIENTIFIC = re.compile(r"[+-]?[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+")
_ZEROS = re.compile(r'(?P<before>(?:"[^"]*"|\\.|[-A-Za-z_])*?)(?P<zeros>0{2,})(?P<after>(?:"[^"]*"|\\.)*)')

Reader = Callable[[object], Reading]


def reader(column: Column, raw: RawColumn, levels: Mapping[str, str], *, epoch_1904: bool = False) -> Reader:
    """The function that types one column's cells; ``levels`` maps every spelling of a level to its id."""
    read = _by_kind(column, raw, levels, epoch_1904)

    def read_cell(cell: object) -> Reading:
        return _unwrapped(cell, column.kind, read)

    return read_cell


def shown(raw: object, *, epoch_1904: bool = False) -> str:
    """A raw cell as the person sees it, cut at 200 characters; what can't be seen shows as U+FFFD."""
    if isinstance(raw, Formula):
        text = f"={raw.text}" if raw.value is None else shown(raw.value, epoch_1904=epoch_1904)
    elif isinstance(raw, ErrorCell):
        text = raw.code
    elif isinstance(raw, Number):
        text = _number_shown(raw, epoch_1904)
    elif isinstance(raw, Decimal):
        text = numbers.plain(raw) if raw.is_finite() and abs(raw.adjusted()) < LONGEST_SHOWN else str(raw)
    elif isinstance(raw, datetime):
        text = raw.isoformat(sep=" ")
    elif isinstance(raw, date):
        text = raw.isoformat()
    elif isinstance(raw, bool):
        text = "TRUE" if raw else "FALSE"
    else:
        text = str(raw)
    text = text[: LONGEST_SHOWN + 1]
    visible = "".join(
        "\N{REPLACEMENT CHARACTER}" if is_unseen(character) else character for character in text
    )
    return visible if len(visible) <= LONGEST_SHOWN else visible[: LONGEST_SHOWN - 1] + "…"


def read_id(raw: object) -> Reading:
    """An id as text: leading zeros and case kept, width and invisible characters made plain."""
    if isinstance(raw, str):
        if _SCIENTIFIC.fullmatch(raw.strip()):
            return fault("digits_lost")
        return _as_name(raw, " ".join(clean(unicodedata.normalize("NFKC", raw)).text.split()))
    if isinstance(raw, Number):
        return _id_from_number(raw)
    if isinstance(raw, int) and not isinstance(raw, bool):
        return Reading(str(raw))
    if isinstance(raw, float | Decimal):
        number = Decimal(raw)
        if number.is_finite() and number.adjusted() < numbers.SHOWN_DIGITS and number == int(number):
            return Reading(str(int(number)))
    return fault("not_an_id")


def read_department(raw: object) -> Reading:
    """A department's name: an id in all but name, though brackets keep their width, as on its door."""
    if isinstance(raw, str):
        return _as_name(raw, " ".join(clean(raw).text.split()))
    return read_text(raw)


def read_text(raw: object) -> Reading:
    """A text as it was typed, without what can't be seen."""
    if isinstance(raw, str):
        text, controls, invisible, trimmed = clean(raw)
        remarks = []
        if controls:
            remarks.append(Remark("control_characters"))
        if invisible:
            remarks.append(Remark("invisible_characters"))
        if trimmed and not remarks:
            remarks.append(Remark("spaces_trimmed", counted=True))
        return Reading(text or None, tuple(remarks))
    if isinstance(raw, Number | int | float | Decimal | date | bool):
        return Reading(shown(raw) or None)
    return fault("not_text")


def read_yes_no(raw: object) -> Reading:
    """Yes or no, as words, marks, booleans or 1 and 0."""
    if isinstance(raw, bool):
        return Reading(raw)
    word = fold(raw) if isinstance(raw, str) else _whole(raw)
    if word in _YES:
        return Reading(True)
    return Reading(False) if word in _NO else fault("not_yes_or_no")


def _by_kind(column: Column, raw: RawColumn, levels: Mapping[str, str], epoch_1904: bool) -> Reader:
    match column.kind:
        case Kind.ID:
            return read_id
        case Kind.TEXT:
            return read_department if column.name == "department" else read_text
        case Kind.DATE:
            return lambda cell: read_date(cell, epoch_1904)
        case Kind.MONEY:
            return lambda cell: numbers.read_money(cell, raw.factor)
        case Kind.SHARE:
            return lambda cell: numbers.read_share(cell, raw.percent)
        case Kind.YES_NO:
            return read_yes_no
        case Kind.LEVEL:
            return _word_reader(levels, "unknown_level", behind="客户经理")  # 初级客户经理 is 初级
        case Kind.CHOICE:
            labels = column.choices.items()
            spellings = {word: name for name, label in labels for word in (label.zh, label.en, name)}
            return _word_reader(spellings, "unknown_choice")
        case Kind.COUNT:
            return numbers.read_count
        case Kind.YEAR:
            return numbers.read_year
        case Kind.SCORE:
            return numbers.read_score


def _word_reader(spellings: Mapping[str, str], code: str, *, behind: str = "") -> Reader:
    words = {fold(spelling) + behind: name for spelling, name in spellings.items()}
    words |= {fold(spelling): name for spelling, name in spellings.items()}
    by_name: dict[str, list[str]] = {}
    for spelling, name in spellings.items():
        by_name.setdefault(name, []).append(spelling)
    known = ", ".join("/".join(same) for same in by_name.values())

    def read(raw: object) -> Reading:
        name = words.get(fold(raw)) if isinstance(raw, str) else None
        return fault(code, known=known) if name is None else Reading(name)

    return read


def _as_name(raw: str, cleaned: str) -> Reading:
    if not cleaned:
        return BLANK
    remarks = [] if cleaned == raw else [Remark("id_normalised", details=(("read", cleaned),))]
    latin = in_latin(cleaned)
    if latin != cleaned:
        remarks.append(Remark("id_lookalike", details=(("latin", latin),)))
    return Reading(cleaned, tuple(remarks))


def _unwrapped(raw: object, kind: Kind, read: Reader) -> Reading:
    if raw is None:
        return BLANK
    if isinstance(raw, str):
        return _from_typed_text(raw, kind, read)
    if isinstance(raw, Formula):
        return _from_formula(raw, kind, read)
    if isinstance(raw, ErrorCell):
        return fault("error_cell")
    if isinstance(raw, float) and raw != raw:
        return BLANK  # a frame's way to leave a cell blank
    return read(raw)


def _from_typed_text(raw: str, kind: Kind, read: Reader) -> Reading:
    if len(raw) > LONGEST_TEXT:
        return fault("too_long", limit=str(LONGEST_TEXT))
    word = fold(raw)
    if not word:
        return BLANK
    if word.upper() in ERROR_CODES:
        return fault("error_cell")
    if kind is not Kind.TEXT:
        if word in (_PLACEHOLDERS if kind is Kind.ID else _MORE_PLACEHOLDERS):
            return note(None, "placeholder")
        if kind is Kind.DATE and word in _STILL:
            return note(None, "still")
    if kind in (Kind.ID, Kind.TEXT):
        return read(raw)
    return read(clean(raw).text)


def _from_formula(raw: Formula, kind: Kind, read: Reader) -> Reading:
    value = raw.value
    if value is None:
        return fault("formula_without_value")
    is_zero = isinstance(value, Number) and numbers.as_shown(value.digits) == 0
    if is_zero and raw.pending:
        return fault("formula_without_value")
    reading = _unwrapped(value, kind, read)
    remarks = list(reading.remarks)
    if is_zero:
        remarks.append(Remark("formula_zero"))
    if "[" in raw.text:
        remarks.append(Remark("formula_outside"))
    return Reading(reading.value, tuple(remarks))


def _id_from_number(raw: Number) -> Reading:
    if is_date_format(raw.format):
        return fault("id_became_date")
    try:
        value = Decimal(raw.digits)
    except InvalidOperation:
        return fault("not_an_id")
    if not value.is_finite():
        return fault("not_an_id")
    if value.adjusted() >= numbers.SHOWN_DIGITS:
        return fault("digits_lost")
    if value < 0 or value != value.to_integral_value() or numbers.percent_of_format(raw.format):
        return fault("not_an_id")
    return Reading(_padded(str(int(value)), raw.format))


def _padded(digits: str, number_format: str) -> str:
    # 000123 typed into a cell of format 000000 is stored as 123
    match = _ZEROS.fullmatch(number_format.split(";")[0])
    if not match:
        return digits
    before, after = (re.sub(r'"([^"]*)"|\\(.)', r"\1\2", match[part]) for part in ("before", "after"))
    return before + digits.zfill(len(match["zeros"])) + after


def _number_shown(raw: Number, epoch_1904: bool) -> str:
    value = numbers.as_shown(raw.digits)
    if value is None or abs(value.adjusted()) > SHOWN_EXPONENT:
        return raw.digits
    if is_date_format(raw.format):
        day = serial_date(value, epoch_1904)
        return raw.digits if day is None else day.isoformat()
    percent = numbers.percent_of_format(raw.format)
    if percent is not None:
        return f"{numbers.plain(value * percent * 100)}%"
    try:
        exact = Decimal(raw.digits)
    except InvalidOperation:
        return raw.digits
    if exact == exact.to_integral_value():
        return _padded(numbers.plain(exact), raw.format)
    return numbers.plain(value)


def _whole(raw: object) -> str:
    if isinstance(raw, Number):
        value = numbers.as_shown(raw.digits)
        return "" if value is None or value not in (0, 1) else str(int(value))
    return str(raw) if isinstance(raw, int) else ""
