"""What is typed into a box is read exactly, and a blank box is not zero."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.errors import InputError
from cmreview.explore import entries
from cmreview.process.events import ItemScore
from tests.explore.sitting import ITEMS, SETTING

RULES = SETTING.rules


def points(typed):
    return entries.item_scores({ITEMS[0]: typed}, RULES.items)[0].points


def test_a_box_left_blank_is_not_scored_and_never_zero():
    scores = entries.item_scores({ITEMS[0]: "80", ITEMS[1]: " "}, RULES.items)
    assert scores == (ItemScore(ITEMS[0], Decimal(80)), ItemScore(ITEMS[1], None), ItemScore(ITEMS[2], None))


@pytest.mark.parametrize(
    ("typed", "exact"), [("85.5", "85.5"), ("８５．５", "85.5"), (" 0 ", "0"), ("-3", "-3")]
)
def test_points_are_read_as_typed(typed, exact):
    assert points(typed) == Decimal(exact)


@given(st.decimals(min_value=0, max_value=100, places=3))
def test_points_keep_every_decimal(value):
    assert points(str(value)) == value


@pytest.mark.parametrize("typed", ["八十", "80分", "8,5", "1e2", "nan", "80 5", "inf", "80."])
def test_what_is_no_number_is_refused_with_its_item(typed):
    with pytest.raises(InputError) as refused:
        points(typed)
    assert "业绩汇报" in refused.value.what("zh")


def test_all_odd_boxes_are_told_at_once():
    with pytest.raises(InputError) as refused:
        entries.item_scores({ITEMS[0]: "a", ITEMS[1]: "80", ITEMS[2]: "b"}, RULES.items)
    assert "a" in refused.value.what("en")
    assert "b" in refused.value.what("en")


def test_votes_are_whole_numbers_or_blank():
    assert entries.vote_counts(("5", "", "０")) == (5, None, 0)
    with pytest.raises(InputError):
        entries.vote_counts(("5", "1.5", "-1"))


def test_a_day_is_a_day():
    assert entries.day(" 2026-02-04 ") == date(2026, 2, 4)
    with pytest.raises(InputError, match="2026-02-30"):
        entries.day("2026-02-30")
