"""The nearest value and threshold that turn a verdict, held against the judge itself. Policy 1.3.a, 3."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cmreview.policy.model import Compare
from cmreview.review.criteria import judge
from cmreview.review.model import Fact
from cmreview.review.scrutiny.flips import Moves, flips
from cmreview.terms import INDICATORS, Outcome, Unit
from tests.builders import make_policy

POLICY = make_policy()
MET, MISSED, OPEN = Outcome.MET, Outcome.MISSED, Outcome.NO_EVIDENCE


def fact(indicator, value=None, top=None, under=None, **more):
    numbers = [None if each is None else Fraction(each) for each in (value, top, under)]
    return Fact(indicator, INDICATORS[indicator].unit, *numbers, **more)


def part(indicator, top, under, **more):
    """A share, with what it is counted from."""
    return fact(indicator, Fraction(top, under), top, under, **more)


def growth(indicator, top, under, level=None):
    if not under:
        value = None if top else 0
        return fact(indicator, value, top, under, unbounded=bool(top), over_level=level)
    return fact(indicator, Fraction(top) / Fraction(under) - 1, top, under, over_level=level)


def verdict(criterion, found, policy=POLICY, **more):
    return judge(policy.criterion(criterion), [found], policy, **more)


def turning(found, moves, becomes=None):
    (flip,) = [f for f in flips(found) if f.moves is moves and becomes in (None, f.becomes)]
    return flip


# --- amounts: on, below and above the line


@pytest.mark.parametrize(
    ("sales", "outcome", "at", "turns_at"),
    [
        (999_999, MISSED, 1_000_000, True),
        (1_000_000, MET, 1_000_000, False),
        (1_200_000, MET, 1_000_000, False),
    ],
)
def test_an_amount_turns_at_the_line_upward_and_only_below_it_downward(sales, outcome, at, turns_at):
    found = verdict("3.1.P2", fact("sales", sales))
    flip = turning(found, Moves.VALUE)
    assert found.outcome is outcome
    assert (flip.at, flip.turns_at, flip.by) == (at, turns_at, at - sales)
    back = turning(found, Moves.THRESHOLD)
    assert (back.now, back.at, back.turns_at) == (1_000_000, sales, outcome is MISSED)


# --- counts and shares move in people


def test_customers_come_whole():
    short = turning(verdict("3.1.P1", fact("new_customers", 3)), Moves.VALUE)
    assert (short.at, short.by, short.turns_at) == (5, 2, True)
    enough = turning(verdict("3.1.P1", fact("new_customers", 5)), Moves.VALUE)
    assert (enough.at, enough.by) == (4, -1)
    assert turning(verdict("3.1.P1", fact("new_customers", 5)), Moves.THRESHOLD).at == 6


def test_a_satisfaction_turns_with_one_more_answer():
    """15 of 20 are 75 %; 80 % asks for the sixteenth."""
    flip = turning(verdict("3.1.P3", part("satisfaction", 15, 20)), Moves.VALUE)
    assert (flip.basis.name, flip.basis.now, flip.basis.at, flip.at) == ("satisfied", 15, 16, Fraction(4, 5))
    down = turning(verdict("3.1.P3", part("satisfaction", 16, 20)), Moves.VALUE)
    assert (down.basis.at, down.turns_at) == (15, True)


def test_a_complaint_rate_turns_only_strictly_below_its_line():
    """1 of 20 is 5 % itself, and "below 5 %" misses it."""
    on_line = verdict("3.2.P4", part("complaint_rate", 1, 20))
    assert on_line.outcome is MISSED
    assert turning(on_line, Moves.VALUE).basis.at == 0
    threshold = turning(on_line, Moves.THRESHOLD)
    assert (threshold.at, threshold.turns_at, threshold.is_up) == (Fraction(1, 20), False, True)
    fine = verdict("3.2.P4", part("complaint_rate", 0, 20))
    assert turning(fine, Moves.VALUE).basis.at == 1
    assert turning(fine, Moves.THRESHOLD).at == 0


def test_a_growth_is_told_in_the_sales_it_takes():
    """15 % over 600 万 is 690 万, exactly."""
    flip = turning(verdict("3.2.P3", growth("sales_growth", 6_500_000, 6_000_000)), Moves.VALUE)
    assert (flip.basis.name, flip.basis.at, flip.at) == ("sales", 6_900_000, Fraction(15, 100))
    assert "690 万元" in flip.told.text("zh")


def test_ones_own_sales_raise_the_companys_total_too():
    found = verdict("3.3.P3", part("sales_share", 1_000_000, 100_000_000))
    needed = turning(found, Moves.VALUE).basis.at
    assert needed / (99_000_000 + needed) == Fraction(15, 1000)


# --- what can't turn


def test_everybody_satisfied_passes_any_threshold_there_can_be():
    found = flips(verdict("3.1.P3", part("satisfaction", 20, 20)))
    assert [(flip.moves, flip.basis.at) for flip in found] == [(Moves.VALUE, 15)]


def test_a_line_that_nobody_can_miss_is_turned_by_no_value():
    found = verdict("3.1.P1", fact("new_customers", 0), make_policy(thresholds={"3.1.P1": 0}))
    assert [(flip.moves, flip.at) for flip in flips(found)] == [(Moves.THRESHOLD, 1)]


def test_the_only_sellers_share_is_turned_by_nothing():
    only = verdict("3.3.P3", part("sales_share", 5, 5))
    assert (only.outcome, flips(only)) == (MET, ())


def test_missing_evidence_and_a_missing_rule_are_turned_by_no_number():
    assert flips(verdict("3.1.P2", fact("sales"))) == ()
    assert flips(verdict("3.1.P3", part("satisfaction", 4, 4))) == ()  # too few answers
    assert flips(verdict("3.1.P2", fact("sales", 5), make_policy(thresholds={"3.1.P2": None}))) == ()


def test_a_growth_over_nothing_turns_only_when_nothing_is_left_of_it():
    flip = turning(verdict("3.2.P3", growth("sales_growth", 500, 0)), Moves.VALUE)
    assert (flip.becomes, flip.at, flip.basis.at, flip.turns_at) == (MISSED, None, 0, True)
    nothing = turning(verdict("3.2.P3", growth("sales_growth", 0, 0)), Moves.VALUE)
    assert (nothing.becomes, nothing.basis.at, nothing.turns_at, nothing.is_up) == (MET, 0, False, True)
    for top in (0, 500):
        found = flips(verdict("3.2.P3", growth("sales_growth", top, 0)))
        assert all(each.moves is Moves.VALUE for each in found)


# --- degrees, exams, blank cells, leave


def test_degrees_and_exams_turn_step_by_step():
    low = verdict("3.1.Q1", fact("degree", 1))
    assert (turning(low, Moves.VALUE).at, turning(low, Moves.THRESHOLD).at) == (2, 1)
    top = verdict("3.1.Q1", fact("degree", 5))
    assert [flip.moves for flip in flips(top)] == [Moves.VALUE]  # no degree is above a doctorate
    passed = verdict("3.1.Q3", fact("exam", 1, over_level="junior"))
    assert [(flip.moves, flip.at, flip.becomes) for flip in flips(passed)] == [(Moves.VALUE, 0, MISSED)]


def test_blank_cells_make_three_outcomes_and_each_other_one_is_told():
    policy = make_policy(thresholds={"3.2.P5": 4})
    open_ = verdict("3.2.P5", fact("key_customers", 3, open_rows=2), policy)
    assert open_.outcome is OPEN
    assert turning(open_, Moves.VALUE, MET).at == 4
    assert turning(open_, Moves.VALUE, MISSED).at == 1
    assert turning(open_, Moves.THRESHOLD, MET).at == 3
    assert turning(open_, Moves.THRESHOLD, MISSED).at == 6
    missed = verdict("3.2.P5", fact("key_customers", 0, open_rows=2), policy)
    assert (turning(missed, Moves.VALUE, OPEN).at, turning(missed, Moves.VALUE, MET).at) == (2, 4)


def test_a_threshold_shortened_by_leave_is_told_as_the_policy_states_it():
    policy = make_policy(leave_treatment="prorate_threshold")
    found = verdict("3.1.P2", fact("sales", 450_000), policy, active=Fraction(1, 2))
    flip = turning(found, Moves.THRESHOLD)
    assert (flip.now, flip.at) == (1_000_000, 900_000)
    counted = verdict("3.1.P1", fact("new_customers", 2), policy, active=Fraction(1, 2))
    assert turning(counted, Moves.THRESHOLD).at == 4


# --- against the judge


@st.composite
def judged(draw):
    whole = st.integers(0, 12)
    money = st.integers(0, 40).map(lambda each: Fraction(each * 50_000, 3))
    kind = draw(
        st.sampled_from(["3.1.P1", "3.1.P2", "3.1.P3", "3.2.P1", "3.2.P3", "3.2.P4", "3.2.P5", "3.3.P3"])
    )
    threshold = (
        draw(st.integers(0, 12))
        if kind in ("3.1.P1", "3.2.P5")
        else draw(st.sampled_from(["0", "0.05", "0.15", "0.8", "1"]))
    )
    policy = make_policy(thresholds={kind: threshold}, min_answers=Decimal(1))
    under = draw(st.integers(1, 12))
    found = {
        "3.1.P1": lambda: fact("new_customers", draw(whole)),
        "3.1.P2": lambda: fact("sales", draw(money)),
        "3.1.P3": lambda: part("satisfaction", draw(st.integers(0, under)), under),
        "3.2.P1": lambda: growth("new_customer_growth", draw(whole), draw(whole), "junior"),
        "3.2.P3": lambda: growth("sales_growth", draw(money), draw(money)),
        "3.2.P4": lambda: part("complaint_rate", draw(whole), under),
        "3.2.P5": lambda: fact("key_customers", draw(whole), open_rows=draw(st.integers(0, 3))),
        "3.3.P3": lambda: part("sales_share", draw(st.integers(0, under)), under),
    }[kind]()
    return policy, kind, found


def at_basis(found, count):
    """The fact with another figure behind it."""
    if found.indicator == "sales_share":
        return part("sales_share", count, found.denominator - found.numerator + count)
    if found.numerator is None:
        return replace(found, value=Fraction(count))
    if found.indicator.endswith("growth"):
        return growth(found.indicator, count, found.denominator, found.over_level)
    return part(found.indicator, count, found.denominator)


def outcome_with(policy, kind, found, threshold):
    criterion = policy.criterion(kind)
    # thresholds of any fraction, so that the point itself is hit and not its neighbour
    changed = replace(criterion, threshold=replace(criterion.threshold, value=threshold))
    return judge(changed, [found], policy).outcome


@given(judged())
def test_the_judge_agrees_at_the_point_beyond_it_and_just_short_of_it(case):
    policy, kind, found = case
    before = judge(policy.criterion(kind), [found], policy)
    for flip in flips(before):
        if flip.moves is not Moves.VALUE:
            continue
        whole = flip.basis.unit is Unit.COUNT
        assert whole <= flip.turns_at
        step = Fraction(1) if whole else Fraction(1, 10**9)
        way = 1 if flip.is_up else -1
        turned = flip.basis.at if flip.turns_at else flip.basis.at + way * step
        assert judge(policy.criterion(kind), [at_basis(found, turned)], policy).outcome is flip.becomes
        short = flip.basis.at - way * step if flip.turns_at else flip.basis.at
        assert judge(policy.criterion(kind), [at_basis(found, short)], policy).outcome is not flip.becomes


@given(judged())
def test_a_threshold_turns_the_verdict_at_its_point_and_not_before(case):
    policy, kind, found = case
    before = judge(policy.criterion(kind), [found], policy)
    for flip in flips(before):
        if flip.moves is Moves.THRESHOLD:
            assume(flip.at.denominator in (1, 2, 4, 5, 10, 20))  # the policy holds decimals
            step = Decimal(1) if before.fact.unit is Unit.COUNT else Decimal("0.0000001")
            at = Decimal(flip.at.numerator) / Decimal(flip.at.denominator)
            way = 1 if flip.is_up else -1
            turned = at if flip.turns_at else at + way * step
            short = at - way * step if flip.turns_at else at
            assert outcome_with(policy, kind, found, turned) is flip.becomes
            assert outcome_with(policy, kind, found, short) is not flip.becomes


@given(judged())
def test_every_flip_can_be_told_in_both_languages(case):
    policy, kind, found = case
    for flip in flips(judge(policy.criterion(kind), [found], policy)):
        assert flip.told.text("zh")
        assert flip.told.text("en")
        assert (flip.by is None) == (flip.at is None or flip.now is None)


def test_degrees_exams_and_thresholds_are_told_by_name():
    low = verdict("3.1.Q1", fact("degree", 1))
    assert turning(low, Moves.VALUE).told.text("zh") == "学历由中专改为大专，该项结论即为“达标”"
    assert "学历的标准由大专改为中专" in turning(low, Moves.THRESHOLD).told.text("zh")
    exam = verdict("3.1.Q3", fact("exam", 0, over_level="junior"))
    assert turning(exam, Moves.VALUE).told.text("en") == "The level exam: once passed, the criterion is met"
    assert POLICY.criterion("3.2.P4").compare is Compare.BELOW
