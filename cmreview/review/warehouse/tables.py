"""From a company's selects to our tables, inside its warehouse: columns named, typed, in one unit."""

from __future__ import annotations

from collections.abc import Collection
from typing import NoReturn

from cmreview.errors import MappingError
from cmreview.records.columns import Column, Kind
from cmreview.records.mapping import TableMapping
from cmreview.records.schema import TABLES
from cmreview.review.warehouse.engine import DECIMALS, FACTORS, Engine, Trouble
from cmreview.strict_yaml import Document

# What a select may hold for a kind of column. A floating number is no amount: it was rounded already.
_FITTING = {
    **dict.fromkeys(DECIMALS, ("whole", "decimal")),
    Kind.DATE: ("date", "moment"),
    Kind.YES_NO: ("flag",),
    Kind.COUNT: ("whole",),
    Kind.YEAR: ("whole",),
}
_TEXTS = ("text", "whole")


def ours(
    engine: Engine, table: str, wanted: TableMapping, document: Document, only: Collection[str] | None = None
) -> str:
    """The select that gives one table of ours, from the company's own select of it.

    Every column of the schema is in it, null where the company has none; ``only`` names those that are
    asked for. Raises MappingError, naming the line, where the select can't be run, lacks a required
    column, or holds another kind of value than the column's.
    """

    def stop(code: str, **values: object) -> NoReturn:
        line = document.line(("tables", table, "select"))
        raise MappingError(code, file=document.file, line=line, table=table, **values)

    try:
        held = engine.described(wanted.select.rstrip().rstrip(";"))
    except Trouble as trouble:
        stop("warehouse.select_failed", problem=str(trouble))
    known = [column.name for column in TABLES[table].columns]
    for name in held:
        if name not in known:
            stop("sources.unknown_column", column=name, known=", ".join(known))
    parts = []
    for column in TABLES[table].columns:
        if only is not None and column.name not in only:
            continue
        if column.name not in held:
            if column.required:
                stop("sources.missing_column", column=column.name)
            parts.append(f"{_nothing(engine, column)} AS {column.name}")
            continue
        unit = wanted.units.get(column.name)
        if unit is None and column.kind in (Kind.MONEY, Kind.SHARE):
            units = [
                name for name in FACTORS if (name in ("fraction", "percent")) is (column.kind is Kind.SHARE)
            ]
            stop("sources.unit_missing", column=column.name, known=", ".join(units))
        fitting = _FITTING.get(column.kind, _TEXTS)
        if held[column.name] not in (*fitting, "any"):
            stop(
                "warehouse.wrong_type",
                column=column.name,
                found=held[column.name],
                wanted=_written(column),
            )
        parts.append(f"{engine.typed(column, column.name, unit)} AS {column.name}")
    return f"SELECT {', '.join(parts)} FROM (\n{wanted.select.rstrip().rstrip(';')}\n) AS given"


def nothing(engine: Engine, table: str) -> str:
    """The select of a table that the warehouse does not hold: all columns, no row."""
    parts = [f"{_nothing(engine, column)} AS {column.name}" for column in TABLES[table].columns]
    return f"SELECT * FROM (SELECT {', '.join(parts)}) AS given WHERE 1 = 0"


def inexact(engine: Engine, table: str, wanted: TableMapping) -> list[tuple[str, int]]:
    """Columns with cells that are not exactly a value of ours, and in how many rows.

    An amount of more than four places would be rounded, and a text that is no day would be blank.
    """
    select = wanted.select.rstrip().rstrip(";")
    held = engine.described(select)
    asked = {}
    for column in TABLES[table].columns:
        if column.name in held:
            doubt = engine.doubted(column, column.name, wanted.units.get(column.name))
            if doubt is not None:
                asked[column.name] = f"coalesce(sum(CASE WHEN {doubt} THEN 1 ELSE 0 END), 0)"
    if not asked:
        return []
    _, rows = engine.rows(f"SELECT {', '.join(asked.values())} FROM (\n{select}\n) AS given")
    return [(name, int(n)) for name, n in zip(asked, rows[0], strict=True) if n]


def _nothing(engine: Engine, column: Column) -> str:
    if engine.kind == "sqlite":
        return "NULL"
    quote = "`" if engine.kind == "spark" else '"'
    # a null of the column's type
    return engine.typed(column, "", "currency").replace(f"{quote}{quote}", "NULL")


def _written(column: Column) -> str:
    if column.kind in DECIMALS:
        digits, places = DECIMALS[column.kind]
        return f"DECIMAL({digits}, {places})"
    names = {Kind.DATE: "DATE", Kind.YES_NO: "BOOLEAN", Kind.COUNT: "BIGINT", Kind.YEAR: "BIGINT"}
    return names.get(column.kind, "VARCHAR")
