"""The signed examples of the process, each from its steps to its stage or refusal as a person wrote it down.

``tests/examples/process/process.yaml`` is written for whoever owns the policy; its head tells how.
Policy 1.3.a, 4.1 to 4.5, 5.4.e to 5.4.g.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from cmreview import strict_yaml
from cmreview.process import events as record
from cmreview.process.committee import Role
from cmreview.process.events import Kind, Recommendation, ReviewDecision
from cmreview.process.labels import label
from cmreview.process.measures import LawStep, Measure, Standing
from cmreview.process.setting import Setting
from cmreview.process.stages import Stage
from tests.process import cases
from tests.process.cases import RULES, Told

FILE = strict_yaml.read(Path(__file__).parent.parent / "examples" / "process" / "process.yaml").data
EXAMPLES = list(enumerate(FILE["cases"], start=1))
CLAUSES = ("1.3.a", "4.1", "4.2", "4.3", "4.4", "4.5", "5.4.e", "5.4.f", "5.4.g")
APPLICANT = "王伟"
NUMBER = "001009"
ITEMS = {item.label.zh: item for item in RULES.items}


def by_label(terms):
    return {label(term).zh: term for term in terms}


KINDS, REVIEWS, ADVICE = by_label(Kind), by_label(ReviewDecision), by_label(Recommendation)
MEASURES, FIGURES = by_label(Measure), by_label(Standing)
LEVELS = {"初级": "junior", "中级": "intermediate", "高级": "senior"}
LAW = {
    "规章公示": LawStep.RULES_PUBLICISED,
    "知悉标准": LawStep.STANDARD_KNOWN,
    "认定不能胜任": LawStep.INCOMPETENCE_SHOWN,
    "培训或调岗": LawStep.TRAINING_OR_TRANSFER,
    "再次考核": LawStep.SECOND_ASSESSMENT,
    "核查禁止情形": LawStep.BARRED_CASES_CHECKED,
    "通知或支付工资": LawStep.NOTICE_OR_PAY,
    "通知工会": LawStep.UNION_INFORMED,
}
YES = {"是": True, "否": False}


# --- from the words of the file to people, rules and steps


def day(text):
    return date.fromisoformat(text)


RULE = {
    "申报时间": ("window", lambda told: tuple(day(one) for one in told)),
    "公示工作日": ("publicity_days", int),
    "公示起算日": ("publicity_first_day", str),
    "申诉审理": ("appeal_hearing", str),
    "法定人数": ("quorum", Fraction),
    "同意票": ("votes_needed", Fraction),
    "回避情形": ("recusal_grounds", tuple),
    "评分项": ("items", lambda told: tuple(ITEMS[one] for one in told)),
    "提前通知天数": ("dismissal_notice_days", int),
    "评分范围": ("scale", lambda told: tuple(Decimal(one) for one in told)),
}


def rules_of(told):
    """The rules as the file gives them; X is a blank, of a list an empty one."""
    blank = {"items": ()}
    read = {}
    for name, value in told.items():
        field, reading = RULE[name]
        read[field] = blank.get(field) if value == "X" else reading(value)
    return read


def setting_of(told):
    roles = by_label(Role)
    people = [
        cases.person(
            one["姓名"],
            one["姓名"],
            one["部门"],
            *(roles[role] for role in one["角色"]),
            relations=tuple(NUMBER for name in one.get("利害关系", ()) if name == APPLICANT),
        )
        for one in FILE["people"]
    ]
    committee = replace(cases.committee(), people={one.id: one for one in people})
    given = FILE["rules"] | told.get("rules", {})
    assert set(given) == set(RULE)
    return Setting(replace(RULES, **rules_of(given)), committee, cases.CALENDAR)


def votes(step):
    return {
        "in_favour": int(step.pop("同意")),
        "against": int(step.pop("不同意")),
        "abstained": int(step.pop("弃权")),
    }


PAYLOAD = {
    Kind.APPLIED: lambda on, step, who: record.Applied(
        APPLICANT,
        step.pop("部门", "销售一部"),
        "intermediate",
        "senior",
        on,
        tuple(step.pop("材料")),
    ),
    Kind.ADMITTED: lambda on, step, who: record.Admitted(),
    Kind.REVIEWED: lambda on, step, who: record.Reviewed(
        REVIEWS[step.pop("结论")], step.pop("意见", None), step.pop("初审人", who), on
    ),
    Kind.COMPLETED: lambda on, step, who: record.Completed(on, tuple(step.pop("材料"))),
    Kind.REFERRED: lambda on, step, who: record.Referred(),
    Kind.RECUSED: lambda on, step, who: record.Recused(step.pop("评委")),
    Kind.SCORED: lambda on, step, who: record.Scored(
        step.pop("评委", who),
        tuple(record.ItemScore(ITEMS[item].id, Decimal(points)) for item, points in step.pop("评分").items()),
    ),
    Kind.SCORES_OPENED: lambda on, step, who: record.ScoresOpened(),
    Kind.DECIDED: lambda on, step, who: record.Decided(
        {"通过": True, "不通过": False}[step.pop("决定")],
        on,
        tuple(step.pop("出席")),
        ADVICE[step.pop("建议")],
        **votes(step),
    ),
    Kind.PUBLICISED: lambda on, step, who: record.Publicised(on, day(step.pop("起")), day(step.pop("止"))),
    Kind.APPEALED: lambda on, step, who: record.Appealed(step.pop("申诉人"), on, step.pop("内容")),
    Kind.APPEAL_HEARD: lambda on, step, who: record.AppealHeard(
        int(step.pop("申诉")), on, tuple(step.pop("出席"))
    ),
    Kind.APPEAL_SETTLED: lambda on, step, who: record.AppealSettled(
        int(step.pop("申诉")), {"是": True, "否": False}[step.pop("成立")], on
    ),
    Kind.APPOINTED: lambda on, step, who: record.Appointed(
        step.pop("等级"), on, step.pop("文号"), step.pop("证书编号")
    ),
    Kind.NOT_APPOINTED: lambda on, step, who: record.NotAppointed(on),
    Kind.MEASURE_DECIDED: lambda on, step, who: record.MeasureDecided(
        MEASURES[step.pop("奖惩")],
        YES[step.pop("同意")],
        on,
        FIGURES[step.pop("数据意见")],
        APPLICANT,
        step.pop("部门", "销售一部"),
        LEVELS[step.pop("现任", "中级")],
        effective_on=day(step.pop("生效")) if "生效" in step else None,
        to_level=LEVELS[step.pop("降为")] if "降为" in step else None,
    ),
    Kind.LEGAL_STEP: lambda on, step, who: record.LegalStep(
        LAW[step.pop("步骤")],
        day(step.pop("完成")),
        step.pop("文件"),
        APPLICANT,
        "销售一部",
        in_lieu=YES[step.pop("代通知金", "否")],
    ),
    Kind.VOIDED: lambda on, step, who: record.Voided(int(step.pop("撤销"))),
}


def step_of(told):
    """What ``Told.take`` is given for a step of the file; nothing in it is left unread."""
    step = dict(told)
    on, who, kind = day(step.pop("日期")), step.pop("办理"), KINDS[step.pop("事项")]
    corrects, reason = step.pop("更正", None), step.pop("理由", None)
    payload = PAYLOAD[kind](on, step, who)
    assert step == {}, "a step says something that no test reads"
    return payload, who, on, reason, None if corrects is None else int(corrects)


def told_until(example):
    """The ordinary case up to the step where the example begins."""
    told = Told(NUMBER, setting_of(example))
    if example["after"] == "无":
        return told
    assert example["after"] in [step["事项"] for step in FILE["story"]]
    for step in FILE["story"]:
        told.take(*step_of(step))
        if step["事项"] == example["after"]:
            break
    return told


# --- the examples


@pytest.mark.parametrize(
    "example", [one for _, one in EXAMPLES], ids=[f"{number}-{one['clause']}" for number, one in EXAMPLES]
)
def test_the_process_does_what_its_example_says(example):
    told = told_until(example)
    *before, last = example["steps"]
    for step in before:
        told.take(*step_of(step))
    expect = example["expect"]
    if "不予记录" in expect:
        assert expect["不予记录"] in told.refusal(*step_of(last)).what("zh"), example["title"]
        return
    checked = told.take(*step_of(last))
    assert label(checked.state.stage).zh == expect["阶段"], example["title"]
    if "提示" in expect:
        assert expect["提示"] in "".join(one.reason("zh") for one in checked.remarks)


def test_each_clause_of_the_process_has_examples_of_what_goes_and_of_what_does_not():
    for clause in CLAUSES:
        expected = [one["expect"] for _, one in EXAMPLES if one["clause"] == clause]
        assert any("阶段" in one for one in expected), clause
        assert any("不予记录" in one for one in expected), clause
    assert {one["clause"] for _, one in EXAMPLES} == set(CLAUSES)


def test_the_file_says_who_signed_it_and_holds_nothing_that_no_test_reads():
    assert set(FILE) == {"signed_by", "signed_on", "year", "rules", "people", "story", "cases"}
    assert FILE["signed_by"]
    assert int(FILE["year"]) == RULES.year
    stages = {label(stage).zh for stage in Stage}
    for _, example in EXAMPLES:
        assert set(example) <= {"clause", "title", "after", "steps", "expect", "rules"}
        assert set(example["expect"]) in ({"阶段"}, {"阶段", "提示"}, {"不予记录"})
        assert example["expect"].get("阶段", "公示") in stages
        assert any("\u4e00" <= letter <= "\u9fff" for letter in example["title"])
    titles = [one["title"] for _, one in EXAMPLES]
    assert len(set(titles)) == len(titles)
    assert all(set(one) <= {"姓名", "部门", "角色", "利害关系"} for one in FILE["people"])
