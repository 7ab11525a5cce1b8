"""A coaching sheet holds what is known, is read back strictly, and is kept as records. Policy 7.2."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import pairwise

import openpyxl
import pytest

from cmreview.records.columns import Kind
from cmreview.records.opening import open_records
from cmreview.records.schema import TABLES
from cmreview.review.case import expectations
from cmreview.show.feedback.coaching import (
    FILLED,
    SHEET,
    Coaching,
    Talk,
    coached,
    latest,
    read_coaching,
    sheet_bytes,
    talks,
    talks_csv,
    talks_workbook,
)
from cmreview.show.figures import Figures
from cmreview.terms import Severity
from tests.process.example import example
from tests.show.papers.archive import of_example

TODAY = date(2026, 1, 20)
HELD = date(2026, 1, 15)
DEPARTMENT = "销售一部"
COLUMNS = [column.name for column in SHEET.columns]


@cache
def own():
    return tuple(coached(of_example().review.cases, DEPARTMENT, 2025))


@cache
def known():
    return talks(example().records)


def coaching(lang="zh", last=None):
    levels = {level.id: level.label for level in example().policy.levels}
    last = latest(known()) if last is None else last
    return Coaching(DEPARTMENT, 2025, own(), last, levels, Figures(lang))


def filled(*rows, lang="zh"):
    """The sheet with some cells filled in: each row is (index of the person or an id, cells by column)."""
    book = openpyxl.load_workbook(io.BytesIO(sheet_bytes(coaching(lang))))
    sheet = book.worksheets[0]
    for who, cells in rows:
        if isinstance(who, int):
            at = who + 2
        else:
            at = sheet.max_row + 1
            sheet.cell(at, 1, who)
        for name, value in cells.items():
            sheet.cell(at, COLUMNS.index(name) + 1, value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def talk(**changes):
    return {"held_on": HELD, "coach": "郭美华", "progress": "重点客户拜访按计划完成"} | changes


def read(data, before=()):
    roster = {case.person.manager_id for case in own()}
    return read_coaching(data, "辅导表.xlsx", roster, before, TODAY)


def codes(found):
    return [
        (finding.code.rpartition(".")[2], finding.row, finding.column)
        for finding in found.findings
        if finding.severity is Severity.ERROR
    ]


# --- the sheet -----------------------------------------------------------------------------------------


def test_a_sheet_has_a_row_a_person_with_the_last_talk_and_blank_cells_to_fill_in():
    book = openpyxl.load_workbook(io.BytesIO(sheet_bytes(coaching())))
    head, *rows = book.worksheets[0].iter_rows(values_only=True)
    assert [row[0] for row in rows] == [case.person.manager_id for case in own()]
    assert head[-6:] == tuple(
        column.label("zh") for column in TABLES["coaching"].columns if column.name != "manager_id"
    )
    assert len(set(head)) == len(head)
    assert all(cell is None for row in rows for cell in row[-6:])
    last = latest(known())
    for row in rows:
        own_last = last.get(row[0])
        told = dict(zip(COLUMNS, row, strict=True))
        assert told["given_last_support"] == (None if own_last is None else own_last.support)
        assert told["given_last_difficulties"] == (None if own_last is None else own_last.difficulties)
    assert any(row[0] in last for row in rows)
    assert any(row[0] not in last for row in rows)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_person_has_a_page_to_print_with_the_last_talk_and_room_for_this_one(lang):
    book = openpyxl.load_workbook(io.BytesIO(sheet_bytes(coaching(lang))))
    rows, pages = book.worksheets[0], book.worksheets[2]
    breaks = [0, *(each.id for each in pages.row_breaks.brk), pages.max_row]
    assert len(breaks) - 1 == len(own())
    for at, (first, end) in enumerate(pairwise(breaks)):
        lines = list(pages.iter_rows(first + 1, end, values_only=True))
        person = own()[at].person
        assert person.name in lines[0][0]
        assert person.manager_id in lines[0][0]
        told = dict(lines[1:])
        for column in SHEET.columns[2:]:
            known = rows.cell(at + 2, COLUMNS.index(column.name) + 1).value
            assert told[column.label(lang)] == (None if column.name in FILLED else known or "—")
        others = {case.person.name for case in own()} - {person.name}
        assert not any(name in str(lines) for name in others)


def test_figures_stand_as_they_were_at_the_last_talk_and_as_they_are_now():
    case = next(case for case in own() if case.person.manager_id in latest(known()))
    manager, figures = case.person.manager_id, Figures()
    sales = [row for row in case.sources if row.indicator == "sales" and row.counts]
    day = sorted(row.on for row in sales)[len(sales) // 2]
    held = Talk(manager, day, "郭美华", "进展")
    book = openpyxl.load_workbook(io.BytesIO(sheet_bytes(coaching(last={manager: held}))))
    (row,) = [one for one in book.worksheets[0].iter_rows(values_only=True) if one[0] == manager]
    told = dict(zip(COLUMNS, row, strict=True))
    until = sum((one.amount for one in sales if one.on <= day), Fraction(0))
    assert told["given_sales_then"] == figures.money(until)
    assert told["given_sales_now"] == figures.money(case.fact("sales").value)
    assert told["given_sales_then"] != told["given_sales_now"]
    assert told["given_customers_now"] == figures.count(case.fact("new_customers").value)


def test_a_talk_of_another_year_gives_no_figures_of_this_one():
    manager = own()[0].person.manager_id
    held = Talk(manager, date(2024, 6, 1), "郭美华", "进展")
    book = openpyxl.load_workbook(io.BytesIO(sheet_bytes(coaching(last={manager: held}))))
    told = dict(zip(COLUMNS, next(book.worksheets[0].iter_rows(min_row=2, values_only=True)), strict=True))
    assert told["given_last_on"] == "2024-06-01"
    assert (told["given_sales_then"], told["given_customers_then"]) == (None, None)


def test_who_left_or_is_of_another_department_has_no_row():
    case = own()[0]
    left = replace(case, person=replace(case.person, left_on=date(2025, 12, 1)))
    assert coached([left], DEPARTMENT, 2025) == []
    assert coached([case], "别的部门", 2025) == []
    assert coached([case], DEPARTMENT, 2025) == [case]


def test_the_same_records_give_the_same_sheet_and_a_formula_stays_text():
    assert sheet_bytes(coaching()) == sheet_bytes(coaching())
    manager = own()[0].person.manager_id
    held = Talk(manager, date(2025, 6, 1), "=1+1", support='=HYPERLINK("x")')
    book = openpyxl.load_workbook(io.BytesIO(sheet_bytes(coaching(last={manager: held}))))
    assert all(cell.data_type != "f" for row in book.worksheets[0].iter_rows() for cell in row)


# --- and back ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_was_filled_in_comes_back_and_blank_rows_are_no_talks(lang):
    second = talk(difficulties="报价审批慢", support="协调缩短", next_on=date(2026, 7, 1), progress=None)
    found = read(filled((0, talk()), (2, second), lang=lang))
    assert codes(found) == []
    assert found.talks == (
        Talk(own()[0].person.manager_id, HELD, "郭美华", "重点客户拜访按计划完成"),
        Talk(
            own()[2].person.manager_id,
            HELD,
            "郭美华",
            difficulties="报价审批慢",
            support="协调缩短",
            next_on=date(2026, 7, 1),
        ),
    )
    assert found.unfilled == len(own()) - 2


def test_a_second_talk_with_somebody_is_a_row_of_its_own():
    manager = own()[0].person.manager_id
    found = read(filled((0, talk()), (manager, talk(held_on=date(2026, 1, 10)))))
    assert codes(found) == []
    assert [one.held_on for one in found.talks] == [HELD, date(2026, 1, 10)]


def test_an_untouched_sheet_holds_no_talk_and_no_fault():
    found = read(filled())
    assert (found.talks, codes(found), found.unfilled) == ((), [], len(own()))


FAULTS = {
    "no_day": ({"held_on": None}, "辅导日期"),
    "no_coach": ({"coach": None}, "辅导人"),
    "no_date": ({"held_on": "上周三"}, "辅导日期"),
    "in_future": ({"held_on": date(2026, 1, 21)}, "辅导日期"),
    "next_too_early": ({"next_on": HELD}, "下次辅导日期"),
    "next_is_no_date": ({"next_on": "再定"}, "下次辅导日期"),
    "nothing_said": ({"progress": None}, "工作进展"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_bad_cell_is_told_with_its_place_and_its_row_is_not_taken(name):
    changes, column = FAULTS[name]
    found = read(filled((0, talk()), (3, talk(**changes))))
    assert [(row, told) for _, row, told in codes(found)] == [(5, column)]
    assert [one.manager_id for one in found.talks] == [own()[0].person.manager_id]
    for finding in found.findings:
        for lang in ("zh", "en"):
            assert finding.reason(lang)
            assert finding.remedy(lang)


def test_today_is_no_future_and_a_day_after_the_talk_is_late_enough():
    found = read(filled((0, talk(held_on=TODAY, next_on=date(2026, 1, 21)))))
    assert (codes(found), len(found.talks)) == ([], 1)


def test_all_faults_are_told_at_once():
    found = read(filled(*((at, talk(**changes)) for at, (changes, _) in enumerate(FAULTS.values()))))
    assert [row for _, row, _ in codes(found)] == list(range(2, 2 + len(FAULTS)))
    assert found.talks == ()


def test_a_talk_with_a_stranger_twice_or_already_known_is_told():
    manager = own()[0].person.manager_id
    found = read(filled(("999999", talk())))
    assert [code for code, _, _ in codes(found)] == ["not_of_department"]
    found = read(filled((0, talk()), (manager, talk())))
    assert [code for code, _, _ in codes(found)] == ["twice"]
    found = read(filled((0, talk())), before=[Talk(manager, HELD, "郭美华")])
    assert [code for code, _, _ in codes(found)] == ["known"]


def test_what_is_no_sheet_is_told():
    found = read(b"no workbook")
    assert found.talks == ()
    assert len(found.findings) == 1


# --- kept for the next time -------------------------------------------------------------------------------


TALKS = (
    Talk("001006", HELD, "郭美华", "进展，有“引号”\n和两行", None, "支持", date(2026, 7, 1)),
    Talk("001009", date(2026, 1, 16), "郭美华", None, "=困难", None, None),
)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_talks_that_were_kept_are_read_as_records_next_time(tmp_path, ending, lang):
    levels = {level.id: level.label for level in example().policy.levels}
    data = talks_csv(TALKS, lang) if ending == ".csv" else talks_workbook(TALKS, DEPARTMENT, levels, lang)
    (tmp_path / f"辅导记录_{DEPARTMENT}_2026-01{ending}").write_bytes(data)
    roster = "工号,姓名,部门\n001006,甲,销售一部\n001009,乙,销售一部\n"
    (tmp_path / "花名册.csv").write_text(roster, encoding="utf-8")
    records = open_records(tmp_path, expectations=expectations(example().policy))
    found = talks(records)
    assert [(one.manager_id, one.held_on, one.coach, one.next_on) for one in found] == [
        (one.manager_id, one.held_on, one.coach, one.next_on) for one in TALKS
    ]
    assert [one.support for one in found] == ["支持", None]
    assert latest(found)["001009"].difficulties == "=困难"


def test_every_column_that_is_filled_in_is_one_of_the_records():
    kept = {column.name: column.kind for column in TABLES["coaching"].columns}
    assert set(kept) == FILLED | {"manager_id"}
    assert {column.name: column.kind for column in SHEET.columns if column.name in kept} == kept
    assert all(column.kind is Kind.TEXT for column in SHEET.columns if column.name not in kept)
