"""A brief tells figures, changed rules, and every opinion with its answer or as open. Policy 7.1."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache

import pytest

from cmreview.policy.load import load_policy
from cmreview.review.analysis.material import material
from cmreview.review.analysis.meeting import meeting
from cmreview.review.analysis.periods import period
from cmreview.show.feedback.meeting import Opinion, meeting_brief, opinions_of, period_name
from cmreview.show.feedback.writing import Writing
from cmreview.show.papers.documents import render
from tests.process.example import ROOT, example
from tests.show.papers.archive import of_example
from tests.show.papers.word_files import lines

DAY = date(2026, 1, 8)
ASKED = Opinion(
    "YJ1", date(2025, 3, 15), "奖金", "希望公布计算过程", "已列入反馈信", "刘敏", date(2025, 3, 28)
)
OPEN = Opinion("YJ2", date(2025, 6, 30), None, "希望提前通知")
LATE = Opinion("YJ0", date(2024, 12, 31), "培训", "希望增加线上课程")
NEXT = Opinion("YJ3", date(2025, 7, 1), "流程", "下一次会议的事")


@cache
def counted(written="2025H1"):
    made = example()
    return meeting(material(made.records, made.policy), of_example().review.cases, period(written))


def before(year=2024):
    return load_policy(ROOT / "params" / "policy", year)


def brief(opinions=(), earlier=None, written="2025H1", lang="zh", archive=None):
    writing = Writing(archive or of_example(lang), DAY)
    return meeting_brief(counted(written), opinions, earlier, writing)


def text(paper, lang="zh"):
    return "\n".join(lines(render(paper, None, lang)))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_brief_shows_sums_beside_those_of_the_year_before_and_nobody(lang):
    paper = brief(lang=lang)
    now = counted().now
    figures = [one.now for one in paper.figures]
    assert figures[1] == f"{now.contracts:,}"
    assert all(one.change and re.fullmatch(r"[+−]\d[\d,]*\.\d%", one.change) for one in paper.figures)
    assert len(paper.departments) == 6
    said = text(paper, lang)
    for case in of_example().review.cases:
        assert case.person.manager_id not in said
        assert case.person.name not in said


def test_figures_of_nothing_are_dashes_and_said_to_be_missing():
    none = replace(counted(), before=replace(counted().before, sales=None, contracts=0), departments=None)
    paper = meeting_brief(none, (), None, Writing(of_example(), DAY))
    assert [(one.before, one.change) for one in paper.figures[:2]] == [(None, None), ("0", None)]
    said = text(paper)
    assert "上年同期没有完整记录" in said
    assert "不列部门数据" in said


def test_departments_that_are_shown_together_are_named_below_the_table():
    first, second, *rest = counted().departments
    joined = replace(first, departments=(*first.departments, *second.departments))
    paper = meeting_brief(
        replace(counted(), departments=(*rest, joined)), (), None, Writing(of_example(), DAY)
    )
    assert paper.merged == joined.departments
    assert [one.department for one in paper.departments][-1] == "其他部门"
    assert "人数较少的部门合并列示" in text(paper)


# --- what changed in the rules ----------------------------------------------------------------------


def test_every_change_between_two_dated_policies_is_a_sentence_with_its_clause():
    paper = brief(earlier=before())
    assert (paper.policy_before, paper.policy_now) == (2024, 2025)
    assert paper.changes
    said = text(paper)
    assert "2025年度与2024年度相比，有以下变化：" in said
    for one in paper.changes:
        assert f"{one.clause}\n{one.sentence}\n" in said


def test_rules_that_say_the_same_are_told_to_be_the_same():
    paper = brief(earlier=of_example().policy)
    assert paper.changes == ()
    assert "自上次会议以来没有变化" in text(paper)
    other = replace(paper, policy_before=2024)
    assert "2025年度与2024年度相比没有变化" in text(other)


def test_a_changed_threshold_is_told_with_both_values():
    archive = of_example()
    changed = replace(archive, policy=archive.policy.with_threshold("3.2.P2", Decimal(4_000_000)))
    earlier = replace(archive.policy, year=2024)
    (one,) = [one for one in brief(earlier=earlier, archive=changed).changes if one.clause == "3.2.P2"]
    assert "300 万元" in one.sentence
    assert "400 万元" in one.sentence


def test_without_an_earlier_policy_nothing_is_said_to_have_stayed():
    paper = brief()
    assert (paper.policy_before, paper.changes) == (None, ())
    said = text(paper)
    assert "没有更早年度的制度可以对照" in said
    assert "没有变化" not in said


# --- opinions -------------------------------------------------------------------------------------------


def test_opinions_of_the_period_stand_with_their_answers_and_open_ones_are_marked():
    paper = brief((ASKED, OPEN, LATE, NEXT))
    assert [(one.opinion_id, one.state) for one in paper.opinions] == [("YJ1", "answered"), ("YJ2", "open")]
    assert [(one.opinion_id, one.state) for one in paper.late] == [("YJ0", "open")]
    assert paper.open_opinions == 2
    said = text(paper)
    assert "已列入反馈信" in said
    assert "刘敏" in said
    assert said.count("未答复") >= 2
    assert "尚未答复的意见建议共2条" in said
    assert "下一次会议的事" not in said


def test_an_answer_of_blanks_is_none():
    blank = replace(ASKED, answer="  ")
    paper = brief((blank,))
    assert (paper.opinions[0].state, paper.opinions[0].answer, paper.opinions[0].answered_by) == (
        "open",
        None,
        None,
    )
    assert paper.open_opinions == 1


def test_an_earlier_opinion_that_was_answered_is_no_business_of_this_meeting():
    paper = brief((replace(LATE, answer="已增加"),))
    assert (paper.opinions, paper.late, paper.open_opinions) == ((), (), 0)
    said = text(paper)
    assert "本期没有收到意见建议" in said
    assert "全部意见建议均已答复" in said


def test_opinions_come_from_the_records_in_the_order_in_which_they_were_raised():
    rows = example().records.arrow("opinions").to_pylist()
    found = opinions_of(list(reversed(rows)))
    assert [one.raised_on for one in found] == sorted(row["raised_on"] for row in rows)
    assert sum(one.is_open for one in found) == 1
    incomplete = {**rows[0], "opinion": None}
    assert opinions_of([incomplete]) == ()


@pytest.mark.parametrize(
    ("written", "zh", "en"),
    [
        ("2025", "2025年", "2025"),
        ("2025H1", "2025年上半年", "first half of 2025"),
        ("2025Q3", "2025年第三季度", "third quarter of 2025"),
    ],
)
def test_a_period_is_called_by_its_name(written, zh, en):
    assert (period_name(period(written), "zh"), period_name(period(written), "en")) == (zh, en)
