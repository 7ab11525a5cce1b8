"""Which step may follow which, who may take it, and what a step names. Policy 1.3.a, 4.1 to 4.5."""

from __future__ import annotations

import pytest

from cmreview.process import events as record
from cmreview.process.events import Draft, Kind, ReviewDecision
from cmreview.process.stages import Stage
from cmreview.process.steps.steps import STEPS, Checked, check_all, faults_of, next_steps
from tests.process import cases
from tests.process.cases import AFTER, AT_STAGE, MEMBERS, moment, on

# The table of the process, written down once more by hand: what each stage allows beside what is said below.
RUNNING = {Kind.RECUSED, Kind.WITHDRAWN, Kind.VOIDED}
AT_ANY_STAGE = {Kind.MEASURE_DECIDED, Kind.LEGAL_STEP}
ALLOWED = {
    Stage.NOTHING: {Kind.APPLIED},
    Stage.AWAITING_ADMISSION: RUNNING | {Kind.ADMITTED},
    Stage.APPLIED: RUNNING | {Kind.REVIEWED},
    Stage.RETURNED: RUNNING | {Kind.COMPLETED},
    Stage.REFUSED: RUNNING | {Kind.PUBLICISED},
    Stage.REVIEWED: RUNNING | {Kind.REFERRED},
    Stage.IN_COMMITTEE: RUNNING | {Kind.SCORED, Kind.SCORES_OPENED, Kind.DECIDED},
    Stage.DECIDED: RUNNING | {Kind.PUBLICISED},
    Stage.PUBLICISED: RUNNING | {Kind.APPEALED, Kind.APPOINTED, Kind.NOT_APPOINTED},
    Stage.APPEALED: RUNNING | {Kind.APPEALED, Kind.APPEAL_HEARD, Kind.APPEAL_SETTLED},
    Stage.APPOINTED: {Kind.VOIDED},
    Stage.NOT_APPOINTED: {Kind.VOIDED},
    Stage.WITHDRAWN: {Kind.VOIDED},
}
ALLOWED = {stage: kinds | AT_ANY_STAGE for stage, kinds in ALLOWED.items()}
CLAUSES = {
    Kind.APPLIED: "4.1",
    Kind.ADMITTED: "4.1",
    Kind.REVIEWED: "4.2",
    Kind.COMPLETED: "4.2",
    Kind.REFERRED: "4.2",
    Kind.RECUSED: "1.3.a",
    Kind.SCORED: "4.3",
    Kind.SCORES_OPENED: "4.3",
    Kind.DECIDED: "4.3",
    Kind.PUBLICISED: "4.4",
    Kind.APPEALED: "4.4",
    Kind.APPEAL_HEARD: "4.4",
    Kind.APPEAL_SETTLED: "4.4",
    Kind.APPOINTED: "4.5",
    Kind.NOT_APPOINTED: "4.5",
    Kind.WITHDRAWN: "4.1",
    Kind.MEASURE_DECIDED: "5.4",
    Kind.LEGAL_STEP: "5.4.g",
}
TRIED = {
    Kind.APPLIED: (cases.application(), "S01"),
    Kind.ADMITTED: (record.Admitted(), "S01"),
    Kind.REVIEWED: (cases.review(), "R03"),
    Kind.COMPLETED: (record.Completed(AFTER, ("台账.xlsx",)), "R03"),
    Kind.REFERRED: (record.Referred(), "S01"),
    Kind.RECUSED: (record.Recused("P06"), "P06"),
    Kind.SCORED: (cases.sheet("P06"), "P06"),
    Kind.SCORES_OPENED: (record.ScoresOpened(), "P01"),
    Kind.DECIDED: (cases.decision(on=AFTER), "P01"),
    Kind.PUBLICISED: (cases.publicity(AFTER, on("2026-02-28"), on("2026-03-05")), "S01"),
    Kind.APPEALED: (cases.appeal(), "S01"),
    Kind.APPEAL_HEARD: (record.AppealHeard(1, AFTER, ("P01",)), "P01"),
    Kind.APPEAL_SETTLED: (record.AppealSettled(1, True, AFTER), "P01"),
    Kind.APPOINTED: (cases.appointment(), "S01"),
    Kind.NOT_APPOINTED: (record.NotAppointed(AFTER), "S01"),
    Kind.WITHDRAWN: (record.Withdrawn(AFTER), "S01"),
    Kind.MEASURE_DECIDED: (cases.measure(), "P01"),
    Kind.LEGAL_STEP: (cases.legal_step(), "S01"),
}


@pytest.mark.parametrize("stage", Stage)
def test_a_stage_allows_the_steps_of_the_table_and_no_others(stage):
    told = AT_STAGE[stage]()
    assert told.stage is stage
    assert set(next_steps(told.state)) == ALLOWED[stage]


@pytest.mark.parametrize("kind", TRIED)
@pytest.mark.parametrize("stage", Stage)
def test_a_step_from_the_wrong_stage_is_refused_with_its_clause_and_what_is_possible(stage, kind):
    told = AT_STAGE[stage]()
    payload, actor = TRIED[kind]
    try:
        told.try_(payload, actor, on("2026-03-06"), "理由")
    except cases.ProcessError as error:
        refused = error
    else:
        assert kind in ALLOWED[stage]
        return
    if kind in ALLOWED[stage]:
        assert refused.code != "process.wrong_stage"
        return
    assert refused.code == "process.wrong_stage"
    assert CLAUSES[kind] == refused.values["clause"]
    for lang, clause in (("zh", f"条款 {CLAUSES[kind]}"), ("en", f"clause {CLAUSES[kind]}")):
        assert clause in refused.what(lang)
        assert all(one(lang) in refused.mend(lang) for one in refused.values["allowed"])


# What each stage allows is refused for no other reason here, or for one that belongs to it alone.
BUT_FOR = {
    (Stage.IN_COMMITTEE, Kind.SCORES_OPENED): "scores_are_open",
    (Stage.PUBLICISED, Kind.NOT_APPOINTED): "approved",
    (Stage.APPEALED, Kind.APPEAL_HEARD): "no_such_appeal",
    (Stage.APPEALED, Kind.APPEAL_SETTLED): "no_such_appeal",
}


@pytest.mark.parametrize(
    ("stage", "kind"),
    [(stage, kind) for stage, kinds in ALLOWED.items() for kind in Kind if kind in kinds & set(TRIED)],
)
def test_a_step_at_its_stage_by_whom_it_is_for_is_recorded(stage, kind):
    told = AT_STAGE[stage]()
    payload, actor = TRIED[kind]
    reason = (stage, kind)
    if reason in BUT_FOR:
        assert told.code(payload, actor, on("2026-03-06"), "理由") == BUT_FOR[reason]
    else:
        assert isinstance(told.try_(payload, actor, on("2026-03-06"), "理由"), Checked)


# --- who


EVERYBODY = {*MEMBERS, "R03", "R04", "S01"}
MAY = {
    Kind.APPLIED: {"S01", "R03"},
    Kind.ADMITTED: {"S01", "P01", "P02"},
    Kind.REVIEWED: {"S01", "R03"},
    Kind.COMPLETED: {"S01", "R03"},
    Kind.REFERRED: {"S01", "P01", "P02"},
    Kind.RECUSED: {"S01", "P01", "P02", "P06"},
    Kind.SCORED: {"P06"},
    Kind.SCORES_OPENED: {"P01", "P02"},
    Kind.DECIDED: {"P01", "P02"},
    Kind.PUBLICISED: {"S01"},
    Kind.APPEALED: {"S01"},
    Kind.APPEAL_HEARD: {"S01", "P01", "P02"},
    Kind.APPEAL_SETTLED: {"P01", "P02"},
    Kind.APPOINTED: {"S01"},
    Kind.NOT_APPOINTED: {"S01"},
    Kind.WITHDRAWN: {"S01", "R03"},
    Kind.MEASURE_DECIDED: {"P01", "P02"},
    Kind.LEGAL_STEP: {"S01"},
}
READY = {
    Kind.APPLIED: cases.Told,
    Kind.ADMITTED: AT_STAGE[Stage.AWAITING_ADMISSION],
    Kind.REVIEWED: cases.applied,
    Kind.COMPLETED: cases.returned,
    Kind.REFERRED: cases.reviewed,
    Kind.RECUSED: cases.referred,
    Kind.SCORED: cases.referred,
    Kind.SCORES_OPENED: cases.scored,
    Kind.DECIDED: cases.opened,
    Kind.PUBLICISED: cases.decided,
    Kind.APPEALED: cases.publicised,
    Kind.APPEAL_HEARD: cases.appealed,
    Kind.APPEAL_SETTLED: cases.heard,
    Kind.APPOINTED: cases.publicised,
    Kind.NOT_APPOINTED: lambda: cases.publicised(approved=False),
    Kind.WITHDRAWN: cases.reviewed,
    Kind.MEASURE_DECIDED: cases.Told,
    Kind.LEGAL_STEP: cases.Told,
}


@pytest.mark.parametrize("kind", MAY)
def test_a_step_is_taken_by_those_it_is_for_and_by_nobody_else(kind):
    told = READY[kind]()
    payload, _ = TRIED[kind]
    if isinstance(payload, record.AppealHeard | record.AppealSettled):
        payload = cases.replace(payload, appeal=told.state.open_appeals[0].event)
    day = on("2026-03-06")
    for actor in sorted(EVERYBODY):
        if actor in MAY[kind]:
            assert told.try_(payload, actor, day, "理由")
        else:
            assert told.code(payload, actor, day, "理由") in {
                "wrong_role",
                "other_department",
                "score_of_another",
                "recusal_of_another",
            }


def test_every_kind_of_step_is_in_the_tables_of_these_tests():
    assert set(TRIED) == set(MAY) == set(READY) == set(STEPS) - {Kind.VOIDED}


def test_a_reviewer_acts_for_the_own_department_only():
    told = cases.Told()
    assert told.code(cases.application(), "R04", cases.APPLIED) == "other_department"
    told = cases.applied()
    assert told.code(cases.review(), "R04", cases.REVIEWED) == "other_department"
    assert told.code(record.Withdrawn(cases.REVIEWED), "R04", cases.REVIEWED, "撤回") == "other_department"


def test_a_member_who_reviews_another_department_is_no_reviewer_of_this_one():
    assert cases.applied().code(cases.review(), "P03", cases.REVIEWED) == "other_department"


def test_a_department_typed_with_blanks_or_full_width_signs_is_still_the_department():
    told = cases.applied(department="销售 一部\u3000")
    assert told.try_(cases.review(), "R03", cases.REVIEWED).state.stage is Stage.REVIEWED


@pytest.mark.parametrize(
    ("day", "code"), [("2025-12-31", None), ("2026-01-01", "acts_no_more")], ids=["last day", "day after"]
)
def test_who_has_left_office_acts_to_the_last_day_and_no_longer(day, code):
    told = cases.Told()
    told.setting = cases.setting(
        cases.committee(
            cases.person("S09", "高原", "人力资源部", cases.Role.SECRETARY, until=on("2025-12-31"))
        )
    )
    if code is None:
        assert told.try_(cases.application(), "S09", on(day))
    else:
        assert told.code(cases.application(), "S09", on(day)) == code


def test_nobody_acts_before_taking_office():
    new = cases.person("S09", "高原", "人力资源部", cases.Role.SECRETARY, since=on("2025-12-13"))
    told = cases.Told(given=cases.setting(cases.committee(new)))
    assert told.code(cases.application(), "S09", on("2025-12-12")) == "acts_no_more"
    assert told.try_(cases.application(), "S09", on("2025-12-13"))


def test_an_unknown_actor_is_told_with_the_known_ones():
    error = cases.Told().refusal(cases.application(), "Z99", cases.APPLIED)
    assert error.code == "committee.unknown_person"
    assert "Z99" in error.what("zh")
    assert "S01" in error.mend("zh")


def test_a_case_of_another_year_is_refused():
    told = cases.Told()
    told.case = "2024/001009"
    assert told.code(cases.application(), "S01", cases.APPLIED) == "other_year"


@pytest.mark.parametrize(
    "case",
    [
        "",
        "001009",
        "2025/",
        "25/001009",
        "２０２５/001009",
        "2025/ 001009",
        "2025/001009\u3000",
        "２０２５／1",
    ],
)
def test_an_id_that_only_looks_like_a_case_opens_no_second_one(case):
    told = cases.Told()
    told.case = case
    assert told.code(cases.application(), "S01", cases.APPLIED) == "no_case_id"


@pytest.mark.parametrize("reason", [None, "", "  ", "\u3000\n"])
@pytest.mark.parametrize("kind", [kind for kind, step in STEPS.items() if step.needs_reason])
def test_a_step_that_asks_for_a_reason_is_refused_without_one(kind, reason):
    told = cases.decided() if kind is Kind.VOIDED else READY[kind]()
    payload, actor = (record.Voided(told.last), "P01") if kind is Kind.VOIDED else TRIED[kind]
    if isinstance(payload, record.AppealSettled):
        payload = cases.replace(payload, appeal=told.state.open_appeals[0].event)
    assert told.code(payload, actor, on("2026-03-06"), reason) == "reason_missing"
    assert told.try_(payload, actor, on("2026-03-06"), "理由")


def test_the_steps_that_ask_for_a_reason_are_those_that_go_against_somebody():
    needing = {kind for kind, step in STEPS.items() if step.needs_reason}
    assert needing == {
        Kind.ADMITTED,
        Kind.RECUSED,
        Kind.APPEAL_SETTLED,
        Kind.NOT_APPOINTED,
        Kind.WITHDRAWN,
        Kind.VOIDED,
    }


# --- several steps at once


def test_a_step_is_held_against_those_before_it_in_the_same_list():
    told = cases.applied()
    drafts = [Draft(told.case, cases.review(), "R03"), Draft(told.case, record.Referred(), "S01")]
    found = check_all(drafts, {told.case: told.events}, told.setting, moment(cases.REFERRED))
    assert [result.state.stage for _, result in found] == [Stage.REVIEWED, Stage.IN_COMMITTEE]
    turned = check_all(drafts[::-1], {told.case: told.events}, told.setting, moment(cases.REFERRED))
    assert [getattr(result, "code", None) for _, result in turned] == ["process.wrong_stage", None]


def test_one_refused_step_of_a_list_hides_no_other_whoever_raised_it():
    told = cases.decided()
    far = cases.publicity(on("2026-12-29"), on("2026-12-30"), on("2027-01-06"))
    drafts = [
        Draft(told.case, far, "S01"),
        Draft(told.case, cases.publicity(), "Z99"),
        Draft(told.case, cases.publicity(), "S01"),
    ]
    found = check_all(drafts, {told.case: told.events}, told.setting, moment(on("2026-12-29")))
    assert [getattr(result, "code", "recorded") for _, result in found] == [
        "workdays.not_published",
        "committee.unknown_person",
        "recorded",
    ]
    assert all(isinstance(result, cases.ProcessError | Checked) for _, result in found)


def test_a_certificate_number_is_given_once_within_one_list():
    one, other = cases.publicised(manager="001009"), cases.publicised(manager="001010")
    drafts = [Draft(told.case, cases.appointment(), "S01") for told in (one, other)]
    histories = {told.case: told.events for told in (one, other)}
    found = check_all(drafts, histories, one.setting, moment(AFTER))
    assert [getattr(result, "code", "recorded") for _, result in found] == [
        "recorded",
        "process.number_taken",
    ]


@pytest.mark.parametrize("place", [1, 2])
def test_a_step_never_names_another_of_its_own_list(place):
    """The ledger counts over all cases: the next number may be that of another case."""
    told = cases.scored("P04")
    drafts = [
        Draft(told.case, cases.sheet("P05"), "P05"),
        Draft(told.case, cases.sheet("P06"), "P06"),
        Draft(told.case, cases.sheet("P05", "90"), "P05", corrects=told.last + place),
        Draft(told.case, record.Voided(told.last + place), "P05", "误录"),
    ]
    found = check_all(drafts, {told.case: told.events}, told.setting, moment(cases.SCORED))
    refused = [getattr(result, "code", "recorded") for _, result in found]
    assert refused == ["recorded", "recorded", "process.nothing_to_correct", "process.nothing_to_correct"]


def test_an_appeal_is_heard_only_once_the_ledger_has_given_it_its_number():
    told = cases.publicised()
    drafts = [
        Draft(told.case, cases.appeal(), "S01"),
        Draft(told.case, record.AppealHeard(told.last + 1, on("2026-02-25"), ("P01",)), "P01"),
    ]
    found = check_all(drafts, {told.case: told.events}, told.setting, moment(on("2026-02-25")))
    assert [getattr(result, "code", "recorded") for _, result in found] == [
        "recorded",
        "process.no_such_appeal",
    ]


def test_checking_leaves_the_record_as_it_is():
    told = cases.referred()
    before = list(told.events)
    check_all(
        [Draft(told.case, cases.sheet("P05"), "P05")], {told.case: told.events}, told.setting, moment(AFTER)
    )
    assert told.events == before


# --- what a history says of itself


def test_a_sound_history_has_no_faults():
    for stage, make in AT_STAGE.items():
        told = make()
        assert faults_of(told.case, told.events, told.setting) == (), stage


def test_what_could_not_have_been_recorded_is_found_in_a_history():
    told = cases.publicised()
    told.force(cases.appeal(on("2026-02-27")), "S01", AFTER)
    told.force(cases.appointment(level="junior"), "S01", AFTER)
    found = [(event.number, error.code) for event, error in faults_of(told.case, told.events, told.setting)]
    assert found == [(told.last - 1, "process.appeal_too_late"), (told.last, "process.wrong_stage")]


@pytest.mark.parametrize(
    ("day", "code"), [(cases.LAST, ["process.publicity_not_over"]), (AFTER, [])], ids=["last day", "next"]
)
def test_an_appointment_recorded_before_the_publicity_was_over_is_found(day, code):
    told = cases.publicised()
    told.force(cases.appointment(), "S01", day)
    assert [error.code for _, error in faults_of(told.case, told.events, told.setting)] == code


@pytest.mark.parametrize("decision", [ReviewDecision.RETURNED, ReviewDecision.REFUSED])
def test_only_who_passed_the_department_comes_before_the_committee(decision):
    """Policy 4.3."""
    told = cases.applied()
    told.take(cases.review(decision), "R03", cases.REVIEWED)
    error = told.refusal(record.Referred(), "S01", cases.REFERRED)
    assert (error.code, error.values["clause"]) == ("process.wrong_stage", "4.2")
