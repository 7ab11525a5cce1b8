"""What intake would say of rows that stay in a warehouse, counted there before anything is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import ibis

from cmreview.findings import Finding
from cmreview.records.schema import TABLES
from cmreview.review.counting.backend import Fetch
from cmreview.terms import Severity

Tables = Mapping[str, ibis.Table]

# The tables that stay in the warehouse.
AWAY = ("customers", "contracts", "surveys", "complaints", "projects")
# Which findings keep their rows from being used where the mapping sets faulty rows aside.
ASIDE = ("blank", "key_twice", "unknown_manager", "unknown_customer", "share_off_range", "score_off_scale")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many rows of a table have one fault."""

    table: str
    code: str
    column: str
    rows: int


def count(
    fetch: Fetch, tables: Tables, held: Sequence[str], scale: tuple[Decimal, Decimal] | None
) -> list[Counted]:
    """The faults of the tables ``held``, counted; ``scale`` is that of the survey (None: not checked)."""
    found = []
    for name in held:
        asked = _in_one_pass(name, tables[name], scale) | _with_others(name, tables, held)
        singles = {key: value for key, value in asked.items() if isinstance(value, ibis.Value)}
        together = tables[name].agg(**{f"n{at}": value for at, value in enumerate(singles.values())})
        rows = list(zip(singles, fetch(together).to_pylist()[0].values(), strict=True))
        for key, table in asked.items():
            if isinstance(table, ibis.Table):
                rows.append((key, fetch(table).to_pylist()[0]["rows"]))
        found += [Counted(name, code, column, int(n)) for (code, column), n in rows if n]
    return found


def findings(counted: Sequence[Counted], file: str, scale: tuple[Decimal, Decimal] | None) -> list[Finding]:
    """What was counted, as findings of the whole company."""
    lowest, highest = scale or (Decimal(0), Decimal(0))
    return [
        Finding(
            f"warehouse.{each.code}",
            Severity.ERROR if each.code in (*ASIDE, "unreadable", "shares_not_whole") else Severity.WARNING,
            file,
            table=each.table,
            sheet=TABLES[each.table].label.zh,
            column=each.column,
            details=(("rows", str(each.rows)), ("lowest", f"{lowest:f}"), ("highest", f"{highest:f}")),
        )
        for each in counted
    ]


def without_faults(
    name: str, tables: Tables, counted: Sequence[Counted], scale: tuple[Decimal, Decimal] | None
) -> ibis.Table:
    """The rows of one table that have none of the faults counted there for which rows are set aside."""
    table = tables[name]
    faults = [each for each in counted if each.table == name and each.code in ASIDE]
    for each in faults:
        match each.code:
            case "blank":
                table = table.filter(table[each.column].notnull())
            case "share_off_range":
                table = table.filter(~_off_range(table))
            case "score_off_scale" if scale is not None:
                table = table.filter(~_off_scale(table, scale))
            case "unknown_manager" | "unknown_customer":
                referred = TABLES[name].references[each.column]
                table = table.semi_join(tables[referred], each.column)
            case "key_twice":
                table = table.anti_join(_twice(name, tables[name]), list(TABLES[name].key))
    return table


def _in_one_pass(
    name: str, table: ibis.Table, scale: tuple[Decimal, Decimal] | None
) -> dict[tuple[str, str], ibis.Value | ibis.Table]:
    asked: dict[tuple[str, str], ibis.Value | ibis.Table] = {
        ("blank", column.name): _times(table[column.name].isnull())
        for column in TABLES[name].columns
        if column.required
    }
    if name == "contracts":
        asked |= {
            ("share_off_range", "share"): _times(_off_range(table)),
            ("negative_amount", "amount"): _times(table.amount < _exact(0)),
            ("ends_before_start", "end_on"): _times(table.end_on < table.signed_on),
            ("ends_before_start", "cancelled_on"): _times(table.cancelled_on < table.signed_on),
        }
    if name == "surveys" and scale is not None:
        asked["score_off_scale", "score"] = _times(_off_scale(table, scale))
    return asked


def _with_others(
    name: str, tables: Tables, held: Sequence[str]
) -> dict[tuple[str, str], ibis.Value | ibis.Table]:
    table, schema = tables[name], TABLES[name]
    key = ", ".join(schema.key)
    twice = _twice(name, table)
    asked: dict[tuple[str, str], ibis.Value | ibis.Table] = {
        ("key_twice", key): twice.agg(rows=ibis.coalesce(twice.times.sum(), 0))
    }
    for column, referred in schema.references.items():
        if referred == "managers" or referred in held:
            named = table.filter(table[column].notnull())
            strangers = named.anti_join(tables[referred], column)
            asked[f"unknown_{referred.removesuffix('s')}", column] = strangers.agg(rows=strangers.count())
    if name == "contracts":
        share = ibis.coalesce(table.share, ibis.literal(Decimal(1), type="decimal(9, 6)"))
        whole = table.mutate(share=share).group_by("contract_id").agg(total=lambda t: t.share.sum())
        off = whole.filter(whole.total != _exact(1))
        asked["shares_not_whole", "share"] = off.agg(rows=off.count())
    return asked


def _twice(name: str, table: ibis.Table) -> ibis.Table:
    """The keys that more than one row has, and how many rows have each."""
    key = TABLES[name].key
    if len(key) > 1:
        # most rows have a first part of their own, and need no longer key
        first = table.group_by(key[0]).agg(times=lambda t: t.count())
        table = table.semi_join(first.filter(first.times > 1), key[0])
    grouped = table.group_by(*key).agg(times=lambda t: t.count())
    return grouped.filter(grouped.times > 1)


def _off_range(table: ibis.Table) -> ibis.Value:
    return ibis.coalesce((table.share <= _exact(0)) | (table.share > _exact(1)), False)


def _off_scale(table: ibis.Table, scale: tuple[Decimal, Decimal]) -> ibis.Value:
    lowest, highest = map(_exact, scale)
    return ibis.coalesce((table.score < lowest) | (table.score > highest), False)


def _exact(value: Decimal | int) -> ibis.Value:
    return ibis.literal(Decimal(value), type="decimal(38, 10)")


def _times(flag: ibis.Value) -> ibis.Value:
    return ibis.coalesce(flag.ifelse(1, 0).sum(), 0)
