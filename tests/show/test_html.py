"""Text is escaped where it enters a page, and nothing that can't be seen stays unseen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.show.html import Html, breakable, css_string, element, join, text, visible
from tests.show.reading import read

ANYTHING = st.text(st.characters(codec=None), max_size=60)


@given(ANYTHING)
def test_any_text_comes_back_as_text_and_makes_no_element(typed):
    page = read(element("p", typed))
    (paragraph,) = page.children
    assert paragraph.everything() == []
    assert paragraph.text == visible(typed)


@given(ANYTHING)
def test_any_text_stays_inside_an_attribute(typed):
    (found,) = read(element("a", "x", title=typed, href="#y")).children
    assert found.attributes == {"title": visible(typed), "href": "#y"}


@given(ANYTHING)
def test_a_cell_breaks_without_changing_its_text(typed):
    page = read(breakable(typed))
    assert {one.tag for one in page.everything()} <= {"wbr"}
    assert page.text == visible(typed)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("王\u202e伟", "王⟨U+202E⟩伟"),
        ("a\x00b", "a␀b"),
        ("a\u200bb", "a⟨U+200B⟩b"),
        ("a\r\nb\tc", "a b c"),
        ("\x7f\x9b", "␡⟨U+009B⟩"),
        ("𠮷田㛃", "𠮷田㛃"),
        ("\ud800", "⟨U+D800⟩"),
    ],
)
def test_what_can_not_be_seen_is_made_visible(typed, shown):
    assert visible(typed) == shown


@given(ANYTHING)
def test_what_is_shown_can_be_stored_as_utf8_without_control_characters(typed):
    shown = visible(typed)
    assert shown.encode().decode() == shown
    assert all(ord(char) >= 0x20 and not 0x7F <= ord(char) < 0xA0 for char in shown)


def test_what_is_already_html_is_not_escaped_twice():
    assert join((element("b", "<"), "<")) == "<b>&lt;</b>&lt;"
    assert text(Html("<br>")) == "<br>"


def test_attributes_without_a_value_are_left_out():
    assert element("td", None, class_=None, hidden=True, id=False) == "<td hidden></td>"


@given(ANYTHING)
def test_a_style_sheet_can_not_be_left_by_a_quoted_text(typed):
    inside = css_string(typed)[1:-1]
    assert not set(inside) & set("\"'<>{}();\n@/*&")
