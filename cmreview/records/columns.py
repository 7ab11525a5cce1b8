"""What a table and a column are: kinds of cells, their Arrow types, headers, keys and references."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from cmreview.terms import Label

if TYPE_CHECKING:
    import pyarrow as pa

MONEY_DIGITS, MONEY_PLACES = 18, 4  # yuan; foreign sources carry up to four decimals
SHARE_DIGITS, SHARE_PLACES = 9, 6  # a fraction of one; a percent cell may carry four decimals


class Kind(StrEnum):
    """What a cell must hold. Each kind has one Arrow type (``arrow_type``)."""

    ID = "id"  # text; leading zeros and case kept
    TEXT = "text"
    DATE = "date"
    YEAR = "year"
    COUNT = "count"  # whole number, zero or more
    MONEY = "money"  # yuan, decimal(18, 4)
    SHARE = "share"  # fraction of one, decimal(9, 6); shown and typed as percent
    SCORE = "score"  # decimal(9, 4), on the survey's scale
    CHOICE = "choice"  # stored as the choice's name
    LEVEL = "level"  # stored as the level's id in the policy
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``name`` in code, ``label`` as header, ``required`` when a row can't do without.

    ``choices`` maps stored name -> label for CHOICE. ``note`` is shown to whoever fills it in.
    ``also`` lists further headers that mean the same.
    """

    name: str
    label: Label
    kind: Kind
    required: bool = False
    note: Label | None = None
    choices: dict[str, Label] = field(default_factory=dict)
    also: tuple[str, ...] = ()

    @property
    def arrow_type(self) -> pa.DataType:
        """The one Arrow type in which the column is stored."""
        import pyarrow as pa

        types = {
            Kind.DATE: pa.date32(),
            Kind.YEAR: pa.int64(),
            Kind.COUNT: pa.int64(),
            Kind.MONEY: pa.decimal128(MONEY_DIGITS, MONEY_PLACES),
            Kind.SHARE: pa.decimal128(SHARE_DIGITS, SHARE_PLACES),
            Kind.SCORE: pa.decimal128(9, 4),
            Kind.YES_NO: pa.bool_(),
        }
        return types.get(self.kind, pa.string())


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its sheet name, columns, key and references to other tables.

    ``by_department`` tables stand in each department's workbook; the others may also come once for
    the company. ``references`` maps a column to the table whose key it must be found in.
    """

    name: str
    label: Label
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: dict[str, str] = field(default_factory=dict)
    note: Label | None = None

    def column(self, name: str) -> Column:
        """The column called ``name``; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name!r}")

    @property
    def arrow_schema(self) -> pa.Schema:
        """The Arrow schema of the table, columns in their order."""
        import pyarrow as pa

        return pa.schema([(column.name, column.arrow_type) for column in self.columns])
