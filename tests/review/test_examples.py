"""The signed examples: each goes from records to its verdict as a person wrote it down.

``tests/examples/*.yaml`` are written for whoever owns the policy; the head of ``junior.yaml`` tells how.
Policy 1.3.b, 2, 3.1.Q1 to 3.3.P5, 5.1.a to 5.1.f, 5.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from cmreview import strict_yaml
from cmreview.policy.model import Compare
from cmreview.records.columns import Kind
from cmreview.records.schema import TABLES
from cmreview.review.case import build_review
from cmreview.review.criteria import shortfall
from cmreview.terms import DEGREES, OUTCOMES
from tests.builders import LEVELS, make_policy, make_records

FOLDER = Path(__file__).parent.parent / "examples"
FILES = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))
HEAD = {"signed_by", "signed_on", "level", "year", "thresholds", "common", "others", "cases"}
CASE = {"clause", "title", "at", "given", "expect", "alone", "others"}
EXPECT = {"outcome", "value", "margin", "reason", "short", "indicator", "points", "coverage"}
RELATIONS = {"等于", "低于", "高于", "缺证据"}
OUTCOME = {label.zh: outcome for outcome, label in OUTCOMES.items()}
SCALE = {"万": 10_000, "%": Decimal("0.01")}
EVERYBODY_ELSE = "Z"


@dataclass(frozen=True)
class Example:
    """One example of one file, and the person that it is told of."""

    file: str
    number: int
    told: dict

    @property
    def person(self):
        return f"E{self.number:03}"

    @property
    def clause(self):
        return self.told["clause"]

    @property
    def expect(self):
        return self.told["expect"]


@cache
def content(file):
    return strict_yaml.read(FOLDER / f"{file}.yaml").data


def examples(file):
    return [Example(file, number, told) for number, told in enumerate(content(file)["cases"], start=1)]


EXAMPLES = [example for file in FILES for example in examples(file)]


def name_of(example):
    return f"{example.file}-{example.number}-{example.clause}"


def expecting(what):
    return [example for example in EXAMPLES if what in example.expect]


# --- from the words of an example to rows of the tables


def table_of(label):
    return next(table for table in TABLES.values() if table.label.zh == label)


def number(text):
    scale = next((SCALE[mark] for mark in SCALE if text.endswith(mark)), 1)
    digits = text.rstrip("万%")
    return Fraction(digits) * Fraction(scale)


def cell(column, text):
    if text is None or column.kind in (Kind.ID, Kind.TEXT, Kind.DATE):
        return text
    if column.kind is Kind.LEVEL:
        return next(level.id for level in LEVELS if level.label.zh == text)
    if column.kind is Kind.CHOICE:
        return next(name for name, label in column.choices.items() if label.zh == text)
    if column.kind is Kind.YES_NO:
        return {"是": True, "否": False}[text]
    exact = number(text)
    return Decimal(exact.numerator) / Decimal(exact.denominator)


def rows_of(table, place, told, person, department):
    """The rows of one line of an example; ids that it does not give are the person's own."""
    labels = {column.label.zh: column for column in table.columns} | {"部门": None}
    told = dict(told)
    times = int(told.pop("重复", "1"))
    for turn in range(1, times + 1):
        row = {labels[label].name: cell(labels[label], text) for label, text in told.items() if labels[label]}
        if table.name == "level_history":
            row["department"] = told.get("部门", department)
        if "customer_id" in {column.name for column in table.columns}:
            row["customer_id"] = f"{person}-{row.get('customer_id', f'{table.name}-{place}-{turn}')}"
        if table.name != "customers":
            row["manager_id"] = person
        yield row


def rows(given, person, department):
    """All rows of an example by table, each with the key that its table asks for."""
    found = {name: [] for name in TABLES}
    for label, lines in given.items():
        table = table_of(label)
        for place, line in enumerate([lines] if isinstance(lines, dict) else lines or []):
            found[table.name] += rows_of(table, place, line, person, department)
    for name, key in (
        ("contracts", "contract_id"),
        ("complaints", "complaint_id"),
        ("projects", "project_id"),
    ):
        for turn, row in enumerate(found[name], start=1):
            row.setdefault(key, f"{person}-{turn}")
    for row in found["surveys"]:
        row.setdefault("surveyed_on", "2025-11-01")
    return found


def company(file, chosen, others):
    """One company of the chosen examples' people and everybody else; customers not told of are not key."""
    head = content(file)
    tables = rows(others, EVERYBODY_ELSE, "销售二部")
    tables["managers"] = [{"manager_id": EVERYBODY_ELSE, "department": "销售二部"}]
    for example in chosen:
        roster = head["common"]["花名册"] | (example.told["given"].get("花名册") or {})
        given = head["common"] | example.told["given"] | {"花名册": roster}
        for name, found in rows(given, example.person, "销售一部").items():
            tables[name] += found
        application = {"manager_id": example.person, "target_level": head["level"]}
        tables["applications"].append(
            application | {"applied_on": f"{head['year']}-12-10", "evidence": "清单"}
        )
    known = {row["customer_id"] for row in tables["customers"]}
    signed = {row["customer_id"] for row in tables["contracts"]} - known
    tables["customers"] += [{"customer_id": customer, "key_customer": False} for customer in sorted(signed)]
    return make_records(**tables)


def policy_of(file):
    named = {label.zh: name for name, label in DEGREES.items()}
    thresholds = {
        clause: named.get(text, text)
        for clause, text in content(file)["thresholds"].items()
        if text != "通过"
    }
    return make_policy(int(content(file)["year"]), thresholds)


@cache
def cases_of(file, alone=None):
    """The cases of one file by person: those that stand together, or the one that stands alone."""
    chosen = [
        each for each in examples(file) if each.number == alone or not (alone or each.told.get("alone"))
    ]
    others = chosen[0].told.get("others") if alone else None
    records = company(file, chosen, others or content(file)["others"])
    review = build_review(records, policy_of(file))
    return {case.person.manager_id: case for case in review.cases}


def case_of(example):
    is_alone = example.told.get("alone") == "是"
    return cases_of(example.file, example.number if is_alone else None)[example.person]


# --- the examples


@pytest.mark.parametrize("example", expecting("outcome"), ids=name_of)
def test_a_criterion_says_what_its_example_says(example):
    verdict = next(each for each in case_of(example).verdicts if each.criterion == example.clause)
    expect = example.expect
    assert verdict.outcome == OUTCOME[expect["outcome"]], example.told["title"]
    if "value" in expect:
        assert verdict.fact.value == number(expect["value"])
    if "margin" in expect:
        assert verdict.margin == number(expect["margin"])
    if "reason" in expect:
        assert expect["reason"] in verdict.reason.text("zh")
    if "short" in expect:
        assert shortfall(verdict).text("zh") == expect["short"]


@pytest.mark.parametrize("example", expecting("indicator"), ids=name_of)
def test_an_indicator_counts_what_its_example_says(example):
    fact = case_of(example).fact(example.expect["indicator"])
    assert fact.value == number(example.expect["value"]), example.told["title"]


@pytest.mark.parametrize("example", expecting("points"), ids=name_of)
def test_a_score_is_what_its_example_says(example):
    score = case_of(example).score
    assert score.points == number(example.expect["points"]), example.told["title"]
    assert score.coverage == number(example.expect["coverage"])


# --- the files


def test_every_criterion_of_every_level_has_examples_at_below_above_and_without_evidence():
    shown = {(example.clause, example.told.get("at")) for example in EXAMPLES}
    missing = [
        (criterion.id, relation)
        for criterion in make_policy().criteria
        for relation in sorted(RELATIONS)
        if (criterion.id, relation) not in shown
    ]
    assert missing == []


@pytest.mark.parametrize("file", FILES)
def test_a_file_says_who_signed_it_and_holds_nothing_that_no_test_reads(file):
    told = content(file)
    assert set(told) == HEAD
    assert told["signed_by"]
    for example in examples(file):
        assert set(example.told) <= CASE
        assert set(example.expect) <= EXPECT
        assert example.told.get("at") in RELATIONS | {None}
        assert ("outcome" in example.expect) == (example.told.get("at") is not None)
        assert any("\u4e00" <= letter <= "\u9fff" for letter in example.told["title"])
    titles = [(example.clause, example.told["title"]) for example in examples(file)]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("file", [file for file in FILES if file != "definitions"])
def test_a_file_gives_a_threshold_to_every_criterion_of_its_level(file):
    asked = [criterion.id for criterion in make_policy().criteria_for(content(file)["level"])]
    assert list(content(file)["thresholds"]) == asked


@pytest.mark.parametrize("example", expecting("margin"), ids=name_of)
def test_an_example_says_at_below_or_above_as_its_margin_does(example):
    margin = number(example.expect["margin"])
    if make_policy().criterion(example.clause).compare is Compare.BELOW:
        margin = -margin
    assert example.told["at"] == ("等于" if margin == 0 else "高于" if margin > 0 else "低于")
