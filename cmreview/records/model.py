"""What intake hands on: the tables, what was found wrong with them, and the count of every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from cmreview.findings import Finding
from cmreview.records.schema import TABLES
from cmreview.terms import Label, Severity

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

# Where a row came from; they stand beside the columns of the schema in every table of Records.
PROVENANCE = ("source_file", "source_sheet", "source_row")


@dataclass(frozen=True, slots=True)
class Currency:
    """The money of a company's records."""

    code: str = "CNY"
    label: Label = Label("元", "yuan")


@dataclass(frozen=True, slots=True)
class Expectations:
    """What intake must know of the policy to read and check cells, without knowing the policy.

    ``levels`` maps every way a level may be written (id, Chinese, English) to its id, lowest level
    first. ``satisfaction_scale`` is the lowest and highest score of a survey (Policy 5.1.c).
    ``contract_range`` is the plausible amount of one contract in yuan, lowest and highest: an
    amount outside it looks like a wrong unit (万元 typed as 元). None switches a check off.
    """

    levels: Mapping[str, str]
    satisfaction_scale: tuple[Decimal, Decimal] | None = None
    contract_range: tuple[Decimal, Decimal] | None = None


@dataclass(frozen=True, slots=True)
class TableCount:
    """Rows of one table in one file: ``rows_in == used + set_aside``, always."""

    table: str
    file: str
    sheet: str | None
    rows_in: int
    used: int
    set_aside: int


@dataclass(frozen=True, slots=True)
class Source:
    """One file that was read, and the SHA-256 of its bytes."""

    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Tables that hold rows in a warehouse, and the years of its contracts, first to last without gaps."""

    tables: frozenset[str]
    years: tuple[int, ...]


@dataclass(frozen=True)
class Records:
    """Everything that was handed in, typed.

    ``tables`` holds every table of the schema (empty where nothing came), as pandas frames with
    Arrow-backed columns (``pd.ArrowDtype(column.arrow_type)``) and the columns of PROVENANCE, rows
    sorted by the table's key, so that the order of files and rows never matters. ``elsewhere`` names
    the tables whose rows stayed in a warehouse; they are empty here.
    """

    tables: Mapping[str, pd.DataFrame]
    findings: tuple[Finding, ...]
    counts: tuple[TableCount, ...]
    sources: tuple[Source, ...]
    currency: Currency = Currency()
    elsewhere: Elsewhere | None = None
    _as_arrow: dict[str, pa.Table] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def departments(self) -> tuple[str, ...]:
        """Every department named in the roster or the level history, sorted by name."""
        names: set[str] = set()
        for table in ("managers", "level_history"):
            names.update(self.tables[table]["department"].dropna())
        return tuple(sorted(names))

    @cached_property
    def last_signed(self) -> Mapping[int, date]:
        """The day of the last contract of each calendar year that has one."""
        signed = self.tables["contracts"]["signed_on"].dropna()
        return dict(signed.groupby(signed.dt.year).max())

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The calendar years that the contracts cover, first to last without gaps; empty without any."""
        if self.elsewhere is not None:
            return self.elsewhere.years
        signed = self.tables["contracts"]["signed_on"].dropna()
        if signed.empty:
            return ()
        return tuple(range(signed.min().year, signed.max().year + 1))

    @property
    def stopped(self) -> frozenset[str]:
        """Departments that an error stops."""
        return frozenset(
            finding.department
            for finding in self.findings
            if finding.severity == Severity.ERROR and finding.department
        )

    def holds(self, table: str) -> bool:
        """Whether anything of the table was handed in, or lies in the warehouse."""
        away = self.elsewhere is not None and table in self.elsewhere.tables
        return away or not self.tables[table].empty

    def arrow(self, table: str) -> pa.Table:
        """One table as Arrow, with exactly the schema's columns and types; made once, since many ask."""
        import pyarrow as pa

        if table not in self._as_arrow:
            schema = TABLES[table].arrow_schema
            frame = self.tables[table][schema.names]
            self._as_arrow[table] = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
        return self._as_arrow[table]
