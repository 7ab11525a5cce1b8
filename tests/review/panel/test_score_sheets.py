"""Score sheets as they are handed in: nothing is guessed, nothing depends on their order. Policy 4.3."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from cmreview.errors import InputError
from cmreview.review.panel.score_sheets import listed, places, score_sheets, totals
from tests.review.panel.panels import ITEMS, full_sheets, totals_of


def test_a_total_is_weighted_exactly():
    """0.4, 0.3 and 0.3 of 80.1, 70.2 and 90.3."""
    table = totals(full_sheets({"c1": {"m1": ("80.1", "70.2", "90.3")}}), ITEMS)
    assert table.points == {("m1", "c1"): Fraction("80.19")}


def test_a_sheet_that_lacks_an_item_has_no_total():
    scores = full_sheets({"c1": {"m1": (80, None, 80), "m2": (80, 0, 80)}})
    assert totals(scores, ITEMS).points == {("m2", "c1"): Fraction(56)}


def test_whoever_has_no_total_is_no_part_of_the_table():
    scores = full_sheets({"c1": {"m1": (80, 80, 80), "m2": (None, 80, 80)}, "c2": {"m2": (80, None, 80)}})
    table = totals(scores, ITEMS)
    assert (table.members, table.candidates) == (("m1",), ("c1",))
    assert table.is_complete


def test_a_table_with_a_gap_is_not_complete():
    assert totals_of([[1, 2], [3, 4]]).is_complete
    assert not totals_of([[1, 2], [3, None]]).is_complete


def test_sheets_come_in_any_order():
    marks = {("m2", "c1", "report"): 80, ("m1", "c2", "report"): 70, ("m1", "c1", "report"): 60}
    turned = dict(reversed(marks.items()))
    assert score_sheets(["m2", "m1"], ["c2", "c1"], marks) == score_sheets(["m1", "m2"], ["c1", "c2"], turned)


def test_a_member_who_never_sat_leaves_neither_marks_nor_recusals():
    marks = {("m1", "c1", "report"): 80, ("m2", "c2", "report"): 70}
    scores = score_sheets(["m1", "m2"], ["c1", "c2"], marks, [("m2", "c1")]).without("m2")
    assert (scores.members, scores.recused) == (("m1",), ())
    assert {mark.member for mark in scores.marks} == {"m1"}


@pytest.mark.parametrize(
    "points",
    [80.5, True, "80", Decimal("NaN"), Decimal("Infinity"), None],
    ids=["a float", "a flag", "text", "not a number", "infinite", "nothing"],
)
def test_a_mark_that_is_not_exact_is_refused(points):
    with pytest.raises(InputError) as refused:
        score_sheets(["m1"], ["c1"], {("m1", "c1", "report"): points})
    assert refused.value.code == "panel.not_exact"
    assert "m1 · c1 · report" in str(refused.value)


@pytest.mark.parametrize(
    "points", [80, Decimal("80.5"), Fraction(241, 3)], ids=["whole", "decimal", "fraction"]
)
def test_an_exact_mark_is_kept_as_it_is(points):
    (mark,) = score_sheets(["m1"], ["c1"], {("m1", "c1", "report"): points}).marks
    assert mark.points == points


def test_all_strangers_are_named_at_once():
    marks = {("m9", "c1", "report"): 80, ("m1", "c9", "report"): 80}
    with pytest.raises(InputError) as refused:
        score_sheets(["m1"], ["c1"], marks, [("m8", "c1"), ("m1", "c8")])
    assert refused.value.values["names"] == ("c8", "c9", "m8", "m9")


def test_the_mark_of_a_recused_member_is_refused_rather_than_counted_or_dropped():
    marks = {("m1", "c1", "report"): 80, ("m1", "c2", "report"): 80}
    with pytest.raises(InputError) as refused:
        score_sheets(["m1"], ["c1", "c2"], marks, [("m1", "c1")])
    assert refused.value.code == "panel.recused_mark"
    assert refused.value.values["places"] == ("m1 · c1",)


def test_equal_values_share_a_place_and_the_next_counts_them():
    values = {"a": Fraction(1, 3), "b": Fraction(2, 6), "c": Fraction(1, 4), "d": Fraction(1)}
    assert places(values) == {"a": 2, "b": 2, "c": 4, "d": 1}
    assert places({}) == {}


def test_a_list_reads_in_both_languages():
    assert listed(["a"]) == "a"
    told = listed(["a", "b", "c"])
    assert (told.text("zh"), told.text("en")) == ("a、b、c", "a, b, c")
