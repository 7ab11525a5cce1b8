"""One workbook in which every text means harm, through the real commands: it is shown, and nothing else."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from cmreview.records.text import clean, unescape
from cmreview.show.html import visible
from tests.show.reading import Element, read

# In each: formulas, markup, template code, colours of a terminal, paths out of the folder, control characters
# (where XML can't hold one, the workbook writes it as Excel does: _x0007_), and what turns or hides text.
DEPARTMENT = "../../x<script>alert(1)</script>C:\\x\u202e"
PERSON = '=HYPERLINK("http://x.invalid","王")<img src=x onerror=alert(2)>\x7f\u202e'
OTHER = "+cmd|'/c calc'!A0</td></table><svg onload=alert(3)>{0.__class__}\u2066"
CUSTOMER = "@SUM(1)[red]x[/red]{{7*7}}<b onclick=alert(4)>客户\x85\x07"
EVIDENCE = '" } @import url(http://x.invalid) <style>*{display:none}</style>../../../etc/passwd'
OPINION = "C:\\x\\..\\..\\x{% raw %}]]><![CDATA[<iframe src=http://x.invalid>\u200b意见\x9f"
REVIEWER = "-2+3<a href=javascript:alert(5)>初审人</a>\x1b[31m"
MANAGER_ID = "=1+1<i>1"
OTHER_ID = "../2\\<u>"
EXTRA = (
    "=1+1<script>{value}"  # as a header and as the name of a sheet: 31 characters at most, no / \ * ? : [ ]
)
SHEET = "=1+1<script>{value}.. x"

IN_PACKET = (DEPARTMENT, PERSON, OTHER, CUSTOMER, EVIDENCE, OPINION, REVIEWER, MANAGER_ID, OTHER_ID)
IN_APPENDIX = (DEPARTMENT, PERSON, OTHER, CUSTOMER, MANAGER_ID, OTHER_ID)


def shown(text: str) -> str:
    """What a reader sees of a typed text: what can't be seen is taken out when it is read."""
    return visible(clean(text).text)


def hostile_workbook(path: Path) -> None:
    """One applicant and one other manager, with contracts, a review and sheets and columns of no meaning."""
    contracts = [
        [
            f"{id_}{year}{number}/../=1",
            f"{CUSTOMER}{number % 3}",
            id_,
            100_000 + number,
            f"{year}-0{number + 1}-15",
        ]
        for id_ in (MANAGER_ID, OTHER_ID)
        for year in (2024, 2025)
        for number in range(6)
    ]
    sheets = {
        "花名册": [
            ["工号", "姓名", "部门", "入职日期", "从事客户经理起始日", "学历", EXTRA],
            [MANAGER_ID, PERSON, DEPARTMENT, "2020-01-01", "2020-01-01", "本科", PERSON],
            [OTHER_ID, OTHER, DEPARTMENT, "2020-01-01", "2020-01-01", "本科", OTHER],
        ],
        "客户": [
            ["客户编号", "客户名称", EXTRA],
            *([f"{CUSTOMER}{n}", f"{CUSTOMER}{n}", OPINION] for n in range(3)),
        ],
        "合同": [["合同编号", "客户编号", "工号", "合同金额", "签订日期"], *contracts],
        "申报": [
            ["工号", "申报等级", "申报日期", "申报业务销售额", "证明材料", "准予受理人"],
            [MANAGER_ID, "初级", "2025-12-10", "600015", EVIDENCE, REVIEWER],
        ],
        "部门初审": [
            ["工号", "评审年度", "初审结论", "初审意见", "初审人", "初审日期"],
            [MANAGER_ID, "2025", "通过", OPINION, REVIEWER, "2026-01-10"],
        ],
        SHEET: [[EXTRA, "=1+1"], [PERSON, DEPARTMENT]],
    }
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": PERSON, "author": "=1+1", "comments": OPINION})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.set_header(f"&L{EXTRA}")
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    (sheet.write_string if isinstance(value, str) else sheet.write_number)(at, column, value)


@dataclass
class Ran:
    """Both commands' ends, and the folder in which everything happened."""

    folder: Path
    before: dict[Path, bytes]
    ended: dict[str, subprocess.CompletedProcess[str]]

    @property
    def pages(self) -> list[Path]:
        return sorted(self.out.rglob("*.html"))

    @property
    def books(self) -> list[Path]:
        return sorted(self.out.rglob("*.xlsx"))

    @property
    def out(self) -> Path:
        return self.folder / "a/b/out"

    @property
    def packet(self) -> Path:
        (found,) = (path for path in self.pages if path.name not in ("index.html", "findings.html"))
        return found


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module", params=["zh", "en"])
def ran(request, tmp_path_factory) -> Ran:
    # deep enough that ../../x from the outputs still lies in the folder, where it would be found
    folder = tmp_path_factory.mktemp("hostile")
    records = folder / "a/b/records"
    records.mkdir(parents=True)
    hostile_workbook(records / "=1+1<script>{0}.xlsx" if os.name != "nt" else records / "=1+1{0}.xlsx")
    before = files(folder)
    ended = {
        name: subprocess.run(
            [sys.executable, "-m", "cmreview", name, "--records", "records", "--lang", request.param, *more],
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=folder / "a/b",
            timeout=120,
            check=False,
        )
        for name, more in {
            "check": ("--out", "out/check"),
            "packets": ("--year", "2025", "--out", "out/packets", "--jobs", "1"),
        }.items()
    }
    return Ran(folder, before, ended)


def test_both_commands_end_as_for_any_other_workbook(ran):
    for name, ended in ran.ended.items():
        assert ended.returncode == 0, f"{name}: {ended.stdout}{ended.stderr}"
        assert ended.stderr == ""
        for told in "\x1b\x07\x7f\x85\x9f\u202e\u2066\u200b":
            assert told not in ended.stdout


def test_nothing_is_written_outside_the_out_folder_and_the_records_stay_as_they_were(ran):
    after = files(ran.folder)
    assert {path: data for path, data in after.items() if ran.out not in path.parents} == ran.before
    year = ran.out / "packets/2025"
    (department,) = (path for path in year.iterdir() if path.is_dir())
    assert sorted(path.name for path in year.iterdir()) == sorted([department.name, "index.html", "run.json"])
    assert Counter(path.suffix for path in department.iterdir()) == {".html": 1, ".xlsx": 1, ".ipynb": 1}
    assert sorted(path.name for path in (ran.out / "check").iterdir()) == [
        "findings.html",
        "findings.xlsx",
        "marked",
    ]
    assert len(list((ran.out / "check/marked").iterdir())) == 1


def test_no_page_holds_anything_that_could_run_or_load(ran):
    assert len(ran.pages) == 3
    for path in ran.pages:
        page = read(path.read_text("utf-8"))
        every = page.everything()
        tags = {element.tag for element in every}
        assert not tags & {
            "script",
            "iframe",
            "object",
            "embed",
            "img",
            "link",
            "form",
            "base",
            "foreignobject",
        }
        for element in every:
            for name, value in element.attributes.items():
                assert not name.startswith("on"), f"{path.name}: {name}={value}"
                if name in ("href", "src", "xlink:href", "action"):
                    assert harmless(value or "", page), f"{path.name}: {name}={value}"
        for style in page.all("style"):
            assert "@import" not in "".join(map(str, style.children))
            assert "url(" not in "".join(map(str, style.children))


def harmless(address: str, page: Element) -> bool:
    """Whether a link leads to a place in its page, or to a file of the same run."""
    if address.startswith("#"):
        return any(element.attributes.get("id") == address[1:] for element in page.everything())
    return not re.match(r"[a-z]+:|//|/|.*\.\./", address, re.IGNORECASE)


def test_no_workbook_holds_a_formula_or_a_link(ran):
    assert len(ran.books) == 3
    for path in ran.books:
        for sheet in openpyxl.load_workbook(path):
            assert not list(sheet._hyperlinks)
            for row in sheet.iter_rows():
                assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row), path.name
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as parts:
            assert not [name for name in parts.namelist() if "externalLink" in name or "vba" in name]


def test_every_text_stands_in_the_packet_and_its_appendix_as_it_was_typed(ran):
    page = read(ran.packet.read_text("utf-8")).text
    for typed in IN_PACKET:
        assert shown(typed) in page
    appendix = texts(ran.packet.with_suffix(".xlsx"))
    for typed in IN_APPENDIX:
        assert any(shown(typed) in text for text in appendix), typed
    (copy,) = (ran.out / "check/marked").iterdir()
    marked = texts(copy)
    for typed in (*IN_PACKET, EXTRA):
        assert any(clean(typed).text in clean(unescape(text)).text for text in marked), typed


def test_the_findings_name_the_sheet_and_the_column_that_mean_nothing(ran):
    page = read((ran.out / "check/findings.html").read_text("utf-8")).text
    book = texts(ran.out / "check/findings.xlsx")
    for typed in (SHEET, EXTRA):
        assert typed in page
        assert any(typed in text for text in book)


def texts(path: Path) -> list[str]:
    """Every text of a workbook's cells."""
    sheets = openpyxl.load_workbook(path)
    return [str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row]
