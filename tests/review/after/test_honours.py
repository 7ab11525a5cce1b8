"""The honorary title, priority in promotion and benefits after excellent years. Policy 5.4.b to 5.4.d."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.review.after.honours import benefits, honours, priority
from cmreview.review.after.model import Advice, Measure, Standing
from cmreview.terms import Outcome
from tests.review.after.rewarding import HONOUR, YEAR, contender, person, reward_policy

POLICY = reward_policy()
MISSED = [contender(f"m{place}", 0, Outcome.MISSED) for place in range(30)]


def standings(contenders, policy=POLICY):
    found = honours(contenders, policy)
    assert all(advice.measure is Measure.HONOUR for advice in found.values())
    return {name: advice.standing for name, advice in found.items()}


def told(advice, lang="zh"):
    return "".join(because.text(lang) for because in advice.because)


# --- the title

companies = st.lists(
    st.tuples(
        st.sampled_from([Fraction(each, 100) for each in (90, 100, 110, 111, 120)]),
        st.sampled_from([Outcome.MET, Outcome.MET, Outcome.MET, *Outcome]),
        st.sampled_from([Fraction(1), Fraction(1), Fraction(7, 10)]),
    ),
    max_size=12,
).map(lambda people: [contender(str(place), *each) for place, each in enumerate(people)])
ties = st.sampled_from(["all", "none", "committee"])
quotas = st.integers(0, 100).map(lambda percent: Decimal(percent) / 100)


@given(companies, ties, quotas)
def test_a_quota_is_kept_and_no_lower_score_passes_a_higher_one(contenders, word, quota):
    policy = reward_policy(honour_ties=word, honour_quota=quota)
    found = standings(contenders, policy)
    places = floor(Fraction(quota) * len(contenders))
    competing = [each for each in contenders if each.outcome is Outcome.MET and each.coverage == 1]
    due = [each for each in competing if found[each.manager_id] is Standing.DUE]
    open_ = [each for each in competing if found[each.manager_id] is Standing.COMMITTEE]
    if word != "all":
        assert len(due) <= places
    if word == "committee":
        assert not open_ or len(due) < places < len(due) + len(open_)
        assert len(due) + len(open_) >= min(places, len(competing))
    assert len({each.points for each in open_}) <= 1
    order = {Standing.DUE: 2, Standing.COMMITTEE: 1, Standing.NOT_DUE: 0}
    for one in competing:
        for other in competing:
            if one.points > other.points:
                assert order[found[one.manager_id]] >= order[found[other.manager_id]]
            if one.points == other.points:
                assert found[one.manager_id] is found[other.manager_id]


@given(companies, ties, st.sampled_from(["quota", "line"]), st.randoms(use_true_random=False))
def test_the_order_of_the_people_never_matters(contenders, word, rule, random):
    policy = reward_policy(honour_ties=word, honour_rule=rule, honour_quota=Decimal("0.3"))
    shuffled = list(contenders)
    random.shuffle(shuffled)
    assert honours(contenders, policy) == honours(shuffled, policy)


@given(companies, st.sampled_from(["quota", "line"]))
def test_only_a_year_that_is_met_and_evidenced_in_full_is_recommended(contenders, rule):
    policy = reward_policy(honour_rule=rule, honour_line=Decimal(0), honour_quota=Decimal(1))
    found = honours(contenders, policy)
    assert list(found) == [each.manager_id for each in contenders]
    for each in contenders:
        expected = {
            Outcome.MISSED: Standing.NOT_DUE,
            Outcome.NO_EVIDENCE: Standing.COMMITTEE,
            Outcome.NO_RULE: Standing.NO_RULE,
            Outcome.MET: Standing.DUE if each.coverage == 1 else Standing.COMMITTEE,
        }[each.outcome]
        assert found[each.manager_id].standing is expected
        for lang, stop in (("zh", "。"), ("en", ".")):
            assert told(found[each.manager_id], lang).endswith(stop)


@pytest.mark.parametrize(("people", "places"), [(9, 0), (10, 1), (19, 1), (20, 2)])
def test_a_part_of_a_place_is_none(people, places):
    best = [contender("a", "1.12"), contender("b", "1.11"), contender("c", "1.1")]
    found = standings([*best, *MISSED[: people - 3]])
    assert [found[name] for name in "abc"].count(Standing.DUE) == places


@pytest.mark.parametrize(
    ("word", "standing"),
    [
        ("all", Standing.DUE),
        ("none", Standing.NOT_DUE),
        ("committee", Standing.COMMITTEE),
        (None, Standing.NO_RULE),
    ],
)
def test_equal_scores_at_the_edge_go_by_the_policys_word_and_nobody_else_does(word, standing):
    people = [contender("a", "1.2"), contender("b", 1), contender("c", 1), contender("d", "0.9")]
    policy = reward_policy(honour_ties=word)
    found = honours([*people, *MISSED[:16]], policy)
    assert [found[name].standing for name in "abcd"] == [
        Standing.DUE,
        standing,
        standing,
        Standing.NOT_DUE,
    ]
    assert "共 2 人争余下的 1 个名额" in told(found["b"])
    assert "2" in told(found["b"], "en")


def test_scores_that_differ_by_a_hair_are_no_tie():
    people = [contender("a", Fraction(1, 3)), contender("b", Fraction(333333333333333333, 10**18))]
    found = standings([*people, *MISSED[:8]])
    assert (found["a"], found["b"]) == (Standing.DUE, Standing.NOT_DUE)


@pytest.mark.parametrize(
    ("points", "standing"),
    [("1.0999", Standing.NOT_DUE), ("1.1", Standing.DUE), ("1.1001", Standing.DUE)],
)
def test_a_line_is_reached_at_the_line_itself_whoever_else_reaches_it(points, standing):
    policy = reward_policy(honour_rule="line", honour_quota=None, honour_ties=None)
    found = standings([contender("a", points), contender("b", points), contender("c", "1.2")], policy)
    assert found == {"a": standing, "b": standing, "c": Standing.DUE}


@pytest.mark.parametrize(
    ("left_open", "rule"), [("honour_rule", None), ("honour_quota", "quota"), ("honour_line", "line")]
)
def test_a_rule_left_open_is_named_and_still_a_missed_year_gets_no_title(left_open, rule):
    policy = reward_policy(**({"honour_rule": rule} | {left_open: None}))
    found = honours([contender("a", "1.2"), MISSED[0]], policy)
    assert found["a"].standing is Standing.NO_RULE
    assert policy.parameters[left_open].label.zh in told(found["a"])
    assert found["m0"].standing is Standing.NOT_DUE


def test_a_score_that_the_policy_leaves_open_gives_no_rule_and_one_without_evidence_is_the_committees():
    without = contender("a", None, coverage=0)
    assert standings([without]) == {"a": Standing.COMMITTEE}
    assert standings([without], reward_policy(score_cap=None)) == {"a": Standing.NO_RULE}


def test_nearly_all_of_the_weights_are_not_all_of_them():
    found = honours([contender("a", "1.2", coverage=Fraction(99_999, 100_000))], POLICY)
    assert found["a"].standing is Standing.COMMITTEE
    assert "99.999%" in told(found["a"])


def test_it_is_told_that_open_cases_may_still_change_the_ranks():
    people = [contender("a", "1.1"), contender("b", "1.2", Outcome.NO_EVIDENCE), *MISSED[:8]]
    assert "另有 1 人" in told(honours(people, POLICY)["a"])
    assert "另有" not in told(honours([people[0], *MISSED[:9]], POLICY)["a"])
    assert "另有" not in told(honours(people, reward_policy(honour_rule="line"))["a"])


# --- priority


@pytest.mark.parametrize(
    ("titles", "standing"),
    [
        ({2024: HONOUR}, Standing.DUE),
        ({2024: None}, Standing.NOT_DUE),
        ({2024: "  "}, Standing.NOT_DUE),
        ({2023: HONOUR, 2024: None}, Standing.NOT_DUE),
        ({2023: HONOUR}, Standing.NOT_DUE),
        ({}, Standing.NOT_DUE),
    ],
    ids=str,
)
def test_the_title_of_the_year_before_gives_priority(titles, standing):
    advice = priority(person(titles), POLICY)
    assert (advice.measure, advice.clause, advice.standing) == (Measure.PRIORITY, "5.4.c", standing)
    assert told(advice)


def test_priority_says_that_it_is_no_way_around_a_criterion_and_whether_the_ranking_uses_it():
    one = person({2024: HONOUR})
    assert "不能代替未达标的标准" in told(priority(one, POLICY))
    for tie_breaks in (("sales",), None):
        assert "未列入荣誉称号" in told(priority(one, reward_policy(tie_breaks=tie_breaks)))
    assert "请补充记录" in told(priority(person({}), POLICY))


# --- benefits


def this_year(standing=Standing.DUE):
    return Advice(Measure.HONOUR, standing, ())


def earned(titles, standing=Standing.DUE, since=date(2015, 3, 1), **values):
    return benefits(person(titles, since), this_year(standing), reward_policy(**values))


def years(*said):
    """Titles of the years before the review's, the latest first: True, False, or None where unrecorded."""
    titles = enumerate(said, start=1)
    return {YEAR - back: HONOUR if title else None for back, title in titles if title is not None}


@pytest.mark.parametrize(
    ("before", "standing"),
    [
        ((True, False), Standing.NOT_DUE),
        ((True, True), Standing.DUE),
        ((True, True, True), Standing.DUE),
        ((False, True, True), Standing.NOT_DUE),
        ((None, True), Standing.COMMITTEE),
        ((True, None), Standing.COMMITTEE),
        ((None, None), Standing.COMMITTEE),
        ((None, False), Standing.NOT_DUE),
        ((True, True, None), Standing.DUE),
    ],
    ids=str,
)
def test_three_excellent_years_in_a_row_earn_the_benefits(before, standing):
    advice = earned(years(*before))
    assert (advice.measure, advice.clause, advice.standing) == (Measure.BENEFITS, "5.4.d", standing)
    assert advice.benefits == (("training", "allowance") if standing is Standing.DUE else ())
    assert told(advice).endswith("。")


@given(
    st.lists(st.sampled_from([True, False, None]), max_size=6),
    st.integers(1, 5),
    st.sampled_from(list(Standing)),
)
def test_benefits_follow_only_where_every_reading_of_the_unknown_years_gives_them(before, needed, standing):
    said = [*before, *[None] * needed][: needed - 1]
    advice = earned(years(*before), standing, excellent_years=Decimal(needed))
    this = {Standing.DUE: True, Standing.NOT_DUE: False}.get(standing)
    run = [this, *said]
    if False in run:
        assert advice.standing is Standing.NOT_DUE
    elif None not in run:
        assert advice.standing is Standing.DUE
    else:
        assert advice.standing in (Standing.COMMITTEE, Standing.NO_RULE)
        assert (advice.standing is Standing.NO_RULE) == (standing is Standing.NO_RULE)
    for lang in ("zh", "en"):
        assert told(advice, lang)


def test_the_whole_run_is_told_not_only_the_years_asked_for():
    assert "连续 4 年（2022、2023、2024、2025）" in told(earned(years(True, True, True, False)))
    assert "4 excellent years in a row (2022, 2023, 2024, 2025)" in told(
        earned(years(True, True, True, False)), "en"
    )


def test_a_year_without_a_conclusion_is_named():
    assert "没有 2023、2024 年度结论" in told(earned({}))


@pytest.mark.parametrize(
    ("since", "standing"),
    [
        (date(2023, 12, 31), Standing.COMMITTEE),
        (date(2024, 1, 1), Standing.NOT_DUE),
        (None, Standing.COMMITTEE),
    ],
    ids=str,
)
def test_a_year_before_somebody_became_account_manager_is_no_missing_record(since, standing):
    assert earned({2024: HONOUR}, since=since).standing is standing


def test_this_years_open_title_leaves_the_benefits_open_unless_the_run_is_too_short_anyway():
    assert earned(years(True, True), Standing.COMMITTEE).standing is Standing.COMMITTEE
    assert earned(years(True, False), Standing.COMMITTEE).standing is Standing.NOT_DUE
    assert earned(years(True, True), Standing.NO_RULE).standing is Standing.NO_RULE


@pytest.mark.parametrize("key", ["excellent_years", "excellent_benefits"])
def test_what_the_policy_leaves_open_is_named(key):
    advice = earned(years(True, True), **{key: None})
    assert (advice.standing, advice.benefits) == (Standing.NO_RULE, ())
    assert POLICY.parameters[key].label.zh in told(advice)


def test_one_excellent_year_can_be_enough():
    assert earned({}, excellent_years=Decimal(1)).standing is Standing.DUE
