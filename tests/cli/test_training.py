"""The command training as a person types it. Policy 6.1 to 6.3."""

from __future__ import annotations

import shutil

import pytest

MANAGERS = """工号,姓名,部门,入职日期,从事客户经理起始日,学历
00123,王伟,销售一部,2020-01-01,2020-01-01,本科
00124,李娜,销售二部,2020-01-01,2020-01-01,
"""
HISTORY = """工号,部门,等级,开始日期,结束日期
00123,销售一部,初级,2021-01-01,
00124,销售二部,初级,2021-01-01,
"""
CONTRACTS = """合同编号,客户编号,工号,合同金额,签订日期
HT1,K1,00123,500000,2024-01-05
HT2,K2,00123,600000,2025-01-05
HT3,K3,00124,400000,2025-06-01
"""
CUSTOMERS = """客户编号,客户名称,是否重点客户
K1,甲公司,否
K2,乙公司,否
K3,丙公司,否
"""


@pytest.fixture
def records(tmp_path):
    folder = tmp_path / "records"
    folder.mkdir()
    for name, text in (("花名册", MANAGERS), ("等级履历", HISTORY), ("合同", CONTRACTS), ("客户", CUSTOMERS)):
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


@pytest.fixture
def training(run, records, policy, root):
    def call(*arguments):
        given = ("--year", 2025, "--records", records, "--policy", policy)
        return run("training", *given, "--courses", root / "params" / "courses.yaml", *arguments)

    return call


def test_a_person_is_told_gaps_way_and_plan(training):
    code, printed, said = training("--person", "00123")
    assert (code, said) == (0, "")
    for told in ("王伟（00123）", "业务销售额还差 40 万元", "通过考试即达标", "2026 年计划培训", "不是承诺"):
        assert told in printed
    assert "李娜" not in printed


def test_it_speaks_english(training):
    code, printed, _ = training("--person", "00123", "--lang", "en")
    assert code == 0
    assert "as soon as the exam is passed" in printed


def test_the_departments_are_listed_or_one_of_them(training):
    _, both, _ = training()
    assert both.index("销售一部 · 2026 年培训计划") < both.index("销售二部 · 2026 年培训计划")
    _, one, _ = training("--department", "销售二部")
    assert "李娜（00124）" in one
    assert "王伟" not in one


def test_each_department_gets_a_page_and_a_workbook_the_same_each_time(training, tmp_path):
    out = tmp_path / "out"
    code, printed, _ = training("--out", out)
    names = ["销售一部.html", "销售一部.xlsx", "销售二部.html", "销售二部.xlsx"]
    assert (code, sorted(path.name for path in out.iterdir())) == (0, sorted(names))
    assert len(printed.splitlines()) == 4
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    training("--out", out)
    assert first == {path.name: path.read_bytes() for path in out.iterdir()}
    page = (out / "销售一部.html").read_text("utf-8")
    assert "王伟" in page
    assert "李娜" not in page


def test_one_persons_page_holds_nobody_else(training, tmp_path):
    training("--person", "00124", "--out", tmp_path / "out")
    (page,) = (tmp_path / "out").iterdir()
    assert page.name == "00124.html"
    assert "王伟" not in page.read_text("utf-8")


def test_an_unknown_person_or_department_is_told(training):
    code, printed, said = training("--person", "00999")
    assert (code, printed) == (2, "")
    assert "00999" in said
    assert training("--person", "00123", "--department", "销售二部")[0] == 2
    code, _, said = training("--department", "销售九部")
    assert code == 2
    assert "销售一部、销售二部" in said


def test_nothing_is_written_among_the_records(training, records):
    before = sorted(records.iterdir())
    code, _, said = training("--out", records / "training")
    assert (code, sorted(records.iterdir())) == (2, before)
    assert "training" in said


def test_a_faulty_catalogue_is_refused_before_anything_is_written(run, records, policy, root, tmp_path):
    courses = tmp_path / "courses.yaml"
    text = (root / "params" / "courses.yaml").read_text("utf-8")
    courses.write_text(text.replace("topic: sales_skills", "topic: sales", 2), "utf-8")
    out = tmp_path / "out"
    code, _, said = run(
        *("training", "--year", 2025, "--records", records, "--policy", policy),
        *("--courses", courses, "--out", out),
    )
    assert code == 2
    assert said.count("不是培训内容的类别") == 2
    assert not out.exists()
