"""CSV and Parquet files that mean harm."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from cmreview.records.intake import read_records
from tests.hostile.attack import Attack
from tests.records.handed_in import CONTRACTS, EXPECTATIONS, department

HOSTILE = "合同_销售一部"
HEADER = "合同编号,客户编号,工号,合同金额,签订日期\n"
SOUND = "{},C1,001,{},2025-03-01\n"


def meet(path: Path) -> tuple[str, ...]:
    """Read the records; the codes of what was told of the hostile file."""
    records = read_records(path.parent, EXPECTATIONS)
    assert "HT1" in set(records.tables["contracts"]["contract_id"])
    for count in records.counts:
        assert count.rows_in == count.used + count.set_aside
    told = [finding.code for finding in records.findings if finding.file.startswith(HOSTILE)]
    return tuple(dict.fromkeys(told))


def handed_in(make: Callable[[], bytes], ending: str = "csv") -> Callable[[Path], Path]:
    """A folder with a sound department and the hostile file."""

    def write(folder: Path) -> Path:
        department(folder, contracts=CONTRACTS)
        path = folder / f"{HOSTILE}.{ending}"
        path.write_bytes(make())
        return path

    return write


def rows(*ids: str) -> Callable[[], bytes]:
    """Contracts of these ids, each as the file holds it."""
    return lambda: (HEADER + "".join(map(SOUND.format, ids, range(60_000, 70_000)))).encode(
        "utf-8", "surrogatepass"
    )


def repeated(piece: str, times: int, head: str = HEADER) -> Callable[[], bytes]:
    """A file that repeats ``piece``."""
    return lambda: head.encode() + piece.encode() * times


def parquet_bomb(length: int, count: int) -> bytes:
    """A Parquet file that holds one long text once, and says it for every row."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    text = pa.DictionaryArray.from_arrays(pa.array([0] * count, pa.int32()), pa.array(["x" * length]))
    names = HEADER.strip().split(",")
    stream = io.BytesIO()
    pq.write_table(pa.table(dict.fromkeys(names, text)), stream, compression="gzip")
    return stream.getvalue()


def _attacks() -> Iterable[Attack]:
    def met(
        name: str, make: Callable[[], bytes], *codes: str, ending: str = "csv", slow: bool = False
    ) -> Attack:
        told = tuple(f"records.{code}" for code in codes)
        return Attack("CSV", name, handed_in(make, ending), meet, told, slow)

    wide = "x," * 1_000_000 + "\n"
    yield met("a million columns", repeated(wide, 3, ""), "too_many_columns")
    yield met("a million columns behind a header", repeated(wide, 3), "too_many_columns")
    yield met("50 lines of a million columns", repeated(wide, 50, ""), "too_many_columns", slow=True)
    yield met("25 million cells", repeated("," * 100 + "\n", 250_000), "unpacks_too_large", slow=True)
    yield met(
        "a million rows of nothing but faults",
        repeated("a,b,c,d,e\n", 1_000_000),
        "too_many_faults",
        slow=True,
    )
    yield met("a text of 32,768 characters", rows("x" * 32_768), "too_long")
    yield met("a text of 200,000 characters", rows("x" * 200_000), "csv_quotes")
    yield met("a quote that never ends", rows('"HT2', *map(str, range(9))), "csv_quotes")
    yield met("formulas and DDE", rows("=1+1", "@SUM(1)", "+cmd|' /c calc'!A0", "-2+3"))
    yield met("markup and template code", rows("<script>alert(1)</script>", "{{7*7}}", "%s{0.__class__}"))
    yield met("direction marks and zero-width characters", rows("H\u202eT\u200b\ufeff9"), "id_normalised")
    yield met("an id in Cyrillic letters that look Latin", rows("НТ9"), "id_lookalike")
    yield met("NUL", rows("H\0T9"), "no_header")
    yield met("lone surrogates", rows("HT\ud8009"), "unknown_encoding")
    yield met("bytes of no encoding", lambda: HEADER.encode() + b"\xff\xff,\x80", "unknown_encoding")
    yield met("a workbook called .csv", lambda: b"PK\x03\x04" + b"\0" * 200, "no_header")
    yield met("empty", lambda: b"", "empty_sheet")
    bomb = partial(parquet_bomb, 30_000, 1_000_000)
    yield met(
        "150 GB of text in a Parquet file of 100 kB", bomb, "unpacks_too_large", ending="parquet", slow=True
    )
    yield met("a Parquet file cut off", lambda: parquet_bomb(9, 9)[:-20], "damaged", ending="parquet")
    yield met("no Parquet file", lambda: b"x" * 99, "not_parquet", ending="parquet")


ATTACKS = tuple(_attacks())
