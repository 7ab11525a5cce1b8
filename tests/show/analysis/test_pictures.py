"""The charts of the analysis: nothing drawn outside, nothing drawn of what is unknown (Policy 5.3)."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from cmreview.show.analysis.pictures import Bands, Col, Span, bands, columns, intervals
from tests.show.reading import read

SHARES = st.fractions(0, 3)
MAYBE = st.none() | st.fractions(0, 10**9)


def inside(html) -> bool:
    (picture,) = read(str(html)).all("svg")
    _, _, width, height = (float(part) for part in picture.attributes["viewbox"].split())
    boxes = picture.all("rect")
    lines = picture.all("line")
    dots = picture.all("circle")
    xs = [float(box.attributes["x"]) + float(box.attributes["width"]) for box in boxes]
    xs += [float(line.attributes[end]) for line in lines for end in ("x1", "x2")]
    xs += [float(dot.attributes["cx"]) for dot in dots]
    ys = [float(box.attributes["y"]) for box in boxes]
    ys += [float(line.attributes[end]) for line in lines for end in ("y1", "y2")]
    return all(-0.1 <= x <= width + 0.1 for x in xs) and all(-0.1 <= y <= height + 0.1 for y in ys)


@given(st.lists(MAYBE, max_size=12), MAYBE)
def test_columns_stay_inside_and_unknown_ones_are_not_drawn(values, line):
    html = columns("c", "标题", "说明", [Col("2025", value, "1") for value in values], line)
    assert inside(html)
    assert len(read(str(html)).all("rect")) == sum(value is not None for value in values)


@given(st.lists(st.none() | st.tuples(SHARES, SHARES, SHARES), min_size=1, max_size=10), st.none() | SHARES)
def test_intervals_stay_inside_and_unknown_ones_have_no_dot(ends, company):
    spans = []
    for each in ends:
        low, point, high = (None, None, None) if each is None else sorted(each)
        spans.append(Span("部门", low, point, high, "x"))
    html = intervals("i", "标题", "说明", spans, None if company is None else (company, "公司"))
    assert inside(html)
    assert len(read(str(html)).all("circle")) == sum(each is not None for each in ends)


@given(st.lists(st.tuples(*[st.integers(0, 300)] * 6), min_size=1, max_size=6))
def test_bands_stay_inside_and_only_people_are_drawn(rows):
    html = bands(
        "b", "标题", "说明", [Bands("3.1.P1 销售额", counts) for counts in rows], ("低", "标准", "高")
    )
    assert inside(html)
    assert len(read(str(html)).all("rect")) == sum(count > 0 for counts in rows for count in counts)


def test_a_title_is_seen_and_told():
    html = str(columns("c", "各年销售额", "2025 年 1", [Col("2025", Fraction(1), "1")]))
    tree = read(html)
    assert tree.all("title")[0].text == "各年销售额"
    assert "各年销售额" in [text.text for text in tree.all("text")]
