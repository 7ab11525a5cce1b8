"""The command consequences as a person types it. Policy 5.4."""

from __future__ import annotations

import csv
import io
import re
import shutil
from datetime import date, datetime, timedelta, timezone

import openpyxl
import pytest

from cmreview.policy.load import load_policy
from cmreview.process.events import Draft, MeasureDecided, case_id
from cmreview.process.ledger.ledger import Ledger
from cmreview.process.measures import Measure, Standing
from cmreview.records.example.company import write_example
from cmreview.records.opening import open_records
from cmreview.review.after.model import Counted
from cmreview.review.after.streaks import streak
from cmreview.review.case import expectations
from cmreview.review.dossier import dossiers
from cmreview.review.people import person
from cmreview.terms import Outcome

DAY = date(2026, 3, 3)


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    folder = tmp_path_factory.mktemp("example")
    write_example(folder, departments=3, managers=80)
    return folder


def test_measures_are_counted_and_the_workbook_for_payroll_is_written(run, records, tmp_path):
    code, out, _ = run("consequences", "--year", 2025, "--records", records, "--out", tmp_path)
    assert code == 0
    for told in ("5.4.a", "警告与改进计划", "奖金"):
        assert told in out
    (book,) = tmp_path.glob("*.xlsx")
    names = openpyxl.load_workbook(book).sheetnames
    assert names == ["奖金", "奖惩建议", "奖金总额", "按2024年度办法", "未核算人员", "适用规定"]


def test_a_budget_of_nothing_is_refused_before_anything_is_written(run, records, root, tmp_path):
    folder = tmp_path / "policy"
    shutil.copytree(root / "params" / "policy", folder)
    file = folder / "rewards.yaml"
    file.write_text(file.read_text("utf-8").replace("{2021: 60, 2025: 80}", "{2021: 60, 2025: 0}"), "utf-8")
    target = tmp_path / "out"
    code, _, err = run(
        *("consequences", "--year", 2025, "--records", records, "--policy", folder, "--out", target)
    )
    assert code == 2
    assert "bonus_budget" in err
    assert not target.exists()


def test_a_year_without_records_is_told(run, records, tmp_path):
    code, _, err = run("consequences", "--year", 2026, "--records", records, "--out", tmp_path)
    assert code == 2
    assert "2026" in err


# --- the year's conclusions, for next year ---------------------------------------------------------------

CONCLUSIONS = "年度结论-2025.csv"


def written(folder):
    """The rows of the conclusions by manager id."""
    text = (folder / CONCLUSIONS).read_bytes().decode("utf-8-sig")
    return {row["工号"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}


@pytest.fixture(scope="module")
def ledger(root, tmp_path_factory):
    """A record in which one person is honoured and another is not."""
    people = {"001001": "何泽娜", "001002": "薛晶晨"}
    drafts = [
        Draft(
            case_id(2025, manager),
            MeasureDecided(Measure.HONOUR, agreed, DAY, Standing.COMMITTEE, name, "销售二部", "junior"),
            "P01",
            "经评审委员会研究决定",
        )
        for (manager, name), agreed in zip(people.items(), (True, False), strict=True)
    ]
    at = datetime(2026, 3, 3, 9, tzinfo=timezone(timedelta(hours=8)))
    place = tmp_path_factory.mktemp("record") / "ledger.db"
    with Ledger.open(place, create=True) as opened:
        opened.append(drafts, at)
    return place


def test_the_conclusions_are_what_next_years_check_and_streaks_read(run, records, ledger, root, tmp_path):
    where = ("consequences", "--year", 2025, "--records", records)
    code, out, _ = run(*where, "--ledger", ledger, "--conclusions", "--out", tmp_path)
    assert code == 0
    found = written(tmp_path)
    assert f"已写出年度结论 {len(found)} 行，其中授予荣誉称号 1 人" in out
    assert "没有等级，不写入年度结论（" in out
    assert "--ledger" not in out
    assert [id_ for id_, row in found.items() if row["荣誉称号"]] == ["001001"]
    assert found["001001"]["荣誉称号"] == "优秀客户经理"

    next_year = tmp_path / "next year"
    shutil.copytree(records, next_year)
    before = run("check", "--year", 2026, "--records", next_year)
    shutil.copy(tmp_path / CONCLUSIONS, next_year)
    after = run("check", "--year", 2026, "--records", next_year)
    assert before[0] == after[0] == 0
    differing = [
        (one, two)
        for one, two in zip(before[1].splitlines(), after[1].splitlines(), strict=True)
        if one != two
    ]
    ((less, more),) = differing  # as many rows used as were handed in, and not a finding more
    handed_in, used, unused = (int(number) for number in re.findall(r"\d+", more))
    assert (handed_in, used, unused) == (int(re.findall(r"\d+", less)[0]) + len(found), handed_in, 0)

    policy = load_policy(root / "params" / "policy", 2026)
    people = dossiers(open_records(next_year, expectations=expectations(policy)))
    outcomes = {"达标": Outcome.MET, "未达标": Outcome.MISSED, "缺证据": Outcome.NO_EVIDENCE}
    counted = set()
    for id_, row in found.items():
        run_of = streak(person(people[id_], 2026, None), Outcome.MISSED, policy)
        (known,) = (mark for mark in run_of.years if mark.year == 2025)
        assert (known.outcome, known.is_recorded) == (outcomes[row["结论"]], True)
        counted.add((known.outcome, known.counted))
    assert (Outcome.MISSED, Counted.EXTENDS) in counted
    assert (Outcome.MET, Counted.BREAKS) in counted


def test_without_a_record_honours_are_left_blank_and_that_is_told_and_nothing_is_overwritten(
    run, records, tmp_path
):
    where = ("consequences", "--year", 2025, "--records", records, "--conclusions", "--out", tmp_path)
    code, out, _ = run(*where)
    assert code == 0
    assert "没有给出 --ledger，荣誉称号一列留空" in out
    assert not any(row["荣誉称号"] for row in written(tmp_path).values())

    (tmp_path / CONCLUSIONS).write_bytes(b"completed by hand")
    for book in tmp_path.glob("*.xlsx"):
        book.unlink()
    code, out, err = run(*where)
    assert (code, out) == (2, "")
    assert CONCLUSIONS in err
    assert [file.name for file in tmp_path.iterdir()] == [CONCLUSIONS]
    assert (tmp_path / CONCLUSIONS).read_bytes() == b"completed by hand"
