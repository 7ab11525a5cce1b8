"""The records inside a prepared file, for facts to be counted anew by other definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cmreview.exact_json import canonical, decode, encode, parse
from cmreview.records.model import Currency, Records
from cmreview.records.schema import TABLES
from cmreview.review.explorer import columns_file
from cmreview.review.explorer.case_file import Members

if TYPE_CHECKING:
    import pandas as pd


def records_members(records: Records) -> dict[str, bytes]:
    """The records' tables as members of a prepared file."""
    members = {"records.json": canonical({"currency": encode(records.currency)})}
    return members | {
        f"records/{name}.parquet": columns_file.parquet(records.arrow(name)) for name in sorted(TABLES)
    }


def records_of(members: Members) -> Records:
    """The records again, without the places that rows came from and without findings."""
    about = parse(members.read("records.json"))
    return Records(
        tables={name: _frame(members.read(f"records/{name}.parquet")) for name in TABLES},
        findings=(),
        counts=(),
        sources=(),
        currency=decode(Currency, about["currency"]),
    )


def _frame(content: bytes) -> pd.DataFrame:
    import pandas as pd

    frame: pd.DataFrame = columns_file.opened(content).to_pandas(types_mapper=pd.ArrowDtype)
    return frame
