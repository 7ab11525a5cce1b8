"""Whoever does better is never judged worse, a lower bar fails nobody, and what is unknown stays unknown.

For every criterion of the shipped policy, from the counted figures of a year to verdict, result and score.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmreview.policy.load import default_folder, load_sound_policy
from cmreview.policy.model import Compare, Policy
from cmreview.review.criteria import judge, overall
from cmreview.review.dossier import Dossier
from cmreview.review.evidence import Evidence
from cmreview.review.facts import facts
from cmreview.review.model import Fact
from cmreview.review.scoring import performance_score
from cmreview.terms import DEGREES, INDICATORS, Outcome, Result, Unit

YEAR = 2025
POLICY = load_sound_policy(default_folder(), YEAR)
LEVELS = [level.id for level in POLICY.levels]
CRITERIA = [criterion.id for criterion in POLICY.criteria]
MEASURED = [criterion.id for criterion in POLICY.criteria if criterion.threshold is not None]

# Worst first.
OUTCOMES = (Outcome.MISSED, Outcome.NO_EVIDENCE, Outcome.MET)
RESULTS = (Result.NOT_ELIGIBLE, Result.UNDECIDED, Result.ELIGIBLE)
# What a person brings along (clause 3, Q), in its own unit; the rest is counted from a year's rows.
BROUGHT = ("degree", "service_years", "level_years", "exam", "industry_influence")
COUNTED = tuple(name for name in INDICATORS if name not in BROUGHT)
MOST = {"degree": len(DEGREES) - 1, "exam": 1}
COUNTS = ("new_customers", "satisfied", "complaints", "key_customers", "long_term_customers", "projects")

small = st.integers(0, 12)
money = st.sampled_from([0, 1, 999_999, 1_000_000, 3_000_000, 6_900_000]) | st.integers(0, 20_000_000)


@st.composite
def years(draw):
    """A manager's counted figures, some of them unknown, and the same of a year that went no worse."""
    asked, served = draw(st.integers(0, 20)), draw(small)
    answers = draw(st.integers(0, asked))
    row = {
        "sales": draw(money),
        "previous_sales": draw(money),
        "previous_is_part_year": draw(st.booleans()),
        "new_customers": draw(small),
        "asked": asked,
        "answers": answers,
        "satisfied": draw(st.integers(0, answers)),
        "customers_served": served,
        "complaints": draw(small),
        "key_customers": draw(small),
        "long_term_customers": draw(st.integers(0, served)),
        "projects": draw(st.integers(0, 3)),
        "projects_open": draw(st.integers(0, 2)),
        "first_covered_year": False,
    }
    row["company_sales"] = row["sales"] + draw(money)
    for level in LEVELS:
        row |= {
            f"won_at_{level}": draw(small),
            f"days_common_at_{level}": draw(st.integers(0, 900)),
            f"days_leap_at_{level}": 0,
            f"first_year_in_tenure_at_{level}": False,
        }
    more = draw(money)
    better = row | {"sales": row["sales"] + more, "company_sales": row["company_sales"] + more}
    for name in COUNTS:
        better[name] += draw(st.integers(0, 3))
    better["satisfied"] = min(better["satisfied"], answers)
    better["long_term_customers"] = min(better["long_term_customers"], served)
    # a growth is the better, the less it is measured by; over nothing it has no bounds
    for name in ("complaints", "previous_sales", *(f"won_at_{level}" for level in LEVELS)):
        better[name] = draw(st.just(0) | st.integers(0, row[name]))
    unknown = dict.fromkeys(draw(st.sets(st.sampled_from(sorted(row)), max_size=3)))
    return row | unknown, better | unknown, draw(st.integers(0, 2))


@st.composite
def people(draw):
    """All facts that the criteria of a level ask for, of somebody and of the same person doing no worse."""
    level = draw(st.sampled_from(LEVELS))
    row, better, open_ = draw(years())
    found = [
        facts(
            Evidence(
                year=YEAR,
                row=each,
                dossier=Dossier({}),
                tables=frozenset({"contracts", "surveys", "complaints", "projects", "customers"}),
                counted={},
                open_key_customers=open_,
            ),
            POLICY,
            level,
            only=COUNTED,
        )
        for each in (row, better)
    ]
    for criterion in POLICY.criteria_for(level):
        if criterion.indicator in BROUGHT:
            held = draw(st.none() | st.integers(0, MOST.get(criterion.indicator, 8)))
            gained = draw(st.integers(0, 2))
            for place, add in enumerate((0, gained)):
                value = None if held is None else min(held + add, MOST.get(criterion.indicator, 99))
                found[place] += (plain(criterion, value),)
    return level, found[0], found[1]


def plain(criterion, value):
    """A fact as a criterion asks for it, with as many answers as any number of them can be asked for."""
    exact = None if value is None else Fraction(value)
    unit = INDICATORS[criterion.indicator].unit
    return Fact(criterion.indicator, unit, exact, None, Fraction(1000), over_level=criterion.over_level)


def easier(policy: Policy, id_: str, by: int) -> Policy:
    """The policy with one threshold lowered (or raised, where lower is better) by ``by`` small steps."""
    criterion = policy.criterion(id_)
    value = criterion.threshold.value
    if isinstance(value, str):
        names = list(DEGREES)
        return policy.with_threshold(id_, names[min(max(0, names.index(value) - by), len(names) - 1)])
    step = value / 8 if value else Decimal(1)
    return policy.with_threshold(id_, value + by * step * (1 if criterion.compare is Compare.BELOW else -1))


def judged(level, found, policy=POLICY, active=Fraction(1)):
    verdicts = tuple(judge(one, found, policy, active=active) for one in policy.criteria_for(level))
    return verdicts, overall(verdicts).result, performance_score(verdicts, policy)


def no_worse(before, after):
    """Every verdict, their result, and the points as long as the same criteria are evidenced."""
    verdicts, result, score = before
    others, other_result, other_score = after
    for one, other in zip(verdicts, others, strict=True):
        assert OUTCOMES.index(other.outcome) >= OUTCOMES.index(one.outcome), one.criterion
    assert RESULTS.index(other_result) >= RESULTS.index(result)
    reached = [
        {line.criterion: line.attainment for line in each.lines if line.attainment is not None}
        for each in (score, other_score)
    ]
    for criterion in reached[0].keys() & reached[1].keys():
        assert reached[1][criterion] >= reached[0][criterion], criterion
    # evidence that was missing before may bring the mean down, as it may any mean: never as a zero
    if reached[0] and reached[0].keys() == reached[1].keys():
        assert other_score.points >= score.points


@settings(deadline=None, max_examples=60)
@given(people())
def test_whoever_does_better_is_never_judged_worse(person):
    level, before, after = person
    no_worse(judged(level, before), judged(level, after))


@settings(deadline=None, max_examples=60)
@given(people(), st.data())
def test_a_lower_bar_fails_nobody_who_passed_a_higher_one(person, data):
    level, found, _ = person
    own = [criterion.id for criterion in POLICY.criteria_for(level) if criterion.threshold is not None]
    lowered = POLICY
    for id_ in data.draw(st.lists(st.sampled_from(own), min_size=1, max_size=3, unique=True)):
        lowered = easier(lowered, id_, data.draw(st.integers(1, 7)))
    no_worse(judged(level, found), judged(level, found, lowered))


@settings(deadline=None, max_examples=50)
@given(people(), st.integers(0, 12), st.integers(0, 12))
def test_more_days_of_leave_raise_no_bar_that_is_shortened_by_them(person, days, more):
    level, found, _ = person
    policy = POLICY.with_value("leave_treatment", "prorate_threshold")
    active = 1 - Fraction(days, 25)
    verdicts, result, _ = judged(level, found, policy, active)
    others, other_result, _ = judged(level, found, policy, active - Fraction(more, 25))
    for one, other in zip(verdicts, others, strict=True):
        assert OUTCOMES.index(other.outcome) >= OUTCOMES.index(one.outcome), one.criterion
    assert RESULTS.index(other_result) >= RESULTS.index(result)


@pytest.mark.parametrize("id_", CRITERIA)
def test_missing_evidence_stays_missing_under_any_bar(id_):
    criterion = POLICY.criterion(id_)
    bars = [POLICY] if criterion.threshold is None else [easier(POLICY, id_, by) for by in (-50, 0, 8, 50)]
    for policy in bars:
        for found in ((), (plain(criterion, None),)):
            assert judge(policy.criterion(id_), found, policy).outcome is Outcome.NO_EVIDENCE


@pytest.mark.parametrize("id_", MEASURED)
def test_a_bar_that_is_not_set_is_no_rule_for_any_value(id_):
    policy = POLICY.with_threshold(id_, None)
    criterion = policy.criterion(id_)
    for value in (None, 0, 1, 10**9):
        told = judge(criterion, (plain(criterion, value),), policy)
        assert told.outcome is Outcome.NO_RULE
        unbounded = replace(plain(criterion, value), unbounded=True)
        assert judge(criterion, (unbounded,), policy).outcome is Outcome.NO_RULE


def test_every_kind_of_criterion_is_among_those_of_the_shipped_policy():
    """Else the promises above would be kept of fewer than can be asked for."""
    assert {criterion.compare for criterion in POLICY.criteria} == set(Compare)
    assert {criterion.indicator for criterion in POLICY.criteria} == set(INDICATORS)
    assert {INDICATORS[name].unit for name in INDICATORS} == set(Unit)
