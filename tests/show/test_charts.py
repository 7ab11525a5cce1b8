"""Charts say everything in text too, and tell missing, zero and part years apart by form."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from cmreview.review.model import YearFigures
from cmreview.show.charts import Bar, attainment, trend
from cmreview.show.figures import Figures
from tests.show.reading import read

ZH = Figures("zh")
YEARS = (
    YearFigures(2023, None, None, None, part_year=True),
    YearFigures(2024, Fraction(0), 0, 12, part_year=True),
    YearFigures(2025, Fraction(1_234_500), 4, 20, part_year=False),
)


def test_a_trend_is_told_in_words_for_who_can_not_see_it():
    (picture,) = read(trend(YEARS, ZH, "a1", "王<伟")).all("svg")
    assert picture.attributes["role"] == "img"
    told = {picture.by_id(name).text for name in picture.attributes["aria-labelledby"].split()}
    by_year = (
        "2023年：销售额无数据，新客户无数据，服务客户无数据（非全年）。 "
        "2024年：销售额0.00 万元，新客户0，服务客户12（非全年）。 "
        "2025年：销售额123.45 万元，新客户4，服务客户20。"
    )
    assert told == {"各年销售额与客户数：王<伟", by_year}


def test_a_year_without_evidence_is_written_and_gets_no_column():
    (picture,) = read(trend(YEARS, ZH, "a1", "王伟")).all("svg")
    texts = [one.text for one in picture.all("text")]
    assert texts.count("无数据") == 2  # once for sales, once for customers
    assert "2023*" in texts
    columns = [one for one in picture.all("rect") if one.attributes["width"] == "34.0"]
    assert [column.attributes["height"] for column in columns] == ["0.0", "86.0"]
    assert columns[0].attributes["stroke-dasharray"]  # a part year
    assert "stroke-dasharray" not in columns[1].attributes


def test_attainment_marks_the_threshold_and_draws_nothing_without_evidence():
    bars = [Bar("业务销售额", Fraction(6, 5), "120.0% 封顶"), Bar("客户满意度", None, "缺证据")]
    (picture,) = read(attainment(bars, ZH, "a1", "王伟")).all("svg")
    assert len(picture.all("rect")) == 1
    assert {"标准值 100%", "缺证据"} <= {one.text for one in picture.all("text")}
    assert "客户满意度 缺证据" in picture.by_id("a1-desc").text


@given(
    st.lists(
        st.tuples(
            st.none() | st.fractions(-(10**6), 10**9, max_denominator=3),
            st.none() | st.integers(0, 10**4),
            st.none() | st.integers(0, 10**4),
            st.booleans(),
        ),
        max_size=8,
    )
)
def test_no_figures_draw_outside_the_picture(figures):
    years = tuple(YearFigures(2018 + place, *values) for place, values in enumerate(figures))
    (picture,) = read(trend(years, ZH, "a1", "王伟")).all("svg")
    height = int(picture.attributes["height"])
    for one in picture.everything():
        for name in ("y", "y1", "y2", "cy"):
            if name in one.attributes:
                assert -1 <= float(one.attributes[name]) <= height


def test_no_two_charts_of_a_page_share_an_id():
    page = read(trend(YEARS, ZH, "a1", "x") + attainment([], ZH, "a2", "x"))
    ids = [one.attributes["id"] for one in page.everything() if "id" in one.attributes]
    assert len(ids) == len(set(ids)) == 4
