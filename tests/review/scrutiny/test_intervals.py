"""Intervals of shares and counts against published values. Policy 1.3.a."""

from __future__ import annotations

import csv
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.review.scrutiny.intervals import garwood, wilson

AT_95 = Fraction(95, 100)


def test_intervals_agree_with_newcombe_and_garwood(shared_oracles):
    rows = list(csv.DictReader((shared_oracles / "intervals.csv").read_text("utf-8").splitlines()))
    assert {row["kind"] for row in rows} == {"wilson95", "garwood95"}
    for row in rows:
        count = int(row["x"])
        found = wilson(count, int(row["n"]), AT_95) if row["kind"] == "wilson95" else garwood(count, AT_95)
        assert float(found.low) == pytest.approx(float(row["lo"]), abs=6e-5)
        assert float(found.high) == pytest.approx(float(row["hi"]), abs=6e-5)


def test_newcombes_first_example_by_hand():
    """81 of 263: .2553 to .3662 (Newcombe 1998, Stat Med 17:857, table I)."""
    found = wilson(81, 263, AT_95)
    assert (round(float(found.low), 4), round(float(found.high), 4)) == (0.2553, 0.3662)


@given(of=st.integers(1, 400), data=st.data())
def test_an_interval_holds_its_share_and_stays_between_nothing_and_all(of, data):
    passed = data.draw(st.integers(0, of))
    found = wilson(passed, of, AT_95)
    assert 0 <= found.low <= Fraction(passed, of) <= found.high <= 1
    mirrored = wilson(of - passed, of, AT_95)
    assert abs(mirrored.low - (1 - found.high)) <= Fraction(2, 10**6)


def test_nobody_has_no_interval_and_impossible_counts_are_refused():
    assert wilson(0, 0, AT_95) is None
    for passed, of, level in ((3, 2, AT_95), (-1, 2, AT_95), (1, 2, Fraction(1)), (1, 2, Fraction(0))):
        with pytest.raises(ValueError, match=r"of|level"):
            wilson(passed, of, level)
    with pytest.raises(ValueError, match="count"):
        garwood(-1, AT_95)
