"""The chart of a spread: no column holds both sides of the line, and everybody is in one."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cmreview.show.explorer.distribution import bins, distribution
from cmreview.show.explorer.pages import ROWS, paged

VALUES = st.lists(st.integers(0, 400), min_size=1, max_size=40)


def drawn(values, line, **more):
    return distribution(
        np.array(values, dtype=float), line, "t", "told", "c", lambda value: f"{value:g}", **more
    )


@given(VALUES, st.integers(0, 400), st.booleans())
def test_no_column_holds_figures_of_both_sides(values, line, is_whole):
    known = np.array(values, dtype=float)
    edges = bins(known, float(line), is_whole)
    assert edges[0] <= known.min() + 1e-6
    assert known.max() < edges[-1] + 1e-6
    assert np.isclose(edges, line).any()
    if is_whole:
        assert np.all(np.diff(edges) >= 1)


@given(st.lists(st.floats(0, 2), min_size=1, max_size=60))
def test_everybody_is_in_a_column(values):
    shown = distribution(np.array(values), 1.0, "t", "told", "c", lambda value: "")
    counts = [int(one) for one in re.findall(r">([0-9]+)</text>", shown)]
    assert sum(counts) == len(values)


def test_a_missing_figure_is_no_zero():
    assert ">2</text>" in drawn([5, 5, np.nan], 4.0, is_whole=True)
    assert ">3</text>" not in drawn([5, 5, np.nan], 4.0, is_whole=True)


def test_without_any_figure_there_is_a_sentence_and_no_chart():
    assert drawn([np.nan], 1.0) == "<p>told</p>"


def test_the_line_is_drawn_only_where_the_policy_has_one():
    assert "stroke-dasharray" in drawn([1, 2], 2.0)
    assert "stroke-dasharray" not in drawn([1, 2], None)


@given(st.integers(0, 400), st.integers(-3, 12))
def test_pages_hold_everybody_once(size, page):
    found = [
        row for number in range(1, paged(range(size), 1).pages + 1) for row in paged(range(size), number).rows
    ]
    assert found == list(range(size))
    assert len(paged(range(size), page).rows) <= ROWS
