"""What turns a verdict: the nearest value and the nearest threshold with another outcome (Policy 1.3.a)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from cmreview.policy.model import Compare
from cmreview.review.bases import GROWTHS, Scale, ends, scale_of
from cmreview.review.model import Figure, Told, Verdict
from cmreview.terms import INDICATORS, OUTCOMES, Outcome, Unit

_OPEN_ROWS = "review.evidence.open_rows"


class Moves(StrEnum):
    """What is thought to be otherwise, everything else left as it is."""

    VALUE = "value"
    THRESHOLD = "threshold"


@dataclass(frozen=True, slots=True)
class Basis:
    """What is counted or added up behind a value, in natural units: yuan, customers, answers.

    For a growth it is the figure of the year, for a share its numerator, else the value itself. ``at`` is
    where the verdict turns.
    """

    name: str
    unit: Unit
    now: Fraction
    at: Fraction

    @property
    def by(self) -> Fraction:
        """How far it must move, minus is down."""
        return self.at - self.now


@dataclass(frozen=True, slots=True)
class Flip:
    """The nearest point at which a verdict becomes ``becomes`` by one change.

    ``now`` and ``at`` are in the indicator's own unit; a threshold is the policy's, before leave is taken
    into account. With ``turns_at`` the point itself has the other outcome, else whatever lies beyond it.
    ``is_up`` is the way to it. ``at`` is None for the value of a growth over nothing. ``basis`` is given for
    values. ``relative`` is the distance as a share of the threshold, None where there is no such share.
    """

    criterion: str
    indicator: str
    unit: Unit
    becomes: Outcome
    moves: Moves
    now: Fraction | None
    at: Fraction | None
    turns_at: bool
    is_up: bool
    relative: Fraction | None
    basis: Basis | None = None

    @property
    def by(self) -> Fraction | None:
        """How far it must move, minus is down; exact."""
        return None if self.at is None or self.now is None else self.at - self.now

    @property
    def told(self) -> Told:
        """The change in a sentence."""
        if self.basis is not None:
            now, at, unit = self.basis.now, self.basis.at, self.basis.unit
            subject: Told = Told(f"explorer_figures.quantity.{self.basis.name}")
        else:
            if self.at is None or self.now is None:
                raise ValueError(f"{self.criterion}: a threshold without a number")
            now, at, unit = self.now, self.at, self.unit
            label = INDICATORS[self.indicator].label
            subject = Told("explorer_figures.quantity.threshold", (("indicator", label),))
        way = "to" if self.turns_at else "past"
        if unit in (Unit.DEGREE, Unit.FLAG):
            way = "degree" if unit is Unit.DEGREE else f"flag_{at}"
        elif at != now:
            way = f"{'up' if self.is_up else 'down'}_{way}"
        else:  # on the line itself: any step beyond it is enough
            way = "up_from" if self.is_up else "down_from"
        values: tuple[tuple[str, Told | Figure], ...] = (("subject", subject),)
        if unit is not Unit.FLAG:
            values += (("now", Figure(now, unit, apart_from=at)), ("at", Figure(at, unit, apart_from=now)))
        if way.startswith(("up_to", "up_past", "down_to", "down_past")):
            values += (("by", Figure(abs(at - now), unit, is_difference=True)),)
        return Told(f"explorer_figures.flip.{way}", (*values, ("outcome", OUTCOMES[self.becomes])))


@dataclass(frozen=True, slots=True)
class _Zone:
    """Where one outcome holds, from ``low`` to ``high``; None is without end."""

    outcome: Outcome
    low: Fraction | None
    has_low: bool
    high: Fraction | None
    has_high: bool


def flips(verdict: Verdict) -> tuple[Flip, ...]:
    """The nearest value and the nearest threshold for every other outcome the verdict can come to.

    Empty where neither can turn it: without evidence or rule, unless blank cells are all that is missing;
    and at the end of what a figure can be, such as a satisfaction of 100 % against any threshold up to it.
    Counts move in whole numbers: one more answer, one complaint less. Policy 3.
    """
    is_open = verdict.reason is not None and verdict.reason.key == _OPEN_ROWS
    if verdict.outcome is Outcome.NO_RULE or (verdict.outcome is Outcome.NO_EVIDENCE and not is_open):
        return ()
    return (*_by_value(verdict), *_by_threshold(verdict))


def _by_value(verdict: Verdict) -> Iterator[Flip]:
    fact, threshold = verdict.fact, verdict.threshold
    scale = scale_of(fact)
    if scale is None:
        return
    if fact.indicator in GROWTHS and fact.denominator == 0:
        nothing = Fraction(0)
        zones = [
            _Zone(Outcome.MISSED, None, False, nothing, True),
            _Zone(Outcome.MET, nothing, False, None, False),
        ]
    elif verdict.compare is Compare.PASSED:
        zones = _held_against(Fraction(1), Compare.AT_LEAST, 0)
    elif threshold is None or (fact.indicator == "sales_share" and threshold >= 1):
        return
    else:
        zones = _held_against(threshold, verdict.compare, fact.open_rows)
        zones = [_moved(zone, scale.to) for zone in zones]
    for zone in zones:
        found = None if zone.outcome is verdict.outcome else _nearest(zone, scale)
        if found is not None:
            at, turns_at, is_up = found
            value = scale.back(at)
            yield Flip(
                criterion=verdict.criterion,
                indicator=fact.indicator,
                unit=fact.unit,
                becomes=zone.outcome,
                moves=Moves.VALUE,
                now=fact.value,
                at=value,
                turns_at=turns_at,
                is_up=is_up,
                relative=_share(fact.value, value, threshold),
                basis=Basis(scale.name, scale.unit, scale.now, at),
            )


def _by_threshold(verdict: Verdict) -> Iterator[Flip]:
    fact, threshold = verdict.fact, verdict.threshold
    value = fact.value
    if value is None or threshold is None or (fact.indicator in GROWTHS and fact.denominator == 0):
        return
    # leave may have shortened the threshold: what moves is the policy's, and the rest follows
    stated = threshold if verdict.full_threshold is None else verdict.full_threshold
    part = threshold / stated if stated else Fraction(1)
    is_whole = fact.unit in (Unit.COUNT, Unit.DEGREE)
    least, most = ends(fact)
    scale = Scale(
        "threshold", fact.unit, stated, least, most, is_whole, lambda each: each / part, lambda each: each
    )
    for zone in _holding(value, verdict.compare, fact.open_rows):
        found = None if zone.outcome is verdict.outcome else _nearest(_moved(zone, scale.to), scale)
        if found is not None:
            at, turns_at, is_up = found
            yield Flip(
                criterion=verdict.criterion,
                indicator=fact.indicator,
                unit=fact.unit,
                becomes=zone.outcome,
                moves=Moves.THRESHOLD,
                now=stated,
                at=at,
                turns_at=turns_at,
                is_up=is_up,
                relative=_share(stated, at, stated),
            )


def _held_against(threshold: Fraction, compare: Compare, open_rows: int) -> list[_Zone]:
    """Where a value has which outcome; blank cells of ``open_rows`` could still lift it to the line."""
    if compare is Compare.BELOW:
        return [
            _Zone(Outcome.MET, None, False, threshold, False),
            _Zone(Outcome.MISSED, threshold, True, None, False),
        ]
    zones = [_Zone(Outcome.MET, threshold, True, None, False)]
    if open_rows:
        zones.append(_Zone(Outcome.NO_EVIDENCE, threshold - open_rows, True, threshold, False))
    return [*zones, _Zone(Outcome.MISSED, None, False, threshold - open_rows, False)]


def _holding(value: Fraction, compare: Compare, open_rows: int) -> list[_Zone]:
    """Where a threshold gives ``value`` which outcome."""
    if compare is Compare.BELOW:
        return [
            _Zone(Outcome.MET, value, False, None, False),
            _Zone(Outcome.MISSED, None, False, value, True),
        ]
    zones = [_Zone(Outcome.MET, None, False, value, True)]
    if open_rows:
        zones.append(_Zone(Outcome.NO_EVIDENCE, value, False, value + open_rows, True))
    return [*zones, _Zone(Outcome.MISSED, value + open_rows, False, None, False)]


def _moved(zone: _Zone, to: Callable[[Fraction], Fraction]) -> _Zone:
    low = None if zone.low is None else to(zone.low)
    high = None if zone.high is None else to(zone.high)
    return _Zone(zone.outcome, low, zone.has_low, high, zone.has_high)


def _nearest(zone: _Zone, scale: Scale) -> tuple[Fraction, bool, bool] | None:
    """The end of ``zone`` towards where the scale stands, whether it is in the zone, whether it lies upward.

    None where it is out of reach.
    """
    is_up = zone.low is not None and scale.now <= zone.low
    edge, is_in = (zone.low, zone.has_low) if is_up else (zone.high, zone.has_high)
    if edge is None:
        return None
    if scale.is_whole:
        up = ceil(edge) if is_in else floor(edge) + 1
        down = floor(edge) if is_in else ceil(edge) - 1
        edge, is_in = Fraction(up if is_up else down), True
    end = scale.most if is_up else scale.least
    room = None if end is None else (end - edge if is_up else edge - end)
    if room is not None and (room < 0 or (room == 0 and not is_in)):
        return None
    return edge, is_in, is_up


def _share(now: Fraction | None, at: Fraction | None, threshold: Fraction | None) -> Fraction | None:
    return None if now is None or at is None or not threshold else abs(at - now) / abs(threshold)
