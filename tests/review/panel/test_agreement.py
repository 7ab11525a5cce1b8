"""Agreement of members: published figures, and a reason where there is none. Policy 4.3."""

from __future__ import annotations

import csv
import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.review.panel.agreement import agreement, mean_squares
from cmreview.review.panel.score_sheets import tabled
from tests.review.panel.panels import cells, totals_of

LEVEL = Fraction(19, 20)


@pytest.fixture(scope="module")
def published(shared_oracles):
    return json.loads((shared_oracles / "agreement.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def psych(shared_oracles):
    with (shared_oracles / "expected_shrout_fleiss_psych.csv").open(encoding="utf-8") as file:
        return {row["type"]: row for row in csv.DictReader(file)}


def reason(measure):
    assert measure.value is None
    return measure.remark.key


# --- published figures


@pytest.mark.parametrize(("name", "kind"), [("single", "ICC2"), ("average", "ICC2k")])
def test_the_intraclass_correlations_of_shrout_and_fleiss_come_out_with_their_intervals(
    published, psych, name, kind
):
    measure = getattr(agreement(totals_of(published["shrout_fleiss_1979"]["scores"]), LEVEL), name)
    assert float(measure.value) == pytest.approx(float(psych[kind]["ICC"]), abs=1e-6)
    assert float(measure.low) == pytest.approx(float(psych[kind]["lower bound"]), abs=1e-6)
    assert float(measure.high) == pytest.approx(float(psych[kind]["upper bound"]), abs=1e-6)
    assert (measure.members, measure.candidates, measure.remark) == (4, 6, None)


def test_the_published_rounded_figures_are_0_29_and_0_62(published):
    found = agreement(totals_of(published["shrout_fleiss_1979"]["scores"]), LEVEL)
    assert (round(float(found.single.value), 2), round(float(found.average.value), 2)) == (0.29, 0.62)


def test_the_mean_squares_of_shrout_and_fleiss_come_out(published):
    case = published["shrout_fleiss_1979"]
    found = mean_squares(totals_of(case["scores"]))
    assert [round(float(each), 4) for each in found] == [case["MSR"], case["MSC"], case["MSE"]]


def test_the_rest_is_told_in_points(published):
    found = agreement(totals_of(published["shrout_fleiss_1979"]["scores"]), LEVEL)
    assert float(found.rest_sd.value) ** 2 == pytest.approx(published["shrout_fleiss_1979"]["MSE"], abs=1e-4)


def test_krippendorffs_example_gives_0_849_with_its_missing_values(published):
    case = published["krippendorff_2011"]
    rows = zip(*case["rows_raters"], strict=True)
    measure = agreement(totals_of(list(rows)), LEVEL).alpha
    assert round(float(measure.value), 3) == case["interval"] == 0.849
    assert round(float(measure.value), 4) == 0.8491  # the krippendorff package 0.9.0
    assert measure.candidates == 11  # the twelfth has one value, which nothing can be held against


def test_zars_example_with_ties_gives_its_coefficient_of_concordance(published):
    case = published["kendall_w_ties"]
    rows = zip(*case["rows_raters"], strict=True)
    found = agreement(totals_of(list(rows)), LEVEL).order
    assert float(found.value) == pytest.approx(case["W_tie_corrected"], abs=1e-6)


def test_the_small_example_of_concordance_gives_one_sixteenth(published):
    rows = list(zip(*published["kendall_w_small"]["ranks_rows_judges"], strict=True))
    assert agreement(totals_of(rows), LEVEL).order.value == Fraction(published["kendall_w_small"]["W"])


# --- a reason where there is none


def test_full_agreement_is_one_and_has_no_interval():
    found = agreement(totals_of([[80, 80, 80], [90, 90, 90], [70, 70, 70]]), LEVEL)
    assert {each.value for each in (found.single, found.average, found.alpha, found.order)} == {1}
    assert found.single.low is None
    assert found.single.remark.key == found.average.remark.key == "panel.refused.no_interval"
    assert found.rest_sd.value == 0


def test_where_all_marks_are_equal_there_is_nothing_to_measure():
    found = agreement(totals_of([[80, 80, 80]] * 4), LEVEL)
    measures = (found.single, found.average, found.alpha, found.order)
    assert {reason(each) for each in measures} == {"panel.refused.no_variation"}


def test_a_missing_sheet_leaves_alpha_and_takes_what_asks_for_all():
    found = agreement(totals_of([[80, 81, None], [90, 92, 91], [70, 72, 71]]), LEVEL)
    refused = (found.single, found.average, found.order)
    assert {reason(each) for each in refused} == {"panel.refused.incomplete"}
    assert found.alpha.value > Fraction(9, 10)
    assert found.rest_sd.value is not None


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ([[80], [90]], "panel.refused.one_member"),
        ([], "panel.refused.one_member"),
    ],
    ids=["one member", "nobody"],
)
def test_nobody_agrees_with_himself(rows, key):
    found = agreement(totals_of(rows), LEVEL)
    assert {reason(each) for each in (found.single, found.average, found.alpha, found.order)} == {key}
    assert found.rest_sd.value is None


def test_one_candidate_has_no_order():
    found = agreement(totals_of([[80, 90, 85]]), LEVEL)
    assert reason(found.single) == reason(found.order) == "panel.refused.one_candidate"


def test_candidates_who_differ_less_than_members_disagree_have_no_coefficient_of_the_mean():
    found = agreement(totals_of([[80, 90], [90, 80]]), LEVEL)  # both means 85
    assert reason(found.average) == "panel.refused.undefined"


def test_without_a_level_there_is_a_figure_and_no_interval(published):
    found = agreement(totals_of(published["shrout_fleiss_1979"]["scores"]), None)
    assert found.average.value is not None
    assert found.average.low is None
    assert found.average.remark.key == "panel.refused.level_open"


# --- what must never matter

panels = st.integers(2, 5).flatmap(
    lambda members: st.lists(
        st.lists(st.integers(0, 100), min_size=members, max_size=members), min_size=2, max_size=6
    )
)


@given(panels, st.randoms(use_true_random=False))
def test_neither_the_order_of_members_nor_of_candidates_matters(rows, random):
    given_in = list(cells(rows).items())
    random.shuffle(given_in)
    assert agreement(tabled(dict(given_in)), LEVEL) == agreement(totals_of(rows), LEVEL)


@given(panels, st.randoms(use_true_random=False))
def test_it_is_the_same_whoever_is_called_what(rows, random):
    """Renaming turns rows and columns of the table about."""
    shuffled = random.sample(rows, len(rows))
    columns = random.sample(range(len(rows[0])), len(rows[0]))
    turned = [[row[column] for column in columns] for row in shuffled]
    assert agreement(totals_of(turned), LEVEL) == agreement(totals_of(rows), LEVEL)


@given(panels)
def test_an_interval_holds_its_value(rows):
    found = agreement(totals_of(rows), LEVEL)
    for measure in (found.single, found.average):
        if measure.low is not None:
            assert measure.low <= measure.value <= measure.high


@pytest.mark.parametrize("rows", [[[0, 27], [12, 8]], [[0, 7], [1, 5]]], ids=["runs off", "misses its value"])
def test_where_the_approximation_fails_no_interval_is_shown(rows):
    found = agreement(totals_of(rows), LEVEL).single
    assert found.value is not None
    assert (found.low, found.high) == (None, None)
    assert found.remark.key == "panel.refused.no_interval"
