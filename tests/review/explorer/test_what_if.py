"""Trying out a policy says what the review would say under it, in totals first. Policy 3, 5.1."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache

import numpy as np
import pytest

from cmreview.errors import InputError, PolicyError
from cmreview.review.case import build_review
from cmreview.review.explorer.changes import Change, Part, changed, changes_between
from cmreview.review.explorer.prepared import open_explorer, prepare_explorer
from cmreview.review.explorer.totals import totals
from cmreview.review.explorer.verdict_column import OUTCOMES
from cmreview.review.explorer.what_if import WhatIf
from cmreview.terms import Result
from tests.builders import make_policy
from tests.review.explorer.company import company_records

# no qualifications, so that performance alone decides
POLICY = make_policy(min_answers=Decimal(1))
POLICY = replace(POLICY, criteria=tuple(each for each in POLICY.criteria if ".P" in each.id))
SALES = Change(Part.THRESHOLD, "3.1.P2", Decimal(999_999))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("explorer")
    records = company_records()
    review = build_review(records, POLICY)
    prepare_explorer(records, POLICY, review, path / "all")
    prepare_explorer(records, POLICY, review, path / "one", department="销售一部")
    prepare_explorer(records, POLICY, review, path / "recused", without=frozenset({"M05"}))
    return path


@pytest.fixture
def what_if(folder):
    return WhatIf.of(open_explorer(folder / "all"))


@cache
def review_under(changes):
    """The review under a changed policy; several tests hold something against the same one."""
    return build_review(company_records(), changed(POLICY, changes))


def agrees(what, *changes):
    review = review_under(changes)
    assert len(review.cases) == len(what.after.people)
    for row, case in enumerate(sorted(review.cases, key=lambda case: case.person.manager_id)):
        found = {k: OUTCOMES[codes[row]] for k, codes in what.after.outcomes.items() if codes[row] >= 0}
        assert found == {verdict.criterion: verdict.outcome for verdict in case.verdicts}, case.person.name
        assert what.after.exact_points(row) == (case.score and case.score.points)
        rank = case.score.rank_in_company if case.score else None
        assert what.after.rank_in_company[row] == (rank or 0)


CHANGES = [
    SALES,
    Change(Part.WEIGHT, "3.1.P2", Decimal("0.9")),
    Change(Part.ZERO_AT, "3.1.P2", Decimal(500_000)),
    Change(Part.PARAMETER, "score_cap", Decimal(1)),
    Change(Part.PARAMETER, "min_answers", Decimal(5)),
    Change(Part.PARAMETER, "growth_part_year", "as_is"),
    Change(Part.PARAMETER, "leave_treatment", "prorate_threshold"),
    Change(Part.PARAMETER, "cancellation", None),
]
COUNTED = [
    Change(Part.PARAMETER, "satisfied_from", Decimal(3)),
    Change(Part.PARAMETER, "long_term_years", Decimal(1)),
    Change(Part.PARAMETER, "key_contract_amount", Decimal(1_000)),
    Change(Part.PARAMETER, "project_min_benefit", Decimal(1)),
    Change(Part.PARAMETER, "part_years", "full_years_only"),
    Change(Part.PARAMETER, "cancellation", "within_year"),
    Change(Part.PARAMETER, "shared_customer_credit", "each"),
    Change(Part.PARAMETER, "customers_served", "signed"),
    Change(Part.PARAMETER, "unjustified_complaints", "include"),
]


# an indicator that each definition turns for somebody of the company
COUNTED_IN = {
    "satisfied_from": ("satisfaction", None),
    "long_term_years": ("long_term_share", None),
    "key_contract_amount": ("key_customers", None),
    "project_min_benefit": ("major_projects", None),
    "part_years": ("new_customer_growth", "junior"),
    "cancellation": ("sales", None),
    "shared_customer_credit": ("new_customers", None),
    "customers_served": ("complaint_rate", None),
    "unjustified_complaints": ("complaint_rate", None),
}


def figures(table, key):
    fact = table.people.fact(*key)
    return fact.values.texts.to_pylist(), fact.wholes.texts.to_pylist(), fact.open_rows.tolist()


def name(change):
    return f"{change.part}-{change.key}"


@pytest.mark.parametrize("change", CHANGES, ids=name)
def test_what_is_tried_out_is_what_the_review_would_say(change, what_if):
    what = what_if.with_changes([change])
    assert not what.is_recounted
    assert what.changes == (change,)
    agrees(what, change)


@pytest.mark.parametrize("change", COUNTED, ids=name)
def test_another_definition_counts_from_the_records_and_says_so(change, what_if):
    what = what_if.with_changes([change])
    assert what.is_recounted
    was, now = (figures(table, COUNTED_IN[change.key]) for table in (what.before, what.after))
    assert was != now  # somebody's figure is another one, so that the test can fail
    agrees(what, change)
    # with a threshold on top, what was counted is not counted again
    both = what.with_changes([change, SALES])
    assert both.after.people is what.after.people
    agrees(both, change, SALES)
    back = both.with_changes([SALES])
    assert not back.is_recounted
    agrees(back, SALES)


@pytest.mark.parametrize("file", ["one", "recused"])
def test_without_records_another_definition_is_refused_and_not_guessed(file, folder):
    what = WhatIf.of(open_explorer(folder / file))
    with pytest.raises(InputError) as refused:
        what.with_changes([COUNTED[0]])
    assert refused.value.code == "explorer_data.no_records"
    assert what.with_changes([SALES]).changes == (SALES,)


def test_the_effect_is_told_in_totals_that_add_up(what_if):
    what = what_if.with_changes([SALES])
    lines = {(each.before.department, each.before.level): each for each in what.effect()}
    assert {level for _, level in lines} == {"junior", "intermediate", "senior"}
    own = lines["销售二部", "junior"]
    assert (own.before.eligible, own.after.eligible, own.became, own.no_longer) == (0, 1, 1, 0)
    assert lines["销售一部", "junior"].became == 0
    for (department, level), whole in lines.items():
        parts = [each for (name, own), each in lines.items() if own == level and name is not None]
        if department is None:
            assert whole.became == sum(each.became for each in parts)
            assert whole.before.applicants == sum(each.before.applicants for each in parts)
        for total in (whole.before, whole.after):
            counted = total.eligible + total.not_eligible + total.undecided + total.awaiting
            assert counted == total.applicants
        assert whole.after.eligible - whole.before.eligible == whole.became - whole.no_longer


def test_totals_can_be_limited_to_the_people_of_a_filter(what_if):
    nobody = np.zeros(len(what_if.before.people), dtype=bool)
    assert totals(what_if.before, nobody) == ()
    assert sum(each.applicants for each in totals(what_if.before) if each.department is None) == 6


def test_names_are_given_with_the_record_of_who_asked_and_why(what_if):
    seen = what_if.with_changes([SALES]).names("核对个案", "P01")
    assert seen.became == ("M04",)
    assert (seen.no_longer, seen.now_undecided, seen.was_undecided) == ((), (), ())
    assert (seen.who, seen.reason, seen.changes, seen.policy) == ("P01", "核对个案", (SALES,), POLICY.sha256)


@pytest.mark.parametrize(("reason", "who"), [("", "P01"), (" ", "P01"), ("核对", ""), ("核对", " ")])
def test_names_are_not_given_without_a_reason_or_a_person(reason, who, what_if):
    with pytest.raises(InputError):
        what_if.with_changes([SALES]).names(reason, who)


def test_a_blank_makes_undecided_and_is_told_as_that(what_if):
    what = what_if.with_changes([Change(Part.THRESHOLD, "3.1.P2", None)])
    line = next(each for each in what.effect() if each.before.level == "junior")
    assert line.no_longer == 1
    assert line.now_undecided == what.names("核对", "P01").now_undecided.__len__() == 2
    assert line.after.eligible == 0


def test_reset_is_the_policy_in_force(what_if):
    what = what_if.with_changes([SALES]).reset()
    assert what.changes == ()
    assert what.policy == POLICY
    assert all(each.became == each.no_longer == 0 for each in what.effect())


def test_people_who_were_eligible_are_counted_in_the_review_too(what_if):
    review = build_review(company_records(), POLICY)
    eligible = [
        case
        for case in review.cases
        if case.application and case.overall and case.overall.result is Result.ELIGIBLE
    ]
    counted = sum(each.eligible for each in totals(what_if.before) if each.department is None)
    assert counted == len(eligible) > 0


@pytest.mark.parametrize(
    "change",
    [
        Change(Part.THRESHOLD, "9.9.P9", Decimal(1)),
        Change(Part.PARAMETER, "no_such", Decimal(1)),
        Change(Part.WEIGHT, "3.1.P2", 0.5),
        Change(Part.THRESHOLD, "3.1.P2", 0.5),
        Change(Part.ZERO_AT, "3.1.P2", Decimal("NaN")),
    ],
    ids=["criterion", "parameter", "inexact weight", "inexact threshold", "no number"],
)
def test_a_change_that_can_not_be_meant_is_refused(change):
    with pytest.raises(PolicyError):
        changed(POLICY, [change])


def test_changes_are_what_makes_one_policy_of_another():
    listed = (SALES, Change(Part.WEIGHT, "3.2.P1", None), Change(Part.PARAMETER, "part_years", None))
    other = changed(POLICY, listed)
    assert other.changed
    assert changes_between(POLICY, other) == listed
    assert changed(other, changes_between(other, POLICY)).criteria == POLICY.criteria
    assert changes_between(POLICY, POLICY) == ()
