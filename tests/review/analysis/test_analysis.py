"""The whole analysis: nobody in it, the same bytes again, and sentences whose numbers are the figures'."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest

from cmreview.errors import FileError
from cmreview.exact_json import canonical, encode
from cmreview.policy.load import load_policy
from cmreview.review.analysis.analysis import build_analysis
from cmreview.review.analysis.findings import by_weight
from cmreview.review.analysis.insight import Weight
from cmreview.review.analysis.store import load, save
from cmreview.review.analysis.trends import Dimension
from tests.builders import make_records
from tests.process import example as company
from tests.review.analysis.made import analysis_policy


@pytest.fixture(scope="module")
def policy(root):
    return load_policy(root / "params/policy", 2025)


@pytest.fixture(scope="module")
def records():
    return company.example().records


@pytest.fixture(scope="module")
def example(records, policy):
    return build_analysis(records, policy)


def test_no_person_is_in_it_by_name_or_id(example, records):
    stored = canonical(encode(example)).decode()
    people = records.arrow("managers").to_pylist()
    assert len(people) == 120
    for person in people:
        assert person["name"] not in stored
        assert f'"{person["manager_id"]}"' not in stored
    for customer in records.arrow("customers").to_pylist():
        assert customer["name"] not in stored
        assert customer["customer_id"] not in stored


def test_it_is_read_back_as_it_was_stored_and_the_same_bytes_again(example, records, policy, tmp_path):
    save(example, tmp_path / "one.json")
    assert load(tmp_path / "one.json") == example
    save(build_analysis(records, policy), tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


def test_another_file_is_refused(example, tmp_path):
    file = tmp_path / "analysis.json"
    with pytest.raises(FileError):
        load(file)
    save(example, file)
    text = file.read_text("utf-8")
    for spoiled in (text[:-40], text.replace('"format_version":1', '"format_version":9'), "{}"):
        file.write_text(spoiled, "utf-8")
        with pytest.raises(FileError, match=re.escape(file.name)):
            load(file)


def test_the_company_total_is_that_of_every_part(example):
    parts = example.parts
    sales = parts.trends.now.sales
    assert sales == 430_000_000  # what the example company sells by design
    for breakdown in parts.trends.breakdowns:
        assert sum(line.sales[-1] for line in breakdown.lines) == sales, breakdown.dimension
    assert sum(parts.seasons.months[-1].sales) == sales
    flow = parts.customers.now
    assert flow.sales_of_new + flow.sales_of_known == sales
    assert sum(cohort.sales[-1] for cohort in parts.customers.cohorts) == sales
    assert sum(each.contracts for each in parts.seasons.decembers) == sum(parts.seasons.months[-1].contracts)
    assert parts.trends.now.new_customers == flow.new


def test_every_dimension_of_the_example_has_lines(example):
    assert all(example.parts.trends.breakdown(dimension).lines for dimension in Dimension)


def test_every_finding_reads_in_both_languages_and_names_its_part_and_ground(example):
    assert len(example.findings) > 15
    parts = {
        "trends",
        "customers",
        "concentration",
        "seasons",
        "service",
        "passing",
        "thresholds",
        "forecast",
    }
    for each in example.findings:
        assert each.part in parts | {"completeness"}
        for lang in ("zh", "en"):
            told, basis = each.told.text(lang), each.basis.text(lang)
            assert re.search(r"\d", told), told
            assert basis
            assert "{" not in told + basis


def test_the_numbers_of_a_finding_are_those_of_its_part(example):
    told = "\n".join(each.told.text("en") for each in example.findings)
    now, before = example.parts.trends.years[-1], example.parts.trends.years[-2]
    assert f"{int(now.sales):,} yuan" in told
    assert f"{int(now.sales - before.sales):,} yuan" in told
    flow = example.parts.customers.now
    assert f"new {flow.new:,}, kept from the year before {flow.kept:,}" in told
    assert f"{flow.lost:,} customers did not" in told


def test_what_limits_all_else_comes_first(example):
    weights = [each.weight for each in example.findings]
    assert weights == sorted(weights, key=list(Weight).index)
    mixed = [replace(example.findings[0], weight=weight) for weight in (Weight.BACKGROUND, Weight.CAVEAT)]
    assert [each.weight for each in by_weight(mixed)] == [Weight.CAVEAT, Weight.BACKGROUND]


def test_shares_of_the_largest_are_told_together_only(example):
    for each in example.parts.concentration:
        assert each.together == 10
        assert each.now.of > 20
        assert 0 < each.now.largest < Fraction(1, 2)


def bare(**values):
    contracts = [
        {
            "contract_id": f"HT{year}{month}",
            "customer_id": "K",
            "manager_id": "a",
            "signed_on": f"{year}-{month}-05",
        }
        for year in (2024, 2025)
        for month in ("01", "12")
    ]
    return build_analysis(make_records(contracts=contracts), analysis_policy(**values))


def test_contracts_alone_give_an_analysis_that_says_what_is_missing():
    found = bare()
    assert found.parts.trends.now.sales == 2000
    assert found.parts.service.now.answers is None
    assert found.parts.thresholds == ()
    assert found.parts.passing.held == ()
    reasons = [each.reason for each in found.parts.forecasts]
    assert None not in reasons
    assert all(each.weight is not Weight.CAVEAT for each in found.findings)


def test_without_a_rule_for_what_counts_there_are_no_sums_and_no_findings_on_them():
    found = bare(cancellation=None)
    assert found.parts.trends.now.sales is None
    assert found.parts.customers.reason is not None
    assert {each.part for each in found.findings} <= {"completeness"}


def test_a_part_year_and_departments_with_errors_are_told_first():
    from cmreview.findings import Finding
    from cmreview.terms import Severity

    contracts = [{"contract_id": "HT1", "customer_id": "K", "manager_id": "a", "signed_on": "2025-05-06"}]
    fault = Finding("records.missing", Severity.ERROR, "x.xlsx", department="销售一部")
    found = build_analysis(make_records(contracts=contracts, findings=[fault]), analysis_policy())
    first, second = found.findings[:2]
    assert (first.weight, second.weight) == (Weight.CAVEAT, Weight.CAVEAT)
    assert "1 department" in first.told.text("en")
    assert "6 May 2025" in second.told.text("en")
    assert found.parts.stopped == ("销售一部",)


@pytest.mark.parametrize(
    ("served", "said", "weight"),
    [
        (["ab", "ab", "ax"], "50% (100% the year before)", Weight.BACKGROUND),  # of two one is always lower
        (["abcd", "abcx", "abcx", "axyz"], "no year since 2023 was as low", Weight.ATTENTION),
        (["abcd", "axyz", "axyw", "axvu"], "50% (75% the year before)", Weight.BACKGROUND),
    ],
)
def test_customers_who_stayed_are_told_beside_the_year_before_and_the_lowest_ever_asks_for_a_look(
    served, said, weight
):
    contracts = [
        {
            "contract_id": f"H{year}{name}",
            "customer_id": name,
            "manager_id": "m",
            "amount": 10,
            "signed_on": f"{year}-12-05",
        }
        for year, names in enumerate(served, start=2026 - len(served))
        for name in names
    ]
    found = build_analysis(make_records(contracts=contracts), analysis_policy()).findings
    (kept,) = [each for each in found if each.told.key == "analysis.finding.lost"]
    assert said in kept.told.text("en")
    assert kept.weight is weight
