"""The Excel list of steps: written, filled in by people, read back; and what people type becomes a step."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter
from hypothesis import assume, given
from hypothesis import strategies as st

from cmreview.errors import CommitteeError, ProcessError
from cmreview.process import events as record
from cmreview.process.events import Kind, Recommendation
from cmreview.process.measures import LawStep, Measure, Standing
from cmreview.process.numbering import free_numbers, numbers_on
from cmreview.process.stages import CaseState
from cmreview.process.steps.fields import NEEDS, TAKES, Circumstances, draft_of
from cmreview.process.steps.step_list import list_bytes, read_list, table
from cmreview.process.steps.typed import Conclusion, StepFields
from cmreview.process.workdays import CalendarNotPublished
from cmreview.terms import Label, Severity
from tests.process import cases
from tests.process.cases import AFTER, FIRST, LAST, POSTED

LEVELS = {"senior": Label("高级", "senior"), "intermediate": Label("中级", "intermediate")}


def about(actor="S01", today=AFTER, under=None, events=(), recommended=None) -> Circumstances:
    """Where somebody types a step."""
    found = under or cases.setting()
    return Circumstances(
        actor=actor,
        today=today,
        setting=found,
        numbers=free_numbers(found.committee.papers, today.year, events),
        levels={"高级": "senior", "senior": "senior"},
        recommended=recommended or {},
    )


def written(*states: CaseState, lang="zh"):
    return openpyxl.load_workbook(io.BytesIO(list_bytes(states, LEVELS, lang)))


def filled(states, rows, lang="zh"):
    """The list of ``states`` with cells filled in: one dict of header -> value a row, in their order."""
    book = written(*states, lang=lang)
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for number, row in enumerate(rows, start=2):
        for head, value in row.items():
            sheet.cell(number, heads[head], value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def raw(rows, sheets=("步骤",), **options):
    """A workbook as somebody else may have made it."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    for name in sheets:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(number, column, value)
        for hidden in options.get("hide", ()):
            sheet.set_row(hidden, options={"hidden": True})
        if "merge" in options:
            sheet.merge_range(*options["merge"], "合并")
    book.close()
    return stream.getvalue()


def read(data, *told, kind=None, **where):
    """The list as it is read for cases that stand as told."""
    return read_list(data, "办理.xlsx", {one.case: one.state for one in told}, about(**where), kind)


def codes(found):
    """The errors of a list: code, row, column; each is told in both languages."""
    assert all(one.line(lang) for one in found.findings for lang in ("zh", "en"))
    errors = (one for one in found.findings if one.severity is Severity.ERROR)
    return [(one.code.partition(".")[2], one.row, one.column) for one in errors]


# --- the list as a workbook


def test_a_list_names_every_case_and_lets_a_step_be_chosen():
    one, other = cases.reviewed(), cases.decided(manager="001010", first_number=9)
    book = written(one.state, other.state)
    sheet, guide = book.worksheets
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:6] == ("个案", "姓名", "部门", "申报等级", "目前阶段", "步骤")
    assert rows[1][:6] == ("2025/001009", "王伟", "销售一部", "高级", "初审通过", None)
    assert rows[2][4] == "已作决定，待公示"
    listed = {cell.value for column in guide.iter_cols(min_col=5) for cell in column}
    assert {"报送委员会", "评审决定", "申诉成立"} <= listed
    assert "评委评分" not in listed  # scores are the member's own
    checks = {check.type for check in sheet.data_validations.dataValidation}
    assert checks == {"list", "date", "whole"}


def test_the_same_cases_give_the_same_bytes_and_text_stays_text():
    told = cases.applied(name="=1+1", department="销售一部")
    first = list_bytes([told.state], LEVELS, "zh")
    assert first == list_bytes([told.state], LEVELS, "zh")
    cell = openpyxl.load_workbook(io.BytesIO(first)).worksheets[0]["B2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_filled_in_comes_back_as_the_step(lang):
    told = cases.opened()
    words = {
        "zh": (
            "步骤",
            "评审决定",
            "结论",
            "通过",
            "出席评委",
            "同意票",
            "不同意票",
            "弃权票",
            "日期",
            "理由",
        ),
        "en": (
            *("step", "decision", "conclusion", "passed", "present"),
            *("in favour", "against", "abstained", "date", "reason"),
        ),
    }[lang]
    step, decided, conclusion, passed, present, yes, no, neither, on, reason = words
    row = {
        step: decided,
        conclusion: passed,
        present: "P01，方慧敏、P05",
        yes: 2,
        no: 0,
        neither: 1,
        on: date(2026, 1, 21),
        reason: "业绩突出",
    }
    found = read(filled([told.state], [row], lang), told, actor="P01")
    assert codes(found) == []
    ((_, draft),) = found.drafts
    assert draft.payload == record.Decided(
        True, date(2026, 1, 21), ("P01", "P02", "P05"), Recommendation.UNDECIDED, 2, 0, 1
    )
    assert (draft.case, draft.actor, draft.reason) == (told.case, "P01", "业绩突出")


def test_a_row_in_which_nothing_is_filled_is_counted_and_passed_over():
    one, other = cases.reviewed(), cases.reviewed(manager="001010", first_number=9)
    found = read(filled([one.state, other.state], [{}, {"步骤": "报送委员会"}]), one, other)
    assert [draft.case for _, draft in found.drafts] == [other.case]
    assert found.read.unfilled == 1


def test_all_faults_of_a_list_are_told_at_once_with_their_places():
    told = [cases.reviewed(manager=f"00101{at}", first_number=9 * at + 1) for at in range(7)]
    rows = [
        {"步骤": "报送"},  # no such step
        {"步骤": "公示", "日期": "下周一"},
        {"理由": "忘了选步骤"},
        {"步骤": "报送委员会", "同意票": 3},
        {"步骤": "评审决定", "结论": "通过"},
        {"步骤": "报送委员会", "姓名": "别人"},
        {"步骤": "报送委员会", "个案": "2025/999999"},
    ]
    found = read(filled([one.state for one in told], rows), *told)
    assert codes(found) == [
        ("unknown_choice", 2, "步骤"),
        ("not_a_date", 3, "日期"),
        ("missing", 4, "步骤"),
        ("refused", 5, "步骤"),
        ("refused", 6, "步骤"),
        ("not_the_person", 7, "姓名"),
        ("refused", 8, "个案"),
    ]
    assert found.drafts == ()
    told_of = {one.row: one.line("zh") for one in found.findings}
    assert "用不到：同意票" in told_of[5]
    assert "没有填写：出席评委" in told_of[6]
    assert "2025/999999" in told_of[8]


def test_a_repeated_row_is_a_fault_and_two_steps_of_one_case_are_none():
    told = cases.heard()
    number = told.state.open_appeals[0].event
    head = ["个案", "步骤", "结论", "理由", "所涉记录编号"]
    settle = [told.case, "答复申诉", "申诉不成立", "台账一致", number]
    twice = read(raw([head, settle, settle]), told, actor="P01")
    assert codes(twice) == [("repeated", 3, "个案")]
    assert "第 2 行" in twice.findings[0].reason("zh")
    two = read(raw([head, settle, [told.case, "聘任", None, None, None]]), told, actor="P01")
    assert codes(two) == []
    assert [draft.kind for _, draft in two.drafts] == [Kind.APPEAL_SETTLED, Kind.APPOINTED]


def test_a_later_row_of_a_case_with_a_fault_is_no_step():
    told = cases.reviewed()
    rows = [["个案", "步骤", "日期"], [told.case, "报送", None], [told.case, "撤回申报", date(2026, 1, 20)]]
    found = read(raw(rows), told)
    assert found.drafts == ()


def test_a_list_without_steps_takes_the_one_that_is_named():
    told = cases.reviewed()
    found = read(raw([["个案"], ["001009"]]), told, kind=Kind.REFERRED)
    assert [draft.payload for _, draft in found.drafts] == [record.Referred()]
    assert table(has_steps=False).columns[0].name == "case"


def test_a_date_typed_as_text_is_read_and_one_in_another_order_is_refused():
    told = cases.decided()
    good = read(raw([["个案", "步骤", "日期"], [told.case, "公示", "2026年2月12日"]]), told)
    assert good.drafts[0][1].payload == record.Publicised(POSTED, FIRST, LAST)
    bad = read(raw([["个案", "步骤", "日期"], [told.case, "公示", "12/02/2026"]]), told)
    assert codes(bad) == [("ambiguous_date", 2, "日期")]


def test_a_formula_gives_its_stored_result_and_none_without_one():
    told = cases.reviewed()
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("步骤")
    sheet.write_row(0, 0, ["个案", "步骤"])
    sheet.write_formula(1, 0, '="2025/"&"001009"', None, "2025/001009")
    sheet.write_string(1, 1, "报送委员会")
    book.close()
    assert [draft.case for _, draft in read(stream.getvalue(), told).drafts] == [told.case]
    book = openpyxl.load_workbook(io.BytesIO(stream.getvalue()))
    saved = io.BytesIO()
    book.save(saved)  # openpyxl keeps the formula and drops its result
    assert codes(read(saved.getvalue(), told)) == [("formula_without_value", 2, "个案")]


def test_hidden_rows_and_merged_cells_are_faults_for_nobody_sees_what_they_do():
    told = cases.reviewed()
    rows = [["个案", "步骤"], [told.case, "报送委员会"], [None, None]]
    hidden = read(raw(rows, hide=[1]), told)
    assert codes(hidden) == [("hidden_rows", None, None)]
    merged = read(raw([*rows, [None]], merge=(3, 0, 3, 1)), told)
    assert ("merged", None, None) in codes(merged)
    assert hidden.drafts == merged.drafts == ()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "not_a_workbook", id="empty"),
        pytest.param(b"PK\x03\x04cut", "file_cut_off", id="cut off"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "encrypted",
            id="encrypted",
        ),
        pytest.param(raw([["合同编号", "客户编号"], ["HT1", "C1"]]), "none", id="another sheet"),
        pytest.param(raw([["个案", "步骤"]], sheets=("一", "二")), "several", id="two lists"),
        pytest.param(raw([["个案", "步骤", "步骤"]]), "repeated_column", id="a column twice"),
    ],
)
def test_what_is_no_list_is_told_in_one_line(data, code):
    found = read(data, cases.reviewed())
    assert [one[0] for one in codes(found)] == [code]
    assert found.drafts == ()


def test_a_column_that_nobody_knows_is_told_and_changes_nothing():
    told = cases.reviewed()
    found = read(raw([["个案", "步骤", "备忘"], [told.case, "报送委员会", "x"]]), told)
    assert [one.code for one in found.findings] == ["records.unknown_columns"]
    assert len(found.drafts) == 1


# --- what people type becomes a step

FULL = StepFields(
    on=date(2026, 1, 20),
    conclusion=Conclusion.PASSED,
    opinion="同意",
    reviewer="郭美华",
    evidence=("台账.xlsx",),
    member="P05",
    present=("P01", "P02"),
    in_favour=2,
    against=0,
    abstained=0,
    last=LAST,
    appellant="李明",
    grounds="重复计算",
    event=3,
    name="王伟",
    department="销售一部",
    level="中级",
    target="高级",
    document_number="聘〔2026〕9号",
    certificate_number="ZS-2026-9",
    measure=Measure.BONUS,
    advised=Standing.DUE,
    effective_on=AFTER,
    to_level="初级",
    amount=Decimal(12000),
    legal_step=LawStep.STANDARD_KNOWN,
    document="签收单",
    in_lieu=False,
    reason="说明",
    corrects=2,
)


def only(names) -> StepFields:
    """The full fields with nothing but these."""
    return StepFields(**{name: getattr(FULL, name) for name in names})


def code(kind, state, given, **where):
    with pytest.raises(ProcessError) as caught:
        draft_of(kind, state, given, about(**where))
    assert caught.value.text("zh")
    assert caught.value.text("en")
    return caught.value.code.removeprefix("steps.").removeprefix("process.")


@given(
    st.sampled_from(sorted(TAKES)), st.sampled_from(sorted({name for one in TAKES.values() for name in one}))
)
def test_a_field_that_a_step_has_no_use_for_is_never_passed_over(kind, name):
    needed = {*NEEDS.get(kind, ()), name} - {"conclusion"}
    fields = only(needed)
    state = cases.heard().state
    assume(name not in TAKES[kind] and name != "conclusion")
    assert code(kind, state, fields) == "not_used"


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind, names in NEEDS.items() for name in names])
def test_a_step_says_what_it_lacks(kind, name):
    rest = [one for one in NEEDS[kind] if one != name]
    assert code(kind, cases.heard().state, only(rest)) == "missing"


@pytest.mark.parametrize(
    ("kind", "conclusion"),
    [(Kind.DECIDED, "returned"), (Kind.DECIDED, "upheld"), (Kind.REVIEWED, "dismissed")],
)
def test_a_step_ends_only_as_its_kind_can(kind, conclusion):
    fields = StepFields(conclusion=Conclusion(conclusion), present=("P01",) if kind is Kind.DECIDED else ())
    assert code(kind, cases.opened().state, fields) == "odd_conclusion"


def test_scores_are_not_typed_in_by_a_step():
    assert code(Kind.SCORED, cases.referred().state, StepFields()) == "scores_by_sheet"


def test_people_are_named_by_id_or_by_a_name_that_only_one_has():
    namesake = cases.person("P08", "方慧敏", "市场部", cases.Role.MEMBER)
    two = cases.setting(cases.committee(namesake))
    state = cases.opened().state
    one = StepFields(conclusion=Conclusion.PASSED, present=("方慧敏", "P05"))
    assert draft_of(Kind.DECIDED, state, one, about()).payload.present == ("P02", "P05")
    assert code(Kind.DECIDED, state, one, under=two) == "two_of_the_name"
    with pytest.raises(CommitteeError, match="某某"):
        draft_of(Kind.DECIDED, state, StepFields(conclusion=Conclusion.PASSED, present=("某某",)), about())


def test_the_recommendation_is_the_policys_and_undecided_where_there_is_none():
    state = cases.opened().state
    fields = StepFields(conclusion=Conclusion.REFUSED, present=("P01",))
    advised = about(recommended={state.case: Recommendation.APPROVE})
    assert draft_of(Kind.DECIDED, state, fields, advised).payload.recommendation is Recommendation.APPROVE
    assert draft_of(Kind.DECIDED, state, fields, about()).payload.recommendation is Recommendation.UNDECIDED


def test_the_one_open_appeal_is_meant_where_none_is_named():
    told = cases.appealed()
    fields = StepFields(present=("P05",))
    assert draft_of(Kind.APPEAL_HEARD, told.state, fields, about()).payload.appeal == told.last
    told.take(cases.appeal(), "S01", cases.on("2026-02-25"))
    assert code(Kind.APPEAL_HEARD, told.state, fields) == "which_appeal"
    assert code(Kind.APPEAL_HEARD, cases.publicised().state, fields) == "no_appeal"


def test_days_of_publicity_come_from_the_calendar():
    """Five working days from 12 February 2026 end on the 26th: see LAST in tests/process/cases.py."""
    state = cases.decided().state
    payload = draft_of(Kind.PUBLICISED, state, StepFields(on=POSTED), about()).payload
    assert payload == record.Publicised(POSTED, FIRST, LAST)
    longer = StepFields(on=POSTED, last=cases.on("2026-03-03"))
    assert draft_of(Kind.PUBLICISED, state, longer, about()).payload.typed is False


def test_where_the_calendar_ends_a_person_must_type_the_last_day_and_it_is_marked():
    state = cases.decided().state
    late = cases.on("2026-12-30")
    with pytest.raises(CalendarNotPublished):
        draft_of(Kind.PUBLICISED, state, StepFields(on=late), about())
    typed = StepFields(on=late, last=cases.on("2027-01-15"))
    payload = draft_of(Kind.PUBLICISED, state, typed, about()).payload
    assert (payload.first, payload.typed) == (cases.on("2026-12-31"), True)


def test_without_days_in_the_policy_a_last_day_must_be_typed():
    state, open_days = cases.decided().state, cases.setting(publicity_days=None)
    assert code(Kind.PUBLICISED, state, StepFields(on=POSTED), under=open_days) == "no_publicity_days"
    typed = draft_of(Kind.PUBLICISED, state, StepFields(on=POSTED, last=LAST), about(under=open_days))
    assert typed.payload.typed is True


def test_a_batch_has_one_document_and_a_certificate_for_each_person():
    state, here = cases.publicised().state, about()
    first, second = (draft_of(Kind.APPOINTED, state, StepFields(), here).payload for _ in range(2))
    assert first.document_number == second.document_number == "聘〔2026〕1号"
    assert (first.certificate_number, second.certificate_number) == ("ZS-2026-1", "ZS-2026-2")
    assert (first.level, first.effective_on) == ("senior", AFTER)


def test_a_number_that_was_ever_given_is_not_given_again():
    told = cases.appointed()
    told.take(record.Voided(told.last), "S01", AFTER, "误录")
    numbers = free_numbers(told.setting.committee.papers, 2026, told.events)
    assert (numbers.document, next(numbers.certificates)) == ("聘〔2026〕2号", "ZS-2026-2")
    assert free_numbers(told.setting.committee.papers, 2027, told.events).document == "聘〔2027〕1号"


def test_a_corrected_appointment_keeps_the_numbers_of_its_papers():
    told = cases.appointed()
    fields = StepFields(on=cases.on("2026-04-01"), reason="日期误写", corrects=told.last)
    payload = draft_of(Kind.APPOINTED, told.state, fields, about()).payload
    assert payload == cases.appointment(effective_on=cases.on("2026-04-01"))


@given(
    st.sets(st.integers(1, 10**6)),
    st.sampled_from(["聘〔{year}〕{number}号", "{number}/{year}", "({year}).{number}+"]),
)
def test_the_next_number_is_above_all_that_were_given_and_of_the_same_form(given_numbers, form):
    taken = [form.format(year=2026, number=one) for one in given_numbers]
    series = numbers_on(form, 2026, [*taken, "旧编号 99999999", form.format(year=2025, number=10**7)])
    first, second = next(series), next(series)
    highest = max(given_numbers, default=0)
    assert first == form.format(year=2026, number=highest + 1)
    assert second == form.format(year=2026, number=highest + 2)


def test_an_application_typed_by_hand_knows_levels_by_their_names():
    fields = StepFields(name="王伟", department="销售一部", target="高级", evidence=("证明.pdf",), on=AFTER)
    state = CaseState("2025/001009")
    assert draft_of(Kind.APPLIED, state, fields, about()).payload == record.Applied(
        "王伟", "销售一部", None, "senior", AFTER, ("证明.pdf",)
    )
    odd = StepFields(name="王伟", department="销售一部", target="特级")
    assert code(Kind.APPLIED, state, odd) == "unknown_level"
