"""`cmreview explore` tells what is wrong before anything starts, and hands the file on by the environment."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from cmreview.records.example.company import write_example
from cmreview.review.explorer.prepared import open_explorer


@pytest.fixture
def started(monkeypatch, tmp_path):
    """What would have been started: command line and environment."""
    found = []
    monkeypatch.chdir(tmp_path)
    for name in ("CMREVIEW_PREPARED", "CMREVIEW_AS"):
        monkeypatch.delenv(name, raising=False)

    def start(line, *, env, check):
        found.append((line, env, check))
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr("subprocess.run", start)
    return found


def test_without_anything_the_example_is_opened(run, started):
    code, _, err = run("explore", "--no-browser", "--lang", "en")
    assert (code, err) == (0, "")
    ((line, environment, _),) = started
    assert "jupyterlab" in line
    assert line[3].endswith("explorer.ipynb")
    assert "CMREVIEW_PREPARED" not in environment


def test_a_department_is_prepared_and_opened_by_the_environment(run, started, tmp_path):
    write_example(tmp_path / "records", managers=80)
    department = "销售一部"
    target = tmp_path / "one" / "d.explorer"
    code, out, err = run(
        "explore", "--year", 2025, "--records", "records", "--department", department, "--prepare", target
    )
    assert (code, err) == (0, "")
    assert str(target) in out
    assert started == []
    held = open_explorer(target)
    assert set(held.candidates.departments) == {department}
    assert not held.has_records

    code, _, err = run("explore", "--prepared", target, "--as", "P05", "--voila", "--no-browser")
    assert (code, err) == (0, "")
    ((line, environment, _),) = started
    assert "voila" in line
    assert "--VoilaConfiguration.template=cmreview" in line
    assert environment["CMREVIEW_PREPARED"] == str(target)
    assert environment["CMREVIEW_AS"] == "P05"
    assert not any("P05" in one or "d.explorer" in one for one in line)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--year", 2025), "--records"),
        (("--prepare", "x"), "--records"),
        (("--blind",), "--records"),
        (("--prepared", "none.explorer"), "none.explorer"),
        (("--prepared", "x", "--department", "d"), "prepared already"),
        (("--year", 2025, "--records", "r", "--as", "P05"), "--ledger"),
        (("--year", 2025, "--records", "r", "--as", "P99"), "P99"),
    ],
)
def test_what_cannot_be_opened_is_told_before_anything_starts(run, started, arguments, named):
    code, _, err = run("explore", "--lang", "en", *arguments)
    assert code == 2
    assert named in err
    assert "Traceback" not in err
    assert started == []
