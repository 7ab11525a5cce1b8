"""The coaching sheet: what a head of department takes to each talk, and what comes back (Policy 7.2)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from cmreview.findings import Finding, in_order
from cmreview.process.sheet_reading import SheetRead, SheetRow, read_sheet
from cmreview.process.sheet_writing import Form, Page, form_bytes
from cmreview.records.columns import Column, Kind, Table
from cmreview.records.schema import TABLES
from cmreview.records.shared_columns import MANAGER
from cmreview.review.criteria import shortfall
from cmreview.review.model import Case
from cmreview.review.people import was_there
from cmreview.show.figures import Figures
from cmreview.terms import Label, Outcome
from cmreview.words import say

if TYPE_CHECKING:
    from cmreview.records.model import Records

TABLE = "coaching"
# What is filled in: every column of the records' table but whose talk it is.
_FILLED = tuple(column for column in TABLES[TABLE].columns if column.name != MANAGER.name)
FILLED = frozenset(column.name for column in _FILLED)
_GIVEN = (
    *("name", "level", "last_on", "last_coach", "last_difficulties", "last_support"),
    *("sales_then", "sales_now", "customers_then", "customers_now", "gaps"),
)
_GUIDE = ("known", "row", "said", "then", "page")
# Lines of handwriting of each box on a talk's page; days and names take one.
_BY_HAND = {"progress": 5, "difficulties": 5, "support": 5}


def _given(name: str) -> Column:
    key = f"feedback.coaching.column.{name}"
    return Column(f"given_{name}", Label(say(key, "zh"), say(key, "en")), Kind.TEXT)


SHEET = Table(
    "coaching_sheet",
    Label(say("feedback.coaching.sheet", "zh"), say("feedback.coaching.sheet", "en")),
    (MANAGER, *(_given(name) for name in _GIVEN), *_FILLED),
    key=(MANAGER.name, "held_on"),
)


@dataclass(frozen=True, slots=True)
class Talk:
    """One talk as it is recorded (辅导记录)."""

    manager_id: str
    held_on: date
    coach: str
    progress: str | None = None
    difficulties: str | None = None
    support: str | None = None
    next_on: date | None = None

    def values(self) -> dict[str, Any]:
        """The row of the records' table."""
        return {column.name: getattr(self, column.name) for column in TABLES[TABLE].columns}


def talks(records: Records) -> tuple[Talk, ...]:
    """Every talk of the records, by manager id and day."""
    rows = records.arrow(TABLE).to_pylist()
    found = [Talk(**row) for row in rows if row["held_on"] is not None and row["coach"] is not None]
    return tuple(sorted(found, key=lambda talk: (talk.manager_id, talk.held_on)))


def latest(known: Sequence[Talk]) -> dict[str, Talk]:
    """The last talk of each manager."""
    return {talk.manager_id: talk for talk in sorted(known, key=lambda talk: talk.held_on)}


def coached(cases: Sequence[Case], department: str, year: int) -> list[Case]:
    """The people of a department with whom a talk is due: who was there in the year and has not left."""
    return sorted(
        (
            case
            for case in cases
            if case.person.department == department
            and case.person.left_on is None
            and was_there(case.person, year)
        ),
        key=lambda case: case.person.manager_id,
    )


@dataclass(frozen=True)
class Coaching:
    """What a sheet is written of: a department's people, their last talks, and how figures are told."""

    department: str
    year: int
    cases: Sequence[Case]
    last: Mapping[str, Talk]
    levels: Mapping[str, Label]
    figures: Figures


def sheet_bytes(coaching: Coaching) -> bytes:
    """The workbook: a row a person, grey what is known, white what is to be filled in (Policy 7.2).

    A sheet of printed pages, one a person, is for the talk itself; the rows are what is read back. Figures
    stand as they were on the day of the last talk, where that was in the year, and as they are now. The same
    records give the same bytes.
    """
    lang = coaching.figures.lang
    rows = [_row(case, coaching) for case in coaching.cases]
    form = Form(
        table=SHEET,
        rows=rows,
        filled=FILLED,
        title=say("feedback.coaching.title", lang, department=coaching.department, year=coaching.year),
        pairs=(
            (say("feedback.coaching.department", lang), coaching.department),
            (say("feedback.coaching.year", lang), str(coaching.year)),
            (say("feedback.coaching.people", lang), str(len(coaching.cases))),
        ),
        lines=tuple(say(f"feedback.coaching.guide.{at}", lang) for at in _GUIDE),
        pages=[_page(row, coaching) for row in rows],
        paged=say("feedback.coaching.pages", lang),
    )
    return form_bytes(form, lang)


def _page(row: Mapping[str, Any], coaching: Coaching) -> Page:
    """One person's page: what the row says, then boxes for what is filled in and who signs."""
    lang = coaching.figures.lang
    head = {"name": row["given_name"], "id": row[MANAGER.name], "year": coaching.year}
    signed = ((say(f"feedback.coaching.sign.{who}", lang), 1) for who in ("coach", "manager"))
    return Page(
        heading=say("feedback.coaching.page", lang, **head),
        known=(
            (say("feedback.coaching.department", lang), coaching.department),
            *(
                (SHEET.column(f"given_{name}").label(lang), row[f"given_{name}"])
                for name in _GIVEN
                if name != "name"
            ),
        ),
        asked=(
            *((column.label(lang), _BY_HAND.get(column.name, 1)) for column in _FILLED),
            *signed,
        ),
    )


def _row(case: Case, coaching: Coaching) -> dict[str, Any]:
    figures, person = coaching.figures, case.person
    last = coaching.last.get(person.manager_id)
    year_end = date(coaching.year, 12, 31)
    now = _counted(case, year_end, figures)
    is_this_year = last is not None and last.held_on.year == coaching.year
    then = _counted(case, last.held_on, figures) if last is not None and is_this_year else (None, None)
    held = coaching.levels.get(person.level or "")
    gaps = [
        shortfall(verdict).text(figures.lang, figures.currency)
        for verdict in case.held
        if verdict.outcome in (Outcome.MISSED, Outcome.NO_EVIDENCE)
    ]
    given = {
        "name": person.name,
        "level": None if held is None else held(figures.lang),
        "last_on": None if last is None else figures.short_day(last.held_on),
        "last_coach": None if last is None else last.coach,
        "last_difficulties": None if last is None else last.difficulties,
        "last_support": None if last is None else last.support,
        "sales_then": then[0],
        "sales_now": now[0],
        "customers_then": then[1],
        "customers_now": now[1],
        "gaps": say("packet.semicolon", figures.lang).join(gaps) or None,
    }
    return {MANAGER.name: person.manager_id} | {f"given_{name}": value for name, value in given.items()}


def _counted(case: Case, until: date, figures: Figures) -> tuple[str | None, str | None]:
    """Sales and new customers of the year up to a day, from the very rows that the figures rest on."""
    found: list[str | None] = []
    for indicator in ("sales", "new_customers"):
        fact = case.fact(indicator)
        if fact is None or fact.value is None:
            found.append(None)  # no evidence is not zero
            continue
        rows = [
            row
            for row in case.sources
            if row.indicator == indicator and row.counts and row.on is not None and row.on <= until
        ]
        if indicator == "sales":
            found.append(figures.money(sum((row.amount or Fraction(0) for row in rows), Fraction(0))))
        else:
            found.append(figures.count(len(rows)))
    return found[0], found[1]


@dataclass(frozen=True, slots=True)
class CoachingRead:
    """What came back: the talks, everything that is wrong, and how many rows nobody filled in."""

    talks: tuple[Talk, ...]
    findings: tuple[Finding, ...]
    unfilled: int


def read_coaching(
    data: bytes, file: str, roster: Collection[str], known: Sequence[Talk], today: date
) -> CoachingRead:
    """The talks of a sheet that somebody filled in, read strictly (Policy 7.2).

    ``roster`` are the ids of the department's people, ``known`` the talks that the records hold. Every
    fault of the sheet is found at once; ``talks`` are those of the rows without one.
    """
    read = read_sheet(data, file, SHEET, FILLED)
    findings = list(read.findings)
    before = {(talk.manager_id, talk.held_on) for talk in known}
    seen: dict[tuple[str, date], int] = {}
    found: list[Talk] = []
    for row in read.rows:
        faults = list(_faults(read, row, roster, before, seen, today))
        findings += faults
        if not faults:
            seen[row.values[MANAGER.name], row.values["held_on"]] = row.number
            found.append(Talk(**{column.name: row.values[column.name] for column in TABLES[TABLE].columns}))
    return CoachingRead(tuple(found), in_order(findings), read.unfilled)


def _faults(
    read: SheetRead,
    row: SheetRow,
    roster: Collection[str],
    before: Collection[tuple[str, date]],
    seen: Mapping[tuple[str, date], int],
    today: date,
) -> Iterator[Finding]:
    values = row.values
    manager, held_on, next_on = values[MANAGER.name], values["held_on"], values["next_on"]
    if manager not in roster:
        yield read.fault("feedback.coaching.not_of_department", row, MANAGER.name)
    if held_on > today:
        yield read.fault("feedback.coaching.in_future", row, "held_on", today=today.isoformat())
    if (manager, held_on) in before:
        yield read.fault("feedback.coaching.known", row, "held_on")
    if (manager, held_on) in seen:
        yield read.fault("feedback.coaching.twice", row, "held_on", other=str(seen[manager, held_on]))
    if next_on is not None and next_on <= held_on:
        yield read.fault("feedback.coaching.next_too_early", row, "next_on", day=held_on.isoformat())
    if not any(values[name] for name in ("progress", "difficulties", "support")):
        yield read.fault("feedback.coaching.nothing_said", row, "progress")


def talks_csv(found: Sequence[Talk], lang: str) -> bytes:
    """Talks as a file that intake reads next time; Excel opens it as UTF-8."""
    import csv
    import io

    from cmreview.records.csv_text import guarded
    from cmreview.records.template import header

    columns = TABLES[TABLE].columns
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([header(column, lang) for column in columns])
    for talk in found:
        values = talk.values()
        cells = (values[column.name] for column in columns)
        writer.writerow(
            ["" if cell is None else guarded(cell) if isinstance(cell, str) else str(cell) for cell in cells]
        )
    return stream.getvalue().encode("utf-8-sig")


def talks_workbook(found: Sequence[Talk], department: str, levels: Mapping[str, Label], lang: str) -> bytes:
    """The same as a workbook of the records' own form."""
    from cmreview.records.template import Template, template_bytes

    template = Template(department, levels, lang, tables=(TABLE,))
    return template_bytes(template, {TABLE: [talk.values() for talk in found]})
