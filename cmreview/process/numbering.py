"""The numbers of papers, counted on in the series of params/committee.yaml (Policy 4.5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cmreview.process.committee import PaperSettings
from cmreview.process.events import Appointed, Event


@dataclass(frozen=True, slots=True)
class FreeNumbers:
    """The numbers of one batch of appointments: one for the document, one certificate a person."""

    document: str
    certificates: Iterator[str]


def free_numbers(
    papers: PaperSettings, year: int, events: Iterable[Event], erased: Iterable[str] = ()
) -> FreeNumbers:
    """The next numbers of the calendar ``year`` in which the papers are issued (Policy 4.5).

    ``events`` is the whole ledger, ``erased`` are numbers whose appointments were erased from it. A number
    that was ever given is never given again, also where its appointment was corrected or taken back: a
    paper that bears it may be in somebody's hands.
    """
    given = [event.payload for event in events if isinstance(event.payload, Appointed)]
    gone = tuple(erased)
    documents = numbers_on(papers.appointment_number, year, [*(one.document_number for one in given), *gone])
    certificates = numbers_on(
        papers.certificate_number, year, [*(one.certificate_number for one in given), *gone]
    )
    return FreeNumbers(next(documents), certificates)


def numbers_on(form: str, year: int, given: Iterable[str]) -> Iterator[str]:
    """The numbers of a series from the first one above all that were ``given`` in the year.

    ``form`` holds ``{year}`` and ``{number}`` once each. Numbers of other forms don't count.

    >>> next(numbers_on("KHJL-{year}-{number}", 2026, ["KHJL-2026-9", "KHJL-2025-30", "old 77"]))
    'KHJL-2026-10'
    """
    pattern = re.escape(form).replace(re.escape("{year}"), str(year))
    pattern = pattern.replace(re.escape("{number}"), "(?P<number>[0-9]+)")
    found = (re.fullmatch(pattern, one) for one in given)
    highest = max((int(match["number"]) for match in found if match), default=0)
    while True:
        highest += 1
        yield form.format(year=year, number=highest)
