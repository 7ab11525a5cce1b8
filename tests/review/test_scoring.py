"""The performance score and the ranking. Policy 1.3.b, 5.4.c."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.review.criteria import judge
from cmreview.review.model import Fact
from cmreview.review.scoring import Contender, Place, attainment, performance_score, ranking
from cmreview.terms import INDICATORS
from tests.builders import make_policy

POLICY = make_policy()
FULL = {"new_customers": Fraction(5), "sales": Fraction(1_000_000), "satisfaction": Fraction(8, 10)}


def score(policy=POLICY, level="junior", unbounded=(), **values):
    facts = [
        Fact(
            name,
            INDICATORS[name].unit,
            None if value is None else Fraction(value),
            denominator=Fraction(20),
            unbounded=name in unbounded,
            over_level="junior" if name == "new_customer_growth" else None,
        )
        for name, value in values.items()
    ]
    return performance_score([judge(c, facts, policy) for c in policy.criteria_for(level)], policy)


# --- attainment


def test_attainment_agrees_with_the_worked_examples(shared_oracles):
    cases = json.loads((shared_oracles / "composite.json").read_text("utf-8"))["goal_attainment_cap"]
    assert len(cases) == 6
    for case in cases:
        value, base, goal = (Fraction(case[name]) for name in ("v", "base", "goal"))
        assert attainment(value, goal, base, Fraction(str(case["cap"]))) == Fraction(str(case["score"]))


def test_a_cap_keeps_one_strength_from_making_up_for_every_weakness(shared_oracles):
    case = json.loads((shared_oracles / "composite.json").read_text("utf-8"))["compensation"]
    goal, base = Fraction(1), Fraction(0)
    uncapped = [attainment(Fraction(str(each)), goal, base, Fraction(100)) for each in case["attain"]]
    capped = [attainment(Fraction(str(each)), goal, base, Fraction("1.2")) for each in case["attain"]]
    assert sum(uncapped) / 2 == Fraction(str(case["arithmetic_uncapped"]))
    assert sum(capped) / 2 == Fraction(str(case["arithmetic_cap1.2"]))


exact = st.fractions(min_value=-100, max_value=100, max_denominator=100)


@given(
    value=exact,
    better=st.fractions(min_value=0, max_value=10),
    zero_at=exact,
    span=exact,
    cap=st.just(Fraction("1.2")),
)
def test_a_better_value_never_scores_less(value, better, zero_at, span, cap):
    if span == 0:
        with pytest.raises(ZeroDivisionError):
            attainment(value, zero_at, zero_at, cap)
        return
    threshold = zero_at + span  # below the zero where lower is better
    improved = value + better if span > 0 else value - better
    low, high = (attainment(each, threshold, zero_at, cap) for each in (value, improved))
    assert 0 <= low <= high <= cap
    assert attainment(threshold, threshold, zero_at, cap) == 1


# --- score


def test_at_every_threshold_the_score_is_one():
    told = score(**FULL)
    assert (told.points, told.coverage) == (1, 1)
    assert [line.attainment for line in told.lines] == [1, 1, 1]
    assert [line.criterion for line in told.lines] == ["3.1.P1", "3.1.P2", "3.1.P3"]


def test_the_arithmetic_of_the_score_adds_up():
    told = score(new_customers=4, sales=1_500_000, satisfaction=Fraction(6, 10))
    assert [line.attainment for line in told.lines] == [Fraction(4, 5), Fraction(6, 5), Fraction(3, 4)]
    assert [line.capped for line in told.lines] == [False, True, False]
    assert told.points == Fraction("0.3") * Fraction("0.8") + Fraction("0.4") * Fraction("1.2") + Fraction(
        "0.225"
    )
    assert [(line.weight, line.zero_at) for line in told.lines] == [
        (Fraction("0.3"), 0),
        (Fraction("0.4"), 0),
        (Fraction("0.3"), 0),
    ]


def test_reaching_the_cap_exactly_is_not_being_cut():
    assert not score(**FULL | {"sales": 1_200_000}).lines[1].capped
    assert score(**FULL | {"sales": 1_200_001}).lines[1].capped


def test_missing_evidence_lowers_the_coverage_and_is_never_zero():
    without = score(**FULL | {"satisfaction": None})
    assert (without.points, without.coverage) == (1, Fraction("0.7"))
    with_zero = score(**FULL | {"satisfaction": 0})
    assert (with_zero.points, with_zero.coverage) == (Fraction("0.7"), 1)
    nothing = score()
    assert (nothing.points, nothing.coverage) == (None, 0)
    assert len(nothing.lines) == 3


@given(st.lists(st.one_of(st.none(), st.fractions(min_value=0, max_value=3)), min_size=3, max_size=3))
def test_points_lie_between_the_attainments_that_are_evidenced(parts):
    policy = make_policy(min_answers=Decimal(1))
    values = {
        name: None if part is None else part * threshold
        for (name, threshold), part in zip(FULL.items(), parts, strict=True)
    }
    told = score(policy, **values)
    reached = [line.attainment for line in told.lines if line.attainment is not None]
    assert len(reached) == len([part for part in parts if part is not None])
    assert (told.points is None) == (not reached)
    if reached:
        assert min(reached) <= told.points <= max(reached)


def test_a_missing_rule_lowers_the_coverage_like_missing_evidence():
    told = score(make_policy(thresholds={"3.1.P2": None}), **FULL)
    assert (told.points, told.coverage) == (1, Fraction("0.6"))


def test_a_lower_complaint_rate_scores_more():
    by_rate = {
        rate: score(level="intermediate", complaint_rate=Fraction(rate, 100)).points
        for rate in (0, 4, 5, 8, 12)
    }
    assert by_rate == {
        0: Fraction("1.2"),
        4: Fraction("1.2"),
        5: 1,  # at the line: missed, yet the distance from zero is full
        8: Fraction(2, 5),
        12: 0,
    }


def test_growth_without_bound_scores_the_cap():
    told = score(level="intermediate", new_customer_growth=None, unbounded=("new_customer_growth",))
    assert (told.points, told.lines[0].capped) == (Fraction("1.2"), True)


def test_without_a_cap_or_with_a_weight_left_open_there_are_no_points():
    told = score(make_policy(score_cap=None), **FULL)
    assert (told.points, told.cap, told.lines) == (None, None, ())
    criteria = tuple(
        replace(c, weight=replace(c.weight, value=None)) if c.id == "3.1.P2" else c for c in POLICY.criteria
    )
    assert score(replace(POLICY, criteria=criteria), **FULL).points is None


def test_a_zero_on_the_wrong_side_of_the_threshold_scores_nothing_rather_than_the_wrong_way_round():
    easier = make_policy(thresholds={"3.2.P4": "0.1"})  # its zero lies at 10 % as well
    told = score(easier, level="intermediate", complaint_rate=Fraction(1, 100))
    assert (told.points, told.coverage) == (None, 0)


# --- ranking

KEYS = ("promotion_priority", "sales", "new_customers", "satisfaction")


def contender(name, points, **values):
    return Contender(
        name, Fraction(points), {key: None if v is None else Fraction(v) for key, v in values.items()}
    )


def places(*contenders, keys=KEYS):
    found = ranking(contenders, keys)
    return {name: (place.rank, place.tied, place.broken_by) for name, place in found.items()}


def test_the_highest_points_come_first_and_a_shared_rank_counts_all_before_it():
    told = places(contender("a", 1), contender("b", "1.1"), contender("c", 1), contender("d", "0.9"))
    assert told == {
        "b": (1, False, None),
        "a": (2, True, None),
        "c": (2, True, None),
        "d": (4, False, None),
    }


def test_points_that_differ_by_a_hair_are_not_a_tie():
    told = places(contender("a", Fraction(1, 3)), contender("b", Fraction(333333333333333333, 10**18)))
    assert told["a"][:2] == (1, False)


def test_ties_go_by_the_policys_list_in_its_order():
    first = contender("a", 1, promotion_priority=0, sales=900, new_customers=9)
    honoured = contender("b", 1, promotion_priority=1, sales=100, new_customers=1)
    more_customers = contender("c", 1, promotion_priority=0, sales=900, new_customers=10)
    assert places(first, honoured, more_customers) == {
        "b": (1, False, "promotion_priority"),
        "c": (2, False, "new_customers"),
        "a": (3, False, "new_customers"),
    }
    assert places(first, honoured, keys=("sales",))["a"] == (1, False, "sales")
    assert places(first, honoured, keys=()) == {"a": (1, True, None), "b": (1, True, None)}


def test_a_tie_break_without_evidence_parts_nobody():
    known = contender("a", 1, sales=100, satisfaction=Fraction(9, 10))
    unknown = contender("b", 1, sales=None, satisfaction=Fraction(8, 10))
    assert places(known, unknown) == {"a": (1, False, "satisfaction"), "b": (2, False, "satisfaction")}


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 1), st.one_of(st.none(), st.integers(0, 1))), max_size=7
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_applicants_does_not_matter(values, random: Random):
    people = [
        contender(str(index), points, sales=sales, new_customers=customers)
        for index, (points, sales, customers) in enumerate(values)
    ]
    shuffled = list(people)
    random.shuffle(shuffled)
    told = ranking(people, KEYS)
    assert told == ranking(shuffled, KEYS)
    assert set(told) == {each.manager_id for each in people}
    for each in people:
        place = told[each.manager_id]
        sharing = [name for name in told if told[name].rank == place.rank]
        assert place.tied == (len(sharing) > 1)
        ahead = [name for name in told if told[name].rank < place.rank]
        assert place == Place(len(ahead) + 1, place.tied, place.broken_by)
        assert all(other.points >= each.points for other in people if other.manager_id in ahead)
