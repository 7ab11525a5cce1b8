"""Who may do what: committee, secretaries and departments' reviewers, as params/committee.yaml names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta, timezone
from enum import StrEnum

from cmreview.errors import CommitteeError
from cmreview.terms import Label


class Role(StrEnum):
    """What somebody is in the process (Policy 4.2, 4.3)."""

    CHAIR = "chair"  # 主任
    DEPUTY = "deputy"  # 副主任
    MEMBER = "member"  # 评委
    SECRETARY = "secretary"  # 秘书
    REVIEWER = "reviewer"  # 部门初审人


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may act in the process. ``relations`` are the ids of managers they are related to.

    ``since`` and ``until`` bound the time in which they may act, both inclusive; None is open.
    """

    id: str
    name: str
    department: str
    roles: tuple[Role, ...]
    since: date | None = None
    until: date | None = None
    relations: tuple[str, ...] = ()

    def acts_on(self, day: date) -> bool:
        """Whether they hold their roles on ``day``."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class PaperSettings:
    """What stands on every paper: issuer, title of the rules, forms of the numbers, whom to turn to."""

    issuer: Label
    rules: Label
    appointment_number: str
    certificate_number: str
    contact: Label


@dataclass(frozen=True)
class Committee:
    """The people of the process, by id, and what their papers say.

    ``utc_offset`` is the zone in which the company's days begin and end, such as eight hours.
    """

    name: Label
    utc_offset: timedelta
    papers: PaperSettings
    people: Mapping[str, Person]

    @property
    def zone(self) -> timezone:
        """The zone of all recorded times."""
        return timezone(self.utc_offset)

    def person(self, person_id: str) -> Person:
        """Whoever has this id; CommitteeError where nobody has."""
        if person_id not in self.people:
            raise CommitteeError("committee.unknown_person", person=person_id, known=tuple(self.people))
        return self.people[person_id]

    def holders(self, role: Role, day: date) -> tuple[Person, ...]:
        """Everybody who holds ``role`` on ``day``, by id."""
        return tuple(
            person
            for _, person in sorted(self.people.items())
            if role in person.roles and person.acts_on(day)
        )

    def members(self, day: date) -> tuple[Person, ...]:
        """The members of the committee on ``day`` (评委, Policy 4.3)."""
        return self.holders(Role.MEMBER, day)

    def name_of(self, person_id: str) -> str:
        """The name of an id as papers print it; the id itself where nobody has it any more."""
        person = self.people.get(person_id)
        return person_id if person is None else person.name
