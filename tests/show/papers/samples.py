"""One paper of each kind, filled as a company would: long names, many people, something missing."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import date
from fractions import Fraction

from cmreview.show.papers import shapes as papers
from cmreview.show.papers.fields import Paper, Prose
from tests.show.papers import measure_samples

COMPANY = "华东远景商贸股份有限公司"
RULE = "客户经理等级评审与管理办法"
LONG = "华南区重点行业客户与渠道合作发展事业部"
CONTACT = papers.Contact("人力资源部", None, "总部大楼1206室", "021-5555 0123", "hr@example.com")
FAMILY, GIVEN = "白陈邓方高何黄李林刘罗马彭钱邱宋孙王吴杨", ("伟", "静怡", "国强", "欣")


def people() -> tuple[papers.Proposed, ...]:
    """Forty names, of two to four characters, some in a department with a long name."""
    names = [f"{family}{GIVEN[(at + turn) % 4]}" for at, family in enumerate(FAMILY) for turn in (0, 1)]
    return tuple(
        papers.Proposed(
            name,
            LONG if at % 7 == 3 else "销售一部",
            "初级" if at % 3 else "中级",
            "中级" if at % 3 else "高级",
        )
        for at, name in enumerate(names)
    )


def samples(lang: str = "zh") -> dict[str, Paper]:
    """A paper of each kind, in English with what a company would have typed in English."""
    made = _chinese()
    return made if lang == "zh" else {kind: _in_english(paper) for kind, paper in made.items()}


def _in_english(value):
    """``value`` with each text that ``ENGLISH`` knows replaced, however deep it stands."""
    if isinstance(value, str):
        return ENGLISH.get(value, value)
    if isinstance(value, tuple):
        return tuple(_in_english(one) for one in value)
    if is_dataclass(value):
        return replace(
            value, **{field.name: _in_english(getattr(value, field.name)) for field in fields(value)}
        )
    return value


def _chinese() -> dict[str, Paper]:
    rule = {"company": COMPANY, "year": 2025, "rule_title": RULE}
    edition = {"edition": "CM-2025"}
    person = {"name": "欧阳晓静", "manager_id": "00123", "department": LONG}
    made = (
        papers.Opinion(
            **rule,
            **edition,
            **person,
            dated=date(2026, 1, 20),
            level_held="中级",
            level_applied="高级",
            applied_on=date(2025, 12, 10),
            evidence=(
                "2025年度合同清单（32份）",
                "客户满意度调查汇总",
                "行业期刊文章《区域渠道的精细化经营》",
            ),
            figures=(
                papers.DeclaredFigure("业务销售额", "640.00 万元", "638.50 万元", "agrees"),
                papers.DeclaredFigure("销售额增长率", "18.0%", "14.9%", "differs", "上年合同HT-0412漏计"),
                papers.DeclaredFigure("长期合作客户比例", None, "61.5%", "not_declared"),
                papers.DeclaredFigure("客户满意度", "95.0%", None, "no_record", "调查表未交回"),
                papers.DeclaredFigure("重大项目完成", "2", "2", "agrees"),
            ),
            tolerance="1%",
            verdict="passed",
            opinion=Prose(
                "申报材料齐全，主要业绩数据与合同台账一致；增长率差异已向本人说明，以核算数为准。\n"
                "该同志全年带领小组完成两个重大项目，同意报评审委员会评审。"
            ),
            reviewer="周建华",
            reviewed_on=date(2026, 1, 19),
        ),
        papers.Minutes(
            **rule,
            **edition,
            dated=date(2026, 1, 29),
            held_on=date(2026, 1, 28),
            place=None,
            chair="周建华",
            recorder="何欣",
            seats=9,
            present=("周建华", "沈明", "陆嘉", "唐宁", "许可", "冯远", "曹颖"),
            absent=("魏然", "韩雪"),
            recusals=(papers.Recusal("沈明", "欧阳晓静", "系申报人直接上级"),),
            quorum="2/3",
            candidates=(
                candidate(
                    "欧阳晓静",
                    "00123",
                    LONG,
                    "高级",
                    "eligible",
                    (Fraction(1049, 12), 6),
                    (6, 0, 0),
                    "approve",
                ),
                candidate(
                    "王伟",
                    "00208",
                    "销售一部",
                    "中级",
                    "eligible",
                    (Fraction(171, 2), 7),
                    (6, 1, 0),
                    "approve",
                ),
                replace(
                    candidate(
                        "李静怡",
                        "00317",
                        "销售二部",
                        "高级",
                        "eligible",
                        (Fraction(81), 7),
                        (2, 4, 1),
                        "approve",
                    ),
                    decision="declined",
                    departs=True,
                    reason=Prose("答辩中重大项目的主要职责未能说明，委员会认为带队经验尚需一年积累。"),
                ),
                candidate("刘国强", "00402", "国际业务部", "中级", "undecided", None, None, None),
            ),
            ledger_number=412,
            ledger_hash="7bd14c5a9a1e8b1db81db5866744b5a00ac51dab8c67fc1e15b85c1bac2a8008",
            agreement=(
                "评委评分的组内相关系数为0.71，一致性良好；去掉一个最高分和一个最低分后，各申报人的排序不变。",
            ),
        ),
        papers.Notice(
            **rule,
            **edition,
            dated=date(2026, 2, 12),
            number=None,
            people=people(),
            order="pinyin",
            working_days=5,
            first_day=date(2026, 2, 13),
            last_day=date(2026, 2, 26),
            contact=CONTACT,
            appeal_body="客户经理等级评审委员会",
        ),
        papers.AppealReply(
            **rule,
            dated=date(2026, 3, 6),
            number=papers.document_number("司评复", 2026, 3),
            name="李静怡",
            department="销售二部",
            appealed_on=date(2026, 2, 24),
            subject=Prose("您认为本人2025年度客户投诉率的计算未剔除经调查不成立的一件投诉（编号TS-0087）。"),
            heard_on=date(2026, 3, 4),
            heard_by=5,
            examined=("投诉登记台账及TS-0087号投诉的调查结论", "本年度服务客户清单", "投诉率的计算过程"),
            outcome="upheld",
            reasons=Prose("经查，TS-0087号投诉已于2025年11月认定不成立，按办法第五条不应计入，原计算有误。"),
            result=Prose("客户投诉率由2.5%更正为1.3%，达到高级客户经理的标准。"),
            further_body="公司工会",
            further_until=date(2026, 3, 20),
            contact=CONTACT,
        ),
        papers.Appointment(
            **rule,
            **edition,
            dated=date(2026, 3, 9),
            number=papers.document_number("司聘", 2026, 1),
            shown=(papers.Shown(date(2026, 2, 13), date(2026, 2, 26)),),
            people=(
                papers.Appointed("欧阳晓静", LONG, "高级", date(2026, 4, 1)),
                papers.Appointed("王伟", "销售一部", "中级", date(2026, 4, 1)),
                papers.Appointed("邱欣", "国际业务部", "中级", date(2026, 4, 1)),
            ),
        ),
        papers.Certificate(
            company=COMPANY,
            dated=date(2026, 3, 9),
            number="CM-2026-0001",
            name="欧阳晓静",
            department=LONG,
            level="高级客户经理",
            rule_title=RULE,
            valid_from=date(2026, 4, 1),
            valid_until=None,
            verification_code="7K4M-Q2XD-91TB",
        ),
        papers.Refusal(
            **rule,
            **edition,
            **person,
            dated=date(2026, 2, 12),
            number=None,
            level_held="中级",
            level_applied="高级",
            by_committee=True,
            unmet=(
                papers.Unmet("3.3.P1", "客户开发增长率", "≥ 15%", "14.996%", "missed"),
                papers.Unmet("3.3.P5", "重大项目完成", "≥ 2", "1", "missed"),
                papers.Unmet("3.3.Q5", "行业影响力", "≥ 1", None, "no_evidence", "文章或奖项的证明及日期"),
            ),
            lacks_evidence=True,
            reason=None,
            appeal_until=date(2026, 2, 26),
            contact=CONTACT,
            appeal_body="客户经理等级评审委员会",
        ),
        *measure_samples.made(),
    )
    return {paper.kind: paper for paper in made}


def candidate(name, manager_id, department, level, eligibility, score, votes, recommendation):
    """One candidate of the minutes, decided as recommended; ``score`` with the number of raters."""
    points, raters = score or (None, None)
    in_favour, against, abstained = votes or (None, None, None)
    present = None if votes is None else sum(votes)
    return papers.CandidateMinutes(
        name,
        manager_id,
        department,
        level,
        eligibility,
        points,
        raters,
        None if raters is None else Fraction(317, 100),
        present,
        None if present is None else 7,
        None if present is None else 5,
        in_favour,
        against,
        abstained,
        recommendation,
        {"approve": "approved"}.get(recommendation, "deferred"),
    )


ENGLISH = measure_samples.ENGLISH | {
    COMPANY: "East China Prospect Trading Co., Ltd.",
    RULE: "Rules for the Review and Management of Account Manager Levels",
    LONG: "South China Key Industries and Channel Partnerships Division",
    "人力资源部": "Human Resources",
    "总部大楼1206室": "Headquarters, room 1206",
    "客户经理等级评审委员会": "the Review Committee",
    "公司工会": "the company's trade union",
    "销售一部": "Sales Department 1",
    "销售二部": "Sales Department 2",
    "国际业务部": "International Sales",
    "欧阳晓静": "Ouyang Xiaojing",
    "李静怡": "Li Jingyi",
    "王伟": "Wang Wei",
    "刘国强": "Liu Guoqiang",
    "周建华": "Zhou Jianhua",
    "初级": "junior",
    "中级": "intermediate",
    "高级": "senior",
    "高级客户经理": "Senior Account Manager",
    "业务销售额": "sales",
    "销售额增长率": "sales growth",
    "客户开发增长率": "growth of new customers",
    "长期合作客户比例": "long-term customer share",
    "客户满意度": "customer satisfaction",
    "重大项目完成": "major projects completed",
    "行业影响力": "industry influence",
    "640.00 万元": "6,400,000 yuan",
    "638.50 万元": "6,385,000 yuan",
    "上年合同HT-0412漏计": "contract HT-0412 of last year left out",
    "调查表未交回": "survey not handed in",
    "文章或奖项的证明及日期": "proof and date of an article or award",
}
