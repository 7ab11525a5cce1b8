"""The vocabulary: outcomes, results, degrees, indicators, each with its Chinese and English label."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Label:
    """One term in both languages."""

    zh: str
    en: str

    def __call__(self, lang: str) -> str:
        """The label in ``lang``: ``en``, else Chinese."""
        return self.en if lang == "en" else self.zh


class Outcome(StrEnum):
    """What a criterion says of a person (结论). Only ``met`` passes."""

    MET = "met"
    MISSED = "missed"
    NO_EVIDENCE = "no_evidence"
    NO_RULE = "no_rule"


class Result(StrEnum):
    """What all criteria of a level say together (资格结论)."""

    ELIGIBLE = "eligible"
    NOT_ELIGIBLE = "not_eligible"
    UNDECIDED = "undecided"


class Severity(StrEnum):
    """Weight of a finding: an error stops its department, a warning is shown in the packet."""

    ERROR = "error"
    WARNING = "warning"


class Unit(StrEnum):
    """What a figure counts. Shares and rates are fractions of one inside, percent on paper."""

    MONEY = "money"
    SHARE = "share"
    COUNT = "count"
    YEARS = "years"
    DEGREE = "degree"
    FLAG = "flag"


OUTCOMES = {
    Outcome.MET: Label("达标", "met"),
    Outcome.MISSED: Label("未达标", "missed"),
    Outcome.NO_EVIDENCE: Label("缺证据", "no evidence"),
    Outcome.NO_RULE: Label("标准未定", "no rule"),
}
# Beside the word, so that an outcome is never told by colour alone.
MARKS = {Outcome.MET: "✓", Outcome.MISSED: "✗", Outcome.NO_EVIDENCE: "?", Outcome.NO_RULE: "–"}

RESULTS = {
    Result.ELIGIBLE: Label("符合条件", "eligible"),
    Result.NOT_ELIGIBLE: Label("不符合条件", "not eligible"),
    Result.UNDECIDED: Label("待定", "undecided"),
}

SEVERITIES = {Severity.ERROR: Label("错误", "error"), Severity.WARNING: Label("提醒", "warning")}

# Ordered from lowest to highest (Policy 3.1.Q1, reading).
DEGREES = {
    "secondary_vocational": Label("中专", "secondary vocational"),
    "associate": Label("大专", "associate"),
    "bachelor": Label("本科", "bachelor"),
    "master": Label("硕士", "master"),
    "doctorate": Label("博士", "doctorate"),
}


@dataclass(frozen=True, slots=True)
class Indicator:
    """A measured quantity (业绩指标 or 任职资格) that a criterion can ask for."""

    name: str
    label: Label
    unit: Unit
    clause: str
    lower_is_better: bool = False


INDICATORS = {
    indicator.name: indicator
    for indicator in (
        Indicator("degree", Label("学历", "education"), Unit.DEGREE, "3.1.Q1"),
        Indicator("service_years", Label("从业年限", "years as account manager"), Unit.YEARS, "3.1.Q2"),
        Indicator("level_years", Label("任职年限", "years held at the level below"), Unit.YEARS, "3.2.Q3"),
        Indicator("exam", Label("等级考试", "level exam passed"), Unit.FLAG, "3.1.Q3"),
        Indicator("industry_influence", Label("行业影响力", "industry influence"), Unit.COUNT, "3.3.Q5"),
        Indicator("sales", Label("业务销售额", "sales"), Unit.MONEY, "5.1.a"),
        Indicator("sales_growth", Label("销售额增长率", "sales growth"), Unit.SHARE, "3.2.P3"),
        Indicator("sales_share", Label("占公司销售额比例", "share of company sales"), Unit.SHARE, "3.3.P3"),
        Indicator("new_customers", Label("客户开发数量", "new customers"), Unit.COUNT, "5.1.b"),
        Indicator(
            "new_customer_growth",
            Label("客户开发增长率", "growth of new customers over the level below"),
            Unit.SHARE,
            "3.2.P1",
        ),
        Indicator("satisfaction", Label("客户满意度", "customer satisfaction"), Unit.SHARE, "5.1.c"),
        Indicator(
            "complaint_rate", Label("客户投诉率", "complaint rate"), Unit.SHARE, "5.1.d", lower_is_better=True
        ),
        Indicator("key_customers", Label("重点客户拓展", "key customers won"), Unit.COUNT, "5.1.e"),
        Indicator(
            "long_term_share", Label("长期合作客户比例", "long-term customer share"), Unit.SHARE, "3.3.P4"
        ),
        Indicator("major_projects", Label("重大项目完成", "major projects completed"), Unit.COUNT, "5.1.f"),
    )
}
