"""A warehouse that answers: what every kind of database does for the expressions of the indicators."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cmreview.records.columns import MONEY_DIGITS, MONEY_PLACES, SHARE_DIGITS, SHARE_PLACES, Column, Kind
from cmreview.review.counting.backend import Fetch
from cmreview.review.counting.statements import Question
from cmreview.review.counting.tables import TABLE

if TYPE_CHECKING:
    import ibis
    import pyarrow as pa

# What one of a unit is of ours, as a decimal: its digits after the point, and the factor as text.
FACTORS = {
    "currency": (0, None),
    "ten_thousand": (0, "10000"),
    "fen": (2, "0.01"),
    "fraction": (0, None),
    "percent": (2, "0.01"),
}
# Digits and places of the decimals in which the schema keeps its numbers.
DECIMALS = {
    Kind.MONEY: (MONEY_DIGITS, MONEY_PLACES),
    Kind.SHARE: (SHARE_DIGITS, SHARE_PLACES),
    Kind.SCORE: (9, 4),
}


class Trouble(ValueError):
    """What a warehouse itself says of a statement that it can't answer, in one line."""


@dataclass(frozen=True, slots=True)
class Engine:
    """One kind of database, opened for reading only.

    ``statement`` writes an expression in its SQL. ``ask`` answers one statement in the given schema, cell
    by cell exact. ``described`` names the columns of a select with the kind of value that each holds
    (``text``, ``whole``, ``decimal``, ``floating``, ``date``, ``moment``, ``flag``, ``any``, or the
    database's own word). ``typed`` writes a column as ours, from its name and unit, ``doubted`` the condition
    that its cell is not exactly that (None: it always is). ``lend`` gives a
    select over a small table of ours. All raise Trouble with the database's own words.
    """

    kind: str
    statement: Callable[[ibis.Table], str]
    ask: Callable[[str, pa.Schema], pa.Table]
    rows: Callable[[str], tuple[list[str], list[tuple[Any, ...]]]]
    described: Callable[[str], Mapping[str, str]]
    typed: Callable[[Column, str, str | None], str]
    doubted: Callable[[Column, str, str | None], str | None]
    lend: Callable[[str, pa.Table], str]
    close: Callable[[], None]


def fetching(engine: Engine, tables: Mapping[str, str], before: Mapping[str, str] | None = None) -> Fetch:
    """Answers questions, and expressions over ``tables()``, where a select stands for each table.

    ``before`` are further selects, under names of their own, that those may ask.
    """
    named = dict(before or {}) | {TABLE.format(name): select for name, select in tables.items()}

    def fetch(asked: Question | ibis.Table) -> pa.Table:
        expression = asked.expression if isinstance(asked, Question) else asked
        statement = _written(engine.statement, expression.op())
        return engine.ask(over(statement, named), expression.schema().to_pyarrow())

    return fetch


@lru_cache(maxsize=256)
def _written(statement: Callable[[ibis.Table], str], operation: Any) -> str:
    # as in ``statements``: writing a statement takes longer than answering it for a small company
    return statement(operation.to_expr())


def over(statement: str, named: Mapping[str, str]) -> str:
    r"""The statement with the selects that it needs in front; each may need those before it.

    >>> over(
    ...     'SELECT 1 FROM "theirs"', {"ours": "SELECT 2", "theirs": "SELECT 3 FROM ours", "else": "SELECT 4"}
    ... )
    'WITH ours AS (\nSELECT 2\n), theirs AS (\nSELECT 3 FROM ours\n) SELECT 1 FROM "theirs"'
    """
    needed: dict[str, str] = {}
    for name, select in reversed(list(named.items())):
        if any(re.search(rf"(?<!\w){name}(?!\w)", text) for text in (statement, *needed.values())):
            needed[name] = select
    if not needed:
        return statement
    before = ", ".join(f"{name} AS (\n{select}\n)" for name, select in reversed(list(needed.items())))
    rest = statement.removeprefix("WITH ")
    return f"WITH {before}{' ' if rest == statement else ', '}{rest}"


def standard(quote: str, text: str, collated: str = "") -> Callable[[Column, str, str | None], str]:
    """How SQL of the standard brings a column to our type; ``text`` is the type of ids and texts."""

    def typed(column: Column, name: str, unit: str | None) -> str:
        given = f"{quote}{name}{quote}"
        if column.kind in DECIMALS:
            digits, places = DECIMALS[column.kind]
            less, factor = FACTORS[unit or "currency"]
            if factor is None:
                return f"CAST({given} AS DECIMAL({digits}, {places}))"
            # a product of decimals is exact, a quotient is not
            one = f"CAST({factor} AS DECIMAL({len(factor.replace('.', ''))}, {less}))"
            inner = f"CAST({given} AS DECIMAL({digits}, {places - less}))"
            return f"CAST({inner} * {one} AS DECIMAL({digits}, {places}))"
        types = {Kind.DATE: "DATE", Kind.YES_NO: "BOOLEAN", Kind.COUNT: "BIGINT", Kind.YEAR: "BIGINT"}
        if column.kind in types:
            return f"CAST({given} AS {types[column.kind]})"
        return f"CAST({given} AS {text}){collated}"

    return typed


def rounding(quote: str) -> Callable[[Column, str, str | None], str | None]:
    """The condition that a decimal has more places than ours keeps, in SQL of the standard."""

    def doubted(column: Column, name: str, unit: str | None) -> str | None:
        if column.kind not in DECIMALS:
            return None
        digits, places = DECIMALS[column.kind]
        given = f"{quote}{name}{quote}"
        return f"CAST({given} AS DECIMAL({digits}, {places - FACTORS[unit or 'currency'][0]})) <> {given}"

    return doubted


def one_line(error: Exception) -> str:
    """The first line of what a driver says, without what follows."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0][:300] if lines else type(error).__name__


def columns_of(schema: pa.Schema, rows: list[Any], made: Callable[[pa.DataType, Any], Any]) -> pa.Table:
    """An Arrow table from a driver's rows; ``made`` turns what it gives into a value of a type."""
    import pyarrow as pa

    cells = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [
        pa.array([None if value is None else made(field.type, value) for value in column], field.type)
        for field, column in zip(schema, cells, strict=True)
    ]
    return pa.table(arrays, schema=schema)
