from __future__ import annotations

from dataclasses import replace

import pytest

from cmreview.policy.clauses import clause_order
from cmreview.policy.load import load_policy, years
from cmreview.policy.sentences import heading, sentences, status_sentence
from cmreview.words import LANGUAGES


def under(policy, clause, lang):
    return [one.text for one in sentences(policy, lang) if one.clause == clause]


def test_both_languages_say_the_same_number_of_things_in_the_same_order(root):
    folder = root / "params" / "policy"
    for year in years(folder):
        policy = load_policy(folder, year)
        told = [[one.clause for one in sentences(policy, lang)] for lang in LANGUAGES]
        assert told[0] == told[1]


def test_sentences_stand_in_the_order_of_the_clauses(policy):
    places = [clause_order()[one.clause] for one in sentences(policy, "zh")]
    assert places == sorted(places)


def test_every_criterion_and_every_parameter_is_told(policy):
    clauses = [one.clause for one in sentences(policy, "zh")]
    for criterion in policy.criteria:
        assert criterion.id in clauses
    for parameter in policy.parameters.values():
        told = sum(one.clause == parameter.clause for one in policy.parameters.values())
        assert clauses.count(parameter.clause) >= told


CHINESE = {
    "1.2": "适用于示例公司全体客户经理，以花名册为准。",
    "2": "客户经理由低到高分为 3 个等级：初级、中级、高级。",
    "3.1.Q1": "初级：学历为大专及以上。",
    "3.1.Q2": "初级：从事客户经理工作不低于 1 年，按足年计算至评审年度末。",
    "3.1.Q3": "初级：在评审年度末之前通过公司组织的初级客户经理专业知识考试。",
    "3.1.P1": "初级：当年客户开发数量不低于 5 个。",
    "3.1.P2": "初级：年度业务销售额不低于 100 万元。",
    "3.1.P3": "初级：客户满意度不低于 80%。",
    "3.2.Q3": "中级：担任初级客户经理不低于 2 年，按足年计算至评审年度末。",
    "3.2.P1": "中级：当年客户开发数量比任初级期间的年均数量增长不低于 10%。",
    "3.2.P3": "中级：年度业务销售额比上一年度增长不低于 15%。",
    "3.2.P4": "中级：客户投诉率低于 5%，等于此数不算达标。",
    "3.3.Q5": "高级：发表的专业文章和获得的行业奖项合计不低于 1 项。",
    "3.3.P3": "高级：年度业务销售额占全公司的比例不低于 1.5%。",
    "3.3.P5": "高级：当年主导完成的重大项目不低于 1 个。",
    "4.1": "申报时间为2025年12月1日至2026年1月15日，首末两日均含。",
    "4.2": "单份合同的合理金额为 1,000 元至 5,000 万元，超出的提醒核对。",
    "4.4": "评审结果在公司内部公示 5 个工作日。",
    "5.1.b": "多人共同签订首份合同的客户：计给份额最大的一人，份额相同时计给工号较小者。",
    "5.1.c": "满意度调查的评分范围为 1 分至 5 分。",
    "5.2": "业绩考核以自然年度为周期：2025年1月1日至12月31日。",
    "5.4.a": "按销售额增长幅度的奖金：10% 起 5,000 元；20% 起 1 万元；30% 起 2 万元。",
    "5.4.d": "连续优秀的额外待遇：培训深造机会、特殊津贴。",
}
ENGLISH = {
    "1.2": "It holds for all account managers of Example Company; the roster says who they are.",
    "3.1.Q1": "junior: a degree, associate or higher.",
    "3.1.P1": "junior: at least 5 new customers in the year.",
    "3.1.P2": "junior: annual sales of at least 1,000,000 yuan.",
    "3.2.P4": "intermediate: a complaint rate below 5%; equal to it is not met.",
    "3.3.P3": "senior: a share of at least 1.5% of the whole company's sales.",
    "4.1": "Applications are taken from 2025-12-01 to 2026-01-15, both days included.",
    "4.4": "Results are shown in-house for 5 working days.",
    "5.4.a": "The bonuses of the year add up to 800,000 yuan at most.",
}


@pytest.mark.parametrize(("clause", "text"), CHINESE.items())
def test_a_clause_reads_in_chinese(policy, clause, text):
    assert text in under(policy, clause, "zh")


def test_the_policys_purpose_opens_it(policy):
    """Policy 1.1."""
    first = sentences(policy, "zh")[0]
    assert first.clause == "1.1"
    assert first.text.startswith("本办法用于科学评价客户经理的工作业绩")


@pytest.mark.parametrize(("clause", "text"), ENGLISH.items())
def test_a_clause_reads_in_english(policy, clause, text):
    assert text in under(policy, clause, "en")


def test_the_weights_of_a_level_are_told_together(policy):
    """Policy 1.3.b."""
    assert "初级业绩得分的权重：客户开发数量 30%、业务销售额 40%、客户满意度 30%。" in under(
        policy, "1.3.b", "zh"
    )
    assert "单项完成率最高计 120%。" in under(policy, "1.3.b", "zh")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_blank_is_told_as_a_blank_and_never_as_a_figure(policy, lang):
    blank = policy.with_threshold("3.1.P2", None).with_value("publicity_days", None)
    for clause in ("3.1.P2", "4.4"):
        (text,) = (told for told in under(blank, clause, lang) if "X" in told)
        assert not any(character.isdigit() for character in text)
        assert not any(character.isdigit() for told in under(blank, clause, lang) for character in told)


def test_a_blank_weight_is_told_in_the_list(policy):
    first = policy.criteria_for("junior")[3]
    blank = replace(first, weight=replace(first.weight, value=None))
    criteria = tuple(blank if one.id == first.id else one for one in policy.criteria)
    told = under(replace(policy, criteria=criteria), "1.3.b", "zh")
    assert "初级业绩得分的权重：客户开发数量 X（标准未定）、业务销售额 40%、客户满意度 30%。" in told


def test_money_that_is_not_yuan_is_told_in_its_currency(policy):
    dollars = replace(policy, currency="USD")
    assert under(dollars, "3.1.P2", "zh") == ["初级：年度业务销售额不低于 USD 1,000,000。"]
    assert under(dollars, "3.1.P2", "en") == ["junior: annual sales of at least USD 1,000,000."]


def test_a_criterion_that_no_indicator_serves_is_told_all_the_same(policy):
    criterion = replace(policy.criterion("3.1.P3"), indicator="charm")
    criteria = tuple(criterion if one.id == "3.1.P3" else one for one in policy.criteria)
    assert under(replace(policy, criteria=criteria), "3.1.P3", "zh") == ["初级：客户满意度不低于 80%。"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_shows_a_name_of_the_code_or_an_unfilled_place(policy, lang):
    for one in sentences(policy, lang):
        assert "_" not in one.text
        assert "{" not in one.text
        assert one.text.endswith("。" if lang == "zh" else ".")


def test_two_steps_are_not_told_as_a_range(policy):
    (told,) = (one.text for one in sentences(policy, "en") if one.text.startswith("Thresholds are"))
    assert told == "Thresholds are tried out both ways by 10% and 20%."


def test_a_sentence_of_every_choice_exists_in_both_languages(policy):
    from cmreview.policy.keys import KEYS, Form
    from cmreview.words import exists

    for key in KEYS.values():
        assert exists(f"policy.says.{key.key}")
        if key.form in (Form.WORD, Form.WORDS):
            assert all(exists(f"policy.choice.{key.key}.{word}") for word in key.words)


def test_the_heading_names_company_year_edition_and_how_far_it_is_confirmed(policy, root):
    assert (
        heading(policy, "zh")
        == "示例公司 · 客户经理等级评审标准 · 2025 年度（版本 CM-2025，已确认至 2026 年度）"
    )
    assert "edition CM-2021" in heading(load_policy(root / "params" / "policy", 2024), "en")


def test_rules_whose_making_is_not_recorded_are_said_to_be_so(policy, edit, folder):
    assert status_sentence(policy, "zh").startswith("制度状态未登记")
    edit("edition.yaml", "adopted_on: X", "adopted_on: 2020-11-20")
    edit("edition.yaml", "procedure: X", "procedure: {zh: 职工代表大会讨论通过, en: employee congress}")
    edit("edition.yaml", "publicised_on: X", "publicised_on: 2020-12-01")
    recorded = load_policy(folder, 2025)
    assert (
        status_sentence(recorded, "zh") == "制度于 2020-11-20 通过（职工代表大会讨论通过），2020-12-01 公示。"
    )
    assert "employee congress" in status_sentence(recorded, "en")
