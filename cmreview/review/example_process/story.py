"""Who of the example company goes through what: the awkward turns of a year's process, on purpose.

People are named by the keys of ``records.example.cases``; days are those of the winter after the review
year. What members say and write is Chinese, as everything that the company hands in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cmreview.process.measures import LawStep

# Days on which the secretary takes in what the departments handed in.
TAKEN_IN = (date(2025, 12, 15), date(2025, 12, 31), date(2026, 1, 16), date(2026, 1, 20), date(2026, 1, 30))
REFERRED_ON = date(2026, 1, 30)
# The committee's sessions, by the level applied for.
SESSIONS = {"senior": date(2026, 2, 2), "intermediate": date(2026, 2, 3), "junior": date(2026, 2, 4)}
SHOWN_LATER = "intermediate"
POSTED_FIRST = date(2026, 2, 5)  # senior, junior and one refusal: over before the Spring Festival
POSTED_OVER_FESTIVAL = date(2026, 2, 11)  # intermediate: 12, 13, 14 (a Saturday worked), 24 and 25 February
CLOSED_FIRST = date(2026, 2, 13)
CLOSED_AFTER_FESTIVAL = date(2026, 2, 26)
LAST_DAY = date(2026, 3, 3)

# --- before the committee ------------------------------------------------------------------------
ADMITTED = {"late_admitted": "申报截止时在外地签约，已于次日电话说明，材料齐全，准予受理。"}
# Returned ones that were handed in again, with what was missing; the second review says what it found.
COMPLETED = {
    "no_key_customers": ("中级考试合格证.pdf", "重点客户确认函.pdf"),
    "achievement_without_evidence": ("行业奖项证书.pdf",),
    "no_customers": ("2025年休假审批表.pdf",),
}
COMPLETED_ON = date(2026, 1, 21)
PASSED_LATER = {"achievement_without_evidence": "已补交获奖证书原件的扫描件，核对属实，同意上报。"}
# The department has passed it, and the secretary has not put it before the committee yet.
HELD_BACK = "hired_after_year_intermediate"
# Applied on paper only: the records handed in know nothing of it.
ON_PAPER = "shared_contract_third"
ON_PAPER_TARGET = "intermediate"
ON_PAPER_EVIDENCE = "2025年合同台账.xlsx"
WITHDRAWN_EARLY = {
    "without_evidence": (date(2026, 2, 2), "业绩证明一时无法备齐，本人撤回，明年再报。"),
    ON_PAPER: (date(2026, 2, 2), "逾期申报，经说明后本人决定下一年度再申报。"),
}
# Of two people with the same name the wrong one's application was taken back first.
WITHDRAWN_BY_MISTAKE = ("falling_sales", "dissatisfied")
NAMESAKES_ON = date(2026, 2, 2)
MISTAKE_REASON = "误将同名的另一部门申报人录为撤回，予以撤销。"
NAMESAKE_REASON = "本人书面申请撤回，拟先提高客户满意度。"

# --- recusals: what members declare; the rest is detected ----------------------------------------------
# (whose case, which of the members whom nothing keeps away yet, who records it, why)
RECUSED = (
    ("senior_all_met", "chair", "chair", "曾任该申报人的直接主管，申明回避。"),
    ("exact_share", "expert", "expert", "曾作为外部顾问参与该申报人主导的项目，申明回避。"),
    ("exact_sales", "fifth", "secretary", "评委来电说明与申报人系近亲属，由秘书代为登记。"),
)
# Declared only after the sheet was handed in: the sheet stays readable and counts no more.
RECUSED_LATE = ("few_long_term", "fifth", "评分后得知申报人的主要客户为亲属所开办，申明回避。")

# --- sheets that are not all there -------------------------------------------------------------------
NOT_HEARD = ("exact_satisfaction", "expert", "defence", "视频连接中断，未听到答辩，该项不评。")
NOT_AT_DECISIONS = {"senior": "expert", "intermediate": "last"}
LEFT_EARLY = ("intermediate", "last")  # scored the first half of the session's cases only
TWO_SHEETS = "hired_after_year_junior"
NOT_OPENED = "hired_after_year_senior"  # three sheets, and the chair waits for the others
WITHDRAWN_IN_SESSION = ("one_customer_over_half", "本人已接受总部调动，撤回申报。")
MISTYPED = ("exact_long_term_share", "deputy")  # 8.5 instead of 85, put right before the opening
CHANGED_AFTER = ("share_below", "fourth", "将业绩汇报与答辩两项的分数填反，更正。")


@dataclass(frozen=True, slots=True)
class Turn:
    """A decision and its reason, which it must have where it does not follow from the policy."""

    approved: bool
    reason: str | None = None


DECIDED = {
    "on_leave": Turn(True, "全年休假四个月，未达标的三项按在岗月份折算均可达到，委员会认为应予通过。"),
    "december_spike": Turn(False, "年末两周集中签约占全年近四成，回款尚未核实，暂不通过。"),
    "no_survey": Turn(False, "当年未作客户满意度调查，无从判断，建议补做调查后下一年度申报。"),
    "no_degree": Turn(True, "学历证书原件已由人力资源部当场核验，符合要求。"),
    "project_without_benefit": Turn(True, "项目效益已由财务部书面确认，达到重大项目的要求。"),
    "achievement_without_evidence": Turn(True, "获奖证书已补交并核验，达到行业影响力的要求。"),
    "no_level_history": Turn(False, "任职年限无法核实，请部门补齐任职文件后再申报。"),
    TWO_SHEETS: Turn(False, "评审年度之后入职，没有可评的业绩，且有效评分不足。"),
}
NOTHING_RECOMMENDED = "现有材料不足以判断，暂不通过，补齐后可于下一年度申报。"
DECIDED_LAST = "hired_mid_year"  # put off to the last day, and not shown yet
POSTED_LAST = "no_degree"  # shown when the certificate had been seen, and still shown at the end
POSTED_LAST_ON = date(2026, 2, 27)

# --- after the decision ---------------------------------------------------------------------------------
REFUSED_AND_CLOSED = "few_new_customers"  # by the department; the other refusal is not shown yet


@dataclass(frozen=True, slots=True)
class Objection:
    """An appeal from receipt to reply; ``with_chair``: heard by whoever led the decision too."""

    key: str
    grounds: str
    received: date
    heard: date
    settled: date
    upheld: bool
    why: str
    with_chair: bool = False


APPEAL_REFUSED = Objection(
    key="low_sales_senior",
    grounds="认为应将2024年结转的合同计入2025年销售额。",
    received=date(2026, 2, 6),
    heard=date(2026, 2, 9),
    settled=date(2026, 2, 10),
    upheld=False,
    why="合同签订日期均在2024年，按办法计入签订年度；销售额与台账一致，维持原决定。",
    with_chair=True,
)
APPEAL_UPHELD = Objection(
    key="december_spike",
    grounds="年末合同均已回款，附银行回单，请重新审议。",
    received=date(2026, 2, 13),
    heard=date(2026, 2, 13),
    settled=date(2026, 2, 14),  # a Saturday worked before the Spring Festival
    upheld=True,
    why="经财务部核对，年末合同已全部回款，原决定的理由不再成立，发回重新审议。",
)
DECIDED_ANEW = (date(2026, 2, 24), "申诉成立，年末合同的回款已经核实，同意通过。")
APPEAL_OPEN = (  # received on the last day, not heard yet
    "cancelled_contract",
    "认为被取消的合同不应归责于本人，请求重新核算。",
    date(2026, 2, 25),
)
CLOSED = "未通过评审，公示期满，结束本年度申报。"
CLOSED_BY_DEPARTMENT = "部门初审不通过，公示期满无异议，结束本年度申报。"
EFFECTIVE_ON = date(2026, 3, 1)
EFFECTIVE_LATER = date(2026, 4, 1)

# --- what follows from the year --------------------------------------------------------------------------
HONOURED, PAID, WARNED = 4, 3, 2  # how many of those whom the figures advise it for; the rest is for later
SPARED = "主要客户当年停产，业绩下滑并非本人所能左右，不予警告，列入重点辅导。"
# Taken after the second year missed. The second assessment was passed, so the law's step of that name, which
# finds somebody not up to the work still, was never taken, and neither was any after it.
STEPS_OF_THE_LAW = (
    (LawStep.RULES_PUBLICISED, date(2021, 1, 15), "职工代表大会决议及公示记录（2021年）"),
    (LawStep.STANDARD_KNOWN, date(2024, 1, 12), "等级业绩要求告知书，本人签收（2024年）"),
    (LawStep.INCOMPETENCE_SHOWN, date(2025, 3, 14), "逐项考核结论及本人签收回执（2024年度）"),
    (LawStep.TRAINING_OR_TRANSFER, date(2025, 4, 1), "岗位调整协议书（2025年4月）"),
    (LawStep.BARRED_CASES_CHECKED, date(2026, 2, 27), "不得解除情形核查表（2026年2月）"),
)
NOT_DISMISSED = "调岗后第二次考核达标，不符合辞退的条件，不予辞退，继续安排一对一辅导。"
