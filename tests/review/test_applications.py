"""Which application a person is reviewed on. Policy 4.1."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.review.applications import applied
from tests.builders import make_policy

WINDOWS = {year: (f"{year}-12-01", f"{year + 1}-01-15") for year in range(2023, 2028)}


def row(day, level="intermediate", evidence="销售汇总表", admitted_by=None):
    on = date.fromisoformat(day) if isinstance(day, str) else day
    return {"target_level": level, "applied_on": on, "evidence": evidence, "admitted_by": admitted_by}


def policy(year=2025, **values):
    return make_policy(year, **{"application_window": WINDOWS[year]} | values)


@pytest.mark.parametrize(
    ("day", "late"),
    [("2025-12-01", False), ("2026-01-15", False), ("2026-01-16", True), ("2025-11-30", False)],
)
def test_an_application_is_late_after_the_last_day_of_the_window(day, late):
    application = applied([row(day)], policy()).application
    assert application.late is late
    assert application.awaits_admission is late


@pytest.mark.parametrize(("day", "year"), [("2026-03-01", 2025), ("2026-06-20", 2025), ("2026-10-01", 2026)])
def test_an_application_outside_the_windows_belongs_to_the_nearest(day, year):
    for asked in (2024, 2025, 2026):
        assert (applied([row(day)], policy(asked)) is not None) == (asked == year)


@given(st.dates(date(2024, 6, 1), date(2027, 6, 1)))
def test_every_application_belongs_to_exactly_one_year(day):
    for values in ({}, {"application_window": None}):
        years = [year for year in WINDOWS if applied([row(day)], policy(year, **values))]
        assert len(years) == 1


def test_without_a_window_nothing_is_late():
    application = applied([row("2026-06-30")], policy(application_window=None)).application
    assert application.late is None
    assert not application.awaits_admission


def test_the_latest_application_counts_and_the_others_are_kept():
    first, second = row("2025-12-05", "senior"), row("2025-12-20", "intermediate")
    for order in ([first, second], [second, first]):
        told = applied(order, policy())
        assert told.application.target_level == "intermediate"
        assert told.row is second
        assert [each.target_level for each in told.replaced] == ["senior"]


def test_an_application_awaiting_admission_replaces_none_that_can_be_reviewed():
    in_time, late = row("2025-12-05", "intermediate"), row("2026-02-20", "senior")
    for order in ([in_time, late], [late, in_time]):
        told = applied(order, policy())
        assert told.row is in_time
        assert [each.target_level for each in told.replaced] == ["senior"]
    admitted = row("2026-02-20", "senior", admitted_by="王主任")
    assert applied([in_time, admitted], policy()).row is admitted
    unproven = row("2025-12-01", evidence=None)
    assert applied([unproven, late], policy()).row is late


def test_on_the_same_day_the_higher_level_counts_in_any_order():
    both = [row("2025-12-05", "senior"), row("2025-12-05", "intermediate")]
    for order in (both, both[::-1]):
        assert applied(order, policy()).application.target_level == "senior"


def test_evidence_is_a_list_of_documents():
    told = applied([row("2025-12-05", evidence=" 合同清单；满意度报告;  ;获奖证书\n")], policy())
    assert told.application.evidence == ("合同清单", "满意度报告", "获奖证书")


@pytest.mark.parametrize("blank", [None, "", " ； ;"])
def test_an_application_without_evidence_awaits_a_named_persons_admission(blank):
    told = applied([row("2025-12-05", evidence=blank)], policy()).application
    assert (told.evidence, told.awaits_admission) == ((), True)
    assert applied(
        [row("2025-12-05", evidence=blank, admitted_by=" ")], policy()
    ).application.awaits_admission
    admitted = applied([row("2025-12-05", evidence=blank, admitted_by="王主任")], policy()).application
    assert (admitted.admitted_by, admitted.awaits_admission) == ("王主任", False)


def test_nobody_applied():
    assert applied([], policy()) is None
    assert applied([row(date(2025, 12, 5) - timedelta(days=365))], policy()) is None
