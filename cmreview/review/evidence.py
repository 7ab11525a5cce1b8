"""What the facts of one person in one year are taken from, and how a fact says that it is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cmreview.review.dossier import Dossier, Row
from cmreview.review.model import Fact, Figure, Told
from cmreview.terms import INDICATORS


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the facts of one person in one year are taken from.

    ``row`` is the person's row of the frame, a missing value being None; there is none where the
    person was not there in the year, or where the contracts do not cover it (``is_covered``).
    ``tables`` are those that were handed in, ``counted`` the number of source rows by indicator,
    ``open_key_customers`` the customers won whose mark as key customer is blank. ``currencies`` are
    those of the records and of the policy.
    """

    year: int
    row: Row | None
    dossier: Dossier
    tables: frozenset[str]
    counted: Mapping[str, int]
    open_key_customers: int = 0
    is_covered: bool = True
    currencies: tuple[str, str] = ("CNY", "CNY")

    @property
    def last_day(self) -> date:
        """31 December of the review year (Policy 5.2)."""
        return date(self.year, 12, 31)


def unknown(
    indicator: str, why: Told, numerator: Fraction | None = None, denominator: Fraction | None = None
) -> Fact:
    """A fact without evidence, and why; its parts where one of them is known."""
    return Fact(indicator, INDICATORS[indicator].unit, None, numerator, denominator, remark=why)


def lacking(key: str, **values: str) -> Told:
    """Why there is no evidence: a text under ``evidence`` of ``words/review.yaml``."""
    return Told(f"review.evidence.{key}", tuple(values.items()))


def standing(key: str, **values: str | Figure) -> Told:
    """What is to be known of a value that stands: a text under ``remark``."""
    return Told(f"review.remark.{key}", tuple(values.items()))
