"""Satisfaction and complaints: few answers and few people are marked, and missing tables are not zero."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.review.analysis.service import Kept, answers_of, complaints_of, service
from cmreview.review.analysis.settings import settings
from tests.review.analysis.made import analysis_policy, material, whole_years

SETTINGS = settings(analysis_policy())  # at least 5 answers, at least 5 people
FEW = (*[(4, Kept.FEW_ANSWERS)], (5, None), (6, None))


def line(department: str, **figures: int | None) -> dict:
    known = {"asked": None, "answers": None, "satisfied": None, "complaints": None, "customers_served": 3}
    return {"year": 2025, "department": department} | known | figures


@pytest.mark.parametrize(("answers", "kept"), FEW)
def test_a_share_of_few_answers_is_marked_and_not_told(answers, kept):
    found = answers_of(9, answers, answers, 8, SETTINGS)
    assert found.kept is kept
    assert found.share == (None if kept else 1)
    assert found.satisfied == answers


@pytest.mark.parametrize(("people", "kept"), [(4, Kept.FEW_PEOPLE), (5, None), (6, None)])
def test_rates_of_few_people_are_kept_back_with_what_they_are_made_of(people, kept):
    answers, complaints = answers_of(30, 20, 18, people, SETTINGS), complaints_of(2, 40, people, SETTINGS)
    assert (answers.kept, complaints.kept) == (kept, kept)
    assert answers.satisfied == (None if kept else 18)
    assert complaints.complaints == (None if kept else 2)
    assert (answers.share is None, complaints.rate is None) == (bool(kept), bool(kept))


@given(st.integers(5, 200), st.integers(0, 200), st.data())
def test_the_share_lies_in_its_interval_and_between_its_bounds(answers, unanswered, data):
    satisfied = data.draw(st.integers(0, answers))
    found = answers_of(answers + unanswered, answers, satisfied, 9, SETTINGS)
    assert found.interval.low <= found.share <= found.interval.high
    assert found.low <= found.share <= found.high
    assert (found.low == found.high) == (unanswered == 0)


@given(st.integers(0, 60), st.integers(1, 500))
def test_a_complaint_rate_lies_in_its_interval_and_none_is_not_certain(complaints, served):
    found = complaints_of(complaints, served, 9, SETTINGS)
    assert found.low <= found.rate <= found.high
    assert found.high > 0


def test_nobody_served_is_no_rate_of_zero():
    found = complaints_of(0, 0, 9, SETTINGS)
    assert (found.rate, found.kept) == (None, Kept.NOTHING)


def test_nobody_asked_is_no_share_of_zero():
    assert answers_of(0, 0, 0, 9, SETTINGS).kept is Kept.NOTHING


@pytest.mark.parametrize("key", ["min_answers", "fewest_for_rate"])
def test_without_a_rule_nothing_is_told(key):
    found = answers_of(30, 20, 18, 8, settings(analysis_policy(**{key: None})))
    assert (found.share, found.kept) == (None, Kept.RULE_OPEN)


def test_tables_that_were_not_handed_in_are_named_and_not_counted_as_zero():
    frame = [line("一部") for _ in range(6)]
    found = service(material(whole_years(5, first=2025), frame=frame))
    assert found.now.answers is None
    assert found.now.complaints is None
    assert "满意度" in found.answers_reason.text("zh")
    assert "complaints" in found.complaints_reason.text("en")


def test_departments_add_up_to_the_company():
    frame = [line("一部", asked=5, answers=4, satisfied=3, complaints=1) for _ in range(6)]
    frame += [line("二部", asked=6, answers=2, satisfied=2, complaints=0) for _ in range(5)]
    tables = {"surveys": [{"surveyed_on": None}], "complaints": [{"received_on": None}]}
    found = service(material(whole_years(5, first=2025), frame=frame, tables=tables))
    for name in ("asked", "answers", "satisfied"):
        of_departments = [getattr(each.answers, name) for each in found.departments]
        assert sum(of_departments) == getattr(found.now.answers, name)
    assert (
        sum(each.complaints.complaints for each in found.departments) == found.now.complaints.complaints == 6
    )
    assert [each.department for each in found.departments] == ["一部", "二部"]
    assert found.now.answers.share == Fraction(28, 34)
    assert found.now.complaints.rate == Fraction(6, 33)


def test_an_open_reading_of_satisfied_is_the_reason():
    tables = {"surveys": [{"surveyed_on": None}]}
    policy = analysis_policy(satisfied_from=None, min_answers=Decimal(5))
    found = service(material(whole_years(5, first=2025), tables=tables, policy=policy))
    assert found.now.answers is None
    assert "satisfied_from" in found.answers_reason.text()
