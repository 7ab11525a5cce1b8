"""Trying out: what is typed counts exactly, totals follow, names only once the look is on record."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from cmreview.errors import FileError, InputError
from cmreview.explore.explorer import names_seen
from cmreview.explore.explorer.typed_values import change_of, tried_values, written
from cmreview.explore.session import NoteKind
from cmreview.policy.load import load_policy
from cmreview.review.explorer.changes import Change, Part
from tests.explore.explorer.conftest import POLICY

SALES = "3.2.P2"
TRIED = {(each.part, each.key): each for each in tried_values(POLICY)}


def box(view, part=Part.THRESHOLD, key=SALES):
    return view.what_if.box(part, key)


@pytest.mark.parametrize(
    ("part", "key", "typed", "value"),
    [
        (Part.THRESHOLD, SALES, "299.9999", Decimal(2_999_999)),
        (Part.THRESHOLD, SALES, " ３００．５ ", Decimal(3_005_000)),
        (Part.THRESHOLD, "3.2.P3", "12.5", Decimal("0.125")),
        (Part.THRESHOLD, "3.1.P1", "", None),
        (Part.WEIGHT, SALES, "25", Decimal("0.25")),
        (Part.PARAMETER, "leave_treatment", "prorate_threshold", "prorate_threshold"),
    ],
)
def test_what_is_typed_is_read_exactly_in_the_unit_of_the_policy(part, key, typed, value):
    assert change_of(TRIED[part, key], typed) == Change(part, key, value)


@pytest.mark.parametrize("tried", TRIED.values(), ids=lambda each: f"{each.part}-{each.key}")
def test_the_value_in_force_read_back_is_no_change(tried):
    assert change_of(tried, written(tried.parameter, tried.parameter.value)) is None


@pytest.mark.parametrize(
    ("part", "key", "typed"),
    [
        (Part.THRESHOLD, SALES, "三百"),
        (Part.THRESHOLD, SALES, "1e3"),
        (Part.THRESHOLD, SALES, "-1"),
        (Part.THRESHOLD, "3.1.P1", "4.5"),
        (Part.WEIGHT, SALES, "100.1"),
        (Part.PARAMETER, "score_cap", "0.9"),
    ],
)
def test_what_is_no_value_is_refused(part, key, typed):
    with pytest.raises(InputError):
        change_of(TRIED[part, key], typed)


def test_totals_follow_a_threshold_at_once_and_reset_brings_them_back(view):
    before = view._totals.value
    box(view).box.value = "1000"
    assert view._totals.value != before
    assert view.board.exploration.policy == POLICY.with_threshold(SALES, 10_000_000)
    view.what_if.reset.click()
    assert view._totals.value == before
    assert not view.board.exploration.is_changed
    assert box(view).typed == "300"


def test_slider_and_box_say_the_same(view):
    own = box(view)
    own.box.value = "250"
    assert own.slider.value == 250
    own.slider.value = own.slider.min
    assert own.typed == "0"
    assert view.board.exploration.what_if.changes == (Change(Part.THRESHOLD, SALES, Decimal(0)),)


def test_a_value_beyond_the_slider_still_counts(view):
    own = box(view)
    own.box.value = "99999"
    assert own.slider.value == own.slider.max
    assert own.typed == "99999"
    assert view.board.exploration.what_if.changes[0].value == Decimal(999_990_000)


def test_odd_text_is_told_and_changes_nothing(view):
    box(view).box.value = "100"
    box(view).box.value = "many"
    assert view.board.notice.last.kind is NoteKind.REFUSED
    assert view.board.exploration.what_if.changes[0].value == Decimal(1_000_000)


def test_a_changed_definition_counts_the_figures_anew(view):
    view.show(view.what_if)
    box(view, Part.PARAMETER, "satisfied_from").box.value = "3"
    assert view.board.exploration.what_if.is_recounted
    assert "重新统计" in view.what_if._effect.value


def test_names_are_on_record_before_they_are_shown(view, file):
    place = names_seen.place_of(file)
    before = place.read_text("utf-8").splitlines() if place.exists() else []
    box(view).box.value = "1"
    view.what_if.ask.click()
    assert view.board.notice.last.kind is NoteKind.REFUSED
    assert view.what_if._names.value == ""
    view.what_if.reason.value = "核对影响"
    view.what_if.ask.click()
    *_, line = place.read_text("utf-8").splitlines()
    found = json.loads(line)
    assert (found["who"], found["reason"]) == ("P05", "核对影响")
    assert found["changes"] == [{"part": "threshold", "key": SALES, "value": "10000"}]
    assert len(place.read_text("utf-8").splitlines()) == len(before) + 1
    assert place.stat().st_mode & 0o077 == 0


def test_names_of_another_policy_do_not_stay_on_the_page(view):
    box(view).box.value = "1"
    view.what_if.reason.value = "核对影响"
    view.what_if.ask.click()
    assert view.what_if._names.value != ""
    box(view).box.value = "2"
    assert view.what_if._names.value == ""


def pages_by_name(view):
    """What every view that names people shows, the tried-out part of the threshold's page left aside."""
    found = []
    for each, body in (
        (view.cases, view.cases._list),
        (view.line, view.line._body),
        (view.compare, view.compare._body),
        (view.ranking, view.ranking._body),
        (view.calibration, view.calibration._body),
    ):
        view.show(each)
        found.append(body.value.replace(str(view.board.in_force_note() or ""), ""))
    return found


def test_views_that_name_people_tell_nothing_of_a_change_until_the_look_is_on_record(view):
    view.show(view.line)
    view.line.criterion.value = SALES
    in_force = pages_by_name(view)
    view.show(view.what_if)
    box(view).box.value = "100000"
    assert pages_by_name(view) == in_force
    assert "现行办法" in view.cases._list.value
    view.what_if.reason.value = "核对影响"
    view.what_if.ask.click()
    told = pages_by_name(view)
    assert told[0] != in_force[0]  # now by the policy tried out
    assert "现行办法列出" not in view.cases._list.value
    box(view).box.value = "90000"
    assert pages_by_name(view) == in_force  # another change, another look


def test_a_filter_by_result_and_name_does_not_tell_whose_result_a_change_turns(view):
    look = view.board.exploration
    person = str(look.table.people.names[look.chosen().rows[0]])
    view.filters.text.value = person
    before = (view.filters._count.value, view.overview._body.value)
    box(view).box.value = "100000"
    view.show(view.overview)
    assert (view.filters._count.value, view.overview._body.value) == before


def test_without_a_record_no_name_is_shown(view, monkeypatch):
    def refuse(*_):
        raise FileError("explorer.names_not_kept", file="x", problem="full")

    monkeypatch.setattr(names_seen, "record", refuse)
    box(view).box.value = "1"
    view.what_if.reason.value = "核对影响"
    view.what_if.ask.click()
    assert view.board.notice.last.kind is NoteKind.REFUSED
    assert view.what_if._names.value == ""


def test_a_draft_is_a_policy_that_says_what_was_tried_out(view, file):
    box(view).box.value = "350"
    view.what_if.folder.value = "../draft"
    view.what_if.write.click()
    (folder,) = [one for one in file.parent.iterdir() if one.is_dir() and "draft" in one.name]
    draft = load_policy(folder, 2026)
    assert draft.criterion(SALES).threshold.value == Decimal(3_500_000)
    assert load_policy(folder, 2025).criterion(SALES).threshold.value == Decimal(3_000_000)
    view.what_if.write.click()
    assert view.board.notice.last.kind is NoteKind.REFUSED
