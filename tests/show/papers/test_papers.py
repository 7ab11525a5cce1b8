"""Each paper says all that it must, in both languages, and nothing that it must not."""

from __future__ import annotations

import io
import re
from dataclasses import fields, replace
from datetime import date
from typing import get_args, get_type_hints

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from cmreview.show.papers.documents import check_template, render, template_in
from cmreview.show.papers.fields import Many, Record, Value, Word, as_text, shape
from cmreview.show.papers.shapes import PAPERS, Proposed, Recusal, Shown, document_number
from cmreview.show.papers.templates import TEXTS, shipped, write_templates
from cmreview.words import LANGUAGES, find, say
from tests.show.papers.samples import LONG, samples
from tests.show.papers.word_files import foot, lines, parts

KINDS = list(PAPERS)
MARK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


def text(kind, lang="zh", **other):
    made = render(replace(samples(lang)[kind], **other), None, lang)
    return "\n".join((*lines(made), *foot(made)))


def test_there_are_the_papers_of_the_process_and_a_sample_of_each():
    assert [
        *("opinion", "minutes", "notice", "appeal_reply", "appointment", "certificate", "refusal"),
        *("warning", "improvement_plan", "demotion", "commendation", "legal_checklist"),
        *("feedback", "meeting_brief"),
    ] == KINDS
    assert list(samples()) == KINDS


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_names_its_company_and_day_and_leaves_no_mark_behind(kind, lang):
    said = text(kind, lang)
    paper = samples(lang)[kind]
    assert paper.company in said
    assert ("2026年" if lang == "zh" else " 2026") in said
    assert not re.search(r"[{}]|None|namespace|Fraction", said)
    assert find(f"papers.title.{kind}")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_shipped_template_prints_every_field_of_its_paper(kind, lang):
    marks = " ".join(MARK.findall("".join(TEXTS.joinpath(lang, f"{kind}.txt").read_text("utf-8"))))
    marks += " ".join(
        f"{one}"
        for one in re.findall(
            r"@(?:if|elif|for|rows) .*|¶@if [^¶]*", (TEXTS / lang / f"{kind}.txt").read_text("utf-8")
        )
    )
    assert [name for name in names(shape(PAPERS[kind])) if not re.search(rf"\b{name}\b", marks)] == []


def names(kind):
    if isinstance(kind, Many):
        return names(kind.of)
    if isinstance(kind, Record):
        return [name for key, one in kind.fields.items() for name in (key, *names(one))]
    return []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_templates_that_people_edit_are_those_that_the_code_makes(root, lang):
    folder = root / "params" / "templates"
    assert sorted(path.stem for path in (folder / lang).iterdir()) == sorted(KINDS)
    for kind in KINDS:
        path = template_in(folder, kind, lang)
        check_template(path, PAPERS[kind])
        assert path.read_bytes() == shipped(kind, lang)
        assert render(samples(lang)[kind], path, lang) == render(samples(lang)[kind], None, lang)


def test_fresh_templates_can_be_written_anywhere(tmp_path):
    written = write_templates(tmp_path / "fresh")
    assert len(written) == len(KINDS) * len(LANGUAGES)
    assert written[0].read_bytes() == shipped("opinion", "zh")


def coded(kind):
    """The codes' words of a paper or of a row, however deep."""
    for hint in get_type_hints(kind, include_extras=True).values():
        for word in [mark for mark in getattr(hint, "__metadata__", ()) if isinstance(mark, Word)]:
            yield word.key
        for inner in get_args(hint):
            if hasattr(inner, "__dataclass_fields__"):
                yield from coded(inner)


def test_every_code_of_a_paper_has_words():
    keys = {key for kind in PAPERS.values() for key in coded(kind)}
    assert keys == {
        f"papers.{name}"
        for name in (
            "agreement",
            "verdict",
            "eligibility",
            "recommendation",
            "decision",
            "order",
            "appeal",
            "outcome",
        )
    } | {
        *("measure_papers.outcome", "measure_papers.counted", "measure_papers.step"),
        *("feedback.outcome", "feedback.state", "feedback.opinion"),
    }
    for key in keys:
        assert all(set(one) == set(LANGUAGES) for one in find(key).values())


def test_what_no_paper_can_print_is_our_fault():
    assert shape(tuple[Proposed, ...]) == Many(shape(Proposed))
    assert shape(date | None) == Value(date)
    with pytest.raises(TypeError):
        shape(float)
    with pytest.raises(TypeError):
        shape(dict[str, str])


def test_a_figure_in_a_condition_stays_a_figure():
    assert as_text(0, Value(int), "zh") == 0
    assert as_text(False, Value(bool), "zh") is False
    assert as_text(None, Value(int), "zh") is None


# --- opinion (Policy 4.2) --------------------------------------------------------------------------


def test_an_opinion_shows_declared_beside_computed_figures():
    said = lines(render(samples()["opinion"]))
    at = said.index("销售额增长率")
    assert said[at : at + 5] == ["销售额增长率", "18.0%", "14.9%", "不一致", "上年合同HT-0412漏计"]
    at = said.index("客户满意度")
    assert said[at : at + 4] == ["客户满意度", "95.0%", "—", "无记录可核"]
    assert "初审通过，报评审委员会评审" in said


def test_an_opinion_says_where_no_evidence_was_handed_in():
    assert "未附证明材料" in text("opinion", evidence=())
    assert "未附证明材料" not in text("opinion")


def test_an_opinion_says_where_the_records_do_not_know_the_application():
    assert "无法对照" in text("opinion", figures=())
    assert "无法对照" not in text("opinion")


# --- minutes (Policy 4.3) --------------------------------------------------------------------------


def test_minutes_tell_who_was_there_who_was_not_and_who_was_recused():
    said = text("minutes")
    assert "出席（7人）：周建华、沈明、陆嘉、唐宁、许可、冯远、曹颖" in said
    assert "缺席（2人）：魏然、韩雪" in said
    assert "沈明委员在审议欧阳晓静的申报时回避（系申报人直接上级），未参加评分和表决。" in said
    assert "无委员需要回避。" not in said
    late = text("minutes", recusals=(Recusal("沈明", "王伟", scored=True),))
    assert "沈明委员在审议王伟的申报时回避，未参加表决，此前所交评分不计入。" in late
    alone = text("minutes", recusals=(), absent=())
    assert "无委员需要回避。" in alone
    assert "缺席：无" in alone


def test_minutes_count_the_quorum_case_by_case_and_say_where_there_is_none():
    table = docx.Document(io.BytesIO(render(samples()["minutes"]))).tables[0]
    assert [row.cells[6].text for row in table.rows[1:]] == ["6/7\n（5）", "7/7\n（5）", "7/7\n（5）", "—"]
    assert "有权参加该案评审的委员人数的2/3" in text("minutes")
    open_ = text("minutes", quorum=None)
    assert "评审办法尚未规定法定人数" in open_
    assert "逐案计算" not in open_


def test_minutes_name_the_entry_of_the_ledger_that_they_rest_on():
    said = text("minutes")
    assert "第412号" in said
    assert samples()["minutes"].ledger_hash in said


def test_minutes_leave_a_line_for_whoever_keeps_them():
    assert "记录：何欣" in text("minutes")
    assert "记录：＿＿" in text("minutes", recorder=None)


def test_minutes_give_the_reason_where_a_decision_departs_and_only_there():
    reasons = [line for line in lines(render(samples()["minutes"])) if line.startswith("关于")]
    assert len(reasons) == 1
    assert reasons[0].startswith(
        "关于李静怡（工号00317）：推荐意见为“通过”，评审决定为“不通过”，理由是：答辩中"
    )


def test_a_departing_decision_without_a_reason_leaves_a_line_to_fill_in():
    minutes = samples()["minutes"]
    bare = tuple(replace(one, reason=None) for one in minutes.candidates)
    assert "理由是：＿＿" in text("minutes", candidates=bare)


def test_minutes_leave_a_line_for_the_place_and_one_for_each_signature():
    said = lines(render(samples()["minutes"]))
    assert any(line.startswith("地点：＿＿") for line in said)
    assert "地点：三楼会议室" in text("minutes", place="三楼会议室")
    table = docx.Document(io.BytesIO(render(samples()["minutes"]))).tables[-1]
    assert [row.cells[1].text for row in table.rows] == ["委员", *samples()["minutes"].present]
    assert {row.cells[2].text for row in table.rows[1:]} == {""}


def test_nobodys_score_or_vote_is_a_zero_where_there_is_none():
    table = docx.Document(io.BytesIO(render(samples()["minutes"]))).tables[0]
    assert [cell.text for cell in table.rows[4].cells][5:] == ["—", "—", "—", "—", "缓议"]
    assert [cell.text for cell in table.rows[1].cells][5:8] == ["87.42\n（6人）\n3.17", "6/7\n（5）", "6/0/0"]


# --- notice (Policy 4.4) ---------------------------------------------------------------------------


def test_a_notice_holds_name_department_and_levels_of_each_and_no_more_of_anyone():
    assert [field.name for field in fields(Proposed)] == [
        "name",
        "department",
        "level_held",
        "level_proposed",
    ]
    assert {field.name for field in fields(PAPERS["notice"])} == {
        "company",
        "dated",
        "number",
        "year",
        "rule_title",
        "edition",
        "people",
        "order",
        "working_days",
        "first_day",
        "last_day",
        "contact",
        "appeal_body",
    }


def test_a_notice_tells_its_days_and_how_to_object():
    said = text("notice")
    assert "公示时间为2026年2月13日至2026年2月26日，共5个工作日。" in said
    assert "《客户经理等级评审与管理办法》（CM-2025版）" in said
    for wanted in (
        "人力资源部",
        "总部大楼1206室",
        "021-5555 0123",
        "hr@example.com",
        "真实姓名",
        "保密",
        "客户经理等级评审委员会复核",
    ):
        assert wanted in said


def test_a_notice_lists_everybody_in_the_order_given_and_says_which():
    table = docx.Document(io.BytesIO(render(samples()["notice"]))).tables[0]
    people = samples()["notice"].people
    assert len(people) == 40
    assert [row.cells[1].text for row in table.rows[1:]] == [person.name for person in people]
    assert [row.cells[0].text for row in table.rows[1:]] == [str(number) for number in range(1, 41)]
    assert "按姓名拼音排序，排名不分先后" in text("notice")
    assert "按工号排序，排名不分先后" in text("notice", order="manager_id")


def test_a_way_to_reach_the_office_that_is_not_there_leaves_no_empty_line():
    contact = replace(samples()["notice"].contact, telephone=None)
    assert "联系电话" in text("notice")
    assert "联系电话" not in text("notice", contact=contact)


# --- reply, appointment, certificate, letter (Policy 4.4, 4.5) -------------------------------------


def test_a_reply_tells_subject_examination_result_and_the_next_way():
    said = text("appeal_reply")
    for wanted in (
        "（1）投诉登记台账",
        "处理结果：申诉成立，重新评审。",
        "复核后的结果：",
        "可于2026年3月20日前向公司工会书面提出",
    ):
        assert wanted in said
    nothing = {"examined": (), "result": None, "further_body": None}
    heard = text("appeal_reply", **nothing)
    assert "评审委员会于2026年3月4日召开会议，对您的申诉进行了审理，出席委员5人。" in heard
    assert "未进入实质复核" not in heard
    outside = text("appeal_reply", outcome="not_admitted", heard_on=None, heard_by=None, **nothing)
    assert "处理结果：不予受理。" in outside
    assert "未进入实质复核" in outside
    assert "复核后的结果" not in outside
    assert "书面提出" not in outside


@pytest.mark.parametrize(
    ("issuer", "year", "serial", "number"),
    [
        ("司聘", 2026, 1, "司聘〔2026〕1号"),
        ("司聘", 2026, 12, "司聘〔2026〕12号"),
        ("司", 2000, 100, "司〔2000〕100号"),
    ],
    ids=["first", "twelfth", "hundredth"],
)
def test_a_document_number_follows_the_national_standard(issuer, year, serial, number):
    assert document_number(issuer, year, serial) == number
    assert (number.count("\u3014"), number.count("\u3015")) == (1, 1)


@given(year=st.integers(-5, 9999), serial=st.integers(-5, 5))
def test_no_document_is_numbered_zero_or_by_a_short_year(year, serial):
    if year >= 1000 and serial >= 1:
        assert not re.search(r"第|〕0|\[|（", document_number("司聘", year, serial))
    else:
        with pytest.raises(ValueError, match="no document"):
            document_number("司聘", year, serial)


def test_an_appointment_bears_its_number_and_lists_who_is_appointed_from_when():
    said = lines(render(samples()["appointment"]))
    assert "司聘〔2026〕1号" in said
    at = said.index("欧阳晓静")
    assert said[at : at + 4] == ["欧阳晓静", LONG, "高级", "2026年4月1日"]
    assert any("公示期间未收到异议或异议均已处理完毕" in line for line in said)


def test_an_appointment_tells_every_span_of_days_on_which_it_was_shown():
    spans = (Shown(date(2026, 2, 6), date(2026, 2, 12)), Shown(date(2026, 2, 12), date(2026, 2, 25)))
    said = text("appointment", shown=spans)
    assert "并于2026年2月6日至2026年2月12日、于2026年2月12日至2026年2月25日公示" in said


def test_a_certificate_is_one_page_on_its_side_without_a_page_number():
    section = docx.Document(io.BytesIO(render(samples()["certificate"]))).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (297, 210)
    assert section._sectPr.find(qn("w:pgBorders")) is not None
    assert not list(section.footer._element.iter(qn("w:instrText")))
    said = text("certificate")
    for wanted in ("CM-2026-0001", "欧阳晓静", "高级客户经理", "自2026年4月1日起", "7K4M-Q2XD-91TB"):
        assert wanted in said
    assert "起至" not in said
    assert "自2026年4月1日起至2029年3月31日" in text("certificate", valid_until=date(2029, 3, 31))


def test_a_letter_tells_missed_from_not_evidenced_and_how_to_appeal():
    table = docx.Document(io.BytesIO(render(samples()["refusal"]))).tables[0]
    rows = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    assert rows[0] == ["3.3.P1", "客户开发增长率", "≥ 15%", "14.996%", "未达到"]
    assert rows[2] == ["3.3.Q5", "行业影响力", "≥ 1", "—", "缺少证明：文章或奖项的证明及日期"]
    said = text("refusal")
    assert "不等于未达到" in said
    assert "2026年2月26日前（含当日）向人力资源部书面提出申诉，由客户经理等级评审委员会复核" in said
    assert not re.search(r"不合格|淘汰|失败|落选", said)


def test_a_letter_says_whether_department_or_committee_decided():
    said = text("refusal", reason="资格证书未附。")
    assert "经部门初审和评审委员会评审，本年度" in said
    assert "评审委员会的意见：资格证书未附。" in said
    by_department = text("refusal", reason="资格证书未附。", by_committee=False)
    assert "经部门初审，本年度" in by_department
    assert "部门初审意见：资格证书未附。" in by_department
    assert "评审委员会的意见" not in by_department


def test_a_letter_explains_missing_evidence_only_where_some_is_missing():
    assert "不等于未达到" not in text("refusal", lacks_evidence=False)


def test_a_notice_counts_no_days_that_no_calendar_counts():
    assert "个工作日" not in text("notice", working_days=None)


def test_a_letter_without_a_missed_criterion_gives_the_committees_reason():
    said = text("refusal", unmet=(), reason="本年度带队经验尚需积累。")
    assert "评审委员会的意见：本年度带队经验尚需积累。" in said
    assert "下列标准" not in said


# --- the look (GB/T 9704-2012) ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "certificate"])
def test_a_paper_keeps_the_margins_of_official_papers(kind):
    section = docx.Document(io.BytesIO(shipped(kind))).sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert section.footer.paragraphs[0].text == "— 1 —"


def test_the_body_is_fangsong_of_sixteen_points_on_fixed_lines_indented_by_two_characters():
    styles = {style.style_id: style for style in docx.Document(io.BytesIO(shipped("notice"))).styles}
    body, title, head = styles["body"], styles["title"], styles["h1"]
    fonts = [one.element.rPr.rFonts.get(qn("w:eastAsia")) for one in (body, title, head)]
    assert fonts == ["仿宋", "方正小标宋简体", "黑体"]
    assert (body.font.size.pt, title.font.size.pt) == (16, 22)
    assert body.paragraph_format.line_spacing.pt == 28.5
    assert body.element.pPr.ind.get(qn("w:firstLineChars")) == "200"
    assert body.paragraph_format.first_line_indent.pt == 32


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_no_row_is_split_and_heads_are_repeated(kind, lang):
    body = docx.Document(io.BytesIO(render(samples(lang)[kind], None, lang))).element.body
    rows = list(body.iter(qn("w:tr")))
    assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    heads = {"notice": 1, "minutes": 2, "appointment": 1, "refusal": 1, "opinion": 1}
    heads |= {"warning": 1, "improvement_plan": 2, "demotion": 2, "commendation": 1, "legal_checklist": 2}
    heads |= {"feedback": 5, "meeting_brief": 5}
    assert len([row for row in rows if row.trPr.find(qn("w:tblHeader")) is not None]) == heads.get(kind, 0)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_table_fills_the_width_between_the_margins_and_every_row_its_table(kind, lang):
    document = docx.Document(io.BytesIO(render(samples(lang)[kind], None, lang)))
    section = document.sections[0]
    room = section.page_width.mm - section.left_margin.mm - section.right_margin.mm
    for table in document.tables:
        widths = [column.width.mm for column in table.columns]
        assert sum(widths) == pytest.approx(room, abs=0.5)
        for row in table.rows:
            assert sum(cell.width.mm for cell in row._tr.tc_lst) == pytest.approx(room, abs=0.5)


def test_elements_stand_in_the_order_that_word_asks_for():
    order = {
        "pPr": "pStyle keepNext widowControl tabs spacing ind jc outlineLvl",
        "rPr": "rFonts b bCs color spacing sz szCs lang",
        "tcPr": "tcW gridSpan shd vAlign",
        "tblPr": "tblW jc tblBorders tblLayout tblCellMar",
        "sectPr": "footerReference pgSz pgMar pgBorders",
    }
    for kind in KINDS:
        for name, part in parts(shipped(kind)).items():
            if not name.startswith("word/") or name.endswith(".rels"):
                continue
            root = docx.oxml.parse_xml(part.encode())
            for parent, children in order.items():
                for element in root.iter(qn(f"w:{parent}")):
                    found = [child.tag.split("}")[1] for child in element]
                    assert found == [child for child in children.split() if child in found], (
                        kind,
                        name,
                        parent,
                    )


def test_words_of_codes_speak_of_people_with_respect():
    assert say("papers.outcome.no_evidence") == "缺少证明"
    assert say("papers.appeal.dismissed") == "申诉不成立，维持原评审结果"
