"""The stage of a case follows from its own record and nothing else. Policy 1.3.a, 4."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmreview.errors import ProcessError
from cmreview.process import events as record
from cmreview.process.access import JUDGES, entitled, is_recused, may_see_scores
from cmreview.process.events import ReviewDecision, case_parts
from cmreview.process.measures import LawStep, Measure, Standing
from cmreview.process.stages import ENDED, Stage, case_state, case_states, effective
from cmreview.process.steps.steps import faults_of, next_steps
from tests.process import cases
from tests.process.cases import AT_STAGE, MEMBERS, RULES, on

PEOPLE = cases.committee()


def test_a_case_of_which_nothing_is_recorded_stands_at_nothing():
    state = case_state("2025/001009", [], RULES)
    assert (state.stage, state.last_event, state.year, state.manager_id) == (Stage.NOTHING, 0, 2025, "001009")


def test_the_last_event_is_the_latest_one_whatever_it_says():
    told = cases.scored()
    told.take(record.Voided(4), "P05", cases.SCORED, "误录")
    assert told.state.last_event == 5
    assert told.try_(cases.sheet(), "P05", cases.SCORED).state.last_event == 6


def test_what_has_ended_allows_no_step_but_taking_back_and_what_follows_from_the_year():
    allowed = (record.Kind.MEASURE_DECIDED, record.Kind.LEGAL_STEP, record.Kind.VOIDED)
    assert all(next_steps(AT_STAGE[stage]().state) == allowed for stage in ENDED)


def test_every_stage_is_reached_by_a_builder():
    assert set(AT_STAGE) == set(Stage)


def test_a_correction_in_the_past_changes_what_followed_from_it():
    told = cases.applied(applied_on=on("2026-01-16"))
    assert told.stage is Stage.AWAITING_ADMISSION
    told.take(
        cases.application(applied_on=on("2026-01-15")), "S01", on("2026-01-17"), "收件日期录错", corrects=1
    )
    assert (told.stage, told.state.late) == (Stage.APPLIED, False)


@pytest.mark.parametrize(
    ("case", "parts"), [("2025/00123", (2025, "00123")), ("2025/A/7", (2025, "A/7")), ("0001/x", (1, "x"))]
)
def test_an_id_keeps_leading_zeros(case, parts):
    assert case_parts(case) == parts


# --- properties: whatever people try, in any order


ACTOR = {
    record.Kind.REVIEWED: ["R03", "S01"],
    record.Kind.SCORES_OPENED: ["P01", "P02"],
    record.Kind.DECIDED: ["P01", "P02"],
    record.Kind.APPEAL_SETTLED: ["P01", "P02"],
    record.Kind.MEASURE_DECIDED: ["P01", "P02"],
}
# What ends a story that could have gone on, or leads it nowhere, is tried least.
RARE = {
    record.Kind.WITHDRAWN,
    record.Kind.RECUSED,
    record.Kind.VOIDED,
    record.Kind.MEASURE_DECIDED,
    record.Kind.LEGAL_STEP,
}


TRIED = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def payloads(draw, kind, state, today):
    """Something of a kind that people may well try on ``today`` as a case stands; not always rightly."""
    day = today - timedelta(days=draw(st.sampled_from([0, 0, 0, 0, 1, 30])))
    member = draw(st.sampled_from(MEMBERS))
    upheld = draw(st.booleans())
    appeals = [one.event for one in state.appeals] or [1]
    match kind:
        case record.Kind.APPLIED:
            late = draw(st.sampled_from([cases.APPLIED, cases.on("2025-11-30")]))
            evidence = draw(st.sampled_from([("证明",), ()]))
            department = draw(st.sampled_from(["销售一部", "市场部"]))
            return cases.application(applied_on=late, evidence=evidence, department=department)
        case record.Kind.REVIEWED:
            reviewer = draw(st.sampled_from(["郭美华", "P06"]))
            return cases.review(draw(st.sampled_from(ReviewDecision)), reviewer=reviewer, on=day)
        case record.Kind.COMPLETED:
            return record.Completed(day, ("台账",))
        case record.Kind.RECUSED:
            return record.Recused(member)
        case record.Kind.SCORED:
            return cases.sheet(member)
        case record.Kind.DECIDED:
            may_sit = [one.id for one in entitled(state, PEOPLE, RULES, day)]
            present = draw(
                st.lists(st.sampled_from(may_sit or MEMBERS), min_size=len(may_sit) - 1, unique=True)
            )
            return cases.decision(present, approved=upheld, on=day)
        case record.Kind.PUBLICISED:
            window = cases.CALENDAR.add_workdays(day, draw(st.sampled_from([5, 5, 5, 4, 7])))
            return record.Publicised(day, window.first, window.last)
        case record.Kind.APPEALED:
            return cases.appeal(day)
        case record.Kind.APPEAL_HEARD:
            return record.AppealHeard(draw(st.sampled_from(appeals)), day, (member,))
        case record.Kind.APPEAL_SETTLED:
            return record.AppealSettled(draw(st.sampled_from(appeals)), upheld, day)
        case record.Kind.APPOINTED:
            return cases.appointment(effective_on=today)
        case record.Kind.NOT_APPOINTED:
            return record.NotAppointed(day)
        case record.Kind.WITHDRAWN:
            return record.Withdrawn(day)
        case record.Kind.MEASURE_DECIDED:
            measure = draw(st.sampled_from([Measure.WARNING, Measure.DISMISSAL, Measure.DISMISSAL]))
            takes_effect = today + timedelta(days=30) if upheld else None
            return cases.measure(measure, upheld, Standing.COMMITTEE, day, effective_on=takes_effect)
        case record.Kind.LEGAL_STEP:
            return cases.legal_step(draw(st.sampled_from(LawStep)), day)
        case _:
            return PLAIN[kind]()


PLAIN = {
    record.Kind.ADMITTED: record.Admitted,
    record.Kind.REFERRED: record.Referred,
    record.Kind.SCORES_OPENED: record.ScoresOpened,
}


@st.composite
def lives(draw):
    """A case from some stage on, after all steps and corrections that were tried and accepted."""
    told = AT_STAGE[draw(st.sampled_from([stage for stage in Stage if stage not in ENDED]))]()
    today = cases.AFTER
    for _ in range(draw(st.integers(1, 20))):
        today += timedelta(days=draw(st.sampled_from([0, 0, 1, 9])))
        state = told.state
        numbers = [event.number for event in told.events] or [1]
        possible = [kind for kind in next_steps(state) for _ in range(1 if kind in RARE else 4)]
        match draw(st.sampled_from(["step"] * 6 + ["correction", "taken back"])):
            case "step":
                kind, corrects = draw(st.sampled_from(possible)), None
            case "correction":
                corrects = draw(st.sampled_from(numbers))
                kind = next((event.kind for event in told.events if event.number == corrects), None)
            case _:
                kind, corrects = record.Kind.VOIDED, None
        if kind in (None, record.Kind.VOIDED):
            payload, corrects = record.Voided(draw(st.sampled_from(numbers[-2:]))), None
        else:
            payload = draw(payloads(kind, state, today))
        actor = payload.member if isinstance(payload, record.Scored) else None
        actor = actor or draw(st.sampled_from(ACTOR.get(kind, ["S01", "S01", "P01"])))
        try:
            told.take(payload, actor, today, draw(st.sampled_from(["理由", "理由", None])), corrects)
        except ProcessError:
            continue
    return told


@TRIED
@given(told=lives())
def test_whatever_is_tried_the_record_stays_sound(told):
    assert faults_of(told.case, told.events, told.setting) == ()
    numbers = [event.number for event in effective(told.events)]
    assert numbers == sorted(set(numbers))


@TRIED
@given(told=lives())
def test_whatever_is_tried_scores_stay_private_and_hidden_from_the_recused(told):
    state = told.state
    for one in PEOPLE.people.values():
        seen = {member for member in MEMBERS if may_see_scores(state, one, member, RULES)}
        if JUDGES & set(one.roles) and is_recused(state, one, RULES):
            assert seen == set()
        elif not state.scores_open:
            assert seen <= {one.id}


@TRIED
@given(told=lives())
def test_whatever_is_tried_nobody_is_appointed_but_after_approval_and_publicity(told):
    state = told.state
    if state.stage is not Stage.APPOINTED:
        return
    assert state.decision.approved
    assert not state.open_appeals
    (when,) = [event.at.date() for event in effective(told.events) if event.payload == state.appointment]
    assert when > state.publicity.last
    assert state.publicity.posted_on >= state.decision.decided_on


@given(data=st.data())
def test_the_order_in_which_cases_were_told_among_each_other_never_matters(data):
    makers = [AT_STAGE[stage] for stage in Stage if stage is not Stage.NOTHING]
    told = [
        maker(manager=f"00{number}", first_number=100 * number)
        for number, maker in enumerate(
            data.draw(st.lists(st.sampled_from(makers), min_size=2, max_size=3)), 1
        )
    ]
    waiting = {one.case: list(one.events) for one in told}
    mixed = []
    while any(waiting.values()):
        case = data.draw(st.sampled_from([case for case, events in waiting.items() if events]))
        mixed.append(waiting[case].pop(0))
    assert case_states(mixed, RULES) == {one.case: one.state for one in told}


@TRIED
@given(told=lives())
def test_a_stage_is_what_the_entries_that_count_say_and_nothing_else(told):
    entries = [cases.replace(event, corrects=None) for event in effective(told.events)]
    counted = case_state(told.case, entries, RULES)
    assert cases.replace(counted, last_event=0) == cases.replace(told.state, last_event=0)
