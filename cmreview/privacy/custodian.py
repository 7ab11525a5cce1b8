"""Who may take personal data out or let them go: the chair or a secretary, in office, by id."""

from __future__ import annotations

from datetime import date

from cmreview.errors import ProcessError
from cmreview.process.committee import Committee, Person, Role


def custodian(actor: str, committee: Committee, today: date) -> Person:
    """Whoever acts. CommitteeError for an id that nobody has, ProcessError for somebody who may not."""
    person = committee.person(actor)
    if not person.acts_on(today) or not {Role.CHAIR, Role.SECRETARY} & set(person.roles):
        raise ProcessError("privacy.not_entitled", person=person.name)
    return person
