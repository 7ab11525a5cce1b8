"""An invented company's records, from a seed: what departments hand in, awkward cases on purpose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

from cmreview.errors import RecordsError
from cmreview.naming import safe_name
from cmreview.records.example.afterwards import coaching, incidents, opinions
from cmreview.records.example.applications import applications, preliminary_reviews
from cmreview.records.example.cases import REVIEW_YEAR
from cmreview.records.example.customers import group_of, region_of
from cmreview.records.example.people import Person, department_names, make_people
from cmreview.records.example.service import (
    Row,
    achievements,
    complaints,
    exams,
    outcomes,
    projects,
    served,
    surveys,
)
from cmreview.records.example.trade import Trade, make_trade
from cmreview.records.schema import TABLES
from cmreview.records.table_csv import table_csv
from cmreview.records.template import Template, template_bytes
from cmreview.records.writing import write_whole
from cmreview.terms import Label

SEED = 1
DEPARTMENTS, MANAGERS = 6, 120
LIMITS = {"least_departments": 3, "most_departments": 20, "least_managers": 80, "most_managers": 2000}
# The company's own levels and scale, as its policy has them.
LEVELS = {
    "junior": Label("初级", "junior"),
    "intermediate": Label("中级", "intermediate"),
    "senior": Label("高级", "senior"),
}
_SCALE = (Decimal(1), Decimal(5))
# What headquarters keep stands once for the company; everything else comes from the departments.
COMPANY_TABLES = ("exams", "customers", "outcomes", "opinions")


@dataclass(frozen=True)
class Written:
    """What ``write_example`` wrote: the files, and the rows in all of them."""

    files: tuple[Path, ...]
    rows: int


def make_example(
    seed: int = SEED, *, departments: int = DEPARTMENTS, managers: int = MANAGERS
) -> dict[str, list[Row]]:
    """Every table of the schema, filled, as rows of typed values; pure: the same seed, the same rows.

    With 6 departments and 120 managers the applicants of 2025 meet, miss and lack evidence for every
    criterion of every level under the shipped example policy; with other sizes the cases stay, but the
    share of the company's sales (Policy 3.3.P3) shifts. ``awkward`` says who is what.
    """
    return {table: [row for _, row in rows] for table, rows in _make(seed, departments, managers).items()}


def awkward(seed: int = SEED, *, departments: int = DEPARTMENTS, managers: int = MANAGERS) -> dict[str, str]:
    """Who is what: the name of each case in ``example_cases.CASES`` -> manager id."""
    people = make_people(Random(seed), department_names(departments), managers)
    return {
        name: person.manager_id
        for person in people
        if person.case
        for name in (person.case.key, *person.case.also)
    }


def write_example(
    folder: Path,
    seed: int = SEED,
    *,
    departments: int = DEPARTMENTS,
    managers: int = MANAGERS,
    lang: str = "zh",
    levels: Mapping[str, Label] | None = None,
) -> Written:
    """Write the example company's records to ``folder``: a workbook a department, a CSV a company table.

    The same arguments give the same bytes. Raises RecordsError for a size out of range, or where the
    folder holds record files of another origin, which would mix with the example; FileError where a
    file can't be written.
    """
    sizes = (departments, managers)
    if not (
        LIMITS["least_departments"] <= sizes[0] <= LIMITS["most_departments"]
        and LIMITS["least_managers"] <= sizes[1] <= LIMITS["most_managers"]
    ):
        raise RecordsError("template.example_size", **LIMITS)
    names = department_names(departments)
    levels = levels or LEVELS
    paths: dict[str, Path] = {}
    for name in names:
        paths[name] = folder / f"{safe_name(name, [path.stem for path in paths.values()])}.xlsx"
    csv_paths = {table: folder / f"{TABLES[table].label(lang)}.csv" for table in COMPANY_TABLES}
    files = (*paths.values(), *csv_paths.values())
    _refuse_strangers(folder, files)
    tables = _make(seed, departments, managers)
    own_tables = tuple(table for table in TABLES if table not in COMPANY_TABLES)
    for name, path in paths.items():
        rows = {table: [row for owner, row in tables[table] if owner == name] for table in own_tables}
        template = Template(name, levels, lang, REVIEW_YEAR, _SCALE, own_tables)
        write_whole(path, template_bytes(template, rows))
    for table, path in csv_paths.items():
        write_whole(path, table_csv(table, (row for _, row in tables[table]), levels, lang))
    return Written(files, sum(len(rows) for rows in tables.values()))


def _make(seed: int, departments: int, managers: int) -> dict[str, list[tuple[str, Row]]]:
    """Every table's rows, each with the department that hands it in, sorted by department's own order."""
    rng = Random(seed)
    people = make_people(rng, department_names(departments), managers)
    trade = make_trade(rng, people)
    customers = served(trade.deals)
    tables: dict[str, list[Row]] = {
        "managers": [_manager(person) for person in people],
        "level_history": [row for person in people for row in _history(person)],
        "leaves": [
            {"manager_id": person.manager_id, "start": start, "end": end}
            for person in people
            for start, end in person.leaves
        ],
        "exams": exams(rng, people),
        "customers": _customers(trade),
        "contracts": _contracts(trade),
        "surveys": surveys(rng, people, customers),
        "complaints": complaints(rng, people, customers),
        "projects": projects(rng, people),
        "achievements": achievements(rng, people),
        "outcomes": outcomes(rng, people),
    }
    tables["applications"] = applications(rng, people, trade.deals, tables)
    tables["preliminary_reviews"] = preliminary_reviews(rng, people, tables["applications"])
    afterwards = Random(seed + 1)  # a sequence of its own leaves everything above as it is
    tables["incidents"] = incidents(afterwards, people)
    tables["coaching"] = coaching(afterwards, people)
    tables["opinions"] = opinions()
    by_id = {person.manager_id: person for person in people}
    return {table: [(_handed_in_by(table, row, by_id), row) for row in tables[table]] for table in TABLES}


def _handed_in_by(table: str, row: Row, people: Mapping[str, Person]) -> str:
    """The department that hands a row in: where the manager served on the day, else the roster's."""
    if table in COMPANY_TABLES:
        return ""
    person = people[row["manager_id"]]
    day: date | None = row.get(
        {"contracts": "signed_on", "surveys": "surveyed_on", "complaints": "received_on"}.get(table, "")
    )
    return person.department if day is None else person.department_on(day)


def _manager(person: Person) -> Row:
    return {
        "manager_id": person.manager_id,
        "name": person.name,
        "department": person.department,
        "hired_on": person.hired,
        "account_manager_since": person.since,
        "left_on": person.left,
        "degree": person.degree,
    }


def _history(person: Person) -> Iterable[Row]:
    for spell in person.spells:
        yield {
            "manager_id": person.manager_id,
            "department": spell.department,
            "level": spell.level,
            "start": spell.start,
            "end": spell.end,
        }


def _customers(trade: Trade) -> list[Row]:
    return [
        {
            "customer_id": one.customer_id,
            "name": one.name,
            "credit_code": one.credit_code,
            "key_customer": one.key,
            "region": region_of(one.name),
            "customer_group": group_of(one.name),
        }
        for one in trade.register.customers
    ]


def _contracts(trade: Trade) -> list[Row]:
    return [
        {
            "contract_id": deal.contract_id,
            "customer_id": deal.customer.customer_id,
            "manager_id": person.manager_id,
            "share": share,
            "amount": Decimal(deal.amount),
            "signed_on": deal.signed,
            "end_on": deal.end,
            "cancelled_on": deal.cancelled,
        }
        for deal in trade.deals
        for person, share in deal.parts
    ]


def _refuse_strangers(folder: Path, files: Iterable[Path]) -> None:
    ours = {path.name for path in files}
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    strangers = [
        path.name
        for path in found
        if path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".csv", ".parquet") and path.name not in ours
    ]
    if strangers:
        raise RecordsError("template.other_files", folder=folder.name, files=", ".join(strangers[:5]))
