"""One year's policy, typed and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from cmreview.errors import PolicyError
from cmreview.terms import Label


class Compare(StrEnum):
    """How a value is held against its threshold."""

    AT_LEAST = "at_least"  # 以上: the threshold itself passes
    BELOW = "below"  # 低于: strictly, the threshold itself misses
    PASSED = "passed"  # a yes-or-no requirement without a number, such as an exam


class Group(StrEnum):
    """The two kinds of criteria of clause 3."""

    QUALIFICATION = "qualification"  # 任职资格
    PERFORMANCE = "performance"  # 业绩要求


# What a parameter may hold: a number, a word, or a list of words; None is a blank still X.
Value = Decimal | str | tuple[str, ...] | tuple[Decimal, ...] | bool | None


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value of the policy in the year it is asked for.

    ``value`` None means that the policy leaves it open (``X``). ``unit`` is the unit of the file
    (``yuan``, ``wan_yuan``, ``percent``, ``count``, ``years``, ``working_days``, ``points``,
    ``word`` …). ``since`` is the year under which the value in force was written down. Money is held
    in yuan and percent as a fraction of one, whatever the unit of the file.
    """

    key: str
    clause: str
    unit: str
    value: Value
    since: int | None
    label: Label
    choose: Label  # how to choose a value


@dataclass(frozen=True, slots=True)
class Level:
    """One level (等级); ``rank`` counts from 1, the lowest (Policy 2)."""

    id: str
    label: Label
    rank: int


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


@dataclass(frozen=True)
class Policy:
    """The policy of one year: levels, criteria and every other parameter.

    ``sha256`` is taken over the content of the folder, so that a packet can name what it was judged
    by; a changed copy (``with_threshold``, ``with_value``) carries ``changed`` = True.
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

    def level(self, level_id: str) -> Level:
        """The level with this id; PolicyError where there is none."""
        for level in self.levels:
            if level.id == level_id:
                return level
        raise PolicyError("policy.unknown_level", level=level_id, known=", ".join(x.id for x in self.levels))

    def next_level(self, level_id: str | None) -> Level | None:
        """The level above; the lowest for somebody without a level; None above the highest."""
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
        """A changed copy, for what-if: one criterion's threshold, in yuan, fraction, count or years."""
        criterion = self.criterion(criterion_id)
        if criterion.threshold is None:
            raise PolicyError("policy.no_threshold", criterion=criterion_id)
        new = replace(criterion, threshold=replace(criterion.threshold, value=_as_value(value)))
        criteria = tuple(new if old.id == criterion_id else old for old in self.criteria)
        return replace(self, criteria=criteria, changed=True)

    def with_value(self, key: str, value: Value) -> Policy:
        """A changed copy, for what-if: one parameter outside the criteria."""
        self.value(key)
        parameters = dict(self.parameters)
        parameters[key] = replace(parameters[key], value=value)
        return replace(self, parameters=parameters, changed=True)


def _as_value(value: Decimal | int | str | None) -> Value:
    return Decimal(value) if isinstance(value, int) else value
