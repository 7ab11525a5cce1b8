"""The commands policy and trace as a person types them."""

from __future__ import annotations

import json
import shutil

import pytest


@pytest.fixture
def folder(root, tmp_path):
    return shutil.copytree(root / "params" / "policy", tmp_path / "policy")


def test_the_policy_of_a_year_is_printed_in_plain_chinese(run):
    code, out, _ = run("policy", "--year", "2025")
    assert code == 0
    assert out.startswith("示例公司 · 客户经理等级评审标准 · 2025 年度")
    assert "第 3 章 等级评审标准" in out
    assert "  3.1.P2  初级：年度业务销售额不低于 100 万元。" in out
    assert "制度状态未登记" in out


def test_the_policy_of_a_year_is_printed_in_plain_english(run):
    _, out, _ = run("policy", "--year", "2024", "--lang", "en")
    assert "  3.1.P2  junior: annual sales of at least 800,000 yuan." in out
    assert "3. criteria of the levels" in out


def test_without_a_year_the_last_confirmed_one_is_printed_and_named(run):
    _, out, _ = run("policy")
    assert "2026 年度" in out.splitlines()[0]


def test_a_folder_can_be_named(run, folder):
    text = (folder / "edition.yaml").read_text(encoding="utf-8")
    (folder / "edition.yaml").write_text(text.replace("示例公司", "另一家公司"), encoding="utf-8")
    _, out, _ = run("policy", "--policy", folder)
    assert out.startswith("另一家公司")


def test_two_years_are_compared(run):
    code, out, _ = run("policy", "--diff", "2024", "2025")
    assert code == 0
    assert "  3.1.P2  初级·业务销售额由“不低于 80 万元”改为“不低于 100 万元”，更严。" in out
    _, out, _ = run("policy", "--diff", "2025", "2025", "--lang", "en")
    assert out == "The policies of 2025 and 2025 say the same.\n"


def test_a_policy_without_errors_passes_lint(run):
    code, out, _ = run("policy", "--year", "2025", "--lint")
    assert code == 0
    assert out.splitlines()[-1] == "2025 年度：0 处错误，1 处提醒。"


def test_an_error_of_lint_exits_two(run, folder):
    text = (folder / "criteria.yaml").read_text(encoding="utf-8")
    (folder / "criteria.yaml").write_text(text.replace("{2021: 60}", "{2021: 101}"), encoding="utf-8")
    code, out, _ = run("policy", "--policy", folder, "--year", "2025", "--lint", "--lang", "en")
    assert code == 2
    assert out.splitlines()[0].startswith("[error] criteria.yaml · row ")
    assert out.splitlines()[-1] == "2025: 1 error(s), 1 warning(s)."


@pytest.mark.parametrize("flag", [(), ("--lint",)], ids=["print", "lint"])
def test_a_faulty_folder_is_told_line_by_line_without_a_traceback(run, folder, flag):
    text = (folder / "criteria.yaml").read_text(encoding="utf-8")
    (folder / "criteria.yaml").write_text(text.replace("2025: 100}", "2025: 1e2}"), encoding="utf-8")
    code, out, err = run("policy", "--policy", folder, *flag)
    assert (code, out) == (2, "")
    assert "criteria.yaml · 第" in err
    assert '"1e2" 必须是数字' in err
    assert "Traceback" not in err


def test_lint_names_the_line_of_a_criterion_that_no_indicator_serves(run, folder):
    text = (folder / "criteria.yaml").read_text(encoding="utf-8")
    faulty = text.replace("indicator: satisfaction", "indicator: satisfacton")
    (folder / "criteria.yaml").write_text(faulty, encoding="utf-8")
    code, _, err = run("policy", "--policy", folder, "--year", "2025", "--lint", "--lang", "en")
    line = faulty[: faulty.index("satisfacton")].count("\n") + 1
    assert code == 2
    assert f'criteria.yaml · row {line} · junior › 3.1.P3 › indicator: "satisfacton"' in err
    assert "Did you mean satisfaction?" in err


def test_an_unconfirmed_year_exits_two_and_says_how_to_confirm(run):
    code, _, err = run("policy", "--year", "2027", "--lang", "en")
    assert code == 2
    assert "must be confirmed for 2027; it is confirmed through 2026." in err
    assert "raise confirmed_through" in err


def test_a_folder_that_is_none_exits_two(run, tmp_path):
    code, _, err = run("policy", "--policy", tmp_path / "none", "--year", "2025")
    assert code == 2
    assert "--policy" in err


def served_project(root, tmp_path):
    """A project whose every clause is served by one module, one test and the real parameters."""
    shutil.copytree(root / "params" / "policy", tmp_path / "params" / "policy")
    from cmreview.policy.clauses import clauses

    listed = ", ".join(clause.id for clause in clauses())
    for name in ("cmreview/all.py", "tests/test_all.py"):
        path = tmp_path / name
        path.parent.mkdir()
        path.write_text(f'"""Policy {listed}."""\n', encoding="utf-8")
    return tmp_path


def test_a_project_that_serves_every_clause_passes_the_trace(run, root, tmp_path):
    code, out, err = run("trace", "--root", served_project(root, tmp_path))
    assert (code, err) == (0, "")
    assert "3.2.P4 客户投诉率" in out
    assert "cmreview.all" in out
    assert "未落实" not in out


def test_a_clause_that_nothing_serves_fails_the_trace_by_name(run, root, tmp_path):
    project = served_project(root, tmp_path)
    test = project / "tests" / "test_all.py"
    test.write_text(test.read_text(encoding="utf-8").replace("5.1.d, ", ""), encoding="utf-8")
    code, out, err = run("trace", "--root", project, "--lang", "en")
    assert code == 1
    assert err == "Clauses neither served nor listed for later work: 5.1.d\n"
    assert "not served" in out


def test_an_invented_clause_fails_the_trace_by_name(run, root, tmp_path):
    project = served_project(root, tmp_path)
    (project / "cmreview" / "more.py").write_text('"""Policy 5.1.x."""\n', encoding="utf-8")
    code, _, err = run("trace", "--root", project)
    assert code == 1
    assert err == "办法中没有条款 5.1.x，见 cmreview.more\n"


def test_the_trace_as_json_tells_parameters_code_tests_and_state(run, root, tmp_path):
    _, out, _ = run("trace", "--json", "--root", served_project(root, tmp_path))
    rows = {row["clause"]: row for row in json.loads(out)}
    row = rows["3.1.P2"]
    assert row["zh"] == "年度业务销售额"
    assert row["parameters"][0].startswith("criteria.yaml:")
    assert row["code"] == ["cmreview.all"]
    assert row["tests"] == ["tests/test_all.py"]
    assert (row["served"], row["later"]) == (True, None)
    assert {one["later"] for one in rows.values()} == {None}  # no clause is left for later work


@pytest.mark.parametrize("other", [("--lint",), ("--year", "2025")])
def test_a_comparison_does_not_drop_what_else_was_asked_for(run, other):
    code, out, err = run("policy", "--diff", "2024", "2025", *other)
    assert (code, out) == (2, "")
    assert err == "--diff 自带两个年度，不能与 --year 或 --lint 同用。\n请分开运行。\n"
