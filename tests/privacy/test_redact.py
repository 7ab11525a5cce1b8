"""A case file loses every known name, id and customer, and says what it can't vouch for."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from docx import Document

from cmreview.cli import main
from cmreview.errors import FileError
from cmreview.privacy.reading import text_of
from cmreview.privacy.redact import Known, redacted
from cmreview.process.committee_file import load_committee
from tests.cli import feedback_company
from tests.privacy.making import DEPARTMENT, company
from tests.process.example import ROOT

COMMITTEE = ROOT / "params" / "committee.yaml"
KNOWN = Known(
    managers={"00123": "王伟", "00124": "王伟明", "\x0012": "李娜"},
    customers={"K00001": "宏远公司"},
    others={"P01": "周建国", "李处长": "李处长"},
)


def page(body: str) -> bytes:
    return f"<!DOCTYPE html><html><head><title>王伟</title></head><body>{body}</body></html>".encode()


def clean(body: str, lang: str = "zh"):
    made = redacted("a.html", page(body), KNOWN, lang)
    return made, made.data.decode()


def test_names_ids_and_customers_become_pseudonyms_that_stay_the_same():
    made, text = clean(
        "<p title='00123'>王伟（00123）与王伟明、宏远公司（K00001），周建国（P01）评；王伟</p>"
    )
    assert "<title>员工01</title>" in text
    assert (
        "<p title='员工01'>员工01（员工01）与员工02、客户01（客户01），人员01（人员01）评；员工01</p>" in text
    )
    assert (made.replaced, made.left) == (4, ())


def test_a_name_that_is_broken_by_marks_is_found():
    made, text = clean("<p>王<wbr>伟</p>")
    assert "员工01" in text
    assert made.left == ()
    made, _ = clean("<p><b>王</b>伟明</p>")
    assert made.left == ("00124",)  # it can't be replaced there, so the file is not called clean


def test_figures_stay_and_ids_that_look_like_figures_are_told():
    made, text = clean("<p>李娜 12 个客户，00123000 元，合同 HT-00123-1，A00123</p>")
    assert "员工02 12 个客户，00123000 元" in text
    assert "A00123" in text
    assert made.untold == ("12",)


def test_numbers_that_name_somebody_go_and_unknown_people_are_shown_for_a_look():
    made, text = clean("<p>李处长与赵先生，电话 13812345678，a.b@example.com，11010519491231002X</p>")
    assert not re.search("13812345678|example|11010519491231002X", text)
    assert made.look_at == ("与赵先生",)


def test_the_language_and_the_file_decide_the_pseudonyms_and_nothing_else():
    assert "Employee 01" in clean("<p>王伟明</p>", "en")[1]
    assert clean("<p>王伟明</p>")[0] == clean("<p>王伟明</p>")[0]
    assert (
        redacted("a.html", b"<p>\xe7\x8e\x8b\xe4\xbc\x9f\xe6\x98\x8e</p>", KNOWN, "zh").data.decode()
        == "<p>员工01</p>"
    )


def word_file() -> bytes:
    document = Document()
    paragraph = document.add_paragraph("致王")
    paragraph.add_run("伟").bold = True
    paragraph.add_run("明：<宏远公司>")
    document.sections[0].footer.paragraphs[0].text = "00124"
    document.core_properties.author = "王伟"
    document.core_properties.keywords = "宏远公司"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_a_word_file_loses_names_over_several_runs_in_its_footer_and_its_properties():
    made = redacted("王伟.docx", word_file(), KNOWN, "zh")
    text = text_of("x.docx", made.data)
    assert not re.search("王伟|伟明|宏远|00124", text)
    assert made.left == ()
    with zipfile.ZipFile(io.BytesIO(made.data)) as packed:
        assert "author" not in packed.read("docProps/core.xml").decode().replace("员工", "")
    assert "致员工" in "".join(part.text for part in Document(io.BytesIO(made.data)).paragraphs)
    assert redacted("王伟.docx", word_file(), KNOWN, "zh") == made


@pytest.mark.parametrize("name", ["a.xlsx", "a.pdf", "a"])
def test_another_kind_of_file_is_refused(name):
    with pytest.raises(FileError) as refused:
        redacted(name, b"", KNOWN, "zh")
    assert refused.value.code == "privacy.not_redactable"


def test_a_real_packet_letter_and_paper_are_clean(outputs):
    made_of = company()
    known = Known.of(made_of.records, load_committee(COMMITTEE))
    below = outputs / "outputs" / "2025"
    letter = next(iter(sorted((below / "letters").glob("*.docx"))))
    opinion = next(iter(sorted((below / "papers" / "opinion").glob("*.docx"))))
    for path in (below / DEPARTMENT / f"{DEPARTMENT}.html", letter, letter.with_suffix(".html"), opinion):
        before = text_of(path.name, path.read_bytes())
        made = redacted(path.name, path.read_bytes(), known, "zh")
        assert made.left == (), path
        text = text_of(f"x{path.suffix}", made.data)
        people = [name for name in known.managers.values() if name in before]
        assert people
        assert [name for name in people if name in text] == []


def test_the_command_takes_a_file_or_an_id_and_overwrites_nothing(tmp_path, capsys):
    records = feedback_company.write_records(tmp_path / "records")
    given = tmp_path / "letter.html"
    given.write_bytes(page("<p>王伟（00123）</p>"))

    def run(what: object, out: Path, *more: object) -> int:
        line = ("redact", what, "--records", records, "--out", out, "--committee", COMMITTEE, *more)
        try:
            main([str(part) for part in (*line, "--policy", ROOT / "params" / "policy")])
        except SystemExit as stopped:
            return int(stopped.code or 0)
        return 0

    assert run(given, tmp_path / "clean.html") == 0
    assert "员工01（员工01）" in (tmp_path / "clean.html").read_text("utf-8")
    assert "仍可能认出当事人" in capsys.readouterr().out
    assert run(given, tmp_path / "clean.html") == 2
    assert run(given, tmp_path / "clean.docx") == 2
    assert run("00123", tmp_path / "case.html") == 2  # no year
    capsys.readouterr()
    assert run("00123", tmp_path / "case.html", "--year", "2025") == 2
    assert "没有工号 00123 的申报个案" in capsys.readouterr().err
