"""Changes of a policy that somebody tries out: each told by what it changes and the value it gives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from cmreview.errors import PolicyError
from cmreview.policy.model import Criterion, Parameter, Policy, Value


class Part(StrEnum):
    """What of a policy is changed."""

    THRESHOLD = "threshold"
    WEIGHT = "weight"
    ZERO_AT = "zero_at"
    PARAMETER = "parameter"


@dataclass(frozen=True, slots=True)
class Change:
    """One value to be tried out: ``key`` is a criterion, or a parameter outside the criteria.

    ``value`` is in the unit inside (yuan, fraction of one, count, years); None leaves it open.
    """

    part: Part
    key: str
    value: Value


def changed(policy: Policy, changes: Iterable[Change]) -> Policy:
    """The policy with all ``changes``; ``policy`` itself where there are none.

    PolicyError for a criterion or parameter that it does not know, or for a value that is not exact.
    """
    for change in changes:
        if change.part is Part.PARAMETER:
            policy = policy.with_value(change.key, change.value)
        elif change.part is Part.THRESHOLD:
            if not (change.value is None or isinstance(change.value, Decimal | str)):
                raise PolicyError("policy.not_exact", key=change.key, value=change.value)
            policy = policy.with_threshold(change.key, change.value)
        else:
            policy = _with_scoring(policy, change)
    return policy


def changes_between(policy: Policy, other: Policy) -> tuple[Change, ...]:
    """What makes ``other`` out of ``policy``, in the order of the criteria and then of the parameters.

    Only values: of criteria, levels and words both must have the same.
    """
    found = []
    for criterion in policy.criteria:
        now = other.criterion(criterion.id)
        parts = (
            (Part.THRESHOLD, criterion.threshold, now.threshold),
            (Part.WEIGHT, criterion.weight, now.weight),
            (Part.ZERO_AT, criterion.zero_at, now.zero_at),
        )
        found += [
            Change(part, criterion.id, after.value)
            for part, before, after in parts
            if before is not None and after is not None and before.value != after.value
        ]
    found += [
        Change(Part.PARAMETER, key, other.value(key))
        for key in sorted(policy.parameters)
        if policy.value(key) != other.value(key)
    ]
    return tuple(found)


def parameter_of(policy: Policy, change: Change) -> Parameter:
    """The parameter that a change gives another value. PolicyError where the policy has none."""
    if change.part is Part.PARAMETER:
        policy.value(change.key)
        return policy.parameters[change.key]
    criterion = policy.criterion(change.key)
    found: Parameter | None = getattr(criterion, change.part.value)
    if found is None:
        raise PolicyError("policy.no_threshold", criterion=change.key)
    return found


def _with_scoring(policy: Policy, change: Change) -> Policy:
    before = parameter_of(policy, change)
    value = change.value
    if not (value is None or (isinstance(value, Decimal) and value.is_finite())):
        raise PolicyError("policy.not_exact", key=change.key, value=value)
    now = replace(before, value=value)

    def other(criterion: Criterion) -> Criterion:
        if criterion.id != change.key:
            return criterion
        if change.part is Part.WEIGHT:
            return replace(criterion, weight=now)
        return replace(criterion, zero_at=now)

    return replace(policy, criteria=tuple(other(each) for each in policy.criteria), changed=True)
