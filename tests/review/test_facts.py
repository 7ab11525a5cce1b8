"""From a row of the frame and a dossier to facts."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from cmreview.records.schema import TABLES
from cmreview.review.counting.frame import AT_LEVEL, COLUMNS
from cmreview.review.criteria import judge
from cmreview.review.dossier import Dossier
from cmreview.review.evidence import Evidence
from cmreview.review.facts import facts
from cmreview.review.model import Spell
from cmreview.terms import INDICATORS, Outcome
from tests.builders import make_policy

POLICY = make_policy()
HANDED_IN = frozenset(TABLES)
YEAR = 2025

# A full year in which every figure is evidenced.
ROW = {
    "sales": 690,
    "previous_sales": 600,
    "company_sales": 6900,
    "previous_is_part_year": False,
    "new_customers": 6,
    "first_covered_year": False,
    "customers_served": 20,
    "complaints": 1,
    "asked": 10,
    "answers": 10,
    "satisfied": 9,
    "key_customers": 2,
    "long_term_customers": 12,
    "projects": 1,
    "projects_open": 0,
    "won_at_junior": 8,
    "days_common_at_junior": 730,
    "days_leap_at_junior": 0,
    "first_year_in_tenure_at_junior": False,
    "won_at_intermediate": None,
    "days_common_at_intermediate": 0,
    "days_leap_at_intermediate": 0,
    "first_year_in_tenure_at_intermediate": False,
}
MANAGER = {"degree": "bachelor", "account_manager_since": date(2020, 1, 1), "left_on": None}


def known(
    level="intermediate",
    *,
    row=ROW,
    tables=HANDED_IN,
    counted=None,
    open_key=0,
    manager=MANAGER,
    covered=True,
    currency="CNY",
    **rows,
):
    evidence = Evidence(
        year=YEAR,
        row=row,
        dossier=Dossier(manager, **rows),
        tables=tables,
        counted=counted or {},
        open_key_customers=open_key,
        is_covered=covered,
        currencies=(currency, "CNY"),
    )
    return {fact.indicator: fact for fact in facts(evidence, POLICY, level)}


def fact(indicator, level="intermediate", **changes):
    columns = {name: value for name, value in changes.items() if name in ROW}
    rest = {name: value for name, value in changes.items() if name not in ROW}
    return known(level, row=ROW | columns, **rest)[indicator]


def test_the_rows_of_these_tests_have_the_columns_of_the_frame():
    at_level = {f"{name}_{level}" for name in AT_LEVEL for level in ("junior", "intermediate")}
    assert set(ROW) <= set(COLUMNS) | at_level


def test_every_indicator_has_its_value_where_everything_was_handed_in():
    passed = {"level": "intermediate", "taken_on": date(2024, 6, 1), "passed": True}
    spells = (Spell("销售一部", "junior", date(2022, 1, 1), None),)
    award = {"dated_on": date(2025, 5, 1), "evidence": "证书"}
    told = known(exams=(passed,), spells=spells, achievements=(award,))
    assert {name: each.value for name, each in told.items()} == {
        "degree": 3,
        "service_years": 6,
        "level_years": 4,
        "exam": 1,
        "industry_influence": 1,
        "sales": 690,
        "sales_growth": Fraction(15, 100),
        "sales_share": Fraction(1, 10),
        "new_customers": 6,
        "new_customer_growth": Fraction(1, 2),
        "satisfaction": Fraction(9, 10),
        "complaint_rate": Fraction(1, 20),
        "key_customers": 2,
        "long_term_share": Fraction(3, 5),
        "major_projects": 1,
    }
    assert set(told) == set(INDICATORS)
    assert all(each.remark is None for each in told.values())


def test_without_any_row_or_table_nothing_is_known_and_every_remark_says_why():
    blank = {"degree": None, "account_manager_since": None, "left_on": None}
    for told in (
        known(row=None, tables=frozenset(), manager=blank),
        known(row=dict.fromkeys(ROW), tables=frozenset(), manager=blank),
    ):
        assert set(told) == set(INDICATORS)
        for each in told.values():
            assert (each.value, each.unbounded, each.open_rows) == (None, False, 0)
            assert each.remark.text("zh")
            assert each.remark.text("en")


def test_tenures_exams_and_growths_are_those_that_the_level_asks_for():
    assert known("senior")["exam"].over_level == "senior"
    assert known("senior")["level_years"].over_level == "intermediate"
    assert known("senior")["new_customer_growth"].over_level == "intermediate"
    assert known("junior")["exam"].over_level == "junior"
    assert {"level_years", "new_customer_growth"}.isdisjoint(known("junior"))
    assert {"level_years", "new_customer_growth", "exam"}.isdisjoint(known(None))


def test_a_fact_counts_the_rows_behind_it():
    counted = {"sales": 37, "new_customers": 6, "complaint_rate": 1}
    told = known(counted=counted)
    rows = {name: told[name].rows for name in ("sales", "sales_share", "new_customers", "complaint_rate")}
    assert rows == {"sales": 37, "sales_share": 37, "new_customers": 6, "complaint_rate": 1}


# --- qualifications


def test_service_counts_whole_years_to_the_last_day_of_the_year():
    since = fact("service_years", manager=MANAGER | {"account_manager_since": date(2023, 1, 1)})
    assert (since.years, since.days, since.value) == (3, 0, 3)
    since = fact("service_years", manager=MANAGER | {"account_manager_since": date(2023, 1, 2)})
    assert (since.years, since.value < 3) == (2, True)


def test_service_ends_with_the_employment():
    left = MANAGER | {"left_on": date(2022, 12, 31)}
    assert fact("service_years", manager=left).value == 3


def test_service_without_its_first_day_is_no_evidence_even_when_hired_on_is_known():
    manager = MANAGER | {"account_manager_since": None, "hired_on": date(2010, 1, 1)}
    assert fact("service_years", manager=manager).value is None


def test_a_level_never_held_is_no_time_and_a_missing_history_no_evidence():
    held = (Spell("销售一部", None, date(2022, 1, 1), None),)
    assert fact("level_years", spells=held).value == 0
    assert fact("level_years", spells=()).value is None


def exam(day, *, passed=True, level="intermediate"):
    return {"level": level, "taken_on": date.fromisoformat(day), "passed": passed}


@pytest.mark.parametrize(
    ("exams", "value"),
    [
        ([exam("2025-12-31")], 1),
        ([exam("2026-01-01")], None),
        ([exam("2024-05-01", passed=False)], 0),
        ([exam("2023-05-01"), exam("2024-05-01", passed=False)], 1),
        ([exam("2024-05-01", level="junior")], None),
        ([], None),
    ],
    ids=["last day", "after the year", "failed", "passed before failing", "another level", "none"],
)
def test_an_exam_is_passed_up_to_the_end_of_the_year_or_only_failed_or_unknown(exams, value):
    assert fact("exam", exams=tuple(exams)).value == value


def test_a_missing_exam_is_told_apart_from_a_missing_table():
    assert fact("exam").remark.key == "review.evidence.no_exam"
    assert fact("exam", tables=HANDED_IN - {"exams"}).remark.key == "review.evidence.exams_not_handed_in"


def achievement(day, evidence):
    return {"dated_on": date.fromisoformat(day), "evidence": evidence}


@pytest.mark.parametrize(
    ("achievements", "value", "open_rows", "outcome"),
    [
        ([achievement("2025-12-31", "期刊封面")], 1, 0, Outcome.MET),
        ([achievement("2026-01-01", "期刊封面")], 0, 0, Outcome.MISSED),
        ([achievement("2025-05-01", None)], 0, 1, Outcome.NO_EVIDENCE),
        ([achievement("2025-05-01", " ")], 0, 1, Outcome.NO_EVIDENCE),
        ([achievement("2025-05-01", None), achievement("2020-05-01", "证书")], 1, 1, Outcome.MET),
        ([], 0, 0, Outcome.MISSED),
    ],
    ids=["proven", "after the year", "without evidence", "blank evidence", "one of two", "none"],
)
def test_influence_is_what_is_dated_and_proven(achievements, value, open_rows, outcome):
    told = fact("industry_influence", "senior", achievements=tuple(achievements))
    assert (told.value, told.open_rows) == (value, open_rows)
    assert judge(POLICY.criterion("3.3.Q5"), [told], POLICY).outcome == outcome


def test_influence_is_unknown_where_no_achievements_were_handed_in():
    assert fact("industry_influence", tables=HANDED_IN - {"achievements"}).value is None


# --- performance


def test_no_sales_in_a_covered_year_are_zero_and_not_missing():
    assert fact("sales", sales=0).value == 0
    assert fact("sales", sales=None).value is None


def test_growth_without_last_years_sales_is_no_evidence_and_names_the_year():
    told = fact("sales_growth", previous_sales=None)
    assert (told.value, told.numerator) == (None, 690)
    assert "2024" in told.remark.text()


def test_growth_from_nothing_is_unbounded_and_from_nothing_to_nothing_none():
    assert fact("sales_growth", previous_sales=0).unbounded
    still = fact("sales_growth", previous_sales=0, sales=0)
    assert (still.value, still.unbounded, still.denominator) == (0, False, 0)


@pytest.mark.parametrize(("now", "before"), [(5, -5), (-5, 5), (-5, 0)])
def test_growth_with_negative_sales_means_nothing(now, before):
    told = fact("sales_growth", sales=now, previous_sales=before)
    assert (told.value, told.unbounded) == (None, False)


def test_growth_against_a_part_year_is_marked_and_its_value_kept():
    told = fact("sales_growth", previous_is_part_year=True)
    assert (told.value, told.part_year) == (Fraction(15, 100), True)
    assert told.remark.text()


@pytest.mark.parametrize("company", [None, 0, -1])
def test_a_share_of_no_company_sales_is_no_evidence(company):
    assert fact("sales_share", company_sales=company).value is None


def test_growth_of_new_customers_is_over_the_average_of_a_year_at_the_level():
    half = fact("new_customer_growth", won_at_junior=2, days_common_at_junior=365, days_leap_at_junior=366)
    assert (half.denominator, half.value) == (1, 5)
    leap = fact("new_customer_growth", won_at_junior=6, days_common_at_junior=0, days_leap_at_junior=183)
    assert (leap.denominator, leap.value) == (12, Fraction(-1, 2))
    assert fact("new_customer_growth", won_at_junior=0).unbounded


def test_growth_over_a_tenure_outside_the_records_is_no_evidence():
    for columns in ({"won_at_junior": None}, {"days_common_at_junior": 0}):
        assert fact("new_customer_growth", **columns).value is None


def test_the_first_year_of_the_records_is_pointed_out():
    assert fact("new_customers", first_covered_year=True).remark.text()
    assert fact("new_customer_growth", first_year_in_tenure_at_junior=True).remark.text()


def test_unanswered_questionnaires_give_bounds_and_change_nothing():
    told = fact("satisfaction", asked=100, answers=80, satisfied=60)
    assert told.value == Fraction(3, 4)
    assert told.remark.text("zh") == "发出 100 份，答复 80 份；计入未答复者，满意度在 60% 到 80% 之间。"


def test_no_answers_and_no_customers_are_no_evidence():
    assert fact("satisfaction", answers=0, satisfied=0).value is None
    told = fact("complaint_rate", customers_served=0, complaints=0)
    assert (told.value, told.remark.key) == (None, "review.evidence.no_customers")
    assert fact("long_term_share", customers_served=0, long_term_customers=0).value is None


def test_blank_marks_and_projects_stay_open():
    assert fact("key_customers", open_key=3).open_rows == 3
    assert fact("major_projects", projects_open=2).open_rows == 2


@pytest.mark.parametrize(
    ("indicator", "column", "table"),
    [
        ("satisfaction", "asked", "surveys"),
        ("complaint_rate", "complaints", "complaints"),
        ("key_customers", "key_customers", "customers"),
        ("major_projects", "projects", "projects"),
    ],
)
def test_a_table_that_was_not_handed_in_is_named(indicator, column, table):
    told = fact(indicator, **{column: None}, tables=HANDED_IN - {table})
    assert (told.value, told.remark.key) == (None, f"review.evidence.{table}_not_handed_in")


def test_records_too_young_for_long_term_customers_say_so():
    assert fact("long_term_share", long_term_customers=None).remark.key == "review.evidence.records_too_young"


@pytest.mark.parametrize("indicator", ["key_customers", "major_projects"])
def test_what_is_counted_by_an_amount_is_not_counted_in_another_currency(indicator):
    told = fact(indicator, currency="USD", open_key=2, projects_open=2)
    assert (told.value, told.open_rows) == (None, 0)
    assert "USD" in told.remark.text()
    assert fact("sales", currency="USD").value == 690


def test_a_person_who_was_not_there_is_told_apart_from_a_year_without_contracts():
    assert known(row=None)["sales"].remark.key == "review.evidence.not_there"
    assert known(row=None, covered=False)["sales"].remark.key == "review.evidence.contracts_not_covered"
