"""The workbook that a department fills in says what it wants, checks what is typed, and runs nothing."""

from __future__ import annotations

import os
import re
import time
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from cmreview.errors import FileError, RecordsError
from cmreview.records.columns import Kind
from cmreview.records.intake import read_records
from cmreview.records.model import Expectations
from cmreview.records.schema import INSTRUCTIONS, TABLES
from cmreview.records.template import Template, header, template_bytes, write_template
from cmreview.terms import Label

LEVELS = {
    "junior": Label("初级", "junior"),
    "intermediate": Label("中级", "intermediate"),
    "senior": Label("高级", "senior"),
}
SCALE = (Decimal(1), Decimal(5))
EXPECTED = Expectations(
    {word: level for level, label in LEVELS.items() for word in (level, label.zh, label.en)}, SCALE
)
ROWS = {
    "managers": [
        {
            "manager_id": "001023",
            "name": "=1+1",
            "department": "销售一部",
            "hired_on": date(2020, 2, 29),
            "degree": "bachelor",
        }
    ],
    "level_history": [
        {"manager_id": "001023", "department": "销售一部", "level": "junior", "start": date(2021, 3, 1)}
    ],
    "exams": [{"manager_id": "001023", "level": "senior", "taken_on": date(2025, 10, 18), "passed": False}],
    "contracts": [
        {
            "contract_id": "HT2025-00001",
            "customer_id": "000007",
            "manager_id": "001023",
            "share": Decimal("0.333333"),
            "amount": Decimal("1234567.89"),
            "signed_on": date(2025, 12, 31),
        }
    ],
    "preliminary_reviews": [
        {
            "manager_id": "001023",
            "year": 2025,
            "decision": "returned",
            "reviewer": "@SUM(A1)",
            "reviewed_on": date(2026, 1, 5),
        }
    ],
}


def made(lang="zh", rows=None, **changes):
    template = Template("销售一部", LEVELS, lang=lang, year=2025, satisfaction_scale=SCALE)
    template = replace(template, **changes)
    return load_workbook(BytesIO(template_bytes(template, rows)))


def checks(sheet):
    """The check of each column, by its letter."""
    found = {}
    for check in sheet.data_validations.dataValidation:
        found[str(check.sqref).split(":")[0].rstrip("0123456789")] = check
    return found


def of_column(sheet, table, name):
    index = [column.name for column in TABLES[table].columns].index(name)
    return checks(sheet).get("ABCDEFGHIJKLMNOP"[index])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_table_has_a_sheet_with_every_column_after_the_instructions(lang):
    book = made(lang)
    assert book.sheetnames == [INSTRUCTIONS(lang), *(table.label(lang) for table in TABLES.values())]
    for table in TABLES.values():
        headers = [cell.value for cell in book[table.label(lang)][1]]
        assert headers == [header(column, lang) for column in table.columns]


def test_headers_carry_their_units():
    contracts = TABLES["contracts"]
    assert header(contracts.column("amount"), "zh") == "合同金额（元）"
    assert header(contracts.column("amount"), "en") == "amount (yuan)"
    assert header(contracts.column("share"), "zh") == "业绩份额（%）"
    assert header(contracts.column("signed_on"), "zh") == "签订日期"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_header_carries_a_note_that_says_whether_it_is_required_and_what_is_allowed(lang):
    book = made(lang)
    for table in TABLES.values():
        for column, cell in zip(table.columns, book[table.label(lang)][1], strict=True):
            lines = cell.comment.text.splitlines()
            required = {"zh": "必填", "en": "required"}[lang]
            assert (lines[0] == required) is column.required
            assert lines[1].strip()
            assert column.note is None or column.note(lang) in cell.comment.text


def test_required_headers_differ_from_others_by_weight_and_not_by_colour_alone():
    sheet = made()["花名册"]
    assert sheet["A1"].font.bold
    assert not sheet["D1"].font.bold


def test_ids_and_text_are_text_cells_so_that_leading_zeros_stay():
    book = made()
    for table in TABLES.values():
        formats = {
            index: dimension.number_format
            for dimension in book[table.label.zh].column_dimensions.values()
            for index in range(dimension.min, dimension.max + 1)
        }
        for index, column in enumerate(table.columns, start=1):
            if column.kind in (Kind.ID, Kind.TEXT, Kind.CHOICE, Kind.LEVEL, Kind.YES_NO):
                assert formats[index] == "@", (table.name, column.name)
            if column.kind == Kind.DATE:
                assert formats[index] == "yyyy-mm-dd", (table.name, column.name)


def test_the_header_row_stays_in_sight():
    book = made()
    assert {book[table.label.zh].freeze_panes for table in TABLES.values()} == {"A2"}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("table", "column", "labels"),
    [
        pytest.param("managers", "degree", TABLES["managers"].column("degree").choices, id="degree"),
        pytest.param("applications", "target_level", LEVELS, id="level"),
        pytest.param(
            "complaints", "upheld", {"yes": Label("是", "yes"), "no": Label("否", "no")}, id="yes_no"
        ),
    ],
)
def test_a_drop_down_offers_the_labels_of_the_readers_language(lang, table, column, labels):
    book = made(lang)
    check = of_column(book[TABLES[table].label(lang)], table, column)
    assert check.type == "list"
    name, cells = re.fullmatch(r"'(.+)'!(.+)", check.formula1).groups()
    offered = [row[0].value for row in book[name][cells.replace("$", "")]]
    assert offered == [label(lang) for label in labels.values()]


@pytest.mark.parametrize("department", ["销售一部", "A,B;C", "=1+1", "部" * 200, "渠道/合作部"])
def test_the_department_is_offered_as_it_is_called_whatever_it_is_called(department):
    book = made(department=department)
    check = of_column(book["花名册"], "managers", "department")
    name, cells = re.fullmatch(r"'(.+)'!(.+)", check.formula1).groups()
    cell = book[name][cells.replace("$", "").split(":")[0]]
    assert (cell.value, cell.data_type) == (department, "s")
    assert check.errorStyle in (None, "stop")
    assert of_column(book["等级履历"], "level_history", "department").errorStyle == "warning"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_dates_and_numbers_are_checked_with_a_message_in_the_readers_language(lang):
    book = made(lang)
    kinds = {Kind.DATE: "date", Kind.YEAR: "whole", Kind.COUNT: "whole"}
    kinds |= dict.fromkeys((Kind.MONEY, Kind.SHARE, Kind.SCORE), "decimal")
    seen = set()
    for table in TABLES.values():
        sheet = book[table.label(lang)]
        for column in table.columns:
            if column.kind not in kinds:
                continue
            check = of_column(sheet, table.name, column.name)
            assert check.type == kinds[column.kind], (table.name, column.name)
            assert column.label(lang) in check.error
            assert bool(re.search("[一-鿿]", check.error)) is (lang == "zh")
            assert check.allowBlank
            seen.add(column.kind)
    assert seen == set(kinds)


def test_the_scores_check_follows_the_policys_scale():
    check = of_column(made()["满意度"], "surveys", "score")
    assert (float(check.formula1), float(check.formula2)) == (1, 5)
    assert of_column(made(satisfaction_scale=None)["满意度"], "surveys", "score") is None


def test_a_growth_may_be_negative_and_a_share_may_not():
    sheet = made()["申报"]
    assert float(of_column(sheet, "applications", "declared_sales_growth").formula1) == -1
    share = of_column(made()["合同"], "contracts", "share")
    assert (float(share.formula1), float(share.formula2)) == (0, 1)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_instructions_tell_of_every_sheet_and_every_column(lang):
    book = made(lang)
    rows = [
        [cell or "" for cell in row]
        for row in book[INSTRUCTIONS(lang)].iter_rows(values_only=True, max_col=7)
    ]
    for table in TABLES.values():
        assert any(row[0].startswith((f"{table.label(lang)}: ", f"{table.label(lang)}：")) for row in rows), (
            table.name
        )
        for column in table.columns:
            (told,) = [row for row in rows if row[:2] == [table.label(lang), header(column, lang)]]
            assert (
                told[3]
                == {"zh": ("可留空", "必填"), "en": ("may be empty", "required")}[lang][column.required]
            )
            assert all(told[index].strip() for index in (2, 4)), (table.name, column.name)
            assert column.note is None or told[6] == column.note(lang)
    texts = {cell for row in rows for cell in row}
    assert {"销售一部", "2025"} <= texts


def test_rows_come_back_as_they_were_given():
    book = made(rows=ROWS)
    assert [cell.value for cell in book["花名册"][2]] == [
        *("001023", "=1+1", "销售一部", datetime(2020, 2, 29), None, None, "本科")
    ]
    assert [cell.value for cell in book["考试"][2]] == ["001023", "高级", datetime(2025, 10, 18), "否"]
    contract = [cell.value for cell in book["合同"][2]]
    assert contract[:5] == ["HT2025-00001", "000007", "001023", 0.333333, 1234567.89]
    assert contract[5] == datetime(2025, 12, 31)
    assert [cell.value for cell in book["部门初审"][2]][1:3] == [2025, "退回补充"]
    english = made("en", rows=ROWS)
    assert english["preliminary reviews"]["C2"].value == "returned for completion"


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://a")', "{=A1}", "<b>", "http://a"]
)
def test_nothing_that_a_person_typed_becomes_a_formula_or_a_link(text):
    rows = {"managers": [{"manager_id": text, "name": text, "department": text}]}
    sheet = made(rows=rows, department=text)["花名册"]
    for letter in "ABC":
        cell = sheet[f"{letter}2"]
        assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_a_template_writes_intake_reads(tmp_path, lang):
    rows = {
        **ROWS,
        "customers": [{"customer_id": "000007", "name": "北京恒源科技有限公司", "key_customer": True}],
        "contracts": [ROWS["contracts"][0] | {"share": Decimal(1)}],
        "surveys": [
            {
                "customer_id": "000007",
                "manager_id": "001023",
                "surveyed_on": date(2025, 11, 5),
                "score": Decimal("4.5"),
            }
        ],
        "achievements": [
            {"manager_id": "001023", "kind": "award", "title": "+1", "dated_on": date(2024, 1, 1)}
        ],
        "applications": [
            {
                "manager_id": "001023",
                "target_level": "intermediate",
                "applied_on": date(2025, 12, 5),
                "declared_sales": Decimal("1234567.89"),
                "declared_sales_growth": Decimal("-0.0345"),
                "declared_new_customers": 7,
                "evidence": "a.pdf；b.pdf",
            }
        ],
    }
    write_template(tmp_path / "one.xlsx", Template("销售一部", LEVELS, lang, 2025, SCALE), rows)
    records = read_records(tmp_path, EXPECTED)
    assert records.findings == ()
    for name, filled in rows.items():
        (read,) = records.tables[name].to_dict("records")
        for column, value in filled[0].items():
            assert read[column] == value, (name, column)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_template_nobody_filled_in_reads_as_no_rows_and_no_faults(tmp_path, lang):
    write_template(tmp_path / "one.xlsx", Template("销售一部", LEVELS, lang, 2025, SCALE))
    records = read_records(tmp_path, EXPECTED)
    assert records.findings == ()
    assert all(frame.empty for frame in records.tables.values())


TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\ufffe\uffff") | st.sampled_from("=+-@'<&\"\t"),
    min_size=1,
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=20))
def test_every_text_comes_back_as_the_same_text(texts):
    rows = [{"manager_id": one, "name": two, "department": three} for one, two, three in texts]
    small = Template("销售一部", LEVELS, tables=("managers",))
    book = load_workbook(BytesIO(template_bytes(small, {"managers": rows})))
    cells = list(book["花名册"].iter_rows(min_row=2, max_col=3))
    assert [tuple(unescape(cell.value) for cell in row) for row in cells] == texts
    assert {cell.data_type for row in cells for cell in row} == {"s"}


def test_a_row_with_an_unknown_column_is_refused_and_not_dropped():
    with pytest.raises(KeyError, match="managers has no column 'salary'"):
        made(rows={"managers": [{"manager_id": "1", "salary": 1}]})


def test_a_value_of_an_unknown_type_is_refused():
    with pytest.raises(TypeError, match="amount can't hold float"):
        made(rows={"contracts": [{"contract_id": "1", "amount": 0.1}]})


def test_the_same_rows_give_the_same_bytes_at_any_time_and_in_any_time_zone(monkeypatch):
    template = Template("销售一部", LEVELS)
    first = template_bytes(template, ROWS)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setattr(time, "time", lambda: 4e9)
    if hasattr(time, "tzset"):
        time.tzset()
    try:
        second = template_bytes(template, ROWS)
    finally:
        monkeypatch.undo()
        if hasattr(time, "tzset"):
            time.tzset()
    assert first == second


def test_a_template_names_no_person_and_no_machine():
    with zipfile.ZipFile(BytesIO(template_bytes(Template("销售一部", LEVELS)))) as parts:
        core = parts.read("docProps/core.xml").decode()
    assert "<dc:creator></dc:creator>" in core or "<dc:creator/>" in core
    assert "2000-01-01T00:00:00Z" in core


def test_only_the_tables_asked_for_get_a_sheet():
    book = made(tables=("managers", "contracts"))
    assert book.sheetnames == ["填写说明", "花名册", "合同"]


@pytest.mark.parametrize("department", ["", "  ", "a\x00b", "a\nb", "\udcff"])
def test_a_department_that_can_not_be_shown_is_refused(department):
    with pytest.raises(RecordsError) as caught:
        template_bytes(Template(department, LEVELS))
    assert caught.value.code == "template.odd_department"


def test_a_place_that_can_not_be_written_is_told_and_leaves_nothing(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FileError, match=r"无法写入 销售一部\.xlsx"):
        write_template(tmp_path / "file" / "销售一部.xlsx", Template("销售一部", LEVELS))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_leaves_the_earlier_file_and_no_scrap(tmp_path, monkeypatch):
    path = tmp_path / "销售一部.xlsx"
    path.write_bytes(b"earlier")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)  # where a disk says so at the latest
    with pytest.raises(FileError, match="No space left"):
        write_template(path, Template("销售一部", LEVELS))
    assert path.read_bytes() == b"earlier"
    assert [entry.name for entry in tmp_path.iterdir()] == ["销售一部.xlsx"]
