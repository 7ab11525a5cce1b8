from __future__ import annotations

from dataclasses import replace

import pytest

from cmreview.policy.compare import diff
from cmreview.policy.load import load_policy
from cmreview.terms import Label
from cmreview.words import LANGUAGES


@pytest.fixture(scope="module")
def old(root):
    return load_policy(root / "params" / "policy", 2024)


def texts(old, new, lang="zh"):
    return [(one.clause, one.text) for one in diff(old, new, lang)]


def test_two_years_are_compared_clause_by_clause(old, policy):
    told = texts(old, policy)
    assert ("3.1.P2", "初级·业务销售额由“不低于 80 万元”改为“不低于 100 万元”，更严。") in told
    assert ("3.2.P4", "中级·客户投诉率由“低于 6%”改为“低于 5%”，更严。") in told
    assert ("1.3.b", "初级·业务销售额·权重由“50%”改为“40%”。") in told
    assert ("5.1.c", "最少答卷数由“3”改为“5”。") in told
    window = "申报时间由“2024年12月1日至2025年1月10日”改为“2025年12月1日至2026年1月15日”。"
    assert ("4.1", window) in told
    english = texts(old, policy, "en")
    assert (
        "3.1.P2",
        "junior · sales was at least 800,000 yuan and is now at least 1,000,000 yuan: stricter.",
    ) in english
    assert [clause for clause, _ in told] == [clause for clause, _ in english]


def test_what_stays_the_same_is_not_told(old, policy):
    told = {clause for clause, _ in texts(old, policy)}
    assert {"3.1.Q1", "3.1.P3", "4.4", "5.1.a"}.isdisjoint(told)


def test_a_policy_does_not_differ_from_itself(policy):
    assert diff(policy, policy) == []


def test_the_same_days_of_another_year_are_no_change(policy, root):
    assert diff(policy, load_policy(root / "params" / "policy", 2026)) == []


@pytest.mark.parametrize(
    ("criterion", "value", "word"),
    [
        ("3.1.P1", 6, "更严"),
        ("3.1.P1", 4, "更宽"),
        ("3.2.P4", "0.04", "更严"),
        ("3.2.P4", "0.06", "更宽"),
        ("3.1.Q1", "bachelor", "更严"),
        ("3.1.Q1", "secondary_vocational", "更宽"),
    ],
)
def test_a_change_says_whether_it_asks_more_or_less(policy, criterion, value, word):
    ((clause, text),) = texts(policy, policy.with_threshold(criterion, value))
    assert clause == criterion
    assert text.endswith(f"{word}。")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_blank_that_is_filled_has_no_direction(policy, lang):
    blank = policy.with_threshold("3.1.P1", None)
    ((_, text),) = texts(blank, policy, lang)
    assert "X" in text
    assert not any(word in text for word in ("更严", "更宽", "stricter", "easier"))


def test_a_criterion_come_or_gone_is_told(policy):
    fewer = replace(policy, criteria=tuple(one for one in policy.criteria if one.id != "3.3.P5"))
    assert texts(fewer, policy) == [("3.3.P5", "新增标准。高级：当年主导完成的重大项目不低于 1 个。")]
    assert texts(policy, fewer) == [("3.3.P5", "不再执行。原标准：高级：当年主导完成的重大项目不低于 1 个。")]


def test_a_criterion_that_measures_something_else_is_told_whole(policy):
    other = replace(policy.criterion("3.1.P1"), indicator="key_customers")
    criteria = tuple(other if one.id == "3.1.P1" else one for one in policy.criteria)
    ((clause, text),) = texts(policy, replace(policy, criteria=criteria))
    assert clause == "3.1.P1"
    assert "当年客户开发数量不低于 5 个" in text
    assert "当年成功拓展的重点客户不低于 5 个" in text


def test_levels_that_change_are_told(policy):
    fewer = replace(
        policy, levels=policy.levels[:2], criteria=tuple(c for c in policy.criteria if c.level != "senior")
    )
    told = dict(texts(policy, fewer))
    assert told["2"] == "等级由“初级、中级、高级”改为“初级、中级”。"


def test_a_reading_that_changes_is_told_in_words(policy):
    told = texts(policy, policy.with_value("shared_customer_credit", "each"))
    assert [clause for clause, _ in told] == ["5.1.b"]
    assert "每位参与的客户经理各计一个" in told[0][1]


def test_labels_and_advice_are_no_change(policy):
    parameters = {
        key: replace(one, label=Label("别名", "other name"), choose=Label("别的建议", "other advice"))
        for key, one in policy.parameters.items()
    }
    assert diff(policy, replace(policy, parameters=parameters)) == []
