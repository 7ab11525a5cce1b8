"""China's official working days and the windows counted in them. Policy 4.4."""

from __future__ import annotations

import csv
from bisect import bisect_right
from datetime import date, datetime, timedelta
from decimal import Decimal

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.errors import InputError
from cmreview.process import workdays
from cmreview.process.calendar_file import load_calendar
from cmreview.process.workdays import Calendar, CalendarNotPublished, Notice, Window, typed_window

CALENDAR = load_calendar()


def on(text: str) -> date:
    return date.fromisoformat(text)


def days_of(*years: int) -> list[date]:
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    return [first + timedelta(days=count) for count in range((last - first).days + 1)]


@pytest.fixture(scope="module")
def published(shared_oracles):
    """Whether each day of 2024 and 2025 is a working day, by an oracle made from the notices."""
    with (shared_oracles / "calendar_2024_2025.csv").open(encoding="utf-8", newline="") as file:
        found = {on(row["date"]): row["is_workday"] == "1" for row in csv.DictReader(file)}
    assert list(found) == days_of(2024, 2025)
    return found


# --- single days


def test_every_day_of_2024_and_2025_is_what_the_notices_say(published):
    assert {day: CALENDAR.is_workday(day) for day in published} == published


def test_every_day_of_the_published_years_agrees_with_a_second_opinion():
    days = days_of(2024, 2025, 2026)
    differing = [day for day in days if CALENDAR.is_workday(day) != chinese_calendar.is_workday(day)]
    assert differing == []
    assert CALENDAR.years == (2024, 2025, 2026)


def test_every_arranged_day_of_the_file_is_that_of_the_notices(shared_oracles):
    with (shared_oracles / "cn_calendar_2024_2026.csv").open(encoding="utf-8", newline="") as file:
        notices = {on(row["date"]): (row["kind"] == "work", row["name"]) for row in csv.DictReader(file)}
    assert {day: (one.is_working, one.name) for day, one in CALENDAR.arranged.items()} == notices


def test_the_shipped_file_leaves_nothing_to_remark():
    assert CALENDAR.findings == ()


@pytest.mark.parametrize(("year", "days"), [(2024, 251), (2025, 248), (2026, 248)])
def test_a_year_has_the_working_days_that_four_libraries_count(year, days):
    """The counts of chinesecalendar, holidays, chinese-days and holiday-cn, which agree."""
    assert CALENDAR.workdays_between(date(year, 1, 1), date(year, 12, 31)) == days


@pytest.mark.parametrize("day", ["2023-12-31", "2027-01-01", "2027-01-04"])
def test_a_year_without_a_notice_is_never_guessed_by_weekday(day):
    with pytest.raises(CalendarNotPublished) as caught:
        CALENDAR.is_workday(on(day))
    assert isinstance(caught.value, InputError)
    assert day[:4] in str(caught.value)
    assert "2024、2025、2026" in str(caught.value)
    assert "由经办人填写公示末日" in str(caught.value)
    assert "a person must type the last day" in caught.value.text("en")


def test_a_time_of_day_is_refused_before_it_is_taken_for_an_ordinary_day():
    new_year = datetime(2026, 1, 1, 9, 30)
    for call in (
        lambda: CALENDAR.is_workday(new_year),
        lambda: CALENDAR.add_workdays(new_year, 5),
        lambda: CALENDAR.workdays_between(new_year, on("2026-01-09")),
        lambda: CALENDAR.days_left(on("2026-01-09"), new_year),
        lambda: typed_window(new_year, datetime(2026, 1, 9), 1, CALENDAR),
    ):
        with pytest.raises(TypeError, match="date without a time"):
            call()


# --- windows


@pytest.mark.parametrize(
    ("posted", "first", "last"),
    [
        ("2026-02-12", "2026-02-13", "2026-02-26"),  # over the Spring Festival, with the Saturday before it
        ("2026-04-29", "2026-04-30", "2026-05-09"),  # ends on a Saturday of make-up work
        ("2026-09-18", "2026-09-20", "2026-09-24"),  # begins on a Sunday of make-up work
        ("2025-12-25", "2025-12-26", "2026-01-04"),  # over the New Year, ends on a Sunday of make-up work
    ],
)
def test_five_working_days_of_publicity_end_when_the_worked_examples_say(posted, first, last):
    """Worked by hand from the notices (the science notes, section 7)."""
    assert CALENDAR.add_workdays(on(posted), 5) == Window(on(first), on(last), 5)


def test_a_window_over_any_day_of_two_years_agrees_with_counting_on_the_oracle(published):
    working = [day for day, is_working in published.items() if is_working]
    for n in (1, 5, 10):
        for posted in published:
            after = bisect_right(working, posted)
            if after + n > len(working):
                continue
            window = CALENDAR.add_workdays(posted, n)
            assert (window.first, window.last) == (working[after], working[after + n - 1])


@pytest.mark.parametrize("posted", ["2026-12-28", "2026-12-25", "2026-12-31", "2027-03-01"])
def test_a_window_that_reaches_into_a_year_without_a_notice_is_refused(posted):
    with pytest.raises(CalendarNotPublished) as caught:
        CALENDAR.add_workdays(on(posted), 5)
    assert caught.value.values["year"] == 2027


def test_the_last_window_that_fits_into_the_published_years_is_counted():
    assert CALENDAR.add_workdays(on("2026-12-24"), 5).last == on("2026-12-31")


def test_the_day_of_posting_counts_only_where_the_policy_says_so():
    monday = on("2026-03-02")
    assert CALENDAR.add_workdays(monday, 5) == Window(on("2026-03-03"), on("2026-03-09"), 5)
    assert CALENDAR.add_workdays(monday, 5, "posting_day") == Window(monday, on("2026-03-06"), 5)


def test_a_day_of_posting_that_is_off_never_counts():
    saturday = on("2026-03-07")
    assert CALENDAR.add_workdays(saturday, 5, "posting_day") == CALENDAR.add_workdays(saturday, 5)


def test_an_unknown_way_to_choose_the_first_day_is_refused():
    with pytest.raises(InputError, match="next_day、posting_day"):
        CALENDAR.add_workdays(on("2026-03-02"), 5, "same_day")


@pytest.mark.parametrize("n", [0, -1, Decimal("2.5"), Decimal(0)])
def test_a_window_has_a_whole_number_of_working_days(n):
    with pytest.raises(InputError, match=str(n)):
        CALENDAR.add_workdays(on("2026-03-02"), n)
    with pytest.raises(InputError, match=str(n)):
        typed_window(on("2026-03-02"), on("2026-03-31"), n, CALENDAR)


def test_the_policys_decimal_gives_the_same_window_as_a_plain_number():
    window = CALENDAR.add_workdays(on("2026-03-02"), Decimal(5))
    assert window == CALENDAR.add_workdays(on("2026-03-02"), 5)
    assert type(window.days) is int


posting_days = st.dates(date(2024, 1, 1), date(2026, 9, 1))
counts = st.integers(1, 30)
ways = st.sampled_from(["next_day", "posting_day"])


@given(posting_days, counts, ways)
def test_counting_a_windows_days_gives_what_it_was_asked_for(posted, n, way):
    window = CALENDAR.add_workdays(posted, n, way)
    assert window.days == n == CALENDAR.workdays_between(window.first, window.last)
    assert CALENDAR.is_workday(window.first)
    assert CALENDAR.is_workday(window.last)
    # nothing between the posting and the first day was left out
    from_day = posted if way == "posting_day" else posted + timedelta(days=1)
    assert CALENDAR.workdays_between(from_day, window.last) == n


@given(posting_days, posting_days, counts, counts, ways)
def test_a_later_posting_or_a_longer_window_never_ends_earlier(one, other, n, more, way):
    early, late = sorted((one, other))
    last = CALENDAR.add_workdays(early, n, way).last
    assert last <= CALENDAR.add_workdays(late, n, way).last
    assert last < CALENDAR.add_workdays(early, n + more, way).last


@given(posting_days, st.integers(0, 40), st.integers(1, 40))
def test_the_working_days_of_two_spans_add_up(first, days, more):
    middle, last = first + timedelta(days=days), first + timedelta(days=days + more)
    whole = CALENDAR.workdays_between(first, last)
    parts = (
        CALENDAR.workdays_between(first, middle),
        CALENDAR.workdays_between(middle + timedelta(days=1), last),
    )
    assert whole == sum(parts)


# --- days left


@pytest.mark.parametrize(
    ("today", "left"),
    [
        ("2026-04-30", 5),
        ("2026-05-01", 4),  # the holiday takes nothing
        ("2026-05-05", 4),
        ("2026-05-06", 4),
        ("2026-05-08", 2),
        ("2026-05-09", 1),  # the last day, a Saturday of make-up work
        ("2026-05-10", 0),
        ("2026-06-01", 0),
    ],
)
def test_the_days_left_count_today_and_end_with_the_last_day(today, left):
    assert CALENDAR.days_left(on(today), on("2026-05-09")) == left


def test_the_days_left_of_a_window_that_nobody_can_count_are_not_guessed():
    with pytest.raises(CalendarNotPublished):
        CALENDAR.days_left(on("2026-12-30"), on("2027-01-06"))


# --- the last week before a notice that is not there yet


@pytest.mark.parametrize(
    ("posted", "last", "may_change"),
    [
        ("2026-12-16", "2026-12-23", False),
        ("2026-12-17", "2026-12-24", False),
        ("2026-12-18", "2026-12-25", True),
        ("2026-12-24", "2026-12-31", True),
        ("2025-12-24", "2025-12-31", False),  # the notice for 2026 is there
    ],
)
def test_the_last_week_of_the_last_published_year_may_change(posted, last, may_change):
    window = CALENDAR.add_workdays(on(posted), 5)
    assert (window.last, window.may_change) == (on(last), may_change)
    assert any("可能变动" in remark for remark in window.remarks()) is may_change
    assert any("may change" in remark for remark in window.remarks("en")) is may_change


def test_a_notice_may_arrange_the_december_before_its_year():
    """As the notice for 2019 did: Saturday 29 December 2018 worked, Monday 31 December off."""
    notices = tuple(Notice(year, "安排", str(year), date(year - 1, 11, 1)) for year in (2018, 2019))
    arranged = {
        on("2018-12-29"): workdays.Arrangement(True, "元旦", 2019),
        on("2018-12-31"): workdays.Arrangement(False, "元旦", 2019),
        on("2019-01-01"): workdays.Arrangement(False, "元旦", 2019),
    }
    window = Calendar(notices, arranged).add_workdays(on("2018-12-27"), 3)
    assert (window.first, window.last) == (on("2018-12-28"), on("2019-01-02"))
    assert not window.may_change
    before = Calendar(notices[:1], {}).add_workdays(on("2018-12-27"), 2)
    assert (before.last, before.may_change) == (on("2018-12-31"), True)


# --- a last day that a person types


@pytest.mark.parametrize(("n", "is_accepted"), [(4, True), (5, True), (6, False)])
def test_a_typed_window_must_hold_enough_working_days(n, is_accepted):
    first, last = on("2026-02-13"), on("2026-02-26")  # five working days over the Spring Festival
    if is_accepted:
        assert typed_window(first, last, n, CALENDAR) == Window(first, last, 5)
        return
    with pytest.raises(InputError, match="只有 5 个工作日，公示期必须不少于 6 个工作日"):
        typed_window(first, last, n, CALENDAR)


def test_a_typed_last_day_before_the_first_is_refused_also_where_nothing_is_published():
    for first, last in (("2026-03-03", "2026-03-02"), ("2027-03-03", "2027-03-02")):
        with pytest.raises(InputError, match="早于首日"):
            typed_window(on(first), on(last), 1, CALENDAR)


def test_a_typed_window_of_one_day_is_enough_for_one_working_day():
    day = on("2026-03-02")
    assert typed_window(day, day, 1, CALENDAR) == Window(day, day, 1)


def test_a_typed_window_in_a_year_without_a_notice_is_accepted_and_marked():
    window = typed_window(on("2027-03-01"), on("2027-03-08"), 5, CALENDAR)
    assert window == Window(on("2027-03-01"), on("2027-03-08"), None, typed=True)
    assert window.remarks() == (
        "末日由经办人填写；工作日历中尚无相应年度的节假日安排，其中的工作日天数未经核对。",
    )


@pytest.mark.parametrize(("last", "may_change"), [("2026-12-24", False), ("2026-12-25", True)])
def test_a_typed_window_that_the_calendar_counts_may_still_change_in_the_last_week(last, may_change):
    window = typed_window(on("2026-12-14"), on(last), 5, CALENDAR)
    assert (window.typed, window.may_change) == (False, may_change)
    assert window.days == CALENDAR.workdays_between(on("2026-12-14"), on(last))


def test_a_year_typed_far_too_late_is_answered_without_counting_its_way_there():
    assert typed_window(on("2027-03-01"), date.max, 5, CALENDAR).days is None


def test_a_typed_window_over_the_end_of_the_published_years_bears_both_remarks():
    window = typed_window(on("2026-12-28"), on("2027-01-05"), 5, CALENDAR)
    assert (window.days, window.typed, window.may_change) == (None, True, True)
    assert len(window.remarks("en")) == 2


@pytest.mark.parametrize(
    ("first", "last", "most"),
    [
        ("2027-03-01", "2027-03-05", 5),  # nothing is known: no more than its calendar days
        ("2026-12-19", "2027-01-01", 12),  # the first weekend is settled; each day from the 25th may work
    ],
)
def test_a_typed_window_is_refused_where_no_notice_could_make_it_long_enough(first, last, most):
    assert typed_window(on(first), on(last), most, CALENDAR).typed
    with pytest.raises(InputError, match=f"最多只有 {most} 个工作日"):
        typed_window(on(first), on(last), most + 1, CALENDAR)
