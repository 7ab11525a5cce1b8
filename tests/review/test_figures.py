"""Figures as people read them."""

from __future__ import annotations

import json
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cmreview.review.figures import rounded, written, written_date
from cmreview.review.model import Figure, Told
from cmreview.terms import Label, Unit


def test_a_half_is_rounded_up_as_people_do(shared_oracles):
    cases = json.loads((shared_oracles / "exactness.json").read_text("utf-8"))["rounding_half_up_vs_python"]
    assert len(cases) == 3
    for case in cases:
        assert str(rounded(Fraction(case["x"]), 2)) == case["half_up_2dp"]


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4))
def test_rounding_agrees_with_decimals_own_half_up(value):
    assert rounded(Fraction(value), 2) == value.quantize(Decimal("0.01"), ROUND_HALF_UP)


@given(
    st.fractions(min_value=-2, max_value=2, max_denominator=10**5),
    st.decimals(min_value=-2, max_value=2, places=4),
    st.sampled_from([Unit.SHARE, Unit.MONEY, Unit.COUNT, Unit.YEARS]),
)
def test_a_value_is_never_written_like_a_threshold_that_it_differs_from(value, threshold, unit):
    assume(value != Fraction(threshold))
    beside = Fraction(threshold)
    text = written(value, unit, "en", apart_from=beside)
    assert text != written(beside, unit, "en", apart_from=value)
    if value != 0:
        assert text != written(Fraction(0), unit, "en")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_unit_is_written_in_both_languages(lang):
    text = {
        Unit.MONEY: {"zh": "−1,234.57 万元", "en": "−12,345,678.9 yuan"},
        Unit.SHARE: {"zh": "−1,234,567,890%", "en": "−1,234,567,890%"},
        Unit.COUNT: {"zh": "−12,345,678.9", "en": "−12,345,678.9"},
        Unit.YEARS: {"zh": "−12,345,678.9 年", "en": "−12,345,678.9 years"},
    }
    for unit, told in text.items():
        assert written(Fraction("-12345678.9"), unit, lang) == told[lang]
    assert written(Fraction(1), Unit.FLAG, lang) == {"zh": "是", "en": "yes"}[lang]
    assert written(Fraction(5), Unit.DEGREE, lang) == {"zh": "博士", "en": "doctorate"}[lang]


def test_small_and_foreign_money_is_written_in_its_own_unit():
    assert written(Fraction(9_999), Unit.MONEY) == "9,999 元"
    dollars = Label("美元", "US dollars")
    assert written(Fraction(120_000), Unit.MONEY, "zh", dollars) == "12 万美元"
    assert written(Fraction(120_000), Unit.MONEY, "en", dollars) == "120,000 US dollars"


def test_a_date_is_written_without_leading_zeros():
    assert written_date(date(2026, 3, 9)) == "2026年3月9日"
    assert written_date(date(2026, 3, 9), "en") == "9 March 2026"


def test_a_told_sentence_puts_labels_figures_days_and_sentences_together():
    day = Told("review.remark.joined_after", (("day", date(2026, 1, 2)),))
    nested = Told("review.overall.not_eligible_more", (("first", day), ("more", "2")))
    assert nested.text("zh").startswith("评审年度后才入职（2026年1月2日）")
    gap = Told(
        "review.short.by",
        (("indicator", Label("销售", "sales")), ("gap", Figure(Fraction(20_000), Unit.MONEY))),
    )
    assert gap.text("zh") == "销售还差 2 万元"
    assert gap.text("en", Label("美元", "US dollars")) == "sales: 20,000 US dollars short"


def test_text_that_looks_like_a_placeholder_or_markup_stays_as_it_was_typed():
    hostile = "<b>{indicator}</b>{0.__class__}"
    told = Told("review.rule.definition_open", (("parameter", hostile),))
    assert told.text("zh") == f"办法未定口径“{hostile}”。"
