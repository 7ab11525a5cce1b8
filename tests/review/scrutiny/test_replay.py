"""An appeal played through: what one correction changes, for the person and for others. Policy 4.4, 1.3.a."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from cmreview.errors import InputError, PolicyError
from cmreview.exact_json import decode, parse
from cmreview.review.explorer.changes import Part
from cmreview.review.scrutiny.corrections import CellCorrection, PolicyCorrection, corrected
from cmreview.review.scrutiny.replay import FORMAT, Replay, exhibit, replay
from cmreview.terms import Outcome, Result
from tests.builders import make_policy, make_records
from tests.review.explorer.company import company_records, company_review

POLICY = make_policy()
RECORDS = company_records()
NOW = company_review()
# M02 applies for intermediate with 2,999,999 yuan, one short; its large contract of the year:
CONTRACT = "HM02-n0"
AMOUNT = next(row.amount for row in RECORDS.tables["contracts"].itertuples() if row.contract_id == CONTRACT)


def cell(value, column="amount", key=(CONTRACT, "M02"), table="contracts"):
    return CellCorrection(table, key, column, value)


def played(correction, manager="M02"):
    return replay(RECORDS, POLICY, manager, correction, before=NOW)


SHARED = {"contract_id": "H1", "customer_id": "K1", "signed_on": "2025-03-01", "amount": 5}
ONE_MORE = cell(Decimal(AMOUNT) + 1)


def test_one_yuan_more_turns_the_verdict_and_says_exactly_what_else_differs():
    found = played(ONE_MORE)
    assert (found.replaced, found.source) == (AMOUNT, "contracts.csv")
    contracts = RECORDS.tables["contracts"]
    assert [found.row] == contracts.loc[contracts["contract_id"] == CONTRACT, "source_row"].tolist()
    sales = next(each for each in found.own.facts if each.indicator == "sales")
    assert (sales.before.value, sales.after.value) == (2_999_999, 3_000_000)
    turned = [each.criterion for each in found.own.verdicts if each.is_turned]
    assert turned == ["3.2.P2"]
    verdict = next(each for each in found.own.verdicts if each.criterion == "3.2.P2")
    assert (verdict.before.outcome, verdict.after.outcome) == (Outcome.MISSED, Outcome.MET)
    assert found.sums_after.company_sales - found.sums_before.company_sales == 1


def test_others_change_where_the_companys_total_moves_their_share():
    found = played(ONE_MORE)
    of_senior = {each.manager_id: [fact.indicator for fact in each.facts] for each in found.others}
    assert of_senior["M05"] == of_senior["M06"] == ["sales_share"]
    assert found.others_changed == len(found.others)
    assert found.others_moved == 0  # a yuan of the total moves figures only
    assert all(each.manager_id != "M02" for each in found.others)


def test_places_of_others_move_with_the_appellants():
    found = played(cell(Decimal(AMOUNT) + 3_000_000))
    other = next(each for each in found.others if each.manager_id == "M01")
    places = {found.own.before.place, other.before.place}
    assert places == {1, 2} == {found.own.after.place, other.after.place}
    assert found.own.after.place == 1
    assert other.after.place == 2
    assert 0 < found.others_moved < found.others_changed


def test_a_correction_that_says_the_same_changes_nothing():
    found = played(cell(AMOUNT))
    assert found.own.is_unchanged
    assert (found.others, found.sums_before) == ((), found.sums_after)


def test_a_contract_given_to_its_rightful_manager_changes_both():
    found = played(cell("M02", "manager_id", ("HM01-n0", "M01")))
    other = next(each for each in found.others if each.manager_id == "M01")
    moved = [next(fact for fact in each.facts if fact.indicator == "sales") for each in (found.own, other)]
    gained, lost = (each.after.value - each.before.value for each in moved)
    assert gained == -lost > 0
    assert found.sums_after.company_sales == found.sums_before.company_sales


def test_a_contract_signed_a_day_earlier_leaves_the_year():
    found = played(cell(date(2024, 12, 31), "signed_on"))
    sales = next(each for each in found.own.facts if each.indicator == "sales")
    assert sales.after.value == sales.before.value - Fraction(AMOUNT)


def test_the_start_of_a_level_can_be_corrected():
    """M02 became junior in July 2024, which is not two full years; the appeal says 2021."""
    found = played(cell(date(2021, 1, 1), "start", ("M02", "2024-07-01"), "level_history"))
    tenure = next(each for each in found.own.verdicts if each.criterion == "3.2.Q3")
    assert (tenure.before.outcome, tenure.after.outcome) == (Outcome.MISSED, Outcome.MET)
    assert found.replaced == date(2024, 7, 1)


def test_rows_stay_in_the_order_of_their_key_and_no_key_comes_twice():
    moved = corrected(RECORDS, POLICY, cell("M08", "manager_id", ("HM01-n0", "M01"))).records
    keys = list(moved.tables["contracts"][["contract_id", "manager_id"]].itertuples(index=False, name=None))
    assert ("HM01-n0", "M08") in keys
    assert keys == sorted(keys)
    shared = make_records(contracts=[SHARED | {"manager_id": name} for name in ("M1", "M2")])
    with pytest.raises(InputError):
        corrected(shared, POLICY, cell("M2", "manager_id", ("H1", "M1")))


def test_a_reading_of_the_policy_is_a_correction_too():
    found = played(PolicyCorrection(Part.PARAMETER, "min_answers", Decimal(2)), "M03")
    assert (found.replaced, found.source, found.row) == (Decimal(5), "", None)
    threshold = played(PolicyCorrection(Part.THRESHOLD, "3.2.P2", Decimal(2_999_999)))
    assert [each.criterion for each in threshold.own.verdicts if each.is_turned] == ["3.2.P2"]
    assert threshold.own.facts == ()
    assert threshold.policy_sha256 == POLICY.sha256


def test_missing_evidence_that_comes_in_makes_a_verdict():
    found = played(cell("bachelor", "degree", ("M02",), "managers"))
    degree = next(each for each in found.own.verdicts if each.criterion == "3.2.Q1")
    assert (degree.before.outcome, degree.after.outcome) == (Outcome.NO_EVIDENCE, Outcome.MET)
    assert found.replaced is None


def test_records_and_policy_at_hand_stay_as_they_are():
    before = RECORDS.tables["contracts"].copy()
    change = corrected(RECORDS, POLICY, ONE_MORE)
    assert RECORDS.tables["contracts"].equals(before)
    now = change.records.tables["contracts"]
    assert now.dtypes.equals(before.dtypes)
    assert [name for name in now if not now[name].equals(before[name])] == ["amount"]
    assert (now["amount"] != before["amount"]).sum() == 1


@pytest.mark.parametrize(
    "correction",
    [
        cell(Decimal(1), table="nothing"),
        cell(Decimal(1), "nothing"),
        cell("X", "contract_id"),
        cell(Decimal(1), key=("HM99", "M02")),
        cell(None),
        cell(5),
        cell(5.0),
        cell("5"),
        cell(Decimal("0.00001")),
        cell("Z99", "manager_id"),
        cell("habilitation", "degree", ("M02",), "managers"),
        cell("expert", "level", ("M02", "2021-01-01"), "level_history"),
    ],
    ids=str,
)
def test_what_no_cell_could_hold_is_refused(correction):
    with pytest.raises(InputError) as refused:
        corrected(RECORDS, POLICY, correction)
    assert refused.value.text("zh") != refused.value.text("en")


def test_a_reading_that_the_policy_does_not_have_is_refused():
    with pytest.raises(PolicyError):
        corrected(RECORDS, POLICY, PolicyCorrection(Part.PARAMETER, "nothing", None))
    with pytest.raises(InputError):
        corrected(RECORDS, POLICY, PolicyCorrection(Part.PARAMETER, "tie_breaks", "sales"))


def test_an_appeal_of_somebody_unknown_is_refused():
    with pytest.raises(InputError):
        played(ONE_MORE, "Z99")


def test_the_exhibit_has_the_same_bytes_and_can_be_read_again():
    found = played(ONE_MORE)
    assert exhibit(found) == exhibit(played(ONE_MORE))
    stored = parse(exhibit(found))
    assert stored["format"] == FORMAT
    assert decode(Replay, stored["replay"]) == found


def test_the_appellants_copy_holds_nobody_else():
    found = played(ONE_MORE)
    own = found.for_appellant()
    assert found.others
    assert (own.others, own.others_changed) == ((), len(found.others))
    assert b"M05" not in exhibit(own)
    assert own.own == found.own


def test_the_sums_count_every_applicant():
    sums = played(ONE_MORE).sums_before
    applicants = [case for case in NOW.cases if case.application is not None]
    assert sums.eligible + sums.not_eligible + sums.undecided + sums.awaiting == len(applicants)
    undecided = [case for case in applicants if case.overall.result is Result.UNDECIDED]
    assert sums.undecided == len(undecided)
