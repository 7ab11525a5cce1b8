"""The packet says everything that the review knows, of everybody, as text, in both languages."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from cmreview.review.model import DepartmentReview, Fact, Told
from cmreview.show import sections
from cmreview.show.html import visible
from cmreview.show.packet import END_MIME, Packet
from cmreview.terms import MARKS, OUTCOMES, Unit
from tests.show.reading import Element, read, rows
from tests.show.sample import HOSTILE, sample_review

PARTS = ("cover", "contents", *sections.PARTS, "end")


def whole(review: DepartmentReview | None = None, lang: str = "zh") -> Element:
    packet = Packet(review or sample_review(), lang)
    return read("".join(getattr(packet, name)().html for name in PARTS))


@pytest.fixture(scope="module")
def page() -> Element:
    return whole()


def test_every_applicant_has_a_section_and_everybody_else_a_line(page):
    review = sample_review()
    for place, case in enumerate(review.applicants, start=1):
        section = page.by_id(f"applicant-{place}")
        assert visible(f"{case.person.name}（{case.person.manager_id}）") in section.all("h3")[0].text
    lines = rows(page.by_id("others").all("table")[0])[1:]
    assert [line[0] for line in lines] == [f"{x.person.name}（{x.person.manager_id}）" for x in review.others]


def test_a_figure_without_evidence_says_so_and_one_without_a_rule_too():
    review = sample_review()
    ruled_out = Told("review.rule.currency_differs", (("records", "USD"), ("policy", "CNY")))
    unknown = [Fact("key_customers", Unit.COUNT, None, remark=ruled_out), Fact("sales", Unit.MONEY, None)]
    changed = replace(review, others=(replace(review.others[2], facts=tuple(unknown)),))
    heads, line = rows(whole(changed).by_id("others").all("table")[0])
    shown = dict(zip(heads, line, strict=True))
    assert shown["重点客户拓展"] == "– 标准未定"
    assert shown["业务销售额（万元）"] == shown["客户满意度"] == "? 缺证据"


def test_two_people_of_one_name_are_told_apart_by_their_ids(page):
    headings = [page.by_id(f"applicant-{place}-heading").text for place in (2, 3)]
    assert headings == ["（2） 王伟（A01） · 申报中级", "（3） 王伟（A02） · 申报初级"]


def test_every_verdict_names_clause_value_threshold_margin_and_evidence(page):
    review = sample_review()
    for place, case in enumerate(review.applicants, start=1):
        if not case.verdicts:
            continue
        (table,) = [
            x
            for x in page.by_id(f"applicant-{place}").all("table")
            if x.attributes.get("class") == "criteria"
        ]
        shown = {line[0]: line for line in rows(table)[1:]}
        assert list(shown) == [verdict.criterion for verdict in case.verdicts]
        for verdict in case.verdicts:
            line = shown[verdict.criterion]
            assert f"{MARKS[verdict.outcome]} {OUTCOMES[verdict.outcome].zh}" in line[5]
            assert "" not in line
            if verdict.reason is not None:
                assert verdict.reason.text("zh") in line[6]


def test_a_figure_is_printed_with_what_it_rests_on(page):
    (table,) = [x for x in page.by_id("applicant-1").all("table") if x.attributes.get("class") == "criteria"]
    by_clause = {line[0]: line[1:] for line in rows(table)}
    assert by_clause["3.3.P2"] == [
        "业务销售额",
        "638.50 万元",
        "≥ 600 万元",
        "超出 38.50 万元",
        "✓ 达标",
        "依据 37 份合同",
    ]
    assert by_clause["3.3.P4"][-1] == "长期客户 36，服务客户 52依据 52 个客户"
    assert by_clause["3.3.Q4"][:3] == ["高级考试", "通过", "通过"]


def test_a_near_miss_is_not_printed_as_reached(page):
    (table,) = [x for x in page.by_id("applicant-2").all("table") if x.attributes.get("class") == "criteria"]
    line = next(line for line in rows(table) if line[0] == "3.2.P3")
    assert line[2:5] == ["14.996%", "≥ 15%", "还差 0.004 个百分点"]


def test_an_application_that_awaits_admission_is_not_judged(page):
    section = page.by_id("applicant-4")
    assert "待准予受理" in section.text
    assert not [x for x in section.all("table") if x.attributes.get("class") == "criteria"]
    assert "业绩得分" not in section.text


def test_the_committee_is_told_what_to_decide_and_about_whom(page):
    (decisions,) = [x for x in page.by_id("summary").all("ol") if x.attributes.get("class") == "decisions"]
    asked = [point.text for point in decisions.all("li")]
    assert asked[0] == "对 1 名符合任职资格和业绩要求的申报人作出评审决定：陈思远（00123）。"
    assert any("逾期" in point and "X-9" in point for point in asked)
    assert any("申报数与记录核算数不一致" in point and "00123" in point for point in asked)
    targets = {link.attributes["href"] for link in decisions.all("a")}
    assert targets == {f"#applicant-{place}" for place in range(1, 5)}


def test_the_arithmetic_of_a_score_can_be_followed(page):
    score = sample_review().applicants[0].score
    table = next(x for x in page.by_id("applicant-1").all("table") if "业绩得分计算" in x.text)
    products = [line[-1] for line in rows(table)[1:-1]]
    total = sum(line.weight * line.attainment * 100 for line in score.lines)
    assert len(products) == len(score.lines)
    assert abs(sum(map(Fraction, products)) - total) < Fraction(len(products), 200)
    assert f"得分 = {rows(table)[-1][-1]} ÷ 100% = 111.2 分。" in page.by_id("applicant-1").text


def test_rows_read_equal_rows_used_and_set_aside(page):
    (table,) = page.by_id("rows").all("table")
    for line in rows(table)[1:]:
        read_, used, aside = (int(cell.replace(",", "")) for cell in line[2:])
        assert read_ == used + aside
    assert rows(table)[-1] == ["合计", "—", "419", "418", "1"]


def test_findings_are_told_with_place_reason_and_remedy(page):
    (table,) = page.by_id("findings").all("table")
    first = rows(table)[1]
    assert first[:3] == ["错误", "销售一部.xlsx · 合同 · 第18行 · 合同金额", HOSTILE]
    assert all(first)
    assert "（该行已搁置）" in rows(table)[2][3]


def test_what_people_typed_is_shown_as_text():
    hostile = "<img src=x onerror=alert(1)>\"'&\u202e\x07]]></style><!--"
    review = sample_review(department=hostile)
    case = review.applicants[0]
    person = replace(case.person, name=hostile, manager_id=hostile)
    application = replace(case.application, evidence=(hostile,), admitted_by=hostile)
    preliminary = replace(case.preliminary, opinion=hostile, reviewer=hostile)
    changed = replace(
        case,
        person=person,
        application=application,
        preliminary=preliminary,
        questions=(Told("review.short.missed", (("indicator", hostile),)),),
    )
    page = whole(replace(review, applicants=(changed,), others=(replace(review.others[0], person=person),)))
    tags = {element.tag for element in page.everything()}
    assert tags <= {one.tag for one in whole().everything()} | {"wbr"}
    assert not [one for one in page.everything() if any(name.startswith("on") for name in one.attributes)]
    assert visible(hostile) in page.by_id("applicant-1").text
    assert visible(hostile) in page.by_id("others").text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_headings_descend_one_by_one_under_a_single_first(lang):
    page = whole(lang=lang)
    levels = [int(x.tag[1]) for x in page.everything() if x.tag in ("h1", "h2", "h3", "h4", "h5")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_link_leads_to_one_place_on_the_page(lang):
    page = whole(lang=lang)
    ids = [one.attributes["id"] for one in page.everything() if "id" in one.attributes]
    assert len(ids) == len(set(ids))
    for link in page.all("a"):
        assert link.attributes["href"].removeprefix("#") in ids
    labelled = [
        one.attributes["aria-labelledby"] for one in page.everything() if "aria-labelledby" in one.attributes
    ]
    assert set(" ".join(labelled).split()) <= set(ids)


def test_both_languages_show_the_same_parts():
    zh, en = (
        [(one.tag, one.attributes.get("id")) for one in whole(lang=lang).everything() if one.tag != "wbr"]
        for lang in ("zh", "en")
    )
    assert [one for one in zh if one[0] != "br"] == [one for one in en if one[0] != "br"]


def test_no_chinese_word_of_ours_is_left_in_an_english_packet():
    review = sample_review()
    ours = whole(replace(review, applicants=(), others=(), findings=(), row_counts=(), department="D1"), "en")
    assert not [char for char in ours.text if "\u4e00" <= char <= "\u9fff"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_department_without_anything_still_makes_a_packet(lang):
    review = sample_review()
    empty = replace(review, applicants=(), others=(), findings=(), row_counts=(), policy_sentences=())
    page = whole(
        replace(empty, totals=replace(review.totals, company_sales=None, department_sales=None)), lang
    )
    assert page.by_id("end-of-packet").text


def test_a_part_displays_as_html_and_as_a_short_stable_text():
    packet = Packet(sample_review())
    bundle = packet.summary()._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle["text/plain"] == "<一、汇总>"
    assert repr(packet) == "<销售一部 · 2025 · zh>"


def test_the_last_part_hands_over_whose_packet_it_was():
    bundle = Packet(sample_review(), "en", "abc").end()._repr_mimebundle_()
    assert bundle[END_MIME] == {
        "department": "销售一部",
        "year": 2025,
        "lang": "en",
        "applicants": 4,
        "others": 3,
        "source_sha256": "abc",
        "version": "0.1.0",
    }


def test_no_word_is_missing_from_either_language(page):
    for lang in ("zh", "en"):
        text = whole(lang=lang).text
        assert "None" not in text
        assert "{" not in text
