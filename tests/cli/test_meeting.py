"""`cmreview meeting`: a brief of the period, with changed rules and open opinions. Policy 7.1."""

from __future__ import annotations

import shutil

import pytest

from cmreview.show.papers.documents import template_in
from tests.cli import feedback_company
from tests.show.papers.word_files import lines, template


@pytest.fixture
def meeting(run, root, tmp_path):
    records = feedback_company.write_records(tmp_path / "records")
    policy = feedback_company.write_policy(root, tmp_path / "policy")

    def call(*more, year="2025"):
        given = ("--year", year, "--records", records, "--policy", policy, "--dated", "2026-01-08")
        return run("meeting", *given, "--out", tmp_path / "out", *more)

    return call


def text(tmp_path, name):
    return "\n".join(lines((tmp_path / "out" / f"{name}-沟通会议简报.docx").read_bytes()))


def test_a_brief_of_the_year_compares_the_policy_with_that_of_the_year_before(meeting, tmp_path):
    code, printed, _ = meeting()
    assert code == 0
    assert "本期意见 3 条，以前未答复 0 条；共 2 条待答复" in printed
    said = text(tmp_path, "2025年")
    assert "2025年度与2024年度相比，有以下变化：" in said
    assert "200.00 万元" in said  # the whole company's sales
    assert "尚未答复的意见建议共2条" in said
    for name in ("王伟", "李娜", "赵敏", "钱多"):
        assert name not in said


def test_the_second_half_has_the_policy_of_the_first_and_carries_open_opinions_on(meeting, tmp_path):
    code, printed, _ = meeting("--period", "2025H2")
    assert (code, "本期意见 1 条，以前未答复 1 条；共 2 条待答复" in printed) == (0, True)
    said = text(tmp_path, "2025年下半年")
    assert "自上次会议以来没有变化" in said
    assert "希望提前通知申报时间" in said
    assert "希望公布计算过程" not in said
    assert "10.00 万元" in said


def test_the_year_to_compare_with_can_be_named(meeting, tmp_path):
    assert meeting("--period", "2025H2", "--since", "2024")[0] == 0
    assert "2025年度与2024年度相比，有以下变化：" in text(tmp_path, "2025年下半年")
    code, _, said = meeting("--since", "2020")
    assert (code, "2020" in said) == (2, True)


def test_the_first_years_policy_has_none_to_compare_with(meeting, tmp_path):
    assert meeting("--period", "2021H1", year="2021")[0] == 0
    said = text(tmp_path, "2021年上半年")
    assert "没有更早年度的制度可以对照" in said
    assert "没有变化" not in said


def test_so_few_people_show_no_department(meeting, tmp_path):
    meeting()
    assert "不列部门数据" in text(tmp_path, "2025年")


def test_a_brief_that_somebody_edited_is_kept_unless_told_otherwise(meeting, tmp_path):
    meeting()
    path = tmp_path / "out" / "2025年-沟通会议简报.docx"
    made = path.read_bytes()
    assert meeting()[0] == 0
    path.write_bytes(made + b" ")
    code, _, said = meeting()
    assert (code, "--replace" in said) == (2, True)
    assert path.read_bytes() == made + b" "
    assert meeting("--replace")[0] == 0
    assert path.read_bytes() == made


def test_a_period_of_another_year_or_none_at_all_is_refused(meeting):
    for period, told in (("2024H1", "2024H1"), ("2025H3", "2025H3")):
        code, _, said = meeting("--period", period)
        assert (code, told in said) == (2, True)


def test_a_faulty_template_stops_before_anything_is_written(meeting, root, tmp_path):
    folder = tmp_path / "templates" / "zh"
    folder.mkdir(parents=True)
    template(folder / "meeting_brief.docx", "{{ period }} {{ salary }}")
    code, _, said = meeting("--templates", tmp_path / "templates")
    assert (code, "salary" in said) == (2, True)
    assert not (tmp_path / "out").exists()
    shutil.copy(template_in(root / "params" / "templates", "meeting_brief"), folder / "meeting_brief.docx")
    assert meeting("--templates", tmp_path / "templates")[0] == 0


def test_a_brief_in_english_is_english(meeting, tmp_path):
    assert meeting("--lang", "en", "--period", "2025Q1")[0] == 0
    (path,) = (tmp_path / "out").iterdir()
    said = "\n".join(lines(path.read_bytes()))
    assert "first quarter of 2025" in said
    assert "This brief shows sums" in said
