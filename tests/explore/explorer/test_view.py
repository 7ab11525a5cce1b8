"""The explorer's page: totals always right, views drawn when shown, filters for all, errors told."""

from __future__ import annotations

import re

import numpy as np
import pytest

from cmreview.explore.explorer.exploration import Exploration
from cmreview.explore.session import NoteKind
from cmreview.review.case import build_review
from cmreview.review.explorer.back_test import back_test
from cmreview.review.explorer.changes import Part
from cmreview.review.explorer.verdict_table import VerdictTable
from cmreview.terms import Result
from tests.explore.explorer.conftest import POLICY
from tests.review.explorer.company import PEOPLE, company_records

SALES = "3.2.P2"


def cells(html: str) -> list[list[str]]:
    """The cells of every row of a page's tables, as plain text."""
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows
    ]


def test_the_totals_are_the_reviews_own(view):
    review = build_review(company_records(), POLICY)
    told = {row[0]: row[1:] for row in cells(view._totals.value)}
    for level in POLICY.levels:
        own = [
            case.overall.result if case.overall else None
            for case in review.cases
            if case.application and case.application.target_level == level.id
        ]
        expected = [len(own), *(own.count(result) for result in Result), own.count(None)]
        assert told[level.label.zh] == [str(count) for count in expected]


def test_only_the_visible_view_is_drawn_and_the_others_when_they_are_shown(view):
    assert view.stale == {each.key for each in view.views} - {"overview"}
    view.show(view.ranking)
    assert "ranking" not in view.stale
    view.what_if.box(Part.THRESHOLD, SALES).box.value = "1"
    assert view.stale == {each.key for each in view.views} - {"ranking"}
    assert "→" in view._totals.value  # though no view that shows it was opened


def test_every_view_can_be_shown_in_both_languages(view):
    for lang in ("zh", "en"):
        view.language.value = lang
        for each in view.views:
            view.show(each)
            assert view.board.notice.last is None, each.key
    assert view.tabs.titles[1] == "Cases"


def test_every_control_has_a_name(view):
    for each in view.views:
        view.show(each)
    boxes = [view.language, view.cases.chooser, view.line.criterion, view.ranking.level, view.compare.who]
    boxes += [*view.filters._boxes(), view.filters.clear, view.back_test.departments]
    boxes += [view.what_if.section, view.what_if.reset, view.what_if.reason, view.what_if.who]
    boxes += [view.what_if.ask, view.what_if.folder, view.what_if.write]
    boxes += [each.box for each in view.what_if.boxes.values()]
    assert all(box.description.strip() for box in boxes)


def test_a_filter_holds_for_every_view(view):
    view.filters.department.value = "销售二部"
    mask = view.board.exploration.chosen().mask
    assert set(view.board.exploration.table.people.departments[mask]) == {"销售二部"}
    for each in (view.cases, view.departments):
        view.show(each)
    assert "销售一部" not in view.cases._list.value + view.departments._body.value
    assert "筛选出 3 人" in view.filters._count.value


@pytest.mark.parametrize("typed", ["曾", "zg", "zengguo", "M01"])
def test_people_are_found_by_name_id_and_pinyin(view, typed):
    view.filters.text.value = typed
    found = view.board.exploration.chosen().rows
    assert view.board.exploration.table.people.ids[found].tolist() == ["M01"]


def test_hidden_names_stand_nowhere_and_cannot_be_searched_for(view):
    view.filters.hides.value = True
    view.show(view.cases)
    view.cases.chooser.value = view.cases.chooser.options[1][1]
    for each in (view.line, view.compare, view.ranking, view.calibration):
        view.show(each)
    shown = "".join(
        (
            view.cases._list.value,
            view.cases._case.value,
            view.cases._rows.value,
            str(view.cases.chooser.options),
            view.line._body.value,
            view.compare._body.value,
            view.ranking._body.value,
            view.calibration._body.value,
        )
    )
    assert "候选人" in shown
    for manager, name, *_ in PEOPLE:
        assert name not in shown
        assert manager not in re.sub(r"[HK]M0\d", "", shown)
    view.filters.text.value = "曾"
    assert view.board.exploration.chosen().count == 0


def test_numbers_are_drawn_anew_each_time(view):
    explorer = view.board.exploration.explorer
    one, other = (Exploration(explorer, hides_names=True).teller.numbers for _ in range(2))
    assert set(one) == set(other)
    assert one != other


def test_a_case_opens_with_the_rows_behind_its_figures(view):
    view.show(view.cases)
    row = int(np.flatnonzero(view.board.exploration.table.people.ids == "M01")[0])
    view.cases.chooser.value = row
    assert "曾国" in view.cases._case.value
    view.cases.indicator.value = "sales"
    told = cells(view.cases._rows.value)
    assert {row[0] for row in told[1:]} == {f"HM01-n{number}" for number in range(3)}


def test_the_ranking_is_the_tables_own(view):
    view.show(view.ranking)
    view.ranking.level.value = "senior"
    table = VerdictTable.from_explorer(view.board.exploration.explorer)
    rows = view.ranking.rows()
    assert [int(table.rank_in_company[row]) for row in rows] == sorted(
        rank
        for rank, level in zip(table.rank_in_company, table.people.judged_level, strict=True)
        if rank and level == "senior"
    )


def test_people_to_compare_must_each_be_one(view):
    view.show(view.compare)
    view.compare.who.value = "M01, qiujiu"
    assert len(view.compare.rows()) == 2
    assert view.board.notice.last is None
    view.compare.who.value = "M0, M01"
    assert view.board.notice.last.kind is NoteKind.REFUSED
    view.compare.who.value = "M01,M02,M03,M04,M05,M06"
    assert "最多" in view.board.notice.last.lines[0]


def test_the_back_test_follows_what_is_tried_out(view):
    look = view.board.exploration
    policy = POLICY
    for number in range(1, 6):
        view.what_if.box(Part.THRESHOLD, f"3.2.P{number}").box.value = ""
        policy = policy.with_threshold(f"3.2.P{number}", None)
    view.show(view.back_test)
    expected = back_test(look.explorer, policy)
    assert view.back_test._counted[1] == expected
    assert expected != back_test(look.explorer, POLICY)


def test_an_error_in_a_callback_is_told_on_the_page(view, monkeypatch):
    monkeypatch.setattr(view.ranking, "draw", lambda: 1 / 0)
    view.show(view.ranking)
    assert view.board.notice.last.kind is NoteKind.FAILED
    assert "ZeroDivisionError" in view.board.notice.widget.value


def test_whoever_has_no_panel_score_is_on_no_field(view):
    view.show(view.calibration)
    assert "评委评分尚未公开或未形成" in view.calibration._body.value
