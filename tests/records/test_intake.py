"""What a folder of records becomes: every row used or set aside, every trap read right or told."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmreview.errors import RecordsError
from cmreview.records.intake import read_records
from cmreview.records.model import PROVENANCE, Records
from cmreview.records.schema import TABLES
from cmreview.records.text import is_blank
from cmreview.records.tray import FaultPolicy
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
    only,
    write_book,
)


def read(folder: Path, policy: FaultPolicy = FaultPolicy.STOP) -> Records:
    return read_records(folder, EXPECTATIONS, fault_policy=policy)


def values(records: Records, table: str, column: str) -> list[Any]:
    return pa.array(records.tables[table][column]).to_pylist()


def counted(records: Records, table: str) -> tuple[int, int, int]:
    of_table = [count for count in records.counts if count.table == table]
    return (
        sum(count.rows_in for count in of_table),
        sum(count.used for count in of_table),
        sum(count.set_aside for count in of_table),
    )


# -- what is handed on ------------------------------------------------------------------------------------


def test_a_department_s_workbook_is_read_without_a_word_where_nothing_is_wrong(tmp_path):
    department(tmp_path, contracts=CONTRACTS)
    records = read(tmp_path)
    assert records.findings == ()
    assert values(records, "contracts", "amount") == [Decimal(50_000)]
    assert values(records, "contracts", "signed_on") == [date(2025, 3, 1)]
    assert values(records, "managers", "manager_id") == ["001"]
    assert records.departments == ("销售一部",)
    assert [count.used for count in records.counts] == [1, 2, 1]


def test_every_table_has_the_schema_s_types_and_its_provenance_also_where_it_is_empty(tmp_path):
    department(tmp_path, contracts=CONTRACTS)
    records = read(tmp_path)
    assert set(records.tables) == set(TABLES)
    for name, table in TABLES.items():
        frame = records.tables[name]
        assert list(frame.columns) == [*(column.name for column in table.columns), *PROVENANCE]
        for column in table.columns:
            assert frame[column.name].dtype == pd.ArrowDtype(column.arrow_type)
        assert records.arrow(name).schema == table.arrow_schema


def test_a_row_knows_the_file_sheet_and_row_it_came_from(tmp_path):
    rows = [["标题"], [], CONTRACTS_HEADER, [], CONTRACTS[1]]
    department(tmp_path, contracts=rows)
    contract = read(tmp_path).tables["contracts"].iloc[0]
    assert [contract[name] for name in PROVENANCE] == ["销售一部.xlsx", "合同", 5]


def test_english_sheets_and_headers_read_the_same(tmp_path):
    write_book(
        tmp_path / "sales.xlsx",
        {
            "Managers": [["Manager ID", "NAME", "department"], ["001", "Zhang", "Sales"]],
            "contracts": [
                ["signed_on", "amount", "contract_id", "manager id", "customer id"],
                ["2025-03-01", "5000", "HT1", "001", "C1"],
            ],
        },
    )
    records = read(tmp_path)
    assert codes(records) == ["no_customers"]
    assert values(records, "contracts", "contract_id") == ["HT1"]


def test_workbooks_add_up_and_company_tables_come_once(tmp_path):
    department(tmp_path, contracts=CONTRACTS, customers=[["客户编号", "客户名称"]])
    department(
        tmp_path,
        "销售二部",
        managers=[MANAGERS[0], ["002", "李四", "销售二部", "2020-01-01"]],
        customers=[["客户编号", "客户名称"]],
        contracts=[CONTRACTS_HEADER, ["HT2", "C2", "002", 60_000, "2025-04-01"]],
    )
    (tmp_path / "company").mkdir()
    (tmp_path / "company" / "客户.csv").write_text("客户编号,客户名称\nC1,甲公司\nC2,乙公司\n", "utf-8-sig")
    records = read(tmp_path)
    assert records.findings == ()
    assert records.departments == ("销售一部", "销售二部")
    assert values(records, "contracts", "contract_id") == ["HT1", "HT2"]
    assert [source.file for source in records.sources] == ["客户.csv", "销售一部.xlsx", "销售二部.xlsx"]


def test_the_order_of_files_and_rows_does_not_matter(tmp_path):
    rows = [[f"HT{number}", "C1", "001", 5_000 + number, "2025-03-01"] for number in range(4)]
    frames = []
    for number, order in enumerate(itertools.permutations(rows)):
        folder = tmp_path / str(number)
        folder.mkdir()
        department(folder, f"{'ab'[number % 2]}", contracts=[CONTRACTS_HEADER, *order[:2]])
        write_book(folder / f"{'ba'[number % 2]}.xlsx", {"合同": [CONTRACTS_HEADER, *order[2:]]})
        records = read(folder)
        assert codes(records) == []
        frames.append(records.arrow("contracts"))
    assert all(frame.equals(frames[0]) for frame in frames)


# -- traps of workbooks -----------------------------------------------------------------------------------


def contracts(tmp_path: Path, *rows: list[Any], header: list[str] | None = None, **options: Any) -> Records:
    sheets = {"花名册": MANAGERS, "客户": CUSTOMERS, "合同": [header or CONTRACTS_HEADER, *rows]}
    write_book(tmp_path / "销售一部.xlsx", sheets, **options)
    return read(tmp_path)


def test_leading_zeros_shown_by_a_format_are_kept(tmp_path):
    manager = [MANAGERS[0], [Cell(1, "000"), "张三", "销售一部", "2020-01-01"]]
    department(tmp_path, managers=manager, contracts=CONTRACTS)
    records = read(tmp_path)
    assert records.findings == ()
    assert values(records, "managers", "manager_id") == ["001"]


def test_an_id_of_eighteen_digits_stored_as_a_number_is_reported(tmp_path):
    records = contracts(tmp_path, [Cell(110101199003071234, "0"), "C1", "001", 5000, "2025-03-01"])
    finding = only(records, "digits_lost")
    assert (finding.row, finding.column, finding.set_aside) == (2, "合同编号", True)
    assert finding.department == "销售一部"


def test_percent_cells_and_percent_texts_are_shares(tmp_path):
    header = [*CONTRACTS_HEADER, "业绩份额"]
    records = contracts(
        tmp_path,
        ["HT1", "C1", "001", 5000, "2025-03-01", Cell(1, "0%")],
        ["HT2", "C1", "001", 6000, "2025-03-01", "100％"],
        header=header,
    )
    assert records.findings == ()
    assert values(records, "contracts", "share") == [Decimal(1), Decimal(1)]


def test_amounts_under_a_header_in_wan_are_multiplied_exactly(tmp_path):
    header = ["合同编号", "客户编号", "工号", "合同金额（万元）", "签订日期"]
    records = contracts(
        tmp_path,
        ["HT1", "C1", "001", 38.57, "2025-03-01"],
        ["HT2", "C1", "001", "1,234.5", "2025-03-01"],
        header=header,
    )
    assert records.findings == ()
    assert values(records, "contracts", "amount") == [Decimal(385_700), Decimal(12_345_000)]


def test_amounts_under_a_header_in_dollars_are_not_read(tmp_path):
    header = ["合同编号", "客户编号", "工号", "合同金额（美元）", "签订日期"]
    records = contracts(tmp_path, ["HT1", "C1", "001", 5000, "2025-03-01"], header=header)
    assert only(records, "unknown_unit").department == "销售一部"
    assert counted(records, "contracts") == (1, 0, 1)


def test_a_workbook_that_counts_from_1904_gives_the_same_dates(tmp_path):
    records = contracts(tmp_path, ["HT1", "C1", "001", 5000, date(2025, 3, 1)], date_1904=True)
    assert values(records, "contracts", "signed_on") == [date(2025, 3, 1)]


def test_a_date_shown_only_as_a_weekday_is_a_date(tmp_path):
    records = contracts(tmp_path, ["HT1", "C1", "001", 5000, Cell(date(2025, 3, 1), "[$-804]aaaa;@")])
    assert values(records, "contracts", "signed_on") == [date(2025, 3, 1)]


def test_an_error_cell_is_reported_and_its_row_kept_out(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "合同"
    book.active.append(CONTRACTS_HEADER)
    book.active.append(["HT1", "C1", "001", "#N/A", "2025-03-01"])
    book.save(tmp_path / "合同.xlsx")
    department(tmp_path)
    records = read(tmp_path)
    finding = only(records, "error_cell")
    assert (finding.file, finding.row, finding.column, finding.value) == ("合同.xlsx", 2, "合同金额", "#N/A")
    assert records.tables["contracts"].empty


@pytest.mark.parametrize("writer", ["openpyxl", "xlsxwriter"])
def test_a_formula_that_was_never_computed_is_not_zero(tmp_path, writer):
    row = ["HT1", "C1", "001", "=5000*2", "2025-03-01"]
    if writer == "openpyxl":
        book = openpyxl.Workbook()
        book.active.title = "合同"
        book.active.append(CONTRACTS_HEADER)
        book.active.append(row)
        book.save(tmp_path / "合同.xlsx")
    else:
        cells = [*row[:3], Cell(formula=row[3]), row[4]]
        write_book(tmp_path / "合同.xlsx", {"合同": [CONTRACTS_HEADER, cells]})
    department(tmp_path)
    records = read(tmp_path)
    assert only(records, "formula_without_value").set_aside
    assert counted(records, "contracts") == (1, 0, 1)


def test_hidden_sheets_rows_and_columns_are_read_and_told(tmp_path):
    rows = [["HT1", "C1", "001", 5000, "2025-03-01"], ["HT2", "C1", "001", 6000, "2025-03-02"]]
    records = contracts(
        tmp_path, *rows, hide_sheets=["合同"], hide_rows={"合同": [2]}, hide_columns={"合同": [3]}
    )
    assert codes(records) == ["hidden_columns", "hidden_sheet", "hidden_rows"]
    assert only(records, "hidden_rows").details == (("count", "1"), ("names", "3"))
    assert counted(records, "contracts") == (2, 2, 0)


def test_a_merged_cell_speaks_for_each_of_its_rows_and_is_told(tmp_path):
    rows = [
        ["HT1", "C1", "001", 5000, "2025-03-01"],
        ["HT2", "C1", None, 6000, "2025-03-01"],
        ["HT3", "C1", None, 7000, "2025-03-01"],
    ]
    records = contracts(tmp_path, *rows, merge={"合同": [(1, 2, 4, 2)]})
    assert codes(records) == ["merged_filled"]
    assert values(records, "contracts", "manager_id") == ["001"] * 3


def test_a_cell_merged_across_columns_is_told(tmp_path):
    rows = [["HT1", "C1", "001", 5000, "2025-03-01", "2026-03-01", None]]
    header = [*CONTRACTS_HEADER, "到期日期", "取消日期"]
    records = contracts(tmp_path, *rows, header=header, merge={"合同": [(1, 5, 1, 6)]})
    assert codes(records) == ["merged_across"]
    assert values(records, "contracts", "cancelled_on") == [None]


def test_unknown_columns_are_left_out_and_told_once(tmp_path):
    header = [*CONTRACTS_HEADER, "备注", None]
    rows = [[f"HT{n}", "C1", "001", 5000 + n, "2025-03-01", "急", "手写"] for n in range(3)]
    records = contracts(tmp_path, *rows, header=header)
    assert codes(records) == ["unknown_columns"]
    assert only(records, "unknown_columns").severity == Severity.WARNING
    assert only(records, "unknown_columns").details == (("count", "2"), ("names", "备注, G"))
    assert "备注" not in records.tables["contracts"]


def test_a_missing_required_column_stops_the_department(tmp_path):
    records = contracts(tmp_path, ["HT1", "C1", "001", 5000], header=CONTRACTS_HEADER[:4])
    finding = only(records, "missing_column")
    assert (finding.severity, finding.department, finding.set_aside) == (Severity.ERROR, "销售一部", True)
    assert "signed on" in finding.reason("en")
    assert counted(records, "contracts") == (1, 0, 1)


def test_a_column_that_stands_twice_is_an_error_and_none_of_the_two_is_chosen(tmp_path):
    header = [*CONTRACTS_HEADER, "Amount"]
    records = contracts(tmp_path, ["HT1", "C1", "001", 5000, "2025-03-01", 9], header=header)
    assert only(records, "repeated_column").column == "Amount"
    assert counted(records, "contracts") == (1, 0, 1)


def test_rows_of_totals_and_repeated_headers_are_no_records(tmp_path):
    records = contracts(
        tmp_path,
        ["HT1", "C1", "001", 5000, "2025-03-01"],
        CONTRACTS_HEADER,
        ["HT2", "C1", "001", 6000, "2025-03-01"],
        ["合 计", None, None, 11000, None],
    )
    assert codes(records) == ["repeated_header_row", "total_row"]
    assert all(finding.set_aside for finding in records.findings)
    assert counted(records, "contracts") == (4, 2, 2)


def test_small_things_in_thousands_of_cells_are_told_once_a_column(tmp_path):
    rows = [[f"C{n}", f" 客户{n} "] for n in range(50)]
    department(tmp_path, customers=[["客户编号", "客户名称"], *rows])
    finding = only(read(tmp_path), "spaces_trimmed")
    assert (finding.row, dict(finding.details)["cells"]) == (2, "50")


def test_an_unreadable_optional_cell_is_blank_in_a_row_that_is_used(tmp_path):
    managers = [MANAGERS[0], ["001", "张三", "销售一部", "去年"]]
    department(tmp_path, managers=managers)
    records = read(tmp_path)
    finding = only(records, "not_a_date")
    assert (finding.severity, finding.set_aside) == (Severity.ERROR, False)
    assert values(records, "managers", "hired_on") == [None]


def test_an_unreadable_cell_never_becomes_a_blank_that_says_something(tmp_path):
    """A blank cancellation means a contract in force: an unreadable one must not."""
    header = [*CONTRACTS_HEADER, "取消日期"]
    records = contracts(tmp_path, ["HT1", "C1", "001", 5000, "2025-03-01", "已取消"], header=header)
    assert only(records, "not_a_date").set_aside
    assert counted(records, "contracts") == (1, 0, 1)


# -- sheets and files -------------------------------------------------------------------------------------


def test_a_sheet_that_is_no_table_is_told_and_instructions_and_empty_sheets_are_not(tmp_path):
    sheets = {
        "填写说明": [["请逐表填写"]],
        "花名册": MANAGERS,
        "Sheet2": [],
        "草稿": [["甲"], ["乙"]],
    }
    write_book(tmp_path / "销售一部.xlsx", sheets)
    records = read(tmp_path)
    assert codes(records) == ["unknown_sheet"]
    assert dict(only(records, "unknown_sheet").details)["rows"] == "2"


def test_a_workbook_named_after_a_table_with_one_sheet_is_that_table(tmp_path):
    department(tmp_path)
    write_book(tmp_path / "合同.xlsx", {"Sheet1": CONTRACTS})
    records = read(tmp_path)
    assert records.findings == ()
    assert counted(records, "contracts") == (1, 1, 0)


def test_an_empty_sheet_of_a_table_is_an_error_and_one_with_a_header_is_not(tmp_path):
    department(tmp_path, contracts=[], leaves=[["工号", "开始日期", "结束日期"]])
    records = read(tmp_path)
    assert codes(records) == ["empty_sheet"]
    assert only(records, "empty_sheet").department == "销售一部"


def test_a_sheet_whose_header_cannot_be_found_is_set_aside_whole(tmp_path):
    department(tmp_path, contracts=[["编号", "金额"], ["HT1", 5], ["HT2", 6]])
    records = read(tmp_path)
    assert only(records, "no_header").set_aside
    assert counted(records, "contracts") == (3, 0, 3)


def test_a_workbook_without_any_table_is_an_error(tmp_path):
    department(tmp_path)
    write_book(tmp_path / "杂项.xlsx", {"Sheet1": [["a"]], "Sheet2": [["b"]]})
    records = read(tmp_path)
    assert sorted(codes(records)) == ["no_tables", "unknown_sheet", "unknown_sheet"]


def test_two_files_of_one_name_are_told_apart(tmp_path):
    for folder in ("甲", "乙"):
        (tmp_path / folder).mkdir()
        write_book(tmp_path / folder / "合同.xlsx", {"合同": [CONTRACTS_HEADER]})
    department(tmp_path)
    assert [source.file for source in read(tmp_path).sources] == [
        "乙/合同.xlsx",
        "甲/合同.xlsx",
        "销售一部.xlsx",
    ]


def test_lock_files_and_hidden_folders_are_passed_by(tmp_path):
    department(tmp_path)
    (tmp_path / "~$销售一部.xlsx").write_bytes(b"lock")
    (tmp_path / ".backup").mkdir()
    (tmp_path / ".backup" / "旧.xlsx").write_bytes(b"x")
    assert read(tmp_path).findings == ()


def test_a_file_that_looks_like_records_but_cannot_be_read_is_told(tmp_path):
    department(tmp_path)
    (tmp_path / "合同.ods").write_bytes(b"x")
    (tmp_path / "客户资料.csv").write_text("a,b\n1,2\n", "utf-8")
    (tmp_path / "证明.pdf").write_bytes(b"x")
    records = read(tmp_path)
    assert sorted(codes(records)) == ["no_header", "not_read"]
    (tmp_path / "资料.csv").write_text("a,b\n1,2\n", "utf-8")
    assert "unknown_file" in codes(read(tmp_path))


def test_without_a_folder_or_a_file_there_is_a_clear_error(tmp_path):
    with pytest.raises(RecordsError, match="找不到记录文件夹"):
        read(tmp_path / "nowhere")
    with pytest.raises(RecordsError, match="没有可读取的记录"):
        read(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(RecordsError, match="是文件"):
        read(tmp_path / "file")


# -- text files and other formats -------------------------------------------------------------------------

CSV = '合同编号,客户编号,工号,合同金额,签订日期\n00123,C1,001,"1,234.50",2025年3月1日\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv_is_read_in_every_encoding_that_excel_writes(tmp_path, encoding):
    department(tmp_path)
    (tmp_path / "合同.csv").write_bytes(CSV.encode(encoding))
    records = read(tmp_path)
    assert codes(records) == []
    assert values(records, "contracts", "contract_id") == ["00123"]
    assert values(records, "contracts", "amount") == [Decimal("1234.5")]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_csv_is_read_with_every_usual_delimiter(tmp_path, delimiter):
    department(tmp_path)
    text = "\r\n".join(delimiter.join(map(str, row)) for row in CONTRACTS)
    (tmp_path / "contracts_2025.csv").write_text(text, "utf-8")
    records = read(tmp_path)
    assert codes(records) == []
    assert counted(records, "contracts") == (1, 1, 0)


def test_an_encoding_that_cannot_be_told_is_told(tmp_path):
    department(tmp_path)
    header = "contract id,customer id,manager id,amount,signed on,end on\n"
    # these bytes are text in UTF-8 and in GB18030 alike, and the header is plain English
    (tmp_path / "contracts.csv").write_bytes(header.encode() + "中国,C1,001,5000,2025-03-01,\n".encode())
    assert "encoding_guessed" in codes(read(tmp_path))
    (tmp_path / "contracts.csv").write_bytes(header.encode() + b"\xff\xff,C1,001,5000,2025-03-01,\n")
    assert only(read(tmp_path), "unknown_encoding").severity == Severity.ERROR


def test_a_row_longer_than_its_header_is_set_aside(tmp_path):
    department(tmp_path)
    (tmp_path / "合同.csv").write_text(CSV + "HT2,C1,001,1,234.50,2025-03-01\n", "utf-8")
    records = read(tmp_path)
    finding = only(records, "extra_cells")
    assert (finding.row, finding.set_aside, finding.severity) == (3, True, Severity.ERROR)
    assert counted(records, "contracts") == (2, 1, 1)


def test_quotes_that_do_not_pair_swallow_no_rows(tmp_path):
    department(tmp_path)
    (tmp_path / "合同.csv").write_text(
        CSV + 'HT2,C1,001,"5000,2025-03-01\nHT3,C1,001,1,2025-03-01\n', "utf-8"
    )
    assert only(read(tmp_path), "csv_quotes").file == "合同.csv"


def test_a_quoted_line_break_is_one_row_and_blank_lines_count_as_the_spreadsheet_counts(tmp_path):
    department(tmp_path)
    rows = '客户编号,客户名称\n\nC8,"丙\n公司"\nC9,="0099"\n'
    (tmp_path / "客户.csv").write_text(rows, "utf-8")
    records = read(tmp_path)
    frame = records.tables["customers"]
    named = dict(
        zip(values(records, "customers", "customer_id"), values(records, "customers", "name"), strict=True)
    )
    assert named["C8"] == "丙\n公司"
    assert named["C9"] == "0099"
    assert frame.loc[frame["customer_id"] == "C9", "source_row"].tolist() == [4]


def test_parquet_is_read_with_its_own_types(tmp_path):
    department(tmp_path)
    table = pa.table(
        {
            "contract_id": ["HT1", "HT2"],
            "customer_id": ["C1", "C2"],
            "manager_id": ["001", "001"],
            "amount": pa.array([Decimal("5000.25"), Decimal("6000")], pa.decimal128(12, 2)),
            "signed_on": pa.array([date(2025, 3, 1), None], pa.date32()),
            "note": ["a", "b"],
        }
    )
    parquet.write_table(table, tmp_path / "contracts.parquet")
    records = read(tmp_path)
    assert only(records, "missing").row == 2
    assert only(records, "unknown_columns").row is None
    assert values(records, "contracts", "amount") == [Decimal("5000.25")]
    assert counted(records, "contracts") == (2, 1, 1)


# -- whom a finding concerns ------------------------------------------------------------------------------


def test_a_finding_concerns_the_row_s_manager_s_department_else_the_workbook_s(tmp_path):
    two = [MANAGERS[0], ["002", "李四", "销售二部", "2020-01-01"]]
    department(tmp_path, "销售二部", managers=two, customers=[["客户编号", "客户名称"]])
    department(
        tmp_path,
        contracts=[
            CONTRACTS_HEADER,
            ["HT1", "C1", "001", "五千", "2025-03-01"],
            ["HT2", "C1", "002", "五千", "2025-03-01"],
            ["HT3", "C1", None, 5000, "2025-03-01"],
            ["HT4", "C1", "999", 5000, "2025-03-01"],
        ],
    )
    records = read(tmp_path)
    assert {finding.row: finding.department for finding in records.findings} == {
        2: "销售一部",
        3: "销售二部",
        4: "销售一部",
        5: "销售一部",
    }
    assert records.stopped == {"销售一部", "销售二部"}


def test_a_broken_workbook_stops_its_department_and_no_other(tmp_path):
    department(tmp_path, contracts=CONTRACTS)
    (tmp_path / "销售二部.xlsx").write_bytes(b"not a workbook")
    records = read(tmp_path)
    assert only(records, "not_a_workbook").department == "销售二部"
    assert records.stopped == {"销售二部"}
    assert counted(records, "contracts") == (1, 1, 0)


def test_a_broken_file_whose_department_cannot_be_told_concerns_the_company(tmp_path):
    department(tmp_path, "花名册与合同", contracts=CONTRACTS)
    (tmp_path / "汇总.xlsx").write_bytes(b"not a workbook")
    assert only(read(tmp_path), "not_a_workbook").department is None


def test_a_company_s_own_table_is_no_department_s(tmp_path):
    department(tmp_path, contracts=CONTRACTS)
    (tmp_path / "客户.csv").write_text("客户编号,客户名称\nC8,\n", "utf-8")
    (tmp_path / "考试.csv").write_bytes(b"\xff\xff")
    records = read(tmp_path)
    assert {finding.file: finding.department for finding in records.findings} == {
        "客户.csv": None,
        "考试.csv": None,
    }
    assert records.stopped == frozenset()


def test_a_file_that_names_a_known_department_is_that_department_s(tmp_path):
    department(tmp_path, contracts=CONTRACTS)
    (tmp_path / "客户_销售一部.csv").write_text("客户编号,客户名称\nC8,\n", "utf-8")
    assert only(read(tmp_path), "missing").department == "销售一部"


def test_records_that_nobody_will_mend_lose_the_faulty_rows_and_stop_nobody(tmp_path):
    department(
        tmp_path,
        contracts=[CONTRACTS_HEADER, ["HT1", "C1", "001", "五千", "2025-03-01"], CONTRACTS[1][:]],
    )
    records = read(tmp_path, FaultPolicy.SET_ASIDE)
    finding = only(records, "not_a_number")
    assert (finding.severity, finding.set_aside) == (Severity.WARNING, True)
    assert records.stopped == frozenset()
    assert counted(records, "contracts") == (2, 1, 1)


# -- nothing is dropped -----------------------------------------------------------------------------------

WORDS = [
    "HT1",
    "HT2",
    "C1",
    "001",
    "002",
    "张三",
    "销售一部",
    "初级",
    "是",
    "本科",
    "合计",
    "2025-03-01",
    "5000",
]
GARBAGE = st.one_of(
    st.none(),
    st.sampled_from(WORDS),
    st.text(max_size=6),
    st.integers(-5, 60_000),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
)
HEADERS = st.sampled_from(
    [
        header
        for table in TABLES.values()
        for column in table.columns
        for header in (column.label.zh, column.name)
    ]
)
SHEET_NAMES = st.sampled_from([table.label.zh for table in TABLES.values()])


class Garbage(NamedTuple):
    """A sheet that anybody might hand in, and how many records it holds where its header is whole."""

    name: str
    grid: list[list[Any]]
    records: int | None


@st.composite
def sheets(draw: st.DrawFn) -> Garbage:
    name = draw(SHEET_NAMES)
    own = [column.label.zh for table in TABLES.values() if table.label.zh == name for column in table.columns]
    is_whole = draw(st.integers(0, 5)) > 0
    header = draw(st.permutations(own)) if is_whole else draw(st.lists(HEADERS, max_size=6))
    titles = draw(st.lists(st.lists(st.text(max_size=3), max_size=2), max_size=2))
    rows = draw(st.lists(st.lists(GARBAGE, max_size=max(len(header), 1) + 1), max_size=6))
    filled = [row for row in rows if any(cell is not None and not is_blank(str(cell)) for cell in row)]
    return Garbage(name, [*titles, list(header), *rows], len(filled) if is_whole else None)


def write_garbage(path: Path, book: Mapping[str, list[list[Any]]]) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    target = xlsxwriter.Workbook(str(path), options)
    for name, rows in book.items():
        sheet = target.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell is not None:
                    sheet.write(row, column, cell)
    target.close()


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.lists(sheets(), max_size=4, unique_by=lambda sheet: sheet.name), max_size=3),
    st.sampled_from(list(FaultPolicy)),
)
def test_every_row_of_any_workbook_is_used_or_set_aside_with_a_finding(books, policy):
    """rows in = rows used + rows set aside, per table and sheet, whatever was handed in."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        department(folder, "销售九部")
        for number, book in enumerate(books):
            grids = {sheet.name: sheet.grid for sheet in book}
            write_garbage(folder / f"{number}.xlsx", {"填写说明": [["说明"]]} | grids)
        records = read(folder, policy)
    rows_in = {(count.file, count.sheet): count.rows_in for count in records.counts}
    for number, book in enumerate(books):
        for sheet in book:
            assert sheet.records in (None, rows_in[f"{number}.xlsx", sheet.name])
    for count in records.counts:
        assert count.rows_in == count.used + count.set_aside
        frame = records.tables[count.table]
        here = (frame["source_file"] == count.file) & (frame["source_sheet"] == count.sheet)
        assert int(here.sum()) == count.used
        told = [
            finding
            for finding in records.findings
            if finding.set_aside
            and (finding.table, finding.file, finding.sheet) == (count.table, count.file, count.sheet)
        ]
        rows = {finding.row for finding in told if finding.row is not None}
        whole_sheet = any(finding.row is None for finding in told)
        assert whole_sheet or len(rows) == count.set_aside
        assert not rows & set(frame.loc[here, "source_row"].tolist())
    for name, table in TABLES.items():
        used = records.arrow(name)
        assert used.schema == table.arrow_schema
        keys = list(zip(*(used.column(part).to_pylist() for part in table.key), strict=True))
        assert len(keys) == len(set(keys))
        for column, referenced in table.references.items():
            known = set(records.arrow(referenced).column(column).to_pylist())
            if referenced == "managers" or known:
                assert set(used.column(column).to_pylist()) <= known
    if policy == FaultPolicy.SET_ASIDE:
        assert not any(finding.row and finding.severity == Severity.ERROR for finding in records.findings)
    for finding in records.findings:
        assert finding.line("zh")
        assert finding.line("en")
