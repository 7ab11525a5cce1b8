"""The same indicators a second way: a plain loop over rows agrees with the queries on any records."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmreview.review.counting.indicators import department_sales, manager_years, source_rows
from tests.builders import make_policy, make_records

MANAGERS = ("A", "B", "C")
YEARS = range(2022, 2026)
# few days, customers and amounts, so that ties and borders are met again and again
DAYS = st.sampled_from(
    [date(year, month, day) for year in YEARS for month, day in ((1, 1), (1, 31), (6, 30), (12, 31))]
) | st.dates(date(2022, 1, 1), date(2025, 12, 31))
LATER = st.none() | st.integers(0, 900).map(lambda days: timedelta(days=days))
CUSTOMERS = st.sampled_from(["K1", "K2", "K3", "K4"])
SHARES = st.sampled_from([None, Decimal("0.5"), Decimal("0.333333"), Decimal(1)])
AMOUNTS = st.sampled_from([Decimal("400"), Decimal("600"), Decimal("1000"), Decimal("0.0001")]) | st.decimals(
    1, 10**9, places=4
)
READINGS = st.fixed_dictionaries(
    {
        "cancellation": st.sampled_from(["ever", "within_year"]),
        "shared_customer_credit": st.sampled_from(["lead", "each"]),
        "unjustified_complaints": st.sampled_from(["exclude", "include"]),
        "customers_served": st.sampled_from(["in_force_or_signed", "signed"]),
        "part_years": st.sampled_from(["weighted", "full_years_only"]),
        "long_term_years": st.sampled_from([Decimal(1), Decimal(2), Decimal("1.5")]),
        "key_contract_amount": st.just(Decimal(1000)),
        "project_min_benefit": st.just(Decimal(1000)),
        "satisfied_from": st.just(Decimal(4)),
    }
)


@st.composite
def companies(draw):
    """Rows of every table that indicators read, as dicts."""
    contracts = []
    for number in range(draw(st.integers(1, 14))):
        signed, ends, cancelled = draw(DAYS), draw(LATER), draw(LATER)
        row = {
            "contract_id": f"{number:02}",
            "customer_id": draw(CUSTOMERS | st.none()),
            "amount": draw(AMOUNTS),
            "signed_on": signed,
            "end_on": None if ends is None else signed + ends,
            "cancelled_on": None if cancelled is None or draw(st.booleans()) else signed + cancelled,
        }
        for manager in draw(st.lists(st.sampled_from(MANAGERS), min_size=1, max_size=2, unique=True)):
            contracts.append(row | {"manager_id": manager, "share": draw(SHARES)})
    surveys = {
        (customer, manager, day): score
        for customer, manager, day, score in draw(
            st.lists(
                st.tuples(CUSTOMERS, st.sampled_from(MANAGERS), DAYS, st.sampled_from([None, 1, 4, 5])),
                max_size=8,
            )
        )
    }
    complaints = draw(
        st.lists(
            st.tuples(CUSTOMERS, st.sampled_from(MANAGERS), DAYS, st.sampled_from([None, True, False])),
            max_size=5,
        )
    )
    projects = draw(
        st.lists(
            st.tuples(
                st.sampled_from(MANAGERS),
                DAYS | st.none(),
                st.sampled_from([None, Decimal(999), Decimal(1000)]),
            ),
            max_size=4,
        )
    )
    promoted = {manager: draw(st.none() | DAYS) for manager in MANAGERS}
    history = []
    for manager, day in promoted.items():
        junior = {"manager_id": manager, "department": "一部", "level": "junior", "start": date(2021, 1, 1)}
        history.append(junior)
        if day is not None:
            history.append(junior | {"department": "二部", "level": "intermediate", "start": day})
    return {
        "contracts": contracts,
        "customers": [
            {"customer_id": f"K{n}", "key_customer": draw(st.none() | st.booleans())} for n in range(1, 5)
        ],
        "surveys": [
            {"customer_id": c, "manager_id": m, "surveyed_on": d, "score": s}
            for (c, m, d), s in surveys.items()
        ],
        "complaints": [
            {"complaint_id": str(n), "customer_id": c, "manager_id": m, "received_on": d, "upheld": u}
            for n, (c, m, d, u) in enumerate(complaints)
        ],
        "projects": [
            {"project_id": str(n), "manager_id": m, "completed_on": d, "benefit": b}
            for n, (m, d, b) in enumerate(projects)
        ],
        "level_history": history,
        "managers": [{"manager_id": manager, "department": "一部"} for manager in MANAGERS],
    }


class Plain:
    """Clause 5.1 by loops over rows; it shares no code with the package."""

    def __init__(self, tables, readings):
        self.tables, self.read = tables, readings
        self.counted = [row for row in tables["contracts"] if self._counts(row)]
        self.signed_in = {row["signed_on"].year for row in tables["contracts"]}
        self.first_day = min(row["signed_on"] for row in tables["contracts"])
        self.won = list(self._won())

    def _counts(self, row):
        if row["cancelled_on"] is None:
            return True
        if self.read["cancellation"] == "ever":
            return False
        return row["cancelled_on"] > date(row["signed_on"].year, 12, 31)

    @staticmethod
    def credited(row):
        return row["amount"] * (1 if row["share"] is None else row["share"])

    def _won(self):
        by_customer = defaultdict(list)
        for row in self.counted:
            if row["customer_id"] is not None:
                by_customer[row["customer_id"]].append(row)
        for customer, rows in by_customer.items():
            first = min((row["signed_on"], row["contract_id"]) for row in rows)
            of_first = [row for row in rows if (row["signed_on"], row["contract_id"]) == first]
            if self.read["shared_customer_credit"] == "lead":
                of_first.sort(
                    key=lambda row: (-(1 if row["share"] is None else row["share"]), row["manager_id"])
                )
                of_first = of_first[:1]
            for row in of_first:
                yield row["manager_id"], customer, row["signed_on"]

    def since(self, customer):
        return min((row["signed_on"] for row in self.counted if row["customer_id"] == customer), default=None)

    def served(self, manager, year):
        first, last = date(year, 1, 1), date(year, 12, 31)
        found = set()
        for row in self.tables["contracts"]:
            if row["manager_id"] != manager or row["customer_id"] is None:
                continue
            if self.read["customers_served"] == "signed":
                is_served = row in self.counted and first <= row["signed_on"] <= last
            else:
                in_force_to = max(row["end_on"] or row["signed_on"], row["signed_on"])
                lost = row["cancelled_on"] is not None and row["cancelled_on"] < first
                is_served = row["signed_on"] <= last and in_force_to >= first and not lost
            if is_served:
                found.add(row["customer_id"])
        return found

    def long_term(self, manager, year):
        months = int(self.read["long_term_years"] * 12)
        before, month = divmod(12 * (year + 1) - months, 12)
        last = date(before, month + 1, 1)  # so many months to the day after 31 December
        if (last - timedelta(days=1)).year < self.first_day.year:
            return None
        since = [self.since(customer) for customer in self.served(manager, year)]
        return sum(day is not None and day <= last for day in since)

    def key(self, manager, year):
        marked = {row["customer_id"] for row in self.tables["customers"] if row["key_customer"]}
        won = {customer for who, customer, day in self.won if who == manager and day.year == year}
        volume = {
            customer: sum(
                self.credited(row)
                for row in self.counted
                if row["customer_id"] == customer and row["signed_on"].year == year
            )
            for customer in won
        }
        return {c for c in won if c in marked or volume[c] >= self.read["key_contract_amount"]}

    def answers(self, manager, year):
        """Asked customers, and the latest score of those who answered."""
        mine = [
            row
            for row in self.tables["surveys"]
            if row["manager_id"] == manager and row["surveyed_on"].year == year
        ]
        latest = {}
        for row in sorted(mine, key=lambda row: row["surveyed_on"]):
            if row["score"] is not None:
                latest[row["customer_id"]] = row["score"]
        return {row["customer_id"] for row in mine}, latest

    def complaints(self, manager, year):
        return [
            row["complaint_id"]
            for row in self.tables["complaints"]
            if row["manager_id"] == manager
            and row["received_on"].year == year
            and (row["upheld"] is not False or self.read["unjustified_complaints"] == "include")
        ]

    def projects(self, manager, year):
        """Benefits of those that count, and how many a blank leaves open."""
        counted, open_ = [], 0
        for row in self.tables["projects"]:
            if row["manager_id"] != manager or (row["completed_on"] or date(year, 1, 1)).year != year:
                continue
            if row["benefit"] is None or (row["completed_on"] is None and row["benefit"] >= 1000):
                open_ += 1
            elif row["completed_on"] is not None and row["benefit"] >= 1000:
                counted.append(row["benefit"])
        return counted, open_

    def at(self, manager, day):
        """Level and department on one day."""
        lines = [r for r in self.tables["level_history"] if r["manager_id"] == manager and r["start"] <= day]
        return max(lines, key=lambda row: row["start"], default=None)

    def junior_years(self, manager, year):
        """Customers won and days held at junior, by earlier years that the records cover in full."""
        won = common = leap = 0
        for earlier in range(self.first_day.year, year):
            is_part = earlier == self.first_day.year and self.first_day.month > 1
            if earlier not in self.signed_in or is_part:
                continue
            days = [date(earlier, 1, 1) + timedelta(days=n) for n in range(366)]
            days = [day for day in days if day.year == earlier]
            held = {day for day in days if self.at(manager, day)["level"] == "junior"}
            if self.read["part_years"] == "full_years_only" and len(held) < len(days):
                continue
            if len(days) == 366:
                leap += len(held)
            else:
                common += len(held)
            won += sum(who == manager and day in held for who, _, day in self.won)
        return (won if common + leap else None), common, leap

    def year(self, manager, year):
        """One row of the frame."""
        covered = year in self.signed_in
        mine = [row for row in self.counted if row["manager_id"] == manager and row["signed_on"].year == year]
        asked, latest = self.answers(manager, year)
        projects, open_ = self.projects(manager, year)
        won, common, leap = self.junior_years(manager, year)
        now = self.at(manager, date(year, 12, 31))
        found = {
            "department": now["department"],
            "level": now["level"],
            "sales": sum((self.credited(row) for row in mine), Decimal(0)),
            "contracts": len(mine),
            "new_customers": sum(who == manager and day.year == year for who, _, day in self.won),
            "customers_served": len(self.served(manager, year)),
            "key_customers": len(self.key(manager, year)),
            "long_term_customers": self.long_term(manager, year),
        }
        if not covered:
            found |= dict.fromkeys(list(found)[2:])
        found |= {
            "asked": len(asked),
            "answers": len(latest),
            "satisfied": sum(score >= 4 for score in latest.values()),
            "complaints": len(self.complaints(manager, year)),
            "projects": len(projects),
            "project_benefit": sum(projects, Decimal(0)),
            "projects_open": open_,
            "won_at_junior": won,
            "days_common_at_junior": common,
            "days_leap_at_junior": leap,
        }
        for table, names in {
            "surveys": ("asked", "answers", "satisfied"),
            "complaints": ("complaints",),
            "projects": ("projects", "project_benefit", "projects_open"),
        }.items():
            if not self.tables[table]:
                found |= dict.fromkeys(names)
        return found


def plain_rows(frame):
    return [
        {name: None if value is None or value != value else value for name, value in row.items()}
        for row in frame.astype(object).where(frame.notna(), None).to_dict("records")
    ]


MANY = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEW = settings(MANY, max_examples=4)


@MANY
@given(companies(), READINGS)
def test_queries_and_plain_loops_agree_on_any_records(tables, readings):
    frame = manager_years(make_records(**tables), make_policy(**readings))
    plain = Plain(tables, readings)
    years = range(plain.first_day.year, max(plain.signed_in) + 1)
    rows = plain_rows(frame)
    assert [(row["manager_id"], row["year"]) for row in rows] == [(m, y) for m in MANAGERS for y in years]
    for row in rows:
        expected = plain.year(row["manager_id"], row["year"])
        assert {name: row[name] for name in expected} == expected, (row["manager_id"], row["year"])
    for year in years:
        here = [row for row in rows if row["year"] == year]
        (total,) = {row["company_sales"] for row in here}
        assert total == (sum(row["sales"] for row in here) if year in plain.signed_in else None)


@FEW
@given(companies(), READINGS)
def test_the_rows_listed_are_those_that_were_counted_and_departments_add_up_to_the_company(tables, readings):
    records, policy = make_records(**tables), make_policy(**readings)
    frame = manager_years(records, policy)
    year = int(frame["year"].max())
    listed = source_rows(records, policy, year)
    counted = {name: rows[rows["counts"]] for name, rows in listed.items()}
    columns = {
        "sales": "contracts",
        "new_customers": "new_customers",
        "customers_served": "customers_served",
        "satisfaction": "answers",
        "complaint_rate": "complaints",
        "key_customers": "key_customers",
        "major_projects": "projects",
    }
    for row in plain_rows(frame[frame["year"] == year]):
        mine = {name: rows[rows["manager_id"] == row["manager_id"]] for name, rows in counted.items()}
        for name, column in columns.items():
            assert len(mine[name]) == (row[column] or 0), name
            assert mine[name]["source_id"].is_unique
        assert mine["sales"]["amount"].sum() == row["sales"]
        assert mine["satisfaction"].get("satisfied").sum() == (row["satisfied"] or 0)
        assert mine["major_projects"]["amount"].sum() == (row["project_benefit"] or 0)
        if row["long_term_customers"] is not None:
            assert len(mine["long_term_share"]) == row["long_term_customers"]
    by_department = department_sales(records, policy).groupby("year")["sales"].sum()
    for row in plain_rows(frame):
        assert by_department.get(row["year"], 0) == (row["company_sales"] or 0)


@FEW
@given(companies(), st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(tables, random: Random):
    records = make_records(**tables)
    shuffled = {}
    for name, table in records.tables.items():
        order = list(range(len(table)))
        random.shuffle(order)
        shuffled[name] = table.iloc[order].reset_index(drop=True)
    other = type(records)(shuffled, (), (), ())
    policy = make_policy()
    first, second = manager_years(records, policy), manager_years(other, policy)
    assert first.dtypes.equals(second.dtypes)
    assert plain_rows(first) == plain_rows(second)
    year = int(first["year"].max())
    listed = source_rows(records, policy, year), source_rows(other, policy, year)
    assert [plain_rows(rows) for rows in listed[0].values()] == [
        plain_rows(rows) for rows in listed[1].values()
    ]


@FEW
@given(companies(), st.sampled_from([Decimal("0.5"), Decimal("0.25"), Decimal("0.000001")]))
def test_splitting_a_contract_among_managers_leaves_the_company_unchanged(tables, part):
    whole = [row | {"share": None} for row in tables["contracts"] if row["manager_id"] == "A"]
    if not whole:
        return
    split = [row | {"share": 1 - part} for row in whole]
    split += [row | {"share": part, "manager_id": "B"} for row in whole]
    policy = make_policy()
    before = manager_years(make_records(**tables | {"contracts": whole}), policy)
    after = manager_years(make_records(**tables | {"contracts": split}), policy)
    for column in ("sales", "new_customers", "key_customers"):
        assert before.groupby("year")[column].sum().to_dict() == after.groupby("year")[column].sum().to_dict()
