"""What the policy sets for the company's analysis, and how a part says why it has no figures (Policy 5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from cmreview.policy.model import Policy
from cmreview.records.schema import TABLES
from cmreview.review.scrutiny.leniency import Cautions, cautions
from cmreview.review.told import Figure, Told
from cmreview.terms import Label, Unit


@dataclass(frozen=True, slots=True)
class Settings:
    """The numbers that the policy gives; None is left open, and what needs it says so.

    ``cautions`` keep figures of few people back, ``fewest_in_sum`` sums of fewer people than that. Thresholds
    are tried out by ``tried_steps`` both ways, and values grouped by ``bands``: parts of the threshold,
    rising. ``part_years_count`` says that a year of which the records cover only a part is compared all the
    same.
    """

    largest_customers: int | None
    largest_managers: int | None
    forecast_years: int | None
    complaint_open_days: int | None
    year_end_days: int | None
    year_end_p: Fraction | None
    min_answers: int | None
    fewest_in_sum: int | None
    tried_steps: tuple[Fraction, ...] | None
    bands: tuple[Fraction, ...] | None
    cautions: Cautions
    part_years_count: bool


def settings(policy: Policy) -> Settings:
    """The settings of a year's policy; a key that an older policy does not know is left open."""
    below, above = _two(policy, "bands_below"), _two(policy, "bands_above")
    return Settings(
        largest_customers=_whole(policy, "largest_customers"),
        largest_managers=_whole(policy, "largest_managers"),
        forecast_years=_whole(policy, "forecast_years"),
        complaint_open_days=_whole(policy, "complaint_open_days"),
        year_end_days=_whole(policy, "year_end_days"),
        year_end_p=_number(policy, "year_end_p"),
        min_answers=_whole(policy, "min_answers"),
        fewest_in_sum=_whole(policy, "fewest_in_sum"),
        tried_steps=None if (steps := _two(policy, "tried_steps")) is None else _both_ways(steps),
        bands=None if below is None or above is None else (*below, Fraction(1), *above),
        cautions=cautions(policy),
        part_years_count=_value(policy, "growth_part_year") == "as_is",
    )


def rule_open(policy: Policy, *keys: str) -> Told | None:
    """That the first of these parameters without a value is left open; None where all have one."""
    for key in keys:
        if _value(policy, key) is None:
            known = policy.parameters.get(key)
            name = Label(key, key) if known is None else known.label
            return Told("analysis.reason.rule_open", (("parameter", name),))
    return None


def not_handed_in(table: str) -> Told:
    """That a table was not handed in, so that nothing is known: which is not zero."""
    return Told("analysis.reason.not_handed_in", (("table", TABLES[table].label),))


def no_column(table: str, column: str) -> Told:
    """That no row of a table has a value in a column which may be left out."""
    found = TABLES[table]
    names = (("table", found.label), ("column", found.column(column).label))
    return Told("analysis.reason.no_column", names)


def count(value: Fraction | int) -> Figure:
    """A count inside a sentence."""
    return Figure(Fraction(value), Unit.COUNT)


def share(value: Fraction) -> Figure:
    """A share inside a sentence."""
    return Figure(value, Unit.SHARE)


def money(value: Fraction) -> Figure:
    """An amount inside a sentence."""
    return Figure(value, Unit.MONEY)


def counted(noun: str, amount: int) -> Told:
    """A number with its noun (``analysis.counted``), in singular or plural."""
    form = "one" if amount == 1 else "many"
    return Told(f"analysis.counted.{noun}.{form}", (("n", count(amount)),))


def _value(policy: Policy, key: str) -> object:
    return policy.parameters[key].value if key in policy.parameters else None


def _number(policy: Policy, key: str) -> Fraction | None:
    value = _value(policy, key)
    return Fraction(value) if isinstance(value, Decimal) else None


def _two(policy: Policy, key: str) -> tuple[Fraction, ...] | None:
    value = _value(policy, key)
    if not isinstance(value, tuple):
        return None
    return tuple(Fraction(each) for each in value if isinstance(each, Decimal))


def _both_ways(steps: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    """Down by the largest first, up by the largest last."""
    return (*(-step for step in reversed(steps)), *steps)


def _whole(policy: Policy, key: str) -> int | None:
    value = _number(policy, key)
    return None if value is None else int(value)
