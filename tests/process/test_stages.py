"""The stage of a case follows from its own record and nothing else. Policy 1.3.a, 4."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmreview.errors import ProcessError
from cmreview.process import events as record
from cmreview.process.access import is_recused, may_see_scores
from cmreview.process.events import Recommendation, ReviewDecision, case_parts
from cmreview.process.stages import ENDED, Stage, case_state, case_states, effective
from cmreview.process.steps import faults_of, next_steps
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


def test_what_has_ended_allows_no_step_but_taking_back():
    assert all(next_steps(AT_STAGE[stage]().state) == (record.Kind.VOIDED,) for stage in ENDED)


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


DAYS = [on("2025-11-20") + timedelta(days=count) for count in range(0, 120, 3)] + [cases.LAST, cases.AFTER]
ACTORS = (*MEMBERS, "R03", "R04", "S01")
MEMBER = st.sampled_from(MEMBERS)
DAY = st.sampled_from(DAYS)
NUMBER = st.integers(1, 14)


@st.composite
def windows(draw):
    """Days of publicity as the calendar gives them, or some others."""
    posted = draw(DAY)
    window = cases.CALENDAR.add_workdays(posted, draw(st.sampled_from([5, 5, 5, 4, 7])))
    return record.Publicised(posted, window.first, window.last)


@st.composite
def decisions(draw):
    """A decision by most of the members."""
    present = draw(st.lists(MEMBER, min_size=4, max_size=7, unique=True))
    approved = draw(st.booleans())
    return cases.decision(
        present, approved=approved, on=draw(DAY), recommendation=draw(st.sampled_from(Recommendation))
    )


PAYLOADS = st.one_of(
    st.builds(
        cases.application,
        applied_on=DAY,
        department=st.sampled_from(["销售一部", "市场部"]),
        evidence=st.sampled_from([(), ("证明",)]),
    ),
    st.just(record.Admitted()),
    st.builds(
        cases.review, st.sampled_from(ReviewDecision), reviewer=st.sampled_from(["郭美华", "P06"]), on=DAY
    ),
    st.builds(record.Completed, DAY, st.just(("台账",))),
    st.just(record.Referred()),
    st.builds(record.Recused, MEMBER),
    st.builds(cases.sheet, MEMBER),
    st.just(record.ScoresOpened()),
    decisions(),
    windows(),
    st.builds(cases.appeal, DAY),
    st.builds(record.AppealHeard, NUMBER, DAY, st.tuples(MEMBER)),
    st.builds(record.AppealSettled, NUMBER, st.booleans(), DAY),
    st.builds(cases.appointment),
    st.builds(record.NotAppointed, DAY),
    st.builds(record.Withdrawn, DAY),
    st.builds(record.Voided, NUMBER),
)
STARTS = st.sampled_from([stage for stage in Stage if stage not in ENDED])
TRIES = st.lists(
    st.tuples(PAYLOADS, st.sampled_from(ACTORS), DAY, st.sampled_from([None, "理由"]), st.none() | NUMBER),
    max_size=25,
)


def live(start, tries):
    """A case from some stage on, after all steps that were accepted; time runs forwards."""
    told = AT_STAGE[start]()
    for payload, actor, day, reason, corrects in sorted(tries, key=lambda one: one[2]):
        correcting = None if isinstance(payload, record.Voided) else corrects
        who = payload.member if isinstance(payload, record.Scored) else actor
        try:
            told.take(payload, who, max(day, cases.AFTER), reason, correcting)
        except ProcessError:
            continue
    return told


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=150)
@given(start=STARTS, tries=TRIES)
def test_whatever_is_tried_the_record_stays_sound_and_private(start, tries):
    told = live(start, tries)
    assert faults_of(told.case, told.events, told.setting) == ()
    state = told.state
    for one in PEOPLE.people.values():
        seen = {member for member in MEMBERS if may_see_scores(state, one, member, RULES)}
        if is_recused(state, one, RULES) and {cases.Role.MEMBER} & set(one.roles):
            assert seen == set()
        elif not state.scores_open:
            assert seen <= {one.id}
    numbers = [event.number for event in effective(told.events)]
    assert numbers == sorted(set(numbers))
    # the ledger may bring two cases in any order; a case's own events keep theirs
    assert case_states(told.events, RULES) == ({told.case: state} if told.events else {})


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


@given(start=STARTS, tries=TRIES)
def test_a_stage_is_what_the_entries_that_count_say_and_nothing_else(start, tries):
    told = live(start, tries)
    counted = case_state(told.case, effective(told.events), RULES)
    assert cases.replace(counted, last_event=0) == cases.replace(told.state, last_event=0)
