"""Questions to the committee. Policy 1.3.a."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from cmreview.review.applications import applied
from cmreview.review.criteria import judge
from cmreview.review.declared import reconcile
from cmreview.review.model import Fact, Person, Preliminary, Spell, Told
from cmreview.review.questions import Circumstances, questions
from cmreview.review.rules import degree_rank
from cmreview.review.scoring import performance_score
from cmreview.review.year_end import December
from cmreview.terms import INDICATORS
from cmreview.words import find
from tests.builders import make_policy

POLICY = make_policy()


def fact(indicator, value, **more):
    exact = None if value is None else Fraction(value)
    return Fact(indicator, INDICATORS[indicator].unit, exact, **more)


SOLID = (
    fact("degree", degree_rank("bachelor")),
    fact("service_years", 4),
    fact("exam", 1, over_level="junior"),
    fact("new_customers", 8),
    fact("sales", 2_000_000),
    fact("satisfaction", Fraction(19, 20), numerator=Fraction(19), denominator=Fraction(20)),
)
PERSON = Person(
    manager_id="A",
    name="李雷",
    department="销售一部",
    level=None,
    degree="bachelor",
    hired_on=date(2020, 1, 1),
    account_manager_since=date(2020, 1, 1),
    left_on=None,
    history=(),
    leaves=(),
    outcomes=(),
)
PASSED = Preliminary("passed", "属实", "王经理", date(2026, 1, 5))


def row(day="2025-12-10", level="junior", evidence="清单", admitted_by=None):
    return {
        "target_level": level,
        "applied_on": date.fromisoformat(day),
        "evidence": evidence,
        "admitted_by": admitted_by,
    }


def asked(*facts, policy=POLICY, rows=None, person=None, declared=None, level="junior", **changes):
    """The questions about somebody who gives no reason for any, but for what is changed."""
    given = {each.indicator: each for each in facts}
    shown = [given.pop(each.indicator, each) for each in SOLID] + list(given.values())
    verdicts = [judge(criterion, shown, policy) for criterion in policy.criteria_for(level)]
    about = Circumstances(
        person=replace(PERSON, **(person or {})),
        applied=applied(rows or [row(level=level)], policy),
        preliminary=PASSED,
        facts=shown,
        verdicts=verdicts,
        score=performance_score(verdicts, policy),
        declared=reconcile(declared or {}, shown, policy),
        behind={},
        customers={"K1": "甲公司"},
        december=December(1, 20, 90, 1000),
        days_on_leave=0,
        active=Fraction(1),
        currency="CNY",
    )
    return questions(replace(about, **changes), policy)


def keys(*args, **more):
    return [told.key.removeprefix("review.question.") for told in asked(*args, **more)]


def one(*args, **more):
    (told,) = asked(*args, **more)
    return told.text("zh")


def test_where_nothing_is_unusual_nothing_is_asked():
    assert asked() == ()


# --- the application


def test_a_late_application_asks_who_admits_it_until_somebody_has():
    assert "2026年1月22日" in one(rows=[row("2026-01-22")])
    assert keys(rows=[row("2026-01-22", admitted_by="王主任")]) == []


def test_an_application_without_documents_asks_who_admits_it():
    assert keys(rows=[row(evidence=None)]) == ["no_documents"]
    assert keys(rows=[row("2026-01-22", evidence=None)]) == ["late", "no_documents"]


def test_what_is_not_reviewed_raises_no_question_about_its_criteria():
    missed = fact("satisfaction", None)
    assert keys(missed, rows=[row(evidence=None)]) == ["no_documents"]


def test_an_early_application_is_asked_about():
    assert keys(rows=[row("2025-11-20")]) == ["early"]


def test_earlier_applications_are_told():
    text = one(rows=[row("2025-12-05", "senior"), row("2025-12-20")])
    assert "2025年12月5日" in text
    assert "高级" in text


@pytest.mark.parametrize(
    ("held", "is_asked"), [(None, False), ("junior", True), ("intermediate", True), ("senior", True)]
)
def test_only_the_next_level_is_applied_for_without_a_question(held, is_asked):
    assert keys(person={"level": held}) == ["not_the_next_level"] * is_asked


@pytest.mark.parametrize(
    ("preliminary", "expected"),
    [
        (None, ["no_preliminary"]),
        (replace(PASSED, decision="returned"), ["preliminary_returned"]),
        (replace(PASSED, decision="refused"), ["preliminary_refused"]),
    ],
    ids=["none", "returned", "refused"],
)
def test_an_application_that_did_not_pass_the_department_is_asked_about(preliminary, expected):
    assert keys(preliminary=preliminary) == expected


# --- the year


def test_leave_is_asked_about_loudly_and_says_whether_thresholds_were_prorated():
    assert "359 天" in one(days_on_leave=359)
    assert keys(days_on_leave=359) == ["leave"]
    assert keys(days_on_leave=359, policy=make_policy(leave_treatment=None)) == ["leave"]
    prorated = make_policy(leave_treatment="prorate_threshold")
    assert keys(days_on_leave=359, policy=prorated) == ["leave_prorated"]


def spell(department, start, level="junior"):
    return Spell(department, level, date.fromisoformat(start), None)


def test_a_transfer_within_the_year_is_asked_about_and_an_earlier_one_is_not():
    history = (spell("销售二部", "2022-01-01"), spell("销售一部", "2025-07-01"))
    text = one(person={"history": history})
    assert "2025年7月1日" in text
    assert "销售二部" in text
    earlier = (spell("销售二部", "2022-01-01"), spell("销售一部", "2025-01-01"))
    assert keys(person={"history": earlier}) == []
    same = (spell("销售一部", "2022-01-01"), spell("销售一部", "2025-07-01", "intermediate"))
    assert keys(person={"history": same}) == []


def test_a_part_of_a_year_is_asked_about():
    assert keys(person={"hired_on": date(2025, 6, 16)}) == ["hired_in_year"]
    assert keys(person={"hired_on": date(2025, 1, 1)}) == []
    assert keys(person={"left_on": date(2025, 8, 31)}) == ["left"]


def test_the_first_year_of_the_records_is_asked_about():
    flagged = fact("new_customers", 8, remark=Told("review.remark.first_covered_year"))
    assert "第一年" in one(flagged)


# --- the criteria


def test_missing_evidence_is_asked_for_with_its_reason():
    remark = Told("review.evidence.no_answers")
    told = asked(fact("satisfaction", None, remark=remark))
    assert [each.key for each in told] == ["review.question.no_evidence", "review.question.partial_score"]
    assert told[0].text("zh") == "客户满意度（3.1.P3）缺证据：没有客户答卷。能否补充？"
    assert "70%" in told[1].text("zh")


def test_a_missing_rule_is_the_policys_and_no_question_about_a_person():
    assert keys(policy=make_policy(thresholds={"3.1.P2": None})) == ["partial_score"]


def test_close_to_the_line_is_asked_about_on_both_sides_with_value_and_threshold():
    assert "102 万元" in one(fact("sales", 1_020_000))
    assert keys(fact("sales", 1_020_000)) == ["close_met"]
    assert keys(fact("sales", 980_000)) == ["close_missed"]
    assert keys(fact("sales", 1_060_000)) == []


def test_value_and_threshold_are_never_written_alike():
    text = one(fact("sales", Decimal("999999.99")))
    assert "99.999999 万元" in text
    assert "100 万元" in text


def test_a_count_that_is_met_exactly_is_close_only_where_its_neighbours_are():
    assert keys(fact("new_customers", 5)) == []
    many = make_policy(thresholds={"3.1.P1": 40})
    assert keys(fact("new_customers", 40), policy=many) == ["close_met"]


def test_complaints_that_could_still_turn_out_unjustified_are_asked_about_where_they_decide():
    def rate(complaints, served, **more):
        value = Fraction(complaints, served)
        shown = fact("complaint_rate", value, numerator=Fraction(complaints), denominator=Fraction(served))
        return "complaints_open" in keys(shown, level="intermediate", person={"level": "junior"}, **more)

    assert rate(2, 20, complaints_open=2)
    assert not rate(3, 20, complaints_open=1)  # 2 of 20 would still be too many
    assert not rate(2, 20, complaints_open=0)
    assert not rate(0, 20, complaints_open=0)
    assert not rate(2, 20, complaints_open=2, policy=make_policy(unjustified_complaints="include"))


def test_contracts_of_the_last_days_that_alone_decide_are_asked_about():
    late = {"dated_on": date(2025, 12, 30), "amount": Decimal(600_000), "customer_id": "K2"}
    early = {"dated_on": date(2025, 3, 1), "amount": Decimal(700_000), "customer_id": "K1"}
    told = asked(fact("sales", 1_300_000), behind={"sales": [early, late]})
    assert [each.key for each in told] == ["review.question.lifted_contracts", "review.question.one_customer"]
    assert "不计则为 70 万元，标准 100 万元" in told[0].text("zh")


# --- the figures


def test_a_declared_figure_that_differs_is_asked_about_with_both():
    text = one(declared={"declared_sales": Decimal(2_500_000)})
    assert "250 万元" in text
    assert "200 万元" in text
    assert keys(declared={"declared_sales": Decimal(2_000_001)}) == []


def test_many_december_contracts_are_asked_about_only_where_chance_hardly_gives_them():
    assert keys(december=December(10, 30, 60, 600)) == ["december"]
    assert keys(december=December(5, 30, 60, 600)) == []
    assert keys(december=December(10, 30, 60, 600), policy=make_policy(year_end_p=None)) == []


def contract(customer, amount):
    return {"customer_id": customer, "amount": Decimal(amount), "dated_on": date(2025, 3, 1)}


def test_one_customer_above_the_limit_is_asked_about_and_at_the_limit_is_not():
    rows = [contract("K1", 600_000), contract("K1", 500_000), contract("K2", 900_000)]
    text = one(behind={"sales": rows})
    assert "甲公司" in text
    assert "55%" in text
    half = [contract("K1", 1_000_000), contract("K2", 1_000_000)]
    assert keys(behind={"sales": half}) == []
    assert keys(behind={"sales": rows}, policy=make_policy(concentration_limit=None)) == []


def test_a_customer_without_a_name_is_told_by_its_id():
    assert "K9" in one(behind={"sales": [contract("K9", 2_000_000)]})


def test_every_question_can_be_told_in_both_languages():
    placeholders = {
        key: {lang: set(_names(text[lang])) for lang in ("zh", "en")}
        for section in ("question", "remark", "note", "evidence", "rule", "short", "overall", "source")
        for key, text in find(f"review.{section}").items()
    }
    assert all(names["zh"] == names["en"] for names in placeholders.values())


def _names(text):
    from string import Formatter

    return [name for _, name, _, _ in Formatter().parse(text) if name]
