"""The file of working days, read strictly: everything that is wrong in it at once, cell by cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from cmreview.errors import FileError
from cmreview.findings import FaultyInput, Finding, in_order
from cmreview.process.workdays import Arrangement, Calendar, Notice
from cmreview.records.dates import read_date
from cmreview.records.delimited import read_csv
from cmreview.records.raw import Unreadable
from cmreview.records.text import clean, fold
from cmreview.terms import Severity
from cmreview.words import LANGUAGES, say

DEFAULT = Path("params", "calendar_cn.csv")
COLUMNS = ("year", "date", "kind", "name", "number")
KINDS = ("notice", "off", "working")
# The holidays that law gives to all citizens (全国年节及纪念日放假办法). Every notice arranges each of them,
# so a year that lacks one was typed in halfway, and its windows would be counted by plain weekdays.
HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
MAX_BYTES = 1_000_000  # some forty rows a year

_YEAR = re.compile(r"[1-9][0-9]{3}(?=年?$)")
_SATURDAY = 5


class CalendarFindings(FaultyInput):
    """The file of working days can't be used: ``findings`` are its faults."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One row as far as it could be read; None where a cell is blank or wrong."""

    number: int
    cells: dict[str, str]
    year: int | None
    day: date | None
    kind: str | None


def load_calendar(path: Path | None = None) -> Calendar:
    """The calendar of a file, of ``default_file()`` where none is named. Policy 4.4.

    Raises FileError where there is no such file, and CalendarFindings with everything that is wrong in it.
    """
    return read_calendar(default_file() if path is None else path)


def default_file() -> Path:
    """params/calendar_cn.csv of the working folder, else of the project in which this package lies.

    Raises FileError where neither exists.
    """
    project = Path(__file__).resolve().parents[2]
    for root in (Path.cwd(), project):
        if (root / DEFAULT).is_file():
            return root / DEFAULT
    raise FileError("workdays.no_file", file=DEFAULT.as_posix())


def read_calendar(path: Path) -> Calendar:
    """The calendar that a CSV file holds (UTF-8, GB18030 or UTF-16, as Excel or an editor saves it).

    Columns: year of the notice, date, kind, name, number; the words of headers and kinds are Chinese
    or English. A ``notice`` row says that a year is published: date of the notice, its title and its
    number; the other rows each arrange one day. Refused: what can't be read, a day twice, a day that
    the notice can't speak of, a year with days and no notice or the reverse, a year that lacks a
    holiday. A weekend day that is off changes nothing and passes, as notices list such days. A weekday
    that is marked as working changes nothing either, but nobody writes it on purpose, so it is told
    as a warning, as is a holiday with a gap. Raises FileError and CalendarFindings.
    """
    if not path.is_file():
        raise FileError("file.missing", file=str(path))
    data = path.read_bytes()
    if len(data) > MAX_BYTES:
        raise FileError("file.too_large", file=path.name, limit=MAX_BYTES)
    try:
        # a text that is UTF-8 by chance only is none that holds Chinese headers, so the guess needs no remark
        sheet, _ = read_csv(data, _is_header)
    except Unreadable as error:
        fault = Finding(
            f"workdays.{error.code}", Severity.ERROR, path.name, details=tuple(error.details.items())
        )
        raise CalendarFindings("workdays.not_usable", findings=(fault,)) from error
    reading = _Reading(path.name)
    rows = reading.rows(sheet.rows)
    notices, arranged = reading.calendar(rows)
    if any(finding.severity is Severity.ERROR for finding in reading.findings):
        raise CalendarFindings("workdays.not_usable", findings=reading.findings)
    return Calendar(notices, arranged, in_order(reading.findings))


class _Reading:
    """One reading of one file; it gathers the findings."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self.headers: dict[str, str] = {}

    def tell(
        self,
        code: str,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        severity: Severity = Severity.ERROR,
        **details: str,
    ) -> None:
        self.findings.append(
            Finding(
                code,
                severity,
                self.file,
                row=row,
                column=self.headers.get(column, column) if column else None,
                value=None if value is None else value[:200],
                details=tuple(sorted(details.items())),
            )
        )

    def rows(self, raw: list[tuple[int, list[object]]]) -> list[_Row]:
        """The rows below the header, each cell read; none where the header itself is wrong."""
        if not raw:
            self.tell("workdays.no_rows")
            return []
        (number, header), *below = raw
        places = self._places(number, header)
        if places is None:
            return []
        if not below:
            self.tell("workdays.no_rows")
        return [self._row(number, cells, places) for number, cells in below]

    def _places(self, number: int, header: list[object]) -> dict[str, int] | None:
        known = _words("column", COLUMNS)
        places: dict[str, int] = {}
        before = len(self.findings)
        for place, cell in enumerate(header):
            text = "" if cell is None else clean(str(cell)).text
            name = known.get(fold(text))
            if name is None and text:
                self.tell("workdays.unknown_column", number, value=text, known=_listed("column", COLUMNS))
            elif name in places:
                self.tell("workdays.repeated_column", number, value=text)
            elif name is not None:
                places[name], self.headers[name] = place, text
        for name in COLUMNS:
            if name not in places:
                self.tell("workdays.missing_column", number, name=_listed("column", (name,)))
        return places if len(self.findings) == before else None

    def _row(self, number: int, raw: list[object], places: dict[str, int]) -> _Row:
        texts = ["" if cell is None else clean(str(cell)).text for cell in raw]
        cells = {name: texts[place] if place < len(texts) else "" for name, place in places.items()}
        for place, text in enumerate(texts):
            if text and place not in places.values():
                self.tell("workdays.extra_cell", number, value=text)
        kind = _words("kind", KINDS).get(fold(cells["kind"]))
        if cells["kind"] and kind is None:
            self.tell("workdays.unknown_kind", number, "kind", cells["kind"], known=_listed("kind", KINDS))
        year = _YEAR.match(unicodedata.normalize("NFKC", cells["year"]))
        if cells["year"] and not year:
            self.tell("workdays.not_a_year", number, "year", cells["year"])
        for name in COLUMNS:
            if not cells[name] and (name != "number" or kind == "notice"):
                self.tell("workdays.blank", number, name)
        day = self._day(number, cells["date"])
        return _Row(number, cells, int(year[0]) if year else None, day, kind)

    def _day(self, number: int, text: str) -> date | None:
        if not text:
            return None
        value, remarks = read_date(text)
        if isinstance(value, date) and not remarks:
            return value
        # a date with a time of day is no day of a calendar, although records may hold one
        code = "not_a_date" if any(remark.counted for remark in remarks) else remarks[0].code
        self.tell(f"records.{code}", number, "date", text, Severity.ERROR, **dict(remarks[0].details))
        return None

    def calendar(self, rows: list[_Row]) -> tuple[tuple[Notice, ...], dict[date, Arrangement]]:
        """Notices and arranged days, after the checks that take more than one cell."""
        notices: list[Notice] = []
        arranged: dict[date, Arrangement] = {}
        first_rows: dict[date, int] = {}
        for row in rows:
            if row.year is None or row.day is None or row.kind is None:
                continue
            name, typed = row.cells["name"], row.cells["date"]
            # a notice comes out before its year, or within it where it changes an earlier one; it arranges
            # days of its year and of the December before
            is_notice = row.kind == "notice"
            if not date(row.year - 1, 1 if is_notice else 12, 1) <= row.day <= date(row.year, 12, 31):
                code = "workdays.notice_of_other_year" if is_notice else "workdays.day_of_other_year"
                self.tell(code, row.number, "date", typed, year=str(row.year))
            elif is_notice:
                notices.append(Notice(row.year, name, row.cells["number"], row.day))
            elif row.day in arranged:
                first_row = str(first_rows[row.day])
                self.tell("workdays.repeated_day", row.number, "date", typed, first=first_row)
            else:
                arranged[row.day] = Arrangement(row.kind == "working", name, row.year)
                first_rows[row.day] = row.number
                if row.kind == "working" and row.day.weekday() < _SATURDAY:
                    self.tell("workdays.working_weekday", row.number, "date", typed, Severity.WARNING)
        self._check_years(rows)
        self._check_gaps(arranged, first_rows)
        return tuple(sorted(notices, key=lambda one: (one.year, one.published, one.number))), arranged

    def _check_years(self, rows: list[_Row]) -> None:
        """Each year has its notice and all its holidays; unknown where a cell it hangs on is wrong."""
        if any(row.year is None or row.kind is None for row in rows):
            return
        for year in sorted({row.year for row in rows if row.year is not None}):
            of_year = [row for row in rows if row.year == year]
            notices = [row for row in of_year if row.kind == "notice"]
            if not notices:
                self.tell("workdays.no_notice", of_year[0].number, "year", str(year), year=str(year))
            elif len(notices) == len(of_year):
                self.tell("workdays.empty_year", notices[0].number, "year", str(year), year=str(year))
                continue
            names = " ".join(row.cells["name"] for row in of_year if row.kind == "off")
            lacking = [holiday for holiday in HOLIDAYS if holiday not in names]
            if lacking:
                at = (notices or of_year)[0].number
                self.tell("workdays.missing_holiday", at, "name", year=str(year), missing="、".join(lacking))

    def _check_gaps(self, arranged: dict[date, Arrangement], rows: dict[date, int]) -> None:
        """A holiday is one run of days: a gap in it tells of a mistyped date."""
        off = sorted((one.year, one.name, day) for day, one in arranged.items() if not one.is_working)
        for (year, name, before), (next_year, next_name, day) in pairwise(off):
            if (year, name) == (next_year, next_name) and day - before > timedelta(days=1):
                self.tell(
                    "workdays.gap",
                    rows[day],
                    "date",
                    day.isoformat(),
                    Severity.WARNING,
                    name=name,
                    before=before.isoformat(),
                )


def _is_header(cells: list[str]) -> bool:
    known = _words("column", COLUMNS)
    return {"date", "kind"} <= {known.get(fold(cell)) for cell in cells}


def _words(subject: str, names: Iterable[str]) -> dict[str, str]:
    """The word of each name as it may be typed, in either language -> the name."""
    return {fold(word): name for name in names for word in _both(subject, name)}


def _listed(subject: str, names: Iterable[str]) -> str:
    return "、".join(" / ".join(_both(subject, name)) for name in names)


def _both(subject: str, name: str) -> Iterator[str]:
    return (say(f"workdays.{subject}.{name}", lang) for lang in LANGUAGES)
