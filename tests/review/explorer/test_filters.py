"""Filters find whom they are asked for, and say how many of how many."""

from __future__ import annotations

import csv

import pytest

from cmreview.review.explorer.filters import Filter, chosen
from cmreview.review.explorer.pinyin import readings
from cmreview.review.explorer.prepared import open_explorer
from cmreview.review.explorer.verdict_table import VerdictTable
from cmreview.terms import Result
from tests.review.explorer.company import FILE, PEOPLE, prepare_by_own_policy


@pytest.fixture(scope="module")
def table(made_once):
    path = made_once("own-policy", prepare_by_own_policy) / FILE
    return VerdictTable.from_explorer(open_explorer(path))


def ids(table, **asked):
    found = chosen(table, Filter(**asked))
    assert found.count == int(found.mask.sum()) == len(found.rows)
    assert found.total == len(PEOPLE)
    return set(table.people.ids[found.rows])


def test_nothing_asked_leaves_all_applicants(table):
    assert ids(table) == {"M01", "M02", "M03", "M04", "M05", "M06"}
    assert len(ids(table, applicants_only=False)) == len(PEOPLE)


def test_parts_of_a_filter_hold_together(table):
    assert ids(table, departments=frozenset({"销售二部"})) == {"M04", "M05", "M06"}
    both = {"departments": frozenset({"销售二部"}), "levels": frozenset({"senior"})}
    assert ids(table, **both) == {"M05", "M06"}
    assert ids(table, **both, results=frozenset({Result.ELIGIBLE})) == set()
    assert ids(table, results=frozenset(Result)) == ids(table)
    assert ids(table, stages=frozenset({"in_committee"})) == set()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("曾", {"M01"}),
        ("zeng", {"M01"}),
        ("ZG", {"M01"}),
        ("zeng guo", {"M01"}),
        ("ceng", set()),
        ("m0", {"M01", "M02", "M03", "M04", "M05", "M06"}),
        ("m02", {"M02"}),
        ("chanyu", {"M02"}),
        ("shanyu", {"M02"}),
        ("danyu", set()),
        ("qianqi", {"M05"}),
        ("  ", {"M01", "M02", "M03", "M04", "M05", "M06"}),
        ("%", set()),
    ],
)
def test_people_are_found_by_name_id_and_pinyin(text, found, table):
    assert ids(table, text=text) == found


def test_surnames_are_read_as_surnames(shared_oracles):
    path = shared_oracles / "surname_readings.csv"
    with path.open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    assert len(listed) >= 15
    for row in listed:
        surname, told = row["surname"], row["reading_as_surname"]
        ways = told.replace("(or ", "or ").replace(")", "").split(" or ")
        for way in ways:
            syllables = "".join(letter for letter in way if not letter.isdigit()).split()
            assert f" {''.join(syllables)}guo " in readings(f"{surname}国"), surname
            initials = "".join(each[0] for each in syllables)
            assert f" {initials}g " in readings(f"{surname}国")


@pytest.mark.parametrize("surname", ["曾", "单", "仇", "解", "区", "朴", "查"])
def test_a_surname_is_never_read_as_the_common_word(surname):
    from pypinyin import lazy_pinyin

    common = lazy_pinyin(surname)[0]
    assert f" {common}guo " not in readings(f"{surname}国")


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("吕布", "lvbu"),
        ("吕布", "lubu"),
        ("张乐", "zhangle"),
        ("张乐", "zhangyue"),
        ("欧阳娜", "oyn"),
        ("Anna Schmidt", "schmidt"),
        ("Anna Schmidt", "anna"),
        ("李Bob", "libob"),
    ],
)
def test_a_name_is_found_however_it_is_read(name, typed):
    assert f" {typed}" in readings(name)


def test_no_name_has_no_reading():
    assert readings("  ") == ""
