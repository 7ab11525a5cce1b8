"""Nobody sees more than they may: no recused case, no closed score, no total over either."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cmreview.explore import pages, panel_page
from cmreview.explore.session import Session
from cmreview.process.events import Decided, Draft, Kind, MeasureDecided, Recommendation, Recused, case_id
from cmreview.process.measures import Measure, Standing
from cmreview.show.html import text
from tests.explore.sitting import HOSTILE, JUNIOR, KEY, MIDDLE, NOW, SENIOR, opened, score, session, sheet

SIX = {member: 80 + place for place, member in enumerate(("P01", "P02", "P03", "P05", "P06", "P07"))}
SECRET = "只有本人知道的评语"


def whole_page(own: Session) -> str:
    """Everything that the page says to a person, of all cases."""
    sight = own.look()
    parts = [pages.heading(own, sight), pages.agenda(own, sight), pages.others(own, sight)]
    for case in sight.cases.values():
        parts += [
            pages.case_summary(case, sight, own),
            pages.documents(case, own),
            panel_page.scores(case, sight, own),
            pages.proceedings(case, sight, own),
            text(pages.choice(case, 1, own)),  # plain text, for a list that escapes it
        ]
    return "".join(parts)


def test_a_recused_member_sees_nothing_of_the_case_and_no_total_over_it(desk):
    desk.record([Draft(SENIOR, Recused("P05"), "P05", "亲属")], NOW)
    sight = session(desk, "P05").look()
    assert SENIOR not in sight.cases
    assert SENIOR not in sight.histories
    assert len(sight.agenda) == 4
    page = whole_page(session(desk, "P05"))
    assert "陈思远" not in page
    assert SENIOR not in page
    assert "（4 件）" in page


def test_comparisons_leave_out_what_a_person_may_not_see(desk):
    opened(desk, JUNIOR, SIX)
    opened(desk, HOSTILE, SIX)
    opened(desk, KEY, SIX)
    everything = session(desk, "P01").look().results["junior"]
    assert {one.candidate for one in everything.scores} == {JUNIOR, HOSTILE, KEY}
    own = session(desk, "P04").look().results["junior"]  # recused from the case of the own department
    assert {one.candidate for one in own.scores} == {JUNIOR, HOSTILE}


@pytest.mark.parametrize("person", ["P01", "P02", "S01"])
def test_a_closed_sheet_is_read_by_its_member_only(desk, person):
    desk.record([Draft(MIDDLE, sheet("P05", "73.25", SECRET), "P05")], NOW)
    page = whole_page(session(desk, person))
    assert SECRET not in page
    assert "73.25" not in page
    assert "宋立新" not in page.replace("回避", "")
    assert SECRET in whole_page(session(desk, "P05"))


def test_after_the_opening_members_and_secretary_read_every_sheet(desk):
    desk.record([Draft(MIDDLE, sheet("P05", "73.25", SECRET), "P05")], NOW)
    opened(desk, MIDDLE, {"P01": 80, "P02": 80})
    for person in ("P01", "P06", "S01"):
        assert SECRET in whole_page(session(desk, person))


def test_the_reviewer_of_a_department_reads_nothing_of_what_the_committee_says(desk):
    opened(desk, MIDDLE, SIX)
    desk.record([Draft(MIDDLE, Recused("P06"), "P06", "曾共事")], NOW)
    present = ("P01", "P02", "P03", "P05")
    decision = Decided(False, NOW.date(), present, Recommendation.DECLINE, 0, 4, 0)
    desk.record([Draft(MIDDLE, decision, "P01", "内部理由")], NOW)
    own = session(desk, "R03")  # 销售一部
    sight = own.look()
    assert set(sight.cases) == {SENIOR, MIDDLE, JUNIOR, HOSTILE}
    inside = {Kind.SCORED, Kind.SCORES_OPENED, Kind.RECUSED, Kind.DECIDED}
    assert not {event.kind for events in sight.histories.values() for event in events} & inside
    page = whole_page(own)
    for hidden in ("内部理由", "曾共事", "83.00", "许文博"):
        assert hidden not in page
    assert sight.cases[MIDDLE].state.decision is None
    assert sight.results == {}


def test_a_member_who_reviews_the_department_knows_the_case_as_its_reviewer_does(desk):
    opened(desk, KEY, SIX)
    sight = session(desk, "P04").look()
    assert KEY in sight.cases
    assert KEY not in sight.inside
    assert sight.cases[KEY].panel is None
    assert not sight.may_take(Kind.SCORED, KEY)


def test_what_people_typed_reaches_no_page_as_markup(desk):
    desk.record([Draft(HOSTILE, sheet("P01", 80, "<img src=x onerror=alert(1)>"), "P01")], NOW)
    page = whole_page(session(desk, "P01"))
    assert "<script>" not in page
    assert "<img" not in page


def test_the_number_of_sheets_is_no_secret_and_whose_they_are_is(desk):
    score(desk, SENIOR, {"P05": 80, "P06": 80})
    own = session(desk, "P02")
    item = next(one for one in own.look().agenda if one.case.state.case == SENIOR)
    assert (item.scored, item.of) == (2, 7)
    page = whole_page(own)
    assert "宋立新" not in page
    assert "许文博" not in page


WARNED = MeasureDecided(Measure.WARNING, True, NOW.date(), Standing.DUE, "孙无申报", "市场部", "junior")


def test_who_did_not_apply_is_no_case_of_the_sitting_whatever_was_decided(desk):
    before = session(desk, "S01").look()
    desk.record([Draft(case_id(2025, "Z-77"), WARNED, "P01")], NOW)
    after = session(desk, "S01").look()
    assert (after.cases, after.inside, after.agenda) == (before.cases, before.inside, before.agenda)
    assert "孙无申报" not in whole_page(session(desk, "S01"))


@pytest.mark.parametrize(("person", "reads"), [("R03", False), ("S01", True), ("P05", True)])
def test_a_measure_in_a_case_is_read_by_committee_and_secretaries_only(desk, person, reads):
    state = desk.state(MIDDLE)
    given = replace(WARNED, name=state.name, department=state.department)
    desk.record([Draft(MIDDLE, given, "P01")], NOW)
    page = whole_page(session(desk, person))
    assert ("同意警告与改进计划" in page) is reads
    sight = session(desk, person).look()
    if MIDDLE in sight.cases and not reads:
        assert sight.cases[MIDDLE].state.measures == ()
