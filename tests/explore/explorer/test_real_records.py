"""The explorer on AdventureWorks: real orders in dollars, nobody applies, no figure is not the review's."""

from __future__ import annotations

import numpy as np
import pytest

from cmreview import build_review, expectations, load_policy, open_records
from cmreview.explore.explorer.exploration import Exploration
from cmreview.explore.explorer.opened import Opened
from cmreview.explore.explorer.preparing import Wanted, prepare
from cmreview.explore.explorer.view import ExplorerView
from cmreview.explore.session import NoteKind
from cmreview.review.explorer.prepared import open_explorer

YEAR = 2013


@pytest.fixture(scope="module")
def wanted(root, shared_data) -> Wanted:
    return Wanted(
        YEAR,
        shared_data / "adventureworks",
        mapping=root / "params/sources/adventureworks.yaml",
        policy=root / "params/policy-open",
    )


@pytest.fixture(scope="module")
def review(wanted):
    policy = load_policy(wanted.policy, YEAR)
    records = open_records(wanted.records, wanted.mapping, expectations=expectations(policy))
    return build_review(records, policy)


@pytest.fixture(scope="module")
def view(wanted, review, tmp_path_factory) -> ExplorerView:
    file = tmp_path_factory.mktemp("prepared") / "2013.explorer"
    prepare(wanted, file, review=review)
    return ExplorerView(Opened(Exploration(open_explorer(file), lang="en"), file, is_example=False))


@pytest.mark.parametrize("indicator", ["sales", "new_customers"])
def test_everybody_has_the_figure_of_the_review(view, review, indicator):
    people = view.board.exploration.table.people
    column = people.facts[indicator, None].values
    found = {str(manager): column.exact(row) for row, manager in enumerate(people.ids)}
    told = {case.person.manager_id: case.fact(indicator) for case in review.cases}
    assert found == {manager: fact and fact.value for manager, fact in told.items()}
    assert sum(value is not None and value > 0 for value in found.values()) > 10


def test_nobody_applied_and_the_page_says_so_instead_of_showing_nothing(view):
    boxes, look = view.filters, view.board.exploration
    boxes.applicants.value = True
    assert look.chosen().count == 0
    view.show(view.cases)
    assert "Nobody is left" in view.cases._list.value
    boxes.applicants.value = False
    assert look.chosen().count == len(look.table.people) == 17


def test_every_order_behind_somebodys_sales_can_be_reached(view, review):
    view.filters.applicants.value = False
    view.show(view.cases)
    sold = max(review.cases, key=lambda case: case.fact("sales").value or 0)
    row = int(np.flatnonzero(view.board.exploration.table.people.ids == sold.person.manager_id)[0])
    view.cases.chooser.value = row
    view.cases.indicator.value = "sales"
    rows = review.sources(sold.person.manager_id, "sales")
    assert f"of {len(rows)}" in view.cases._rows.value
    seen = set()
    while True:
        seen |= {each for each in rows if each in view.cases._rows.value}
        if view.cases.row_pager.after.disabled:
            break
        view.cases.row_pager.after.click()
    assert seen == set(rows)


def test_every_tab_is_drawn_without_a_complaint(view):
    for each in view.views:
        view.show(each)
        note = view.board.notice.last
        assert note is None or note.kind not in (NoteKind.FAILED, NoteKind.REFUSED), (each.key, note)
        assert view.visible.key not in view.stale, each.key
