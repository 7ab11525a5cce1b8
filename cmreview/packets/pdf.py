"""A packet as PDF, printed by a Chromium that is installed on the machine (N17)."""

from __future__ import annotations

import os
import re
from pathlib import Path

from cmreview.programs import find_program

ENVIRONMENT = "CMREVIEW_CHROMIUM"
_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
_PLACES = {
    "darwin": (
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
    "win32": (
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
        r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
        r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
    ),
}
# Chromium writes when a file was made; the same page is to give the same bytes (N15).
_MADE = re.compile(rb"/(CreationDate|ModDate) \(D:[^)]*\)")
_FIXED = b"D:20000101000000+00'00'"


def find_chromium() -> str:
    """The Chromium to print with. MissingToolError where there is none."""
    return find_program(
        _NAMES,
        _PLACES,
        ENVIRONMENT,
        named="cli_packets.error.named_chromium",
        absent="cli_packets.error.no_chromium",
    )


def print_pdf(page: Path, target: Path, chromium: str) -> None:
    """Print ``page`` to ``target``: tagged for screen readers, with an outline, its date fixed."""
    from playwright.sync_api import sync_playwright

    # a root user, as in most containers, has no sandbox; the page carries no script anyway
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    arguments = ["--no-sandbox"] if is_root else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        try:
            tab = browser.new_page(java_script_enabled=False, offline=True)
            tab.goto(page.as_uri())
            printed = tab.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
        finally:
            browser.close()
    target.write_bytes(_MADE.sub(_with_fixed_date, printed))


def _with_fixed_date(match: re.Match[bytes]) -> bytes:
    # as long as it was, since the file's table of places counts bytes
    room = len(match[0]) - len(match[1]) - len(b"/ ()")
    return b"/" + match[1] + b" (" + _FIXED[:room].ljust(room) + b")"
