"""Whatever text is written into a CSV file, no spreadsheet computes it, and intake reads it as it was."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.records.columns import Kind
from cmreview.records.csv_text import guarded, unguarded
from cmreview.records.delimited import read_csv
from cmreview.records.schema import TABLES
from cmreview.records.table_csv import table_csv
from cmreview.review.counting.frame_csv import as_csv
from cmreview.show.feedback.coaching import Talk, talks_csv

COMPUTED = ("=1+1", "+1", "-1+2", "@SUM(1)", "\t=1", "\r=1", " =1", "＝1+1", "＠x", "=cmd|' /c calc'!A0")
STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

texts = st.text(st.characters(codec="utf-8") | st.sampled_from("=+-@'\t\r ＝"), max_size=12)


def cells(data: bytes) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) for cell in row]


@given(texts)
def test_a_guarded_text_begins_harmlessly_and_comes_back_as_it_was(text):
    assert not guarded(text).lstrip(" \n\v\f").startswith(STARTS)
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", COMPUTED)
def test_no_csv_file_holds_a_text_that_a_spreadsheet_computes(text):
    row = {"customer_id": text, "name": text}
    table = TABLES["customers"]
    whole = {column.name: row.get(column.name) for column in table.columns}
    frame = pd.DataFrame({"manager_id": [text], "department": [text]})
    talk = {
        column.name: text if column.kind in (Kind.ID, Kind.TEXT) else None
        for column in TABLES["coaching"].columns
    }
    for data in (table_csv("customers", [whole], {}, "zh"), as_csv(frame), talks_csv([Talk(**talk)], "zh")):
        assert guarded(text).replace("\r", "\n") in [cell.replace("\r", "\n") for cell in cells(data)]
        assert not [cell for cell in cells(data) if cell.startswith(STARTS)]


@given(st.lists(texts, min_size=1, max_size=4))
def test_text_survives_the_way_into_a_csv_file_and_back(written):
    rows = [{column.name: None for column in TABLES["customers"].columns} for _ in written]
    for row, text in zip(rows, written, strict=True):
        row |= {"customer_id": "C1", "name": text}
    sheet, _ = read_csv(table_csv("customers", rows, {}, "zh"), lambda _: True)
    at = sheet.rows[0][1].index("客户名称*") if "客户名称*" in sheet.rows[0][1] else 1
    read = [cells[at] if len(cells) > at else None for _, cells in sheet.rows[1:]]
    assert read == [text if text.strip() and not all(map(_unseen, text)) else None for text in written]


def _unseen(sign: str) -> bool:
    from cmreview.records.text import is_unseen

    return sign.isspace() or is_unseen(sign)
