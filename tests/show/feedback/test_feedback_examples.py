"""The signed examples of meetings, coaching and feedback, as whoever owns the policy wrote them down.

``tests/examples/after/feedback.yaml`` tells at its head how they are read. Policy 7.1, 7.2, 7.3.
"""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

import openpyxl
import pytest

from cmreview import strict_yaml
from cmreview.show.feedback.coaching import SHEET, Talk
from cmreview.show.feedback.letter import feedback
from cmreview.show.feedback.meeting import Opinion
from cmreview.show.feedback.writing import Writing
from cmreview.terms import OUTCOMES, Outcome
from tests.process.example import ROOT
from tests.review.development.learning import held
from tests.show.feedback import test_coaching, test_meeting
from tests.show.papers.archive import of_example

FILE = strict_yaml.read(ROOT / "tests" / "examples" / "after" / "feedback.yaml").data
HEAD = {"signed_by", "signed_on", "year", "cases"}
KEYS = {
    "7.1": ({"期间", "意见", "上次办法"}, {"本期", "以前未答复", "未答复", "变化"}),
    "7.2": ({"上次", "填写"}, {"读回", "问题", "表上"}),
    "7.3": ({"当年", "异议"}, {"结论", "项目", "须补", "异议"}),
}
FILLED = {
    "辅导日期": "held_on",
    "辅导人": "coach",
    "工作进展": "progress",
    "困难": "difficulties",
    "商定的支持": "support",
}


def examples(clause):
    chosen = [(place, one) for place, one in enumerate(FILE["cases"], start=1) if one["clause"] == clause]
    return [pytest.param(one, id=f"{place} {one['title']}") for place, one in chosen]


def test_the_file_says_only_what_is_read():
    assert set(FILE) == HEAD
    for one in FILE["cases"]:
        given, expect = KEYS[one["clause"]]
        assert set(one) == {"clause", "title", "given", "expect"}
        assert set(one["given"]) <= given
        assert set(one["expect"]) <= expect


@pytest.mark.parametrize("example", examples("7.1"))
def test_a_brief_says_what_the_example_says(example):
    given, expect = example["given"], example["expect"]
    opinions = [
        Opinion(
            f"YJ{number}",
            date.fromisoformat(one["提出日期"]),
            None,
            one["意见"],
            one.get("答复"),
            "刘敏" if "答复" in one else None,
            date.fromisoformat(one["提出日期"]) if "答复" in one else None,
        )
        for number, one in enumerate(given["意见"], start=1)
    ]
    earlier = None if given["上次办法"] == "无" else test_meeting.before(int(given["上次办法"]))
    paper = test_meeting.brief(opinions, earlier, given["期间"])
    counted = (len(paper.opinions), len(paper.late), paper.open_opinions)
    assert counted == tuple(int(expect[key]) for key in ("本期", "以前未答复", "未答复"))
    if "变化" in expect:
        clauses = {one.clause for one in paper.changes}
        assert clauses == set() if expect["变化"] == "无" else expect["变化"] in clauses


def talk(cells):
    values = {FILLED[name]: value for name, value in cells.items()}
    if "held_on" in values:
        values["held_on"] = date.fromisoformat(values["held_on"])
    return values


@pytest.mark.parametrize("example", examples("7.2"))
def test_a_coaching_sheet_is_read_as_the_example_says(example):
    given, expect = example["given"], example["expect"]
    person = test_coaching.own()[0].person.manager_id
    before = [Talk(person, **talk(given["上次"]))] if "上次" in given else []
    rows = [(0, talk(given["填写"]))] if "填写" in given else []
    found = test_coaching.read(test_coaching.filled(*rows), before)
    assert len(found.talks) == int(expect["读回"])
    columns = {column for _, _, column in test_coaching.codes(found)}
    named = {column.name: column.label("zh") for column in SHEET.columns}
    wrong = set() if expect["问题"] == "无" else {named[expect["问题"]]}
    assert columns == wrong
    if "表上" in expect:
        last = {one.manager_id: one for one in (*before, *found.talks)}
        book = openpyxl.load_workbook(
            io.BytesIO(test_coaching.sheet_bytes(test_coaching.coaching(last=last)))
        )
        cells = next(book.worksheets[0].iter_rows(min_row=2, values_only=True))
        told = dict(zip(test_coaching.COLUMNS, cells, strict=True))
        assert told["given_last_difficulties"] == expect["表上"]["困难"]
        assert told["given_last_support"] == expect["表上"]["支持"]


@cache
def somebody():
    """A junior of the example, whose own figures every example replaces."""
    cases = of_example().review.cases
    return next(case for case in cases if case.person.level == "junior" and case.application is None)


@pytest.mark.parametrize("example", examples("7.3"))
def test_a_letter_says_what_the_example_says(example):
    given, expect = example["given"], example["expect"]
    values = {name: None if value == "缺" else Fraction(str(value)) for name, value in given["当年"].items()}
    archive = of_example()
    days = None if given["异议"] == "X" else Decimal(given["异议"])
    writing = Writing(
        replace(archive, policy=archive.policy.with_value("objection_days", days)), date(2026, 1, 30)
    )
    case = replace(somebody(), held=held("junior", **values), consequences=None)
    letter = feedback(case, None, writing)
    assert OUTCOMES[Outcome(letter.outcome)]("zh") == expect["结论"]
    assert {line.clause: OUTCOMES[Outcome(line.outcome)]("zh") for line in letter.figures} == expect["项目"]
    assert len(letter.missing) == int(expect["须补"])
    assert letter.objection_days == (None if expect["异议"] == "无" else int(expect["异议"]))
