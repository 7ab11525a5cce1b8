"""Names that people typed, made into names of files that every system can hold."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from hashlib import sha256

LONGEST = 80  # bytes of UTF-8: leaves room for an ending, a folder and a temporary mark on every system
_HASH = 8

_ODD = re.compile(r'[/\\:*?"<>|#%]+|[^\S ]+')  # of white space only the plain blank stays
# Windows refuses these with any ending (CON.txt too).
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\..*)?", re.IGNORECASE)
_LOOKS_ALTERED = re.compile(rf"-[0-9a-f]{{{_HASH},}}\Z")


def safe_name(text: str, taken: Iterable[str] = ()) -> str:
    """A file's stem for ``text``: readable, harmless everywhere, and no other text's.

    ``text`` that is harmless comes back as it is (``销售一部``). Anything else — a separator, ``..``, a
    control or invisible character, a name that Windows reserves, more than 80 bytes — is mended and
    gets a hash of the original behind it, so that two texts never share a name. ``taken`` are names
    in use: one that differs from the result only in case or in the way its accents are encoded
    counts as the same, since it is the same file on many systems.

    >>> safe_name("销售一部")
    '销售一部'
    >>> safe_name("渠道部（华南/西南）")
    '渠道部（华南_西南）-12bdc40a'
    >>> safe_name("Sales", taken=["SALES"])
    'Sales-8de4e0ea'
    """
    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    in_use = {_as_file_systems_see_it(name) for name in taken}
    stem = _mended(text)
    is_altered = stem != text or bool(_LOOKS_ALTERED.search(text)) or _size(stem) > LONGEST
    if not is_altered and _as_file_systems_see_it(stem) not in in_use:
        return stem
    for length in range(_HASH, len(digest) + 1):
        mark = f"-{digest[:length]}"
        name = _cut(stem, LONGEST - len(mark)) + mark
        if _as_file_systems_see_it(name) not in in_use:
            return name
    raise ValueError(f"every name for {text!r} is taken")


def _mended(text: str) -> str:
    text = unicodedata.normalize("NFC", text)
    # C: control, invisible, private, unassigned, half a surrogate pair; Z but the blank: line breaks
    text = "".join("_" if unicodedata.category(char)[0] == "C" else char for char in text)
    text = _ODD.sub("_", text)
    # A leading dot hides, "~$" marks Excel's lock files, "-" starts an option; Windows drops dots and blanks
    # at the end.
    text = re.sub(r"^[.~\- ]+", "_", text)
    text = re.sub(r"[. ]+\Z", "_", text)
    text = re.sub(r"\.{2,}", "_", text)
    if not text or _RESERVED.fullmatch(text):
        text = f"_{text}"
    return text


def _as_file_systems_see_it(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _size(text: str) -> int:
    return len(text.encode("utf-8"))


def _cut(text: str, limit: int) -> str:
    return text.encode("utf-8")[:limit].decode("utf-8", "ignore")
