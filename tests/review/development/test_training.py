"""A personal training plan. Policy 6.1, 6.2."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from cmreview.policy.catalogue import Method
from cmreview.review.development.gaps import Priority
from cmreview.review.development.training import Why, clashes, serves
from tests.review.development.learning import YEAR, catalogue, course, held, judged, plan_of, run


def taken(plan):
    return [line.course.id for line in plan.lines]


def why(plan):
    return [(each.gap.criterion, each.why) for each in plan.unserved]


SALES = held("junior", sales=0)
BOTH = held("junior", sales=0, satisfaction=0)


def test_a_line_names_the_gap_behind_it():
    plan = plan_of("M1", catalogue(course("A")), SALES)
    (line,) = plan.lines
    assert [gap.criterion for gap in line.gaps] == ["3.1.P2"]
    assert line.run.first.year == YEAR
    assert plan.unserved == ()


def test_without_a_gap_there_is_no_course():
    plan = plan_of("M1", catalogue(course("A")), held("junior"), judged("intermediate"))
    assert (plan.lines, plan.unserved, plan.days) == ((), (), 0)


def test_a_course_for_another_level_or_indicator_serves_nothing():
    offered = catalogue(course("A", levels=["senior"]), course("B", ["exam"]))
    assert why(plan_of("M1", offered, SALES)) == [("3.1.P2", Why.NO_COURSE)]


def test_a_course_that_is_not_given_in_the_year_is_told_as_that():
    other_year = run("03-10")
    moved = type(other_year)(other_year.first.replace(year=2027), other_year.last.replace(year=2027))
    assert why(plan_of("M1", catalogue(course("A", runs=[moved])), SALES)) == [("3.1.P2", Why.NO_RUN)]


def test_one_course_for_two_gaps_stands_once_and_names_both():
    offered = catalogue(course("A"), course("B", ["satisfaction"]), course("C", ["sales", "satisfaction"]))
    plan = plan_of("M1", offered, BOTH)
    assert taken(plan) == ["C"]
    assert [gap.criterion for gap in plan.lines[0].gaps] == ["3.1.P2", "3.1.P3"]


def test_among_equals_the_shortest_course_is_taken_then_the_first_id():
    offered = catalogue(course("A", days=2, runs=[run("03-10", "03-11")]), course("C"), course("B"))
    assert taken(plan_of("M1", offered, SALES)) == ["B"]


def test_the_level_held_comes_before_evidence_before_the_next_level():
    offered = catalogue(
        course("N", ["exam"], runs=[run("02-01")]),
        course("S", ["satisfaction"], runs=[run("04-01")]),
        course("V", ["sales"], levels=["junior"], runs=[run("05-01")]),
    )
    lacking = held("junior", sales=0, satisfaction=None)
    plan = plan_of("M1", offered, lacking, judged("intermediate", exam=0))
    assert taken(plan) == ["V", "S", "N"]
    assert [line.priority for line in plan.lines] == list(Priority)
    tight = plan_of("M1", offered, lacking, judged("intermediate", exam=0), budget=2)
    assert taken(tight) == ["V", "S"]
    assert why(tight) == [("3.2.Q4", Why.NO_DAYS)]


def test_the_budget_itself_may_be_spent_and_not_a_half_day_more():
    offered = catalogue(course("A", days=2, runs=[run("03-10", "03-11")]))
    assert plan_of("M1", offered, SALES, budget=2).slack == 0
    below = plan_of("M1", offered, SALES, budget=Fraction(3, 2))
    assert (taken(below), why(below)) == ([], [("3.1.P2", Why.NO_DAYS)])
    assert [each.id for each in below.unserved[0].courses] == ["A"]


def test_where_the_policy_sets_no_budget_every_course_that_serves_a_gap_is_there():
    offered = catalogue(
        course("A", days=200, runs=[run("01-02", "12-30")], method=Method.ONLINE),
        course("B", ["satisfaction"], days=99, runs=[run("01-02", "12-30")]),
    )
    plan = plan_of("M1", offered, BOTH, budget=None)
    assert (taken(plan), plan.budget, plan.slack) == (["A", "B"], None, None)


def test_two_courses_on_one_day_are_parted_by_another_date():
    offered = catalogue(course("A"), course("B", ["satisfaction"], runs=[run("03-10"), run("06-01")]))
    plan = plan_of("M1", offered, BOTH)
    assert [(line.course.id, line.run) for line in plan.lines] == [("A", run("03-10")), ("B", run("06-01"))]


def test_two_courses_on_one_day_are_parted_by_another_course_or_told():
    clash, other = course("B", ["satisfaction"]), course("C", ["satisfaction"], runs=[run("06-01")])
    assert taken(plan_of("M1", catalogue(course("A"), clash, other), BOTH)) == ["A", "C"]
    told = plan_of("M1", catalogue(course("A"), clash), BOTH)
    assert (taken(told), why(told)) == (["A"], [("3.1.P3", Why.CONFLICT)])


def test_a_course_at_ones_own_pace_stands_in_nobodys_way():
    offered = catalogue(
        course("A"), course("B", ["satisfaction"], method=Method.ONLINE, runs=[run("01-02", "12-30")])
    )
    assert sorted(taken(plan_of("M1", offered, BOTH))) == ["A", "B"]


# --- whatever the catalogue and the gaps are

NAMES = ("sales", "satisfaction", "new_customers", "exam", "degree", "key_customers", "complaint_rate")
DAYS = tuple(f"{month:02}-{day:02}" for month in (3, 4) for day in (9, 10, 11))


@st.composite
def catalogues(draw):
    count = draw(st.integers(0, 8))
    return catalogue(
        *(
            course(
                f"K{place}",
                draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)),
                levels=draw(
                    st.lists(st.sampled_from(["junior", "intermediate"]), min_size=1, max_size=2, unique=True)
                ),
                days=draw(st.integers(1, 4)),
                seats=draw(st.sampled_from([1, 1, 2, 3])),
                runs=[
                    run(day)
                    for day in draw(st.lists(st.sampled_from(DAYS), min_size=1, max_size=3, unique=True))
                ],
                method=draw(st.sampled_from(Method)),
            )
            for place in range(count)
        )
    )


FIGURE = st.sampled_from([0, None, Fraction(10**8)])


@st.composite
def lacks(draw):
    """Verdicts of a junior: some met, some missed, some without evidence."""
    lacking = held("junior", **{name: draw(FIGURE) for name in ("sales", "new_customers")})
    above = judged(
        "intermediate",
        **{name: draw(FIGURE) for name in ("sales", "key_customers")},
        exam=draw(st.sampled_from([0, 1])),
    )
    return lacking, above


BUDGET = st.one_of(st.none(), st.fractions(min_value=0, max_value=9, max_denominator=2))


@given(catalogues(), lacks(), BUDGET)
def test_a_plan_keeps_its_promises(offered, verdicts, budget):
    plan = plan_of("M1", offered, *verdicts, budget=budget)
    assert budget is None or plan.days <= budget
    told = [gap for line in plan.lines for gap in line.gaps] + [each.gap for each in plan.unserved]
    lacking = {v.criterion for part in verdicts for v in part if v.outcome in ("missed", "no_evidence")}
    assert sorted(gap.criterion for gap in told) == sorted(lacking)  # each gap once: served, or told why not
    for place, line in enumerate(plan.lines):
        assert line.gaps
        assert all(serves(line.course, gap) for gap in line.gaps)
        assert not clashes(line.course, line.run, plan.lines[:place])
    assert len(set(taken(plan))) == len(plan.lines)
    assert [line.priority for line in plan.lines] == sorted(line.priority for line in plan.lines)


@given(catalogues(), lacks(), BUDGET)
def test_the_order_of_the_catalogue_changes_no_plan(offered, verdicts, budget):
    turned = catalogue(*reversed(offered.courses.values()))
    assert plan_of("M1", offered, *verdicts, budget=budget) == plan_of("M1", turned, *verdicts, budget=budget)
