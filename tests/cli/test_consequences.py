"""The command consequences as a person types it. Policy 5.4."""

from __future__ import annotations

import openpyxl
import pytest

from cmreview.records.example.company import write_example


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    folder = tmp_path_factory.mktemp("example")
    write_example(folder, departments=3, managers=80)
    return folder


def test_measures_are_counted_and_the_workbook_for_payroll_is_written(run, records, tmp_path):
    code, out, _ = run("consequences", "--year", 2025, "--records", records, "--out", tmp_path)
    assert code == 0
    for told in ("5.4.a", "警告与改进计划", "奖金"):
        assert told in out
    (book,) = tmp_path.glob("*.xlsx")
    assert openpyxl.load_workbook(book).sheetnames == ["奖金", "奖惩建议", "奖金总额", "适用规定"]


def test_a_budget_of_nothing_is_refused_before_anything_is_written(run, records, root, tmp_path):
    import shutil

    folder = tmp_path / "policy"
    shutil.copytree(root / "params" / "policy", folder)
    file = folder / "rewards.yaml"
    file.write_text(file.read_text("utf-8").replace("{2021: 60, 2025: 80}", "{2021: 60, 2025: 0}"), "utf-8")
    target = tmp_path / "out"
    code, _, err = run(
        *("consequences", "--year", 2025, "--records", records, "--policy", folder, "--out", target)
    )
    assert code == 2
    assert "bonus_budget" in err
    assert not target.exists()


def test_a_year_without_records_is_told(run, records, tmp_path):
    code, _, err = run("consequences", "--year", 2026, "--records", records, "--out", tmp_path)
    assert code == 2
    assert "2026" in err
