"""The manager-year frame: who has a row, what is missing rather than none, part years and tenures."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from cmreview.records.model import Currency
from cmreview.review.counting.frame import COLUMNS
from cmreview.review.counting.indicators import manager_years
from cmreview.terms import Label
from tests.builders import figures, make_policy, make_records

POLICY = make_policy()


def contract(id_, manager="A", signed="2025-03-01", customer="K1", **more):
    row = {"contract_id": id_, "customer_id": customer, "manager_id": manager, "signed_on": signed}
    return row | more


def covered(*years):
    """A contract of somebody else in January of each year."""
    return [contract(f"z{year}", "Z", f"{year}-01-01", "KZ") for year in years]


def frame_of(policy=POLICY, **tables):
    return manager_years(make_records(**tables), policy)


def years_of(frame, manager="A"):
    return list(frame.loc[frame["manager_id"] == manager, "year"])


def test_a_manager_has_a_row_for_each_year_of_employment():
    managers = [{"manager_id": "A", "hired_on": "2023-12-31", "left_on": "2025-01-01"}, {"manager_id": "Z"}]
    frame = frame_of(managers=managers, contracts=covered(2022, 2023, 2024, 2025, 2026))
    assert years_of(frame) == [2023, 2024, 2025]
    assert [figures(frame, "A", year)["days_employed"] for year in (2023, 2024, 2025)] == [1, 366, 1]
    assert years_of(frame, "Z") == [2022, 2023, 2024, 2025, 2026]


def test_a_contract_outside_the_employment_is_not_lost():
    frame = frame_of(
        managers=[{"manager_id": "A", "hired_on": "2025-01-01"}, {"manager_id": "Z"}],
        contracts=[contract("1", signed="2024-12-30", amount=5), *covered(2024, 2025)],
    )
    assert figures(frame, "A", 2024)["sales"] == 5
    assert figures(frame, "A", 2024)["days_employed"] == 0
    assert figures(frame, "A", 2025)["previous_is_part_year"]


def test_somebody_not_on_the_roster_has_rows_for_contracts_and_counts_in_the_company():
    frame = frame_of(
        managers=[{"manager_id": "Z"}],
        contracts=[contract("1", "stranger", "2024-06-01", amount=300), *covered(2024, 2025)],
    )
    assert years_of(frame, "stranger") == [2024]
    found = figures(frame, "stranger", 2024)
    assert (found["department"], found["days_employed"], found["sales"]) == (None, None, 300)
    assert figures(frame, "Z", 2024)["company_sales"] == 1300


def test_without_a_day_of_hiring_the_first_day_that_the_records_show_counts():
    managers = [{"manager_id": m, "hired_on": None} for m in ("A", "B", "C")] + [{"manager_id": "Z"}]
    frame = frame_of(
        managers=managers,
        contracts=[
            contract("1", "A", "2024-07-01"),
            contract("2", "B", "2024-07-01", "K2"),
            *covered(2023, 2024, 2025),
        ],
        level_history=[{"manager_id": "B", "start": "2023-01-01"}],
    )
    assert years_of(frame, "A") == [2024, 2025]
    assert figures(frame, "A", 2024)["days_employed"] == 184
    assert [figures(frame, "A", 2025)["previous_is_part_year"], years_of(frame, "B")] == [
        True,
        [2023, 2024, 2025],
    ]
    assert not figures(frame, "B", 2025)["previous_is_part_year"]
    # C was never seen: a person of the roster all the same, whose first day nobody knows
    assert years_of(frame, "C") == [2023, 2024, 2025]
    assert figures(frame, "C", 2025)["days_employed"] is None
    assert figures(frame, "C", 2025)["previous_is_part_year"]


def test_a_year_without_any_contract_of_the_company_is_no_evidence_and_not_zero():
    frame = frame_of(contracts=[contract("1", signed="2023-06-01"), *covered(2023, 2025)])
    silent, nothing = figures(frame, "A", 2024), figures(frame, "A", 2025)
    for name in (
        "sales",
        "contracts",
        "new_customers",
        "customers_served",
        "company_sales",
        "sales_share",
        "long_term_customers",
    ):
        assert silent[name] is None, name
    assert (nothing["sales"], nothing["contracts"], nothing["new_customers"]) == (0, 0, 0)
    assert (nothing["previous_sales"], nothing["sales_growth"]) == (None, None)


def test_without_any_contract_there_is_no_year():
    frame = frame_of(managers=[{"manager_id": "A"}])
    assert len(frame) == 0
    assert list(frame.columns[: len(COLUMNS)]) == list(COLUMNS)


def test_a_table_that_was_not_handed_in_is_no_evidence():
    found = figures(frame_of(contracts=[contract("1")]), "A", 2025)
    not_handed_in = (
        "asked",
        "answers",
        "satisfied",
        "satisfaction",
        "complaints",
        "complaint_rate",
        "projects",
        "project_benefit",
        "projects_open",
        "key_customers",
    )
    assert {name: found[name] for name in not_handed_in} == dict.fromkeys(not_handed_in)


def test_a_table_with_somebody_else_s_rows_says_none():
    found = figures(
        frame_of(
            contracts=[contract("1")],
            customers=[{"customer_id": "K2"}],
            surveys=[{"customer_id": "K2", "manager_id": "B", "surveyed_on": "2025-01-01", "score": 5}],
            complaints=[
                {
                    "complaint_id": "1",
                    "customer_id": "K2",
                    "manager_id": "B",
                    "received_on": "2025-01-01",
                }
            ],
            projects=[{"project_id": "1", "manager_id": "B", "completed_on": "2025-01-01", "benefit": 1}],
        ),
        "A",
        2025,
    )
    for name in ("asked", "answers", "satisfied", "complaints", "projects", "projects_open", "key_customers"):
        assert found[name] == 0, name
    assert (found["satisfaction"], found["complaint_rate"]) == (None, 0)


@pytest.mark.parametrize(
    ("blank", "missing"),
    [
        pytest.param(
            "cancellation",
            {
                "sales",
                "company_sales",
                "contracts",
                "sales_share",
                "sales_growth",
                "previous_sales",
                "new_customers",
                "customers_served",
                "complaint_rate",
                "key_customers",
                "long_term_customers",
                "long_term_share",
                "won_at_junior",
            },
            id="cancellation",
        ),
        pytest.param("satisfied_from", {"satisfied", "satisfaction"}, id="satisfied_from"),
        pytest.param("min_answers", {"satisfaction"}, id="min_answers"),
        pytest.param("unjustified_complaints", {"complaints", "complaint_rate"}, id="complaints"),
        pytest.param(
            "customers_served",
            {"customers_served", "complaint_rate", "long_term_customers", "long_term_share"},
            id="customers_served",
        ),
        pytest.param(
            "shared_customer_credit", {"new_customers", "key_customers", "won_at_junior"}, id="credit"
        ),
        pytest.param("key_contract_amount", {"key_customers"}, id="key_contract_amount"),
        pytest.param("long_term_years", {"long_term_customers", "long_term_share"}, id="long_term_years"),
        pytest.param(
            "project_min_benefit", {"projects", "project_benefit", "projects_open"}, id="min_benefit"
        ),
        pytest.param("part_years", {"won_at_junior"}, id="part_years"),
    ],
)
def test_a_blank_of_the_policy_leaves_out_what_it_rules_and_nothing_else(blank, missing):
    tables = {
        "managers": [{"manager_id": "A", "account_manager_since": "2020-01-01"}],
        "contracts": [contract("1", signed="2020-01-01"), contract("2", signed="2024-01-01"), contract("3")],
        "customers": [{"customer_id": "K1"}],
        "surveys": [{"customer_id": "K1", "manager_id": "A", "surveyed_on": "2025-01-01", "score": 5}],
        "complaints": [
            {"complaint_id": "1", "customer_id": "K1", "manager_id": "A", "received_on": "2025-01-01"}
        ],
        "projects": [{"project_id": "1", "manager_id": "A", "completed_on": "2025-01-01", "benefit": 1}],
        "level_history": [{"manager_id": "A", "level": "junior", "start": "2021-01-01"}],
    }
    few = {"min_answers": Decimal(1)}
    whole = figures(frame_of(make_policy(**few), **tables), "A", 2025)
    partly = figures(frame_of(make_policy(**(few | {blank: None})), **tables), "A", 2025)
    never_held = {"won_at_intermediate", "average_won_at_intermediate"}
    averages = {f"average_{name}" for name in missing if name.startswith("won_at")}
    assert {name for name, value in whole.items() if value is None} == never_held
    assert {name for name, value in partly.items() if value is None} == missing | averages | never_held


def test_service_level_and_the_average_of_the_level_below_stand_in_the_frame():
    """Policy 3.2.Q2, 3.2.Q3, 3.2.P1."""
    frame = frame_of(
        managers=[{"manager_id": "A", "account_manager_since": "2019-07-01"}],
        level_history=[
            {"manager_id": "A", "level": "junior", "start": "2023-01-01", "end": "2024-06-30"},
            {"manager_id": "A", "level": "intermediate", "start": "2024-07-01"},
        ],
        contracts=[
            contract("1", customer="K1", signed="2023-01-01"),
            contract("2", customer="K2", signed="2024-02-01"),
            contract("3", customer="K3", signed="2024-03-01"),
            contract("4", customer="K4", signed="2025-03-01"),
        ],
    )
    row = figures(frame, "A", 2025)
    assert (row["service_years"], row["service_days"]) == (6, 184)
    assert (row["level_years"], row["level_days"]) == (1, 184)
    # three customers in one year and 182 of the 366 days of 2024
    assert row["average_won_at_junior"] == Decimal("2.003650")
    assert row["average_won_at_intermediate"] == Decimal("0.000000")


def test_growth_of_exactly_15_percent_is_exactly_that():
    frame = frame_of(
        contracts=[
            contract("1", signed="2024-05-01", amount="6000000"),
            contract("2", signed="2025-05-01", amount="6900000"),
            contract("3", "B", "2024-05-01", "K2", amount="4800000"),
            contract("4", "B", "2025-05-01", "K2", amount="5520000"),
            *covered(2024),
        ]
    )
    for manager in ("A", "B"):
        found = figures(frame, manager, 2025)
        growth = Fraction(found["sales"]) / Fraction(found["previous_sales"]) - 1
        assert growth == Fraction(15, 100)
        assert found["sales_growth"] == Decimal("0.15")


def test_rates_for_reading_are_rounded_half_up():
    frame = frame_of(
        contracts=[
            contract("1", signed="2024-05-01", amount="2000000"),
            contract("2", signed="2025-05-01", amount="2000001"),
            contract("3", "B", "2024-05-01", "K2", amount="2000000"),
            contract("4", "B", "2025-05-01", "K2", amount="1999999"),
        ]
    )
    assert figures(frame, "A", 2025)["sales_growth"] == Decimal("0.000001")
    assert figures(frame, "B", 2025)["sales_growth"] == Decimal("-0.000001")


def test_a_previous_year_without_sales_gives_no_growth():
    frame = frame_of(contracts=[contract("1"), *covered(2024)])
    found = figures(frame, "A", 2025)
    assert (found["previous_sales"], found["sales_growth"]) == (0, None)


def test_somebody_who_was_not_there_has_no_previous_sales():
    frame = frame_of(
        managers=[{"manager_id": "A", "hired_on": "2025-01-01"}, {"manager_id": "Z"}],
        contracts=[contract("1"), *covered(2024)],
    )
    found = figures(frame, "A", 2025)
    assert (found["previous_sales"], found["previous_is_part_year"]) == (None, False)


@pytest.mark.parametrize(
    ("tables", "is_part"),
    [
        pytest.param({}, False, id="the whole year"),
        pytest.param({"hired_on": "2024-01-01"}, False, id="hired on its first day"),
        pytest.param({"hired_on": "2024-01-02"}, True, id="hired in it"),
        pytest.param({"leave": ("2024-12-31", "2025-02-01")}, True, id="a day of leave"),
        pytest.param({"leave": ("2024-12-31", None)}, True, id="leave that has not ended"),
        pytest.param({"leave": ("2023-01-01", "2023-12-31")}, False, id="leave in another year"),
        pytest.param({"left_on": "2024-12-30"}, True, id="left in it"),
    ],
)
def test_a_previous_year_not_worked_in_full_is_marked_as_a_part_year(tables, is_part):
    leave = tables.pop("leave", None)
    frame = frame_of(
        managers=[{"manager_id": "A", **tables}, {"manager_id": "Z"}],
        leaves=[{"manager_id": "A", "start": leave[0], "end": leave[1]}] if leave else [],
        contracts=[contract("1"), *covered(2023, 2024, 2025)],
    )
    found = figures(frame, "A", 2025)
    assert found["previous_is_part_year"] is is_part
    assert found["previous_sales"] == 0


@pytest.mark.parametrize(("first", "is_part"), [("2024-01-31", False), ("2024-02-01", True)])
def test_records_that_begin_in_the_middle_of_a_year_cover_a_part_of_it(first, is_part):
    contracts = [contract("1", signed=first), contract("2"), *covered(2026)]
    frame = frame_of(
        contracts=contracts, level_history=[{"manager_id": "A", "level": "junior", "start": "2020-01-01"}]
    )
    assert figures(frame, "A", 2025)["previous_is_part_year"] is is_part
    assert figures(frame, "A", 2026)["previous_is_part_year"] is False
    # nor does that year enter an average of new customers
    assert figures(frame, "A", 2025)["won_at_junior"] == (None if is_part else 1)


def test_department_and_level_are_those_of_the_year_s_end_or_the_last_day():
    history = [
        {
            "manager_id": "A",
            "department": "一部",
            "level": "junior",
            "start": "2023-01-01",
            "end": "2024-06-30",
        },
        {
            "manager_id": "A",
            "department": "二部",
            "level": "junior",
            "start": "2024-07-01",
            "end": "2025-03-31",
        },
        {"manager_id": "A", "department": "二部", "level": "intermediate", "start": "2025-04-01"},
    ]
    frame = frame_of(
        managers=[{"manager_id": "A", "department": "三部", "left_on": "2026-03-01"}, {"manager_id": "Z"}],
        level_history=history,
        contracts=covered(2022, 2023, 2024, 2025, 2026),
    )
    found = [
        (figures(frame, "A", year)["department"], figures(frame, "A", year)["level"])
        for year in years_of(frame)
    ]
    assert found == [
        ("三部", None),  # the history is silent, the roster speaks
        ("一部", "junior"),
        ("二部", "junior"),
        ("二部", "intermediate"),
        ("二部", "intermediate"),
    ]


def test_leave_counts_within_the_employment_only():
    frame = frame_of(
        managers=[
            {"manager_id": "A", "hired_on": "2025-02-01"},
            {"manager_id": "B", "left_on": "2025-06-30"},
            {"manager_id": "Z"},
        ],
        leaves=[
            {"manager_id": "A", "start": "2025-01-01", "end": "2025-02-10"},
            {"manager_id": "B", "start": "2025-06-26"},
        ],
        contracts=covered(2025),
    )
    assert figures(frame, "A", 2025)["days_on_leave"] == 10
    assert figures(frame, "B", 2025)["days_on_leave"] == 5


def at_level(policy=POLICY, level="junior", year=2025):
    """Junior from July 2022 on, intermediate from April 2024 on; customers won all along."""
    won = ("2022-03-01", "2022-07-01", "2022-08-01", "2023-05-01", "2024-03-31", "2024-04-01", "2025-01-01")
    contracts = [contract(str(n), signed=day, customer=f"K{n}") for n, day in enumerate(won)]
    frame = frame_of(
        policy,
        contracts=[*contracts, *covered(2021)],
        level_history=[
            {"manager_id": "A", "level": "junior", "start": "2022-07-01", "end": "2024-03-31"},
            {"manager_id": "A", "level": "intermediate", "start": "2024-04-01"},
        ],
    )
    found = figures(frame, "A", year)
    names = ("won_at", "days_common_at", "days_leap_at", "first_year_in_tenure_at")
    return tuple(found[f"{name}_{level}"] for name in names)


def test_customers_won_at_a_level_are_counted_beside_the_days_held_the_review_year_left_out():
    assert at_level() == (4, 184 + 365, 91, False)
    assert at_level(year=2024) == (3, 184 + 365, 0, False)
    assert at_level(year=2022) == (None, 0, 0, False)
    assert at_level(level="intermediate") == (1, 0, 275, False)
    assert at_level(level="intermediate", year=2024) == (None, 0, 0, False)


def test_part_years_of_a_tenure_are_left_out_where_the_policy_says_so():
    full = make_policy(part_years="full_years_only")
    assert at_level(full) == (1, 365, 0, False)
    assert at_level(full, "intermediate") == (None, 0, 0, False)


def test_a_tenure_that_reaches_into_the_first_covered_year_is_marked():
    frame = frame_of(
        contracts=[contract("1", signed="2023-05-01"), *covered(2023, 2024, 2025)],
        level_history=[{"manager_id": "A", "level": "junior", "start": "2020-01-01"}],
    )
    assert figures(frame, "A", 2023)["first_year_in_tenure_at_junior"] is False
    found = figures(frame, "A", 2025)
    assert (found["won_at_junior"], found["first_year_in_tenure_at_junior"]) == (1, True)


def test_amounts_of_the_policy_do_not_rule_records_of_another_currency():
    tables = {
        "contracts": [contract("1", amount=10**9)],
        "customers": [{"customer_id": "K1", "key_customer": True}],
        "projects": [{"project_id": "1", "manager_id": "A", "completed_on": "2025-01-01", "benefit": 10**9}],
    }
    yuan = figures(frame_of(**tables), "A", 2025)
    dollars = figures(frame_of(**tables, currency=Currency("USD", Label("美元", "US dollar"))), "A", 2025)
    differing = {name for name in yuan if yuan[name] != dollars[name]}
    assert differing == {"key_customers", "projects", "project_benefit", "projects_open", "currency"}
    assert dollars["currency"] == "USD"
    assert [dollars[name] for name in sorted(differing - {"currency"})] == [None] * 4


def test_money_comes_as_exact_decimals_and_counts_as_whole_numbers():
    found = figures(frame_of(contracts=[contract("1", amount="0.1"), contract("2", amount="0.2")]), "A", 2025)
    assert isinstance(found["sales"], Decimal)
    assert found["sales"] == Decimal("0.3")
    assert isinstance(found["contracts"], int)
