"""Completeness: what is blank, late or missing is counted by department, and unknown is never zero."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from cmreview.findings import Finding
from cmreview.records.model import TableCount
from cmreview.review.analysis.completeness import completeness, is_late
from cmreview.review.analysis.material import material
from cmreview.terms import Severity
from tests.builders import make_records
from tests.review.analysis.made import analysis_policy

MANAGERS = [
    {"manager_id": "a", "department": "一部", "degree": "bachelor", "account_manager_since": "2020-01-01"},
    {"manager_id": "b", "department": "二部", "degree": None, "account_manager_since": None},
]


def contract(at: int, manager: str, day: str, **more: str | None) -> dict:
    return {"contract_id": f"HT{at}", "customer_id": f"K{at}", "manager_id": manager, "signed_on": day} | more


CONTRACTS = [
    *(contract(month, "a", f"2025-{month:02}-10", end_on="2026-01-01") for month in range(1, 13)),
    contract(20, "b", "2025-02-03"),
    contract(21, "b", "2025-02-04", cancelled_on="2025-02-05"),
    contract(22, "b", "2024-12-31"),
]
COMPLAINTS = [
    {
        "complaint_id": "T1",
        "customer_id": "K1",
        "manager_id": "a",
        "received_on": "2025-10-02",
        "upheld": None,
    },
    {
        "complaint_id": "T2",
        "customer_id": "K1",
        "manager_id": "a",
        "received_on": "2025-10-01",
        "upheld": None,
    },
    {
        "complaint_id": "T3",
        "customer_id": "K1",
        "manager_id": "b",
        "received_on": "2025-01-01",
        "upheld": True,
    },
    {
        "complaint_id": "T4",
        "customer_id": "K1",
        "manager_id": "b",
        "received_on": "2024-06-01",
        "upheld": None,
    },
]


def found(policy=None, **tables):
    known = {"managers": MANAGERS, "contracts": CONTRACTS} | tables
    records = make_records(**known)
    policy = policy or analysis_policy()
    return completeness(material(records, policy), records)


def by_name(state):
    return {each.department: each for each in state.departments}


def test_months_without_contracts_are_told_by_department_cancelled_ones_counted():
    departments = by_name(found())
    assert departments["一部"].empty_months == ()
    assert departments["二部"].contracts == (0, 2, *(0,) * 10)
    assert departments["二部"].empty_months == (1, *range(3, 13))
    assert str(departments["二部"].last_contract) == "2025-02-04"


@pytest.mark.parametrize(
    ("received", "late"), [("2025-10-01", True), ("2025-10-02", False), ("2025-10-03", False)]
)
def test_a_complaint_is_late_only_after_more_days_than_allowed(received, late):
    records = make_records(complaints=[{**COMPLAINTS[0], "received_on": received}])
    (row,) = records.arrow("complaints").to_pylist()
    assert is_late(row, 2025, 90) is late  # 2 October is ninety days before the year's end


def test_late_complaints_are_those_without_an_outcome_of_earlier_years_too():
    departments = by_name(found(complaints=COMPLAINTS))
    assert (departments["一部"].open_late, departments["二部"].open_late) == (1, 1)


@pytest.mark.parametrize(
    ("values", "tables", "word"),
    [({"complaint_open_days": None}, {"complaints": COMPLAINTS}, "complaint_open_days"), ({}, {}, "投诉")],
    ids=["no rule", "no table"],
)
def test_without_rule_or_table_no_complaint_is_late_and_none_is_punctual(values, tables, word):
    state = found(analysis_policy(**values), **tables)
    assert {each.open_late for each in state.departments} == {None}
    assert word in state.late_reason.text()


def test_answers_are_counted_once_for_a_customer_and_not_at_all_without_surveys():
    assert {each.asked for each in found().departments} == {None}
    surveys = [
        {"customer_id": "K1", "manager_id": "a", "surveyed_on": "2025-03-01", "score": None},
        {"customer_id": "K1", "manager_id": "a", "surveyed_on": "2025-06-01", "score": 4},
        {"customer_id": "K2", "manager_id": "a", "surveyed_on": "2025-06-01", "score": None},
    ]
    departments = by_name(found(surveys=surveys))
    assert (departments["一部"].asked, departments["一部"].unanswered) == (2, 1)
    assert (departments["二部"].asked, departments["二部"].unanswered) == (0, 0)


def test_blank_cells_are_counted_in_the_rows_that_bear_on_the_year():
    columns = {(each.table, each.column): each for each in found().columns}
    degree = columns["managers", "degree"]
    assert (degree.company.rows, degree.company.blank) == (2, 1)
    assert [(each.department, each.blank) for each in degree.departments] == [("一部", 0), ("二部", 1)]
    end = columns["contracts", "end_on"]
    assert (end.company.rows, end.company.blank) == (14, 2)
    assert ("surveys", "score") not in columns
    assert ("customers", "region") not in columns


def test_people_who_left_before_the_year_are_not_in_it():
    gone = {"manager_id": "c", "department": "二部", "left_on": "2024-12-31"}
    columns = {each.column: each for each in found(managers=[*MANAGERS, gone]).columns}
    assert columns["degree"].company.rows == 2


def test_findings_and_rows_are_counted():
    fault = Finding("records.missing", Severity.ERROR, "二部.xlsx", department="二部")
    counts = [
        TableCount("contracts", "一部.xlsx", None, 10, 9, 1),
        TableCount("contracts", "二部.xlsx", None, 5, 5, 0),
    ]
    records = make_records(managers=MANAGERS, contracts=CONTRACTS, findings=[fault], counts=counts)
    state = completeness(material(records, analysis_policy()), records)
    assert (by_name(state)["二部"].errors, by_name(state)["一部"].errors) == (1, 0)
    (table,) = state.tables
    assert (table.rows_in, table.used, table.set_aside) == (15, 14, 1)
    assert replace(table, table="x").rows_in == table.used + table.set_aside


def test_months_after_the_records_end_are_unknown_and_not_empty():
    contracts = [contract(1, "a", "2025-02-10"), contract(2, "b", "2025-04-10")]
    departments = by_name(found(contracts=contracts))
    assert departments["一部"].contracts == (None, 1, 0, 0, *(None,) * 8)
    assert departments["一部"].empty_months == (3, 4)


def test_surveys_and_complaints_are_counted_by_month_and_none_handed_in_is_not_zero():
    survey = {"customer_id": "K1", "score": None}
    surveys = [
        {**survey, "manager_id": "a", "surveyed_on": "2025-03-01"},
        {**survey, "manager_id": "a", "customer_id": "K2", "surveyed_on": "2025-03-31"},
        {**survey, "manager_id": "b", "surveyed_on": "2024-03-31"},
    ]
    policy = analysis_policy(fewest_for_rate=Decimal(1))
    departments = by_name(found(policy, surveys=surveys, complaints=COMPLAINTS))
    assert departments["一部"].surveys == (0, 0, 2, *(0,) * 9)
    assert departments["二部"].surveys == (0,) * 12
    assert departments["一部"].complaints == (*(0,) * 9, 2, 0, 0)
    assert departments["二部"].complaints == (1, *(0,) * 11)
    none = by_name(found(policy))["一部"]
    assert (none.surveys, none.complaints) == (None, None)


@pytest.mark.parametrize("least", [None, Decimal(2)])
def test_complaints_of_few_people_are_not_told_by_month(least):
    departments = by_name(found(analysis_policy(fewest_for_rate=least), complaints=COMPLAINTS))
    assert {each.complaints for each in departments.values()} == {None}
