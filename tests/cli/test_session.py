"""`cmreview session` tells what is wrong before anything starts, and hands names on by the environment."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from cmreview.process.ledger.ledger import Ledger


@pytest.fixture
def started(monkeypatch, tmp_path):
    """What would have been started: command line and environment."""
    found = []
    monkeypatch.chdir(tmp_path)
    for name in ("RECORDS", "YEAR", "LEDGER", "AS"):
        monkeypatch.delenv(f"CMREVIEW_{name}", raising=False)

    def start(line, *, env, check):
        found.append((line, env, check))
        return SimpleNamespace(returncode=0)

    monkeypatch.setattr("subprocess.run", start)
    return found


def test_without_records_the_example_is_opened(run, started):
    code, out, _ = run("session", "--no-browser", "--lang", "en")
    assert code == 0
    assert "Ctrl+C" in out
    ((line, environment, _),) = started
    assert "jupyterlab" in line
    assert environment["CMREVIEW_LANG"] == "en"
    assert "CMREVIEW_RECORDS" not in environment


def test_a_real_session_is_named_by_the_environment(run, started, tmp_path):
    Ledger.open(tmp_path / "ledger.db", create=True).close()
    code, _, err = run(
        "session", "--year", 2025, "--records", "r", "--ledger", "ledger.db", "--as", "P05", "--voila"
    )
    assert (code, err) == (0, "")
    ((line, environment, _),) = started
    assert "voila" in line
    assert environment["CMREVIEW_AS"] == "P05"
    assert environment["CMREVIEW_LEDGER"] == str(tmp_path / "ledger.db")
    assert not any("P05" in one for one in line)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--year", 2025), "CMREVIEW_RECORDS"),
        (("--records", "r", "--year", 2025, "--as", "P01"), "CMREVIEW_LEDGER"),
        (("--as", "P99"), "P99"),
        (("--records", "r", "--year", 2025, "--as", "P01", "--ledger", "none.db"), "none.db"),
    ],
)
def test_what_cannot_be_opened_is_told_before_anything_starts(run, started, arguments, named):
    code, _, err = run("session", "--lang", "en", *arguments)
    assert code in (1, 2)
    assert named in err
    assert "Traceback" not in err
    assert started == []
