"""CSV and Parquet files as sheets."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from cmreview.records.csv_text import unguarded
from cmreview.records.raw import Sheet, Unreadable
from cmreview.records.sheet_xml import MAX_CELLS, MAX_COLUMNS
from cmreview.records.text import is_blank

if TYPE_CHECKING:
    import pyarrow.parquet as pq

MAX_RECORDS = 5_000_000
MAX_PARQUET = 2 << 30  # bytes of a Parquet file once unpacked
_DELIMITERS = ",\t;|"
_PORTION = 4_096  # rows of a Parquet file that are unpacked together
_SAMPLE_LINES, _SAMPLE_LENGTH = 50, 1 << 20
# ="00123", how exports keep Excel from taking off the zeros
_FORMULA_TEXT = re.compile(r'="([^"]*)"')

_MARKED = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_csv(data: bytes, is_header: Callable[[list[str]], bool]) -> tuple[Sheet, bool]:
    """A CSV file as a sheet, and whether its encoding had to be guessed.

    A mark at its head, or else what its bytes can be, tells the encoding: UTF-8, GB18030, UTF-16.
    Where more than one is possible the one decides in which ``is_header`` finds a header row; where
    that does not decide either, UTF-8 is taken and the guess told. Raises Unreadable.
    """
    if not data.strip(b"\0\r\n\t "):
        return Sheet(None, [], ragged=True), False
    candidates = list(_decoded(data))
    if not candidates:
        raise Unreadable("unknown_encoding")
    if len(candidates) > 1:
        with_header = [text for text in candidates if _finds_header(text, is_header)]
        if len(with_header) == 1:
            candidates = with_header
    text = candidates[0]
    return _sheet(text, _delimiter(text, is_header)), len(candidates) > 1


def read_parquet(data: bytes) -> Sheet:
    """A Parquet file as a sheet whose first row is its column names. Raises Unreadable."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(io.BytesIO(data))
        # a text that the file holds once and says a million times is held once here too
        leaves = [file.schema.column(at) for at in range(len(file.schema))]
        texts = [leaf.path for leaf in leaves if leaf.physical_type == "BYTE_ARRAY"]
        file = pq.ParquetFile(io.BytesIO(data), read_dictionary=texts)
        groups = (file.metadata.row_group(number) for number in range(file.metadata.num_row_groups))
        unpacked = sum(group.total_byte_size for group in groups)
        if file.metadata.num_rows > MAX_RECORDS or unpacked > MAX_PARQUET:
            raise Unreadable("unpacks_too_large")
        names = file.schema_arrow.names
        if len(names) > MAX_COLUMNS or len(names) * file.metadata.num_rows > MAX_CELLS:
            return Sheet(None, [], too_wide=True)
        columns = _columns(file, len(names))
    except MemoryError as error:  # Arrow's own is one too
        raise Unreadable("unpacks_too_large") from error
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable("damaged" if data.startswith(b"PAR1") else "not_parquet") from error
    rows: list[tuple[int, list[object]]] = [(0, list(names))]
    for number, values in enumerate(zip(*columns, strict=True), start=1):
        if any(value is not None for value in values):
            rows.append((number, list(values)))
    return Sheet(None, rows)


def _columns(file: pq.ParquetFile, count: int) -> list[list[object]]:
    """The columns' values, read portion by portion, so that what unpacks to too much is seen in time."""
    import pyarrow as pa

    columns: list[list[object]] = [[] for _ in range(count)]
    unpacked = 0
    for batch in file.iter_batches(_PORTION):
        unpacked += batch.nbytes
        if unpacked > MAX_PARQUET:
            raise Unreadable("unpacks_too_large")
        for values, column in zip(columns, batch.columns, strict=True):
            if isinstance(column, pa.DictionaryArray):
                known = [_from_arrow(value) for value in column.dictionary.to_pylist()]
                values += [None if at is None else known[at] for at in column.indices.to_pylist()]
            else:
                values += map(_from_arrow, column.to_pylist())
    return columns


def _decoded(data: bytes) -> Iterator[str]:
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            yield from _decode(data, encoding)
            return
    if b"\0" in data[:4096]:  # UTF-16 without its mark; no other text holds zero bytes
        even_zeros, odd_zeros = data[:4096:2].count(0), data[1:4096:2].count(0)
        yield from _decode(data, "utf-16-be" if even_zeros > odd_zeros else "utf-16-le")
        return
    if data.isascii():
        yield data.decode("ascii")
        return
    yield from _decode(data, "utf-8")
    yield from _decode(data, "gb18030")


def _decode(data: bytes, encoding: str) -> Iterator[str]:
    try:
        yield data.decode(encoding)
    except UnicodeDecodeError:
        return


def _delimiter(text: str, is_header: Callable[[list[str]], bool]) -> str:
    """The delimiter in which a header row is found, else the one that is used most."""
    sample = _sample(text)
    for delimiter in _DELIMITERS:
        if any(is_header(record) for record in _sampled(sample, delimiter)):
            return delimiter
    return max(_DELIMITERS, key=sample.count)


def _finds_header(text: str, is_header: Callable[[list[str]], bool]) -> bool:
    sample = _sample(text)
    return any(is_header(record) for delimiter in _DELIMITERS for record in _sampled(sample, delimiter))


def _sample(text: str) -> str:
    """The first lines, as far as a header may reach into them."""
    return "".join(text[:_SAMPLE_LENGTH].splitlines(keepends=True)[:_SAMPLE_LINES])


def _sampled(sample: str, delimiter: str) -> list[list[str]]:
    try:
        records = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        return [record[:MAX_COLUMNS] for record in records]
    except csv.Error:
        return []


def _sheet(text: str, delimiter: str) -> Sheet:
    """The records of a file as a sheet; of one that is too wide only as many rows as tell that."""
    sheet = Sheet(None, [], ragged=True)
    count = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, record in enumerate(reader, start=1):
            if number > MAX_RECORDS:
                raise Unreadable("unpacks_too_large")
            sheet.too_wide |= len(record) > MAX_COLUMNS and any(map(str.strip, record[MAX_COLUMNS:]))
            cells = [_cell(value) for value in record[:MAX_COLUMNS]]
            count += len(cells)
            if count > MAX_CELLS:
                raise Unreadable("unpacks_too_large")
            if any(cell is not None for cell in cells):
                sheet.rows.append((number, cells))
    except csv.Error as error:
        raise Unreadable("csv_quotes", line=str(reader.line_num)) from error
    return sheet


def _cell(value: str) -> object:
    if is_blank(value):
        return None
    quoted = _FORMULA_TEXT.fullmatch(value)
    return (quoted[1] or None) if quoted else unguarded(value)


def _from_arrow(value: object) -> object:
    if isinstance(value, str):
        return None if is_blank(value) else value
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.replace(tzinfo=None)
    if isinstance(value, bytes | list | dict):
        return str(value)
    return value
