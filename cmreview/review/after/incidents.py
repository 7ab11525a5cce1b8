"""Major losses by errors at work: what people assessed, and what is put to the committee (Policy 5.4.h)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction

from cmreview.policy.model import Policy
from cmreview.review import rules
from cmreview.review.after.model import Advice, Incident, Measure, Standing
from cmreview.review.dossier import Row
from cmreview.review.told import Figure, Told
from cmreview.terms import Outcome, Unit


def incidents(rows: Iterable[Row], policy: Policy, *, currency: str | None = None) -> tuple[Incident, ...]:
    """One person's recorded incidents of the policy's year, by day and id (Policy 5.4.h).

    ``rows`` are those of the table ``incidents``, of any year. A loss is assessed where somebody's name
    stands for it; otherwise it is no evidence. ``currency`` is that of the records (None: the policy's):
    an amount in another one has no rule here.
    """
    least = rules.number(policy, "major_loss_from")
    if currency is not None and currency != policy.currency:
        least = None
    found = [_incident(row, least) for row in rows if row["happened_on"].year == policy.year]
    return tuple(sorted(found, key=lambda one: (one.happened_on, one.incident_id)))


def loss_advice(incidents: Sequence[Incident]) -> Advice | None:
    """What the year's incidents come to together: a case for the committee at most (Policy 5.4.h).

    None without any incident. One that is major, or that nobody has assessed yet, goes to the committee.
    What is to be paid is never computed.
    """
    if not incidents:
        return None
    found = {incident.is_major for incident in incidents}
    if found & {Outcome.MET, Outcome.NO_EVIDENCE}:
        standing = Standing.COMMITTEE
    else:
        standing = Standing.NO_RULE if Outcome.NO_RULE in found else Standing.NOT_DUE
    because = [told for incident in incidents for told in _told(incident)]
    if Outcome.MET in found:
        because.append(Told("penalties.loss.law"))
    return Advice(Measure.LOSS, standing, tuple(because))


def _incident(row: Row, least: Fraction | None) -> Incident:
    loss = None if row["loss"] is None else Fraction(row["loss"])
    assessed_by = _text(row["assessed_by"])
    return Incident(
        incident_id=row["incident_id"],
        happened_on=row["happened_on"],
        description=row["description"],
        loss=loss,
        severity=row["severity"],
        assessed_by=assessed_by,
        assessed_on=row["assessed_on"],
        proposed_discipline=_text(row["proposed_discipline"]),
        is_major=_is_major(loss, assessed_by, least),
    )


def _is_major(loss: Fraction | None, assessed_by: str | None, least: Fraction | None) -> Outcome:
    if loss is None or assessed_by is None:
        return Outcome.NO_EVIDENCE
    if least is None:
        return Outcome.NO_RULE
    return Outcome.MET if loss >= least else Outcome.MISSED


def _told(incident: Incident) -> Iterator[Told]:
    """Who assessed what, and what it comes to."""
    named = (("incident", incident.incident_id),)
    values: list[tuple[str, str | Told | Figure]] = [
        ("description", incident.description),
        ("severity", Told(f"penalties.severity.{incident.severity or 'blank'}")),
        ("discipline", incident.proposed_discipline or Told("penalties.loss.no_discipline")),
    ]
    key = "not_assessed"
    if incident.loss is not None:
        key = "nobody"
        values.append(("loss", Figure(incident.loss, Unit.MONEY)))
    if incident.loss is not None and incident.assessed_by is not None:
        key = "assessed"
        values.append(("by", incident.assessed_by))
    day: tuple[tuple[str, date], ...] = (("day", incident.happened_on),)
    if key == "assessed" and incident.assessed_on is not None:
        key, day = "assessed_on", (*day, ("on", incident.assessed_on))
    yield Told(f"penalties.loss.{key}", (*day, *named, *values))
    yield Told(f"penalties.loss.{incident.is_major.value}", named)


def _text(cell: str | None) -> str | None:
    return (cell or "").strip() or None
