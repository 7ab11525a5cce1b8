"""What people decided after the review, as it comes back from the record. Policy 1.3.a, 4.1, 5.4."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from cmreview.process.events import LegalStep, MeasureDecided, Voided
from cmreview.process.measures import LawStep
from cmreview.process.stages import Stage
from cmreview.process.steps.measure_fields import Advised, Concerned
from cmreview.review.after.measures_recorded import from_records, measures_of, recorded
from cmreview.review.after.model import (
    Advice,
    Bonus,
    Consequences,
    Measure,
    RecordedMeasure,
    RecordedStep,
    Standing,
    Streak,
)
from cmreview.review.case import build_review
from cmreview.review.committee.cases import committee_cases
from cmreview.review.model import Case, Person, Review
from cmreview.review.told import Told
from cmreview.terms import Outcome
from tests.builders import DEPARTMENT, make_records
from tests.review.committee.course import YEAR, Course

DAY = date(2026, 1, 20)
PERSON = ("王伟", DEPARTMENT, "intermediate")


def decided(measure=Measure.WARNING, agreed=True, advised=Standing.DUE, **more):
    return MeasureDecided(measure, agreed, DAY, advised, *PERSON, **more)


def step(which=LawStep.UNION_INFORMED, **more):
    return LegalStep(which, DAY, "工会回执", *PERSON[:2], **more)


def told_of(course, manager="1"):
    return measures_of(course.desk.state(f"{YEAR}/{manager}"), course.committee)


def test_decisions_come_back_by_name_with_reason_amount_level_and_day():
    course = Course()
    course.step("1", decided(Measure.DEMOTION, effective_on=date(2026, 2, 1), to_level="junior"), "P2")
    course.step("1", decided(Measure.BONUS, amount=Decimal("8000.50")), "P1", reason="并发")
    measures, steps = told_of(course)
    assert measures == (
        RecordedMeasure(Measure.BONUS, True, DAY, "评委P1", "并发", 2, amount=Fraction("8000.5")),
        RecordedMeasure(
            Measure.DEMOTION, True, DAY, "评委P2", None, 1, to_level="junior", effective_on=date(2026, 2, 1)
        ),
    )
    assert steps == ()


def test_steps_of_the_law_come_back_in_its_order():
    course = Course()
    course.step("1", step())
    course.step("1", step(LawStep.RULES_PUBLICISED))
    assert told_of(course) == (
        (),
        (
            RecordedStep("rules_publicised", DAY, "工会回执", "秘书", 2),
            RecordedStep("union_informed", DAY, "工会回执", "秘书", 1),
        ),
    )


def test_what_was_corrected_counts_as_corrected_and_what_was_taken_back_is_gone():
    course = Course()
    course.step("1", decided(), "P1")
    course.step("1", decided(agreed=False), "P2", reason="核实后更正", corrects=1)
    ((found,), _) = told_of(course)
    assert (found.agreed, found.decided_by, found.reason, found.event) == (False, "评委P2", "核实后更正", 1)
    course.step("1", Voided(1), "P1", reason="误录")
    assert told_of(course) == ((), ())
    assert recorded(course.desk.states(), course.committee) == {}


def test_everybody_of_whom_something_is_recorded_is_found_by_manager_id():
    course = Course()
    course.applied("1")
    course.step("2", decided(), "P1")
    assert set(recorded(course.desk.states(), course.committee)) == {"2"}


# --- a measure makes no application


def test_a_measure_alone_makes_no_application_in_packets_and_no_case_of_the_committee():
    course = Course()
    course.step("1", decided(), "P1")
    course.step("1", step())
    roster = [{"manager_id": "1", "department": DEPARTMENT, "name": "王伟"}]
    review = build_review(make_records(managers=roster), course.policy, record=course.record())
    (case,) = review.cases
    assert (case.application, case.proceedings) == (None, None)
    ((_, own),) = review.by_department
    assert [note.key for note in own.notes if note.key.startswith("proceedings.")] == []
    states = course.desk.states()
    assert states[f"{YEAR}/1"].stage is Stage.NOTHING
    assert committee_cases(review, states, course.committee, course.policy, DAY) == ()


def test_an_application_of_the_records_that_nobody_recorded_is_still_told_beside_a_measure():
    course = Course()
    course.step("1", decided(), "P1")
    roster = [{"manager_id": "1", "department": DEPARTMENT, "name": "王伟"}]
    applications = [
        {"manager_id": "1", "target_level": "junior", "applied_on": "2025-12-10", "evidence": "表.pdf"}
    ]
    records = make_records(managers=roster, applications=applications)
    (case,) = build_review(records, course.policy, record=course.record()).cases
    assert "proceedings.differs.not_recorded" in [told.key for told in case.questions]


def test_a_measure_of_somebody_whom_the_roster_does_not_know_is_told_to_the_department():
    course = Course()
    course.step("404", decided(), "P1")
    roster = [{"manager_id": "1", "department": DEPARTMENT, "name": "李明"}]
    review = build_review(make_records(managers=roster), course.policy, record=course.record())
    ((_, own),) = review.by_department
    assert "proceedings.differs.not_on_roster" in [note.key for note in own.notes]


def test_the_course_of_a_case_tells_its_department_nothing_of_measures():
    course = Course()
    course.applied("1")
    before = course.record()
    course.step("1", replace(decided(), name="1"), "P1")
    roster = [{"manager_id": "1", "department": DEPARTMENT, "name": "1"}]
    applications = [
        {"manager_id": "1", "target_level": "junior", "applied_on": "2025-12-10", "evidence": "表.pdf"}
    ]
    records = make_records(managers=roster, applications=applications)
    told = [
        build_review(records, course.policy, record=record).cases[0].proceedings
        for record in (before, course.record())
    ]
    assert told[0] == told[1]


# --- what the records say for a decision


def case(advice=(), bonus=None):
    who = Person("1", "王伟", DEPARTMENT, "intermediate", None, None, None, None, (), (), ())
    found = Consequences(Outcome.MISSED, Streak(1, ()), advice, bonus, ())
    return Case(who, None, None, (), (), None, None, (), (), (), (), consequences=found)


def records_of(*cases):
    return from_records(Review(YEAR, cases, (DEPARTMENT,), frozenset(), ()))


def test_the_figures_advice_is_what_a_decision_is_held_against():
    why = Told("penalties.x")
    advice = (
        Advice(Measure.WARNING, Standing.DUE, (why,)),
        Advice(Measure.DEMOTION, Standing.COMMITTEE, (why,), to_level="junior"),
    )
    bonus = Bonus((), Standing.DUE, why, computed=Fraction(900), paid=Fraction(800))
    found = records_of(case(advice=advice, bonus=bonus))
    assert found.people == {"1": Concerned("王伟", DEPARTMENT, "intermediate")}
    assert found.advised["1", Measure.WARNING] == Advised(Standing.DUE)
    assert found.advised["1", Measure.DEMOTION] == Advised(Standing.COMMITTEE, to_level="junior")
    assert found.advised["1", Measure.BONUS] == Advised(Standing.DUE, amount=Decimal(800))
    assert found.advised["1", Measure.LOSS] == Advised(Standing.NOT_DUE)


def test_for_whom_nothing_was_worked_out_there_is_no_advice():
    found = records_of(replace(case(), consequences=None))
    assert set(found.people) == {"1"}
    assert found.advised == {}


def test_a_bonus_of_nothing_gives_no_amount():
    bonus = Bonus((), Standing.NOT_DUE, Told("x.y"), paid=Fraction(0))
    assert records_of(case(bonus=bonus)).advised["1", Measure.BONUS] == Advised(Standing.NOT_DUE)
