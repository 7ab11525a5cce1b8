"""Text as people type it: what is invisible taken out, and two spellings of one word made equal."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

LONGEST_TEXT = 32_767  # what a cell of a workbook can hold
# Excel writes a character that XML can't hold as _x0001_.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MARKS = re.compile(r"[\s\-_‐-―./\\·•,，、;；:：'\"“”‘’()\[\]{}<>《》【】〔〕]+")
# Cyrillic and Greek letters and the Latin ones that nobody can tell them from.
_LATIN = str.maketrans(
    "АВЕКМНОРСТУХЅІЈҮԚԜаеорсухѕіјһԁԛԝӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧον",
    "ABEKMHOPCTYXSIJYQWaeopcyxsijhdqwlABEZHIKMNOPTYXov",
)


class Cleaned(NamedTuple):
    """A text without what can't be seen, and what was taken out of it.

    ``controls``: C0 and C1 control characters, lone surrogates, characters that are none.
    ``invisible``: zero-width and direction characters, which make one word look like another.
    ``trimmed``: spaces at either end.
    """

    text: str
    controls: bool = False
    invisible: bool = False
    trimmed: bool = False


def clean(text: str) -> Cleaned:
    """Take out what can't be seen. Line breaks inside a cell stay."""
    if text.isprintable() and text == text.strip():  # almost every cell
        return Cleaned(text)
    kept = []
    controls = invisible = False
    for character in text.replace("\r\n", "\n").replace("\r", "\n"):
        category = unicodedata.category(character)
        if category == "Cf":
            invisible = True
        elif (
            category == "Cs" or (category == "Cc" and character not in "\n\t") or _is_no_character(character)
        ):
            controls = True
        else:
            kept.append(character)
    whole = "".join(kept)
    stripped = whole.strip()
    return Cleaned(stripped, controls, invisible, stripped != whole)


def unescape(text: str) -> str:
    """Excel's ``_x0041_`` as the character that it stands for."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def is_unseen(character: str) -> bool:
    """Whether a character is a control character (not a line break or tab), invisible, or none at all."""
    category = unicodedata.category(character)
    return (
        category in ("Cf", "Cs")
        or (category == "Cc" and character not in "\n\t")
        or _is_no_character(character)
    )


def is_blank(text: str) -> bool:
    """Whether nothing can be seen of a text; one that no cell can hold is never blank, but too long."""
    if not text or text.isspace():
        return True
    return len(text) <= LONGEST_TEXT and all(sign.isspace() or is_unseen(sign) for sign in text)


def in_latin(text: str) -> str:
    """A text with the Latin letters that it seems to be written in: the Cyrillic НТ1 as HT1."""
    return text if text.isascii() else text.translate(_LATIN)


def fold(text: str) -> str:
    """A text as it is compared with others: width, case, spaces and invisible characters don't count.

    >>> fold(" Contract　ID ") == fold("contract id") == fold("ｃｏｎｔｒａｃｔＩＤ")
    True
    """
    return "".join(unicodedata.normalize("NFKC", clean(text).text).casefold().split())


def bare(text: str) -> str:
    """A text as fold gives it, without punctuation: HT-2025/001 and ht2025001 are one.

    >>> bare("HT-2025/001（补）")
    'ht2025001补'
    """
    return _MARKS.sub("", fold(text))


def _is_no_character(character: str) -> bool:
    # U+FFFE, U+FFFF and their like in every plane, U+FDD0..U+FDEF; private-use ones are kept: rare
    # characters of names live there.
    point = ord(character)
    return (point & 0xFFFE) == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
