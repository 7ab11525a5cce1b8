"""The order of discussion in a prepared file: the session's own, closed things closed, some files without."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from cmreview.process.events import Draft
from cmreview.process.overview import by_case
from cmreview.review.explorer.discussion import discussion
from cmreview.review.explorer.prepared import open_explorer, prepare_explorer
from cmreview.review.explorer.verdict_table import VerdictTable
from cmreview.show.explorer.discussion import discussion_part
from cmreview.show.explorer.teller import Teller
from cmreview.show.figures import Figures
from tests.builders import make_records
from tests.explore.sitting import (
    MEMBERS,
    MIDDLE,
    NOW,
    POLICY,
    SENIOR,
    SETTING,
    desk,
    opened,
    review,
    score,
    session,
    sheet,
)

DAY = date(2026, 2, 4)
WHY = "看错了一项"


@pytest.fixture
def at(tmp_path):
    """Scores of one case opened after one was corrected; of another one corrected and still closed."""
    found = desk(tmp_path)
    for case in (SENIOR, MIDDLE):
        score(found, case, {"P02": 81})
        before = found.state(case).sheet_of("P02")[0]
        found.record([Draft(case, sheet("P02", 83), "P02", corrects=before, reason=WHY)], NOW)
    opened(found, SENIOR, dict.fromkeys([each for each in MEMBERS if each not in ("P02", "P04")], 90))
    yield found
    found.ledger.close()


def found(at, person=None, without=frozenset()):
    reader = None if person is None else SETTING.committee.person(person)
    histories = by_case(at.ledger.events(year=2025))
    listed = discussion(review(), at.states(), histories, SETTING, POLICY, DAY, reader, without)
    return {each.manager_id: each for each in listed}


def test_an_opened_correction_is_told_with_both_values_who_and_why(at):
    (altered,) = found(at)[at.state(SENIOR).manager_id].alterations
    assert (altered.kind, altered.reason, altered.is_closed) == ("scored", WHY, False)
    assert altered.actor == SETTING.committee.name_of("P02")
    assert "81" in altered.before.zh
    assert "83" in altered.after.zh
    assert "81" not in altered.after.en


@pytest.mark.parametrize("person", [None, "P01", "S01"])
def test_a_closed_score_stays_closed_for_everybody_but_its_member(at, person):
    (altered,) = found(at, person)[at.state(MIDDLE).manager_id].alterations
    assert altered.is_closed
    assert (altered.actor, altered.before, altered.after, altered.reason) == ("", None, None, None)
    (own,) = found(at, "P02")[at.state(MIDDLE).manager_id].alterations
    assert "83" in own.after.zh


def test_the_order_is_the_agendas(at):
    sight = session(at, "S01").look()
    agenda = [item.case.state.manager_id for item in sight.agenda]
    level = {each.manager_id: each.level for each in found(at, "S01").values()}
    order = [each.manager_id for each in found(at, "S01").values() if each.of is not None]
    assert sorted(order) == sorted(agenda)
    for one in set(level.values()):
        assert [each for each in order if level[each] == one] == [
            each for each in agenda if level[each] == one
        ]


def prepared(at, tmp_path, **more):
    target = tmp_path / "x.explorer"
    listed = tuple(found(at, None).values())
    prepare_explorer(make_records(), POLICY, review(), target, discussed=listed, **more)
    return open_explorer(target)


def test_what_was_put_in_comes_out(at, tmp_path):
    assert prepared(at, tmp_path).discussion == tuple(found(at).values())


@pytest.mark.parametrize("more", [{"department": "销售一部"}, {"blind_key": b"k" * 32}])
def test_a_departments_file_and_a_blind_one_do_not_hold_it(at, tmp_path, more):
    explorer = prepared(at, tmp_path, **more)
    assert explorer.discussion is None
    assert WHY.encode() not in explorer.members.path.read_bytes()
    assert "不含讨论次序" in page(explorer)


def test_a_case_the_reader_may_not_see_is_not_in_it(at, tmp_path):
    hidden = at.state(SENIOR).manager_id
    assert hidden not in found(at, "P05", frozenset({hidden}))
    explorer = prepared(at, tmp_path, without=frozenset({hidden}))
    assert hidden not in {each.manager_id for each in explorer.discussion}


def page(explorer, numbers=None):
    table = VerdictTable.from_explorer(explorer)
    everybody = np.ones(len(table.people), dtype=bool)
    return discussion_part(explorer.discussion, table, everybody, Teller(POLICY, Figures("zh"), numbers))


def test_the_page_shows_it_and_hides_what_names_people_with_the_names(at, tmp_path):
    explorer = prepared(at, tmp_path)
    assert WHY in page(explorer)
    assert "内容尚未公开" in page(explorer)
    numbers = {str(each): str(place) for place, each in enumerate(explorer.candidates.ids)}
    hidden = page(explorer, numbers)
    assert "隐去姓名时不显示内容" in hidden
    assert WHY not in hidden
    assert SETTING.committee.name_of("P02") not in hidden
