"""Departments' opinions beside the records, and rates that small groups don't get. Policy 1.3.a, 4.2."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from cmreview.process.events import ReviewDecision
from cmreview.review.model import Preliminary
from cmreview.review.scrutiny.leniency import Cautions, compared, leniency, rate
from cmreview.terms import Result
from tests.review.explorer.company import company_review

CASES = {case.person.manager_id: case for case in company_review().cases}
CAUTIONS = Cautions(5, 20, Fraction(4, 5), Fraction(95, 100))
ELIGIBLE, NOT, UNDECIDED = Result.ELIGIBLE, Result.NOT_ELIGIBLE, Result.UNDECIDED


def people(department, opinion, result, count=1):
    case = CASES["M01"]
    given = None if opinion is None else Preliminary(opinion, None, "负责人", date(2026, 1, 8))
    overall = None if result is None else replace(case.overall, result=result)
    person = replace(case.person, department=department)
    return [replace(case, person=person, preliminary=given, overall=overall)] * count


def one(cases, cautions=CAUTIONS):
    found = leniency(cases, cautions)
    (opinions,), (passing,) = found.opinions, found.passing
    return opinions, passing


# --- opinions beside the records


def test_an_opinion_is_turned_where_the_records_say_the_opposite():
    cases = (
        people("甲", "passed", ELIGIBLE, 6)
        + people("甲", "passed", NOT, 3)
        + people("甲", "refused", ELIGIBLE)
        + people("甲", "refused", NOT, 2)
    )
    opinions, _ = one(cases)
    assert (opinions.passed_not_eligible, opinions.refused_eligible, opinions.turned) == (3, 1, 4)
    assert (opinions.rate.share, opinions.rate.of) == (Fraction(4, 12), 12)
    assert (ReviewDecision.PASSED, NOT, 3) in opinions.table


def test_missing_evidence_and_a_returned_case_contradict_no_opinion():
    cases = (
        people("甲", "passed", UNDECIDED, 4)
        + people("甲", "refused", None)
        + people("甲", "returned", NOT, 2)
        + people("甲", None, NOT)
    )
    opinions, _ = one(cases)
    assert (opinions.turned, opinions.open_, opinions.without_opinion, opinions.rate.of) == (0, 5, 1, 0)
    assert opinions.rate.share is None
    assert sum(count for *_, count in opinions.table) == len(cases)


def test_whoever_does_not_apply_is_in_no_table():
    others = [case for case in CASES.values() if case.application is None]
    assert others
    assert leniency(others, CAUTIONS).opinions == ()


# --- pass rates


@pytest.mark.parametrize(("of", "is_shown"), [(4, False), (5, True), (6, True)])
def test_a_small_group_has_counts_and_no_rate(of, is_shown):
    found = rate("甲", 3, of, CAUTIONS)
    assert (found.passed, found.of) == (3, of)
    assert (found.share is not None) == (found.interval is not None) == is_shown


def test_the_undecided_are_no_failures_and_bound_the_rate():
    """60 of 80 settled; with 20 undecided the whole lies between 60 % and 80 % (Manski's bounds)."""
    cases = people("甲", None, ELIGIBLE, 60) + people("甲", None, NOT, 20) + people("甲", None, UNDECIDED, 20)
    _, passing = one(cases + people("甲", None, None, 3))
    assert passing.rate.share == Fraction(3, 4)
    assert (passing.low, passing.high) == (Fraction(3, 5), Fraction(4, 5))
    assert (passing.undecided, passing.awaiting) == (20, 3)
    assert passing.rate.interval.low < Fraction(3, 4) < passing.rate.interval.high


def test_bounds_of_a_few_are_kept_back_too():
    _, passing = one(people("甲", None, ELIGIBLE, 2) + people("甲", None, UNDECIDED, 2))
    assert (passing.low, passing.high, passing.rate.share) == (None, None, None)


# --- four fifths


def test_four_fifths_agree_with_the_published_example(shared_oracles):
    """Uniform Guidelines, questions and answers of 1979: 60/45/48/51 gives .75, .80 and .85."""
    known = json.loads((shared_oracles / "fairness.json").read_text("utf-8"))["four_fifths_eeoc_qa_1979"]
    found = compared({group: (passed, 100) for group, passed in known["rates_pct"].items()}, CAUTIONS)
    assert found.best == "A"
    assert {each.group: each.ratio for each in found.ratios} == {
        group: Fraction(str(ratio)) for group, ratio in known["ratio"].items()
    }
    assert [each.group for each in found.ratios if each.is_below] == known["flag"]


@pytest.mark.parametrize(("of", "is_compared"), [(19, False), (20, True), (21, True)])
def test_groups_are_compared_only_where_all_are_large_enough(of, is_compared):
    found = compared({"甲": (40, 50), "乙": (10, of)}, CAUTIONS)
    assert bool(found.ratios) == (found.reason is None) == is_compared
    if found.reason is not None:
        assert found.reason.text("zh").startswith("有 1 个部门")


def test_one_different_person_reverses_only_a_small_difference():
    few = Cautions(1, 1, Fraction(4, 5), Fraction(95, 100))
    close = compared({"甲": (3, 5), "乙": (2, 5)}, few)
    assert close.ratios[0].is_below
    assert close.ratios[0].is_reversed_by_one  # 3 of 5 against 2 of 5
    apart = compared({"甲": (4, 5), "乙": (2, 5)}, few)
    assert not apart.ratios[0].is_reversed_by_one  # 3 against 3 is even, not reversed
    equal = compared({"甲": (3, 5), "乙": (3, 5)}, few)
    assert (equal.best, equal.ratios[0].ratio, equal.ratios[0].is_reversed_by_one) == ("乙", 1, False)


def test_one_department_or_nobody_eligible_is_not_compared():
    assert compared({"甲": (40, 50)}, CAUTIONS).reason.text("en").startswith("There is only one")
    assert compared({"甲": (0, 50), "乙": (0, 50)}, CAUTIONS).reason is not None
