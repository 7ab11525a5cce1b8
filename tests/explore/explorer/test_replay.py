"""An appeal played through on the page: what is typed is read by its column, and nothing is recorded."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from cmreview.errors import InputError
from cmreview.explore.explorer.typed_cells import cell
from cmreview.explore.explorer.typed_values import tried_values
from cmreview.explore.session import NoteKind
from cmreview.records.schema import TABLES
from cmreview.review.explorer.changes import Part
from cmreview.review.scrutiny.corrections import CellCorrection, PolicyCorrection
from cmreview.review.scrutiny.replay import exhibit, replay
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


def kept(file, whose, ending="json"):
    (place,) = file.parent.glob(f"{file.name}.appeal-M02.{whose}-*.{ending}")
    return place


def test_the_appellants_exhibit_names_nobody_else(view, file):
    fill(view)
    view.replay.keep.click()
    places = (kept(file, "appellant"), kept(file, "appellant", "zh.html"))
    for place in places:
        text = place.read_text("utf-8")
        assert "M02" in text
        assert not any(other in text for other in ("M01", "M05", "M06"))
        assert place.stat().st_mode & 0o077 == 0
        assert str(place) in view.board.notice.widget.value.replace("<wbr>", "")
    assert json.loads(places[0].read_text("utf-8"))["replay"]["others"] == []


def test_the_committees_exhibit_has_everybody_and_stands_apart(view, file):
    fill(view)
    view.replay.keep_whole.click()
    text = kept(file, "committee").read_bytes()
    assert text == exhibit(view.replay.found)
    page = kept(file, "committee", "zh.html").read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "http" not in page.replace("http-equiv", "")


def test_another_correction_is_not_written_over_the_first(view, file):
    before = set(file.parent.glob("*.appeal-*"))
    for amount in ("3100000", "3200000", "3100000"):
        fill(view, amount)
        view.replay.keep.click()
    assert len(set(file.parent.glob("*.appeal-*")) - before) == 4


def choose(view, part, key, typed):
    view.show(view.replay)
    view.replay.who.value, view.replay.kind.value = "M02", "policy"
    tried = tried_values(POLICY)
    view.replay.reading.value = next(
        place for place, each in enumerate(tried) if (each.part, each.key) == (part, key)
    )
    view.replay.box.box.value = typed
    view.replay.run.click()


@pytest.mark.parametrize(
    ("part", "key", "typed", "value"),
    [
        (Part.THRESHOLD, "3.2.P2", "1", Decimal(10_000)),
        (Part.THRESHOLD, "3.2.P2", "", None),
        (Part.PARAMETER, "shared_customer_credit", "each", "each"),
    ],
)
def test_a_value_or_definition_of_the_policy_is_corrected_as_a_cell_is(view, part, key, typed, value):
    choose(view, part, key, typed)
    expected = replay(company_records(), POLICY, "M02", PolicyCorrection(part, key, value))
    assert view.replay.found.correction == expected.correction
    assert (view.replay.found.own, view.replay.found.others) == (expected.own, expected.others)


def test_the_value_in_force_is_no_correction(view):
    view.show(view.replay)
    view.replay.who.value, view.replay.kind.value = "M02", "policy"
    view.replay.run.click()
    assert view.replay.found is None
    assert view.board.notice.last.kind is NoteKind.REFUSED


def test_only_the_boxes_of_what_is_corrected_are_on_the_page(view):
    view.show(view.replay)
    for kind in ("cell", "policy"):
        view.replay.kind.value = kind
        assert (view.replay.row.layout.display != "none") == (kind == "cell")
        assert (view.replay.reading.layout.display != "none") == (kind == "policy")


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
