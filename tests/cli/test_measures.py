"""Decisions after the review and steps of the law as chair and secretary type them. Policy 5.4."""

from __future__ import annotations

import json

import openpyxl
import pytest

from cmreview.process.ledger.ledger import Ledger
from cmreview.process.measures import LEGAL_STEPS, Measure, Standing
from cmreview.words import say
from tests.cli.committee_room import Room, fill

WHO = ("--name", "李明", "--of-department", "销售二部", "--level", "中级")


@pytest.fixture
def room(run, root, tmp_path, monkeypatch):
    found = Room(run, root, tmp_path, monkeypatch)
    found.applied("001009")
    return found


def payloads(room):
    with Ledger.open(room.ledger) as ledger:
        return [event.payload for event in ledger.events()][1:]


def test_a_warning_of_somebody_who_did_not_apply_is_typed_and_shown(room):
    line = ("--case", "001077", *WHO, "--measure", "warning", "--agree", "--advised", "due")
    printed = room.step("measure-decided", "P01", *line)
    assert "尚未申报" in printed
    assert "警告与改进计划" in printed
    (found,) = payloads(room)
    assert (found.measure, found.agreed, found.advised) == (Measure.WARNING, True, Standing.DUE)
    assert (found.name, found.level) == ("李明", "intermediate")
    (other,) = json.loads(room.must("cases", "--json", "--case", "001077"))["events"]
    assert other["payload"]["measure"] == "warning"
    listed = json.loads(room.must("cases", "--json"))
    assert [(one["name"], one["stage"]) for one in listed] == [
        ("申报人001009", "applied"),
        ("李明", "nothing"),
    ]


def test_a_bonus_of_an_applicant_needs_no_name(room):
    line = ("--case", "001009", "--measure", "bonus", "--agree", "--advised", "due", "--amount", "12,000.50")
    assert "12000.5" in room.step("measure_decided", "P01", *line)


@pytest.mark.parametrize("amount", ["12万", "1.234", "-5", "１２", "1,00", ""])
def test_an_amount_is_never_guessed(room, amount):
    line = ("--case", "001009", "--measure", "bonus", "--agree", "--advised", "due", "--amount", amount)
    code, _, said = room.type("step measure-decided", "--as", "P01", *line)
    assert code != 0
    assert "不是数字" in said


def test_what_the_figures_say_is_never_left_out(room):
    code, printed, said = room.type(
        *("step measure-decided", "--as", "P01", "--case", "001009", "--measure", "warning", "--agree")
    )
    assert code != 0
    assert "--records" in printed + said


def test_a_dismissal_goes_step_by_step(room):
    days = dict.fromkeys(LEGAL_STEPS, "2025-03-01") | {
        "second_assessment": "2025-12-20",
        "notice_or_pay": "2026-01-05",
    }
    agree = ("--measure", "dismissal", "--agree", "--advised", "committee", "--reason", "经培训仍不能胜任")
    for step, day in days.items():
        code, printed, said = room.type(
            *("step measure-decided", "--as", "P01", "--case", "001077", *WHO, *agree),
            *("--effective-on", "2026-02-04"),
        )
        assert code != 0
        assert say(f"penalties.step.{step}") in printed + said
        line = ("--case", "001077", "--name", "李明", "--of-department", "销售二部", "--on", day)
        room.step("legal-step", "S01", *line, "--legal-step", step, "--document", "文件")
    dismissed = ("--case", "001077", *WHO, *agree)
    code, printed, said = room.type(
        *("step measure-decided", "--as", "P01", *dismissed), *("--effective-on", "2026-02-03")
    )
    assert (code != 0, "2026-02-04" in printed + said) == (True, True)
    room.step("measure-decided", "P01", *dismissed, "--effective-on", "2026-02-04")
    assert len(payloads(room)) == len(LEGAL_STEPS) + 1


def test_measures_are_decided_in_the_list_also_for_people_without_an_application(room):
    path = room.folder / "list.xlsx"
    room.must("cases", "--out", path)
    fill(
        path,
        lambda row: {
            "步骤": "奖惩决定",
            "结论": "同意",
            "奖惩事项": "奖金",
            "数据意见": "建议",
            "奖金金额": 3000,
        },
    )
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[1]}
    new = {"个案": "001077", "姓名": "李明", "部门": "销售二部", "步骤": "奖惩决定", "结论": "不同意"}
    for head, value in (new | {"奖惩事项": "荣誉称号", "数据意见": "不适用", "现任等级": "中级"}).items():
        sheet.cell(sheet.max_row if head != "个案" else sheet.max_row + 1, heads[head], value)
    book.save(path)
    printed = room.must("step", "--list", path, "--as", "P02")
    assert "已记录 2 步" in printed
    bonus, honour = payloads(room)
    assert (bonus.amount, bonus.name) == (3000, "申报人001009")
    assert (honour.measure, honour.agreed, honour.name, honour.level) == (
        *(Measure.HONOUR, False, "李明"),
        "intermediate",
    )
