"""Bonuses by growth and share, within the year's budget. Policy 5.4.a."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cmreview.review.after.bonus import bonuses
from cmreview.review.after.model import Standing
from cmreview.terms import Outcome
from tests.review.after.rewarding import FROM_NOTHING, GROWTH, claim, growth, reward_policy

POLICY = reward_policy()
UNITS = (Decimal("0.01"), Decimal(1), Decimal(100))

# --- made-up policies and companies

# near the steps of the scales, on them, far away, below zero, thirds, and missing
figures = st.one_of(
    st.sampled_from([Fraction(each) for each in ("0.1", "0.2", "0.3", "0.01", "0.02", "0.03", "0", "-1")]),
    st.fractions(min_value=-1, max_value=1, max_denominator=3000),
    st.fractions(min_value=0, max_value="0.05", max_denominator=3000),
)
maybe = st.one_of(figures, figures, figures, st.none())
outcomes = st.sampled_from([Outcome.MET, Outcome.MET, Outcome.MET, *Outcome])
rules = st.fixed_dictionaries(
    {
        "bonus_reading": st.sampled_from(["steps", "linear"]),
        "bonus_cap": st.sampled_from(["proportional", "in_order"]),
        "bonus_for": st.sampled_from(["met", "everyone"]),
        "bonus_unit": st.sampled_from(UNITS),
        "bonus_budget": st.one_of(
            st.none(), st.integers(1, 15_000_000).map(lambda fen: Decimal(fen) / 100), st.just(Decimal(10**6))
        ),
        "bonus_unbounded_growth": st.sampled_from(["top_step", "committee"]),
    }
)
claims_of_many = st.lists(
    st.tuples(st.one_of(maybe, st.just(FROM_NOTHING)), maybe, outcomes), max_size=7
).map(lambda people: [claim(str(place), *told) for place, told in enumerate(people)])
paid_for_sure = st.lists(st.tuples(figures, figures), min_size=1, max_size=6).map(
    lambda people: [claim(str(place), *told) for place, told in enumerate(people)]
)


@given(claims_of_many, rules)
def test_every_bonus_adds_up_and_all_of_them_keep_to_the_budget_to_the_fen(claims, chosen):
    policy = reward_policy(**chosen)
    unit = Fraction(chosen["bonus_unit"])
    found, pool = bonuses(claims, policy)
    assert list(found) == [each.manager_id for each in claims]
    for bonus in found.values():
        if bonus.computed is None:
            assert bonus.paid is None
            assert bonus.standing in (Standing.COMMITTEE, Standing.NO_RULE)
            continue
        assert sum(part.amount for part in bonus.parts) - bonus.dropped == bonus.computed
        assert 0 <= bonus.dropped < unit
        assert bonus.computed - bonus.reduction == bonus.paid
        assert 0 <= bonus.paid <= bonus.computed
        assert bonus.paid % unit == bonus.computed % unit == 0
        assert bonus.standing is (Standing.DUE if bonus.computed else Standing.NOT_DUE)
    settled = [bonus for bonus in found.values() if bonus.paid is not None]
    assert pool.paid == sum(bonus.paid for bonus in settled)
    assert pool.computed == sum(bonus.computed for bonus in settled)
    assert pool.people == sum(bonus.paid > 0 for bonus in settled)
    assert pool.unsettled == sum(bonus.standing is Standing.COMMITTEE for bonus in found.values())
    assert (pool.paid * 100).denominator == 1
    if pool.budget is None:
        assert (pool.left, pool.is_capped, pool.paid) == (None, False, pool.computed)
    else:
        assert pool.paid <= pool.budget
        assert pool.paid + pool.left == pool.budget
        assert pool.is_capped == (pool.computed > pool.budget)
        assert pool.is_capped or pool.paid == pool.computed


@given(claims_of_many, rules)
def test_what_is_told_can_be_said_in_both_languages(claims, chosen):
    for bonus in bonuses(claims, reward_policy(**chosen))[0].values():
        for told in (*(part.because for part in bonus.parts), bonus.because):
            assert told.text("zh").endswith("。")
            assert told.text("en").rstrip().endswith(".")


@given(paid_for_sure, rules, st.randoms(use_true_random=False))
def test_the_order_of_the_people_never_matters(claims, chosen, random):
    policy = reward_policy(**chosen)
    shuffled = list(claims)
    random.shuffle(shuffled)
    assert bonuses(claims, policy) == bonuses(shuffled, policy)


@given(paid_for_sure, rules, st.sampled_from([2, 3]))
def test_equal_claims_get_equal_bonuses_and_a_lower_claim_never_gets_more(claims, chosen, times):
    policy = reward_policy(**chosen)
    repeated = [
        claim(f"{each.manager_id}-{turn}", each.growth, each.share.value)
        for each in claims
        for turn in range(times)
    ]
    found, _ = bonuses(repeated, policy)
    for each in claims:
        twins = [found[f"{each.manager_id}-{turn}"] for turn in range(times)]
        assert all(twin == twins[0] for twin in twins)
    by_claim = sorted(found.values(), key=lambda bonus: bonus.computed)
    paid = [bonus.paid for bonus in by_claim]
    assert paid == sorted(paid)


@given(paid_for_sure, rules, st.data())
def test_more_growth_or_a_larger_share_never_lowers_ones_own_bonus(claims, chosen, data):
    policy = reward_policy(**chosen)
    one = data.draw(st.sampled_from(claims))
    more = data.draw(st.one_of(st.fractions(min_value=0, max_value=1, max_denominator=500), figures.map(abs)))
    in_growth = data.draw(st.booleans())
    raised = claim(
        one.manager_id,
        one.growth.value + (more if in_growth else 0),
        one.share.value + (0 if in_growth else more),
    )
    others = [raised if each is one else each for each in claims]
    before, after = bonuses(claims, policy)[0], bonuses(others, policy)[0]
    assert after[one.manager_id].paid >= before[one.manager_id].paid


@given(figures, figures, st.sampled_from(UNITS))
def test_a_linear_bonus_lies_between_the_step_reached_and_the_one_above(grown, shared, unit):
    told = {
        reading: bonuses(
            [claim("a", grown, shared)],
            reward_policy(bonus_reading=reading, bonus_unit=unit, bonus_budget=None),
        )[0]["a"]
        for reading in ("steps", "linear")
    }
    for step, line in zip(told["steps"].parts, told["linear"].parts, strict=True):
        assert step.reached == line.reached
        assert line.amount >= step.amount
        assert (line.amount == 0) == (step.amount == 0)
    tops = [Fraction(bonus) for _, bonus in GROWTH]
    above = [top for top in tops if top > told["steps"].parts[0].amount]
    assert told["linear"].parts[0].amount <= min(above, default=tops[-1])


# --- within the budget


@given(paid_for_sure, st.sampled_from(UNITS), st.integers(1, 10_000_000))
def test_a_budget_exceeded_lowers_everybody_by_one_factor_down_to_the_unit(claims, unit, fen):
    budget = Fraction(fen, 100)
    policy = reward_policy(bonus_unit=unit, bonus_budget=Decimal(fen) / 100)
    found, pool = bonuses(claims, policy)
    assume(pool.computed > budget)
    for bonus in found.values():
        fair = bonus.computed * budget / pool.computed
        assert fair - Fraction(unit) < bonus.paid <= fair
    assert pool.left < Fraction(unit) * len(claims)


@given(paid_for_sure, st.sampled_from(UNITS), st.integers(1, 10_000_000))
def test_in_order_only_equals_at_one_edge_get_a_part_of_their_bonus(claims, unit, fen):
    policy = reward_policy(bonus_cap="in_order", bonus_unit=unit, bonus_budget=Decimal(fen) / 100)
    found, pool = bonuses(claims, policy)
    cut = {bonus.computed for bonus in found.values() if 0 < bonus.paid < bonus.computed}
    assert len(cut) <= 1
    for edge in cut:
        assert all(bonus.reduction == 0 for bonus in found.values() if bonus.computed > edge)
        assert all(bonus.paid == 0 for bonus in found.values() if bonus.computed < edge)
        sharing = [bonus for bonus in found.values() if bonus.computed == edge]
        assert pool.left < Fraction(unit) * len(sharing)


def paid(policy, *claims):
    found, pool = bonuses(claims, policy)
    return {name: bonus.paid for name, bonus in found.items()}, pool


@pytest.mark.parametrize(
    ("budget", "expected"), [("29999.99", False), ("30000", True), ("30000.01", True)], ids=str
)
@pytest.mark.parametrize("cap", ["proportional", "in_order"])
def test_a_sum_at_the_budget_is_paid_in_full_and_a_fen_above_it_is_not(budget, expected, cap):
    policy = reward_policy(bonus_budget=Decimal(budget), bonus_cap=cap)
    found, pool = bonuses([claim("a", "0.2"), claim("b", "0.3")], policy)
    assert (pool.paid == 30_000) is expected
    assert pool.is_capped is not expected
    assert all(("未超过年度总额" in bonus.because.text("zh")) is expected for bonus in found.values())


def test_both_rules_of_a_budget_exceeded_say_what_they_did():
    people = (claim("a", "0.3"), claim("b", "0.2"), claim("c", "0.2"), claim("d", "0.1"))
    lowered, pool = paid(reward_policy(bonus_budget=Decimal(25_000)), *people)
    assert lowered == {"a": 11_111, "b": 5_555, "c": 5_555, "d": 2_777}
    assert (pool.computed, pool.paid, pool.left, pool.rule) == (45_000, 24_998, 2, "proportional")
    in_order = reward_policy(bonus_budget=Decimal(25_001), bonus_cap="in_order")
    ordered, pool = paid(in_order, *people)
    assert ordered == {"a": 20_000, "b": 2_500, "c": 2_500, "d": 0}
    assert (pool.paid, pool.left) == (25_000, 1)
    found, _ = bonuses(people, in_order)
    said = {name: bonus.because.text("zh") for name, bonus in found.items()}
    assert "轮到时总额足够，得 2 万元" in said["a"]
    assert "只余 5,001 元，由奖金相同的 2 人均分" in said["b"]
    assert "总额已发完" in said["d"]
    assert found["d"].standing is Standing.DUE  # earned, though nothing is left


def test_who_misses_the_requirements_takes_nothing_out_of_the_budget():
    policy = reward_policy(bonus_budget=Decimal(20_000))
    told, pool = paid(policy, claim("a", "0.3"), claim("b", "0.3", outcome=Outcome.MISSED))
    assert told == {"a": 20_000, "b": 0}
    assert not pool.is_capped


# --- one person


@pytest.mark.parametrize(
    "outcome", [Outcome.NO_EVIDENCE, Outcome.NO_RULE, Outcome.MISSED], ids=lambda outcome: outcome.value
)
def test_only_a_year_that_is_met_gets_a_bonus_unless_everyone_does(outcome):
    one = claim("a", "0.3", "0.03", outcome)
    found, _ = bonuses([one], POLICY)
    expected = {
        Outcome.NO_EVIDENCE: (Standing.COMMITTEE, None),
        Outcome.NO_RULE: (Standing.NO_RULE, None),
        Outcome.MISSED: (Standing.NOT_DUE, 0),
    }[outcome]
    assert (found["a"].standing, found["a"].paid) == expected
    assert found["a"].parts == ()
    assert paid(reward_policy(bonus_for="everyone"), one)[0] == {"a": 50_000}


@pytest.mark.parametrize("part", ["growth", "share"])
def test_a_missing_figure_is_not_zero(part):
    without = claim("a", None, "0.03") if part == "growth" else claim("a", "0.3", None)
    with_zero = claim("b", 0, "0.03") if part == "growth" else claim("b", "0.3", 0)
    found, pool = bonuses([without, with_zero], POLICY)
    assert (found["a"].standing, found["a"].paid) == (Standing.COMMITTEE, None)
    assert found["b"].paid > 0
    assert pool.unsettled == 1
    known = [each.amount for each in found["a"].parts]
    assert known.count(None) == 1
    assert max(each for each in known if each is not None) == found["b"].paid


def test_a_growth_against_a_part_year_counts_as_the_criterion_takes_it():
    one = claim("a", growth("0.3", part_year=True))
    assert bonuses([one], POLICY)[0]["a"].standing is Standing.COMMITTEE
    assert paid(reward_policy(growth_part_year="as_is"), one)[0] == {"a": 20_000}
    without = claim("a", growth(None, part_year=True))
    found = bonuses([without], reward_policy(growth_part_year="as_is"))[0]["a"]
    assert found.standing is Standing.COMMITTEE
    assert bonuses([one], reward_policy(growth_part_year=None))[0]["a"].standing is Standing.NO_RULE


@pytest.mark.parametrize(
    "key",
    [
        "bonus_growth_scale",
        "bonus_contribution_scale",
        "bonus_reading",
        "bonus_for",
        "bonus_unit",
        "cancellation",
    ],
)
def test_a_rule_left_open_leaves_the_bonus_without_a_rule_and_is_named(key):
    policy = reward_policy(**{key: None})
    found, pool = bonuses([claim("a", "0.3", "0.03")], policy)
    assert (found["a"].standing, found["a"].computed, found["a"].paid) == (Standing.NO_RULE, None, None)
    for lang in ("zh", "en"):
        assert policy.parameters[key].label(lang) in found["a"].because.text(lang)
    assert (pool.paid, pool.unsettled) == (0, 0)


def test_every_rule_left_open_is_named_at_once():
    policy = reward_policy(bonus_reading=None, bonus_unit=None)
    told = bonuses([claim("a", "0.3")], policy)[0]["a"].because.text("zh")
    assert "奖金分档的读法、奖金的最小单位" in told


def test_a_rule_that_a_bonus_does_not_rest_on_may_stay_open():
    policy = reward_policy(bonus_unbounded_growth=None, bonus_cap=None)
    found, _ = bonuses([claim("a", "0.2"), claim("b", FROM_NOTHING)], policy)
    assert found["a"].paid == 10_000
    assert found["b"].standing is Standing.NO_RULE


def test_without_a_rule_for_a_budget_exceeded_nothing_is_paid():
    found, pool = bonuses(
        [claim("a", "0.3"), claim("b", 0)], reward_policy(bonus_cap=None, bonus_budget=Decimal(19_999))
    )
    assert (found["a"].standing, found["a"].computed, found["a"].paid) == (Standing.NO_RULE, 20_000, None)
    assert (found["b"].standing, found["b"].paid) == (Standing.NOT_DUE, 0)
    assert (pool.computed, pool.paid, pool.left, pool.rule) == (20_000, 0, 19_999, None)
    assert pool.is_capped


def test_nobody_makes_an_empty_pool():
    found, pool = bonuses([], POLICY)
    assert found == {}
    assert (pool.computed, pool.paid, pool.left, pool.people, pool.unsettled) == (0, 0, 800_000, 0, 0)


# --- what is told


def test_amounts_are_told_to_the_fen():
    policy = reward_policy(bonus_reading="linear", bonus_unit=Decimal("0.01"))
    found, _ = bonuses([claim("a", Fraction(1, 4) + Fraction(1, 30_000))], policy)
    part, bonus = found["a"].parts[0], found["a"]
    assert bonus.paid == Fraction("15003.33")
    assert "按比例得 15,003.33 元。" in part.because.text("zh")
    assert "15,003.33 yuan" in part.because.text("en")
    assert "舍去不足 0.01 元的" in bonus.because.text("zh")


def test_a_figure_is_never_written_like_a_step_that_it_does_not_reach():
    just_below = Fraction(1, 5) - Fraction(1, 10**7)
    told = bonuses([claim("a", just_below)], POLICY)[0]["a"].parts[0].because.text("zh")
    assert "20%" not in told
    assert "达到 10% 一档" in told
    linear = bonuses([claim("a", just_below)], reward_policy(bonus_reading="linear"))[0]["a"]
    assert linear.parts[0].because.text("zh").startswith("销售额增长率 19.99999%，")


def test_another_currency_of_the_policy_is_named():
    found, _ = bonuses([claim("a", "0.3")], replace(POLICY, currency="USD"))
    assert "得 USD 20,000。" in found["a"].parts[0].because.text("zh")
