"""Which sheet is which table, which row is the header, and which column is which."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cmreview.records.headers import (
    HEADER_WITHIN,
    Meaning,
    find_header,
    is_instructions,
    meaning_of,
    table_of_file,
    table_of_sheet,
)
from cmreview.records.raw import Merge, Number, Sheet
from cmreview.records.schema import TABLES

CONTRACTS = TABLES["contracts"]


def sheet(*rows: list[object], merges: tuple[Merge, ...] = ()) -> Sheet:
    held = [
        (number, row) for number, row in enumerate(rows, start=1) if any(cell is not None for cell in row)
    ]
    return Sheet("合同", held, merges=merges)


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_every_column_is_found_by_its_chinese_header_its_english_one_and_its_name(table):
    for column in table.columns:
        for header in (column.label.zh, column.label.en, column.name, column.label.en.upper()):
            assert meaning_of(table, header) == Meaning(column.name)
            assert meaning_of(table, f" *{header}\u3000") == Meaning(column.name)


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_every_table_is_found_by_its_sheet_and_file_name_in_both_languages(table):
    for name in (table.name, table.label.zh, table.label.en, table.label.en.title(), table.name.upper()):
        assert table_of_sheet(name) is table
        assert table_of_file(name) is table
        assert table_of_file(f"销售九处_{name}") is table
        assert table_of_file(f"{name}-2025") is table


def test_a_file_named_after_two_tables_or_none_is_no_table():
    assert table_of_file("客户_合同") is None
    assert table_of_file("客户投诉") is None
    assert table_of_file("销售三部") is None
    assert table_of_file("subcontracts") is None


def test_the_instructions_of_a_template_are_no_records():
    assert is_instructions("填写说明")
    assert is_instructions(" instructions ")
    assert not is_instructions("合同")


@pytest.mark.parametrize(
    ("header", "factor"),
    [
        ("合同金额（元）", 1),
        ("合同金额(万元)", 10_000),
        ("合同金额\n（万元）", 10_000),
        ("合同金额［万元］", 10_000),
        ("合同金额/万元", 10_000),
        ("合同金额万元", 10_000),
        ("合同金额（人民币，万元）", 10_000),
        ("合同金额（万元，含税）", 10_000),
        ("Amount (yuan)", 1),
        ("AMOUNT(万元)", 10_000),
        ("合同金额（亿元）", 100_000_000),
        ("合同金额（必填）", 1),
    ],
)
def test_a_unit_of_money_in_the_header_is_understood(header, factor):
    assert meaning_of(CONTRACTS, header) == Meaning("amount", Decimal(factor))


@pytest.mark.parametrize("header", ["合同金额（美元）", "合同金额（USD）", "amount (k)", "合同金额（百元）"])
def test_a_unit_of_money_that_nobody_knows_is_not_taken_for_yuan(header):
    meaning = meaning_of(CONTRACTS, header)
    assert meaning is not None
    assert meaning.unknown_unit


@pytest.mark.parametrize(
    "header", ["业绩份额（%）", "业绩份额(％)", "业绩份额%", "share (percent)", "业绩份额（百分比）"]
)
def test_a_percent_sign_in_the_header_is_understood(header):
    assert meaning_of(CONTRACTS, header) == Meaning("share", percent=True)


@pytest.mark.parametrize("header", ["金额", "备注", "客户", "编号", "", "（万元）", "合同金额合计"])
def test_a_header_of_no_column_stays_unknown(header):
    assert meaning_of(CONTRACTS, header) is None


def test_the_header_is_found_below_titles():
    found = find_header(
        CONTRACTS,
        sheet(
            ["销售一部2025年合同"],
            [None],
            ["填表人", "李四"],
            ["合同编号", "客户编号", "工号"],
            ["HT1", "C1", "1"],
        ),
    )
    assert found is not None
    assert found.row == 4
    assert list(found.columns) == ["contract_id", "customer_id", "manager_id"]


def test_columns_stand_in_any_order():
    found = find_header(CONTRACTS, sheet([None, "工号", "签订日期", None, "合同编号"]))
    assert found is not None
    assert {name: cell.position for name, cell in found.columns.items()} == {
        "manager_id": 1,
        "signed_on": 2,
        "contract_id": 4,
    }


def test_a_header_over_two_rows_with_merged_cells_is_one_header():
    found = find_header(
        CONTRACTS,
        sheet(
            ["合同编号", "工号", "合同信息", None],
            [None, None, "合同金额（万元）", "签订日期"],
            merges=(Merge(1, 0, 2, 0), Merge(1, 1, 2, 1), Merge(1, 2, 1, 3)),
        ),
    )
    assert found is not None
    assert found.row == 2
    assert list(found.columns) == ["contract_id", "manager_id", "amount", "signed_on"]


def test_a_sheet_without_a_header_has_none():
    assert find_header(CONTRACTS, sheet(["HT1", "C1", "1", Number("5")])) is None
    assert find_header(CONTRACTS, sheet(["合同编号", "甲"])) is None
    late = [["甲"]] * HEADER_WITHIN + [["合同编号", "工号"]]
    assert find_header(CONTRACTS, sheet(*late)) is None


def test_a_column_named_twice_is_told():
    found = find_header(CONTRACTS, sheet(["合同编号", "合同金额（元）", "合同金额（万元）"]))
    assert found is not None
    assert found.repeated == ["合同金额(万元)"] or found.repeated == ["合同金额（万元）"]
