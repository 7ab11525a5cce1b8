"""From a folder of workbooks, CSV and Parquet files to Records and findings, cell by cell."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cmreview.errors import RecordsError
from cmreview.findings import Finding
from cmreview.records.assemble import assemble
from cmreview.records.columns import Table
from cmreview.records.delimited import read_csv, read_parquet
from cmreview.records.headers import (
    FEWEST_MATCHES,
    is_instructions,
    meaning_of,
    table_of_file,
    table_of_sheet,
)
from cmreview.records.model import Expectations, Records, Source
from cmreview.records.raw import Sheet, Unreadable
from cmreview.records.sheets import type_sheet
from cmreview.records.text import clean, is_unseen
from cmreview.records.tray import FaultPolicy
from cmreview.records.typed import TypedTable
from cmreview.records.workbooks import read_workbook
from cmreview.terms import Severity

WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xls"})
READ = WORKBOOKS | {".csv", ".parquet"}
# Files that look as if they held records but can't be read: told, so that nobody believes they were.
NOT_READ = frozenset(
    {".ods", ".xlsb", ".xltx", ".xlt", ".et", ".ett", ".numbers", ".tsv", ".json", ".mdb", ".accdb", ".db"}
    | {".sqlite", ".zip", ".rar", ".7z"}
)
MAX_FILE = 512 << 20  # bytes


def read_records(
    folder: Path, expectations: Expectations, *, fault_policy: FaultPolicy | str = FaultPolicy.STOP
) -> Records:
    """Read everything below ``folder``: the sheet or file name says which table it is.

    Hidden folders and the lock files of open workbooks are left out. A file that can't be read is a
    finding and stops no other file. ``fault_policy`` ``set_aside`` makes an error in a row a warning
    that sets the row aside. Raises RecordsError where there is no folder, or nothing in it to read.
    """
    files: dict[str, Path] = {}
    read: list[_FileReading] = []
    findings: list[Finding] = []
    for name, path in files_below(folder, findings):
        if path.suffix.lower() in READ:
            files[name] = path
        elif path.suffix.lower() in NOT_READ:
            findings.append(Finding("records.not_read", Severity.WARNING, name))
    if not files:
        raise RecordsError("records.no_files", folder=folder.name or str(folder))
    for name, path in files.items():
        reading = _FileReading(name, path, expectations)
        reading.run()
        read.append(reading)
    return assemble(
        [typed for reading in read for typed in reading.typed],
        expectations,
        findings=[*findings, *(finding for reading in read for finding in reading.findings)],
        sources=[reading.source for reading in read if reading.source],
        fault_policy=fault_policy,
    )


@dataclass
class _FileReading:
    """One file while it is being read."""

    file: str
    path: Path
    expectations: Expectations
    typed: list[TypedTable] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    source: Source | None = None

    def run(self) -> None:
        """Read the file; what can't be read becomes a finding."""
        try:
            data = self._bytes()
            self.source = Source(self.file, hashlib.sha256(data).hexdigest())
            suffix = self.path.suffix.lower()
            if suffix in WORKBOOKS:
                self._workbook(read_workbook(data))
            else:
                self._single(data, suffix)
        except Unreadable as error:
            self._add(error.code, Severity.ERROR, **error.details)

    def _bytes(self) -> bytes:
        try:
            if self.path.stat().st_size > MAX_FILE:
                raise Unreadable("unpacks_too_large")
            return self.path.read_bytes()
        except OSError as error:
            raise Unreadable("cant_open", problem=error.strerror or type(error).__name__) from error

    def _workbook(self, sheets: list[Sheet]) -> None:
        name_apart(sheets)
        if any(sheet.cells_unseen for sheet in sheets):
            self._add("old_format", Severity.WARNING)
        holding = [sheet for sheet in sheets if sheet.rows and not is_instructions(sheet.name or "")]
        by_file = table_of_file(self.path.stem) if len(holding) == 1 else None
        for sheet in sheets:
            table = table_of_sheet(sheet.name or "")
            if table is None and sheet in holding:
                table = by_file
            if table is not None:
                self.typed.append(type_sheet(table, sheet, self.file, self.expectations))
            elif sheet in holding:
                count = str(len(sheet.rows))
                self._add("unknown_sheet", Severity.WARNING, sheet=sheet.name, rows=count)
        if not self.typed:
            self._add("no_tables", Severity.ERROR)

    def _single(self, data: bytes, suffix: str) -> None:
        table = table_of_file(self.path.stem)
        if table is None:
            self._add("unknown_file", Severity.WARNING)
        elif suffix == ".csv":
            sheet, guessed = read_csv(data, _header_test(table))
            if guessed:
                self._add("encoding_guessed", Severity.WARNING)
            self.typed.append(type_sheet(table, sheet, self.file, self.expectations))
        else:
            self.typed.append(type_sheet(table, read_parquet(data), self.file, self.expectations))

    def _add(self, code: str, severity: Severity, sheet: str | None = None, **details: str) -> None:
        told = tuple(details.items())
        self.findings.append(Finding(f"records.{code}", severity, self.file, sheet=sheet, details=told))


def files_below(folder: Path, findings: list[Finding]) -> list[tuple[str, Path]]:
    """Each file below the folder with the name that findings give it, in order of names.

    The name is the file's own; files of one name in several folders are told apart by their path
    below ``folder``. A folder that can't be opened is added to ``findings``.
    """
    if not folder.is_dir():
        code = "records.not_a_folder" if folder.exists() else "records.no_folder"
        raise RecordsError(code, folder=folder.name or str(folder))

    def tell(error: OSError) -> None:
        name = _seen(Path(str(error.filename)).name)
        problem = error.strerror or type(error).__name__
        findings.append(Finding("records.cant_open", Severity.ERROR, name, details=(("problem", problem),)))

    found: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=tell):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(parent, name) for name in names if not name.startswith((".", "~$"))]
    own = Counter(_seen(path.name) for path in found)
    named = [
        (_seen(path.name) if own[_seen(path.name)] == 1 else _seen(path.relative_to(folder).as_posix()), path)
        for path in found
    ]
    return sorted(named)


def _header_test(table: Table) -> Callable[[list[str]], bool]:
    def is_header(cells: list[str]) -> bool:
        columns = {meaning.column for meaning in (meaning_of(table, cell) for cell in cells) if meaning}
        return len(columns) >= FEWEST_MATCHES

    return is_header


def name_apart(sheets: list[Sheet]) -> None:
    """Make names of sheets printable and distinct."""
    taken: set[str] = set()
    for sheet in sheets:
        name = plain = clean(sheet.name or "").text or "?"
        number = 2
        while name in taken:
            name, number = f"{plain} ({number})", number + 1
        taken.add(name)
        sheet.name = name


def _seen(name: str) -> str:
    """A file's name with a mark for each character that can't be seen or written."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if is_unseen(character) or character in "\n\t" else character
        for character in name
    )
