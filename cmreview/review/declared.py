"""Declared figures beside those that the records give (Policy 4.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from cmreview.policy.model import Policy
from cmreview.records.schema import TABLES
from cmreview.review import rules
from cmreview.review.model import Declared, Fact
from cmreview.terms import INDICATORS

_PREFIX = "declared_"
# The indicators that a person declares when applying, in the order of the form.
INDICATORS_DECLARED = tuple(
    column.name.removeprefix(_PREFIX)
    for column in TABLES["applications"].columns
    if column.name.startswith(_PREFIX)
)


def reconcile(application: Mapping[str, Any], facts: Sequence[Fact], policy: Policy) -> tuple[Declared, ...]:
    """Each figure of a row of 申报 beside the records' figure, with the difference (Policy 4.2).

    They agree where the difference is within ``declared_tolerance`` of the records' figure; a
    declared figure beside a computed 0 agrees only when it is 0. Where either is missing, or the
    tolerance is left open, nothing is said on whether they agree.
    """
    tolerance = rules.number(policy, "declared_tolerance")
    computed = {fact.indicator: fact.value for fact in facts}
    return tuple(
        _line(indicator, application.get(_PREFIX + indicator), computed.get(indicator), tolerance)
        for indicator in INDICATORS_DECLARED
    )


def _line(
    indicator: str, typed: Decimal | int | None, computed: Fraction | None, tolerance: Fraction | None
) -> Declared:
    declared = None if typed is None else Fraction(typed)
    difference = relative = agrees = None
    if declared is not None and computed is not None:
        difference = declared - computed
        relative = difference / abs(computed) if computed else None
        agrees = None if tolerance is None else abs(difference) <= tolerance * abs(computed)
    unit = INDICATORS[indicator].unit
    return Declared(indicator, unit, declared, computed, difference, relative, agrees)
