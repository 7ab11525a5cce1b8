"""What people type to take a step, by command or in a list, before anything is made of it (Policy 4, 5.4)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum

from cmreview.process.measures import LawStep, Measure, Standing


class Conclusion(StrEnum):
    """How a step ends: a preliminary review, a decision, the reply to an appeal, a measure."""

    PASSED = "passed"
    RETURNED = "returned"
    REFUSED = "refused"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    AGREED = "agreed"
    NOT_AGREED = "not_agreed"


@dataclass(frozen=True, slots=True)
class StepFields:
    """Everything that a step may ask for; None and () are not given. ``on`` is today where it is not given.

    ``event`` is the appeal that is heard or settled, or the entry that is taken back. People may be
    given by their id or by their name.
    """

    on: date | None = None
    conclusion: Conclusion | None = None
    opinion: str | None = None
    reviewer: str | None = None
    evidence: tuple[str, ...] = ()
    member: str | None = None
    present: tuple[str, ...] = ()
    in_favour: int | None = None
    against: int | None = None
    abstained: int | None = None
    last: date | None = None
    appellant: str | None = None
    grounds: str | None = None
    event: int | None = None
    name: str | None = None
    department: str | None = None
    level: str | None = None
    target: str | None = None
    document_number: str | None = None
    certificate_number: str | None = None
    measure: Measure | None = None
    advised: Standing | None = None
    effective_on: date | None = None
    to_level: str | None = None
    amount: Decimal | None = None
    legal_step: LawStep | None = None
    document: str | None = None
    in_lieu: bool | None = None
    reason: str | None = None
    corrects: int | None = None

    @property
    def given(self) -> tuple[str, ...]:
        """The names of the fields that are given."""
        return tuple(one.name for one in fields(self) if getattr(self, one.name) not in (None, ()))
