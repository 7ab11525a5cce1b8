"""Exact decimals on SQLite, which has none: as texts of whole units that sort as their values do.

A decimal of scale s is stored as value x 10^s + 10^38, in 39 digits. So texts compare, and the greatest is
found, as the numbers would; products, sums and changes of scale are functions of ours, in whole numbers.
"""

from __future__ import annotations

import sqlite3
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.sqlite import SQLiteCompiler
from ibis.backends.sql.datatypes import SQLiteType
from sqlglot.optimizer.eliminate_subqueries import eliminate_subqueries

_ZERO = 10**38


def written(units: int) -> str:
    """Whole units as the text that sorts like them.

    >>> written(-5) < written(0) < written(12), units_of(written(-5))
    (True, -5)
    """
    if abs(units) >= _ZERO:
        raise OverflowError("a decimal of more than 38 digits")
    return f"{units + _ZERO:039d}"


def units_of(text: str) -> int:
    """The whole units of a text of ``written``."""
    return int(text) - _ZERO


def decimal_of(text: str, scale: int) -> Decimal:
    """The decimal that a text of this scale stands for."""
    return Decimal(units_of(text)).scaleb(-scale)


def exactly(value: Any, scale: int, factor: str = "1") -> int | None:
    """Whole units of ``scale`` in a cell times ``factor``; None where the cell is no exact number of them.

    A floating number is none: what it was before it was rounded can't be known.

    >>> exactly("12.5", 4), exactly(1250, 4, "0.01"), exactly(12.5, 4), exactly("12.50005", 4)
    (125000, 125000, None, None)
    """
    if not isinstance(value, int | str):
        return None
    try:
        given = Decimal(value)
    except InvalidOperation:
        return None
    if not given.is_finite() or given.adjusted() > 38:
        return None
    part, whole = (given * Decimal(factor)).as_integer_ratio()
    units, rest = divmod(part * 10**scale, whole)
    return None if rest else units


class _Compiler(SQLiteCompiler):  # type: ignore[misc]  # Ibis is published without types
    """SQLite's SQL from expressions, with decimals as the head of this module tells."""

    __slots__ = ()

    class type_mapper(SQLiteType):  # type: ignore[misc]
        @classmethod
        def from_ibis(cls, dtype: Any) -> Any:
            return SQLiteType.from_ibis(dt.string if dtype.is_decimal() else dtype)

    def visit_Cast(self, op: Any, *, arg: Any, to: Any) -> Any:
        given = op.arg.dtype
        if to.is_decimal() and given.is_decimal():
            scale = _scale_of(op.arg)
            return arg if scale == to.scale else self.f.anon.exact_scale(arg, scale, to.scale)
        if to.is_decimal() and not given.is_null():
            return self.f.anon.exact_from(arg, to.scale, "1")
        return super().visit_Cast(op, arg=arg, to=to)

    def visit_Multiply(self, op: Any, *, left: Any, right: Any) -> Any:
        if not op.dtype.is_decimal():
            return super().visit_Multiply(op, left=left, right=right)
        # Ibis gives a product the type of a factor; the definitions bring each to its type at once
        return self.f.anon.exact_product(left, right)

    def _alike(self, op: Any, left: Any, right: Any) -> tuple[Any, Any]:
        """Both sides of a comparison in the finer of their scales."""
        if not (op.left.dtype.is_decimal() and op.right.dtype.is_decimal()):
            return left, right
        one, other = _scale_of(op.left), _scale_of(op.right)
        if one < other:
            return self.f.anon.exact_scale(left, one, other), right
        return left, self.f.anon.exact_scale(right, other, one)

    def visit_Sum(self, op: Any, *, arg: Any, where: Any) -> Any:
        if not op.dtype.is_decimal():
            return super().visit_Sum(op, arg=arg, where=where)
        counted = arg if where is None else self.if_(where, arg, sge.Null())
        return self.f.anon.exact_sum(counted)

    def visit_NonNullLiteral(self, op: Any, *, value: Any, dtype: Any) -> Any:
        if not dtype.is_decimal():
            return super().visit_NonNullLiteral(op, value=value, dtype=dtype)
        units = exactly(str(value), dtype.scale)
        if units is None:
            raise ValueError(f"{value} has more than {dtype.scale} places")
        return sge.convert(written(units))


def _comparing(name: str) -> Any:
    plain = getattr(SQLiteCompiler, name)

    def visit(self: _Compiler, op: Any, *, left: Any, right: Any) -> Any:
        left, right = self._alike(op, left, right)
        return plain(self, op, left=left, right=right)

    return visit


for _each in ("Equals", "NotEquals", "Greater", "GreaterEqual", "Less", "LessEqual"):
    setattr(_Compiler, f"visit_{_each}", _comparing(f"visit_{_each}"))


def _scale_of(operation: Any) -> int:
    if isinstance(operation, ops.Multiply):
        return _scale_of(operation.left) + _scale_of(operation.right)
    return int(operation.dtype.scale)


@cache
def _compiler() -> _Compiler:
    return _Compiler()


def statement(expression: Any) -> str:
    """An expression in SQLite's SQL, decimals exact."""
    compiler = _compiler()
    nested = compiler.to_sqlglot(expression.unbind())
    # SQLite's parser takes no deep nesting: what is nested becomes a step with a name
    return str(eliminate_subqueries(nested).sql(dialect=compiler.dialect))


class _Sum:
    """The exact sum of a column; of nothing it is null."""

    def __init__(self) -> None:
        self.total: int | None = None

    def step(self, text: str | None) -> None:
        if text is not None:
            self.total = (self.total or 0) + units_of(text)

    def finalize(self) -> str | None:
        return None if self.total is None else written(self.total)


def teach(connection: sqlite3.Connection) -> None:
    """Give a connection the functions that the statements call."""
    connection.create_function("exact_from", 3, _from, deterministic=True)
    connection.create_function("exact_scale", 3, _scale, deterministic=True)
    connection.create_function("exact_product", 2, _product, deterministic=True)
    connection.create_aggregate("exact_sum", 1, _Sum)  # type: ignore[arg-type]  # null for nothing


def _from(value: Any, scale: int, factor: str) -> str | None:
    units = None if value is None else exactly(value, scale, factor)
    return None if units is None else written(units)


def _scale(text: str | None, given: int, wanted: int) -> str | None:
    if text is None:
        return None
    units = units_of(text)
    if wanted >= given:
        return written(units * 10 ** (wanted - given))
    # half away from zero, as the others round
    size, rest = divmod(abs(units), 10 ** (given - wanted))
    size += 2 * rest >= 10 ** (given - wanted)
    return written(size if units >= 0 else -size)


def _product(one: str | None, other: str | None) -> str | None:
    return None if one is None or other is None else written(units_of(one) * units_of(other))
