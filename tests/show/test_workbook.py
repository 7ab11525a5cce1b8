"""The appendix: figures as numbers, what people typed as text, the same bytes each time."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest

from cmreview.show.plain_sheet import LONGEST, cut
from cmreview.show.workbook import write_appendix
from tests.show.sample import HOSTILE, sample_review


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("appendix") / "a.xlsx"
    write_appendix(sample_review(), path)
    return openpyxl.load_workbook(path)


def lines(book, name):
    head, *rest = book[name].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rest]


def test_every_sheet_is_there(book):
    assert book.sheetnames == [
        "申报人",
        "逐条结论",
        "申报核对",
        "依据明细",
        "其他人员",
        "数据问题",
        "适用标准",
    ]


def test_ids_keep_their_zeros_and_figures_are_numbers(book):
    first = lines(book, "申报人")[0]
    assert first["工号"] == "00123"
    assert first["申报日期"] == datetime(2025, 12, 10)
    assert (first["达标"], first["未达标"]) == (10, 0)
    assert first["得分（标准值为 100）"] == pytest.approx(111.23269)


def test_money_stands_in_wan_and_exactly(book):
    sales = next(line for line in lines(book, "逐条结论") if line["条款"] == "3.3.P2")
    assert (sales["单位"], sales["核算值"], sales["标准值"], sales["差距（正为优）"]) == (
        "万元",
        638.5,
        600,
        38.5,
    )
    assert sales["精确金额（元）"] == 6_385_000
    source = lines(book, "依据明细")[0]
    assert (source["计入金额（万元）"], source["精确金额（元）"]) == (17.256725, 172_567.25)


def test_every_verdict_and_every_source_row_is_listed(book):
    review = sample_review()
    cases = (*review.applicants, *review.others)
    assert [(line["工号"], line["条款"], line["结论"]) for line in lines(book, "逐条结论")] == [
        (
            case.person.manager_id,
            verdict.criterion,
            {"met": "达标", "missed": "未达标", "no_evidence": "缺证据", "no_rule": "标准未定"}[
                verdict.outcome
            ],
        )
        for case in cases
        for verdict in case.verdicts
    ]
    assert [line["记录编号"] for line in lines(book, "依据明细")] == [
        row.id for case in cases for row in case.sources
    ]


def test_missing_is_blank_and_never_zero(book):
    unknown = next(line for line in lines(book, "其他人员") if line["工号"] == "B3")
    assert {value for name, value in unknown.items() if name not in ("工号", "姓名", "现等级")} == {None}


def test_nothing_that_people_typed_becomes_a_formula_or_a_link(book):
    for sheet in book:
        assert not list(sheet._hyperlinks)
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)
    assert '=HYPERLINK("http://x")' in [line["姓名"] for line in lines(book, "其他人员")]
    assert HOSTILE in [line["内容"] for line in lines(book, "数据问题")]
    assert "9␀" in [line["内容"] for line in lines(book, "数据问题")]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_same_review_gives_the_same_bytes_at_another_time(tmp_path, lang):
    write_appendix(sample_review(), tmp_path / "a.xlsx", lang)
    time.sleep(2.1)  # zip files count in steps of two seconds
    write_appendix(sample_review(), tmp_path / "b.xlsx", lang)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_english_appendix_counts_money_in_ten_thousands_and_says_so(tmp_path):
    write_appendix(sample_review(), tmp_path / "a.xlsx", "en")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sales = next(line for line in lines(book, "criteria") if line["Clause"] == "3.3.P2")
    assert (sales["Unit"], sales["Value"], sales["Exact amount (yuan)"]) == ("10,000 yuan", 638.5, 6_385_000)


def test_a_text_too_long_for_a_cell_is_cut_and_says_so(tmp_path):
    assert cut("x" * LONGEST) == "x" * LONGEST
    review = sample_review()
    finding = replace(review.findings[0], value="长" * 40_000)
    write_appendix(replace(review, findings=(finding,)), tmp_path / "a.xlsx")
    shown = lines(openpyxl.load_workbook(tmp_path / "a.xlsx"), "数据问题")[0]["内容"]
    assert shown == "长" * LONGEST + "… [8000]"
