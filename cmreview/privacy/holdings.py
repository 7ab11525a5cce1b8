"""Whose data may stand in each kind of file that cmreview writes: the only list, for tests and for erasing.

A file that no line of it knows holds nobody knows what: tests refuse it, and ``cmreview purge`` names it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import PurePosixPath

from cmreview.records.schema import TABLES
from cmreview.words import LANGUAGES, say


class Whose(StrEnum):
    """Whose data a file may hold."""

    NOBODY = "nobody"  # sums, templates, hashes: no person's name or id
    PERSON = "person"  # one manager, whose id the file's name begins with, and those who acted in the case
    DEPARTMENT = "department"  # the managers of one department, whose name the file or its folder bears
    COMPANY = "company"  # anybody's: for the committee's secretary, HR and payroll only


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: where it lies below the outputs, whose data it may hold, and of which review year.

    ``year`` is None where the place tells none. ``owner`` is the manager's id, or the stem of the
    department's name as a file may bear it; None where whose data it holds needs no owner.
    """

    key: str
    whose: Whose
    year: int | None = None
    owner: str | None = None


_YEAR = r"(?P<year>\d{4})/"
_ID = r"(?P<owner>[^/]+?)-[^/]*"
_STEM = r"(?P<owner>[^/]+?)"
_PAPER_OF_ONE = "appeal_reply|certificate|demotion|improvement_plan|legal_checklist|opinion|refusal|warning"
_PAPER_OF_MANY = "appointment|minutes|notice|commendation"


@cache
def _kinds() -> tuple[tuple[str, Whose, re.Pattern[str]], ...]:
    """Key, whose, and the pattern of the path below the outputs; the first that fits counts."""
    payroll = _titles("payroll.title", year="0000").replace("0000", r"\d{4}")
    meeting = _titles("papers.title.meeting_brief")
    conclusions, levels = _tables("outcomes"), _tables("level_history")
    office = r"\.(docx|pdf)"
    lines = (
        ("index", Whose.NOBODY, rf"{_YEAR}index\.html"),
        ("run", Whose.NOBODY, rf"{_YEAR}run\.json"),
        ("analysis", Whose.NOBODY, rf"{_YEAR}analysis\.(html|ipynb|xlsx|pdf)"),
        ("meeting", Whose.NOBODY, rf"{_YEAR}meetings/[^/]+-({meeting}){office}"),
        ("template", Whose.NOBODY, r"templates/(zh|en)/[a-z_]+\.docx"),
        ("failed", Whose.DEPARTMENT, rf"{_YEAR}failed/{_STEM}\.(txt|ipynb)"),
        ("letter_state", Whose.COMPANY, rf"{_YEAR}letters/letters\.json"),
        ("letter", Whose.PERSON, rf"{_YEAR}letters/{_ID}\.(docx|html|pdf)"),
        ("paper", Whose.PERSON, rf"{_YEAR}papers/({_PAPER_OF_ONE})/{_ID}{office}"),
        ("paper_of_many", Whose.COMPANY, rf"{_YEAR}papers/({_PAPER_OF_MANY})/[^/]+{office}"),
        ("training", Whose.DEPARTMENT, rf"{_YEAR}training/{_STEM}\.(html|xlsx)"),
        ("payroll", Whose.COMPANY, rf"{_YEAR}({payroll})\.xlsx"),
        ("conclusions", Whose.COMPANY, rf"{_YEAR}({conclusions})-\d{{4}}\.csv"),
        ("history", Whose.DEPARTMENT, rf"{_YEAR}history/({levels})-{_STEM}\.xlsx"),
        ("history_of_all", Whose.COMPANY, rf"{_YEAR}history/({levels})\.csv"),
        ("packet", Whose.DEPARTMENT, rf"{_YEAR}{_STEM}/(?P=owner)\.(html|xlsx|ipynb|pdf)"),
        ("findings", Whose.COMPANY, r"checked/findings\.(html|xlsx)"),
        ("marked", Whose.COMPANY, r"checked/marked/[^/]+\.(xlsx|csv)"),
        ("ledger", Whose.COMPANY, r"[^/]*ledger[^/]*\.db(-wal|-shm)?"),
        ("explorer", Whose.COMPANY, r"[^/]+\.explorer"),
        ("archive", Whose.COMPANY, r"archive-\d{4}[^/]*\.zip"),  # of no one year: its records go further back
        ("names_seen", Whose.COMPANY, r"[^/]+\.names-seen\.jsonl"),
        ("privacy_log", Whose.COMPANY, r"privacy-log\.jsonl"),
        ("ledger_copy", Whose.COMPANY, r"[^/]+\.jsonl"),
    )
    return tuple((key, whose, re.compile(pattern)) for key, whose, pattern in lines)


def _titles(key: str, **values: str) -> str:
    """What a file is called in any language, as a pattern."""
    return "|".join(re.escape(say(key, lang, **values)) for lang in LANGUAGES)


def _tables(table: str) -> str:
    return "|".join(re.escape(TABLES[table].label(lang)) for lang in LANGUAGES)


def kind_of(path: PurePosixPath) -> Kind | None:
    """The kind of a file by its path below the outputs folder; None where no kind fits.

    >>> kind_of(PurePosixPath("2025/销售一部/销售一部.html"))
    Kind(key='packet', whose=<Whose.DEPARTMENT: 'department'>, year=2025, owner='销售一部')
    """
    for key, whose, pattern in _kinds():
        found = pattern.fullmatch(str(path))
        if found:
            named = found.groupdict()
            year = named.get("year")
            return Kind(key, whose, None if year is None else int(year), named.get("owner"))
    return None
