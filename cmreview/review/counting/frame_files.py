"""The manager-year frame with how everybody stands in it, as a CSV, Parquet or Excel file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from cmreview.review.counting.frame_csv import as_csv
from cmreview.review.standing import Standing

if TYPE_CHECKING:
    import pandas as pd

SUFFIXES = (".csv", ".parquet", ".xlsx")
_PLACES = 10  # of points and coverage, which are written for reading; the ranking is exact
# Excel keeps fifteen digits of a number; what has more is written as text, so that none is lost.
_DIGITS = 15


def with_standings(frame: pd.DataFrame, found: Sequence[Standing], year: int) -> pd.DataFrame:
    """The frame with ``judged_level``, ``applied``, ``result``, ``points``, ``coverage`` and one column a
    criterion (``verdict_3.1.P1``: met, missed, no_evidence, no_rule) in the rows of ``year``.

    Everything else is missing: other years, and criteria of other levels.
    """
    import pandas as pd
    import pyarrow as pa

    at = {
        (manager, when): place
        for place, (manager, when) in enumerate(zip(frame["manager_id"], frame["year"], strict=True))
    }
    criteria = sorted({verdict.criterion for each in found for verdict in each.verdicts})
    types: dict[str, Any] = {
        "judged_level": pa.string(),
        "applied": pa.bool_(),
        "result": pa.string(),
        "points": pa.decimal128(38, _PLACES),
        "coverage": pa.decimal128(38, _PLACES),
        **{f"verdict_{criterion}": pa.string() for criterion in criteria},
    }
    columns: dict[str, list[Any]] = {name: [None] * len(frame) for name in types}
    for each in found:
        place = at.get((each.manager_id, year))
        if place is None or not each.verdicts:
            continue
        columns["judged_level"][place] = each.level
        columns["applied"][place] = each.applied
        if each.overall is not None:
            columns["result"][place] = each.overall.result.value
        if each.score is not None:
            columns["coverage"][place] = _rounded(each.score.coverage)
            if each.score.points is not None:
                columns["points"][place] = _rounded(each.score.points)
        for verdict in each.verdicts:
            columns[f"verdict_{verdict.criterion}"][place] = verdict.outcome.value
    added = {
        name: pd.Series(pd.array(pa.array(values, types[name]), dtype=pd.ArrowDtype(types[name])))
        for name, values in columns.items()
    }
    return frame.assign(**added)


def as_file(frame: pd.DataFrame, suffix: str) -> bytes:
    """The frame as a file of this suffix, the same bytes for the same frame; KeyError for another suffix."""
    return {".csv": as_csv, ".parquet": _as_parquet, ".xlsx": _as_workbook}[suffix](frame)


def _as_parquet(frame: pd.DataFrame) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    written = io.BytesIO()
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    parquet.write_table(table, written, compression="zstd")
    return written.getvalue()


def _as_workbook(frame: pd.DataFrame) -> bytes:
    from datetime import UTC, datetime

    import xlsxwriter

    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
    sheet = book.add_worksheet("indicators")
    sheet.freeze_panes(1, 2)
    for place, name in enumerate(frame.columns):
        sheet.write_string(0, place, name)
        values = frame[name].array.to_numpy(dtype=object, na_value=None)
        for row, value in enumerate(values, start=1):
            if value is None:
                continue
            if isinstance(value, bool):
                sheet.write_boolean(row, place, value)
            elif isinstance(value, int | Decimal) and _fits(value):
                sheet.write_number(row, place, value)
            else:
                sheet.write_string(row, place, str(value))
    book.close()
    return written.getvalue()


def _fits(value: int | Decimal) -> bool:
    digits = Decimal(value).normalize().as_tuple().digits
    return len(digits) <= _DIGITS


def _rounded(value: Any) -> Decimal:
    scaled = value * 10**_PLACES
    half_up = (2 * abs(scaled.numerator) + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(half_up if value >= 0 else -half_up).scaleb(-_PLACES)
