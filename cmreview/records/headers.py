"""Which table a sheet is, which row is its header, and which column is which."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from cmreview.records.cells import shown
from cmreview.records.columns import Column, Kind, Table
from cmreview.records.numbers import MONEY_UNITS
from cmreview.records.raw import Merge, Sheet
from cmreview.records.schema import INSTRUCTIONS, TABLES
from cmreview.records.text import bare, fold

HEADER_WITHIN = 30  # rows that are searched for the header
FEWEST_MATCHES = 2  # columns that a row must name to be a header
_PERCENT = ("%", "百分比", "percent", "pct")
_BRACKETS = re.compile(r"^(?P<name>[^(\[【]+)[(\[【](?P<inner>.*?)[)\]】]?\s*$", re.DOTALL)
_BETWEEN = re.compile(r"[,，、;；/\s]+")
# What makes words in the brackets of an amount's header a unit that must be known.
_LIKE_A_UNIT = re.compile(r"[元币万亿千百$€£]|usd|eur|hkd|jpy|gbp|dollar|euro|million|thousand|^k$")
# what stands between the words of a file's name
NAME_PARTS = re.compile(r"[\s_\-‐-―.·()（）\[\]【】]+")


class Meaning(NamedTuple):
    """What a header says: the column, the unit of its bare numbers, and a unit that nobody knows."""

    column: str
    factor: Decimal = Decimal(1)
    percent: bool = False
    unknown_unit: str | None = None


class HeaderCell(NamedTuple):
    """One cell of the header row; ``meaning`` is None where it names no column of the table."""

    position: int
    text: str
    meaning: Meaning | None


@dataclass(frozen=True, slots=True)
class Header:
    """The header row of a sheet: its place among the sheet's rows, and its cells."""

    at: int
    row: int
    cells: tuple[HeaderCell, ...]

    @property
    def columns(self) -> dict[str, HeaderCell]:
        """The cell of each column of the table; of a repeated one the first."""
        found: dict[str, HeaderCell] = {}
        for cell in self.cells:
            if cell.meaning is not None:
                found.setdefault(cell.meaning.column, cell)
        return found

    @property
    def repeated(self) -> list[str]:
        """Headers of columns that are named more than once."""
        first = self.columns
        return [cell.text for cell in self.cells if cell.meaning and first[cell.meaning.column] is not cell]


def table_of_sheet(name: str) -> Table | None:
    """The table that a sheet's name names, in either language, in any case and width."""
    return _tables().get(bare(name))


def table_of_file(stem: str) -> Table | None:
    """The table that a file's name names at its beginning or end: 销售一部_合同, contracts-2025, 合同.

    None where it names none, or two (客户_合同).
    """
    words = [bare(word) for word in NAME_PARTS.split(unicodedata.normalize("NFKC", stem)) if bare(word)]
    found: dict[str, int] = {}
    for name, table in _tables().items():
        for count in range(1, len(words) + 1):
            if name in ("".join(words[:count]), "".join(words[-count:])):
                found[table.name] = max(found.get(table.name, 0), len(name))
        whole = "".join(words)
        if not name.isascii() and (whole.startswith(name) or whole.endswith(name)):
            found[table.name] = max(found.get(table.name, 0), len(name))
    if not found:
        return None
    longest = max(found.values())
    best = [name for name, length in found.items() if length == longest]
    return TABLES[best[0]] if len(best) == 1 and (len(found) == 1 or len(words) == 1) else None


def is_instructions(name: str) -> bool:
    """Whether a sheet explains the others, as the first one of a template does."""
    return fold(name) in {fold(INSTRUCTIONS.zh), fold(INSTRUCTIONS.en), "readme", "说明"}


def meaning_of(table: Table, header: str) -> Meaning | None:
    """What a header means in a table; None where it names none of its columns.

    Case, width, spaces, punctuation and a star for "required" don't count; a unit in brackets does.

    >>> meaning_of(TABLES["contracts"], " *合同金额 (万元)")
    Meaning(column='amount', factor=Decimal('10000'), percent=False, unknown_unit=None)
    """
    known = _meanings(table.name)
    text = unicodedata.normalize("NFKC", header).strip().strip("*:").strip()
    meaning = known.get(bare(text))
    if meaning is not None:
        return meaning
    match = _BRACKETS.match(text)
    if match is None:
        return None
    meaning = known.get(bare(match["name"]))
    return None if meaning is None else _with_unit(table.column(meaning.column), meaning, match["inner"])


def find_header(table: Table, sheet: Sheet) -> Header | None:
    """The row among the first that names most columns of the table; None where none names two."""
    best: Header | None = None
    above = _downward(sheet.merges)
    filled: dict[int, tuple[int, object]] = {}  # column -> the last row of a merged cell, and what it shows
    for at, (row, cells) in enumerate(sheet.rows[:HEADER_WITHIN]):
        for position, cell in enumerate(cells):
            if cell is not None and (row, position) in above:
                filled[position] = (above[row, position], cell)
        header = _header(table, at, row, cells, filled)
        if best is None or len(header.columns) > len(best.columns):
            best = header
    return None if best is None or len(best.columns) < FEWEST_MATCHES else best


def _header(
    table: Table, at: int, row: int, cells: Sequence[object], filled: Mapping[int, tuple[int, object]]
) -> Header:
    width = max(len(cells), *(position + 1 for position in filled), 0)
    found = []
    for position in range(width):
        cell = cells[position] if position < len(cells) else None
        if cell is None and position in filled and row <= filled[position][0]:
            cell = filled[position][1]
        if cell is not None:
            text = " ".join(shown(cell).split())
            found.append(HeaderCell(position, text, meaning_of(table, text)))
    return Header(at, row, tuple(found))


def _downward(merges: Sequence[Merge]) -> dict[tuple[int, int], int]:
    """(first row, column) -> last row, of merged cells that span rows of one column."""
    return {
        (merge.first_row, merge.first_column): merge.last_row
        for merge in merges
        if merge.first_column == merge.last_column and merge.last_row > merge.first_row
    }


@cache
def _tables() -> dict[str, Table]:
    return {
        bare(name): table
        for table in TABLES.values()
        for name in (table.name, table.label.zh, table.label.en)
    }


@cache
def _meanings(table: str) -> dict[str, Meaning]:
    known: dict[str, Meaning] = {}
    for column in TABLES[table].columns:
        for name in (column.name, column.label.zh, column.label.en, *column.also):
            known[bare(name)] = Meaning(column.name)
            if column.kind is Kind.MONEY:
                for unit, factor in MONEY_UNITS.items():
                    known.setdefault(bare(name) + unit, Meaning(column.name, factor))
            elif column.kind is Kind.SHARE:
                for unit in _PERCENT:
                    known.setdefault(bare(name) + unit, Meaning(column.name, percent=True))
    return known


def _with_unit(column: Column, meaning: Meaning, inner: str) -> Meaning:
    """The meaning of a header with several words in its brackets, such as （万元，含税）."""
    for word in map(bare, _BETWEEN.split(inner)):
        if column.kind is Kind.MONEY and word in MONEY_UNITS:
            meaning = meaning._replace(factor=MONEY_UNITS[word])
        elif column.kind is Kind.MONEY and _LIKE_A_UNIT.search(word):
            return meaning._replace(unknown_unit=inner.strip())
        elif column.kind is Kind.SHARE and word in _PERCENT:
            meaning = meaning._replace(percent=True)
    return meaning
