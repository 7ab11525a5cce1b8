"""The desk: steps are held against the ledger as it is, and recorded all or none. Policy 1.3.a, 4."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cmreview.errors import LedgerConflict, ProcessError
from cmreview.process import events as record
from cmreview.process.desk import Desk, Refused
from cmreview.process.events import Draft, case_id
from cmreview.process.ledger.ledger import Ledger
from cmreview.process.stages import Stage
from cmreview.process.steps.steps import Checked
from tests.process import cases
from tests.process.cases import AFTER, moment

ONE, OTHER = case_id(2025, "001009"), case_id(2025, "001010")


@pytest.fixture
def ledger(tmp_path):
    """An empty ledger on the disk."""
    with Ledger.open(tmp_path / "ledger.sqlite", create=True) as opened:
        yield opened


@pytest.fixture
def desk(ledger):
    """A desk before it."""
    return Desk(ledger, cases.setting())


def put(desk, *told):
    """Bring cases of the builders into the ledger, step by step as they were told."""
    for each in told:
        for event in each.events:
            draft = Draft(each.case, event.payload, event.actor, event.reason, event.corrects)
            desk.record([draft], event.at)


def test_a_case_walks_from_application_to_appointment_and_is_read_back_as_it_was_told(desk):
    told = cases.appointed()
    put(desk, told)
    state = desk.state(ONE)
    assert state.stage is Stage.APPOINTED
    assert state.appointment_hash == desk.ledger.head().hash
    assert cases.replace(state, appointment_hash=None) == cases.replace(told.state, appointment_hash=None)
    assert desk.ledger.verify() == ()


def test_all_cases_of_the_year_are_shown_in_order_and_no_other_years(desk):
    put(desk, cases.applied(manager="001010"), cases.reviewed())
    desk.ledger.append([Draft("2024/001009", cases.application(), "S01")], moment(AFTER))
    assert desk.year == 2025
    assert list(desk.states()) == [ONE, OTHER]
    assert [state.stage for state in desk.states().values()] == [Stage.REVIEWED, Stage.APPLIED]


def test_a_case_without_any_record_stands_at_nothing(desk):
    assert desk.state(ONE).stage is Stage.NOTHING
    assert desk.states() == {}


def test_proposing_records_nothing(desk):
    drafts = [Draft(ONE, cases.application(), "S01"), Draft(ONE, cases.review(), "R04")]
    found = desk.propose(drafts, moment(AFTER))
    assert [type(result) for _, result in found] == [Checked, ProcessError]
    assert [draft for draft, _ in found] == drafts
    assert desk.ledger.head().number == 0


def test_of_several_steps_all_are_recorded_or_none(desk):
    drafts = [
        Draft(ONE, cases.application(), "S01"),
        Draft(OTHER, cases.application(target_level="expert"), "S01"),
        Draft(OTHER, cases.review(), "R03"),
    ]
    with pytest.raises(Refused) as caught:
        desk.record(drafts, moment(AFTER))
    error = caught.value
    assert [one.code for one in error.refused] == ["process.unknown_level", "process.wrong_stage"]
    assert "3 步中有 2 步" in error.what("zh")
    assert "2 of 3 steps" in error.what("en")
    assert all(one.text(lang) in error.text(lang) for one in error.refused for lang in ("zh", "en"))
    assert desk.ledger.head().number == 0
    recorded = desk.record(drafts[:1], moment(AFTER))
    assert [event.number for event in recorded] == [1]


def test_a_single_refused_step_says_its_own_reason(desk):
    with pytest.raises(ProcessError) as caught:
        desk.record([Draft(ONE, cases.review(), "R03")], moment(AFTER))
    assert caught.value.code == "process.wrong_stage"


def test_several_steps_of_one_case_are_recorded_in_their_order(desk):
    drafts = [
        Draft(ONE, cases.application(), "S01"),
        Draft(ONE, cases.review(), "R03"),
        Draft(ONE, record.Referred(), "S01"),
    ]
    desk.record(drafts, moment(AFTER))
    assert desk.state(ONE).stage is Stage.IN_COMMITTEE


def test_nothing_to_record_records_nothing(desk):
    assert desk.record([], moment(AFTER)) == ()


def test_a_step_checked_against_an_older_state_is_not_recorded(desk):
    """Between the look and the record another desk records a step of the same case."""
    put(desk, cases.applied())
    other = Desk(desk.ledger, desk.setting)

    class Slow(Desk):
        def _numbered(self, drafts):
            if self.ledger.head().number == 1:
                other.record([Draft(ONE, cases.review(), "R03")], moment(AFTER))
            return super()._numbered(drafts)

    slow = Slow(desk.ledger, desk.setting)
    with pytest.raises(LedgerConflict):
        slow.record([Draft(ONE, cases.review(opinion="同意"), "S01")], moment(AFTER))
    assert len(desk.state(ONE).reviews) == 1


def test_a_step_that_rests_on_what_was_seen_is_not_recorded_on_anything_newer(desk):
    put(desk, cases.applied())
    seen = {ONE: 1}
    desk.record([Draft(ONE, cases.review(), "R03")], moment(AFTER))
    with pytest.raises(LedgerConflict):
        desk.record([Draft(ONE, record.Referred(), "S01")], moment(AFTER), seen)
    desk.record([Draft(ONE, record.Referred(), "S01")], moment(AFTER), {ONE: 2})
    assert desk.state(ONE).stage is Stage.IN_COMMITTEE


def test_what_another_desk_recorded_is_seen_at_once(desk):
    put(desk, cases.applied())
    other = Desk(desk.ledger, desk.setting)
    other.record([Draft(ONE, cases.review(), "R03")], moment(AFTER))
    assert desk.state(ONE).stage is Stage.REVIEWED


def test_a_certificate_number_is_given_once_over_all_years_and_stays_taken_when_taken_back(desk):
    put(desk, cases.appointed(), cases.publicised(manager="001010"))
    again = [Draft(OTHER, cases.appointment(), "S01")]
    with pytest.raises(ProcessError) as caught:
        desk.record(again, moment(AFTER))
    assert caught.value.code == "process.number_taken"
    number = next(event.number for event in desk.ledger.events(ONE) if event.kind == record.Kind.APPOINTED)
    desk.record([Draft(ONE, record.Voided(number), "S01", "误录")], moment(AFTER))
    with pytest.raises(ProcessError) as caught:
        desk.record(again, moment(AFTER))
    assert caught.value.code == "process.number_taken"


def test_two_desks_never_give_one_number_to_two_people(desk):
    put(desk, cases.publicised(), cases.publicised(manager="001010"))

    class Slow(Desk):
        """A desk beside which another one appoints somebody while it looks for a free number."""

        def _numbered(self, drafts):
            found = super()._numbered(drafts)
            desk.record([Draft(OTHER, cases.appointment(), "S01")], moment(AFTER))
            return found

    with pytest.raises(LedgerConflict):
        Slow(desk.ledger, desk.setting).record([Draft(ONE, cases.appointment(), "S01")], moment(AFTER))
    assert desk.state(ONE).stage is Stage.PUBLICISED


def test_an_appointment_is_corrected_under_its_own_number(desk):
    put(desk, cases.appointed())
    number = desk.ledger.head().number
    better = cases.appointment(document_number="聘〔2026〕2号")
    desk.record([Draft(ONE, better, "S01", "文号录错", number)], moment(AFTER))
    assert desk.state(ONE).appointment == better
    assert desk.state(ONE).appointment_hash == desk.ledger.head().hash


def test_the_day_of_a_step_is_the_committees_wherever_the_machine_stands(desk):
    """17:00 in London on 26 February is 01:00 on the 27th in Beijing: the publicity is over there."""
    put(desk, cases.publicised())
    at = datetime(2026, 2, 26, 17, 0, tzinfo=UTC)
    appointment = [Draft(ONE, cases.appointment(), "S01")]
    with pytest.raises(ProcessError) as caught:
        desk.record(appointment, at - timedelta(hours=2))
    assert caught.value.code == "process.publicity_not_over"
    (event,) = desk.record(appointment, at)
    assert event.at.utcoffset() == timedelta(hours=8)
    assert event.at == at


def test_a_moment_without_its_zone_is_refused_before_the_machines_own_is_taken_for_it(desk):
    for call in (desk.propose, desk.record):
        with pytest.raises(ValueError, match="must say its zone"):
            call([Draft(ONE, cases.application(), "S01")], datetime(2026, 1, 10, 9, 0))


def test_numbers_of_entries_are_the_ledgers_over_all_cases(desk):
    """What is number 4 of one case alone is another's here."""
    put(desk, cases.reviewed(manager="001010"), cases.scored())
    number = desk.ledger.head().number
    assert number == 6
    for wrong in (1, 2):
        with pytest.raises(ProcessError) as caught:
            desk.record([Draft(ONE, record.Voided(wrong), "S01", "误录")], moment(AFTER))
        assert caught.value.code == "process.nothing_to_correct"
    desk.record([Draft(ONE, cases.sheet(points="90"), "P05", None, number)], moment(AFTER))
    assert desk.state(ONE).sheet_of("P05")[1] == cases.sheet(points="90")
