"""Two companies' real order books: every figure agrees to the cent with a second, plain calculation.

The second calculation reads the CSV files line by line with the standard library and adds up exact
decimals; it shares no code with the package. Nothing of the data is kept in the project: the tests
are skipped, saying so, where the data are not beside it, and fail in CI.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

from cmreview.policy.load import load_policy
from cmreview.records import open_records
from cmreview.records.model import Expectations, Records
from cmreview.review.case import build_review
from cmreview.review.counting.indicators import manager_years, sources
from cmreview.terms import Severity
from tests.builders import make_policy

COMPANIES = ("adventureworks", "northwind")
EXPECTATIONS = Expectations(levels={}, contract_range=(Decimal(1_000), Decimal(50_000_000)))

# Checked by hand and against what is published of the two samples: all reseller orders of
# AdventureWorks come to 80,487,704.1832, of which the ten orders without a customer are 7,941.9710;
# all orders of Northwind come to 1,265,793.0395.
TOTALS = {
    "adventureworks": {
        2011: Decimal("8778551.9995"),
        2012: Decimal("27133701.3787"),
        2013: Decimal("32883205.1603"),
        2014: Decimal("11684303.6737"),
    },
    "northwind": {
        1996: Decimal("208083.9700"),
        1997: Decimal("617085.2035"),
        1998: Decimal("440623.8660"),
    },
}
ORDERS = {
    "adventureworks": {2011: 406, 2012: 1172, 2013: 1592, 2014: 626},
    "northwind": {1996: 152, 1997: 408, 1998: 270},
}


@dataclass(frozen=True)
class Order:
    """One order as its file tells it."""

    id: str
    day: str
    customer: str
    seller: str
    amount: Decimal

    @property
    def year(self) -> int:
        return int(self.day[:4])


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def plain_orders(company: str, folder: Path) -> list[Order]:
    if company == "adventureworks":
        return [
            Order(
                row["SalesOrderID"],
                row["OrderDate"],
                row["CustomerID"],
                row["SalesPersonID"],
                Decimal(row["SubTotal"]),
            )
            for row in lines(folder / "SalesOrderHeader.csv")
        ]
    amounts: Counter[str] = Counter()
    for row in lines(folder / "OrderDetails.csv"):
        part = Decimal(row["UnitPrice"]) * Decimal(row["Quantity"]) * (1 - Decimal(row["Discount"]))
        amounts[row["OrderID"]] += part
    return [
        Order(row["OrderID"], row["OrderDate"], row["CustomerID"], row["EmployeeID"], amounts[row["OrderID"]])
        for row in lines(folder / "Orders.csv")
    ]


def plain_hired(company: str, folder: Path) -> dict[str, str]:
    if company == "northwind":
        return {row["EmployeeID"]: row["HireDate"] for row in lines(folder / "Employees.csv")}
    hired = {row["BusinessEntityID"]: row["HireDate"] for row in lines(folder / "Employee.csv")}
    sellers = [row["BusinessEntityID"] for row in lines(folder / "SalesPerson.csv")]
    return {seller: hired[seller] for seller in sellers}


@dataclass(frozen=True)
class Company:
    """One company both ways: by the package, and as plain order lines."""

    name: str
    folder: Path
    records: Records
    frame: pd.DataFrame
    orders: list[Order]
    hired: dict[str, str]

    def rows(self) -> list[dict]:
        return self.frame.to_dict("records")

    def sales(self, seller: str, year: int) -> Decimal:
        return sum((o.amount for o in self.orders if (o.seller, o.year) == (seller, year)), Decimal(0))

    def first_orders(self) -> dict[str, Order]:
        """Each customer's first order: the earliest day, then the lowest order number."""
        first: dict[str, Order] = {}
        for order in sorted(self.orders, key=lambda o: (o.day, int(o.id))):
            first.setdefault(order.customer, order)
        return first


@pytest.fixture(scope="session", params=COMPANIES)
def company(request, root, shared_data) -> Company:
    name = request.param
    folder = shared_data / name
    records = open_records(folder, root / "params" / "sources" / f"{name}.yaml", expectations=EXPECTATIONS)
    year = max(TOTALS[name])
    frame = manager_years(records, make_policy(year))
    return Company(name, folder, records, frame, plain_orders(name, folder), plain_hired(name, folder))


def missing(value: object) -> bool:
    return bool(pd.isna(value))


def six_places(value: Fraction) -> Decimal:
    """Rounded 四舍五入: half away from zero."""
    whole, rest = divmod(abs(value) * 10**6, 1)
    rounded = Decimal(int(whole) + (rest >= Fraction(1, 2))).scaleb(-6)
    return rounded if value >= 0 else -rounded


def test_there_is_one_row_per_person_and_year_that_the_records_cover(company):
    expected = {
        (seller, year)
        for seller, day in company.hired.items()
        for year in TOTALS[company.name]
        if int(day[:4]) <= year
    }
    found = list(zip(company.frame["manager_id"], company.frame["year"], strict=True))
    assert found == sorted(expected)


def test_sales_agree_to_the_cent(company):
    for row in company.rows():
        assert row["sales"] == company.sales(row["manager_id"], row["year"]), row


def test_company_sales_are_the_totals_checked_by_hand(company):
    totals = {row["year"]: row["company_sales"] for row in company.rows()}
    assert totals == TOTALS[company.name]
    for year, total in TOTALS[company.name].items():
        assert company.frame.loc[company.frame["year"] == year, "sales"].sum() == total


def test_the_company_share_agrees(company):
    for row in company.rows():
        share = Fraction(company.sales(row["manager_id"], row["year"])) / Fraction(
            TOTALS[company.name][row["year"]]
        )
        assert Fraction(row["sales"]) / Fraction(row["company_sales"]) == share
        assert row["sales_share"] == six_places(share), row


def test_growth_agrees_wherever_the_person_was_there_in_the_year_before(company):
    compared = 0
    for row in company.rows():
        seller, year = row["manager_id"], row["year"]
        before = year - 1
        if before not in TOTALS[company.name] or int(company.hired[seller][:4]) > before:
            assert missing(row["previous_sales"]), row
            continue
        compared += 1
        previous = company.sales(seller, before)
        assert row["previous_sales"] == previous, row
        growth = (Fraction(company.sales(seller, year)) - Fraction(previous)) / Fraction(previous)
        assert row["sales_growth"] == six_places(growth), row
        # the records begin in the middle of their first year, and some people in the middle of theirs
        began = max(company.hired[seller], min(order.day for order in company.orders))
        assert row["previous_is_part_year"] == (began[:4] == str(before)), row
    assert compared == {"adventureworks": 41, "northwind": 18}[company.name]


def test_customers_served_agree(company):
    served = defaultdict(set)
    for order in company.orders:
        served[order.seller, order.year].add(order.customer)
    for row in company.rows():
        assert row["customers_served"] == len(served[row["manager_id"], row["year"]]), row


def test_new_customers_agree_and_each_is_won_once_by_one_person(company):
    won = Counter((order.seller, order.year) for order in company.first_orders().values())
    for row in company.rows():
        assert row["new_customers"] == won[row["manager_id"], row["year"]], row
    assert company.frame["new_customers"].sum() == len({order.customer for order in company.orders})


def test_order_numbers_compare_as_text_as_they_do_as_numbers(company):
    # of two first orders on one day the smaller id counts as first, and ids are text
    assert {len(order.id) for order in company.orders} == {5}


def test_every_order_is_counted_once(company):
    counted = company.frame.groupby("year")["contracts"].sum().to_dict()
    assert counted == ORDERS[company.name]
    assert sum(counted.values()) == len(company.orders)


def test_rows_in_are_rows_used_and_rows_set_aside_in_every_table(company):
    files = {path.name: len(lines(path)) for path in company.folder.glob("*.csv")}
    for count in company.records.counts:
        assert count.rows_in == count.used + count.set_aside, count
        here = [
            f
            for f in company.records.findings
            if f.set_aside and (f.table, f.file) == (count.table, count.file)
        ]
        assert len({finding.row for finding in here}) == count.set_aside
        if (count.table, count.file) != ("level_history", "SalesPerson.csv"):
            assert count.rows_in == files[count.file], count
    for table, frame in company.records.tables.items():
        assert len(frame) == sum(c.used for c in company.records.counts if c.table == table)


def test_nothing_stops_a_department_and_everything_odd_is_told_in_both_languages(company):
    assert company.records.stopped == frozenset()
    assert all(finding.severity == Severity.WARNING for finding in company.records.findings)
    for finding in company.records.findings:
        assert finding.line("zh")
        assert finding.line("en")
        assert Path(finding.file).name == finding.file


def test_the_same_files_give_the_same_records(company, root):
    mapping = root / "params" / "sources" / f"{company.name}.yaml"
    again = open_records(company.folder, mapping, expectations=EXPECTATIONS)
    assert again.findings == company.records.findings
    assert again.counts == company.records.counts
    assert again.sources == company.records.sources
    for table, frame in company.records.tables.items():
        assert again.tables[table].equals(frame)


def test_what_the_data_do_not_carry_is_no_evidence_and_never_zero(company):
    for column in ("satisfied", "answers", "complaints", "projects", "project_benefit"):
        assert company.frame[column].isna().all(), column
    assert company.frame["level"].isna().all()
    assert set(company.frame["currency"]) == {"USD"}


def test_departments_are_the_history_s_or_the_region_s(company):
    found = {(row["manager_id"], row["year"]): row["department"] for row in company.rows()}
    if company.name == "northwind":
        regions = {"1": "Eastern", "2": "Eastern", "3": "Southern", "4": "Eastern", "5": "Eastern"}
        regions |= {"6": "Western", "7": "Western", "8": "Northern", "9": "Northern"}
        assert found == {(seller, year): regions[seller] for seller, year in found}
        return
    nowhere = "No territory 无销售区域"
    names = {row["TerritoryID"]: row["Name"] for row in lines(company.folder / "SalesTerritory.csv")}
    history = lines(company.folder / "SalesTerritoryHistory.csv")
    for (seller, year), department in found.items():
        held = [
            names[row["TerritoryID"]]
            for row in history
            if row["BusinessEntityID"] == seller
            and row["StartDate"] <= f"{year}-12-31" <= (row["EndDate"] or "9999")
        ]
        assert [department] == (held or [nowhere]), (seller, year)
    assert {seller for (seller, _), department in found.items() if department == nowhere} == {
        *("274", "280", "285", "287")
    }
    assert found["280", 2011] == "Northwest"
    assert found["280", 2012] == nowhere


@pytest.fixture(scope="session")
def early_policy(root, tmp_path_factory) -> Path:
    """The shipped policy reaching back to the samples' years, as the guide says how."""
    folder = tmp_path_factory.mktemp("policy")
    for file in sorted((root / "params" / "policy").glob("*.yaml")):
        text = file.read_text("utf-8").replace("2021", "1996")
        (folder / file.name).write_text(text, "utf-8")
    return folder


def test_a_review_shows_what_the_data_carry_and_no_evidence_for_the_rest(company, early_policy):
    year = {"adventureworks": 2013, "northwind": 1997}[company.name]
    policy = load_policy(early_policy, year)
    review = build_review(company.records, policy)
    assert {case.person.manager_id for case in review.cases} == set(company.hired)
    for case in review.cases:
        seller = case.person.manager_id
        assert case.fact("sales").value == Fraction(company.sales(seller, year))
        assert case.fact("sales").rows == sum((o.seller, o.year) == (seller, year) for o in company.orders)
        assert case.fact("sales_share").value == case.fact("sales").value / Fraction(
            TOTALS[company.name][year]
        )
        for indicator in ("degree", "satisfaction", "complaint_rate", "major_projects", "industry_influence"):
            assert case.fact(indicator).value is None, indicator
            assert case.fact(indicator).remark is not None
    shown = [review.department(name) for name in review.departments]
    people = [case.person.manager_id for each in shown for case in (*each.applicants, *each.others)]
    assert sorted(people) == sorted(company.hired)
    assert {each.currency for each in shown} == {"USD"}


@pytest.fixture(scope="session")
def adventureworks(root, shared_data) -> Records:
    mapping = root / "params" / "sources" / "adventureworks.yaml"
    return open_records(shared_data / "adventureworks", mapping, expectations=EXPECTATIONS)


def test_the_ten_orders_without_a_customer_are_told_and_counted_and_never_lost(adventureworks):
    count = next(c for c in adventureworks.counts if c.file == "orders_without_customer.csv")
    assert (count.table, count.rows_in, count.used, count.set_aside) == ("contracts", 10, 0, 10)
    here = [f for f in adventureworks.findings if f.file == "orders_without_customer.csv"]
    assert {finding.row for finding in here} == set(range(2, 12))
    assert all(finding.set_aside for finding in here)
    assert {finding.department for finding in here} == {"Germany"}
    assert Counter(finding.column for finding in here)["customer_id"] == 10


def test_a_tie_on_the_first_day_goes_to_the_lower_order_number(adventureworks, shared_data):
    # 29837 ordered twice on its first day, from two people; the lower number was 287's
    orders = plain_orders("adventureworks", shared_data / "adventureworks")
    first = sorted((o.day, o.id, o.seller) for o in orders if o.customer == "29837")[:2]
    assert first == [("2013-05-30", "51170", "287"), ("2013-05-30", "51171", "288")]
    policy = make_policy(2013)
    assert "29837" in sources(adventureworks, policy, "287", "new_customers", 2013)
    assert "29837" not in sources(adventureworks, policy, "288", "new_customers", 2013)


def test_a_territory_that_contradicts_the_history_is_told_to_the_person_s_department(adventureworks):
    told = [finding for finding in adventureworks.findings if finding.code == "sources.contradicted"]
    assert [(finding.row, finding.value, finding.department) for finding in told] == [
        (17, "10", "Canada"),
        (3, "2", "Central"),
        (8, "1", "No territory 无销售区域"),
        (5, "3", "Northeast"),
        (10, "6", "United Kingdom"),
    ]


def test_customer_names_garbled_in_the_file_itself_are_told_and_kept(root, shared_data):
    mapping = root / "params" / "sources" / "northwind.yaml"
    records = open_records(shared_data / "northwind", mapping, expectations=EXPECTATIONS)
    garbled = [finding for finding in records.findings if finding.code == "sources.garbled"]
    assert len(garbled) == 20
    assert {finding.department for finding in garbled} == {None}
    names = records.tables["customers"].set_index("customer_id")["name"]
    assert names["KOENE"] == "KÃ¶niglich Essen"
    assert any("Königlich Essen" in finding.reason("zh") for finding in garbled)
