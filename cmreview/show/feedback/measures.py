"""What follows from the year, as a letter tells the person: decided, advised or left open (Policy 5.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cmreview.review.after.model import CLAUSES, Consequences, Measure, RecordedMeasure, Standing
from cmreview.review.told import Told
from cmreview.show.feedback.writing import Writing
from cmreview.show.papers.feedback_shapes import MeasureLine
from cmreview.words import say

_STATES = {
    Standing.DUE: "advised",
    Standing.COMMITTEE: "committee",
    Standing.NO_RULE: "no_rule",
}
# Reasons that the letter's own table of figures tells already.
_TOLD_BY_FIGURES = ("penalties.criterion.",)
_YEARS = ("penalties.year.", "penalties.restarts.")
# How much of the budget is left, and for how many, is told with the reason and is the committee's to know.
_FOR_THE_COMMITTEE = "rewards.bonus.left"
# Of a dismissal a letter tells the run of years, and then in its own words what that means.
_OF_A_DISMISSAL = ("penalties.year.", "penalties.restarts.", "penalties.open.", "penalties.length")


def measure_lines(found: Consequences, writing: Writing) -> tuple[MeasureLine, ...]:
    """What was decided, and what is advised or left open; what is not due is no news."""
    return tuple(_lines(found, writing))


def _lines(found: Consequences, writing: Writing) -> Iterator[MeasureLine]:
    decided = {one.measure: one for one in found.decided}
    bonus = found.bonus
    if bonus is not None and (Measure.BONUS in decided or bonus.standing in _STATES):
        because = [*(part.because for part in bonus.parts), bonus.because]
        yield _line(Measure.BONUS, bonus.standing, because, decided.get(Measure.BONUS), writing)
    are_years_told = False
    for advice in found.advice:
        own = decided.get(advice.measure)
        if own is None and advice.standing not in _STATES:
            continue
        because = [one for one in advice.because if not one.key.startswith(_TOLD_BY_FIGURES)]
        if advice.measure is Measure.DISMISSAL:
            because = [one for one in because if one.key.startswith(_OF_A_DISMISSAL)]
            because.append(Told("feedback.no_notice"))
        if are_years_told:  # a line above has told them
            because = [one for one in because if not one.key.startswith(_YEARS)]
        are_years_told |= any(one.key.startswith(_YEARS) for one in because)
        yield _line(advice.measure, advice.standing, because, own, writing)


def _line(
    measure: Measure,
    standing: Standing,
    because: Sequence[Told],
    decided: RecordedMeasure | None,
    writing: Writing,
) -> MeasureLine:
    """One line: a decision takes the place of the advice, with its own reason."""
    reasons = tuple(writing.tell(_own(one)) for one in because)
    if decided is None:
        state, told = _STATES[standing], reasons
    else:
        state = "decided" if decided.agreed else "refused"
        told = (*(reasons if decided.agreed else ()), *_decision(decided, writing))
    is_dismissal = measure is Measure.DISMISSAL and (decided is None or not decided.agreed)
    key = "feedback.after_years" if is_dismissal else f"measures.measure.{measure.value}"
    if is_dismissal and decided is None:
        state = "committee"  # however clear the figures are, they recommend nothing to the person
    return MeasureLine(
        say(key, writing.lang),
        CLAUSES[measure],
        state,
        None if decided is None else decided.decided_on,
        tuple(one.rstrip("。.;；") for one in told),
    )


def _own(told: Told) -> Told:
    """A reason without what is the committee's alone."""
    if told.key != _FOR_THE_COMMITTEE:
        return told
    return next(value for name, value in told.values if name == "told" and isinstance(value, Told))


def _decision(decided: RecordedMeasure, writing: Writing) -> Iterator[str]:
    """What a decision holds beside its day: level, amount, day of effect, reason."""
    lang = writing.lang
    if decided.to_level is not None:
        yield say("feedback.decision.to_level", lang, level=writing.level(decided.to_level))
    if decided.amount is not None:
        amount = writing.figures.money(decided.amount)
        yield say("feedback.decision.amount", lang, amount=amount)
    if decided.effective_on is not None:
        day = writing.figures.day(decided.effective_on)
        yield say("feedback.decision.effective_on", lang, day=day)
    if decided.reason:
        yield say("feedback.decision.reason", lang, reason=decided.reason)
