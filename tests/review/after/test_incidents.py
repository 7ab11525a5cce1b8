"""Major losses: assessed by people, shown to the committee, never computed. Policy 5.4.h."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmreview.records.schema import TABLES
from cmreview.review.after.incidents import incidents, loss_advice
from cmreview.review.after.model import Measure, Standing
from cmreview.review.dossier import dossiers
from cmreview.terms import Outcome
from cmreview.words import find
from tests.builders import make_records
from tests.review.after.missed import RULES, YEAR, rules, said


def incident(loss: object = "100000", *, on: date = date(2025, 5, 10), number: str = "S1", **more: object):
    row = {
        "incident_id": number,
        "manager_id": "001",
        "happened_on": on,
        "description": "报价失误",
        "loss": None if loss is None else Decimal(str(loss)),
        "severity": "serious",
        "assessed_by": "财务部李明",
        "assessed_on": date(2025, 6, 1),
        "proposed_discipline": "书面检查",
        "evidence": None,
    }
    return row | more


def standing(*rows, policy=RULES):
    advice = loss_advice(incidents(rows, policy))
    return advice.standing if advice else None


@pytest.mark.parametrize(
    ("loss", "is_major", "expected"),
    [
        ("99999.99", Outcome.MISSED, Standing.NOT_DUE),
        ("100000", Outcome.MET, Standing.COMMITTEE),
        ("100000.01", Outcome.MET, Standing.COMMITTEE),
        ("0", Outcome.MISSED, Standing.NOT_DUE),
        (None, Outcome.NO_EVIDENCE, Standing.COMMITTEE),
    ],
)
def test_a_loss_is_major_from_the_policys_amount_on_and_unassessed_is_neither(loss, is_major, expected):
    (found,) = incidents([incident(loss)], RULES)
    assert (found.is_major, loss_advice([found]).standing) == (is_major, expected)


@pytest.mark.parametrize("name", [None, "", "  "])
def test_a_loss_for_which_nobody_stands_is_not_assessed(name):
    (found,) = incidents([incident("500000", assessed_by=name)], RULES)
    assert found.is_major is Outcome.NO_EVIDENCE
    assert "没有评估人" in said(loss_advice([found]).because)


def test_an_amount_left_open_is_no_rule_and_an_unassessed_loss_still_goes_to_the_committee():
    policy = rules(major_loss_from=None)
    assert standing(incident("9"), policy=policy) is Standing.NO_RULE
    assert standing(incident("9"), incident(None, number="S2"), policy=policy) is Standing.COMMITTEE


def test_money_of_another_currency_has_no_rule():
    (found,) = incidents([incident("500000")], RULES, currency="USD")
    assert found.is_major is Outcome.NO_RULE
    (same,) = incidents([incident("500000")], RULES, currency="CNY")
    assert same.is_major is Outcome.MET


def test_one_major_loss_is_enough_and_small_ones_are_not_added_up():
    small = incident("60000"), incident("60000", number="S2")
    assert standing(*small) is Standing.NOT_DUE
    assert standing(*small, incident("100000", number="S3")) is Standing.COMMITTEE


def test_nothing_recorded_in_the_year_is_nothing_to_speak_of():
    assert standing() is None
    assert standing(incident(on=date(2024, 12, 31)), incident(on=date(2026, 1, 1))) is None
    assert standing(incident(on=date(2025, 1, 1))) is Standing.COMMITTEE
    assert standing(incident(on=date(2025, 12, 31))) is Standing.COMMITTEE


def test_the_reasons_say_who_assessed_what_when_and_what_is_proposed():
    advice = loss_advice(incidents([incident()], RULES))
    assert advice.measure is Measure.LOSS
    assert advice.because[0].text() == (
        "2025年5月10日，报价失误（S1）：财务部李明于2025年6月1日评估损失 10 万元，"
        "情节：较重，拟议处理：书面检查。"
    )
    assert "不超过当月工资的 20%" in said(advice.because)
    assert "程序不计算" in said(advice.because)


def test_what_is_blank_is_told_as_blank():
    blank = incident(severity=None, proposed_discipline=" ", assessed_on=None)
    told = said(loss_advice(incidents([blank], RULES)).because)
    assert "财务部李明评估损失 10 万元，情节：未填，拟议处理：未提出" in told
    unassessed = incident(None, severity=None, assessed_by=None, assessed_on=None, proposed_discipline=None)
    told = said(loss_advice(incidents([unassessed], RULES)).because)
    assert "损失尚未评估" in told
    assert "工资支付暂行规定" not in told  # nothing is to be paid while nothing is assessed


def test_no_amount_of_money_is_told_but_the_loss_itself():
    advice = loss_advice(incidents([incident("123456.78")], RULES))
    amounts = [value for told in advice.because for name, value in told.values if name == "loss"]
    assert [amount.value for amount in amounts] == [Decimal("123456.78")]


def test_a_severity_is_called_what_the_workbook_calls_it():
    choices = next(column for column in TABLES["incidents"].columns if column.name == "severity").choices
    words = find("penalties.severity")
    assert {name: (label.zh, label.en) for name, label in choices.items()} == {
        name: (words[name]["zh"], words[name]["en"]) for name in words if name != "blank"
    }


def test_a_dossier_holds_a_persons_incidents_and_coaching_and_nobody_elses():
    records = make_records(
        incidents=[
            {
                "incident_id": "S2",
                "manager_id": "001",
                "happened_on": "2025-05-10",
                "description": "报价失误",
            },
            {"incident_id": "S1", "manager_id": "002", "happened_on": "2025-05-10", "description": "漏签"},
        ],
        coaching=[{"manager_id": "002", "held_on": "2025-05-10", "coach": "部门负责人"}],
    )
    found = dossiers(records)
    assert [row["incident_id"] for row in found["001"].incidents] == ["S2"]
    assert found["001"].coaching == ()
    assert [row["coach"] for row in found["002"].coaching] == ["部门负责人"]
    (own,) = incidents(found["001"].incidents, RULES)
    assert own.is_major is Outcome.NO_EVIDENCE


@given(st.lists(st.none() | st.integers(0, 200_000), min_size=1, max_size=3))
def test_the_order_of_the_rows_changes_nothing(losses):
    rows = [incident(loss, number=f"S{place}") for place, loss in enumerate(losses)]
    found = {(known := incidents(order, RULES), loss_advice(known)) for order in permutations(rows)}
    assert len(found) == 1


@given(st.lists(st.none() | st.integers(0, 200_000), max_size=3))
def test_a_loss_is_never_more_than_a_case_for_the_committee(losses):
    rows = [incident(loss, number=f"S{place}") for place, loss in enumerate(losses)]
    assert standing(*rows) is not Standing.DUE
    assert (standing(*rows) is None) == (not losses)
    assert all(one.happened_on.year == YEAR for one in incidents(rows, RULES))
