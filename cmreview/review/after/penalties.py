"""Warning, demotion and dismissal: how far each follows from the years missed (Policy 5.4.e to 5.4.g)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cmreview.policy.model import Compare, Policy
from cmreview.process.measures import LEGAL_STEPS
from cmreview.review import rules
from cmreview.review.after.model import Advice, Counted, Goal, Measure, Standing, Streak, YearMark
from cmreview.review.after.streaks import at_most, level_told, year_outcome
from cmreview.review.criteria import shortfall
from cmreview.review.development.gaps import Gap, gaps, in_full
from cmreview.review.model import Person, Verdict
from cmreview.review.told import Figure, Told
from cmreview.terms import INDICATORS, Label, Outcome

_AFTER = {
    Measure.WARNING: "warning_after",
    Measure.DEMOTION: "demotion_after",
    Measure.DISMISSAL: "dismissal_after",
}


@dataclass(frozen=True, slots=True)
class _Year:
    """What the three measures are taken from; ``longest`` is the run with every open rule read strictly."""

    held: tuple[Verdict, ...]
    person: Person
    outcome: Outcome
    streak: Streak
    longest: Streak
    policy: Policy

    @property
    def year(self) -> int:
        return self.policy.year

    @property
    def is_open(self) -> bool:
        """Whether an open rule decides if the review year counts at all."""
        return self.streak.years[0].counted is not self.longest.years[0].counted

    @property
    def counts(self) -> bool:
        return self.streak.years[0].counted is Counted.EXTENDS

    @property
    def left_on(self) -> date | None:
        """The last day employed, where it lies in the review year."""
        left = self.person.left_on
        return left if left is not None and left.year <= self.year else None


def penalties(
    case_held: Sequence[Verdict], person: Person, streak: Streak, policy: Policy
) -> tuple[Advice, ...]:
    """The advice on warning, demotion and dismissal, in this order (Policy 5.4.e to 5.4.g).

    ``case_held`` are the verdicts on the performance requirements of the level held, ``streak`` is the run
    that they end. Nothing is due unless the review year itself was missed and counts: what is not evidenced
    or has no rule is a case for the committee, and so is a miss that leave or a part year set aside. Where
    the rules left open decide, there is no rule. Contradictions in the history, and somebody who has left,
    turn all that is due into cases for the committee. A dismissal is never more than that.
    """
    outcome = year_outcome(case_held)
    nothing = _nothing(outcome, person, streak, policy)
    if nothing is not None:
        return tuple(Advice(measure, Standing.NOT_DUE, (nothing,)) for measure in _AFTER)
    about = _Year(
        held=tuple(case_held),
        person=person,
        outcome=outcome,
        streak=streak,
        longest=at_most(person, outcome, policy),
        policy=policy,
    )
    return _warning(about), _demotion(about), _dismissal(about)


def _nothing(outcome: Outcome, person: Person, streak: Streak, policy: Policy) -> Told | None:
    """Why no penalty comes into question at all; None where one may."""
    year = (("year", str(policy.year)),)
    if not streak.years:
        return Told("penalties.none.not_there", year)
    if outcome is Outcome.MET:
        return Told("penalties.none.met", year)
    return Told("penalties.none.no_level", year) if person.level is None else None


# --- the three measures


def _warning(about: _Year) -> Advice:
    standing = _standing(Measure.WARNING, about)
    because = [*_story(about)]
    if about.outcome is Outcome.NO_EVIDENCE:
        standing = Standing.COMMITTEE
        because += [Told("penalties.warning.not_settled"), *_could_follow(about)]
    elif about.outcome is Outcome.NO_RULE:
        standing = Standing.NO_RULE
        because.append(Told("penalties.warning.no_rule"))
    elif not about.counts and not about.is_open:
        standing = Standing.COMMITTEE
        because.append(Told("penalties.set_aside"))
    elif standing is Standing.NOT_DUE and _has_reached(Measure.DEMOTION, about):
        because.append(Told("penalties.warning.demotion_instead", _after(Measure.DEMOTION, about)))
    else:
        because += _reached(Measure.WARNING, standing, about)
    standing, doubts = _doubted(standing, about)
    may_warn = standing in (Standing.DUE, Standing.COMMITTEE) and about.outcome is Outcome.MISSED
    months = rules.number(about.policy, "improvement_months") if may_warn else None
    if may_warn and months is None:
        because.append(Told("penalties.warning.months_open"))
    return Advice(
        Measure.WARNING,
        standing,
        (*because, *doubts),
        months=None if months is None else int(months),
        goals=tuple(_goals(about.held)) if may_warn else (),
    )


def _demotion(about: _Year) -> Advice:
    standing = _standing(Measure.DEMOTION, about)
    because = [*_story(about)]
    to_level = None
    if standing is Standing.DUE:
        lower = _lower(about.person.level, about.policy)
        values = (*_after(Measure.DEMOTION, about), ("level", level_told(about.person.level, about.policy)))
        if lower is None:
            standing = Standing.COMMITTEE
            because.append(Told("penalties.demotion.lowest", values))
        else:
            to_level = lower
            because.append(Told("penalties.demotion.due", (*values, ("to", level_told(lower, about.policy)))))
            because.append(Told("penalties.demotion.contract"))
    else:
        because += _reached(Measure.DEMOTION, standing, about)
    standing, doubts = _doubted(standing, about)
    return Advice(Measure.DEMOTION, standing, (*because, *doubts), to_level=to_level)


def _dismissal(about: _Year) -> Advice:
    standing = _standing(Measure.DISMISSAL, about)
    because = [*_story(about), *_reached(Measure.DISMISSAL, standing, about)]
    if standing is not Standing.DUE:
        return Advice(Measure.DISMISSAL, standing, tuple(because))
    because.append(Told("penalties.dismissal.steps"))
    days = rules.number(about.policy, "dismissal_notice_days")
    because.append(
        Told("penalties.dismissal.notice_open")
        if days is None
        else Told("penalties.dismissal.notice", (("days", str(days)),))
    )
    _, doubts = _doubted(standing, about)
    return Advice(Measure.DISMISSAL, Standing.COMMITTEE, (*because, *doubts), steps=LEGAL_STEPS)


# --- how far a measure follows


def _standing(measure: Measure, about: _Year) -> Standing:
    """By the length of the run alone: what every reading of the open rules gives, or no rule."""
    if about.outcome is not Outcome.MISSED or not (about.counts or about.is_open):
        return Standing.NOT_DUE
    shortest = about.streak.length if about.counts else 0
    if rules.number(about.policy, _AFTER[measure]) is None:
        return Standing.NO_RULE
    found = {_applies(measure, length, about.policy) for length in range(shortest, about.longest.length + 1)}
    if len(found) > 1:
        return Standing.NO_RULE
    return Standing.DUE if found == {True} else Standing.NOT_DUE


def _applies(measure: Measure, length: int, policy: Policy) -> bool:
    """Whether a measure follows from so many years; a demotion takes the place of a warning."""
    after = rules.number(policy, _AFTER[measure])
    until = rules.number(policy, _AFTER[Measure.DEMOTION]) if measure is Measure.WARNING else None
    return after is not None and after <= length and (until is None or length < until)


def _doubted(standing: Standing, about: _Year) -> tuple[Standing, tuple[Told, ...]]:
    """What is due becomes a case for the committee where the history is in doubt or the person has left."""
    doubts: list[Told] = []
    if about.streak.contradictions and standing is not Standing.NOT_DUE:
        doubts += [*about.streak.contradictions, Told("penalties.contradictory")]
    if about.left_on is not None and standing is not Standing.NOT_DUE:
        doubts.append(Told("penalties.has_left", (("day", about.left_on),)))
    is_settled = not doubts or standing is not Standing.DUE
    return standing if is_settled else Standing.COMMITTEE, tuple(doubts)


def _lower(level: str | None, policy: Policy) -> str | None:
    """The next lower level, None below the lowest."""
    rank = next((known.rank for known in policy.levels if known.id == level), None)
    return next((known.id for known in policy.levels if rank is not None and known.rank == rank - 1), None)


# --- why


def _story(about: _Year) -> Iterator[Told]:
    """What the review year lacks, what the years before it did, and how long the run is."""
    yield from _lacking(about)
    for mark in about.streak.years:
        told = _year_told(mark, about)
        if told is not None:
            yield told
    if about.outcome is not Outcome.MISSED:
        return
    length = (("year", str(about.year)), ("length", str(about.streak.length)))
    yield Told("penalties.length", length)
    if about.longest.length != about.streak.length:
        yield Told("penalties.length_open", (("most", str(about.longest.length)),))


def _lacking(about: _Year) -> Iterator[Told]:
    if not about.held:
        yield Told("penalties.criterion.nothing", (("year", str(about.year)),))
    for verdict in about.held:
        if verdict.outcome is not about.outcome:
            continue  # a miss decides, whatever is unknown of the others
        indicator = INDICATORS[verdict.fact.indicator].label
        values = (("year", str(about.year)), ("indicator", indicator), ("clause", verdict.criterion))
        if verdict.outcome is Outcome.MISSED:
            yield Told("penalties.criterion.missed", (*values, ("short", shortfall(verdict))))
        else:
            reason = verdict.reason or Told("review.evidence.not_in_records")
            yield Told(f"penalties.criterion.{verdict.outcome.value}", (*values, ("reason", reason)))


def _year_told(mark: YearMark, about: _Year) -> Told | None:
    if mark.why is not None:
        return mark.why
    key = {Outcome.MISSED: "missed", Outcome.MET: "met"}.get(mark.outcome)
    if key is None:
        return None
    level = level_told(mark.level, about.policy)
    return Told(f"penalties.year.{key}", (("year", str(mark.year)), ("level", level)))


def _reached(measure: Measure, standing: Standing, about: _Year) -> Iterator[Told]:
    """Whether the run is as long as the measure asks for, in words."""
    year = (("year", str(about.year)),)
    if about.outcome is not Outcome.MISSED:
        yield Told("penalties.not_settled", year)
    elif not about.counts and not about.is_open:
        yield Told("penalties.year_set_aside", year)
    elif rules.number(about.policy, _AFTER[measure]) is None:
        yield Told("penalties.after_open", (("rule", about.policy.parameters[_AFTER[measure]].label),))
    elif standing is Standing.NO_RULE:
        yield Told("penalties.depends", _after(measure, about))
    else:
        yield Told(f"penalties.{measure.value}.{standing.value}", _after(measure, about))


def _after(measure: Measure, about: _Year) -> tuple[tuple[str, str | Label]]:
    return (("after", str(rules.number(about.policy, _AFTER[measure]))),)


def _has_reached(measure: Measure, about: _Year) -> bool:
    after = rules.number(about.policy, _AFTER[measure])
    return after is not None and about.counts and about.streak.length >= after


def _could_follow(about: _Year) -> Iterator[Told]:
    """What a miss would make of the run, where it would bring more than a warning."""
    as_missed = at_most(about.person, Outcome.MISSED, about.policy)
    after = rules.number(about.policy, _AFTER[Measure.DEMOTION])
    if after is not None and as_missed.length >= after:
        values = (("year", str(about.year)), ("length", str(as_missed.length)))
        yield Told("penalties.could_follow", values)


# --- the goals of an improvement plan


def _goals(held: Sequence[Verdict]) -> Iterator[Goal]:
    """A goal for every missed requirement, in the order of the clauses and in its own unit (Policy 5.4.e)."""
    for gap in gaps([in_full(verdict) for verdict in held], ()).held:
        if gap.verdict.outcome is Outcome.MISSED:
            fact = gap.verdict.fact
            yield Goal(
                criterion=gap.criterion,
                indicator=gap.indicator,
                unit=fact.unit,
                value=fact.value,
                threshold=gap.verdict.threshold,
                told=_goal(gap, fact.value, gap.verdict.threshold),
            )


def _goal(gap: Gap, value: Fraction | None, threshold: Fraction | None) -> Told:
    lack = gap.told
    if gap.natural is not None:
        lack = Told("penalties.goal.lack", (("short", gap.told), ("natural", gap.natural)))
    if value is None or threshold is None:
        return lack
    unit = gap.verdict.fact.unit
    key = "below" if gap.verdict.compare is Compare.BELOW else "at_least"
    return Told(
        f"penalties.goal.{key}",
        (
            ("indicator", INDICATORS[gap.indicator].label),
            ("value", Figure(value, unit, apart_from=threshold)),
            ("threshold", Figure(threshold, unit, apart_from=value)),
            ("lack", lack),
        ),
    )
