"""The workbook that a department fills in: a sheet per table, drop-downs, units, and how to use it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cmreview.errors import RecordsError
from cmreview.records.columns import Column, Kind, Table
from cmreview.records.guide import Guide, Lists, display_width, write_guide
from cmreview.records.schema import INSTRUCTIONS, TABLES, YES_NO
from cmreview.records.writing import write_whole
from cmreview.terms import Label
from cmreview.words import exists, say

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Row = Mapping[str, Any]
Rows = Mapping[str, Sequence[Row]]

EARLIEST, LATEST = date(1950, 1, 1), date(2100, 12, 31)
_YEARS = (1950, 2100)
_ROWS_TO_FILL = 20_000  # drop-downs and checks reach this far at least
# Excel's own limits for the window that a wrong entry opens.
_TITLE_LIMIT, _TEXT_LIMIT = 32, 255
# Least and most of the shares that are typed as percentages. A growth may be negative and is open above.
_SHARES = {
    "share": (0, 1),
    "declared_satisfaction": (0, 1),
    "declared_long_term_share": (0, 1),
    "declared_sales_growth": (-1, 999),
    "declared_complaint_rate": (0, 999),
}
_CREATED = datetime(2000, 1, 1)  # fixed, so that the same rows give the same bytes
_FORMATS = {
    Kind.DATE: "yyyy-mm-dd",
    Kind.YEAR: "0",
    Kind.COUNT: "0",
    Kind.MONEY: "#,##0.00",
    Kind.SHARE: "0.00%",
    Kind.SCORE: "General",
}


def header(column: Column, lang: str) -> str:
    """A column's header with its unit, as a template shows it: ``合同金额（元）``."""
    key = f"template.unit.{column.kind}"
    label = column.label(lang)
    if not exists(key):
        return label
    unit = say(key, lang)
    return f"{label} ({unit})" if lang == "en" else f"{label}（{unit}）"


@dataclass(frozen=True, slots=True)
class Template:
    """What a template depends on besides the tables of the schema.

    ``levels`` maps a level's id to its label, lowest first (Policy 2). ``satisfaction_scale`` is the
    survey's lowest and highest score (Policy 5.1.c); None leaves scores unchecked. ``year`` is the
    review year named on the instructions sheet. ``tables`` names the tables that get a sheet.
    """

    department: str
    levels: Mapping[str, Label]
    lang: str = "zh"
    year: int | None = None
    satisfaction_scale: tuple[Decimal, Decimal] | None = None
    tables: tuple[str, ...] = tuple(TABLES)


def write_template(path: Path, template: Template, rows: Rows | None = None) -> None:
    """Write a department's workbook to ``path``, with ``rows`` already filled in.

    ``rows`` maps a table's name to its rows, each a mapping from column name to a typed value
    (``date``, ``Decimal``, ``int``, ``bool``, ``str``; a choice by its stored name, a level by its
    id; None or absent is an empty cell). A ``str`` that is no choice is written as it is, as text: nothing
    that a person typed becomes a formula. Policy 5.3: departments collect, check and count.

    Raises RecordsError for a department's name that can't be shown, FileError where the disk is full
    or the place not writable. The same arguments give the same bytes.
    """
    write_whole(path, template_bytes(template, rows))


def template_bytes(template: Template, rows: Rows | None = None) -> bytes:
    """The workbook of ``write_template`` as bytes."""
    from xlsxwriter import Workbook

    if not template.department.strip() or not template.department.isprintable():
        raise RecordsError("template.odd_department")
    rows = rows or {}
    stream = BytesIO()
    # in memory: XlsxWriter then stamps the parts with a time that does not depend on the time zone
    book = Workbook(stream, {"in_memory": True})
    book.set_properties({"created": _CREATED})
    book.set_calc_mode("auto")
    tables = [TABLES[name] for name in template.tables]
    lists = Lists(template.department, template.levels, template.lang, tables)
    guide = book.add_worksheet(INSTRUCTIONS(template.lang))
    sheets = _Sheets(book, template, lists)
    for table in tables:
        sheets.add(table, rows.get(table.name, ()))
    columns = [
        (table, column, sheets.header(column), sheets.allowed(column, table))
        for table in tables
        for column in table.columns
    ]
    write_guide(book, guide, Guide(template.department, template.year, template.lang, columns, lists))
    book.close()
    return stream.getvalue()


class _Sheets:
    """Writes the tables' sheets into one workbook, sharing formats and lists."""

    def __init__(self, book: Workbook, template: Template, lists: Lists) -> None:
        self.book = book
        self.template = template
        self.lists = lists
        self.lang = template.lang
        self.formats: dict[Kind, Format] = {
            kind: book.add_format({"num_format": _FORMATS.get(kind, "@")}) for kind in Kind
        }
        head = {"border": 1, "text_wrap": True, "valign": "vcenter", "align": "center"}
        self.required = book.add_format({**head, "bold": True, "bg_color": "#1F3864", "font_color": "white"})
        self.optional = book.add_format({**head, "bg_color": "#DCE6F1"})

    def add(self, table: Table, rows: Sequence[Row]) -> None:
        """One sheet: headers, their notes, checks on every column, and the rows."""
        sheet = self.book.add_worksheet(table.label(self.lang))
        sheet.freeze_panes(1, 0)
        sheet.set_row(0, 32)
        last = max(_ROWS_TO_FILL, len(rows))
        for index, column in enumerate(table.columns):
            text = self.header(column)
            sheet.set_column(index, index, self._width(column, text), self.formats[column.kind])
            sheet.write_string(0, index, text, self.required if column.required else self.optional)
            sheet.write_comment(
                0, index, self._remark(table, column), {"author": "", "x_scale": 2, "y_scale": 1.2}
            )
            check = self._check(table, column)
            if check is not None:
                sheet.data_validation(
                    1, index, last, index, check | self._complaint(column, self.allowed(column, table))
                )
        for number, row in enumerate(rows, start=1):
            self._write_row(sheet, number, table, row)

    def header(self, column: Column) -> str:
        """The column's header in the template's language."""
        return header(column, self.lang)

    def allowed(self, column: Column, table: Table) -> str:
        """What may stand in the column, in words."""
        kind, lang = column.kind, self.lang
        if column.name == "department":
            own = self.template.department
            is_history = table.name == "level_history"
            return say("template.allowed.earlier_department", lang, department=own) if is_history else own
        if (choices := self.lists.choices(column)) is not None:
            return say("template.join", lang).join(choices)
        limits: tuple[object, object] = ("", "")
        if kind == Kind.DATE:
            limits = (EARLIEST.isoformat(), LATEST.isoformat())
        elif kind == Kind.YEAR:
            limits = _YEARS
        elif kind == Kind.SHARE:
            lowest, highest = _SHARES[column.name]
            limits = (f"{lowest:.0%}", f"{highest:.0%}")
        elif kind == Kind.SCORE:
            if self.template.satisfaction_scale is None:
                return say("template.allowed.any_score", lang)
            limits = self.template.satisfaction_scale
        return say(f"template.allowed.{kind}", lang, lowest=limits[0], highest=limits[1])

    def _remark(self, table: Table, column: Column) -> str:
        state = say("template.required" if column.required else "template.optional", self.lang)
        note = column.note(self.lang) if column.note else ""
        return "\n".join(line for line in (state, self.allowed(column, table), note) if line)

    def _check(self, table: Table, column: Column) -> dict[str, Any] | None:
        kind = column.kind
        if (cells := self.lists.cells(column)) is not None:
            # who came from another department has served there: the history may name it
            is_history = column.name == "department" and table.name == "level_history"
            return {"validate": "list", "source": cells, "error_type": "warning" if is_history else "stop"}
        if kind == Kind.DATE:
            return {"validate": "date", "criteria": "between", "minimum": EARLIEST, "maximum": LATEST}
        if kind == Kind.YEAR:
            return {"validate": "integer", "criteria": "between", "minimum": _YEARS[0], "maximum": _YEARS[1]}
        if kind == Kind.COUNT:
            return {"validate": "integer", "criteria": ">=", "value": 0}
        if kind == Kind.MONEY:
            return {"validate": "decimal", "criteria": ">=", "value": 0}
        if kind == Kind.SHARE:
            lowest, highest = _SHARES[column.name]
            return {"validate": "decimal", "criteria": "between", "minimum": lowest, "maximum": highest}
        if kind == Kind.SCORE and self.template.satisfaction_scale is not None:
            low, high = self.template.satisfaction_scale
            return {
                "validate": "decimal",
                "criteria": "between",
                "minimum": float(low),
                "maximum": float(high),
            }
        return None

    def _complaint(self, column: Column, allowed: str) -> dict[str, str]:
        title = say("template.wrong.title", self.lang, header=column.label(self.lang))
        if len(title) > _TITLE_LIMIT:
            title = say("template.wrong.short_title", self.lang)
        text = say("template.wrong.text", self.lang, header=self.header(column), allowed=allowed)
        if len(text) > _TEXT_LIMIT:
            text = text[: _TEXT_LIMIT - 1] + "…"
        return {"error_title": title, "error_message": text}

    def _write_row(self, sheet: Worksheet, number: int, table: Table, row: Row) -> None:
        unknown = row.keys() - {column.name for column in table.columns}
        if unknown:
            raise KeyError(f"{table.name} has no column {sorted(unknown)[0]!r}")
        for index, column in enumerate(table.columns):
            value = row.get(column.name)
            if value is not None:
                self._write_cell(sheet, number, index, column, value)

    def _write_cell(self, sheet: Worksheet, number: int, index: int, column: Column, value: object) -> None:
        style = self.formats[column.kind]
        if isinstance(value, bool):
            sheet.write_string(number, index, YES_NO["yes" if value else "no"](self.lang), style)
        elif isinstance(value, str):
            sheet.write_string(number, index, self._label(column, value), style)
        elif isinstance(value, date):
            sheet.write_datetime(number, index, value, style)
        elif isinstance(value, int | Decimal):
            sheet.write_number(number, index, value, style)
        else:
            raise TypeError(f"{column.name} can't hold {type(value).__name__}")

    def _label(self, column: Column, value: str) -> str:
        labels: Mapping[str, Label] = {}
        if column.kind == Kind.CHOICE:
            labels = column.choices
        elif column.kind == Kind.LEVEL:
            labels = self.template.levels
        return labels[value](self.lang) if value in labels else value

    def _width(self, column: Column, text: str) -> float:
        wide = {Kind.TEXT: 18, Kind.DATE: 12, Kind.MONEY: 15}.get(column.kind, 10)
        return max(wide, display_width(text) + 3)
