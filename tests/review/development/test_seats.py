"""Many plans together: seats, conflicts, needs. Policy 6.1, 6.2."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.review.development.seats import Need, department_plan, department_plans
from cmreview.review.development.training import Why, clashes
from tests.review.development.learning import catalogue, course, held, judged, plan_of, run
from tests.review.development.test_training import BUDGET, catalogues, lacks

SALES = held("junior", sales=0)


def placed(plan):
    return [(each.manager_id, each.line.course.id, each.line.run) for each in plan.placements]


def refused(plan):
    return [(each.manager_id, each.planned.course.id, each.why, each.after_equals) for each in plan.without]


def test_seats_add_up_and_who_is_over_is_told():
    offered = catalogue(course("A", seats=2))
    plans = [plan_of(manager, offered, SALES) for manager in ("M3", "M1", "M2")]
    found = department_plan(plans, offered)
    (count,) = found.seats
    assert (count.seats, count.wanted, count.given, count.over) == (2, 3, 2, 1)
    assert [manager for manager, _, _ in placed(found)] == ["M1", "M2"]
    assert refused(found) == [("M3", "A", Why.FULL, True)]
    assert [gap.criterion for gap in found.without[0].gaps] == ["3.1.P2"]


def test_just_enough_seats_leave_nobody_out():
    offered = catalogue(course("A", seats=2))
    found = department_plan([plan_of(manager, offered, SALES) for manager in ("M1", "M2")], offered)
    assert (found.without, found.seats[0].over, found.days) == ((), 0, 2)


def test_the_more_urgent_gap_gets_the_seat_whatever_the_id():
    offered = catalogue(course("A", seats=1))
    urgent = plan_of("M9", offered, SALES)
    ambitious = plan_of("M1", offered, (), judged("intermediate", sales=0))
    found = department_plan([ambitious, urgent], offered)
    assert [manager for manager, _, _ in placed(found)] == ["M9"]
    assert refused(found) == [("M1", "A", Why.FULL, False)]


def test_a_full_run_sends_the_next_to_another_date():
    offered = catalogue(course("A", seats=1, runs=[run("03-10"), run("06-01")]))
    found = department_plan([plan_of(manager, offered, SALES) for manager in ("M1", "M2")], offered)
    assert placed(found) == [("M1", "A", run("03-10")), ("M2", "A", run("06-01"))]
    assert [each.is_moved for each in found.placements] == [False, True]


def test_a_full_course_sends_the_next_to_another_course_that_the_days_allow():
    other = course("B", days=3, runs=[run("06-01", "06-03")])
    offered = catalogue(course("A", seats=1), other)
    allowed = [plan_of(manager, offered, SALES, budget=3) for manager in ("M1", "M2")]
    found = department_plan(allowed, offered)
    assert placed(found) == [("M1", "A", run("03-10")), ("M2", "B", run("06-01", "06-03"))]
    too_few = [plan_of(manager, offered, SALES, budget=2) for manager in ("M1", "M2")]
    assert refused(department_plan(too_few, offered)) == [("M2", "A", Why.FULL, True)]


def test_another_date_that_clashes_with_what_is_placed_is_not_taken():
    offered = catalogue(
        course("A", ["sales"], seats=9, runs=[run("06-01")]),
        course("B", ["satisfaction"], seats=1, runs=[run("03-10"), run("06-01")]),
    )
    one = plan_of("M1", offered, held("junior", satisfaction=0))
    two = plan_of("M2", offered, held("junior", sales=0, satisfaction=0))
    found = department_plan([one, two], offered)
    assert placed(found) == [("M1", "B", run("03-10")), ("M2", "A", run("06-01"))]
    assert refused(found) == [("M2", "B", Why.FULL, True)]


def test_seats_without_a_limit_are_never_over():
    offered = catalogue(course("A", seats=None))
    found = department_plan([plan_of(f"M{number}", offered, SALES) for number in range(9)], offered)
    assert (found.seats[0].given, found.seats[0].over, found.without) == (9, 0, ())


def test_departments_share_the_seats_and_are_told_their_own_people_only():
    offered = catalogue(course("A", seats=1), course("B", ["satisfaction"]))
    plans = [plan_of("M1", offered, SALES), plan_of("M2", offered, SALES)]
    found = department_plans(plans, offered, {"one": ["M1"], "two": ["M2"], "none": []})
    assert placed(found["one"]) == [("M1", "A", run("03-10"))]
    assert (found["one"].without, placed(found["two"])) == ((), [])
    assert refused(found["two"]) == [("M2", "A", Why.FULL, True)]
    assert [(count.wanted, count.given) for count in found["two"].seats] == [(2, 1)]
    assert (found["none"].placements, found["none"].seats, found["none"].needs) == ((), (), ())


def test_needs_count_people_and_also_those_whom_no_course_serves():
    offered = catalogue(course("A"))
    plans = [
        plan_of("M1", offered, held("junior", sales=0, satisfaction=0)),
        plan_of("M2", offered, held("junior", satisfaction=None)),
    ]
    assert department_plan(plans, offered).needs == (
        Need("satisfaction", "junior", 2),
        Need("sales", "junior", 1),
    )


def test_two_plans_of_one_person_are_refused():
    plan = plan_of("M1", catalogue())
    with pytest.raises(ValueError, match="one plan a person"):
        department_plan([plan, plan], catalogue())


PEOPLE = st.lists(lacks(), min_size=1, max_size=6)


@given(catalogues(), PEOPLE, BUDGET)
def test_seats_are_never_oversold_and_nobody_is_in_two_places(offered, people, budget):
    plans = [plan_of(f"M{place}", offered, *each, budget=budget) for place, each in enumerate(people)]
    found = department_plan(plans, offered)
    for (course_id, _), given_seats in Counter((c, r) for _, c, r in placed(found)).items():
        assert given_seats <= offered.courses[course_id].seats
    for plan in plans:
        own = [each.line for each in found.placements if each.manager_id == plan.manager_id]
        assert budget is None or sum((line.course.days for line in own), Fraction(0)) <= budget
        assert len({line.course.id for line in own}) == len(own)
        assert not any(clashes(line.course, line.run, own[:place]) for place, line in enumerate(own))
        # each gap of the plan is served by a seat or told to stay without, once
        gaps = [gap.criterion for line in own for gap in line.gaps]
        gaps += [
            gap.criterion for each in found.without if each.manager_id == plan.manager_id for gap in each.gaps
        ]
        assert sorted(gaps) == sorted(gap.criterion for line in plan.lines for gap in line.gaps)


@given(catalogues(), PEOPLE, st.randoms())
def test_the_order_of_the_people_never_matters(offered, people, random):
    plans = [plan_of(f"M{place}", offered, *each) for place, each in enumerate(people)]
    shuffled = random.sample(plans, len(plans))
    assert department_plan(plans, offered) == department_plan(shuffled, offered)
