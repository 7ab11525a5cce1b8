"""A department's review by hand, with awkward people: tests of what people read start from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from cmreview.findings import Finding
from cmreview.policy.model import Group
from cmreview.review.criteria import judge, overall
from cmreview.review.model import (
    Application,
    Case,
    Declared,
    DepartmentReview,
    EarlierOutcome,
    Fact,
    Person,
    PolicySentence,
    Preliminary,
    RowCount,
    Score,
    SourceRow,
    Spell,
    Told,
    Totals,
    YearFigures,
)
from cmreview.review.scoring import performance_score
from cmreview.terms import INDICATORS, Label, Severity
from tests.builders import LEVELS, make_policy

DEPARTMENT = "销售一部"
HOSTILE = '<script>alert("x")</script>'
POLICY = make_policy()
COMPANY_SALES = Fraction(212_345_678)


def fact(indicator: str, value: Fraction | int | str | None, **more: object) -> Fact:
    """A fact whose unit is its indicator's."""
    exact = None if value is None else Fraction(value)
    return Fact(indicator, INDICATORS[indicator].unit, exact, **more)


def sales_facts(sales: int, before: int | None, contracts: int) -> tuple[Fact, ...]:
    """Sales, their growth over the year before (None: not known) and their share of the company's."""
    growth = None if before is None else Fraction(sales - before, before)
    return (
        fact("sales", sales, rows=contracts),
        fact(
            "sales_growth",
            growth,
            numerator=Fraction(sales),
            denominator=None if before is None else Fraction(before),
            rows=contracts,
            remark=Told("review.evidence.not_in_records") if before is None else None,
        ),
        fact(
            "sales_share",
            Fraction(sales) / COMPANY_SALES,
            numerator=Fraction(sales),
            denominator=COMPANY_SALES,
            rows=contracts,
        ),
    )


def share(indicator: str, numerator: int, denominator: int, rows: int) -> Fact:
    """A share or rate of counts; no evidence over nothing."""
    value = Fraction(numerator, denominator) if denominator else None
    return fact(
        indicator,
        value,
        numerator=Fraction(numerator),
        denominator=Fraction(denominator),
        rows=rows,
        remark=None if denominator else Told("review.evidence.not_in_records"),
    )


def tenure(indicator: str, years: int, days: int, over_level: str | None = None) -> Fact:
    """Years and days, as the calendar has them."""
    value = years + Fraction(days, 365)
    return fact(indicator, value, years=years, days=days, rows=1, over_level=over_level)


def person(manager_id: str, name: str, level: str | None, **more: object) -> Person:
    """Somebody hired in 2018 and at the present level since 2022."""
    history = (
        Spell("销售二部", None if level == "junior" else "junior", date(2018, 3, 1), date(2021, 12, 31)),
        Spell(DEPARTMENT, level, date(2022, 1, 1), None),
    )
    known = {
        "degree": "bachelor",
        "hired_on": date(2018, 3, 1),
        "account_manager_since": date(2017, 7, 1),
        "left_on": None,
        "history": history if level else (),
        "leaves": (),
        "outcomes": (),
    }
    return Person(manager_id=manager_id, name=name, department=DEPARTMENT, level=level, **(known | more))


def trend(*sales: int | None) -> tuple[YearFigures, ...]:
    """Five years of sales, the first of them a part year; customers follow."""
    return tuple(
        YearFigures(
            year=2021 + place,
            sales=None if amount is None else Fraction(amount),
            new_customers=None if amount is None else 3 + place,
            customers_served=None if amount is None else 20 + 6 * place,
            part_year=place == 0,
        )
        for place, amount in enumerate(sales)
    )


def applicant(
    who: Person,
    target: str,
    facts: Sequence[Fact],
    *,
    application: Application | None = None,
    score: Score | None = None,
    declared: Sequence[Declared] = (),
    questions: Sequence[Told] = (),
    preliminary: Preliminary | None = None,
    years: tuple[YearFigures, ...] = (),
    sources: tuple[SourceRow, ...] = (),
) -> Case:
    """An applicant's case, judged by the real rules; not judged while admission is awaited."""
    known = application or Application(
        target, date(2025, 12, 10), ("业绩汇总表.pdf", "客户评价函.pdf"), False
    )
    verdicts = tuple(judge(criterion, facts, POLICY) for criterion in POLICY.criteria_for(target))
    reviewed = not known.awaits_admission
    return Case(
        person=who,
        application=known,
        preliminary=preliminary,
        facts=tuple(facts),
        verdicts=verdicts if reviewed else (),
        overall=overall(verdicts) if reviewed else None,
        score=score if reviewed else None,
        declared=tuple(declared),
        questions=tuple(questions),
        trend=years,
        sources=sources,
    )


def manager(who: Person, facts: Sequence[Fact]) -> Case:
    """Somebody without an application, held against the performance requirements of the level held."""
    wanted = POLICY.criteria_for(who.level, Group.PERFORMANCE) if who.level else ()
    verdicts = tuple(judge(criterion, facts, POLICY) for criterion in wanted)
    return Case(
        person=who,
        application=None,
        preliminary=None,
        facts=tuple(facts),
        verdicts=verdicts,
        overall=overall(verdicts) if verdicts else None,
        score=None,
        declared=(),
        questions=(),
        trend=(),
        sources=(),
    )


def scored(case: Case, rank: int, of: int) -> Case:
    """The case with its score by the real rules, and a rank."""
    score = performance_score(case.verdicts, POLICY)
    ranked = replace(
        score, rank_in_company=rank, of_company=of, rank_in_department=1, of_department=1, tied=rank == 2
    )
    return replace(case, score=ranked)


def _senior() -> Case:
    facts = (
        fact("degree", 4, rows=1),
        tenure("service_years", 8, 184),
        tenure("level_years", 4, 0, "intermediate"),
        fact("exam", 1, rows=1, over_level="senior"),
        fact("industry_influence", 2, rows=2),
        *sales_facts(6_385_000, 5_210_000, 37),
        fact(
            "new_customer_growth",
            Fraction(14) / Fraction(19, 2) - 1,
            numerator=Fraction(14),
            denominator=Fraction(19, 2),
            rows=14,
            over_level="intermediate",
        ),
        fact("new_customers", 14, rows=14),
        share("satisfaction", 41, 45, 45),
        share("complaint_rate", 2, 52, 2),
        fact("key_customers", 3, rows=3),
        share("long_term_share", 36, 52, 52),
        fact("major_projects", 1, rows=1),
    )
    declared = (
        Declared(
            "sales",
            INDICATORS["sales"].unit,
            Fraction(6_800_000),
            Fraction(6_385_000),
            Fraction(415_000),
            Fraction(83, 1277),
            False,
        ),
        Declared(
            "new_customers",
            INDICATORS["new_customers"].unit,
            Fraction(14),
            Fraction(14),
            Fraction(0),
            Fraction(0),
            True,
        ),
        Declared("satisfaction", INDICATORS["satisfaction"].unit, None, Fraction(41, 45), None, None, None),
    )
    sources = tuple(
        SourceRow(
            "sales",
            f"HT-2025-{place:04}",
            date(2025, 1 + place % 12, 3),
            f"客户{place}有限公司",
            Fraction(172_567) + Fraction(place, 4),
        )
        for place in range(1, 38)
    )
    case = applicant(
        person(
            "00123",
            "陈思远",
            "intermediate",
            degree="master",
            outcomes=(EarlierOutcome(2024, "intermediate", "met", "优秀客户经理"),),
        ),
        "senior",
        facts,
        declared=declared,
        questions=(Told("review.rule.threshold_open"),),
        preliminary=Preliminary("passed", "数据属实，同意上报。", "周敏", date(2026, 1, 20)),
        years=trend(2_900_000, 3_800_000, 4_450_000, 5_210_000, 6_385_000),
        sources=sources,
    )
    return scored(case, 1, 4)


def _near_miss() -> Case:
    facts = (
        fact("degree", 3, rows=1),
        tenure("service_years", 8, 184),
        tenure("level_years", 3, 1, "junior"),
        fact("exam", 1, rows=1, over_level="intermediate"),
        *sales_facts(3_449_880, 3_000_000, 21),
        fact(
            "new_customer_growth",
            None,
            unbounded=True,
            numerator=Fraction(4),
            denominator=Fraction(0),
            rows=4,
            over_level="junior",
        ),
        share("complaint_rate", 1, 20, 1),
        fact("key_customers", 0),
    )
    case = applicant(
        person("A01", "王伟", "junior", leaves=((date(2025, 3, 1), date(2025, 4, 30)),)),
        "intermediate",
        facts,
        preliminary=Preliminary("returned", None, "周敏", date(2026, 1, 21)),
        years=trend(None, None, 2_100_000, 3_000_000, 3_449_880),
    )
    return scored(case, 2, 9)


def _unevidenced() -> Case:
    facts = (
        fact("degree", None, remark=Told("review.evidence.not_in_records")),
        tenure("service_years", 1, 0),
        fact("new_customers", 5, rows=5),
        *sales_facts(1_000_000, None, 6),
    )
    return scored(
        applicant(
            person("A02", "王伟", None), "junior", facts, years=trend(None, None, None, None, 1_000_000)
        ),
        1,
        1,
    )


def _awaiting() -> Case:
    application = Application("junior", date(2026, 2, 3), (), True)
    return applicant(person("X-9", f"李{HOSTILE}娜", None), "junior", (), application=application)


def sample_review(department: str = DEPARTMENT) -> DepartmentReview:
    """Four applicants and three others, with findings, row counts and every kind of verdict."""
    others = (
        manager(
            person("B1", "𠮷田明", "junior"),
            (fact("new_customers", 2, rows=2), *sales_facts(640_000, 700_000, 5)),
        ),
        manager(
            person("B2", "欧阳莉", "intermediate"),
            (*sales_facts(3_600_000, 3_000_000, 18), fact("key_customers", 2, rows=2)),
        ),
        manager(person("B3", '=HYPERLINK("http://x")', None), ()),
    )
    findings = (
        Finding(
            "records.missing",
            Severity.ERROR,
            "销售一部.xlsx",
            "contracts",
            "合同",
            18,
            "合同金额",
            HOSTILE,
            department,
        ),
        Finding(
            "records.digits_lost",
            Severity.WARNING,
            "销售一部.xlsx",
            "surveys",
            "满意度",
            4,
            "满意度评分",
            "9\x00",
            department,
            True,
        ),
    )
    return DepartmentReview(
        year=2025,
        company=POLICY.company,
        edition=POLICY.edition,
        currency="CNY",
        currency_label=Label("元", "yuan"),
        policy_currency="CNY",
        levels=tuple((level.id, level.label) for level in LEVELS),
        department=department,
        applicants=(_senior(), _near_miss(), _unevidenced(), _awaiting()),
        others=others,
        totals=Totals(COMPANY_SALES, Fraction(31_234_567), 118, 7, 6, 1),
        findings=findings,
        row_counts=(
            RowCount("contracts", "销售一部.xlsx", 412, 411, 1),
            RowCount("managers", "销售一部.xlsx", 7, 7, 0),
        ),
        policy_sentences=(
            PolicySentence(
                "3.1.P1", Label("近一年客户开发数量不少于 5 个。", "At least 5 new customers in the year.")
            ),
            PolicySentence(
                "3.1.P2",
                Label("年度业务销售额不少于 100 万元。", "At least 1,000,000 yuan of sales in the year."),
            ),
        ),
        notes=(),
        data_sha256="ab" * 32,
        policy_sha256="cd" * 32,
        version="0.1.0",
    )
