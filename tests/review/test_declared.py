"""Declared figures beside the records' figures. Policy 4.2."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.review.declared import INDICATORS_DECLARED, reconcile
from cmreview.review.model import Fact
from cmreview.terms import INDICATORS, Unit
from tests.builders import make_policy

POLICY = make_policy()


def line(indicator, declared, computed, policy=POLICY):
    facts = [Fact(indicator, INDICATORS[indicator].unit, None if computed is None else Fraction(computed))]
    row = {} if declared is None else {f"declared_{indicator}": Decimal(declared)}
    return next(told for told in reconcile(row, facts, policy) if told.indicator == indicator)


def test_every_figure_of_the_form_is_reconciled_whether_declared_or_not():
    told = reconcile({}, [], POLICY)
    assert [each.indicator for each in told] == list(INDICATORS_DECLARED)
    assert set(INDICATORS_DECLARED) == {
        "sales",
        "sales_growth",
        "new_customers",
        "satisfaction",
        "complaint_rate",
        "key_customers",
        "long_term_share",
        "major_projects",
    }
    assert {each.agrees for each in told} == {None}


@pytest.mark.parametrize(
    ("declared", "agrees"),
    [("1010000", True), ("1010000.01", False), ("990000", True), ("989999.99", False), ("1000000", True)],
)
def test_figures_agree_up_to_the_policys_tolerance(declared, agrees):
    told = line("sales", declared, 1_000_000)
    assert told.agrees is agrees
    assert told.difference == Fraction(declared) - 1_000_000
    assert told.relative == told.difference / 1_000_000
    assert told.unit is Unit.MONEY


def test_what_is_missing_neither_agrees_nor_differs():
    for told in (line("sales", None, 5), line("sales", "5", None)):
        assert (told.agrees, told.difference, told.relative) == (None, None, None)
    assert line("sales", "5", 5, make_policy(declared_tolerance=None)).agrees is None


def test_beside_a_computed_zero_only_zero_agrees():
    assert line("new_customers", "0", 0).agrees is True
    told = line("new_customers", "1", 0)
    assert (told.agrees, told.difference, told.relative) == (False, 1, None)


def test_a_negative_figure_is_held_against_its_size():
    assert line("sales_growth", "-0.2", Fraction(-1, 5)).agrees is True
    told = line("sales_growth", "-0.1", Fraction(-1, 5))
    assert (told.agrees, told.relative) == (False, Fraction(1, 2))


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_declared_figure_agrees_with_itself_and_the_difference_leads_back(declared, computed):
    assert line("sales", str(declared), declared).agrees is True
    told = line("sales", str(declared), computed)
    assert computed + told.difference == declared
