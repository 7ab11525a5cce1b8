"""What a reader hands on before any typing: cells as they stand in a file, and tables made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

# Texts that a spreadsheet shows where a formula failed; a CSV export carries them as text.
ERROR_CODES = frozenset(
    {"#N/A", "#VALUE!", "#REF!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!"}
    | {"#BLOCKED!", "#CONNECT!", "#GETTING_DATA", "#UNKNOWN!", "#BUSY!", "#EXTERNAL!", "#PYTHON!"}
)


class Number(NamedTuple):
    """A number of a spreadsheet: its digits as the file holds them, and the format it is shown in."""

    digits: str
    format: str = "General"


class ErrorCell(NamedTuple):
    """A cell that shows an error such as ``#N/A``."""

    code: str


class Formula(NamedTuple):
    """A formula and the value last computed for it, None where none was stored.

    ``pending`` says that the program that wrote the file asked for a computation at opening: a
    stored 0 is then no value.
    """

    text: str
    value: object
    pending: bool


@dataclass(frozen=True, slots=True)
class RawColumn:
    """One column as it was handed in.

    ``header`` is what findings call it. ``values`` has one entry a row: None (blank), str, Number,
    ErrorCell, Formula, bool, int, float, Decimal, date or datetime. ``factor`` turns a bare number
    of a money column into yuan (10 000 under 万元). ``percent`` says that bare numbers of a share
    column are percent.
    """

    header: str
    values: Sequence[object]
    factor: Decimal = Decimal(1)
    percent: bool = False


@dataclass(frozen=True, slots=True)
class RawTable:
    """Rows of one table from one place, not typed yet.

    ``columns`` maps the schema's column names to what was handed in for them, all of one length;
    a column that did not come is absent. ``rows`` holds each row's number as the spreadsheet counts
    it, from 1 with the header; a source without a header (Parquet, SQL) counts its records from 1.
    Rows must be distinct, and none wholly blank. ``epoch_1904`` says from when serial dates count.
    """

    file: str
    sheet: str | None
    rows: Sequence[int]
    columns: Mapping[str, RawColumn]
    epoch_1904: bool = False


class Unreadable(Exception):
    """A file or sheet that can't be read; ``code`` names the words below ``records``."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class Merge(NamedTuple):
    """A merged range; rows count from 1, columns from 0, both ends inclusive."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(slots=True)
class Sheet:
    """One sheet as it was read: rows that hold anything, each with its number and its cells.

    Cells stand at their column, from 0; rows may be shorter than the sheet. A source that counts
    records instead of rows (Parquet) has its column names as row 0. ``too_wide`` tells that
    cells beyond the widest column that is read hold something. ``ragged`` sheets (CSV) know where a
    row ends, so that a cell beyond the header is a fault of its row. ``cells_unseen`` sheets (.xls)
    don't show error cells, number formats and hidden rows.
    """

    name: str | None
    rows: list[tuple[int, list[object]]]
    hidden: bool = False
    hidden_rows: Sequence[int] = ()
    hidden_columns: frozenset[int] = frozenset()
    merges: Sequence[Merge] = ()
    epoch_1904: bool = False
    too_wide: bool = False
    ragged: bool = False
    cells_unseen: bool = False
