"""A policy as plain JSON and back, so that a prepared file judges by exactly the policy it was made with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from cmreview.exact_json import NotAsExpected, decode, encode
from cmreview.policy.model import Compare, Criterion, Group, Level, Parameter, Policy, RuleStatus, ScoreItem
from cmreview.terms import Label


def stored(policy: Policy) -> dict[str, Any]:
    """``policy`` as plain JSON."""
    status = policy.status
    return {
        "year": policy.year,
        "company": encode(policy.company),
        "edition": policy.edition,
        "currency": policy.currency,
        "levels": [{"id": each.id, "label": encode(each.label), "rank": each.rank} for each in policy.levels],
        "criteria": [_criterion(each) for each in policy.criteria],
        "parameters": [_parameter(each) for _, each in sorted(policy.parameters.items())],
        "sha256": policy.sha256,
        "changed": policy.changed,
        "first_year": policy.first_year,
        "confirmed_through": policy.confirmed_through,
        "status": {
            "adopted_on": status.adopted_on.isoformat() if status.adopted_on else None,
            "procedure": encode(status.procedure) if status.procedure else None,
            "publicised_on": status.publicised_on.isoformat() if status.publicised_on else None,
        },
    }


def restored(found: Mapping[str, Any]) -> Policy:
    """The policy that was stored. Raises ValueError or KeyError where it is not exactly one."""
    status = found["status"]
    parameters = [_parameter_of(each) for each in found["parameters"]]
    return Policy(
        year=found["year"],
        company=decode(Label, found["company"]),
        edition=found["edition"],
        currency=found["currency"],
        levels=tuple(
            Level(each["id"], decode(Label, each["label"]), each["rank"]) for each in found["levels"]
        ),
        criteria=tuple(_criterion_of(each) for each in found["criteria"]),
        parameters={each.key: each for each in parameters},
        sha256=found["sha256"],
        changed=found["changed"],
        first_year=found["first_year"],
        confirmed_through=found["confirmed_through"],
        status=RuleStatus(
            adopted_on=_day(status["adopted_on"]),
            procedure=decode(Label, status["procedure"]) if status["procedure"] else None,
            publicised_on=_day(status["publicised_on"]),
        ),
    )


def _criterion(each: Criterion) -> dict[str, Any]:
    return {
        "id": each.id,
        "level": each.level,
        "group": each.group.value,
        "indicator": each.indicator,
        "compare": each.compare.value,
        "over_level": each.over_level,
        "threshold": each.threshold and _parameter(each.threshold),
        "weight": each.weight and _parameter(each.weight),
        "zero_at": each.zero_at and _parameter(each.zero_at),
    }


def _criterion_of(found: Mapping[str, Any]) -> Criterion:
    parts: dict[str, Any] = {
        name: found[name] and _parameter_of(found[name]) for name in ("threshold", "weight", "zero_at")
    }
    return Criterion(
        id=found["id"],
        level=found["level"],
        group=Group(found["group"]),
        indicator=found["indicator"],
        compare=Compare(found["compare"]),
        over_level=found["over_level"],
        **parts,
    )


def _parameter(each: Parameter) -> dict[str, Any]:
    return {
        "key": each.key,
        "clause": each.clause,
        "unit": each.unit,
        "value": _value(each.value),
        "since": each.since,
        "label": encode(each.label),
        "choose": encode(each.choose),
    }


def _parameter_of(found: Mapping[str, Any]) -> Parameter:
    return Parameter(
        key=found["key"],
        clause=found["clause"],
        unit=found["unit"],
        value=_value_of(found["value"]),
        since=found["since"],
        label=decode(Label, found["label"]),
        choose=decode(Label, found["choose"]),
    )


def _value(value: Any) -> Any:
    """A value of any kind, each but text marked with what it is."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return [_value(each) for each in value]
    return {type(value).__name__: encode(value)}


def _value_of(found: Any) -> Any:
    if found is None or isinstance(found, str):
        return found
    if isinstance(found, list):
        return tuple(_value_of(each) for each in found)
    ((kind, value),) = found.items()
    kinds: dict[str, Any] = {each.__name__: each for each in (Decimal, Fraction, ScoreItem)}
    if kind not in kinds:
        raise NotAsExpected(kind)
    return decode(kinds[kind], value)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
