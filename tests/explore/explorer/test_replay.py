"""An appeal played through on the page: what is typed is read by its column, and nothing is recorded."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from cmreview.errors import InputError
from cmreview.explore.explorer.typed_cells import cell
from cmreview.explore.session import NoteKind
from cmreview.records.schema import TABLES
from cmreview.review.corrections import CellCorrection
from cmreview.review.replay import replay
from tests.explore.explorer.conftest import POLICY
from tests.review.explorer.company import company_records


def typed(table, column, text):
    return cell(TABLES[table].column(column), text, POLICY)


@pytest.mark.parametrize(
    ("table", "column", "text", "value"),
    [
        ("contracts", "amount", "3,000,000.50", Decimal("3000000.50")),
        ("contracts", "share", "50%", Decimal("0.5")),
        ("contracts", "signed_on", "2025/03/15", date(2025, 3, 15)),
        ("contracts", "cancelled_on", " ", None),
        ("customers", "key_customer", "是", True),
        ("customers", "key_customer", "no", False),
        ("level_history", "level", "高级", "senior"),
        ("managers", "degree", "本科", "bachelor"),
        ("managers", "name", "王五", "王五"),
        ("outcomes", "year", "2024", 2024),
    ],
)
def test_a_cell_is_read_as_its_column_holds_it(table, column, text, value):
    assert typed(table, column, text) == value


@pytest.mark.parametrize(
    ("table", "column", "text"),
    [
        ("contracts", "amount", "12万"),
        ("contracts", "amount", "NaN"),
        ("contracts", "signed_on", "3月"),
        ("customers", "key_customer", "maybe"),
        ("level_history", "level", "特级"),
        ("managers", "degree", "大学"),
        ("outcomes", "year", "24.5"),
    ],
)
def test_a_cell_that_its_column_cannot_hold_is_refused(table, column, text):
    with pytest.raises(InputError):
        typed(table, column, text)


def fill(view, amount="3000000"):
    view.show(view.replay)
    view.replay.who.value, view.replay.row.value = "M02", "HM02-n0, M02"
    view.replay.column.value, view.replay.value.value = "amount", amount
    view.replay.run.click()


def test_the_page_tells_what_the_review_would(view):
    fill(view)
    correction = CellCorrection("contracts", ("HM02-n0", "M02"), "amount", Decimal(3_000_000))
    expected = replay(company_records(), POLICY, "M02", correction)
    found = view.replay.found
    assert (found.own, found.others, found.sums_before, found.sums_after) == (
        expected.own,
        expected.others,
        expected.sums_before,
        expected.sums_after,
    )
    assert "HM02-n0" in view.replay._body.value


def test_the_exhibit_names_nobody_else(view, file):
    fill(view)
    view.replay.keep.click()
    place = file.with_name(f"{file.name}.appeal-M02.json")
    kept = json.loads(place.read_text("utf-8"))
    assert "M02" in json.dumps(kept)
    assert not any(other in place.read_text("utf-8") for other in ("M01", "M05", "M06"))
    assert place.stat().st_mode & 0o077 == 0


def test_a_row_that_is_not_there_is_told(view):
    view.show(view.replay)
    view.replay.who.value, view.replay.row.value = "M02", "HM99"
    view.replay.run.click()
    assert view.board.notice.last.kind is NoteKind.REFUSED
    assert view.replay.keep.disabled


def test_ids_are_not_shown_while_names_are_hidden(view):
    fill(view)
    view.filters.hides.value = True
    assert "M02" not in view.replay._body.value
    view.replay.run.click()
    assert view.board.notice.last.kind is NoteKind.REFUSED
