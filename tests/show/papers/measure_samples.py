"""One paper of each kind of clauses 5.4 and 7, filled as a company would."""

from __future__ import annotations

from datetime import date

from cmreview.show.papers import feedback_shapes as feedback_papers
from cmreview.show.papers import measure_shapes as measure_papers
from cmreview.show.papers.fields import Contact, Paper, Prose

COMPANY = "华东远景商贸股份有限公司"
RULE = "客户经理等级评审与管理办法"
LONG = "华南区重点行业客户与渠道合作发展事业部"
CONTACT = Contact("人力资源部", "电话8001")
COMMON = {"company": COMPANY, "rule_title": RULE, "edition": "CM-2025"}
PERSON = {"name": "欧阳晓静", "manager_id": "00123", "department": LONG, "level_held": "中级"}
OBJECTION = {"objection_days": 10, "contact": CONTACT, "appeal_body": "客户经理等级评审委员会"}
MISSED = (
    measure_papers.Missed("3.2.P2", "业务销售额", "≥ 500 万元", "438.50 万元", "还差 61.5 万元"),
    measure_papers.Missed("3.2.P4", "客户满意度", "≥ 85%", "84.96%", "还差 0.04 个百分点"),
)
YEARS = (
    measure_papers.MissedYear(2025, "中级", "missed", "extends"),
    measure_papers.MissedYear(2024, "中级", "no_evidence", "neutral"),
    measure_papers.MissedYear(2023, "中级", "missed", "extends"),
)


def made() -> tuple[Paper, ...]:
    """The papers, in the order in which ``PAPERS`` knows them."""
    return (*_measures(), _feedback(), _brief())


def _measures() -> tuple[Paper, ...]:
    decided = {"year": 2025, "dated": date(2026, 3, 9), **COMMON}
    return (
        measure_papers.Warned(
            **decided,
            **PERSON,
            **OBJECTION,
            number="司警〔2026〕1号",
            decided_on=date(2026, 3, 6),
            reason=Prose("两项要求未达到，差距不大，经与本人沟通，制定改进计划。"),
            missed=MISSED,
            expected=("业务销售额达到 500 万元", "客户满意度达到 85%"),
            months=6,
            starts_on=date(2026, 3, 6),
            until=date(2026, 9, 6),
        ),
        measure_papers.ImprovementPlan(
            **decided,
            **PERSON,
            months=6,
            starts_on=date(2026, 3, 6),
            ends_on=date(2026, 9, 6),
            goals=(
                measure_papers.PlanGoal(
                    "3.2.P2", "业务销售额", "438.50 万元", "≥ 500 万元", "还差 61.5 万元"
                ),
                measure_papers.PlanGoal("3.2.P4", "客户满意度", "84.96%", "≥ 85%", "还差 0.04 个百分点"),
            ),
            checkpoints=tuple(date(2026, month, 6) for month in range(4, 9)),
            support=(
                "参加培训：大客户销售技巧 S02（2026-04-14 – 2026-04-16）",
                "已商定的支持：安排技术工程师陪同拜访",
            ),
        ),
        measure_papers.Demoted(
            **decided,
            **PERSON,
            **OBJECTION,
            number="司调〔2026〕1号",
            level_after="初级",
            effective_on=date(2026, 4, 1),
            decided_on=date(2026, 3, 6),
            reason=None,
            years=YEARS,
            missed=MISSED,
        ),
        measure_papers.Commendation(
            **decided,
            number="司奖〔2026〕1号",
            people=(
                measure_papers.Honoured("王伟", "销售一部"),
                measure_papers.Honoured("李静怡", "销售二部"),
                measure_papers.Honoured("刘国强", LONG),
            ),
            order="manager_id",
        ),
        measure_papers.LegalChecklist(
            **decided,
            **PERSON,
            years=YEARS,
            contradictions=("2024 年度记录的等级与等级履历不同",),
            steps=(
                measure_papers.LawStep(
                    "培训或者调整工作岗位", "recorded", date(2026, 2, 10), "培训记录2026-07", "刘敏"
                ),
                measure_papers.LawStep("事先将理由通知工会", "open", None, None, None),
                measure_papers.LawStep(
                    "查明不属于不得解除的情形（孕期、产期、哺乳期、医疗期等）", "open", None, None, None
                ),
            ),
            open_steps=2,
            is_complete=False,
            notice_days=30,
        ),
    )


def _feedback() -> Paper:
    return feedback_papers.Feedback(
        **COMMON,
        **PERSON,
        **OBJECTION,
        year=2025,
        dated=date(2026, 1, 30),
        outcome="missed",
        conclusion=Prose("有 2 项业绩要求本年度未达到。"),
        figures=(
            feedback_papers.FigureLine(
                "3.2.P2", "业务销售额", "438.50 万元", "≥ 500 万元", "missed", "还差 61.5 万元"
            ),
            feedback_papers.FigureLine(
                "3.2.P4", "客户满意度", None, "≥ 85%", "no_evidence", "没有满意度调查记录"
            ),
            feedback_papers.FigureLine(
                "3.2.P5", "客户投诉率", "1.2%", "< 2%", "met", "84 位客户中有 1 件属实投诉"
            ),
        ),
        trend=(
            feedback_papers.TrendLine(2024, "401.00 万元", "7", "52", "不满一年"),
            feedback_papers.TrendLine(2025, "438.50 万元", "8", "84", None),
        ),
        missing=("客户满意度：请补交满意度调查表",),
        measures_known=True,
        measures=(
            feedback_papers.MeasureLine(
                "警告与改进计划", "5.4.e", "decided", date(2026, 1, 29), ("首次未达到业绩要求",)
            ),
            feedback_papers.MeasureLine(
                "奖金", "5.4.a", "advised", None, ("增长 9.4%，未到首档", "奖金 0 元")
            ),
        ),
        level_next="高级",
        earliest="按现有数据，最早 2028 年度可以达到，由销售额决定。",
        ahead=(
            feedback_papers.AheadLine("3.3.P2", "业务销售额", "按近年每年增加 37.5 万元推算", "2028"),
            feedback_papers.AheadLine("3.3.Q3", "等级考试", "通过高级考试", None),
        ),
        training_year=2026,
        training=(
            feedback_papers.TrainingLine(
                "大客户销售技巧", "内部培训", "2", "2026-04-14 – 2026-04-16", "业务销售额"
            ),
        ),
        unserved=("行业影响力：目录中没有课程",),
    )


def _brief() -> Paper:
    return feedback_papers.MeetingBrief(
        **COMMON,
        dated=date(2026, 1, 8),
        period="2025年下半年",
        first_day=date(2025, 7, 1),
        last_day=date(2025, 12, 31),
        figures=(
            feedback_papers.PeriodFigure("业务销售额", "12,400.00 万元", "11,030.50 万元", "+12.4%"),
            feedback_papers.PeriodFigure("新客户", "132", "118", "+11.9%"),
            feedback_papers.PeriodFigure("属实投诉", "9", None, None),
        ),
        departments=(
            feedback_papers.DepartmentFigures("销售一部", 34, "6,100.00 万元", "210", "60"),
            feedback_papers.DepartmentFigures("销售二部", 29, None, "180", "52"),
            feedback_papers.DepartmentFigures("其他部门", 4, "300.00 万元", "20", "20"),
        ),
        merged=("国际业务部", LONG),
        remarks=("2025年12月的记录可能尚未交齐。",),
        policy_before=2024,
        policy_now=2025,
        changes=(feedback_papers.PolicyChange("3.2.P2", "中级的业务销售额标准由 300 万元提高到 500 万元。"),),
        opinions=(
            feedback_papers.OpinionLine(
                "YJ001",
                date(2025, 9, 15),
                "业绩指标",
                "希望满意度调查避开年末客户最忙的时候",
                "answered",
                "2026 年起调查安排在每年 10 月",
                "刘敏",
                date(2025, 9, 28),
            ),
            feedback_papers.OpinionLine(
                "YJ004", date(2025, 12, 15), None, "希望提前一个月通知申报时间", "open", None, None, None
            ),
        ),
        late=(
            feedback_papers.OpinionLine(
                "YJ000", date(2024, 12, 1), "培训", "希望增加线上课程", "open", None, None, None
            ),
        ),
        open_opinions=2,
    )


ENGLISH = {
    "电话8001": "phone 8001",
    "司警〔2026〕1号": "W-2026-1",
    "司调〔2026〕1号": "D-2026-1",
    "司奖〔2026〕1号": "H-2026-1",
    "客户投诉率": "complaint rate",
    "等级考试": "level exam",
    "新客户": "new customers",
    "438.50 万元": "4,385,000 yuan",
    "401.00 万元": "4,010,000 yuan",
    "≥ 500 万元": "≥ 5,000,000 yuan",
    "12,400.00 万元": "124,000,000 yuan",
    "11,030.50 万元": "110,305,000 yuan",
    "6,100.00 万元": "61,000,000 yuan",
    "300.00 万元": "3,000,000 yuan",
    "还差 61.5 万元": "615,000 yuan short",
    "还差 0.04 个百分点": "0.04 percentage points short",
    "首次未达到业绩要求": "performance requirements missed for the first time",
    "警告与改进计划": "warning and improvement plan",
    "奖金": "bonus",
    "2025年下半年": "second half of 2025",
    "培训或者调整工作岗位": "training, or another post",
    "事先将理由通知工会": "the trade union is told the reasons beforehand",
    "其他部门": "other departments",
    "属实投诉": "upheld complaints",
}
