"""A member's score sheet: only the own cases, blanks stay blank, changes are corrections (Policy 4.3)."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.errors import ProcessError
from cmreview.process.events import ItemScore, Scored
from cmreview.process.score_sheet import read_scores, sheet_bytes, to_score
from cmreview.process.steps.steps import check
from cmreview.terms import Label, Severity
from tests.process import cases
from tests.process.cases import DECIDED, SCORED, moment

LEVELS = {"senior": Label("高级", "senior")}
ITEMS = {"report": "业绩汇报", "defence": "答辩", "overall_assessment": "综合评估"}


def member(id_="P05"):
    return cases.committee().person(id_)


def states(*told):
    return {one.case: one.state for one in told}


def template(*told, who="P05", lang="zh", given=None):
    found = given or cases.setting()
    mine = to_score(states(*told), member(who), found)
    return sheet_bytes(mine, member(who), found, LEVELS, lang)


def filled(data, *rows):
    """The sheet with cells filled in: a dict of header -> value for each row."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for number, row in enumerate(rows, start=2):
        for head, value in row.items():
            sheet.cell(number, heads[head]).value = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(data, *told, who="P05", reason=None, given=None):
    return read_scores(data, "P05.xlsx", states(*told), member(who), given or cases.setting(), reason)


def errors(found):
    assert all(one.line(lang) for one in found.findings for lang in ("zh", "en"))
    return [
        (one.code.partition(".")[2], one.row, one.column)
        for one in found.findings
        if one.severity is Severity.ERROR
    ]


def full(report, defence, overall, comment=None, who="P05"):
    points = dict(zip(ITEMS, (report, defence, overall), strict=True))
    scores = tuple(ItemScore(item, None if one is None else Decimal(one)) for item, one in points.items())
    return Scored(who, scores, comment)


def test_a_recused_case_is_not_in_the_sheet_not_even_its_number():
    own = cases.referred(manager="001046")  # P07 is related to whoever has this id
    other = cases.referred(manager="001010", first_number=9)
    book = openpyxl.load_workbook(io.BytesIO(template(own, other, who="P07")))
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert any("001010" in cell for cell in cells)
    assert not any("001046" in cell for cell in cells)


def test_only_cases_before_the_committee_are_in_the_sheet():
    before, there, after = (
        cases.reviewed(),
        cases.referred(manager="001010", first_number=9),
        cases.decided(manager="001011", first_number=20),
    )
    found = to_score(states(before, there, after), member(), cases.setting())
    assert [state.case for state in found] == [there.case]


def test_each_item_shows_its_weight_and_scale_and_takes_no_more_than_the_scale():
    book = openpyxl.load_workbook(io.BytesIO(template(cases.referred())))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    assert heads == ["个案", "工号", "姓名", "部门", "申报等级", *ITEMS.values(), "评语"]
    assert "权重 40%；0 至 100 分" in sheet["F1"].comment.text
    assert "空白不算零分" in sheet["F1"].comment.text
    limits = [(float(one.formula1), float(one.formula2)) for one in sheet.data_validations.dataValidation]
    assert limits == [(0, 100)] * 3
    assert book.worksheets[1]["B3"].value == "P05"


def test_the_same_cases_give_the_same_bytes():
    assert template(cases.referred()) == template(cases.referred())


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_a_member_fills_in_comes_back_exactly(lang):
    told = cases.referred()
    heads = [*ITEMS.values(), "评语"]
    if lang == "en":
        heads = ["performance report", "defence", "overall assessment", "comment"]
    row = dict(zip(heads, (85.5, 0, 70.25, "表达清楚"), strict=True))
    found = read(filled(template(told, lang=lang), row), told)
    assert errors(found) == []
    ((_, draft),) = found.drafts
    assert draft.payload == full("85.5", "0", "70.25", "表达清楚")
    assert (draft.case, draft.actor, draft.corrects) == (told.case, "P05", None)


@given(st.decimals(0, 100, places=3))
def test_every_score_is_kept_to_its_last_digit(points):
    told = cases.referred()
    found = read(filled(template(told), {"业绩汇报": str(points)}), told)
    ((_, draft),) = found.drafts
    assert draft.payload.scores[0].points == points


def test_a_blank_is_not_scored_and_never_zero():
    told = cases.referred()
    ((_, draft),) = read(filled(template(told), {"业绩汇报": 80}), told).drafts
    assert draft.payload == full("80", None, None)
    nothing = read(template(told), told)
    assert (nothing.drafts, nothing.blank) == ((), (told.case,))


def test_a_sheet_that_says_what_is_recorded_is_passed_over_and_said():
    told = cases.referred()
    told.take(full("80", None, "90", "好"), "P05", SCORED)
    found = read(template(told), told)
    assert (found.drafts, found.kept) == ((), (told.case,))


def test_a_blank_row_leaves_recorded_scores_as_they_are():
    told = cases.referred()
    blank = template(told)
    told.take(full("80", None, "90"), "P05", SCORED)
    found = read(blank, told)
    assert (found.drafts, found.blank) == ((), (told.case,))


@pytest.mark.parametrize(
    "change",
    [{"业绩汇报": 81}, {"综合评估": None}, {"答辩": 0}, {"评语": "改"}],
    ids=["other", "taken out", "added", "comment"],
)
def test_a_changed_sheet_corrects_the_recorded_one(change):
    told = cases.referred()
    told.take(full("80", None, "90"), "P05", SCORED)
    number = told.last
    ((_, draft),) = read(filled(template(told), change), told).drafts
    assert draft.corrects == number
    assert check(draft, told.events, told.setting, moment(SCORED))


def test_after_the_opening_a_change_needs_a_reason_and_so_does_a_late_sheet():
    told = cases.opened()
    for who, change in (("P05", {"业绩汇报": 81}), ("P06", {"业绩汇报": 81})):
        data = filled(template(told, who=who), change)
        ((_, draft),) = read(data, told, who=who).drafts
        with pytest.raises(ProcessError):
            check(draft, told.events, told.setting, moment(DECIDED))
        ((_, draft),) = read(data, told, who=who, reason="误填").drafts
        assert check(draft, told.events, told.setting, moment(DECIDED))


def test_a_first_score_while_all_are_closed_carries_no_reason():
    told = cases.referred()
    ((_, draft),) = read(filled(template(told), {"答辩": 80}), told, reason="误填").drafts
    assert draft.reason is None


@pytest.mark.parametrize(
    ("points", "code"),
    [
        (-0.01, "off_the_scale"),
        (0, None),
        (100, None),
        (100.01, "off_the_scale"),
        ("八十", "not_a_number"),
        ("80%", "not_a_number"),
        ("80分", None),
        ("未评", "not_a_number"),
    ],
)
def test_a_score_lies_on_the_scale_and_is_a_number(points, code):
    told = cases.referred()
    found = read(filled(template(told), {"答辩": points}), told)
    assert errors(found) == ([] if code is None else [(code, 2, "答辩")])
    assert len(found.drafts) == (code is None)


def test_a_sheet_of_another_member_is_nobodys_to_hand_in():
    told = cases.referred()
    found = read(filled(template(told, who="P06"), {"答辩": 80}), told, who="P05")
    assert errors(found) == [("of_another", None, None)]
    assert not found.is_sound


def test_rows_that_were_sorted_apart_are_told_all_at_once():
    told = [cases.referred(manager=f"00101{at}", first_number=9 * at + 1) for at in range(5)]
    rows = [
        {"工号": "001011", "答辩": 80},
        {"姓名": "别人", "答辩": 80},
        {"个案": "2025/001010", "工号": None, "答辩": 80},
        {"个案": "2025/999999", "答辩": 80},
        {"评语": "只有评语"},
    ]
    found = read(filled(template(*told), *rows), *told)
    assert errors(found) == [
        ("not_the_person", 2, "工号"),
        ("not_the_person", 3, "姓名"),
        ("repeated", 4, "个案"),
        ("refused", 5, "个案"),
        ("only_comment", 6, "评语"),
    ]
    assert found.drafts == ()


def test_a_policy_without_items_or_scale_gives_no_sheet():
    told = cases.referred()
    data = template(told)
    for blank in ({"items": ()}, {"scale": None}):
        under = cases.setting(**blank)
        with pytest.raises(ProcessError):
            sheet_bytes([told.state], member(), under, LEVELS, "zh")
        with pytest.raises(ProcessError):
            read(data, told, given=under)


def test_a_score_typed_for_a_recused_case_is_refused_by_the_desk():
    told = cases.referred(manager="001046")
    data = filled(template(told, who="P07"), {"个案": told.case, "答辩": 80})
    ((_, draft),) = read(data, told, who="P07").drafts
    with pytest.raises(ProcessError) as caught:
        check(draft, told.events, told.setting, moment(SCORED))
    assert caught.value.code == "process.recused"
