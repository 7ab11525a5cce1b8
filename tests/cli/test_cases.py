"""The command cases: what waits for whom, what readers may see, a case's whole record (Policy 1.3.a, 4)."""

from __future__ import annotations

import json

import openpyxl
import pytest

from tests.cli.committee_room import Room


@pytest.fixture
def room(run, root, tmp_path, monkeypatch):
    return Room(run, root, tmp_path, monkeypatch)


def listed(room, *more):
    """The list as JSON, by manager."""
    return {one["manager_id"]: one for one in json.loads(room.must("cases", "--json", *more))}


def test_every_case_says_where_it_stands_and_for_whom_it_waits(room):
    room.applied("001009")
    room.referred("001010")
    printed = room.must("cases")
    for said in ("待部门初审：郭美华", "待评分：还有 5 位评委", "中级 → 高级", "共 2 个个案", "2026-01-20"):
        assert said in printed, said
    found = listed(room)
    assert (found["001009"]["stage"], found["001009"]["waiting"]["names"]) == ("applied", ["郭美华"])
    assert found["001010"]["waiting"] == {"for": "scores", "count": 5, "names": []}


def test_the_list_speaks_english_when_asked(room):
    room.referred("001009")
    printed = room.must("cases", "--lang", "en")
    assert "before the committee" in printed
    assert "5 member(s) still to score" in printed


def test_working_days_left_are_counted_down_to_the_last_day(room):
    """The window of 12 February 2026 holds 13, 14 (worked), 24, 25 and 26 February."""
    room.referred("001009")
    room.scores("P05", m001009=80)
    room.decided("001009")
    room.clock("2026-02-12")
    room.step("publicised", "S01", "--case", "001009")
    left = {}
    for day in ("2026-02-12", "2026-02-13", "2026-02-15", "2026-02-25", "2026-02-26", "2026-02-27"):
        room.clock(day)
        left[day[-2:]] = listed(room)["001009"]["days_left"]
    assert left == {"12": 5, "13": 5, "15": 3, "25": 2, "26": 1, "27": 0}
    assert listed(room)["001009"]["waiting"]["for"] == "closing"
    room.clock("2026-02-26")
    assert listed(room)["001009"]["waiting"]["for"] == "window"


def test_where_the_calendar_ends_a_question_mark_stands_with_the_reason(room):
    room.referred("001009")
    room.scores("P05", m001009=80)
    room.decided("001009")
    room.clock("2026-12-30")
    room.step("publicised", "S01", "--case", "001009", "--last", "2027-01-15")
    printed = room.must("cases")
    assert "? 2025/001009" in printed
    assert "2027" in printed
    assert "公示末日由人填写" in printed
    found = listed(room)["001009"]
    assert (found["days_left"], found["days_unknown"]) == (None, "workdays.not_published")


def test_late_cases_recusals_and_appeals_are_marked(room):
    room.clock("2026-02-20")
    room.step(
        *("applied", "S01", "--case", "001046", "--name", "王伟", "--of-department", "电子商务部"),
        *("--target", "高级", "--on", "2026-02-20"),
    )
    printed = room.must("cases")
    for said in ("逾期申报", "无证明材料", "回避 2 人", "待准予受理"):  # P03 of the department, P07 related
        assert said in printed, said


def test_a_recused_member_sees_nothing_of_the_case_and_no_total_that_holds_it(room):
    room.referred("001009", "001046")
    printed = room.must("cases", "--as", "P07")
    assert ("001009" in printed, "001046" in printed) == (True, False)
    assert "共 1 个个案" in printed
    assert set(listed(room, "--as", "P07")) == {"001009"}
    code, printed, said = room.type("cases", "--as", "P07", "--case", "001046")
    _, _, of_nobody = room.type("cases", "--as", "P07", "--case", "009999")
    assert (code, printed) == (2, "")
    assert said.replace("001046", "009999") == of_nobody  # as if it were not there
    path = room.folder / "list.xlsx"
    room.must("cases", "--as", "P07", "--out", path)
    cells = [str(cell.value) for row in openpyxl.load_workbook(path).worksheets[0] for cell in row]
    assert not any("001046" in cell for cell in cells)


def test_a_reviewer_sees_the_own_department_only(room):
    room.applied("001009")
    room.applied("002001", department="销售二部")
    assert set(listed(room, "--as", "R03")) == {"001009"}
    code, _, said = room.type("cases", "--as", "X1")
    assert (code, "X1" in said) == (2, True)
    code, _, said = room.type("cases", "--as", "P09")
    assert (code, "不在任期内" in said) == (2, True)


def test_closed_scores_are_shown_to_their_member_alone(room):
    room.referred("001009")
    room.scores("P05", m001009=83.25)
    for reader, sees in (
        ((), False),
        (("--as", "P05"), True),
        (("--as", "P01"), False),
        (("--as", "S01"), False),
    ):
        for form in ((), ("--json",)):
            printed = room.must("cases", "--case", "001009", *reader, *form)
            assert ("83.25" in printed) is sees, (reader, form)
            if not sees:
                assert "宋立新" not in printed  # nor who has scored
                assert "P05" not in printed
    room.step("scores_opened", "P01", "--case", "001009")
    assert "业绩汇报 83.25" in room.must("cases", "--case", "001009", "--as", "P01")
    closed = room.must("cases", "--case", "001009", "--as", "R03")
    assert "83.25" not in closed
    assert "不对查看人公开" in closed


def test_who_takes_back_a_closed_score_is_not_told_either(room):
    room.referred("001009")
    room.scores("P05", m001009=83.25)
    room.step("voided", "P05", "--case", "001009", "--event", "4", "--reason", "误填")
    printed = room.must("cases", "--case", "001009", "--as", "P01")
    assert "宋立新" not in printed
    assert "误填" not in printed
    assert "已由第 5 号撤销" in printed


def test_one_case_is_told_entry_by_entry_and_what_was_corrected_stays_readable(room):
    room.referred("001009")
    room.scores("P05", m001009=80)
    room.decided("001009")
    room.clock("2026-01-21")
    line = ("--case", "001009", "--decline", "--present", "P01,P02,P03,P05,P07", "--votes", "0,5,0")
    room.step("decided", "P01", *line, "--on", "2026-01-20", "--reason", "票数误记", "--corrects", "6")
    printed = room.must("cases", "--case", "001009")
    for said in (
        "决定：通过",
        "决定：不通过",
        "更正第 6 号",
        "已由第 7 号更正",
        "理由：票数误记",
        "周建国 P01",
    ):
        assert said in printed, said
    assert "2026-01-21 10:00" in printed
    events = json.loads(room.must("cases", "--case", "2025/001009", "--json"))["events"]
    assert [event["number"] for event in events] == [1, 2, 3, 4, 5, 6, 7]
    assert (events[5]["corrected_by"], events[6]["corrects"]) == (7, 6)
    assert events[5]["payload"]["approved"] is True
    assert events[6]["at"] == "2026-01-21T10:00:00+08:00"


def test_a_reader_outside_the_committee_reads_neither_votes_nor_who_appealed(room):
    room.referred("001009")
    room.scores("P05", m001009=80)
    room.decided("001009")
    room.clock("2026-02-12")
    room.step("publicised", "S01", "--case", "001009")
    room.step("appealed", "S01", "--case", "001009", "--appellant", "匿名甲", "--grounds", "重复")
    printed = room.must("cases", "--case", "001009", "--as", "R03")
    for hidden in ("匿名甲", "重复", "业绩突出", "方慧敏"):
        assert hidden not in printed, hidden
    assert "公示首日：2026-02-13" in printed
    assert "匿名甲" in room.must("cases", "--case", "001009", "--as", "P02")


def test_the_list_is_narrowed_by_department_and_stage(room):
    room.applied("001009")
    room.referred("001010")
    room.applied("002001", department="销售二部")
    assert set(listed(room, "--department", "销售一部")) == {"001009", "001010"}
    assert set(listed(room, "--department", "销售一部", "--stage", "in_committee")) == {"001010"}
    assert "没有可列出的个案" in room.must("cases", "--stage", "appointed")


def test_a_list_that_somebody_may_have_filled_in_is_never_overwritten(room):
    room.applied("001009")
    path = room.folder / "list.xlsx"
    path.write_text("filled in", encoding="utf-8")
    code, _, said = room.type("cases", "--out", path)
    assert (code, path.read_text("utf-8")) == (2, "filled in")
    assert "未覆盖" in said


def test_names_can_not_bend_the_terminal(room):
    room.step(
        *(
            "applied",
            "S01",
            "--case",
            "001009",
            "--name",
            "王\x1b[31m\u202e伟",
            "--of-department",
            "销售一部",
        ),
        *("--target", "高级", "--on", "2025-12-12", "--evidence", "a"),
    )
    printed = room.must("cases") + room.must("cases", "--case", "001009")
    assert "\x1b" not in printed
    assert "\u202e" not in printed
    assert "王␛" in printed
