"""Calendar arithmetic: tenures by dates, level histories without double days, leave."""

from __future__ import annotations

import json
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from cmreview.review.counting.tenure import (
    Tenure,
    add_years,
    completed,
    days_at_level,
    days_in_year,
    days_within,
    histories,
    in_turn,
    leaves,
    service,
    spell_on,
    years_at_level,
)
from cmreview.review.model import Spell
from tests.builders import make_records

DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


def spell(level: str | None, start: str, end: str | None = None, department: str = "销售一部") -> Spell:
    return Spell(department, level, day(start), None if end is None else day(end))


def test_three_calendar_years_worked_are_three_years_and_not_two():
    assert completed(day("2024-01-01"), day("2026-12-31")) == Tenure(3, 0, 365)
    assert completed(day("2024-01-02"), day("2026-12-31")) == Tenure(2, 364, 365)


def test_tenures_agree_with_the_published_examples(shared_oracles):
    cases = json.loads((shared_oracles / "exactness.json").read_text("utf-8"))["tenure"]
    by_kind = {("correct_years_worked" in case, case.get("plus")): case for case in cases}
    three = by_kind[True, None]
    worked = completed(day(three["start"]), day(three["period_end_inclusive"]))
    assert worked == Tenure(three["correct_years_worked"], 0)
    leap = by_kind[False, "1 year"]
    assert add_years(day(leap["start"]), 1) == day(leap["end"])


def test_somebody_who_began_on_29_february_completes_years_by_the_month_s_last_day():
    assert completed(day("2024-02-29"), day("2025-02-26")).years == 0
    assert completed(day("2024-02-29"), day("2025-02-27")).years == 1
    assert completed(day("2024-02-29"), day("2028-02-28")) == Tenure(4, 0, 365)


def test_an_unfinished_year_counts_by_its_own_length():
    assert completed(day("2023-07-01"), day("2024-06-30")).fraction == 1
    assert completed(day("2023-07-01"), day("2023-12-31")).fraction == Fraction(184, 366)


def test_nobody_has_worked_before_the_first_day():
    assert completed(day("2025-01-01"), day("2024-12-31")) == Tenure(0, 0)
    assert completed(day("2025-01-01"), day("2020-01-01")) == Tenure(0, 0)


def test_service_without_a_first_day_is_not_evidenced():
    assert service(None, day("2025-12-31")) is None


def test_service_ends_with_the_employment():
    since = day("2020-01-01")
    assert service(since, day("2025-12-31")) == Tenure(6, 0)
    assert service(since, day("2025-12-31"), left_on=day("2021-12-31")) == Tenure(2, 0)
    assert service(since, day("2025-12-31"), left_on=day("2030-01-01")) == Tenure(6, 0)


def test_a_change_of_department_does_not_interrupt_a_level():
    moved = [
        spell("junior", "2023-01-01", "2023-05-31"),
        spell("junior", "2023-06-01", None, department="销售二部"),
    ]
    assert years_at_level(moved, "junior", day("2025-12-31")) == Tenure(3, 0)


def test_days_between_two_stretches_of_a_level_do_not_count():
    history = [
        spell("junior", "2021-01-01", "2022-12-31"),
        spell("intermediate", "2023-01-01", "2024-12-31"),
        spell("junior", "2025-01-01"),
    ]
    assert years_at_level(history, "intermediate", day("2025-12-31")) == Tenure(2, 0)
    assert years_at_level(history, "intermediate", day("2023-12-31")).fraction == 1
    # 365 + 365 + 365 days, laid end to end over 2024 they would fall a day short of three years
    assert years_at_level(history, "junior", day("2025-12-31")) == Tenure(3, 0)


def test_days_left_over_of_two_stretches_make_a_year_together():
    history = [
        spell("junior", "2021-01-01", "2021-06-30"),
        spell("intermediate", "2021-07-01", "2023-06-30"),
        spell("junior", "2023-07-01", "2023-12-31"),
    ]
    assert years_at_level(history, "junior", day("2025-12-31")) == Tenure(1, 0)
    assert years_at_level(history, "junior", day("2023-12-30")) == Tenure(0, 364)


def test_a_level_never_held_has_no_tenure_rather_than_none_at_all():
    history = [spell("junior", "2021-01-01")]
    assert years_at_level(history, "senior", day("2025-12-31")) is None
    assert years_at_level(history, "junior", day("2020-12-31")) is None
    assert years_at_level([], "junior", day("2025-12-31")) is None


def test_an_open_line_ends_where_the_next_begins():
    history = [spell("intermediate", "2024-07-01"), spell("junior", "2021-01-01")]
    assert in_turn(history) == (
        spell("junior", "2021-01-01", "2024-06-30"),
        spell("intermediate", "2024-07-01"),
    )
    assert days_at_level(history, "junior", 2024) == 182
    assert days_at_level(history, "intermediate", 2024) == 184
    assert days_at_level(history, "intermediate", 2025) == 365


def test_in_a_gap_of_the_history_nothing_is_held():
    history = [spell("junior", "2021-01-01", "2021-12-31"), spell("intermediate", "2023-01-01")]
    assert spell_on(history, day("2020-12-31")) is None
    assert spell_on(history, day("2021-12-31")) == history[0]
    assert spell_on(history, day("2022-06-30")) is None
    assert spell_on(history, day("2023-01-01")) == history[1]
    assert spell_on([], day("2023-01-01")) is None


def test_a_history_ends_with_the_employment():
    records = make_records(
        managers=[{"manager_id": "A", "left_on": "2024-03-31"}],
        level_history=[{"manager_id": "A", "level": "junior", "start": "2023-01-01"}],
    )
    assert days_at_level(histories(records)["A"], "junior", 2024) == 91


def test_a_day_of_two_leaves_counts_once():
    records = make_records(
        leaves=[
            {"manager_id": "A", "start": "2025-03-01", "end": "2025-03-10"},
            {"manager_id": "A", "start": "2025-03-05", "end": "2025-03-12"},
            {"manager_id": "A", "start": "2025-12-30"},
        ]
    )
    assert days_within(leaves(records)["A"], day("2025-01-01"), day("2025-12-31")) == 12 + 2


@given(DAYS, st.integers(0, 5000))
def test_a_tenure_grows_by_a_day_a_day_and_its_years_are_complete_on_the_eve_of_anniversaries(first, length):
    last = first + timedelta(days=length)
    now, tomorrow = completed(first, last), completed(first, last + timedelta(days=1))
    assert now.fraction < tomorrow.fraction
    assert 0 <= now.days < now.of_days
    assert add_years(first, now.years) <= last + timedelta(days=1) < add_years(first, now.years + 1)


@given(DAYS, st.lists(st.integers(1, 900), min_size=1, max_size=5))
def test_a_level_without_a_break_has_the_tenure_of_one_line_however_it_is_cut(first, lengths):
    lines, start = [], first
    for length in lengths:
        end = start + timedelta(days=length - 1)
        lines.append(Spell("销售一部", "junior", start, end))
        start = end + timedelta(days=1)
    last = lines[-1].end
    assert last is not None
    assert years_at_level(lines[::-1], "junior", last) == completed(first, last)


@given(st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=6), st.integers(2000, 2040))
def test_days_within_agrees_with_counting_day_by_day(intervals, year):
    first, last = date(year, 1, 1), date(year, 12, 31)
    each = [first + timedelta(days=n) for n in range(days_in_year(year))]
    inside = [d for d in each if any(start <= d <= (end or last) for start, end in intervals)]
    assert days_within(intervals, first, last) == len(inside)
