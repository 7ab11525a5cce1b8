"""The grid of two scores, who is on no field of it, and what was altered. Policy 1.3.a, 4.3."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from cmreview.policy.model import Parameter
from cmreview.process.events import (
    Appealed,
    AppealHeard,
    AppealSettled,
    Decided,
    ItemScore,
    Kind,
    Recommendation,
    ReviewDecision,
    Reviewed,
    Scored,
    Voided,
)
from cmreview.process.timeline import timeline
from cmreview.review.committee.agenda import agenda
from cmreview.review.committee.alterations import alterations
from cmreview.review.committee.calibration import boundaries, calibration
from cmreview.review.committee.cases import committee_cases
from cmreview.terms import Label
from tests.review.committee.course import HEAD, MEMBERS, YEAR, Course, policy
from tests.review.committee.test_cases import case, review

SITTING = date(2026, 1, 20)


def with_points(name, points, coverage="1", target="junior"):
    own = case(name, target)
    value = None if points is None else Fraction(points)
    return replace(own, score=replace(own.score, points=value, coverage=Fraction(coverage)))


def under(found=None, **lists):
    """The shipped policy with parameters that it may not have."""
    base = found or policy()
    label = Label("分档", "bands")
    parameters = dict(base.parameters)
    for key, value in lists.items():
        numbers = None if value is None else tuple(Decimal(each) for each in value)
        parameters[key] = Parameter(key, "4.3", "points", numbers, 2021, label, label)
    return replace(base, parameters=parameters)


NINE = under(
    calibration_performance=("0.9", "1.1"), calibration_panel=("70", "85"), calibration_guideline=None
)


def without_bands(panel_line):
    return under(policy(panel_line=panel_line), calibration_performance=None, calibration_panel=None)


def calibrated(course, cases, rules=None, day=SITTING):
    rules = rules or course.policy
    states = course.desk.states()
    found = committee_cases(review(*cases), states, course.committee, rules, day)
    items = agenda(found, frozenset(), course.committee, course.desk.setting.rules, day)
    histories = {name: course.ledger.events(case=name) for name in states}
    timelines = {
        name: timeline(states[name], history, course.desk.setting.rules)
        for name, history in histories.items()
    }
    return calibration(found, items, timelines, rules)


def altered(course, name):
    state = course.desk.state(name)
    history = course.ledger.events(case=name)
    return alterations(timeline(state, history, course.desk.setting.rules))


# --- the grid


def test_without_boundaries_of_its_own_the_policys_lines_are_drawn_and_it_is_said():
    found = boundaries(without_bands(Decimal(70)))
    assert (found.performance, found.panel, found.from_policy) == ((1,), (70,), False)
    assert "未规定九宫格的分档" in found.remark.text("zh")


def test_an_open_line_of_the_panel_is_drawn_nowhere_and_said():
    found = boundaries(without_bands(None))
    assert (found.panel, found.from_policy) == ((), False)
    assert found.remark.key.endswith("open")


def test_boundaries_of_the_policy_make_nine_fields():
    found = boundaries(NINE)
    assert (len(found.performance) + 1) * (len(found.panel) + 1) == 9
    assert (found.from_policy, found.remark) == (True, None)


@pytest.mark.parametrize("lists", [("1.1", "0.9"), ("1", "1"), None])
def test_boundaries_that_do_not_rise_or_are_open_are_not_used(lists):
    rules = under(calibration_performance=lists, calibration_panel=("70", "85"))
    assert not boundaries(rules).from_policy


@pytest.mark.parametrize(
    ("points", "band"), [("0.899", 0), ("0.9", 1), ("0.901", 1), ("1.099", 1), ("1.1", 2), ("1.2", 2)]
)
def test_whoever_is_on_a_boundary_is_in_the_band_above_it(points, band):
    course = Course()
    course.opened("M1", "70", "70", "70", "70", "70")
    found = calibrated(course, [with_points("M1", points)], NINE)
    (spot,) = found.spots
    assert (spot.performance_band, spot.panel_band) == (band, 1)
    assert found.field(band, 1) == (spot,)
    assert found.field((band + 1) % 3, 1) == ()


def test_a_case_without_one_of_the_scores_is_on_no_field_and_told_why():
    course = Course()
    course.opened("M1")
    course.referred("M2")
    course.opened("M3")
    cases = [with_points("M1", "1"), with_points("M2", "1"), with_points("M3", None)]
    found = calibrated(course, cases)
    assert [spot.case for spot in found.spots] == [f"{YEAR}/M1"]
    assert {off.case: off.reason.text("zh") for off in found.off_grid} == {
        f"{YEAR}/M2": "评分尚未公开。",
        f"{YEAR}/M3": "没有业绩得分。",
    }
    listed = [each.case.state.manager_id for level in found.levels for each in level.cases]
    assert sorted(listed) == ["M1", "M2", "M3"]  # off the grid, and still in the list


def test_too_few_scores_are_told_by_the_panels_own_reason():
    course = Course()
    course.opened("M1", "80", "80", None, None, None)
    (off,) = calibrated(course, [with_points("M1", "1")]).off_grid
    assert off.reason.text("zh") != "没有评委评分。"


# --- the list and the distribution


def test_levels_come_from_the_highest_and_what_needs_discussing_first():
    course = Course()
    course.opened("M1", "95", "96", "97", "95", "96")
    course.opened("M2", "69", "70", "71", "70", "70")
    course.opened("M3", target="senior")
    course.decided("M4")
    cases = [
        with_points("M1", "1"),
        with_points("M2", "1"),
        with_points("M3", "1", target="senior"),
        with_points("M4", "1"),
    ]
    found = calibrated(course, cases)
    assert [level.level for level in found.levels] == ["senior", "junior"]
    junior = [each.case.state.manager_id for each in found.levels[1].cases]
    assert junior == ["M2", "M1", "M4"]  # at the line first; a decided case waits for nothing
    assert [each.item is None for each in found.levels[1].cases] == [False, False, True]


def test_a_guideline_is_shown_beside_the_counts_only_where_the_policy_has_one():
    course = Course()
    for name in ("M1", "M2"):
        course.opened(name)
    cases = [with_points("M1", "0.5"), with_points("M2", "1")]
    plain = calibrated(course, cases, NINE).levels[0].shares
    assert [(share.count, share.of, share.guideline) for share in plain] == [
        (1, 2, None),
        (1, 2, None),
        (0, 2, None),
    ]
    guided = under(NINE, calibration_guideline=("0.2", "0.6", "0.2"))
    shares = calibrated(course, cases, guided).levels[0].shares
    assert [share.expected for share in shares] == [Fraction(2, 5), Fraction(6, 5), Fraction(2, 5)]
    assert (
        calibrated(course, cases, under(NINE, calibration_guideline=("0.5", "0.5"))).levels[0].shares == plain
    )


# --- what was altered


def test_a_corrected_opinion_shows_both_values_by_whom_and_why():
    course = Course()
    course.applied("M1")
    first = course.step("M1", Reviewed(ReviewDecision.PASSED, "材料齐全", HEAD, date(2025, 12, 20)))
    again = Reviewed(ReviewDecision.REFUSED, "材料齐全", HEAD, date(2025, 12, 20))
    course.step("M1", again, reason="漏看一份合同", corrects=first.number)
    (found,) = altered(course, f"{YEAR}/M1")
    assert found.fields == (("decision", ReviewDecision.PASSED, ReviewDecision.REFUSED),)
    assert (found.actor, found.reason, found.first) == ("S1", "漏看一份合同", first.number)


def test_a_closed_score_stays_closed_when_it_is_corrected_and_opens_with_the_others():
    course = Course()
    course.referred("M1")
    course.scored("M1", "80", "81", "82", "83", "84")
    (number,) = [
        e.number for e in course.ledger.kept if isinstance(e.payload, Scored) and e.payload.member == "P1"
    ]
    items = tuple(ItemScore(item.id, Decimal(60)) for item in course.desk.setting.rules.items)
    course.step("M1", Scored("P1", items), "P1", reason="看错", corrects=number)
    (closed,) = altered(course, f"{YEAR}/M1")
    assert closed.is_closed
    assert (closed.before, closed.after, closed.actor, closed.reason, closed.fields) == (
        None,
        None,
        "",
        None,
        (),
    )


def test_an_entry_taken_back_has_nothing_after_it():
    course = Course()
    course.applied("M1")
    first = course.step("M1", Reviewed(ReviewDecision.PASSED, "好", HEAD, date(2025, 12, 20)))
    course.step("M1", Voided(first.number), reason="误录")
    (found,) = altered(course, f"{YEAR}/M1")
    assert (found.kind, found.before, found.after, found.reason) == (
        Kind.REVIEWED,
        first.payload,
        None,
        "误录",
    )


def test_a_correction_taken_back_leaves_what_it_corrected():
    course = Course()
    course.applied("M1")
    first = course.step("M1", Reviewed(ReviewDecision.PASSED, "好", HEAD, date(2025, 12, 20)))
    wrong = Reviewed(ReviewDecision.PASSED, "很好", HEAD, date(2025, 12, 20))
    second = course.step("M1", wrong, reason="补写", corrects=first.number)
    course.step("M1", Voided(second.number), reason="误录")
    _, found = altered(course, f"{YEAR}/M1")
    assert found.fields == (("opinion", "很好", "好"),)
    assert found.reason == "误录"


def test_a_new_decision_after_an_appeal_stands_beside_the_earlier_one():
    course = Course()
    course.publicised("M1", approved=False)
    appeal = course.step("M1", Appealed("M1", date(2026, 1, 22), "漏计合同"), on=date(2026, 1, 22))
    course.step("M1", AppealHeard(appeal.number, date(2026, 1, 23), MEMBERS), on=date(2026, 1, 23))
    course.step(
        "M1", AppealSettled(appeal.number, True, date(2026, 1, 23)), "P1", on=date(2026, 1, 23), reason="属实"
    )
    course.step(
        "M1",
        Decided(True, date(2026, 1, 26), MEMBERS, Recommendation.APPROVE, 5, 0, 0),
        "P1",
        on=date(2026, 1, 26),
        reason="补计后达标",
    )
    (found,) = altered(course, f"{YEAR}/M1")
    assert ("approved", False, True) in found.fields
    assert (found.actor, found.reason) == ("P1", "补计后达标")


def test_an_undisturbed_case_has_no_alteration():
    course = Course()
    course.publicised("M1")
    assert altered(course, f"{YEAR}/M1") == ()
