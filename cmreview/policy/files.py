"""What each file of the policy folder must hold; every departure becomes a finding with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from cmreview.findings import Finding
from cmreview.policy.faults import fault, unknown
from cmreview.policy.values import BLANK, Fault, iso_day
from cmreview.strict_yaml import Document, NodePath
from cmreview.terms import Label

CRITERION_ID = re.compile(r"[1-9][0-9]*\.[1-9][0-9]*\.[QP][1-9][0-9]*")


def _year(raw: Any) -> int:
    if isinstance(raw, str) and re.fullmatch(r"[12][0-9]{3}", raw):
        return int(raw)
    raise PydanticCustomError("policy.not_a_year", "not a year")


def _text(raw: str) -> str:
    if not raw.strip():
        raise PydanticCustomError("policy.empty_value", "empty")
    return raw


def _identifier(raw: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", raw):
        raise PydanticCustomError("policy.not_an_identifier", "not an identifier")
    return raw


def _criterion_id(raw: str) -> str:
    if not CRITERION_ID.fullmatch(raw):
        raise PydanticCustomError("policy.not_a_criterion_id", "not the id of a criterion")
    return raw


def _currency(raw: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", raw):
        raise PydanticCustomError("policy.not_a_currency", "not a currency")
    return raw


def _dated(raw: Any) -> Any:
    if isinstance(raw, dict) and raw:
        return raw
    raise PydanticCustomError("policy.not_dated", "not dated")


def _blank_is_none(raw: Any) -> Any:
    return None if raw == BLANK else raw


def _day_or_blank(raw: Any) -> Any:
    try:
        return None if raw == BLANK else iso_day(raw)
    except Fault as reason:
        raise PydanticCustomError(reason.code, "not a day") from None


Year = Annotated[int, BeforeValidator(_year)]
Text = Annotated[str, AfterValidator(_text)]
Identifier = Annotated[str, AfterValidator(_identifier)]
CriterionId = Annotated[str, AfterValidator(_criterion_id)]
Dated = Annotated[dict[Year, Any], BeforeValidator(_dated)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Words(_Strict):
    """One text in both languages."""

    zh: Text
    en: Text

    @property
    def label(self) -> Label:
        """The same as a Label."""
        return Label(self.zh, self.en)


class Edition(_Strict):
    """edition.yaml: whose policy, which edition, which years."""

    company: Words
    edition: Annotated[dict[Year, Text], BeforeValidator(_dated)]
    currency: Annotated[str, AfterValidator(_currency)]
    first_year: Year
    confirmed_through: Year
    adopted_on: Annotated[date | None, BeforeValidator(_day_or_blank)] = None
    procedure: Annotated[Words | None, BeforeValidator(_blank_is_none)] = None
    publicised_on: Annotated[date | None, BeforeValidator(_day_or_blank)] = None


class LevelEntry(_Strict):
    """levels.yaml: one level (Policy 2); ``since`` is the first year it exists."""

    id: Identifier
    zh: Text
    en: Text
    since: Year | None = None


class CriterionEntry(_Strict):
    """criteria.yaml: one criterion of clause 3."""

    indicator: Identifier
    label: Words | None = None
    unit: str | None = None
    at_least: Dated | None = None
    below: Dated | None = None
    passed: Literal["yes"] | None = None
    over_level: Identifier | None = None
    since: Year | None = None
    choose: Words | None = None


class ParameterEntry(_Strict):
    """One dated parameter of the other files."""

    label: Words
    clause: str
    unit: str
    value: Dated
    choose: Words


class WeightsEntry(_Strict):
    """scoring.yaml, weights: level -> year -> criterion -> weight (Policy 1.3.b)."""

    label: Words
    clause: Literal["1.3.b"]
    unit: Literal["percent"]
    value: dict[str, Annotated[dict[Year, dict[str, Any]], BeforeValidator(_dated)]]
    choose: Words


class ZeroEntry(_Strict):
    """scoring.yaml, zero_at: criterion -> year -> value, in the criterion's own unit (Policy 1.3.b)."""

    label: Words
    clause: Literal["1.3.b"]
    value: dict[str, Dated]
    choose: Words


class Scoring(_Strict):
    """scoring.yaml."""

    score_cap: ParameterEntry
    weights: WeightsEntry
    zero_at: ZeroEntry
    tie_breaks: ParameterEntry


CriteriaFile = dict[str, dict[CriterionId, CriterionEntry]]
# The files of a policy folder and what each holds.
FILES: Mapping[str, Any] = {
    "edition.yaml": Edition,
    "levels.yaml": list[LevelEntry],
    "criteria.yaml": CriteriaFile,
    "process.yaml": dict[str, ParameterEntry],
    "indicators.yaml": dict[str, ParameterEntry],
    "panel.yaml": dict[str, ParameterEntry],
    "scoring.yaml": Scoring,
    "rewards.yaml": dict[str, ParameterEntry],
    "penalties.yaml": dict[str, ParameterEntry],
    "development.yaml": dict[str, ParameterEntry],
    "analysis.yaml": dict[str, ParameterEntry],
    "questions.yaml": dict[str, ParameterEntry],
}

# pydantic's names of what can be wrong -> ours. Our own checks carry our names already.
_CODES = {
    "missing": "policy.missing_key",
    "dict_type": "policy.not_a_mapping",
    "model_type": "policy.not_a_mapping",
    "model_attributes_type": "policy.not_a_mapping",
    "list_type": "policy.not_a_list",
    "string_type": "policy.not_a_text",
    "literal_error": "policy.must_be",
}


@cache
def _adapter(file: str) -> TypeAdapter[Any]:
    return TypeAdapter(FILES[file])


def read_as(document: Document) -> tuple[Any, list[Finding]]:
    """The content of a file as its model, or None and what is wrong with it, all at once."""
    kind = FILES[document.file]
    found = [fault(document, path, "policy.empty_value") for path in _empty_nodes(document.data, ())]
    try:
        content = _adapter(document.file).validate_python(document.data)
    except ValidationError as error:
        problems = error.errors(include_url=False)
        return None, found + [_finding(document, kind, one) for one in problems if one["input"] is not None]
    return (None if found else content), found


def _empty_nodes(node: Any, path: NodePath) -> list[NodePath]:
    if node is None:
        return [path]
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [empty for key, child in children for empty in _empty_nodes(child, (*path, key))]


def _finding(document: Document, kind: Any, problem: Any) -> Finding:
    path = tuple(part for part in problem["loc"] if part != "[key]")  # pydantic's mark of a faulty key
    if problem["type"] == "extra_forbidden":
        return unknown(document, path, "policy.unknown_key", str(path[-1]), _keys_at(kind, path[:-1]))
    if problem["type"] == "missing":
        return fault(document, path[:-1], "policy.missing_key", None, {"name": str(path[-1])})
    code = _CODES.get(problem["type"], problem["type"])
    expected = str(problem.get("ctx", {}).get("expected", "")).replace("'", "")
    return fault(document, path, code, problem["input"], {"known": expected} if expected else None)


def _keys_at(kind: Any, path: NodePath) -> list[str]:
    """The keys that the model knows at a node."""
    for part in path:
        kind = _plain(kind)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = kind.model_fields[str(part)].annotation
        else:
            kind = get_args(kind)[-1]
    kind = _plain(kind)
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def _plain(kind: Any) -> Any:
    """A type without Annotated and without the None of an optional one."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    members = [
        member for member in get_args(kind) if isinstance(member, type) and issubclass(member, BaseModel)
    ]
    is_union = get_origin(kind) not in (None, dict, list)
    return members[0] if is_union and members else kind
