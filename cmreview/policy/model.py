"""One year's policy, typed and frozen."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from cmreview.errors import PolicyError
from cmreview.terms import DEGREES, Label


class Compare(StrEnum):
    """How a value is held against its threshold."""

    AT_LEAST = "at_least"  # 以上: the threshold itself passes
    BELOW = "below"  # 低于: strictly, the threshold itself misses
    PASSED = "passed"  # a yes-or-no requirement without a number, such as an exam


class Group(StrEnum):
    """The two kinds of criteria of clause 3."""

    QUALIFICATION = "qualification"  # 任职资格
    PERFORMANCE = "performance"  # 业绩要求


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """One item that members of the committee score (评分项, Policy 4.3); weights add up to one."""

    id: str
    label: Label
    weight: Decimal


# The steps of a scale, lowest first: (from which fraction on, how many yuan).
Tiers = tuple[tuple[Decimal, Decimal], ...]
# What a parameter may hold: a number, a share such as 2/3, a word, a list of either, a scale, or the
# committee's items; None is a blank still X.
Value = (
    Decimal | Fraction | str | tuple[str, ...] | tuple[Decimal, ...] | Tiers | tuple[ScoreItem, ...] | None
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in the policy folder: file name and line, counted from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of the policy in the year it is asked for.

    ``value`` None means that the policy leaves it open (``X``). ``unit`` is the unit of the file
    (``yuan``, ``wan_yuan``, ``percent``, ``count``, ``years``, ``working_days``, ``points``,
    ``word`` …). ``since`` is the year under which the value in force was written down. Money is held
    in yuan and percent as a fraction of one, whatever the unit of the file. ``place`` is no part of
    the value: two parameters that say the same on different lines are equal.
    """

    key: str
    clause: str
    unit: str
    value: Value
    since: int | None
    label: Label
    choose: Label  # how to choose a value
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Level:
    """One level (等级); ``rank`` counts from 1, the lowest (Policy 2)."""

    id: str
    label: Label
    rank: int
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One requirement of clause 3: an indicator, how it is compared, and its threshold.

    ``id`` is the clause id. ``over_level`` is the level whose tenure the indicator speaks of (years
    held, average of new customers over the tenure) or whose exam is asked for. ``weight`` and
    ``zero_at`` serve the performance score (Policy 1.3.b): ``zero_at`` is the value that scores 0.
    """

    id: str
    level: str
    group: Group
    indicator: str
    compare: Compare
    threshold: Parameter | None  # None where nothing is to be set (PASSED)
    over_level: str | None = None
    weight: Parameter | None = None
    zero_at: Parameter | None = None
    place: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class RuleStatus:
    """How the rules were made (制度状态): adopted when, by which procedure, made known when.

    None is "not recorded", which a packet must say: rules that were neither discussed nor made known
    may not be relied on (Labour Contract Law, article 4).
    """

    adopted_on: date | None = None
    procedure: Label | None = None
    publicised_on: date | None = None

    @property
    def is_recorded(self) -> bool:
        """Whether all three are known."""
        return None not in (self.adopted_on, self.procedure, self.publicised_on)


@dataclass(frozen=True)
class Policy:
    """The policy of one year: levels, criteria and every other parameter.

    ``sha256`` is taken over the content of the folder, so that a packet can name what it was judged
    by; a changed copy (``with_threshold``, ``with_value``) carries ``changed`` = True. The years
    ``first_year`` to ``confirmed_through`` are those that the folder speaks for.
    """

    year: int
    company: Label
    edition: str
    currency: str
    levels: tuple[Level, ...]
    criteria: tuple[Criterion, ...]
    parameters: Mapping[str, Parameter]
    sha256: str
    changed: bool = False
    first_year: int | None = None
    confirmed_through: int | None = None
    status: RuleStatus = RuleStatus()

    def level(self, level_id: str) -> Level:
        """The level with this id; PolicyError where there is none."""
        for level in self.levels:
            if level.id == level_id:
                return level
        raise PolicyError("policy.unknown_level", level=level_id, known=", ".join(x.id for x in self.levels))

    def next_level(self, level_id: str | None) -> Level | None:
        """The level to which a manager can rise (Policy 1.3.c): the lowest for somebody without one.

        None above the highest.
        """
        rank = 0 if level_id is None else self.level(level_id).rank
        return next((level for level in self.levels if level.rank == rank + 1), None)

    def criteria_for(self, level_id: str, group: Group | None = None) -> tuple[Criterion, ...]:
        """The criteria of a level, qualifications first, in the order of the clauses."""
        return tuple(
            criterion
            for criterion in self.criteria
            if criterion.level == level_id and group in (None, criterion.group)
        )

    def criterion(self, criterion_id: str) -> Criterion:
        """The criterion of this clause; PolicyError where there is none."""
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise PolicyError("policy.unknown_criterion", criterion=criterion_id)

    def value(self, key: str) -> Value:
        """The value of a parameter outside the criteria; PolicyError where there is none of the name."""
        if key not in self.parameters:
            raise PolicyError("policy.unknown_parameter", key=key)
        return self.parameters[key].value

    def with_threshold(self, criterion_id: str, value: Decimal | int | str | None) -> Policy:
        """A changed copy, for what-if: one criterion's threshold, in yuan, fraction, count or years.

        A number is Decimal, int or text ("0.15"); a degree is its name in terms.DEGREES; None is a
        blank. PolicyError for an unknown criterion, one without a threshold, or a value that is not
        exact (a float) or not of its kind.
        """
        criterion = self.criterion(criterion_id)
        if criterion.threshold is None:
            raise PolicyError("policy.no_threshold", criterion=criterion_id)
        new_value = _exact(criterion_id, value, is_degree=criterion.threshold.unit == "degree")
        new = replace(criterion, threshold=replace(criterion.threshold, value=new_value))
        criteria = tuple(new if old.id == criterion_id else old for old in self.criteria)
        return replace(self, criteria=criteria, changed=True)

    def with_value(self, key: str, value: Value | int) -> Policy:
        """A changed copy, for what-if: one parameter outside the criteria.

        PolicyError for an unknown key and for a number that is not exact (a float).
        """
        self.value(key)
        if isinstance(value, float | int):
            value = _exact(key, value, is_degree=False)
        parameters = dict(self.parameters)
        parameters[key] = replace(parameters[key], value=value)
        return replace(self, parameters=parameters, changed=True)


def _exact(key: str, value: object, *, is_degree: bool) -> Decimal | str | None:
    # 0.15 as a float is not 15 %: what decides must be exact, so a float is refused, not rounded
    if value is None:
        return None
    if is_degree:
        if value not in DEGREES:
            raise PolicyError("policy.unknown_degree", key=key, value=value, known=", ".join(DEGREES))
        return str(value)
    is_number = isinstance(value, Decimal | int) and not isinstance(value, bool)
    is_plain_text = isinstance(value, str) and re.fullmatch(r"-?[0-9]+(?:\.[0-9]+)?", value)
    if not is_number and not is_plain_text:
        raise PolicyError("policy.not_exact", key=key, value=value)
    number = Decimal(value)  # type: ignore[arg-type]
    if not number.is_finite():
        raise PolicyError("policy.not_exact", key=key, value=value)
    return number
