"""Files that are broken or mean harm: told in a sentence, and nothing runs, escapes or falls over."""

from __future__ import annotations

import io
import os
import re
import socket
import tempfile
import time
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from cmreview.errors import FileError
from cmreview.records import container, intake, sheets
from cmreview.records.intake import read_records
from cmreview.records.marked import refuse_among_records, write_marked
from cmreview.records.model import Records
from cmreview.records.report import findings_page, findings_workbook, print_report
from cmreview.terms import Severity
from tests.records.handed_in import (
    CONTRACTS,
    CONTRACTS_HEADER,
    CUSTOMERS,
    EXPECTATIONS,
    MANAGERS,
    codes,
    department,
    only,
    rewritten,
    write_book,
)
from tests.records.old_excel import encrypted, xls


def read(folder: Path) -> Records:
    return read_records(folder, EXPECTATIONS)


def book_bytes(tmp_path: Path, rows: list[list[object]] = CONTRACTS) -> bytes:
    return write_book(tmp_path / "scratch.xlsx", {"合同": rows}).read_bytes()


@pytest.fixture
def handed_in(tmp_path):
    """A folder with one sound department, to which a test adds a file."""
    folder = tmp_path / "records"
    folder.mkdir()
    department(folder, contracts=CONTRACTS)
    return folder


# -- broken files -----------------------------------------------------------------------------------------

BROKEN = {
    "nothing": (b"", "not_a_workbook"),
    "text": ("合同编号,金额\n".encode(), "not_a_workbook"),
    "html": (b"<html><table><tr><td>1</td></tr></table></html>", "not_a_workbook"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "not_a_workbook"),
    "encrypted": (encrypted(), "encrypted"),
    "cut old one": (xls({"合同": [["a"]]})[:700], "damaged"),
    "only a head": (b"PK\x03\x04" + b"\0" * 200, "file_cut_off"),
}


@pytest.mark.parametrize("ending", ["xlsx", "xls", "xlsm"])
@pytest.mark.parametrize(("data", "code"), BROKEN.values(), ids=list(BROKEN))
def test_a_broken_file_is_told_in_a_sentence_and_stops_no_other(handed_in, data, code, ending):
    (handed_in / f"销售二部.{ending}").write_bytes(data)
    records = read(handed_in)
    finding = only(records, code)
    assert (finding.severity, finding.department) == (Severity.ERROR, "销售二部")
    assert len(records.tables["contracts"]) == 1


def test_a_workbook_that_was_cut_off_is_told_wherever_it_was_cut(tmp_path, handed_in):
    data = book_bytes(tmp_path)
    for length in (10, len(data) // 2, len(data) - 30):
        (handed_in / "销售二部.xlsx").write_bytes(data[:length])
        assert only(read(handed_in), "file_cut_off").severity == Severity.ERROR


def test_another_kind_of_office_file_is_no_workbook(handed_in):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr("word/document.xml", "<x/>")
    (handed_in / "销售二部.xlsx").write_bytes(buffer.getvalue())
    assert only(read(handed_in), "not_a_workbook").file == "销售二部.xlsx"


def test_the_bytes_decide_what_a_file_is_and_not_its_name(tmp_path, handed_in):
    (handed_in / "旧.xlsx").write_bytes(xls({"客户": [["客户编号", "客户名称"], ["C7", "丙公司"]]}))
    (handed_in / "新.xls").write_bytes(
        book_bytes(tmp_path, [CONTRACTS_HEADER, ["HT9", "C7", "001", 7000, "2025-01-02"]])
    )
    records = read(handed_in)
    assert codes(records) == ["old_format"]
    assert records.tables["contracts"]["contract_id"].tolist() == ["HT1", "HT9"]


def test_what_an_old_workbook_hides_is_said(handed_in):
    rows = [
        ["项目编号", "项目名称", "负责人工号", "经济效益"],
        ["P1", "甲", "001", "#N/A"],
        ["P2", "乙", "001", 5.5],
    ]
    (handed_in / "重大项目.xls").write_bytes(xls({"重大项目": rows}))
    records = read(handed_in)
    assert only(records, "old_format").severity == Severity.WARNING
    assert records.tables["projects"]["benefit"].isna().tolist() == [True, False]


def test_a_file_that_cannot_be_opened_is_told(handed_in, monkeypatch):
    (handed_in / "客户.csv").write_text("客户编号,客户名称\n", "utf-8")
    opened = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.suffix == ".csv":
            raise PermissionError(13, "Permission denied")
        return opened(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    finding = only(read(handed_in), "cant_open")
    assert (finding.file, dict(finding.details)) == ("客户.csv", {"problem": "Permission denied"})


def test_a_file_that_vanishes_is_told(handed_in):
    (handed_in / "客户.csv").symlink_to(handed_in / "nowhere.csv")
    assert only(read(handed_in), "cant_open").file == "客户.csv"


# -- files that mean harm ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "part",
    ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "_rels/.rels"],
)
def test_entities_are_refused_before_they_are_read(tmp_path, handed_in, part):
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    data = rewritten(
        book_bytes(tmp_path),
        part,
        lambda content: re.sub(rb"(\?>)", rb"\1" + laughs.encode(), content, count=1),
    )
    (handed_in / "销售二部.xlsx").write_bytes(data)
    assert only(read(handed_in), "document_type").department == "销售二部"


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path, handed_in, monkeypatch):
    monkeypatch.setattr(container, "SUSPECT_SIZE", 1 << 20)
    data = rewritten(
        book_bytes(tmp_path), "xl/worksheets/sheet1.xml", lambda content: content + b" " * (20 << 20)
    )
    (handed_in / "销售二部.xlsx").write_bytes(data)
    started = time.perf_counter()
    assert only(read(handed_in), "unpacks_too_large").department == "销售二部"
    assert time.perf_counter() - started < 5


def test_what_unpacks_to_too_much_in_all_is_refused(tmp_path, handed_in, monkeypatch):
    (handed_in / "销售二部.xlsx").write_bytes(book_bytes(tmp_path))
    monkeypatch.setattr(container, "MAX_UNPACKED", 500)
    assert set(codes(read(handed_in))) >= {"unpacks_too_large"}


def test_a_file_larger_than_any_records_is_not_opened(handed_in, monkeypatch):
    monkeypatch.setattr(intake, "MAX_FILE", 100)
    assert codes(read(handed_in)) == ["unpacks_too_large"]


def test_a_sheet_of_thousands_of_columns_is_set_aside(tmp_path):
    write_book(tmp_path / "销售一部.xlsx", {"花名册": MANAGERS, "客户": CUSTOMERS})
    wide = [[*CONTRACTS_HEADER, *("x" for _ in range(3000))], ["HT1", "C1", "001", 5000, "2025-03-01"]]
    write_book(tmp_path / "合同.xlsx", {"合同": wide})
    records = read(tmp_path)
    assert only(records, "too_many_columns").set_aside
    assert records.tables["contracts"].empty


def test_merged_cells_without_end_are_not_spread(tmp_path, handed_in, monkeypatch):
    monkeypatch.setattr(sheets, "MERGE_BUDGET", 1_000_000)
    data = rewritten(
        book_bytes(tmp_path),
        "xl/worksheets/sheet1.xml",
        lambda content: content.replace(
            b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="C2:C1048576"/></mergeCells>'
        ),
    )
    (handed_in / "合同.xlsx").write_bytes(data)
    assert "too_many_merges" in codes(read(handed_in))


@pytest.mark.parametrize(
    "target", ["../../../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "..\\..\\x"]
)
def test_a_part_outside_the_workbook_is_never_opened(tmp_path, handed_in, target):
    data = rewritten(
        book_bytes(tmp_path),
        "xl/_rels/workbook.xml.rels",
        lambda content: content.replace(b"worksheets/sheet1.xml", target.encode()),
    )
    (handed_in / "销售二部.xlsx").write_bytes(data)
    assert only(read(handed_in), "damaged").department == "销售二部"


def test_a_link_to_another_workbook_is_not_followed(tmp_path, handed_in):
    data = rewritten(
        book_bytes(tmp_path),
        "xl/_rels/workbook.xml.rels",
        lambda content: content.replace(
            b'Target="worksheets/sheet1.xml"', b'TargetMode="External" Target="http://x/y"'
        ),
    )
    (handed_in / "销售二部.xlsx").write_bytes(data)
    assert only(read(handed_in), "no_tables").department == "销售二部"


NASTY = [
    "=1+1",
    "=cmd|'/c calc'!A1",
    "@SUM(1)",
    "+1-1",
    '=HYPERLINK("http://x","y")',
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "]]><![CDATA[x",
    "[red]x[/red] [link=http://x]y[/link]",
    "{value} {0} {column.__class__} %s",
    "\x1b[31mred\x1b[0m",
    "a\x00b\x07",
    "\u202eabc\u2066",
    "../../etc/passwd",
    "C:\\Windows\\x",
    "_x0041_",
    "a\r\nb\tc",
    "'; DROP TABLE contracts; --",
    "𠮷" * 100,
]


def hostile_folder(folder: Path) -> Path:
    """A department whose every text cell, sheet name and header means harm."""
    folder.mkdir()
    managers = [MANAGERS[0], *([f"{n:03}", nasty, nasty, nasty] for n, nasty in enumerate(NASTY))]
    header = [*CONTRACTS_HEADER, *(f"{nasty}?" for nasty in NASTY)]
    contracts = [[nasty, nasty, f"{n:03}", nasty, nasty, *NASTY] for n, nasty in enumerate(NASTY)]
    good = [["HT1", "C1", "000", 5000, "2025-03-01"], ["HT1", "C1", "000", 5001, "2025-03-01"]]
    customers = [["客户编号", "客户名称", "重点客户"], *([nasty, nasty, nasty] for nasty in NASTY)]
    write_book(
        folder / "[red]<b>=1+1.xlsx",
        {"花名册": managers, "合同": [header, *good, *contracts], "客户": customers, "<i>{x}=1": [["=1"]]},
    )
    return folder


def test_hostile_texts_are_shown_as_texts_and_nothing_else(tmp_path, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("nothing may call out")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(os, "system", refuse)
    folder = hostile_folder(tmp_path / "records")
    before = sorted(path for path in tmp_path.rglob("*"))
    records = read(folder)
    assert records.findings
    names = set(records.tables["managers"]["name"])
    assert {"=1+1", "<script>alert(1)</script>", "{value} {0} {column.__class__} %s"} <= names
    assert "\x1b" not in "".join(names)
    for lang in ("zh", "en"):
        _nothing_escapes(records, lang)
    written, _ = write_marked(folder, records.findings, tmp_path / "out", "zh")
    assert [path.parent for path in written] == [tmp_path / "out"]
    after = sorted(path for path in tmp_path.rglob("*") if tmp_path / "out" not in (path, *path.parents))
    assert after == before


TAGS = {"html", "head", "meta", "title", "style", "body", "main", "h1", "p"}
TAGS |= {"table", "caption", "thead", "tbody", "tr", "th", "td"}


class _Seen(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)


def _nothing_escapes(records: Records, lang: str) -> None:
    page = findings_page(records, lang).decode()
    seen = _Seen()
    seen.feed(page)
    assert seen.tags <= TAGS
    assert seen.attributes <= {"lang", "charset", "http-equiv", "content", "name", "scope", "class"}
    assert "default-src 'none'" in page
    book = openpyxl.load_workbook(io.BytesIO(findings_workbook(records, lang)))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n")
                assert cell.hyperlink is None
    out = io.StringIO()
    print_report(records, lang, Console(file=out, width=160, force_terminal=False))
    assert "\x1b" not in out.getvalue()
    assert "\u202e" not in out.getvalue()


def test_a_marked_copy_keeps_texts_that_look_like_formulas_as_texts(tmp_path):
    folder = hostile_folder(tmp_path / "records")
    (copy,), _ = write_marked(folder, read(folder).findings, tmp_path / "out", "zh")
    source = openpyxl.load_workbook(next(folder.iterdir()))
    marked = openpyxl.load_workbook(copy)
    for name in source.sheetnames:
        cells = {
            cell.coordinate: cell
            for row in source[name].iter_rows()
            for cell in row
            if cell.value is not None
        }
        for place, cell in cells.items():
            assert (marked[name][place].value, marked[name][place].data_type) == (cell.value, cell.data_type)


def test_what_is_written_never_lands_among_the_records(tmp_path):
    folder = tmp_path / "records"
    folder.mkdir()
    for out in (folder, folder / "out", folder / "x" / ".." / "out"):
        with pytest.raises(FileError):
            refuse_among_records(out, folder)
    refuse_among_records(tmp_path / "out", folder)
    refuse_among_records(tmp_path / "records-out", folder)


def test_a_file_name_that_means_harm_is_shown_and_harms_nobody(tmp_path):
    folder = tmp_path / "records"
    folder.mkdir()
    data = department(
        tmp_path, "scratch", contracts=[CONTRACTS_HEADER, ["HT1", "C1", "001", "x", "2025-03-01"]]
    )
    (folder / "a\u202eb\nc.xlsx").write_bytes(data.read_bytes())
    records = read(folder)
    assert records.sources[0].file == "a\ufffdb\ufffdc.xlsx"
    written, _ = write_marked(folder, records.findings, tmp_path / "out", "zh")
    assert [path.parent for path in written] == [tmp_path / "out"]


@pytest.mark.skipif(os.name == "nt", reason="such names can't be made here")
def test_a_file_name_that_is_no_text_is_shown(tmp_path):
    (tmp_path / os.fsdecode(b"\xff\xfe.xlsx")).write_bytes(b"x")
    department(tmp_path)
    records = read(tmp_path)
    assert only(records, "not_a_workbook").file == "\ufffd\ufffd.xlsx"
    records.findings[0].line().encode("utf-8")


# -- any file at all --------------------------------------------------------------------------------------


def _sound() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    for name, rows in (("花名册", MANAGERS), ("客户", CUSTOMERS)):
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return buffer.getvalue()


SOUND = _sound()
PARTS = [name for name in zipfile.ZipFile(io.BytesIO(SOUND)).namelist() if name.endswith((".xml", ".rels"))]


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(PARTS),
    st.lists(
        st.tuples(
            st.floats(0, 1),
            st.integers(0, 12),
            st.binary(max_size=8)
            | st.sampled_from(
                [
                    b'r="A9"',
                    b"<c>",
                    b"</row>",
                    b'<row r="99999999">',
                    b't="s"',
                    b"<v>1E999</v>",
                    b'ref="A1:XFD9"',
                    b"\xef\xbf\xbf",
                ]
            ),
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_a_workbook_with_any_part_spoiled_is_read_or_told(part, changes):
    def spoil(content: bytes) -> bytes:
        for where, cut, put in changes:
            at = int(where * len(content))
            content = content[:at] + put + content[at + cut :]
        return content

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "销售一部.xlsx").write_bytes(rewritten(SOUND, part, spoil))
        records = read(folder)
    for count in records.counts:
        assert count.rows_in == count.used + count.set_aside
    for finding in records.findings:
        finding.line("en").encode("utf-8")


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(["xlsx", "xls", "csv", "parquet"]),
    st.sampled_from([b"", b"PK\x03\x04", b"PAR1", SOUND[:200], xls({"客户": [["a"]]})[:600]]),
    st.binary(max_size=300),
)
def test_any_bytes_under_any_ending_are_read_or_told(ending, head, tail):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / f"客户.{ending}").write_bytes(head + tail)
        records = read(folder)
    assert all(finding.line("zh") for finding in records.findings)
    for count in records.counts:
        assert count.rows_in == count.used + count.set_aside
