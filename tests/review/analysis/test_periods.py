"""Periods are whole days of one year, and what people write otherwise is refused. Policy 7.1."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.errors import InputError
from cmreview.review.analysis.periods import Period, period

WHOLE = st.sampled_from([(None, 1), ("H", 1), ("H", 2), ("Q", 1), ("Q", 2), ("Q", 3), ("Q", 4)])


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025H1", date(2025, 1, 1), date(2025, 6, 30)),
        ("2025h2", date(2025, 7, 1), date(2025, 12, 31)),
        ("2024Q1", date(2024, 1, 1), date(2024, 3, 31)),
        (" 2025Q4 ", date(2025, 10, 1), date(2025, 12, 31)),
    ],
)
def test_a_period_is_read_as_people_write_it(written, first, last):
    found = period(written)
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize(
    "written", ["", "25", "2025H3", "2025Q5", "2025H0", "2025M1", "2025-H1", "上半年", "２０２５"]
)
def test_what_is_no_period_is_refused_with_what_may_be_written(written):
    with pytest.raises(InputError) as error:
        period(written)
    assert error.value.code == "feedback.bad_period"
    assert "2025H1" in error.value.mend()


@given(year=st.integers(1901, 2998), whole=WHOLE)
def test_periods_of_a_kind_follow_each_other_without_a_gap(year, whole):
    found = Period(year, *whole)
    assert found.preceding.last + timedelta(1) == found.first
    assert (found.year_before.first.month, found.year_before.first.year) == (found.first.month, year - 1)
    assert found.has(found.first)
    assert found.has(found.last)
    assert not found.has(found.first - timedelta(1))
    assert not found.has(found.last + timedelta(1))
    assert not found.has(None)
