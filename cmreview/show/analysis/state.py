"""How complete and timely the records are, as it is read."""

from __future__ import annotations

from collections.abc import Sequence

from cmreview.records.schema import TABLES
from cmreview.review.analysis.completeness import Blanks, ColumnBlanks
from cmreview.review.analysis.seasons import MONTHS
from cmreview.show.analysis.blocks import Block, because, heading
from cmreview.show.analysis.grid import Column, Grid, Kind, Value
from cmreview.show.analysis.voice import Voice


def completeness(voice: Voice) -> list[Block]:
    """Departments' records month by month, blank cells by column, and rows by table."""
    found = voice.parts.completeness
    blocks: list[Block] = [_departments(voice), *_months(voice), voice.say("completeness.months_note")]
    blocks += because([found.surveys_reason, found.late_reason], voice)
    if found.columns:
        blocks += [
            heading(voice.say("completeness.columns")),
            _columns(voice),
            voice.say("completeness.columns_note"),
        ]
    blocks += [heading(voice.say("completeness.rows")), _tables(voice)]
    return blocks


def _departments(voice: Voice) -> Grid:
    found = voice.parts.completeness
    columns = [
        Column(voice.say("dimension_name.department")),
        Column(voice.say("completeness.empty_months")),
        Column(voice.say("completeness.last_contract"), Kind.DAY),
        Column(voice.say("completeness.last_survey"), Kind.DAY),
        Column(voice.say("completeness.last_complaint"), Kind.DAY),
        Column(voice.say("completeness.unanswered")),
        Column(voice.say("completeness.errors"), Kind.COUNT),
        Column(voice.say("completeness.warnings"), Kind.COUNT),
    ]
    if found.open_days is not None:
        head = voice.say("completeness.open_late", days=found.open_days)
        columns.insert(6, Column(head, Kind.COUNT))
    rows = []
    for each in found.departments:
        empty = voice.say("comma").join(voice.month(month) for month in each.empty_months)
        cells: list[Value] = [
            each.department,
            empty or voice.say("completeness.none"),
            each.last_contract,
            each.last_survey,
            each.last_complaint,
            None
            if each.asked is None or each.unanswered is None
            else voice.say("completeness.of", part=each.unanswered, whole=each.asked),
            each.errors,
            each.warnings,
        ]
        if found.open_days is not None:
            cells.insert(6, each.open_late)
        rows.append(tuple(cells))
    return Grid(
        voice.say("sheet.records"),
        voice.say("completeness.caption"),
        tuple(columns),
        tuple(rows),
        class_="wide",
    )


def _months(voice: Voice) -> list[Block]:
    """Rows by department and month: of contracts always, of surveys and complaints where there are any."""
    found = voice.parts.completeness.departments
    counted = {
        name: [getattr(each, name) for each in found] for name in ("contracts", "surveys", "complaints")
    }
    return [_by_month(name, rows, voice) for name, rows in counted.items() if any(rows)]


def _by_month(name: str, numbers: Sequence[Sequence[int | None] | None], voice: Voice) -> Grid:
    columns = [Column(voice.say("dimension_name.department"))]
    columns += [Column(voice.say("month_short", month=month), Kind.COUNT) for month in MONTHS]
    columns.append(Column(voice.say("sum"), Kind.COUNT))
    departments = [each.department for each in voice.parts.completeness.departments]
    rows: list[tuple[Value, ...]] = []
    for department, own in zip(departments, numbers, strict=True):
        shown = [None] * len(MONTHS) if own is None else own
        rows.append((department, *shown, _added(shown)))
    known = [own for own in numbers if own is not None]
    foot: tuple[Value, ...] | None = None
    if len(known) == len(numbers):  # else the one that is kept back could be told by taking off the others
        sums = [_added(of_month) for of_month in zip(*known, strict=True)]
        foot = (voice.say("sum"), *sums, _added(sums))
    caption, sheet = voice.say(f"completeness.months_{name}"), voice.say(f"sheet.months_{name}")
    return Grid(sheet, caption, tuple(columns), tuple(rows), foot, "wide")


def _added(numbers: Sequence[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def _columns(voice: Voice) -> Grid:
    found = voice.parts.completeness.columns
    names = sorted({each.department for column in found for each in column.departments if each.department})
    columns = [Column(voice.say("dimension_name.department"))]
    columns += [Column(_column_name(column, voice)) for column in found]
    rows: list[tuple[Value, ...]] = []
    for name in names:
        own = [
            next((each for each in column.departments if each.department == name), None) for column in found
        ]
        rows.append((name, *(None if each is None else _blank(each, voice) for each in own)))
    foot = (voice.say("completeness.company"), *(_blank(column.company, voice) for column in found))
    caption = voice.say("completeness.blank_cells")
    return Grid(voice.say("sheet.blanks"), caption, tuple(columns), tuple(rows), foot, "wide")


def _column_name(found: ColumnBlanks, voice: Voice) -> str:
    table = TABLES[found.table]
    column = table.column(found.column).label(voice.lang)
    return voice.say("completeness.table_column", table=table.label(voice.lang), column=column)


def _blank(blanks: Blanks, voice: Voice) -> str:
    if not blanks.rows:
        return voice.say("completeness.no_rows")
    if blanks.blank == blanks.rows:
        return voice.say("completeness.all_blank", whole=voice.figures.count(blanks.rows))
    values = {"part": voice.figures.count(blanks.blank), "whole": voice.figures.count(blanks.rows)}
    return voice.say("completeness.of", **values)


def _tables(voice: Voice) -> Grid:
    columns = [Column(voice.say("completeness.table"))]
    columns += [
        Column(voice.say(f"completeness.{name}"), Kind.COUNT) for name in ("rows_in", "used", "set_aside")
    ]
    found = voice.parts.completeness.tables
    rows = tuple(
        (
            TABLES[each.table].label(voice.lang) if each.table in TABLES else each.table,
            each.rows_in,
            each.used,
            each.set_aside,
        )
        for each in found
    )
    sums = (
        sum(each.rows_in for each in found),
        sum(each.used for each in found),
        sum(each.set_aside for each in found),
    )
    caption = voice.say("completeness.rows_caption")
    return Grid(voice.say("sheet.rows"), caption, tuple(columns), rows, (voice.say("sum"), *sums))
