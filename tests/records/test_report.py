"""Findings reach people: on the terminal, in a workbook, on a page, and in copies of their own workbooks."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from rich.console import Console

from cmreview.cli import group, main
from cmreview.cli.records import check
from cmreview.findings import Finding
from cmreview.records import report
from cmreview.records.intake import read_records
from cmreview.records.marked import marked_copy, write_marked
from cmreview.records.model import Records, TableCount
from cmreview.records.report import findings_page, findings_workbook, print_report, summary, totals
from cmreview.terms import Severity
from tests.records.handed_in import (
    CONTRACTS,
    CONTRACTS_HEADER,
    CUSTOMERS,
    EXPECTATIONS,
    MANAGERS,
    Cell,
    codes,
    department,
    write_book,
)

FAULTY = [
    ["2025年合同"],
    CONTRACTS_HEADER,
    ["HT1", "C1", "001", "约十二万", "2025-03-01"],
    ["HT2", "C1", "001", 12.5, "2025-03-01"],
]


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "records"
    path.mkdir()
    department(path, contracts=FAULTY)
    return path


def read(folder: Path) -> Records:
    return read_records(folder, EXPECTATIONS)


def printed(records: Records, lang: str = "zh") -> str:
    out = io.StringIO()
    print_report(records, lang, Console(file=out, width=200))
    return out.getvalue()


def rows(data: bytes, sheet: str) -> list[list[object]]:
    return [
        [cell.value for cell in row] for row in openpyxl.load_workbook(io.BytesIO(data))[sheet].iter_rows()
    ]


def test_the_terminal_shows_each_finding_with_its_place_and_the_rows_of_each_table(folder):
    told = printed(read(folder))
    for part in (
        "销售一部.xlsx",
        "合同金额",
        "约十二万",
        "必须是数字。",
        "请只填写数字",
        "可能把万元填成了元",
    ):
        assert part in told
    assert "共 1 个错误、1 个提醒。以下部门须先改正错误：销售一部。" in told
    (contracts,) = [
        line for line in told.splitlines() if "│ 合同 " in line and "2" in line and "错误" not in line
    ][-1:]
    assert [int(part) for part in contracts.split("│") if part.strip().isdigit()] == [2, 1, 1]


def test_the_terminal_speaks_english_where_asked(folder):
    told = printed(read(folder), "en")
    assert "It must be a number." in told
    assert "Errors: 1. Warnings: 1." in told
    assert "set aside" in told


def test_a_long_list_is_cut_on_the_terminal_and_this_is_said(folder, monkeypatch):
    monkeypatch.setattr(report, "PRINTED", 1)
    told = printed(read(folder))
    assert "另有 1 个问题" in told
    assert "约十二万" in told  # errors come first


def test_brackets_in_a_cell_are_shown_and_not_obeyed(folder):
    department(
        folder, contracts=[*FAULTY[:2], ["HT1", "C1", "001", "[red]x[/red] [link=y]z[/link]", "2025-03-01"]]
    )
    assert "│ [red]x[/red] [link=y]z[/link] │" in printed(read(folder))


def test_nothing_wrong_is_said_in_so_many_words(tmp_path):
    department(tmp_path, contracts=CONTRACTS)
    assert "没有发现问题。" in printed(read(tmp_path))


def test_totals_add_up_over_files():
    counts = [TableCount("contracts", file, None, 5, 3, 2) for file in ("a", "b")]
    assert totals(counts) == [TableCount("contracts", "", None, 10, 6, 4)]


def test_the_workbook_of_findings_holds_findings_counts_and_files(folder):
    records = read(folder)
    data = findings_workbook(records, "zh")
    head, first, second = rows(data, "问题")
    assert head == ["程度", "部门", "文件", "工作表", "行", "列", "值", "原因", "处理办法", "使用情况"]
    assert first[:7] == ["错误", "销售一部", "销售一部.xlsx", "合同", 3, "合同金额", "约十二万"]
    assert first[9] == "该行未使用"
    assert second[9] is None
    assert ["合同", "销售一部.xlsx", "合同", 2, 1, 1] in rows(data, "行数")
    assert rows(data, "文件")[1] == ["销售一部.xlsx", records.sources[0].sha256]


def test_more_findings_than_a_sheet_holds_are_counted(folder, monkeypatch):
    monkeypatch.setattr(report, "MOST_ROWS", 1)
    assert rows(findings_workbook(read(folder), "en"), "findings")[2][0].startswith("1 more rows")


def test_the_page_of_findings_is_one_that_a_browser_shows_without_asking_anybody(folder):
    page = findings_page(read(folder), "en").decode()
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert "Content-Security-Policy" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert '<th scope="col">remedy</th>' in page
    assert "约十二万" in page
    assert '<html lang="zh-CN">' in findings_page(read(folder), "zh").decode()


def test_the_same_records_give_the_same_bytes(folder):
    first, second = read(folder), read(folder)
    assert findings_workbook(first, "zh") == findings_workbook(second, "zh")
    assert findings_page(first, "zh") == findings_page(second, "zh")
    data = next(folder.iterdir()).read_bytes()
    copies = [marked_copy(data, records.findings, "zh") for records in (first, second)]
    assert copies[0] is not None
    assert copies[0] == copies[1]
    parts = zipfile.ZipFile(io.BytesIO(copies[0]))
    assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    clocks = re.findall(rb"W3CDTF\">([^<]*)<", parts.read("docProps/core.xml"))
    assert set(clocks) == {b"2000-01-01T00:00:00Z"}


# -- marked copies ----------------------------------------------------------------------------------------


def test_a_copy_has_its_faulty_cells_filled_and_commented_and_all_else_as_it_was(folder, tmp_path):
    source = next(folder.iterdir())
    before = source.read_bytes()
    (copy,), without = write_marked(folder, read(folder).findings, tmp_path / "out", "zh")
    assert without == []
    assert source.read_bytes() == before
    sheet = openpyxl.load_workbook(copy)["合同"]
    assert sheet["D3"].comment.text == "必须是数字。请只填写数字，例如 1234.50。"
    assert sheet["D3"].fill.fgColor.rgb == "00FFC7CE"
    assert sheet["D4"].fill.fgColor.rgb == "00FFEB9C"
    marked = [
        cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment or cell.fill.fill_type
    ]
    assert marked == ["D3", "D4"]
    original = openpyxl.load_workbook(source)["合同"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        [cell.value for cell in row] for row in original.iter_rows()
    ]


def test_what_is_said_of_a_sheet_stands_at_its_header(folder, tmp_path):
    department(folder, contracts=[["标题"], [*CONTRACTS_HEADER, "备注"], [*CONTRACTS[1], "急"]])
    (copy,), _ = write_marked(folder, read(folder).findings, tmp_path / "out", "en")
    assert openpyxl.load_workbook(copy)["合同"]["A2"].comment.text.startswith("Columns that do not belong")


def test_two_findings_in_one_cell_share_a_comment(tmp_path, folder):
    findings = [
        Finding(
            f"records.{code}",
            severity,
            "销售一部.xlsx",
            table="contracts",
            sheet="合同",
            row=3,
            column="合同金额",
        )
        for code, severity in (("not_a_number", Severity.ERROR), ("formula_zero", Severity.WARNING))
    ]
    (copy,), _ = write_marked(folder, findings, tmp_path / "out", "zh")
    comment = openpyxl.load_workbook(copy)["合同"]["D3"].comment.text
    assert comment.count("\n") == 1


def test_a_merged_cell_is_marked_at_its_first_cell(tmp_path, folder):
    rows = [
        CONTRACTS_HEADER,
        ["HT1", "C1", "009", 5000, "2025-03-01"],
        ["HT2", "C1", None, 6000, "2025-03-01"],
    ]
    write_book(
        folder / "销售一部.xlsx",
        {"花名册": MANAGERS, "客户": CUSTOMERS, "合同": rows},
        merge={"合同": [(1, 2, 2, 2)]},
    )
    records = read(folder)
    assert codes(records).count("unknown_manager") == 2
    (copy,), _ = write_marked(folder, records.findings, tmp_path / "out", "zh")
    assert "花名册中没有" in openpyxl.load_workbook(copy)["合同"]["C2"].comment.text


def test_files_that_cannot_be_copied_are_named(folder, tmp_path):
    (folder / "客户.csv").write_text("客户编号,客户名称\n,丙\n", "utf-8")
    (folder / "坏.xlsx").write_bytes(b"x")
    copies, without = write_marked(folder, read(folder).findings, tmp_path / "out", "zh")
    assert [path.name for path in copies] == ["销售一部.xlsx"]
    assert without == ["坏.xlsx", "客户.csv"]


def test_workbooks_of_one_name_get_copies_of_two_names(folder, tmp_path):
    (folder / "旧").mkdir()
    department(folder / "旧", contracts=FAULTY)
    copies, _ = write_marked(folder, read(folder).findings, tmp_path / "out", "zh")
    assert len({path.name for path in copies}) == 2
    assert all(path.parent == tmp_path / "out" for path in copies)


def test_formulas_and_formats_survive_the_marking(folder, tmp_path):
    department(
        folder, contracts=[CONTRACTS_HEADER, ["HT1", "C1", "001", Cell(0, "0.00", "=1+1"), "2025-03-01"]]
    )
    (copy,), _ = write_marked(folder, read(folder).findings, tmp_path / "out", "zh")
    cell = openpyxl.load_workbook(copy)["合同"]["D2"]
    assert (cell.value, cell.number_format) == ("=1+1", "0.00")


# -- the command ------------------------------------------------------------------------------------------


def test_the_command_exits_2_on_errors_and_writes_what_it_found(folder, tmp_path):
    out = tmp_path / "out"
    result = CliRunner().invoke(check, ["--records", str(folder), "--out", str(out)])
    assert result.exit_code == 2, result.output
    assert "必须是数字" in result.output
    names = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    assert names == ["findings.html", "findings.xlsx", "marked/销售一部.xlsx"]
    assert "标注副本不含宏" in result.output


def test_the_command_exits_0_where_there_are_only_warnings(tmp_path):
    department(tmp_path, contracts=[CONTRACTS_HEADER, ["HT1", "C1", "001", 5, "2025-03-01"]])
    result = CliRunner().invoke(check, ["--records", str(tmp_path), "--lang", "en"])
    assert result.exit_code == 0, result.output
    assert "Errors: 0. Warnings: 1." in result.output


def test_the_command_is_told_no_folder_in_two_sentences(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["check", "--records", str(tmp_path / "nowhere"), "--lang", "en"])
    assert stopped.value.code == 2
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "The records folder nowhere does not exist."
    assert len(said) == 2


def test_the_command_writes_nothing_among_the_records(folder, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["check", "--records", str(folder), "--out", str(folder / "out")])
    assert stopped.value.code == 2
    assert "记录文件夹之内" in capsys.readouterr().err
    assert [path.name for path in folder.iterdir()] == ["销售一部.xlsx"]


def test_the_command_is_one_of_the_group():
    assert group.get_command(None, "check") is check


def test_a_summary_names_the_departments_that_stop(folder):
    assert summary(read(folder), "en").endswith("Departments that must mend errors first: 销售一部.")
