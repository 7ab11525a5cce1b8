"""Everything that cmreview writes of the example company, by its commands, in one folder."""

from __future__ import annotations

import contextlib
import io
from functools import cache
from pathlib import Path

import pytest

from cmreview.cli import main
from cmreview.process.ledger.ledger import Ledger
from cmreview.review import case
from cmreview.review.example_process.making import drawn
from tests.process.example import Example, example

DEPARTMENT = "销售一部"
# Where a person types the file's name, so that nothing of the place tells what it is.
TYPED = "typed"


@cache
def company() -> Example:
    """The smallest example that has a process."""
    return example(departments=3, managers=80)


def lines(records: Path, ledger: Path, out: Path) -> list[tuple[object, ...]]:
    """A command for every kind of file; what takes long is made for one department."""
    year = ("--year", "2025")
    read = (*year, "--records", records)
    both = (*read, "--ledger", ledger)
    typed = out / TYPED
    one = ("--department", DEPARTMENT)
    return [
        ("packets", *both, "--out", out, "--jobs", "1", *one),
        ("analysis", *read, "--out", out),
        ("training", *read, *one, "--out", out / "2025" / "training"),
        ("consequences", *both, "--conclusions", "--out", out / "2025"),
        ("letters", *both, *one, "--out", out / "2025" / "letters", "--jobs", "1"),
        ("papers", "all", *both, *one, "--as", "S01", "--out", out / "2025" / "papers"),
        ("papers", "templates", "--out", out / "templates"),
        ("papers", "history", *both, "--out", out / "2025" / "history"),
        ("meeting", *read, "--period", "2025H1", "--out", out / "2025" / "meetings"),
        ("coaching", "sheet", *read, *one, "--out", typed / "coaching.xlsx"),
        ("indicators", "--records", records, "--csv", typed / "indicators.csv"),
        ("cases", *year, "--ledger", ledger, "--out", typed / "steps.xlsx"),
        ("scores", "template", *year, "--ledger", ledger, "--member", "P05", "--out", typed / "scores.xlsx"),
        ("template", *one, "--out", typed / "template.xlsx"),
        ("ledger", "export", typed / "copy.jsonl", "--ledger", ledger),
    ]


def make(folder: Path) -> None:
    """Fill ``folder`` with ``ledger.db`` and ``outputs``; the company is read and reviewed once for all."""
    made, build, reviews = company(), case.build_review, {}

    def reviewed(records, policy, *, frame=None, record=None, earlier=None):
        asked = (policy.sha256, record is None, earlier is None)
        if asked not in reviews:
            reviews[asked] = build(records, policy, record=record, earlier=earlier)
        return reviews[asked]

    (folder / "records").mkdir()
    (folder / "outputs" / TYPED).mkdir(parents=True)
    ledger = folder / "ledger.db"
    with Ledger.open(ledger, create=True, draw=drawn(1)) as opened:
        for entry in made.plan.entries:
            opened.append(entry.drafts, entry.at)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("cmreview.records.opening.open_records", lambda *_, **__: made.records)
        patched.setattr(case, "build_review", reviewed)
        for line in lines(folder / "records", ledger, folder / "outputs"):
            run(*line)


def run(*line: object) -> None:
    """One command, which must end well."""
    printed = io.StringIO()
    code: object = 0
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            main([str(part) for part in line])
        except SystemExit as stopped:
            code = stopped.code or 0
    assert code == 0, printed.getvalue()
