"""What the example company keeps beside the figures: incidents, coaching and opinions (Policy 5.4.h, 7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from cmreview.records.example.cases import REVIEW_YEAR
from cmreview.records.example.people import Person

Row = dict[str, Any]
_HAPPENED = (
    ("合同报价漏计安装费用", Decimal(186_000), "serious", "通报批评，扣减当年奖金"),
    ("发货地址填写错误，货物被退回", Decimal(23_500), "minor", "书面检查"),
    ("未按授信额度放货，货款逾期", Decimal(640_000), "grave", "记过，调离原客户"),
    ("投标文件漏附资质证明，标书作废", None, None, None),
)
_PROGRESS = ("重点客户拜访按计划完成", "新签两家区域客户", "完成老客户合同续签", "参加了产品知识培训")
_DIFFICULTIES = ("报价审批时间较长", "客户预算推迟到下半年", "对新产品的技术问题掌握不够", None)
_SUPPORT = ("安排技术工程师陪同拜访", "每两周复盘一次商机", "报名客户服务课程", "协调缩短报价审批")
_OPINIONS = (
    ("业绩指标", "希望满意度调查避开年末客户最忙的时候", "2026 年起调查安排在每年 10 月", "刘敏"),
    ("奖金", "希望公布奖金的计算过程", "反馈信列出每一步计算", "刘敏"),
    ("培训", "希望增加线上课程，方便出差人员", "已增加四门线上课程", "高原"),
    ("评审流程", "希望提前一个月通知申报时间", None, None),
)


def incidents(rng: Random, people: Sequence[Person]) -> list[Row]:
    """Four errors at work in the review year, one of them not assessed yet."""
    chosen = rng.sample([person for person in people if _is_there(person)], len(_HAPPENED))
    rows = []
    for number, (person, (what, loss, severity, proposed)) in enumerate(
        zip(chosen, _HAPPENED, strict=True), start=1
    ):
        day = date(REVIEW_YEAR, 2, 1) + timedelta(days=rng.randrange(250))
        rows.append(
            {
                "incident_id": f"SJ{REVIEW_YEAR}{number:02d}",
                "manager_id": person.manager_id,
                "happened_on": day,
                "description": what,
                "loss": loss,
                "severity": severity,
                "assessed_by": None if loss is None else "审计部 杜鹃",
                "assessed_on": None if loss is None else day + timedelta(days=21),
                "proposed_discipline": proposed,
                "evidence": None if loss is None else f"审计报告 {number} 号",
            }
        )
    return rows


def coaching(rng: Random, people: Sequence[Person]) -> list[Row]:
    """One talk in the middle of the review year for two of three managers."""
    rows = []
    for person in people:
        if not _is_there(person) or rng.random() < 1 / 3:
            continue
        day = date(REVIEW_YEAR, 6, 1) + timedelta(days=rng.randrange(28))
        rows.append(
            {
                "manager_id": person.manager_id,
                "held_on": day,
                "coach": f"{person.department}负责人",
                "progress": rng.choice(_PROGRESS),
                "difficulties": rng.choice(_DIFFICULTIES),
                "support": rng.choice(_SUPPORT),
                "next_on": day + timedelta(days=182),
            }
        )
    return rows


def opinions() -> list[Row]:
    """What managers asked for at the meetings of the review year, and the answers so far."""
    return [
        {
            "opinion_id": f"YJ{number:03d}",
            "raised_on": date(REVIEW_YEAR, 3 * number, 15),
            "about": about,
            "opinion": opinion,
            "answer": answer,
            "answered_by": by,
            "answered_on": None if answer is None else date(REVIEW_YEAR, 3 * number, 28),
        }
        for number, (about, opinion, answer, by) in enumerate(_OPINIONS, start=1)
    ]


def _is_there(person: Person) -> bool:
    span = person.span(REVIEW_YEAR)
    return span is not None and span[1] == date(REVIEW_YEAR, 12, 31)
