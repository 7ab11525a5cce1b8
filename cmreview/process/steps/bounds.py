"""What several steps are held against alike: days in their order, and people who may judge the case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from cmreview.errors import ProcessError
from cmreview.findings import Finding
from cmreview.process.access import grounds
from cmreview.process.labels import labels
from cmreview.process.setting import Setting
from cmreview.process.stages import CaseState
from cmreview.terms import Severity


def not_later(day: date, today: date, state: CaseState) -> None:
    """That a day has come: what is recorded has happened."""
    if day > today:
        raise ProcessError("process.in_the_future", case=state.case, day=day.isoformat())


def not_before(day: date, state: CaseState, *earlier: date | None) -> None:
    """That a day lies on or after every day that came before it; None is no such day."""
    last = max((one for one in earlier if one is not None), default=day)
    if day < last:
        raise ProcessError(
            "process.too_early", case=state.case, day=day.isoformat(), earlier=last.isoformat()
        )


def applied_on(state: CaseState) -> date | None:
    """The day of the application."""
    return None if state.application is None else state.application.applied_on


def reviewed_on(state: CaseState) -> date | None:
    """The day of the latest preliminary review."""
    return None if state.review is None else state.review.reviewed_on


def attendance(present: Sequence[str], state: CaseState, setting: Setting, day: date) -> None:
    """That somebody was there, nobody twice, and all of them may judge the case on ``day``."""
    if not present or len(set(present)) != len(present):
        raise ProcessError("process.odd_attendance", case=state.case)
    judges(present, state, setting, day)


def judges(ids: Sequence[str], state: CaseState, setting: Setting, day: date) -> None:
    """That everybody named is a member on ``day`` and may judge the case."""
    members = {person.id for person in setting.committee.members(day)}
    for one in ids:
        person = setting.committee.person(one)
        if one not in members:
            raise ProcessError("process.not_a_member", member=person.name, id=one)
        found = grounds(state, person, setting.rules)
        if found:
            raise ProcessError(
                "process.recused", person=person.name, id=one, case=state.case, grounds=labels(found)
            )


def remark(code: str, state: CaseState, **details: object) -> Finding:
    """What people should know of a step that may be recorded; a list is told as one."""
    told = {
        name: "、".join(value) if isinstance(value, list) else str(value) for name, value in details.items()
    }
    return Finding(code, Severity.WARNING, state.case, details=tuple(sorted(told.items())))
