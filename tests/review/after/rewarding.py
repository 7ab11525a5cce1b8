"""Claims, contenders, people and a policy of rewards by hand, for the tests of bonuses and titles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from cmreview.policy.model import Parameter, Policy, Value
from cmreview.review.after.bonus import Claim
from cmreview.review.after.honours import Contender
from cmreview.review.model import EarlierOutcome, Fact, Person
from cmreview.terms import Label, Outcome, Unit
from tests.builders import make_policy

YEAR = 2025
HONOUR = "优秀客户经理"
GROWTH = (
    (Decimal("0.1"), Decimal(5_000)),
    (Decimal("0.2"), Decimal(10_000)),
    (Decimal("0.3"), Decimal(20_000)),
)
SHARE = (
    (Decimal("0.01"), Decimal(5_000)),
    (Decimal("0.02"), Decimal(15_000)),
    (Decimal("0.03"), Decimal(30_000)),
)

# What tests of rewards rest on, whatever the shipped policy says; labels as people know them.
_VALUES: dict[str, tuple[str, Value]] = {
    "bonus_growth_scale": ("按增长幅度的奖金", GROWTH),
    "bonus_contribution_scale": ("按贡献大小的奖金", SHARE),
    "bonus_budget": ("年度奖金总额", Decimal(800_000)),
    "bonus_reading": ("奖金分档的读法", "steps"),
    "bonus_for": ("奖金的发放范围", "met"),
    "bonus_cap": ("超出总额时的处理", "proportional"),
    "bonus_unit": ("奖金的最小单位", Decimal(1)),
    "bonus_unbounded_growth": ("上年为零时的增长奖金", "committee"),
    "growth_part_year": ("与不满一年的上年相比的增长", "no_evidence"),
    "cancellation": ("已取消的合同", "ever"),
    "honour_rule": ("荣誉称号的评定办法", "quota"),
    "honour_quota": ("优秀客户经理比例", Decimal("0.1")),
    "honour_line": ("荣誉线", Decimal("1.1")),
    "honour_ties": ("名额边上得分相同", "committee"),
    "excellent_years": ("连续优秀年数", Decimal(3)),
    "excellent_benefits": ("连续优秀待遇", ("training", "allowance")),
    "tie_breaks": ("同分时的先后", ("promotion_priority", "sales")),
    "score_cap": ("得分上限", Decimal("1.2")),
}


def reward_policy(**values: Value) -> Policy:
    """A policy of rewards; ``values`` replace parameters by key, None is left open."""
    unknown = set(values) - set(_VALUES)
    if unknown:
        raise KeyError(f"no such parameter: {', '.join(sorted(unknown))}")
    own = {
        key: Parameter(key, "5.4", "", values.get(key, value), 2021, Label(label, key), Label(label, key))
        for key, (label, value) in _VALUES.items()
    }
    policy = make_policy(YEAR)
    return replace(policy, parameters={**policy.parameters, **own})


def growth(value: Fraction | int | str | None, *, part_year: bool = False) -> Fact:
    """A growth of sales over the year before; None is no evidence."""
    exact = None if value is None else Fraction(value)
    return Fact("sales_growth", Unit.SHARE, exact, denominator=Fraction(100), part_year=part_year)


def share(value: Fraction | int | str | None) -> Fact:
    """A share of the company's sales; None is no evidence."""
    return Fact("sales_share", Unit.SHARE, None if value is None else Fraction(value))


FROM_NOTHING = Fact(
    "sales_growth", Unit.SHARE, None, numerator=Fraction(5), denominator=Fraction(0), unbounded=True
)
NOTHING_TO_NOTHING = Fact(
    "sales_growth", Unit.SHARE, Fraction(0), numerator=Fraction(0), denominator=Fraction(0)
)


def claim(
    manager: str = "a",
    grown: Fact | Fraction | int | str | None = 0,
    shared: Fraction | int | str | None = 0,
    outcome: Outcome = Outcome.MET,
) -> Claim:
    """A claim whose figures are fractions, not percent."""
    fact = grown if isinstance(grown, Fact) else growth(grown)
    return Claim(manager, outcome, fact, share(shared))


def contender(
    manager: str,
    points: Fraction | int | str | None = 1,
    outcome: Outcome = Outcome.MET,
    coverage: Fraction | int | str = 1,
) -> Contender:
    """A contender whose points and coverage are fractions, not percent."""
    return Contender(manager, outcome, None if points is None else Fraction(points), Fraction(coverage))


def person(
    titles: Mapping[int, str | None], since: date | None = date(2015, 3, 1), hired: date | None = None
) -> Person:
    """A person with a recorded conclusion for each year of ``titles``, with that title or none."""
    return Person(
        manager_id="a",
        name="王伟",
        department="销售一部",
        level="junior",
        degree=None,
        hired_on=hired or since,
        account_manager_since=since,
        left_on=None,
        history=(),
        leaves=(),
        outcomes=tuple(EarlierOutcome(year, "junior", "met", honour) for year, honour in titles.items()),
    )
