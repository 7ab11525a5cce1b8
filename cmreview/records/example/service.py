"""What the example company's people did besides selling: surveys, complaints, projects, exams, outcomes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from cmreview.records.example.cases import REVIEW_YEAR, YEARS
from cmreview.records.example.customers import Customer
from cmreview.records.example.people import MARKET, TYPICAL, Person
from cmreview.records.example.trade import Deal

Row = dict[str, Any]
Served = dict[tuple[str, int], list[Customer]]

_PROJECTS = (
    "仓储系统升级",
    "区域配送网络",
    "年度框架采购",
    "生产线改造",
    "数据平台建设",
    "冷链一体化",
    "园区能源管理",
)
_ARTICLES = (
    "大客户分层服务的实践",
    "渠道下沉的三个误区",
    "B2B 续约率的影响因素",
    "合同履约风险的早期信号",
    "客户成功团队的指标",
)
_AWARDS = ("省商业联合会服务创新奖", "全国商贸流通先进个人", "行业协会金牌顾问", "市级劳动竞赛二等奖")
_EXAM_DAY = (10, 18)
HONOUR = "优秀客户经理"


def served(deals: Iterable[Deal]) -> Served:
    """Customers that signed with a manager in a year, in order of their ids."""
    found: dict[tuple[str, int], dict[str, Customer]] = defaultdict(dict)
    for deal in deals:
        if deal.cancelled is None:
            for person, _ in deal.parts:
                found[person.manager_id, deal.signed.year][deal.customer.customer_id] = deal.customer
    return {key: [customers[one] for one in sorted(customers)] for key, customers in found.items()}


def surveys(rng: Random, people: Sequence[Person], customers: Served) -> list[Row]:
    """The survey of each autumn: about two thirds of the customers asked answer."""
    rows = []
    for year in YEARS:
        for person in people:
            plan, span = person.plan.get(year), person.span(year)
            if plan is None or span is None:
                continue
            last = min(span[1], date(year, 12, 12))
            first = min(max(span[0], last - timedelta(days=40)), last)
            scores: list[int | None]
            theirs = sorted(customers.get((person.manager_id, year), ()), key=lambda one: one.first)
            if plan.surveyed is None:
                asked = [one for one in theirs if one.first < first and rng.random() < 0.9]
                scores = [_score(rng) if rng.random() < 0.65 else None for _ in asked]
            else:
                satisfied, answered, count = plan.surveyed
                asked = theirs[:count]
                content, discontent = rng.choice((4, 5)), rng.choice((2, 3))
                scores = [content] * satisfied
                scores += [discontent] * (answered - satisfied) + [None] * (len(asked) - answered)
            for customer, score in zip(asked, scores, strict=True):
                day = _day_within(rng, first, last)
                rows.append(_survey(customer, person, day, score))
                before = day - timedelta(days=60)
                if score and plan.surveyed is None and before >= span[0] and rng.random() < 0.015:
                    # asked once before in that year: only the latest answer counts (Policy 5.1.c)
                    rows.append(_survey(customer, person, before, _score(rng)))
    return rows


def _day_within(rng: Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def _survey(customer: Customer, person: Person, day: date, score: int | None) -> Row:
    return {
        "customer_id": customer.customer_id,
        "manager_id": person.manager_id,
        "surveyed_on": day,
        "score": None if score is None else Decimal(score),
    }


def _score(rng: Random) -> int:
    return rng.choices((1, 2, 3, 4, 5), (1, 3, 9, 47, 40))[0]


def complaints(rng: Random, people: Sequence[Person], customers: Served) -> list[Row]:
    """Complaints: rare, two thirds upheld, the latest still being handled."""
    rows: list[Row] = []
    for year in YEARS:
        for person in people:
            theirs, plan, span = (
                customers.get((person.manager_id, year)),
                person.plan.get(year),
                person.span(year),
            )
            if not theirs or plan is None or span is None:
                continue
            verdicts = [rng.random() < 0.66 for _ in range(rng.choices((0, 1, 2), (76, 20, 4))[0])]
            if plan.complaints is not None:
                verdicts = [True] * plan.complaints[0] + [False] * plan.complaints[1]
            for upheld in verdicts:
                day = _day_within(rng, *span)
                is_open = plan.complaints is None and day > date(REVIEW_YEAR, 11, 20)
                row = {"customer_id": rng.choice(theirs).customer_id, "manager_id": person.manager_id}
                rows.append({**row, "received_on": day, "upheld": None if is_open else upheld})
    rows.sort(key=lambda row: (row["received_on"], row["manager_id"], row["customer_id"]))
    return _numbered(rows, "complaint_id", "TS", "received_on")


def projects(rng: Random, people: Sequence[Person]) -> list[Row]:
    """Major projects: those of the cases, and some of experienced people."""
    rows: list[Row] = []
    for person in people:
        led: list[tuple[date | None, float | None]] = list(person.case.projects if person.case else ())
        for year in YEARS:
            span = person.span(year)
            if span is None or person.case or person.level_on(span[1]) not in ("intermediate", "senior"):
                continue
            if rng.random() < 0.22:
                day = _day_within(rng, *span)
                is_open = year == REVIEW_YEAR and rng.random() < 0.3
                led.append((None, None) if is_open else (day, rng.lognormvariate(4.5, 0.5)))
        for completed, benefit in led:
            rows.append(
                {
                    "name": f"{rng.choice(_PROJECTS)}项目（{rng.choice('一二三四')}期）",
                    "manager_id": person.manager_id,
                    "completed_on": completed,
                    "benefit": None if benefit is None else Decimal(round(benefit * 10) * 1000),
                    "evidence": "验收报告.pdf；效益测算表.xlsx" if completed else None,
                }
            )
    rows.sort(key=lambda row: (row["completed_on"] or date.max, row["manager_id"]))
    return _numbered(rows, "project_id", "XM", "completed_on")


def _numbered(rows: list[Row], column: str, mark: str, day: str) -> list[Row]:
    """Rows with ids that count within each year; what is not finished counts in the review year."""
    counts: dict[int, int] = defaultdict(int)
    numbered = []
    for row in rows:
        year = row[day].year if row[day] else REVIEW_YEAR
        counts[year] += 1
        numbered.append({column: f"{mark}{year}-{counts[year]:04d}", **row})
    return numbered


def achievements(rng: Random, people: Sequence[Person]) -> list[Row]:
    """Articles and awards (行业成果) with their evidence."""
    rows = []
    for person in people:
        if person.case:
            theirs = list(person.case.achievements)
        else:
            chance = {"intermediate": 0.1, "senior": 0.35}.get(
                person.level_on(date(REVIEW_YEAR, 6, 30)) or "", 0
            )
            spans = [span for year in YEARS if (span := person.span(year)) and rng.random() < chance]
            theirs = [(rng.choice(("article", "award")), _day_within(rng, *span), True) for span in spans]
        for kind, day, has_evidence in theirs:
            titles = _ARTICLES if kind == "article" else _AWARDS
            row = {"manager_id": person.manager_id, "kind": kind, "dated_on": day}
            row["title"] = (
                f"《{rng.choice(titles)}》" if kind == "article" else f"{day.year}年{rng.choice(titles)}"
            )
            row["evidence"] = (
                ("期刊扫描件.pdf" if kind == "article" else "获奖证书.pdf") if has_evidence else None
            )
            rows.append(row)
    unique = {(row["manager_id"], row["kind"], row["title"]): row for row in rows}
    return list(unique.values())


def exams(rng: Random, people: Sequence[Person]) -> list[Row]:
    """Sittings of level exams: a pass before every level granted, and failed tries."""
    rows = []
    for person in people:
        for level, granted in _granted(person):
            if granted == person.hired:  # came with the level, examined elsewhere
                continue
            days = [date(granted.year - back, *_EXAM_DAY) for back in (2, 1)]
            if days[0] >= person.hired and rng.random() < 0.2:
                rows.append(_sitting(person, level, days[0], passed=False))
            rows.append(_sitting(person, level, max(days[1], person.hired), passed=True))
        if person.case and person.case.target and person.case.exam:
            day = date(REVIEW_YEAR, *_EXAM_DAY)
            rows.append(_sitting(person, person.case.target, day, passed=person.case.exam == "passed"))
    unique = {(row["manager_id"], row["level"], row["taken_on"]): row for row in rows}
    return list(unique.values())


def _granted(person: Person) -> Iterator[tuple[str, date]]:
    before: str | None = None
    for spell in person.spells:
        if spell.level and spell.level != before:
            yield spell.level, spell.start
        before = spell.level


def _sitting(person: Person, level: str, day: date, *, passed: bool) -> Row:
    return {"manager_id": person.manager_id, "level": level, "taken_on": day, "passed": passed}


def outcomes(rng: Random, people: Sequence[Person]) -> list[Row]:
    """Conclusions of the three years before the review year, for everybody who held a level."""
    rows = []
    for year in range(REVIEW_YEAR - 3, REVIEW_YEAR):
        for person in people:
            span, level = person.span(year), person.level_on(date(year, 12, 31))
            if span is None or level is None or year not in person.plan:
                continue
            attained = person.plan[year].sales / (TYPICAL[level][0] * MARKET[year])
            outcome = "met" if attained >= 0.85 else "missed"
            if (span[1] - span[0]).days < 300:
                outcome = "no_evidence"
            honour = HONOUR if outcome == "met" and attained > 1.15 and rng.random() < 0.3 else None
            row = {"manager_id": person.manager_id, "year": year, "level": level}
            rows.append({**row, "outcome": outcome, "honour": honour})
    return rows
