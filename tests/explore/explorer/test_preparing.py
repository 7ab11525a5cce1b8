"""A prepared file is for one reader: recused cases are nowhere, a department holds its own people only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cmreview.errors import InputError
from cmreview.explore.explorer import preparing
from cmreview.explore.explorer.preparing import Wanted, prepare, unseen
from cmreview.process.committee import Role
from cmreview.process.desk import Desk
from cmreview.process.events import Draft, MeasureDecided, case_id
from cmreview.process.measures import Measure, Standing
from cmreview.review.explorer.prepared import open_explorer
from tests.builders import make_records
from tests.explore.sitting import MIDDLE, NOW, SETTING, review, score, sheet


def seen_by(person, desk: Desk, setting=SETTING):
    return unseen(person, desk.states(), review(), setting)


def test_a_secretary_lacks_nobody(desk):
    assert seen_by(SETTING.committee.person("S01"), desk) == frozenset()


def test_a_member_lacks_the_cases_of_relations_and_of_the_own_department(desk):
    member = SETTING.committee.person("P05")
    states = list(desk.states().values())
    related = replace(member, department="没有这个部门", relations=frozenset({states[0].manager_id}))
    assert seen_by(related, desk) == {states[0].manager_id}
    colleague = replace(related, relations=frozenset(), department=states[0].application.department)
    own = {each.manager_id for each in states if each.application.department == colleague.department}
    assert own <= seen_by(colleague, desk)
    assert states[0].manager_id in own


def test_a_member_who_also_reviews_the_own_department_still_lacks_its_cases(desk):
    """As the reviewer they know them; what the committee says of them would be in the file."""
    state = next(iter(desk.states().values()))
    member = replace(
        SETTING.committee.person("P05"),
        roles=(Role.MEMBER, Role.REVIEWER),
        department=state.application.department,
        relations=frozenset(),
    )
    assert state.manager_id in seen_by(member, desk)


def test_an_application_that_the_ledger_does_not_know_counts_by_department(desk):
    case = next(each for each in review().cases if each.application is not None)
    member = replace(
        SETTING.committee.person("P05"), department=case.person.department, relations=frozenset()
    )
    assert case.person.manager_id in unseen(member, {}, review(), SETTING)


def test_who_did_not_apply_is_lacking_to_nobody_whatever_was_decided_on_them(desk):
    """Else their absence would tell that something was."""
    for person in ("P05", "R03", "S01"):
        who = SETTING.committee.person(person)
        before = seen_by(who, desk)
        warned = MeasureDecided(
            Measure.WARNING, True, NOW.date(), Standing.DUE, "孙无申报", who.department, "junior"
        )
        desk.record([Draft(case_id(2025, f"Z-{person}"), warned, "P01")], NOW)
        assert seen_by(who, desk) == before


def test_whoever_is_named_needs_a_ledger(tmp_path):
    with pytest.raises(InputError, match="ledger"):
        prepare(Wanted(2025, tmp_path, person="P05"), tmp_path / "x.explorer")


@pytest.mark.parametrize(("person", "is_open"), [("P02", True), ("P03", False), (None, False)])
def test_a_prepared_file_holds_of_closed_scores_what_its_reader_may_see(
    desk, tmp_path, monkeypatch, person, is_open
):
    score(desk, MIDDLE, {"P02": 81})
    before = desk.state(MIDDLE).sheet_of("P02")[0]
    desk.record([Draft(MIDDLE, sheet("P02", 83), "P02", corrects=before, reason="看错了一项")], NOW)
    monkeypatch.setattr(preparing, "open_records", lambda *_, **__: make_records())
    target = tmp_path / "x.explorer"
    ledger = str(tmp_path / "ledger.db")
    prepare(Wanted(2025, tmp_path, ledger=ledger, person=person), target, review=review())
    found = {each.manager_id: each for each in open_explorer(target).discussion}
    (altered,) = found[desk.state(MIDDLE).manager_id].alterations
    assert altered.is_closed != is_open
    assert (altered.after is not None) == is_open
