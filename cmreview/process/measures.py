"""What can follow from a year, and the steps of the law before a dismissal, as the ledger stores them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Measure(StrEnum):
    """What can follow from a year (Policy 5.4); labels lie in ``words/measures.yaml``."""

    BONUS = "bonus"  # 奖金 5.4.a
    HONOUR = "honour"  # 荣誉称号 5.4.b
    PRIORITY = "priority"  # 优先晋升 5.4.c
    BENEFITS = "benefits"  # 连续优秀待遇 5.4.d
    WARNING = "warning"  # 警告与改进计划 5.4.e
    DEMOTION = "demotion"  # 降职 5.4.f
    DISMISSAL = "dismissal"  # 辞退 5.4.g
    LOSS = "loss"  # 重大损失 5.4.h


CLAUSES: Mapping[Measure, str] = {
    Measure.BONUS: "5.4.a",
    Measure.HONOUR: "5.4.b",
    Measure.PRIORITY: "5.4.c",
    Measure.BENEFITS: "5.4.d",
    Measure.WARNING: "5.4.e",
    Measure.DEMOTION: "5.4.f",
    Measure.DISMISSAL: "5.4.g",
    Measure.LOSS: "5.4.h",
}


class Standing(StrEnum):
    """How far a measure follows from the figures (Policy 5.4)."""

    DUE = "due"  # recommended, for people to decide
    NOT_DUE = "not_due"
    COMMITTEE = "committee"  # the figures do not settle it: a case for the committee
    NO_RULE = "no_rule"  # the policy leaves open what it rests on


class LawStep(StrEnum):
    """A step that the law asks for before somebody is dismissed as not up to the work (Policy 5.4.g).

    Labels lie in ``words/penalties.yaml`` under ``step``.
    """

    RULES_PUBLICISED = "rules_publicised"
    STANDARD_KNOWN = "standard_known"
    INCOMPETENCE_SHOWN = "incompetence_shown"
    TRAINING_OR_TRANSFER = "training_or_transfer"
    SECOND_ASSESSMENT = "second_assessment"
    BARRED_CASES_CHECKED = "barred_cases_checked"
    NOTICE_OR_PAY = "notice_or_pay"
    UNION_INFORMED = "union_informed"


LEGAL_STEPS: tuple[str, ...] = tuple(step.value for step in LawStep)


@dataclass(frozen=True, slots=True)
class MeasureDecided:
    """What was decided on a measure that can follow from the year (奖惩决定, Policy 5.4), agreed to or not.

    It concerns everybody on the roster, so it says itself who that is; ``level`` is the one held, None
    without any. ``advised`` is what followed from the figures when it was decided; where the decision
    departs from it, or the figures settle nothing, the event's reason says why. ``effective_on``,
    ``to_level`` (of a demotion) and ``amount`` (of a bonus, in yuan) are given only where it is agreed to.
    """

    measure: Measure
    agreed: bool
    decided_on: date
    advised: Standing
    name: str
    department: str
    level: str | None
    effective_on: date | None = None
    to_level: str | None = None
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LegalStep:
    """A step that the law asks for before a dismissal was taken (法定步骤, Policy 5.4.g).

    ``document`` is what proves it. ``in_lieu``: a month's pay takes the place of the notice.
    """

    step: LawStep
    done_on: date
    document: str
    name: str
    department: str
    in_lieu: bool = False
