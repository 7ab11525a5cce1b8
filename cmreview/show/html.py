"""HTML put together so that every text is escaped exactly once, where it enters the page (N13)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Any

_LONG_WORD, _RUN = 24, 12  # characters
VOID = frozenset({"br", "col", "hr", "meta", "wbr"})

# Invisible characters that change how their neighbours are read: direction marks, zero-width ones, the
# byte order mark, and the tags and fillers that hide text.
_HIDING = r"\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f"
_CONTROLS, _UNPAIRED = r"\x00-\x1f\x7f-\x9f", r"\ud800-\udfff\ufffe\uffff"
_HIDDEN, _CONTROL, _ALONE, _UNSEEN = (
    re.compile(f"[{kinds}]") for kinds in (_HIDING, _CONTROLS, _UNPAIRED, _HIDING + _CONTROLS + _UNPAIRED)
)


class Html(str):
    """Text that is already HTML. Only ``element`` and ``join`` make it from what people typed."""

    __slots__ = ()


Content = str | Html | int | None


def visible(text: str) -> str:
    r"""``text`` with whatever can't be seen made visible, so that it can neither hide nor reorder its line.

    A tabulator or a line break becomes a blank, other control characters their picture (``␀``), an
    invisible or unpaired one its code point (``⟨U+202E⟩``).

    >>> visible("王\u202e伟\x00")
    '王⟨U+202E⟩伟␀'
    """
    if not _UNSEEN.search(text):  # nearly every text there is
        return text
    text = text.replace("\r\n", " ").replace("\n", " ").replace("\r", " ").replace("\t", " ")
    text = _CONTROL.sub(_picture, text)
    text = _HIDDEN.sub(_code_point, text)
    return _ALONE.sub(_code_point, text)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else _code_point(match)


def _code_point(match: re.Match[str]) -> str:
    return f"⟨U+{ord(match[0]):04X}⟩"


def text(content: Content) -> Html:
    """``content`` as HTML: escaped, unless it is HTML already; nothing for None."""
    if content is None:
        return Html("")
    if isinstance(content, Html):
        return content
    return _escaped(str(content))


@lru_cache(maxsize=1 << 14)  # words of a table's cells and attributes come again and again
def _escaped(content: str) -> Html:
    return Html(escape(visible(content), quote=True))


def breakable(content: str) -> Html:
    """``content`` as HTML that a narrow column can break: a long word gets places where it may.

    Left to CSS alone, either no long word breaks or every short one may.
    """
    if isinstance(content, Html):
        return content
    pieces = [
        join((word[at : at + _RUN] for at in range(0, len(word), _RUN)), Html("<wbr>"))
        if len(word) > _LONG_WORD
        else word
        for word in visible(content).split(" ")
    ]
    return join(pieces, " ")


def join(parts: Iterable[Content], between: str = "") -> Html:
    """Several contents as one, each escaped unless it is HTML."""
    return Html(text(between).join([text(part) for part in parts]))


def element(name: str, *content: Content, **attributes: Any) -> Html:
    """``<name attributes>content</name>``.

    Attribute names: a trailing underscore is dropped (``class_``), others become hyphens
    (``aria_label``). True gives the bare attribute, None and False leave it out.

    >>> element("td", "<b>", class_="name")
    '<td class="name">&lt;b&gt;</td>'
    """
    written = "".join([_attribute(key, value) for key, value in attributes.items()])
    if name in VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(content)}</{name}>")


def _attribute(key: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{text(str(value))}"'


def css_string(words: str) -> str:
    r"""``words`` as a quoted CSS string; whatever is not a letter or digit is written by its code point.

    >>> css_string('a</style>"')
    '"a\\3c \\2f style\\3e \\22 "'
    """
    safe = "".join(
        char if unicodedata.category(char)[0] in "LN" else f"\\{ord(char):x} " for char in visible(words)
    )
    return f'"{safe}"'
