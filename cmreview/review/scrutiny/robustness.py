"""What single change of a value or of a threshold would turn a person's result (Policy 1.3.a)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from cmreview.review.criteria import all_of
from cmreview.review.model import Case, Told
from cmreview.review.scrutiny.flips import Flip, Moves, flips
from cmreview.terms import RESULTS, Outcome, Result

_RESULT = {Outcome.MET: Result.ELIGIBLE, Outcome.MISSED: Result.NOT_ELIGIBLE}


@dataclass(frozen=True, slots=True)
class ResultFlip:
    """One change that turns the result; ``flips`` are all verdicts that turn by it, the farthest last.

    More sales may lift growth and share at once, so one change can turn several verdicts.
    """

    becomes: Result
    flips: tuple[Flip, ...]

    @property
    def deciding(self) -> Flip:
        """The flip that takes the change farthest: how much it takes to turn the result."""
        return self.flips[-1]

    @property
    def told(self) -> Told:
        """The change in a sentence, with what it makes of the result."""
        values = (("change", self.deciding.told), ("result", RESULTS[self.becomes]))
        return Told("explorer_figures.result_flip", values)


@dataclass(frozen=True, slots=True)
class Robustness:
    """How firmly a result stands. ``by_criterion`` has every verdict's flips, ``result_flips`` the result's.

    The smallest change, as a share of its threshold, comes first; ``reason`` is given where no one change
    turns the result.
    """

    manager_id: str
    result: Result
    by_criterion: tuple[tuple[str, tuple[Flip, ...]], ...]
    result_flips: tuple[ResultFlip, ...]
    reason: Told | None

    @property
    def smallest(self) -> ResultFlip | None:
        """The smallest change that turns the result."""
        return self.result_flips[0] if self.result_flips else None

    def flips(self, criterion: str) -> tuple[Flip, ...]:
        """What turns one criterion's verdict; empty: no one change does. KeyError for another criterion."""
        return dict(self.by_criterion)[criterion]


def robustness(case: Case) -> Robustness | None:
    """What one change would turn a case's verdicts and its result; None for a case that is not judged.

    One change is one threshold, or one figure that values are counted from with everything else as it is.
    Values and thresholds are compared exactly, at the line and beside it. Policy 3.
    """
    if case.overall is None:
        return None
    by_criterion = tuple((verdict.criterion, flips(verdict)) for verdict in case.verdicts)
    outcomes = {verdict.criterion: verdict.outcome for verdict in case.verdicts}
    now = case.overall.result
    found = []
    for together in _changes(flip for _, own in by_criterion for flip in own):
        becomes = _result(outcomes | {flip.criterion: flip.becomes for flip in together})
        if becomes is not now:
            found.append(ResultFlip(becomes, together))
    found.sort(key=_size)
    return Robustness(
        manager_id=case.person.manager_id,
        result=now,
        by_criterion=by_criterion,
        result_flips=tuple(found),
        reason=None if found else _firm(outcomes),
    )


def _changes(found: Iterable[Flip]) -> Iterator[tuple[Flip, ...]]:
    """Every change there is, each with all flips that it brings about."""
    by_basis: dict[tuple[str, bool], list[Flip]] = {}
    for flip in found:
        if flip.moves is Moves.THRESHOLD or flip.basis is None:
            yield (flip,)
        else:
            by_basis.setdefault((flip.basis.name, flip.is_up), []).append(flip)
    for (_, _), group in sorted(by_basis.items()):
        group.sort(key=_distance)
        for flip in group:
            reached = [each for each in group if _distance(each) <= _distance(flip)]
            # of two points of one criterion, such as "open" and "met", the farther one counts
            last = {each.criterion: each for each in reached} | {flip.criterion: flip}
            yield (*(each for each in last.values() if each is not flip), flip)


def _distance(flip: Flip) -> Fraction:
    return Fraction(0) if flip.basis is None else abs(flip.basis.by)


def _result(outcomes: Mapping[str, Outcome]) -> Result:
    return _RESULT.get(all_of(outcomes.values()), Result.UNDECIDED)


def _size(change: ResultFlip) -> tuple[bool, Fraction, str, str]:
    flip = change.deciding
    return flip.relative is None, flip.relative or Fraction(0), flip.criterion, flip.moves.value


def _firm(outcomes: Mapping[str, Outcome]) -> Told:
    missed = sum(outcome is Outcome.MISSED for outcome in outcomes.values())
    unsettled = sum(outcome in (Outcome.NO_EVIDENCE, Outcome.NO_RULE) for outcome in outcomes.values())
    if missed > 1:
        return Told("explorer_figures.firm.missed", (("count", str(missed)),))
    if unsettled and not missed:
        return Told("explorer_figures.firm.unsettled", (("count", str(unsettled)),))
    return Told("explorer_figures.firm.ends")
