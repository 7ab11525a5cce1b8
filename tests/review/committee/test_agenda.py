"""The committee's agenda: what needs discussing comes first, for reasons that it says. Policy 4.3."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.policy.load import load_policy
from cmreview.process.committee_file import load_committee
from cmreview.process.events import Applied, Decided, ItemScore, Recommendation, Scored
from cmreview.process.rules import process_rules
from cmreview.process.stages import CaseState, Stage
from cmreview.review.committee.agenda import agenda, open_against_line
from cmreview.review.committee.cases import CommitteeCase
from cmreview.review.model import Overall
from cmreview.review.panel.decision import Advice, Part
from cmreview.review.panel.panel import PanelScore, Spread
from cmreview.review.panel.rank_sets import LineInterval, LineIntervals, Position
from cmreview.review.panel.two_way import Refused
from cmreview.review.told import Told
from cmreview.terms import Outcome, Result

ROOT = Path(__file__).resolve().parents[3]
RULES = process_rules(load_policy(ROOT / "params" / "policy", 2025))
COMMITTEE = load_committee(ROOT / "params" / "committee.yaml")
DAY = date(2026, 2, 4)
MET, MISSED, NONE = Outcome.MET, Outcome.MISSED, Outcome.NO_EVIDENCE
WHY = Told("decision.all_met")


def marks(score="80", depends_on=(), spread=(75, 85)):
    found = Spread(5, Fraction(spread[0]), Fraction(spread[1]), None)
    return PanelScore(
        "",
        Fraction(score),
        Fraction(70),
        MET,
        None,
        5,
        (),
        (),
        (),
        (),
        (),
        found,
        None,
        tuple(depends_on),
        (),
    )


def case(
    name,
    *,
    stage=Stage.IN_COMMITTEE,
    recommendation=Recommendation.APPROVE,
    panel=None,
    eligible=MET,
    no_evidence=0,
    close=0,
    decision=None,
    sheets=(),
):
    """A case before the committee; with a panel its scores are opened."""
    overall = Overall(Result.UNDECIDED if no_evidence else Result.ELIGIBLE, WHY, 7, 0, no_evidence, 0)
    verdicts = tuple(SimpleNamespace(close=place < close) for place in range(7))
    parts = (
        Part("eligibility", eligible),
        Part("panel", NONE if panel is None else MET, panel and panel.score, Fraction(70)),
        Part("combined", MET),
    )
    state = CaseState(
        f"2025/{name}",
        stage,
        Applied("某", "销售一部", None, "junior", DAY, ("a",)),
        scores_open=panel is not None,
        decision=decision,
        sheets=tuple(
            (n, Scored(member, (ItemScore("report", Decimal(80)),))) for n, member in enumerate(sheets)
        ),
    )
    known = SimpleNamespace(overall=overall, verdicts=verdicts)
    return CommitteeCase(known, state, panel, Advice(recommendation, parts, WHY))


def ordered(*cases, open_ones=()):
    opened = frozenset(f"2025/{one}" for one in open_ones)
    return [item.case.state.manager_id for item in agenda(cases, opened, COMMITTEE, RULES, DAY)]


def reasons(one, open_ones=()):
    (item,) = agenda([one], frozenset(open_ones), COMMITTEE, RULES, DAY)
    return [told.key.rsplit(".", 1)[1] for told in item.reasons]


EARLIER = Decided(True, DAY, ("P01",), Recommendation.APPROVE)
PLAIN = case("a", panel=marks())
# Each needs discussing for one reason only, what weighs most first; ids are against the order.
BY_WEIGHT = (
    case("z", panel=marks(), decision=EARLIER),
    case("y", panel=marks(depends_on=("P01",))),
    case("x", panel=marks()),  # open against the line
    case("w", panel=marks(), recommendation=Recommendation.UNDECIDED),
    case("v", panel=marks(), recommendation=Recommendation.DECLINE),
    case("u", panel=marks(), no_evidence=1),
    case("t", panel=marks(), close=1),
    case("s", panel=marks(spread=(60, 90))),
)


@given(st.permutations((*BY_WEIGHT, PLAIN)))
def test_the_order_follows_the_weight_of_the_need_and_not_the_order_they_came_in(cases):
    assert ordered(*cases, open_ones=["x"]) == ["z", "y", "x", "w", "v", "u", "t", "s", "a"]


@pytest.mark.parametrize(
    ("place", "reason"),
    list(enumerate(("reopened", "depends_on", "", "undecided", "departs", "no_evidence", "close"))),
)
def test_each_need_is_given_as_its_reason(place, reason):
    found = reasons(BY_WEIGHT[place])
    assert found[:1] == [reason] if reason else found == ["missing"]


def test_a_score_open_against_the_line_is_said():
    assert "open_against_line" in reasons(BY_WEIGHT[2], ["2025/x"])


def test_members_on_whom_it_depends_are_named():
    (item,) = agenda([BY_WEIGHT[1]], frozenset(), COMMITTEE, RULES, DAY)
    assert "周建国" in item.reasons[0].text("zh")
    assert "P01" not in item.reasons[0].text("zh")


def test_a_closer_score_comes_first_where_nothing_else_differs():
    near, far = case("b", panel=marks("70.01")), case("a", panel=marks("75"))
    assert ordered(far, near) == ["b", "a"]


def test_more_of_the_same_need_comes_first():
    assert ordered(case("a", close=1), case("b", close=2)) == ["b", "a"]
    assert ordered(case("a", no_evidence=1), case("b", no_evidence=2)) == ["b", "a"]


def test_equal_cases_come_by_their_ids():
    assert ordered(case("b"), case("a")) == ["a", "b"]


def test_closed_scores_are_no_reason_of_their_own():
    """That a recommendation waits for the opening is how it should be."""
    assert reasons(case("a", recommendation=Recommendation.UNDECIDED)) == []
    pending = case("a", recommendation=Recommendation.UNDECIDED, eligible=NONE, no_evidence=1)
    assert reasons(pending) == ["undecided", "no_evidence"]


def test_sheets_are_counted_over_those_who_may_judge():
    reviewed = case("a", sheets=("P01", "P05", "P07"))
    (item,) = agenda(
        [replace(reviewed, state=replace(reviewed.state, recused=frozenset({"P07"})))],
        frozenset(),
        COMMITTEE,
        RULES,
        DAY,
    )
    assert (item.scored, item.of) == (2, 6)


@pytest.mark.parametrize("stage", [one for one in Stage if one is not Stage.IN_COMMITTEE])
def test_only_what_waits_for_the_committee_is_on_the_agenda(stage):
    assert ordered(case("a", stage=stage)) == []


def test_a_case_without_records_is_put_on_the_agenda_with_the_reason():
    unknown = replace(
        case("a", panel=marks(), recommendation=Recommendation.UNDECIDED, eligible=NONE), case=None
    )
    assert "undecided" in reasons(unknown)


def test_open_against_the_line_is_read_from_every_group():
    def group(*pairs):
        intervals = tuple(LineInterval(who, None, None, position) for who, position in pairs)
        return SimpleNamespace(lines=LineIntervals(Fraction(19, 20), Fraction(70), intervals, WHY))

    results = {
        "junior": group(("a", Position.OPEN), ("b", Position.ABOVE)),
        "senior": group(("c", Position.OPEN), ("d", Position.BELOW)),
        "intermediate": SimpleNamespace(lines=Refused(WHY)),
    }
    assert open_against_line(results) == {"a", "c"}
