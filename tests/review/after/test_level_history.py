"""The level history has every new level, appointed or demoted, from its day on (Policy 4.5, 5.4.f)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.process.events import Applied, Appointed, MeasureDecided
from cmreview.process.measures import Measure, Standing
from cmreview.process.stages import CaseState, DecidedMeasure, Stage
from cmreview.review.after.level_history import HistoryRow, level_history

FROM = date(2026, 3, 1)
EVE = date(2026, 2, 28)


def state(manager="00123", level="intermediate", day=FROM, department="销售一部"):
    applied = Applied("王伟", department, "junior", level, date(2025, 12, 10))
    given_ = Appointed(level, day, "聘〔2026〕1号", "ZS-1")
    return CaseState(f"2025/{manager}", Stage.APPOINTED, application=applied, appointment=given_)


def demoted(manager="00123", level="junior", day=FROM, held="intermediate", agreed=True, of=None):
    decided = MeasureDecided(
        *(Measure.DEMOTION, agreed, EVE, Standing.DUE, "王伟", "销售一部", held),
        effective_on=day,
        to_level=level,
    )
    before = of or CaseState(f"2025/{manager}")
    return replace(before, measures=(DecidedMeasure(7, decided, "P01", None),))


def row(start, end=None, level="junior", department="销售一部", manager="00123"):
    return HistoryRow(manager, department, level, start, end)


def after(*rows, of=None):
    states = of or (state(),)
    return level_history(rows, {one.case: one for one in states})


def keys(found):
    return [one.told.key.removeprefix("level_history.") for one in found.remarks]


def test_the_row_that_covers_the_day_ends_the_day_before_and_the_new_one_begins_on_it():
    found = after(row(date(2021, 1, 1)))
    assert found.rows == (row(date(2021, 1, 1), EVE), row(FROM, level="intermediate"))
    assert found.appointed == (row(FROM, level="intermediate"),)
    assert found.remarks == ()


def test_somebody_without_a_level_gets_one():
    found = after(row(date(2021, 1, 1), level=None))
    assert [one.level for one in found.rows] == [None, "intermediate"]


@pytest.mark.parametrize(
    ("start", "kept"),
    [(FROM - timedelta(1), True), (FROM, False)],
    ids=["began the day before", "begins on the day"],
)
def test_a_row_that_begins_on_the_day_gives_way(start, kept):
    found = after(row(start))
    assert (row(start, EVE) in found.rows) is kept
    assert row(FROM, level="intermediate") in found.rows


@pytest.mark.parametrize(
    ("end", "covers"),
    [(FROM, True), (EVE, False)],
    ids=["ends on the day", "ended the day before"],
)
def test_a_new_row_takes_over_the_end_of_the_one_it_follows(end, covers):
    found = after(row(date(2021, 1, 1), end))
    (new,) = found.appointed
    assert new.end == (end if covers else None)
    assert keys(found) == ([] if covers else ["no_row"])


def test_the_department_is_the_one_of_the_day_not_of_the_application():
    found = after(row(date(2021, 1, 1), department="销售二部"))
    assert found.appointed[0].department == "销售二部"


def test_somebody_without_a_history_is_added_and_told():
    found = after()
    assert found.rows == (row(FROM, level="intermediate"),)
    assert keys(found) == ["no_row"]


def test_a_level_that_is_held_already_is_not_added_twice():
    once = after(row(date(2021, 1, 1)))
    again = after(*once.rows)
    assert again.rows == once.rows
    assert again.appointed == ()
    assert keys(again) == ["held_already"]


def test_rows_that_begin_later_are_left_alone_and_told():
    later = row(date(2026, 7, 1), department="销售二部")
    found = after(row(date(2021, 1, 1), date(2026, 6, 30)), later)
    assert found.rows == (
        row(date(2021, 1, 1), EVE),
        row(FROM, date(2026, 6, 30), level="intermediate"),
        later,
    )
    assert keys(found) == ["later_rows"]
    assert after(later).rows == (row(FROM, date(2026, 6, 30), level="intermediate"), later)


def test_others_keep_their_history_and_a_case_without_an_appointment_changes_nothing():
    other = row(date(2020, 1, 1), manager="00999")
    ended = CaseState("2025/00999", Stage.NOT_APPOINTED, application=state().application)
    found = after(other, of=(ended,))
    assert (found.rows, found.appointed, found.remarks) == ((other,), (), ())


@given(
    starts=st.lists(st.dates(date(2015, 1, 1), date(2027, 12, 31)), max_size=6, unique=True),
    gaps=st.lists(st.integers(1, 40), min_size=6, max_size=6),
    day=st.dates(date(2014, 1, 1), date(2028, 12, 31)),
    is_open=st.booleans(),
)
def test_nobody_has_two_levels_on_one_day_and_no_day_loses_one(starts, gaps, day, is_open):
    starts = sorted(starts)
    ends = [after_ - timedelta(gap) for after_, gap in zip(starts[1:], gaps, strict=False)]
    ends += [None if is_open else date(2030, 1, 1)]
    rows = [row(a, b) for a, b in zip(starts, ends, strict=False) if b is None or a <= b]
    found = after(*rows, of=(state(day=day),))
    spans = [(one.start, one.end or date.max) for one in found.rows]
    assert all(one[1] < other[0] for one, other in pairwise(spans))
    for one in rows:
        for edge in (one.start, one.end or date(2029, 6, 1)):
            assert any(a <= edge <= b for a, b in spans)
    assert sum(one.level == "intermediate" and one.start == day for one in found.rows) == 1


# --- demotions


def test_a_demotion_that_was_agreed_to_is_a_new_level_from_its_day_on():
    found = after(row(date(2021, 1, 1), level="intermediate"), of=(demoted(),))
    assert found.rows == (row(date(2021, 1, 1), EVE, level="intermediate"), row(FROM, level="junior"))
    assert (found.demoted, found.appointed, found.remarks) == ((row(FROM, level="junior"),), (), ())


def test_a_demotion_that_was_not_agreed_to_changes_nothing():
    before = row(date(2021, 1, 1), level="intermediate")
    found = after(before, of=(demoted(agreed=False),))
    assert (found.rows, found.demoted, found.remarks) == ((before,), (), ())


def test_a_demotion_from_another_level_than_the_history_has_is_told():
    found = after(row(date(2021, 1, 1), level="senior"), of=(demoted(),))
    assert found.demoted == (row(FROM, level="junior"),)
    assert keys(found) == ["other_level"]


def test_a_demotion_of_somebody_without_a_history_is_added_and_told():
    found = after(of=(demoted(),))
    assert found.rows == (row(FROM, level="junior"),)
    assert keys(found) == ["no_row_demoted"]


def test_a_demotion_that_is_in_the_history_already_is_not_added_twice():
    once = after(row(date(2021, 1, 1), level="intermediate"), of=(demoted(),))
    again = after(*once.rows, of=(demoted(),))
    assert (again.rows, again.demoted, keys(again)) == (once.rows, (), ["held_already"])


@pytest.mark.parametrize("days", [-20, 0, 20])
def test_appointment_and_demotion_of_one_person_follow_their_days(days):
    day = FROM + timedelta(days)
    both = demoted(level="junior", day=day, held="intermediate" if days >= 0 else "senior", of=state())
    found = after(row(date(2021, 1, 1), level="senior"), of=(both,))
    spans = [(one.start, one.end or date.max) for one in found.rows]
    assert all(one[1] < other[0] for one, other in pairwise(spans))
    last = "junior" if days >= 0 else "intermediate"
    assert (found.rows[-1].level, found.rows[-1].start) == (last, max(day, FROM))
