"""A letter tells one person the own year: figures, verdicts and why, what follows, the way ahead (7.3)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from cmreview.policy.courses import load_catalogue
from cmreview.process.measures import Measure, Standing
from cmreview.review.after.model import RecordedMeasure
from cmreview.review.criteria import all_of
from cmreview.review.development.development import developments
from cmreview.review.development.path import Reach
from cmreview.show.feedback.letter import feedback, is_written_to
from cmreview.show.feedback.page import feedback_page
from cmreview.show.feedback.writing import Writing
from cmreview.show.figures import Figures
from cmreview.show.papers.documents import render
from cmreview.terms import Outcome
from tests.process.example import example
from tests.show.papers.archive import of_example
from tests.show.papers.word_files import lines

DAY = date(2026, 1, 30)


@cache
def writing(lang="zh"):
    return Writing(of_example(lang), DAY)


@cache
def found():
    """Everybody's development."""
    made = example()
    catalogue = load_catalogue(None, [level.id for level in made.policy.levels])
    return developments(of_example().review, made.records, made.policy, catalogue)


def cases():
    """Those of the example who get a letter."""
    review = of_example().review
    return [case for case in review.cases if is_written_to(case, review.year, review.stopped) is None]


def letter(case, lang="zh"):
    return feedback(case, found().get(case.person.manager_id), writing(lang))


def with_outcome(outcome):
    """The first whose requirements come out so."""
    return next(case for case in cases() if case.held and all_of(one.outcome for one in case.held) is outcome)


def text(paper, lang="zh"):
    return "\n".join(lines(render(paper, None, lang)))


@pytest.mark.parametrize("outcome", [Outcome.MET, Outcome.MISSED, Outcome.NO_EVIDENCE])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_letter_says_how_the_year_came_out_in_words(outcome, lang):
    case = with_outcome(outcome)
    paper = letter(case, lang)
    assert paper.outcome == outcome.value
    said = text(paper, lang)
    word = {
        ("zh", Outcome.MET): "本年度业绩结论：达标",
        ("zh", Outcome.MISSED): "本年度业绩结论：未达标",
        ("zh", Outcome.NO_EVIDENCE): "本年度业绩结论：缺证据",
        ("en", Outcome.MET): "Conclusion of the year: met",
        ("en", Outcome.MISSED): "Conclusion of the year: missed",
        ("en", Outcome.NO_EVIDENCE): "Conclusion of the year: no evidence",
    }[lang, outcome]
    assert word in said
    assert not re.search(r"[{}]|None|Fraction|不合格|淘汰", said)


def test_every_requirement_of_the_level_held_is_told_with_its_verdict_and_why():
    for case in cases():
        paper = letter(case)
        if case.person.level is not None:
            assert [(one.clause, one.outcome) for one in paper.figures] == [
                (verdict.criterion, verdict.outcome.value) for verdict in case.held
            ]
        assert all(one.why for one in paper.figures if one.outcome in ("missed", "no_evidence", "no_rule"))


def test_missing_evidence_is_a_dash_and_named_to_be_handed_in_and_no_miss():
    case = with_outcome(Outcome.NO_EVIDENCE)
    paper = letter(case)
    missing = [verdict for verdict in case.held if verdict.outcome is Outcome.NO_EVIDENCE]
    assert len(paper.missing) == len(missing)
    assert [one.value for one in paper.figures if one.outcome == "no_evidence"] == [None] * len(missing)
    assert "缺证据不等于未达标" in text(paper)
    assert "以下材料尚缺" not in text(letter(with_outcome(Outcome.MET)))


def test_who_holds_no_level_is_shown_figures_and_judged_by_nothing():
    case = next(case for case in cases() if case.person.level is None)
    paper = letter(case)
    assert (paper.level_held, paper.outcome) == (None, None)
    assert {one.outcome for one in paper.figures} <= {None}
    assert "您目前尚未定级" in text(paper)


# --- what follows ------------------------------------------------------------------------------------


def advised(measure, standing):
    """The first of whom it is advised, with whatever was decided left out."""
    return next(
        replace(case, consequences=replace(case.consequences, decided=()))
        for case in cases()
        if case.consequences is not None
        and (advice := case.consequences.of(measure)) is not None
        and advice.standing is standing
    )


def test_what_is_advised_is_marked_as_not_decided():
    paper = letter(advised(Measure.WARNING, Standing.DUE))
    (line,) = [one for one in paper.measures if one.clause == "5.4.e"]
    assert (line.state, line.decided_on) == ("advised", None)
    said = text(paper)
    assert "建议（尚未决定）" in said
    assert "须由公司有权决定的人作出决定后才有效" in said


@pytest.mark.parametrize(("agreed", "state"), [(True, "decided"), (False, "refused")])
def test_what_was_decided_takes_the_place_of_the_advice_with_its_day_and_reason(agreed, state):
    case = advised(Measure.DEMOTION, Standing.DUE)
    to_level = case.consequences.of(Measure.DEMOTION).to_level
    decided = RecordedMeasure(
        Measure.DEMOTION,
        agreed,
        DAY,
        "主任",
        "经与本人沟通",
        7,
        to_level=to_level if agreed else None,
        effective_on=date(2026, 4, 1) if agreed else None,
    )
    own = replace(case, consequences=replace(case.consequences, decided=(decided,)))
    (line,) = [one for one in letter(own).measures if one.clause == "5.4.f"]
    assert (line.state, line.decided_on) == (state, DAY)
    assert "决定时说明的理由：经与本人沟通" in line.told
    level = of_example().level(to_level)
    assert (f"等级调整为{level}" in line.told) == agreed
    assert ("自2026年4月1日起生效" in line.told) == agreed


def test_what_is_not_due_is_no_news():
    for case in cases():
        if case.consequences is None:
            continue
        decided = {one.measure for one in case.consequences.decided}
        due = {
            advice.clause
            for advice in case.consequences.advice
            if advice.standing is not Standing.NOT_DUE or advice.measure in decided
        }
        told = {one.clause for one in letter(case).measures} - {"5.4.a"}
        assert told == due


def test_a_bonus_shows_its_arithmetic_and_nothing_of_the_budget_that_is_left():
    told = []
    for case in cases():
        for one in letter(case).measures:
            if one.clause == "5.4.a":
                told.append("；".join(one.told))
    assert any("达到" in one and "合计" in one for one in told)
    assert not any("待定的有" in one or "尚余" in one for one in told)


def test_a_letter_is_no_notice_of_dismissal_and_does_not_recommend_one():
    case = advised(Measure.DISMISSAL, Standing.COMMITTEE)
    paper = letter(case)
    (line,) = [one for one in paper.measures if one.clause == "5.4.g"]
    assert line.state == "committee"
    assert any("不是解除劳动合同的通知" in one for one in line.told)
    assert any("听取您的意见" in one for one in line.told)
    assert "辞退" not in text(paper)
    assert "建议辞退" not in str(feedback_page(paper, case.trend, Figures()))


def test_where_nothing_was_worked_out_a_letter_does_not_say_that_there_is_nothing():
    case = with_outcome(Outcome.MET)
    said = text(letter(replace(case, consequences=None)))
    assert "奖励与改进措施尚未核算" in said
    nothing = replace(
        case, consequences=replace(case.consequences, advice=(), bonus=None, decided=(), steps=())
    )
    assert "本年度没有需要告知您的奖励或改进措施" in text(letter(nothing))


# --- the way ahead -------------------------------------------------------------------------------------


def test_what_is_missing_for_the_next_level_and_when_is_told():
    case = next(
        case
        for case in cases()
        if (own := found().get(case.person.manager_id)) is not None
        and own.outlook is not None
        and own.outlook.year is not None
        and any(step.reach is Reach.BY_TREND for step in own.outlook.steps)
    )
    outlook, paper = found()[case.person.manager_id].outlook, letter(case)
    assert paper.earliest == outlook.told.text("zh")
    assert [one.clause for one in paper.ahead] == [
        step.criterion for step in outlook.steps if step.reach is not Reach.MET
    ]


def test_where_figures_give_no_year_a_letter_says_what_to_work_on_and_not_never():
    case = next(
        case
        for case in cases()
        if (own := found().get(case.person.manager_id)) is not None
        and own.outlook is not None
        and own.outlook.told.key.startswith("development.path.never")
    )
    paper = letter(case)
    assert "还推算不出" in paper.earliest
    assert "不能达到" not in paper.earliest
    assert paper.ahead


@pytest.mark.parametrize(
    ("is_met", "told"), [(True, "继续发挥带头作用"), (False, "着重达到现等级的各项业绩要求")]
)
def test_at_the_top_nothing_is_missing_and_who_met_all_is_told_otherwise(is_met, told):
    highest = next(
        case
        for case in cases()
        if case.person.level == "senior"
        and {Outcome.MET, Outcome.MISSED} <= {verdict.outcome for verdict in case.held}
    )
    met = tuple(verdict for verdict in highest.held if verdict.outcome is Outcome.MET)
    top = letter(replace(highest, held=met) if is_met else highest)
    assert (top.level_next, top.ahead) == (None, ())
    assert told in text(top)


def test_training_is_that_of_the_plan_with_what_it_is_for():
    case = next(case for case in cases() if (own := found().get(case.person.manager_id)) and own.plan.lines)
    plan, paper = found()[case.person.manager_id].plan, letter(case)
    assert [one.course for one in paper.training] == [line.course.title("zh") for line in plan.lines]
    assert all(one.behind for one in paper.training)
    assert paper.training_year == 2026


def test_without_an_outlook_a_letter_promises_nothing():
    case = next(case for case in cases() if case.person.level == "junior")
    paper = feedback(case, None, writing())
    assert (paper.ahead, paper.training) == ((), ())
    assert "请与部门负责人沟通" in paper.earliest


# --- who gets one, how to object --------------------------------------------------------------------------


def test_time_and_place_to_object_are_the_policys_and_the_committees():
    case = with_outcome(Outcome.MET)
    assert "自收到本信之日起10个工作日内向人力资源部 刘敏提出" in text(letter(case))
    archive = replace(of_example(), policy=of_example().policy.with_value("objection_days", None))
    said = text(feedback(case, None, Writing(archive, DAY)))
    assert "个工作日" not in said
    assert "可尽早向" in said


def test_nobody_is_written_to_who_left_was_not_there_or_whose_records_must_be_mended():
    review, case = of_example().review, with_outcome(Outcome.MET)
    left = replace(case, person=replace(case.person, left_on=date(2025, 6, 30)))
    later = replace(case, person=replace(case.person, hired_on=date(2026, 1, 1)))
    assert is_written_to(case, 2025, frozenset()) is None
    assert is_written_to(left, 2025, frozenset()) == "left"
    assert is_written_to(later, 2025, frozenset()) == "not_there"
    assert is_written_to(case, 2025, frozenset({case.person.department})) == "stopped"
    assert len(cases()) < len(review.cases)


# --- the page ---------------------------------------------------------------------------------------------


def test_a_page_says_what_the_paper_says_and_escapes_what_people_typed():
    case = with_outcome(Outcome.MISSED)
    hostile = replace(case, person=replace(case.person, name='<b onload="x">王</b>'))
    page = str(feedback_page(letter(hostile), case.trend, Figures()))
    assert "<b onload" not in page
    assert "&lt;b onload=&quot;x&quot;&gt;王&lt;/b&gt;" in page
    paper = letter(case)
    page = str(feedback_page(paper, case.trend, Figures()))
    for line in paper.figures:
        assert line.clause in page
    assert "✗ 未达标" in page
    assert "<script" not in page
    assert "自收到本信之日起 10 个工作日内" in page
