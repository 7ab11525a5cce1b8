"""Mean and trimmed mean of the committee's marks: exact, over what is there. Policy 4.3."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.review.figures import rounded
from cmreview.review.panel.combining import combined
from cmreview.review.panel.rules import combining
from tests.review.panel.panels import PLAIN, RULES, TRIMMED, full_sheets, sheets_of

BY_ITEM = replace(TRIMMED, trim_on="each_item")


def one(scores, rules=PLAIN):
    return combined(scores, combining(rules))["c1"]


def keys(found):
    return [remark.key for remark in found.remarks]


@pytest.fixture(scope="module")
def trimmed_cases(shared_oracles):
    cases = json.loads((shared_oracles / "panel_scoring.json").read_text("utf-8"))
    return cases["trimmed_mean_drop1_each_side"]


# --- mean


def test_the_mean_is_weighted_by_item():
    scores = full_sheets({"c1": {"m1": (80, 70, 90), "m2": (90, 80, 70), "m3": (70, 90, 80)}})
    found = one(scores, RULES)
    assert found.points == Fraction(80)
    assert [(part.item, part.weight, part.points, part.counted) for part in found.parts] == [
        ("report", Fraction(2, 5), 80, 3),
        ("defence", Fraction(3, 10), 80, 3),
        ("overall", Fraction(3, 10), 80, 3),
    ]


def test_an_item_left_out_counts_the_other_marks_and_is_named():
    """Report 85, defence (70 + 80) / 2 without m3, overall 80."""
    scores = full_sheets({"c1": {"m1": (80, 70, 90), "m2": (90, 80, 70), "m3": (85, None, 80)}})
    found = one(scores, replace(RULES, fewest_scores=Fraction(2)))
    assert found.points == Fraction("0.4") * 85 + Fraction("0.3") * 75 + Fraction("0.3") * 80
    assert found.counted == 2
    (remark,) = found.remarks
    assert remark.key == "panel.remark.incomplete_counted"
    assert "m3" in remark.text("zh")
    assert "答辩" in remark.text("zh")
    assert "defence" in remark.text("en")


def test_an_item_that_nobody_marked_leaves_no_score():
    scores = full_sheets({"c1": {f"m{n}": (80, None, 90) for n in range(1, 5)}})
    found = one(scores, RULES)
    assert found.points is None
    assert found.reason.key == "panel.evidence.item_without_scores"
    assert "答辩" in found.reason.text()


@pytest.mark.parametrize(("scores", "has_score"), [(2, False), (3, True), (4, True)], ids=str)
def test_fewer_scores_than_the_policy_asks_for_are_no_evidence(scores, has_score):
    found = one(sheets_of([[80] * scores]))
    assert (found.points is not None) == has_score
    assert found.counted == scores
    if not has_score:
        assert found.reason.key == "panel.evidence.too_few"
        assert "2" in found.reason.text()


def test_nobodys_score_is_not_zero():
    found = one(sheets_of([[None, None, None]]))
    assert (found.points, found.counted) == (None, 0)
    assert found.reason.key == "panel.evidence.no_scores"


def test_a_missing_score_is_not_zero():
    missing, zero = one(sheets_of([[80, 90, 85, None]])), one(sheets_of([[80, 90, 85, 0]]))
    assert (missing.points, zero.points) == (85, Fraction(255, 4))


# --- trimmed mean


@pytest.mark.parametrize("rules", [TRIMMED, BY_ITEM], ids=["total", "each item"])
def test_the_trimmed_means_of_the_worked_examples_come_out(trimmed_cases, rules):
    assert len(trimmed_cases) == 3
    for case in trimmed_cases:
        found = one(sheets_of([case["scores"]]), rules)
        assert rounded(found.points, 2) == Decimal(case["trimmed_2dp_half_up"])
        assert rounded(one(sheets_of([case["scores"]])).points, 2) == Decimal(case["mean"])
        assert found.parts[0].dropped == (min(case["scores"]), max(case["scores"]))


def test_of_equal_highest_scores_only_one_is_dropped():
    assert one(sheets_of([[70, 80, 90, 90, 90]]), TRIMMED).points == Fraction(260, 3)


@pytest.mark.parametrize(("count", "is_trimmed"), [(4, False), (5, True), (6, True)], ids=str)
def test_too_few_scores_are_not_trimmed_and_it_says_so(count, is_trimmed):
    values = [0, 80, 80, 80, 80, 80][:count]
    found = one(sheets_of([values]), TRIMMED)
    assert found.points == (80 if is_trimmed else Fraction(240, 4))
    assert keys(found) == ([] if is_trimmed else ["panel.remark.not_trimmed"])


def test_trimming_always_leaves_a_score():
    found = one(
        sheets_of([[70, 90]]), replace(TRIMMED, trim_min_scores=Fraction(1), fewest_scores=Fraction(1))
    )
    assert found.points == 80
    assert keys(found) == ["panel.remark.not_trimmed"]


DIFFERENT_ORDERS = {
    "c1": {"m1": (0, 100, 80), "m2": (100, 0, 80), "m3": (80, 80, 80), "m4": (70, 70, 70), "m5": (90, 90, 90)}
}


def test_trimming_totals_and_trimming_items_differ():
    """m1 and m2 have totals of 54 and 64; item by item their extreme marks go and the others stay."""
    scores = full_sheets(DIFFERENT_ORDERS)
    on_total = one(scores, replace(RULES, score_method="trimmed_mean", trim_on="total"))
    on_items = one(scores, replace(RULES, score_method="trimmed_mean", trim_on="each_item"))
    assert on_total.points == Fraction(64 + 80 + 70, 3)
    assert on_items.points == 80
    assert [part.dropped for part in on_items.parts] == [(0, 100), (0, 100), (70, 90)]


def test_an_incomplete_sheet_has_no_total_to_trim():
    sheets = dict(DIFFERENT_ORDERS["c1"]) | {"m6": (100, None, 100)}
    scores = full_sheets({"c1": sheets})
    found = one(scores, replace(RULES, score_method="trimmed_mean"))
    assert (found.points, found.counted) == (Fraction(64 + 80 + 70, 3), 5)
    assert keys(found) == ["panel.remark.incomplete_left_out"]


def test_an_item_with_too_few_marks_is_the_plain_mean_and_named():
    sheets = dict(DIFFERENT_ORDERS["c1"]) | {"m5": (90, None, 90)}
    found = one(full_sheets({"c1": sheets}), replace(RULES, score_method="trimmed_mean", trim_on="each_item"))
    assert [bool(part.dropped) for part in found.parts] == [True, False, True]
    assert found.parts[1].points == Fraction(250, 4)
    assert keys(found) == ["panel.remark.incomplete_counted", "panel.remark.item_not_trimmed"]
    assert "答辩" in found.remarks[1].text()


def test_sheets_that_all_lack_something_leave_no_total():
    scores = full_sheets({"c1": {f"m{n}": (80, None, 90) for n in range(1, 7)}})
    found = one(scores, replace(RULES, score_method="trimmed_mean"))
    assert found.reason.key == "panel.evidence.no_complete_sheet"


marks = st.lists(st.decimals(0, 100, places=1), min_size=5, max_size=9)


@given(marks)
def test_a_trimmed_mean_lies_between_the_lowest_and_the_highest_score(values):
    kept = sorted(map(Fraction, values))[1:-1]
    points = one(sheets_of([values]), TRIMMED).points
    assert min(values) <= kept[0] <= points <= kept[-1] <= max(values)


@given(marks, st.randoms(use_true_random=False), st.sampled_from([PLAIN, TRIMMED, BY_ITEM]))
def test_who_gave_which_score_never_matters(values, random, rules):
    shuffled = random.sample(values, len(values))
    assert one(sheets_of([shuffled]), rules).points == one(sheets_of([values]), rules).points


@given(st.lists(st.integers(1, 100), min_size=3, max_size=8))
def test_a_missing_score_is_never_the_same_as_a_zero(values):
    assert one(sheets_of([[*values, None]])).points != one(sheets_of([[*values, 0]])).points


@given(marks, st.integers(0, 8))
def test_one_member_alone_moves_a_trimmed_mean_no_further_than_the_others_reach(values, which):
    """What trimming is for: whatever one member writes, the score stays within the others' scores."""
    which %= len(values)
    others = values[:which] + values[which + 1 :]
    for extreme in (0, 100):
        points = one(sheets_of([[*others, extreme]]), TRIMMED).points
        assert min(others) <= points <= max(others)


# --- corrected for severity


CORRECTED = replace(PLAIN, severity_correction="on", fewest_scores=Fraction(2))


def test_with_the_correction_the_score_is_the_exact_least_squares_estimate(shared_oracles):
    cases = json.loads((shared_oracles / "panel_scoring.json").read_text("utf-8"))
    case = cases["additive_two_way_with_recusals"]
    rows = case["scores_rows_candidates_cols_raters_null_is_recused"]
    found = combined(sheets_of(rows), combining(CORRECTED))
    assert [found[f"c{n}"].points for n in range(1, 6)] == [
        Fraction(each) for each in case["candidate_effect_exact"]
    ]
    assert keys(found["c1"]) == ["panel.remark.corrected"]


def test_without_it_the_score_is_the_plain_mean_of_the_same_sheets(shared_oracles):
    cases = json.loads((shared_oracles / "panel_scoring.json").read_text("utf-8"))
    case = cases["additive_two_way_with_recusals"]
    rows = case["scores_rows_candidates_cols_raters_null_is_recused"]
    found = combined(sheets_of(rows), combining(replace(CORRECTED, severity_correction="off")))
    assert [found[f"c{n}"].points for n in range(1, 6)] == [Fraction(each) for each in case["raw_mean_exact"]]


def test_a_correction_that_cannot_be_made_leaves_no_score_rather_than_another_one():
    found = combined(sheets_of([[80, 81, None, None], [None, None, 90, 91]]), combining(CORRECTED))
    assert {each.points for each in found.values()} == {None}
    reason = found["c1"].reason
    assert reason.key == "panel.evidence.not_corrected"
    assert "c1；c2" in reason.text()


def test_with_the_correction_only_complete_sheets_count():
    by_candidate = {
        "c1": {"m1": (80, 80, 80), "m2": (70, 70, 70), "m3": (100, None, 100)},
        "c2": {"m1": (90, 90, 90), "m2": (80, 80, 80), "m3": (85, 85, 85)},
        "c3": {"m1": (60, 60, 60), "m2": (50, 50, 50), "m3": (55, 55, 55)},
    }
    rules = replace(RULES, severity_correction="on", fewest_scores=Fraction(2))
    found = combined(full_sheets(by_candidate), combining(rules))
    assert (found["c1"].points, found["c1"].counted) == (75, 2)
    assert keys(found["c1"]) == ["panel.remark.corrected", "panel.remark.incomplete_left_out"]
