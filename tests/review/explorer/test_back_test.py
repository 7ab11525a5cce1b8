"""A policy held against earlier years says what a review of those years would have said. Policy 3, 5.2."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from cmreview.errors import InputError
from cmreview.policy.model import Group
from cmreview.review.case import build_review
from cmreview.review.criteria import all_of
from cmreview.review.explorer.back_test import Basis, back_test
from cmreview.review.explorer.prepared import open_explorer, prepare_explorer
from cmreview.terms import Outcome
from tests.builders import make_policy
from tests.review.explorer.company import PEOPLE, company_records

POLICY = make_policy(min_answers=Decimal(1))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("explorer")
    records = company_records()
    review = build_review(records, POLICY)
    prepare_explorer(records, POLICY, review, path / "all")
    prepare_explorer(records, POLICY, review, path / "one", department="销售一部")
    return path


def counts(line):
    return {
        Outcome.MET: line.met,
        Outcome.MISSED: line.missed,
        Outcome.NO_EVIDENCE: line.no_evidence,
        Outcome.NO_RULE: line.no_rule,
    }


def lines(explorer, policy):
    return {(x.year, x.basis, x.level, x.department): x for x in back_test(explorer, policy)}


@pytest.mark.parametrize(
    "policy", [POLICY, POLICY.with_threshold("3.2.P2", 1), POLICY.with_value("cancellation", None)]
)
def test_those_who_held_a_level_get_what_that_years_review_would_give_them(policy, folder):
    found = lines(open_explorer(folder / "all"), policy)
    assert {year for year, *_ in found} == {2023, 2024}
    for year in (2023, 2024):
        # where nobody applied, the review judges each by the level held
        review = build_review(company_records(applied=False), replace(policy, year=year))
        for level in ("junior", "intermediate"):
            own = [case for case in review.cases if case.person.level == level and case.verdicts]
            line = found[year, Basis.HELD, level, None]
            assert line.people == len(own) > 0
            worst = [all_of(verdict.outcome for verdict in case.verdicts) for case in own]
            assert counts(line) == {outcome: worst.count(outcome) for outcome in Outcome}


def test_those_below_are_held_against_the_level_above(folder):
    # asked for sales alone, 2.5 million in 2024 pass and 2 million do not
    criteria = tuple(c for c in POLICY.criteria if c.id == "3.2.P2" or c.group is Group.QUALIFICATION)
    policy = replace(POLICY, criteria=criteria).with_threshold("3.2.P2", 2_500_000)
    found = lines(open_explorer(folder / "all"), policy)
    line = found[2024, Basis.BELOW, "intermediate", None]
    assert (line.people, line.met, line.missed) == (3, 1, 2)
    moved = lines(open_explorer(folder / "all"), policy.with_threshold("3.2.P2", "2500000.01"))
    assert moved[2024, Basis.BELOW, "intermediate", None].met == 0
    # juniors have nobody below, and no requirement is left of the others
    assert {(basis, level) for _, basis, level, _ in found} == {
        (Basis.BELOW, "intermediate"),
        (Basis.HELD, "intermediate"),
    }


def test_missing_evidence_is_no_miss_and_a_blank_is_no_rule(folder):
    criteria = tuple(c for c in POLICY.criteria if c.id == "3.2.P3")
    policy = replace(POLICY, criteria=criteria)
    found = lines(open_explorer(folder / "all"), policy)
    first = found[2023, Basis.BELOW, "intermediate", None]
    assert (first.no_evidence, first.people) == (2, 2)  # of the year before nothing is known
    blank = lines(open_explorer(folder / "all"), policy.with_threshold("3.2.P3", None))
    assert blank[2024, Basis.BELOW, "intermediate", None].no_rule == 3


def test_departments_add_up_to_all(folder):
    found = lines(open_explorer(folder / "all"), POLICY)
    for (year, basis, level, department), line in found.items():
        assert line.people == line.met + line.missed + line.no_evidence + line.no_rule
        if department is None:
            parts = [x for k, x in found.items() if k[:3] == (year, basis, level) and k[3] is not None]
            assert line.people == sum(each.people for each in parts)
            assert line.met == sum(each.met for each in parts)


def test_a_departments_file_knows_only_its_own_people(folder):
    found = back_test(open_explorer(folder / "one"), POLICY)
    assert {line.department for line in found} == {None, "销售一部"}
    found = [line for line in found if line.department is not None]
    own = [person for person in PEOPLE if person[2] == "销售一部" and person[3] == "junior"]
    held = {line.year: line.people for line in found if (line.basis, line.level) == (Basis.HELD, "junior")}
    assert held == {2023: len(own) - 1, 2024: len(own)}  # one of them was given the level in 2024


def test_another_definition_is_counted_from_the_records_or_refused(folder):
    policy = POLICY.with_value("long_term_years", 1)
    found = lines(open_explorer(folder / "all"), policy)
    review = build_review(company_records(applied=False), replace(policy, year=2024))
    own = [case for case in review.cases if case.person.level == "intermediate" and case.verdicts]
    worst = [all_of(verdict.outcome for verdict in case.verdicts) for case in own]
    line = found[2024, Basis.HELD, "intermediate", None]
    assert counts(line) == {outcome: worst.count(outcome) for outcome in Outcome}
    with pytest.raises(InputError):
        back_test(open_explorer(folder / "one"), policy)
