"""Checks that need more than one cell: keys, references, and what rows say of each other."""

from __future__ import annotations

from cmreview.findings import Finding
from cmreview.records import contract_checks, people_checks
from cmreview.records.model import Expectations
from cmreview.records.schema import TABLES
from cmreview.records.tray import Tray, listed
from cmreview.terms import Severity

# A row whose referenced row is missing: what is said of it.
_UNKNOWN = {"managers": "unknown_manager", "customers": "unknown_customer"}


def check(tray: Tray, expectations: Expectations) -> None:
    """Run every check over the tray; each adds its findings and may set rows aside.

    The roster and the customers come first: what refers to one of their rows that is set aside is
    set aside with it, so that every reference in what is used resolves.
    """
    for name in TABLES:
        keys_are_unique(tray, name)
    people_checks.employment(tray)
    people_checks.departments_are_spelled_alike(tray)
    contract_checks.customers_have_one_id(tray)
    for table in ("managers", "customers"):
        references_resolve(tray, table)
    people_checks.level_history(tray)
    people_checks.leaves(tray)
    people_checks.reviews(tray)
    people_checks.conclusions(tray)
    contract_checks.dates(tray)
    contract_checks.amounts(tray, expectations.contract_range)
    contract_checks.rows_of_a_contract_agree(tray)
    contract_checks.shares(tray)
    contract_checks.contracts_are_entered_once(tray)
    people_checks.scores(tray, expectations.satisfaction_scale)


def keys_are_unique(tray: Tray, name: str) -> None:
    """A row repeated in full is set aside after its first; rows of one key that differ all are.

    Two departments that claim one person on their rosters are told so.
    """
    table = TABLES[name]
    rows = tray.rows(name)
    if len(rows) < 2:
        return
    doubled = rows[rows.duplicated(list(table.key), keep=False)]
    if doubled.empty:
        return
    columns = [column.name for column in table.columns]
    facts = list(zip(*(listed(doubled[column]) for column in columns), strict=True))
    groups: dict[tuple[object, ...], list[tuple[int, tuple[object, ...]]]] = {}
    for index, values in zip(doubled.index.tolist(), facts, strict=True):
        key = tuple(values[columns.index(part)] for part in table.key)
        groups.setdefault(key, []).append((index, values))
    repeats: list[tuple[int, int, dict[str, str]]] = []
    conflicts: list[tuple[int, int, dict[str, str]]] = []
    claims: list[tuple[int, int, dict[str, str]]] = []
    for group in groups.values():
        first, *others = (index for index, _ in group)
        if len({values for _, values in group}) == 1:
            repeats += [(index, first, {}) for index in others]
            continue
        differing = [
            column for at, column in enumerate(table.columns) if len({values[at] for _, values in group}) > 1
        ]
        claimed = name == "managers" and any(column.name == "department" for column in differing)
        told = {
            "columns": "、".join(column.label.zh for column in differing),
            "columns_en": ", ".join(column.label.en for column in differing),
        }
        for at, (index, _) in enumerate(group):
            other = group[0 if at else 1][0]
            if claimed:
                theirs = dict(zip(columns, group[0 if at else 1][1], strict=True))["department"]
                claims.append((index, other, {"department": str(theirs)}))
            else:
                conflicts.append((index, other, told))
    tray.idle[name].update(index for index, _, _ in repeats)
    for found, code, severity in (
        (repeats, "repeated_row", Severity.WARNING),
        (conflicts, "key_conflict", Severity.ERROR),
        (claims, "claimed_twice", Severity.ERROR),
    ):
        places = tray.others(name, [other for _, other, _ in found])
        tray.tell(
            name,
            [index for index, _, _ in found],
            code,
            severity,
            column=table.key[0],
            aside=True,
            details=[told | place for (_, _, told), place in zip(found, places, strict=True)],
        )


def references_resolve(tray: Tray, referenced: str) -> None:
    """A row that refers to nobody is set aside with an error, one that refers to a row set aside follows it.

    Where the referenced table was not handed in at all this is said once, of the company.
    """
    column = TABLES[referenced].key[0]
    referring = [name for name, table in TABLES.items() if table.references.get(column) == referenced]
    if tray.frames[referenced].empty:
        if any(not tray.rows(name).empty for name in referring):
            _tell_not_handed_in(tray, referenced)
        return
    known = tray.frames[referenced][column]
    standing = tray.rows(referenced)[column]
    label = TABLES[referenced].label
    for name in referring:
        if tray.is_empty(name):
            continue
        legible = tray.legible(name)[column].dropna()
        unknown = legible.index[~legible.isin(known)]
        tray.tell(name, unknown, _UNKNOWN[referenced], Severity.ERROR, column=column, aside=True)
        used = tray.rows(name)[column]
        orphans = used.index[~used.isin(standing)]
        told = [{"table": label.zh, "table_en": label.en} for _ in orphans]
        tray.tell(
            name, orphans, "reference_set_aside", Severity.WARNING, column=column, aside=True, details=told
        )


def _tell_not_handed_in(tray: Tray, referenced: str) -> None:
    severity = Severity.ERROR if referenced == "managers" else Severity.WARNING
    label = TABLES[referenced].label
    tray.note(
        Finding(
            f"records.no_{referenced}",
            severity,
            file="",  # it is the company that lacks the table
            table=referenced,
            sheet=label.zh,
        )
    )
