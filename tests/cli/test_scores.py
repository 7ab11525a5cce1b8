"""The commands of score sheets, as a member types them (Policy 4.3)."""

from __future__ import annotations

import openpyxl
import pytest

from cmreview.process.ledger.ledger import Ledger
from tests.cli.committee_room import Room, fill


@pytest.fixture
def room(run, root, tmp_path, monkeypatch):
    return Room(run, root, tmp_path, monkeypatch)


def sheets(room):
    """What is recorded of scores: member, points of the first item, what is corrected, reason."""
    with Ledger.open(room.ledger) as ledger:
        return [
            (event.actor, event.payload.scores[0].points, event.corrects, event.reason)
            for event in ledger.events()
            if event.kind == "scored"
        ]


def sheet_of(room, member, name):
    path = room.folder / name
    room.must("scores template", "--member", member, "--out", path)
    return path


def test_a_member_fills_in_the_own_sheet_and_it_is_recorded_once(room):
    room.referred("001009", "001010", "001046")
    code, printed, _ = room.scores("P07", m001009=80.5)
    assert code == 0
    assert "新评分 1 个，修改 0 个，与已记录相同 0 个，未评分 1 个" in printed  # 001046 is not in it
    assert "只有您本人可以看到" in printed
    assert [(member, str(points)) for member, points, _, _ in sheets(room)] == [("P07", "80.5")]
    path = sheet_of(room, "P07", "again.xlsx")
    code, printed, _ = room.type("scores read", path, "--as", "P07")
    assert (code, len(sheets(room))) == (0, 1)
    assert "与已记录相同 1 个" in printed
    assert "没有需要记录的内容" in printed


def test_a_dry_run_of_a_sheet_records_nothing(room):
    room.referred("001009")
    path = sheet_of(room, "P05", "own.xlsx")
    fill(path, lambda row: {"答辩": 80})
    code, printed, _ = room.type("scores read", path, "--as", "P05", "--dry-run")
    assert (code, sheets(room)) == (0, [])
    assert "1 步可以记录" in printed


def test_a_change_after_the_opening_needs_a_reason_and_names_what_it_corrects(room):
    room.referred("001009")
    room.scores("P05", m001009=80)
    room.step("scores_opened", "P01", "--case", "001009")
    path = sheet_of(room, "P05", "changed.xlsx")
    fill(path, lambda row: {"业绩汇报": 90})
    code, printed, _ = room.type("scores read", path, "--as", "P05")
    assert (code, len(sheets(room))) == (2, 1)
    assert "必须写明理由" in printed
    code, printed, _ = room.type("scores read", path, "--as", "P05", "--reason", "误填")
    assert code == 0
    assert "只有您本人" not in printed
    assert [(str(points), corrects, why) for _, points, corrects, why in sheets(room)] == [
        ("80", None, None),
        ("90", 4, "误填"),
    ]


def test_nobody_hands_in_another_members_sheet(room):
    room.referred("001009")
    path = sheet_of(room, "P05", "own.xlsx")
    fill(path, lambda row: {"业绩汇报": 90})
    for actor in ("P01", "S01"):
        code, printed, _ = room.type("scores read", path, "--as", actor)
        assert (code, sheets(room)) == (2, [])
        assert "是为评委 P05 生成的" in printed


def test_all_faults_of_a_sheet_come_at_once_and_nothing_is_recorded(room):
    room.referred("001009", "001010", "001011")
    path = sheet_of(room, "P05", "own.xlsx")
    odd = {"001009": 101, "001010": "很好", "001011": 80}
    fill(path, lambda row: {"业绩汇报": odd[row["工号"]]})
    code, printed, _ = room.type("scores read", path, "--as", "P05")
    assert (code, sheets(room)) == (2, [])
    assert '第2行 · 业绩汇报："101"' in printed
    assert '第3行 · 业绩汇报："很好"' in printed
    assert "2 处必须先更正" in printed


def test_a_sheet_is_never_written_over_one_that_may_be_filled_in(room):
    room.referred("001009")
    path = sheet_of(room, "P05", "own.xlsx")
    before = path.read_bytes()
    code, _, said = room.type("scores template", "--member", "P05", "--out", path)
    assert (code, path.read_bytes()) == (2, before)
    assert "未覆盖" in said


def test_only_a_member_gets_a_sheet_and_only_when_there_is_something_to_score(room):
    room.applied("001009")
    path = room.folder / "own.xlsx"
    assert "没有 宋立新 可以评分的个案" in room.must("scores template", "--member", "P05", "--out", path)
    code, _, said = room.type("scores template", "--member", "S01", "--out", path)
    assert (code, path.exists()) == (2, False)
    assert "不是评委" in said


def test_a_sheet_speaks_english_and_is_read_in_either_language(room):
    room.referred("001009")
    path = room.folder / "own.xlsx"
    room.must("scores template", "--member", "P05", "--out", path, "--lang", "en")
    assert openpyxl.load_workbook(path).sheetnames == ["scores", "Instructions"]
    fill(path, lambda row: {"performance report": 80})
    code, _, _ = room.type("scores read", path, "--as", "P05", "--lang", "zh")
    assert (code, len(sheets(room))) == (0, 1)


@pytest.mark.parametrize(
    ("data", "said"),
    [(None, "找不到文件"), (b"x", "不是 Excel 工作簿"), (b"PK\x03\x04x", "不完整")],
    ids=["missing", "no workbook", "cut off"],
)
def test_what_is_no_sheet_ends_in_two_sentences(room, data, said):
    room.referred("001009")
    path = room.folder / "own.xlsx"
    if data is not None:
        path.write_bytes(data)
    code, printed, side = room.type("scores read", path, "--as", "P05")
    assert code == 2
    assert said in printed + side
    assert "Traceback" not in printed + side
