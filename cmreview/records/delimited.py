"""CSV and Parquet files as sheets."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import datetime

from cmreview.records.raw import Sheet, Unreadable
from cmreview.records.sheet_xml import MAX_CELLS, MAX_COLUMNS
from cmreview.records.text import is_blank

MAX_RECORDS = 5_000_000
MAX_PARQUET = 2 << 30  # bytes of a Parquet file once unpacked
_DELIMITERS = ",\t;|"
_SAMPLE_LINES = 50
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
    return Sheet(None, _records(text, _delimiter(text, is_header)), ragged=True), len(candidates) > 1


def read_parquet(data: bytes) -> Sheet:
    """A Parquet file as a sheet whose first row is its column names. Raises Unreadable."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(io.BytesIO(data))
        groups = (file.metadata.row_group(number) for number in range(file.metadata.num_row_groups))
        unpacked = sum(group.total_byte_size for group in groups)
        if file.metadata.num_rows > MAX_RECORDS or unpacked > MAX_PARQUET:
            raise Unreadable("unpacks_too_large")
        names = file.schema_arrow.names
        if len(names) > MAX_COLUMNS or len(names) * file.metadata.num_rows > MAX_CELLS:
            return Sheet(None, [], too_wide=True)
        table = file.read()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable("damaged" if data.startswith(b"PAR1") else "not_parquet") from error
    columns = [[_from_arrow(value) for value in column.to_pylist()] for column in table.columns]
    rows: list[tuple[int, list[object]]] = [(0, list(names))]
    for number, values in enumerate(zip(*columns, strict=True), start=1):
        if any(value is not None for value in values):
            rows.append((number, list(values)))
    return Sheet(None, rows)


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
    sample = "".join(text.splitlines(keepends=True)[:_SAMPLE_LINES])
    for delimiter in _DELIMITERS:
        if any(is_header(record) for record in _sampled(sample, delimiter)):
            return delimiter
    return max(_DELIMITERS, key=sample.count)


def _finds_header(text: str, is_header: Callable[[list[str]], bool]) -> bool:
    sample = "".join(text.splitlines(keepends=True)[:_SAMPLE_LINES])
    return any(is_header(record) for delimiter in _DELIMITERS for record in _sampled(sample, delimiter))


def _sampled(sample: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))
    except csv.Error:
        return []


def _records(text: str, delimiter: str) -> list[tuple[int, list[object]]]:
    rows: list[tuple[int, list[object]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, record in enumerate(reader, start=1):
            if number > MAX_RECORDS:
                raise Unreadable("unpacks_too_large")
            cells = [_cell(value) for value in record]
            if any(cell is not None for cell in cells):
                rows.append((number, cells))
    except csv.Error as error:
        raise Unreadable("csv_quotes", line=str(reader.line_num)) from error
    return rows


def _cell(value: str) -> object:
    if is_blank(value):
        return None
    quoted = _FORMULA_TEXT.fullmatch(value)
    return (quoted[1] or None) if quoted else value


def _from_arrow(value: object) -> object:
    if isinstance(value, str):
        return None if is_blank(value) else value
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.replace(tzinfo=None)
    if isinstance(value, bytes | list | dict):
        return str(value)
    return value
