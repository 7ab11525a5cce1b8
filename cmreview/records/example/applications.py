"""The example company's applications: what people declare, and what their department says of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from cmreview.records.example.cases import REVIEW_YEAR
from cmreview.records.example.people import Person
from cmreview.records.example.service import Row
from cmreview.records.example.trade import Deal

Share = tuple[Deal, Decimal]

_EVIDENCE = (
    "2025年合同台账.xlsx",
    "客户满意度汇总.pdf",
    "等级考试合格证.pdf",
    "客户确认函.pdf",
    "投诉处理记录.pdf",
)
_OPINIONS = {
    "passed": (
        "申报数字与台账核对一致，同意上报。",
        "业绩真实，材料齐全，同意上报。",
        "经核对，个别数字以台账为准，同意上报。",
    ),
    "returned": ("部分材料缺失，请补充后再报。", "申报数字与台账不一致，请说明。"),
    "refused": ("不符合申报等级的学历要求，不同意上报。", "业绩未达申报等级要求，不同意上报。"),
}
_KEY = 500_000  # yuan; what people take for a key customer when they declare


def applications(
    rng: Random, people: Sequence[Person], deals: Sequence[Deal], tables: Mapping[str, Sequence[Row]]
) -> list[Row]:
    """One application for every case with a target, declared figures mostly as the records have them."""
    rows = []
    own = _own_deals(deals)
    for person in people:
        case = person.case
        if case is None or case.target is None:
            continue
        day = case.applied or _office_day(date(REVIEW_YEAR, 12, 1) + timedelta(days=rng.randrange(44)))
        row: Row = {"manager_id": person.manager_id, "target_level": case.target, "applied_on": day}
        for name, value in _figures(person, own[person.manager_id], tables).items():
            factor = Decimal(str(case.declared.get(name, 1)))
            row[f"declared_{name}"] = value if factor == 1 else _rounded(value * factor, 2)
        evidence = rng.sample(_EVIDENCE, rng.randint(2, 4))
        row["evidence"] = "；".join(sorted(evidence)) if case.evidence else None
        rows.append({**row, "admitted_by": case.admitted_by})
    return rows


def preliminary_reviews(rng: Random, people: Sequence[Person], applied: Sequence[Row]) -> list[Row]:
    """The department's decision on most applications; one was returned first and passed later."""
    days = {row["manager_id"]: row["applied_on"] for row in applied}
    heads = _heads(rng, people)
    rows = []
    for person in people:
        if person.case is None or person.manager_id not in days:
            continue
        day = days[person.manager_id]
        for decision in person.case.preliminary:
            day = _office_day(day + timedelta(days=rng.randint(3, 10)))
            rows.append(
                {
                    "manager_id": person.manager_id,
                    "year": REVIEW_YEAR,
                    "decision": decision,
                    "opinion": rng.choice(_OPINIONS[decision]),
                    "reviewer": heads[person.department],
                    "reviewed_on": day,
                }
            )
    return rows


def _heads(rng: Random, people: Sequence[Person]) -> dict[str, str]:
    """Who heads each department: nobody on the roster of account managers."""
    departments = sorted({person.department for person in people})
    return {
        name: rng.choice("陈林何郭高梁") + rng.choice(("建国", "雅琴", "志强", "美华"))
        for name in departments
    }


def _own_deals(deals: Sequence[Deal]) -> Mapping[str, list[Share]]:
    """By manager id, the contracts that were not cancelled, with the manager's share of each."""
    own: dict[str, list[Share]] = defaultdict(list)
    for deal in deals:
        if deal.cancelled is None:
            for person, share in deal.parts:
                own[person.manager_id].append((deal, share or Decimal(1)))
    return own


def _figures(person: Person, mine: Sequence[Share], tables: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    """What the person would count from the own records, naively; nothing where there is nothing to count."""
    if not any(deal.signed.year == REVIEW_YEAR for deal, _ in mine):
        return {}
    sales, before = (
        sum((deal.amount * share for deal, share in mine if deal.signed.year == year), Decimal(0))
        for year in (REVIEW_YEAR, REVIEW_YEAR - 1)
    )
    customers = {
        deal.customer.customer_id: deal.customer for deal, _ in mine if deal.signed.year == REVIEW_YEAR
    }
    worth = dict.fromkeys(customers, 0)
    for deal, _ in mine:
        if deal.signed.year == REVIEW_YEAR:
            worth[deal.customer.customer_id] += deal.amount
    won = [one for one in customers.values() if one.first.year == REVIEW_YEAR]
    found: dict[str, Any] = {"sales": sales, "new_customers": len(won)}
    if before:
        found["sales_growth"] = _rounded(sales / before - 1, 4)
    answers = _answers(person, tables["surveys"])
    if answers:
        found["satisfaction"] = _rounded(Decimal(sum(score >= 4 for score in answers)) / len(answers), 4)
    upheld = sum(
        row["manager_id"] == person.manager_id
        and row["received_on"].year == REVIEW_YEAR
        and row["upheld"] is not False
        for row in tables["complaints"]
    )
    found["complaint_rate"] = _rounded(Decimal(upheld) / len(customers), 4)
    found["key_customers"] = sum(one.key or worth[one.customer_id] >= _KEY for one in won)
    old = sum(one.first < date(REVIEW_YEAR - 2, 1, 1) for one in customers.values())
    found["long_term_share"] = _rounded(Decimal(old) / len(customers), 4)
    found["major_projects"] = sum(
        row["manager_id"] == person.manager_id
        and row["completed_on"] is not None
        and row["completed_on"].year == REVIEW_YEAR
        for row in tables["projects"]
    )
    return found


def _answers(person: Person, surveys: Sequence[Row]) -> list[Decimal]:
    """The latest answer of each customer in the review year."""
    latest: dict[str, Row] = {}
    for row in surveys:
        is_own = row["manager_id"] == person.manager_id  # asked first: few of all surveys are
        if is_own and row["score"] is not None and row["surveyed_on"].year == REVIEW_YEAR:
            before = latest.get(row["customer_id"])
            if before is None or before["surveyed_on"] < row["surveyed_on"]:
                latest[row["customer_id"]] = row
    return [row["score"] for row in latest.values()]


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _office_day(day: date) -> date:
    return day - timedelta(days=max(day.weekday() - 4, 0))
