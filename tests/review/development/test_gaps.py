"""What a person lacks for the level held and for the next. Policy 6.1, 6.3."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from cmreview.policy.model import Compare
from cmreview.review.development.gaps import Priority, gaps, in_full
from cmreview.terms import Outcome
from tests.builders import make_policy
from tests.review.development.learning import held, judged


def only(found):
    (gap,) = found
    return gap


def test_a_met_criterion_is_no_gap():
    found = gaps(held("junior"), judged("intermediate"))
    assert (found.held, found.above, found.without_rule) == ((), (), ())


@pytest.mark.parametrize(
    ("sales", "missing"), [(1_000_000, None), (999_999, 1), (600_000, 400_000), (1_000_001, None)]
)
def test_a_gap_is_counted_in_the_indicators_own_unit_and_none_at_the_threshold(sales, missing):
    found = gaps(held("junior", sales=sales), ()).held
    assert [gap.gap for gap in found] == ([] if missing is None else [missing])


def test_a_gap_says_in_words_what_is_missing():
    gap = only(gaps(held("junior", sales=615_000), ()).held)
    assert gap.told.text("zh") == "业务销售额还差 38.5 万元"
    assert gap.told.text("en") == "sales: 385,000 yuan short"
    assert (gap.criterion, gap.level, gap.indicator) == ("3.1.P2", "junior", "sales")


def test_missing_evidence_is_a_gap_of_its_own_kind_and_no_size():
    gap = only(gaps(held("junior", satisfaction=None), ()).held)
    assert gap.verdict.outcome is Outcome.NO_EVIDENCE
    assert (gap.gap, gap.natural, gap.priority) == (None, None, Priority.HELD_NO_EVIDENCE)
    assert "补交" in gap.told.text("zh")


def test_a_criterion_without_a_rule_is_no_gap_and_is_told():
    open_policy = make_policy(thresholds={"3.1.P2": None})
    found = gaps(judged("junior", policy=open_policy, sales=0), ())
    assert found.held == ()
    assert ["3.1.P2" in told.text("zh") for told in found.without_rule] == [True]


def test_what_the_level_held_asks_for_comes_before_what_the_next_does():
    found = gaps(held("junior", sales=0, satisfaction=None), judged("intermediate", sales=0, exam=0))
    order = [(gap.priority, gap.criterion) for gap in found.by_priority]
    assert order == [
        (Priority.HELD_MISSED, "3.1.P2"),
        (Priority.HELD_NO_EVIDENCE, "3.1.P3"),
        (Priority.NEXT_LEVEL, "3.2.Q4"),
        (Priority.NEXT_LEVEL, "3.2.P2"),
    ]


def test_leave_of_the_past_year_shortens_no_goal_of_the_next():
    missed = next(one for one in held("junior", sales=600_000) if one.outcome is Outcome.MISSED)
    after_leave = replace(missed, threshold=Fraction(800_000), margin=Fraction(-200_000))
    after_leave = replace(after_leave, full_threshold=Fraction(1_000_000))
    assert only(gaps([after_leave], ()).held).told.text("zh") == "业务销售额还差 20 万元"
    assert only(gaps([in_full(after_leave)], ()).held).told.text("zh") == "业务销售额还差 40 万元"
    assert in_full(missed) == missed  # without leave there is nothing to take back


def test_an_exam_that_is_not_passed_has_no_size():
    assert only(gaps((), judged("intermediate", exam=0)).above).gap is None


@pytest.mark.parametrize(
    ("name", "level", "parts", "told"),
    [
        ("satisfaction", "junior", (7, 10), "答卷数不变时，即再有 1 位客户满意，共 8 位"),
        ("satisfaction", "junior", (7, 9), "答卷数不变时，即再有 1 位客户满意，共 8 位"),
        ("complaint_rate", "intermediate", (1, 20), "服务客户数不变时，即投诉不超过 0 件"),
        ("complaint_rate", "intermediate", (5, 61), "服务客户数不变时，即投诉不超过 3 件"),
        ("sales_growth", "intermediate", (1_000_000, 1_000_000), "即销售额再多 15 万元，达到 115 万元"),
        ("new_customer_growth", "intermediate", (6, 6), "即再开发 1 个客户，全年 7 个"),
        ("long_term_share", "senior", (5, 10), "服务客户数不变时，即再有 1 个长期合作客户，共 6 个"),
        (
            "sales_share",
            "senior",
            (1_000_000, 99_500_000),
            "公司其他人销售额不变时，即销售额再多 50 万元，达到 150 万元",
        ),
    ],
)
def test_a_share_or_growth_is_also_told_in_what_it_is_counted_from(name, level, parts, told):
    gap = only(gaps(judged(level, parts={name: parts}), ()).held)
    assert gap.indicator == name
    assert gap.natural.text("zh") == told


def test_a_value_on_a_line_that_only_less_passes_is_a_gap_of_nothing():
    gap = only(gaps(held("intermediate", complaint_rate=Fraction(5, 100)), ()).held)
    assert gap.gap == 0


def test_every_quotient_that_a_criterion_can_ask_for_has_its_words():
    for level in ("junior", "intermediate", "senior"):
        for name in ("satisfaction", "complaint_rate", "long_term_share", "sales_share", "sales_growth"):
            for compare in Compare:
                criteria = [
                    replace(each, compare=compare) if each.indicator == name else each
                    for each in make_policy().criteria
                ]
                verdicts = judged(
                    level, policy=replace(make_policy(), criteria=tuple(criteria)), parts={name: (99, 100)}
                )
                for gap in (*gaps(verdicts, ()).held, *gaps((), verdicts).above):
                    assert gap.natural is None or gap.natural.text("en")
