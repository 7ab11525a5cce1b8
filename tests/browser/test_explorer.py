"""The explorer in a real JupyterLab and a real Voila: by keyboard, accessible, asking nobody outside.

Every tab on Voila too is one command: ``CMREVIEW_BROWSER_FULL=1 pytest tests/browser/test_explorer.py``.
"""

from __future__ import annotations

import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from cmreview.explore.explorer import opening
from cmreview.explore.explorer.exploration import Exploration
from cmreview.explore.explorer.typed_values import change_of, tried_values
from cmreview.review.explorer.changes import Part
from cmreview.review.explorer.prepared import open_explorer
from cmreview.review.explorer.verdict_column import OUTCOMES
from cmreview.terms import Outcome
from cmreview.words import find, say

AXE = Axe()
SERVER_SECONDS, PAGE_MS = 90, 60_000
PAGE = ".cmreview.explorer"
WIDTHS = (1280, 1920)
# The widgets are the same on both servers; looking at every tab on both takes a minute more.
FULL = os.environ.get("CMREVIEW_BROWSER_FULL") == "1"
SALES = "3.2.P2"
STRICTER = "450"  # 万元


@dataclass(frozen=True)
class Served:
    """A server that shows the explorer: its page, and every address that may be asked."""

    page: str
    origin: str
    is_lab: bool


@pytest.fixture(scope="module")
def prepared(example_project) -> Path:
    """The example's prepared file, below a folder of its own."""
    return opening.opened({}, project=example_project("explorer")).file


@pytest.fixture(scope="module")
def look(prepared) -> Exploration:
    """The same file without a kernel: what the page has to show."""
    return Exploration(open_explorer(prepared))


@pytest.fixture(scope="module")
def served(request, prepared, tmp_path_factory) -> Iterator[Served]:
    """The page served by `cmreview explore`, with its token."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    is_lab, token = request.param == "lab", secrets.token_hex(16)
    arguments = ["--prepared", str(prepared), "--no-browser", "--port", str(port)]
    arguments += ["--", "--allow-root"] if is_lab else ["--voila", "--", f"--Voila.token={token}"]
    folder = tmp_path_factory.mktemp(request.param)
    log = (folder / "server.log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "cmreview", "explore", *arguments],
        cwd=folder,
        env={**os.environ, "JUPYTER_TOKEN": token},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    origin = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{origin}/api" if is_lab else f"{origin}/?token={token}", server)
        path = "/lab/tree/explorer.ipynb" if is_lab else "/"
        yield Served(f"{origin}{path}?token={token}", origin, is_lab)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)
        log.close()


def _wait_for(address: str, server: subprocess.Popen) -> None:
    end = time.monotonic() + SERVER_SECONDS
    while time.monotonic() < end:
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(address, timeout=30):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail("the server did not answer")


@pytest.fixture
def page(tab, served) -> Page:
    """The explorer, opened and settled on its first tab."""
    tab.set_viewport_size({"width": WIDTHS[0], "height": 900})
    tab.goto(served.page)
    if served.is_lab:
        expect(tab.locator(".jp-Notebook .jp-Cell").first).to_be_visible(timeout=PAGE_MS)
        expect(tab.get_by_role("button", name="| Idle")).to_be_visible(timeout=PAGE_MS)
        tab.get_by_role("menuitem", name="Run", exact=True).click()
        tab.get_by_text("Run All Cells", exact=True).click()
    expect(tab.locator(f"{PAGE} h2")).to_contain_text(say("explorer.title", year=2025), timeout=PAGE_MS)
    return tab


def turn_to(page: Page, key: str, lang: str = "zh") -> None:
    """Turn to a tab with the keyboard."""
    name = say(f"explorer.tab.{key}", lang)
    title = page.locator(f"{PAGE} [role=tab]").filter(has_text=re.compile(f"^{name}$"))
    title.focus()
    page.keyboard.press("Enter")
    expect(title).to_have_attribute("aria-selected", "true", timeout=PAGE_MS)


def box(page: Page, label: str, exact: bool = True) -> Locator:
    """A control by its label."""
    return page.locator(PAGE).get_by_label(label, exact=exact).locator("visible=true").first


def choose(page: Page, label: str, starts: str) -> None:
    """Choose an entry of a list by the beginning of its words."""
    chooser = box(page, label)
    chooser.focus()
    entry = next(one for one in chooser.locator("option").all_inner_texts() if one.startswith(starts))
    chooser.select_option(label=entry)


def type_with_keys(page: Page, field: Locator, text: str) -> None:
    """Go to a box, clear it, type and leave it, as a keyboard does."""
    field.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)
    page.keyboard.press("Tab")


def settled(where: Locator, text: str) -> None:
    """Wait until a place of the page says something."""
    expect(where).to_contain_text(text, timeout=PAGE_MS)


def body(page: Page) -> Locator:
    """What stands under the chosen tab."""
    return page.locator(f"{PAGE} .widget-tab-contents > .jupyter-widgets:not(.lm-mod-hidden)")


def violations(page: Page) -> list[tuple[str, str, str]]:
    """What axe finds in the explorer itself."""
    found = AXE.run(page, context=PAGE, options={"resultTypes": ["violations"]})
    told = [
        (one["id"], one["impact"], node["html"][:200])
        for one in found.response["violations"]
        for node in one["nodes"]
    ]
    # ipywidgets gives the handle of a slider no name (N23); the labelled box beside it moves the same value
    return [each for each in told if not (each[0] == "aria-input-field-name" and "noUi-handle" in each[2])]


def unnamed_sliders(page: Page) -> int:
    """Sliders that have no box with a label beside them."""
    return page.locator(f"{PAGE} .widget-slider").evaluate_all(
        """sliders => sliders.filter(slider => {
            const box = slider.parentElement.querySelector(".widget-text input");
            return !box || !box.labels.length || !box.labels[0].textContent.trim();
        }).length"""
    )


def near_the_line(look: Exploration) -> tuple[int, int]:
    """The rows of two applicants who miss the sales of the intermediate level, and did sign contracts."""
    column = look.table.columns[SALES]
    missed = column.rows[column.outcomes == OUTCOMES.index(Outcome.MISSED)]
    applicants = [int(row) for row in missed if look.table.people.is_applicant[row]]
    return applicants[0], applicants[1]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("served", ["lab", "voila"], indirect=True)
def test_a_committees_questions_are_answered_by_keyboard_and_nobody_outside_is_asked(page, served, look):
    people = look.table.people
    first, second = near_the_line(look)
    name, manager, department = (str(part[first]) for part in (people.names, people.ids, people.departments))

    if not served.is_lab:  # the page alone is on the screen, without what the notebook says around it
        prose = page.get_by_text("Rehearsal").or_(page.get_by_text(say("explorer.rehearsal.not_here")))
        assert prose.count() == 2
        assert prose.locator("visible=true").count() == 0

    # filter: by department, then by a name in the box
    choose(page, say("explorer.filter.department"), department)
    applicants = int((people.is_applicant & (people.departments == department)).sum())
    settled(page.locator(PAGE), say("explorer.filter.count", count=applicants, total=len(people)))
    type_with_keys(page, box(page, say("explorer.filter.text")), manager)
    settled(page.locator(PAGE), say("explorer.filter.count", count=1, total=len(people)))

    # a case, and from a figure to its contracts
    turn_to(page, "cases")
    choose(page, say("explorer.cases.open"), name)
    settled(body(page).locator("h3").first, manager)
    choose(page, say("explorer.cases.figure"), "业务销售额")
    contracts = [row.id for row in look.case(first).sources if row.indicator == "sales" and row.counts]
    assert contracts
    for contract in (contracts[0], contracts[-1]):
        settled(body(page), contract)

    # two side by side
    turn_to(page, "compare")
    type_with_keys(page, box(page, say("explorer.compare.who")), f"{manager}, {people.ids[second]}")
    for row in (first, second):
        settled(body(page).locator("thead").first, str(people.ids[row]))

    # an error is told where the reader is, and is gone once it is mended
    type_with_keys(page, box(page, say("explorer.compare.who")), "查无此人")
    refused = say("explorer.not_one_person.what", typed="查无此人", count=0)
    settled(page.locator(f"{PAGE} [role=alert]"), refused)
    type_with_keys(page, box(page, say("explorer.compare.who")), f"{manager}, {people.ids[second]}")
    expect(page.locator(f"{PAGE} [role=alert]")).to_have_count(0, timeout=PAGE_MS)

    # a threshold moved in its box: the totals above every tab follow
    page.get_by_role("button", name=say("explorer.filter.clear"), exact=True).press("Enter")
    turn_to(page, "what_if")
    choose(page, say("explorer.what_if.section"), "中级：标准值")
    type_with_keys(page, box(page, SALES, exact=False), STRICTER)
    look.try_out([of_sales(look, STRICTER)])
    try:
        (company,) = [
            each
            for each in look.effect()
            if each.after.department is None and each.after.level == "intermediate"
        ]
    finally:
        look.try_out([])
    assert company.before.eligible != company.after.eligible
    moved = say("explorer.totals.moved", was=str(company.before.eligible), now=str(company.after.eligible))
    settled(page.locator(f"{PAGE} table.totals"), moved)
    type_with_keys(page, box(page, SALES, exact=False), "四百五十")
    settled(page.locator(f"{PAGE} [role=alert]"), "四百五十")
    page.get_by_role("button", name=say("explorer.what_if.reset"), exact=True).press("Enter")
    settled(page.locator(PAGE), say("explorer.totals.in_force"))

    # the language: everything that is on the page
    choose(page, say("session.choose.language"), "English")
    settled(page.locator(f"{PAGE} h2"), say("explorer.title", "en", year=2025))
    turn_to(page, "line", "en")
    settled(body(page), "3.")

    outside = [url for url in page.requests if not url.startswith((served.origin, "data:", "blob:"))]
    assert outside == []
    assert not any(manager in url for url in page.requests)


def of_sales(look: Exploration, typed: str):
    """The change that ``typed`` makes in the box of the sales threshold."""
    tried = next(
        each for each in tried_values(look.policy) if each.part is Part.THRESHOLD and each.key == SALES
    )
    return change_of(tried, typed)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("served", ["lab", "voila"] if FULL else ["lab"], indirect=True)
def test_every_tab_is_accessible_and_stays_within_the_page_at_1280_and_1920(page, served, tmp_path_factory):
    screens = tmp_path_factory.mktemp(f"screens-{'lab' if served.is_lab else 'voila'}")
    found: dict[str, object] = {}
    for key in find("explorer.tab"):
        turn_to(page, key)
        expect(body(page)).not_to_be_empty(timeout=PAGE_MS)
        if key == "cases":
            box(page, say("explorer.cases.open")).select_option(index=1)
            expect(body(page).locator("h3").first).to_be_visible(timeout=PAGE_MS)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 2000})
            page.wait_for_timeout(150)  # the tab bar is laid out by a script
            page.screenshot(path=screens / f"{key}-{width}.png")
            if page.locator(PAGE).evaluate("page => page.scrollWidth > page.clientWidth + 1"):
                found[f"{key} at {width}"] = "wider than the page"
        if told := violations(page):
            found[key] = told
        if key == "what_if":
            assert page.locator(f"{PAGE} .widget-slider").count() > 1
            assert unnamed_sliders(page) == 0
    sys.stdout.write(f"screenshots: {screens}\n")
    assert found == {}
    assert page.requests
    assert [url for url in page.requests if not url.startswith((served.origin, "data:", "blob:"))] == []
