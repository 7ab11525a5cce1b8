"""Drafts of every kind for tests of the ledger."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from cmreview.process.events import (
    Admitted,
    Appealed,
    AppealHeard,
    AppealSettled,
    Applied,
    Appointed,
    Completed,
    Decided,
    Draft,
    ItemScore,
    LegalStep,
    MeasureDecided,
    NotAppointed,
    Payload,
    Publicised,
    Recommendation,
    Recused,
    Referred,
    ReviewDecision,
    Reviewed,
    Scored,
    ScoresOpened,
    Voided,
    Withdrawn,
)
from cmreview.process.measures import LawStep, Measure, Standing

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2025, 12, 1, 9, 30, tzinfo=CHINA)
CASE = "2025/00123"
DAY = date(2025, 12, 1)
APPLIED = Applied("张三", "销售一部", "junior", "intermediate", DAY, ("合同.pdf", "证书.pdf"))

EVERY_PAYLOAD: tuple[Payload, ...] = (
    APPLIED,
    Admitted(),
    Reviewed(ReviewDecision.PASSED, "材料齐全\n同意", "李四", DAY),
    Completed(DAY, ("补充.pdf",)),
    Referred(),
    Recused("M2"),
    Scored("M1", (ItemScore("report", Decimal("88.50")), ItemScore("defence", None)), "口齿清楚"),
    ScoresOpened(),
    Decided(True, DAY, ("M1", "M3"), Recommendation.APPROVE, 2, 0, None),
    Publicised(DAY, DAY, date(2025, 12, 9)),
    Appealed("王五", DAY, "业绩数据有误"),
    AppealHeard(11, DAY, ("M3",)),
    AppealSettled(11, False, DAY),
    Appointed("intermediate", DAY, "聘〔2025〕1号", "C-2025-0001"),
    NotAppointed(DAY),
    Withdrawn(DAY),
    MeasureDecided(
        Measure.BONUS, True, DAY, Standing.DUE, "张三", "销售一部", "junior", DAY, None, Decimal("12000.50")
    ),
    LegalStep(LawStep.NOTICE_OR_PAY, DAY, "通知书〔2025〕1号", "张三", "销售一部", in_lieu=True),
    Voided(3),
)


def draft(payload: Payload = APPLIED, case: str = CASE, **rest: object) -> Draft:
    """A draft, by default an application."""
    return Draft(case, payload, **{"actor": "秘书甲", **rest})
