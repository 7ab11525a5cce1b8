"""A person as the packet names them, from the dossier."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from cmreview.review.counting import tenure
from cmreview.review.dossier import Dossier, Row
from cmreview.review.model import EarlierOutcome, Person, Preliminary, YearFigures

TREND_YEARS = 5


def person(dossier: Dossier, year: int, row: Row | None) -> Person:
    """The person at the end of the review year, or on the last day before it (Policy 1.2).

    ``row`` is the person's row of the frame; without one, department and level are those of the
    level history on the last day known, and where it is silent the roster's.
    """
    manager = dossier.manager
    if row is None:
        day = min(date(year, 12, 31), manager["left_on"] or date.max)
        spell = tenure.spell_on(dossier.spells, day)
        place = (spell.department, spell.level) if spell else (manager["department"], None)
    else:
        place = (row["department"] or manager["department"], row["level"])
    return Person(
        manager_id=manager["manager_id"],
        name=manager["name"],
        department=place[0],
        level=place[1],
        degree=manager["degree"],
        hired_on=manager["hired_on"],
        account_manager_since=manager["account_manager_since"],
        left_on=manager["left_on"],
        history=dossier.spells,
        leaves=dossier.leaves,
        outcomes=tuple(
            EarlierOutcome(known["year"], known["level"], known["outcome"], known["honour"])
            for known in sorted(dossier.outcomes, key=lambda known: known["year"])
            if known["year"] < year
        ),
    )


def was_there(person: Person, year: int) -> bool:
    """Whether the person was employed on any day of the year, as far as the roster tells."""
    joined, left = person.hired_on, person.left_on
    return (joined is None or joined.year <= year) and (left is None or left.year >= year)


def preliminary(dossier: Dossier, year: int) -> Preliminary | None:
    """The department's preliminary review of the year, the latest of several (Policy 4.2)."""
    own = [row for row in dossier.preliminary_reviews if row["year"] == year]
    if not own:
        return None
    latest = max(own, key=lambda row: row["reviewed_on"])
    return Preliminary(latest["decision"], latest["opinion"], latest["reviewer"], latest["reviewed_on"])


def had_honour(dossier: Dossier, year: int) -> bool:
    """Whether an honorary title is recorded for ``year`` (Policy 5.4.c)."""
    return any(known["year"] == year and (known["honour"] or "").strip() for known in dossier.outcomes)


def trend(rows: dict[int, Row], year: int) -> tuple[YearFigures, ...]:
    """Five years of figures up to ``year``, from the first that has any; ``rows`` of the frame by year."""
    return (
        tuple(
            _figures(each, rows.get(each))
            for each in range(year - TREND_YEARS + 1, year + 1)
            if min(rows) <= each
        )
        if rows
        else ()
    )


def _figures(year: int, row: Row | None) -> YearFigures:
    if row is None:
        return YearFigures(year, None, None, None, part_year=False)
    employed = row["days_employed"]
    is_part = bool(row["days_on_leave"]) or (employed is not None and employed < row["days_in_year"])
    sales = row["sales"]
    return YearFigures(
        year=year,
        sales=None if sales is None else Fraction(sales),
        new_customers=row["new_customers"],
        customers_served=row["customers_served"],
        part_year=is_part,
    )
