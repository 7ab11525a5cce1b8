"""A page or a notebook that is not what it should be is refused, whatever the programs before it said."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, new_output

from cmreview.errors import PacketError
from cmreview.packets.check import ELEMENTS, check_executed, check_page
from cmreview.show.packet import END_MIME

PAGE = '<html><body><p id="applicant-1">甲</p>{}<p id="end-of-packet">完</p></body></html>'


def test_a_whole_page_passes():
    check_page(PAGE.format(""), 1)


@pytest.mark.parametrize(
    ("html", "said"),
    [
        pytest.param("<script>alert(1)</script>", "<script>", id="script"),
        pytest.param("<svg><script>alert(1)</script></svg>", "<script>", id="script in a picture"),
        pytest.param("<img src=x>", "<img>", id="image"),
        pytest.param("<iframe></iframe>", "<iframe>", id="frame"),
        pytest.param("<form></form>", "<form>", id="form"),
        pytest.param('<p onclick="x">a</p>', "onclick=", id="handler"),
        pytest.param('<a href="https://x.y">a</a>', "href=", id="link"),
        pytest.param('<a href="javascript:x">a</a>', "href=", id="script in a link"),
        pytest.param('<p id="applicant-1">a</p>', "applicant-1", id="id twice"),
        pytest.param('<p style="background:URL(x)">a</p>', "style=", id="address in a style"),
    ],
)
def test_a_page_that_runs_or_loads_something_is_refused(html, said):
    with pytest.raises(PacketError) as refused:
        check_page(PAGE.format(html), 1)
    assert refused.value.code == "cli_packets.error.page_not_safe"
    assert said in refused.value.what()


@pytest.mark.parametrize(
    "html",
    [
        "<p <p>",
        "< p>",
        "<P>",
        "<p id=a>",
        "<p id='a'>",
        "<p/id>",
        '<p title="<b>">',
        "<!-- a -->",
        "<br/>",
        "<?a?>",
    ],
)
def test_a_tag_that_we_would_not_write_is_refused_however_it_would_be_read(html):
    with pytest.raises(PacketError) as refused:
        check_page(PAGE.format(html), 1)
    assert refused.value.code == "cli_packets.error.page_not_safe"


class SecondOpinion(HTMLParser):
    """What Python's own parser of HTML finds on a page that must not be there."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.problems = []

    def handle_starttag(self, tag, attrs):
        for name, value in (("", ""), *attrs):
            href = name == "href" and not (value or "").startswith("#")
            loads = name in ("src", "srcset", "background", "formaction", "xlink:href")
            style = name == "style" and "url(" in (value or "").lower()
            if tag not in ELEMENTS or name.startswith("on") or href or loads or style:
                self.problems.append((tag, name))


PIECES = (
    *("<", ">", "</", "/>", "<!--", "-->", "<![CDATA[", "]]>", '"', "'", "=", " ", "\n", "/", "\0", "&lt;"),
    *(
        "p",
        "svg",
        "style",
        "title",
        "script",
        "img",
        "IFRAME",
        "a",
        "<p>",
        "</p>",
        "<td ",
        "<svg><",
        "<title>",
    ),
    *("src", "href", "onload", "OnClick", "style", "id", "#x", "j&#97;vascript:", "url(", "u&#114;l(", "x"),
)


@settings(max_examples=150)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_whatever_a_parser_finds_on_a_page_is_refused(html):
    reader = SecondOpinion()
    reader.feed(PAGE.format(html))
    reader.close()
    if reader.problems:
        with pytest.raises(PacketError):
            check_page(PAGE.format(html), 1)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(PAGE.format("").replace("end-of-packet", "end"), id="without its end mark"),
        pytest.param(PAGE.format("").removesuffix("</html>"), id="cut off"),
        pytest.param("", id="empty"),
    ],
)
def test_a_page_that_is_not_whole_is_refused(page):
    with pytest.raises(PacketError) as refused:
        check_page(page, 1)
    assert refused.value.code == "cli_packets.error.page_without_end"


def test_a_page_without_every_applicant_is_refused():
    with pytest.raises(PacketError) as refused:
        check_page(PAGE.format(""), 3)
    assert refused.value.code == "cli_packets.error.page_without_applicant"
    assert "2" in refused.value.what()


EXPECTED = {"department": "销售一部"}
HANDED = new_output("execute_result", data={END_MIME: EXPECTED, "text/plain": "<end>"}, execution_count=2)
SOURCE = new_notebook(cells=[new_code_cell("a = 1"), new_code_cell("packet.end()")])


def ran(*cells):
    return new_notebook(cells=list(cells))


def cell(source, count, *outputs):
    return new_code_cell(source, execution_count=count, outputs=list(outputs))


def test_a_run_from_first_cell_to_last_passes():
    injected = cell("# Parameters", 2)
    injected.metadata.tags = ["injected-parameters"]
    check_executed(ran(cell("a = 1", 1), injected, cell("packet.end()", 3, HANDED)), SOURCE, EXPECTED)


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        pytest.param((cell("a = 2", 1), cell("packet.end()", 2, HANDED)), "other_cells", id="another cell"),
        pytest.param((cell("packet.end()", 1, HANDED),), "other_cells", id="a cell less"),
        pytest.param((cell("a = 1", 1), cell("packet.end()", 3, HANDED)), "not_in_order", id="a run between"),
        pytest.param((cell("a = 1", 2), cell("packet.end()", 1, HANDED)), "not_in_order", id="out of order"),
        pytest.param(
            (cell("a = 1", None), cell("packet.end()", 1, HANDED)), "not_in_order", id="one not run"
        ),
        pytest.param((cell("a = 1", 1), cell("packet.end()", 2)), "not_handed_over", id="nothing at the end"),
        pytest.param(
            (
                cell("a = 1", 1, new_output("error", ename="SystemExit", evalue="0")),
                cell("packet.end()", 2, HANDED),
            ),
            "cell_with_error",
            id="an early exit",
        ),
        pytest.param(
            (
                cell("a = 1", 1),
                cell(
                    "packet.end()", 2, new_output("display_data", data={END_MIME: {"department": "销售二部"}})
                ),
            ),
            "not_handed_over",
            id="another department",
        ),
    ],
)
def test_a_run_that_says_it_completed_and_did_not_is_refused(cells, code):
    with pytest.raises(PacketError) as refused:
        check_executed(ran(*cells), SOURCE, EXPECTED)
    assert refused.value.code == f"cli_packets.error.{code}"
