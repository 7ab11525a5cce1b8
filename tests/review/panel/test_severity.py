"""Severity of members: exact, refused where the panel can't tell, never a silent change. Policy 4.3."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.review.panel.severity import severity
from cmreview.review.panel.two_way import Refused, connected, fit
from tests.review.panel.panels import totals_of


@pytest.fixture(scope="module")
def recusals(shared_oracles):
    cases = json.loads((shared_oracles / "panel_scoring.json").read_text("utf-8"))
    return cases["additive_two_way_with_recusals"]


@pytest.fixture(scope="module")
def found(recusals):
    return severity(totals_of(recusals["scores_rows_candidates_cols_raters_null_is_recused"]))


def test_severity_is_exact_with_recusals(recusals, found):
    assert [each.above_panel for each in found.members] == [
        Fraction(each) for each in recusals["rater_bias_sum_zero_exact"]
    ]
    assert [each.corrected for each in found.candidates] == [
        Fraction(each) for each in recusals["candidate_effect_exact"]
    ]
    assert [each.mean for each in found.candidates] == [Fraction(each) for each in recusals["raw_mean_exact"]]


def test_the_rest_has_the_published_spread_and_freedom(recusals, found):
    assert float(found.rest_sd) == pytest.approx(recusals["residual_sd"], abs=1e-6)
    assert found.freedom == recusals["df"]


def test_two_recusals_swap_the_second_and_the_third_place(recusals, found):
    def in_order(place):
        return [int(each.candidate[1:]) for each in sorted(found.candidates, key=place)]

    assert in_order(lambda each: each.place) == recusals["raw_order_best_first"]
    assert in_order(lambda each: each.corrected_place) == recusals["adjusted_order_best_first"]
    assert found.changes_order


def test_the_number_of_candidates_behind_a_severity_is_told(found):
    assert [each.scored for each in found.members] == [4, 4, 4, 4]


def test_a_complete_panel_needs_no_correction():
    found = severity(totals_of([[80, 70, 91], [82, 75, 90], [60, 55, 77]]))
    assert all(each.mean == each.corrected for each in found.candidates)
    assert not found.changes_order


def test_equal_scores_share_a_place():
    found = severity(totals_of([[80, 70], [80, 70], [60, 50]]))
    assert [each.place for each in found.candidates] == [1, 1, 3]
    assert found.rest_sd == 0


def test_groups_without_a_common_member_are_refused_by_name():
    rows = [[80, 81, None, None], [82, 85, None, None], [None, None, 90, 91], [None, None, 70, 75]]
    found = severity(totals_of(rows))
    assert isinstance(found, Refused)
    assert found.reason.key == "panel.refused.disconnected"
    assert "c1、c2；c3、c4" in found.reason.text()
    assert "c1, c2; c3, c4" in found.reason.text("en")


def test_one_common_candidate_joins_two_groups():
    """Joined and still thin by nothing: 5 candidates, 4 members, 10 totals."""
    rows = [[80, 81, None, None], [82, 85, None, None], [83, 84, 88, None]]
    rows += [[None, None, 90, 91], [None, None, 70, 75]]
    table = totals_of(rows)
    assert connected(table) == (("c1", "c2", "c3", "c4", "c5"),)
    assert severity(table).freedom == 11 - (5 + 4 - 1)


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ([], "no_totals"),
        ([[80], [90]], "one_member"),
        ([[80, 90, 85]], "one_candidate"),
        ([[80, 81], [90, None]], "thin"),
        ([[80, None], [None, 90]], "disconnected"),
    ],
    ids=["nobody", "one member", "one candidate", "no freedom", "apart"],
)
def test_what_cannot_be_told_is_refused_with_its_reason(rows, key):
    found = severity(totals_of(rows))
    assert isinstance(found, Refused)
    assert found.reason.key == f"panel.refused.{key}"
    assert found.reason.text("zh")
    assert found.reason.text("en")


def test_one_degree_of_freedom_is_enough():
    assert severity(totals_of([[80, 81], [90, 92]])).freedom == 1


def test_the_correction_takes_back_what_a_lenient_members_recusal_costs():
    """Four of twelve miss a member who gives about 10 more than the other six: they lose 10 / 7 or so."""
    random = np.random.default_rng(2026)
    lost, lost_corrected = [], []
    for _ in range(60):
        truth, above = random.normal(80, 5, 12), random.normal(0, 1, 7)
        above[0] += 10
        marks = np.rint(truth[:, None] + above + random.normal(0, 5, (12, 7)))
        rows = [[int(value) for value in row] for row in marks]
        rows[:4] = [[None, *row[1:]] for row in rows[:4]]
        found = {each.candidate: each for each in severity(totals_of(rows)).candidates}
        in_order = [found[f"c{number}"] for number in range(1, 13)]
        for losses, points in (
            (lost, [float(each.mean) for each in in_order]),
            (lost_corrected, [float(each.corrected) for each in in_order]),
        ):
            gain = np.array(points) - truth
            losses.append(gain[4:].mean() - gain[:4].mean())
    assert 1 < np.mean(lost) < 2
    assert abs(np.mean(lost_corrected)) < 0.5


incomplete = st.integers(2, 4).flatmap(
    lambda members: st.lists(
        st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=members, max_size=members),
        min_size=2,
        max_size=5,
    )
)


@given(incomplete)
def test_the_rests_add_up_to_zero_for_every_candidate_and_every_member(rows):
    """What defines least squares, whatever the way it was solved."""
    table = totals_of(rows)
    fitted = fit(table)
    if isinstance(fitted, Refused):
        return
    rests = {
        (member, who): points - fitted.members[member] - fitted.candidates[who]
        for (member, who), points in table.points.items()
    }
    for name in table.members + table.candidates:
        assert sum(rest for cell, rest in rests.items() if name in cell) == 0
    assert sum(fitted.members.values()) == 0
    assert sum(rest * rest for rest in rests.values()) == fitted.rest_squares


@given(incomplete, st.randoms(use_true_random=False))
def test_a_candidates_corrected_score_does_not_depend_on_the_order_of_anybody(rows, random):
    turned = random.sample(range(len(rows)), len(rows))
    columns = random.sample(range(len(rows[0])), len(rows[0]))
    one = severity(totals_of(rows))
    other = severity(totals_of([[rows[row][column] for column in columns] for row in turned]))
    if isinstance(one, Refused):
        assert isinstance(other, Refused)
        return
    assert sorted(each.corrected for each in one.candidates) == sorted(
        each.corrected for each in other.candidates
    )


@given(incomplete, st.integers(-5, 5))
def test_a_stricter_member_lowers_nobody_once_severity_is_taken_off(rows, points):
    """All candidates' differences stay, however much one member gives or takes from everybody."""
    one = severity(totals_of(rows))
    lifted = [
        [value if value is None or column else value + points for column, value in enumerate(row)]
        for row in rows
    ]
    other = severity(totals_of(lifted))
    if isinstance(one, Refused):
        return
    first, second = ([each.corrected for each in side.candidates] for side in (one, other))
    assert {after - before for before, after in zip(first, second, strict=True)} <= {
        Fraction(points, len(one.members)),
        Fraction(0),
    }
    assert len({after - before for before, after in zip(first, second, strict=True)}) == 1
