"""The command example --with-process as a person types it."""

from __future__ import annotations

import shlex

import pytest

from cmreview.process.ledger.ledger import Ledger
from cmreview.review.example_process.making import drawn
from tests.process.example import example


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_example_with_its_process_comes_out_the_same_and_is_never_overwritten(run, tmp_path):
    code, out, err = run("example", "--with-process", "--out", "my company")
    assert (code, err) == (0, "")
    folder = tmp_path / "my company"
    assert [name for name in names(folder) if not name.endswith((".xlsx", ".csv"))] == ["ledger.db"]

    plan = example().plan
    with Ledger.open(tmp_path / "again.db", create=True, draw=drawn(1)) as again:
        for entry in plan.entries:
            again.append(entry.drafts, entry.at)
        head = again.head()
    with Ledger.open(folder / "ledger.db") as ledger:
        assert ledger.head() == head
        assert ledger.verify() == ()

    assert f"{head.number} 条记录" in out
    assert head.hash in out
    tried = [shlex.split(line) for line in out.splitlines() if line.strip().startswith("cmreview ")]
    assert ["cmreview", "cases", "--year", "2025", "--ledger", "my company/ledger.db"] in tried

    where = ("--records", folder, "--ledger", folder / "ledger.db", "--year", "2025", "--as", "S01")
    code, out, _ = run("take-in", *where, "--dry-run")
    assert code == 0
    assert "0 份可以记录，95 份此前已记录" in out  # 48 applications and 47 reviews, as they were handed in

    before = (folder / "ledger.db").read_bytes()
    code, out, err = run("example", "--with-process", "--out", "my company", "--lang", "en")
    assert (code, out) == (2, "")
    assert "left alone" in err
    assert (folder / "ledger.db").read_bytes() == before


def test_without_the_option_there_is_no_ledger(run, tmp_path):
    code, out, _ = run("example", "--departments", "3", "--managers", "80", "--out", "plain")
    assert code == 0
    assert "ledger.db" not in out
    assert "ledger.db" not in names(tmp_path / "plain")


def test_a_process_that_the_rules_refuse_leaves_no_ledger(run, tmp_path, root):
    """Days of publicity that are left open: told in two sentences, and nothing is recorded by half."""
    for name in ("committee.yaml", "calendar_cn.csv"):
        (tmp_path / "params" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "params" / name).write_bytes((root / "params" / name).read_bytes())
    for file in (root / "params" / "policy").glob("*.yaml"):
        text = file.read_text("utf-8")
        if file.name == "process.yaml":
            text = text.replace("value: {2021: 5}", "value: {2021: X}")
        target = tmp_path / "params" / "policy" / file.name
        target.parent.mkdir(exist_ok=True)
        target.write_text(text, "utf-8")
    code, _, err = run("example", "--with-process", "--out", "made", "--lang", "en")
    assert code == 2
    assert err.startswith("The days of publicity are not decided for 2025")
    assert "ledger.db" not in names(tmp_path / "made")
    assert not [name for name in names(tmp_path / "made") if name.startswith(".")]
