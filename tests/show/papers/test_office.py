"""Papers become PDF by a LibreOffice of the machine, alike each time; without one it says how to get it."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

import pytest

from cmreview.errors import MissingToolError, PacketError
from cmreview.show.papers import office
from cmreview.show.papers.documents import render
from cmreview.words import LANGUAGES
from tests.show.papers.samples import LONG, samples


@pytest.fixture(scope="session")
def libreoffice() -> str:
    try:
        return office.find_office()
    except MissingToolError as error:
        pytest.skip(f"no LibreOffice on this machine: {error.what('en')}")


@pytest.fixture(scope="module", params=LANGUAGES)
def printed(request, libreoffice, tmp_path_factory) -> tuple[str, dict[str, Path]]:
    """The PDF of every paper in one language, made by one start."""
    folder = tmp_path_factory.mktemp(request.param)
    sources = []
    for kind, paper in samples(request.param).items():
        sources.append(folder / f"{kind}.docx")
        sources[-1].write_bytes(render(paper, None, request.param))
    made = office.to_pdfs(sources, folder)
    return request.param, dict(zip(samples(), made, strict=True))


def told(command: str, pdf: Path, *options: str) -> str:
    return subprocess.run(
        [command, *options, str(pdf), *(["-"] if command == "pdftotext" else [])],
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def spoken(pdf: Path) -> str:
    """The text of a PDF without blanks: those lie where lines break."""
    return re.sub(r"\s", "", told("pdftotext", pdf))


def test_each_paper_has_the_pages_that_it_should(printed):
    _, made = printed
    pages = {kind: int(re.search(r"Pages:\s+(\d+)", told("pdfinfo", pdf))[1]) for kind, pdf in made.items()}
    assert (pages["certificate"], pages["opinion"], pages["appointment"]) == (1, 1, 1)
    assert pages["notice"] in (2, 3)
    assert max(pages.values()) <= 3


def test_a_printed_paper_says_what_it_should(printed):
    lang, made = printed
    people = samples(lang)["notice"].people
    assert [
        person.name for person in people if person.name.replace(" ", "") not in spoken(made["notice"])
    ] == []
    paper = samples(lang)["certificate"]
    for wanted in (paper.name, paper.level, paper.number, paper.company, paper.verification_code):
        assert wanted.replace(" ", "") in spoken(made["certificate"])
    if lang == "zh":
        assert LONG in spoken(made["opinion"])


def test_the_head_of_a_long_table_is_repeated_on_each_page(printed):
    lang, made = printed
    pages = told("pdftotext", made["notice"]).split("\f")
    head = {"zh": "拟定等级", "en": "proposed"}[lang]
    assert all(head in page for page in pages[:2])
    assert [bool(re.search(rf"— ?{n} ?—", page)) for n, page in enumerate(pages[:2], 1)] == [True, True]


def test_a_chinese_font_is_inside_and_no_line_breaks_a_number(printed):
    lang, made = printed
    for kind, pdf in made.items():
        fonts = told("pdffonts", pdf).splitlines()[2:]
        assert fonts
        assert all(re.search(r" yes yes yes ", font) for font in fonts), (
            kind
        )  # embedded, in part, with its text
    if lang == "zh":
        assert not re.search(r"[0-9]\n+[0-9]+ ?[年月日]", told("pdftotext", made["appointment"]))


def test_a_pdf_bears_the_papers_day_and_nobodys_name(printed):
    _, made = printed
    for kind, pdf in made.items():
        about = told("pdfinfo", pdf, "-rawdates")
        assert f"CreationDate:    D:{samples()[kind].dated:%Y%m%d}000000Z" in about
        assert re.search(r"Author:\s+(华东远景商贸股份有限公司|East China Prospect)", about)


def test_the_same_papers_give_the_same_pdf_at_another_time_under_another_name(libreoffice, tmp_path):
    contents = [render(samples()[kind]) for kind in ("refusal", "certificate")]
    made = []
    for names in (("a.docx", "b.docx"), ("-x.docx", "告知书 二.docx")):
        for name, content in zip(names, contents, strict=True):
            (tmp_path / name).write_bytes(content)
        made.append(
            [pdf.read_bytes() for pdf in office.to_pdfs([tmp_path / name for name in names], tmp_path)]
        )
        time.sleep(1.1)  # a PDF counts seconds
    assert made[0] == made[1]


def test_one_paper_can_be_put_anywhere(libreoffice, tmp_path):
    (tmp_path / "a.docx").write_bytes(render(samples()["certificate"]))
    assert office.to_pdf(tmp_path / "a.docx", tmp_path / "证书.pdf").read_bytes().startswith(b"%PDF")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.docx", "证书.pdf"]


def test_a_converter_that_hangs_is_stopped_and_writes_nothing(tmp_path, monkeypatch):
    slow = tmp_path / "soffice"
    slow.write_text("#!/bin/sh\nsleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setenv(office.ENVIRONMENT, str(slow))
    (tmp_path / "a.docx").write_bytes(render(samples()["certificate"]))
    began = time.monotonic()
    with pytest.raises(PacketError) as error:
        office.to_pdfs([tmp_path / "a.docx"], tmp_path, timeout=0.3)
    assert time.monotonic() - began < 20
    assert error.value.code == "papers.office_too_slow"
    assert "0.3" in str(error.value)
    assert not list(tmp_path.glob("*.pdf"))


def test_a_converter_that_makes_nothing_is_told_with_what_it_said(tmp_path, monkeypatch):
    failing = tmp_path / "soffice"
    failing.write_text("#!/bin/sh\necho 'Error: no filter' >&2\n")
    failing.chmod(0o755)
    monkeypatch.setenv(office.ENVIRONMENT, str(failing))
    (tmp_path / "a.docx").write_bytes(render(samples()["certificate"]))
    with pytest.raises(PacketError) as error:
        office.to_pdfs([tmp_path / "a.docx"], tmp_path)
    assert error.value.code == "papers.office_failed"
    assert "Error: no filter" in error.value.text("en")


def test_a_machine_without_libreoffice_is_told_how_to_get_it(monkeypatch):
    monkeypatch.delenv(office.ENVIRONMENT, raising=False)
    monkeypatch.setattr(office.shutil, "which", lambda name: None)
    monkeypatch.setattr(office, "_PLACES", {})
    with pytest.raises(MissingToolError) as error:
        office.find_office()
    assert "apt-get install libreoffice-writer-nogui" in error.value.text("en")
    assert error.value.exit_code == 2


def test_a_libreoffice_that_is_named_and_not_there_is_no_silent_other_one(monkeypatch, tmp_path):
    monkeypatch.setenv(office.ENVIRONMENT, str(tmp_path / "none"))
    with pytest.raises(MissingToolError) as error:
        office.find_office()
    assert error.value.code == "papers.named_office"


def test_a_machine_without_a_chinese_font_prints_no_boxes(tmp_path, monkeypatch):
    listing = tmp_path / "fc-list"
    listing.write_text("#!/bin/sh\n")
    listing.chmod(0o755)
    monkeypatch.setattr(office.sys, "platform", "linux")
    monkeypatch.setattr(office.shutil, "which", lambda name: str(listing))
    with pytest.raises(MissingToolError) as error:
        office.refuse_without_font()
    assert error.value.code == "papers.no_font"
    listing.write_text("#!/bin/sh\necho 'Noto Serif CJK SC'\n")
    office.refuse_without_font()
