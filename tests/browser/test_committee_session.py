"""The session in a real JupyterLab: by keyboard, accessible, asking nobody outside, safe from a restart."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from cmreview.explore import opening
from cmreview.process.ledger.ledger import Ledger

AXE = Axe()
SERVER_SECONDS, PAGE_MS, MOMENT_MS = 90, 120_000, 200
PAGE = ".cmreview"


@pytest.fixture(scope="module")
def ledger(example_project) -> Path:
    """The example below a folder of its own, with its records beside its ledger."""
    return opening.opened({}, project=example_project("session")).example.ledger


@pytest.fixture(scope="module")
def lab(ledger) -> Iterator[str]:
    """The address of a JupyterLab started by `cmreview session`, with its token."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    arguments = ["--year", "2025", "--records", str(ledger.parent / "records"), "--ledger", str(ledger)]
    arguments += ["--as", "P01", "--no-browser", "--port", str(port), "--", "--allow-root"]
    log = (ledger.parent / "server.log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "cmreview", "session", *arguments],
        cwd=ledger.parent,
        env={**os.environ, "JUPYTER_TOKEN": token},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server)
        yield f"{address}/lab/tree/committee_session.ipynb?token={token}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)
        log.close()


def _wait_for(address: str, server: subprocess.Popen) -> None:
    end = time.monotonic() + SERVER_SECONDS
    while time.monotonic() < end:
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(f"{address}/api", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    pytest.fail("the server did not answer")


def run_all(tab: Page) -> None:
    """Run the notebook, once its kernel is there."""
    expect(tab.get_by_role("button", name="| Idle")).to_be_visible(timeout=PAGE_MS)
    tab.get_by_role("menuitem", name="Run", exact=True).click()
    tab.get_by_text("Run All Cells", exact=True).click()


def restart(tab: Page) -> None:
    """Restart the kernel and run anew; the page of the kernel before stays until then, and is not taken."""
    tab.locator(PAGE).evaluate_all("pages => pages.forEach(page => page.dataset.before = '')")
    tab.get_by_role("menuitem", name="Kernel", exact=True).click()
    tab.get_by_text("Restart Kernel and Run All Cells…", exact=True).click()
    tab.get_by_role("button", name="Confirm Kernel Restart").click()
    expect(tab.locator(f"{PAGE}[data-before]")).to_have_count(0, timeout=PAGE_MS)
    expect(tab.locator(f"{PAGE} h2").first).to_be_visible(timeout=PAGE_MS)


def choose(tab: Page, name: str) -> None:
    """Choose a case in the list, by its name and without a mouse."""
    chooser = tab.get_by_label("评审个案")
    chooser.focus()
    label = next(one for one in chooser.locator("option").all_inner_texts() if name in one)
    chooser.select_option(label=label)
    expect(tab.locator(f"{PAGE} h2").filter(has_text=name)).to_be_visible(timeout=PAGE_MS)


def type_with_keys(tab: Page, label: str, text: str) -> None:
    """Go to a box by its label, clear it and type, as a keyboard does."""
    box = tab.get_by_label(label, exact=False).first
    box.focus()
    tab.keyboard.press("Control+A")
    tab.keyboard.type(text)
    expect(box).to_have_value(text)


def press(tab: Page, name: str) -> None:
    """Press a button with the keyboard, at a person's pace: once what was typed before has arrived."""
    settled(tab)
    button = tab.get_by_role("button", name=name, exact=True)
    button.focus()  # the box before it is left, and sends what it holds
    settled(tab)
    expect(button).to_be_focused()
    tab.keyboard.press("Enter")


def settled(tab: Page) -> None:
    """Wait until the kernel has nothing to do, and has had nothing for a moment."""
    for _ in range(2):
        expect(tab.get_by_role("button", name="| Idle")).to_be_visible(timeout=PAGE_MS)
        tab.wait_for_timeout(MOMENT_MS)
    expect(tab.get_by_role("button", name="| Idle")).to_be_visible(timeout=PAGE_MS)


def told(tab: Page, text: str) -> None:
    """Wait until the page tells something in a region that is read out, and is drawn anew after it."""
    expect(tab.locator(f"{PAGE} [aria-live]").filter(has_text=text)).to_be_visible(timeout=PAGE_MS)
    settled(tab)


def somebody_unscored(ledger: Path) -> tuple[str, str]:
    """Id and name of a case that P01 has not scored and whose scores are closed."""
    view = opening.opened({"CMREVIEW_AS": "P01"}, project=ledger.parents[2])
    sight = view.session.look()
    state = next(
        item.case.state
        for item in sight.agenda
        if not item.case.state.scores_open and item.case.state.sheet_of("P01") is None and item.scored > 4
    )
    view.session.desk.ledger.close()
    return state.case, state.application.name


@pytest.mark.timeout(600)
def test_a_case_is_scored_and_decided_by_keyboard_and_survives_a_restart(tab, lab, ledger):
    case, name = somebody_unscored(ledger)
    tab.set_viewport_size({"width": 1280, "height": 900})
    tab.goto(lab)
    expect(tab.locator(".jp-Notebook .jp-Cell").first).to_be_visible(timeout=PAGE_MS)
    run_all(tab)
    expect(tab.locator(f"{PAGE} h2").first).to_be_visible(timeout=PAGE_MS)
    choose(tab, name)

    for item in ("业绩汇报", "答辩", "综合评估"):
        type_with_keys(tab, f"{item}（权重", "x" if item == "答辩" else "86.5")
    press(tab, "登记评分")
    told(tab, "分数必须是数字")
    expect(tab.get_by_label("业绩汇报（权重").first).to_have_value("86.5")  # nothing typed is lost
    type_with_keys(tab, "答辩（权重", "84")
    press(tab, "登记评分")
    told(tab, "已登记评分")
    told(tab, "答辩 84；")
    press(tab, "公开评分")
    told(tab, "评分已公开")

    found = AXE.run(tab, context=PAGE, options={"resultTypes": ["violations"]})
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found.response["violations"]] == []

    restart(tab)
    choose(tab, name)
    expect(tab.get_by_label("答辩（权重").first).to_have_value("84")

    decide(tab)
    told(tab, "决定已登记")

    with Ledger.open(ledger) as kept:
        kinds = [event.kind.value for event in kept.events(case=case) if event.actor == "P01"]
        assert kinds == ["scored", "scores_opened", "decided"]
        assert kept.verify() == ()
    assert [url for url in tab.requests if not url.startswith((lab.split("/lab")[0], "data:", "blob:"))] == []
    assert not any("P01" in url for url in tab.requests)


def decide(tab: Page) -> None:
    """Tick everybody who may be present, give all votes in favour, and record the decision with a reason."""
    boxes = tab.locator(f"{PAGE} .present input[type=checkbox]:visible")
    count = boxes.count()
    for place in range(count):
        boxes.nth(place).focus()
        tab.keyboard.press("Space")
        expect(boxes.nth(place)).to_be_checked()
    for label, votes in (("同意票", str(count)), ("不同意票", "0"), ("弃权票", "0")):
        box = tab.get_by_label(label, exact=True)
        box.focus()
        tab.keyboard.type(votes)
    tab.get_by_label("通过", exact=True).focus()
    tab.keyboard.press("Space")
    type_with_keys(tab, "理由（与建议不同时必填）", "会议讨论后决定")
    press(tab, "登记决定")
