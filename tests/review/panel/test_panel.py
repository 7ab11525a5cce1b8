"""The committee's official scores, what they hang on, and all that stands beside them. Policy 4.3."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cmreview.errors import InputError
from cmreview.policy.load import load_policy
from cmreview.review.figures import rounded
from cmreview.review.panel.panel import PanelResult, combine, panel, panel_rules, score_sheets
from cmreview.review.panel.rank_sets import Position
from cmreview.review.panel.two_way import Refused
from cmreview.terms import Label, Outcome
from tests.review.panel.panels import ITEMS, PLAIN, RULES, TRIMMED, cells, full_sheets, sheets_of

NEEDED = ("score_items", "score_scale", "score_method", "fewest_scores", "severity_correction")


def of(rows, rules=PLAIN, recused=()):
    return {each.candidate: each for each in combine(sheets_of(rows, recused), rules)}


def keys(found):
    return [remark.key for remark in found.remarks]


# --- against the line


@pytest.mark.parametrize(
    ("last", "outcome"),
    [(Decimal("69.9"), Outcome.MISSED), (Decimal(70), Outcome.MET), (Decimal("70.1"), Outcome.MET)],
    ids=["below", "at", "above"],
)
def test_the_line_itself_passes(last, outcome):
    found = of([[70, 70, last]])["c1"]
    assert (found.outcome, found.line, found.reason) == (outcome, 70, None)


def test_a_score_is_held_against_the_line_before_it_is_rounded():
    found = of([[70, 70, Decimal("69.99")]])["c1"]
    assert rounded(found.score, 2) == Decimal("70.00")
    assert found.outcome is Outcome.MISSED


def test_a_half_is_rounded_up_on_paper():
    """84.125 becomes 84.13; Python's own rounding makes it 84.12."""
    assert rounded(of([[84, 84, 84, Decimal("84.5")]])["c1"].score, 2) == Decimal("84.13")


def test_too_few_scores_are_no_evidence_and_neither_met_nor_missed():
    found = of([[90, 90, None]])["c1"]
    assert (found.score, found.outcome) == (None, Outcome.NO_EVIDENCE)
    assert found.reason.key == "panel.evidence.too_few"
    assert found.places is None


# --- what the policy leaves open


@pytest.mark.parametrize("key", NEEDED)
def test_without_a_rule_there_is_no_score_and_never_a_guess(key):
    found = of([[90, 90, 90]], replace(PLAIN, **{key: None}))["c1"]
    assert (found.score, found.outcome) == (None, Outcome.NO_RULE)
    assert found.reason.key == "panel.rule.open"
    assert "办法未定“" in found.reason.text()


@pytest.mark.parametrize("key", ["trim_on", "trim_min_scores"])
def test_how_to_trim_is_asked_only_where_the_method_trims(key):
    assert of([[90] * 5], replace(TRIMMED, **{key: None}))["c1"].outcome is Outcome.NO_RULE
    assert of([[90] * 5], replace(PLAIN, **{key: None}))["c1"].outcome is Outcome.MET


def test_without_a_line_there_is_a_score_and_no_rule():
    found = of([[90, 80, 70]], replace(PLAIN, panel_line=None))["c1"]
    assert (found.score, found.outcome, found.line) == (80, Outcome.NO_RULE, None)
    assert "评委评分达标线" in found.reason.text()
    assert found.depends_on == ()


class Folder:
    """A policy as far as the rules ask it."""

    def __init__(self, values):
        self.values = values

    def value(self, key):
        return self.values[key]


def test_the_rules_come_from_the_policy():
    values = {
        "score_items": ITEMS,
        "score_scale": (Decimal(0), Decimal(100)),
        "score_method": "mean",
        "trim_on": "total",
        "trim_min_scores": Decimal(5),
        "fewest_scores": Decimal(3),
        "panel_line": Decimal(70),
        "interval_level": Decimal("0.95"),
        "severity_correction": "off",
    }
    assert panel_rules(Folder(values)) == RULES


def test_a_blank_of_the_policy_stays_a_blank():
    blank = panel_rules(Folder(dict.fromkeys(field.name for field in fields(RULES))))
    assert {getattr(blank, field.name) for field in fields(blank)} == {None}


def test_the_example_policy_says_all_that_a_score_needs_and_the_open_one_leaves_the_line(root):
    decided, still_open = (
        panel_rules(load_policy(root / "params" / folder, 2025)) for folder in ("policy", "policy-open")
    )
    assert None not in [getattr(decided, field.name) for field in fields(decided)]
    assert still_open.panel_line is None
    marks = {(f"m{n}", "c1", item.id): 80 for n in range(1, 6) for item in decided.score_items}
    scores = score_sheets([f"m{n}" for n in range(1, 6)], ["c1"], marks)
    assert [combine(scores, rules)[0].score for rules in (decided, still_open)] == [80, 80]
    assert combine(scores, still_open)[0].outcome is Outcome.NO_RULE


# --- who scored


def test_a_recused_member_is_not_missing():
    found = of([[90, 80, 70, None, None]], recused=[("m4", "c1")])["c1"]
    assert (found.scored, found.missing, found.recused) == (("m1", "m2", "m3"), ("m5",), ("m4",))
    (remark,) = found.remarks
    assert remark.key == "panel.remark.missing"
    assert "m5" in remark.text()
    assert "m4" not in remark.text()


def test_every_member_is_told_as_scored_missing_or_recused():
    found = of([[90, 80, 70, None, None]], recused=[("m4", "c1")])["c1"]
    assert sorted(found.scored + found.missing + found.recused) == ["m1", "m2", "m3", "m4", "m5"]


def test_an_incomplete_sheet_is_told():
    scores = full_sheets(
        {"c1": {"m1": (80, 80, 80), "m2": (80, None, 80), "m3": (80, 80, 80), "m4": (80,) * 3}}
    )
    (found,) = combine(scores, RULES)
    assert found.incomplete == ("m2",)
    assert found.spread.count == 3


# --- on whom it depends


def test_a_score_that_one_member_carries_says_who():
    """On the line of 70 only through m4: (66 + 68 + 67 + 90) / 4 = 72.75, without m4 67."""
    found = of([[66, 68, 67, 90]])["c1"]
    assert (found.outcome, found.depends_on) == (Outcome.MET, ("m4",))
    assert "panel.remark.depends_on_one" in keys(found)
    assert "m4" in found.remarks[-1].text()


def test_a_miss_through_one_member_is_told_as_well():
    found = of([[75, 75, 75, 40]])["c1"]
    assert (found.outcome, found.depends_on) == (Outcome.MISSED, ("m4",))


def test_where_any_one_of_several_would_turn_it_all_are_named():
    """75, 75 and 60 make exactly 70; without either 75 it is 67.5."""
    found = of([[75, 75, 60]])["c1"]
    assert (found.outcome, found.depends_on) == (Outcome.MET, ("m1", "m2"))
    assert keys(found) == ["panel.remark.depends_on_any"]
    assert "m1、m2" in found.remarks[0].text()


@pytest.mark.parametrize(
    ("others", "depends_on"),
    [(Decimal("69.9"), ("m4",)), (Decimal(70), ()), (Decimal("70.1"), ())],
    ids=["below", "at", "above"],
)
def test_what_is_left_without_a_member_is_held_against_the_line_like_any_score(others, depends_on):
    found = of([[others, others, others, 82]])["c1"]
    assert (found.outcome, found.depends_on) == (Outcome.MET, depends_on)


def test_a_score_that_nobody_carries_says_nothing():
    found = of([[80, 82, 81, 90]])["c1"]
    assert found.depends_on == ()
    assert keys(found) == []


def test_a_panel_of_one_depends_on_that_one():
    found = of([[90]], replace(PLAIN, fewest_scores=Fraction(1)))["c1"]
    assert (found.score, found.depends_on) == (90, ("m1",))
    assert found.spread.sd is None


def test_how_many_scores_there_must_be_is_no_dependence_on_one():
    """With exactly the fewest, each is needed for there to be a score; that is no remark on anybody."""
    assert of([[80, 82, 81]])["c1"].depends_on == ()


def test_the_place_tells_how_far_one_member_moves_it():
    """c1 leads by 80 to 79; without m1, who alone prefers it, c2 does."""
    found = of([[90, 75, 75], [70, 83, 84]])
    assert (found["c1"].places.place, found["c1"].places.best, found["c1"].places.worst) == (1, 1, 2)
    assert (found["c2"].places.place, found["c2"].places.best, found["c2"].places.worst) == (2, 1, 2)


def test_equal_scores_share_a_place():
    found = of([[80, 80, 80], [70, 80, 90], [60, 60, 60]])
    assert [found[name].places.place for name in ("c1", "c2", "c3")] == [1, 1, 3]


def by_least_squares(rows):
    """Candidates' parts where the members' add up to zero, solved in floats by another way."""
    members = len(rows[0])
    known = [(i, j) for i, row in enumerate(rows) for j, value in enumerate(row) if value is not None]
    design = np.zeros((len(known), len(rows) + members - 1))
    for line, (i, j) in enumerate(known):
        design[line, i] = 1
        design[line, len(rows) :] = -1 if j == members - 1 else np.eye(members - 1)[j]
    return np.linalg.lstsq(design, np.array([float(rows[i][j]) for i, j in known]))[0][: len(rows)]


def test_with_the_correction_leaving_a_member_out_fits_anew():
    rows = [[90, 84, None, 78], [82, 76, 88, 70], [None, 80, 92, 75], [70, 66, 77, None], [85, None, 90, 74]]
    found = of(rows, replace(PLAIN, severity_correction="on", panel_line=Fraction(2747, 33)))["c3"]
    assert (found.score, found.outcome) == (Fraction(2747, 33), Outcome.MET)
    expected = [
        f"m{column + 1}"
        for column in range(4)
        if rows[2][column] is not None
        and by_least_squares([row[:column] + row[column + 1 :] for row in rows])[2] < 2747 / 33
    ]
    assert found.depends_on == tuple(expected) == ("m3",)


# --- marks that can't be


@pytest.mark.parametrize("points", [Decimal("-0.1"), Decimal("100.1")], ids=["below", "above"])
def test_a_mark_outside_the_scale_is_refused(points):
    with pytest.raises(InputError) as refused:
        of([[points, 80, 80]])
    assert refused.value.code == "panel.outside_scale"
    assert "m1 · c1 · total" in str(refused.value)
    assert "0 到 100" in str(refused.value)


def test_the_ends_of_the_scale_are_marks():
    assert of([[0, 100, 50]])["c1"].score == 50


def test_a_mark_on_an_item_that_the_policy_does_not_have_is_refused():
    with pytest.raises(InputError) as refused:
        combine(sheets_of([[80, 80, 80]]), RULES)
    assert refused.value.code == "panel.unknown_item"


# --- all of it


def test_nothing_at_all_gives_nothing():
    found = panel(score_sheets([], [], {}), PLAIN)
    assert found.scores == ()
    assert isinstance(found.severity, Refused)
    assert isinstance(found.rank_sets, Refused)
    assert isinstance(found.lines, Refused)


def test_a_candidate_whom_nobody_scored_stands_among_the_others():
    found = panel(sheets_of([[None, None, None], [80, 81, 80], [90, 91, 92]]), PLAIN)
    assert [each.outcome for each in found.scores] == [Outcome.NO_EVIDENCE, Outcome.MET, Outcome.MET]
    assert found.scores[0].spread is None
    assert [each.candidate for each in found.lines.intervals] == ["c2", "c3"]
    assert found.agreement.average.candidates == 2


def test_equal_scores_have_no_spread():
    found = panel(sheets_of([[80, 80, 80], [90, 90, 90]]), PLAIN)
    assert [each.spread.sd for each in found.scores] == [0, 0]
    assert [each.position for each in found.lines.intervals] == [Position.ABOVE, Position.ABOVE]


def test_a_position_never_contradicts_the_outcome():
    rows = [[60, 72, 80, 75, 71], [90, 91, 92, 93, 88], [50, 52, 51, 49, 55], [70, 70, 71, 69, 20]]
    found = panel(sheets_of(rows), TRIMMED)
    for score, line in zip(found.scores, found.lines.intervals, strict=True):
        assert (score.outcome, line.position) not in {
            (Outcome.MET, Position.BELOW),
            (Outcome.MISSED, Position.ABOVE),
        }
    assert {line.position for line in found.lines.intervals} == set(Position)


def test_what_stands_beside_changes_no_score():
    rows = [[80, 70, 91], [82, 75, 90], [60, 55, None]]
    beside = panel(sheets_of(rows), PLAIN)
    assert beside.scores == combine(sheets_of(rows), PLAIN)
    without = panel(sheets_of(rows), replace(PLAIN, interval_level=None))
    assert without.scores == beside.scores
    assert without.lines.reason.key == "panel.refused.level_open"


def kinds(value):
    """The types of everything within a result."""
    if is_dataclass(value):
        return {kind for field in fields(value) for kind in kinds(getattr(value, field.name))}
    if isinstance(value, tuple):
        return {kind for each in value for kind in kinds(each)}
    return {StrEnum if isinstance(value, StrEnum) else type(value)}


@pytest.mark.parametrize(
    "rows",
    [[[80, 70, 91], [82, 75, 90]], [[80, 70, 91], [82, 75, None], [60, None, 70]]],
    ids=["whole", "gaps"],
)
def test_a_result_holds_only_what_can_be_stored_exactly(rows):
    found = kinds(panel(sheets_of(rows), PLAIN))
    assert found <= {str, int, bool, type(None), Fraction, StrEnum}
    assert Label not in found


def test_no_field_may_be_one_of_three_kinds():
    """A stored value tells apart two kinds, or one and nothing."""
    assert not [kind for kind in PanelResult.__annotations__.values() if "None" in kind]


groups = st.integers(1, 5).flatmap(
    lambda members: st.lists(
        st.lists(st.one_of(st.none(), st.integers(0, 100)), min_size=members, max_size=members),
        min_size=1,
        max_size=4,
    )
)


@settings(max_examples=40)
@given(
    groups,
    st.randoms(use_true_random=False),
    st.sampled_from(["mean", "trimmed_mean"]),
    st.sampled_from(["on", "off"]),
)
def test_the_order_in_which_sheets_come_in_never_matters(rows, random, method, correction):
    rules = replace(PLAIN, score_method=method, severity_correction=correction)
    members = [f"m{n}" for n in range(1, len(rows[0]) + 1)]
    candidates = [f"c{n}" for n in range(1, len(rows) + 1)]
    marks = [((member, who, "total"), points) for (member, who), points in cells(rows).items()]
    first = combine(score_sheets(members, candidates, dict(marks)), rules)
    for order in (members, candidates, marks):
        random.shuffle(order)
    assert combine(score_sheets(members, candidates, dict(marks)), rules) == first
