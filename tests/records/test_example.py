"""The example company is the same for the same seed, fills every table, and holds every awkward person."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from io import BytesIO, StringIO
from itertools import pairwise

import pandas as pd
import pytest
from openpyxl import load_workbook

from cmreview.errors import RecordsError
from cmreview.policy.load import load_policy
from cmreview.records.columns import Kind
from cmreview.records.example import company
from cmreview.records.example.cases import CASES, REVIEW_YEAR, YEARS
from cmreview.records.example.customers import with_check
from cmreview.records.intake import read_records
from cmreview.records.model import Expectations
from cmreview.records.opening import open_records
from cmreview.records.schema import TABLES, YES_NO
from cmreview.review.case import build_review, expectations

# The cases that the company must have, whatever else it has.
PROMISED = {
    *("mid_year_transfer", "mid_year_promotion", "on_leave", "left", "hired_mid_year", "cancelled_contract"),
    *("shared_contract_lead", "shared_contract_partner", "shared_contract_third"),
    *("exact_sales", "exact_growth", "exact_complaint_rate", "exact_new_customers"),
    *("same_name_first", "same_name_second", "rare_character", "markup_name"),
    *("one_customer_over_half", "december_spike", "contract_before_start", "wrong_unit", "customer_twice"),
}


@pytest.fixture(scope="module")
def tables():
    return company.make_example()


@pytest.fixture(scope="module")
def who():
    return company.awkward()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return company.write_example(tmp_path_factory.mktemp("example"))


def opened(path):
    return load_workbook(BytesIO(path.read_bytes()), read_only=True)


def of(rows, manager_id, day=None, year=REVIEW_YEAR):
    """A manager's rows, and where a date column is named only those of the year."""
    return [row for row in rows if row["manager_id"] == manager_id and (day is None or row[day].year == year)]


def sales(tables, manager_id, year=REVIEW_YEAR, *, cancelled=False):
    return sum(
        Fraction(row["amount"]) * Fraction(1 if row["share"] is None else row["share"])
        for row in of(tables["contracts"], manager_id, "signed_on", year)
        if cancelled or row["cancelled_on"] is None
    )


def firsts(tables):
    """The first contract of every customer with the company."""
    found = {}
    for row in sorted(tables["contracts"], key=lambda row: (row["signed_on"], row["contract_id"])):
        found.setdefault(row["customer_id"], row)
    return found


def served(tables, manager_id, year=REVIEW_YEAR):
    """Customers with a contract signed in the year or running into it."""
    return {
        row["customer_id"]
        for row in of(tables["contracts"], manager_id)
        if row["signed_on"] <= date(year, 12, 31)
        and (row["end_on"] or row["signed_on"]) >= date(year, 1, 1)
        and row["cancelled_on"] is None
    }


# --- the company as a whole ---------------------------------------------------------------------------


def test_every_table_is_filled_with_exactly_the_schemas_columns(tables):
    assert list(tables) == list(TABLES)
    for name, rows in tables.items():
        assert rows, name
        columns = {column.name for column in TABLES[name].columns}
        for row in rows:
            assert row.keys() <= columns
            assert all(row.get(c.name) is not None for c in TABLES[name].columns if c.required), (name, row)


def test_every_cell_has_the_type_of_its_column(tables):
    types = {Kind.DATE: date, Kind.YEAR: int, Kind.COUNT: int, Kind.YES_NO: bool}
    types |= dict.fromkeys((Kind.MONEY, Kind.SHARE, Kind.SCORE), Decimal)
    for name, rows in tables.items():
        for column in TABLES[name].columns:
            values = [row[column.name] for row in rows if row.get(column.name) is not None]
            assert {type(value) for value in values} == {types.get(column.kind, str)}, (name, column.name)


def test_keys_are_unique_and_references_resolve(tables):
    for name, table in TABLES.items():
        keys = Counter(tuple(row[column] for column in table.key) for row in tables[name])
        assert max(keys.values()) == 1, name
        for column, other in table.references.items():
            (key,) = TABLES[other].key
            known = {row[key] for row in tables[other]}
            assert {row[column] for row in tables[name]} <= known, (name, column)


def test_the_company_has_the_size_that_was_asked_for(tables):
    assert len(tables["managers"]) == 120
    assert len({row["department"] for row in tables["managers"]}) == 6
    assert {row["signed_on"].year for row in tables["contracts"]} == set(YEARS)
    assert 8_000 < len(tables["contracts"]) < 11_000
    assert 3_000 < len(tables["customers"]) < 5_000
    other = company.make_example(3, departments=9, managers=200)
    assert len(other["managers"]) == 200
    assert len({row["department"] for row in other["managers"]}) == 9


def test_the_company_is_plausible(tables):
    amounts = sorted(row["amount"] for row in tables["contracts"])[1:]  # the first is the wrong unit
    assert amounts[0] >= 1_000
    assert amounts[-1] <= 50_000_000
    answered = Fraction(sum(row["score"] is not None for row in tables["surveys"]), len(tables["surveys"]))
    assert Fraction(6, 10) < answered < Fraction(7, 10)
    assert {row["upheld"] for row in tables["complaints"]} == {True, False, None}
    by_month = Counter(row["signed_on"].month for row in tables["contracts"])
    assert by_month[12] > by_month[2]
    assert all(row["signed_on"].weekday() < 5 for row in tables["contracts"])
    yearly = [sum(sales(tables, row["manager_id"], year) for row in tables["managers"]) for year in YEARS]
    assert yearly == sorted(yearly)


def test_only_one_customer_is_entered_twice(tables):
    codes = [row["credit_code"] for row in tables["customers"] if row["credit_code"]]
    assert len(set(codes)) == len(codes) - 1
    assert all(with_check(code[:17]) == code for code in codes)
    names = Counter(row["name"].replace(" ", "") for row in tables["customers"])
    assert sorted(names.values())[-2:] == [1, 2]


def test_shares_of_a_contract_add_up_to_the_whole_and_its_rows_agree(tables):
    shared = defaultdict(list)
    for row in tables["contracts"]:
        shared[row["contract_id"]].append(row)
    for rows in shared.values():
        if len(rows) == 1:
            assert rows[0]["share"] is None
        else:
            assert sum(row["share"] for row in rows) == 1
            assert len({(row["customer_id"], row["amount"], row["signed_on"]) for row in rows}) == 1
    assert {len(rows) for rows in shared.values()} == {1, 2, 3}


def test_level_histories_have_no_gaps_and_no_overlaps(tables):
    spells = defaultdict(list)
    for row in tables["level_history"]:
        spells[row["manager_id"]].append(row)
    for person in tables["managers"]:
        theirs = sorted(spells[person["manager_id"]], key=lambda row: row["start"])
        for before, after in pairwise(theirs):
            assert (after["start"] - before["end"]).days == 1
        if theirs:
            assert theirs[0]["start"] == person["hired_on"]
            assert theirs[-1]["end"] == person["left_on"]
            assert theirs[-1]["department"] == person["department"]


@pytest.mark.parametrize("seed", range(1, 6))
def test_nobody_does_anything_before_being_hired_or_after_leaving(seed):
    made = company.make_example(seed)
    hired = {row["manager_id"]: row["hired_on"] for row in made["managers"]}
    left = {row["manager_id"]: row["left_on"] or date.max for row in made["managers"]}
    early = company.awkward(seed)["contract_before_start"]  # one contract, on purpose
    assert all(hired[manager] < left[manager] for manager in hired)
    days = {"contracts": "signed_on", "surveys": "surveyed_on", "complaints": "received_on"}
    days |= {"exams": "taken_on", "level_history": "start", "leaves": "start", "achievements": "dated_on"}
    for table, day in days.items():
        for row in made[table]:
            if row["manager_id"] != early:
                assert hired[row["manager_id"]] <= row[day] <= left[row["manager_id"]], (table, row)


# --- the same seed --------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes_in_another_process_zone_and_time(written):
    code = "import sys, time; time.time = lambda: 4e9\nfrom pathlib import Path\n"
    code += "from cmreview.records.example.company import write_example\nwrite_example(Path(sys.argv[1]))"
    folder = written.files[0].parent.with_name("again")
    environment = os.environ | {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True, env=environment)
    for path in written.files:
        assert (folder / path.name).read_bytes() == path.read_bytes(), path.name


def test_another_seed_gives_another_company(tables):
    other = company.make_example(2)
    assert [row["name"] for row in other["managers"]] != [row["name"] for row in tables["managers"]]
    assert other["contracts"] != tables["contracts"]


def test_the_company_is_made_and_written_in_seconds(tmp_path):
    start = time.process_time()  # this process's own work, however busy the machine is
    company.write_example(tmp_path, 5)
    assert time.process_time() - start < 6


# --- the files ------------------------------------------------------------------------------------------


def test_each_department_hands_in_a_workbook_and_headquarters_a_csv_a_table(written):
    names = [path.name for path in written.files]
    assert names[:2] == ["销售一部.xlsx", "销售二部.xlsx"]
    kept = ["考试.csv", "客户.csv", "年度结论.csv", "意见建议.csv"]
    assert [name for name in names if name.endswith(".csv")] == kept
    assert len(names) == 6 + len(kept)
    assert sorted(names) == sorted(path.name for path in written.files[0].parent.iterdir())


def test_a_department_with_a_slash_in_its_name_stays_in_the_folder(written, tables):
    (department,) = {row["department"] for row in tables["managers"] if "/" in row["department"]}
    (path,) = [path for path in written.files if path.name.startswith("渠道合作部")]
    assert path.parent == written.files[0].parent
    sheet = opened(path)["花名册"]
    assert {row[2] for row in sheet.iter_rows(min_row=2, values_only=True)} == {department}


def test_every_row_stands_in_exactly_one_file(written, tables):
    found = Counter()
    for path in written.files:
        if path.suffix == ".csv":
            rows = list(csv.reader(StringIO(path.read_text("utf-8-sig"))))
            found[path.stem] += len(rows) - 1
            continue
        book = opened(path)
        for name in book.sheetnames[1:]:
            found[name] += sum(1 for _ in book[name].iter_rows(min_row=2, values_only=True))
    assert found == {TABLES[name].label.zh: len(rows) for name, rows in tables.items()}
    assert written.rows == sum(found.values())


def test_company_tables_are_saved_as_excel_saves_them(written):
    customers = next(path for path in written.files if path.name == "客户.csv").read_bytes()
    assert customers.startswith(b"\xef\xbb\xbf")
    header, first = customers.decode("utf-8-sig").split("\r\n")[:2]
    assert header == "客户编号,客户名称,统一社会信用代码,重点客户,地区,客户类别"
    assert first.startswith("KH000001,")
    assert first.split(",")[3] in (YES_NO["yes"].zh, YES_NO["no"].zh)


def test_a_transferred_managers_contracts_are_handed_in_where_they_were_signed(written, tables, who):
    manager = who["mid_year_transfer"]
    days = {
        path.stem: [
            row[5].date()
            for row in opened(path)["合同"].iter_rows(min_row=2, values_only=True)
            if row[2] == manager
        ]
        for path in written.files
        if path.suffix == ".xlsx"
    }
    before, after = sorted((found for found in days.values() if found), key=min)
    assert max(before) < date(2025, 7, 1) <= min(after)


def test_the_example_never_mixes_with_other_records(tmp_path):
    (tmp_path / "销售九部.xlsx").write_bytes(b"somebody's")
    with pytest.raises(RecordsError, match=r"销售九部\.xlsx"):
        company.write_example(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["销售九部.xlsx"]


def test_writing_twice_replaces_the_example(tmp_path):
    first = company.write_example(tmp_path, 1)
    second = company.write_example(tmp_path, 2)
    assert first.files == second.files
    assert len(list(tmp_path.iterdir())) == len(second.files)


@pytest.mark.parametrize(("departments", "managers"), [(2, 120), (21, 120), (6, 79), (6, 2001)])
def test_a_size_out_of_range_is_refused(tmp_path, departments, managers):
    with pytest.raises(RecordsError) as caught:
        company.write_example(tmp_path / "new", departments=departments, managers=managers)
    assert caught.value.code == "template.example_size"
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(("departments", "managers"), [(3, 80), (20, 80)])
def test_the_smallest_companies_can_be_made(departments, managers):
    made = company.make_example(1, departments=departments, managers=managers)
    assert len(made["managers"]) == managers
    assert len(made["applications"]) == sum(case.target is not None for case in CASES)


# --- the awkward people ---------------------------------------------------------------------------------


def test_every_case_has_its_person_and_its_reason(tables, who):
    ids = {row["manager_id"] for row in tables["managers"]}
    assert set(who) == {name for case in CASES for name in (case.key, *case.also)}
    assert set(who) >= PROMISED
    assert set(who.values()) <= ids
    assert all(case.why for case in CASES)


def test_applicants_apply_within_the_window_but_for_the_late_ones(tables, who):
    applied = {row["manager_id"]: row for row in tables["applications"]}
    late = {manager for manager, row in applied.items() if row["applied_on"] > date(2026, 1, 15)}
    assert late == {who["late_application"], who["late_admitted"]}
    assert min(row["applied_on"] for row in applied.values()) >= date(2025, 12, 1)
    assert {manager for manager, row in applied.items() if row["evidence"] is None} == {
        who["without_evidence"]
    }
    assert {manager for manager, row in applied.items() if row["admitted_by"]} == {who["late_admitted"]}
    assert {row["target_level"] for row in applied.values()} == {"junior", "intermediate", "senior"}


def test_preliminary_reviews_pass_return_and_refuse_and_some_are_missing(tables):
    reviewed = defaultdict(list)
    for row in tables["preliminary_reviews"]:
        reviewed[row["manager_id"]].append(row["decision"])
    assert {one for decisions in reviewed.values() for one in decisions} == {"passed", "returned", "refused"}
    assert ["returned", "passed"] in reviewed.values()
    applied = {row["manager_id"] for row in tables["applications"]}
    assert 0 < len(applied - reviewed.keys()) < len(applied) / 4
    assert sum(decisions[-1] == "passed" for decisions in reviewed.values()) > len(applied) / 2


def test_most_declared_sales_are_the_records_and_a_few_are_off(tables, who):
    off = {
        row["manager_id"]
        for row in tables["applications"]
        if row.get("declared_sales") is not None
        and Fraction(row["declared_sales"]) != sales(tables, row["manager_id"])
    }
    assert off == {who["cancelled_contract"], who["low_sales_senior"]}


def test_the_exact_cases_are_exact(tables, who):
    first = firsts(tables)
    key = who["exact_sales"]
    assert sales(tables, key) == 3_000_000
    key = who["exact_growth"]
    assert (sales(tables, key, 2024), sales(tables, key)) == (6_000_000, 6_900_000)
    key = who["exact_complaint_rate"]
    upheld = [row for row in of(tables["complaints"], key, "received_on") if row["upheld"] is not False]
    assert (len(upheld), len(served(tables, key))) == (1, 20)
    key = who["exact_new_customers"]
    assert sum(row["manager_id"] == key and row["signed_on"].year == 2025 for row in first.values()) == 5
    key = who["exact_satisfaction"]
    scores = [row["score"] for row in of(tables["surveys"], key, "surveyed_on") if row["score"] is not None]
    assert (sum(score >= 4 for score in scores), len(scores)) == (4, 5)
    key = who["exact_long_term_share"]
    long_term = [one for one in served(tables, key) if first[one]["signed_on"] <= date(2023, 1, 1)]
    assert (len(long_term), len(served(tables, key))) == (12, 20)
    key = who["exact_new_customer_growth"]
    won = Counter(row["signed_on"].year for row in first.values() if row["manager_id"] == key)
    assert [won[year] for year in (2023, 2024, 2025)] == [10, 10, 11]
    company = sum(
        Fraction(row["amount"] * (row["share"] or 1))
        for row in tables["contracts"]
        if row["signed_on"].year == 2025 and row["cancelled_on"] is None
    )
    assert sales(tables, who["exact_share"]) / company == Fraction(15, 1000)


def test_a_contract_is_shared_by_three_across_departments(tables, who):
    lead, partner, third = (who[f"shared_contract_{role}"] for role in ("lead", "partner", "third"))
    departments = {row["manager_id"]: row["department"] for row in tables["managers"]}
    assert len({departments[one] for one in (lead, partner, third)}) == 3
    shares = {
        frozenset(
            (row["manager_id"], row["share"]) for row in tables["contracts"] if row["contract_id"] == number
        )
        for number in {row["contract_id"] for row in of(tables["contracts"], third, "signed_on")}
    }
    assert {(lead, Decimal("0.5")), (partner, Decimal("0.3")), (third, Decimal("0.2"))} in shares
    assert {(lead, Decimal("0.5")), (third, Decimal("0.5"))} in shares
    alone = sum(
        row["amount"] for row in of(tables["contracts"], partner, "signed_on") if row["share"] is None
    )
    assert alone < 1_000_000 <= sales(tables, partner)


def test_only_the_cancelled_contract_would_lift_that_person_over_the_line(tables, who):
    manager = who["cancelled_contract"]
    assert sales(tables, manager) < 3_000_000 <= sales(tables, manager, cancelled=True)


def test_only_december_lifts_that_person_over_the_line(tables, who):
    contracts = of(tables["contracts"], who["december_spike"], "signed_on")
    early = sum(row["amount"] for row in contracts if row["signed_on"] <= date(2025, 12, 17))
    assert early < 3_000_000 <= sales(tables, who["december_spike"])
    assert sum(row["signed_on"].month == 12 for row in contracts) > len(contracts) / 4


def test_one_customer_carries_more_than_half_of_that_persons_sales(tables, who):
    carried = Counter()
    for row in of(tables["contracts"], who["one_customer_over_half"], "signed_on"):
        carried[row["customer_id"]] += row["amount"]
    assert max(carried.values()) > sum(carried.values()) / 2


def test_names_are_as_awkward_as_real_ones(tables, who):
    people = {row["manager_id"]: row for row in tables["managers"]}
    first, second = (people[who[f"same_name_{one}"]] for one in ("first", "second"))
    assert first["name"] == second["name"]
    assert first["manager_id"] != second["manager_id"]
    assert first["department"] == second["department"]
    assert max(map(ord, people[who["rare_character"]]["name"])) > 0xFFFF  # beyond the basic plane
    assert "<" in people[who["markup_name"]]["name"]


def test_part_years_are_what_they_are_called(tables, who):
    people = {row["manager_id"]: row for row in tables["managers"]}
    assert people[who["hired_mid_year"]]["hired_on"] == date(2025, 6, 16)
    assert people[who["left"]]["left_on"] == date(2025, 8, 31)
    assert not [row for row in of(tables["contracts"], who["left"]) if row["signed_on"] > date(2025, 8, 31)]
    spells = of(tables["level_history"], who["mid_year_promotion"])
    assert (date(2025, 7, 1), "intermediate") in {(row["start"], row["level"]) for row in spells}
    spells = of(tables["level_history"], who["mid_year_transfer"])
    assert spells[-1]["start"] == date(2025, 7, 1)
    assert spells[-1]["department"] != spells[-2]["department"]
    (leave,) = of(tables["leaves"], who["on_leave"])
    assert (leave["end"] - leave["start"]).days > 100


def test_intake_reads_back_every_row_and_warns_of_the_mistakes_on_purpose_only(written, tables):
    levels = {word: level for level, label in company.LEVELS.items() for word in (level, label.zh, label.en)}
    plausible = (Decimal(1_000), Decimal(50_000_000))
    records = read_records(
        written.files[0].parent, Expectations(levels, (Decimal(1), Decimal(5)), contract_range=plausible)
    )
    assert Counter(finding.code for finding in records.findings) == {
        "records.contract_before_hired": 1,
        "records.amount_small": 1,
        "records.customer_code_twice": 2,
    }
    assert records.stopped == frozenset()
    for name, rows in tables.items():
        columns = [column.name for column in TABLES[name].columns]
        expected = sorted(tuple(map(spelled, map(row.get, columns))) for row in rows)
        read = records.tables[name][columns].itertuples(index=False, name=None)
        assert sorted(tuple(map(spelled, row)) for row in read) == expected, name


def spelled(value):
    """A value as text, alike before writing and after reading."""
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


def test_one_contract_was_signed_before_the_first_day(tables, who):
    hired = {row["manager_id"]: row["hired_on"] for row in tables["managers"]}
    early = [row for row in tables["contracts"] if row["signed_on"] < hired[row["manager_id"]]]
    assert {row["manager_id"] for row in early} == {who["contract_before_start"]}


# --- under the shipped policy ---------------------------------------------------------------------------

# What each case stands for, as the policy of the review year judges it.
JUDGED = {
    "exact_new_customers": {"3.1.P1": "met"},
    "exact_satisfaction": {"3.1.P3": "met"},
    "few_new_customers": {"3.1.P1": "missed", "3.1.Q1": "missed"},
    "low_sales_junior": {"3.1.P2": "missed", "3.1.Q3": "missed"},
    "dissatisfied": {"3.1.P3": "missed", "3.1.Q2": "no_evidence"},
    "no_survey": {"3.1.P3": "no_evidence"},
    "few_answers": {"3.1.P3": "no_evidence", "3.1.Q3": "no_evidence"},
    "no_degree": {"3.1.Q1": "no_evidence"},
    "hired_mid_year": {"3.1.Q2": "missed"},
    "hired_after_year_junior": {"3.1.P1": "no_evidence", "3.1.P2": "no_evidence"},
    "shared_contract_partner": {"3.1.P2": "met"},
    "exact_sales": {"3.2.P2": "met", "3.2.Q2": "met", "3.2.Q3": "met"},
    "exact_growth": {"3.2.P3": "met"},
    "exact_complaint_rate": {"3.2.P4": "missed"},
    "exact_new_customer_growth": {"3.2.P1": "met"},
    "low_sales_intermediate": {"3.2.P2": "missed", "3.2.Q1": "missed"},
    "falling_sales": {"3.2.P3": "missed", "3.2.P2": "met", "3.2.Q4": "missed"},
    "no_key_customers": {"3.2.P5": "missed", "3.2.Q4": "no_evidence"},
    "fewer_new_customers": {"3.2.P1": "missed", "3.2.Q2": "no_evidence"},
    "without_junior_years": {"3.2.P1": "no_evidence", "3.2.Q3": "missed", "3.2.Q1": "no_evidence"},
    "hired_last_year": {"3.2.P3": "no_evidence", "3.2.Q2": "met", "3.2.Q3": "missed"},
    "no_customers": {"3.2.P4": "no_evidence", "3.2.P2": "missed"},
    "no_level_history": {"3.2.P1": "no_evidence", "3.2.Q3": "no_evidence"},
    "on_leave": {"3.2.P2": "missed"},
    "december_spike": {"3.2.P2": "met"},
    "cancelled_contract": {"3.2.P2": "missed"},
    "hired_after_year_intermediate": {"3.2.P2": "no_evidence", "3.2.P5": "no_evidence"},
    "share_below": {"3.3.P2": "met", "3.3.P3": "missed"},
    "exact_share": {"3.3.P3": "met"},
    "exact_long_term_share": {"3.3.P4": "met"},
    "low_sales_senior": {"3.3.P2": "missed", "3.3.Q1": "missed"},
    "fewer_new_customers_senior": {"3.3.P1": "missed", "3.3.Q4": "missed"},
    "few_long_term": {"3.3.P4": "missed", "3.3.Q4": "no_evidence"},
    "no_project": {"3.3.P5": "missed", "3.3.Q2": "no_evidence"},
    "project_without_benefit": {"3.3.P5": "no_evidence", "3.3.Q1": "no_evidence"},
    "small_project": {"3.3.P5": "missed", "3.3.Q5": "missed"},
    "achievement_without_evidence": {"3.3.Q5": "no_evidence"},
    "mid_year_promotion": {"3.3.P1": "no_evidence", "3.3.Q3": "missed"},
    "hired_after_year_senior": {"3.3.P3": "no_evidence", "3.3.Q3": "no_evidence", "3.3.Q2": "missed"},
}


@pytest.fixture(scope="module")
def policy(root):
    return load_policy(root / "params" / "policy", REVIEW_YEAR)


@pytest.fixture(scope="module")
def judged(written, policy):
    """Outcome of every criterion of every applicant: manager -> clause -> word."""
    records = open_records(written.files[0].parent, expectations=expectations(policy))
    review = build_review(records, policy)
    return {
        case.person.manager_id: {verdict.criterion: str(verdict.outcome) for verdict in case.verdicts}
        for case in review.cases
        if case.application
    }


def test_the_examples_levels_are_the_shipped_policys(policy):
    assert {level.id: level.label for level in policy.levels} == company.LEVELS


def test_every_criterion_of_every_level_is_met_missed_and_unevidenced_by_an_applicant(judged, policy):
    found = {criterion.id: set() for criterion in policy.criteria}
    for outcomes in judged.values():
        for clause, outcome in outcomes.items():
            found[clause].add(outcome)
    assert found == {clause: {"met", "missed", "no_evidence"} for clause in found}


@pytest.mark.parametrize("case", JUDGED)
def test_a_case_is_judged_as_its_name_says(judged, who, case):
    outcomes = judged[who[case]]
    assert {clause: outcomes[clause] for clause in JUDGED[case]} == JUDGED[case]


@pytest.mark.parametrize("level", ["junior", "intermediate", "senior"])
def test_somebody_meets_everything_at_each_level(judged, who, level):
    assert set(judged[who[f"{level}_all_met"]].values()) == {"met"}
