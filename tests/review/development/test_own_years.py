"""The own figures of full years. Policy 6.3."""

from __future__ import annotations

from cmreview.policy.catalogue import Outlook
from cmreview.review.development.own_years import own_years
from tests.builders import make_policy, make_records

LOOK = Outlook(trend_years=5, fewest_years=2, years_ahead=None)


def contract(day, amount=1000, manager="M1", customer=None):
    return {
        "contract_id": f"{manager}-{day}",
        "manager_id": manager,
        "customer_id": customer or f"C-{manager}-{day}",
        "signed_on": day,
        "amount": amount,
    }


def years(records, indicator, manager="M1", policy=None):
    return own_years(records, policy or make_policy(), LOOK)[manager].get(indicator, {})


EVERY_YEAR = [contract(f"{year}-01-05", 1000 * (year - 2020)) for year in range(2021, 2026)]


def test_a_figure_stands_for_every_full_year_of_those_looked_back_on():
    records = make_records(contracts=[*EVERY_YEAR, contract("2020-01-05", 9)])
    assert years(records, "sales") == {year: 1000 * (year - 2020) for year in range(2021, 2026)}


def test_a_year_with_leave_or_employed_in_part_is_left_out():
    leave = [{"manager_id": "M1", "start": "2023-05-01", "end": "2023-05-31"}]
    records = make_records(
        managers=[{"manager_id": "M1", "hired_on": "2022-03-01"}], contracts=EVERY_YEAR, leaves=leave
    )
    assert sorted(years(records, "sales")) == [2024, 2025]


def test_a_year_in_whose_middle_the_records_begin_is_left_out():
    records = make_records(contracts=[contract("2023-06-05"), contract("2024-01-05"), contract("2025-01-05")])
    assert sorted(years(records, "sales")) == [2024, 2025]


def test_new_customers_of_the_first_covered_year_are_no_figure():
    records = make_records(contracts=EVERY_YEAR)
    assert sorted(years(records, "new_customers")) == [2022, 2023, 2024, 2025]


def test_too_few_answers_are_no_figure():
    surveys = [
        {"customer_id": f"C{n}", "manager_id": "M1", "surveyed_on": f"{year}-05-01", "score": 5}
        for year, answers in ((2024, 5), (2025, 4))
        for n in range(answers)
    ]
    records = make_records(contracts=EVERY_YEAR, surveys=surveys)
    assert sorted(years(records, "satisfaction")) == [2024]


def test_a_blank_mark_that_could_still_raise_a_figure_leaves_the_year_out():
    customers = [
        {"customer_id": f"C-M1-{year}-01-05", "key_customer": None if year == 2024 else True}
        for year in range(2021, 2026)
    ]
    records = make_records(contracts=EVERY_YEAR, customers=customers)
    assert sorted(years(records, "key_customers")) == [2022, 2023, 2025]
