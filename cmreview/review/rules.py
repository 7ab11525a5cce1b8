"""The policy's values as exact numbers, ready to be compared."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from cmreview.policy.model import Criterion, Parameter, Policy
from cmreview.terms import DEGREES

_RANKS = {name: Fraction(rank) for rank, name in enumerate(DEGREES, start=1)}


def degree_rank(name: str | None) -> Fraction | None:
    """The rank of a degree, counted from 1 (Policy 3.1.Q1); None for a blank or an unknown one.

    >>> degree_rank("associate") < degree_rank("bachelor")
    True
    """
    return None if name is None else _RANKS.get(name)


def number(policy: Policy, key: str) -> Fraction | None:
    """A number among the parameters, None where the policy leaves it open."""
    value = policy.value(key)
    return Fraction(value) if isinstance(value, Decimal) else None


def word(policy: Policy, key: str) -> str | None:
    """A word among the parameters, None where the policy leaves it open."""
    value = policy.value(key)
    return value if isinstance(value, str) else None


def parameter_number(parameter: Parameter | None) -> Fraction | None:
    """A parameter's number, a degree as its rank; None where there is none or it is left open."""
    if parameter is None:
        return None
    if isinstance(parameter.value, Decimal):
        return Fraction(parameter.value)
    return degree_rank(parameter.value) if isinstance(parameter.value, str) else None


def threshold(criterion: Criterion) -> Fraction | None:
    """What the value is held against, in the indicator's own unit; None where it is left open."""
    return parameter_number(criterion.threshold)
