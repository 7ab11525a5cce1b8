"""What is printed agrees with what was decided; rounding is 四舍五入; missing is never zero."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.policy.model import Compare, Group
from cmreview.review.model import Fact, Verdict
from cmreview.show.figures import NOTHING, Figures, needed_places, number, telling_places
from cmreview.terms import INDICATORS, Label, Outcome, Unit

ZH, EN = Figures("zh"), Figures("en")
MONEY = st.decimals(-(10**11), 10**11, places=4)
RATES = st.fractions(-2, 3, max_denominator=10**6)


def verdict(indicator: str, value, threshold, compare=Compare.AT_LEAST, **fact) -> Verdict:
    known = None if value is None else Fraction(value)
    asked = None if threshold is None else Fraction(threshold)
    margin = None if known is None or asked is None else known - asked
    return Verdict(
        criterion="3.2.P3",
        level="intermediate",
        group=Group.PERFORMANCE,
        compare=compare,
        outcome=Outcome.NO_EVIDENCE,
        fact=Fact(indicator, INDICATORS[indicator].unit, known, **fact),
        threshold=asked,
        margin=-margin if margin is not None and compare is Compare.BELOW else margin,
    )


def read_back(shown: str) -> Decimal:
    """The number in a printed figure."""
    digits = "".join(char for char in shown if char.isdigit() or char in ".−")
    return Decimal(digits.replace("−", "-"))


@given(MONEY)
def test_money_is_rounded_half_up_to_the_hundred_yuan_in_wan(amount):
    exact = (amount / 10_000).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert read_back(ZH.money(amount)) == exact


@given(MONEY)
def test_english_money_counts_the_currency_itself(amount):
    assert read_back(EN.money(amount)) == amount.quantize(Decimal(1), ROUND_HALF_UP)


@given(RATES, st.decimals(-1, 2, places=5).map(Fraction))
def test_a_printed_share_compares_with_its_printed_threshold_as_the_exact_ones_do(value, threshold):
    shown = read_back(ZH.value(Unit.SHARE, value, threshold))
    against = read_back(ZH.exactly(Unit.SHARE, threshold))
    assert (shown > against, shown < against) == (value > threshold, value < threshold)


@given(MONEY, st.integers(1, 10**9))
def test_printed_money_compares_with_its_printed_threshold_as_the_exact_ones_do(value, threshold):
    for figures in (ZH, EN):
        shown = read_back(figures.value(Unit.MONEY, Fraction(value), Fraction(threshold)))
        against = read_back(figures.exactly(Unit.MONEY, Fraction(threshold)))
        assert (shown > against) == (value > threshold)
        assert (shown == against) == (value == threshold)


@given(RATES, st.integers(-200, 300))
def test_a_margin_that_is_not_zero_is_not_printed_as_zero(value, percent):
    judged = verdict("sales_growth", value, Fraction(percent, 100))
    if judged.margin:
        assert read_back(ZH.margin(judged)) != 0


AT_LEAST, BELOW = Compare.AT_LEAST, Compare.BELOW


@pytest.mark.parametrize(
    ("indicator", "value", "threshold", "compare", "zh", "en"),
    [
        ("new_customers", 3, 5, AT_LEAST, "还差 2 个新客户", "2 new customers short"),
        ("new_customers", 4, 5, AT_LEAST, "还差 1 个新客户", "1 new customer short"),
        ("sales", 2_615_000, 3_000_000, AT_LEAST, "还差 38.50 万元", "385,000 yuan short"),
        ("sales", 3_000_000, 3_000_000, AT_LEAST, "恰好达到", "exactly reached"),
        ("sales_growth", "0.14996", "0.15", AT_LEAST, "还差 0.004 个百分点", "0.004 {points} short"),
        ("complaint_rate", "0.05", "0.05", BELOW, "恰为上限，须低于", "exactly the limit, must be below"),
        ("complaint_rate", "0.02", "0.05", BELOW, "低于上限 3.0 个百分点", "3.0 {points} under the limit"),
        ("complaint_rate", "0.07", "0.05", BELOW, "超过上限 2.0 个百分点", "2.0 {points} over the limit"),
        ("service_years", "2.5", 3, AT_LEAST, "还差 0.5 年", "0.5 years short"),
        ("degree", 2, 3, AT_LEAST, "还差 1 个学历层次", "1 degree short"),
        ("sales", None, 3_000_000, AT_LEAST, "—", "—"),
        ("sales", 3_000_000, None, AT_LEAST, "—", "—"),
    ],
)
def test_a_margin_is_told_in_words_and_in_its_own_unit(indicator, value, threshold, compare, zh, en):
    judged = verdict(indicator, value, threshold, compare)
    assert ZH.margin(judged) == zh
    assert EN.margin(judged) == en.format(points="percentage points")


@pytest.mark.parametrize(
    ("indicator", "threshold", "compare", "zh", "en"),
    [
        ("sales", 3_000_000, Compare.AT_LEAST, "≥ 300 万元", "≥ 3,000,000 yuan"),
        ("sales_share", "0.015", Compare.AT_LEAST, "≥ 1.5%", "≥ 1.5%"),
        ("complaint_rate", "0.05", Compare.BELOW, "< 5%", "< 5%"),
        ("degree", 3, Compare.AT_LEAST, "本科及以上", "bachelor or higher"),
        ("service_years", 1, Compare.AT_LEAST, "≥ 1 年", "≥ 1 year"),
        ("exam", None, Compare.PASSED, "通过", "passed"),
        ("sales", None, Compare.AT_LEAST, "未定", "not set"),
    ],
)
def test_a_threshold_is_printed_as_the_policy_has_it(indicator, threshold, compare, zh, en):
    judged = verdict(indicator, None, threshold, compare)
    assert ZH.threshold(judged, judged.threshold) == zh
    assert EN.threshold(judged, judged.threshold) == en


def test_whole_customers_are_missing_where_leave_made_the_threshold_a_fraction():
    judged = replace(verdict("new_customers", 3, "4.5"), outcome=Outcome.MISSED)
    assert ZH.margin(judged) == "还差 2 个新客户"


def test_missing_is_a_dash_and_zero_is_zero():
    assert (ZH.money(None), ZH.percent(None), ZH.count(None), ZH.tenure(None, None)) == (NOTHING,) * 4
    assert ZH.money(0) == "0.00 万元"
    assert ZH.count(0) == "0"


def test_a_growth_from_nothing_is_told_as_such():
    assert ZH.fact(verdict("new_customer_growth", None, "0.1", unbounded=True).fact) == "从零增长"


def test_a_tenure_is_told_in_years_and_days_of_the_calendar():
    fact = verdict("service_years", "3.25", 3, years=3, days=91).fact
    assert (ZH.fact(fact), EN.fact(fact)) == ("3 年 91 天", "3 years 91 days")
    assert EN.tenure(1, 1) == "1 year 1 day"


def test_dates_follow_the_readers_language():
    assert (ZH.day(date(2025, 3, 1)), EN.day(date(2025, 3, 1))) == ("2025年3月1日", "1 March 2025")


def test_a_foreign_currency_is_named():
    dollars = Label("美元", "US dollars")
    assert Figures("zh", dollars).money(3_855_000) == "385.50 万美元"
    assert Figures("en", dollars).money(3_855_000) == "3,855,000 US dollars"


def test_a_difference_too_small_to_print_is_not_printed_as_zero():
    assert ZH.difference(Unit.SHARE, Fraction(1, 10**6)) == "不足 0.1 个百分点"
    assert ZH.difference(Unit.MONEY, Fraction(-5)) == "不足 0.01 万元"
    assert ZH.difference(Unit.MONEY, Fraction(415_000)) == "+41.50 万元"
    assert ZH.difference(Unit.MONEY, Fraction(0)) == "0.00 万元"


@given(st.fractions(), st.integers(0, 8))
def test_rounding_is_never_off_by_more_than_half_a_digit(value, places):
    shown = Fraction(read_back(number(value, places)))
    assert abs(shown - value) * 2 * 10**places <= 1


def test_without_a_threshold_a_figure_keeps_its_usual_decimals():
    third = Fraction(1, 3)
    assert ZH.value(Unit.SHARE, third) == "33.3%"
    assert ZH.value(Unit.MONEY, third * 10**7) == "333.33 万元"
    assert ZH.value(Unit.YEARS, third) == "0.33 年"
    assert ZH.value(Unit.COUNT, third) == "0.33"


def test_decimals_are_added_only_where_they_tell_something():
    assert telling_places(Fraction("14.996"), Fraction(15), 1) == 3
    assert telling_places(Fraction("14.9"), Fraction(15), 1) == 1
    assert telling_places(Fraction(15), Fraction(15), 1) == 1
    assert telling_places(Fraction("6.25"), Fraction("6.25"), 1) == 2
    assert needed_places(Fraction("1.50")) == 1
