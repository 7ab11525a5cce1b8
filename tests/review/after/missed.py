"""A policy of penalties and people with a past by hand, for the tests of clauses 5.4.e to 5.4.h."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

from hypothesis import strategies as st

from cmreview.policy.model import Parameter, Policy, Value
from cmreview.review.after.model import Advice, Measure, Streak
from cmreview.review.after.penalties import penalties
from cmreview.review.after.streaks import streak, year_outcome
from cmreview.review.model import EarlierOutcome, Person, Spell, Verdict
from cmreview.terms import Label, Outcome
from tests.builders import DEPARTMENT, make_policy
from tests.review.development.learning import held

YEAR = 2025
HIRED = date(2010, 1, 1)

# Tests of their own numbers: key: label, clause, unit, value.
_VALUES: dict[str, tuple[str, str, str, Value]] = {
    "warning_after": ("警告的未达标年数", "5.4.e", "years", Decimal(1)),
    "improvement_months": ("改进期限", "5.4.e", "months", Decimal(6)),
    "streak_no_evidence": ("缺证据的年度", "5.4.e", "word", "neutral"),
    "streak_part_year": ("不满一年的年度", "5.4.e", "word", "neutral"),
    "streak_leave_days": ("离岗天数", "5.4.e", "days", Decimal(60)),
    "streak_level_change": ("等级变动后的连续年数", "5.4.f", "word", "continues"),
    "streak_transfer": ("调动后的连续年数", "5.4.f", "word", "continues"),
    "demotion_after": ("降职的连续未达标年数", "5.4.f", "years", Decimal(2)),
    "dismissal_after": ("建议辞退的连续未达标年数", "5.4.g", "years", Decimal(3)),
    "dismissal_notice_days": ("提前通知天数", "5.4.g", "days", Decimal(30)),
    "major_loss_from": ("重大损失起点", "5.4.h", "wan_yuan", Decimal(100_000)),
}
LABELS = {label: key for key, (label, *_) in _VALUES.items()}


def rules(thresholds: Mapping[str, Decimal | int | str | None] | None = None, **values: Value) -> Policy:
    """The policy of the tests with the rules of penalties; a value None is left open."""
    unknown = set(values) - set(_VALUES)
    if unknown:
        raise KeyError(f"no such rule: {', '.join(sorted(unknown))}")
    policy = make_policy(YEAR, thresholds)
    more = {
        key: Parameter(key, clause, unit, values.get(key, value), 2021, Label(label, key), Label(label, key))
        for key, (label, clause, unit, value) in _VALUES.items()
    }
    return replace(policy, parameters={**policy.parameters, **more})


RULES = rules()


def somebody(
    past: Mapping[int, str | tuple[str, str]] | Sequence[EarlierOutcome] = (),
    *,
    level: str | None = "intermediate",
    hired_on: date | None = HIRED,
    left_on: date | None = None,
    history: Sequence[Spell] | None = None,
    leaves: Sequence[tuple[date, date | None]] = (),
) -> Person:
    """A person with a past: year to conclusion, or to level and conclusion; the level held without one."""
    known = past
    if isinstance(past, Mapping):
        pairs = {
            year: (level or "junior", told) if isinstance(told, str) else told for year, told in past.items()
        }
        known = [EarlierOutcome(year, held, outcome, None) for year, (held, outcome) in pairs.items()]
    start = hired_on or HIRED
    return Person(
        manager_id="001",
        name="王伟",
        department=DEPARTMENT,
        level=level,
        degree=None,
        hired_on=hired_on,
        account_manager_since=hired_on,
        left_on=left_on,
        history=(Spell(DEPARTMENT, level, start, None),) if history is None else tuple(history),
        leaves=tuple(leaves),
        outcomes=tuple(known),
    )


# The review year's verdicts at the intermediate level, by what they come to.
MET = held("intermediate")
MISSED = held("intermediate", sales=2_000_000)
NO_EVIDENCE = held("intermediate", complaint_rate=None)
BY_OUTCOME: dict[str, tuple[Verdict, ...]] = {"met": MET, "missed": MISSED, "no_evidence": NO_EVIDENCE}


def run(person: Person, verdicts: Sequence[Verdict] = MISSED, policy: Policy = RULES) -> Streak:
    """The run that the review year ends."""
    return streak(person, year_outcome(verdicts), policy)


def advised(
    person: Person, verdicts: Sequence[Verdict] = MISSED, policy: Policy = RULES
) -> dict[Measure, Advice]:
    """The three measures of a review year."""
    found = penalties(verdicts, person, run(person, verdicts, policy), policy)
    return {advice.measure: advice for advice in found}


def said(told: Sequence[object]) -> str:
    """All sentences together, in Chinese."""
    return "\n".join(one.text("zh") for one in told)  # type: ignore[attr-defined]


# --- pasts of several kinds

JUNIOR_THEN_NOW = (
    Spell(DEPARTMENT, "junior", date(2010, 1, 1), date(2023, 12, 31)),
    Spell(DEPARTMENT, "intermediate", date(2024, 1, 1), None),
)


def transferred(day: date) -> tuple[Spell, ...]:
    """A history with a transfer on that day, at one level."""
    return (
        Spell("销售二部", "intermediate", date(2010, 1, 1), None),
        Spell(DEPARTMENT, "intermediate", day, None),
    )


# Somebody for whom each rule decides, if it is left open.
OPEN = {
    "streak_no_evidence": somebody({2024: "no_evidence", 2023: "missed", 2022: "met"}),
    "streak_part_year": somebody({2024: "missed"}, hired_on=date(2024, 3, 1)),
    "streak_leave_days": somebody(
        {2024: "missed", 2023: "met"}, leaves=[(date(2024, 3, 1), date(2024, 3, 9))]
    ),
    "streak_level_change": somebody(
        {2024: ("junior", "missed"), 2023: ("junior", "missed"), 2022: ("junior", "met")}
    ),
    "streak_transfer": somebody({2024: "missed", 2023: "met"}, history=transferred(date(2025, 6, 1))),
}


# --- anybody, under any reading

CONCLUSIONS = st.sampled_from(["met", "missed", "no_evidence"])
LEVELS = st.sampled_from(["junior", "intermediate", "senior"])
PASTS = st.dictionaries(st.integers(2015, 2024), st.tuples(LEVELS, CONCLUSIONS), max_size=8)
READINGS: dict[str, list[Value]] = {
    "streak_no_evidence": ["neutral", "breaks", None],
    "streak_part_year": ["neutral", "counts", None],
    "streak_level_change": ["continues", "restarts", None],
    "streak_transfer": ["continues", "restarts", None],
    "streak_leave_days": [Decimal(60), Decimal(1), None],
}


@cache
def reading(*values: Value) -> Policy:
    """The policy with these values of ``READINGS``, made once."""
    return rules(**dict(zip(READINGS, values, strict=True)))


POLICIES = st.tuples(*map(st.sampled_from, READINGS.values())).map(lambda values: reading(*values))
DAYS = st.dates(date(2014, 1, 1), date(2025, 12, 31))
OUTCOMES = st.sampled_from(list(Outcome))


@st.composite
def people(draw: st.DrawFn) -> Person:
    """Anybody: any past, bounds of employment, history and leave, agreeing or not."""
    first = draw(st.lists(DAYS, max_size=2))
    return somebody(
        draw(PASTS),
        hired_on=draw(st.none() | DAYS),
        left_on=draw(st.none() | DAYS),
        history=[
            Spell(draw(st.sampled_from(["甲部", "乙部"])), draw(LEVELS), day, None)
            for day in dict.fromkeys(first)
        ],
        leaves=[
            (day, draw(st.none() | st.just(date(day.year, 12, 31))))
            for day in draw(st.lists(DAYS, max_size=2))
        ],
    )
