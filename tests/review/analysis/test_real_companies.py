"""Two companies' real order books: the analysis agrees with a second, plain calculation from the CSV files.

The second calculation shares no code with the package. Nothing of the data is kept in the project: the
tests are skipped, saying so, where the data are not beside it, and fail in CI.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from cmreview.policy.load import load_policy
from cmreview.records.opening import open_records
from cmreview.review.analysis.analysis import CompanyAnalysis, build_analysis
from cmreview.review.analysis.concentration import Whose
from cmreview.review.analysis.trends import Dimension, LineKind
from cmreview.review.case import expectations

YEARS = {"adventureworks": 2013, "northwind": 1997}


@dataclass(frozen=True)
class Order:
    day: str
    customer: str
    seller: str
    amount: Decimal

    @property
    def year(self) -> int:
        return int(self.day[:4])


@dataclass(frozen=True)
class Company:
    """One company analysed, and as plain orders; ``regions`` by customer."""

    name: str
    year: int
    analysis: CompanyAnalysis
    orders: list[Order]
    regions: dict[str, str]

    def of(self, year: int) -> list[Order]:
        return [order for order in self.orders if order.year == year]

    def buyers(self, year: int) -> set[str]:
        return {order.customer for order in self.of(year)}

    def total(self, year: int) -> Decimal:
        return sum((order.amount for order in self.of(year)), Decimal(0))


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def plain(name: str, folder: Path) -> tuple[list[Order], dict[str, str]]:
    if name == "adventureworks":
        orders = [
            Order(row["OrderDate"][:10], row["CustomerID"], row["SalesPersonID"], Decimal(row["SubTotal"]))
            for row in lines(folder / "SalesOrderHeader.csv")
        ]
        names = {row["TerritoryID"]: row["Name"] for row in lines(folder / "SalesTerritory.csv")}
        return orders, {
            row["CustomerID"]: names[row["TerritoryID"]] for row in lines(folder / "Customer.csv")
        }
    amounts: Counter[str] = Counter()
    for row in lines(folder / "OrderDetails.csv"):
        part = Decimal(row["UnitPrice"]) * Decimal(row["Quantity"]) * (1 - Decimal(row["Discount"]))
        amounts[row["OrderID"]] += part
    orders = [
        Order(row["OrderDate"][:10], row["CustomerID"], row["EmployeeID"], amounts[row["OrderID"]])
        for row in lines(folder / "Orders.csv")
    ]
    return orders, {row["CustomerID"]: row["Country"] for row in lines(folder / "Customers.csv")}


@pytest.fixture(scope="module", params=sorted(YEARS))
def company(request, root, shared_data) -> Company:
    name, year = request.param, YEARS[request.param]
    policy = load_policy(root / "params/policy-open", year)
    mapping = root / "params/sources" / f"{name}.yaml"
    records = open_records(shared_data / name, mapping, expectations=expectations(policy))
    orders, regions = plain(name, shared_data / name)
    return Company(name, year, build_analysis(records, policy), orders, regions)


def test_every_years_sales_and_orders_agree_to_the_cent(company):
    for year in company.analysis.parts.trends.years:
        assert year.sales == company.total(year.year), year
        assert year.contracts == len(company.of(year.year))
        assert year.customers == len(company.buyers(year.year))
        assert year.managers == len({order.seller for order in company.of(year.year)})


def test_the_year_in_which_the_records_begin_is_a_part_and_not_compared(company):
    first, *_, now = company.analysis.parts.trends.years
    assert first.is_part
    assert not now.is_part
    if company.name == "adventureworks":
        assert now.growth == Fraction(company.total(2013)) / Fraction(company.total(2012)) - 1
    else:
        assert now.growth is None


def test_regions_agree_and_add_up(company):
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for order in company.of(company.year):
        sums[company.regions[order.customer]] += order.amount
    lines_ = company.analysis.parts.trends.breakdown(Dimension.REGION).lines
    assert {line.name: line.sales[-1] for line in lines_ if line.sales[-1]} == sums
    assert {line.kind for line in lines_} == {LineKind.NAMED}


def test_customer_groups_are_shown_only_where_the_source_has_them(company):
    found = company.analysis.parts.trends.breakdown(Dimension.CUSTOMER_GROUP)
    assert bool(found.lines) == (company.name == "adventureworks")
    assert (found.reason is None) == (company.name == "adventureworks")


def test_customers_new_kept_and_lost_agree(company):
    for flow in company.analysis.parts.customers.flows[1:]:
        here, before = company.buyers(flow.year), company.buyers(flow.year - 1)
        earlier = {order.customer for order in company.orders if order.year < flow.year}
        assert flow.new == len(here - earlier)
        assert flow.kept == len(here & before)
        assert flow.returned == len((here & earlier) - before)
        assert flow.lost == len(before - here)
        of_new = sum((o.amount for o in company.of(flow.year) if o.customer not in earlier), Decimal(0))
        assert flow.sales_of_new == of_new


def test_concentration_of_customers_agrees(company):
    found = next(each for each in company.analysis.parts.concentration if each.whose is Whose.CUSTOMERS)
    sums: Counter[str] = Counter()
    for order in company.of(company.year):
        sums[order.customer] += order.amount
    everything = Fraction(company.total(company.year))
    assert found.now.of == len(sums)
    assert found.now.hhi == sum((Fraction(amount) / everything) ** 2 for amount in sums.values())
    if found.together is not None:
        largest = sum((Fraction(amount) for _, amount in sums.most_common(found.together)), Fraction(0))
        assert found.now.largest == largest / everything


def test_months_agree(company):
    sums: Counter[int] = Counter()
    for order in company.of(company.year):
        sums[int(order.day[5:7])] += order.amount
    assert list(company.analysis.parts.seasons.months[-1].sales) == [sums[month] for month in range(1, 13)]


def test_what_the_data_do_not_carry_is_said_and_nowhere_zero(company):
    parts = company.analysis.parts
    assert parts.service.now.answers is None
    assert parts.service.now.complaints is None
    assert parts.thresholds == ()
    assert {each.value for each in parts.forecasts} == {None}
    assert {each.open_late for each in parts.completeness.departments} == {None}


def test_no_seller_is_named(company, shared_data):
    from cmreview.exact_json import canonical, encode

    stored = canonical(encode(company.analysis)).decode()
    people = {"adventureworks": ("Employee.csv", "LoginID"), "northwind": ("Employees.csv", "LastName")}
    file, column = people[company.name]
    assert [
        row[column] for row in lines(shared_data / company.name / file) if f'{row[column]}"' in stored
    ] == []
