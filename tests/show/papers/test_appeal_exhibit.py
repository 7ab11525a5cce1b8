"""A replayed correction on paper: what differs looks different, others stay unnamed. Policy 1.3.a, 4.4."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cmreview.review.explorer.changes import Part
from cmreview.review.scrutiny.corrections import CellCorrection, PolicyCorrection
from cmreview.review.scrutiny.replay import replay
from cmreview.show.figures import Figures
from cmreview.show.papers.appeal_exhibit import exhibit_part
from tests.builders import make_policy
from tests.review.explorer.company import company_records, company_review

POLICY = make_policy()
RECORDS = company_records()
NOW = company_review()


def shown(correction, lang="zh", manager="M02", own=False):
    found = replay(RECORDS, POLICY, manager, correction, before=NOW)
    return exhibit_part(found.for_appellant() if own else found, POLICY, Figures(lang))


def cell(value, column="amount", key=("HM02-n0", "M02"), table="contracts"):
    return CellCorrection(table, key, column, value)


LARGER = cell(Decimal(3_000_000))


def test_a_corrected_cell_is_named_with_its_source_and_both_values():
    page = shown(LARGER)
    for words in (
        "“合同”中编号为 HM02-n0, M02 的“合同金额”",
        "contracts.csv，第",
        "3,000,000",
        "未达标",
        "达标",
    ):
        assert words in page


def test_what_differs_by_one_yuan_is_never_written_alike():
    """2,999,999 and 3,000,000 are both 300.00 万元 to two decimals."""
    page = shown(cell(Decimal(2_999_000)))
    assert "299.9999 万元" in page
    assert "300.00 万元" in page


def test_a_value_that_misses_its_line_is_never_written_like_the_line():
    """Before the correction one yuan is short of 3 million, although the two values are far apart."""
    assert "299.9999 万元" in shown(LARGER)
    assert "300.00 万元" not in shown(LARGER)


def test_others_stand_on_the_committees_copy_and_only_their_number_on_the_appellants():
    assert "M01" in shown(LARGER)
    assert "M08" not in shown(LARGER)  # only a figure of the company's total differs
    page = shown(LARGER, own=True)
    assert "M01" not in page
    assert "随之变化的有" in page


def test_no_change_is_said():
    page = shown(PolicyCorrection(Part.PARAMETER, "year_end_days", Decimal(15)))
    assert page.count("没有变化。") == 2
    assert "办法参数“year_end_days”" in page


@pytest.mark.parametrize(
    ("correction", "words"),
    [
        (PolicyCorrection(Part.THRESHOLD, "3.2.P2", Decimal(2_000_000)), "Threshold of 3.2.P2"),
        (PolicyCorrection(Part.WEIGHT, "3.2.P2", Decimal("0.4")), "Weight of 3.2.P2"),
        (PolicyCorrection(Part.ZERO_AT, "3.2.P2", Decimal(5)), "that scores nothing"),
        (PolicyCorrection(Part.PARAMETER, "growth_part_year", None), "blank"),
        (cell("master", "degree", ("M02",), "managers"), "master"),
        (cell("senior", "level", ("M02", "2024-07-01"), "level_history"), "senior"),
        (cell(True, "key_customer", ("KM02-0",), "customers"), "yes"),
        (cell(date(2024, 12, 31), "signed_on"), "2024-12-31"),
    ],
    ids=str,
)
def test_every_kind_of_correction_is_told_in_the_readers_language(correction, words):
    page = shown(correction, "en")
    assert words in page
    assert 'lang="en"' in page
    assert "更正" not in page


def test_typed_text_is_escaped():
    page = shown(cell("<b>x</b>", "name", ("M02",), "managers"))
    assert "<b>x" not in page
    assert "&lt;b&gt;x" in page


def test_the_same_replay_gives_the_same_page():
    assert shown(LARGER) == shown(LARGER)
