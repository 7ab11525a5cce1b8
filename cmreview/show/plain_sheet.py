"""A sheet of an Excel workbook whose rows are written as XML at once, the same bytes as XlsxWriter's own.

XlsxWriter keeps an object a cell, looks at each again for its row's span and once more to write it, and
escapes each attribute of each: that took two thirds of an appendix. Texts, numbers and days need none of
it. All that stands around the rows stays XlsxWriter's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from html import escape
from itertools import groupby
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from cmreview.show.appendix_rows import Cell
from cmreview.show.html import visible

LONGEST = 32_000  # Excel holds 32,767 characters a cell; a longer text is cut and says so
WIDEST = 60
_WIDE = re.compile("[\u2e80-\U0010ffff]")  # as wide as two Latin letters
_SHARED = ' t="s">'
_BLOCK = 16  # rows that are told one span, from the first to the last column that any of them fills

Look = Callable[[str], int]  # the number that a workbook gives to the look of a kind of cell
_KINDS = {str: "text", date: "date"}  # these look by what they are, numbers by what they count
_Line = tuple[int, int, int, str]  # a row's number from 0, its first and last filled column, its cells


class PlainSheet(Worksheet):  # type: ignore[misc]  # XlsxWriter is published without types
    """A worksheet that is filled once, by rows from its top, with texts, numbers and days."""

    _rows = ""

    def fill(self, rows: Sequence[Sequence[Cell]], look: Look) -> list[int]:
        """Take in all rows, the headers' first; how wide each column's content is, in Latin letters."""
        letters = [xl_col_to_name(column) for column in range(len(rows[0]))]
        widths = [0] * len(letters)
        lines: list[_Line] = []
        self._known: dict[str | date, tuple[str, int]] = {}
        for number, row in enumerate(rows):
            filled = [(column, cell) for column, cell in enumerate(row) if cell.value is not None]
            cells = []
            for column, cell in filled:
                content, width = self._content(cell.value)
                kind = _KINDS.get(type(cell.value), cell.kind) if number else "head"
                cells.append(f'<c r="{letters[column]}{number + 1}" s="{look(kind)}"{content}')
                if width > widths[column]:
                    widths[column] = width
            if filled:
                lines.append((number, filled[0][0], filled[-1][0], "".join(cells)))
        self._rows = "".join(_spanned(lines))
        self.str_table.count += self._rows.count(_SHARED) - sum(
            _SHARED in xml for xml, _ in self._known.values()
        )
        self.dim_rowmin, self.dim_rowmax = lines[0][0], lines[-1][0]
        self.dim_colmin, self.dim_colmax = min(line[1] for line in lines), max(line[2] for line in lines)
        return widths

    def _content(self, value: Any) -> tuple[str, int]:
        """What follows in a cell's tag, and how wide it is."""
        kind = type(value)
        if kind is Fraction:  # as float() has it, which gets there by three more calls
            return f"><v>{value.numerator / value.denominator:.16G}</v></c>", len(str(value))
        if kind is str or kind is date:  # the same ones come again and again
            if (known := self._known.get(value)) is None:
                known = self._known[value] = self._text(value) if kind is str else self._day(value)
            return known
        return f"><v>{float(value):.16G}</v></c>", len(str(value))

    def _text(self, text: str) -> tuple[str, int]:
        shown = cut(visible(text))
        if shown.startswith("<r>") and shown.endswith("</r>"):  # XlsxWriter would take it for its own markup
            return f' t="inlineStr"><is><t>{escape(shown, quote=False)}</t></is></c>', _width(text)
        return f"{_SHARED}<v>{self.str_table._get_shared_string_index(shown)}</v></c>", _width(text)

    def _day(self, day: date) -> tuple[str, int]:
        return f"><v>{self._convert_date_time(day):.16G}</v></c>", _width(str(day))

    def _write_rows(self) -> None:
        """What XlsxWriter asks for between ``<sheetData>`` and its end."""
        self.fh.write(self._rows)


def _spanned(lines: Sequence[_Line]) -> Iterator[str]:
    for _, block in groupby(lines, key=lambda line: line[0] // _BLOCK):
        together = list(block)
        span = f"{min(line[1] for line in together) + 1}:{max(line[2] for line in together) + 1}"
        for number, _, _, cells in together:
            yield f'<row r="{number + 1}" spans="{span}">{cells}</row>'


def cut(text: str) -> str:
    """``text`` as one cell can hold it; where it is cut the cell says so."""
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}… [{len(text) - LONGEST}]"


def _width(text: str) -> int:
    text = text[:WIDEST]
    wide = 0 if text.isascii() else len(_WIDE.findall(text))
    return min(len(text) + wide, WIDEST)
