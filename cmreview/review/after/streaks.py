"""Years missed in a row: what each year does to the run, and why (Policy 5.4.e to 5.4.g)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from cmreview.policy.model import Policy
from cmreview.review import rules
from cmreview.review.after.model import Counted, Streak, YearMark
from cmreview.review.counting import tenure
from cmreview.review.criteria import all_of
from cmreview.review.model import EarlierOutcome, Person, Verdict
from cmreview.review.people import was_there
from cmreview.review.told import Told
from cmreview.terms import Label, Outcome

# What each rule would say if it were read against the person: the longest run that it can give.
_AGAINST: dict[str, str | Decimal] = {
    "streak_no_evidence": "neutral",
    "streak_part_year": "counts",
    "streak_leave_days": Decimal(367),  # more days than a year has: leave never sets a miss aside
    "streak_level_change": "continues",
    "streak_transfer": "continues",
}


@dataclass(frozen=True, slots=True)
class _Year:
    """What is known of one year; ``why`` says why there is no evidence."""

    year: int
    level: str | None
    outcome: Outcome
    is_recorded: bool
    why: Told | None = None


def year_outcome(verdicts: Sequence[Verdict]) -> Outcome:
    """The year's outcome by the performance requirements of the level held (Policy 5.4.e).

    The worst of them: one that is missed decides. Without any verdict there is no evidence.
    """
    return all_of(verdict.outcome for verdict in verdicts) if verdicts else Outcome.NO_EVIDENCE


def streak(person: Person, outcome: Outcome, policy: Policy) -> Streak:
    """The run of years missed up to the policy's year (连续未达标年数, Policy 5.4.e to 5.4.g).

    ``outcome`` is that of the review year; earlier years are the recorded conclusions, in any order, and
    those of the review year and later are no part of it. A met year ends the run, and so does the day of
    hiring. A year without a recorded conclusion is one without evidence, never a miss; before the earliest
    conclusion one such year is listed and no more. Whoever was not there in the review year has no run.

    Where the policy leaves a rule open, the year that hangs on it is neutral; and where the rule decides
    whether older years belong to the run, misses among those are neutral too. So ``length`` is what is
    certain, and ``at_most`` what the open rules could make of it.
    """
    contradictions = tuple(_contradictions(person, policy))
    if not was_there(person, policy.year):
        return Streak(0, (), contradictions)
    marks = tuple(_marks(person, _years(person, outcome, policy), policy))
    return Streak(sum(mark.counted is Counted.EXTENDS for mark in marks), marks, contradictions)


def at_most(person: Person, outcome: Outcome, policy: Policy) -> Streak:
    """The run if every rule that the policy leaves open were read against the person.

    It is the ``streak`` itself where nothing that matters is open.
    """
    for key, value in _AGAINST.items():
        if policy.value(key) is None:
            policy = policy.with_value(key, value)
    return streak(person, outcome, policy)


# --- the years, latest first


def _years(person: Person, outcome: Outcome, policy: Policy) -> Iterator[_Year]:
    """The review year and those before it, back to the hiring or to where nothing more is recorded."""
    joined = _joined(person)
    recorded = _recorded(person, policy.year)
    why = None
    if outcome is Outcome.NO_EVIDENCE:
        why = Told(f"penalties.year.{'no_evidence' if person.level else 'no_level'}", _of(policy.year))
    yield _Year(policy.year, person.level, outcome, is_recorded=False, why=why)
    earliest = min(recorded, default=policy.year)
    # one year before the earliest conclusion, so that a reader sees that nothing is recorded there
    first = earliest if joined is None else max(joined.year, earliest - 1)
    if policy.first_year is not None:
        first = max(first, min(earliest, policy.first_year))
    for year in range(policy.year - 1, first - 1, -1):
        if year not in recorded:
            key = "nothing_before" if year < earliest else "not_recorded"
            why = Told(f"penalties.year.{key}", _of(year))
            yield _Year(year, _level_at(person, year), Outcome.NO_EVIDENCE, is_recorded=False, why=why)
            continue
        known = recorded[year]
        outcomes = {Outcome(one.outcome) for one in known}
        if len(outcomes) > 1:
            why = Told("penalties.year.two_conclusions", _of(year))
            yield _Year(year, known[0].level, Outcome.NO_EVIDENCE, is_recorded=True, why=why)
            continue
        only = outcomes.pop()
        why = Told("penalties.year.no_evidence", _of(year)) if only is Outcome.NO_EVIDENCE else None
        yield _Year(year, known[0].level, only, is_recorded=True, why=why)


def _recorded(person: Person, before: int) -> dict[int, tuple[EarlierOutcome, ...]]:
    """The different conclusions of each year before ``before``, in an order of their own."""
    found: dict[int, set[EarlierOutcome]] = {}
    for known in person.outcomes:
        if known.year < before:
            found.setdefault(known.year, set()).add(known)
    return {
        year: tuple(sorted(known, key=lambda one: (one.level, one.outcome, one.honour or "")))
        for year, known in sorted(found.items())
    }


def _joined(person: Person) -> date | None:
    """The day of hiring; where the roster leaves it blank, the first day that the records know of."""
    if person.hired_on is not None:
        return person.hired_on
    starts = [spell.start for spell in person.history]
    starts += [date(known.year, 1, 1) for known in person.outcomes]
    return min(starts, default=None)


def _level_at(person: Person, year: int) -> str | None:
    spell = tenure.spell_on(person.history, _last_day(person, year))
    return spell.level if spell else None


def _last_day(person: Person, year: int) -> date:
    """The year's last day, or the last day employed where that comes before it."""
    return min(date(year, 12, 31), person.left_on or date.max)


# --- what they do to the run


def _marks(person: Person, years: Iterable[_Year], policy: Policy) -> Iterator[YearMark]:
    transfers = _transfer_years(person)
    open_rule: Label | None = None  # decides whether this year and older ones belong to the run
    later_level: str | None = None
    for known in years:
        counted, why = _by_itself(known, person, policy)
        if counted is not Counted.BREAKS and known.year < policy.year:
            parted = list(_parted(known, later_level, transfers, policy))
            restart = next((told for _, told in parted if told is not None), None)
            if restart is not None:
                counted, why = Counted.BREAKS, restart
            open_rule = open_rule or next((rule for rule, _ in parted), None)
        if counted is Counted.EXTENDS and open_rule is not None:
            counted, why = Counted.NEUTRAL, _open("older", known.year, open_rule)
        yield YearMark(known.year, known.level, known.outcome, counted, known.is_recorded, why)
        if counted is Counted.BREAKS:
            return
        if known.outcome is Outcome.NO_EVIDENCE and policy.value("streak_no_evidence") is None:
            open_rule = open_rule or policy.parameters["streak_no_evidence"].label
        later_level = known.level or later_level


def _by_itself(known: _Year, person: Person, policy: Policy) -> tuple[Counted, Told | None]:
    """What a year does to the run, whatever lies between it and the review year."""
    if known.outcome is Outcome.MET:
        return Counted.BREAKS, None
    if known.outcome is Outcome.MISSED:
        return _missed(known.year, person, policy)
    if known.outcome is Outcome.NO_RULE:
        return Counted.NEUTRAL, Told("penalties.year.no_rule", _of(known.year))
    reading = rules.word(policy, "streak_no_evidence")
    if reading is None:
        return Counted.NEUTRAL, _open("year", known.year, policy.parameters["streak_no_evidence"].label)
    return Counted.BREAKS if reading == "breaks" else Counted.NEUTRAL, known.why


def _missed(year: int, person: Person, policy: Policy) -> tuple[Counted, Told | None]:
    """A miss counts, unless leave or a part year sets it aside; what is settled goes before what is open."""
    joined = _joined(person)
    first = max(date(year, 1, 1), joined or date.min)
    last = _last_day(person, year)
    days = tenure.days_within(person.leaves, first, last)
    least = rules.number(policy, "streak_leave_days")
    if least is not None and days >= least:
        return Counted.NEUTRAL, Told("penalties.year.leave", (*_of(year), ("days", str(days))))
    is_part = (first, last) != (date(year, 1, 1), date(year, 12, 31))
    part_year = rules.word(policy, "streak_part_year")
    if is_part and part_year == "neutral":
        key, day = ("joined", first) if first != date(year, 1, 1) else ("left", last)
        return Counted.NEUTRAL, Told(f"penalties.year.{key}", (*_of(year), ("day", day)))
    if is_part and part_year is None:
        return Counted.NEUTRAL, _open("year", year, policy.parameters["streak_part_year"].label)
    if least is None and days:
        return Counted.NEUTRAL, _open("year", year, policy.parameters["streak_leave_days"].label)
    return Counted.EXTENDS, None


def _parted(
    known: _Year, later_level: str | None, transfers: frozenset[int], policy: Policy
) -> Iterator[tuple[Label, Told | None]]:
    """The rules that part a year from the one after it: what they say, None where they are left open."""
    happened = {
        "streak_level_change": None not in (known.level, later_level) and known.level != later_level,
        "streak_transfer": known.year + 1 in transfers,
    }
    for key, has_happened in happened.items():
        reading = rules.word(policy, key)
        if has_happened and reading != "continues":
            told = Told(f"penalties.restarts.{key}", (*_of(known.year), ("next", str(known.year + 1))))
            yield policy.parameters[key].label, told if reading == "restarts" else None


def _transfer_years(person: Person) -> frozenset[int]:
    """The years in which the person came to another department."""
    return frozenset(
        after.start.year
        for before, after in pairwise(tenure.in_turn(person.history))
        if before.department != after.department
    )


# --- where the history disagrees with itself


def _contradictions(person: Person, policy: Policy) -> Iterator[Told]:
    for year, conclusions in _recorded(person, policy.year).items():
        if len(conclusions) > 1:
            yield Told("penalties.contradiction.two_conclusions", _of(year))
        if person.hired_on is not None and year < person.hired_on.year:
            yield Told("penalties.contradiction.before_hiring", (*_of(year), ("day", person.hired_on)))
        if person.left_on is not None and year > person.left_on.year:
            yield Told("penalties.contradiction.after_leaving", (*_of(year), ("day", person.left_on)))
        spell = tenure.spell_on(person.history, _last_day(person, year))
        for known in conclusions:
            if spell is not None and spell.level != known.level:
                levels = (
                    ("recorded", level_told(known.level, policy)),
                    ("held", level_told(spell.level, policy)),
                )
                yield Told("penalties.contradiction.level", (*_of(year), *levels))
            honour = (known.honour or "").strip()
            if honour and known.outcome == Outcome.MISSED:
                yield Told("penalties.contradiction.honour", (*_of(year), ("honour", honour)))


def level_told(level: str | None, policy: Policy) -> Label | Told | str:
    """A level as sentences name it: its label, "no level", or its id where the policy does not know it."""
    if level is None:
        return Told("review.no_level")
    return next((known.label for known in policy.levels if known.id == level), level)


def _open(key: str, year: int, rule: Label) -> Told:
    return Told(f"penalties.open.{key}", (*_of(year), ("rule", rule)))


def _of(year: int) -> tuple[tuple[str, str]]:
    return (("year", str(year)),)
