"""The first notebook's parts: figures of the review at hand, and a reason where something can't be shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cmreview import build_review, expectations, load_policy, open_records
from cmreview.errors import InputError
from cmreview.explore import first_steps
from cmreview.explore.first_steps import nearest
from cmreview.records.schema import TABLES
from cmreview.terms import Outcome


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return tmp_path_factory.mktemp("project")


@pytest.fixture(scope="module")
def policy():
    return load_policy(first_steps.policy_folder(), first_steps.example_year())


@pytest.fixture(scope="module")
def records(policy, project):
    return open_records(first_steps.records_folder(project), expectations=expectations(policy))


@pytest.fixture(scope="module")
def review(records, policy):
    return build_review(records, policy)


def of_sales(review):
    """Every applicant's verdict on the intermediate level's sales."""
    return {
        case.person.manager_id: verdict
        for case in review.cases
        if case.application is not None
        for verdict in case.verdicts
        if verdict.criterion == "3.2.P2"
    }


def test_nobody_who_misses_is_nearer_than_the_nearest(review):
    found = of_sales(review)
    shown = found[nearest(review, "3.2.P2")]
    assert shown.outcome is Outcome.MISSED
    margins = [each.margin for each in found.values() if each.outcome is Outcome.MISSED]
    assert len(margins) > 1
    assert shown.margin == max(margins) < 0


def test_where_nobody_misses_nobody_is_shown(records, policy):
    lenient = build_review(records, policy.with_threshold("3.2.P2", 0))
    with pytest.raises(InputError) as refused:
        nearest(lenient, "3.2.P2")
    assert "3.2.P2" in refused.value.what("en")


def test_rows_read_are_rows_used_and_rows_set_aside(records):
    html = first_steps.handed_in(records, "en").html
    read = sum(each.rows_in for each in records.counts if each.table == "contracts")
    assert f'{TABLES["contracts"].label("en")}</th><td class="figure">{read:,}</td>' in html
    assert all(each.rows_in == each.used + each.set_aside for each in records.counts)


def test_where_there_are_more_faults_than_are_shown_that_is_said(records):
    few = first_steps.handed_in(records, "en").html
    many = first_steps.handed_in(replace(records, findings=records.findings * 3), "en").html
    assert 0 < len(records.findings) < few.count("<li>") + 1
    assert "the first" not in few
    assert f"Faults found: {3 * len(records.findings)}; the first 5" in many
    assert many.count("<li>") == 5


def test_a_verdict_stands_on_every_row_that_it_counts(review, policy):
    manager = nearest(review, "3.2.P2")
    html = first_steps.verdict(review, policy, manager, "3.2.P2").html
    counted = review.sources(manager, "sales")
    assert counted
    assert [row for row in counted if row not in html] == []


def test_an_unchanged_policy_moves_nothing_and_a_stricter_one_says_what_it_moves(records, review, policy):
    def cells(after):
        return first_steps.compared(review, after, policy).html.split("<tbody>")[1]

    assert "→" not in cells(review)
    stricter = build_review(records, policy.with_threshold("3.2.P2", 10**9))
    assert " → 0</td>" in cells(stricter)


def test_the_stages_are_those_of_the_ledger_that_the_other_notebooks_open(project, review):
    html = first_steps.stages("en", project).html
    applied = sum(case.application is not None for case in review.cases)
    figures = [int(part.split("<")[0]) for part in html.split('<td class="figure">')[1:]]
    assert sum(figures) == applied


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_case_is_shown_in_either_language(review, policy, lang):
    manager = nearest(review, "3.2.P2")
    assert manager in first_steps.case(review, manager, lang).html
    assert manager in first_steps.verdict(review, policy, manager, "3.2.P2", lang).html
    assert "3.2.P2" in first_steps.criteria(policy, "intermediate", lang).html
    assert first_steps.results(review, policy, lang).html.count("<tr>") == 1 + len(policy.levels)


def test_who_is_unknown_or_did_not_apply_is_told(review, policy):
    idle = next(case.person.manager_id for case in review.cases if case.application is None)
    with pytest.raises(InputError, match=idle):
        first_steps.case(review, idle)
    with pytest.raises(InputError, match="nobody-here"):
        first_steps.case(review, "nobody-here")
    with pytest.raises(InputError, match=r"3\.9\.P9"):
        first_steps.verdict(review, policy, nearest(review, "3.2.P2"), "3.9.P9")
