"""Records out of a prepared file with a place for every row, which a review of them asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cmreview.records.model import Records


def placed(records: Records, file: str) -> Records:
    """The same records; each row's place is the prepared file, the table, and its number in the table.

    Where the row stood in what was handed in is not in a prepared file.
    """
    import pandas as pd
    import pyarrow as pa

    text, whole = pd.ArrowDtype(pa.string()), pd.ArrowDtype(pa.int64())
    tables = {
        name: frame.assign(
            source_file=pd.Series([file] * len(frame), index=frame.index, dtype=text),
            source_sheet=pd.Series([name] * len(frame), index=frame.index, dtype=text),
            source_row=pd.Series(range(1, len(frame) + 1), index=frame.index, dtype=whole),
        )
        for name, frame in records.tables.items()
    }
    return replace(records, tables=tables)
