from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from cmreview.findings import Finding, in_order
from cmreview.terms import Severity

FINDINGS = st.builds(
    Finding,
    code=st.sampled_from(["records.a", "records.b"]),
    severity=st.sampled_from(Severity),
    file=st.sampled_from(["一.xlsx", "二.xlsx"]),
    sheet=st.none() | st.sampled_from(["合同", "客户"]),
    row=st.none() | st.integers(1, 9),
    column=st.none() | st.sampled_from(["金额", "日期"]),
    value=st.none() | st.text(max_size=3),
    department=st.none() | st.sampled_from(["销售一部", "销售二部"]),
)


@given(st.lists(FINDINGS, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_depend_on_the_order_of_reading(found, shuffler: random.Random):
    shuffled = list(found)
    shuffler.shuffle(shuffled)
    assert in_order(shuffled) == in_order(found)
    assert len(in_order(found)) == len(found)


@given(st.lists(FINDINGS, max_size=12))
def test_errors_come_before_warnings(found):
    severities = [finding.severity for finding in in_order(found)]
    assert severities == sorted(severities, key=lambda severity: severity != Severity.ERROR)


def test_a_place_names_file_sheet_row_and_column_as_far_as_they_are_known():
    finding = Finding("records.x", Severity.ERROR, "销售一部.xlsx", sheet="合同", row=18, column="金额")
    assert finding.place("zh") == "销售一部.xlsx · 合同 · 第18行 · 金额"
    assert finding.place("en") == "销售一部.xlsx · 合同 · row 18 · 金额"
    assert Finding("records.x", Severity.ERROR, "a.csv").place() == "a.csv"
