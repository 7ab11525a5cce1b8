"""Candidates as a Parquet table and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from cmreview.review.explorer.candidates import Candidates, FactColumn, FactKey
from cmreview.review.explorer.exact_column import ExactColumn

if TYPE_CHECKING:
    import pyarrow as pa

_TEXTS = (
    "ids",
    "names",
    "departments",
    "levels_held",
    "judged_level",
    "stages",
    "preliminary",
    "pinyin",
)
_PLAIN = ("scope", "is_applicant", "stopped", "promotion")
_EXACT = ("active", "panel")
_FACT_PLAIN = ("unbounded", "part_year", "open_rows", "sealed")
_FACT_EXACT = ("values", "parts", "wholes")


def table(people: Candidates) -> pa.Table:
    """``people`` as one table: a row a person, the columns of a fact named after it."""
    import pyarrow as pa

    columns: dict[str, Any] = {name: pa.array(getattr(people, name), pa.string()) for name in _TEXTS}
    columns |= {name: pa.array(getattr(people, name)) for name in _PLAIN}
    for name in _EXACT:
        columns |= _exact(name, getattr(people, name))
    for key, fact in people.facts.items():
        start = f"fact/{key[0]}/{key[1] or ''}"
        columns |= {f"{start}/{name}": pa.array(getattr(fact, name)) for name in _FACT_PLAIN}
        columns[f"{start}/remarks"] = pa.array(fact.remarks, pa.string())
        for name in _FACT_EXACT:
            columns |= _exact(f"{start}/{name}", getattr(fact, name))
    columns |= {
        f"sealed/{criterion}": pa.array(codes) for criterion, codes in sorted(people.sealed_outcomes.items())
    }
    return pa.table(columns)


def people_of(found: pa.Table) -> Candidates:
    """The candidates of such a table. Raises KeyError where a column is missing."""
    columns: dict[str, Any] = {name: _texts(found, name) for name in _TEXTS}
    columns |= {name: found[name].to_numpy() for name in _PLAIN}
    columns |= {name: _exact_of(found, name) for name in _EXACT}
    return Candidates(
        **columns,
        facts={key: _fact(found, key) for key in _keys(found.column_names)},
        sealed_outcomes={
            name.removeprefix("sealed/"): found[name].to_numpy()
            for name in found.column_names
            if name.startswith("sealed/")
        },
    )


def parquet(found: pa.Table) -> bytes:
    """A table as Parquet, the same bytes each time."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(found, sink, compression="zstd")
    return bytes(sink.getvalue())


def opened(content: bytes) -> pa.Table:
    """The table of such bytes. Raises pyarrow.ArrowInvalid where it is none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    return pq.read_table(pa.BufferReader(content))


def _exact(name: str, column: ExactColumn) -> dict[str, Any]:
    import pyarrow as pa

    floats = pa.array(column.floats)
    return {f"{name}/exact": column.texts, f"{name}/float": floats, f"{name}/whole": pa.array(column.whole)}


def _exact_of(found: pa.Table, name: str) -> ExactColumn:
    floats, whole = found[f"{name}/float"].to_numpy(), found[f"{name}/whole"].to_numpy()
    return ExactColumn(found[f"{name}/exact"], floats, whole)


def _fact(found: pa.Table, key: FactKey) -> FactColumn:
    start = f"fact/{key[0]}/{key[1] or ''}"
    columns: dict[str, Any] = {name: _exact_of(found, f"{start}/{name}") for name in _FACT_EXACT}
    columns |= {name: found[f"{start}/{name}"].to_numpy() for name in _FACT_PLAIN}
    return FactColumn(
        **columns,
        remarks=_texts(found, f"{start}/remarks"),
    )


def _keys(names: Iterable[str]) -> list[FactKey]:
    found = [name.split("/") for name in names if name.startswith("fact/") and name.endswith("/sealed")]
    return [(parts[1], parts[2] or None) for parts in found]


def _texts(found: pa.Table, name: str) -> Any:
    return np.asarray(found[name].to_numpy(zero_copy_only=False), dtype=object)
