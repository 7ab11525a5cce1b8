"""Closed years are let go: nothing of them is left, and kept years give the same bytes as before."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from cmreview.cli import main, options
from cmreview.policy.load import load_policy
from cmreview.privacy.purge import cases_of
from cmreview.process.committee_file import load_committee
from cmreview.process.events import Withdrawn
from cmreview.process.ledger.ledger import Ledger
from cmreview.records.opening import open_records
from cmreview.review.case import build_review, expectations
from cmreview.review.committee.recorded import process_record
from cmreview.review.store import save
from tests.cli import feedback_company
from tests.process.drafts import APPLIED, CHINA, draft
from tests.process.example import ROOT

NAME, KEPT_NAME, RECENT = "欧阳无痕", "慕容常在", "司马新来"
OLD, DISPUTED, NOW_CASE = "2022/70707", "2022/70708", "2024/70707"
MOMENT = datetime(2023, 3, 1, 10, tzinfo=CHINA)
WITHDRAWN = Withdrawn(date(2023, 2, 1))
FILES = {
    "2022/销售一部/销售一部.html": "going",
    f"2022/letters/70707-{NAME}-业绩反馈信.html": "going",
    "2022/letters/letters.json": "going",
    f"2022/papers/refusal/70708-{KEPT_NAME}-评审结果告知书.docx": "kept",
    "2022/run.json": "going",
    "2022/index.html": "going",
    "2022/analysis.html": "stays",
    "2022/手工台账.xlsx": "unknown",
    "2024/销售一部/销售一部.html": "stays",
    "templates/zh/notice.docx": "stays",
    "2022.explorer": "undated",
}


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """Outputs of two years, with a ledger of both."""
    monkeypatch.setattr(options, "now", lambda: datetime(2026, 6, 1, 12, tzinfo=CHINA))
    out = tmp_path / "outputs"
    for name in FILES:
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(NAME, "utf-8")
    with Ledger.open(out / "ledger.db", create=True) as ledger:
        for case, name in ((OLD, NAME), (DISPUTED, KEPT_NAME), (NOW_CASE, RECENT)):
            drafts = [draft(replace(APPLIED, name=name), case), draft(WITHDRAWN, case)]
            ledger.append(drafts, MOMENT)
        ledger.export(out / "backup.jsonl")
    return out


@pytest.fixture
def purge(place, capsys):
    def call(*more: object) -> tuple[int, str]:
        line = ("purge", "--out", place, "--ledger", place / "ledger.db", "--before", "2024", *more)
        policy = ("--policy", ROOT / "params" / "policy", "--committee", ROOT / "params" / "committee.yaml")
        code = 0
        try:
            main([str(part) for part in (*line, *policy)])
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return call


SIGNED = ("--yes", "--as", "S01", "--reason", "保存期限届满", "--keep", "70708")


def bytes_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_without_yes_it_only_tells_what_would_go(purge, place):
    before = bytes_below(place)
    code, told = purge("--keep", "70708")
    assert (code, bytes_below(place)) == (0, before)
    assert "没有删除任何内容" in told
    for name, fate in FILES.items():
        assert (name in told) is (fate != "stays"), name
    assert "将删除 1 个个案的内容，保留 1 个" in told
    assert "backup.jsonl" in told


def test_a_closed_year_is_nowhere_any_more_and_what_people_must_decide_on_is_told(purge, place):
    code, told = purge(*SIGNED)
    assert code == 1, told  # a file that is not ours lies there
    left = {name for name in FILES if (place / name).exists()}
    assert left == {name for name, fate in FILES.items() if fate != "going"}
    for name in left:
        (place / name).unlink()
    everything = bytes_below(place)  # ledger, its copy, the record of the purge
    assert NAME.encode() not in everything
    assert b"2022/70707" not in everything
    assert KEPT_NAME.encode() in everything
    assert RECENT.encode() in everything
    assert not (place / "2022" / "letters").exists()
    noted = json.loads((place / "privacy-log.jsonl").read_text("utf-8"))
    assert (noted["what"], noted["by"], noted["reason"], noted["before"]) == (
        "purge",
        "S01",
        "保存期限届满",
        2024,
    )


def test_the_ledger_and_its_copy_stay_verifiable_and_say_what_was_erased(purge, place, capsys):
    with Ledger.open(place / "ledger.db") as ledger:
        printed_before = ledger.head().hash
    purge(*SIGNED)
    with Ledger.open(place / "ledger.db") as ledger:
        assert ledger.verify(printed_before) == ()
        assert {event.case for event in ledger.events()} == {DISPUTED, NOW_CASE}
        assert b"".join(ledger.export_lines()) == (place / "backup.jsonl").read_bytes()
    main(["ledger", "verify", "--ledger", str(place / "ledger.db")])
    told = capsys.readouterr().out
    assert (
        "其中 2 条记录的内容已于 2026-06-01 由 S01 删除（2022 年度，1 个个案，保留 1 个）：保存期限届满"
        in told
    )


def test_a_second_purge_finds_nothing_and_does_no_harm(purge, place):
    purge(*SIGNED)
    with Ledger.open(place / "ledger.db") as ledger:
        before = ledger.head()
    code, told = purge(*SIGNED)
    assert "将删除 0 个个案" in told
    assert code == 1
    with Ledger.open(place / "ledger.db") as ledger:
        assert ledger.head() == before


def test_one_person_alone_can_be_let_go_and_files_of_many_are_told(purge, place):
    code, told = purge(*SIGNED[:5], "--only", "70707")
    assert code == 1
    with Ledger.open(place / "ledger.db") as ledger:
        assert ledger.verify() == ()
        assert {event.case for event in ledger.events()} == {DISPUTED, NOW_CASE}
    gone = f"2022/letters/70707-{NAME}-业绩反馈信.html"
    assert [name for name in FILES if not (place / name).exists()] == [gone]
    of_many = told.split("同时含有多人的数据")[1]
    assert "2022/销售一部/销售一部.html" in of_many
    assert f"70708-{KEPT_NAME}" not in told


def test_a_purge_that_broke_off_is_finished_by_the_next_one(purge, place, monkeypatch):
    monkeypatch.setattr("cmreview.privacy.purge.renew", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    purge(*SIGNED)
    assert NAME.encode() in (place / "backup.jsonl").read_bytes()
    monkeypatch.undo()
    monkeypatch.setattr(options, "now", lambda: datetime(2026, 6, 1, 12, tzinfo=CHINA))
    purge(*SIGNED)
    assert NAME.encode() not in (place / "backup.jsonl").read_bytes()
    assert not (place / "2022" / "letters").exists()
    assert NAME.encode() not in b"".join(path.read_bytes() for path in place.glob("ledger.db*"))


def test_a_copy_of_another_ledger_is_left_and_told(purge, place, tmp_path):
    with Ledger.open(tmp_path / "other.db", create=True) as other:
        other.append([draft(case=OLD)], MOMENT)
        other.export(tmp_path / "other.jsonl")
    before = (tmp_path / "other.jsonl").read_bytes()
    code, told = purge(*SIGNED, "--copy", tmp_path / "other.jsonl")
    assert (code, (tmp_path / "other.jsonl").read_bytes()) == (1, before)
    assert "other.jsonl" in told.split("不是本台账的备份")[1]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--yes",), "--reason"),
        (("--yes", "--as", "S01"), "--reason"),
        (("--yes", "--as", "P05", "--reason", "x"), "不能删除"),
        (("--before", "2031", "--yes"), "尚未结束"),
    ],
)
def test_who_may_not_or_gives_no_reason_lets_nothing_go(purge, place, more, why):
    before = bytes_below(place)
    code, told = purge(*more)
    assert (code, bytes_below(place)) == (2, before)
    assert why in told


def test_a_case_that_still_waits_for_somebody_is_not_let_go(purge, place):
    with Ledger.open(place / "ledger.db") as ledger:
        ledger.append([draft(case="2023/70709")], MOMENT)
    before = bytes_below(place)
    code, told = purge(*SIGNED)
    assert (code, bytes_below(place)) == (2, before)
    assert "2023/70709" in told
    assert purge(*SIGNED, "--keep", "70709")[0] == 1


def test_reviews_of_kept_years_give_the_same_bytes_after_a_purge(tmp_path):
    policy = load_policy(ROOT / "params" / "policy", 2025)
    folder = feedback_company.write_records(tmp_path / "records")
    records = open_records(folder, expectations=expectations(policy))
    committee = load_committee(ROOT / "params" / "committee.yaml")
    applied = replace(APPLIED, name="王伟", department=feedback_company.DEPARTMENT)
    with Ledger.open(tmp_path / "ledger.db", create=True) as ledger:
        ledger.append([draft(applied, "2023/00123"), draft(WITHDRAWN, "2023/00123")], MOMENT)
        ledger.append([draft(applied, "2025/00123"), draft(WITHDRAWN, "2023/00124")], MOMENT)

        def reviewed(name: str) -> bytes:
            (tmp_path / name).mkdir()
            record = process_record(ledger.events(year=2025), committee, policy)
            assert record.states
            for number, (_, part) in enumerate(build_review(records, policy, record=record).by_department):
                save(part, tmp_path / name / f"{number}.json")
            return bytes_below(tmp_path / name)

        before = reviewed("before")
        wish = cases_of(ledger.events(), 2025)
        assert wish.cases == {"2023/00123", "2023/00124"}
        ledger.erase(wish, "S01", MOMENT, "x")
        assert reviewed("after") == before
