"""What rows say of each other: each check finds its fault, names its place, and finds nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmreview.records.model import Expectations, Records
from cmreview.records.tray import FaultPolicy
from cmreview.terms import Severity
from tests.records.handed_in import EXPECTATIONS, assembled, codes, only

ZHANG = {"manager_id": "001", "name": "张三", "department": "销售一部", "hired_on": "2020-01-01"}
LI = {"manager_id": "002", "name": "李四", "department": "销售二部", "hired_on": "2020-01-01"}
JIA = {"customer_id": "C1", "name": "甲贸易有限公司"}
YI = {"customer_id": "C2", "name": "乙实业有限公司"}
CONTRACT = {
    "contract_id": "HT-1",
    "customer_id": "C1",
    "manager_id": "001",
    "amount": "50000",
    "signed_on": "2025-03-01",
}


def check(policy: FaultPolicy = FaultPolicy.STOP, **tables: list[Mapping[str, Any]]) -> Records:
    """One department's rows beside a roster of two people and two customers."""
    return assembled(policy, 销售一部={"managers": [ZHANG, LI], "customers": [JIA, YI]} | tables)


def contract(number: str = "HT-1", **changed: Any) -> dict[str, Any]:
    return CONTRACT | {"contract_id": number} | changed


def used(records: Records, table: str) -> int:
    return len(records.tables[table])


# -- keys and references ----------------------------------------------------------------------------------


def test_a_row_repeated_in_full_counts_once():
    records = check(contracts=[contract(), contract(), contract()])
    assert codes(records) == ["repeated_row", "repeated_row"]
    assert [(finding.row, finding.set_aside) for finding in records.findings] == [(3, True), (4, True)]
    assert "销售一部.xlsx · 合同 · 第2行" in records.findings[0].reason("zh")
    assert "row 2" in records.findings[0].reason("en")
    assert used(records, "contracts") == 1


def test_a_row_repeated_in_another_department_s_file_counts_once():
    two = {"managers": [LI], "contracts": [contract()]}
    one = {"managers": [ZHANG], "customers": [JIA], "contracts": [contract()]}
    records = assembled(甲=one, 乙=two)
    assert only(records, "repeated_row").severity == Severity.WARNING
    assert used(records, "contracts") == 1


def test_rows_of_one_key_that_differ_are_both_errors_and_neither_is_chosen():
    records = check(contracts=[contract(), contract(amount="60000", end_on="2026-01-01")])
    assert codes(records) == ["key_conflict", "key_conflict"]
    assert all(finding.set_aside for finding in records.findings)
    assert dict(records.findings[0].details)["columns"] == "合同金额、到期日期"
    assert used(records, "contracts") == 0


def test_two_departments_that_claim_one_person_are_both_told():
    claim = ZHANG | {"department": "销售二部"}
    records = assembled(甲={"managers": [ZHANG]}, 乙={"managers": [claim, LI]})
    assert codes(records) == ["claimed_twice", "claimed_twice"]
    assert {finding.department for finding in records.findings} == {"销售一部", "销售二部"}
    assert {dict(finding.details)["department"] for finding in records.findings} == {"销售一部", "销售二部"}


def test_a_contract_by_somebody_not_on_the_roster_is_set_aside():
    records = check(contracts=[contract(manager_id="009")])
    finding = only(records, "unknown_manager")
    assert (finding.severity, finding.set_aside, finding.column) == (Severity.ERROR, True, "工号")
    assert "009" in finding.reason("zh")
    assert used(records, "contracts") == 0


def test_a_contract_with_an_unknown_customer_is_set_aside():
    records = check(contracts=[contract(customer_id="C9")])
    assert only(records, "unknown_customer").set_aside
    assert used(records, "contracts") == 0


def test_without_a_customers_table_customers_are_not_checked_and_this_is_said_once():
    records = check(customers=[], contracts=[contract(), contract("HT-2", amount="9999")])
    finding = only(records, "no_customers")
    assert (finding.severity, finding.department) == (Severity.WARNING, None)
    assert used(records, "contracts") == 2


def test_without_a_roster_this_is_said_once():
    records = check(managers=[], contracts=[contract(), contract("HT-2", amount="9999")])
    finding = only(records, "no_managers")
    assert (finding.severity, finding.department) == (Severity.ERROR, None)
    assert codes(records) == ["no_managers"]


def test_what_refers_to_a_row_set_aside_goes_with_it_without_another_error():
    nameless = {**ZHANG, "name": None}
    records = check(managers=[nameless, LI], contracts=[contract()])
    assert codes(records) == ["missing", "reference_set_aside"]
    assert only(records, "reference_set_aside").severity == Severity.WARNING
    assert {finding.department for finding in records.findings} == {"销售一部"}
    assert used(records, "contracts") == 0


# -- people -----------------------------------------------------------------------------------------------


def test_nobody_leaves_before_being_hired():
    records = check(managers=[ZHANG | {"left_on": "2019-12-31"}, LI])
    finding = only(records, "ends_before_start")
    assert (finding.severity, finding.column, finding.value) == (Severity.ERROR, "离职日期", "2019-12-31")
    assert "2020-01-01" in finding.reason("en")


def test_a_department_in_two_spellings_is_told():
    records = check(managers=[ZHANG | {"department": "销售（一）部"}, LI | {"department": "销售(一)部"}])
    assert only(records, "department_spelled_twice").severity == Severity.WARNING


def level(start: str, end: str | None, name: str = "初级") -> dict[str, Any]:
    return {"manager_id": "001", "department": "销售一部", "level": name, "start": start, "end": end}


def test_a_level_history_without_gaps_and_overlaps_is_left_alone():
    rows = [level("2020-01-01", "2021-12-31"), level("2022-01-01", None, "中级")]
    assert check(level_history=rows).findings == ()
    assert check(level_history=rows[::-1]).findings == ()


def test_two_levels_on_one_day_are_an_error_and_a_gap_is_a_warning():
    records = check(level_history=[level("2020-01-01", "2021-12-31"), level("2021-12-31", None, "中级")])
    assert only(records, "history_overlap").severity == Severity.ERROR
    assert only(records, "history_overlap").row == 3
    records = check(level_history=[level("2020-01-01", "2021-12-31"), level("2022-02-01", None, "中级")])
    finding = only(records, "history_gap")
    assert finding.severity == Severity.WARNING
    assert dict(finding.details) == {"first": "2022-01-01", "last": "2022-01-31"}


def test_an_open_level_before_another_one_is_an_overlap():
    records = check(level_history=[level("2020-01-01", None), level("2022-01-01", None, "中级")])
    assert codes(records) == ["history_overlap"]


def test_a_long_level_overlaps_also_with_one_behind_the_next():
    rows = [level("2020-01-01", "2024-12-31"), level("2020-02-01", "2020-03-01"), level("2023-01-01", None)]
    records = check(level_history=rows)
    assert [finding.row for finding in records.findings] == [3, 4]


def test_a_level_outside_employment_is_told():
    records = check(
        managers=[ZHANG | {"left_on": "2023-12-31"}, LI],
        level_history=[level("2019-01-01", "2023-12-31"), level("2024-01-01", None)],
    )
    assert codes(records) == ["history_before_hired", "history_after_left"]


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(st.integers(0, 60), st.integers(0, 30) | st.none()), max_size=5, unique_by=lambda x: x[0]
    )
)
def test_overlaps_are_found_exactly_where_a_day_has_two_levels(spans):
    first = date(2021, 1, 1)
    periods = [
        (first + timedelta(days=start), None if length is None else first + timedelta(days=start + length))
        for start, length in spans
    ]
    records = check(
        level_history=[level(str(start), None if end is None else str(end)) for start, end in periods]
    )
    far = date(2030, 1, 1)
    clashing = {
        row
        for row, (start, _) in enumerate(periods, start=2)
        if any(other < start <= (end or far) for other, end in periods)
    }
    found = {finding.row for finding in records.findings if finding.code == "records.history_overlap"}
    assert found == clashing


def test_a_leave_ends_after_it_began_and_no_day_is_in_two():
    leave = {"manager_id": "001", "start": "2025-03-01", "end": "2025-02-01"}
    assert codes(check(leaves=[leave])) == ["ends_before_start"]
    two = [leave | {"end": "2025-04-01"}, leave | {"start": "2025-04-01", "end": "2025-05-01"}]
    assert codes(check(leaves=two)) == ["leave_overlap"]


def test_a_review_before_its_year_is_told():
    review = {
        "manager_id": "001",
        "year": "2025",
        "decision": "通过",
        "reviewer": "王五",
        "reviewed_on": "2024-12-01",
    }
    assert codes(check(preliminary_reviews=[review])) == ["reviewed_before_year"]
    for day in ("2025-12-20", "2026-01-20"):
        assert check(preliminary_reviews=[review | {"reviewed_on": day}]).findings == ()


def conclusion(year, outcome="未达标", level="初级", honour=None):
    return {"manager_id": "001", "year": year, "level": level, "outcome": outcome, "honour": honour}


HELD = {"manager_id": "001", "department": "销售一部", "start": "2020-01-01"}


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (conclusion("2020"), []),
        (conclusion("2019"), ["conclusion_before_hired"]),
        (conclusion("2024"), []),
        (conclusion("2025"), ["conclusion_after_left"]),
        (conclusion("2023", level="中级"), ["conclusion_other_level"]),
        (conclusion("2024", level="中级"), ["conclusion_other_level"]),
        (conclusion("2023", honour="优秀客户经理"), ["honour_of_missed"]),
        (conclusion("2023", "达标", honour="优秀客户经理"), []),
        (conclusion("2023", honour=" "), []),
    ],
)
def test_a_conclusion_that_contradicts_the_history_is_used_and_told(row, found):
    """Policy 5.4.e to 5.4.g."""
    left = ZHANG | {"left_on": "2024-06-30"}
    records = check(managers=[left, LI], level_history=[HELD | {"level": "初级"}], outcomes=[row])
    assert codes(records) == found
    assert [one.severity for one in records.findings] == [Severity.WARNING for _ in found]
    assert used(records, "outcomes") == 1


def test_a_conclusion_is_held_against_the_level_of_the_year_s_last_day():
    raised = [
        HELD | {"level": "初级", "end": "2023-06-30"},
        HELD | {"level": "中级", "start": "2023-07-01"},
    ]
    rows = [conclusion("2022", level="初级"), conclusion("2023", level="中级")]
    assert codes(check(level_history=raised, outcomes=rows)) == []
    assert codes(check(level_history=raised, outcomes=[conclusion("2023")])) == ["conclusion_other_level"]


def test_a_score_off_the_survey_s_scale_is_set_aside():
    survey = {"customer_id": "C1", "manager_id": "001", "surveyed_on": "2025-06-01"}
    rows = [survey | {"score": "5.5"}, survey | {"customer_id": "C2", "score": "5"}]
    records = check(surveys=rows)
    finding = only(records, "score_off_scale")
    assert (finding.severity, finding.set_aside, finding.value) == (Severity.ERROR, True, "5.5")
    assert used(records, "surveys") == 1


def test_without_a_scale_in_the_policy_scores_are_not_checked():
    survey = {"customer_id": "C1", "manager_id": "001", "surveyed_on": "2025-06-01", "score": "99"}
    tables = {"managers": [ZHANG], "customers": [JIA], "surveys": [survey]}
    assert assembled(FaultPolicy.STOP, Expectations(EXPECTATIONS.levels), 甲=tables).findings == ()


# -- contracts and customers ------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["end_on", "cancelled_on"])
def test_a_contract_does_not_end_before_it_is_signed(column):
    records = check(contracts=[contract(**{column: "2025-02-28"})])
    finding = only(records, "ends_before_start")
    assert (finding.severity, finding.value) == (Severity.ERROR, "2025-02-28")
    assert check(contracts=[contract(**{column: "2025-03-01"})]).findings == ()


def test_a_contract_outside_its_manager_s_employment_is_used_and_told():
    leaver = ZHANG | {"left_on": "2024-12-31"}
    records = check(managers=[leaver, LI], contracts=[contract(), contract("HT-2", signed_on="2019-12-31")])
    assert codes(records) == ["contract_after_left", "contract_before_hired"]
    assert used(records, "contracts") == 2


def test_amounts_that_look_like_another_unit_are_told():
    rows = [contract(amount="12.5"), contract("HT-2", amount="1000"), contract("HT-3", amount="50000001")]
    records = check(contracts=rows)
    assert codes(records) == ["amount_small", "amount_large"]
    assert all(finding.severity == Severity.WARNING for finding in records.findings)
    assert used(records, "contracts") == 3


def test_shares_that_make_a_whole_are_left_alone():
    rows = [
        contract(share="33.3333%"),
        contract(manager_id="002", share="66.6667%"),
        contract("HT-2", amount="60000", share="100%"),
        contract("HT-3", amount="70000"),
    ]
    assert check(contracts=rows).findings == ()


@pytest.mark.parametrize(
    ("shares", "total"),
    [
        (("60%", "30%"), "90%"),
        (("60%", None), "160%"),
        ((None, None), "200%"),
        (("50%", "50.0001%"), "100.0001%"),
    ],
)
def test_shares_that_make_no_whole_are_an_error_on_each_row(shares, total):
    records = check(contracts=[contract(share=shares[0]), contract(manager_id="002", share=shares[1])])
    assert codes(records) == ["shares_not_whole", "shares_not_whole"]
    assert {finding.department for finding in records.findings} == {"销售一部", "销售二部"}
    assert {dict(finding.details)["total"] for finding in records.findings} == {total}


def test_a_single_row_with_a_part_of_a_contract_is_an_error():
    assert codes(check(contracts=[contract(share="40%")])) == ["shares_not_whole"]


@pytest.mark.parametrize("share", ["0%", "-10%", "110%"])
def test_a_share_that_is_none_is_set_aside(share):
    records = check(contracts=[contract(share=share)])
    assert codes(records) == ["share_off_range"]
    assert used(records, "contracts") == 0


def test_a_share_whose_other_half_is_set_aside_is_not_blamed():
    rows = [contract(share="60%"), contract(manager_id="009", share="40%")]
    assert codes(check(contracts=rows)) == ["unknown_manager"]


def test_a_shared_contract_repeated_in_full_still_makes_a_whole():
    rows = [contract(share="60%"), contract(manager_id="002", share="40%")]
    assert codes(check(contracts=[*rows, *rows])) == ["repeated_row", "repeated_row"]


def test_a_part_of_a_contract_repeated_in_full_is_still_a_part():
    rows = [contract(share="40%", amount="12")] * 3
    assert codes(check(contracts=rows), beside=["repeated_row"]) == ["shares_not_whole", "amount_small"]


def test_rows_of_one_contract_that_disagree_are_an_error():
    rows = [contract(share="60%"), contract(manager_id="002", share="40%", amount="60000", customer_id="C2")]
    records = check(contracts=rows)
    assert codes(records) == ["contract_disagrees", "contract_disagrees"]
    assert dict(records.findings[0].details)["columns_en"] == "customer id, amount"


@pytest.mark.parametrize("number", ["ht-1", "HT—1", "HT － 1", "HT/1", "HT1", "HT.1"])
def test_a_contract_under_its_number_in_another_spelling_is_told(number):
    records = check(contracts=[contract(), contract(number, amount="70000")])
    assert set(codes(records, beside=["id_normalised"])) == {"contract_spelled_twice"}
    assert used(records, "contracts") == 2


def test_numbers_that_only_look_alike_without_their_dashes_are_other_contracts():
    rows = [contract("2025-1-11"), contract("2025-11-1", customer_id="C2", amount="70000")]
    assert check(contracts=rows).findings == ()


def test_a_contract_entered_twice_under_two_numbers_is_told_also_across_departments():
    one = {"managers": [ZHANG], "customers": [JIA], "contracts": [contract()]}
    two = {"managers": [LI], "contracts": [contract("XS-77", manager_id="002")]}
    records = assembled(甲=one, 乙=two)
    assert codes(records) == ["contract_entered_twice", "contract_entered_twice"]
    assert [dict(finding.details)["contract"] for finding in records.findings] == ["XS-77", "HT-1"]
    assert {finding.department for finding in records.findings} == {"销售一部", "销售二部"}


def test_a_finding_on_another_department_s_contract_names_none_of_its_people():
    one = {"managers": [ZHANG], "customers": [JIA], "contracts": [contract()]}
    two = {"managers": [LI], "contracts": [contract("XS-77", manager_id="002")]}
    of_one = [finding for finding in assembled(甲=one, 乙=two).findings if finding.department == "销售一部"]
    for finding in of_one:
        assert "002" not in finding.line("zh")
        assert "李四" not in finding.line("zh")


def test_one_customer_under_two_ids_is_told():
    code = {"credit_code": "91310000607321234X"}
    records = check(customers=[JIA | code, YI | {"credit_code": "91310000607321234x"}])
    assert codes(records) == ["customer_code_twice", "customer_code_twice"]
    records = check(customers=[JIA, YI | {"name": "甲 贸易（有限公司）"}])
    assert codes(records) == ["customer_name_twice", "customer_name_twice"]
    assert dict(records.findings[0].details)["customer"] == "C2"


def test_customers_without_a_code_are_not_one_customer():
    assert check(customers=[JIA, YI]).findings == ()


# -- all together -----------------------------------------------------------------------------------------


def test_all_findings_come_at_once():
    records = check(
        managers=[ZHANG | {"left_on": "2019-01-01"}, LI],
        level_history=[level("2021-01-01", None), level("2022-01-01", None)],
        contracts=[contract(amount="五千"), contract("HT-2", share="40%"), contract("HT-3", manager_id="x")],
    )
    assert {
        "ends_before_start",
        "history_overlap",
        "not_a_number",
        "shares_not_whole",
        "unknown_manager",
    } <= set(codes(records))


def test_a_row_set_aside_for_one_cell_tells_its_other_faults_too():
    """Whoever mends the date must not be told of the customer only next time."""
    faulty = contract(signed_on="2025/13/1", customer_id="C9", manager_id="009", amount="5", share="120%")
    records = check(contracts=[faulty])
    assert sorted(codes(records)) == [
        "amount_small",
        "no_such_day",
        "share_off_range",
        "unknown_customer",
        "unknown_manager",
    ]
    assert all(finding.set_aside for finding in records.findings)
    assert [(count.rows_in, count.used) for count in records.counts if count.table == "contracts"] == [(1, 0)]


def test_a_row_of_totals_has_no_faults_of_its_own():
    records = check(contracts=[contract(), {"contract_id": "合计", "amount": "5", "share": "130%"}])
    assert codes(records) == ["total_row"]


def test_an_error_in_records_that_nobody_will_mend_sets_its_row_aside():
    rows = [
        contract(share="40%"),
        contract("HT-2", amount="60000", end_on="2020-01-01"),
        contract("HT-3", amount="9999"),
    ]
    records = check(FaultPolicy.SET_ASIDE, contracts=rows)
    assert all(finding.severity == Severity.WARNING and finding.set_aside for finding in records.findings)
    assert records.tables["contracts"]["contract_id"].tolist() == ["HT-3"]
    assert records.stopped == frozenset()


def test_what_belongs_to_a_person_set_aside_is_set_aside_with_a_word_in_such_records():
    records = check(
        FaultPolicy.SET_ASIDE, managers=[ZHANG | {"left_on": "2019-01-01"}, LI], contracts=[contract()]
    )
    assert codes(records) == ["reference_set_aside", "ends_before_start"]
    assert used(records, "contracts") == 0


@settings(deadline=None, max_examples=25)
@given(st.permutations(range(6)), st.integers(1, 5))
def test_neither_order_nor_files_decide_what_is_found(order, cut):
    rows = [
        contract(share="60%"),
        contract(manager_id="002", share="40%"),
        contract("ht-1", amount="70000"),
        contract("HT-5", amount="12"),
        contract("HT-6", amount="60000"),
        contract("HT-7", amount="60000"),
    ]
    shuffled = [rows[at] for at in order]
    company = {"managers": [ZHANG, LI], "customers": [JIA, YI]}
    records = assembled(甲=company, 乙={"contracts": shuffled[:cut]}, 丙={"contracts": shuffled[cut:]})
    plain = assembled(甲=company, 乙={"contracts": rows})
    assert sorted(codes(records)) == sorted(codes(plain))
    assert records.arrow("contracts").equals(plain.arrow("contracts"))
    assert pa.array(records.tables["contracts"]["amount"]).to_pylist()
