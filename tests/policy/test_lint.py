from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from cmreview.policy.faults import PolicyFindings
from cmreview.policy.lint import lint
from cmreview.policy.load import load_policy, load_sound_policy, years
from cmreview.terms import Severity


def codes(policy):
    return [
        (finding.code, finding.column) for finding in lint(policy) if finding.code != "policy.status_unknown"
    ]


def linted(edit, folder, file, old, new, after=""):
    line = edit(file, old, new, after)
    found = [one for one in lint(load_policy(folder, 2025)) if one.code != "policy.status_unknown"]
    return line, found


def with_criterion(policy, criterion_id, **changes):
    changed = (replace(one, **changes) if one.id == criterion_id else one for one in policy.criteria)
    return replace(policy, criteria=tuple(changed))


def test_the_shipped_policy_has_nothing_odd_in_any_year(root):
    folder = root / "params" / "policy"
    assert {year: codes(load_policy(folder, year)) for year in years(folder)} == {
        year: [] for year in years(folder)
    }


def test_items_that_do_not_add_up_to_the_whole_are_an_error(edit, folder):
    edit("panel.yaml", "en: defence, weight: 30}", "en: defence, weight: 31}")
    (finding,) = [one for one in lint(load_policy(folder, 2025)) if one.code == "policy.items_sum"]
    assert (finding.severity, finding.column) == (Severity.ERROR, "score_items")
    assert "101" in finding.line("zh")


# What is odd: file, what stands there, what is put there, the finding.
ODD = {
    "blank": ("criteria.yaml", "2025: 100}", "2025: X}", "blank"),
    "blank weight": ("scoring.yaml", "2025: {3.1.P1: 30", "2025: {3.1.P1: X", "blank"),
    "blank parameter": ("process.yaml", "{2021: 5}", "{2021: X}", "blank"),
    "easier senior": ("criteria.yaml", "2025: 600}", "2025: 299}", "easier_above"),
    "share above one": ("criteria.yaml", "{2021: 60}", "{2021: 101}", "too_high"),
    "share below none": ("criteria.yaml", "{2021: 60}", "{2021: -1}", "too_low"),
    "less than nothing left": ("criteria.yaml", "{2021: 8, 2025: 10}", "{2021: -101}", "too_low"),
    "count below none": ("criteria.yaml", "2025: 5}", "2025: -5}", "too_low"),
    "years of a life": ("criteria.yaml", "at_least: {2021: 6}", "at_least: {2021: 61}", "too_high"),
    "cap below one": ("scoring.yaml", "{2021: 1.2}", "{2021: 0.9}", "too_low"),
    "percent as fraction": ("criteria.yaml", "2023: 80}", "2023: 0.8}", "like_a_fraction"),
    "tolerance as fraction": ("process.yaml", "{2021: 1}", "{2021: 0.01}", "like_a_fraction"),
    "satisfied off the scale": ("indicators.yaml", "{2021: 4}", "{2021: 6}", "outside_scale"),
    "line off the scale": ("panel.yaml", "{2021: 70}", "{2021: 101}", "outside_scale"),
    "trimming two of two": ("panel.yaml", "{2021: 5}", "{2021: 2}", "too_low"),
    "sum of two people": ("analysis.yaml", "value: {2021: 3}", "value: {2021: 2}", "too_low"),
    "larger step first": ("analysis.yaml", "[10, 20]", "[20, 10]", "pair_reversed"),
    "no step": ("analysis.yaml", "[10, 20]", "[0, 20]", "too_low"),
    "band at the threshold": ("analysis.yaml", "[50, 80]", "[50, 100]", "too_high"),
    "band below the threshold": ("analysis.yaml", "[120, 150]", "[90, 150]", "too_low"),
    "scale upside down": ("process.yaml", "[1000, 50000000]", "[5000, 1000]", "pair_reversed"),
    "window reversed": (
        "process.yaml",
        "2025: [this-12-01, next-01-15]",
        "2025: [next-01-15, this-12-01]",
        "window_reversed",
    ),
    "complaints the wrong way": ("criteria.yaml", "below: {2021: 6", "at_least: {2021: 6", "wrong_direction"),
    "sales the wrong way": ("criteria.yaml", "at_least: {2021: 80", "below: {2021: 80", "wrong_direction"),
    "zero at the threshold": ("scoring.yaml", "3.1.P2: {2021: 0}", "3.1.P2: {2021: 100}", "zero_beyond"),
    "demotion with the first miss": ("penalties.yaml", "value: {2021: 2}", "value: {2021: 1}", "not_after"),
    "dismissal before demotion": ("penalties.yaml", "value: {2021: 3}", "value: {2021: 2}", "not_after"),
    "less notice than the law": (
        "penalties.yaml",
        "value: {2021: 30}",
        "value: {2021: 29}",
        "short_notice",
    ),
    "bonuses for nobody": ("rewards.yaml", "2025: 80}", "2025: 0}", "no_budget"),
    "less than a fen": (
        "rewards.yaml",
        "value: {2021: 1}",
        "value: {2021: 0.005}",
        "not_whole_fen",
    ),
    "zero of a rate below it": ("scoring.yaml", "2025: 10}", "2025: 5}", "zero_beyond"),
}
WARNINGS = ("blank", "easier_above", "like_a_fraction", "tiers_fall", "short_notice")


@pytest.mark.parametrize(("file", "old", "new", "code"), ODD.values(), ids=ODD)
def test_what_is_odd_is_found_on_its_line(edit, folder, file, old, new, code):
    line, found = linted(edit, folder, file, old, new)
    told = [(one.file, one.row) for one in found if one.code == f"policy.{code}"]
    assert told == [(file, line)]


@pytest.mark.parametrize(("file", "old", "new", "code"), ODD.values(), ids=ODD)
def test_what_can_not_be_meant_is_an_error_and_what_may_be_is_a_warning(edit, folder, file, old, new, code):
    _, found = linted(edit, folder, file, old, new)
    for one in found:
        is_warning = one.code.removeprefix("policy.") in WARNINGS
        assert one.severity is (Severity.WARNING if is_warning else Severity.ERROR)
        assert one.line("zh") != one.line("en")


@pytest.mark.parametrize(
    ("name", "code"), [("charm", "policy.no_indicator"), ("satisfacton", "policy.no_indicator_like")]
)
def test_a_criterion_that_no_indicator_serves_is_an_error_at_its_head(policy, name, code):
    odd = with_criterion(policy, "3.1.P3", indicator=name)
    (found,) = (one for one in lint(odd) if one.code == code)
    assert (found.severity, found.column, found.value) == (Severity.ERROR, "3.1.P3", name)
    assert found.row == policy.criterion("3.1.P3").place.line


@pytest.mark.parametrize(
    ("step", "code", "severity"),
    [
        ("{from: 10, bonus: 1}", "policy.tiers_overlap", Severity.ERROR),
        ("{from: 5, bonus: 1}", "policy.tiers_overlap", Severity.ERROR),
        ("{from: 20, bonus: 0.5}", "policy.tiers_fall", Severity.WARNING),
        ("{from: 20, bonus: 0.4}", "policy.tiers_lower", Severity.ERROR),
    ],
)
def test_the_steps_of_a_scale_rise(edit, folder, step, code, severity):
    """Policy 5.4.a."""
    line, found = linted(edit, folder, "rewards.yaml", "{from: 20, bonus: 1}", step)
    year_line = line - 2
    assert [(one.code, one.row, one.severity) for one in found] == [(code, year_line, severity)]


def test_a_tenure_is_of_a_lower_level(edit, folder):
    own = "over_level: intermediate\n    unit: years"
    line, found = linted(edit, folder, "criteria.yaml", "over_level: junior\n    unit: years", own)
    assert [(one.code, one.row, one.column) for one in found] == [
        ("policy.odd_over_level", line - 3, "3.2.Q3")
    ]


def test_an_easier_degree_is_found_by_the_order_of_degrees(edit, folder):
    """Policy 3.3.Q1."""
    line, found = linted(edit, folder, "criteria.yaml", "{2021: 本科}", "{2021: 中专}", after="3.3.Q1")
    # easier than both levels below
    assert [(one.code, one.row) for one in found] == [("policy.easier_above", line)] * 2


def test_an_easier_threshold_names_the_level_that_asks_more(edit, folder):
    line, found = linted(edit, folder, "criteria.yaml", "2025: 600}", "2025: 299}")
    assert [(one.code, one.row, one.column) for one in found] == [("policy.easier_above", line, "3.3.P2")]
    assert '"299" 比较低等级的标准 3.2.P2（300）更宽松。' in found[0].line("zh")
    assert "is easier than 3.2.P2 (300)" in found[0].line("en")


def test_a_looser_upper_limit_is_easier_too(policy):
    """Policy 3.2.P4: where lower is better, a higher limit asks less."""
    rate = policy.criterion("3.2.P4")
    looser = replace(rate.threshold, key="3.3.P9", value=Decimal("0.06"))
    also_senior = replace(rate, id="3.3.P9", level="senior", threshold=looser, weight=None, zero_at=None)
    stricter = replace(also_senior, threshold=replace(looser, value=Decimal("0.04")))
    found = codes(replace(policy, criteria=(*policy.criteria, also_senior)))
    assert found == [("policy.easier_above", "3.3.P9")]
    assert codes(replace(policy, criteria=(*policy.criteria, stricter))) == []


def test_an_equal_threshold_is_not_easier(policy):
    assert codes(policy.with_threshold("3.3.P2", policy.criterion("3.2.P2").threshold.value)) == []


@pytest.mark.parametrize(("weight", "is_wrong"), [("30", False), ("29.9999", True), ("30.0001", True)])
def test_the_weights_of_each_level_sum_to_exactly_one(edit, folder, weight, is_wrong):
    """Policy 1.3.b."""
    edit("scoring.yaml", "2025: {3.1.P1: 30", f"2025: {{3.1.P1: {weight}")
    found = codes(load_policy(folder, 2025))
    assert found == ([("policy.weights_sum", "weights › junior")] if is_wrong else [])


def test_a_sum_with_a_blank_in_it_is_no_sum(edit, folder):
    edit("scoring.yaml", "2025: {3.1.P1: 30", "2025: {3.1.P1: X")
    assert codes(load_policy(folder, 2025)) == [("policy.blank", "3.1.P1.weight")]


def test_growth_may_pass_one_hundred_percent(policy):
    assert codes(policy.with_threshold("3.3.P1", "1.5")) == []


def test_a_level_that_asks_nothing_is_an_error(policy):
    without = tuple(one for one in policy.criteria if one.level != "junior")
    assert ("policy.no_criteria", "junior") in codes(replace(policy, criteria=without))


def test_a_degree_that_nobody_knows_is_an_error(policy):
    threshold = replace(policy.criterion("3.1.Q1").threshold, value="wizard")
    assert codes(with_criterion(policy, "3.1.Q1", threshold=threshold)) == [("policy.not_a_degree", "3.1.Q1")]


def test_an_exam_of_a_higher_level_is_odd(policy):
    assert codes(with_criterion(policy, "3.1.Q3", over_level="senior")) == [
        ("policy.odd_over_level", "3.1.Q3")
    ]


def test_rules_whose_making_is_not_recorded_are_told(policy, edit, folder):
    assert [one.code for one in lint(policy)] == ["policy.status_unknown"]
    edit("edition.yaml", "adopted_on: X", "adopted_on: 2020-11-20")
    edit("edition.yaml", "procedure: X", "procedure: {zh: 职工代表大会讨论通过, en: employee congress}")
    edit("edition.yaml", "publicised_on: X", "publicised_on: 2020-12-01")
    assert lint(load_policy(folder, 2025)) == ()


def test_errors_come_before_warnings(policy):
    odd = policy.with_threshold("3.1.P1", None).with_threshold("3.1.P3", 2)
    assert [one.severity for one in lint(odd)] == [Severity.ERROR, Severity.WARNING, Severity.WARNING]


def test_nobody_is_judged_by_a_rule_that_can_not_be_meant(edit, folder):
    assert load_sound_policy(folder, 2025).year == 2025
    line = edit("criteria.yaml", "at_least: {2021: 75, 2023: 80}", "at_least: {2021: 75, 2023: 800}")
    assert load_policy(folder, 2025).year == 2025
    with pytest.raises(PolicyFindings) as caught:
        load_sound_policy(folder, 2025)
    assert f"criteria.yaml · 第{line}行" in caught.value.what("zh")


def test_a_blank_does_not_stop_a_review(edit, folder):
    edit("criteria.yaml", "at_least: {2021: 75, 2023: 80}", "at_least: {2021: X}")
    assert load_sound_policy(folder, 2025).criterion("3.1.P3").threshold.value is None
