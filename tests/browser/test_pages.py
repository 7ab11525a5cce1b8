"""What a real browser makes of the pages: accessible, silent, without requests."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = ("packet-zh", "packet-en", "index-zh", "index-en", "analysis-zh", "analysis-en")
AXE = Axe()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_violation(tab, pages, name):
    tab.goto(pages[name].as_uri())
    found = AXE.run(tab, options={"resultTypes": ["violations"]})
    told = [(one["id"], one["nodes"][0]["target"], one["help"]) for one in found.response["violations"]]
    assert told == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_asked_for_and_nothing_is_complained_about(tab, pages, name):
    tab.goto(pages[name].as_uri())
    tab.emulate_media(media="print")
    tab.wait_for_load_state("networkidle")
    assert tab.requests == [pages[name].as_uri()]
    assert tab.complaints == []


@pytest.mark.parametrize("name", PAGES)
def test_no_script_runs_even_if_one_got_in(tab, pages, name, tmp_path):
    text = pages[name].read_text("utf-8")
    spoiled = tmp_path / "spoiled.html"
    spoiled.write_text(text.replace("</main>", "<script>document.title = 'ran'</script></main>"), "utf-8")
    tab.goto(spoiled.as_uri())
    assert tab.title() != "ran"
    assert any("Content Security Policy" in complaint for complaint in tab.complaints)


@pytest.mark.parametrize("name", PAGES)
def test_a_keyboard_reaches_the_content_at_once(tab, pages, name):
    tab.goto(pages[name].as_uri())
    tab.keyboard.press("Tab")
    focused = tab.evaluate("[document.activeElement.className, document.activeElement.getAttribute('href')]")
    assert focused == ["skip", "#content"]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [1100, 794])
def test_no_table_is_wider_than_the_paper(tab, pages, name, width):
    tab.set_viewport_size({"width": width, "height": 900})
    tab.goto(pages[name].as_uri())
    over = tab.evaluate(
        "[...document.querySelectorAll('table:not(.wide), svg')]"
        ".filter(x => x.getBoundingClientRect().right > document.body.getBoundingClientRect().right)"
        ".map(x => x.querySelector('caption, title').textContent)"
    )
    assert over == []


def test_chinese_is_drawn_by_fonts_that_have_it(tab, pages):
    tab.goto(pages["packet-zh"].as_uri())
    tools = tab.context.new_cdp_session(tab)
    tools.send("DOM.enable")
    tools.send("CSS.enable")
    root = tools.send("DOM.getDocument")["root"]["nodeId"]
    for place in ("h1", "h2", "caption", "svg text"):
        node = tools.send("DOM.querySelector", {"nodeId": root, "selector": place})["nodeId"]
        fonts = tools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        most = max(fonts, key=lambda font: font["glyphCount"])
        names = ("CJK", "Source Han", "PingFang", "YaHei", "SimSun", "Songti")
        assert any(name in most["familyName"] for name in names), fonts
