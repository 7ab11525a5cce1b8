"""`cmreview coaching`: a sheet is written, filled in, read back, and is records next time. Policy 7.2."""

from __future__ import annotations

from datetime import UTC, date, datetime

import openpyxl
import pytest

from cmreview.cli import options
from tests.cli import feedback_company
from tests.cli.feedback_company import DEPARTMENT, fill


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch):
    monkeypatch.setattr(options, "now", lambda: datetime(2026, 1, 20, 4, tzinfo=UTC))


@pytest.fixture
def coaching(run, root, tmp_path):
    records = feedback_company.write_records(tmp_path / "records")
    policy = feedback_company.write_policy(root, tmp_path / "policy")

    def call(*arguments, department=DEPARTMENT):
        given = ("--year", "2025", "--records", records, "--policy", policy, "--department", department)
        return run("coaching", *arguments, *given)

    return call


@pytest.fixture
def sheet(coaching, tmp_path):
    path = tmp_path / "辅导表.xlsx"
    code, printed, said = coaching("sheet", "--out", path)
    assert (code, "2 人" in printed, said) == (0, True, "")
    return path


TALK = {"辅导日期": date(2026, 1, 15), "辅导人": "李处长", "工作进展": "按计划拜访"}


def test_a_sheet_shows_the_last_talk_and_figures_then_and_now(sheet):
    head, first, second = openpyxl.load_workbook(sheet).worksheets[0].iter_rows(values_only=True)
    told, other = (dict(zip(head, row, strict=True)) for row in (first, second))
    assert (told["工号"], told["上次日期"], told["上次谈话人"]) == ("00123", "2025-05-15", "李处长")
    assert (told["上次的困难"], told["上次商定的支持"]) == ("报价审批慢", "安排工程师陪同拜访")
    assert (told["上次辅导时销售额"], told["目前销售额"]) == ("60.00 万元", "60.00 万元")
    assert (other["上次日期"], other["上次辅导时销售额"], other["目前销售额"]) == (None, None, "40.00 万元")


def test_talks_go_round_from_sheet_to_records_to_the_next_sheet(coaching, sheet, tmp_path):
    fill(sheet, 3, **TALK, 商定的支持="参加投标培训", 下次辅导日期=date(2026, 7, 1))
    kept = tmp_path / "records" / "辅导记录_销售一部_2026-01.csv"
    code, printed, said = coaching("read", sheet, "--out", kept)
    assert (code, said) == (0, "")
    assert "已写出 1 次谈话" in printed
    assert "1 行未填" in printed
    again = tmp_path / "下次.xlsx"
    assert coaching("sheet", "--out", again)[0] == 0
    head, *rows = openpyxl.load_workbook(again).worksheets[0].iter_rows(values_only=True)
    told = dict(zip(head, rows[1], strict=True))
    assert (told["工号"], told["上次日期"], told["上次商定的支持"]) == ("00124", "2026-01-15", "参加投标培训")
    code, printed, _ = coaching("read", sheet, "--out", tmp_path / "辅导记录2.xlsx")
    assert code == 2
    assert "这次谈话已在记录中" in printed


def test_bad_cells_are_all_told_with_their_place_and_nothing_is_kept(coaching, sheet, tmp_path):
    fill(sheet, 2, **TALK | {"辅导日期": "上周三"})
    fill(sheet, 3, **TALK | {"辅导日期": date(2026, 1, 21), "下次辅导日期": date(2026, 1, 1)})
    kept = tmp_path / "辅导记录.csv"
    code, printed, _ = coaching("read", sheet, "--out", kept)
    assert code == 2
    assert "辅导表.xlsx · 辅导表 · 第2行 · 辅导日期" in printed
    assert "第3行 · 辅导日期" in printed
    assert "第3行 · 下次辅导日期" in printed
    assert "有 3 处必须先更正" in printed
    assert not kept.exists()


def test_a_sheet_without_a_talk_keeps_nothing(coaching, sheet, tmp_path):
    code, printed, _ = coaching("read", sheet, "--out", tmp_path / "辅导记录.csv")
    assert (code, "2 行未填" in printed) == (0, True)
    assert not (tmp_path / "辅导记录.csv").exists()


def test_another_departments_sheet_is_refused(coaching, sheet, tmp_path):
    fill(sheet, 2, **TALK)
    code, printed, _ = coaching("read", sheet, "--out", tmp_path / "辅导记录.csv", department="销售二部")
    assert code == 2
    assert "不是该部门在岗的客户经理" in printed


@pytest.mark.parametrize("name", ["谈话.csv", "辅导记录.txt", "合同.xlsx", "辅导记录"])
def test_a_name_that_intake_would_not_read_is_refused(coaching, sheet, tmp_path, name):
    fill(sheet, 2, **TALK)
    code, _, said = coaching("read", sheet, "--out", tmp_path / name)
    assert (code, "辅导记录" in said) == (2, True)
    assert not (tmp_path / name).exists()


def test_a_file_that_is_there_is_not_written_over(coaching, sheet, tmp_path):
    code, _, said = coaching("sheet", "--out", sheet)
    assert (code, sheet.name in said) == (2, True)
    kept = tmp_path / "辅导记录.csv"
    kept.write_text("有人的文件", encoding="utf-8")
    assert coaching("read", sheet, "--out", kept)[0] == 2
    assert kept.read_text("utf-8") == "有人的文件"


def test_an_unknown_department_is_told_with_those_that_there_are(coaching, tmp_path):
    code, _, said = coaching("sheet", "--out", tmp_path / "a.xlsx", department="没有")
    assert (code, "销售一部、销售二部" in said) == (2, True)
