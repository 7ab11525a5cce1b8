"""run.json read back: what the run before did and said, so that it can be held to and said again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from cmreview.packets import record
from cmreview.packets.job import State, Told
from cmreview.packets.prepare import Company
from cmreview.packets.record import Entry, Left, Run
from cmreview.terms import Label


def recorded_run(path: Path) -> Run | None:
    """The run that run.json tells of; None where there is none of this version, or it is damaged.

    Then packets are made anew, and no more than that.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["format"] != record.FORMAT:
            return None
        return Run(
            year=int(stored["year"]),
            lang=str(stored["lang"]),
            entries=tuple(_entry(one) for one in stored["departments"]),
            started=datetime.fromisoformat(stored["started"]),
            ended=datetime.fromisoformat(stored["ended"]),
            interrupted=bool(stored["interrupted"]),
            about={name: value for name, value in stored.items() if name not in record.OF_EVERY_RUN},
            company=_company(int(stored["year"]), stored["company"]),
            left=tuple(Left(str(one["department"]), _name(one["folder"])) for one in stored["left"]),
            rests_on=stored["rests_on"],
            index=str(stored["index"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _entry(stored: Mapping[str, Any]) -> Entry:
    what, mend = (None if one is None else _told(*one) for one in stored["told_by"])
    return Entry(
        department=str(stored["department"]),
        folder=_name(stored["folder"]),
        state=State(stored["state"]),
        key=str(stored["key"]),
        files=tuple((_name(name), str(digest)) for name, digest in stored["files"].items()),
        reason=stored["reason"],
        what=what,
        mend=mend,
        kept=stored["failed_notebook"],
        seconds=float(stored["seconds"]),
        phases=dict(stored["phases"]),
        retried=bool(stored["retried"]),
        warnings=tuple(map(str, stored["warnings"])),
        managers=int(stored["managers"]),
        applicants=int(stored["applicants"]),
        findings=dict(stored["findings"]),
        rows=dict(stored["rows"]),
    )


def _told(key: str, values: Mapping[str, str]) -> Told:
    return Told(str(key), tuple((str(name), str(value)) for name, value in values.items()))


def _company(year: int, stored: Mapping[str, Any] | None) -> Company | None:
    if stored is None:
        return None
    sales = stored["sales"]
    return Company(
        label=Label(*map(str, stored["label"])),
        year=year,
        edition=str(stored["edition"]),
        currency=Label(*map(str, stored["currency"])),
        sales=None if sales is None else Fraction(str(sales)),
    )


def _name(name: Any) -> str:
    """A name below the outputs, and not one that leads out of them."""
    if not isinstance(name, str) or Path(name).name != name or name == "..":
        raise ValueError(f"{name!r} is not a file's name")
    return name
