"""Publicity, appeals and appointments: days, who hears, and what ends a case. Policy 4.4, 4.5."""

from __future__ import annotations

import pytest

from cmreview.process import events as record
from cmreview.process.stages import ENDED, Stage
from tests.process import cases
from tests.process.cases import AFTER, FIRST, LAST, POSTED, codes, on, publicity

# --- 4.4 days of publicity


@pytest.mark.parametrize(
    ("last", "code"),
    [("2026-02-25", "publicity_too_short"), ("2026-02-26", None), ("2026-02-27", None)],
    ids=["a day short", "exactly", "longer"],
)
def test_five_working_days_over_the_spring_festival_end_on_26_february(last, code):
    told = cases.decided()
    if code is None:
        assert told.try_(publicity(last=on(last)), "S01", POSTED).state.stage is Stage.PUBLICISED
    else:
        error = told.refusal(publicity(last=on(last)), "S01", POSTED)
        assert error.code == f"process.{code}"
        assert "2026-02-13 至 2026-02-26（条款 4.4）" in error.what("zh")


@pytest.mark.parametrize("first", ["2026-02-12", "2026-02-14"])
def test_the_first_day_is_the_one_after_posting(first):
    assert cases.decided().code(publicity(first=on(first)), "S01", POSTED) == "publicity_too_short"


def test_the_day_of_posting_counts_where_the_policy_says_so():
    told = cases.decided(given=cases.setting(publicity_first_day="posting_day"))
    assert told.try_(publicity(first=POSTED, last=on("2026-02-25")), "S01", POSTED)
    assert told.code(publicity(first=POSTED, last=on("2026-02-24")), "S01", POSTED) == "publicity_too_short"


def test_nothing_is_posted_before_it_is_decided_nor_tomorrow():
    told = cases.decided()
    early = publicity(on("2026-01-20"), on("2026-01-21"), on("2026-01-27"))
    assert told.code(early, "S01", POSTED) == "too_early"
    assert told.code(publicity(), "S01", on("2026-02-11")) == "in_the_future"


def test_a_refused_case_is_publicised_from_its_review_on():
    told = cases.refused()
    early = publicity(on("2025-12-18"), on("2025-12-19"), on("2025-12-31"))
    assert told.code(early, "S01", POSTED) == "too_early"
    assert told.try_(publicity(), "S01", POSTED).state.stage is Stage.PUBLICISED


@pytest.mark.parametrize(("today", "remarks"), [(LAST, []), (AFTER, ["publicity_in_arrears"])])
def test_publicity_recorded_after_it_was_over_is_told(today, remarks):
    assert codes(cases.decided().try_(publicity(), "S01", today)) == remarks


def test_where_the_calendar_ends_a_person_types_the_last_day_and_that_is_told():
    told = cases.decided()
    posted = on("2026-12-28")
    days = {"posted_on": posted, "first": on("2026-12-29"), "last": on("2027-01-08")}
    error = told.refusal(publicity(**days), "S01", posted)
    assert error.code == "workdays.not_published"
    assert isinstance(error, cases.ProcessError)
    checked = told.try_(publicity(typed=True, **days), "S01", posted)
    assert checked.state.publicity.typed
    assert codes(checked) == ["publicity_unchecked"]


def test_a_typed_day_that_is_surely_too_early_is_refused():
    told = cases.decided()
    posted = on("2026-12-28")
    short = publicity(posted, on("2026-12-29"), on("2027-01-01"), typed=True)
    assert told.code(short, "S01", posted) == "workdays.surely_too_short"


def test_a_typed_day_is_held_against_the_calendar_where_there_is_one():
    told = cases.decided()
    assert told.code(publicity(last=on("2026-02-25"), typed=True), "S01", POSTED) == "workdays.too_short"
    assert codes(told.try_(publicity(typed=True), "S01", POSTED)) == []


def test_typing_the_last_day_does_not_make_the_day_of_posting_count():
    told = cases.decided()
    typed = publicity(first=POSTED, last=on("2026-02-25"), typed=True)
    assert told.code(typed, "S01", POSTED) == "too_early"
    told = cases.decided(given=cases.setting(publicity_first_day="posting_day"))
    assert told.try_(typed, "S01", POSTED)


@pytest.mark.parametrize("blank", [{"publicity_days": None}, {"publicity_first_day": None}])
def test_without_days_in_the_policy_only_a_typed_day_is_taken_and_that_is_told(blank):
    told = cases.decided(given=cases.setting(**blank))
    error = told.refusal(publicity(), "S01", POSTED)
    assert error.code == "process.no_publicity_days"
    assert codes(told.try_(publicity(typed=True), "S01", POSTED)) == ["no_publicity_rule"]
    assert told.code(publicity(last=on("2026-02-12"), typed=True), "S01", POSTED) == "too_early"


# --- 4.4 appeals


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2026-02-11", "appeal_too_early"),
        ("2026-02-12", None),
        ("2026-02-13", None),
        ("2026-02-26", None),
        ("2026-02-27", "appeal_too_late"),
    ],
    ids=["before posting", "day of posting", "first day", "last day", "day after"],
)
def test_an_appeal_is_in_time_from_posting_to_the_last_day(day, code):
    told = cases.publicised()
    if code is None:
        assert told.try_(cases.appeal(on(day)), "S01", AFTER).state.stage is Stage.APPEALED
    else:
        error = told.refusal(cases.appeal(on(day)), "S01", AFTER)
        assert error.code == f"process.{code}"
        assert day in error.what("zh")
        assert ("2026-02-26" if code == "appeal_too_late" else "2026-02-12") in error.what("zh")


def test_an_appeal_that_came_in_time_counts_though_it_is_recorded_later():
    told = cases.publicised()
    assert told.try_(cases.appeal(LAST), "S01", on("2026-03-02"))
    assert told.code(cases.appeal(LAST), "S01", on("2026-02-25")) == "in_the_future"


def test_a_second_appeal_is_taken_while_the_first_is_open_and_both_must_be_settled():
    told = cases.appealed()
    told.take(cases.appeal(LAST), "S01", LAST)
    first, second = (one.event for one in told.state.open_appeals)
    told.take(record.AppealHeard(first, LAST, ("P01",)), "P01", LAST)
    told.take(record.AppealSettled(first, False, LAST), "P01", LAST, "不成立")
    assert told.stage is Stage.APPEALED
    assert told.code(cases.appointment(), "S01", AFTER) == "wrong_stage"
    told.take(record.AppealHeard(second, AFTER, ("P01",)), "P01", AFTER)
    told.take(record.AppealSettled(second, False, AFTER), "P01", AFTER, "不成立")
    assert told.stage is Stage.PUBLICISED


@pytest.mark.parametrize("order", [(True, False), (False, True)])
def test_one_upheld_appeal_sends_the_case_back_whatever_is_said_of_another(order):
    told = cases.appealed()
    told.take(cases.appeal(LAST), "S01", LAST)
    for appeal, upheld in zip(told.state.open_appeals, order, strict=True):
        told.take(record.AppealHeard(appeal.event, LAST, ("P01",)), "P01", LAST)
        told.take(record.AppealSettled(appeal.event, upheld, LAST), "P01", LAST, "查证")
    assert told.stage is Stage.IN_COMMITTEE


def test_an_appeal_is_heard_before_it_is_settled_and_heard_once():
    told = cases.appealed()
    number = told.last
    assert told.code(record.AppealSettled(number, False, LAST), "P01", LAST, "不成立") == "appeal_not_heard"
    told.take(record.AppealHeard(number, LAST, ("P01",)), "P01", LAST)
    assert told.code(record.AppealHeard(number, LAST, ("P02",)), "P01", LAST) == "heard_twice"
    told.take(record.AppealSettled(number, False, LAST), "P01", LAST, "不成立")
    assert told.stage is Stage.PUBLICISED


def test_an_appeal_is_heard_after_it_came_and_settled_after_it_was_heard():
    told = cases.appealed()
    number = told.last
    early = record.AppealHeard(number, on("2026-02-23"), ("P01",))
    assert told.code(early, "P01", LAST) == "too_early"
    assert told.code(record.AppealHeard(number, AFTER, ("P01",)), "P01", LAST) == "in_the_future"
    told.take(record.AppealHeard(number, on("2026-02-25"), ("P01",)), "P01", LAST)
    early = record.AppealSettled(number, False, on("2026-02-24"))
    assert told.code(early, "P01", LAST, "不成立") == "too_early"
    assert told.code(record.AppealSettled(number, False, AFTER), "P01", LAST, "不成立") == "in_the_future"


def test_an_appeal_is_named_by_the_number_of_its_own_entry():
    told = cases.appealed()
    for number in (0, told.last - 1, told.last + 1):
        assert told.code(record.AppealHeard(number, LAST, ("P01",)), "P01", LAST) == "no_such_appeal"


def test_a_settled_appeal_is_neither_heard_nor_settled_again():
    told = cases.settled(upheld=False)
    told.take(cases.appeal(LAST), "S01", LAST)
    number = told.state.appeals[0].event
    assert told.code(record.AppealHeard(number, LAST, ("P01",)), "P01", LAST) == "no_such_appeal"
    assert told.code(record.AppealSettled(number, True, LAST), "P01", LAST, "成立") == "no_such_appeal"


DECIDERS = ("P01", "P02", "P03", "P04", "P05")


@pytest.mark.parametrize(
    ("rule", "of_deciders", "expected"),
    [
        ("same", False, []),
        ("same", True, []),
        ("others_recommended", False, []),
        ("others_recommended", True, ["heard_by_deciders"]),
        ("others_required", False, []),
        ("others_required", True, "heard_by_deciders"),
        (None, False, []),
        (None, True, ["no_hearing_rule"]),
    ],
)
def test_who_decided_hears_an_appeal_only_as_the_policy_allows(rule, of_deciders, expected):
    told = cases.opened(given=cases.setting(appeal_hearing=rule))
    told.take(cases.decision(DECIDERS), "P01", cases.DECIDED)
    told.take(publicity(), "S01", POSTED)
    told.take(cases.appeal(), "S01", LAST)
    hearing = record.AppealHeard(told.last, LAST, ("P06", "P05") if of_deciders else ("P06", "P07"))
    if isinstance(expected, str):
        error = told.refusal(hearing, "P02", LAST)
        assert error.code == f"process.{expected}"
        assert "宋立新" in error.what("zh")
        assert "许文博" not in error.what("zh")
    else:
        assert codes(told.try_(hearing, "P02", LAST)) == expected


@pytest.mark.parametrize(
    ("present", "code"),
    [((), "odd_attendance"), (("P01", "P01"), "odd_attendance"), (("P09",), "not_a_member")],
)
def test_an_appeal_is_heard_by_members(present, code):
    told = cases.appealed()
    assert told.code(record.AppealHeard(told.last, LAST, present), "P01", LAST) == code


def test_a_recused_member_hears_no_appeal():
    told = cases.appealed()
    told.take(record.Recused("P06"), "P06", on("2026-02-24"), "与申诉人有利害关系")
    appeal = told.state.open_appeals[0].event
    assert told.code(record.AppealHeard(appeal, LAST, ("P06",)), "P01", LAST) == "recused"


# --- 4.4 after an appeal


def test_an_upheld_appeal_leads_to_a_new_decision_that_is_shown_anew():
    told = cases.settled(upheld=True)
    assert told.stage is Stage.IN_COMMITTEE
    assert told.code(cases.appointment(), "S01", AFTER) == "wrong_stage"
    told.take(cases.decision(approved=False, on=AFTER), "P01", AFTER)
    assert (told.stage, told.state.publicity) == (Stage.DECIDED, None)
    assert [one.approved for one in told.state.earlier_decisions] == [True]
    told.take(publicity(AFTER, on("2026-02-28"), on("2026-03-05")), "S01", AFTER)
    assert told.code(cases.appeal(LAST), "S01", on("2026-03-02")) == "appeal_too_early"
    told.take(record.NotAppointed(on("2026-03-06")), "S01", on("2026-03-06"), "重新评审未通过")
    assert told.stage is Stage.NOT_APPOINTED


def test_a_new_decision_does_not_lie_before_the_reply_that_asked_for_it():
    told = cases.settled(upheld=True)
    assert told.code(cases.decision(on=on("2026-02-25")), "P01", AFTER) == "too_early"
    assert told.try_(cases.decision(on=LAST), "P01", AFTER)


def test_an_appeal_upheld_before_does_not_uphold_a_later_one_of_the_same_day():
    """All on one day: reply, new decision, its posting, a new appeal and its refusal."""
    told = cases.settled(upheld=True)
    told.take(cases.decision(on=LAST), "P01", LAST)
    told.take(publicity(LAST, on("2026-02-27"), on("2026-03-04")), "S01", LAST)
    told.take(cases.appeal(LAST), "S01", LAST)
    number = told.last
    told.take(record.AppealHeard(number, LAST, ("P01",)), "P01", LAST)
    told.take(record.AppealSettled(number, False, LAST), "P01", LAST, "不成立")
    assert told.stage is Stage.PUBLICISED


def test_an_appeal_against_a_refusal_by_the_department_comes_before_the_committee():
    told = cases.refused()
    told.take(publicity(), "S01", POSTED)
    told.take(cases.appeal(), "S01", LAST)
    number = told.last
    told.take(record.AppealHeard(number, LAST, ("P01",)), "P01", LAST)
    told.take(record.AppealSettled(number, True, LAST), "P01", LAST, "业绩经核实属实")
    assert told.stage is Stage.IN_COMMITTEE
    assert told.try_(cases.sheet(), "P05", LAST)


# --- 4.5 appointment


@pytest.mark.parametrize(
    ("day", "code"), [(LAST, "publicity_not_over"), (AFTER, None)], ids=["last day", "day after"]
)
def test_an_appointment_waits_for_the_day_after_the_publicity(day, code):
    told = cases.publicised()
    if code is None:
        assert told.try_(cases.appointment(), "S01", day).state.stage is Stage.APPOINTED
    else:
        error = told.refusal(cases.appointment(), "S01", day)
        assert (error.code, error.values["last"]) == (f"process.{code}", "2026-02-26")


@pytest.mark.parametrize(
    ("closed_on", "today", "code"),
    [
        (LAST, AFTER, "publicity_not_over"),
        (LAST, LAST, "publicity_not_over"),
        (AFTER, AFTER, None),
        (on("2026-02-28"), AFTER, "in_the_future"),
    ],
)
def test_a_case_ends_without_appointment_after_its_publicity_too(closed_on, today, code):
    told = cases.publicised(approved=False)
    if code is None:
        assert told.try_(record.NotAppointed(closed_on), "S01", today, "未通过").state.stage is (
            Stage.NOT_APPOINTED
        )
    else:
        assert told.code(record.NotAppointed(closed_on), "S01", today, "未通过") == code


def test_nobody_is_appointed_while_an_appeal_is_open():
    error = cases.heard().refusal(cases.appointment(), "S01", AFTER)
    assert (error.code, error.values["clause"]) == ("process.wrong_stage", "4.5")


def test_only_who_was_approved_is_appointed_and_only_who_was_not_is_turned_away():
    assert cases.publicised(approved=False).code(cases.appointment(), "S01", AFTER) == "not_approved"
    assert cases.publicised().code(record.NotAppointed(AFTER), "S01", AFTER, "未通过") == "approved"
    told = cases.refused()
    told.take(publicity(), "S01", POSTED)
    assert told.code(cases.appointment(), "S01", AFTER) == "not_approved"
    assert told.try_(record.NotAppointed(AFTER), "S01", AFTER, "初审未通过")


@pytest.mark.parametrize("level", ["intermediate", "junior", ""])
def test_an_appointment_is_to_the_level_applied_for(level):
    assert cases.publicised().code(cases.appointment(level=level), "S01", AFTER) == "other_level"


@pytest.mark.parametrize("changes", [{"document_number": " "}, {"certificate_number": ""}])
def test_an_appointment_has_both_numbers(changes):
    assert cases.publicised().code(cases.appointment(**changes), "S01", AFTER) == "number_missing"


def test_a_certificate_number_that_is_taken_is_refused_and_a_notice_may_name_several_people():
    given = cases.replace(cases.setting(), numbers=frozenset({"ZS-2026-1"}))
    told = cases.publicised(given=given)
    assert told.code(cases.appointment(), "S01", AFTER) == "number_taken"
    assert told.try_(cases.appointment(certificate_number="ZS-2026-2"), "S01", AFTER)


def test_an_appointment_takes_effect_from_the_decision_on_at_the_earliest():
    told = cases.publicised()
    assert told.code(cases.appointment(effective_on=on("2026-01-20")), "S01", AFTER) == "too_early"
    assert told.try_(cases.appointment(effective_on=on("2026-01-21")), "S01", AFTER)


# --- withdrawal


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage not in {Stage.NOTHING, *ENDED}])
def test_an_application_is_taken_back_at_every_stage_until_it_has_ended(stage):
    told = cases.AT_STAGE[stage]()
    gone = told.try_(record.Withdrawn(AFTER), "S01", AFTER, "本人申请撤回")
    assert (gone.state.stage, gone.state.closing_reason) == (Stage.WITHDRAWN, "本人申请撤回")


@pytest.mark.parametrize("stage", [Stage.NOTHING, *sorted(ENDED)])
def test_what_has_ended_or_not_begun_is_not_withdrawn(stage):
    assert cases.AT_STAGE[stage]().code(record.Withdrawn(AFTER), "S01", AFTER, "撤回") == "wrong_stage"


@pytest.mark.parametrize(("day", "code"), [("2025-12-11", "too_early"), ("2026-02-28", "in_the_future")])
def test_a_withdrawal_lies_between_the_application_and_today(day, code):
    assert cases.applied().code(record.Withdrawn(on(day)), "S01", AFTER, "撤回") == code


def test_the_days_of_the_default_story_are_those_of_the_calendar():
    window = cases.CALENDAR.add_workdays(POSTED, 5)
    assert (window.first, window.last) == (FIRST, LAST)
