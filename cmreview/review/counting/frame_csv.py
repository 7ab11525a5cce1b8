"""The manager-year frame as a CSV file that any program reads: exact, plain, the same bytes every time."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cmreview.records.csv_text import guarded

if TYPE_CHECKING:
    import pandas as pd

# Amounts keep at least the cents; everything beyond that is not zero is kept, too.
_AMOUNTS = ("sales", "previous_sales", "company_sales", "project_benefit")
_CENTS = 2


def as_csv(frame: pd.DataFrame) -> bytes:
    """The frame as CSV: UTF-8 without a byte order mark, commas, line feeds, the frame's names as header.

    Amounts and rates are exact decimals (1234.5 is written 1234.50, and 0.15 as 0.15), flags are
    ``true`` and ``false``; a missing value is empty: no evidence. Text that a spreadsheet would compute
    has a quote before it.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = list(frame.columns)
    writer.writerow(names)
    columns = [frame[name].array.to_numpy(dtype=object, na_value=None) for name in names]
    for values in zip(*columns, strict=True):
        writer.writerow(_written(name, value) for name, value in zip(names, values, strict=True))
    return text.getvalue().encode("utf-8")


def _written(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return plain(value, _CENTS if name in _AMOUNTS else 0)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # the writer quotes only what ends its own lines, and a lone carriage return would end one elsewhere
        return guarded(value).replace("\r", "\n")
    return str(value)


def plain(value: Decimal, places: int = 0) -> str:
    """An exact decimal without exponent or idle zeros, but with at least so many places.

    >>> plain(Decimal("1234.5000000000"), 2), plain(Decimal("8778551.9995")), plain(Decimal("-0E-6"))
    ('1234.50', '8778551.9995', '0')
    """
    whole, _, rest = format(value, "f").partition(".")
    rest = rest.rstrip("0").ljust(places, "0")
    text = f"{whole}.{rest}" if rest else whole
    return text.removeprefix("-") if not value else text
