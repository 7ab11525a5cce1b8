"""The run of the whole suite hides nothing: no skip, no missing notebook, no step that did not run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import everything
from tests.everything import Ended, Step

SKIPPED = Ended("tests", "passed", 1.0, (("tests.test_a::test_b", "no browser here"),))


def test_in_ci_a_skip_that_nobody_listed_fails_the_run():
    lines, well = everything.summary([SKIPPED], {}, ci=True)
    assert not well
    assert any("tests.test_a::test_b: no browser here" in line for line in lines)


def test_in_ci_a_listed_skip_is_told_and_passes():
    lines, well = everything.summary([SKIPPED], {"tests.test_a::test_b": "known"}, ci=True)
    assert well
    assert any("skipped as listed: tests.test_a::test_b" in line for line in lines)


def test_outside_ci_a_skip_is_told_and_passes():
    lines, well = everything.summary([SKIPPED], {}, ci=False)
    assert well
    assert any("skipped: tests.test_a::test_b: no browser here" in line for line in lines)


def test_one_failed_step_fails_the_run():
    _, well = everything.summary([Ended("a", "FAILED", 0.0), Ended("b", "passed", 0.0)], {}, ci=False)
    assert not well


def test_a_listed_notebook_that_is_missing_fails_by_name(tmp_path, capsys):
    ended = everything.run(Step("reports", (), ("notebooks/nowhere.ipynb",)), tmp_path)
    assert ended.state == "FAILED"
    assert "notebooks/nowhere.ipynb" in capsys.readouterr().out


def test_a_step_without_notebooks_says_that_it_did_not_run(tmp_path, capsys):
    ended = everything.run(Step("widgets", (), ()), tmp_path)
    assert ended.state == "not run"
    assert "Not run" in capsys.readouterr().out


def test_a_skip_is_read_with_its_name_and_reason(tmp_path):
    suite = tmp_path / "test_small.py"
    suite.write_text(
        "import pytest\n"
        "def test_passes(): pass\n"
        "@pytest.mark.skip(reason='no browser here')\n"
        "def test_skips(): pass\n"
    )
    step = Step("small", (str(suite), f"--rootdir={tmp_path}", "-p", "no:nbval"))
    ended = everything.run(step, tmp_path)
    assert ended.state == "passed"
    assert ended.skips == (("test_small::test_skips", "no browser here"),)


def test_a_failing_suite_fails_its_step(tmp_path):
    suite = tmp_path / "test_small.py"
    suite.write_text("def test_fails(): assert False\n")
    step = Step("small", (str(suite), f"--rootdir={tmp_path}", "-p", "no:nbval"))
    assert everything.run(step, tmp_path).state == "FAILED"


def test_what_runs_beside_the_tests_is_told_after_them_and_its_failure_kept(tmp_path, capfd):
    for name, test in {"good": "pass", "bad": "assert False"}.items():
        (tmp_path / f"test_{name}.py").write_text(f"def test_{name}(): {test}\n")
    good, bad = (
        Step(name, (str(tmp_path / f"test_{name}.py"), f"--rootdir={tmp_path}", "-p", "no:nbval"))
        for name in ("good", "bad")
    )
    missing = Step("reports", (), ("notebooks/nowhere.ipynb",))
    ended = everything.run_all(good, [missing, bad], tmp_path)
    assert [(each.name, each.state) for each in ended] == [
        ("good", "passed"),
        ("reports", "FAILED"),
        ("bad", "FAILED"),
    ]
    told = capfd.readouterr().out
    places = [
        told.index(text) for text in ("== good", "1 passed", "== reports", "nowhere", "== bad", "1 failed")
    ]
    assert places == sorted(places)


def test_a_listed_skip_needs_a_reason(tmp_path):
    known = tmp_path / "known_skips.txt"
    known.write_text("# a comment\n\ntests.test_a::test_b  # no browser there\n")
    assert everything.listed(known) == {"tests.test_a::test_b": "no browser there"}
    known.write_text("tests.test_a::test_b\n")
    with pytest.raises(ValueError, match="line 1 must give a reason"):
        everything.listed(known)


def test_the_lists_of_this_project_can_be_read():
    assert everything.listed(everything.KNOWN_SKIPS) is not None
    reports, widgets = everything.notebook_kinds(everything.ROOT / "pyproject.toml")
    assert not set(reports) & set(widgets)
    assert all(Path(name).suffix == ".ipynb" for name in (*reports, *widgets))


def test_notebook_cells_are_never_spread_over_workers():
    for step in everything.steps(("a.ipynb",), ("b.ipynb",), "2"):
        if step.notebooks is not None:
            assert "no:xdist" in step.arguments
            assert "-n" not in step.arguments
