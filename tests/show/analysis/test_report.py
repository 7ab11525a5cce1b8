"""The analysis as it is read: both languages, every part, tables that add up, the workbook the same."""

from __future__ import annotations

import re
from dataclasses import replace

import openpyxl
import pytest

from cmreview.packets.analysis_sample import ANALYSIS_SAMPLE
from cmreview.packets.opening import open_analysis
from cmreview.review.analysis.analysis import build_analysis
from cmreview.review.analysis.store import load
from cmreview.show.analysis.frame import PARTS
from cmreview.show.analysis.report import Analysis, handed_over, write_tables
from cmreview.show.packet import END_MIME
from tests.builders import make_records
from tests.review.analysis.made import analysis_policy
from tests.show.reading import read

NAMES = ("cover", "contents", *PARTS, "end")
HOSTILE = '<script>alert("x")</script>'


@pytest.fixture(scope="module")
def sample():
    return load(ANALYSIS_SAMPLE)


def page(report: Analysis) -> str:
    return "".join(str(getattr(report, name)().html) for name in NAMES)


@pytest.fixture(scope="module", params=["zh", "en"])
def shown(request, sample):
    return request.param, read(page(Analysis(sample, request.param)))


@pytest.fixture(scope="module")
def bare():
    """What is analysed of contracts alone, signed by a hostile department."""
    contracts = [
        {"contract_id": f"HT{year}", "customer_id": "K", "manager_id": "a", "signed_on": f"{year}-05-05"}
        for year in (2023, 2025)
    ]
    managers = [{"manager_id": "a", "department": HOSTILE}]
    return build_analysis(make_records(managers=managers, contracts=contracts), analysis_policy())


def test_every_part_has_its_heading_and_the_contents_lead_to_it(shown):
    _, tree = shown
    for name in PARTS:
        assert tree.by_id(name).by_id(f"{name}-heading").text
    links = [link.attributes["href"] for link in tree.all("nav")[0].all("a")]
    assert links == [f"#{name}" for name in PARTS]


def test_every_table_has_a_caption_and_no_empty_head(shown):
    _, tree = shown
    tables = tree.all("table")
    assert len(tables) > 25
    for table in tables:
        assert table.all("caption")[0].text
        assert all(head.text for head in table.all("th"))


def test_no_id_stands_twice_and_every_picture_says_what_it_tells(shown):
    _, tree = shown
    ids = [node.attributes["id"] for node in tree.everything() if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    pictures = tree.all("svg")
    assert len(pictures) >= 8
    for picture in pictures:
        assert picture.all("title")[0].text
        assert re.search(r"\d", picture.all("desc")[0].text)


def test_each_finding_points_to_its_part_and_says_what_it_rests_on(shown, sample):
    _, tree = shown
    lines = tree.by_id("findings").all("li")
    assert len(lines) == len(sample.findings)
    for line in lines:
        (link,) = line.all("a")
        assert link.attributes["href"].removeprefix("#") in PARTS
        assert line.all("small")[0].text


def test_the_sums_under_a_table_are_those_of_its_lines(shown):
    lang, tree = shown
    caption = {"zh": "各部门各月的合同行数", "en": "Contract rows by department and month"}[lang]
    (table,) = [each for each in tree.all("table") if each.all("caption")[0].text.startswith(caption)]
    *lines, foot = [[cell.text for cell in row.all("td")] for row in table.all("tr")[1:]]
    columns = zip(*([int(cell.replace(",", "")) for cell in line] for line in lines), strict=True)
    assert [sum(column) for column in columns] == [int(cell.replace(",", "")) for cell in foot]


def test_only_the_last_part_hands_over(sample):
    report = Analysis(sample, "en", "abc")
    bundles = {name: getattr(report, name)()._repr_mimebundle_() for name in NAMES}
    assert [name for name, bundle in bundles.items() if END_MIME in bundle] == ["end"]
    assert bundles["end"][END_MIME] == handed_over(sample, "en", "abc")
    assert bundles["end"][END_MIME]["findings"] == len(sample.findings)


def test_what_is_not_there_is_said_in_words_and_drawn_nowhere(bare):
    for lang, words in (
        ("zh", ("不等于零", "2024", "无法按此统计")),
        ("en", ("not zero", "2024", "broken down by it")),
    ):
        tree = read(page(Analysis(bare, lang)))
        assert all(word in tree.text for word in words)
        assert tree.by_id("service").all("svg") == []
        assert tree.by_id("thresholds").all("table") == []
        assert tree.by_id("forecast").all("table") == []


def test_a_part_year_is_marked_and_explained(bare):
    trends = read(page(Analysis(bare, "zh"))).by_id("trends")
    assert "2023*" in trends.text
    assert "* 记录只覆盖该年的一部分" in trends.text


def test_a_hostile_department_stays_text(bare):
    html = page(Analysis(bare, "zh"))
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_departments_that_errors_stop_stand_on_the_cover(sample):
    stopped = replace(sample, parts=replace(sample.parts, stopped=("销售九部",)))
    assert "销售九部" in Analysis(stopped).cover().html
    assert "销售九部" not in Analysis(sample).cover().html


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_workbook_holds_every_table_with_numbers_as_numbers(sample, lang, tmp_path):
    write_tables(sample, tmp_path / "a.xlsx", lang)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    tables = len(read(page(Analysis(sample, lang))).all("table"))
    assert (
        len(book.sheetnames) == tables - 2 + 1
    )  # cover and method are no tables of figures; findings are one
    assert all(len(name) <= 31 for name in book.sheetnames)
    company = book[{"zh": "公司各年", "en": "Company"}[lang]]
    year, sales, growth, *_ = [cell.value for cell in company[company.max_row]]
    scale = 10_000 if lang == "zh" else 1
    assert (year, sales) == ("2025", 430_000_000 / scale)
    assert growth == pytest.approx(float(sample.parts.trends.now.growth))


def test_the_same_analysis_gives_the_same_bytes(sample, tmp_path):
    for name in ("a.xlsx", "b.xlsx"):
        write_tables(sample, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert page(Analysis(sample)) == page(open_analysis())
