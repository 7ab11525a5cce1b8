"""Tables that a screen reader can follow: caption, scopes, no empty header, every row as wide as its head."""

from __future__ import annotations

import pytest

from cmreview.show.tables import Head, listing, pairs, stacked, table
from tests.show.reading import read, rows

HEADS = [Head("条款"), Head("核算值", figures=True)]


def test_every_header_cell_has_a_scope_and_every_table_a_caption():
    page = read(table("标准", HEADS, [("3.1.P1", "5"), ("3.1.P2", "7")], foot=("合计", "12")))
    headers = page.all("th")
    assert [cell.attributes["scope"] for cell in headers] == ["col", "col", "row", "row", "row"]
    assert [caption.text for caption in page.all("caption")] == ["标准"]
    assert rows(page.all("table")[0]) == [
        ["条款", "核算值"],
        ["3.1.P1", "5"],
        ["3.1.P2", "7"],
        ["合计", "12"],
    ]


def test_an_empty_cell_is_a_dash_and_no_header_is_empty():
    page = read(table("标准", HEADS, [(None, ""), ("0", 0)]))
    assert rows(page.all("table")[0])[1:] == [["—", "—"], ["0", "0"]]
    assert all(cell.text for cell in page.all("th"))


def test_a_row_that_is_not_as_wide_as_its_head_is_refused():
    with pytest.raises(ValueError, match="3 cells under 2 columns"):
        table("标准", HEADS, [("a", "b", "c")])


def test_pairs_fill_their_last_row():
    page = read(pairs("情况", [("a", "1"), ("b", "2"), ("c", None)], across=2))
    assert rows(page.all("table")[0]) == [["a", "1", "b", "2"], ["c", "—", ""]]
    assert [cell.attributes.get("scope") for cell in page.all("th")] == ["row"] * 3


def test_a_caption_that_a_heading_repeats_is_kept_for_screen_readers():
    page = read(table("标准", HEADS, [], headed=True))
    (caption,) = page.all("caption")
    assert (caption.text, caption.attributes["class"]) == ("标准", "unseen")


def test_lists_escape_and_an_empty_list_is_nothing():
    assert listing([]) == ""
    assert read(listing(["<b>"], ordered=True)).all("li")[0].text == "<b>"
    assert stacked("a", None, "", "b") == "a<br>b"
