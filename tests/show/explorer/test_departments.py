"""Departments on the explorer's page: few people get counts, a blank is said, the rates are the review's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cmreview.policy.load import default_folder, load_policy
from cmreview.review.case import build_review
from cmreview.review.explorer.prepared import open_explorer
from cmreview.review.explorer.verdict_table import ELIGIBLE, NOT_ELIGIBLE, VerdictTable
from cmreview.review.scrutiny.leniency import cautions, leniency, leniency_of
from cmreview.show.explorer.departments import applicants, leniency_part
from cmreview.show.explorer.teller import Teller
from cmreview.show.figures import Figures
from tests.review.explorer.company import FILE, company_records, prepare_by_shipped_policy

POLICY = load_policy(default_folder(), 2025)


@pytest.fixture(scope="module")
def explorer(made_once):
    return open_explorer(made_once("shipped-policy", prepare_by_shipped_policy) / FILE)


def many(explorer, times, policy=POLICY, opinion="passed"):
    """Everybody ``times`` over, all with the same preliminary review."""
    people = explorer.candidates.take(np.tile(np.arange(len(explorer.candidates)), times))
    people = replace(people, preliminary=np.array([opinion] * len(people), dtype=object))
    return VerdictTable.of(people, policy, explorer.currency)


def shown(table, lang="zh"):
    everybody = np.ones(len(table.people), dtype=bool)
    return leniency_part(table, everybody, Teller(table.policy, Figures(lang)))


def test_the_columns_say_of_departments_what_the_cases_say(explorer):
    table = VerdictTable.from_explorer(explorer)
    given = cautions(POLICY)
    found = leniency_of(applicants(table, np.ones(len(table.people), dtype=bool)), given)
    assert found == leniency(build_review(company_records(), POLICY).cases, given)


def test_few_people_are_counted_and_the_reason_said(explorer):
    page = shown(many(explorer, 1))
    assert "不足 5 人，不列比率" in page
    assert "人数太少，不比较通过率" in page
    assert "–" not in page.split("括号内")[0]


def test_enough_people_have_a_rate_with_its_interval(explorer):
    table = many(explorer, 4)
    rates = [
        each.rate
        for each in leniency_of(applicants(table, np.ones(32, dtype=bool)), cautions(POLICY)).passing
    ]
    known = [each for each in rates if each.of >= 5]
    assert known
    figures = Figures("zh")
    for each in known:
        assert f"{figures.percent(each.share)}（{figures.percent(each.interval.low)}–" in shown(table)


def compared(explorer, times, eligible):
    """The page where all of 销售一部 are eligible, and of 销售二部 as many as ``eligible``."""
    table = many(explorer, times)
    results = np.full(len(table.people), ELIGIBLE, dtype=np.int8)
    rows = np.flatnonzero((table.people.departments == "销售二部") & table.people.is_applicant)
    results[rows[eligible:]] = NOT_ELIGIBLE
    table.__dict__["results"] = results
    return shown(table)


@pytest.mark.parametrize(("times", "eligible"), [(6, 18), (7, 21)])
def test_groups_are_compared_once_each_has_as_many_as_the_policy_asks_for(explorer, times, eligible):
    assert ("通过率之比</th>" in compared(explorer, times, eligible)) == (3 * times >= 20)


@pytest.mark.parametrize(
    ("eligible", "said"), [(16, "低于 80%，请了解原因"), (17, "不低于 80%"), (20, "次序即相反")]
)
def test_a_ratio_below_the_policys_asks_and_one_person_in_it_is_told(explorer, eligible, said):
    page = compared(explorer, 7, eligible)
    assert said in page
    assert ("次序即相反" in page) == (eligible == 20)


@pytest.mark.parametrize("key", ["fewest_for_rate", "fewest_for_ratio", "least_ratio", "interval_level"])
def test_a_blank_of_the_policy_is_said_and_nothing_guessed(explorer, key):
    policy = POLICY.with_value(key, None)
    page = shown(many(explorer, 8, policy))
    assert policy.parameters[key].label.zh in page
    if key in ("fewest_for_rate", "interval_level"):
        assert "（办法未定，不列比率）" in page
    else:
        assert "不比较通过率" in page
    assert shown(many(explorer, 8, policy), "en")
