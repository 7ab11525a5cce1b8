"""The grid: exact at its boundaries, a missing score on no field."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from cmreview.policy.load import default_folder, load_policy
from cmreview.review.committee.calibration import Boundaries, boundaries
from cmreview.review.explorer.exact_column import ExactColumn
from cmreview.review.explorer.prepared import open_explorer
from cmreview.review.explorer.verdict_table import VerdictTable
from cmreview.show.explorer.grid import fields, grid, shares
from cmreview.show.explorer.teller import Teller
from cmreview.show.explorer.weights import variation, weights_sampled
from cmreview.show.figures import Figures
from tests.builders import make_policy
from tests.review.explorer.company import FILE, prepare_by_own_policy

POLICY = make_policy()
SIZE = 8


@pytest.fixture(scope="module")
def explorer(made_once):
    return open_explorer(made_once("own-policy", prepare_by_own_policy) / FILE)


def with_panel(explorer, panel):
    people = replace(explorer.candidates, panel=ExactColumn.of(panel))
    return VerdictTable.of(people, POLICY, explorer.currency)


@pytest.mark.parametrize(
    ("panel", "band"), [(Fraction(70), 1), (Fraction(70) - Fraction(1, 10**12), 0), (Fraction(71), 1)]
)
def test_whoever_is_on_a_boundary_is_in_the_band_above(explorer, panel, band):
    table = with_panel(explorer, [panel] * SIZE)
    limits = Boundaries((), (Fraction(70),), False, None)
    found, without_points, without_panel = fields(table, np.ones(SIZE, dtype=bool), limits)
    assert set(found) == {(0, band)}
    assert without_panel == []
    applicants = int(table.people.is_applicant.sum())
    assert sum(map(len, found.values())) + len(without_points) == applicants


def test_a_missing_panel_score_is_on_no_field(explorer):
    table = with_panel(explorer, [None] * SIZE)
    limits = Boundaries((Fraction(1),), (Fraction(70),), False, None)
    found, _, without_panel = fields(table, np.ones(SIZE, dtype=bool), limits)
    assert found == {}
    assert len(without_panel) > 0


def test_sampled_places_rest_on_the_published_ones(explorer):
    table = VerdictTable.from_explorer(explorer)
    found = weights_sampled(table, "senior")
    ranks = {
        str(manager): int(rank)
        for manager, rank, level in zip(
            table.people.ids, table.rank_in_company, table.people.judged_level, strict=True
        )
        if rank and level == "senior"
    }
    assert {each.manager_id: each.place for each in found.places} == ranks
    assert all(0 <= each.keeps <= 1 and each.best <= each.worst for each in found.places)


def test_weights_move_as_far_as_the_policy_says_and_no_further_than_it_is_open(explorer):
    table = VerdictTable.from_explorer(explorer)
    shipped = load_policy(default_folder(), 2025)
    assert variation(shipped) == Fraction(20, 100)
    assert variation(shipped.with_value("weight_variation", None)) is None
    found = weights_sampled(table, "senior", variation(shipped))
    assert found.within == Fraction(1, 5)
    assert "20" in found.told.text("en")


def test_the_shipped_policy_makes_nine_fields_and_shows_its_guideline(explorer):
    shipped = load_policy(default_folder(), 2025)
    people = replace(explorer.candidates, panel=ExactColumn.of([Fraction(70)] * SIZE))
    table = VerdictTable.of(people, shipped, explorer.currency)
    everybody, limits = np.ones(SIZE, dtype=bool), boundaries(shipped)
    page = grid(table, everybody, limits, Teller(shipped, Figures("zh")))
    assert page.count("<strong>") == 9
    told = shares(table, everybody, limits, Teller(shipped, Figures("zh")))
    assert "参考 60%" in told
    found, _, _ = fields(table, everybody, limits)
    assert {panel for _, panel in found} == {1}  # 70 is on the lower boundary
    without = shipped.with_value("calibration_guideline", None)
    table = VerdictTable.of(people, without, explorer.currency)
    assert "参考" not in shares(table, everybody, boundaries(without), Teller(without, Figures("zh")))
