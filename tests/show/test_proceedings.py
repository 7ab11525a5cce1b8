"""How a case went, as a packet shows it: the piece, the column of stages, the sheets. Policy 4."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from openpyxl import load_workbook

from cmreview.process.events import Recommendation, ReviewDecision
from cmreview.process.stages import Stage
from cmreview.review.committee.proceedings import (
    NOTHING_RECORDED,
    Appointment,
    DecisionMade,
    Entry,
    ItemMean,
    Objection,
    Opinion,
    PanelShown,
    Proceedings,
    Shown,
)
from cmreview.review.told import Told
from cmreview.show.packet import Packet
from cmreview.show.workbook import write_appendix
from cmreview.terms import Label, Outcome
from tests.show.reading import read, rows
from tests.show.sample import sample_review

DAY = date(2026, 1, 20)
PANEL = PanelShown(Fraction("69.996"), Fraction(70), Outcome.MISSED, 5)
WENT = Proceedings(
    stage=Stage.APPOINTED,
    since=date(2026, 2, 3),
    entries=(
        Entry(date(2025, 12, 5), 1, Told("proceedings.line.applied", (("level", Label("高级", "senior")),))),
        Entry(DAY, 1234, Told("proceedings.line.approved"), corrected=True),
    ),
    opinion=Opinion(ReviewDecision.PASSED, "同意", "某经理", date(2025, 12, 8)),
    recused=2,
    scores="open",
    panel=PANEL,
    decision=DecisionMade(True, DAY, Recommendation.DECLINE, "业绩<b>突出</b>", 1),
    publicity=Shown(DAY, date(2026, 1, 21), date(2026, 1, 27)),
    appeals=(Objection(date(2026, 1, 22), "refused", date(2026, 1, 26)), Objection(DAY, "open", None)),
    appointment=Appointment("senior", date(2026, 3, 1), "聘〔2026〕1号", "C-1"),
    closing_reason=None,
)


def packet(lang="zh", **changes):
    review = sample_review()
    first, *others = review.applicants
    shown = replace(first, proceedings=replace(WENT, **changes))
    rest = tuple(replace(case, proceedings=NOTHING_RECORDED) for case in others)
    return Packet(replace(review, applicants=(shown, *rest)), lang)


def piece(lang="zh", place=1, **changes):
    section = read(str(packet(lang, **changes).cases().html)).by_id(f"applicant-{place}")
    (found,) = [one for one in section.all("div") if one.attributes.get("class") == "piece proceedings"]
    return found


def particulars(lang="zh", **changes):
    return dict(rows(piece(lang, **changes).all("table")[0]))


def test_the_piece_tells_where_the_case_stands_and_what_was_decided():
    assert particulars() == {
        "当前进程": "已聘任（2026年2月3日起）",
        "部门初审": "通过（2025年12月8日，某经理）：同意",
        "回避": "2 名评委",
        "评委评分": "69.996 分（5 份评分，达标线 70，未达标）",
        "评审决定": "通过（2026年1月20日）重新评审后的决定",
        "办法建议": "建议不通过",
        "决定理由": "业绩<b>突出</b>",  # as it was typed, and no markup
        "公示": "2026年1月21日至2026年1月27日",
        "申诉": "2026年1月22日收到，2026年1月26日答复：申诉不成立2026年1月20日收到，处理中",
        "聘任": "高级，2026年3月1日起生效；聘〔2026〕1号；证书编号 C-1",
    }


def test_the_piece_speaks_english_too():
    found = particulars("en")
    assert found["panel score"] == "69.996 points (scores: 5; line 70, missed)"
    assert found["decision"] == "approved (20 January 2026)decided anew"
    assert found["recommendation of the policy"] == "no approval recommended"


def test_a_score_just_below_the_line_is_never_written_as_the_line():
    told = particulars(panel=replace(PANEL, score=Fraction("69.9999")))["评委评分"]
    assert told.startswith("69.9999 分")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"scores": "closed", "panel": None, "stage": Stage.IN_COMMITTEE}, "尚未公开"),
        ({"scores": "hidden", "panel": None}, "已公开，按规定不向部门列出"),
        (
            {
                "panel": PanelShown(
                    None,
                    Fraction(70),
                    Outcome.NO_EVIDENCE,
                    2,
                    reason=Told("panel.evidence.no_complete_sheet"),
                )
            },
            "没有形成评委评分（2 份评分） 没有一份评分表各项齐全，无法计算总分。",
        ),
        (
            {"panel": replace(PANEL, line=None, outcome=Outcome.NO_RULE)},
            "70 分（5 份评分，达标线未定）",
        ),
        (
            {"panel": replace(PANEL, items=(ItemMean(Label("答辩", "defence"), Fraction("84.125"), 4),))},
            "69.996 分（5 份评分，达标线 70，未达标）答辩 84.13（4 份）",
        ),
    ],
    ids=["closed", "hidden", "too few", "no line", "items"],
)
def test_scores_are_told_as_far_as_they_may_be(changes, told):
    assert particulars(**changes)["评委评分"] == told


def test_what_has_not_happened_is_not_listed():
    """Before the committee there are no scores to speak of, and nothing is publicised."""
    early = {
        "stage": Stage.APPLIED,
        "scores": "closed",
        "panel": None,
        "decision": None,
        "publicity": None,
        "appeals": (),
        "appointment": None,
        "recused": 0,
        "opinion": None,
    }
    assert list(particulars(**early)) == ["当前进程"]


def test_the_course_is_a_table_with_a_caption_and_says_what_was_corrected():
    course = piece().all("table")[1]
    (caption,) = course.all("caption")
    assert caption.text.endswith("的办理经过")
    assert rows(course) == [
        ["日期", "事项", "记录号"],
        ["2025年12月5日", "申报高级", "1"],
        ["2026年1月20日", "评审决定：通过（已更正）", "1,234"],
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_table_of_the_piece_has_a_caption_and_headers_with_scope(lang):
    for table in piece(lang).all("table"):
        assert len(table.all("caption")) == 1
        assert all(head.attributes.get("scope") in ("row", "col") for head in table.all("th"))


def test_an_application_of_which_nothing_is_recorded_says_so():
    assert "进程台账中没有此申报。" in piece(place=2).text


def test_the_applicants_are_listed_with_their_stage():
    table = read(str(packet().applicants().html)).all("table")[0]
    assert [row[-1] for row in rows(table)] == ["进程", "已聘任", "尚未申报", "尚未申报", "尚未申报"]


def test_without_a_record_there_is_neither_piece_nor_column_nor_sheet(tmp_path):
    plain = Packet(sample_review())
    assert "评审进程" not in str(plain.cases().html)
    assert rows(read(str(plain.applicants().html)).all("table")[0])[0][-1] == "部门初审"
    write_appendix(sample_review(), tmp_path / "a.xlsx")
    assert "评审进程" not in load_workbook(tmp_path / "a.xlsx").sheetnames


def test_the_appendix_tells_the_same_in_two_sheets(tmp_path):
    review = sample_review()
    first, *others = review.applicants
    first = replace(first, proceedings=WENT)
    write_appendix(replace(review, applicants=(first, *others)), tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    heads, case = book["评审进程"].iter_rows(values_only=True)
    found = dict(zip(heads, case, strict=True))
    assert found["进程"] == "已聘任"
    assert found["评委评分"] == pytest.approx(69.996)
    assert (found["评分份数"], found["回避"], found["申诉"], found["待答复申诉"]) == (5, 2, 2, 1)
    assert (found["评审决定"], found["办法建议"]) == ("通过", "建议不通过")
    assert found["公示末日"].date() == date(2026, 1, 27)
    course = list(book["办理经过"].iter_rows(min_row=2, values_only=True))
    assert [(row[3], row[4], row[5]) for row in course] == [
        ("申报高级", 1, None),
        ("评审决定：通过（已更正）", 1234, "已更正"),
    ]
