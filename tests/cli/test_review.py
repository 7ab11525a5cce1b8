"""The command indicators as a person types it."""

from __future__ import annotations

import csv
import shutil
from decimal import Decimal

import pytest

CONTRACTS = """合同编号,客户编号,工号,合同金额,签订日期,业绩份额
HT1,K1,00123,6000000,2024-05-01,
HT2,K1,00123,6900000,2025-05-01,
HT3,K2,00124,1234.5,2025-06-01,50%
HT3,K2,00123,1234.5,2025-06-01,50%
HT0,K3,00124,50000,2024-01-02,
"""
MANAGERS = """工号,姓名,部门,入职日期
00123,王伟,销售一部,2020-01-01
00124,李娜,销售二部,2024-07-01
"""
CUSTOMERS = """客户编号,客户名称
K1,甲公司
K2,乙公司
K3,丙公司
"""


@pytest.fixture
def records(tmp_path):
    folder = tmp_path / "records"
    folder.mkdir()
    for name, text in (("合同", CONTRACTS), ("花名册", MANAGERS), ("客户", CUSTOMERS)):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def policy(root, tmp_path):
    """A policy that speaks for 2021 to 2025, whatever the shipped one says today."""
    folder = shutil.copytree(root / "params" / "policy", tmp_path / "policy")
    edition = folder / "edition.yaml"
    lines = edition.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith(("first_year:", "confirmed_through:"))]
    edition.write_text("\n".join([*kept, "first_year: 2021", "confirmed_through: 2025", ""]), "utf-8")
    return folder


def table(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_csv_holds_a_row_for_each_manager_and_year_with_exact_amounts(run, records, policy, tmp_path):
    out = tmp_path / "out" / "indicators.csv"
    code, printed, said = run("indicators", "--records", records, "--policy", policy, "--csv", out)
    assert (code, printed) == (0, "")
    assert "2025 年度" in said
    assert "4 行" in said
    assert not out.read_bytes().startswith(b"\xef\xbb\xbf")
    header = out.read_text(encoding="utf-8").splitlines()[0].split(",")
    assert header[:8] == [
        "manager_id",
        "year",
        "department",
        "sales",
        "sales_growth",
        "sales_share",
        "new_customers",
        "customers_served",
    ]
    rows = {(row["manager_id"], row["year"]): row for row in table(out)}
    assert list(rows) == [("00123", "2024"), ("00123", "2025"), ("00124", "2024"), ("00124", "2025")]
    now = rows["00123", "2025"]
    assert (now["sales"], now["company_sales"]) == ("6900617.25", "6901234.50")
    assert Decimal(now["sales_growth"]) == Decimal("0.150103")
    assert (now["department"], now["new_customers"], now["customers_served"]) == ("销售一部", "1", "2")
    # no complaint, survey or project was handed in: empty, and not 0
    assert [now[name] for name in ("complaint_rate", "satisfaction", "projects", "complaints")] == [""] * 4
    assert rows["00124", "2025"]["previous_is_part_year"] == "true"


def test_the_same_records_give_the_same_bytes(run, records, policy, tmp_path):
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    run("indicators", "--records", records, "--policy", policy, "--csv", first)
    lines = CONTRACTS.splitlines()
    (records / "合同.csv").write_text("\n".join([lines[0], *lines[:0:-1], ""]), encoding="utf-8")
    run("indicators", "--records", records, "--policy", policy, "--csv", second)
    assert first.read_bytes() == second.read_bytes()


def test_without_a_file_a_table_is_printed_and_its_marks_are_explained(run, records, policy):
    code, out, _ = run("indicators", "--records", records, "--policy", policy)
    assert code == 0
    for expected in ("690.06", "+15.0%", "销售一部", "00124", "1†", "—"):
        assert expected in out, expected
    for mark in ("* 上年不满一年", "† 记录覆盖的第一年", "— 缺证据"):
        assert mark in out


def test_the_table_speaks_english_when_asked(run, records, policy):
    _, out, said = run("indicators", "--records", records, "--policy", policy, "--lang", "en")
    assert "6,900,617" in out
    assert "no evidence" in out
    assert "Counted by the policy of 2025" in said


def test_records_of_years_without_a_policy_are_counted_and_that_is_said(run, records, policy, tmp_path):
    old = CONTRACTS.replace("2024-", "1996-").replace("2025-", "1997-")
    (records / "合同.csv").write_text(old, encoding="utf-8")
    (records / "花名册.csv").write_text(MANAGERS.replace("202", "199"), encoding="utf-8")
    out = tmp_path / "old.csv"
    code, _, said = run("indicators", "--records", records, "--policy", policy, "--csv", out, "--lang", "en")
    assert code == 0
    assert "The policy speaks for 2021 to 2025 and the records end in 1997" in said
    assert "policy of 2021" in said
    assert {row["year"] for row in table(out)} == {"1996", "1997"}


def test_the_readings_of_a_named_year_can_be_asked_for(run, records, policy):
    _, _, said = run("indicators", "--records", records, "--policy", policy, "--year", "2022", "--lang", "en")
    assert "Counted by the policy of 2022" in said
    code, _, said = run("indicators", "--records", records, "--policy", policy, "--year", "2031")
    assert code == 2
    assert "2031" in said


def test_faults_of_the_records_are_counted_and_their_departments_named(run, records, policy, tmp_path):
    faulty = CONTRACTS.replace("6900000", "很多")
    (records / "合同.csv").write_text(faulty, encoding="utf-8")
    code, _, said = run("indicators", "--records", records, "--policy", policy, "--csv", tmp_path / "x.csv")
    assert code == 0
    assert "1 处错误" in said
    assert "销售一部" in said


def test_a_csv_file_is_never_written_among_the_records(run, records, policy):
    before = sorted(records.iterdir())
    code, _, said = run("indicators", "--records", records, "--policy", policy, "--csv", records / "合同.csv")
    assert code == 2
    assert "合同.csv" in said
    assert sorted(records.iterdir()) == before
    assert (records / "合同.csv").read_text(encoding="utf-8") == CONTRACTS


def test_records_without_a_contract_have_no_year_and_say_so(run, records, policy, tmp_path):
    (records / "合同.csv").write_text(CONTRACTS.splitlines()[0] + "\n", encoding="utf-8")
    out = tmp_path / "none.csv"
    code, _, said = run("indicators", "--records", records, "--policy", policy, "--csv", out)
    assert code == 0
    assert "没有合同" in said
    assert len(out.read_text(encoding="utf-8").splitlines()) == 1


def test_records_of_which_nothing_can_be_read_give_no_table(policy, tmp_path, run):
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "销售一部.xlsx").write_text("不是工作簿", encoding="utf-8")
    out = tmp_path / "indicators.csv"
    code, printed, said = run("indicators", "--records", folder, "--policy", policy, "--csv", out)
    assert (code, printed) == (2, "")
    assert "1 处错误" in said
    assert "cmreview check" in said
    assert not out.exists()
