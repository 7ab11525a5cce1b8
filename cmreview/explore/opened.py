"""A session that is open, and the same one with somebody else at the desk."""

from __future__ import annotations

from dataclasses import dataclass

from cmreview.errors import InputError
from cmreview.explore.example import Example
from cmreview.explore.session import Session


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that is open; ``example`` is where the example lies, None for a real one."""

    session: Session
    example: Example | None


def as_person(opened_: Opened, person: str) -> Opened:
    """The same session with somebody else at the desk: in the example only, where nobody is anybody."""
    session = opened_.session
    if opened_.example is None:
        raise InputError("session.not_another", person=session.person.name)
    other = session.desk.setting.committee.person(person)
    return Opened(
        Session(session.desk, session.review, session.policy, other, session.clock, session.lang),
        opened_.example,
    )
