"""Where cases stand and for whom they wait; what an entry says, and to whom (Policy 1.3.a, 4)."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.process import events as record
from cmreview.process.overview import by_case, overview
from cmreview.process.stages import Stage
from cmreview.process.timeline import Glossary, timeline, told
from cmreview.terms import Label
from cmreview.words import exists
from tests.process import cases
from tests.process.cases import AFTER, AT_STAGE, DECIDED, POSTED
from tests.process.drafts import EVERY_PAYLOAD

GLOSSARY = Glossary(
    cases.committee(),
    {"senior": Label("高级", "senior")},
    {"report": Label("业绩汇报", "performance report")},
)


def line(told, day=AFTER):
    (found,) = overview({told.case: told.events}, told.setting, day)
    return found


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.NOTHING])
def test_every_stage_says_for_whom_the_case_waits(stage):
    found = line(AT_STAGE[stage]())
    assert found.state.stage is stage
    assert found.since is not None
    for lang in ("zh", "en"):
        assert found.waiting.text(lang)
        assert all(flag.text(lang) for flag in found.flags)


WAITS = {
    Stage.APPLIED: ("review", ("郭美华",)),
    Stage.REVIEWED: ("referral", ("刘敏",)),
    Stage.IN_COMMITTEE: ("decision", ("周建国",)),
    Stage.DECIDED: ("publicity", ("刘敏",)),
    Stage.REFUSED: ("publicity", ("刘敏",)),
    Stage.RETURNED: ("completion", ("王伟",)),
    Stage.APPEALED: ("reply", ("周建国",)),
    Stage.APPOINTED: ("nobody", ()),
}


@pytest.mark.parametrize("stage", WAITS)
def test_whoever_must_act_is_named(stage):
    waiting = line(AT_STAGE[stage]()).waiting
    assert (waiting.key, waiting.names) == (f"waiting.{WAITS[stage][0]}", WAITS[stage][1])


def test_a_department_without_a_reviewer_waits_for_the_secretary():
    assert line(cases.applied(department="新设部门")).waiting.names == ("刘敏",)


def test_a_deputy_stands_in_for_a_recused_chair():
    told = cases.scored(department="公司领导")  # the chair's own
    told.take(record.ScoresOpened(), "P02", DECIDED)
    assert line(told).waiting.names == ("方慧敏",)


def test_before_the_opening_only_how_many_have_not_scored_is_told():
    found = line(cases.scored("P05", "P06"))
    assert (found.waiting.key, found.waiting.count, found.waiting.names) == ("waiting.scores", 5, ())
    everybody = cases.scored(*cases.MEMBERS)
    assert line(everybody).waiting.key == "waiting.opening"


def test_a_recused_member_is_not_waited_for():
    found = line(cases.scored("P05", manager="001046"))  # P07 is related
    assert found.waiting.count == 5
    assert [flag.key for flag in found.flags] == ["flag.recused"]


def test_publicity_waits_for_its_last_day_and_then_for_the_secretary():
    told = cases.publicised()
    assert line(told, cases.LAST).waiting.key == "waiting.window"
    assert line(told, AFTER).waiting.key == "waiting.closing"
    assert (line(told, POSTED).days_left, line(told, cases.LAST).days_left) == (5, 1)
    assert line(cases.decided()).days_left is None


def test_since_is_the_day_of_the_stage_and_not_of_the_latest_entry():
    told = cases.referred()
    told.take(cases.sheet(), "P05", DECIDED)
    assert line(told).since == cases.REFERRED


def test_lines_come_by_case_whatever_the_order_of_events():
    one, other = cases.reviewed(manager="001010"), cases.applied(first_number=9)
    histories = by_case([*one.events, *other.events])
    assert list(histories) == [other.case, one.case]
    assert [found.state.case for found in overview(histories, cases.setting(), AFTER)] == [
        other.case,
        one.case,
    ]


# --- what an entry says


@pytest.mark.parametrize("payload", EVERY_PAYLOAD, ids=lambda payload: type(payload).__name__)
def test_every_kind_of_entry_is_told_in_both_languages(payload):
    for lang in ("zh", "en"):
        said = told(payload, GLOSSARY, lang)
        assert bool(said) == bool(fields(payload))


ANY_PAYLOAD = st.one_of([st.from_type(type(payload)) for payload in EVERY_PAYLOAD])


@given(ANY_PAYLOAD, st.sampled_from(["zh", "en"]))
def test_no_entry_is_too_odd_to_be_told(payload, lang):
    assert isinstance(told(payload, GLOSSARY, lang), str)


def test_every_field_has_a_name():
    names = {one.name for payload in EVERY_PAYLOAD for one in fields(payload)}
    assert [name for name in sorted(names) if not exists(f"case_list.field.{name}")] == []


def test_ids_are_told_by_their_names_and_a_missing_score_as_not_scored():
    payload = record.Scored(
        "P05", (record.ItemScore("report", None), record.ItemScore("defence", cases.Decimal("80.50")))
    )
    assert told(payload, GLOSSARY) == "评委：宋立新；评分：业绩汇报 未评、defence 80.5"
    assert "等级：高级" in told(cases.appointment(), GLOSSARY)


def test_without_a_reader_all_is_open_but_scores_that_are_not_opened():
    closed = cases.scored()
    entries = timeline(closed.state, closed.events, closed.setting.rules)
    assert [entry.is_closed for entry in entries] == [False, False, False, True]
    assert entries[-1].actor == ""
    opened = cases.opened()
    assert not any(entry.is_closed for entry in timeline(opened.state, opened.events, opened.setting.rules))


def test_a_corrected_entry_stays_and_says_by_what_it_was_corrected():
    case = cases.decided()
    wrong = case.last
    case.take(cases.decision(approved=False), "P01", DECIDED, "误记", wrong)
    case.take(record.Voided(case.last), "P01", DECIDED, "误录")
    entries = {entry.number: entry for entry in timeline(case.state, case.events, case.setting.rules)}
    assert entries[wrong].payload == cases.decision()
    assert (entries[wrong].replaced_by, entries[wrong + 1].corrects) == (wrong + 1, wrong)
    assert entries[wrong + 1].voided_by == wrong + 2
