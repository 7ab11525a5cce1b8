"""What a policy asks of the process: windows, quorum, recusal, items, notice, budget (Policy 4, 5.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from cmreview.policy.model import ScoreItem

if TYPE_CHECKING:
    from cmreview.policy.model import Policy, Value


@dataclass(frozen=True, slots=True)
class ProcessRules:
    """The parameters that the steps of a case are held against; None is a blank that is still X.

    ``window`` is the first and last day of applications. ``quorum`` and ``votes_needed`` are shares of
    those who may act on a case. ``levels`` are the ids of the policy, lowest first. ``bonus_budget`` is in
    yuan.
    """

    year: int
    levels: tuple[str, ...]
    window: tuple[date, date] | None
    publicity_days: int | None
    publicity_first_day: Literal["next_day", "posting_day"] | None
    appeal_hearing: Literal["same", "others_recommended", "others_required"] | None
    quorum: Fraction | None
    votes_needed: Fraction | None
    recusal_grounds: tuple[str, ...]
    items: tuple[ScoreItem, ...]
    scale: tuple[Decimal, Decimal] | None
    dismissal_notice_days: int | None
    bonus_budget: Decimal | None = None

    def is_late(self, applied_on: date) -> bool | None:
        """Whether an application came outside its window (Policy 4.1); None where none is set."""
        if self.window is None:
            return None
        first, last = self.window
        return not first <= applied_on <= last


# What counts where the policy leaves the grounds of recusal open: the strict side.
STRICT_GROUNDS = ("same_department", "preliminary_reviewer", "named_relation")


def process_rules(policy: Policy) -> ProcessRules:
    """The rules of the policy's year (Policy 4.1, 4.3, 4.4, 5.4.a, 5.4.g)."""
    window = policy.value("application_window")
    days = policy.value("publicity_days")
    grounds = policy.value("recusal_grounds")
    items = policy.value("score_items")
    scale = policy.value("score_scale")
    notice = policy.value("dismissal_notice_days")
    budget = policy.value("bonus_budget")
    return ProcessRules(
        year=policy.year,
        levels=tuple(level.id for level in policy.levels),
        window=_days(window),
        publicity_days=int(days) if isinstance(days, Decimal) else None,
        publicity_first_day=policy.value("publicity_first_day"),  # type: ignore[arg-type]
        appeal_hearing=policy.value("appeal_hearing"),  # type: ignore[arg-type]
        quorum=_share(policy.value("quorum")),
        votes_needed=_share(policy.value("votes_needed")),
        recusal_grounds=tuple(str(one) for one in grounds) if isinstance(grounds, tuple) else STRICT_GROUNDS,
        items=tuple(one for one in items if isinstance(one, ScoreItem)) if isinstance(items, tuple) else (),
        scale=(scale[0], scale[1]) if isinstance(scale, tuple) else None,  # type: ignore[arg-type]
        dismissal_notice_days=int(notice) if isinstance(notice, Decimal) else None,
        bonus_budget=budget if isinstance(budget, Decimal) else None,
    )


def _days(window: Value) -> tuple[date, date] | None:
    if not isinstance(window, tuple):
        return None
    first, last = (date.fromisoformat(str(day)) for day in window)
    return first, last


def _share(value: Value) -> Fraction | None:
    return value if isinstance(value, Fraction) else None
