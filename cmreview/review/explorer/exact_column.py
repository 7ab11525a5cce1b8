"""Exact numbers as a column: floats for speed, and the fraction itself wherever floats can't decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

Floats = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Codes = np.ndarray[Any, np.dtype[np.int8]]
Places = np.ndarray[Any, np.dtype[np.int64]]

# Two numbers farther apart than this, relative to the larger, are apart as fractions too: a float is off
# by 1e-16 of itself, and no figure here comes from more than a handful of operations.
APART = 1e-9


@dataclass(frozen=True)
class ExactColumn:
    """One exact number a row, or none.

    ``texts`` holds them as ``n/d``; ``floats`` the nearest float, NaN where there is none; ``whole`` says
    where the float is the number itself.
    """

    texts: pa.ChunkedArray
    floats: Floats
    whole: Flags

    @classmethod
    def of(cls, values: Sequence[Fraction | None]) -> ExactColumn:
        """A column of ``values``."""
        import pyarrow as pa

        floats = np.array([np.nan if value is None else float(value) for value in values], dtype=np.float64)
        return cls(
            texts=pa.chunked_array(
                [
                    pa.array(
                        [None if each is None else f"{each.numerator}/{each.denominator}" for each in values],
                        pa.string(),
                    )
                ]
            ),
            floats=floats,
            whole=np.array(
                [
                    value is not None and Fraction(near) == value
                    for value, near in zip(values, floats.tolist(), strict=True)
                ],
                dtype=bool,
            ),
        )

    @cached_property
    def known(self) -> Flags:
        """Where there is a number."""
        return ~np.isnan(self.floats)

    def exact(self, row: int) -> Fraction | None:
        """The number itself."""
        if row not in self._read:
            text = self.texts[row].as_py()
            self._read[row] = None if text is None else fraction(text)
        return self._read[row]

    @cached_property
    def _read(self) -> dict[int, Fraction | None]:
        return {}

    def take(self, rows: Places) -> ExactColumn:
        """The same column with only ``rows``, in their order."""
        return ExactColumn(self.texts.take(rows), self.floats[rows], self.whole[rows])


@dataclass(frozen=True)
class Lines:
    """What a column is held against: one exact number, taken times each row's own factor if one is given."""

    number: Fraction
    factors: ExactColumn | None = None

    def floats(self, size: int) -> Floats:
        """The numbers as floats."""
        if self.factors is None:
            return np.full(size, float(self.number))
        return float(self.number) * self.factors.floats

    def whole(self, size: int) -> Flags:
        """Where the float is the number itself."""
        is_whole = Fraction(float(self.number)) == self.number
        if self.factors is None:
            return np.full(size, is_whole)
        return (self.factors.floats == 1.0) & self.factors.whole & is_whole

    def exact(self, row: int) -> Fraction:
        """One row's number itself. ValueError where the row has no factor."""
        if self.factors is None:
            return self.number
        factor = self.factors.exact(row)
        if factor is None:
            raise ValueError(f"row {row}: no factor")
        return self.number * factor


def fraction(text: str) -> Fraction:
    """A stored ``n/d`` as a number.

    >>> fraction("-3/4")
    Fraction(-3, 4)
    """
    numerator, denominator = text.split("/")
    return Fraction(int(numerator), int(denominator))


def signs(column: ExactColumn, lines: Lines, plus: Places | None = None) -> Codes:
    """−1, 0 or 1 a row: below, at or above its line, as the fractions are; 0 where there is no number.

    ``plus`` is a whole number a row that is added first.
    """
    size = len(column.floats)
    values, against = column.floats, lines.floats(size)
    if plus is not None:
        values = values + plus
    with np.errstate(invalid="ignore"):
        found = np.sign(values - against)
        near = np.abs(values - against) <= APART * np.maximum(np.abs(values), np.abs(against))
    unsure = near if plus is not None else near & ~(column.whole & lines.whole(size))
    for row in np.flatnonzero(unsure).tolist():
        own = column.exact(row)
        if own is not None:
            gap = own + (int(plus[row]) if plus is not None else 0) - lines.exact(row)
            found[row] = (gap > 0) - (gap < 0)
    return np.nan_to_num(found).astype(np.int8)
