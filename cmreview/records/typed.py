"""From a raw table to a typed one: every row kept, each faulty cell told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cmreview.findings import Finding
from cmreview.records.cells import reader, shown
from cmreview.records.columns import Column, Kind, Table
from cmreview.records.model import PROVENANCE, Expectations
from cmreview.records.raw import RawColumn, RawTable, Unreadable
from cmreview.records.reading import BLANK, Reading, Remark
from cmreview.records.text import fold
from cmreview.terms import Severity

if TYPE_CHECKING:
    import pyarrow as pa

# Characters of one column. A file can hold a text once and name it in millions of cells, which take the
# memory only when they are put into a table.
MOST_TEXT = 1 << 28
SET_ASIDE = "set_aside"  # the column beside PROVENANCE that marks rows not to be used

# Optional columns where a blank says something of its own ("the whole contract", "never cancelled",
# "did not answer"). An unreadable cell must not become such a blank: its row is set aside.
BLANK_SPEAKS = frozenset(
    {
        ("level_history", "end"),
        ("leaves", "end"),
        ("contracts", "share"),
        ("contracts", "end_on"),
        ("contracts", "cancelled_on"),
        ("surveys", "score"),
        ("complaints", "upheld"),
    }
)
_TOTALS = frozenset({"合计", "总计", "小计", "共计", "total", "subtotal", "grandtotal", "sum"})


@dataclass(frozen=True)
class TypedTable:
    """One table of one sheet, typed.

    ``rows`` holds every row that was handed in, also those set aside, as Arrow: the schema's
    columns, those of PROVENANCE, and SET_ASIDE. ``unread`` counts rows that could not be typed at
    all, because a column that the table can't do without is missing; they are set aside. The
    department of a finding is not known yet. ``headers`` maps column names to the headers that the
    person sees.
    """

    table: Table
    file: str
    sheet: str | None
    rows: pa.Table
    findings: tuple[Finding, ...]
    headers: Mapping[str, str]
    unread: int = 0

    @property
    def rows_in(self) -> int:
        """How many rows were handed in."""
        return int(self.rows.num_rows) + self.unread


def type_table(
    table: Table, raw: RawTable, expectations: Expectations, *, most_faults: int | None = None
) -> TypedTable:
    """Type the cells of one raw table.

    A row with an unreadable or blank cell that its table requires is set aside; any other
    unreadable cell is blank in a row that is used. Both are findings of severity error, and every
    row set aside has a finding that says so. Where more than ``most_faults`` findings come together, it
    is another kind of table, or made to fill the memory: one finding says so, and no row is used. With
    such a bound, a column that holds more text than any records raises Unreadable, too.
    """
    missing = [column for column in table.columns if column.required and column.name not in raw.columns]
    if missing:
        return unread(table, raw.file, raw.sheet, len(raw.rows), _missing_columns(table, raw, missing))
    try:
        return _Typing(table, raw, expectations, most_faults).typed()
    except _TooManyFaults:
        return unread(table, raw.file, raw.sheet, len(raw.rows), [_too_many_faults(table, raw, most_faults)])


def unread(table: Table, file: str, sheet: str | None, rows: int, findings: Sequence[Finding]) -> TypedTable:
    """A table of which no row can be typed; the findings must say that its rows are set aside."""
    return TypedTable(table, file, sheet, empty_rows(table), tuple(findings), {}, unread=rows)


def empty_rows(table: Table) -> pa.Table:
    """No rows, in the columns and types of TypedTable.rows."""
    return _schema(table).empty_table()


class _TooManyFaults(Exception):
    """More findings than anybody could mend."""


class _Typing:
    """One table while it is being typed."""

    def __init__(self, table: Table, raw: RawTable, expectations: Expectations, most: int | None) -> None:
        self.most = most
        self.table = table
        self.raw = raw
        self.levels = expectations.levels
        self.findings: list[Finding] = []
        self.aside: set[int] = set()
        self.no_data = dict(_rows_without_data(table, raw))

    def typed(self) -> TypedTable:
        import pyarrow as pa

        count = len(self.raw.rows)
        for position, code in self.no_data.items():
            self._set_aside_whole(position, code)
        arrays = []
        for column in self.table.columns:
            handed = self.raw.columns.get(column.name)
            if handed is None:
                arrays.append(pa.nulls(count, column.arrow_type))
            else:
                arrays.append(pa.array(self._values(column, handed), column.arrow_type))
        aside = [position in self.aside for position in range(count)]
        arrays += [
            pa.array([self.raw.file] * count, pa.string()),
            pa.array([self.raw.sheet] * count, pa.string()),
            pa.array(self.raw.rows, pa.int64()),
            pa.array(aside, pa.bool_()),
        ]
        headers = {name: column.header for name, column in self.raw.columns.items()}
        rows = pa.Table.from_arrays(arrays, schema=_schema(self.table))
        return TypedTable(self.table, self.raw.file, self.raw.sheet, rows, tuple(self.findings), headers)

    def _values(self, column: Column, handed: RawColumn) -> list[object]:
        read = reader(column, handed, self.levels, epoch_1904=self.raw.epoch_1904)
        known: dict[object, Reading] = {}
        values: list[object] = []
        remarked: list[tuple[int, object, Reading]] = []
        for position, cell in enumerate(handed.values):
            if cell is None:
                reading = BLANK
            else:
                # 1, 1.0 and True are equal keys; texts, which are most cells, need no type beside them
                key = cell if type(cell) is str else (type(cell), cell)
                found = known.get(key)
                reading = known[key] = read(cell) if found is None else found
            values.append(reading.value)
            if reading.remarks or (column.required and reading.value is None):
                remarked.append((position, cell, reading))
        self._tell(column, handed.header, remarked)
        if self.most is not None and sum(len(value) for value in values if type(value) is str) > MOST_TEXT:
            raise Unreadable("unpacks_too_large")
        return values

    def _tell(self, column: Column, header: str, remarked: list[tuple[int, object, Reading]]) -> None:
        counted: dict[Remark, list[tuple[int, object]]] = {}
        for position, cell, (value, remarks) in remarked:
            if position in self.no_data:
                continue
            if column.required and value is None and not any(remark.lost for remark in remarks):
                self._add(position, column, header, cell, Remark("missing", lost=True))
                continue
            for remark in remarks:
                if remark.counted:
                    counted.setdefault(remark, []).append((position, cell))
                else:
                    self._add(position, column, header, cell, remark)
        for remark, cells in counted.items():
            position, cell = cells[0]
            told = remark._replace(details=(*remark.details, ("cells", str(len(cells)))))
            self._add(position, column, header, cell, told)

    def _add(self, position: int, column: Column, header: str, cell: object, remark: Remark) -> None:
        aside = remark.lost and (column.required or (self.table.name, column.name) in BLANK_SPEAKS)
        if aside:
            self.aside.add(position)
        self._tell_one(
            Finding(
                f"records.{remark.code}",
                Severity.ERROR if remark.lost else Severity.WARNING,
                self.raw.file,
                table=self.table.name,
                sheet=self.raw.sheet,
                row=self.raw.rows[position],
                column=header,
                value=None if cell is None else shown(cell, epoch_1904=self.raw.epoch_1904),
                set_aside=aside,
                details=remark.details,
            )
        )

    def _set_aside_whole(self, position: int, code: str) -> None:
        self.aside.add(position)
        self._tell_one(
            Finding(
                f"records.{code}",
                Severity.WARNING,
                self.raw.file,
                table=self.table.name,
                sheet=self.raw.sheet,
                row=self.raw.rows[position],
                set_aside=True,
            )
        )

    def _tell_one(self, finding: Finding) -> None:
        if len(self.findings) == self.most:
            raise _TooManyFaults
        self.findings.append(finding)


def _too_many_faults(table: Table, raw: RawTable, most: int | None) -> Finding:
    told = {"rows": str(len(raw.rows)), "limit": str(most)}
    told |= {"table": table.label.zh, "table_en": table.label.en}
    return Finding(
        "records.too_many_faults",
        Severity.ERROR,
        raw.file,
        table=table.name,
        sheet=raw.sheet,
        set_aside=True,
        details=tuple(told.items()),
    )


def _missing_columns(table: Table, raw: RawTable, missing: list[Column]) -> list[Finding]:
    return [
        Finding(
            "records.missing_column",
            Severity.ERROR,
            raw.file,
            table=table.name,
            sheet=raw.sheet,
            column=column.label.zh,
            set_aside=bool(raw.rows),
            details=(("column_en", column.label.en), ("rows", str(len(raw.rows)))),
        )
        for column in missing
    ]


def _rows_without_data(table: Table, raw: RawTable) -> Iterator[tuple[int, str]]:
    """Rows of totals and headers repeated further down: no records, so not errors either."""
    required = [column for column in table.columns if column.required]
    needed = [raw.columns[column.name] for column in required]
    words = [column for column in required if column.kind in (Kind.ID, Kind.TEXT)]
    for column in words:
        handed = raw.columns[column.name]
        header = fold(handed.header)
        initials = frozenset("合总小共TtSsGg") | {handed.header.lstrip()[:1]}
        for position, cell in enumerate(handed.values):
            if type(cell) is not str or cell.lstrip()[:1] not in initials:
                continue  # almost every cell, without folding it
            word = fold(cell)
            if word == header and _is_header(raw, position):
                yield position, "repeated_header_row"
            elif word in _TOTALS and any(handed.values[position] is None for handed in needed):
                yield position, "total_row"


def _is_header(raw: RawTable, position: int) -> bool:
    cells = [(column.header, column.values[position]) for column in raw.columns.values()]
    said = [(header, cell) for header, cell in cells if cell is not None]
    return len(said) > 1 and all(
        isinstance(cell, str) and fold(cell) == fold(header) for header, cell in said
    )


def _schema(table: Table) -> pa.Schema:
    import pyarrow as pa

    beside = [pa.field(name, pa.int64() if name == "source_row" else pa.string()) for name in PROVENANCE]
    return pa.schema([*table.arrow_schema, *beside, pa.field(SET_ASIDE, pa.bool_())])
