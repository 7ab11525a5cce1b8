"""Clause 5.1, definition by definition, on tables small enough to count by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import ibis
import pytest

from cmreview.records.model import Currency
from cmreview.records.schema import TABLES
from cmreview.review.counting import definitions, expressions, indicators
from cmreview.review.counting.indicators import department_sales, manager_years, source_rows, sources
from cmreview.review.counting.tables import tables as unbound
from cmreview.review.counting.tenure import completed
from cmreview.terms import Label
from tests.builders import figures, make_policy, make_records


def contract(id_: str, manager: str = "A", signed: str = "2025-03-01", customer: str | None = "K1", **more):
    row = {"contract_id": id_, "customer_id": customer, "manager_id": manager, "signed_on": signed}
    return row | more


def frame_of(year: int = 2025, policy=None, **tables):
    """The frame of these tables; a contract of somebody else makes sure that the year is covered."""
    tables["contracts"] = [*tables.get("contracts", ()), contract("zz", "Z", f"{year}-01-02", "KZ")]
    return manager_years(make_records(**tables), policy or make_policy())


def in_year(year: int = 2025, manager: str = "A", policy=None, **tables):
    """One manager's figures of one year."""
    return figures(frame_of(year, policy, **tables), manager, year)


def in_each(cases: dict, *names: str, policy=None):
    """Some figures of manager A in 2025 for each case: tables of its own, all in one company.

    Ids of a case get its name in front, so that no case knows another's rows.
    """
    together: dict[str, list] = {"managers": []}
    for case, tables in cases.items():
        together["managers"].append({"manager_id": f"{case}/A"})
        for table, rows in tables.items():
            own = ("manager_id", TABLES[table].key[0], "customer_id")
            for row in rows:
                renamed = {name: f"{case}/{row[name]}" for name in own if row.get(name) is not None}
                together.setdefault(table, []).append(row | renamed)
    frame = frame_of(policy=policy, **together)
    found = {case: figures(frame, f"{case}/A", 2025) for case in cases}
    return {case: tuple(row[name] for name in names) for case, row in found.items()}


def test_sales_are_the_contracts_signed_in_the_year():
    found = in_year(
        contracts=[
            contract("1", signed="2024-12-31", amount="1"),
            contract("2", signed="2025-01-01", amount="1000.10"),
            contract("3", signed="2025-12-31", amount="0.0005"),
        ]
    )
    assert (found["sales"], found["contracts"]) == (Decimal("1000.1005"), 2)


def test_a_cancelled_contract_is_out_of_its_year_whenever_it_was_cancelled():
    cancelled = [
        contract("1", amount=100),
        contract("2", amount=20, cancelled_on="2025-12-31"),
        contract("3", amount=3, cancelled_on="2026-01-01"),
    ]
    assert in_year(contracts=cancelled)["sales"] == 100
    by_year_end = make_policy(cancellation="within_year")
    assert in_year(contracts=cancelled, policy=by_year_end)["sales"] == 103


def test_a_shared_contract_counts_by_its_shares():
    shared = [
        contract("1", "A", amount="1000.01", share="0.333333"),
        contract("1", "B", amount="1000.01", share="0.666667"),
        contract("2", "A", amount=5),
    ]
    frame = frame_of(contracts=shared)
    assert figures(frame, "A", 2025)["sales"] == Decimal("333.3363333300") + 5
    assert figures(frame, "B", 2025)["sales"] == Decimal("666.6736666700")


def test_the_largest_amounts_are_added_to_the_last_place():
    large = [contract(str(n), amount="99999999999999.9999", share="0.999999") for n in range(9)]
    expected = 9 * Decimal("99999999999999.9999") * Decimal("0.999999")
    assert in_year(contracts=large)["sales"] == expected


def test_a_contract_without_a_customer_counts_for_sales_and_for_no_customer():
    found = in_year(contracts=[contract("1", customer=None, amount=7)], customers=[{"customer_id": "K1"}])
    assert found["sales"] == 7
    assert [found[name] for name in ("new_customers", "customers_served", "key_customers")] == [0, 0, 0]


def test_a_customer_is_new_only_with_the_first_contract_with_the_company():
    known_elsewhere = [contract("1", "B", "2024-06-01"), contract("2", "A", "2025-06-01")]
    frame = frame_of(contracts=known_elsewhere)
    assert figures(frame, "A", 2025)["new_customers"] == 0
    assert figures(frame, "B", 2024)["new_customers"] == 1


def test_of_two_first_contracts_on_one_day_the_smaller_number_decides():
    same_day = [contract("2", "A"), contract("1", "B")]
    frame = frame_of(contracts=same_day)
    assert [figures(frame, manager, 2025)["new_customers"] for manager in "AB"] == [0, 1]


def test_a_cancelled_contract_wins_no_customer():
    contracts = [
        contract("1", "B", "2024-06-01", cancelled_on="2024-07-01"),
        contract("2", "A", "2025-06-01"),
    ]
    frame = frame_of(contracts=contracts)
    assert figures(frame, "A", 2025)["new_customers"] == 1
    assert figures(frame, "B", 2024)["new_customers"] == 0


def test_a_customer_of_several_is_credited_to_their_lead():
    shares = {
        "the largest share": {"B": "0.6", "A": "0.4"},
        "a tie goes to the smaller id": {"B": "0.5", "A": "0.5"},
        "a blank share is the whole contract": {"B": "0.9", "A": None},
    }
    cases = {
        case: {"contracts": [contract("1", manager, share=share) for manager, share in held.items()]}
        for case, held in shares.items()
    }
    assert in_each(cases, "new_customers") == {
        "the largest share": (0,),
        "a tie goes to the smaller id": (1,),
        "a blank share is the whole contract": (1,),
    }


def test_a_customer_of_several_is_credited_to_each_where_the_policy_says_so():
    contracts = [contract("1", "A", share="0.1"), contract("1", "B", share="0.9")]
    frame = frame_of(contracts=contracts, policy=make_policy(shared_customer_credit="each"))
    assert [figures(frame, manager, 2025)["new_customers"] for manager in "AB"] == [1, 1]


def test_the_first_year_that_the_records_cover_is_marked_since_everybody_is_new_in_it():
    contracts = [contract("1", signed="2023-05-01"), contract("2", signed="2024-05-01")]
    frame = manager_years(make_records(contracts=contracts), make_policy())
    assert [figures(frame, "A", year)["first_covered_year"] for year in (2023, 2024)] == [True, False]


def test_a_customer_is_served_while_a_contract_is_in_force():
    cases = {
        "to 1 January": contract("1", signed="2024-12-31", end_on="2025-01-01"),
        "to 31 December": contract("1", signed="2024-02-01", end_on="2024-12-31"),
        "over years": contract("1", signed="2023-02-01", end_on="2026-06-30"),
        "without an end, on its signing day": contract("1", signed="2024-02-01"),
        "signed at the year's end": contract("1", signed="2025-12-31"),
        "ended before it was signed": contract("1", signed="2025-02-01", end_on="2024-12-31"),
        "signed after the year": contract("1", signed="2026-01-01"),
        "cancelled before": contract(
            "1", signed="2023-02-01", end_on="2025-12-31", cancelled_on="2024-12-31"
        ),
        "cancelled in it": contract("1", signed="2023-02-01", end_on="2025-12-31", cancelled_on="2025-01-01"),
    }
    found = in_each({case: {"contracts": [row]} for case, row in cases.items()}, "customers_served")
    served = {case for case, (customers,) in found.items() if customers}
    assert served == {
        "to 1 January",
        "over years",
        "signed at the year's end",
        "ended before it was signed",
        "cancelled in it",
    }


def test_only_customers_who_signed_are_served_where_the_policy_says_so():
    contracts = [
        contract("1", signed="2024-06-01", end_on="2025-12-31"),
        contract("2", signed="2025-06-01", customer="K2"),
        contract("3", signed="2025-07-01", customer="K3", cancelled_on="2025-08-01"),
    ]
    assert (
        in_year(contracts=contracts, policy=make_policy(customers_served="signed"))["customers_served"] == 1
    )
    assert in_year(contracts=contracts)["customers_served"] == 3


def test_a_customer_with_several_contracts_is_served_once_by_each_manager():
    contracts = [contract("1"), contract("2"), contract("3", "B")]
    frame = frame_of(contracts=contracts)
    assert [figures(frame, manager, 2025)["customers_served"] for manager in "AB"] == [1, 1]


def answer(score, day="2025-05-01", customer="K1", manager="A"):
    return {"customer_id": customer, "manager_id": manager, "surveyed_on": day, "score": score}


def satisfaction(cases, **values):
    policy = make_policy(**({"min_answers": Decimal(1)} | values))
    tables = {case: {"surveys": surveys} for case, surveys in cases.items()}
    return in_each(tables, "asked", "answers", "satisfied", "satisfaction", policy=policy)


def test_the_latest_answer_of_a_customer_in_the_year_counts():
    cases = {
        "worse": [answer(5), answer(3, "2025-11-01")],
        "better": [answer(3), answer("4.0", "2025-11-01")],
        "of another year": [answer(5), answer(2, "2024-11-01")],
        "to another manager": [answer(5), answer(1, "2025-11-01", manager="B")],
    }
    assert satisfaction(cases) == {
        "worse": (1, 1, 0, 0),
        "better": (1, 1, 1, 1),
        "of another year": (1, 1, 1, 1),
        "to another manager": (1, 1, 1, 1),
    }


def test_who_does_not_answer_was_asked_and_takes_nothing_back():
    cases = {
        "one of two": [answer(None), answer(5, customer="K2")],
        "an answer, then none": [answer(5), answer(None, "2025-11-01")],
        "nobody": [answer(None)],
    }
    assert satisfaction(cases) == {
        "one of two": (2, 1, 1, 1),
        "an answer, then none": (1, 1, 1, 1),
        "nobody": (1, 0, 0, None),
    }


def test_the_score_that_counts_as_satisfied_is_the_policy_s():
    answers = {"A": [answer("3.9999"), answer(4, customer="K2"), answer("4.5", customer="K3")]}
    assert satisfaction(answers)["A"] == (3, 3, 2, Decimal("0.666667"))
    assert satisfaction(answers, satisfied_from=Decimal("4.5"))["A"] == (3, 3, 1, Decimal("0.333333"))
    assert satisfaction(answers, satisfied_from=Decimal("4.50000001"))["A"] == (3, 3, 0, 0)


def test_fewer_answers_than_the_policy_asks_for_are_counted_and_give_no_share():
    cases = {
        "four": [answer(5, customer=f"K{n}") for n in range(4)],
        "five": [answer(5, customer=f"K{n}") for n in range(5)],
    }
    found = satisfaction(cases, min_answers=Decimal(5))
    assert found == {"four": (4, 4, 4, None), "five": (5, 5, 5, 1)}


def complaint(id_, upheld=None, day="2025-05-01"):
    return {
        "complaint_id": id_,
        "customer_id": "K1",
        "manager_id": "A",
        "received_on": day,
        "upheld": upheld,
    }


def test_an_unjustified_complaint_is_left_out_and_a_pending_one_counts():
    received = [
        complaint("1", True),
        complaint("2", False),
        complaint("3", None),
        complaint("4", True, "2024-12-31"),
    ]
    served = [contract(str(n), customer=f"K{n}") for n in range(8)]
    found = in_year(complaints=received, contracts=served)
    assert (found["complaints"], found["complaint_rate"]) == (2, Decimal("0.25"))
    every = make_policy(unjustified_complaints="include")
    assert in_year(complaints=received, contracts=served, policy=every)["complaints"] == 3


def test_complaints_without_customers_give_no_rate():
    found = in_year(complaints=[complaint("1", True)])
    assert (found["complaints"], found["customers_served"], found["complaint_rate"]) == (1, 0, None)


def test_a_new_customer_is_key_by_its_mark_or_by_its_contracts_of_the_year():
    small, large = contract("1", amount="999.9999"), contract("1", amount="1000")
    second = {"amount": "600", "signed": "2025-12-31"}
    part = contract("1", amount="400")
    marked = [{"customer_id": "K1", "key_customer": True}]
    cases = {
        "marked": {"contracts": [small], "customers": marked},
        "another is marked": {"contracts": [small], "customers": [marked[0] | {"customer_id": "K2"}]},
        "marked no": {"contracts": [small], "customers": [marked[0] | {"key_customer": False}]},
        "marked, but known before": {
            "contracts": [contract("0", "B", "2024-01-01"), large],
            "customers": marked,
        },
        "large": {"contracts": [large]},
        "large together": {"contracts": [part, contract("2", **second)]},
        "large with a colleague": {"contracts": [part, contract("2", "B", **second)]},
        "large a year later": {"contracts": [part, contract("2", **second | {"signed": "2026-01-01"})]},
        "large but for a cancellation": {
            "contracts": [part, contract("2", **second, cancelled_on="2026-02-01")]
        },
        "shared and large as a whole": {
            "contracts": [large | {"share": "0.6"}, large | {"share": "0.4", "manager_id": "B"}]
        },
    }
    policy = make_policy(key_contract_amount=Decimal(1000))
    found = in_each(cases, "key_customers", policy=policy)
    assert {case for case, (won,) in found.items() if won} == {
        "marked",
        "large",
        "large together",
        "large with a colleague",
        "shared and large as a whole",
    }


@pytest.mark.parametrize(
    ("years", "last"),
    [
        pytest.param(Decimal(3), "2023-01-01", id="three years"),
        pytest.param(Decimal("2.5"), "2023-07-01", id="two and a half"),
    ],
)
def test_a_customer_is_long_term_from_exactly_the_years_of_the_policy_on(years, last):
    now, old = contract("2", signed="2025-06-01"), contract("0", "Z", "2020-01-02", "K0")
    next_day = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
    cases = {
        "just": {"contracts": [old, contract("1", "B", last), now]},
        "a day too late": {"contracts": [old, contract("1", "B", next_day), now]},
    }
    policy = make_policy(long_term_years=years)
    found = in_each(cases, "customers_served", "long_term_customers", "long_term_share", policy=policy)
    assert found == {"just": (1, 1, 1), "a day too late": (1, 0, 0)}


@pytest.mark.parametrize("years", [1, 3])
def test_a_relation_is_counted_in_full_years_as_a_tenure_is(years):
    last_day = date(2025, 12, 31)
    for since in (date(2026 - years, 1, 1), date(2026 - years, 1, 2), date(2025 - years, 12, 31)):
        contracts = [contract("0", "Z", "2020-01-02", "K0"), contract("1", "B", since.isoformat())]
        contracts.append(contract("2", signed="2025-06-01"))
        found = in_year(policy=make_policy(long_term_years=Decimal(years)), contracts=contracts)
        assert found["long_term_customers"] == int(completed(since, last_day).years >= years)


def test_records_too_young_to_know_a_long_term_customer_are_no_evidence():
    contracts = [contract("1", signed="2023-01-01"), contract("2", signed="2025-01-01")]
    found = in_year(contracts=contracts)
    assert (found["customers_served"], found["long_term_customers"], found["long_term_share"]) == (
        1,
        None,
        None,
    )


def project(id_, done="2025-05-01", benefit="500000", manager="A"):
    return {"project_id": id_, "manager_id": manager, "completed_on": done, "benefit": benefit}


def test_projects_completed_in_the_year_count_from_the_least_benefit_on():
    cases = {
        "exactly and more": [project("1"), project("2", "2025-12-31", "800000.5")],
        "less": [project("1", benefit="499999.9999")],
        "other years": [project("1", "2024-12-31"), project("2", "2026-01-01")],
        "led by another": [project("1", manager="B")],
        "benefit blank": [project("1", benefit=None)],
        "date blank": [project("1", done=None)],
        "both blank, beside a complete one": [project("1", done=None, benefit=None), project("2")],
        "date blank, too small anyway": [project("1", done=None, benefit="1")],
        "benefit blank in another year": [project("1", "2024-05-01", benefit=None)],
    }
    tables = {case: {"projects": rows} for case, rows in cases.items()}
    assert in_each(tables, "projects", "project_benefit", "projects_open") == {
        "exactly and more": (2, Decimal("1300000.5"), 0),
        "less": (0, 0, 0),
        "other years": (0, 0, 0),
        "led by another": (0, 0, 0),
        "benefit blank": (0, 0, 1),
        "date blank": (0, 0, 1),
        "both blank, beside a complete one": (1, 500_000, 1),
        "date blank, too small anyway": (0, 0, 0),
        "benefit blank in another year": (0, 0, 0),
    }


def test_sales_of_a_department_are_those_signed_while_the_manager_was_in_it():
    records = make_records(
        managers=[{"manager_id": "A", "department": "二部"}, {"manager_id": "B", "department": "一部"}],
        level_history=[
            {"manager_id": "A", "department": "一部", "start": "2024-01-01", "end": "2025-06-30"},
            {"manager_id": "A", "department": "二部", "start": "2025-07-01"},
        ],
        contracts=[
            contract("1", signed="2025-06-30", amount=1),
            contract("2", signed="2025-07-01", amount=20),
            contract("3", signed="2023-05-01", amount=300),
            contract("4", "B", "2025-07-01", amount=4000),
            contract("5", "not on the roster", "2025-07-01", amount=50000),
        ],
    )
    found = [tuple(row) for row in department_sales(records, make_policy()).itertuples(index=False)]
    assert sorted(row for row in found if isinstance(row[1], str)) == [
        (2023, "二部", 300),
        (2025, "一部", 4001),
        (2025, "二部", 20),
    ]
    assert [(row[0], row[2]) for row in found if not isinstance(row[1], str)] == [(2025, 50000)]


@pytest.fixture(scope="module")
def company():
    """One of everything, with rows that count and rows that don't."""
    return make_records(
        customers=[{"customer_id": f"K{n}", "key_customer": n == 2} for n in range(1, 5)],
        contracts=[
            contract("1", signed="2021-03-01", end_on="2025-03-01"),
            contract("2", signed="2025-02-01", customer="K2", amount=10),
            contract("3", signed="2025-03-01", customer="K3", amount=20, share="0.5"),
            contract("3", "B", "2025-03-01", "K3", amount=20, share="0.5"),
            contract("4", signed="2025-04-01", customer="K4", cancelled_on="2025-04-02"),
            contract("5", signed="2024-04-01", customer="K2", manager="B", cancelled_on="2024-05-01"),
        ],
        surveys=[answer(5), answer(2, customer="K2"), answer(None, customer="K3")],
        complaints=[complaint("T1", True), complaint("T2", False)],
        projects=[project("P1"), project("P2", benefit="1"), project("P3", benefit=None)],
    )


def test_every_figure_lists_the_rows_it_was_counted_from(company):
    expected = {
        "sales": ["2", "3"],
        "sales_share": ["2", "3"],
        "new_customers": ["K2", "K3"],
        "customers_served": ["K1", "K2", "K3", "K4"],
        "satisfaction": ["K1", "K2"],
        "complaint_rate": ["T1"],
        "key_customers": ["K2"],
        "long_term_share": ["K1"],
        "major_projects": ["P1"],
    }
    assert {name: sources(company, make_policy(), "A", name, 2025) for name in expected} == expected
    assert expected.keys() >= set(indicators.WITH_ROWS)


def test_a_growth_lists_the_contracts_of_both_years():
    contracts = [contract("1", signed="2024-05-01"), contract("2", signed="2025-05-01")]
    records = make_records(contracts=contracts)
    assert sources(records, make_policy(), "A", "sales_growth", 2025) == ["1", "2"]


def test_rows_listed_but_not_counted_say_so(company):
    rows = source_rows(company, make_policy(), 2025, ["A"])
    asked = rows["satisfaction"].set_index("source_id")
    assert asked["counts"].to_dict() == {"K1": True, "K2": True, "K3": False}
    assert asked["satisfied"].to_dict() == {"K1": True, "K2": False, "K3": False}
    led = rows["major_projects"].set_index("source_id")
    assert led["counts"].to_dict() == {"P1": True, "P2": False, "P3": False}


def test_rows_can_be_asked_for_some_people_only(company):
    everybody = source_rows(company, make_policy(), 2025)
    assert set(everybody["sales"]["manager_id"]) == {"A", "B"}
    some = source_rows(company, make_policy(), 2025, ["B"])
    assert set(some["sales"]["manager_id"]) == {"B"}
    assert len(source_rows(company, make_policy(), 2025, [])["sales"]) == 0


def test_what_has_no_rule_lists_no_rows(company):
    for blank, name in (
        ("key_contract_amount", "key_customers"),
        ("project_min_benefit", "major_projects"),
        ("satisfied_from", "satisfaction"),
        ("cancellation", "sales"),
    ):
        assert sources(company, make_policy(**{blank: None}), "A", name, 2025) == [], blank
    dollars = replace(company, currency=Currency("USD", Label("美元", "US dollar")))
    assert sources(dollars, make_policy(), "A", "key_customers", 2025) == []
    assert sources(dollars, make_policy(), "A", "sales", 2025) == ["2", "3"]


def test_an_indicator_that_no_table_of_rows_serves_is_refused(company):
    with pytest.raises(KeyError):
        sources(company, make_policy(), "A", "degree", 2025)


@pytest.mark.parametrize("dialect", ["duckdb", "sqlite", "postgres", "pyspark"])
def test_every_definition_can_be_put_to_other_backends(dialect):
    policy, years, tables = make_policy(), (2024, 2025), unbound()
    found = expressions.rows(tables, indicators.readings(policy), years)
    at_level = definitions.new_customers_at_level(found["new_customers"], tables["spells"])
    of_departments = definitions.department_sales(found["sales"], tables["spells"], tables["managers"])
    whole = expressions.yearly(tables["contracts"], found)
    for expression in (whole, at_level, of_departments, *found.values()):
        assert ibis.to_sql(expression, dialect=dialect).startswith(("SELECT", "WITH"))
