"""A table written as CSV is read by intake as it was, in either language."""

from __future__ import annotations

import pytest

from cmreview.policy.load import load_policy
from cmreview.records.opening import open_records
from cmreview.records.schema import TABLES
from cmreview.records.table_csv import table_csv
from cmreview.records.template import Template, write_template
from cmreview.review.case import expectations
from cmreview.words import LANGUAGES

ROSTER = {"managers": [{"manager_id": "00123", "name": "王伟", "department": "销售一部"}]}
ROWS = (
    {"manager_id": "00123", "year": 2024, "level": "junior", "outcome": "missed", "honour": None},
    {"manager_id": "00123", "year": 2025, "level": "senior", "outcome": "met", "honour": '优秀,"经理"'},
)


@pytest.fixture
def policy(root):
    return load_policy(root / "params" / "policy", 2025)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_intake_reads_what_was_written_under_a_name_with_the_year(policy, tmp_path, lang):
    levels = {level.id: level.label for level in policy.levels}
    write_template(tmp_path / "a.xlsx", Template("销售一部", levels, lang, tables=("managers",)), ROSTER)
    data = table_csv("outcomes", ROWS, levels, lang)
    (tmp_path / f"{TABLES['outcomes'].label(lang)}-2025.csv").write_bytes(data)
    records = open_records(tmp_path, expectations=expectations(policy))
    assert records.findings == ()
    assert records.arrow("outcomes").to_pylist() == list(ROWS)
    assert table_csv("outcomes", ROWS, levels, lang) == data


def test_a_level_that_is_not_known_stands_as_its_id_and_nothing_is_a_blank_cell():
    rows = [{"manager_id": "1", "year": 2025, "level": "expert", "outcome": "no_evidence", "honour": None}]
    text = table_csv("outcomes", rows, {}, "zh").decode("utf-8-sig")
    assert text == "工号,年度,等级,结论,荣誉称号\r\n1,2025,expert,缺证据,\r\n"
