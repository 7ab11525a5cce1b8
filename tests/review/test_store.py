"""A department's review as a file."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from hashlib import sha256
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmreview.errors import FileError
from cmreview.exact_json import canonical, encode
from cmreview.review.model import DepartmentReview, Figure, Told
from cmreview.review.store import FORMAT_VERSION, data_sha256, load, save
from cmreview.terms import Label, Unit
from tests.show.sample import sample_review

text = st.text(max_size=6)
fractions = st.fractions()
st.register_type_strategy(str, text)
st.register_type_strategy(Fraction, fractions)

values = st.recursive(
    text
    | st.builds(Label, text, text)
    | st.builds(Figure, fractions, st.sampled_from(Unit), st.none() | fractions, st.booleans())
    | st.dates(),
    lambda inner: st.builds(Told, text, st.lists(st.tuples(text, inner), max_size=2).map(tuple)),
    max_leaves=4,
)
st.register_type_strategy(
    Told, st.builds(Told, text, st.lists(st.tuples(text, values), max_size=2).map(tuple))
)


def short_tuples(kind):
    of_item = get_args(kind)
    if of_item[-1] is Ellipsis:
        return st.lists(st.from_type(of_item[0]), max_size=2).map(tuple)
    return st.tuples(*(st.from_type(each) for each in of_item))


st.register_type_strategy(tuple, short_tuples)
reviews = st.from_type(DepartmentReview)
slow = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)


@given(reviews)
@slow
def test_what_is_saved_is_what_is_loaded(tmp_path, review):
    path = tmp_path / "review.json"
    save(review, path)
    assert load(path) == review
    first = path.read_bytes()
    save(load(path), path)
    assert path.read_bytes() == first


EMPTY = DepartmentReview(
    year=2025,
    company=Label("公司", "company"),
    edition="CM-2025",
    currency="CNY",
    currency_label=Label("元", "yuan"),
    policy_currency="CNY",
    levels=(),
    department="销售一部",
    applicants=(),
    others=(),
    totals=None,
    findings=(),
    row_counts=(),
    policy_sentences=(),
    notes=(
        Told(
            "review.example",
            (
                ("name", "<b>\ud800\x00"),
                ("gap", Figure(Fraction(1, 3), Unit.SHARE)),
                ("on", date(2025, 12, 31)),
                ("in", Told("x", (("term", Label("标准", "threshold")),))),
            ),
        ),
    ),
    data_sha256="0" * 64,
    policy_sha256="1" * 64,
    version="0.1.0",
)


@pytest.fixture
def stored(tmp_path, example_totals):
    path = tmp_path / "review.json"
    save(replace(EMPTY, totals=example_totals), path)
    return path


@pytest.fixture
def example_totals():
    from cmreview.review.model import Totals

    return Totals(Fraction(10), None, 3, 1, 2, 0)


def test_the_file_is_utf8_with_sorted_keys_and_ends_with_a_line(stored):
    raw = stored.read_bytes()
    assert raw.endswith(b"\n")
    assert "销售一部".encode() in raw
    data = json.loads(raw)
    assert list(data["review"]) == sorted(data["review"])
    values = data["review"]["notes"][0]["values"]
    assert values[0] == ["name", "<b>\ud800\x00"]
    assert values[1][1]["figure"]["value"] == "1/3"
    assert values[2] == ["on", {"date": "2025-12-31"}]
    assert values[3][1]["told"]["values"][0][1] == {"label": {"zh": "标准", "en": "threshold"}}


def edited(path, change):
    data = json.loads(path.read_bytes())
    change(data)
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(FileError) as caught:
        load(path)
    for lang in ("zh", "en"):
        assert path.name in caught.value.text(lang)
    return caught.value.code


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.update(more=1),
        lambda data: data["review"].update(more=1),
        lambda data: data["review"].pop("year"),
        lambda data: data["review"].update(year="2025"),
        lambda data: data["review"].update(year=True),
        lambda data: data["review"].update(year=2025.0),
        lambda data: data["review"].update(year=None),
        lambda data: data["review"].update(levels={}),
        lambda data: data["review"].update(levels=[["junior"]]),
        lambda data: data["review"]["company"].pop("en"),
        lambda data: data["review"]["totals"].update(company_sales="10"),
        lambda data: data["review"]["totals"].update(company_sales="1/0"),
        lambda data: data["review"]["totals"].update(company_sales="1/-2"),
        lambda data: data["review"]["totals"].update(company_sales=10),
        lambda data: data["review"]["notes"][0]["values"].append(["x", {"code": "1"}]),
        lambda data: data["review"]["notes"][0]["values"].append(["x", {}]),
        lambda data: data["review"]["notes"][0]["values"][2][1].update(date="2025-02-30"),
        lambda data: data["review"]["notes"][0]["values"][1][1]["figure"].update(unit="stone"),
    ],
    ids=range(18),
)
def test_nothing_is_guessed_in_a_file_that_is_not_quite_one(stored, change):
    assert edited(stored, change) == "review.stored.damaged"


@pytest.mark.parametrize("version", [1, FORMAT_VERSION + 1])
def test_another_format_version_is_told(stored, version):
    assert edited(stored, lambda data: data.update(format_version=version)) == "review.stored.other_format"


def test_a_review_without_a_record_is_named_by_the_same_hash_as_ever():
    """What was not asked for tells no review from another."""
    review = sample_review()
    encoded = encode(review)
    for case in (*encoded["applicants"], *encoded["others"]):
        assert case.pop("proceedings") is None
    names = ("data_sha256", "policy_sha256", "version")
    data = {name: value for name, value in encoded.items() if name not in names}
    assert data_sha256(review) == sha256(canonical(data)).hexdigest()


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{", b"\xff\xfe", b"[" * 100_000, b'{"format": NaN}'], ids=range(6)
)
def test_what_is_no_such_file_is_refused_with_a_sentence(tmp_path, raw):
    path = tmp_path / "review.json"
    path.write_bytes(raw)
    with pytest.raises(FileError):
        load(path)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(FileError):
        load(tmp_path / "none.json")


def test_the_data_hash_is_of_the_data_alone(example_totals):
    review = replace(EMPTY, totals=example_totals)
    same = data_sha256(review)
    renamed = replace(review, data_sha256="f" * 64, policy_sha256="e" * 64, version="9")
    assert data_sha256(renamed) == same
    assert data_sha256(replace(review, year=2024)) != same
    assert data_sha256(replace(review, totals=replace(example_totals, company_sales=None))) != same
