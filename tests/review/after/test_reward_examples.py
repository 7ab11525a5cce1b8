"""The signed examples of rewards, each from what is known to its bonus, title, priority or benefits.

``tests/examples/after/rewards.yaml`` is written for whoever owns the policy; its head tells how.
Policy 5.4.a to 5.4.d.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from cmreview import strict_yaml
from cmreview.review.after.bonus import bonuses
from cmreview.review.after.honours import benefits, honours, priority
from cmreview.review.after.model import Advice, Measure, Standing
from cmreview.terms import OUTCOMES, Outcome
from tests.review.after import rewarding

FILE = strict_yaml.read(Path(__file__).parents[2] / "examples" / "after" / "rewards.yaml").data
EXAMPLES = FILE["cases"]
CLAUSES = ("5.4.a", "5.4.b", "5.4.c", "5.4.d")
OUTCOME = {label.zh: outcome for outcome, label in OUTCOMES.items()}
STANDING = {
    "建议": Standing.DUE,
    "不适用": Standing.NOT_DUE,
    "交委员会": Standing.COMMITTEE,
    "标准未定": Standing.NO_RULE,
}
OTHERS, COMPANY = "其他", "公司"


def name_of(example):
    return f"{EXAMPLES.index(example) + 1}-{example['clause']}"


def of_clause(clause):
    chosen = [example for example in EXAMPLES if example["clause"] == clause]
    return pytest.mark.parametrize("example", chosen, ids=name_of)


# --- from the words of the file to the policy and to people


def number(text):
    scale = {"万": 10_000, "%": Fraction(1, 100)}.get(text[-1], 1)
    return Fraction(text.rstrip("万%")) * scale


def decimal(text):
    exact = number(text)
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def tiers(steps):
    return tuple(tuple(decimal(one) for one in step.split()) for step in steps)


RULE = {
    "增长分档": ("bonus_growth_scale", tiers),
    "占比分档": ("bonus_contribution_scale", tiers),
    "奖金总额": ("bonus_budget", decimal),
    "读法": ("bonus_reading", str),
    "范围": ("bonus_for", str),
    "超出总额": ("bonus_cap", str),
    "最小单位": ("bonus_unit", decimal),
    "从零增长": ("bonus_unbounded_growth", str),
    "不满全年": ("growth_part_year", str),
    "荣誉办法": ("honour_rule", str),
    "荣誉比例": ("honour_quota", decimal),
    "荣誉线": ("honour_line", decimal),
    "并列": ("honour_ties", str),
    "优秀年数": ("excellent_years", decimal),
    "优秀待遇": ("excellent_benefits", tuple),
    "同分先后": ("tie_breaks", tuple),
}


def policy_of(example):
    told = FILE["rules"] | example.get("rules", {})
    assert set(told) == set(RULE)
    values = {RULE[name][0]: None if value == "X" else RULE[name][1](value) for name, value in told.items()}
    return rewarding.reward_policy(**values)


def people_of(example):
    """What is known of everybody who is named, with the common part filled in."""
    given = {name: told for name, told in example["given"].items() if name != OTHERS}
    assert all(set(told) <= set(FILE["common"]) | {"荣誉"} for told in given.values())
    return {name: FILE["common"] | told for name, told in given.items()}


def growth(text):
    if text == "从零":
        return rewarding.FROM_NOTHING
    if text == "零到零":
        return rewarding.NOTHING_TO_NOTHING
    part_year, text = text.startswith("不满全年 "), text.removeprefix("不满全年 ")
    return rewarding.growth(None if text == "缺" else number(text), part_year=part_year)


def person_of(told):
    titles = {int(year): None if title == "无" else title for year, title in told.get("荣誉", {}).items()}
    return rewarding.person(titles, since=date.fromisoformat(told["从业"]))


def expected(example):
    """What is expected of each person; every word of it must be one that the test reads."""
    expect = dict(example["expect"])
    company = expect.pop(COMPANY, {})
    assert set(expect) == set(people_of(example))
    return expect, company


def amount(text):
    return None if text == "X" else number(text)


# --- the examples


@of_clause("5.4.a")
def test_a_bonus_is_what_its_example_says(example):
    policy = policy_of(example)
    claims = [
        rewarding.claim(
            name,
            growth(told["增长率"]),
            None if told["占比"] == "缺" else number(told["占比"]),
            OUTCOME[told["结论"]],
        )
        for name, told in people_of(example).items()
    ]
    found, pool = bonuses(claims, policy)
    expect, company = expected(example)
    for name, told in expect.items():
        bonus = found[name]
        by = {part.basis: part.amount for part in bonus.parts}
        said = "".join(part.because.text("zh") for part in bonus.parts) + bonus.because.text("zh")
        actual = {
            "按增长": by.get("sales_growth"),
            "按占比": by.get("sales_share"),
            "舍去": bonus.dropped,
            "应得": bonus.computed,
            "减少": bonus.reduction,
            "发放": bonus.paid,
        }
        for word, value in told.items():
            if word == "结果":
                assert bonus.standing is STANDING[value], example["title"]
            elif word == "说明":
                assert value in said
            else:
                assert actual[word] == amount(value), (name, word, example["title"])
    whole = {
        "应得": pool.computed,
        "发放": pool.paid,
        "余额": pool.left,
        "待定人数": Fraction(pool.unsettled),
    }
    for word, value in company.items():
        assert whole[word] == amount(value), (word, example["title"])


@of_clause("5.4.b")
def test_the_honorary_title_goes_where_its_example_says(example):
    contenders = [
        rewarding.contender(name, number(told["得分"]), OUTCOME[told["结论"]], number(told["覆盖"]))
        for name, told in people_of(example).items()
    ]
    others = int(example["given"].get(OTHERS, "0"))
    contenders += [rewarding.contender(f"{OTHERS}{turn}", 0, Outcome.MISSED) for turn in range(others)]
    found = honours(contenders, policy_of(example))
    for name, told in expected(example)[0].items():
        assert_says(found[name], told, example)


@of_clause("5.4.c")
def test_priority_is_given_as_its_example_says(example):
    for name, told in expected(example)[0].items():
        found = priority(person_of(people_of(example)[name]), policy_of(example))
        assert found.measure is Measure.PRIORITY
        assert_says(found, told, example)


@of_clause("5.4.d")
def test_excellent_years_earn_what_their_example_says(example):
    for name, told in expected(example)[0].items():
        known = people_of(example)[name]
        honour = Advice(Measure.HONOUR, STANDING[known["本年度"]], ())
        found = benefits(person_of(known), honour, policy_of(example))
        assert found.measure is Measure.BENEFITS
        assert_says(found, told, example)


def assert_says(advice, told, example):
    assert set(told) <= {"结果", "说明", "待遇"}
    assert advice.standing is STANDING[told["结果"]], example["title"]
    assert told.get("说明", "") in "".join(one.text("zh") for one in advice.because)
    if "待遇" in told:
        assert list(advice.benefits) == told["待遇"]


# --- the file


def test_the_file_says_who_signed_it_and_every_clause_has_examples():
    assert set(FILE) == {"signed_by", "signed_on", "year", "rules", "common", "cases"}
    assert FILE["signed_by"]
    assert int(FILE["year"]) == rewarding.YEAR
    assert {example["clause"] for example in EXAMPLES} == set(CLAUSES)
    titles = [(example["clause"], example["title"]) for example in EXAMPLES]
    assert len(titles) == len(set(titles))
    for example in EXAMPLES:
        assert set(example) <= {"clause", "title", "rules", "given", "expect"}


@pytest.mark.parametrize(
    ("rule", "word", "reading"),
    [("增长分档", "增长率", "steps"), ("占比分档", "占比", "steps"), ("增长分档", "增长率", "linear")],
)
def test_growth_and_share_have_examples_just_below_at_and_just_above_every_step(rule, word, reading):
    shown = [
        number(told[word])
        for example in EXAMPLES
        if example["clause"] == "5.4.a" and policy_of(example).value("bonus_reading") == reading
        for told in people_of(example).values()
        if told[word].endswith("%") and "不满" not in told[word]
    ]
    for start in (number(step.split()[0]) for step in FILE["rules"][rule]):
        near = start / 50
        assert start in shown
        assert any(start - near < value < start for value in shown), start
        assert any(start < value < start + near for value in shown), start
