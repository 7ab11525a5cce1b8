"""One correction that an appeal asks for: a cell of the records, or a value of the policy (Policy 4.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from cmreview.errors import InputError
from cmreview.policy.model import Policy
from cmreview.records.columns import Column, Kind, Table
from cmreview.records.schema import TABLES
from cmreview.review.explorer.changes import Change, Part, changed, parameter_of

if TYPE_CHECKING:
    import pandas as pd

    from cmreview.records.model import Records

Cell = str | Decimal | date | int | bool | None
_TYPES: Mapping[Kind, type] = {
    Kind.DATE: date,
    Kind.YEAR: int,
    Kind.COUNT: int,
    Kind.MONEY: Decimal,
    Kind.SHARE: Decimal,
    Kind.SCORE: Decimal,
    Kind.YES_NO: bool,
}


@dataclass(frozen=True, slots=True)
class CellCorrection:
    """Another value in one cell; None makes it blank.

    ``key`` names the row by the table's key, as text (days in ISO form). ``value`` is in the column's
    stored unit: yuan, a fraction of one, a level's id.
    """

    table: str
    key: tuple[str, ...]
    column: str
    value: Cell


@dataclass(frozen=True, slots=True)
class PolicyCorrection:
    """Another threshold, weight, zero value, or parameter, such as how a definition is read."""

    part: Part
    key: str
    value: Decimal | str | None


Correction = CellCorrection | PolicyCorrection


@dataclass(frozen=True, slots=True)
class Corrected:
    """Records and policy with the correction, and the value that it replaced; nothing else differs.

    ``source`` (file and sheet) and ``row`` say where the cell came from; empty and None for a value of the
    policy.
    """

    records: Records
    policy: Policy
    before: Cell
    source: str
    row: int | None


def corrected(records: Records, policy: Policy, correction: Correction) -> Corrected:
    """Apply one correction to a copy (Policy 4.4).

    InputError for a row, column, level or person that is not there, for the id that names a row, for a
    key that another row has, or for a value of another kind than its column's; PolicyError as
    ``changes.changed``. The checks of intake are not run again: the file that was handed in must be put
    right as well before the review is repeated.
    """
    if isinstance(correction, CellCorrection):
        return _with_cell(records, policy, correction)
    change = Change(correction.part, correction.key, correction.value)
    old = _policy_value(policy, correction)
    return Corrected(records, changed(policy, [change]), old, "", None)


def _policy_value(policy: Policy, correction: PolicyCorrection) -> Decimal | str | None:
    value = parameter_of(policy, Change(correction.part, correction.key, correction.value)).value
    if isinstance(value, tuple):
        raise InputError("explorer_figures.replay.not_one_value", key=correction.key)
    return value if value is None or isinstance(value, Decimal) else str(value)


def _with_cell(records: Records, policy: Policy, correction: CellCorrection) -> Corrected:
    table = TABLES.get(correction.table)
    names = {column.name for column in table.columns} if table else set()
    if table is None or correction.column not in names:
        raise InputError(
            "explorer_figures.replay.no_column", table=correction.table, column=correction.column
        )
    column = table.column(correction.column)
    if column.name in table.key and column.kind is Kind.ID and column.name not in table.references:
        raise InputError("explorer_figures.replay.key", table=table.label, column=column.label)
    frame = records.tables[table.name]
    place = _row(frame, table, correction)
    _check(column, table, correction.value, records, policy)
    before = frame[column.name].tolist()[place]
    tables = {**records.tables, table.name: _set(frame, column, table, place, correction)}
    return Corrected(
        records=replace(records, tables=tables),
        policy=policy,
        before=None if _is_missing(before) else before,
        source=_source(frame, place),
        row=int(frame["source_row"].iloc[place]),
    )


def _row(frame: pd.DataFrame, table: Table, correction: CellCorrection) -> int:
    keys = _keys(frame, table)
    if keys.count(correction.key) != 1:
        shown, count = ", ".join(correction.key), keys.count(correction.key)
        raise InputError("explorer_figures.replay.not_one_row", table=table.label, key=shown, count=count)
    return keys.index(correction.key)


def _keys(frame: pd.DataFrame, table: Table) -> list[tuple[str, ...]]:
    rows = zip(*(frame[name].tolist() for name in table.key), strict=True)
    return [tuple(str(each) for each in key) for key in rows]


def _check(column: Column, table: Table, value: Cell, records: Records, policy: Policy) -> None:
    """That the value is one which intake could have read from the cell."""
    import pyarrow as pa

    wrong = InputError(
        "explorer_figures.replay.wrong_value", table=table.label, column=column.label, value=str(value)
    )
    if value is None:
        if column.required:
            raise wrong
        return
    if type(value) is not _TYPES.get(column.kind, str):  # True is no whole number here
        raise wrong
    try:
        pa.scalar(value, type=column.arrow_type)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise wrong from error
    if column.kind is Kind.COUNT and isinstance(value, int) and value < 0:
        raise wrong
    if column.kind is Kind.CHOICE and value not in column.choices:
        raise wrong
    if column.kind is Kind.LEVEL and value not in {level.id for level in policy.levels}:
        raise wrong
    other = table.references.get(column.name)
    if other is not None and value not in set(records.tables[other][TABLES[other].key[0]]):
        raise wrong


def _set(
    frame: pd.DataFrame, column: Column, table: Table, place: int, correction: CellCorrection
) -> pd.DataFrame:
    import pandas as pd

    values = [None if _is_missing(each) else each for each in frame[column.name].tolist()]
    values[place] = correction.value
    series = pd.Series(values, index=frame.index, dtype=pd.ArrowDtype(column.arrow_type))
    with_value = frame.assign(**{column.name: series})
    if column.name not in table.key:
        return with_value
    key = _keys(with_value, table)[place]
    if _keys(with_value, table).count(key) > 1:
        shown = ", ".join(key)
        raise InputError("explorer_figures.replay.not_one_row", table=table.label, key=shown, count=2)
    # rows stand in the order of their key, so that the same facts come in the same order
    return with_value.sort_values(list(table.key), kind="stable", ignore_index=True)


def _source(frame: pd.DataFrame, place: int) -> str:
    row = frame.iloc[place]
    return " · ".join(
        str(row[name]) for name in ("source_file", "source_sheet") if not _is_missing(row[name])
    )


def _is_missing(value: object) -> bool:
    import pandas as pd

    return value is None or bool(pd.isna(value))  # type: ignore[call-overload]
