"""What is written of the level history is what next year's intake reads (Policy 4.5)."""

from __future__ import annotations

from datetime import date

import pytest

from cmreview.policy.load import load_policy
from cmreview.records.opening import open_records
from cmreview.records.template import Template, write_template
from cmreview.review.after.level_history import HistoryRow, history_rows
from cmreview.review.case import expectations
from cmreview.show.level_history import history_files
from cmreview.words import LANGUAGES

ROWS = (
    HistoryRow("00123", "销售一部", "junior", date(2020, 1, 1), date(2026, 2, 28)),
    HistoryRow("00123", "销售一部", "intermediate", date(2026, 3, 1)),
    HistoryRow("00124", "渠道部（华南/西南）", None, date(2020, 1, 1)),
)
PEOPLE = {"销售一部": ("00123", "王伟"), "渠道部（华南/西南）": ("00124", "=1+1")}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("as_csv", [False, True], ids=["workbooks", "csv"])
def test_next_years_intake_reads_what_was_written(root, tmp_path, as_csv, lang):
    policy = load_policy(root / "params" / "policy", 2025)
    levels = {level.id: level.label for level in policy.levels}
    for number, (department, (manager, called)) in enumerate(PEOPLE.items()):
        rows = {"managers": [{"manager_id": manager, "name": called, "department": department}]}
        file = tmp_path / f"roster{number}.xlsx"
        write_template(file, Template(department, levels, lang, tables=("managers",)), rows)
    files = history_files(ROWS, levels, tmp_path, lang, as_csv=as_csv)
    assert len(files) == (1 if as_csv else 2)
    for path, data in files.items():
        path.write_bytes(data)
    records = open_records(tmp_path, expectations=expectations(policy))
    assert records.findings == ()
    assert history_rows(records) == ROWS
    assert history_files(ROWS, levels, tmp_path, lang, as_csv=as_csv) == files
