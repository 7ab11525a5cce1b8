"""A printed packet: tagged, numbered, with its fonts, and the same at another time."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from cmreview.packets.pdf import print_pdf


def poppler(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} (poppler) is not on this machine")
    return found


@pytest.fixture(scope="module")
def printed(pages, chromium, tmp_path_factory):
    """The packets as PDF."""
    folder = tmp_path_factory.mktemp("pdf")
    for lang in ("zh", "en"):
        print_pdf(pages[f"packet-{lang}"], folder / f"{lang}.pdf", chromium)
    return folder


def test_a_pdf_is_the_same_at_another_time(printed, pages, chromium, tmp_path):
    print_pdf(pages["packet-zh"], tmp_path / "again.pdf", chromium)
    assert (tmp_path / "again.pdf").read_bytes() == (printed / "zh.pdf").read_bytes()


def test_a_pdf_is_tagged_has_an_outline_and_no_date_of_its_making(printed):
    content = (printed / "zh.pdf").read_bytes()
    assert b"/StructTreeRoot" in content
    assert b"/Outlines" in content
    assert set(re.findall(rb"/(?:CreationDate|ModDate) \((.{6})", content)) == {b"D:2000"}


def test_a_printed_packet_has_page_numbers_and_repeats_what_it_must(printed):
    text = subprocess.run(
        [poppler("pdftotext"), "-layout", printed / "zh.pdf", "-"], capture_output=True, check=True
    ).stdout.decode()
    sheets = text.split("\f")[:-1]
    assert "第" not in sheets[0]  # the cover carries no number
    for number, sheet in enumerate(sheets[1:], start=2):
        assert re.search(rf"第 {number} 页，共 {len(sheets)} 页", sheet), sheet[-200:]
        assert "销售一部" in sheet
    for place in range(2, 5):
        heading = f"（{place}）"
        (sheet,) = [sheet for sheet in sheets if re.search(rf"^\s*{heading}", sheet, re.MULTILINE)]
        assert sheet.strip().startswith(heading)  # each case begins a page


def test_every_font_is_in_the_file(printed):
    told = subprocess.run(
        [poppler("pdffonts"), printed / "zh.pdf"], capture_output=True, text=True, check=True
    ).stdout
    fonts = told.splitlines()[2:]
    assert fonts
    assert {font.split()[-5] for font in fonts} == {"yes"}  # the column "emb"


def test_a_page_is_printed_in_no_more_sheets_than_it_needs(printed):
    told = subprocess.run(
        [poppler("pdfinfo"), printed / "zh.pdf"], capture_output=True, text=True, check=True
    )
    assert int(re.search(r"Pages:\s+(\d+)", told.stdout)[1]) <= 14
