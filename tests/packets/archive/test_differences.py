"""Every figure in which two stored reviews differ is one line, with whose it is."""

from __future__ import annotations

import copy
import json
import shutil
from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from cmreview.exact_json import encode
from cmreview.packets.archive.appendices import appendix_lines
from cmreview.packets.archive.differences import Line, compared
from cmreview.packets.archive.layout import Program
from cmreview.packets.archive.replaying import Replayed
from cmreview.packets.archive.telling import line_told
from cmreview.show.workbook import write_appendix
from tests.show.sample import sample_review

REVIEW = {"review": json.loads(json.dumps(encode(sample_review())))}
HERE = Program("1", "a" * 64)
FOUND = Replayed(2025, 1, HERE, HERE, (), (), (), (), prints=0)


def changed(change) -> dict:
    review = copy.deepcopy(REVIEW)
    change(review["review"])
    return review


def test_the_same_review_has_no_lines():
    assert compared("x", REVIEW, changed(lambda _: None)) == ()


def test_what_only_names_a_review_is_no_result():
    def rename(review):
        review |= {"data_sha256": "x", "policy_sha256": "y", "version": "9"}

    assert compared("x", REVIEW, changed(rename)) == ()


def test_a_verdict_is_named_by_person_and_clause():
    def miss(review):
        review["applicants"][0]["verdicts"][1]["outcome"] = "other"

    case = REVIEW["review"]["applicants"][0]
    clause = case["verdicts"][1]["criterion"]
    (line,) = compared("x", REVIEW, changed(miss))
    assert (line.department, line.person) == ("x", case["person"]["manager_id"])
    assert line.what == ("verdicts", clause, "outcome")
    assert (line.then, line.now) == (case["verdicts"][1]["outcome"], "other")


def test_a_figure_that_a_verdict_repeats_is_told_once():
    def grow(review):
        case = review["applicants"][0]
        fact = next(one for one in case["facts"] if one == case["verdicts"][0]["fact"])
        fact["rows"] = case["verdicts"][0]["fact"]["rows"] = 99

    lines = compared("x", REVIEW, changed(grow))
    assert [line.what[0] for line in lines] == ["facts"]


def test_one_entry_more_does_not_make_those_behind_it_look_changed():
    def lose(review):
        del review["applicants"][0]["facts"][0]

    lines = compared("x", REVIEW, changed(lose))
    assert {line.what[:2] for line in lines} == {("facts", lines[0].what[1])}
    assert {line.now for line in lines} == {None}


def test_a_person_who_is_gone_is_one_line_and_another_order_is_told():
    def leave(review):
        del review["others"][0]

    gone = REVIEW["review"]["others"][0]["person"]["manager_id"]
    assert {line.person for line in compared("x", REVIEW, changed(leave))} == {gone}

    def turn(review):
        review["applicants"][0]["facts"].reverse()

    assert [line.what for line in compared("x", REVIEW, changed(turn))] == [("facts", "order")]


plain = st.recursive(
    st.booleans() | st.integers(0, 3) | st.sampled_from(["a", "b", "1/2"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=8,
)


@example(False, 0)
@given(plain, plain)
def test_whatever_differs_is_told_and_both_ways_alike(one, other):
    then, now = ({"review": {"applicants": [], "others": [], "notes": value}} for value in (one, other))
    lines, back = compared("x", then, now), compared("x", now, then)
    assert bool(lines) == (json.dumps(one) != json.dumps(other))
    assert {(line.what, line.then, line.now) for line in lines} == {
        (line.what, line.now, line.then) for line in back
    }


def told(what: tuple[str, ...], then: str | None, now: str | None, lang: str = "zh") -> str:
    return line_told(Line("销售一部", "001", what, then, now), FOUND, lang)


def test_a_line_is_told_in_words_and_exact_numbers():
    by = f"（{HERE}）"
    assert (
        told(("verdicts", "3.1.P1", "outcome"), "met", "no_evidence")
        == f"销售一部 · 001 · 达标结论 3.1.P1 结论：当时 达标{by}，现在 缺证据{by}"
    )
    assert "业务销售额 数值：当时 1215000（" in told(("facts", "sales", "value"), "1215000/1", "1/3")
    assert "现在 1/3（" in told(("facts", "sales", "value"), "1215000/1", "1/3")
    assert "then -0.05 (" in told(("score", "points"), "-1/20", None, "en")
    assert "now nothing (" in told(("score", "points"), "-1/20", None, "en")
    assert "现在 否（" in told(("verdicts", "3.1.P1", "close"), "true", "false")
    assert "odd.part" in told(("odd.part",), "a", "b")


def test_appendices_are_compared_cell_by_cell_with_the_person_and_the_column(tmp_path):
    review = sample_review()
    write_appendix(review, tmp_path / "then.xlsx")
    shutil.copy(tmp_path / "then.xlsx", tmp_path / "now.xlsx")
    assert appendix_lines("x", tmp_path / "then.xlsx", tmp_path / "now.xlsx") == ()
    first = review.applicants[0]
    other = replace(first, person=replace(first.person, name="另一人"))
    write_appendix(replace(review, applicants=(other, *review.applicants[1:])), tmp_path / "now.xlsx")
    lines = appendix_lines("x", tmp_path / "then.xlsx", tmp_path / "now.xlsx")
    assert {line.person for line in lines} == {first.person.manager_id}
    assert {(line.what[-1], line.then, line.now) for line in lines} == {("姓名", first.person.name, "另一人")}
    (tmp_path / "now.xlsx").write_bytes(b"no workbook")
    assert appendix_lines("x", tmp_path / "then.xlsx", tmp_path / "now.xlsx") == ()
