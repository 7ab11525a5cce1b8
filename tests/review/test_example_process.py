"""The example company's process holds every turn that a committee can meet, and none that it may not take."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from cmreview.errors import LedgerError, ProcessError
from cmreview.policy.model import Policy
from cmreview.process.access import Ground, grounds, is_recused
from cmreview.process.events import (
    Appointed,
    Decided,
    Event,
    Kind,
    MeasureDecided,
    Publicised,
    Recommendation,
    ReviewDecision,
    Scored,
    Voided,
)
from cmreview.process.ledger.ledger import Ledger
from cmreview.process.measures import LawStep, Measure, Standing
from cmreview.process.stages import ENDED, Stage, case_state, case_states
from cmreview.review.after.measures_recorded import from_records
from cmreview.review.committee.cases import panel_results, panel_scores
from cmreview.review.example_process.making import Plan, drawn, example_process
from cmreview.terms import Outcome
from tests.process.example import Example, example, planned

LAST_DAY = date(2026, 3, 3)


@pytest.fixture(scope="module")
def made() -> Example:
    return example()


def as_events(plan: Plan) -> list[Event]:
    """The plan as an empty ledger will number it."""
    drafts = [(entry.at, draft) for entry in plan.entries for draft in entry.drafts]
    return [
        Event(number, one.case, one.payload, one.actor, at, one.reason, one.corrects, "", "")
        for number, (at, one) in enumerate(drafts, start=1)
    ]


@pytest.fixture(scope="module")
def events(made) -> list[Event]:
    return as_events(made.plan)


@pytest.fixture(scope="module")
def states(made, events):
    return case_states(events, made.plan.setting.rules)


@pytest.fixture
def of(made, states):
    """The case of whoever stands for a key."""
    return lambda key: states[made.case(key)]


def history(events, case, *kinds):
    return [event for event in events if event.case == case and (not kinds or event.kind in kinds)]


# --- all of it -----------------------------------------------------------------------------------


def test_the_same_company_goes_through_the_same_process(made):
    assert made.planned() == made.plan


def test_forty_cases_come_to_an_end_and_every_stage_is_to_be_seen(states):
    found = Counter(state.stage for state in states.values())
    assert sum(found[stage] for stage in ENDED) == 40
    assert set(found) == set(Stage)
    assert all(state.measures for state in states.values() if state.stage is Stage.NOTHING)


def test_every_kind_of_step_is_taken(events):
    assert {event.kind for event in events} == set(Kind)


def test_time_never_goes_back_and_nobody_works_on_a_day_off(made):
    moments = [entry.at for entry in made.plan.entries]
    assert moments == sorted(moments)
    assert {moment.utcoffset() for moment in moments} == {timedelta(hours=8)}
    days = {moment.date() for moment in moments}
    assert all(made.plan.setting.calendar.is_workday(day) for day in days)
    assert (min(days), max(days)) == (date(2025, 12, 15), LAST_DAY)


@pytest.mark.parametrize(
    ("seed", "departments", "managers"),
    [pytest.param(2, 6, 120, id="another seed"), pytest.param(1, 3, 80, id="a smaller company")],
)
def test_another_company_goes_through_it_too(seed, departments, managers):
    plan = example(seed, departments, managers).plan
    found = Counter(state.stage for state in case_states(as_events(plan), plan.setting.rules).values())
    assert sum(found[stage] for stage in ENDED) == 40
    assert {event.kind for event in as_events(plan)} == set(Kind)


# --- before the committee --------------------------------------------------------------------------


def test_a_late_application_is_admitted_by_name_with_a_reason_and_another_one_never(of):
    admitted, waiting = of("late_admitted"), of("late_application")
    assert admitted.late is True
    assert (admitted.admitted_by, bool(admitted.admission_reason)) == ("S01", True)
    assert admitted.stage is Stage.APPOINTED
    assert (waiting.late, waiting.stage) == (True, Stage.AWAITING_ADMISSION)


def test_an_application_without_evidence_is_never_reviewed(of):
    state = of("without_evidence")
    assert (state.evidence, state.reviews, state.stage) == ((), (), Stage.WITHDRAWN)


@pytest.mark.parametrize("key", ["no_key_customers", "achievement_without_evidence"])
def test_a_returned_application_is_completed_and_passes(of, key):
    state = of(key)
    assert [one.decision for one in state.reviews] == [ReviewDecision.RETURNED, ReviewDecision.PASSED]
    assert len(state.completed) == 1
    assert state.completed[0].evidence[0] in state.evidence


def test_what_the_departments_handed_in_is_recorded_as_they_wrote_it(made, states):
    """All but the one review that was written after the workbooks were handed in."""
    table = made.records.tables["preliminary_reviews"]
    recorded = [
        (state.manager_id, str(review.decision), review.reviewer, review.reviewed_on)
        for state in states.values()
        for review in state.reviews
    ]
    handed_in = zip(
        table["manager_id"], table["decision"], table["reviewer"], table["reviewed_on"], strict=True
    )
    later = (made.who["achievement_without_evidence"], "passed", "梁雅琴", date(2026, 1, 30))
    assert Counter(recorded) == Counter([*handed_in, later])


def test_of_two_people_with_one_name_the_wrong_entry_is_taken_back_and_stays_readable(made, of, events):
    wrong, right = of("falling_sales"), of("dissatisfied")
    assert wrong.application.name == right.application.name
    mistaken, undone = history(events, made.case("falling_sales"), Kind.WITHDRAWN, Kind.VOIDED)
    assert undone.payload == Voided(mistaken.number)
    assert undone.reason
    assert (wrong.stage, right.stage) == (Stage.NOT_APPOINTED, Stage.WITHDRAWN)


def test_cases_are_taken_back_before_the_review_in_the_committee_and_in_its_session(made, events):
    stages = Counter()
    for event in events:
        if event.kind is Kind.WITHDRAWN:
            earlier = [one for one in events if one.case == event.case and one.number < event.number]
            state = case_state(event.case, earlier, made.plan.setting.rules)
            stages[state.stage, bool(state.sheets)] += 1
    assert stages == {
        (Stage.AWAITING_ADMISSION, False): 2,
        (Stage.IN_COMMITTEE, False): 2,
        (Stage.IN_COMMITTEE, True): 1,
    }


# --- recusals and sheets ----------------------------------------------------------------------------


def test_recusals_are_declared_by_members_by_the_chair_and_through_the_secretary(events):
    found = {(event.actor, event.payload.member) for event in events if event.kind is Kind.RECUSED}
    assert found == {("P01", "P01"), ("P06", "P06"), ("S01", "P05"), ("P05", "P05")}


def test_recusals_are_detected_by_department_review_and_relation(made, states):
    rules, people = made.plan.setting.rules, made.plan.setting.committee.people
    found = {
        ground
        for state in states.values()
        for member in ("P03", "P04", "P07")
        for ground in grounds(state, people[member], rules)
    }
    assert found == {Ground.SAME_DEPARTMENT, Ground.PRELIMINARY_REVIEWER, Ground.NAMED_RELATION}
    assert is_recused(states["2025/001046"], people["P07"], rules)


def test_nobody_scores_or_decides_a_case_that_something_keeps_them_from(made, states):
    rules, people = made.plan.setting.rules, made.plan.setting.committee.people
    late = (made.case("few_long_term"), "P05")
    found = {
        (state.case, member)
        for state in states.values()
        for member in (
            *(sheet.member for _, sheet in state.sheets),
            *(() if state.decision is None else state.decision.present),
        )
        if is_recused(state, people[member], rules)
    }
    assert found == {late}
    assert "P05" not in states[late[0]].decision.present


def test_a_sheet_handed_in_before_its_member_was_recused_counts_no_more(made, states):
    score = panel_scores(states, made.plan.setting.committee, made.policy, LAST_DAY)[
        made.case("few_long_term")
    ]
    assert "P05" in score.recused
    assert "P05" not in score.scored


def test_a_deputy_leads_the_case_from_which_the_chair_keeps_away(made, events):
    led = history(events, made.case("senior_all_met"), Kind.SCORES_OPENED, Kind.DECIDED)
    assert [event.actor for event in led] == ["P02", "P02"]


def test_members_differ_in_severity_and_are_seen_to(made, states):
    found = panel_results(states, made.plan.setting.committee, made.policy, LAST_DAY)
    assert set(found) == {"junior", "intermediate", "senior"}
    for result in found.values():
        severity = {each.member: each.above_panel for each in result.severity.members}
        assert min(severity, key=severity.get) == "P05"
        assert max(severity, key=severity.get) in ("P04", "P06")


def test_an_item_that_was_not_heard_is_missing_and_not_zero(made, of):
    _, sheet = of("exact_satisfaction").sheet_of("P06")
    points = {score.item: score.points for score in sheet.scores}
    assert points["defence"] is None
    assert all(points[item] > 0 for item in points if item != "defence")


def test_a_member_who_left_early_scored_only_some_of_the_session(states):
    session = [
        state
        for state in states.values()
        if state.decision is not None and state.application.target_level == "intermediate"
    ]
    scored = [state.sheet_of("P07") is not None for state in session]
    assert 0 < sum(scored) < len(scored) - 5


def test_too_few_sheets_give_no_score_and_no_recommendation(made, states):
    case = made.case("hired_after_year_junior")
    score = panel_scores(states, made.plan.setting.committee, made.policy, LAST_DAY)[case]
    assert (score.counted, score.score, score.outcome) == (2, None, Outcome.NO_EVIDENCE)
    assert states[case].decision.recommendation is Recommendation.UNDECIDED
    assert states[case].decision_reason


def test_a_score_is_corrected_silently_before_the_opening_and_with_a_reason_after_it(events):
    corrections = [event for event in events if event.corrects is not None]
    assert [event.kind for event in corrections] == [Kind.SCORED, Kind.SCORED]
    opened = {event.case: event.number for event in events if event.kind is Kind.SCORES_OPENED}
    is_after = [event.number > opened[event.case] for event in corrections]
    assert is_after == [False, True]
    assert [bool(event.reason) for event in corrections] == is_after
    for event in corrections:
        wrong = events[event.corrects - 1].payload
        assert isinstance(wrong, Scored)
        assert wrong.member == event.payload.member == event.actor
        assert wrong.scores != event.payload.scores


def test_some_result_hangs_on_single_members(made, states):
    scores = panel_scores(states, made.plan.setting.committee, made.policy, LAST_DAY)
    assert any(score.depends_on for score in scores.values())
    assert any(not score.depends_on for score in scores.values())


# --- decisions ----------------------------------------------------------------------------------------


def test_decisions_follow_depart_both_ways_and_settle_what_is_undecided(events):
    found = Counter(
        (event.payload.recommendation, event.payload.approved)
        for event in events
        if isinstance(event.payload, Decided)
    )
    assert set(found) == {(advice, approved) for advice in Recommendation for approved in (True, False)}
    follows = {(Recommendation.APPROVE, True), (Recommendation.DECLINE, False)}
    assert sum(found[one] for one in follows) > 25


def test_every_decision_that_does_not_follow_has_a_reason(events):
    for event in events:
        if isinstance(event.payload, Decided):
            follows = event.payload.recommendation is (
                Recommendation.APPROVE if event.payload.approved else Recommendation.DECLINE
            )
            assert follows or event.reason


# --- publicity, appeals, appointments ----------------------------------------------------------------


def test_windows_of_publicity_count_the_working_saturdays_around_the_spring_festival(events):
    """By the State Council's notice for 2026: off 15 to 23 February, working on the Saturdays 14 and 28."""
    windows = Counter(event.payload for event in events if event.kind is Kind.PUBLICISED)
    days = {(one.posted_on, one.first, one.last) for one in windows}
    assert days == {
        (date(2026, 2, 5), date(2026, 2, 6), date(2026, 2, 12)),
        (date(2026, 2, 11), date(2026, 2, 12), date(2026, 2, 25)),
        (date(2026, 2, 24), date(2026, 2, 25), date(2026, 3, 2)),
        (date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 5)),
    }
    assert windows[Publicised(date(2026, 2, 11), date(2026, 2, 12), date(2026, 2, 25))] > 10


def test_one_appeal_is_refused_one_upheld_and_one_left_open(of):
    refused, upheld, left = (of(key) for key in ("low_sales_senior", "december_spike", "cancelled_contract"))
    assert refused.appeals[0].settled.upheld is False
    assert (refused.stage, refused.decision.approved) == (Stage.NOT_APPOINTED, False)
    assert upheld.appeals[0].settled.upheld is True
    assert (left.stage, len(left.open_appeals)) == (Stage.APPEALED, 1)
    assert left.appeals[0].received.received_on == left.publicity.last


def test_an_upheld_appeal_is_decided_and_shown_anew_before_the_appointment(made, of, events):
    state = of("december_spike")
    assert [one.approved for one in (*state.earlier_decisions, state.decision)] == [False, True]
    kinds = [event.kind for event in history(events, state.case)]
    assert kinds[kinds.index(Kind.APPEALED) - 1 :] == [
        Kind.PUBLICISED,
        Kind.APPEALED,
        Kind.APPEAL_HEARD,
        Kind.APPEAL_SETTLED,
        Kind.DECIDED,
        Kind.PUBLICISED,
        Kind.APPOINTED,
    ]
    assert not set(state.appeals[0].heard.present) & set(state.earlier_decisions[0].present)


def test_numbers_of_notices_and_certificates_count_on_without_a_gap(events):
    appointed = [event.payload for event in events if isinstance(event.payload, Appointed)]
    assert [int(one.certificate_number.rpartition("-")[2]) for one in appointed] == [
        *range(1, len(appointed) + 1)
    ]
    notices = [re.fullmatch(r"示例聘〔2026〕(\d+)号", one.document_number) for one in appointed]
    assert list(dict.fromkeys(int(found[1]) for found in notices)) == [1, 2, 3]


def test_whoever_is_not_appointed_is_told_why(states):
    closed = [state for state in states.values() if state.stage is Stage.NOT_APPOINTED]
    assert len(closed) > 10
    assert all(state.closing_reason for state in closed)
    assert any(state.decision is None for state in closed)  # the department's refusal, shown and closed


# --- what follows from the year ------------------------------------------------------------------------


def measures_in(events):
    """The events that decide on a measure."""
    return [event for event in events if isinstance(event.payload, MeasureDecided)]


def test_measures_are_decided_as_advised_and_against_it_with_a_reason(events):
    found = Counter((event.payload.measure, event.payload.agreed) for event in measures_in(events))
    assert found == {
        (Measure.BONUS, True): 3,
        (Measure.HONOUR, True): 4,
        (Measure.WARNING, True): 2,
        (Measure.WARNING, False): 1,
        (Measure.DEMOTION, True): 1,
        (Measure.DISMISSAL, False): 1,
    }
    for event in measures_in(events):
        assert event.payload.agreed or event.reason
        assert event.actor == "P01"


def test_what_is_decided_says_what_the_figures_advised(made, events):
    advised = from_records(made.review).advised
    for event in measures_in(events):
        decided = event.payload
        own = advised[event.case.partition("/")[2], decided.measure]
        assert decided.advised is own.standing
        if decided.agreed:
            assert own.standing is Standing.DUE
            assert (decided.amount, decided.to_level) == (own.amount, own.to_level)
        assert (decided.effective_on is None) is (decided.measure is not Measure.DEMOTION)


def test_nobody_who_applied_is_warned_or_demoted_on_the_day_of_the_appointments(events, states):
    penal = {Measure.WARNING, Measure.DEMOTION, Measure.DISMISSAL}
    for event in measures_in(events):
        assert event.payload.measure not in penal or not states[event.case].has_applied


def test_nobody_is_dismissed_whose_second_assessment_was_passed(events, states):
    """The steps of the law up to the transfer are on record, and none that only a dismissal would ask for."""
    (case,) = {event.case for event in events if event.kind is Kind.LEGAL_STEP}
    state = states[case]
    assert state.measure(Measure.DISMISSAL).decided.agreed is False
    assert "第二次考核达标" in state.measure(Measure.DISMISSAL).why
    taken = [one.taken for one in state.legal_steps]
    assert [one.done_on for one in taken] == sorted(one.done_on for one in taken)
    assert all(one.document for one in taken)
    open_steps = set(LawStep) - {one.step for one in taken}
    assert open_steps == {LawStep.SECOND_ASSESSMENT, LawStep.NOTICE_OR_PAY, LawStep.UNION_INFORMED}


def test_where_nobody_qualifies_nothing_is_decided(made):
    cases = tuple(replace(case, consequences=None) for case in made.review.cases)
    plan = planned(made.records, replace(made.review, cases=cases), made.policy, made.who, made.seed)
    assert plan.entries == made.plan.entries[:-2]


# --- what it refuses ------------------------------------------------------------------------------------


def test_a_policy_that_leaves_the_days_of_publicity_open_is_told(made):
    blank = replace(made.policy.parameters["publicity_days"], value=None)
    policy: Policy = replace(made.policy, parameters={**made.policy.parameters, "publicity_days": blank})
    with pytest.raises(ProcessError) as refused:
        planned(made.records, made.review, policy, made.who, made.seed)
    assert refused.value.code == "process.no_publicity_days"


def test_nothing_is_recorded_on_top_of_a_ledger_that_holds_something(made, tmp_path):
    first = made.plan.entries[0]
    with Ledger.open(tmp_path / "ledger.db", create=True, draw=drawn(1)) as ledger:
        ledger.append(first.drafts[:1], first.at)
        with pytest.raises(LedgerError) as refused:
            example_process(made.plan, ledger)
        assert (refused.value.code, ledger.head().number) == ("ledger.not_empty", 1)
