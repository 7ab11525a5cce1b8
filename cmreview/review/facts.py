"""From one row of the manager-year frame and one dossier to facts: each indicator with its evidence."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from fractions import Fraction

from cmreview.policy.model import Policy
from cmreview.review import qualifications
from cmreview.review.evidence import Evidence, lacking, standing, unknown
from cmreview.review.model import ROWS_OF, Fact, Figure, Told
from cmreview.terms import INDICATORS, Unit


def facts(
    evidence: Evidence, policy: Policy, level: str | None, only: Collection[str] = INDICATORS
) -> tuple[Fact, ...]:
    """Every indicator of one person in one year (Policy 3, 5.1).

    Tenures, exams and growths over a tenure are those that the criteria of ``level`` ask for; there
    are none for None. Nothing is counted as zero because it is missing: such a fact has no value,
    and a remark that says why.
    """
    asked = [] if level is None else [(c.indicator, c.over_level) for c in policy.criteria_for(level)]
    found = []
    for name in INDICATORS:
        if name not in only:
            continue
        if name in _OVER_LEVEL:
            overs = dict.fromkeys(over for asked_for, over in asked if asked_for == name and over)
            facts_of = [replace(_OVER_LEVEL[name](evidence, over), over_level=over) for over in overs]
        else:
            facts_of = [_PLAIN[name](evidence)]
        rows = evidence.counted.get(ROWS_OF.get(name, name), 0)
        # a person's own tables were counted where they were read
        found += [fact if fact.rows or not rows else replace(fact, rows=rows) for fact in facts_of]
    return tuple(found)


def _sales(evidence: Evidence) -> Fact:
    """Sales (业务销售额). Policy 3.1.P2, 3.2.P2, 3.3.P2, 5.1.a."""
    sales = _number(evidence, "sales")
    if sales is None:
        return unknown("sales", _no_contracts(evidence))
    return Fact("sales", Unit.MONEY, sales)


def _sales_growth(evidence: Evidence) -> Fact:
    """Growth of sales over the year before (销售额增长). Policy 3.2.P3."""
    now, before = _number(evidence, "sales"), _number(evidence, "previous_sales")
    if now is None:
        return unknown("sales_growth", _no_contracts(evidence))
    if before is None:
        return unknown("sales_growth", lacking("previous_year", year=str(evidence.year - 1)), now)
    if before < 0 or now < 0:
        return unknown("sales_growth", lacking("negative_sales"), now, before)
    is_part = bool(evidence.row and evidence.row["previous_is_part_year"])
    remark = standing("part_year") if is_part else None
    return replace(_growth("sales_growth", now, before), part_year=is_part, remark=remark)


def _sales_share(evidence: Evidence) -> Fact:
    """Share of the sales of the whole company (占公司销售额比例). Policy 3.3.P3."""
    sales, company = _number(evidence, "sales"), _number(evidence, "company_sales")
    if sales is None:
        return unknown("sales_share", _no_contracts(evidence))
    if company is None or company <= 0:
        return unknown("sales_share", lacking("company_sales"), sales, company)
    return Fact("sales_share", Unit.SHARE, sales / company, numerator=sales, denominator=company)


def _new_customers(evidence: Evidence) -> Fact:
    """Customers won in the year (客户开发数量). Policy 3.1.P1, 5.1.b."""
    won = _number(evidence, "new_customers")
    if won is None:
        return unknown("new_customers", _no_contracts(evidence))
    is_first = bool(evidence.row and evidence.row["first_covered_year"])
    return Fact("new_customers", Unit.COUNT, won, remark=standing("first_covered_year") if is_first else None)


def _new_customer_growth(evidence: Evidence, level: str) -> Fact:
    """Growth over the average of the tenure at ``level`` (客户开发增长). Policy 3.2.P1, 3.3.P1."""
    won = _number(evidence, "new_customers")
    if won is None:
        return unknown("new_customer_growth", _no_contracts(evidence))
    at_level = _number(evidence, f"won_at_{level}")
    common = _number(evidence, f"days_common_at_{level}") or Fraction(0)
    leap = _number(evidence, f"days_leap_at_{level}") or Fraction(0)
    years = common / 365 + leap / 366
    if at_level is None or not years:
        return unknown("new_customer_growth", lacking("no_tenure"), won)
    includes_first = bool(evidence.row and evidence.row[f"first_year_in_tenure_at_{level}"])
    remark = standing("first_year_in_average") if includes_first else None
    return replace(_growth("new_customer_growth", won, at_level / years), remark=remark)


def _satisfaction(evidence: Evidence) -> Fact:
    """Satisfied among those who answered (客户满意度). Policy 3.1.P3, 5.1.c."""
    asked, answers = _number(evidence, "asked"), _number(evidence, "answers")
    satisfied = _number(evidence, "satisfied")
    if asked is None or answers is None or satisfied is None:
        return unknown("satisfaction", _without_table(evidence, "surveys"))
    if not answers:
        return unknown("satisfaction", lacking("no_answers"), satisfied, answers)
    silent = asked - answers
    remark = None
    if silent > 0:  # nothing is assumed of those who did not answer (Manski's bounds)
        remark = standing(
            "unanswered",
            asked=str(asked),
            answers=str(answers),
            low=Figure(satisfied / asked, Unit.SHARE),
            high=Figure((satisfied + silent) / asked, Unit.SHARE),
        )
    return Fact("satisfaction", Unit.SHARE, satisfied / answers, satisfied, answers, remark=remark)


def _complaint_rate(evidence: Evidence) -> Fact:
    """Complaints over customers served (客户投诉率). Policy 3.2.P4, 5.1.d."""
    return _part_of_served(evidence, "complaint_rate", "complaints", _without_table(evidence, "complaints"))


def _long_term_share(evidence: Evidence) -> Fact:
    """Long-term among the customers served (长期合作客户比例). Policy 3.3.P4."""
    served = _number(evidence, "customers_served")
    remark = _no_contracts(evidence) if served is None else lacking("records_too_young")
    return _part_of_served(evidence, "long_term_share", "long_term_customers", remark)


def _part_of_served(evidence: Evidence, indicator: str, column: str, without: Told) -> Fact:
    part, served = _number(evidence, column), _number(evidence, "customers_served")
    if part is None or served is None:
        remark = without if served is not None or evidence.row is None else _no_contracts(evidence)
        return unknown(indicator, remark, part, served)
    if not served:
        return unknown(indicator, lacking("no_customers"), part, served)
    return Fact(indicator, Unit.SHARE, part / served, part, served)


def _key_customers(evidence: Evidence) -> Fact:
    """Key customers won, those with a blank mark open (重点客户拓展). Policy 3.2.P5, 5.1.e."""
    won = _number(evidence, "key_customers")
    if _in_other_money(evidence) and "customers" in evidence.tables:
        return unknown("key_customers", _other_money(evidence))
    if won is None:
        return unknown("key_customers", _without_table(evidence, "customers"))
    open_ = evidence.open_key_customers
    remark = standing("mark_blank", count=str(open_)) if open_ else None
    return Fact("key_customers", Unit.COUNT, won, open_rows=open_, remark=remark)


def _major_projects(evidence: Evidence) -> Fact:
    """Projects completed, those with a blank cell open (重大项目). Policy 3.3.P5, 5.1.f."""
    done = _number(evidence, "projects")
    if _in_other_money(evidence) and "projects" in evidence.tables:
        return unknown("major_projects", _other_money(evidence))
    if done is None:
        return unknown("major_projects", _without_table(evidence, "projects"))
    open_ = int(_number(evidence, "projects_open") or 0)
    remark = standing("project_blank", count=str(open_)) if open_ else None
    return Fact("major_projects", Unit.COUNT, done, open_rows=open_, remark=remark)


_PLAIN: Mapping[str, Callable[[Evidence], Fact]] = {
    "degree": qualifications.degree,
    "service_years": qualifications.service,
    "industry_influence": qualifications.industry_influence,
    "sales": _sales,
    "sales_growth": _sales_growth,
    "sales_share": _sales_share,
    "new_customers": _new_customers,
    "satisfaction": _satisfaction,
    "complaint_rate": _complaint_rate,
    "key_customers": _key_customers,
    "long_term_share": _long_term_share,
    "major_projects": _major_projects,
}
_OVER_LEVEL: Mapping[str, Callable[[Evidence, str], Fact]] = {
    "level_years": qualifications.level_years,
    "exam": qualifications.exam,
    "new_customer_growth": _new_customer_growth,
}


def _growth(indicator: str, now: Fraction, before: Fraction) -> Fact:
    if before:
        return Fact(indicator, Unit.SHARE, now / before - 1, now, before)
    if now > 0:
        return Fact(indicator, Unit.SHARE, None, now, before, unbounded=True)
    return Fact(indicator, Unit.SHARE, Fraction(0), now, before)


def _in_other_money(evidence: Evidence) -> bool:
    """Whether amounts of the records can't be held against amounts of the policy."""
    records, policy = evidence.currencies
    return records != policy


def _other_money(evidence: Evidence) -> Told:
    records, policy = evidence.currencies
    return Told("review.rule.currency_differs", (("records", records), ("policy", policy)))


def _number(evidence: Evidence, column: str) -> Fraction | None:
    value = None if evidence.row is None else evidence.row[column]
    return None if value is None else Fraction(value)


def _no_contracts(evidence: Evidence) -> Told:
    was_there = evidence.row is not None or not evidence.is_covered
    return lacking("contracts_not_covered" if was_there else "not_there", year=str(evidence.year))


def _without_table(evidence: Evidence, table: str) -> Told:
    if evidence.row is None or table in evidence.tables:
        return _no_contracts(evidence)
    return lacking(f"{table}_not_handed_in")
