"""From one row of the manager-year frame and one dossier to facts: each indicator with its evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from cmreview.policy.model import Policy
from cmreview.review import tenure
from cmreview.review.dossier import Dossier, Row
from cmreview.review.model import ROWS_OF, Fact, Figure, Told
from cmreview.review.rules import degree_rank
from cmreview.terms import INDICATORS, Unit


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the facts of one person in one year are taken from.

    ``row`` is the person's row of the frame, a missing value being None; there is none where the
    person was not there in the year, or where the contracts do not cover it (``is_covered``).
    ``tables`` are those that were handed in, ``counted`` the number of source rows by indicator,
    ``open_key_customers`` the customers won whose mark as key customer is blank.
    """

    year: int
    row: Row | None
    dossier: Dossier
    tables: frozenset[str]
    counted: Mapping[str, int]
    open_key_customers: int = 0
    is_covered: bool = True

    @property
    def last_day(self) -> date:
        """31 December of the review year (Policy 5.2)."""
        return date(self.year, 12, 31)


def facts(evidence: Evidence, policy: Policy, level: str | None) -> tuple[Fact, ...]:
    """Every indicator of one person in one year (Policy 3, 5.1).

    Tenures, exams and growths over a tenure are those that the criteria of ``level`` ask for; there
    are none for None. Nothing is counted as zero because it is missing: such a fact has no value,
    and a remark that says why.
    """
    asked = [] if level is None else [(c.indicator, c.over_level) for c in policy.criteria_for(level)]
    found = []
    for name in INDICATORS:
        if name in _OVER_LEVEL:
            overs = dict.fromkeys(over for asked_for, over in asked if asked_for == name and over)
            facts_of = [replace(_OVER_LEVEL[name](evidence, over), over_level=over) for over in overs]
        else:
            facts_of = [_PLAIN[name](evidence)]
        rows = evidence.counted.get(ROWS_OF.get(name, name), 0)
        # a person's own tables were counted where they were read
        found += [fact if fact.rows else replace(fact, rows=rows) for fact in facts_of]
    return tuple(found)


# --- qualifications, from the tables of people


def _degree(evidence: Evidence) -> Fact:
    """Education (学历), as a rank. Policy 3.1.Q1, 3.2.Q1, 3.3.Q1."""
    rank = degree_rank(evidence.dossier.manager["degree"])
    if rank is None:
        return _unknown("degree", _lacking("degree_blank"))
    return Fact("degree", Unit.DEGREE, rank)


def _service(evidence: Evidence) -> Fact:
    """Years as account manager (从业年限). Policy 3.1.Q2, 3.2.Q2, 3.3.Q2."""
    manager = evidence.dossier.manager
    served = tenure.service(manager["account_manager_since"], evidence.last_day, manager["left_on"])
    return _tenure("service_years", served, _lacking("since_blank"))


def _level_years(evidence: Evidence, level: str) -> Fact:
    """Years held at the level below (任职年限). Policy 3.2.Q3, 3.3.Q3."""
    spells = evidence.dossier.spells
    held = tenure.years_at_level(spells, level, evidence.last_day)
    if held is None and spells:
        held = tenure.Tenure(0, 0)  # the history knows the person, and not at that level
    return _tenure("level_years", held, _lacking("no_level_history"))


def _tenure(indicator: str, held: tenure.Tenure | None, remark: Told) -> Fact:
    if held is None:
        return _unknown(indicator, remark)
    return Fact(indicator, Unit.YEARS, held.fraction, years=held.years, days=held.days)


def _exam(evidence: Evidence, level: str) -> Fact:
    """A dated pass up to the year's end, or only failures (考试). Policy 3.1.Q3, 3.2.Q4, 3.3.Q4."""
    taken = [
        row
        for row in evidence.dossier.exams
        if row["level"] == level and row["taken_on"] is not None and row["taken_on"] <= evidence.last_day
    ]
    if not taken:
        remark = _lacking("no_exam" if "exams" in evidence.tables else "exams_not_handed_in")
        return _unknown("exam", remark)
    passed = any(row["passed"] for row in taken)
    return Fact("exam", Unit.FLAG, Fraction(passed), rows=len(taken))


def _industry_influence(evidence: Evidence) -> Fact:
    """Dated articles and awards with evidence, up to the year's end (行业影响力). Policy 3.3.Q5."""
    if "achievements" not in evidence.tables:
        return _unknown("industry_influence", _lacking("achievements_not_handed_in"))
    dated = [
        row
        for row in evidence.dossier.achievements
        if row["dated_on"] is not None and row["dated_on"] <= evidence.last_day
    ]
    proven = sum(bool((row["evidence"] or "").strip()) for row in dated)
    without = len(dated) - proven
    remark = _standing("without_evidence", count=str(without)) if without else None
    value = Fraction(proven)
    return Fact("industry_influence", Unit.COUNT, value, rows=len(dated), open_rows=without, remark=remark)


# --- performance, from the frame


def _sales(evidence: Evidence) -> Fact:
    """Sales (业务销售额). Policy 3.1.P2, 3.2.P2, 3.3.P2, 5.1.a."""
    sales = _number(evidence, "sales")
    if sales is None:
        return _unknown("sales", _no_contracts(evidence))
    return Fact("sales", Unit.MONEY, sales)


def _sales_growth(evidence: Evidence) -> Fact:
    """Growth of sales over the year before (销售额增长). Policy 3.2.P3."""
    now, before = _number(evidence, "sales"), _number(evidence, "previous_sales")
    if now is None:
        return _unknown("sales_growth", _no_contracts(evidence))
    if before is None:
        return _unknown("sales_growth", _lacking("previous_year", year=str(evidence.year - 1)), now)
    if before < 0 or now < 0:
        return _unknown("sales_growth", _lacking("negative_sales"), now, before)
    is_part = bool(evidence.row and evidence.row["previous_is_part_year"])
    remark = _standing("part_year") if is_part else None
    return replace(_growth("sales_growth", now, before), part_year=is_part, remark=remark)


def _sales_share(evidence: Evidence) -> Fact:
    """Share of the sales of the whole company (占公司销售额比例). Policy 3.3.P3."""
    sales, company = _number(evidence, "sales"), _number(evidence, "company_sales")
    if sales is None:
        return _unknown("sales_share", _no_contracts(evidence))
    if company is None or company <= 0:
        return _unknown("sales_share", _lacking("company_sales"), sales, company)
    return Fact("sales_share", Unit.SHARE, sales / company, numerator=sales, denominator=company)


def _new_customers(evidence: Evidence) -> Fact:
    """Customers won in the year (客户开发数量). Policy 3.1.P1, 5.1.b."""
    won = _number(evidence, "new_customers")
    if won is None:
        return _unknown("new_customers", _no_contracts(evidence))
    is_first = bool(evidence.row and evidence.row["first_covered_year"])
    return Fact(
        "new_customers", Unit.COUNT, won, remark=_standing("first_covered_year") if is_first else None
    )


def _new_customer_growth(evidence: Evidence, level: str) -> Fact:
    """Growth over the average of the tenure at ``level`` (客户开发增长). Policy 3.2.P1, 3.3.P1."""
    won = _number(evidence, "new_customers")
    if won is None:
        return _unknown("new_customer_growth", _no_contracts(evidence))
    at_level = _number(evidence, f"won_at_{level}")
    common = _number(evidence, f"days_common_at_{level}") or Fraction(0)
    leap = _number(evidence, f"days_leap_at_{level}") or Fraction(0)
    years = common / 365 + leap / 366
    if at_level is None or not years:
        return _unknown("new_customer_growth", _lacking("no_tenure"), won)
    includes_first = bool(evidence.row and evidence.row[f"first_year_in_tenure_at_{level}"])
    remark = _standing("first_year_in_average") if includes_first else None
    return replace(_growth("new_customer_growth", won, at_level / years), remark=remark)


def _satisfaction(evidence: Evidence) -> Fact:
    """Satisfied among those who answered (客户满意度). Policy 3.1.P3, 5.1.c."""
    asked, answers = _number(evidence, "asked"), _number(evidence, "answers")
    satisfied = _number(evidence, "satisfied")
    if asked is None or answers is None or satisfied is None:
        return _unknown("satisfaction", _without_table(evidence, "surveys"))
    if not answers:
        return _unknown("satisfaction", _lacking("no_answers"), satisfied, answers)
    silent = asked - answers
    remark = None
    if silent > 0:  # nothing is assumed of those who did not answer (Manski's bounds)
        remark = _standing(
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
    remark = _no_contracts(evidence) if served is None else _lacking("records_too_young")
    return _part_of_served(evidence, "long_term_share", "long_term_customers", remark)


def _part_of_served(evidence: Evidence, indicator: str, column: str, without: Told) -> Fact:
    part, served = _number(evidence, column), _number(evidence, "customers_served")
    if part is None or served is None:
        remark = without if served is not None or evidence.row is None else _no_contracts(evidence)
        return _unknown(indicator, remark, part, served)
    if not served:
        return _unknown(indicator, _lacking("no_customers"), part, served)
    return Fact(indicator, Unit.SHARE, part / served, part, served)


def _key_customers(evidence: Evidence) -> Fact:
    """Key customers won, those with a blank mark open (重点客户拓展). Policy 3.2.P5, 5.1.e."""
    won = _number(evidence, "key_customers")
    if won is None:
        return _unknown("key_customers", _without_table(evidence, "customers"))
    open_ = evidence.open_key_customers
    remark = _standing("mark_blank", count=str(open_)) if open_ else None
    return Fact("key_customers", Unit.COUNT, won, open_rows=open_, remark=remark)


def _major_projects(evidence: Evidence) -> Fact:
    """Projects completed, those with a blank cell open (重大项目). Policy 3.3.P5, 5.1.f."""
    done = _number(evidence, "projects")
    if done is None:
        return _unknown("major_projects", _without_table(evidence, "projects"))
    open_ = int(_number(evidence, "projects_open") or 0)
    remark = _standing("project_blank", count=str(open_)) if open_ else None
    return Fact("major_projects", Unit.COUNT, done, open_rows=open_, remark=remark)


_PLAIN: Mapping[str, Callable[[Evidence], Fact]] = {
    "degree": _degree,
    "service_years": _service,
    "industry_influence": _industry_influence,
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
    "level_years": _level_years,
    "exam": _exam,
    "new_customer_growth": _new_customer_growth,
}


def _unknown(
    indicator: str, why: Told, numerator: Fraction | None = None, denominator: Fraction | None = None
) -> Fact:
    return Fact(indicator, INDICATORS[indicator].unit, None, numerator, denominator, remark=why)


def _growth(indicator: str, now: Fraction, before: Fraction) -> Fact:
    if before:
        return Fact(indicator, Unit.SHARE, now / before - 1, now, before)
    if now > 0:
        return Fact(indicator, Unit.SHARE, None, now, before, unbounded=True)
    return Fact(indicator, Unit.SHARE, Fraction(0), now, before)


def _number(evidence: Evidence, column: str) -> Fraction | None:
    value = None if evidence.row is None else evidence.row[column]
    return None if value is None else Fraction(value)


def _no_contracts(evidence: Evidence) -> Told:
    was_there = evidence.row is not None or not evidence.is_covered
    return _lacking("contracts_not_covered" if was_there else "not_there", year=str(evidence.year))


def _without_table(evidence: Evidence, table: str) -> Told:
    if evidence.row is None or table in evidence.tables:
        return _no_contracts(evidence)
    return _lacking(f"{table}_not_handed_in")


def _lacking(key: str, **values: str) -> Told:
    return Told(f"review.evidence.{key}", tuple(values.items()))


def _standing(key: str, **values: str | Figure) -> Told:
    return Told(f"review.remark.{key}", tuple(values.items()))
