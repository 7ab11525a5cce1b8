"""Text in CSV files that a spreadsheet must not compute: marked when written, read as it was."""

from __future__ import annotations

import re

# What a spreadsheet may compute when it opens a CSV file, also behind blanks and in full width; quotes
# before it are counted in, so that a text that begins with the mark itself comes back as it was.
_COMPUTED = re.compile(r"'*\s*[=+\-@＝＋－＠\t\r]")
_MARK = "'"


def guarded(text: str) -> str:
    """``text`` with the quote before it that spreadsheets know as the mark of text, where it needs one.

    >>> guarded("=1+1"), guarded("张三"), guarded("'-x")
    ("'=1+1", '张三', "''-x")
    """
    return f"{_MARK}{text}" if _COMPUTED.match(text) else text


def unguarded(text: str) -> str:
    """A text as it was before ``guarded``.

    >>> unguarded("'=1+1"), unguarded("'quoted'"), unguarded("''-x")
    ('=1+1', "'quoted'", "'-x")
    """
    return text[1:] if text.startswith(_MARK) and _COMPUTED.match(text) else text
