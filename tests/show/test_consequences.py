"""What a packet and the payroll workbook say of rewards and penalties. Policy 5.4."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from io import BytesIO

import openpyxl
import pytest

from cmreview.review.after.model import Measure, RecordedMeasure, Standing
from cmreview.review.case import build_review
from cmreview.show.figures import Figures
from cmreview.show.packet import Packet
from cmreview.show.payroll import Payroll, payroll_sheets
from cmreview.show.workbook import book_bytes, write_appendix
from tests.review.after.test_consequences import OTHER, YEAR, policy, records
from tests.show.reading import read
from tests.show.sample import HOSTILE

INCIDENT = {
    "incident_id": "S1",
    "manager_id": "A1",
    "happened_on": "2025-05-05",
    "description": HOSTILE,
    "loss": 300_000,
    "severity": "grave",
    "assessed_by": "审计部",
}


@pytest.fixture(scope="module")
def review():
    earlier = replace(policy(bonus_budget=None), year=YEAR - 1)
    return build_review(records(incidents=[INCIDENT]), policy(), earlier=earlier)


def part(review, lang="zh", department="销售一部"):
    return read(Packet(review.department(department), lang).consequences().html)


def payroll(review, lang="zh", cases=None, **more):
    return Payroll(
        cases=review.cases if cases is None else cases,
        pool=review.bonuses,
        rules=review.by_department[0][1].policy_sentences,
        year=YEAR,
        figures=Figures(lang),
        level=lambda level: level or "—",
        **more,
    )


def sheets(review, lang="zh", cases=None, **more):
    made = payroll_sheets(payroll(review, lang, cases, **more))
    return openpyxl.load_workbook(BytesIO(book_bytes(made, title="t", year=YEAR)))


def with_decision(review, manager, decided):
    """The cases, with what was decided on one of them."""
    return tuple(
        replace(case, consequences=replace(case.consequences, decided=(decided,)))
        if case.person.manager_id == manager
        else case
        for case in review.cases
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_part_says_that_it_is_advice_and_decides_nothing(review, lang):
    assert ("不是决定" if lang == "zh" else "decides nothing") in part(review, lang).text


def test_a_person_is_shown_with_outcome_run_measure_and_reasons(review):
    line = next(row for row in part(review).all("tr") if "A2" in row.text)
    for told in ("未达标", "警告与改进计划（建议）", "连续未达标 1 年"):
        assert told in line.text


def test_a_bonus_shows_its_arithmetic_and_the_departments_sum(review):
    text = part(review).text
    assert "2,000.00" in text
    assert "100%" in text  # of growth, from 100,000 to 200,000
    assert "本部门合计" in text


def test_what_people_typed_is_text(review):
    html = str(Packet(review.department("销售一部")).consequences().html)
    assert HOSTILE not in html
    assert "&lt;script&gt;" in html


def test_a_department_sees_only_its_own_people(review):
    text = part(review).text
    assert "A1" in text
    assert "B1" not in text
    assert "B1" in part(review, department=OTHER).text


def test_a_recorded_decision_stands_beside_the_advice_by_name_and_with_its_reason(review):
    decided = RecordedMeasure(Measure.WARNING, True, date(2026, 2, 1), "周建国", "客户停产", 7)
    own = review.department("销售一部")
    others = tuple(
        replace(case, consequences=replace(case.consequences, decided=(decided,)))
        if case.person.manager_id == "A2"
        else case
        for case in own.others
    )
    text = read(Packet(replace(own, others=others)).consequences().html).text
    assert "2026年2月1日由周建国决定：警告与改进计划。理由：客户停产" in text


@pytest.mark.parametrize(
    ("decided", "told"),
    [
        ({"measure": Measure.BONUS, "amount": Fraction(150_000, 100)}, "奖金 1,500.00 元。"),
        ({"measure": Measure.DEMOTION, "to_level": "junior"}, "降职至初级，自2026年4月1日起生效。"),
    ],
)
def test_a_decision_is_shown_with_all_that_it_fixed_and_no_reason_is_made_up(review, decided, told):
    of = RecordedMeasure(
        agreed=True, decided_on=date(2026, 2, 1), decided_by="周建国", reason=None, event=7, **decided
    )
    if of.to_level is not None:
        of = replace(of, effective_on=date(2026, 4, 1))
    own = review.department("销售一部")
    others = tuple(
        replace(case, consequences=replace(case.consequences, decided=(of,))) for case in own.others
    )
    text = read(Packet(replace(own, others=others)).consequences().html).text
    assert f"2026年2月1日由周建国决定：{told}" in text
    assert "理由：" not in text


def test_a_department_without_anybody_concerned_says_so(review):
    own = review.department("销售一部")
    nobody = replace(own, others=tuple(replace(case, consequences=None) for case in own.others))
    assert "没有需要列出" in read(Packet(nobody).consequences().html).text


def test_the_payroll_adds_up_to_the_fen(review):
    head, *lines, total = sheets(review)["奖金"].iter_rows(values_only=True)
    column = head.index("计算应发（元）")
    assert total[column] == sum(line[column] or 0 for line in lines) == float(review.bonuses.paid) == 3000


def test_the_payroll_keeps_ids_as_text_and_tells_what_is_left_open(review):
    head, *lines, _ = sheets(review)["奖金"].iter_rows(values_only=True)
    by_id = {line[0]: dict(zip(head, line, strict=True)) for line in lines}
    assert by_id["A1"]["状态"] == "建议"
    assert by_id["A2"]["状态"] == "不适用"
    assert by_id["A1"]["已决定金额（元）"] is None


def test_an_amount_that_people_decided_stands_beside_the_computed_one(review):
    decided = RecordedMeasure(Measure.BONUS, True, date(2026, 2, 1), "周建国", None, 7, amount=Fraction(1500))
    cases = with_decision(review, "A1", decided)
    head, *lines, total = sheets(review, cases=cases)["奖金"].iter_rows(values_only=True)
    row = next(dict(zip(head, line, strict=True)) for line in lines if line[0] == "A1")
    assert (row["计算应发（元）"], row["已决定金额（元）"]) == (2000, 1500)
    assert total[head.index("已决定金额（元）")] == 1500


@pytest.mark.parametrize(("amount", "over"), [(100_000, 0), (Fraction(10_000_001, 100), 0.01)])
def test_what_people_decided_on_stands_beside_the_budget(review, amount, over):
    decided = RecordedMeasure(
        Measure.BONUS, True, date(2026, 2, 1), "周建国", "特批", 7, amount=Fraction(amount)
    )
    cases = with_decision(review, "A1", decided)
    told = dict(sheets(review, cases=cases)["奖金总额"].iter_rows(values_only=True))
    assert (told["年度总额（元）"], told["已决定合计（元，不含未核算人员）"]) == (100_000, float(amount))
    assert (told["已决定超出总额（元）"], told["已决定人数"]) == (over, 1)


def test_nothing_is_dropped_or_lowered_where_nothing_is_computed(review):
    unsettled = replace(
        review.cases[0].consequences.bonus, computed=None, paid=None, standing=Standing.COMMITTEE
    )
    cases = tuple(
        case if number else replace(case, consequences=replace(case.consequences, bonus=unsettled))
        for number, case in enumerate(review.cases)
    )
    head, *lines, _ = sheets(review, cases=cases)["奖金"].iter_rows(values_only=True)
    of = {line[0]: dict(zip(head, line, strict=True)) for line in lines}
    left_open = of[review.cases[0].person.manager_id]
    assert (left_open["舍去零头（元）"], left_open["总额调减（元）"]) == (None, None)
    assert of["A1" if review.cases[0].person.manager_id != "A1" else "B1"]["总额调减（元）"] == 0


def test_what_another_years_policy_would_have_said_has_a_sheet_of_its_own(review):
    changed = build_review(
        records(),
        policy(),
        earlier=replace(policy().with_threshold("3.1.P2", Decimal(80_000)), year=YEAR - 1),
    )
    rows = list(sheets(changed, earlier=YEAR - 1)[f"按{YEAR - 1}年度办法"].iter_rows(values_only=True))
    (warned,) = [row for row in rows if row[0] == "A2" and row[4] == "5.4.e"]
    assert "3.1.P2" in warned[-1]
    same = build_review(records(), policy(), earlier=replace(policy(), year=YEAR - 1))
    _, (*_, told) = sheets(same, earlier=YEAR - 1)[f"按{YEAR - 1}年度办法"].iter_rows(values_only=True)
    assert told == "按 2024 年度的办法，结果都相同。"


def test_nobody_for_whom_nothing_was_worked_out_is_dropped_in_silence(review):
    left, never, stopped, *others = review.cases
    cases = (
        replace(left, consequences=None, person=replace(left.person, left_on=date(YEAR, 6, 30))),
        replace(never, consequences=None),
        replace(stopped, consequences=None, person=replace(stopped.person, department="错误部")),
        *others,
    )
    book = sheets(review, cases=cases, stopped=frozenset({"错误部"}))
    why = {row[0]: row[-1] for row in book["未核算人员"].iter_rows(min_row=2, values_only=True)}
    assert why == {
        left.person.manager_id: "已于2025年6月30日离职",
        never.person.manager_id: "2025 年度不在岗",
        stopped.person.manager_id: "所在部门的记录有错误，改正后核算",
    }
    assert dict(book["奖金总额"].iter_rows(values_only=True))["记录有错误、未核算的部门"] == "错误部"


def test_the_payroll_is_the_same_in_other_words_and_the_same_bytes_each_time(review):
    assert sheets(review, "en").sheetnames == ["Bonuses", "Advice", "Budget", "Rules"]
    first, second = (book_bytes(payroll_sheets(payroll(review)), title="t", year=YEAR) for _ in range(2))
    assert first == second


def test_the_appendix_of_a_packet_holds_the_departments_bonuses_and_nobody_elses(review, tmp_path):
    write_appendix(review.department("销售一部"), tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    ids = [row[0] for row in book["奖金"].iter_rows(min_row=2, values_only=True) if row[0]]
    assert ids == ["A1", "A2", "A3"]
