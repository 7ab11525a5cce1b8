"""The commands step and take-in as a secretary, a chair and a reviewer type them (Policy 4)."""

from __future__ import annotations

import pytest

from cmreview.cli.options import STAGES
from cmreview.cli.step_options import KINDS
from cmreview.process.events import Kind
from cmreview.process.ledger.ledger import Ledger
from cmreview.process.stages import Stage
from tests.cli.committee_room import Room, fill

BIDI = "\N{RIGHT-TO-LEFT OVERRIDE}"


@pytest.fixture
def room(run, root, tmp_path, monkeypatch):
    return Room(run, root, tmp_path, monkeypatch)


def recorded(room):
    """The kinds of all events in the ledger."""
    if not room.ledger.exists():
        return []
    with Ledger.open(room.ledger) as ledger:
        return [event.kind.value for event in ledger.events()]


def test_every_kind_but_scores_can_be_typed_and_every_stage_named():
    assert set(KINDS) == set(Kind) - {Kind.SCORED}
    assert set(STAGES) == set(Stage) - {Stage.NOTHING}


def test_a_case_walks_from_application_to_certificate(room):
    room.referred("001009")
    assert room.scores("P05", m001009=80)[0] == 0
    room.decided("001009")
    room.clock("2026-02-12")
    printed = room.step("publicised", "S01", "--case", "001009")
    # five working days over the Spring Festival of 2026, see LAST in tests/process/cases.py
    assert "公示首日：2026-02-13；公示末日：2026-02-26" in printed
    code, printed, _ = room.type("step appointed", "--as", "S01", "--case", "001009")
    assert (code, "2026-02-26" in printed) == (2, True)
    room.clock("2026-02-27")
    printed = room.step("appointed", "S01", "--case", "001009")
    assert "文号：聘〔2026〕1号；证书编号：ZS-2026-1" in printed
    kinds = [
        "applied",
        "reviewed",
        "referred",
        "scored",
        "scores_opened",
        "decided",
        "publicised",
        "appointed",
    ]
    assert recorded(room) == kinds


def test_a_dry_run_records_nothing_and_makes_no_ledger(room):
    line = (
        *("--as", "S01", "--case", "001009", "--name", "王伟", "--of-department", "销售一部"),
        *("--target", "senior", "--on", "2025-12-12", "--evidence", "a.pdf", "--dry-run"),
    )
    code, printed, said = room.type("step applied", *line)
    assert (code, room.ledger.exists()) == (0, False)
    assert "1 步可以记录，没有记录任何内容" in printed
    assert "还没有评审台账" in said
    room.applied("001009")
    code, printed, _ = room.type(
        "step reviewed", "--as", "R03", "--case", "001009", "--decision", "passed", "--dry-run"
    )
    assert (code, recorded(room)) == (0, ["applied"])
    assert "王" not in printed  # names come from the record
    assert "申报人001009" in printed


def test_a_new_ledger_is_announced_and_only_an_application_makes_one(room):
    code, _, said = room.type("step referred", "--as", "S01", "--case", "001009")
    assert (code, room.ledger.exists()) == (1, False)
    assert "找不到评审台账" in said
    _, _, said = room.type(
        *("step applied", "--as", "S01", "--case", "001009", "--name", "王伟", "--of-department", "销售一部"),
        *("--target", "senior", "--on", "2025-12-12"),
    )
    assert "已新建评审台账 ledger.db" in said


def test_of_several_steps_all_are_recorded_or_none(room):
    room.referred("001009", "001010")
    before = recorded(room)
    line = ("--as", "P01", "--case", "001009", "--case", "001010", "--decline", "--reason", "x")
    code, printed, _ = room.type("step decided", *line, "--present", "P01,P02,P03,P05", "--votes", "0,4,0")
    assert code == 2
    assert printed.count("评分尚未由主任公开") == 2
    assert "2 步中有 2 步不能记录，因此一步也没有记录" in printed
    room.scores("P05", m001009=80, m001010=70)
    room.step("scores_opened", "P01", "--case", "001009")
    code, printed, _ = room.type("step decided", *line, "--present", "P01,P02,P03,P05", "--votes", "0,4,0")
    assert code == 2
    assert "✓ 2025/001009" in printed
    assert "✗ 2025/001010" in printed
    assert recorded(room) == [*before, "scored", "scored", "scores_opened"]


def test_a_department_is_taken_as_a_whole_and_what_stands_elsewhere_is_said(room):
    room.referred("001009")
    room.applied("001010", "001011")
    room.applied("002001", department="销售二部")
    line = ("--as", "R03", "--department", "销售一部", "--decision", "passed", "--on", "2025-12-19")
    printed = room.must("step reviewed", *line)
    assert "另有 1 个个案不在可以办理“部门初审”的阶段" in printed
    assert "002001" not in printed
    assert "已记录 2 步" in printed


def test_a_recused_chair_opens_all_that_others_may_and_is_not_told_of_the_rest(room):
    room.referred("001009")
    room.referred("001010", department="公司领导")  # the chair's own
    printed = room.must("step scores_opened", "--as", "P01", "--all-at", "in_committee")
    assert ("001009" in printed, "001010" in printed) == (True, False)
    room.must("step scores_opened", "--as", "P02", "--case", "001010")


def test_of_a_stage_only_those_whose_turn_it_is_are_taken_and_the_others_are_told(room):
    room.referred("001009", "001010", "001011")
    room.scores("P05", m001009=80, m001010=81, m001011=60)
    room.step("scores_opened", "P01", "--case", "001010")
    printed = room.step("scores_opened", "P01", "--all-at", "in_committee")
    assert "– 2025/001010：未列入：个案 2025/001010 的评分已经公开" in printed
    line = ("--reason", "x", "--present", "P01,P02,P03,P05", "--votes")
    room.step("decided", "P01", "--case", "001009", "--case", "001010", "--approve", *line, "4,0,0")
    room.step("decided", "P01", "--case", "001011", "--decline", *line, "0,4,0")
    room.clock("2026-02-12")
    room.step("publicised", "S01", "--case", "001009", "--case", "001011")
    room.clock("2026-02-26")
    room.step("publicised", "S01", "--case", "001010")
    room.clock("2026-02-27")
    printed = room.step("appointed", "S01", "--all-at", "publicised")
    assert "– 2025/001010：未列入：" in printed  # still publicised
    assert "– 2025/001011：未列入：" in printed  # not approved
    assert "证书编号：ZS-2026-1" in printed  # no number is lost to those left out
    room.step("not_appointed", "S01", "--all-at", "publicised", "--reason", "未通过评审")
    assert recorded(room)[-2:] == ["appointed", "not_appointed"]


def test_a_list_is_filled_in_and_read_back(room):
    room.applied("001009", "001010", "001011")
    path = room.folder / "办理.xlsx"
    room.must("cases", "--out", path)
    done = {"001009": "部门初审", "001010": "撤回申报"}
    fill(
        path,
        lambda row: {
            "步骤": done.get(row["个案"][5:]),
            "结论": "通过" if row["个案"].endswith("9") else None,
            "理由": "本人申请" if row["个案"].endswith("10") else None,
        },
    )
    code, printed, _ = room.type("step", "--list", path, "--as", "S01", "--dry-run")
    assert (code, len(recorded(room))) == (0, 3)
    assert "1 行没有填写步骤" in printed
    printed = room.must("step", "--list", path, "--as", "S01")
    assert "已记录 2 步，记录编号 4 至 5" in printed
    assert recorded(room)[3:] == ["reviewed", "withdrawn"]
    code, printed, _ = room.type("step", "--list", path, "--as", "S01")  # the same list once more
    assert (code, len(recorded(room))) == (2, 5)
    assert "办理.xlsx · 步骤 · 第2行 · 步骤" in printed


def test_faults_of_cells_and_refused_steps_of_a_list_are_told_together(room):
    room.applied("001009", "001010")
    path = room.folder / "办理.xlsx"
    room.must("cases", "--out", path)
    fill(
        path, lambda row: {"步骤": "聘任"} if row["个案"].endswith("9") else {"步骤": "公示", "日期": "哪天"}
    )
    code, printed, _ = room.type("step", "--list", path, "--as", "S01")
    assert code == 2
    assert "第2行 · 步骤" in printed
    assert "目前为“待部门初审”" in printed
    assert '第3行 · 日期："哪天"' in printed
    assert "2 步中有 2 步不能记录" in printed


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        pytest.param("办理.xlsx", "不是工作簿".encode(), "不是 Excel 工作簿", id="no workbook"),
        pytest.param(
            "办理.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "打开密码",
            id="encrypted",
        ),
        pytest.param("没有.xlsx", None, "找不到文件", id="missing"),
    ],
)
def test_what_is_no_list_ends_in_two_sentences(room, name, data, said):
    room.applied("001009")
    path = room.folder / name
    if data is not None:
        path.write_bytes(data)
    code, printed, side = room.type("step", "--list", path, "--as", "S01")
    assert code == 2
    assert said in printed + side
    assert "Traceback" not in printed + side


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (("step referred", "--as", "S01"), "没有写明个案"),
        (("step referred", "--as", "S01", "--case", "001009", "--department", "销售一部"), "写法不止一种"),
        (("step", "--as", "S01", "--case", "001009"), "没有写明要办理的步骤"),
        (("step referred", "--as", "S01", "--case", "009999"), "没有您可以办理的个案 2025/009999"),
        (("step referred", "--as", "S01", "--case", "2024/001009"), "没有您可以办理的个案 2024/001009"),
        (("step referred", "--as", "X99", "--case", "001009"), "没有编号为“X99”的人"),
        (("step recused", "--as", "P09", "--case", "001009", "--reason", "x"), "当日不在任期内"),
        (("step decided", "--as", "P01", "--case", "001009", "--votes", "5,1"), "不是三个用逗号隔开的整数"),
        (
            ("step decided", "--as", "P01", "--case", "001009", "--approve", "--decision", "refused"),
            "不止一个结论",
        ),
        (("step referred", "--as", "S01", "--case", "001009", "--approve"), "用不到：结论"),
        (("step referred", "--as", "S01", "--all-at", "decided"), "没有符合条件的个案"),
        (("step referred", "--as", "S01", "--list", "a.xlsx", "--reason", "x"), "不能再用选项 --reason"),
        (("step promoted", "--as", "S01", "--case", "001009"), "kind"),
        (("step referred", "--case", "001009"), "缺少必填的选项 --as"),
    ],
)
def test_a_line_that_can_not_be_meant_ends_in_two_sentences(room, line, said):
    room.applied("001009")
    command, *rest = line
    code, printed, side = room.type(command, *rest)
    assert code == 2
    assert printed == ""
    assert said in side
    assert len(side.splitlines()) == 2


def test_whoever_acts_may_stand_in_the_environment(room, monkeypatch):
    room.applied("001009")
    monkeypatch.setenv("CMREVIEW_AS", "R03")
    room.must("step reviewed", "--case", "001009", "--decision", "passed")


def test_an_appeal_is_named_by_its_entry_and_what_people_typed_can_hide_nothing(room):
    room.referred("001009")
    room.scores("P05", m001009=80)
    room.decided("001009")
    room.clock("2026-02-12")
    room.step("publicised", "S01", "--case", "001009")
    typed = ("--appellant", f"李{BIDI}明", "--grounds", "重复\x1b[31m计算")
    printed = room.step("appealed", "S01", "--case", "001009", *typed)
    assert BIDI not in printed
    assert "\x1b" not in printed
    assert "李⟨U+202E⟩明" in printed
    room.step("appeal-heard", "P01", "--case", "001009", "--present", "P07")
    code, printed, _ = room.type("step appeal-settled", "--as", "P01", "--case", "001009", "--refuse")
    assert (code, "必须写明理由" in printed) == (2, True)
    settle = ("--appeal", "8", "--refuse", "--reason", "台账一致")
    assert "申诉不成立" in room.step("appeal-settled", "P01", "--case", "001009", *settle)


def test_where_the_calendar_ends_the_last_day_is_typed_and_that_is_said(room):
    room.referred("001009")
    room.scores("P05", m001009=80)
    room.decided("001009")
    room.clock("2026-12-30")
    code, _, said = room.type("step publicised", "--as", "S01", "--case", "001009")
    assert (code, "2027" in said) == (2, True)
    printed = room.step("publicised", "S01", "--case", "001009", "--last", "2027-01-15")
    assert "末日由经办人填写" in printed


def test_a_mistaken_entry_is_taken_back_and_stays_in_the_ledger(room):
    room.referred("001009")
    room.step("voided", "S01", "--case", "001009", "--event", "3", "--reason", "误录")
    assert recorded(room) == ["applied", "reviewed", "referred", "voided"]
    room.step("referred", "S01", "--case", "001009")


def test_one_batch_has_one_document_number_and_the_next_batch_the_next(room):
    managers = ("001009", "001010", "001011")
    room.referred(*managers)
    room.scores("P05", m001009=80, m001010=81, m001011=82)
    for manager in managers:
        room.decided(manager)
    room.clock("2026-02-12")
    room.step("publicised", "S01", "--all-at", "decided")
    room.clock("2026-02-27")
    printed = room.step("appointed", "S01", "--case", "001009", "--case", "001010")
    assert printed.count("聘〔2026〕1号") == 2
    assert ("ZS-2026-1" in printed, "ZS-2026-2" in printed) == (True, True)
    printed = room.step("appointed", "S01", "--case", "001011")
    assert "文号：聘〔2026〕2号；证书编号：ZS-2026-3" in printed


MANAGERS = "工号,姓名,部门\n001009,王伟,销售一部\n001010,李娜,销售一部\n001011,赵敏,销售一部\n"
HISTORY = "工号,部门,等级,开始日期\n001009,销售一部,中级,2022-01-01\n"
APPLICATIONS = (
    "工号,申报等级,申报日期,证明材料,准予受理人\n"
    "001009,高级,2025-12-12,a.pdf；b.pdf,\n"
    "001010,初级,2026-01-18,c.pdf,周建国\n"
    "001011,初级,2025-12-20,,\n"
)
REVIEWS = (
    "工号,评审年度,初审结论,初审意见,初审人,初审日期\n"
    "001009,2025,通过,属实,郭美华,2025-12-19\n"
    "001011,2025,通过,属实,郭美华,2025-12-22\n"
)


@pytest.fixture
def records(tmp_path):
    folder = tmp_path / "records"
    folder.mkdir()
    for name, text in (
        *(("花名册", MANAGERS), ("等级履历", HISTORY)),
        *(("申报", APPLICATIONS), ("部门初审", REVIEWS)),
    ):
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_what_departments_handed_in_is_taken_in_once_and_the_rest_is_told(room, records):
    code, printed, said = room.type("take-in", "--records", records, "--as", "S01", "--dry-run")
    assert (code, room.ledger.exists()) == (2, False)
    code, printed, said = room.type("take-in", "--records", records, "--as", "S01")
    assert code == 2  # the review of an application that nobody admitted
    assert "✗ 2025/001011：部门初审 不能记录" in printed
    assert "已记录 5 份，0 份此前已记录，1 份不能记录" in printed
    assert "已新建评审台账" in said
    with Ledger.open(room.ledger) as ledger:
        events = ledger.events()
    assert [(event.case[5:], event.kind.value) for event in events] == [
        ("001009", "applied"),
        ("001009", "reviewed"),
        ("001010", "applied"),
        ("001010", "admitted"),
        ("001011", "applied"),
    ]
    first = events[0].payload
    assert (first.name, first.level, first.evidence) == ("王伟", "intermediate", ("a.pdf", "b.pdf"))
    assert "周建国" in events[3].reason
    code, printed, _ = room.type("take-in", "--records", records, "--as", "S01")
    assert (code, len(recorded(room))) == (2, 5)
    assert "已记录 0 份，4 份此前已记录，1 份不能记录" in printed


def test_a_decision_is_held_against_the_policys_recommendation_where_the_records_are_named(room, records):
    room.referred("001009")
    room.scores("P05", m001009=80)
    room.step("scores_opened", "P01", "--case", "001009")
    line = (
        "--as",
        "P01",
        "--case",
        "001009",
        "--present",
        "P01,P02,P03,P05",
        "--votes",
        "4,0,0",
        "--approve",
    )
    code, printed, said = room.type("step decided", *line)
    assert code == 2
    assert "没有指明 --records" in said
    assert "必须写明理由" in printed
    code, printed, said = room.type("step decided", *line, "--reason", "委员会一致意见", "--records", records)
    assert code == 0
    assert "没有指明" not in said
    assert "建议：" in printed
