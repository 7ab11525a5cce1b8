"""`cmreview letters`: one letter each, told what was written, unchanged, kept, or not written. Policy 7.3."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime

import pytest

from cmreview.cli import options
from cmreview.errors import MissingToolError
from cmreview.process.events import MeasureDecided
from cmreview.process.measures import Measure, Standing
from cmreview.show.papers.office import find_office
from tests.cli import feedback_company
from tests.show.papers.word_files import lines

STEMS = ["00123-王伟-业绩反馈信", "00124-李娜-业绩反馈信", "00125-赵敏-业绩反馈信", "00126-钱多-业绩反馈信"]


@pytest.fixture(scope="module")
def company(root, tmp_path_factory):
    """The options of a run, with the records of the company or others."""
    folder = tmp_path_factory.mktemp("company")
    own = feedback_company.write_records(folder / "records")
    policy = feedback_company.write_policy(root, folder / "policy")

    def call(records=own):
        params = root / "params"
        return (
            *("--year", "2025", "--records", records, "--policy", policy),
            *("--courses", params / "courses.yaml", "--committee", params / "committee.yaml"),
            *("--jobs", "1"),
        )

    return call


@pytest.fixture
def letters(run, company, tmp_path):
    def call(*more, out=None):
        return run("letters", *company(), "--out", out or tmp_path / "letters", *more)

    return call


def texts(folder, stem):
    return "\n".join(lines((folder / f"{stem}.docx").read_bytes()))


def test_every_manager_gets_a_word_file_and_a_page(letters, tmp_path):
    code, printed, said = letters("--dated", "2026-01-30")
    assert code == 0
    assert "新写 4 份，未变化 0 份，保留 0 份" in printed
    names = sorted(path.name for path in (tmp_path / "letters").iterdir())
    assert names == sorted(
        [*(f"{stem}.docx" for stem in STEMS), *(f"{stem}.html" for stem in STEMS), "letters.json"]
    )
    assert "2026年1月30日" in texts(tmp_path / "letters", STEMS[0])
    assert "Traceback" not in said


def test_a_second_run_leaves_the_letters_and_says_so(letters, tmp_path, monkeypatch):
    letters()
    before = {path.name: path.read_bytes() for path in (tmp_path / "letters").iterdir()}
    monkeypatch.setattr(options, "now", lambda: datetime(2031, 1, 1, tzinfo=UTC))
    code, printed, _ = letters()
    assert (code, "新写 0 份，未变化 4 份" in printed) == (0, True)
    assert {name: data for name, data in before.items() if name != "letters.json"} == {
        path.name: path.read_bytes()
        for path in (tmp_path / "letters").iterdir()
        if path.name != "letters.json"
    }
    code, printed, _ = letters("--no-resume")
    assert "新写 4 份" in printed
    assert "2031年1月1日" in texts(tmp_path / "letters", STEMS[0])


def test_one_person_or_one_department_can_be_asked_for(letters, tmp_path):
    _, printed, _ = letters("--person", "00125", out=tmp_path / "one")
    assert "新写 1 份" in printed
    _, printed, _ = letters("--department", "销售一部", out=tmp_path / "two")
    assert "新写 2 份" in printed
    code, _, said = letters("--person", "99999")
    assert (code, "99999" in said) == (2, True)
    code, _, said = letters("--department", "没有这个部门")
    assert (code, "销售一部、销售二部" in said) == (2, True)


def test_an_edited_letter_is_kept_and_the_run_ends_with_one(letters, company, run, tmp_path):
    letters()
    path = tmp_path / "letters" / f"{STEMS[0]}.docx"
    path.write_bytes(path.read_bytes() + b" ")
    more = tmp_path / "records"
    feedback_company.write_records(more)
    contracts = more / "合同.csv"
    contracts.write_text(contracts.read_text("utf-8") + "HT9,K1,00123,50000,2025-09-01\n", "utf-8")
    code, printed, _ = run("letters", *company(more), "--out", tmp_path / "letters")
    assert code == 1
    assert f"{STEMS[0]} 经人工修改" in printed
    assert path.read_bytes().endswith(b" ")
    code, printed, _ = run("letters", *company(more), "--out", tmp_path / "letters", "--replace")
    assert code == 0
    assert "65.00 万元" in texts(tmp_path / "letters", STEMS[0])


def test_what_the_ledger_decided_stands_in_the_letter_and_only_there(letters, tmp_path):
    place = tmp_path / "ledger.db"
    decided = MeasureDecided(
        *(Measure.WARNING, True, date(2026, 1, 20), Standing.DUE, "王伟", "销售一部", "junior"),
        effective_on=date(2026, 2, 1),
    )
    at = datetime(2026, 1, 20, 4, tzinfo=UTC)
    feedback_company.record(place, "00123", decided, at, "两项未达到")
    code, _, _ = letters("--ledger", place)
    assert code == 0
    own, other = (texts(tmp_path / "letters", stem) for stem in (STEMS[0], STEMS[1]))
    assert "已决定" in own
    assert "决定时说明的理由：两项未达到" in own
    assert "两项未达到" not in other


def test_people_who_get_no_letter_are_told_with_the_reason(run, company, tmp_path):
    more = feedback_company.write_records(tmp_path / "records")
    roster = more / "花名册.csv"
    head, *rows = roster.read_text("utf-8").splitlines()
    left = {"00124": "2025-08-01"}
    text = "\n".join([f"{head},离职日期", *(f"{row},{left.get(row[:5], '')}" for row in rows)])
    roster.write_text(text, "utf-8")
    _, printed, _ = run("letters", *company(more), "--out", tmp_path / "letters")
    assert "已离职，没有反馈信（1 人）：李娜（00124）" in printed
    assert "新写 3 份" in printed


def test_letters_are_not_written_among_the_records(run, company):
    records = company()[3]
    code, _, said = run("letters", *company(), "--out", records / "letters")
    assert code == 2
    assert "--out" in said
    assert not (records / "letters").exists()


def test_a_faulty_template_stops_before_anything_is_written(letters, tmp_path):
    from tests.show.papers.word_files import template

    folder = tmp_path / "templates" / "zh"
    folder.mkdir(parents=True)
    template(folder / "feedback.docx", "{{ name }} {{ salary }}")
    code, _, said = letters("--templates", tmp_path / "templates")
    assert code == 2
    assert "salary" in said
    assert not (tmp_path / "letters").exists()


def test_letters_in_english_are_english(letters, tmp_path):
    code, printed, _ = letters("--lang", "en")
    assert (code, "Letters: 4 written" in printed) == (0, True)
    (path,) = (tmp_path / "letters").glob("00123-*.docx")
    said = "\n".join(lines(path.read_bytes()))
    assert "Thank you for your work in 2025" in said
    assert "业绩" not in said


def test_a_pdf_lies_beside_each_letter(letters, tmp_path):
    try:
        find_office()
    except MissingToolError as error:
        pytest.skip(f"no LibreOffice on this machine: {error.what('en')}")
    code, printed, _ = letters("--person", "00123", "--pdf")
    assert (code, "PDF：新出具 1 份" in printed) == (0, True)
    assert (tmp_path / "letters" / f"{STEMS[0]}.pdf").read_bytes().startswith(b"%PDF")
    _, printed, _ = letters("--person", "00123", "--pdf")
    assert "PDF：新出具 0 份" in printed


def test_a_run_that_is_killed_is_gone_on_with(run, company, root, tmp_path):
    """A hundred people more, so that the kill comes between two letters."""
    more = feedback_company.write_records(tmp_path / "records")
    for name, line in (
        ("花名册", "1{n:04d},员{n},销售一部,2020-01-01,2020-01-01,\n"),
        ("等级履历", "1{n:04d},销售一部,初级,2021-01-01,\n"),
    ):
        path = more / f"{name}.csv"
        path.write_text(
            path.read_text("utf-8") + "".join(line.format(n=n) for n in range(60)), encoding="utf-8"
        )
    out = tmp_path / "letters"
    command = [
        sys.executable,
        "-m",
        "cmreview",
        "letters",
        *company(more),
        "--out",
        out,
    ]
    started = subprocess.Popen(
        [*map(str, command), "--dated", "2026-01-30"],
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ,
    )
    state, until = out / "letters.json", time.monotonic() + 240
    while time.monotonic() < until and started.poll() is None:
        if state.is_file() and len(json.loads(state.read_text("utf-8"))["letters"]) >= 3:
            started.send_signal(signal.SIGKILL)
            break
        time.sleep(0.01)
    started.wait()
    done = json.loads(state.read_text("utf-8"))
    assert not done["finished"]
    count = len(done["letters"])
    assert 3 <= count < 64
    code, printed, _ = run("letters", *company(more), "--out", out)
    assert code == 0
    assert f"未变化 {count} 份" in printed
    after = json.loads(state.read_text("utf-8"))
    assert (after["finished"], after["dated"], len(after["letters"])) == (True, "2026-01-30", 64)
    assert len(list(out.glob("*.docx"))) == 64
