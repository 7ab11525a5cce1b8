"""Whose session it is and on what: read from the environment, never from a notebook's parameters (N2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cmreview.errors import InputError
from cmreview.words import LANGUAGES

# What `cmreview session` sets, and what anybody may set who opens the notebook by themself.
YEAR, RECORDS, MAPPING, POLICY, COMMITTEE, LEDGER, PERSON, LANG = (
    "CMREVIEW_YEAR",
    "CMREVIEW_RECORDS",
    "CMREVIEW_MAPPING",
    "CMREVIEW_POLICY",
    "CMREVIEW_COMMITTEE",
    "CMREVIEW_LEDGER",
    "CMREVIEW_AS",
    "CMREVIEW_LANG",
)
_NEEDED = (YEAR, RECORDS, LEDGER, PERSON)


@dataclass(frozen=True, slots=True)
class Settings:
    """Year, places and person of one session. ``ledger`` is a file or a PostgreSQL URL.

    ``mapping``, ``policy`` and ``committee`` are None where the project's own ways and files count.
    """

    year: int
    records: Path
    ledger: str
    person: str
    lang: str = "zh"
    mapping: Path | None = None
    policy: Path | None = None
    committee: Path | None = None

    def environment(self) -> dict[str, str]:
        """The variables that ``read`` gives these settings back from; every place is absolute."""
        named = {
            YEAR: str(self.year),
            RECORDS: str(self.records.absolute()),
            LEDGER: self.ledger if "://" in self.ledger else str(Path(self.ledger).absolute()),
            PERSON: self.person,
            LANG: self.lang,
        }
        places = {MAPPING: self.mapping, POLICY: self.policy, COMMITTEE: self.committee}
        return named | {name: str(place.absolute()) for name, place in places.items() if place is not None}


def language(environment: Mapping[str, str]) -> str:
    """The language that people read; Chinese where none is named."""
    named = environment.get(LANG, "")
    return named if named in LANGUAGES else LANGUAGES[0]


def read(environment: Mapping[str, str]) -> Settings | None:
    """The settings of a session; None where no records are named: then the example is meant.

    Raises InputError where records are named and something else that is needed is not, or where the
    year is no year.
    """
    if not environment.get(RECORDS):
        return None
    missing = tuple(name for name in _NEEDED if not environment.get(name))
    if missing:
        raise InputError("session.settings_missing", names=missing)
    year = environment[YEAR]
    if not (year.isascii() and year.isdecimal()):
        raise InputError("session.odd_year", name=YEAR, year=year)
    return Settings(
        year=int(year),
        records=Path(environment[RECORDS]),
        ledger=environment[LEDGER],
        person=environment[PERSON],
        lang=language(environment),
        mapping=_place(environment, MAPPING),
        policy=_place(environment, POLICY),
        committee=_place(environment, COMMITTEE),
    )


def _place(environment: Mapping[str, str], name: str) -> Path | None:
    return Path(environment[name]) if environment.get(name) else None
