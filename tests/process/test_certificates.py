"""A certificate is genuine where the ledger says so, and stands while its appointment does (Policy 4.5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cmreview.process import events as record
from cmreview.process.certificates import Finding, certificate, code_of
from tests.process.cases import AFTER, Told, appointment, publicised

NUMBER = "ZS-2026-1"


@pytest.fixture
def case() -> Told:
    told = publicised()
    told.take(appointment(), "S01", AFTER)
    seal = "9656421af52c6ff5" + "0" * 48
    told.events[-1] = replace(told.events[-1], hash=seal)
    return told


def test_number_and_code_tell_whose_it_is_and_that_it_stands(case):
    known = certificate(case.events, NUMBER, "9656-421A-F52C-6FF5")
    assert known.finding is Finding.STANDS
    assert known.application.name == "王伟"
    assert known.appointment.payload.effective_on == date(2026, 3, 1)
    assert code_of(known.appointment) == "9656-421A-F52C-6FF5"


@pytest.mark.parametrize(
    "typed", ["9656421af52c6ff5", " 9656 421A f52c 6ff5 ", "９６５６－４２１Ａ－Ｆ５２Ｃ－６ＦＦ５"]
)
def test_a_code_may_be_typed_in_any_way(case, typed):
    assert certificate(case.events, NUMBER, typed).finding is Finding.STANDS


@pytest.mark.parametrize("typed", ["9656-421A-F52C-6FF6", "9656-421A-F52C-6FF", "", "9656-421A-F52C-6FF50"])
def test_another_code_is_wrong(case, typed):
    assert certificate(case.events, NUMBER, typed).finding is Finding.WRONG_CODE


def test_a_number_alone_is_looked_up_and_one_that_nobody_has_is_unknown(case):
    assert certificate(case.events, "zs-2026-1").finding is Finding.STANDS
    assert certificate(case.events, "ZS-2026-2").finding is Finding.UNKNOWN


def test_a_certificate_whose_appointment_was_corrected_is_replaced_by_the_newer(case):
    first = case.last
    old = code_of(case.events[-1])
    later = appointment(effective_on=date(2026, 4, 1))
    case.take(later, "S01", AFTER, reason="生效日期有误", corrects=first)
    case.events[-1] = replace(case.events[-1], hash="a" * 64)
    assert certificate(case.events, NUMBER, old).finding is Finding.REPLACED
    assert certificate(case.events, NUMBER, old).later.number == case.last
    assert certificate(case.events, NUMBER, "a" * 16).finding is Finding.STANDS
    assert certificate(case.events, NUMBER).finding is Finding.STANDS


def test_a_certificate_whose_appointment_was_taken_back_stands_no_more(case):
    case.take(record.Voided(case.last), "S01", AFTER, reason="误录")
    known = certificate(case.events, NUMBER, "9656421af52c6ff5")
    assert known.finding is Finding.TAKEN_BACK
    assert known.later.number == case.last
    assert known.application.name == "王伟"
