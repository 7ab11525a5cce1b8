"""A browser of the machine, and pages to look at: a packet in both languages and an index."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from cmreview.errors import MissingToolError
from cmreview.packets.analysis import AnalysisRequest, make_prepared
from cmreview.packets.analysis_sample import ANALYSIS_SAMPLE
from cmreview.packets.index import index_page
from cmreview.packets.job import State, Told
from cmreview.packets.pdf import find_chromium
from cmreview.packets.record import Entry
from cmreview.packets.run import make_packet
from cmreview.review.analysis.store import load
from tests.packets.making import company, job
from tests.show.sample import sample_review

LANGUAGES = ("zh", "en")


@pytest.fixture(scope="session")
def chromium() -> str:
    try:
        return find_chromium()
    except MissingToolError as error:
        pytest.skip(f"no browser on this machine: {error.what('en')}")


@pytest.fixture(scope="module")  # one at a time: a packet's PDF is printed by another
def browser(chromium) -> Iterator[Browser]:
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox"] if is_root else []
        )
        yield started
        started.close()


@pytest.fixture
def tab(browser) -> Iterator[Page]:
    """A tab that remembers every request in ``requests`` and every complaint in ``complaints``."""
    page = browser.new_page()
    page.requests, page.complaints = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    yield page
    page.close()


@pytest.fixture(scope="session")
def pages(tmp_path_factory) -> dict[str, Path]:
    """``packet-``, ``index-`` and ``analysis-``, each in ``zh`` and ``en``: pages of made-up companies."""
    found = {}
    for lang in LANGUAGES:
        folder = tmp_path_factory.mktemp(lang)
        made = make_packet(job(folder, sample_review(), lang=lang))
        assert made.failure is None
        found[f"packet-{lang}"] = folder / "made" / "dept.html"
        found[f"index-{lang}"] = folder / "index.html"
        asked = AnalysisRequest(year=2025, records=folder, outputs=folder, lang=lang)
        found[f"analysis-{lang}"] = make_prepared(load(ANALYSIS_SAMPLE), asked).files[0]
        found[f"index-{lang}"].write_text(index_page(company("一部").company, entries(), lang), "utf-8")
    return found


def entries() -> list[Entry]:
    """Departments in every state."""
    files = (("a.html", ""), ("a.xlsx", ""), ("a.pdf", ""), ("a.ipynb", ""))
    failed = {"what": Told("cli_packets.failed.disk"), "mend": Told("cli_packets.mend.disk")}
    return [
        Entry("销售一部", "a", State.OK, files=files, managers=20, applicants=7),
        Entry("销售二部", "b", State.UNCHANGED, files=files, warnings=("w",)),
        Entry("渠道<部>", "c", State.FAILED, files=files, reason="disk", kept="failed/c", **failed),
        Entry("国际部", "d", State.FAILED, reason="records"),
        Entry("大客户部", "e", State.SKIPPED),
    ]
