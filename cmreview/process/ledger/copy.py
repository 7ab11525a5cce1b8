"""A ledger as JSON lines: written at one moment, read back byte for byte or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cmreview.errors import LedgerError
from cmreview.exact_json import canonical, parse
from cmreview.process.ledger.chain import COLUMNS, Head, Row
from cmreview.process.ledger.check import faults
from cmreview.process.ledger.erasure import FORMAT_OF_ERASURES, format_of
from cmreview.records.writing import becoming, names_to_disk

_NAME = "cmreview-ledger"
_HEADER = {"format", "version", "ledger", "number", "hash"}


def lines(head: Head, rows: Sequence[Row]) -> Iterator[bytes]:
    """A header with the ledger's id and end, then one line an event; each is canonical JSON."""
    yield canonical(
        {
            "format": _NAME,
            "version": format_of(rows),
            "ledger": head.ledger_id,
            "number": head.number,
            "hash": head.hash,
        }
    )
    for row in rows:
        yield canonical(asdict(row))


def write(path: Path, copied: Iterable[bytes]) -> None:
    """Write a copy to a file that is not there yet; the file appears when it is whole and on the disk.

    Raises LedgerError; an earlier backup is never overwritten. What a killed one left beside it is removed.
    """
    try:
        if path.exists():
            raise LedgerError("ledger.copy_exists", file=str(path))
        with becoming(path) as file:
            file.writelines(copied)
        names_to_disk(path.parent)
    except OSError as error:
        raise LedgerError("ledger.copy_not_written", file=str(path), detail=error.strerror) from error


def read(path: Path) -> tuple[Head, tuple[Row, ...]]:
    """The ledger that a copy holds. LedgerError where any byte is not as it was written.

    Raises LedgerError too where the file can't be read or was written by a newer version.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise LedgerError("ledger.copy_missing", file=str(path)) from error
    except OSError as error:
        raise LedgerError("ledger.copy_not_read", file=str(path), detail=error.strerror) from error
    name = path.name
    # bytes.splitlines would end a line at other bytes as well
    first, *others = [line + b"\n" for line in raw.removesuffix(b"\n").split(b"\n")]
    if not raw.endswith(b"\n"):
        raise LedgerError("ledger.copy_cut_off", file=name)
    version, head = _head(_object(first, _HEADER, name, 1), name)
    found = tuple(
        Row(**_object(line, set(COLUMNS), name, number)) for number, line in enumerate(others, start=2)
    )
    wrong = next(faults(found, [(version, head)]), None)
    if wrong is not None:
        raise LedgerError(
            "ledger.copy_faulty", file=name, fault_zh=wrong.text("zh"), fault_en=wrong.text("en")
        )
    return head, found


def _head(header: dict[str, Any], file: str) -> tuple[int, Head]:
    version = header["version"]
    if header["format"] != _NAME or type(version) is not int or version < 1:
        raise LedgerError("ledger.copy_line", file=file, line=1)
    if version > FORMAT_OF_ERASURES:
        raise LedgerError("ledger.newer_format", place=file, found=version, known=FORMAT_OF_ERASURES)
    return version, Head(header["ledger"], header["number"], header["hash"])


def _object(line: bytes, keys: set[str], file: str, number: int) -> dict[str, Any]:
    """One line; anything that is not exactly what ``lines`` would write is refused."""
    try:
        found = parse(line.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise LedgerError("ledger.copy_line", file=file, line=number) from error
    if not isinstance(found, dict) or found.keys() != keys or canonical(found) != line:
        raise LedgerError("ledger.copy_line", file=file, line=number)
    if any(isinstance(value, str) and not _is_storable(value) for value in found.values()):
        raise LedgerError("ledger.copy_line", file=file, line=number)
    return found


def _is_storable(text: str) -> bool:
    """Whether a database can hold a text: half a surrogate pair, as JSON can spell it, is none."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
