"""Customers: whoever is served is new, kept or back, and whoever was served is kept or lost (Policy 5.3)."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given

from cmreview.review.analysis.customers import customers
from cmreview.review.analysis.material import material as from_records
from cmreview.review.analysis.material import total
from tests.builders import make_records
from tests.review.analysis.made import SALES, analysis_policy, material


@given(SALES)
def test_new_kept_and_returned_are_all_who_are_served(sales):
    made = material(sales)
    before = None
    for flow in customers(made).flows:
        if flow.new is not None and flow.kept is not None:
            assert flow.new + flow.kept + flow.returned == flow.served
            assert flow.kept + flow.lost == before
            assert flow.sales_of_new + flow.sales_of_known == total(made.sales_by_year[flow.year])
        before = flow.served


@given(SALES)
def test_a_cohort_is_served_in_full_in_its_first_year_and_cohorts_add_up(sales):
    made = material(sales)
    found = customers(made)
    for at, year in enumerate(made.years):
        known = [cohort.served[at] for cohort in found.cohorts if cohort.served[at] is not None]
        if made.is_covered(year):
            assert sum(known) == found.flows[at].served
            assert sum(c.sales[at] or 0 for c in found.cohorts) == total(made.sales_by_year.get(year, ()))
        else:
            assert known == []
    for cohort in found.cohorts:
        assert cohort.served[made.years.index(cohort.first_year)] == cohort.customers


def test_each_kind_of_customer_by_hand():
    sales = [
        *(("a", customer, "2023-01-10", 1) for customer in ("stays", "leaves", "pauses")),
        *(("a", customer, "2024-05-10", 1) for customer in ("stays", "leaves")),
        *(("a", customer, "2025-12-10", 10) for customer in ("stays", "pauses", "comes")),
    ]
    first, _, now = customers(material(sales)).flows
    assert (now.served, now.new, now.kept, now.returned, now.lost) == (3, 1, 1, 1, 1)
    assert now.kept_share == Fraction(1, 2)
    assert (now.sales_of_new, now.sales_of_known) == (10, 20)
    assert (first.served, first.new, first.lost) == (3, None, None)


def test_after_a_year_without_records_nobody_is_kept_or_lost():
    sales = [("a", "K1", "2023-01-10", 1), ("a", "K1", "2025-12-10", 1), ("a", "K2", "2025-12-11", 1)]
    _, gap, now = customers(material(sales)).flows
    assert gap.served is None
    assert (now.served, now.new, now.kept, now.lost) == (2, 1, None, None)


def contract(at: int, customer: str, day: str, **more: str) -> dict:
    return {"contract_id": f"HT{at}", "customer_id": customer, "manager_id": "a", "signed_on": day} | more


def test_a_contract_in_force_serves_and_a_cancelled_one_does_not():
    contracts = [
        contract(1, "long", "2024-01-10", end_on="2025-06-30"),
        contract(2, "over", "2024-01-11", end_on="2024-12-31"),
        contract(3, "void", "2025-02-01", cancelled_on="2025-03-01"),
        contract(4, "new", "2025-12-20"),
    ]
    records = make_records(contracts=contracts)
    now = customers(from_records(records, analysis_policy())).now
    assert (now.served, now.new, now.kept, now.lost) == (2, 1, 1, 1)
    signed = customers(from_records(records, analysis_policy(customers_served="signed"))).now
    assert (signed.served, signed.new, signed.kept, signed.lost) == (1, 1, 0, 2)


def test_without_a_reading_of_served_there_are_no_customers_and_a_reason():
    records = make_records(contracts=[contract(1, "K", "2025-01-10")])
    found = customers(from_records(records, analysis_policy(customers_served=None)))
    assert found.flows == ()
    assert "customers_served" in found.reason.text()
