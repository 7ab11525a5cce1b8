"""Small records and policies by hand: tests say only what matters to them, the rest is filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pandas as pd

from cmreview.findings import Finding
from cmreview.policy.model import Compare, Criterion, Group, Level, Parameter, Policy, Value
from cmreview.records.columns import Kind
from cmreview.records.model import PROVENANCE, Currency, Records, Source, TableCount
from cmreview.records.schema import TABLES
from cmreview.terms import INDICATORS, Label

DEPARTMENT = "销售一部"
HIRED = date(2010, 1, 1)

Row = Mapping[str, Any]

# What a row holds where a test does not say otherwise.
_DEFAULTS: dict[str, dict[str, Any]] = {
    "managers": {"department": DEPARTMENT, "hired_on": HIRED},
    "level_history": {"department": DEPARTMENT},
    "exams": {"passed": True},
    "contracts": {"amount": 1000},
    "achievements": {"kind": "article", "title": "论文"},
    "preliminary_reviews": {"decision": "passed", "reviewer": "部门负责人"},
}


def make_records(
    *,
    findings: Sequence[Finding] = (),
    counts: Sequence[TableCount] = (),
    sources: Sequence[Source] = (),
    currency: Currency | None = None,
    **tables: Sequence[Row],
) -> Records:
    """Records from rows as dicts; dates may be ISO text, money and shares int or text.

    A table that is not given is empty, except the roster: without ``managers`` everybody named in
    another table is on it, in one department, hired in 2010. Rows are sorted by the table's key, as
    intake does. ``managers=[]`` gives an empty roster.
    """
    unknown = set(tables) - set(TABLES)
    if unknown:
        raise KeyError(f"no such table: {', '.join(sorted(unknown))}")
    if "managers" not in tables:
        named = sorted({row["manager_id"] for rows in tables.values() for row in rows if "manager_id" in row})
        tables["managers"] = [{"manager_id": manager} for manager in named]
    return Records(
        tables={
            name: _frame(name, rows) if (rows := tables.get(name)) else _nothing(name) for name in TABLES
        },
        findings=tuple(findings),
        counts=tuple(counts),
        sources=tuple(sources),
        currency=currency or Currency(),
    )


def _frame(name: str, rows: Sequence[Row]) -> pd.DataFrame:
    table = TABLES[name]
    filled = [_DEFAULTS.get(name, {}) | dict(row) for row in rows]
    for row in filled:
        if name in ("managers", "customers"):
            row.setdefault("name", row[table.key[0]])
        if name == "projects":
            row.setdefault("name", row["project_id"])
        extra = set(row) - {column.name for column in table.columns}
        if extra:
            raise KeyError(f"{name} has no column {', '.join(sorted(extra))}")
    columns = {
        column.name: pd.Series(
            [_cell(row.get(column.name), column.kind) for row in filled],
            dtype=pd.ArrowDtype(column.arrow_type),
        )
        for column in table.columns
    }
    frame = pd.DataFrame(columns)
    for place, value in zip(PROVENANCE, (f"{name}.csv", None), strict=False):
        frame[place] = pd.Series([value] * len(filled), dtype="str")
    frame["source_row"] = pd.Series(range(2, len(filled) + 2), dtype="int64")
    return frame.sort_values(list(table.key), kind="stable", ignore_index=True)


def _nothing(name: str) -> pd.DataFrame:
    return _made_once(name).copy(deep=False)


@cache
def _made_once(name: str) -> pd.DataFrame:
    return _frame(name, ())


def _cell(value: Any, kind: Kind) -> Any:
    if value is None:
        return None
    if kind == Kind.DATE and isinstance(value, str):
        return date.fromisoformat(value)
    if kind in (Kind.MONEY, Kind.SHARE, Kind.SCORE):
        if isinstance(value, float):
            raise TypeError(f"{value!r}: write an exact number as text")
        return Decimal(value)
    return value


LEVELS = (
    Level("junior", Label("初级", "junior"), 1),
    Level("intermediate", Label("中级", "intermediate"), 2),
    Level("senior", Label("高级", "senior"), 3),
)

# Tests of their own numbers: nothing here follows the shipped example, which a company may change.
_VALUES: dict[str, tuple[str, str, Value]] = {  # key: clause, unit, value
    "application_window": ("4.1", "window", ("2025-12-01", "2026-01-15")),
    "declared_tolerance": ("4.2", "percent", Decimal("0.01")),
    "contract_range": ("4.2", "yuan", (Decimal(1_000), Decimal(50_000_000))),
    "publicity_days": ("4.4", "working_days", Decimal(5)),
    "cancellation": ("5.1.a", "word", "ever"),
    "shared_customer_credit": ("5.1.b", "word", "lead"),
    "satisfaction_scale": ("5.1.c", "points", (Decimal(1), Decimal(5))),
    "satisfied_from": ("5.1.c", "points", Decimal(4)),
    "min_answers": ("5.1.c", "count", Decimal(5)),
    "unjustified_complaints": ("5.1.d", "word", "exclude"),
    "customers_served": ("3.2.P4", "word", "in_force_or_signed"),
    "key_contract_amount": ("5.1.e", "wan_yuan", Decimal(500_000)),
    "long_term_years": ("3.3.P4", "years", Decimal(3)),
    "project_min_benefit": ("3.3.P5", "wan_yuan", Decimal(500_000)),
    "part_years": ("3.2.P1", "word", "weighted"),
    "growth_part_year": ("3.2.P3", "word", "no_evidence"),
    "leave_treatment": ("1.3.a", "word", "none"),
    "score_cap": ("1.3.b", "times", Decimal("1.2")),
    "tie_breaks": ("5.4.c", "words", ("promotion_priority", "sales", "new_customers", "satisfaction")),
    "close_to_line": ("1.3.a", "percent", Decimal("0.05")),
    "concentration_limit": ("1.3.a", "percent", Decimal("0.5")),
    "year_end_days": ("1.3.a", "days", Decimal(14)),
    "year_end_p": ("1.3.a", "fraction", Decimal("0.01")),
    "bonus_growth_scale": ("5.4.a", "wan_yuan_by_percent", ((Decimal("0.1"), Decimal(5_000)),)),
    "bonus_contribution_scale": ("5.4.a", "wan_yuan_by_percent", ((Decimal("0.01"), Decimal(5_000)),)),
    "bonus_budget": ("5.4.a", "wan_yuan", Decimal(800_000)),
    "honour_quota": ("5.4.b", "percent", Decimal("0.1")),
    "bonus_reading": ("5.4.a", "word", "steps"),
    "bonus_for": ("5.4.a", "word", "met"),
    "bonus_cap": ("5.4.a", "word", "proportional"),
    "bonus_unit": ("5.4.a", "yuan", Decimal(1)),
    "bonus_unbounded_growth": ("5.4.a", "word", "committee"),
    "honour_rule": ("5.4.b", "word", "quota"),
    "honour_line": ("5.4.b", "percent", Decimal("1.1")),
    "honour_ties": ("5.4.b", "word", "committee"),
    "warning_after": ("5.4.e", "years", Decimal(1)),
    "improvement_months": ("5.4.e", "months", Decimal(6)),
    "improvement_check_months": ("5.4.e", "months", Decimal(1)),
    "streak_no_evidence": ("5.4.e", "word", "neutral"),
    "streak_part_year": ("5.4.e", "word", "neutral"),
    "streak_leave_days": ("5.4.e", "days", Decimal(60)),
    "streak_level_change": ("5.4.f", "word", "continues"),
    "streak_transfer": ("5.4.f", "word", "continues"),
    "demotion_after": ("5.4.f", "years", Decimal(2)),
    "dismissal_after": ("5.4.g", "years", Decimal(3)),
    "dismissal_notice_days": ("5.4.g", "days", Decimal(30)),
    "major_loss_from": ("5.4.h", "wan_yuan", Decimal(100_000)),
    "training_days": ("6.1", "days", Decimal(10)),
    "objection_days": ("7.3", "working_days", Decimal(10)),
    "excellent_years": ("5.4.d", "years", Decimal(3)),
    "excellent_benefits": ("5.4.d", "words", ("training", "allowance")),
}

# id: indicator, level spoken of, unit, threshold, weight, value that scores nothing
_CRITERIA: dict[str, tuple[str, str | None, str, Value, str | None, str | None]] = {
    "3.1.Q1": ("degree", None, "degree", "associate", None, None),
    "3.1.Q2": ("service_years", None, "years", Decimal(1), None, None),
    "3.1.Q3": ("exam", "junior", "", None, None, None),
    "3.1.P1": ("new_customers", None, "count", Decimal(5), "0.3", "0"),
    "3.1.P2": ("sales", None, "wan_yuan", Decimal(1_000_000), "0.4", "0"),
    "3.1.P3": ("satisfaction", None, "percent", Decimal("0.8"), "0.3", "0"),
    "3.2.Q1": ("degree", None, "degree", "bachelor", None, None),
    "3.2.Q2": ("service_years", None, "years", Decimal(3), None, None),
    "3.2.Q3": ("level_years", "junior", "years", Decimal(2), None, None),
    "3.2.Q4": ("exam", "intermediate", "", None, None, None),
    "3.2.P1": ("new_customer_growth", "junior", "percent", Decimal("0.1"), "0.15", "0"),
    "3.2.P2": ("sales", None, "wan_yuan", Decimal(3_000_000), "0.3", "0"),
    "3.2.P3": ("sales_growth", None, "percent", Decimal("0.15"), "0.2", "0"),
    "3.2.P4": ("complaint_rate", None, "percent", Decimal("0.05"), "0.2", "0.1"),
    "3.2.P5": ("key_customers", None, "count", Decimal(2), "0.15", "0"),
    "3.3.Q1": ("degree", None, "degree", "bachelor", None, None),
    "3.3.Q2": ("service_years", None, "years", Decimal(6), None, None),
    "3.3.Q3": ("level_years", "intermediate", "years", Decimal(3), None, None),
    "3.3.Q4": ("exam", "senior", "", None, None, None),
    "3.3.Q5": ("industry_influence", None, "count", Decimal(1), None, None),
    "3.3.P1": ("new_customer_growth", "intermediate", "percent", Decimal("0.15"), "0.15", "0"),
    "3.3.P2": ("sales", None, "wan_yuan", Decimal(6_000_000), "0.3", "0"),
    "3.3.P3": ("sales_share", None, "percent", Decimal("0.015"), "0.2", "0"),
    "3.3.P4": ("long_term_share", None, "percent", Decimal("0.6"), "0.15", "0"),
    "3.3.P5": ("major_projects", None, "count", Decimal(1), "0.2", "0"),
}
_LEVEL_OF_CLAUSE = {"3.1": "junior", "3.2": "intermediate", "3.3": "senior"}


def make_policy(
    year: int = 2025, thresholds: Mapping[str, Decimal | int | str | None] | None = None, **values: Value
) -> Policy:
    """A policy of three levels. ``values`` replace parameters by key, ``thresholds`` by criterion.

    A value None is a blank that the policy leaves open.
    """
    unknown = set(values) - set(_VALUES)
    if unknown:
        raise KeyError(f"no such parameter: {', '.join(sorted(unknown))}")
    parameters = {
        key: _parameter(key, clause, unit, values.get(key, value))
        for key, (clause, unit, value) in _VALUES.items()
    }
    policy = Policy(
        year=year,
        company=Label("示例公司", "Example Company"),
        edition="CM-2025",
        currency="CNY",
        levels=LEVELS,
        criteria=tuple(_criterion(id_) for id_ in _CRITERIA),
        parameters=parameters,
        sha256="0" * 64,
    )
    for criterion, threshold in (thresholds or {}).items():
        policy = policy.with_threshold(criterion, threshold)
    return replace(policy, changed=False)


def _criterion(id_: str) -> Criterion:
    indicator, over_level, unit, threshold, weight, zero_at = _CRITERIA[id_]
    compare = Compare.BELOW if INDICATORS[indicator].lower_is_better else Compare.AT_LEAST
    passed = indicator == "exam"
    return Criterion(
        id=id_,
        level=_LEVEL_OF_CLAUSE[id_[:3]],
        group=Group.QUALIFICATION if ".Q" in id_ else Group.PERFORMANCE,
        indicator=indicator,
        compare=Compare.PASSED if passed else compare,
        threshold=None if passed else _parameter(id_, id_, unit, threshold),
        over_level=over_level,
        weight=None if weight is None else _parameter(f"weight {id_}", "1.3.b", "percent", Decimal(weight)),
        zero_at=None if zero_at is None else _parameter(f"zero {id_}", "1.3.b", unit, Decimal(zero_at)),
    )


def _parameter(key: str, clause: str, unit: str, value: Value) -> Parameter:
    label = Label(key, key)
    return Parameter(key=key, clause=clause, unit=unit, value=value, since=2021, label=label, choose=label)


def figures(frame: pd.DataFrame, manager_id: str, year: int) -> dict[str, Any]:
    """One row of a manager-year frame as plain values, None for what is missing."""
    chosen = frame[(frame["manager_id"] == manager_id) & (frame["year"] == year)]
    if len(chosen) != 1:
        raise KeyError(f"{len(chosen)} rows for {manager_id} in {year}")
    return {name: None if pd.isna(value) else value for name, value in chosen.iloc[0].items()}
