"""How far the order depends on the weights: published examples, ties, missing evidence. Policy 1.3.b."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.review.model import Score, ScoreLine
from cmreview.review.scrutiny.sensitivity import Drawn, places, points, sensitivity, weight_draws
from tests.review.explorer.company import company_review

REVIEW = company_review()
HALF = Fraction(1, 2)
ROWS = {"A": (1, "0.2"), "B": ("0.5", "0.6"), "C": ("0.1", "0.9")}


def candidate(name, place, *reached, weights=None, tied=False):
    weights = weights or [Fraction(1, len(reached))] * len(reached)
    lines = tuple(
        ScoreLine(f"3.3.P{number}", "sales", weight, None if part is None else Fraction(str(part)))
        for number, (part, weight) in enumerate(zip(reached, weights, strict=True), 1)
    )
    known = [(line.weight, line.attainment) for line in lines if line.attainment is not None]
    coverage = sum(weight for weight, _ in known)
    total = sum(weight * part for weight, part in known) / coverage
    score = Score(total, coverage, lines, Fraction("1.2"), place, 9, 1, 9, tied)
    of_nobody = next(case for case in REVIEW.cases if case.person.manager_id == "M05")
    return replace(of_nobody, person=replace(of_nobody.person, manager_id=name), score=score)


def shares(found):
    return {each.manager_id: dict(each.by_place) for each in found.places}


# --- published examples (SMAA-2, see science notes)


def test_any_weights_are_uniform_on_the_simplex(shared_oracles):
    """P(w1 > 1/2) is 1/4 with three weights; normalised uniforms would give 1/6."""
    known = json.loads((shared_oracles / "composite.json").read_text("utf-8"))["smaa_closed_forms"]
    drawn = weight_draws([Fraction(1, 3)] * 3, 100_000, 1)
    assert np.allclose(drawn.sum(axis=1), 1)
    assert np.mean(drawn[:, 0] > 0.5) == pytest.approx(float(Fraction(known[1]["dirichlet111"])), abs=0.005)


def test_a_pair_agrees_with_its_closed_form():
    """Attainments (1, 0) and (0, 1/2): the first is ahead in 2/3 of all weights."""
    found = sensitivity([candidate("A", 1, 1, 0), candidate("B", 2, 0, HALF)], "senior", draws=100_000)
    (pair,) = found.neighbours
    assert float(pair.ahead) == pytest.approx(2 / 3, abs=0.005)
    assert pair.ahead + pair.equal + pair.behind == 1
    assert pair.by_weights


def test_rank_acceptability_agrees_with_the_worked_matrix(shared_oracles):
    known = json.loads((shared_oracles / "composite.json").read_text("utf-8"))["smaa_rank_acceptability"]
    people = [candidate(str(number), number + 1, *row) for number, row in enumerate(known["x"])]
    found = shares(sensitivity(people, "senior", draws=200_000))
    for number, row in enumerate(known["acceptability_rows_candidates"]):
        assert [float(found[str(number)].get(place, 0)) for place in (1, 2, 3, 4)] == pytest.approx(
            row, abs=known["tol"]
        )


# --- around the published weights


@given(within=st.fractions(min_value=0, max_value=Fraction(1, 2)), seed=st.integers(0, 99))
def test_no_weight_moves_farther_than_it_may(within, seed):
    published = [Fraction(1, 2), Fraction(3, 10), Fraction(1, 5)]
    drawn = weight_draws(published, 200, seed, within)
    ratio = drawn / np.array([float(each) for each in published])
    spread = ratio.max(axis=1) / ratio.min(axis=1)
    assert (spread <= float((1 + within) / (1 - within)) + 1e-9).all()


@pytest.mark.parametrize("within", ["-0.1", "1", "2"])
def test_a_weight_never_moves_to_nothing_or_below(within):
    with pytest.raises(ValueError, match="within"):
        weight_draws([HALF, HALF], 5, 1, Fraction(within))


def test_weights_that_stay_keep_every_place():
    weights = [Fraction(2, 3), Fraction(1, 3)]
    people = [candidate("A", 1, 1, 0, weights=weights), candidate("B", 2, 0, HALF, weights=weights)]
    found = sensitivity(people, "senior", within=Fraction(0))
    assert [each.keeps for each in found.places] == [1, 1]
    assert (found.drawn, found.within) == (Drawn.AROUND, 0)


def test_a_small_change_of_weights_turns_only_what_is_close():
    people = [candidate("A", 1, 1, 1), candidate("B", 2, "0.9", "0.5"), candidate("C", 3, "0.5", "0.89")]
    found = sensitivity(people, "senior", within=Fraction(1, 5))
    kept = {each.manager_id: each.keeps for each in found.places}
    assert kept["A"] == 1
    assert 0 < kept["B"] < 1
    assert [pair.by_weights for pair in found.neighbours] == [False, True]


# --- ties, missing evidence, nobody


def test_equal_candidates_keep_the_published_tie_break_and_share_a_published_tie():
    parted = [candidate("A", 1, 1, HALF), candidate("B", 2, 1, HALF)]
    assert shares(sensitivity(parted, "senior")) == {"A": {1: 1}, "B": {2: 1}}
    tied = [
        candidate("A", 1, 1, HALF, tied=True),
        candidate("B", 1, 1, HALF, tied=True),
        candidate("C", 3, 0, 0),
    ]
    found = sensitivity(tied, "senior")
    assert shares(found) == {"A": {1: 1}, "B": {1: 1}, "C": {3: 1}}
    assert (found.neighbours[0].equal, found.neighbours[0].ahead) == (1, 0)


def test_missing_evidence_is_left_out_of_a_samples_points_and_is_not_zero():
    drawn = weight_draws([HALF, HALF], 50, 1)
    assert (points([[Fraction(1), None]], drawn) == 1).all()
    found = sensitivity([candidate("A", 1, 1, None), candidate("B", 2, "0.8", "0.9")], "senior")
    assert shares(found)["A"] == {1: 1}
    assert found.places[0].coverage == HALF
    assert found.neighbours[0].by_weights  # what is not evidenced could be anything


def test_whoever_has_no_place_is_named_and_not_ranked():
    without = candidate("X", None, 1, 1)
    found = sensitivity([without, candidate("A", 1, 1, 1)], "senior")
    assert (found.not_ranked, [each.manager_id for each in found.places]) == (("X",), ["A"])
    nobody = sensitivity([without], "senior")
    assert (nobody.places, nobody.neighbours, nobody.not_ranked) == ((), (), ("X",))


def test_pairs_are_told_for_those_who_are_asked_for():
    people = [candidate(name, place, *row) for place, (name, row) in enumerate(ROWS.items(), 1)]
    found = sensitivity(people, "senior", among=("C", "A"))
    assert [(pair.first, pair.second) for pair in found.chosen] == [("A", "C")]
    with pytest.raises(KeyError):
        sensitivity(people, "senior", among=("A", "Z"))


def test_the_same_seed_gives_the_same_figures_and_says_so():
    people = [candidate(name, place, *row) for place, (name, row) in enumerate(ROWS.items(), 1)]
    one, same = sensitivity(people, "senior"), sensitivity(reversed(people), "senior")
    assert one == same
    assert one != sensitivity(people, "senior", seed=44)
    assert "2000" in one.told.text("zh")
    assert "20%" in sensitivity(people, "senior", within=Fraction(1, 5)).told.text("en")


@given(st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=1, max_size=5))
def test_places_agree_with_counting_who_is_ahead(rows):
    found = np.array(rows, dtype=float)
    published = [1, 2, 2, 4]
    expected = [
        [1 + sum((row[j], -published[j]) > (row[i], -published[i]) for j in range(4)) for i in range(4)]
        for row in rows
    ]
    assert places(found, published).tolist() == expected


def test_a_companys_ranking_is_sampled_as_it_was_published():
    found = sensitivity(REVIEW.cases, "senior")
    published = {
        case.person.manager_id: case.score.rank_in_company
        for case in REVIEW.cases
        if case.application is not None and case.application.target_level == "senior"
    }
    assert {each.manager_id: each.place for each in found.places} == published
    assert sum((share for _, share in found.places[0].by_place), Fraction(0)) == 1
