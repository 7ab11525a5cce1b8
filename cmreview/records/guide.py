"""The first sheet of a template: how to fill in the others, and the lists that drop-downs offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from cmreview.records.columns import Column, Kind, Table
from cmreview.records.schema import INSTRUCTIONS, YES_NO
from cmreview.terms import Label
from cmreview.words import exists, say

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_COLUMNS = ("sheet", "column", "unit", "required", "allowed", "example", "note")
_WIDTHS = (14, 24, 18, 10, 36, 30, 52)
_HEADING_HEIGHT = 20  # points; a merged row does not grow by itself
_LISTS_FROM = len(_COLUMNS) + 1  # a free column between the two
_HOW = ("one", "two", "three", "four", "five", "six")
_MOST_WIDE = 40


def display_width(text: str) -> int:
    """Columns that ``text`` takes on screen: a Chinese character takes two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


class Lists:
    """What the drop-downs offer: every list is a column of cells on the instructions sheet.

    Cells and not a list inside the rule, because Excel cuts such a list at commas and at 255
    characters, and a department may be called anything.
    """

    def __init__(
        self, department: str, levels: Mapping[str, Label], lang: str, tables: Iterable[Table]
    ) -> None:
        self._lang = lang
        self.titles: dict[str, str] = {}
        self.entries: dict[str, list[str]] = {}
        for table in tables:
            for column in table.columns:
                name = _list_name(column)
                if name is None or name in self.entries:
                    continue
                labels = _labels(column, levels)
                entries = [department] if labels is None else [label(lang) for label in labels.values()]
                if entries:
                    self.titles[name] = column.label(lang) if column.kind != Kind.YES_NO else entries[0]
                    self.entries[name] = entries

    def choices(self, column: Column) -> list[str] | None:
        """What the column's drop-down offers; None where it has none."""
        return self.entries.get(_list_name(column) or "")

    def cells(self, column: Column) -> str | None:
        """Where the column's list stands, as a formula; None where it has none."""
        name = _list_name(column) or ""
        if name not in self.entries:
            return None
        from xlsxwriter.utility import xl_range_abs

        place = _LISTS_FROM + list(self.entries).index(name)
        cells = xl_range_abs(2, place, 1 + len(self.entries[name]), place)
        return f"='{INSTRUCTIONS(self._lang)}'!{cells}"


@dataclass(frozen=True, slots=True)
class Guide:
    """What the instructions sheet tells: ``columns`` holds (table, column, header, allowed)."""

    department: str
    year: int | None
    lang: str
    columns: list[tuple[Table, Column, str, str]]
    lists: Lists

    def example(self, column: Column) -> str:
        """A value as it might stand in the column."""
        choices = self.lists.choices(column)
        if choices:
            return choices[0]
        own = f"template.example.{column.name}"
        key = own if exists(own) else f"template.example.{column.kind}"
        return say(key, self.lang) if exists(key) else ""


def write_guide(book: Workbook, sheet: Worksheet, guide: Guide) -> None:
    """Fill in the instructions sheet."""
    styles = {
        "title": book.add_format({"bold": True, "font_size": 16}),
        "part": book.add_format({"bold": True, "font_size": 12}),
        "plain": book.add_format({"valign": "vcenter"}),
        "head": book.add_format({"bold": True, "border": 1, "bg_color": "#DCE6F1", "valign": "vcenter"}),
        "cell": book.add_format({"border": 1, "text_wrap": True, "valign": "vcenter"}),
        "sheet": book.add_format({"border": 1, "bold": True, "bg_color": "#F2F2F2", "valign": "vcenter"}),
    }
    for index, width in enumerate(_WIDTHS):
        sheet.set_column(index, index, width)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    row = _write_top(sheet, guide, styles)
    sheet.print_area(0, 0, _write_columns(sheet, row, guide, styles) - 1, len(_COLUMNS) - 1)
    _write_lists(sheet, guide, styles)


def _write_top(sheet: Worksheet, guide: Guide, styles: dict[str, Format]) -> int:
    lang = guide.lang
    year = say("template.any_year", lang) if guide.year is None else str(guide.year)
    sheet.write_string(0, 0, say("template.title", lang), styles["title"])
    for row, (key, value) in enumerate((("department", guide.department), ("year", year)), start=1):
        sheet.write_string(row, 0, say(f"template.{key}", lang), styles["part"])
        sheet.write_string(row, 1, value, styles["plain"])
    sheet.write_string(4, 0, say("template.how.title", lang), styles["part"])
    for row, key in enumerate(_HOW, start=5):
        sheet.write_string(row, 0, say(f"template.how.{key}", lang), styles["plain"])
    return 6 + len(_HOW)


def _write_columns(sheet: Worksheet, row: int, guide: Guide, styles: dict[str, Format]) -> int:
    lang = guide.lang
    sheet.write_string(row, 0, say("template.columns.title", lang), styles["part"])
    row += 1
    for index, name in enumerate(_COLUMNS):
        sheet.write_string(row, index, say(f"template.columns.{name}", lang), styles["head"])
    row += 1
    told: str | None = None
    for table, column, header, allowed in guide.columns:
        if table.name != told:
            told = table.name
            lines = [say(f"template.sheet.{table.name}", lang), table.note(lang) if table.note else ""]
            colon, gap = (": ", " ") if lang == "en" else ("：", "")
            text = f"{table.label(lang)}{colon}{gap.join(line for line in lines if line)}"
            sheet.set_row(row, _HEADING_HEIGHT)
            sheet.merge_range(row, 0, row, len(_COLUMNS) - 1, "", styles["sheet"])
            sheet.write_string(row, 0, text, styles["sheet"])
            row += 1
        cells = (
            table.label(lang),
            header,
            say(f"template.form.{column.kind}", lang),
            say("template.required" if column.required else "template.optional", lang),
            allowed,
            guide.example(column),
            column.note(lang) if column.note else "",
        )
        for index, text in enumerate(cells):
            sheet.write_string(row, index, text, styles["cell"])
        row += 1
    return row


def _write_lists(sheet: Worksheet, guide: Guide, styles: dict[str, Format]) -> None:
    sheet.write_string(0, _LISTS_FROM, say("template.lists", guide.lang), styles["part"])
    for index, (name, entries) in enumerate(guide.lists.entries.items(), start=_LISTS_FROM):
        title = guide.lists.titles[name]
        width = max(display_width(text) for text in (title, *entries))
        sheet.set_column(index, index, min(width, _MOST_WIDE) + 2)
        sheet.write_string(1, index, title, styles["head"])
        for row, text in enumerate(entries, start=2):
            sheet.write_string(row, index, text, styles["cell"])


def _list_name(column: Column) -> str | None:
    if column.kind in (Kind.LEVEL, Kind.YES_NO):
        return str(column.kind)
    return column.name if column.kind == Kind.CHOICE or column.name == "department" else None


def _labels(column: Column, levels: Mapping[str, Label]) -> Mapping[str, Label] | None:
    """The labels of a column with a list; None for the department's own, which is no label."""
    by_kind: dict[Kind, Mapping[str, Any]] = {
        Kind.LEVEL: levels,
        Kind.YES_NO: YES_NO,
        Kind.CHOICE: column.choices,
    }
    return by_kind.get(column.kind)
